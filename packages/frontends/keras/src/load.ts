import { type Model, PolyphaseError } from '@polyphase/ir';
import {
  asBytes,
  isInsideFolder,
  type LoadProgress,
  openSource,
  readWhole,
  type Source,
} from '@polyphase/source';
import { modelOf } from './build.ts';
import { type Config, configOf } from './config.ts';
import { type TfjsDifference, tfjsDifferences } from './layers/differences.ts';
import type { CustomLayers, Profile } from './layers/row.ts';
import { readNetwork } from './topology/read.ts';
import { hdf5Weights } from './weights/files.ts';
import { isHdf5, openHdf5 } from './weights/hdf5.ts';
import { manifestWeights, readManifest } from './weights/manifest.ts';
import type { Weights } from './weights/weights.ts';

/** A path (in Node), a URL, or bytes. */
export type KerasSource = string | URL | Uint8Array | ArrayBuffer;

export interface LoadKerasOptions {
  /** A `.weights.h5` file for a topology that stands alone (`model.to_json()`, `config.json`). */
  readonly weights?: KerasSource | undefined;
  /** The weight files of a model.json given as bytes, by the path in its manifest. Default: from its folder. */
  readonly files?: ((path: string) => Promise<Uint8Array>) | undefined;
  /**
   * Whose numbers: what Keras gives (default), or what the layers of TensorFlow.js give, which ignore the output padding
   * and dilation of transposed convolutions and place the pixels of bilinear UpSampling2D elsewhere.
   */
  readonly semantics?: 'keras' | 'tfjs' | undefined;
  /** What classes of your own compute, by their names. */
  readonly customLayers?: CustomLayers | undefined;
  /** Told each layer to which the layers of TensorFlow.js give other numbers than Keras. */
  readonly onTfjsDifference?: ((difference: TfjsDifference) => void) | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
}

/**
 * Reads a Keras model: `.keras` and `.h5` files of Keras 1 to 3, a layers-model of TensorFlow.js (`model.json` with
 * its shards), or a topology in JSON with its `.weights.h5`. Inputs and outputs are laid out as the model says.
 *
 * @throws PP1001 to PP1008; PP5002 when a file cannot be read.
 */
export async function loadKeras(source: KerasSource, options: LoadKerasOptions = {}): Promise<Model> {
  const opened = await openSource(source, progressOf(options));
  const { topology, profile, weights } = await contentOf(opened, options);
  const network = readNetwork(topology);
  if (options.onTfjsDifference) tfjsDifferences(network).forEach(options.onTfjsDifference);
  return modelOf(network, {
    weights: await weights(),
    profile: options.semantics === 'tfjs' ? 'tfjs' : profile,
    customLayers: options.customLayers ?? {},
  });
}

interface Content {
  readonly topology: Config;
  readonly profile: Profile;
  weights(): Promise<Weights>;
}

const progressOf = ({ onProgress }: LoadKerasOptions) => (onProgress ? { onProgress } : {});

async function contentOf(source: Source, options: LoadKerasOptions): Promise<Content> {
  const { bytes, at } = source;
  if (isHdf5(bytes)) return wholeHdf5(bytes, at);
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) {
    const { unpackKeras } = await import('./archive.ts');
    const { config, weights, version } = unpackKeras(bytes, at);
    return {
      topology: parsed(config, `${at}, config.json`),
      profile: profileOf(version),
      weights: async () => hdf5Weights(openHdf5(weights, `${at}, model.weights.h5`)),
    };
  }
  const text = new TextDecoder().decode(bytes);
  if (!/^\s*\{/.test(text))
    throw new PolyphaseError('PP1001', {
      at,
      problem: 'it is neither a zip archive (.keras), nor HDF5 (.h5), nor JSON',
      fix: 'Give a file that Keras or TensorFlow.js saved',
    });
  return jsonModel(parsed(text, at), source, options);
}

function parsed(text: string, at: string): Config {
  try {
    return configOf(JSON.parse(text), at);
  } catch (cause) {
    if (cause instanceof PolyphaseError) throw cause;
    throw new PolyphaseError('PP1002', {
      at,
      problem: `it is not valid JSON (${cause instanceof Error ? cause.message : String(cause)})`,
      fix: 'Download or save it again',
      cause,
    });
  }
}

/** Keras 2 is also what TensorFlow.js' converter keeps in its files. */
const profileOf = (version: string): Profile => (/^[12]\b|^tfjs-layers/.test(version) ? 'keras2' : 'keras3');

function wholeHdf5(bytes: Uint8Array, at: string): Content {
  const file = openHdf5(bytes, at);
  const topology = file.text('model_config');
  if (topology === undefined)
    throw new PolyphaseError('PP1001', {
      at,
      problem: 'the file has weights and no topology',
      fix: "Give the model's JSON as the source and this file as the option weights",
    });
  const version = file.text('keras_version') ?? '2';
  return {
    topology: parsed(topology, at),
    profile: profileOf(version),
    weights: async () => hdf5Weights(file),
  };
}

/** A model.json of TensorFlow.js, or a topology whose weights are given beside it. */
function jsonModel(model: Config, source: Source, options: LoadKerasOptions): Content {
  if (model.raw('format') === 'graph-model')
    throw new PolyphaseError('PP1001', {
      at: model.at,
      problem: "it is a graph-model, TensorFlow's operations instead of Keras' layers",
      fix: 'Convert the original Keras model with --output_format=tfjs_layers_model, or to ONNX',
    });
  const outer = model.has('modelTopology') ? model.object('modelTopology') : model;
  const topology = outer.has('model_config') ? outer.object('model_config') : outer;
  const version = outer.raw('keras_version') ?? model.raw('keras_version') ?? '3';
  return {
    topology,
    profile: profileOf(typeof version === 'string' ? version : '3'),
    weights: () => weightsOf(model, source, options),
  };
}

async function weightsOf(model: Config, source: Source, options: LoadKerasOptions): Promise<Weights> {
  if (options.weights !== undefined) {
    const { bytes, at } = await openSource(options.weights, progressOf(options));
    return hdf5Weights(openHdf5(bytes, at));
  }
  if (!model.has('weightsManifest'))
    throw new PolyphaseError('PP1008', {
      at: model.at,
      problem: 'it has a topology and no weights',
      fix: 'Give the .weights.h5 file as the option weights',
    });
  return manifestWeights(readManifest(model), (path) => fileBeside(path, source, options));
}

function fileBeside(path: string, { files }: Source, options: LoadKerasOptions): Promise<Uint8Array> {
  if (options.files) return options.files(path).then(asBytes);
  if (files && isInsideFolder(path)) return readWhole(files, path);
  throw new PolyphaseError('PP1008', {
    at: `weights ${path}`,
    problem: files
      ? 'the path leaves the folder of the model'
      : 'the model is given as bytes, without its files',
    fix: 'Load it from its path or URL, or give the option files',
  });
}
