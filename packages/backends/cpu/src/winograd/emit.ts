/**
 * Winograd's algorithm, by Cook and Toom, along both axes of correlations with few taps: tiles of inputs are transformed,
 * multiplied with transformed weights point by point, as products of matrices, and transformed back.
 */
import type { Step } from '@polyphase/plugin';
import type { Build, Data, Place, Task } from '../compile/build.ts';
import { epiloguePlaces, namesIn } from '../contractions/product.ts';
import { addresses, type Params } from '../contractions/tile.ts';
import { range } from '../families/geometry.ts';
import type { Func } from '../wasm/index.ts';
import { inputFunction, inputScratch } from './input.ts';
import { middleBytes, tileTable } from './output.ts';
import type { Plan } from './plan.ts';
import { entryBytes, entryTable } from './products.ts';
import { namesOf, unitFunction } from './unit.ts';

/** From so many strips on, a unit is a strip from its inputs to its outputs: no thread waits for another one then. */
const leastWhole = 8;
const isWhole = ({ strips }: Plan): boolean => strips >= leastWhole;

/**
 * Else strips are taken in turns: as many at once as a share of the last cache holds the transformed inputs of, since all
 * weights are read again in each turn, and as give threads enough units.
 */
const mostInputBytes = 3 << 20;
const leastUnits = 8;

function stripsAtOnce(plan: Plan): number {
  if (isWhole(plan)) return 1;
  const kept = Math.floor(mostInputBytes / plan.stripBytes);
  const most = Math.max(1, kept, Math.ceil(leastUnits / plan.rowBlocks));
  return Math.ceil(plan.strips / Math.ceil(plan.strips / most));
}

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

/** Adds the tasks. */
export function emitWinograd(build: Build, step: Step, plan: Plan, operands: Operands): void {
  const key = keyOf(plan);
  const functions: Functions = {
    input: build.once(`winograd input ${key}`, () => inputFunction(build, plan)),
    unit: build.once(`winograd unit ${key}`, () => unitFunction(build, plan, namesIn(step))),
  };
  const tasks = isWhole(plan)
    ? [wholeTask(build, plan, functions, operands)]
    : tasksInTurns(build, plan, functions, operands);
  for (const task of tasks) build.tasks.push({ ...task, step, ordered: false });
}

/** Plans of one key have the same code. */
function keyOf({ entries: _, target: { dtype, bias, epilogue }, ...sizes }: Plan): string {
  return JSON.stringify([sizes, dtype, bias, epilogue?.key]);
}

interface Functions {
  readonly input: Func<Params>;
  readonly unit: Func<Params>;
}

type WinogradTask = Omit<Task, 'step' | 'ordered'>;

/** A unit is a strip. */
function wholeTask(build: Build, plan: Plan, { input, unit }: Functions, operands: Operands): WinogradTask {
  const { inputs, outputs } = placesOf(build, plan, operands, 'scratch');
  const inputNames = Object.keys(input.params).slice(3);
  const outputNames = Object.keys(unit.params).slice(4);
  const names = [...new Set([...inputNames, ...outputNames])];
  const func = build.module.func('strips', addresses(['begin', 'end', ...names]), [], (f, p) => {
    const given = (all: readonly string[]) => Object.fromEntries(all.map((name) => [name, p[name]!]));
    f.for('strip', p.begin!, p.end!, 1, (first) => {
      f.call(input, { begin: 0, end: plan.tiling.channels, first, ...given(inputNames) });
      f.call(unit, { begin: 0, end: plan.rowBlocks, first, strips: 1, ...given(outputNames) });
    });
  });
  const places = new Map([
    ...inputNames.map((name, i) => [name, inputs[i]!] as const),
    ...outputNames.map((name, i) => [name, outputs[i]!] as const),
  ]);
  const products = plan.tiling.channels * inputProducts(plan) + plan.rowBlocks * unitProducts(plan);
  return { ...workOf(products, plan.strips), func, places: [...places.values()] };
}

/** For as many strips as are kept at a time, their inputs, then their outputs. */
function tasksInTurns(
  build: Build,
  plan: Plan,
  { input, unit }: Functions,
  operands: Operands,
): readonly WinogradTask[] {
  const atOnce = stripsAtOnce(plan);
  const { inputs, outputs } = placesOf(build, plan, operands, 'shared');
  return range(Math.ceil(plan.strips / atOnce)).flatMap((turn) => {
    const first: Place = { kind: 'number', value: turn * atOnce };
    const count = Math.min(atOnce, plan.strips - first.value);
    const strips: Place = { kind: 'number', value: count };
    return [
      {
        ...workOf(inputProducts(plan), count * plan.tiling.channels),
        func: input,
        places: [first, ...inputs],
      },
      {
        ...workOf(unitProducts(plan), count * plan.rowBlocks),
        func: unit,
        places: [first, strips, ...outputs],
      },
    ];
  });
}

/** Where the operands and the working memory of both functions lie, transformed inputs among what all threads see or not. */
function placesOf(build: Build, plan: Plan, operands: Operands, inputsIn: 'scratch' | 'shared') {
  const [rows, taps] = inputScratch(plan);
  const planeBytes = plan.blockRows * plan.planeBytes;
  const inputBytes = stripsAtOnce(plan) * plan.stripBytes;
  const sizes = [rows, taps, plan.sumsBytes, middleBytes(plan), planeBytes];
  const [rowsAt, tapsAt, m, middle, planes, own] = build.scratch(
    inputsIn === 'scratch' ? [...sizes, inputBytes] : sizes,
  );
  const v = own ?? build.shared([inputBytes])[0]!;
  const places: Record<string, Place | undefined> = {
    ...operands,
    ...epiloguePlaces(build, plan.target.epilogue),
    ...{ v, m, middle, planes },
    entries: build.add(tableOf(entryTable(plan))),
    tiles: build.add(tableOf(tileTable(plan))),
  };
  return {
    inputs: [operands.x, v, rowsAt!, tapsAt!],
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

/** The products of a block of rows of a strip. */
const unitProducts = (plan: Plan): number => plan.entries.length * (entryBytes(plan) / 4) * plan.strip.tiles;

const workOf = (productsPerUnit: number, units: number) => ({
  units,
  grain: Math.max(1, Math.round(callWork / productsPerUnit)),
  work: (productsPerUnit * units) / productsPerMicrosecond,
});
