import { type ImageFormat, readTensorFile } from '@polyphase/files';
import {
  check,
  type InputSpec,
  isStatic,
  type Model,
  PolyphaseError,
  printShape,
  printType,
  sizeOf,
  type Tensor,
} from '@polyphase/ir';
import { randomNumbers, randomTensor } from './random.ts';

export interface GivenInputs {
  readonly files: ReadonlyMap<string, string>;
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** Fills inputs without a file. */
  readonly seed?: number | undefined;
  readonly image: ImageFormat;
}

/** An input with where it came from, for the report. */
export interface SourcedInput {
  readonly name: string;
  readonly tensor: Tensor;
  readonly source: string;
}

/**
 * A tensor for every input of the model.
 *
 * @throws PP4001 naming all that are missing, PP4002 for names that the model does not have, and the errors of files.
 */
export async function readInputs(model: Model, given: GivenInputs): Promise<readonly SourcedInput[]> {
  checkNames(
    'input',
    [...given.files.keys(), ...given.shapes.keys()],
    model.inputs.map(({ name }) => name),
  );
  const missing = model.inputs.filter(({ name }) => !given.files.has(name));
  const { seed } = given;
  if (missing.length > 0 && seed === undefined) throw missingInputs(model, missing);
  const next = randomNumbers(seed ?? 0);
  const inputs: SourcedInput[] = [];
  for (const spec of model.inputs) {
    const file = given.files.get(spec.name);
    const tensor =
      file === undefined ? randomInput(spec, given, next) : await readInput(spec, file, given.image);
    inputs.push({ name: spec.name, tensor, source: file ?? `random, seed ${seed}` });
  }
  return inputs;
}

/** @throws PP4002 for a name that the model does not have. */
export function checkNames(
  kind: 'input' | 'output',
  given: readonly string[],
  known: readonly string[],
): void {
  for (const name of given) {
    check(known.includes(name), 'PP4002', () => ({
      at: `--${kind} ${name}`,
      problem: `the model has no ${kind} of this name`,
      fix: `Its ${kind}s are: ${known.join(', ') || 'none'}`,
    }));
  }
}

/** Reads one input. A picture is laid out as the model's input has its channels. @throws the errors of files. */
export async function readInput(spec: InputSpec, file: string, image: ImageFormat): Promise<Tensor> {
  const { dtype, shape } = spec.type;
  const layout = image.layout ?? (isChannels(shape[3]) && !isChannels(shape[1]) ? 'NHWC' : 'NCHW');
  const channelAxis = shape.length - (layout === 'NCHW' ? 3 : 1);
  const channels = image.channels ?? (shape[channelAxis] === 1 ? 'gray' : 'RGB');
  const read = await readTensorFile(file, { ...image, layout, channels, dtype });
  const isUnbatchedPicture = /\.(png|jpe?g)$/i.test(file) && shape.length === 3;
  return isUnbatchedPicture ? { ...read, shape: read.shape.slice(1) } : read;
}

const isChannels = (length: unknown): boolean => length === 1 || length === 3;

/** 1 GiB of float32. */
const mostRandom = 2 ** 28;

function randomInput(spec: InputSpec, { shapes }: GivenInputs, next: () => number): Tensor {
  const shape = shapes.get(spec.name) ?? spec.type.shape;
  const at = `input ${spec.name}`;
  check(!spec.decidesShapes, 'PP4001', () => ({
    at,
    problem: 'the sizes in the graph depend on its elements, which cannot be random',
    fix: `Give --input ${spec.name}=FILE`,
  }));
  check(isStatic(shape), 'PP4001', () => ({
    at,
    problem: `it is ${printType(spec.type)}, of open size`,
    fix: `Give its size for random elements with --shape ${exampleShape(spec)}`,
  }));
  check(sizeOf(shape) <= mostRandom, 'PP4004', () => ({
    at,
    problem: `${printShape(shape)} has ${sizeOf(shape)} elements, random ones are limited to ${mostRandom}`,
    fix: `Give a smaller --shape, or --input ${spec.name}=FILE`,
  }));
  return randomTensor(spec.type.dtype, shape, next);
}

/** `image=1x3x640x640`: open lengths as numbers that are likely to fit. */
export function exampleShape({ name, type }: InputSpec): string {
  const spatial = (axis: number): boolean => type.shape.length > 2 && axis > 0;
  const lengths = type.shape.map((dim, axis) => (typeof dim === 'number' ? dim : spatial(axis) ? 640 : 1));
  return `${name}=${lengths.join('x')}`;
}

function missingInputs(model: Model, missing: readonly InputSpec[]): PolyphaseError {
  const listed = missing.map(({ name, type }) => `${name}: ${printType(type)}`).join('; ');
  const files = missing.map(({ name }) => `--input ${name}=FILE`).join(' ');
  return new PolyphaseError('PP4001', {
    at: model.name || 'model',
    problem: `${missing.length} of its ${model.inputs.length} inputs are not given: ${listed}`,
    fix: `Give ${files} (.npy, .pb, .png, .jpg), or fill them with --random 1`,
  });
}
