import type { Onnxruntime } from './options.ts';

let imported: Promise<Onnxruntime> | undefined;

/** The library, imported on first use. @throws what importing throws when it is not installed. */
export const loadLibrary = (): Promise<Onnxruntime> => {
  imported ??= import('onnxruntime-node').then(
    (module) => ('default' in module ? module.default : module) as Onnxruntime,
  );
  return imported;
};
