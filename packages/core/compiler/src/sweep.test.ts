import { add, make, mul, type Node, neg, outputOf, relu, type Value } from '@polyphase/ir';
import { expect, test } from 'vitest';
import { allowAll, inPlaceOf, type Rule, rule, ruleOf, type Surroundings } from './rewrite.ts';
import { graphOf, input } from './rules.testing.ts';
import { rewriteAll } from './sweep.ts';

const x = input([4]);
const named = (name: string) => ({ name });
const ignore = (): void => {};

/** A rule that notes the names of the nodes that it is asked about. */
function asking(asked: string[], apply: Rule['apply'] = () => undefined): Rule {
  return {
    name: 'asking',
    ops: new Set([relu.name]),
    apply(node, around) {
      asked.push(node.name);
      return apply(node, around);
    },
  };
}

const dropNeg = rule('drop-neg', neg, ({ inputs }) => ({ sameAs: [inputs[0]!] }));

const negated = (value: Value, name: string): Node => make(neg, { x: value }, {}, named(name));

test('a node of which nothing has changed is asked about once', () => {
  const apart = make(relu, { x }, {}, named('apart'));
  const gone = negated(x, 'gone');
  const behind = make(relu, { x: outputOf(gone) }, {}, named('behind'));
  const asked: string[] = [];
  const graph = graphOf([x], [apart, gone, behind], [outputOf(apart), outputOf(behind)]);
  const after = rewriteAll(graph, [asking(asked), dropNeg], ignore, allowAll);
  expect(after.nodes.map(({ name }) => name)).toEqual(['apart', 'behind']);
  expect(asked).toEqual(['apart', 'behind']);
});

test('a node is asked about again when a reader of what it asked for has gone', () => {
  const shared = make(relu, { x }, {}, named('shared'));
  const kept = make(relu, { x: outputOf(shared) }, {}, named('kept'));
  const gone = make(mul, { a: outputOf(shared), b: outputOf(shared) }, {}, named('gone'));
  const onlyReader = ({ inputs }: Node, around: Surroundings): boolean => around.uses(inputs[0]!) === 1;
  const asked: string[] = [];
  const replaced = asking(asked, (node, around) =>
    node.name === 'kept' && onlyReader(node, around) ? [inPlaceOf(node, neg, { x }, {})] : undefined,
  );
  const square = rule('square', mul, (node) => [inPlaceOf(node, add, { a: x, b: x }, {})]);
  const graph = graphOf([x], [shared, kept, gone], [outputOf(kept), outputOf(gone)]);
  const after = rewriteAll(graph, [replaced, square], ignore, allowAll);
  expect(asked).toEqual(['shared', 'kept', 'kept']);
  expect(after.nodes.map(({ name, op }) => `${name}: ${op}`)).toEqual(['kept: neg', 'gone: add']);
});

test('a rule is asked about the operations that it names', () => {
  const asked: string[] = [];
  const both = ruleOf('both', [relu, neg], (node) => {
    asked.push(node.op);
    return undefined;
  });
  const nodes = [
    make(relu, { x }, {}, named('a')),
    make(add, { a: x, b: x }, {}, named('b')),
    negated(x, 'c'),
  ];
  rewriteAll(graphOf([x], nodes, nodes.map(outputOf)), [both], ignore, allowAll);
  expect(asked).toEqual(['relu', 'neg']);
});

test('a graph that no rule is about stays the same object', () => {
  const node = make(add, { a: x, b: x }, {}, named('sum'));
  const graph = graphOf([x], [node], [outputOf(node)]);
  expect(rewriteAll(graph, [dropNeg], ignore, allowAll)).toBe(graph);
});
