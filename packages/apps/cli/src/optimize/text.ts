import { basename } from 'node:path';
import { bytes, count, plural } from '../text.ts';
import type { Change, Optimization } from './optimize.ts';

/** The lines that `polyphase optimize` prints. */
export function optimizationText(optimization: Optimization): string {
  const { model, file, opset, layers, rewrites, forms, leaving, products, bytesMoved, check } = optimization;
  const there = optimization.for ? `for onnxruntime on ${optimization.for}` : 'faster in onnxruntime';
  const rules = new Map<string, number>();
  for (const { rule } of rewrites) rules.set(rule, (rules.get(rule) ?? 0) + 1);
  return [
    `model     ${basename(model)} -> ${file}: ${bytes(optimization.bytes.before)} -> ${bytes(optimization.bytes.after)}, operator set ${opset}`,
    `layers    ${layers.before} -> ${layers.after} by ${plural(rewrites.length, 'rewrite')}`,
    ...[...rules].map(([rule, n]) => `          ${n} x ${rule}`),
    ...forms.map(({ layer, op, as }) => `          ${layer}: ${op} as ${as.join(', ')}, ${there}`),
    ...leaving.map(
      ({ layer, op, why }, i) =>
        `${i === 0 ? 'leaves ' : '       '}   ${layer} (${op}): ${why}; onnxruntime runs it on the processor`,
    ),
    `products  ${changed(products, count)}`,
    `moved     ${changed(bytesMoved, bytes)}`,
    `checked   ${check.inputs.join(', ')}, by ${check.by === 'cpu' ? 'the cpu backend' : 'the float64 definitions'}`,
    ...check.outputs.map(
      ({ output, difference, allowed }) =>
        `          ${output}: differs by ${short(difference)} at most, rounding explains ${short(allowed)}`,
    ),
  ].join('\n');
}

const short = (value: number): string => Number(value.toPrecision(3)).toString();

const changed = ({ before, after }: Change, print: (value: number) => string): string =>
  before === after ? print(before) : `${print(before)} -> ${print(after)}`;
