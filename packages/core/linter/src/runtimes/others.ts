import { depthToSpace, isOp, maxUnpool, type Node } from '@polyphase/ir';
import {
  isInterpolated,
  numbersOf,
  resampledAxes,
  type TransposedLayer,
  transposedOf,
} from '../attributes.ts';
import type { Defect } from './row.ts';

const transposed =
  (rank: number, holds: (layer: TransposedLayer, node: Node) => string | false | undefined) =>
  (node: Node): string | undefined => {
    const layer = transposedOf(node);
    return (layer?.rank === rank && holds(layer, node)) || undefined;
  };

const isBilinear = (node: Node): boolean =>
  resampledAxes(node).some(({ filter }) => filter.kind === 'linear');

/** TensorFlow.js, TensorFlow Lite and ONNX's reference. */
export const otherRuntimes: readonly Defect[] = [
  {
    id: 'PL140',
    runtime: 'TensorFlow.js wasm',
    version: '4.22',
    consequence: 'wrong',
    title: 'Transposed convolution of volumes',
    fix: 'Use its cpu or webgl backend for it',
    finds: transposed(3, () => '22 of 24 shapes tried were wrong'),
  },
  {
    id: 'PL141',
    runtime: 'TensorFlow.js webgpu',
    version: '4.22',
    consequence: 'wrong',
    title: 'Transposed convolution of volumes with a bias',
    fix: 'Use its cpu or webgl backend for it',
    finds: transposed(
      3,
      ({ outPerGroup, attributes }, node) =>
        outPerGroup * attributes.groups > 1 &&
        node.inputs[2] !== undefined &&
        'the sum with the bias of several channels gives zeros',
    ),
  },
  {
    id: 'PL142',
    runtime: 'TensorFlow.js cpu, webgpu',
    version: '4.22',
    consequence: 'wrong',
    title: 'Transposed convolution of volumes with a kernel shorter than the stride',
    fix: 'Fill the kernel up with zeros to the stride',
    finds: transposed(3, ({ span, attributes: { stride } }) => {
      const axis = span.findIndex((k, a) => k < stride[a]!);
      return axis >= 0 && `kernel ${span[axis]} with stride ${stride[axis]}`;
    }),
  },
  {
    id: 'PL143',
    runtime: 'TensorFlow.js',
    version: '4.22',
    consequence: 'wrong',
    title: 'Transposed convolution to more than its natural length',
    fix: 'Make the natural output and pad it',
    finds: transposed(2, ({ attributes: { crop, stride } }) => {
      const axis = crop.findIndex(([begin, end], a) => -(begin + end) >= stride[a]!);
      return (
        axis >= 0 &&
        `${-(crop[axis]![0] + crop[axis]![1])} elements beyond it are NaN or garbage: outputShape is not checked`
      );
    }),
  },
  {
    id: 'PL144',
    runtime: 'TensorFlow.js layers',
    version: '4.22',
    consequence: 'wrong',
    title: 'dilationRate, groups and outputPadding of Conv2DTranspose',
    fix: 'Run the model as ONNX',
    finds: transposed(2, ({ attributes: { dilation, groups } }, node) => {
      const padding = numbersOf(node, 'output_padding') ?? [];
      const ignored = [
        ...(dilation.some((d) => d > 1) ? [`dilation ${dilation.join('x')}`] : []),
        ...(groups > 1 ? [`${groups} groups`] : []),
        ...(padding.some((n) => n > 0) ? [`output_padding ${padding.join('x')}`] : []),
      ];
      return ignored.length > 0 && `${ignored.join(', ')}: ignored there`;
    }),
  },
  {
    id: 'PL145',
    runtime: 'TensorFlow.js layers',
    version: '4.22',
    consequence: 'wrong',
    title: 'Bilinear UpSampling2D',
    fix: 'Run the model as ONNX, or as a graph model',
    source: 'tfjs#1729',
    finds: (node) =>
      isBilinear(node) && resampledAxes(node).some(({ map }) => map === 'half_pixel')
        ? 'half_pixel is computed as asymmetric: [0, 1] gives 0 .5 1 1, not 0 .25 .75 1'
        : undefined,
  },
  {
    id: 'PL146',
    runtime: 'TensorFlow.js',
    version: '4.22',
    consequence: 'refused',
    title: 'What it has no operator for',
    fix: 'Run it with another runtime',
    finds(node) {
      const layer = transposedOf(node);
      if (layer && layer.attributes.groups > 1) return 'transposed convolution in groups';
      if (layer?.attributes.dilation.some((d) => d > 1)) return 'transposed convolution with dilation';
      const axes = resampledAxes(node).filter(({ from, to }) => from !== to);
      if (axes.some(({ filter }) => filter.kind === 'cubic')) return 'cubic interpolation';
      if (axes.some(({ antialias }) => antialias)) return 'antialiasing';
      if (axes.length > 2) return `resampling of ${axes.length} axes`;
      if (node.op === maxUnpool.name) return 'max-unpooling';
      return isOp<{ readonly mode: string }>(node, depthToSpace) && node.attributes.mode === 'CRD'
        ? 'depth to space in the order CRD'
        : undefined;
    },
  },
  {
    id: 'PL147',
    runtime: 'ONNX ReferenceEvaluator',
    version: '1.23 and older',
    consequence: 'wrong',
    title: 'ConvTranspose in groups',
    fix: 'Judge it by another runtime',
    source: 'onnx PR#8446',
    finds(node) {
      const groups = transposedOf(node)?.attributes.groups ?? 1;
      return groups > 1 ? `${groups} groups: it fails or gives other values` : undefined;
    },
  },
  {
    id: 'PL148',
    runtime: 'TensorFlow Lite, WebNN on Linux and Android',
    version: 'as of 2026',
    consequence: 'refused',
    title: 'ConvTranspose with dilation or groups',
    fix: 'Fill the kernel up with zeros, or run it with another runtime',
    source: 'tensorflow#70031, onnxruntime PR#21291',
    finds(node) {
      const attributes = transposedOf(node)?.attributes;
      if (!attributes) return undefined;
      if (attributes.groups > 1) return `${attributes.groups} groups`;
      return attributes.dilation.some((d) => d > 1) ? `dilation ${attributes.dilation.join('x')}` : undefined;
    },
  },
  {
    id: 'PL149',
    runtime: 'WebNN',
    version: 'as of 2026',
    consequence: 'refused',
    title: 'Interpolation that resample2d has not',
    fix: 'Run it with another runtime',
    finds(node) {
      const axes = resampledAxes(node).filter(({ from, to }) => from !== to);
      if (axes.length > 2) return `${axes.length} axes`;
      const other = axes.find(
        (axis) => isInterpolated(axis) && (axis.filter.kind !== 'linear' || axis.antialias),
      );
      return other && `${other.filter.kind}${other.antialias ? ', antialiased' : ''}`;
    },
  },
];
