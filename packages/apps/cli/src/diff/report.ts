import { print } from '@polyphase/ir';
import { jsonNumber, plural } from '../text.ts';
import { type Comparison, describeLayer, type LayerDifference } from './diff.ts';

/** What was compared, and at which stage of the compiler. */
export interface DiffOutcome {
  readonly path: string;
  readonly backend: string;
  readonly against: string;
  readonly stages: readonly {
    readonly stage: string;
    readonly layers: number;
    readonly comparison: Comparison;
  }[];
  /** The greatest difference of each output when the model runs as usual; undefined where it was not compared. */
  readonly outputs: readonly OutputDifference[];
}

export interface OutputDifference {
  readonly name: string;
  readonly maxError: number;
  /** Out of the derived tolerance. */
  readonly differs: boolean;
}

export const isDifferent = ({ stages, outputs }: DiffOutcome): boolean =>
  stages.some(({ comparison }) => comparison.difference) || outputs.some(({ differs }) => differs);

export function diffText(outcome: DiffOutcome): string {
  const { path, backend, against, stages, outputs } = outcome;
  const lines = stages.flatMap(({ stage, layers, comparison }) => stageLines(stage, layers, comparison));
  const ends = outputs.map(
    ({ name, maxError, differs }) =>
      `output ${name}: ${differs ? 'out of tolerance' : 'within tolerance'}, differs by ${maxError.toPrecision(3)} at most`,
  );
  const fused =
    outputs.some(({ differs }) => differs) && !stages.some(({ comparison }) => comparison.difference)
      ? [
          'Every layer by itself is right: the difference arises where layers are fused, or where a last bit decides an index.',
        ]
      : [];
  return [`${path}: ${backend} against ${against}`, ...lines, ...ends, ...fused].join('\n');
}

function stageLines(
  stage: string,
  layers: number,
  { agreeing, difference, elsewhere }: Comparison,
): string[] {
  const refused = elsewhere.map(
    ({ backend, layer, why }) => `not compared on ${backend}: ${layer}, since ${why}`,
  );
  if (!difference) return [`${stage}: ${plural(agreeing, 'layer')} agree`, ...refused];
  return [
    `${stage}: ${agreeing} of ${plural(layers, 'layer')} agree; the next one differs`,
    '',
    ...differenceLines(difference),
    '',
    ...refused,
  ];
}

function differenceLines(difference: LayerDifference): readonly string[] {
  const { evidence, wrong, values, cause } = difference;
  const { first, maxError } = evidence;
  const sides = Object.entries(values).map(([name, value]) => `${name} ${value}`);
  return [
    describeLayer(difference),
    `  ${layerLine(difference)}`,
    `  first bad element [${first.index.join(', ')}]: ${sides.join(', ')}; expected ${first.expected} within ${first.allowed.toPrecision(3)}`,
    `  ${first.count} of ${first.size} elements are wrong, by ${maxError.toPrecision(3)} at most`,
    `  wrong: ${wrong}`,
    `  likely cause: ${cause}`,
  ];
}

/** The layer with its attributes as graphs are printed. */
function layerLine({ node }: LayerDifference): string {
  const outputs = node.outputs.map((value, i) => ({ name: `${i}`, value }));
  const lines = print({ name: '', inputs: [], outputs, nodes: [node] }).split('\n');
  return lines.find((line) => line.includes(` = ${node.op}(`))!.trim();
}

export function diffJson(outcome: DiffOutcome): unknown {
  const { path, backend, against, stages, outputs } = outcome;
  return {
    model: path,
    backend,
    against,
    different: isDifferent(outcome),
    outputs: outputs.map(({ name, maxError, differs }) => ({
      name,
      maxError: jsonNumber(maxError),
      differs,
    })),
    stages: stages.map(({ stage, layers, comparison: { agreeing, difference, elsewhere } }) => ({
      stage,
      layers,
      agreeing,
      elsewhere,
      difference: difference ? differenceJson(difference) : null,
    })),
  };
}

function differenceJson({ position, node, evidence, wrong, values, cause }: LayerDifference): unknown {
  const { first, maxError, type } = evidence;
  const number = (value: number | bigint): number | string => jsonNumber(Number(value));
  return {
    position,
    layer: node.name,
    op: node.op,
    attributes: node.attributes,
    output: node.outputs[evidence.position]!.name,
    dtype: type.dtype,
    shape: type.shape,
    index: first.index,
    values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, number(value)])),
    expected: number(first.expected),
    allowed: number(first.allowed),
    wrongElements: first.count,
    elements: first.size,
    maxError: jsonNumber(maxError),
    wrong,
    cause,
  };
}
