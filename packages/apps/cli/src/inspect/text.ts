import type { FieldReport, LayerReport, ModelReport, TypedName } from '@polyphase/compiler';
import { printShape } from '@polyphase/ir';
import { printPlacement } from '../placement.ts';
import { bytes, count, duration, plural, table } from '../text.ts';

/** The report as `polyphase inspect` prints it; the totals stand last. */
export function printReport(path: string, report: ModelReport): string {
  const { inputs, outputs, placement, receptiveFields } = report;
  const sections = [
    [`${path}: ${inputs.map(typed).join(', ')} -> ${outputs.map(typed).join(', ')}`],
    [layerTable(report)],
    ['rewrites, and what each saved', ...indented(rewriteLines(report))],
    ['placement', ...indented([...placementReasons(report), ...printPlacement(placement)])],
    ['memory', ...indented(memoryLines(report))],
    ['receptive field of the element in the middle', ...indented(receptiveFields.map(fieldLine))],
    totalLines(report),
  ];
  return sections.map((lines) => lines.join('\n')).join('\n\n');
}

const typed = ({ name, dtype, shape }: TypedName): string => `${name} ${dtype}${printShape(shape)}`;

const indented = (lines: readonly string[]): readonly string[] =>
  (lines.length > 0 ? lines : ['none']).map((line) => `  ${line}`);

const layerColumns = [
  'layer',
  'operation',
  'output',
  'parameters',
  'products',
  'moved',
  'sees',
  'backend',
] as const;

function layerTable({ graph: { layers }, programs }: ModelReport): string {
  const backends = new Map(
    programs.flatMap(({ backend, steps }) =>
      steps.flatMap((step) => step.layers.map((at): readonly [number, string] => [at, backend])),
    ),
  );
  const only = new Set(programs.map(({ backend }) => backend));
  const rows = layers.map((layer, i) => [
    ...layerCells(layer),
    backends.get(i) ?? (only.size === 1 ? [...only][0]! : ''),
  ]);
  return table(layerColumns, rows);
}

const layerCells = (layer: LayerReport): readonly string[] => [
  layer.name,
  layer.op,
  `${layer.dtype}${printShape(layer.shape)}`,
  layer.parameters === 0 ? '' : count(layer.parameters),
  layer.products === 0 ? '' : count(layer.products),
  bytes(layer.bytesMoved),
  (layer.receptiveField ?? []).map(fieldSize).join(' '),
];

/** `13x13`: how much the element in the middle sees of an input's places; `all` of an axis that it sees whole. */
function fieldSize({ shape, reads }: FieldReport): string {
  const first = shape.length > 2 ? 2 : 0;
  const lengths = reads.slice(first).map(([begin, end], axis) => {
    const length = shape[first + axis]!;
    return end - begin === length && length > 1 ? 'all' : `${end - begin}`;
  });
  return lengths.every((length) => length === 'all') ? 'all' : lengths.join('x');
}

function rewriteLines({ rewrites }: ModelReport): readonly string[] {
  if (rewrites.length === 0) return [];
  const rows = rewrites.map(({ layer, rule, before, after, saved }) => [
    layer,
    rule,
    `${counted(before)} -> ${counted(after)}`,
    saved ? signed(saved.products, count) : 'open',
    saved ? signed(saved.bytesMoved, bytes) : 'open',
  ]);
  return table(['layer', 'rule', 'layers', 'products', 'moved'], rows).split('\n');
}

/** `3 upsample, concat, conv`: the same next to each other counted. */
function counted(ops: readonly string[]): string {
  const runs: { op: string; n: number }[] = [];
  for (const op of ops) {
    const last = runs.at(-1);
    if (last?.op === op) last.n++;
    else runs.push({ op, n: 1 });
  }
  return runs.map(({ op, n }) => (n === 1 ? op : `${n} ${op}`)).join(', ') || 'nothing';
}

/** Savings as they are, costs with a sign. */
const signed = (value: number, print: (value: number) => string): string =>
  value === 0 ? '' : value > 0 ? print(value) : `-${print(-value)}`;

const placementReasons = ({ placement }: ModelReport): readonly string[] =>
  placement.elsewhere.length === 0 && Object.keys(placement.backends).length > 0
    ? ['every layer runs on the first backend of the list that is usable here']
    : [];

function memoryLines({ memory: { source, graph, planned }, programs }: ModelReport): readonly string[] {
  const alone = ({ peak, unshared }: typeof source): string =>
    `${bytes(peak)} at most, ${bytes(unshared)} if nothing is given back`;
  return [
    `layers of the file, one after the other: ${alone(source)}`,
    `layers that run, one after the other: ${alone(graph)}`,
    `planned: ${bytes(planned.activations)} between input and output; the largest live set is ${bytes(planned.lowerBound)}, without sharing ${bytes(planned.unshared)}`,
    ...programs.map(
      ({ backend, region, memory }) =>
        `${region} on ${backend}: ${bytes(memory.constants)} for weights and tables, ${bytes(memory.activations)} for layers`,
    ),
  ];
}

/** `y[0, 0, 8, 8] reads x[0:1, all 3, 2:15] of [1, 3, 20]`: all of an axis where the field has no bound in it. */
function fieldLine({ output, element, input, shape, reads }: ModelReport['receptiveFields'][number]): string {
  const axes = reads.map(([begin, end], axis) => {
    const length = shape[axis]!;
    return begin === 0 && end === length && length > 1 ? `all ${length}` : `${begin}:${end}`;
  });
  return `${output}[${element.join(', ')}] reads ${input}[${axes.join(', ')}] of ${printShape(shape)}`;
}

function totalLines({
  source,
  graph,
  memory,
  rewrites,
  programs,
  compileTime,
}: ModelReport): readonly string[] {
  const steps = programs.reduce((all, program) => all + program.steps.length, 0);
  const change = (before: number, after: number, print: (value: number) => string): string =>
    before === after ? print(before) : `${print(before)} → ${print(after)}`;
  return [
    `${plural(rewrites.length, 'rewrite')}, layers ${change(source.totals.layers, graph.totals.layers, String)} in ${plural(steps, 'kernel')}, ${count(graph.totals.parameters)} parameters, compiled in ${duration(compileTime)}`,
    [
      `products ${change(source.totals.products, graph.totals.products, count)}`,
      `moved ${change(source.totals.bytesMoved, graph.totals.bytesMoved, bytes)}`,
      `peak memory ${change(memory.source.peak, memory.planned.activations, bytes)}`,
    ].join(', '),
  ];
}
