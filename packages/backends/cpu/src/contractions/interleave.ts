import { type Expr, type FunctionBuilder, shuffle32 } from '../wasm/index.ts';

type Vector = Expr<'v128'>;
type Interleaving = (f: FunctionBuilder, vectors: readonly Vector[]) => readonly Vector[];

const low = (a: Vector, b: Vector): Vector => shuffle32(a, b, [0, 4, 1, 5]);
const high = (a: Vector, b: Vector): Vector => shuffle32(a, b, [2, 6, 3, 7]);
const firstHalves = (a: Vector, b: Vector): Vector => shuffle32(a, b, [0, 1, 4, 5]);
const secondHalves = (a: Vector, b: Vector): Vector => shuffle32(a, b, [2, 3, 6, 7]);

const ofTwo: Interleaving = (_, [a, b]) => [low(a!, b!), high(a!, b!)];

const ofThree: Interleaving = (f, [a, b, c]) => {
  const ca = f.let('ca', shuffle32(c!, a!, [0, 5, 2, 7]));
  return [
    firstHalves(low(a!, b!), ca),
    shuffle32(shuffle32(b!, c!, [1, 5, 2, 6]), a!, [0, 1, 6, 2]),
    secondHalves(ca, high(b!, c!)),
  ];
};

/** The columns of the matrix whose rows are the vectors. */
export const transposed: Interleaving = (f, [a, b, c, d]) => {
  const [ab, cd] = [f.let('ab', low(a!, b!)), f.let('cd', low(c!, d!))];
  const [abHigh, cdHigh] = [f.let('ab.high', high(a!, b!)), f.let('cd.high', high(c!, d!))];
  return [
    firstHalves(ab, cd),
    secondHalves(ab, cd),
    firstHalves(abHigh, cdHigh),
    secondHalves(abHigh, cdHigh),
  ];
};

/** By how many vectors there are: their first lanes, then their second ones, and so on. */
const interleavings: Readonly<Record<number, Interleaving>> = { 2: ofTwo, 3: ofThree, 4: transposed };

export const canInterleave = (count: number): boolean => count in interleavings;

/** So many vectors with their lanes in turn, as stored one after the other. */
export const interleave = (f: FunctionBuilder, vectors: readonly Vector[]): readonly Vector[] =>
  interleavings[vectors.length]!(f, vectors);
