import { type CompiledModel, compile, type Pass } from '@polyphase/compiler';
import { PolyphaseError, print } from '@polyphase/ir';
import type { Backend } from '@polyphase/plugin';
import type { Case, CaseContent, DataSet } from './case.ts';
import { compare, type Difference, type Tolerance, widened } from './compare.ts';
import { type Gaps, gapOf } from './gaps.ts';

/**
 * passed: every output of every data set is right. failed: one is not. unsupported: the model uses what the frontend or
 * the backend says it cannot do. crashed: anything else. gap: not passed, as declared.
 */
export type Status = 'passed' | 'failed' | 'crashed' | 'unsupported' | 'gap';

/** Where the first output that is wrong is so. */
export interface Finding extends Difference {
  readonly dataSet: string;
  readonly output: string;
}

export interface CaseResult {
  readonly name: string;
  readonly family: string;
  /** What the case says of itself. */
  readonly about?: string | undefined;
  readonly status: Status;
  /** Why the case did not pass; '' when it did. */
  readonly detail: string;
  /** For unsupported cases: what they have in common with others, such as an operator. */
  readonly reason?: string;
  /** For failed cases: the first element out of tolerance, unless a type or shape is wrong already. */
  readonly finding?: Finding | undefined;
  /** For failed cases: the layers with their attributes, a line each. */
  readonly layers?: readonly string[] | undefined;
  /** The greatest absolute error of an output; undefined when nothing was compared. */
  readonly maxError: number | undefined;
  /** Milliseconds. */
  readonly time: number;
}

export interface RunCaseOptions {
  /** What happens to the graphs before they are placed. Default: the compiler's pipeline. */
  readonly passes?: readonly Pass[] | undefined;
}

export interface RunCasesOptions extends RunCaseOptions {
  readonly gaps?: Gaps | undefined;
  readonly onProgress?: ((result: CaseResult, done: number, total: number) => void) | undefined;
  /** How many cases are under way at a time: more than one helps a backend that waits for a device. Default 1. */
  readonly concurrency?: number | undefined;
}

/** Runs the cases on one backend; the results are in their order. The backend stays open. */
export async function runCases(
  cases: readonly Case[],
  backend: Backend,
  { gaps = {}, onProgress, concurrency = 1, passes }: RunCasesOptions = {},
): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  const waiting = cases.entries();
  let done = 0;
  const work = async (): Promise<void> => {
    for (const [i, item] of waiting) {
      results[i] = withGap(await runCase(item, backend, { passes }), gapOf(item.name, gaps));
      onProgress?.(results[i], ++done, cases.length);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return results;
}

/** The result in view of a declared gap: one that has closed is a failure until its declaration is removed. */
export function withGap(result: CaseResult, gap: string | undefined): CaseResult {
  if (gap === undefined) return result;
  if (result.status === 'passed') {
    return { ...result, status: 'failed', detail: `it passes but is declared a gap ("${gap}"): remove that` };
  }
  return { ...result, status: 'gap', detail: `${gap}: ${result.detail}` };
}

/** Codes of what a model uses that frontend or backend say they cannot do. */
const unsupportedCodes = new Set(['PP1003', 'PP1004', 'PP1005', 'PP1010', 'PP3001']);

type Outcome = Omit<CaseResult, 'name' | 'family' | 'about' | 'time'>;

/** Runs one case. Never throws. */
export async function runCase(
  item: Case,
  backend: Backend,
  options: RunCaseOptions = {},
): Promise<CaseResult> {
  const start = performance.now();
  const outcome = await outcomeOf(item, backend, options);
  const { name, family, about } = item;
  return { name, family, ...(about && { about }), ...outcome, time: performance.now() - start };
}

async function outcomeOf(item: Case, backend: Backend, options: RunCaseOptions): Promise<Outcome> {
  const passes = item.passes ?? options.passes;
  let content: CaseContent;
  let model: CompiledModel;
  try {
    content = await item.load();
    model = await compile(content.model, { backends: [backend], check: true, ...(passes && { passes }) });
  } catch (error) {
    return outcomeOfError(error);
  }
  try {
    return await compareDataSets(content.dataSets, model, item.tolerance);
  } catch (error) {
    return outcomeOfError(error);
  } finally {
    await model.close();
  }
}

function outcomeOfError(error: unknown): Outcome {
  if (error instanceof PolyphaseError && unsupportedCodes.has(error.code)) {
    return { status: 'unsupported', detail: error.message, reason: error.problem, maxError: undefined };
  }
  const detail = error instanceof PolyphaseError ? error.message : ((error as Error)?.stack ?? String(error));
  return { status: 'crashed', detail, maxError: undefined };
}

async function compareDataSets(
  dataSets: readonly DataSet[],
  model: CompiledModel,
  tolerance: Tolerance,
): Promise<Outcome> {
  if (dataSets.length === 0) return { status: 'failed', detail: 'it has no data sets', maxError: undefined };
  let greatest = 0;
  for (const { name, inputs, outputs, bounds } of dataSets) {
    const actual = await model.run(inputs);
    const factor = bounds ? await errorFactorOf(model, inputs) : 1;
    for (const [output, expected] of Object.entries(outputs)) {
      const { maxError, first, mismatch } = compare(
        expected,
        actual[output]!,
        bounds?.[output] ? widened(bounds[output], factor) : tolerance,
      );
      greatest = Math.max(greatest, maxError);
      if (!mismatch) continue;
      const finding = first && { ...first, dataSet: name, output };
      const detail = `${name}, output ${output}: ${mismatch}`;
      return { status: 'failed', detail, finding, layers: await layersOf(model, inputs), maxError: greatest };
    }
  }
  return { status: 'passed', detail: '', maxError: greatest };
}

/** The graph as the frontend made it for these inputs. */
async function layersOf(model: CompiledModel, inputs: DataSet['inputs']): Promise<readonly string[]> {
  const { source } = await model.prepare(inputs);
  return print(source)
    .split('\n')
    .slice(1, -1)
    .map((line) => line.trim());
}

/** What the kernels of a model say of themselves. */
export async function errorFactorOf(model: CompiledModel, inputs: DataSet['inputs']): Promise<number> {
  const { regions } = await model.prepare(inputs);
  const steps = regions.flatMap(({ program }) => program.report.steps);
  return Math.max(1, ...steps.map(({ errorFactor = 1 }) => errorFactor));
}
