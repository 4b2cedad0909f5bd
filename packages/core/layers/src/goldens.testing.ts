import { readFileSync } from 'node:fs';
import { type Dim, type DType, sameShape, type Tensor, tensor, toNumbers } from '@polyphase/ir';
import { describe, expect, test } from 'vitest';
import type { Flow } from './flow.ts';
import { runLayers } from './run.testing.ts';

interface Recorded {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: readonly number[];
}

/** A layer as its framework computes it; `test-fixtures/layers/make.py` wrote it. */
interface Golden {
  readonly title: string;
  readonly layer: string;
  /** A list stands for an operand that is one. */
  readonly operands: readonly (Recorded | readonly Recorded[] | null)[];
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly outputs: readonly Recorded[];
}

/** The frameworks compute in float32; their functions and sums of a few dozen terms stay within this many units. */
const tolerance = 64 * 2 ** -24;

/**
 * One test for each row: the layer of this vocabulary, with fixed sizes and with open ones, against the framework.
 *
 * @returns the names of the layers that have a row
 */
export function testGoldens(
  file: string,
  vocabulary: Readonly<Record<string, unknown>>,
): ReadonlySet<string> {
  const path = new URL(`../../../../test-fixtures/layers/${file}`, import.meta.url);
  const rows = JSON.parse(readFileSync(path, 'utf8')) as readonly Golden[];
  describe.each(rows)('$layer: $title $arguments', (golden) => {
    test('fixed sizes', () => compare(golden, vocabulary, ({ shape }) => shape));
    test.skipIf('output_size' in golden.arguments)('an open batch and open spatial lengths', () =>
      compare(golden, vocabulary, openShape(golden)),
    );
  });
  return new Set(rows.map(({ layer }) => layer));
}

type ShapeOf = (x: Tensor, i: number) => readonly Dim[];

/** Everything but the channels of the first operand and of those shaped alike; weights are known when a network is made. */
function openShape({ operands: [first], arguments: { data_format, kernel } }: Golden): ShapeOf {
  const { shape: open } = [first].flat()[0]!;
  const channels = kernel && data_format !== 'channels_first' ? open.length - 1 : 1;
  return ({ shape }) =>
    sameShape(shape, open)
      ? shape.map((length, axis) => (axis === channels ? length : `axis${axis}`))
      : shape;
}

async function compare(
  { layer, operands, arguments: given, outputs }: Golden,
  vocabulary: Readonly<Record<string, unknown>>,
  shapeOf: ShapeOf,
): Promise<void> {
  const build = vocabulary[layer] as (
    ...args: readonly unknown[]
  ) => Flow | readonly Flow[] | (Flow & { indices: Flow });
  const xs = operands.flatMap((operand) => operand ?? []) as readonly Recorded[];
  const results = await runLayers(
    xs.map(tensorOf),
    (flows) => {
      const rest = flows.values();
      const next = (): Flow => rest.next().value as Flow;
      const args = operands.map(
        (operand) => operand && (Array.isArray(operand) ? operand.map(next) : next()),
      );
      const built = build(...args.map((arg) => arg ?? undefined), argumentsOf(given));
      return outputs.length === 2 && 'indices' in built ? [built, built.indices] : built;
    },
    { shapeOf },
  );
  for (const [i, expected] of outputs.entries()) expectClose(results[i]!, tensorOf(expected));
}

const isRecorded = (value: unknown): value is Recorded =>
  typeof value === 'object' && value !== null && 'data' in value && 'dtype' in value;

const tensorOf = ({ data, shape, dtype }: Recorded): Tensor => tensor(data, shape, dtype);

const argumentsOf = (given: Golden['arguments']): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(given).map(([key, value]) => [key, isRecorded(value) ? tensorOf(value) : value]),
  );

function expectClose(actual: Tensor, expected: Tensor): void {
  expect(actual.dtype).toBe(expected.dtype);
  expect(actual.shape).toEqual(expected.shape);
  const [a, b] = [toNumbers(actual), toNumbers(expected)];
  const greatest = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const errors = a.map((value, i) => Math.abs(value - b[i]!));
  expect(Math.max(0, ...errors), `${[...a]} is not ${[...b]}`).toBeLessThanOrEqual(tolerance * greatest);
}
