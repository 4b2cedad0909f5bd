import { create, globals } from 'webgpu';

/** Kept for as long as the process lives: devices of an instance that is collected crash. */
let instance: GPU | undefined;

/** WebGPU in Node, where a page would find it. */
export function dawn(): GPU {
  if (instance) return instance;
  Object.assign(globalThis, globals);
  instance = create([]);
  const navigator = globalThis.navigator ?? {};
  Object.defineProperty(navigator, 'gpu', { value: instance, configurable: true });
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  return instance;
}
