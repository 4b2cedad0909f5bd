import { printShape } from '@polyphase/ir';
import type { Field, Inspection, Layer, TypedName } from './inspection.ts';
import { printPlacement } from './placement.ts';
import { bytes, count, duration, plural, table } from './text.ts';

/** The inspection as `polyphase inspect` prints it. */
export function printInspection(path: string, inspection: Inspection): string {
  const { inputs, outputs, layers, totals, placement, rewrites, memory, receptiveFields, compileTime } =
    inspection;
  const sections = [
    [`${path}: ${inputs.map(typed).join(', ')} -> ${outputs.map(typed).join(', ')}`],
    [
      table(
        ['layer', 'operation', 'output', 'parameters', 'products', 'bytes', 'backend'],
        layers.map(layerRow),
      ),
    ],
    [
      `${plural(totals.layers, 'layer')}, ${count(totals.parameters)} parameters, ${count(totals.products)} products (multiply-adds)`,
    ],
    ['placement', ...indented(printPlacement(placement))],
    ['rewrites', ...indented(rewrites.map(({ pass, rule, count: n }) => `${n} x ${rule} (${pass})`))],
    ['memory', ...indented(memory.map(memoryLine))],
    ['receptive field of the element in the middle', ...indented(receptiveFields.map(fieldLine))],
    [`compiled in ${duration(compileTime)}`],
  ];
  return sections.map((lines) => lines.join('\n')).join('\n\n');
}

const typed = ({ name, dtype, shape }: TypedName): string => `${name} ${dtype}${printShape(shape)}`;

const indented = (lines: readonly string[]): readonly string[] =>
  (lines.length > 0 ? lines : ['none']).map((line) => `  ${line}`);

const layerRow = ({ name, op, dtype, shape, parameters, products, bytes: size, backend }: Layer) => [
  name,
  op,
  `${dtype}${printShape(shape)}`,
  parameters === 0 ? '' : count(parameters),
  products === 0 ? '' : count(products),
  bytes(size),
  backend,
];

const memoryLine = ({ backend, constants, activations }: Inspection['memory'][number]): string =>
  `${backend}: ${bytes(constants)} for weights and tables, ${bytes(activations)} for layers`;

/** `y[0, 0, 8, 8] reads x[0:1, all 3, 2:15] of [1, 3, 20]`: all of an axis where the field has no bound in it. */
function fieldLine({ output, element, input, shape, reads }: Field): string {
  const axes = reads.map(([begin, end], axis) => {
    const length = shape[axis]!;
    return begin === 0 && end === length && length > 1 ? `all ${length}` : `${begin}:${end}`;
  });
  return `${output}[${element.join(', ')}] reads ${input}[${axes.join(', ')}] of ${printShape(shape)}`;
}
