import { type ConvTransposeAttributes, ops } from '@polyphase/ir';
import { bugOf, last, mapped, type OperationBug, withBits } from './bug.testing.ts';
import { type Bug, definedAs, permuted } from './mutant.testing.ts';

const transposed = (bug: OperationBug<ConvTransposeAttributes>): Bug => bugOf(ops.convTranspose, bug);

const contractions = new Set(['conv', 'convTranspose', 'matMul']);

/** Products of operands with fewer bits, as tensor cores and some GPUs compute them. */
const productsOf =
  (bits: number): Bug =>
  (node, [x, w, ...rest]) => {
    if (!contractions.has(node.op)) return undefined;
    const coarse = mapped((value) => withBits(value, bits));
    return definedAs(node, [coarse(x!), coarse(w!), ...rest]);
  };

export const convolutionBugs = {
  'the crop is mirrored': transposed((node, inputs) =>
    definedAs(node, inputs, { crop: node.attributes.crop.map(([begin, end]) => [end, begin]) }),
  ),
  'two phases are swapped': transposed((node, _, [y]) => {
    const stride = node.attributes.stride.at(-1)!;
    const swapped = (o: number) => (o % stride === 0 ? o + 1 : o % stride === 1 ? o - 1 : o);
    if (stride < 2) return [y!];
    return [permuted(y!, (index) => index.with(-1, Math.min(swapped(index.at(-1)!), last(y!) - 1)))];
  }),
  'groups alternate instead of following each other': transposed((node, _, [y]) => {
    const { groups } = node.attributes;
    const each = y!.shape[1]! / groups;
    return [
      permuted(y!, (index) => index.with(1, (index[1]! % groups) * each + Math.floor(index[1]! / groups))),
    ];
  }),
  'the bias is missing': transposed((node, [x, w]) => definedAs(node, [x, w])),
  'the bias is missing where no tap reaches': transposed((node, [x, w, bias], [y]) => {
    if (!bias) return [y!];
    const [reached] = definedAs(node, [mapped(() => 1)(x!), mapped(() => 1)(w!)]);
    const [sum] = definedAs(node, [x, w]);
    return [{ ...y!, data: y!.data.map((value, i) => (reached!.data[i] === 0 ? sum!.data[i]! : value)) }];
  }),
  'dilation is ignored with a stride': transposed((node, inputs) =>
    definedAs(node, inputs, {
      dilation: node.attributes.stride.map((s, i) => (s > 1 ? 1 : node.attributes.dilation[i])),
    }),
  ),
  'a negative crop at the begin is taken for none': transposed((node, inputs) =>
    definedAs(node, inputs, { crop: node.attributes.crop.map(([begin, end]) => [Math.max(begin, 0), end]) }),
  ),
  'stride and dilation of height and width are swapped': transposed((node, inputs) => {
    const { stride, dilation } = node.attributes;
    return definedAs(node, inputs, { stride: stride.toReversed(), dilation: dilation.toReversed() });
  }),
  'phases of fewer taps are filled up with zeros': transposed((node, [x, w, bias]) => {
    const { stride } = node.attributes;
    const shape = w!.shape.map((k, axis) =>
      axis < 2 ? k : Math.ceil(k / stride[axis - 2]!) * stride[axis - 2]!,
    );
    const filled = ops.pad.define(
      [w, undefined],
      { mode: 'constant', pads: shape.map((k, axis) => [0, k - w!.shape[axis]!] as const) },
      [{ dtype: w!.dtype, shape }],
    );
    return definedAs(node, [x, { dtype: w!.dtype, shape, data: filled[0]! }, bias]);
  }),
  'every image is the first one': transposed((_, __, [y]) => [permuted(y!, (index) => index.with(0, 0))]),
  'what is left of a vector of 4 is not stored': transposed((_, __, [y]) => {
    const tail = last(y!) - (last(y!) % 4);
    return [{ ...y!, data: y!.data.map((value, i) => (i % last(y!) >= tail ? 0 : value)) }];
  }),
  'products in bfloat16': productsOf(8),
  'products in TF32': productsOf(11),
} satisfies Readonly<Record<string, Bug>>;
