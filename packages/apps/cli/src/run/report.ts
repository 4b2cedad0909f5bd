import { basename } from 'node:path';
import { type CompiledModel, placementReport, type Specialization } from '@polyphase/compiler';
import { printType, type Tensor } from '@polyphase/ir';
import type { SourcedInput } from '../inputs.ts';
import { printPlacement } from '../placement.ts';
import type { Statistics } from '../statistics.ts';
import { duration, jsonNumber, plural } from '../text.ts';

/** What `polyphase run` did. */
export interface Outcome {
  readonly model: CompiledModel;
  readonly specialization: Specialization;
  readonly inputs: readonly SourcedInput[];
  readonly outputs: readonly WrittenOutput[];
  /** Milliseconds. */
  readonly runTime: number;
}

export interface WrittenOutput {
  readonly name: string;
  readonly tensor: Tensor;
  readonly statistics: Statistics;
  readonly file: string | undefined;
}

/** The lines that `polyphase run` prints. */
export function runText(
  path: string,
  { model, specialization, inputs, outputs, runTime }: Outcome,
): readonly string[] {
  const { source, graph, fired, compileTime, placements } = specialization;
  const sizes = `${plural(source.nodes.length, 'layer')}, ${plural(fired.length, 'rewrite')}, ${graph.nodes.length} left`;
  return [
    ...section('model', [`${basename(path)}: ${sizes}`]),
    ...section(
      'inputs',
      inputs.map(({ name, tensor, source: from }) => `${name}: ${printType(tensor)}  from ${from}`),
    ),
    ...section('placement', printPlacement(placementReport(placements, model.unusable))),
    ...section('time', [`compiled in ${duration(compileTime)}, run in ${duration(runTime)}`]),
    ...section('outputs', outputs.map(printOutput)),
  ];
}

function printOutput({ name, tensor, statistics, file }: WrittenOutput): string {
  const { min, max, mean, nan } = statistics;
  const short = (value: number | undefined): string => Number(value!.toPrecision(6)).toString();
  const range = min === undefined ? [] : [`min ${short(min)}, max ${short(max)}, mean ${short(mean)}`];
  const notNumbers = nan > 0 ? [`${nan} NaN`] : [];
  return [
    `${name}: ${printType(tensor)}`,
    ...range,
    ...notNumbers,
    ...(file ? [`written to ${file}`] : []),
  ].join('  ');
}

/** Lines under a name, which stands before the first of them. */
const section = (name: string, lines: readonly string[]): readonly string[] =>
  (lines.length > 0 ? lines : ['none']).map((line, i) => `${(i === 0 ? name : '').padEnd(11)}${line}`);

export function runJson(path: string, { model, specialization, inputs, outputs, runTime }: Outcome): unknown {
  const { source, graph, fired, compileTime, placements } = specialization;
  const described = ({ dtype, shape }: Tensor) => ({ dtype, shape });
  return {
    model: path,
    layers: { source: source.nodes.length, afterPasses: graph.nodes.length, rewrites: fired.length },
    inputs: inputs.map(({ name, tensor, source: from }) => ({ name, ...described(tensor), source: from })),
    placement: placementReport(placements, model.unusable),
    compileTime,
    runTime,
    outputs: outputs.map(({ name, tensor, statistics: { min, max, mean, nan }, file }) => ({
      name,
      ...described(tensor),
      min: min === undefined ? null : jsonNumber(min),
      max: max === undefined ? null : jsonNumber(max),
      mean: mean === undefined ? null : jsonNumber(mean),
      nan,
      file: file ?? null,
    })),
  };
}
