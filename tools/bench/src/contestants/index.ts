import type { CpuOptions } from '@polyphase/cpu';
import type { Runtime } from './contestant.ts';
import { onnxruntimeNode, onnxruntimeWeb } from './onnxruntime.ts';
import { polyphase } from './polyphase.ts';
import { tfjsWasm } from './tfjs.ts';

/** Ours first, then the peers; the first of these says what is right. */
export interface Field {
  readonly ours: Runtime;
  readonly peers: readonly [oracle: Runtime, ...others: Runtime[]];
}

export const fieldOf = (threads: number, options: CpuOptions): Field => ({
  ours: polyphase(options),
  peers: [onnxruntimeNode(threads), onnxruntimeWeb(threads), tfjsWasm(threads)],
});
