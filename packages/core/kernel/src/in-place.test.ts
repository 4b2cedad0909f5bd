import type { Value } from '@polyphase/ir';
import { expect, test } from 'vitest';
import { expectAsDefined, Region } from './graphs.testing.ts';
import { type InPlaceOptions, storeInPlace } from './in-place.ts';
import { placeInside } from './place.ts';
import { isContraction } from './rows.testing.ts';

/** Where buffers came to lie, as `inner in outer`; the program is compared with the definitions on the way. */
function shared(make: (r: Region) => readonly Value[], options?: InPlaceOptions): readonly string[] {
  const region = new Region();
  const program = expectAsDefined(region.graph(make(region)), { contraction: isContraction });
  const before = placeInside(program);
  const { placements } = storeInPlace(before, options);
  return [...placements]
    .filter(([inner]) => !before.placements.has(inner))
    .map(([inner, { within }]) => `${inner.name} in ${within.name}`);
}

const matMul = (r: Region, a: Value): Value =>
  r.op('matMul', [a, r.input([a.type.shape.at(-1) as number, a.type.shape.at(-1) as number])]);

/** A product, then a mean of each row that is subtracted from it: the product is read twice, so it is stored. */
const centred = (r: Region, x: Value): Value =>
  r.op('sub', [x, r.op('reduceMean', [x], { axes: [1], keepDims: true })]);

const softmax = (r: Region, x: Value): Value => r.op('softmax', [x], { axis: 1 });

test('a result takes the place of the operand that it is read from last', () => {
  expect(shared((r) => [matMul(r, centred(r, matMul(r, r.input([6, 4]))))])).toEqual(['sub2 in matMul0']);
});

test('one after the other, all in one place', () => {
  const make = (r: Region) => {
    const twice = softmax(r, softmax(r, matMul(r, r.input([6, 4]))));
    return [matMul(r, twice)];
  };
  expect(shared(make)).toEqual(['softmax1.exp in matMul0', 'softmax2.exp in matMul0', 'softmax2 in matMul0']);
});

test.each<[string, (r: Region) => readonly Value[]]>([
  [
    'the operand is read later on',
    (r) => {
      const x = matMul(r, r.input([6, 4]));
      return [matMul(r, centred(r, x)), matMul(r, x)];
    },
  ],
  [
    'the operand is read at other places too',
    (r) => {
      const x = matMul(r, r.input([4, 4]));
      const turned = r.op('transpose', [x], { perm: [1, 0] });
      return [matMul(r, r.op('add', [x, turned]))];
    },
  ],
  ['an input is left alone', (r) => [matMul(r, centred(r, r.input([6, 4])))]],
  ['an output is left alone', (r) => [centred(r, matMul(r, r.input([6, 4])))]],
  [
    'elements of another size',
    (r) => [r.op('neg', [r.op('cast', [centred(r, matMul(r, r.input([6, 4])))], { to: 'float16' })])],
  ],
  [
    'the sizes differ',
    (r) => {
      const x = matMul(r, r.input([6, 4]));
      return [matMul(r, r.op('reduceSum', [x], { axes: [1], keepDims: true }))];
    },
  ],
])('memory is not shared: %s', (_, make) => {
  expect(shared(make)).toEqual([]);
});

test('contractions store over a residual where the backend lets them', () => {
  const make = (r: Region) => {
    const x = matMul(r, r.input([6, 4]));
    return [matMul(r, r.op('add', [matMul(r, r.input([6, 4])), x]))];
  };
  expect(shared(make)).toEqual([]);
  expect(shared(make, { contraction: () => true })).toEqual(['add2 in matMul0']);
});

test('never over one of their own operands', () => {
  const make = (r: Region) => {
    const x = matMul(r, r.input([4, 4]));
    return [matMul(r, r.op('add', [matMul(r, x), x]))];
  };
  expect(shared(make, { contraction: () => true })).toEqual([]);
});
