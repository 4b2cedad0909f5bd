import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Pixels, pixelsToTensor, tensorToPixels } from '@polyphase/files';
import { type CustomLayers, loadKeras } from '@polyphase/keras';
import type { Backend } from '@polyphase/plugin';
import { type CompiledModel, compile, type Flow, input, layers, model } from 'polyphase';

/** A network that doubles pictures, channels last. */
interface Network {
  readonly about: string;
  readonly package: string;
  readonly file: string;
  /** What black and white are. */
  readonly range: '0-1' | '0-255';
  /** The classes that the package registers with TensorFlow.js. */
  readonly customLayers?: CustomLayers;
}

export const networks = {
  rdn: {
    about: 'residual dense network',
    package: '@upscalerjs/default-model',
    file: 'models/model.json',
    range: '0-255',
  },
  esrgan: {
    about: 'ESRGAN generator',
    package: '@upscalerjs/esrgan-slim',
    file: 'models/x2/model.json',
    range: '0-1',
    customLayers: {
      MultiplyBeta: ([x], _, name) => layers.mul(x!, 0.2, { name }),
      PixelShuffle2x: ([x], _, name) => pixelShuffle(x!, name),
    },
  },
} as const satisfies Readonly<Record<string, Network>>;

export type NetworkName = keyof typeof networks;

/** TensorFlow's depth_to_space of channels-last data. */
function pixelShuffle(x: Flow, name: string): Flow {
  const first = layers.transpose(x, [0, 3, 1, 2], { name: `${name}/channels-first` });
  const shuffled = layers.depthToSpace(first, { blocksize: 2, mode: 'DCR', name });
  return layers.transpose(shuffled, [0, 2, 3, 1], { name: `${name}/channels-last` });
}

/** The model file in its package, whose exports do not name it. */
export function networkPath({ package: name, file }: Network): string {
  const entry = createRequire(import.meta.url).resolve(name);
  const folder = join(...name.split('/'));
  return join(entry.slice(0, entry.lastIndexOf(folder) + folder.length), file);
}

/** A network with what it takes for black and white. */
export interface OpenNetwork {
  readonly model: CompiledModel;
  readonly range: Network['range'];
}

export async function openNetwork(name: NetworkName, backends: readonly Backend[]): Promise<OpenNetwork> {
  const network: Network = networks[name];
  const { customLayers } = network;
  return {
    model: await compile(await loadKeras(networkPath(network), { customLayers }), { backends }),
    range: network.range,
  };
}

/** Runs a model of one picture to one picture. */
export async function picture({ model: compiled, range }: OpenNetwork, from: Pixels): Promise<Pixels> {
  const format = { layout: 'NHWC', range } as const;
  const x = pixelsToTensor(from, format, 'float32', 'picture');
  const results = await compiled.run({ [compiled.inputs[0]!.name]: x });
  return tensorToPixels(results[compiled.outputs[0]!]!, format, 'picture');
}

/** A picture in another size by cubic interpolation, as Pillow does it; when it shrinks, every pixel counts. */
export async function resized(
  from: Pixels,
  { width, height }: { readonly width: number; readonly height: number },
  backends: readonly Backend[],
): Promise<Pixels> {
  const shape = [1, from.height, from.width, 3];
  const resize = model({ x: input(shape) }, ({ x }) => ({
    y: layers.upsample(x, {
      size: [height, width],
      axes: [1, 2],
      mode: { kind: 'cubic', coefficient: -0.5 },
      border: 'renormalise',
      antialias: width < from.width,
    }),
  }));
  const compiled = await compile(resize, { backends });
  const result = await picture({ model: compiled, range: '0-255' }, from);
  await compiled.close();
  return result;
}
