import { matrixProduct, ops, sizeOf } from '@polyphase/ir';
import type { Call, Site } from '../plan.ts';
import type { Tf, TfTensor } from '../tf.ts';
import { translation } from '../translation.ts';

/** A stack of matrices of one shape, repeated where the stacks are broadcast. */
function stack(
  tf: Tf,
  x: TfTensor,
  own: readonly number[],
  batch: readonly number[],
  matrix: readonly number[],
): TfTensor {
  if (sizeOf(own) === 1) return tf.reshape(x, [1, ...matrix]);
  if (sizeOf(own) === sizeOf(batch)) return tf.reshape(x, [sizeOf(batch), ...matrix]);
  const aligned = [...new Array<number>(batch.length - own.length).fill(1), ...own];
  const repeats = batch.map((length, axis) => length / aligned[axis]!);
  const flat = tf.reshape(x, [...aligned, sizeOf(matrix)]);
  return tf.reshape(tf.tile(flat, [...repeats, 1]), [sizeOf(batch), ...matrix]);
}

function matMulCall(site: Site): Call {
  const { tf } = site;
  const [a, b] = [site.natural(0), site.natural(1)];
  const { batchA, batchB, rows, inner, columns } = matrixProduct(a.shape, b.shape);
  const { shape } = site.type();
  const batch = shape.slice(
    0,
    shape.length - Math.min(a.shape.length - 1, 1) - Math.min(b.shape.length - 1, 1),
  );
  return {
    kernel: 'matMul',
    operands: [a, b],
    run: (x, y) => {
      if (inner === 0) return site.filled(0);
      // Many matrices times one are one product of all their rows.
      if (sizeOf(batchB) === 1) {
        const all = tf.matMul(
          tf.reshape(x!, [sizeOf(batchA) * rows, inner]),
          tf.reshape(y!, [inner, columns]),
        );
        return tf.reshape(all, [...shape]);
      }
      const left = stack(tf, x!, batchA, batch, [rows, inner]);
      const right = stack(tf, y!, batchB, batch, [inner, columns]);
      return tf.reshape(tf.matMul(left, right), [...shape]);
    },
  };
}

export const matMulTranslations = { matMul: translation(ops.matMul, matMulCall) };
