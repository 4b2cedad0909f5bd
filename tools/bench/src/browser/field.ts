import type { Runtime } from '../contestants/contestant.ts';
import type { Field } from '../contestants/index.ts';
import { tfjsWebgpu } from '../contestants/tfjs.ts';
import { onnxruntimeWebWasm, onnxruntimeWebWebgpu, polyphaseWebgpu } from '../contestants/webgpu.ts';

export interface FieldOptions {
  /** Where the WebAssembly of onnxruntime-web is served. */
  readonly runtimeFiles: string;
  /** Default: all. */
  readonly peers?: readonly PeerName[];
}

const peers = {
  onnxruntime: ({ runtimeFiles }: FieldOptions): Runtime => onnxruntimeWebWebgpu(runtimeFiles),
  tfjs: (): Runtime => tfjsWebgpu(),
};
export type PeerName = keyof typeof peers;
export const peerNames = Object.keys(peers) as readonly PeerName[];

/** Everyone on the adapter of one page. What is right is computed on the processor. */
export const browserField = (options: FieldOptions): Field => ({
  ours: polyphaseWebgpu(),
  oracle: onnxruntimeWebWasm(options.runtimeFiles),
  peers: (options.peers ?? peerNames).map((name) => peers[name](options)),
});
