/**
 * Winograd's algorithm, by Cook and Toom, along both axes of correlations with few taps: tiles of inputs are transformed
 * (one task), multiplied with transformed weights point by point, as products of matrices, and transformed back.
 */
import type { Step } from '@polyphase/plugin';
import type { Build, Data, Place } from '../compile/build.ts';
import { epiloguePlaces, namesIn } from '../contractions/product.ts';
import { inputFunction, inputScratch } from './input.ts';
import { middleBytes, tileTable } from './output.ts';
import type { Plan } from './plan.ts';
import { entryBytes, entryTable } from './products.ts';
import { namesOf, unitFunction } from './unit.ts';
import { groupBytes } from './weights.ts';

/**
 * How many bytes of transformed inputs are kept at a time, strips being taken in turns: about as many as the weights that
 * each turn passes over, so that neither stands back, and what a second-level cache holds at the least.
 */
const leastInputBytes = 1 << 20;
const mostInputBytes = 8 << 20;

const stripsAtOnce = (plan: Plan): number => {
  const bytes = Math.min(Math.max(groupBytes(plan), leastInputBytes), mostInputBytes);
  return Math.min(plan.strips, Math.max(1, Math.floor(bytes / plan.stripBytes)));
};

/** About how many products one call sums up. */
const callWork = 2_000_000;
/** Products that one thread sums up in a microsecond. */
const productsPerMicrosecond = 27_000;

export interface Operands {
  /** Weights as `transformedWeights` has them. */
  readonly u: Place;
  readonly x: Place;
  readonly y: Place;
  readonly bias?: Place | undefined;
}

/** Adds the tasks: for as many strips as are kept at a time, their inputs, then their outputs. */
export function emitWinograd(build: Build, step: Step, plan: Plan, operands: Operands): void {
  const atOnce = stripsAtOnce(plan);
  const input = inputFunction(build, plan);
  const unit = unitFunction(build, plan, namesIn(step));
  const { inputs, outputs } = placesOf(build, plan, operands, atOnce);
  for (let first = 0; first < plan.strips; first += atOnce) {
    const strips = Math.min(atOnce, plan.strips - first);
    const at: Place = { kind: 'number', value: first };
    const tasks = [
      {
        ...workOf(inputProducts(plan), strips * plan.tiling.channels),
        func: input,
        places: [at, ...inputs],
      },
      {
        ...workOf(plan.entries.length * (entryBytes(plan) / 4) * plan.strip.tiles, strips * plan.rowBlocks),
        func: unit,
        places: [at, { kind: 'number', value: strips } as const, ...outputs],
      },
    ];
    for (const task of tasks) build.tasks.push({ ...task, step, ordered: false });
  }
}

/** Where the operands and the working memory of both tasks lie. */
function placesOf(build: Build, plan: Plan, operands: Operands, atOnce: number) {
  const [rows, taps] = inputScratch(plan);
  const planeBytes = plan.blockRows * plan.planeBytes;
  const sizes = [rows, taps, plan.sumsBytes, middleBytes(plan), planeBytes];
  const [rowsAt, tapsAt, m, middle, planes] = build.scratch(sizes);
  const [v] = build.shared([atOnce * plan.stripBytes]);
  const places: Record<string, Place | undefined> = {
    ...operands,
    ...epiloguePlaces(build, plan.target.epilogue),
    ...{ v, m, middle, planes },
    entries: build.add(tableOf(entryTable(plan))),
    tiles: build.add(tableOf(tileTable(plan))),
  };
  return {
    inputs: [operands.x, v!, rowsAt!, tapsAt!],
    outputs: namesOf(plan).map((name) => places[name]!),
  };
}

const tableOf = (table: Int32Array): Data => ({
  bytes: table.byteLength,
  fill: (memory, address) => new Int32Array(memory, address, table.length).set(table),
});

/** What transforming one channel of a strip takes, in products that take as long. */
function inputProducts({ tiling, strip }: Plan): number {
  const [y, x] = tiling.axes;
  return 4 * strip.tiles * y.firsts.length * x.firsts.length * y.algorithm.points * x.algorithm.points;
}

const workOf = (productsPerUnit: number, units: number) => ({
  units,
  grain: Math.max(1, Math.round(callWork / productsPerUnit)),
  work: (productsPerUnit * units) / productsPerMicrosecond,
});
