import { extname } from 'node:path';
import { type DType, PolyphaseError, type Tensor } from '@polyphase/ir';
import { readTensor, writeTensor } from '@polyphase/onnx';
import { readBytes, writeBytes } from './disk.ts';
import { readJpeg, writeJpeg } from './jpeg.ts';
import { readNpy, writeNpy } from './npy.ts';
import { type ImageFormat, type Pixels, pixelsToTensor, tensorToPixels } from './pixels.ts';
import { readPng, writePng } from './png.ts';

export type FileFormat = 'npy' | 'pb' | 'png' | 'jpg';

const byExtension: Readonly<Record<string, FileFormat>> = {
  '.npy': 'npy',
  '.pb': 'pb',
  '.png': 'png',
  '.jpg': 'jpg',
  '.jpeg': 'jpg',
};

/** The format that a file's name stands for. @throws PP5003 when it is none of them. */
export function fileFormat(path: string): FileFormat {
  const format = byExtension[extname(path).toLowerCase()];
  if (format) return format;
  throw new PolyphaseError('PP5003', {
    at: path,
    problem: `"${extname(path)}" is no known file format`,
    fix: `Use ${Object.keys(byExtension).join(', ')}`,
  });
}

export interface ReadOptions extends ImageFormat {
  /** The element type of a tensor made of a picture. Default float32. Other files have their own. */
  readonly dtype?: DType | undefined;
}

/** How files begin, whatever they are called. */
const signatures: Readonly<Record<Exclude<FileFormat, 'pb'>, readonly number[]>> = {
  npy: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59],
  png: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  jpg: [0xff, 0xd8, 0xff],
};

/** @throws PP5003 when the file is of another format than its name says. */
function checkSignature(bytes: Uint8Array, format: FileFormat, at: string): void {
  const starts = (signature: readonly number[]): boolean => signature.every((byte, i) => bytes[i] === byte);
  if (format === 'pb' || starts(signatures[format])) return;
  const actual = Object.entries(signatures).find(([, signature]) => starts(signature))?.[0];
  throw new PolyphaseError('PP5003', {
    at,
    problem: actual ? `it is a .${actual} file` : `it is no .${format} file: it begins with other bytes`,
    fix: actual ? 'Give it the right extension' : 'Check that the file is complete, and what wrote it',
  });
}

/**
 * The tensor in a .npy, .pb (ONNX TensorProto), .png or .jpg file.
 *
 * @throws PP5002 when it cannot be read, PP5003 when its content is not supported, and @polyphase/onnx's errors for .pb.
 */
export async function readTensorFile(path: string, options: ReadOptions = {}): Promise<Tensor> {
  const format = fileFormat(path);
  const bytes = await readBytes(path);
  checkSignature(bytes, format, path);
  if (format === 'npy') return readNpy(bytes, path);
  if (format === 'pb') return inFile(path, () => readTensor(bytes).tensor);
  return pixelsToTensor(decode(bytes, format, path), options, options.dtype ?? 'float32', path);
}

/** Writes a tensor in the format that the path stands for, whole or not at all. @throws PP5002, PP5003. */
export async function writeTensorFile(
  path: string,
  tensor: Tensor,
  options: ImageFormat = {},
): Promise<void> {
  const format = fileFormat(path);
  if (format === 'npy') return writeBytes(path, writeNpy(tensor));
  if (format === 'pb') return writeBytes(path, writeTensor(tensor));
  return writePicture(path, tensorToPixels(tensor, options, path));
}

/** The picture in a .png or .jpg file. @throws PP5002, PP5003. */
export async function readPicture(path: string): Promise<Pixels> {
  const format = pictureFormat(path);
  const bytes = await readBytes(path);
  checkSignature(bytes, format, path);
  return decode(bytes, format, path);
}

/** Writes a picture as .png or .jpg, whole or not at all. @throws PP5002, PP5003. */
export const writePicture = async (path: string, pixels: Pixels): Promise<void> =>
  writeBytes(path, pictureFormat(path) === 'png' ? writePng(pixels) : writeJpeg(pixels));

function pictureFormat(path: string): 'png' | 'jpg' {
  const format = fileFormat(path);
  if (format === 'png' || format === 'jpg') return format;
  throw new PolyphaseError('PP5003', { at: path, problem: 'it is no picture', fix: 'Use .png or .jpg' });
}

const decode = (bytes: Uint8Array<ArrayBuffer>, format: 'png' | 'jpg', path: string): Pixels =>
  format === 'png' ? readPng(bytes, path) : readJpeg(bytes, path);

function inFile<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof PolyphaseError ? error.within(path) : error;
  }
}
