import type { CpuOptions } from '@polyphase/cpu';
import type { Runtime } from './contestant.ts';
import { onnxruntimeNode, onnxruntimeWeb } from './onnxruntime.ts';
import { polyphase } from './polyphase.ts';
import { tfjsWasm } from './tfjs.ts';

/** Ours first, then the peers. What is right says the oracle, which takes no part, or else the first peer. */
export interface Field {
  readonly ours: Runtime;
  readonly oracle?: Runtime;
  readonly peers: readonly Runtime[];
}

export const fieldOf = (threads: number, options: CpuOptions): Field => ({
  ours: polyphase({ ...options, threads }),
  peers: [onnxruntimeNode(threads), onnxruntimeWeb(threads), tfjsWasm(threads)],
});
