import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Binding,
  check,
  conv,
  convTranspose,
  type Graph,
  type Model,
  make,
  type Node,
  onnxCrop,
  outputOf,
  type Pair,
  resizeAxes,
  sizeOf,
  tensor,
  upsample,
  type Value,
} from '@polyphase/ir';
import { loadModel } from '../load-model.ts';
import { randomNumbers } from '../random.ts';

export interface BenchCase {
  readonly name: string;
  load(): Promise<Model>;
}

/** A layer as `layers.json` has it, in ONNX's words. */
interface LayerSpec {
  readonly name: string;
  readonly op: 'ConvTranspose' | 'Resize' | 'Resize+Conv';
  readonly x: readonly number[];
  readonly w?: readonly number[];
  readonly strides?: readonly number[];
  readonly pads?: readonly number[];
  readonly output_padding?: readonly number[];
  readonly group?: number;
  readonly scales?: readonly number[];
  readonly mode?: string;
  readonly coordinate_transformation_mode?: string;
  readonly nearest_mode?: string;
}

/** Of the repository; a published command is without it. */
const layersFile = fileURLToPath(new URL('../../../../../tools/bench/layers.json', import.meta.url));

const isModel = (name: string): boolean => /\.(onnx|keras|h5|hdf5|json)$/i.test(name);

/** The cases of these names; all layers when none is given. @throws PP5001 for a name that there is not. */
export async function benchCases(
  names: readonly string[],
  weights: string | undefined,
): Promise<readonly BenchCase[]> {
  const layers = existsSync(layersFile) ? await layerCases() : [];
  if (names.length === 0) return layers;
  return names.map((name) => {
    if (isModel(name)) return { name: basename(name), load: () => loadModel(name, { weights }) };
    const found = layers.find((layer) => layer.name === name);
    check(found !== undefined, 'PP5001', () => ({
      at: `polyphase bench ${name}`,
      problem: 'there is no layer of this name, and it is no model file',
      fix: `Give a file, or one of ${layers.map((layer) => layer.name).join(', ') || 'no layers: they are in the repository'}`,
    }));
    return found;
  });
}

async function layerCases(): Promise<readonly BenchCase[]> {
  const { layers } = JSON.parse(await readFile(layersFile, 'utf8')) as {
    readonly layers: readonly LayerSpec[];
  };
  return layers.map((spec) => ({ name: spec.name, load: async () => layerModel(spec) }));
}

function layerModel(spec: LayerSpec): Model {
  const x: Value = { name: 'x', type: { dtype: 'float32', shape: spec.x } };
  const nodes = nodesOf(spec, x);
  const y = outputOf(nodes.at(-1)!);
  const graph: Graph = { name: spec.name, inputs: [x], nodes, outputs: [{ name: 'y', value: y }] };
  const inputs = [{ name: 'x', type: x.type }];
  return { name: spec.name, inputs, outputs: ['y'], graph: (_?: ReadonlyMap<string, Binding>) => graph };
}

function nodesOf(spec: LayerSpec, x: Value): readonly Node[] {
  if (spec.op === 'ConvTranspose') return [transposedNode(spec, x)];
  const resized = resizeNode(spec, x);
  return spec.op === 'Resize' ? [resized] : [resized, convNode(spec, outputOf(resized))];
}

function weightsOf({ w }: LayerSpec): Value {
  const next = randomNumbers(2);
  const data = Float32Array.from({ length: sizeOf(w!) }, () => next() - 0.5);
  return { name: 'w', type: { dtype: 'float32', shape: w! }, constant: tensor(data, w!) };
}

const pairsOf = (pads: readonly number[]): readonly Pair[] =>
  pads.slice(pads.length / 2).map((end, a): Pair => [pads[a]!, end]);

function transposedNode(spec: LayerSpec, x: Value): Node {
  const { w = [], strides = [1, 1], pads = [0, 0, 0, 0], output_padding = [0, 0], group = 1 } = spec;
  const crop = pairsOf(pads).map((pair, a) =>
    onnxCrop(
      { kernel: w[a + 2]!, stride: strides[a]!, dilation: 1 },
      { autoPad: 'NOTSET', pads: pair, outputPadding: output_padding[a]! },
    ),
  );
  const attributes = { stride: strides, dilation: [1, 1], crop, groups: group };
  return make(convTranspose, { x, w: weightsOf(spec) }, attributes, { name: spec.name });
}

function convNode(spec: LayerSpec, x: Value): Node {
  const attributes = { stride: [1, 1], dilation: [1, 1], pads: pairsOf(spec.pads!), groups: 1 };
  return make(conv, { x, w: weightsOf(spec) }, attributes, { name: spec.name });
}

function resizeNode(spec: LayerSpec, x: Value): Node {
  const attributes = resizeAxes({
    inputShape: spec.x,
    opset: 19,
    scales: spec.scales,
    mode: spec.mode,
    coordinateTransformationMode: spec.coordinate_transformation_mode,
    nearestMode: spec.nearest_mode,
  });
  return make(upsample, { x }, attributes, { name: `${spec.name}/resize` });
}
