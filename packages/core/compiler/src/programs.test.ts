import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Model, make, relu, type Tensor, tensor } from '@polyphase/ir';
import { expect, test } from 'vitest';
import { compile } from './compile.ts';
import { chain, float32, toy } from './toy.testing.ts';

const x = float32('x', [2]);
const model: Model<'x', 'relu'> = {
  name: 'single',
  inputs: [{ name: 'x', type: x.type }],
  outputs: ['relu'],
  graph: () => chain([x], make(relu, { x }, {}, { name: 'relu' })),
};

/** Collects garbage now. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

test('results of earlier runs are given back once their caller has let them go', async () => {
  const collect = collector();
  const compiled = await compile(model, { backends: [toy('toy')] });
  const earlier: WeakRef<Tensor>[] = [];
  for (let run = 0; run < 20; run++) {
    const results = await compiled.run({ x: tensor([1, -1], [2]) });
    earlier.push(new WeakRef(results.relu));
  }
  await new Promise((resolve) => void setTimeout(resolve));
  collect();
  expect(earlier.slice(0, -2).filter((result) => result.deref() !== undefined)).toEqual([]);
  await compiled.close();
});
