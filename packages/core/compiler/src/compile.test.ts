import {
  add,
  type Binding,
  type Graph,
  type Model,
  make,
  mul,
  type Node,
  outputOf,
  PolyphaseError,
  relu,
  sigmoid,
  type TensorType,
  tensor,
} from '@polyphase/ir';
import type { Backend } from '@polyphase/plugin';
import { expect, test } from 'vitest';
import { compile } from './compile.ts';
import { chained, convolved, enlarged, input } from './rules.testing.ts';
import { float32, toy } from './toy.testing.ts';

/** relu -> sigmoid -> relu over open sizes, with `a + b` at the front. */
const openModel: Model<'a' | 'b', 'y'> = {
  name: 'open',
  inputs: [
    { name: 'a', type: { dtype: 'float32', shape: ['n', 2] } },
    { name: 'b', type: { dtype: 'float32', shape: ['n', 2] } },
  ],
  outputs: ['y'],
  graph: (bindings) => chainGraph((name) => bindings?.get(name)?.shape ?? ['n', 2]),
};

function chainGraph(shapeOf: (name: string) => readonly (number | string)[]): Graph {
  const inputs = ['a', 'b'].map((name) => float32(name, shapeOf(name)));
  const sum = make(add, { a: inputs[0]!, b: inputs[1]! }, {}, { name: 'sum' });
  const first = make(relu, { x: outputOf(sum) }, {}, { name: 'first' });
  const middle = make(sigmoid, { x: outputOf(first) }, {}, { name: 'middle' });
  const last = make(relu, { x: outputOf(middle) }, {}, { name: 'last' });
  return {
    name: 'open',
    inputs,
    nodes: [sum, first, middle, last],
    outputs: [{ name: 'y', value: outputOf(last) }],
  };
}

const pair = (n: number) => ({
  a: tensor(new Float32Array(2 * n).fill(1), [n, 2]),
  b: tensor(new Float32Array(2 * n), [n, 2]),
});
const notSigmoid = ({ op }: Node): boolean => op !== 'sigmoid';

test('each layer runs on the first backend that takes it, and the placement says why', async () => {
  const [first, second] = [toy('first', notSigmoid), toy('second')];
  const model = await compile(openModel, { backends: [first, second], check: true });
  const { y } = await model.run(pair(3));
  expect(y.shape).toEqual([3, 2]);
  expect(y.data[0]).toBeCloseTo(1 / (1 + Math.exp(-1)), 6);
  expect(first.events).toEqual(['compile add relu', 'compile relu']);
  expect(second.events).toEqual(['compile sigmoid']);
  expect(
    model.placement.map(({ node, backend, refused }) => [
      node.name,
      backend.name,
      refused.map(({ why }) => why),
    ]),
  ).toEqual([
    ['sum', 'first', []],
    ['first', 'first', []],
    ['middle', 'second', ['it has no kernel for sigmoid']],
    ['last', 'first', []],
  ]);
});

test('independent branches on one backend stay one region', async () => {
  const graph = (): Graph => {
    const x = float32('x', [4]);
    const left = make(sigmoid, { x }, {}, { name: 'left' });
    const right = make(relu, { x }, {}, { name: 'right' });
    const right2 = make(relu, { x: outputOf(right) }, {}, { name: 'right2' });
    const both = make(mul, { a: outputOf(left), b: outputOf(right2) }, {}, { name: 'both' });
    return {
      name: 'g',
      inputs: [x],
      nodes: [left, right, right2, both],
      outputs: [{ name: 'y', value: outputOf(both) }],
    };
  };
  const [first, second] = [toy('first', notSigmoid), toy('second')];
  const spec = { name: 'x', type: { dtype: 'float32', shape: [4] } satisfies TensorType };
  await compile({ name: 'g', inputs: [spec], outputs: ['y'], graph }, { backends: [first, second] });
  expect(first.events).toEqual(['compile relu relu mul']);
  expect(second.events).toEqual(['compile sigmoid']);
});

test('programs are kept by size, the least recently used leaves', async () => {
  const backend = toy('toy');
  const model = await compile(openModel, { backends: [backend], cacheSize: 2 });
  for (const n of [1, 2, 1, 3, 1, 2]) await model.run(pair(n));
  await model.close();
  const compiled = 'compile add relu sigmoid relu';
  expect(backend.events.filter((event) => event === compiled)).toHaveLength(4);
  expect(backend.events.filter((event) => event === 'dispose')).toHaveLength(4);
});

test('two hundred sizes take bounded memory', async () => {
  const backend = toy('toy');
  const model = await compile(openModel, { backends: [backend], cacheSize: 4 });
  for (let n = 1; n <= 200; n++) await model.run(pair(n));
  const live = backend.events.reduce((count, event) => count + (event === 'dispose' ? -1 : 1), 0);
  expect(live).toBe(4);
});

test('runs asked for together give each its own result', async () => {
  const model = await compile(openModel, { backends: [toy('toy')] });
  const results = await Promise.all([1, 5, 1, 5].map((n) => model.run(pair(n))));
  expect(results.map(({ y }) => y.shape[0])).toEqual([1, 5, 1, 5]);
});

test('an input that decides shapes is part of the key', async () => {
  const backend = toy('toy');
  const model: Model = {
    ...openModel,
    inputs: [openModel.inputs[0]!, { ...openModel.inputs[1]!, decidesShapes: true }],
    graph: (bindings?: ReadonlyMap<string, Binding>) => {
      expect(bindings?.get('b')?.value).toBeDefined();
      return chainGraph((name) => bindings!.get(name)!.shape);
    },
  };
  const compiled = await compile(model, { backends: [backend] });
  await compiled.run(pair(2));
  await compiled.run(pair(2));
  await compiled.run({ ...pair(2), b: tensor([1, 2, 3, 4], [2, 2]) });
  expect(backend.events).toHaveLength(2);
});

const plain = () => compile(openModel, { backends: [toy('toy')] });
const a = tensor([1, 2], [1, 2]);

test.each<[string, () => Promise<unknown>, string]>([
  [
    'missing input',
    async () => (await plain()).run({ a } as never),
    '[polyphase PP4001] input b: it is not given, the model needs 2 inputs: a, b. Give b: float32[n, 2].',
  ],
  [
    'unknown input',
    async () => (await plain()).run({ a, b: a, c: a } as never),
    '[polyphase PP4002] input c: the model has no input of this name. Its inputs are: a, b.',
  ],
  [
    'an input named like a property of objects',
    async () => (await plain()).run({ a, b: a, toString: a } as never),
    '[polyphase PP4002] input toString: the model has no input of this name. Its inputs are: a, b.',
  ],
  [
    'wrong dtype',
    async () => (await plain()).run({ a, b: tensor([1, 2], [1, 2], 'int32') }),
    "[polyphase PP4003] input b: it is int32, the model takes float32. Give a float32 tensor: tensor(elements, shape, 'float32').",
  ],
  [
    'wrong rank',
    async () => (await plain()).run({ a, b: tensor([1, 2], [2]) }),
    '[polyphase PP4004] input b: it has rank 1 [2], the model takes rank 2 [n, 2]. Reshape it.',
  ],
  [
    'wrong fixed size',
    async () => (await plain()).run({ a, b: tensor([1, 2, 3], [1, 3]) }),
    '[polyphase PP4004] input b: axis 1 of [1, 3] is 3, the model takes 2. Give that size.',
  ],
  [
    'sizes that disagree',
    async () => (await plain()).run({ a, b: tensor([1, 2, 3, 4], [2, 2]) }),
    "[polyphase PP4004] input b: axis 0 of [2, 2] is 2, 'n' is already, by input a, 1. Give that size.",
  ],
  [
    'a tensor whose data is cut',
    async () => (await plain()).run({ a, b: { dtype: 'float32', shape: [1, 2], data: new Float32Array(1) } }),
    '[polyphase PP4005] input b: its shape [1, 2] has 2 elements, its data 1. Make tensors with tensor(elements, shape, dtype), which checks this.',
  ],
  [
    'prepare without sizes',
    async () => (await plain()).prepare(),
    '[polyphase PP4004] input a: n of [n, 2] is not known. Give a shape for a.',
  ],
  [
    'no backend',
    () => compile(openModel, { backends: [] }),
    '[polyphase PP3002] compile: no backend is given. Give backends that this machine can use, such as { backends: [cpu()] }.',
  ],
  [
    'no backend takes a layer',
    async () => (await compile(openModel, { backends: [toy('toy', notSigmoid)] })).run({ a, b: a }),
    '[polyphase PP3001] middle (sigmoid): the toy backend cannot run it: it has no kernel for sigmoid. Add a backend that can, such as reference().',
  ],
  [
    'strict',
    async () =>
      (await compile(openModel, { backends: [toy('toy', notSigmoid), toy('other')], strict: true })).run({
        a,
        b: a,
      }),
    '[polyphase PP3003] middle (sigmoid): the toy backend cannot run it: it has no kernel for sigmoid; it would run on other. Accept that by leaving out strict, or change the layer.',
  ],
  [
    'a closed model',
    async () => {
      const model = await plain();
      await model.close();
      await model.run({ a, b: a });
    },
    '[polyphase PP4006] open: the model is closed. Compile it again, or close it later.',
  ],
  [
    'a backend that throws while compiling',
    async () =>
      (
        await compile(openModel, {
          backends: [
            {
              ...toy('toy'),
              compile: async () => {
                throw new Error('boom');
              },
            },
          ],
        })
      ).run({ a, b: a }),
    '[polyphase PP3005] open/0 on toy: the backend failed while compiling 4 layers: boom. Put another backend first, and report this with the model.',
  ],
])('%s', async (_, act, message) => {
  await expect(act()).rejects.toThrow(expect.objectContaining({ message }));
});

test('a failed compilation is not kept', async () => {
  let attempts = 0;
  const backend = toy('toy');
  const flaky = {
    ...backend,
    compile: (...args: Parameters<typeof backend.compile>) =>
      attempts++ === 0 ? Promise.reject(new Error('once')) : backend.compile(...args),
  };
  const model = await compile(openModel, { backends: [flaky] });
  await expect(model.run({ a, b: a })).rejects.toThrow('once');
  expect((await model.run({ a, b: a })).y.shape).toEqual([1, 2]);
});

test('a layer that a backend refuses only while compiling goes to the next one', async () => {
  const refused = new Set<string>();
  const late = toy('late', ({ name }) => !refused.has(name));
  const learning: Backend = {
    ...late,
    async compile(region, context) {
      const unfit = region.nodes.find(({ op }) => op === 'sigmoid');
      if (!unfit) return late.compile(region, context);
      refused.add(unfit.name);
      throw new PolyphaseError('PP3007', { at: unfit.name, problem: 'no kernel', fix: 'Add a backend' });
    },
  };
  const model = await compile(openModel, { backends: [learning, toy('next')] });
  await model.run(pair(1));
  expect(model.placement.map(({ node, backend }) => `${node.name} ${backend.name}`)).toEqual([
    'sum late',
    'first late',
    'middle next',
    'last late',
  ]);
  const forgetful: Backend = { ...learning, refuses: () => undefined };
  await expect((await compile(openModel, { backends: [forgetful] })).run(pair(1))).rejects.toThrow('PP3007');
});

test('a rule does not fire into a layer that the backend refuses', async () => {
  const graph = () =>
    chained(
      input([1, 4, 4, 4]),
      (x) => enlarged(x, [2, 2]),
      (x) => convolved(x, 4, [3, 3]),
    );
  const spec = { name: 'x', type: { dtype: 'float64', shape: [1, 4, 4, 4] } satisfies TensorType };
  const model: Model = { name: 'up', inputs: [spec], outputs: ['y0'], graph };
  const opsOn = async (...backends: readonly Backend[]) =>
    (await compile(model, { backends })).placement.map(({ node, backend }) => `${node.op} ${backend.name}`);
  const without = toy('without', ({ op }) => op !== 'convTranspose');
  expect(await opsOn(toy('with'))).toEqual(['convTranspose with']);
  expect(await opsOn(without, toy('with'))).toEqual(['upsample without', 'conv without']);
});

test('an unusable backend is named', async () => {
  const missing = {
    ...toy('gpu'),
    probe: async () => ({ ok: false as const, why: 'this machine has no GPU' }),
  };
  const model = await compile(openModel, { backends: [missing, toy('toy')] });
  expect(model.unusable).toEqual([{ backend: 'gpu', why: 'this machine has no GPU' }]);
  await expect(compile(openModel, { backends: [missing, toy('toy')], strict: true })).rejects.toThrow(
    'PP3002',
  );
});
