import { extname } from 'node:path';
import type { Model } from '@polyphase/ir';
import type { TfjsDifference } from '@polyphase/keras';

export interface LoadModelOptions {
  /** `--weights`: of a topology that stands alone. */
  readonly weights?: string | undefined;
  /** Told each layer to which the layers of TensorFlow.js give other numbers than Keras. */
  readonly onTfjsDifference?: (difference: TfjsDifference) => void;
}

const kerasFiles: readonly string[] = ['.keras', '.h5', '.hdf5', '.json'];

export const isKeras = (path: string): boolean => kerasFiles.includes(extname(path).toLowerCase());

/** A model of any format that there is a frontend for, by the ending of its name; anything else is ONNX. */
export async function loadModel(
  path: string,
  { weights, onTfjsDifference }: LoadModelOptions = {},
): Promise<Model> {
  if (isKeras(path)) {
    const { loadKeras } = await import('@polyphase/keras');
    return loadKeras(path, { weights, onTfjsDifference });
  }
  if (weights !== undefined) {
    const { PolyphaseError } = await import('@polyphase/ir');
    throw new PolyphaseError('PP5001', {
      at: '--weights',
      problem: `it belongs to a Keras topology in JSON, and ${path} is none`,
      fix: 'Leave it out: an ONNX file holds its weights or names their file',
    });
  }
  const { loadOnnx } = await import('@polyphase/onnx');
  return loadOnnx(path);
}
