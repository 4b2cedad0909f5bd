import { type AxisResampling, PolyphaseError } from '@polyphase/ir';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { run } from '../cases.testing.ts';
import { differencesInOnnxruntime, differencesReadBack } from './compare.testing.ts';
import { exportOnnx } from './export-onnx.ts';
import { caseOf, type LayerCase, type LayerRow } from './rows.testing.ts';

const small = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
const pair = (min: number, max: number) => fc.tuple(small(min, max), small(min, max));
const opset = fc.constantFrom(17, 18, 21, 26);

interface Spatial {
  readonly length: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly pair: readonly [number, number];
}

const spatial = (least: number, most: number): fc.Arbitrary<readonly Spatial[]> =>
  fc.array(
    fc.record({
      length: small(1, 7),
      kernel: small(1, 4),
      stride: small(1, 4),
      dilation: small(1, 3),
      pair: pair(least, most),
    }),
    { minLength: 1, maxLength: 3 },
  );

const shape = (...lengths: readonly number[]): string => `float32[${lengths.join(', ')}]`;

/** A layer that the shape rule takes. */
function legal(row: LayerRow): LayerCase {
  try {
    return caseOf(row);
  } catch (error) {
    fc.pre(!(error instanceof PolyphaseError));
    throw error;
  }
}

async function expectSame({ graph, inputs }: LayerCase, opset: number): Promise<void> {
  const bytes = exportOnnx(graph, { opset });
  expect(differencesReadBack(graph, bytes, inputs)).toEqual([]);
  expect(await differencesInOnnxruntime(graph, bytes, inputs)).toEqual([]);
}

const runs = { numRuns: 60 };

test('convolutions', () =>
  fc.assert(
    fc.asyncProperty(
      spatial(-3, 5),
      small(1, 3),
      fc.boolean(),
      opset,
      async (axes, groups, biased, opset) => {
        const row: LayerRow = [
          'conv',
          [
            shape(2, 2 * groups, ...axes.map(({ length }) => length)),
            `=${shape(groups, 2, ...axes.map(({ kernel }) => kernel))}`,
            biased ? `=${shape(groups)}` : undefined,
          ],
          {
            stride: axes.map(({ stride }) => stride),
            dilation: axes.map(({ dilation }) => dilation),
            pads: axes.map(({ pair }) => pair),
            groups,
          },
        ];
        await expectSame(legal(row), opset);
      },
    ),
    runs,
  ));

test('transposed convolutions', () =>
  fc.assert(
    fc.asyncProperty(
      spatial(-4, 4),
      small(1, 3),
      fc.boolean(),
      opset,
      async (axes, groups, biased, opset) => {
        const row: LayerRow = [
          'convTranspose',
          [
            shape(1, groups, ...axes.map(({ length }) => length)),
            `=${shape(groups, 2, ...axes.map(({ kernel }) => kernel))}`,
            biased ? `=${shape(2 * groups)}` : undefined,
          ],
          {
            stride: axes.map(({ stride }) => stride),
            dilation: axes.map(({ dilation }) => dilation),
            crop: axes.map(({ pair }) => pair),
            groups,
          },
        ];
        await expectSame(legal(row), opset);
      },
    ),
    runs,
  ));

const poolKinds = fc.constantFrom(
  ['maxPool', { storageOrder: 0 }] as const,
  ['maxPool', { storageOrder: 1 }] as const,
  ['averagePool', { countIncludePad: false }] as const,
  ['averagePool', { countIncludePad: true }] as const,
  ['lpPool', { p: 2 }] as const,
);

test('pools', () =>
  fc.assert(
    fc.asyncProperty(
      spatial(-1, 3),
      poolKinds,
      fc.boolean(),
      opset,
      async (axes, [op, more], ceil, opset) => {
        const row: LayerRow = [
          op,
          [shape(1, 2, ...axes.map(({ length }) => length))],
          {
            kernel: axes.map(({ kernel }) => kernel),
            stride: axes.map(({ stride }) => stride),
            dilation: axes.map(({ dilation }) => dilation),
            pads: axes.map(({ pair }) => pair),
            ceil,
            ...more,
          },
        ];
        const layer = legal(row);
        // The mean of a window over padding alone is 0 / 0, and 0 in onnxruntime.
        fc.pre(!run(layer.graph, layer.inputs).some(({ data }) => data.some(Number.isNaN)));
        await expectSame(layer, opset);
      },
    ),
    runs,
  ));

const setting = fc.record({
  map: fc.constantFrom(
    'half_pixel',
    'half_pixel_symmetric',
    'pytorch_half_pixel',
    'align_corners',
    'asymmetric',
    'tf_half_pixel_for_nn',
    'tf_crop_and_resize',
  ),
  filter: fc.constantFrom(
    { kind: 'nearest', rounding: 'floor' },
    { kind: 'nearest', rounding: 'ceil' },
    { kind: 'nearest', rounding: 'round_prefer_floor' },
    { kind: 'nearest', rounding: 'round_prefer_ceil' },
    { kind: 'linear' },
    { kind: 'cubic', coefficient: -0.75 },
    { kind: 'cubic', coefficient: -0.5 },
    { kind: 'lanczos', lobes: 3 },
    { kind: 'area' },
  ),
  antialias: fc.boolean(),
  border: fc.constantFrom('clamp', 'renormalise'),
  profile: fc.constantFrom('onnx', 'torch', 'tf', 'tf1', 'keras', 'webnn'),
}) as fc.Arbitrary<Pick<AxisResampling, 'map' | 'filter' | 'antialias' | 'border' | 'profile'>>;

const resized = fc.array(
  fc.record({
    from: small(1, 7),
    to: fc.option(small(1, 14), { nil: undefined }),
    stray: fc.option(fc.constantFrom(0, 0.25, 0.7), { nil: undefined }),
    start: fc.constantFrom(0, 0.25, -0.25),
    end: fc.constantFrom(1, 0.75, 1.25),
    isResized: fc.boolean(),
  }),
  { minLength: 1, maxLength: 5 },
);

test('resampling', () =>
  fc.assert(
    fc.asyncProperty(resized, setting, opset, async (lengths, common, opset) => {
      const specs = lengths.flatMap(({ from, to = 2 * from, stray, start, end, isResized }, axis) => {
        const scale = stray !== undefined && common.filter.kind !== 'area' && { scale: (to + stray) / from };
        const roi = common.map === 'tf_crop_and_resize' && { roi: [start, end] };
        return isResized ? [{ axis, from, to, ...common, ...scale, ...roi }] : [];
      });
      const type = shape(...lengths.map(({ from }) => from));
      await expectSame(legal(['upsample', [type], { axes: specs, extrapolation: 5 }]), opset);
    }),
    { numRuns: 150 },
  ));
