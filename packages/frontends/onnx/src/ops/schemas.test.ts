import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { maxOpset } from '../nodes.ts';
import type { Row } from '../row.ts';
import { operators } from './index.ts';

interface Schema {
  readonly since: number;
  readonly inputs: readonly [least: number, most: number | null];
  readonly attributes: Readonly<Record<string, { type: string; required: boolean; default: unknown }>>;
}

const fixture = join(import.meta.dirname, '../../../../../test-fixtures/onnx-schemas/schemas.json');
const official = JSON.parse(readFileSync(fixture, 'utf8')).operators as Readonly<
  Record<string, readonly Schema[]>
>;

/** Where a row knowingly differs from ONNX's own schema, and why. */
const differences: Readonly<Record<string, string>> = {
  'Constant 1 value': 'required there; the row says which values a node may have',
  'Constant 9 value': 'required there; the row says which values a node may have',
  'MeanVarianceNormalization 9 axes': 'a list has no default here; the row has it',
  'MeanVarianceNormalization 13 axes': 'a list has no default here; the row has it',
  'Resize 11 inputs': 'exporters leave out roi and scales, which became optional with 13',
};

/** Attributes that hold the code of an element type, 0 being none. */
const typeCodes = new Set(['output_dtype', 'precision']);

/** What a row and a schema say, in the same words. */
function sayRow({ inputs, attributes }: Row) {
  const isVariadic = inputs.at(-1)?.startsWith('...') ?? false;
  const least = isVariadic ? inputs.length : inputs.filter((name) => !name.endsWith('?')).length;
  return {
    inputs: [least, isVariadic ? null : inputs.length],
    attributes: Object.fromEntries(
      Object.entries(attributes).map(([name, { kind, required, fallback }]) => [
        name,
        { type: kind, required: required ?? false, default: sayDefault(required ? undefined : fallback) },
      ]),
    ),
  };
}

const saySchema = ({ inputs, attributes }: Schema) => ({
  inputs,
  attributes: Object.fromEntries(
    Object.entries(attributes).map(([name, spec]) => [
      name,
      { ...spec, default: typeCodes.has(name) ? null : sayDefault(spec.default) },
    ]),
  ),
});

/** A flag is an int, an element type its code (1: float32); floats are compared as float32. */
function sayDefault(value: unknown): unknown {
  if (typeof value === 'boolean') return Number(value);
  if (value === 'float32') return 1;
  if (value === null || value === undefined) return null;
  return typeof value === 'number' ? Math.fround(value) : value;
}

const rows = [...operators].flatMap(([op, versions]) => {
  const keys = Object.keys(versions).map(Number);
  return (official[op] ?? [])
    .filter(({ since }) => since <= maxOpset && since >= Math.min(...keys))
    .map((schema) => {
      const key = Math.max(...keys.filter((since) => since <= schema.since));
      return [`${op} ${schema.since}`, versions[key]!, schema] as const;
    });
});

test('every operator of the tables is one of ONNX', () => {
  expect([...operators.keys()].filter((op) => !Object.hasOwn(official, op))).toEqual([]);
});

test('a new row begins with a version that ONNX has', () => {
  const unknown = [...operators].flatMap(([op, versions]) =>
    Object.keys(versions).filter((key) => !official[op]!.some(({ since }) => since === Number(key))),
  );
  expect(unknown).toEqual([]);
});

test.each(rows)('%s has the operands and attributes of its schema', (title, row, schema) => {
  const flat = (
    words: ReturnType<typeof sayRow> | ReturnType<typeof saySchema>,
  ): Record<string, unknown> => ({
    inputs: words.inputs,
    ...words.attributes,
  });
  const [ours, theirs] = [flat(sayRow(row)), flat(saySchema(schema))];
  for (const name of Object.keys(theirs).filter((name) => `${title} ${name}` in differences)) {
    expect(ours[name]).not.toEqual(theirs[name]);
    delete ours[name];
    delete theirs[name];
  }
  expect(ours).toEqual(theirs);
});
