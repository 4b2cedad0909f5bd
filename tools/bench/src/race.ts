import type { Case } from './cases/case.ts';
import { type Contestant, Refusal, type Runtime } from './contestants/contestant.ts';
import type { Field } from './contestants/index.ts';
import type { Prober, Speeds } from './limits/speeds.ts';
import { type MeasureOptions, measure, type Timing } from './measure.ts';
import { relativeError, toleranceOf, type Work, workOf } from './work.ts';

/** All times in milliseconds. */
export interface Ran extends Timing {
  readonly name: string;
  /** undefined where nothing is compiled. */
  readonly compile: number | undefined;
  readonly first: number;
  /** Largest difference from what is right, relative to its largest element. */
  readonly error: number;
}

export interface Absent {
  readonly name: string;
  readonly why: string;
}

export interface Result {
  readonly name: string;
  readonly work: Work;
  readonly speeds: Speeds;
  readonly ours: Ran;
  readonly peers: readonly (Ran | Absent)[];
}

interface Entrant extends Pick<Ran, 'name' | 'compile' | 'first'> {
  readonly contestant: Contestant;
  readonly output: Float32Array;
}

type Entry = Entrant | Absent;

export interface RaceOptions extends MeasureOptions {
  readonly limits: Prober;
}

/**
 * Lets all who can run the case and agree on its output run in turn.
 *
 * @throws WrongResult when ours differs from the oracle, or without one from the first peer.
 */
export async function race(network: Case, field: Field, options: RaceOptions): Promise<Result> {
  const graph = network.model().graph(new Map([[network.feed.name, network.feed]]));
  const entries: Entry[] = [];
  try {
    for (const runtime of [field.ours, ...field.peers]) entries.push(await enter(runtime, network));
    const right = field.oracle ? await outputOf(field.oracle, network) : firstOutput(entries);
    const agreeing = agree(entries, right, toleranceOf(graph));
    return { name: network.name, ...(await timed(agreeing, workOf(graph), options)) };
  } finally {
    for (const entry of entries) if ('contestant' in entry) await entry.contestant.close();
  }
}

async function enter(runtime: Runtime, network: Case): Promise<Entry> {
  const { name } = runtime;
  const why = runtime.refuses?.(network);
  if (why !== undefined) return { name, why };
  try {
    const contestant = await runtime.prepare(network);
    const start = performance.now();
    const output = await contestant.run();
    const first = performance.now() - start;
    const { compile } = contestant;
    return { name, contestant, compile, first, output: contestant.ordered?.(output) ?? output };
  } catch (error) {
    if (error instanceof Refusal) return { name, why: error.message };
    throw error;
  }
}

/** What is right, and who says so. */
interface Right {
  readonly name: string;
  readonly output: Float32Array;
}

/** Of a runtime that takes no part. */
async function outputOf(runtime: Runtime, network: Case): Promise<Right> {
  const contestant = await runtime.prepare(network);
  const output = await contestant.run();
  const { name } = runtime;
  const right = { name, output: (contestant.ordered?.(output) ?? output).slice() };
  await contestant.close();
  return right;
}

function firstOutput([, first]: readonly Entry[]): Right {
  if (!first || 'why' in first) throw new Error(`the first peer cannot run this: ${first?.why}`);
  return first;
}

/** A backend of ours computed something else than is right. */
export class WrongResult extends Error {
  override readonly name = 'WrongResult';
}

type Judged = (Entrant & Pick<Ran, 'error'>) | Absent;

/** Takes out who differs from what is right by more than the tolerance. */
function agree([ours, ...peers]: readonly Entry[], right: Right, tolerance: number): readonly Judged[] {
  return [ours!, ...peers].map((entry): Judged => {
    if ('why' in entry) return entry;
    const error = relativeError(entry.output, right.output);
    if (error <= tolerance) return { ...entry, error };
    const why = `its output differs from that of ${right.name} by ${error.toExponential(1)} of the largest element; ${tolerance.toExponential(1)} is allowed`;
    if (entry === ours) throw new WrongResult(`${entry.name}: ${why}`);
    return { name: entry.name, why };
  });
}

async function timed(judged: readonly Judged[], work: Work, { limits, ...options }: RaceOptions) {
  const running = judged.flatMap((entry) => ('contestant' in entry ? [entry.contestant] : []));
  const probe = limits.probe(work);
  const timings = await measure([...running, ...probe.turns], options);
  await probe.close?.();
  const [ours, ...peers] = judged.map((entry): Ran | Absent => {
    if ('why' in entry) return entry;
    const { name, compile, first, error } = entry;
    return { name, compile, first, error, ...timings[running.indexOf(entry.contestant)]! };
  });
  const speeds = probe.speeds(timings.slice(running.length).map(({ least }) => least));
  if (!ours || 'why' in ours) throw new Error(`ours cannot run this: ${ours?.why}`);
  return { work, speeds, ours, peers };
}
