import { compile } from '@polyphase/compiler';
import { type Op, PolyphaseError, sameShape, toNumbers } from '@polyphase/ir';
import type { Backend } from '@polyphase/plugin';
import { layerSample, type Row } from '../cases.ts';
import { compare, widened } from '../compare.ts';
import { errorFactorOf } from '../run.ts';
import { judge } from '../tolerance/judge.ts';

/** What a backend computed, beside what the definition says. */
export interface Answer {
  readonly shape: readonly number[];
  readonly data: Float64Array;
  /** How far each element may be off. */
  readonly bound: Float64Array;
  /** Where the first output that differs from the definition does, in words. */
  readonly mismatch: string | undefined;
}

/** The backend does not take a layer: a law says nothing then. */
export class Refused extends Error {}

/** The first output of a layer, which has the shape that it should have. @throws Refused. */
export type RunLayer = <K extends string, A extends object>(op: Op<K, A>, row: Row<K, A>) => Promise<Answer>;

export const layersOn =
  (backend: Backend): RunLayer =>
  async (op, row) => {
    const { model, graph, inputs } = layerSample(op, row);
    const compiled = await compile(model, { backends: [backend] }).catch((error: unknown) => {
      throw error instanceof PolyphaseError && error.code === 'PP3001' ? new Refused() : error;
    });
    try {
      const found = await compiled.run(inputs);
      const { outputs, bounds: plain } = judge(graph, inputs);
      const factor = await errorFactorOf(compiled, inputs);
      const bounds = mapValues(plain, (bound) => widened(bound, factor));
      const mismatches = Object.entries(outputs).flatMap(([name, wanted]) => {
        const { mismatch } = compare(wanted, found[name]!, bounds[name]!);
        return mismatch === undefined ? [] : [`output ${name}: ${mismatch}`];
      });
      const y = found.y!;
      if (!sameShape(y.shape, outputs.y!.shape)) throw new Error(mismatches[0]);
      return { shape: y.shape, data: toNumbers(y), bound: bounds.y!, mismatch: mismatches[0] };
    } finally {
      await compiled.close();
    }
  };

const mapValues = <T>(record: Readonly<Record<string, T>>, f: (value: T) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, f(value)]));
