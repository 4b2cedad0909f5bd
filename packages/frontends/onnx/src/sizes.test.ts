import { type Binding, int64s, printShape, tensor } from '@polyphase/ir';
import { describe, expect, test } from 'vitest';
import { run } from './cases.testing.ts';
import { parseOnnx } from './index.ts';
import {
  attribute,
  errorOf,
  floatWeight,
  input,
  intWeight,
  modelBytes,
  node,
  weight,
} from './writer.testing.ts';

type Bindings = Record<string, Binding>;
const bindings = (record: Bindings): Map<string, Binding> => new Map(Object.entries(record));
const image = input('x', ['batch', 3, 'height', '']);

/** y = Reshape(x, [N * C, H * W]) as exporters write it: Shape, Gather, Mul, Unsqueeze, Concat. */
const flattening = [
  node('Shape', ['x'], ['shape']),
  ...[0, 1, 2, 3].map((axis) => node('Gather', ['shape', `i${axis}`], [`n${axis}`])),
  node('Mul', ['n0', 'n1'], ['rows']),
  node('Mul', ['n2', 'n3'], ['columns']),
  node('Unsqueeze', ['rows', 'zero'], ['r']),
  node('Unsqueeze', ['columns', 'zero'], ['c']),
  node('Concat', ['r', 'c'], ['target'], attribute.int('axis', 0)),
  node('Reshape', ['x', 'target'], ['y']),
];
const indices = [0, 1, 2, 3].map((axis) => weight(`i${axis}`, tensor([axis], [], 'int64')));

describe('open sizes', () => {
  test('keep their names, those without one are called after their place', () => {
    const { inputs } = parseOnnx(modelBytes({ inputs: [image] }));
    expect(inputs).toEqual([{ name: 'x', type: { dtype: 'float32', shape: ['batch', 3, 'height', 'x.3'] } }]);
  });

  test('-1 is a length that varies', () => {
    expect(parseOnnx(modelBytes({ inputs: [input('x', [-1, 3])] })).inputs[0]!.type.shape).toEqual([
      'x.0',
      3,
    ]);
  });

  test('go through layers', () => {
    const conv = node('ConvTranspose', ['x', 'w'], ['y'], attribute.ints('strides', [2, 2]));
    const weights = [weight('w', tensor(new Float32Array(3 * 5 * 4), [3, 5, 2, 2]))];
    const model = parseOnnx(modelBytes({ inputs: [image], nodes: [conv], weights }));
    expect(printShape(model.graph().outputs[0]!.value.type.shape)).toBe('[batch, 5, 2*height, 2*x.3]');
    const bound = model.graph(bindings({ x: { shape: [2, 3, 8, 9] } }));
    expect(bound.outputs[0]!.value.type.shape).toEqual([2, 5, 16, 18]);
  });

  test('a shape that is computed from sizes is known once they are', () => {
    const weights = [...indices, intWeight('zero', 0)];
    const model = parseOnnx(modelBytes({ inputs: [image], nodes: flattening, weights }));
    expect(model.inputs[0]!.decidesShapes).toBeUndefined();
    const graph = model.graph(bindings({ x: { shape: [2, 3, 4, 5] } }));
    expect(graph.outputs[0]!.value.type.shape).toEqual([6, 20]);
    expect(graph.nodes.map(({ op }) => op)).toEqual(['reshape']);
    expect(errorOf(() => model.graph())).toMatch(
      /PP2005\] Shape:shape \(Shape\).*still open: \[batch, 3, height, x.3\]/,
    );
  });

  test('lengths that are not asked for may stay open', () => {
    const nodes = [
      node('Shape', ['x'], ['s'], attribute.int('start', 1), attribute.int('end', 2)),
      node('Expand', ['one', 's'], ['y']),
    ];
    const graph = parseOnnx(
      modelBytes({ inputs: [image], nodes, weights: [floatWeight('one', [1], [1])] }),
    ).graph();
    expect(graph.outputs[0]!.value.type.shape).toEqual([3]);
  });
});

describe('inputs whose elements decide shapes', () => {
  const resize = [
    node('Cast', ['factor'], ['f'], attribute.int('to', 1)),
    node('Concat', ['ones', 'f'], ['scales'], attribute.int('axis', 0)),
    node('Resize', ['x', '', 'scales'], ['y']),
  ];
  const inputs = [input('x', [1, 1, 2, 3]), input('factor', [2], 'int64'), input('mask', [1])];
  const weights = [floatWeight('ones', [1, 1], [2])];
  const model = parseOnnx(modelBytes({ inputs, nodes: resize, weights }));

  test('are found through the nodes between', () => {
    expect(model.inputs.map(({ decidesShapes }) => decidesShapes)).toEqual([undefined, true, undefined]);
  });

  test('must be given', () => {
    expect(errorOf(() => model.graph())).toMatch(
      /PP1010\] Resize:y \(Resize\): its shape depends on the elements of "scales", and so of the input factor. Give the elements of factor/,
    );
  });

  test('make the graph', () => {
    const graph = model.graph(bindings({ factor: { shape: [2], value: int64s([2, 3]) } }));
    expect(graph.outputs[0]!.value.type.shape).toEqual([1, 1, 4, 9]);
    expect(graph.inputs.map(({ name }) => name)).toEqual(['x', 'factor', 'mask']);
    expect(graph.nodes.map(({ op }) => op)).toEqual(['upsample']);
  });

  test('are computed with in float32, as runtimes do', () => {
    const nodes = [node('Div', ['a', 'b'], ['scale']), node('Resize', ['x', '', 'scale'], ['y'])];
    const weights = [floatWeight('a', [14], [1]), floatWeight('b', [10], [1])];
    const graph = parseOnnx(modelBytes({ inputs: [input('x', [10])], nodes, weights })).graph();
    expect(graph.outputs[0]!.value.type.shape).toEqual([14]);
  });
});

describe('bindings', () => {
  const model = parseOnnx(modelBytes({ inputs: [image] }));
  const deciding = parseOnnx(
    modelBytes({
      inputs: [input('x', [2, 3]), input('s', [2], 'int64')],
      nodes: [node('Reshape', ['x', 's'], ['y'])],
    }),
  );
  test.each<[title: string, from: typeof model, given: Bindings, message: RegExp]>([
    ['an unknown input', model, { image: { shape: [1] } }, /PP4002\] input image.*Use x/],
    [
      'another rank',
      model,
      { x: { shape: [1, 3, 4] } },
      /PP4004\] input x: the shape \[1, 3, 4\] is given, the model declares \[batch, 3, height, x\.3\]/,
    ],
    ['another length', model, { x: { shape: [1, 4, 4, 4] } }, /PP4004\] input x/],
    [
      'elements of another type',
      deciding,
      { s: { shape: [2], value: tensor([3, 2], [2]) } },
      /PP4003\] input s: its elements are float32. Give int64/,
    ],
    [
      'elements of another shape',
      deciding,
      { s: { shape: [2], value: int64s([6]) } },
      /PP4004\] input s: its elements have the shape \[1\]/,
    ],
    [
      'elements that do not fit',
      deciding,
      { s: { shape: [2], value: int64s([5, -1]) } },
      /PP2002\] Reshape:y \(Reshape\)/,
    ],
  ])('%s', (_title, from, given, message) => {
    expect(errorOf(() => from.graph(bindings(given)))).toMatch(message);
  });
});

describe('graphs', () => {
  test('share the weights', () => {
    const weights = [weight('w', tensor([1, 2], [2]))];
    const model = parseOnnx(
      modelBytes({ inputs: [input('x', ['n', 2])], nodes: [node('Add', ['x', 'w'], ['y'])], weights }),
    );
    const [one, two] = [1, 2].map((n) => model.graph(bindings({ x: { shape: [n, 2] } })).nodes[0]!.inputs[1]);
    expect(one!.constant).toBe(two!.constant);
  });

  test('come in order, whatever the order of the file', () => {
    const nodes = [node('Neg', ['b'], ['y']), node('Abs', ['a'], ['b']), node('Relu', ['x'], ['a'])];
    expect(
      parseOnnx(modelBytes({ nodes }))
        .graph()
        .nodes.map(({ op }) => op),
    ).toEqual(['relu', 'abs', 'neg']);
  });

  test('hold only what the outputs need', () => {
    const nodes = [node('Frobnicate', ['x'], ['unused']), node('Relu', ['x'], ['y'])];
    expect(parseOnnx(modelBytes({ nodes })).graph().nodes).toHaveLength(1);
  });

  test('may be longer than the call stack', () => {
    const nodes = Array.from({ length: 20_000 }, (_, i) =>
      node('Relu', [i === 0 ? 'x' : `v${i}`], [i === 19_999 ? 'y' : `v${i + 1}`]),
    );
    expect(parseOnnx(modelBytes({ nodes })).graph().nodes).toHaveLength(20_000);
    expect(parseOnnx(modelBytes({ nodes: nodes.toReversed() })).graph().nodes).toHaveLength(20_000);
  });

  test('may give an input or a weight as an output', () => {
    const graph = parseOnnx(
      modelBytes({ nodes: [], outputs: ['x', 'w'], weights: [floatWeight('w', [7], [1])] }),
    ).graph();
    const x = tensor(new Float32Array(24), [1, 2, 3, 4]);
    expect(run(graph, [x]).map(({ data }) => data.length)).toEqual([24, 1]);
  });

  test('take a weight that is listed as an input as a weight', () => {
    const nodes = [node('Add', ['x', 'w'], ['y'])];
    const inputs = [input('x', [1]), input('w', [1])];
    const model = parseOnnx(modelBytes({ nodes, inputs, weights: [floatWeight('w', [7], [1])] }));
    expect(model.inputs.map(({ name }) => name)).toEqual(['x']);
  });

  test('name the layers of a node after it', () => {
    const nodes = [{ ...node('Mean', ['x', 'x', 'x'], ['y']), name: 'decoder/mean' }];
    const names = parseOnnx(modelBytes({ nodes }))
      .graph()
      .nodes.map(({ name }) => name);
    expect(names).toEqual(['decoder/mean/sum0', 'decoder/mean/sum', 'decoder/mean']);
  });
});
