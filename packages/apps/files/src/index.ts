export { checkWritable, readBytes, writeBytes } from './disk.ts';
export {
  type FileFormat,
  fileFormat,
  type ReadOptions,
  readPicture,
  readTensorFile,
  writePicture,
  writeTensorFile,
} from './formats.ts';
export { type ImageFormat, type Pixels, pixelsToTensor, tensorToPixels } from './pixels.ts';
