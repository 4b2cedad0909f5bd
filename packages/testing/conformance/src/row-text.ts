import { fillingOf, type OperandSpec } from './data.ts';
import { operandNames } from './network.ts';

/** A row as it stands in a suite file: `'title': { x: [1, 2, 3, 3], stride: [2, 2] },` */
export function rowText(
  title: string,
  op: { readonly inputs: readonly string[] },
  row: Readonly<Record<string, unknown>>,
): string {
  const operands = operandNames(op);
  const entries = Object.entries(row)
    .filter(([, value]) => value !== undefined)
    .map(
      ([key, value]) =>
        `${key}: ${operands.includes(key) ? operandText(value as OperandSpec) : valueText(value)}`,
    );
  return `${valueText(title)}: { ${entries.join(', ')} },`;
}

/** A shape where that is all there is to say. */
function operandText(spec: OperandSpec | readonly OperandSpec[]): string {
  if (Array.isArray(spec)) return valueText(spec);
  const filling = fillingOf(spec as OperandSpec);
  return valueText(Object.keys(filling).length === 1 ? filling.shape : filling);
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{ ${entries.map(([key, item]) => `${key}: ${valueText(item)}`).join(', ')} }`;
}
