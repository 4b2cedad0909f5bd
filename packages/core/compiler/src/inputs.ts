import {
  type Binding,
  type Dim,
  type InputSpec,
  PolyphaseError,
  printShape,
  sizeOf,
  type Tensor,
} from '@polyphase/ir';
import { type AnyTensor, type DeviceTensor, isDeviceTensor } from '@polyphase/plugin';

/** Whether shapes are decided by elements that lie on a device. */
export const needElements = (
  specs: readonly InputSpec[],
  inputs: Readonly<Record<string, AnyTensor>>,
): boolean => specs.some((spec) => decidingOnDevice(spec, inputs) !== undefined);

/** The inputs, those on the host whose elements decide shapes. */
export async function withElements(
  specs: readonly InputSpec[],
  inputs: Readonly<Record<string, AnyTensor>>,
): Promise<Readonly<Record<string, AnyTensor>>> {
  const onHost = specs.flatMap((spec) => {
    const value = decidingOnDevice(spec, inputs);
    return value ? [value.read().then((tensor) => [spec.name, tensor] as const)] : [];
  });
  return { ...inputs, ...Object.fromEntries(await Promise.all(onHost)) };
}

function decidingOnDevice(
  { name, decidesShapes }: InputSpec,
  inputs: Readonly<Record<string, AnyTensor>>,
): DeviceTensor | undefined {
  const value = decidesShapes && Object.hasOwn(inputs, name) ? inputs[name] : undefined;
  return value && isDeviceTensor(value) ? value : undefined;
}

type Symbols = Map<string, { readonly length: number; readonly input: string }>;

/**
 * Checks the inputs of a run against the model's.
 *
 * @throws PP4001 to PP4005, naming the input.
 */
export function checkInputs(specs: readonly InputSpec[], inputs: Readonly<Record<string, AnyTensor>>): void {
  for (const given of Object.keys(inputs))
    if (!specs.some(({ name }) => name === given)) throw unknownInput(given, specs);
  const symbols: Symbols = new Map();
  for (const spec of specs) {
    const value = Object.hasOwn(inputs, spec.name) ? inputs[spec.name] : undefined;
    if (value === undefined) throw missingInput(spec, specs);
    checkTensor(spec, value);
    checkShape(spec, value.shape, symbols);
  }
}

/** What a model's graph depends on: of checked inputs the shapes, and elements that decide shapes. */
export const bindInputs = (
  specs: readonly InputSpec[],
  inputs: Readonly<Record<string, AnyTensor>>,
): ReadonlyMap<string, Binding> =>
  new Map(
    specs.map(({ name, decidesShapes }) => {
      const value = inputs[name]!;
      const { shape } = value;
      return [name, decidesShapes && !isDeviceTensor(value) ? { shape, value } : { shape }];
    }),
  );

/** Sizes given without tensors, for compiling ahead of a run; an input of fixed size may be left out. */
export function bindShapes(
  specs: readonly InputSpec[],
  shapes: Readonly<Record<string, readonly number[] | Tensor>>,
): ReadonlyMap<string, Binding> {
  const known = new Set(specs.map(({ name }) => name));
  for (const name of Object.keys(shapes)) if (!known.has(name)) throw unknownInput(name, specs);
  const symbols: Symbols = new Map();
  return new Map(
    specs.map((spec) => {
      const given = Object.hasOwn(shapes, spec.name) ? shapes[spec.name] : undefined;
      const value = given && 'dtype' in given ? given : undefined;
      const shape = value?.shape ?? (given as readonly number[] | undefined) ?? spec.type.shape;
      if (spec.decidesShapes && !value) throw needsElements(spec);
      const lengths = numbersOf(spec, shape);
      checkShape(spec, lengths, symbols);
      return [spec.name, value && spec.decidesShapes ? { shape: lengths, value } : { shape: lengths }];
    }),
  );
}

/** Equal for the runs that one compiled graph serves. */
export function bindingKey(bindings: ReadonlyMap<string, Binding>): string {
  const parts = [...bindings].map(([name, { shape, value }]) => [
    name,
    shape,
    value && [...value.data].map(String),
  ]);
  return JSON.stringify(parts);
}

function checkTensor(spec: InputSpec, value: AnyTensor): void {
  if (value.dtype !== spec.type.dtype) {
    throw new PolyphaseError('PP4003', {
      at: `input ${spec.name}`,
      problem: `it is ${value.dtype}, the model takes ${spec.type.dtype}`,
      fix: `Give a ${spec.type.dtype} tensor: tensor(elements, shape, '${spec.type.dtype}')`,
    });
  }
  if (!isDeviceTensor(value) && value.data.length !== sizeOf(value.shape)) {
    throw new PolyphaseError('PP4005', {
      at: `input ${spec.name}`,
      problem: `its shape ${printShape(value.shape)} has ${sizeOf(value.shape)} elements, its data ${value.data.length}`,
      fix: 'Make tensors with tensor(elements, shape, dtype), which checks this',
    });
  }
}

function checkShape(spec: InputSpec, shape: readonly number[], symbols: Symbols): void {
  const wanted = spec.type.shape;
  if (wanted.length !== shape.length) {
    const problem = `it has rank ${shape.length} ${printShape(shape)}, the model takes rank ${wanted.length} ${printShape(wanted)}`;
    throw wrongShape(spec, problem, 'Reshape it');
  }
  for (const [axis, dim] of wanted.entries()) {
    const length = shape[axis]!;
    const bound = typeof dim === 'string' ? symbols.get(dim) : { length: dim, input: 'the model' };
    if (typeof dim === 'string' && !bound) symbols.set(dim, { length, input: spec.name });
    if (bound && bound.length !== length) {
      const source =
        bound.input === 'the model' ? 'the model takes' : `'${dim}' is already, by input ${bound.input},`;
      throw wrongShape(
        spec,
        `axis ${axis} of ${printShape(shape)} is ${length}, ${source} ${bound.length}`,
        'Give that size',
      );
    }
  }
}

function numbersOf(spec: InputSpec, shape: readonly Dim[]): readonly number[] {
  const open = shape.filter((dim) => typeof dim !== 'number');
  if (open.length === 0) return shape as readonly number[];
  throw wrongShape(
    spec,
    `${open.join(', ')} of ${printShape(shape)} is not known`,
    `Give a shape for ${spec.name}`,
  );
}

const wrongShape = (spec: InputSpec, problem: string, fix: string): PolyphaseError =>
  new PolyphaseError('PP4004', { at: `input ${spec.name}`, problem, fix });

const listed = (specs: readonly InputSpec[]): string => specs.map(({ name }) => name).join(', ') || 'none';

const unknownInput = (name: string, specs: readonly InputSpec[]): PolyphaseError =>
  new PolyphaseError('PP4002', {
    at: `input ${name}`,
    problem: 'the model has no input of this name',
    fix: `Its inputs are: ${listed(specs)}`,
  });

const missingInput = (spec: InputSpec, specs: readonly InputSpec[]): PolyphaseError =>
  new PolyphaseError('PP4001', {
    at: `input ${spec.name}`,
    problem: `it is not given, the model needs ${specs.length} inputs: ${listed(specs)}`,
    fix: `Give ${spec.name}: ${spec.type.dtype}${printShape(spec.type.shape)}`,
  });

const needsElements = (spec: InputSpec): PolyphaseError =>
  new PolyphaseError('PP4001', {
    at: `input ${spec.name}`,
    problem: 'the sizes in the graph depend on its elements, and only its shape is given',
    fix: `Give a tensor for ${spec.name} instead of a shape`,
  });
