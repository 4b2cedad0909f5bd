import { convTranspose, isOp, type Node, type OpName, outputOf, products } from '@polyphase/ir';
import { operatorsOf } from '@polyphase/onnx';
import { guardedDivision } from '../forms/divisions.ts';
import type { Form } from '../forms/form.ts';
import { asMatrices, type ResampledBy } from '../forms/matrices.ts';
import { stackedPhases } from '../forms/phases.ts';
import type { Provider } from './provider.ts';
import { graphOf } from './written.ts';

/** Functions that onnxruntime has for float32 only, and that no simpler operators express to float64's precision. */
export const onlySingle: readonly OpName[] = [
  'erf',
  'asin',
  'acos',
  'atan',
  'sinh',
  'cosh',
  'asinh',
  'acosh',
  'atanh',
  'gelu',
];

/** Fewer channels than this leave the convolution of all phases slower than ConvTranspose: its kernels take 16 at a time. */
const leastPhaseChannels = 64;

const hasManyPhaseChannels = (node: Node): boolean => {
  if (!isOp(node, convTranspose)) return false;
  const { stride, groups } = node.attributes;
  const channels = outputOf(node).type.shape[1] as number;
  return groups === 1 && stride.reduce((all, step) => all * step, channels) >= leastPhaseChannels;
};

/** By how many products more the convolution of all phases is still faster than a column buffer that is added up. */
const mostProducts = 1.15;

/** Phases at the border are computed whole and then cut: in small maps that outweighs what they save. */
const phasesWhereFaster: Form = {
  name: stackedPhases.name,
  of(node) {
    const phases = hasManyPhaseChannels(node) ? stackedPhases.of(node) : undefined;
    const after = phases?.nodes.reduce((sum, part) => sum + products(part), 0);
    return after !== undefined && after <= mostProducts * products(node) ? phases : undefined;
  },
};

const writtenBy = (node: Node): ResampledBy =>
  operatorsOf(graphOf(node)).some(({ operator }) => operator === 'Resize') ? 'Resize' : 'tables';

export const cpu: Provider = {
  name: 'cpu',
  backend: 'onnxruntime',
  title: 'the processor',
  opset: 21,
  isDevice: false,
  lacks: [
    {
      of: (node) =>
        (onlySingle as readonly string[]).includes(node.op) && outputOf(node).type.dtype === 'float64',
      why: 'onnxruntime computes it in float32 only',
    },
  ],
  avoids: () => false,
  needed: [guardedDivision],
  faster: [phasesWhereFaster, asMatrices(writtenBy)],
  entry: () => 'cpu',
};
