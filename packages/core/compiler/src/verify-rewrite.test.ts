import { add, identity, make, mul, type Node, outputOf, relu, type Tensor, tensor } from '@polyphase/ir';
import { expect, test } from 'vitest';
import { compile } from './compile.ts';
import { rulesPass, runPasses } from './pass.ts';
import { inPlaceOf, type Rule, rule, ruleOf } from './rewrite.ts';
import { chain, constant, float32, toy } from './toy.testing.ts';

const x = float32('x', [2, 3]);
const factor = (value: number, dtype: Tensor['dtype'] = 'float32') =>
  constant('c', tensor([value], [], dtype));
const doubled = make(mul, { a: x, b: factor(2) }, {}, { name: 'doubled' });
const rectified = make(relu, { x: outputOf(doubled) }, {}, { name: 'rectified' });
const judged = (made: Rule, ...nodes: readonly Node[]) =>
  runPasses(chain([x], ...nodes), [rulesPass('test', [made])], { verify: true }).graph.nodes;

/** relu(c * x) -> x * by, which is right for no `by`. */
const wrong = rule('test/drop-relu', relu, (node, around) => {
  const inner = around.producer(node.inputs[0]!);
  return inner && [inPlaceOf(node, mul, { a: inner.inputs[0]!, b: inner.inputs[1]! }, {})];
});

test('a rewrite that changes what is computed is refused by name, with the layer and the numbers', () => {
  expect(() => judged(wrong, doubled, rectified)).toThrow(
    /^\[polyphase PP3006\] pass test, rectified \(relu\): after the rule test\/drop-relu, element \d of rectified differs by [\d.]+, rounding explains [\d.e-]+\. Compile with other passes, and report this with the model\.$/,
  );
});

/** c * x + c * x -> x * 2c in c's precision */
const sumOfEqual = (dtype: Tensor['dtype'], by: number): Rule =>
  rule('test/sum', add, (node, around) => {
    const inner = around.producer(node.inputs[0]!)!;
    return [inPlaceOf(node, mul, { a: inner.inputs[0]!, b: factor(by, dtype) }, {})];
  });

test.each([
  [0.2 + 2 ** -27, true],
  [0.2 + 2 ** -20, false],
])('weights that a rule makes may be rounded to their type, and no more: %s', (by, passes) => {
  const tenth = make(mul, { a: x, b: factor(0.1) }, {}, { name: 'tenth' });
  const sum = make(add, { a: outputOf(tenth), b: outputOf(tenth) }, {}, { name: 'sum' });
  const run = () => judged(sumOfEqual('float32', by), tenth, sum);
  if (passes) expect(run()).toHaveLength(1);
  else expect(run).toThrow('PP3006');
});

test('a value may stand for another that is the same, and not for one that is not', () => {
  const copy = make(identity, { x: outputOf(doubled) }, {}, { name: 'copy' });
  const drop = ruleOf('test/drop', [identity, relu], (node) => ({ sameAs: [node.inputs[0]!] }));
  expect(judged(drop, doubled, copy)).toHaveLength(1);
  expect(() => judged(drop, doubled, rectified)).toThrow('PP3006');
});

test('compile verifies when it is asked to', async () => {
  const graph = chain([x], doubled, rectified);
  const model = { name: 'm', inputs: [x], outputs: ['rectified'], graph: () => graph };
  const options = { backends: [toy('toy')], passes: [rulesPass('test', [wrong])] };
  await expect(compile(model, { ...options, verify: true })).rejects.toThrow('PP3006');
  await expect(compile(model, options)).resolves.toBeDefined();
});

test('sizes that are open are not judged', () => {
  const open = float32('open', ['n', 3]);
  const first = make(mul, { a: open, b: factor(2) }, {}, { name: 'first' });
  const second = make(relu, { x: outputOf(first) }, {}, { name: 'second' });
  const { graph } = runPasses(chain([open], first, second), [rulesPass('test', [wrong])], { verify: true });
  expect(graph.nodes).toHaveLength(1);
});
