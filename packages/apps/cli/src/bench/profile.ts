import type { CompiledModel } from '@polyphase/compiler';
import type { Tensor } from '@polyphase/ir';
import type { Step } from '@polyphase/plugin';
import { median } from './measure.ts';

/** A step of a program, and the median of its times in milliseconds. */
export interface KernelTime {
  readonly kernel: string;
  readonly layers: readonly string[];
  readonly time: number;
}

const runs = 5;

/** How long each step takes, the slowest first; none where the backend cannot tell. */
export async function kernelTimes(
  model: CompiledModel,
  inputs: Readonly<Record<string, Tensor>>,
): Promise<readonly KernelTime[]> {
  const times = new Map<Step, number[]>();
  for (let run = 0; run < runs; run++) {
    const once = new Map<Step, number>();
    await model.run(inputs, { observe: (step, time) => once.set(step, (once.get(step) ?? 0) + time) });
    for (const [step, time] of once) times.set(step, [...(times.get(step) ?? []), time]);
  }
  return [...times]
    .map(([{ kernel, nodes }, each]) => ({
      kernel,
      layers: nodes.map(({ name }) => name),
      time: median(each),
    }))
    .toSorted((a, b) => b.time - a.time);
}
