import { defineOp } from '../op.ts';
import { broadcastReads, broadcastShape, broadcastTo } from './broadcast.ts';
import { checkKind } from './pointwise.ts';
import { checkSameDType } from './shared.ts';

/** `a` where the condition holds, else `b`; the three are broadcast to one shape. */
export const where = defineOp()({
  name: 'where',
  inputs: ['condition', 'a', 'b'],

  infer({ condition, a, b }) {
    checkKind('condition', condition, 'bool');
    return {
      dtype: checkSameDType([a, b]),
      shape: broadcastShape(condition.type.shape, a.type.shape, b.type.shape),
    };
  },

  define({ condition, a, b }, _attributes, [y]) {
    const [yes, no] = [broadcastTo(a, y!.shape), broadcastTo(b, y!.shape)];
    return broadcastTo(condition, y!.shape).map((holds, i) => (holds !== 0 ? yes[i]! : no[i]!));
  },

  reads: (region, { condition, a, b }) => ({
    condition: broadcastReads(region, condition.shape),
    a: broadcastReads(region, a.shape),
    b: broadcastReads(region, b.shape),
  }),
});
