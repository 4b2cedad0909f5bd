import { type AxisResampling, maxUnpool, type Node } from '@polyphase/ir';
import { isFrom, isInterpolated, numbersOf, resampledAxes, scalesOf } from '../attributes.ts';
import type { Defect } from './row.ts';

const rankOf = (node: Node): number => node.inputs[0]!.type.shape.length;

const changed = (node: Node): readonly AxisResampling[] =>
  resampledAxes(node).filter(({ from, to }) => from !== to);

const axesText = (axes: readonly AxisResampling[]): string =>
  `axes ${axes.map(({ axis }) => axis).join(', ')}`;

const digits = (scale: number): number => Number(scale.toPrecision(6));

/** Axes that keep their length although the file gives a scale other than 1. */
const keptAxes = (node: Node): readonly AxisResampling[] =>
  resampledAxes(node).filter(({ axis, from, to }) => from === to && (scalesOf(node).get(axis) ?? 1) !== 1);

/** Resampling and unpooling in onnxruntime. */
export const onnxruntimeResize: readonly Defect[] = [
  {
    id: 'PL120',
    runtime: 'onnxruntime webgpu',
    version: '1.30',
    consequence: 'fallback',
    title: 'Upsample and MaxUnpool',
    fix: 'Convert Upsample to Resize (polyphase optimize does); run MaxUnpool on another provider',
    finds: (node) =>
      isFrom(node, 'Upsample') || node.op === maxUnpool.name
        ? `there is no kernel of ${node.origin?.op ?? 'MaxUnpool'}: it runs on the processor`
        : undefined,
  },
  {
    id: 'PL121',
    runtime: 'onnxruntime webgpu',
    version: '1.30',
    consequence: 'refused',
    title: 'Antialiasing',
    fix: 'Run it on another provider',
    finds: (node) =>
      resampledAxes(node).some(({ antialias }) => antialias)
        ? 'antialias is 1; it fails while running'
        : undefined,
  },
  {
    id: 'PL122',
    runtime: 'onnxruntime webgpu',
    version: '1.30',
    consequence: 'wrong',
    title: 'Interpolation of the middle axes of four',
    fix: 'Transpose to N, C, H, W around it',
    finds(node) {
      const axes = changed(node).filter(isInterpolated);
      return rankOf(node) === 4 && axes.some(({ axis }) => axis === 1)
        ? `${axesText(axes)} of four`
        : undefined;
    },
  },
  {
    id: 'PL123',
    runtime: 'onnxruntime',
    version: '1.30',
    consequence: 'wrong',
    title: 'A crop along an axis that keeps its length',
    fix: 'Crop with Slice before, and resize to the same length',
    finds(node) {
      const axis = resampledAxes(node).find(
        ({ map, roi, from, to }) =>
          map === 'tf_crop_and_resize' && roi && from === to && (roi[0] !== 0 || roi[1] !== 1),
      );
      return (
        axis && `roi ${axis.roi!.join(' to ')} of axis ${axis.axis}, which stays ${axis.to} long, is ignored`
      );
    },
  },
  {
    id: 'PL124',
    runtime: 'onnxruntime cpu, wasm',
    version: '1.30',
    consequence: 'wrong',
    title: 'A scale that leaves the length',
    fix: 'Give sizes, or leave the axis out',
    finds(node) {
      const [axis] = keptAxes(node).filter(isInterpolated);
      return (
        axis &&
        `axis ${axis.axis}: ${axis.from} elements stay by a scale of ${digits(scalesOf(node).get(axis.axis)!)}, and are copied`
      );
    },
  },
  {
    id: 'PL125',
    runtime: 'onnxruntime',
    version: '1.30',
    consequence: 'refused',
    title: 'Cubic of lines and volumes, interpolation of four axes',
    fix: 'Resize two axes at a time in a tensor of rank 4',
    finds(node) {
      const axes = changed(node).filter(isInterpolated);
      const cubic = axes.some(({ filter }) => filter.kind === 'cubic');
      if (cubic && (axes.length > 2 || (rankOf(node) !== 4 && rankOf(node) !== 2)))
        return `cubic along ${axesText(axes)} of ${rankOf(node)}`;
      return axes.length > 3 ? `interpolation along ${axesText(axes)}` : undefined;
    },
  },
  {
    id: 'PL126',
    runtime: 'onnxruntime-web JSEP',
    version: '1.30',
    consequence: 'wrong',
    title: 'Resize with half_pixel_symmetric, axes, or a fractional length',
    fix: "Import 'onnxruntime-web/webgpu', which has the native provider",
    finds(node) {
      if (!isFrom(node, 'Resize')) return undefined;
      if (numbersOf(node, 'axes')) return 'it has axes';
      if (resampledAxes(node).some(({ map }) => map === 'half_pixel_symmetric'))
        return 'half_pixel_symmetric';
      const scales = scalesOf(node);
      const rounded = resampledAxes(node).find(({ axis, from, to }) => {
        const scale = scales.get(axis);
        return typeof from === 'number' && scale !== undefined && Math.round(from * scale) !== to;
      });
      return (
        rounded &&
        `${rounded.from} * ${digits(scales.get(rounded.axis)!)} is rounded there, ${rounded.to} by the specification`
      );
    },
  },
  {
    id: 'PL127',
    runtime: 'onnxruntime-web webgl',
    version: '1.30',
    consequence: 'refused',
    title: 'Most of Resize',
    fix: 'Run it on another provider',
    finds(node) {
      const axes = changed(node);
      const plain = axes.every(
        ({ filter, antialias, axis }) => axis > 1 && !antialias && filter.kind !== 'cubic',
      );
      return axes.length > 0 && (rankOf(node) !== 4 || !plain)
        ? `${axesText(axes)} of ${rankOf(node)}`
        : undefined;
    },
  },
  {
    id: 'PL128',
    runtime: 'onnxruntime cuda',
    version: '1.22 and newer',
    consequence: 'wrong',
    title: 'Antialiased cubic with a coefficient of its own',
    fix: 'Set cubic_coeff_a to -0.75, or run it on the processor',
    source: 'onnxruntime#25264',
    finds(node) {
      const axis = resampledAxes(node).find(
        ({ antialias, filter }) => antialias && filter.kind === 'cubic' && filter.coefficient !== -0.75,
      );
      return axis && 'cubic_coeff_a is ignored there';
    },
  },
  {
    id: 'PL129',
    runtime: 'onnxruntime webnn',
    version: '1.21 and newer',
    consequence: 'wrong',
    title: 'Coordinates other than half_pixel',
    fix: 'Run it on another provider',
    source: 'onnxruntime PR#22811 took the check out',
    finds(node) {
      const axis = changed(node).find(({ map, scale, from, to, filter }) => {
        const isRepetition =
          filter.kind === 'nearest' && Number.isInteger(scale ?? (to as number) / (from as number));
        return map !== 'half_pixel' && map !== 'pytorch_half_pixel' && !isRepetition;
      });
      return axis && `${axis.map} is computed as half_pixel`;
    },
  },
];
