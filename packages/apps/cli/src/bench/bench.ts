import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { type CompiledModel, compile } from '@polyphase/compiler';
import { checkWritable } from '@polyphase/files';
import { type Model, PolyphaseError, products, type Tensor } from '@polyphase/ir';
import type { Backend } from '@polyphase/plugin';
import { withBackends } from '../backends.ts';
import type { BenchOptions } from '../commands/bench.ts';
import { graphFor } from '../graph.ts';
import { readInputs } from '../inputs.ts';
import { withProgress } from '../progress.ts';
import { type BenchCase, benchCases } from './cases.ts';
import { measure, type Timing } from './measure.ts';
import { type KernelTime, kernelTimes } from './profile.ts';
import { benchText } from './text.ts';

/** A backend on a case. Times are milliseconds. */
export type Entry =
  | (Timing & {
      readonly backend: string;
      readonly compile: number;
      readonly first: number;
      readonly kernels?: readonly KernelTime[];
    })
  | { readonly backend: string; readonly why: string };

export interface CaseTimes {
  readonly name: string;
  /** Multiply-adds of the layers as the model has them. */
  readonly products: number;
  readonly entries: readonly Entry[];
}

export async function runBench(names: readonly string[], options: BenchOptions): Promise<void> {
  const { backend, json, seconds } = options;
  if (json !== undefined) await checkWritable(json);
  const cases = await benchCases(names, options.weights);
  const settings = { threads: options.threads };
  const results = await withBackends(
    backend,
    (backends) =>
      withProgress('', async ({ say }) => {
        const all: CaseTimes[] = [];
        for (const each of cases) {
          say(each.name);
          all.push(await timeCase(each, backends, options));
        }
        return all;
      }),
    settings,
  );
  if (json !== undefined)
    await writeFile(
      json,
      `${JSON.stringify({ machine: machine(), seconds, ...settings, cases: results }, null, 2)}\n`,
    );
  console.log(benchText(machine(), results));
}

const machine = (): string =>
  `${cpus()[0]?.model.trim() ?? 'unknown processor'}, Node ${process.versions.node}`;

interface Ready {
  readonly model: CompiledModel;
  readonly compile: number;
  readonly first: number;
}

async function timeCase(
  { name, load }: BenchCase,
  backends: readonly Backend[],
  { shape = new Map(), seconds, profile }: BenchOptions,
): Promise<CaseTimes> {
  const model = await load();
  const given = await readInputs(model, { files: new Map(), shapes: shape, seed: 1, image: {} });
  const inputs = Object.fromEntries(given.map(({ name: input, tensor }) => [input, tensor]));
  const prepared = new Map<Backend, Ready | string>();
  try {
    for (const backend of backends) prepared.set(backend, await prepare(model, backend, inputs));
    const ready = [...prepared.values()].filter((each) => typeof each !== 'string');
    const timings = await measure(
      ready.map((each) => () => each.model.run(inputs)),
      seconds,
    );
    const entries: Entry[] = [];
    for (const [{ name: backend }, each] of prepared) {
      if (typeof each === 'string') entries.push({ backend, why: each });
      else {
        const { model: compiled, ...start } = each;
        const kernels = profile ? { kernels: await kernelTimes(compiled, inputs) } : {};
        entries.push({ backend, ...start, ...timings[ready.indexOf(each)]!, ...kernels });
      }
    }
    const graph = graphFor(model, new Map(Object.entries(inputs)));
    return { name, products: graph.nodes.reduce((all, node) => all + products(node), 0), entries };
  } finally {
    for (const each of prepared.values()) if (typeof each !== 'string') await each.model.close();
  }
}

/** The model on one backend alone, or why not. */
async function prepare(
  model: Model,
  backend: Backend,
  inputs: Readonly<Record<string, Tensor>>,
): Promise<Ready | string> {
  try {
    const start = performance.now();
    const compiled = await compile(model, { backends: [backend] });
    await compiled.prepare(inputs);
    const afterCompile = performance.now();
    await compiled.run(inputs);
    return { model: compiled, compile: afterCompile - start, first: performance.now() - afterCompile };
  } catch (error) {
    if (error instanceof PolyphaseError && /^PP[34]/.test(error.code)) return error.message;
    throw error;
  }
}
