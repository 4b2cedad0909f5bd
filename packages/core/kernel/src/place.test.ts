import type { Value } from '@polyphase/ir';
import { describe, expect, it } from 'vitest';
import { expectAsDefined, Region } from './graphs.testing.ts';
import { placeInside, rootOf } from './place.ts';
import { isContraction } from './rows.testing.ts';

/** The steps left, and where buffers came to lie: `inner in outer + offset`. */
function placed(make: (region: Region) => readonly Value[]) {
  const region = new Region();
  const program = expectAsDefined(region.graph(make(region)), { contraction: isContraction });
  const { program: left, placements } = placeInside(program);
  return {
    steps: left.steps.map(({ nodes }) => nodes.map(({ op }) => op).join('+')),
    places: [...placements].map(
      ([inner, { within, offset }]) => `${inner.name} in ${within.name} + ${offset}`,
    ),
  };
}

const matMul = (r: Region, a: Value): Value =>
  r.op('matMul', [a, r.input([a.type.shape.at(-1) as number, 5])]);

describe('placeInside', () => {
  it('makes the parts of a concatenation in place', () => {
    const make = (r: Region) => {
      const both = r.op('concat', [matMul(r, r.input([20, 3])), matMul(r, r.input([40, 3]))], { axis: 0 });
      return [matMul(r, both)];
    };
    expect(placed(make)).toEqual({
      steps: ['matMul', 'matMul', 'matMul'],
      places: ['matMul0 in concat2 + 0', 'matMul1 in concat2 + 100'],
    });
  });

  it('shows the parts of a split as views', () => {
    const make = (r: Region) => {
      const parts = r.all('split', [matMul(r, r.input([4, 3]))], { axis: 0, lengths: [1, 3] });
      return parts.map((part) => matMul(r, part));
    };
    expect(placed(make)).toEqual({
      steps: ['matMul', 'matMul', 'matMul'],
      places: ['split1 in matMul0 + 0', 'split1:1 in matMul0 + 5'],
    });
  });

  it('leaves inputs, outputs, what is interleaved and what changes', () => {
    const make = (r: Region) => {
      const [a, b] = [matMul(r, r.input([2, 3])), matMul(r, r.input([2, 3]))];
      const scattered = r.op('scatterND', [a, r.constant([1, 1], [1], 'int64'), r.input([1, 5])], {
        reduction: 'none',
      });
      return [
        b,
        r.op('concat', [b, r.input([1, 5])], { axis: 0 }),
        r.op('concat', [a, a], { axis: 1 }),
        scattered,
      ];
    };
    expect(placed(make).places).toEqual([]);
  });

  it('finds the root through several buffers', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => ({ name, dtype: 'float32', size: 9 }) as const);
    const placements = new Map([
      [a!, { within: b!, offset: 2 }],
      [b!, { within: c!, offset: 3 }],
    ]);
    expect(rootOf(placements, a!)).toEqual({ within: c, offset: 5 });
    expect(rootOf(placements, c!)).toEqual({ within: c, offset: 0 });
  });
});
