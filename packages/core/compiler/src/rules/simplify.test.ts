import {
  add,
  cast,
  concat,
  expand,
  type Graph,
  identity,
  make,
  type Node,
  outputOf,
  pad,
  relu,
  reshape,
  slice,
  tensor,
  transpose,
} from '@polyphase/ir';
import { expect, test } from 'vitest';
import { runPasses } from '../pass.ts';
import { pipeline } from '../pipeline.ts';
import { chain, constant, float32, runGraph } from '../toy.testing.ts';

const x = float32('x', [2, 3, 4]);
const named = { name: 'n' };
const first = make(relu, { x }, {}, { name: 'first' });
const v = outputOf(first);
const after = (graph: Graph): readonly string[] =>
  runPasses(graph, pipeline, { check: true }).graph.nodes.map(({ op }) => op);
const twice = (make1: Node, make2: (node: Node) => Node): readonly Node[] => [first, make1, make2(make1)];

test.each<[string, readonly Node[], readonly string[]]>([
  ['identity', [first, make(identity, { x: v }, {}, named)], ['relu']],
  ['reshape to the same shape', [first, make(reshape, { x: v }, { shape: [2, 3, 4] }, named)], ['relu']],
  [
    'reshape to another shape stays',
    [first, make(reshape, { x: v }, { shape: [6, 4] }, named)],
    ['relu', 'reshape'],
  ],
  ['cast to the same type', [first, make(cast, { x: v }, { to: 'float32' }, named)], ['relu']],
  ['cast to another type stays', [first, make(cast, { x: v }, { to: 'int32' }, named)], ['relu', 'cast']],
  ['expand to the same shape', [first, make(expand, { x: v }, { shape: [2, 3, 4] }, named)], ['relu']],
  ['concat of one', [first, make(concat, { xs: [v] }, { axis: 0 }, named)], ['relu']],
  ['concat of two stays', [first, make(concat, { xs: [v, v] }, { axis: 0 }, named)], ['relu', 'concat']],
  [
    'slice of everything',
    [first, make(slice, { x: v }, { start: [0, 0, 0], step: [1, 1, 1], length: [2, 3, 4] }, named)],
    ['relu'],
  ],
  [
    'slice backwards stays',
    [first, make(slice, { x: v }, { start: [1, 0, 0], step: [-1, 1, 1], length: [2, 3, 4] }, named)],
    ['relu', 'slice'],
  ],
  [
    'pad by nothing',
    [
      first,
      make(
        pad,
        { x: v },
        {
          pads: [
            [0, 0],
            [0, 0],
            [0, 0],
          ],
          mode: 'edge',
        },
        named,
      ),
    ],
    ['relu'],
  ],
  [
    'pad that shifts stays',
    [
      first,
      make(
        pad,
        { x: v },
        {
          pads: [
            [0, 0],
            [1, -1],
            [0, 0],
          ],
          mode: 'edge',
        },
        named,
      ),
    ],
    ['relu', 'pad'],
  ],
  [
    'reshape of a reshape',
    twice(make(reshape, { x: v }, { shape: [24] }, named), (n) =>
      make(reshape, { x: outputOf(n) }, { shape: [4, 6] }, named),
    ),
    ['relu', 'reshape'],
  ],
  [
    'transpose and back',
    twice(make(transpose, { x: v }, { perm: [1, 2, 0] }, named), (n) =>
      make(transpose, { x: outputOf(n) }, { perm: [2, 0, 1] }, named),
    ),
    ['relu'],
  ],
  [
    'two transposes',
    twice(make(transpose, { x: v }, { perm: [1, 2, 0] }, named), (n) =>
      make(transpose, { x: outputOf(n) }, { perm: [1, 0, 2] }, named),
    ),
    ['relu', 'transpose'],
  ],
])('%s', (_, nodes, expected) => {
  const graph = chain([x], ...nodes);
  expect(after(graph)).toEqual(expected);
  const input = [
    tensor(
      Array.from({ length: 24 }, (_, i) => i - 7),
      [2, 3, 4],
    ),
  ];
  const { graph: optimized } = runPasses(graph, pipeline, { check: true });
  expect(runGraph(optimized, input)).toEqual(runGraph(graph, input));
});

test('constants are folded, and what only they needed goes', () => {
  const sum = make(
    add,
    { a: constant('a', tensor([1, 2], [2])), b: constant('b', tensor([3, 4], [2])) },
    {},
    { name: 'sum' },
  );
  const y = make(add, { a: float32('x', [2]), b: outputOf(sum) }, {}, { name: 'y' });
  const { graph, fired } = runPasses(chain([float32('x', [2])], sum, y), [pipeline[1]!]);
  expect(fired.map(({ pass, rule, before }) => [pass, rule, before.name])).toEqual([
    ['fold-constants', 'constants/fold', 'sum'],
  ]);
  expect([...graph.nodes[0]!.inputs[1]!.constant!.data]).toEqual([4, 6]);
});

test('the trace names the rule and the layer', () => {
  const lines: string[] = [];
  const graph = chain([x], first, make(identity, { x: v }, {}, { name: 'copy' }));
  runPasses(graph, pipeline, { trace: (line) => lines.push(line) });
  expect(lines.join('\n')).toContain('identity/drop: copy (identity) -> nothing');
});
