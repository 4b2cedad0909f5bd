import { compile } from '@polyphase/compiler';
import { type Dim, PolyphaseError, sizeOf, type Tensor, tensor } from '@polyphase/ir';
import { reference } from '@polyphase/reference';
import { type Flow, inputFlow } from './flow.ts';
import { input, model } from './model.ts';

type Built = Flow | readonly Flow[];

interface RunOptions {
  /** Which lengths of an input stay open until the run. Default: none. */
  readonly shapeOf?: (x: Tensor, i: number) => readonly Dim[];
}

/** What the reference backend computes for layers on these tensors, the graph checked after every pass. */
export async function runLayers(
  xs: readonly Tensor[],
  build: (xs: readonly Flow[]) => Built,
  { shapeOf = ({ shape }) => shape }: RunOptions = {},
): Promise<readonly Tensor[]> {
  const inputs = Object.fromEntries(xs.map((x, i) => [`x${i}`, input(shapeOf(x, i), x.dtype)]));
  const made = model(inputs, (flows) => {
    const built = build(xs.map((_, i) => flows[`x${i}`]!));
    const outputs = Array.isArray(built) ? (built as readonly Flow[]) : [built as Flow];
    return Object.fromEntries(outputs.map((flow, i) => [`y${i}`, flow]));
  });
  const compiled = await compile(made, { backends: [reference()], check: true });
  const outputs = await compiled.run(Object.fromEntries(xs.map((x, i) => [`x${i}`, x])));
  return made.outputs.map((name) => outputs[name]!);
}

/** The one output of a layer of one tensor. */
export async function runLayer(x: Tensor, build: (x: Flow) => Flow): Promise<Tensor> {
  const [y] = await runLayers([x], ([flow]) => build(flow!));
  return y!;
}

/** The elements as plain numbers. */
export const numbers = ({ data }: Tensor): number[] => Array.from(data as ArrayLike<number | bigint>, Number);

/** A float32 tensor of ones. */
export const ones = (...shape: readonly number[]): Tensor =>
  tensor(new Float32Array(sizeOf(shape)).fill(1), shape);

/** What a layer of an input of this shape says when it refuses. */
export function refusalOf(shape: readonly Dim[], build: (x: Flow) => Built): string {
  try {
    build(inputFlow('x', 'float32', shape));
  } catch (error) {
    if (error instanceof PolyphaseError) return error.message;
    throw error;
  }
  return 'it does not refuse';
}
