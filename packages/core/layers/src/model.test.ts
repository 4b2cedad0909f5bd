import { compile } from '@polyphase/compiler';
import { type Model, type Node, PolyphaseError, type Tensor, tensor, verify } from '@polyphase/ir';
import { reference } from '@polyphase/reference';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import type { Flow } from './flow.ts';
import * as layers from './ir/index.ts';
import * as keras from './keras/index.ts';
import { input, model } from './model.ts';
import { numbers, runLayer } from './run.testing.ts';
import * as torch from './torch/index.ts';

const backends = [reference()];
const x = { x: input([2, 3]) };

const errorOf = (body: () => unknown): string => {
  try {
    body();
  } catch (error) {
    if (error instanceof PolyphaseError) return error.message;
    throw error;
  }
  return 'no error';
};

describe('input', () => {
  test('float32 unless told otherwise', () => {
    expect(input(['batch', 3])).toEqual({ dtype: 'float32', shape: ['batch', 3] });
    expect(input([4], 'int64')).toEqual({ dtype: 'int64', shape: [4] });
  });

  test('refuses what is no length and no type', () => {
    expect(errorOf(() => input(['batch', -1]))).toMatchInlineSnapshot(
      `"[polyphase PP2003] input: the length of axis 1 of [batch, -1] is -1. Give a length of 0 or more, or a name such as 'height' for one that is open until a run."`,
    );
    expect(errorOf(() => input([2.5]))).toMatchInlineSnapshot(
      `"[polyphase PP2003] input: the length of axis 0 of [2.5] is 2.5. Give a length of 0 or more, or a name such as 'height' for one that is open until a run."`,
    );
    expect(errorOf(() => input(['']))).toMatchInlineSnapshot(
      `"[polyphase PP2003] input: the length of axis 0 of [] is "". Give a length of 0 or more, or a name such as 'height' for one that is open until a run."`,
    );
    expect(errorOf(() => input([1], 'float' as 'float32'))).toMatchInlineSnapshot(
      `"[polyphase PP2003] input: the type float does not exist. Use one of float32, float16, float64, int8, uint8, int16, uint16, int32, uint32, int64, uint64, bool."`,
    );
  });
});

describe('the graph', () => {
  const nodesOf = (made: Model): readonly Node[] => {
    const graph = made.graph();
    verify(graph);
    return graph.nodes;
  };

  test('a layer that several others read is there once', () => {
    const made = model(x, ({ x }) => {
      const shared = layers.relu(x, { name: 'shared' });
      return { y: layers.add(layers.neg(shared), layers.abs(shared)), z: shared };
    });
    expect(nodesOf(made).map(({ name }) => name)).toEqual(['shared', 'neg', 'abs', 'add']);
  });

  test('a function of layers is used like a layer', () => {
    const block = (flow: Flow): Flow => layers.relu(layers.add(flow, 1));
    const made = model(x, ({ x }) => ({ y: block(block(x)) }));
    expect(nodesOf(made).map(({ op }) => op)).toEqual(['add', 'relu', 'add', 'relu']);
  });

  test('names are made distinct, and a name that was given stays', () => {
    const made = model(x, ({ x }) => {
      const first = layers.relu(layers.relu(x));
      return { y: layers.relu(layers.relu(first, { name: 'relu_1' })) };
    });
    expect(nodesOf(made).map(({ name }) => name)).toEqual(['relu', 'relu_2', 'relu_1', 'relu_3']);
  });

  test('a layer of several outputs is there once, whichever are used', () => {
    const made = model({ x: input([1, 1, 4, 4]) }, ({ x }) => {
      const pooled = layers.maxPool(x, { kernel: 2 });
      const [top, bottom] = layers.split(layers.maxUnpool(pooled, pooled.indices, { shape: [1, 1, 4, 4] }), {
        axis: 2,
      });
      return { top: top!, bottom: bottom!, where: pooled.indices };
    });
    expect(nodesOf(made).map(({ op }) => op)).toEqual(['maxPool', 'maxUnpool', 'split']);
    expect(made.outputs).toEqual(['top', 'bottom', 'where']);
  });

  test('what no output needs is left out', () => {
    const made = model(x, ({ x }) => {
      layers.exp(x, { name: 'unused' });
      return { y: layers.relu(x) };
    });
    expect(nodesOf(made).map(({ name }) => name)).toEqual(['relu']);
  });

  test('10,000 layers deep, built and run', { timeout: 60_000 }, async () => {
    const y = await runLayer(tensor([1], [1]), (x) => {
      let flow = x;
      for (let i = 0; i < 10_000; i++) flow = layers.sub(flow, 1);
      return flow;
    });
    expect(numbers(y)).toEqual([-9999]);
  });

  test('any network of layers is in topological order, each layer once', () => {
    const readsOf = fc.array(fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(readsOf, (reads) => {
        const made = model(x, ({ x }) => {
          const flows = [x];
          for (const list of reads)
            flows.push(
              layers.concat(
                list.map((i) => flows[i % flows.length]!),
                { axis: 0 },
              ),
            );
          return { y: flows.at(-1)!, z: flows[Math.floor(flows.length / 2)]! };
        });
        const graph = made.graph();
        verify(graph);
        expect(new Set(graph.nodes.map(({ name }) => name)).size).toBe(graph.nodes.length);
      }),
    );
  });
});

describe('what a model refuses', () => {
  test('a flow of another model', () => {
    let foreign: Flow | undefined;
    model({ a: input([2, 3]) }, ({ a }) => {
      foreign = a;
      return { y: layers.relu(a) };
    });
    expect(errorOf(() => model(x, ({ x }) => ({ y: layers.add(x, foreign!) })))).toMatchInlineSnapshot(
      `"[polyphase PP2006] a: an output depends on an input of another model. Use only the flows that the build function receives."`,
    );
  });

  test('no outputs', () => {
    expect(errorOf(() => model(x, () => ({}), { name: 'decoder' }))).toMatchInlineSnapshot(
      `"[polyphase PP2006] decoder: the model has no outputs. Return at least one layer from the build function, as in ({ x }) => ({ y: layers.relu(x) })."`,
    );
  });

  test('layers that do not fit, under their own name', () => {
    const build = () =>
      model(x, ({ x }) => ({ y: torch.ConvTranspose2d(x, { weight: x, name: 'decoder/up2' }) }));
    expect(errorOf(build)).toMatchInlineSnapshot(
      `"[polyphase PP2002] decoder/up2 (ConvTranspose2d): x has the shape [2, 3], rank 4 [N, C, spatial] is needed. Use the layer for this number of axes, or reshape x."`,
    );
  });
});

describe('open lengths', () => {
  test('a model runs at any size', async () => {
    const made = model({ x: input(['batch', 1, 'h', 'w']) }, ({ x }) => ({
      y: torch.interpolate(x, { scale_factor: 2 }),
    }));
    expect(made.graph().outputs[0]!.value.type.shape).toEqual(['batch', 1, '2*h', '2*w']);
    const compiled = await compile(made, { backends, check: true });
    for (const shape of [
      [1, 1, 2, 3],
      [2, 1, 1, 1],
    ]) {
      const { y } = await compiled.run({ x: tensor(new Float32Array(shape.reduce((a, b) => a * b)), shape) });
      expect(y.shape).toEqual([shape[0], 1, 2 * shape[2]!, 2 * shape[3]!]);
    }
  });

  test('inputs that share a name must agree', async () => {
    const made = model({ a: input(['n']), b: input(['n']) }, ({ a, b }) => ({ y: layers.add(a, b) }));
    const compiled = await compile(made, { backends });
    await expect(compiled.run({ a: tensor([1], [1]), b: tensor([1, 2], [2]) })).rejects.toThrow('PP4004');
  });

  test('layers that need lengths as numbers wait for the run', async () => {
    const kernel = tensor(new Float32Array(9).fill(1), [3, 3, 1, 1]);
    const made = model({ x: input(['batch', 'h', 'w', 1]) }, ({ x }) => ({
      y: keras.Conv2D(x, { kernel, strides: 2, padding: 'same' }),
    }));
    expect(made.outputs).toEqual(['y']);
    const compiled = await compile(made, { backends, check: true });
    const { y } = await compiled.run({ x: tensor(new Float32Array(15).fill(1), [1, 3, 5, 1]) });
    expect([y.shape, numbers(y)]).toEqual([
      [1, 2, 3, 1],
      [4, 6, 4, 4, 6, 4],
    ]);
  });

  test('a layer that can not be made at any trial size asks for the sizes', () => {
    const weight = tensor([1], [1, 1, 1]);
    const build = () =>
      model({ x: input([1, 1, 'w']) }, ({ x }) => ({
        y: torch.ConvTranspose1d(x, { weight, output_size: [4] }),
      }));
    expect(errorOf(build)).toMatchInlineSnapshot(
      `"[polyphase PP2005] ConvTranspose1d (ConvTranspose1d): spatial axis 0 is w, which is still open. Give the sizes of the inputs."`,
    );
  });

  test('an error that is no PolyphaseError is not swallowed', () => {
    const build = () => {
      throw new RangeError('mine');
    };
    expect(() => model(x, build)).toThrow('mine');
  });
});

describe('types', () => {
  test('names of inputs and outputs are known to the type checker', async () => {
    const made = model({ image: input([1, 1, 1, 2]), bias: input([1]) }, ({ image, bias }) => ({
      mask: layers.sigmoid(layers.add(image, bias)),
      raw: image,
    }));
    expectTypeOf(made).toEqualTypeOf<Model<'image' | 'bias', 'mask' | 'raw'>>();
    const compiled = await compile(made, { backends });
    const result = await compiled.run({ image: tensor([0, 0], [1, 1, 1, 2]), bias: tensor([0], [1]) });
    expectTypeOf(result).toEqualTypeOf<Record<'mask' | 'raw', Tensor>>();
    expect(numbers(result.mask)).toEqual([0.5, 0.5]);
    // @ts-expect-error there is no output of this name
    expect(result.depth).toBeUndefined();
    // @ts-expect-error bias is missing
    await expect(compiled.run({ image: tensor([0, 0], [1, 1, 1, 2]) })).rejects.toThrow('PP4001');
    // @ts-expect-error there is no input of this name
    const misnamed = () => model({ image: input([1]) }, ({ picture }) => ({ y: layers.relu(picture) }));
    expect(misnamed).toThrow('PP2001');
  });

  test('arguments are known to the type checker', () => {
    const misspelt = () =>
      model({ x: input([1, 1, 2, 2]) }, ({ x }) => {
        const weight = tensor([1], [1, 1, 1, 1]);
        // @ts-expect-error PyTorch says stride
        const y = torch.ConvTranspose2d(x, { weight, strides: 2 });
        // @ts-expect-error with return_indices there are two results
        layers.relu(torch.MaxPool2d(y, { kernel_size: 1, return_indices: true }));
        return { y };
      });
    expect(misspelt).toThrow();
  });
});
