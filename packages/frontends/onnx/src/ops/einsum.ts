import { type Dim, need, ops, product, reject, type Value } from '@polyphase/ir';
import { type AttributeSpec, required, string } from '../attributes.ts';
import { type Context, row, type Table } from '../row.ts';
import { filled, from, lengthsOf, rankOf, type Steps, stepsOf } from './shared.ts';

/** A tensor with a label for each axis; the axes under an ellipsis are labelled '0' (the last one), '1'... */
interface Labelled {
  readonly value: Value;
  readonly labels: readonly string[];
}

const fail = (equation: string, why: string): never =>
  reject('PP2003', `the equation "${equation}" ${why}`, 'Check it against the operands');

/** The labels of one term. */
function labelsOf(term: string, rank: number, equation: string): readonly string[] {
  const [before = '', after] = term.split('...');
  if (!/^[A-Za-z]*$/.test(before + (after ?? ''))) fail(equation, `has the term "${term}"`);
  const named = before.length + (after?.length ?? 0);
  if (after === undefined ? named !== rank : named > rank)
    fail(equation, `gives ${named} labels to a tensor of rank ${rank}`);
  const hidden = Array.from({ length: rank - named }, (_, i) => `${rank - named - 1 - i}`);
  return [...before.split(''), ...(after === undefined ? [] : hidden), ...(after ?? '').split('')];
}

/** The output's labels: as written, or the hidden axes and then every label that stands once, in order. */
function outputLabels(
  term: string | undefined,
  operands: readonly Labelled[],
  equation: string,
): readonly string[] {
  const all = operands.flatMap(({ labels }) => labels);
  const hidden = [...new Set(all.filter((label) => /\d/.test(label)))].sort((a, b) => Number(b) - Number(a));
  const once = all.filter((label) => /[A-Za-z]/.test(label) && all.indexOf(label) === all.lastIndexOf(label));
  if (term === undefined) return [...hidden, ...once.sort()];
  const labels = labelsOf(
    term,
    term.includes('...') ? hidden.length + term.length - 3 : term.length,
    equation,
  );
  if (new Set(labels).size < labels.length || !labels.every((label) => all.includes(label)))
    fail(equation, `has the output "${term}"`);
  return labels;
}

/** An axis whose label stands twice is masked to the diagonal and summed away. */
function takeDiagonals(steps: Steps, { value, labels }: Labelled): Labelled {
  const second = labels.findIndex((label, axis) => labels.indexOf(label) !== axis);
  if (second === -1) return { value, labels };
  const first = labels.indexOf(labels[second]!);
  const n = lengthsOf(value)[second]!;
  const shape = labels.map((_, axis) => (axis === first || axis === second ? n : 1));
  const mask = steps.constant(filled(value.type.dtype, shape, (i) => (i % (n + 1) === 0 ? 1 : 0)));
  const masked = steps.make(ops.mul, { a: value, b: mask });
  const summed = steps.make(ops.reduceSum, { x: masked }, { axes: [second], keepDims: false });
  return takeDiagonals(steps, { value: summed, labels: labels.filter((_, axis) => axis !== second) });
}

function sumAway(steps: Steps, { value, labels }: Labelled, isKept: (label: string) => boolean): Labelled {
  const axes = labels.flatMap((label, axis) => (isKept(label) ? [] : [axis]));
  if (axes.length === 0) return { value, labels };
  const summed = steps.make(ops.reduceSum, { x: value }, { axes, keepDims: false });
  return { value: summed, labels: labels.filter(isKept) };
}

/** The axes in the order batch, then the two groups, each group joined to one axis. */
function arrange(
  steps: Steps,
  { value, labels }: Labelled,
  batch: readonly string[],
  ...groups: readonly [readonly string[], readonly string[]]
): Value {
  const perm = [batch, ...groups].flat().map((label) => labels.indexOf(label));
  const turned = steps.make(ops.transpose, { x: value }, { perm });
  const lengthOf = (label: string): Dim => value.type.shape[labels.indexOf(label)]!;
  const shape = [...batch.map(lengthOf), ...groups.map((group) => product(group.map(lengthOf)))];
  return steps.make(ops.reshape, { x: turned }, { shape });
}

/** The length of each label; where axes broadcast, that of the longer one. */
function lengthsByLabel(operands: readonly Labelled[]): ReadonlyMap<string, Dim> {
  const lengths = new Map<string, Dim>();
  for (const { value, labels } of operands)
    for (const [axis, label] of labels.entries()) {
      const length = value.type.shape[axis]!;
      if (length !== 1 || !lengths.has(label)) lengths.set(label, length);
    }
  return lengths;
}

/** Two operands as one matrix product: labels of both that are needed further on are batches, other shared ones are summed. */
function contract(
  steps: Steps,
  left: Labelled,
  right: Labelled,
  isNeeded: (label: string) => boolean,
): Labelled {
  const a = sumAway(steps, left, (label) => isNeeded(label) || right.labels.includes(label));
  const b = sumAway(steps, right, (label) => isNeeded(label) || left.labels.includes(label));
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const batch = shared.filter(isNeeded);
  const inner = shared.filter((label) => !isNeeded(label));
  const rows = a.labels.filter((label) => !shared.includes(label));
  const columns = b.labels.filter((label) => !shared.includes(label));
  const lengths = lengthsByLabel([a, b]);
  const operands = { a: arrange(steps, a, batch, rows, inner), b: arrange(steps, b, batch, inner, columns) };
  const product = steps.make(ops.matMul, operands);
  const labels = [...batch, ...rows, ...columns];
  const value = steps.make(
    ops.reshape,
    { x: product },
    { shape: labels.map((label) => lengths.get(label)!) },
  );
  return { value, labels };
}

function einsum(context: Context, xs: readonly Value[], equation: string): Value {
  const [left = '', right] = equation.replaceAll(' ', '').split('->');
  const terms = left.split(',');
  need(terms.length === xs.length, 'PP2003', () => [
    `the equation "${equation}" has ${terms.length} terms for ${xs.length} operands`,
    'Give one term for each',
  ]);
  const steps = stepsOf(context);
  const named = xs.map((value, i) => ({ value, labels: labelsOf(terms[i]!, rankOf(value), equation) }));
  const output = outputLabels(right, named, equation);
  const [first, ...others] = named.map((operand) => takeDiagonals(steps, operand)) as [
    Labelled,
    ...Labelled[],
  ];
  const contracted = others.reduce((all, operand, i) => {
    const later = others.slice(i + 1).flatMap(({ labels }) => labels);
    return contract(steps, all, operand, (label) => output.includes(label) || later.includes(label));
  }, first);
  const { value, labels } = sumAway(steps, contracted, (label) => output.includes(label));
  return context.make(ops.transpose, { x: value }, { perm: output.map((label) => labels.indexOf(label)) });
}

const equation: AttributeSpec<string> = required(string());

export const einsums: Table = {
  Einsum: from(
    12,
    row({
      inputs: ['...xs'],
      attributes: { equation },
      build: ({ xs }, { equation }, context) => einsum(context, xs, equation),
    }),
  ),
};
