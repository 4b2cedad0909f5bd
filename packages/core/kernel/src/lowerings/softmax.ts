import type { DType } from '@polyphase/ir';
import { constant, convert, eq, min, mul, sub } from '../build.ts';
import { type Expr, scalarOf } from '../expr.ts';
import type { Builder, Lowerings, Operand } from '../lowering.ts';
import { exp, log, reciprocal, workType } from './elementwise.ts';
import { bestPlace } from './reduce.ts';

const at = (index: readonly Expr[], axis: number, value: Expr): readonly Expr[] => index.with(axis, value);
const zero = constant('i32', 0);

const greatestNumbers: Readonly<Partial<Record<DType, number>>> = {
  float16: 65504,
  float32: 2 ** 128 - 2 ** 104,
  float64: Number.MAX_VALUE,
};

/**
 * What the elements along an axis are shifted by, which is kept with length 1: the greatest of them. Not by an infinity,
 * which would make NaN of itself and so of all others: exp(Infinity - shift) / Infinity is NaN, the others are 0.
 */
const shiftOf = (b: Builder, x: Operand, axis: number): Operand =>
  b.stage('max', x.dtype, x.shape.with(axis, 1), (index) => {
    const greatest = b.reduce('max', [x.shape[axis]!], ([r]) => b.read(x, at(index, axis, r!)));
    return min(greatest, constant(greatest.type, greatestNumbers[x.dtype]!));
  });

export const softmaxes = {
  softmax({ x }, { axis }, b) {
    const shift = shiftOf(b, x, axis);
    const powers = b.stage('exp', workType(x.dtype), x.shape, (index) =>
      exp(sub(b.read(x, index), b.read(shift, at(index, axis, zero)))),
    );
    const factors = b.stage('factor', workType(x.dtype), x.shape.with(axis, 1), (index) =>
      reciprocal(b.reduce('sum', [x.shape[axis]!], ([r]) => b.read(powers, at(index, axis, r!)))),
    );
    return (index) => mul(b.read(powers, index), b.read(factors, at(index, axis, zero)));
  },

  logSoftmax({ x }, { axis }, b) {
    const shift = shiftOf(b, x, axis);
    const shifted = (index: readonly Expr[]): Expr =>
      sub(b.read(x, index), b.read(shift, at(index, axis, zero)));
    const logs = b.stage('log', workType(x.dtype), x.shape.with(axis, 1), (index) =>
      log(b.reduce('sum', [x.shape[axis]!], ([r]) => exp(shifted(at(index, axis, r!))))),
    );
    return (index) => sub(shifted(index), b.read(logs, at(index, axis, zero)));
  },

  hardmax({ x }, { axis }, b) {
    const shape = x.shape.with(axis, 1);
    const place = bestPlace(b, x, 'max', { axis, keepDims: true, selectLastIndex: false }, shape);
    const places = b.stage('place', 'int32', shape, place);
    return (index) => convert(scalarOf[x.dtype], eq(index[axis]!, b.read(places, at(index, axis, zero))));
  },
} satisfies Partial<Lowerings>;
