import { maxUnpool } from '@polyphase/ir';
import { hasOperand, isFrom, numbersOf, transposedOf, wordOf } from '../attributes.ts';
import type { LintRule } from '../finding.ts';

const isSame = (value: string | undefined): boolean => value === 'SAME_UPPER' || value === 'SAME_LOWER';

const list = (numbers: readonly number[]): string => `[${numbers.join(', ')}]`;

/** What transposed convolutions leave open. */
export const transposedRules: readonly LintRule[] = [
  {
    id: 'PL001',
    severity: 'error',
    title: 'SAME with output_padding',
    why: 'run in onnxruntime 1.30 (length i*s, the padding is absorbed), ONNX shape inference (i*s + output_padding) and ONNX ReferenceEvaluator: three answers for one node',
    fix: 'Write explicit pads and set auto_pad to NOTSET',
    finds(node) {
      const padding = numbersOf(node, 'output_padding');
      const auto = wordOf(node, 'auto_pad');
      return isFrom(node, 'ConvTranspose') && isSame(auto) && padding?.some((n) => n > 0)
        ? `auto_pad is ${auto} and output_padding ${list(padding)}`
        : undefined;
    },
  },
  {
    id: 'PL002',
    severity: 'error',
    title: 'SAME with a kernel shorter than the stride',
    why: 'run in onnxruntime 1.30 (length (i-1)*s + k) and ONNX ReferenceEvaluator (i*s)',
    fix: 'Write explicit pads and output_padding, and set auto_pad to NOTSET',
    finds(node) {
      const layer = transposedOf(node);
      const auto = wordOf(node, 'auto_pad');
      if (!layer || !isSame(auto)) return undefined;
      const axis = layer.span.findIndex((span, a) => span < layer.attributes.stride[a]!);
      return axis < 0
        ? undefined
        : `auto_pad is ${auto}, and along spatial axis ${axis} a kernel of ${layer.span[axis]} stands for a stride of ${layer.attributes.stride[axis]}`;
    },
  },
  {
    id: 'PL003',
    severity: 'error',
    title: 'output_shape without auto_pad',
    why: 'onnxruntime 1.30 puts the odd element at the begin (as SAME_LOWER), zeros beyond the natural output at the end; ONNX ReferenceEvaluator fails or puts them at the begin',
    fix: 'Write explicit pads and output_padding instead of output_shape',
    finds(node) {
      const layer = transposedOf(node);
      const shape = numbersOf(node, 'output_shape');
      if (!layer || !shape || isSame(wordOf(node, 'auto_pad'))) return undefined;
      const uneven = layer.attributes.crop.some(([begin, end]) => begin !== end);
      return uneven
        ? `output_shape ${list(shape)} leaves open on which side ${layer.attributes.crop.map(([begin, end]) => `${begin + end}`).join(' and ')} elements are cut`
        : undefined;
    },
  },
  {
    id: 'PL004',
    severity: 'note',
    title: 'An odd element at one end',
    why: "Keras' same with kernel 3 and stride 2 cuts (0, 1), PyTorch's padding 1 with output_padding 1 cuts (1, 0): the same shape, moved by one element. Converters have mixed them up (keras#16512, onnx2tf#56)",
    fix: 'Compare the output with that of the framework that trained the model',
    finds(node) {
      const layer = transposedOf(node);
      const odd = layer?.attributes.crop.filter(([begin, end]) => Math.abs(begin - end) === 1) ?? [];
      return odd.length > 0
        ? `it cuts ${odd.map(([begin, end]) => `(${begin}, ${end})`).join(' and ')} of its natural output; its mirror image has the same shape`
        : undefined;
    },
  },
  {
    id: 'PL005',
    severity: 'error',
    title: 'MaxUnpool with output_shape',
    why: "ONNX's own test data counts the indices anew in the larger output, onnxruntime puts them where they are counted in the smaller one",
    fix: 'Leave output_shape out, or give MaxUnpool the kernel and strides that make that shape',
    finds: (node) =>
      isFrom(node, 'MaxUnpool') && node.op === maxUnpool.name && hasOperand(node, 'outputShape')
        ? 'its indices count in a map of another shape than its output'
        : undefined,
  },
];
