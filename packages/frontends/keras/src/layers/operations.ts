import { PolyphaseError } from '@polyphase/ir';
import { type Flow, keras, layers } from '@polyphase/layers';
import type { LayerCall, LayerRow } from './row.ts';

type Operand = LayerCall['args'][number];

/** An argument that is a tensor or a number. */
function operandOf({ name, className }: LayerCall, argument: Operand | undefined): Flow | number {
  if (typeof argument === 'number') return argument;
  if (typeof argument === 'object' && argument !== null) return argument;
  throw new PolyphaseError('PP1004', {
    at: `${name} (${className})`,
    problem: `an argument is ${JSON.stringify(argument) ?? 'missing'}, a tensor or a number is needed`,
    fix: 'Use a layer instead of the operation',
  });
}

type Scalar = Flow | number;

const binary = (build: (a: Scalar, b: Scalar, named: { readonly name: string }) => Flow): LayerRow => ({
  build: (call) => build(operandOf(call, call.args[0]), operandOf(call, call.args[1]), { name: call.name }),
});

const unary = (build: (x: Flow, named: { readonly name: string }) => Flow): LayerRow => ({
  build: ({ x, name }) => build(x, { name }),
});

/** Operations of keras.ops that `x + y` and the like leave in a model, by the name of their class. */
export const operations: Readonly<Record<string, LayerRow>> = {
  Add: binary(layers.add),
  Subtract: binary(layers.sub),
  Multiply: binary(layers.mul),
  Divide: binary(layers.div),
  TrueDivide: binary(layers.div),
  Power: binary(layers.pow),
  Maximum: binary(layers.max),
  Minimum: binary(layers.min),
  Negative: unary(layers.neg),
  Absolute: unary(layers.abs),
  Sqrt: unary(layers.sqrt),
  Exp: unary(layers.exp),
  Log: unary(layers.log),
  Sin: unary(layers.sin),
  Cos: unary(layers.cos),
  Tanh: unary(layers.tanh),
  Sigmoid: unary(layers.sigmoid),
  Relu: unary(layers.relu),
  Relu6: unary((x, { name }) => keras.Activation(x, { activation: 'relu6', name })),
  Softplus: unary(layers.softplus),
  Silu: unary((x, { name }) => keras.Activation(x, { activation: 'silu', name })),
};
