import type { Node } from '@polyphase/ir';
import { isFrom, numbersOf, type TransposedLayer, transposedOf, wordOf } from '../attributes.ts';
import type { Defect } from './row.ts';

/** What is said of a transposed convolution for which `holds`. */
const where =
  (
    holds: (layer: TransposedLayer, node: Node) => boolean,
    say: (layer: TransposedLayer, node: Node) => string,
  ) =>
  (node: Node): string | undefined => {
    const layer = transposedOf(node);
    return layer && holds(layer, node) ? say(layer, node) : undefined;
  };

const opset = (node: Node): number => node.origin?.version ?? 21;

const isAsymmetric = ({ attributes }: TransposedLayer): boolean =>
  attributes.crop.some(([begin, end]) => begin !== end);

const cut = ({ attributes }: TransposedLayer): string =>
  `it cuts ${attributes.crop.map(([begin, end]) => `(${begin}, ${end})`).join(' and ')}`;

/** Transposed convolution in onnxruntime. `webgpu` is the native provider, `JSEP` the older one of onnxruntime-web. */
export const onnxruntimeTransposed: readonly Defect[] = [
  {
    id: 'PL101',
    runtime: 'onnxruntime webgpu',
    version: '1.30',
    consequence: 'wrong',
    title: 'Groups with one output channel each and an even number of input channels',
    fix: 'Run it on another provider, or make the weights ungrouped with zeros between the groups',
    finds: where(
      ({ attributes, inPerGroup, outPerGroup, rank }, node) =>
        attributes.groups > 1 && outPerGroup === 1 && inPerGroup % 2 === 0 && rank < 3 && opset(node) < 22,
      ({ attributes, inPerGroup }) => `${attributes.groups} groups of ${inPerGroup} channels to 1`,
    ),
  },
  {
    id: 'PL102',
    runtime: 'onnxruntime webgpu',
    version: '1.30',
    consequence: 'fallback',
    title: 'ConvTranspose of operator set 22 or newer, or older than 7',
    fix: 'Write the model with operator set 21: polyphase optimize does',
    finds: (node) =>
      isFrom(node, 'ConvTranspose') && (node.origin!.version >= 22 || node.origin!.version < 7)
        ? `operator set ${node.origin!.version} has no kernel there: it runs on the processor`
        : undefined,
  },
  {
    id: 'PL103',
    runtime: 'onnxruntime webgpu',
    version: '1.30',
    consequence: 'refused',
    title: 'ConvTranspose of volumes',
    fix: 'Run it on another provider',
    source: 'onnxruntime#28356',
    finds: where(
      ({ rank }, node) => rank === 3 && opset(node) >= 11 && opset(node) < 22,
      () => 'three spatial axes; it fails while running',
    ),
  },
  {
    id: 'PL104',
    runtime: 'onnxruntime cpu, wasm, webgpu',
    version: '1.30',
    consequence: 'refused',
    title: 'output_padding of a stride or more, below the dilation',
    fix: 'Write less pads at the end in place of output_padding, or a Pad after it',
    source: 'PyTorch and ONNX allow it',
    finds(node) {
      const layer = transposedOf(node);
      const padding = numbersOf(node, 'output_padding');
      const axis = padding?.findIndex((n, a) => {
        const { stride, dilation } = layer?.attributes ?? { stride: [], dilation: [] };
        return n > 0 && n >= stride[a]! && n < dilation[a]!;
      });
      return layer && padding && axis !== undefined && axis >= 0
        ? `output_padding ${padding[axis]} with stride ${layer.attributes.stride[axis]} and dilation ${layer.attributes.dilation[axis]}`
        : undefined;
    },
  },
  {
    id: 'PL105',
    runtime: 'onnxruntime-web',
    version: '1.30',
    consequence: 'refused',
    title: 'output_shape smaller than the input',
    fix: 'Write explicit pads instead of output_shape',
    finds(node) {
      const layer = transposedOf(node);
      const shape = numbersOf(node, 'output_shape');
      const smaller = layer && shape?.some((length, a) => length < (layer.lengths[a] ?? 0));
      return smaller ? `${layer.lengths.join('x')} elements become ${shape!.join('x')}` : undefined;
    },
  },
  {
    id: 'PL106',
    runtime: 'onnxruntime-web JSEP',
    version: '1.30',
    consequence: 'wrong',
    title: 'Padding that differs at both ends',
    fix: "Import 'onnxruntime-web/webgpu', which has the native provider",
    finds: where(
      (layer) => layer.rank < 3 && isAsymmetric(layer),
      (layer) => `${cut(layer)}; the total is halved anew there`,
    ),
  },
  {
    id: 'PL107',
    runtime: 'onnxruntime-web JSEP',
    version: '1.30',
    consequence: 'refused',
    title: 'Padding of a line',
    fix: "Import 'onnxruntime-web/webgpu', which has the native provider",
    finds: where(
      (layer) =>
        layer.rank === 1 && !isAsymmetric(layer) && layer.attributes.crop.some(([begin]) => begin > 0),
      (layer) => `${cut(layer)} of one spatial axis`,
    ),
  },
  {
    id: 'PL108',
    runtime: 'onnxruntime-web webgl',
    version: '1.30',
    consequence: 'refused',
    title: 'ConvTranspose of anything but pictures, or with output_shape',
    fix: 'Run it on another provider',
    finds: where(
      ({ rank }, node) => rank !== 2 || numbersOf(node, 'output_shape') !== undefined,
      ({ rank }) => (rank === 2 ? 'output_shape is ignored there' : `${rank} spatial axes`),
    ),
  },
  {
    id: 'PL109',
    runtime: 'onnxruntime webgpu',
    version: '1.30 and older',
    consequence: 'wrong',
    title: 'float16 maps longer than 2048',
    fix: 'Keep this layer in float32',
    source: 'onnxruntime#28976',
    finds(node) {
      const layer = transposedOf(node);
      const { dtype, shape } = node.outputs[0]!.type;
      const longest = Math.max(...shape.slice(2).map((n) => (typeof n === 'number' ? n : 0)));
      return layer && dtype === 'float16' && longest > 2048
        ? `an axis of ${longest} elements, whose indices are computed in float16`
        : undefined;
    },
  },
  {
    id: 'PL110',
    runtime: 'onnxruntime webgpu, webgl',
    version: 'before 1.25',
    consequence: 'wrong',
    title: 'auto_pad SAME with a stride',
    fix: 'Write explicit pads',
    source: 'onnxruntime#26734',
    finds: where(
      ({ attributes }, node) =>
        /^SAME/.test(wordOf(node, 'auto_pad') ?? '') && attributes.stride.some((s) => s > 1),
      ({ attributes }, node) => `${wordOf(node, 'auto_pad')} with stride ${attributes.stride.join('x')}`,
    ),
  },
];
