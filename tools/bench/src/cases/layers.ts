import { type Model, sizeOf } from '@polyphase/ir';
import { exportOnnx } from '@polyphase/onnx';
import { input, model, onnx, tensor } from 'polyphase';
import type { Case } from './case.ts';
import { noise } from './noise.ts';

export type Shape4 = readonly [number, number, number, number];

interface Common {
  readonly name: string;
  /** NCHW. */
  readonly x: Shape4;
  /** The kind of network that has this layer. */
  readonly from: string;
}

interface Resampling {
  readonly scales: Shape4;
  readonly mode: 'nearest' | 'linear' | 'cubic';
  readonly coordinate_transformation_mode: 'asymmetric' | 'half_pixel' | 'align_corners';
  readonly nearest_mode?: 'floor';
}

export interface TransposedSpec extends Common {
  readonly op: 'ConvTranspose';
  readonly w: Shape4;
  readonly strides: readonly [number, number];
  readonly pads: Shape4;
  readonly output_padding?: readonly [number, number];
  readonly group?: number;
}

export interface ResizeSpec extends Common, Resampling {
  readonly op: 'Resize';
}

export interface ResizeConvSpec extends Common, Resampling {
  readonly op: 'Resize+Conv';
  readonly w: Shape4;
  readonly pads: Shape4;
}

/** A layer in ONNX's words, as layers.json has them. */
export type LayerSpec = TransposedSpec | ResizeSpec | ResizeConvSpec;

export interface Layer {
  readonly spec: LayerSpec;
  /** In ONNX's order; none for a resize. */
  readonly weights: Float32Array | undefined;
  /** NCHW. */
  readonly outputShape: Shape4;
}

/** What `layers.json` holds: the layers that speed claims are about. */
export interface LayerFile {
  readonly layers: readonly LayerSpec[];
}

export function layerCase(spec: LayerSpec): Case {
  const weights = spec.op === 'Resize' ? undefined : noise(sizeOf(spec.w), 0.1, 0x2545f491);
  const made = layerModel(spec, weights);
  const graph = made.graph();
  return {
    name: spec.name,
    feed: { name: 'x', shape: spec.x, data: noise(sizeOf(spec.x)) },
    model: () => made,
    onnx: exportOnnx(graph),
    layer: { spec, weights, outputShape: graph.outputs[0]!.value.type.shape as Shape4 },
  };
}

const layerModel = (spec: LayerSpec, weights: Float32Array | undefined): Model =>
  model({ x: input(spec.x) }, ({ x }) => ({ y: layerOf(x, spec, weights) }), { name: spec.name });

type Flow = Parameters<typeof onnx.Resize>[0];

function layerOf(x: Flow, spec: LayerSpec, weights: Float32Array | undefined) {
  if (spec.op === 'Resize') return resize(x, spec);
  const w = tensor(weights!, spec.w);
  if (spec.op === 'Resize+Conv') return onnx.Conv(resize(x, spec), w, { pads: spec.pads });
  const { strides, pads, output_padding, group } = spec;
  return onnx.ConvTranspose(x, w, { strides, pads, output_padding, group });
}

const resize = (x: Flow, { scales, mode, coordinate_transformation_mode, nearest_mode }: Resampling) =>
  onnx.Resize(x, { scales, mode, coordinate_transformation_mode, nearest_mode });
