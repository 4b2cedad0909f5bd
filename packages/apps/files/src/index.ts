export { fileError, readBytes, writeBytes } from './disk.ts';
export {
  type FileFormat,
  fileFormat,
  readPicture,
  readTensorFile,
  type ReadOptions,
  writePicture,
  writeTensorFile,
} from './formats.ts';
export { type ImageFormat, type Pixels, pixelsToTensor, tensorToPixels } from './pixels.ts';
