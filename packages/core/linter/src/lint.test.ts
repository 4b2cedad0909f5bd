import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Graph, Node } from '@polyphase/ir';
import { loadOnnx, readTensor } from '@polyphase/onnx';
import { describe, expect, test } from 'vitest';
import { lint, lintRules } from './lint.ts';
import { resized, shuffled, transposed, unpooled } from './nodes.testing.ts';
import { defects } from './runtimes/index.ts';

/** Layers on both sides of what a rule asks for. */
interface Sides {
  readonly bites: readonly Node[];
  readonly passes: readonly Node[];
}

const image = [1, 4, 8, 8];
const k3 = [4, 2, 3, 3];
const s2 = [2, 2];
const volume = { x: [1, 2, 4, 4, 4], w: [2, 2, 2, 2, 2], stride: [2, 2, 2] };
const half = { coordinateTransformationMode: 'half_pixel' };
const twice = { x: image, scales: [1, 1, 2, 2] };
const linear = { ...twice, mode: 'linear' };
const p = (begin: number, end: number) => [begin, end] as const;

const rows: Readonly<Record<string, Sides>> = {
  PL001: {
    bites: [transposed({ x: image, w: k3, stride: s2, autoPad: 'SAME_UPPER', outputPadding: [1, 0] })],
    passes: [
      transposed({ x: image, w: k3, stride: s2, autoPad: 'SAME_UPPER', outputPadding: [0, 0] }),
      transposed({ x: image, w: k3, stride: s2, outputPadding: [1, 1] }),
    ],
  },
  PL002: {
    bites: [transposed({ x: image, w: [4, 2, 3, 2], stride: [2, 3], autoPad: 'SAME_LOWER' })],
    passes: [
      transposed({ x: image, w: [4, 2, 3, 2], stride: [2, 3], dilation: [1, 2], autoPad: 'SAME_LOWER' }),
      transposed({ x: image, w: [4, 2, 3, 2], stride: [2, 3] }),
    ],
  },
  PL003: {
    bites: [transposed({ x: image, w: k3, stride: s2, outputShape: [16, 17] })],
    passes: [
      transposed({ x: image, w: k3, stride: s2, outputShape: [15, 17] }),
      transposed({ x: image, w: k3, stride: s2, outputShape: [16, 16], autoPad: 'SAME_UPPER' }),
    ],
  },
  PL004: {
    bites: [transposed({ x: image, w: k3, stride: s2, pads: [p(0, 1), p(0, 1)] })],
    passes: [transposed({ x: image, w: k3, stride: s2, pads: [p(1, 1), p(0, 2)] })],
  },
  PL005: { bites: [unpooled([5, 5], true)], passes: [unpooled([4, 4], false)] },
  PL020: {
    bites: [
      resized({
        x: image,
        sizes: [1, 4, 1, 8],
        mode: 'cubic',
        coordinateTransformationMode: 'pytorch_half_pixel',
      }),
    ],
    passes: [
      resized({
        x: image,
        sizes: [1, 4, 2, 8],
        mode: 'cubic',
        coordinateTransformationMode: 'pytorch_half_pixel',
      }),
      resized({ x: image, sizes: [1, 4, 1, 8], mode: 'cubic' }),
    ],
  },
  PL021: {
    bites: [resized({ x: [1, 1, 10, 10], scales: [1, 1, 1.4, 1.4], mode: 'linear' })],
    passes: [
      resized({ x: [1, 1, 10, 10], scales: [1, 1, 1.5, 1.5], mode: 'linear' }),
      resized({ x: [1, 1, 10, 10], sizes: [1, 1, 14, 14], mode: 'linear' }),
    ],
  },
  PL022: {
    bites: [
      resized({
        x: [1, 1, 5, 4],
        scales: [1, 1, 1.5, 1],
        mode: 'linear',
        coordinateTransformationMode: 'align_corners',
      }),
    ],
    passes: [
      resized({
        x: [1, 1, 4, 4],
        scales: [1, 1, 1.5, 1],
        mode: 'linear',
        coordinateTransformationMode: 'align_corners',
      }),
      resized({ x: [1, 1, 5, 4], scales: [1, 1, 1.5, 1], mode: 'linear' }),
    ],
  },
  PL023: {
    bites: [resized({ x: [1, 1, 5, 4], scales: [1, 1, 1.5, 1], mode: 'linear' })],
    passes: [resized({ x: [1, 1, 4, 4], scales: [1, 1, 1.5, 1], mode: 'linear' })],
  },
  PL024: {
    // PyTorch multiplies 41 by the float32 of 2 / 82 and is below 1, onnxruntime divides by 41.
    bites: [
      resized({
        x: [1, 1, 2, 1],
        sizes: [1, 1, 82, 1],
        coordinateTransformationMode: 'asymmetric',
        nearestMode: 'floor',
      }),
    ],
    passes: [
      resized({ ...twice, coordinateTransformationMode: 'asymmetric', nearestMode: 'floor' }),
      resized({ x: [1, 1, 26, 1], sizes: [1, 1, 64, 1], mode: 'linear' }),
    ],
  },
  PL025: {
    bites: [
      resized({ x: image, sizes: [1, 4, 4, 4], mode: 'cubic', antialias: true, excludeOutside: true }),
      resized({ x: image, sizes: [1, 4, 4, 4], mode: 'linear', antialias: true }),
    ],
    passes: [
      resized({
        x: image,
        sizes: [1, 4, 4, 4],
        mode: 'cubic',
        antialias: true,
        excludeOutside: true,
        cubicCoeffA: -0.5,
      }),
      resized({ x: image, sizes: [1, 4, 4, 4], mode: 'cubic' }),
    ],
  },
  PL026: {
    bites: [resized({ ...twice, opset: 13, coordinateTransformationMode: 'tf_half_pixel_for_nn' })],
    passes: [
      resized({ ...twice, opset: 12, coordinateTransformationMode: 'tf_half_pixel_for_nn' }),
      resized({ ...twice, opset: 13, ...half }),
    ],
  },
  PL027: {
    bites: [resized({ ...linear, op: 'Upsample', opset: 9 }), resized({ ...linear, opset: 10 })],
    passes: [resized({ ...twice, op: 'Upsample', opset: 9 }), resized({ ...linear, opset: 11 })],
  },
  PL028: {
    bites: [resized({ ...linear, dtype: 'uint8' })],
    passes: [resized(linear), resized({ ...twice, dtype: 'uint8' })],
  },
  PL029: {
    bites: [
      resized({
        ...linear,
        coordinateTransformationMode: 'tf_crop_and_resize',
        roi: [0, 0, 0, 0, 1, 1, 0.5, 0.5],
      }),
    ],
    passes: [
      resized({
        x: image,
        sizes: [1, 4, 4, 4],
        mode: 'linear',
        coordinateTransformationMode: 'tf_crop_and_resize',
        roi: [0, 0, 0, 0, 1, 1, 0.5, 0.5],
      }),
      resized(linear),
    ],
  },
  PL030: {
    bites: [
      resized({
        x: image,
        sizes: [9, 12],
        axes: [-2, -1],
        mode: 'linear',
        keepAspectRatioPolicy: 'not_larger',
      }),
    ],
    passes: [
      resized({
        x: image,
        sizes: [9, 12],
        axes: [2, 3],
        mode: 'linear',
        keepAspectRatioPolicy: 'not_larger',
      }),
      resized({ x: image, sizes: [9, 12], axes: [-2, -1], mode: 'linear' }),
    ],
  },
  PL101: {
    bites: [transposed({ x: image, w: [4, 1, 2, 2], groups: 2 })],
    passes: [
      transposed({ x: image, w: [4, 1, 2, 2], groups: 4 }),
      transposed({ x: image, w: [4, 2, 2, 2], groups: 2 }),
      transposed({ x: image, w: [4, 1, 2, 2] }),
    ],
  },
  PL102: {
    bites: [transposed({ x: image, w: k3, opset: 22 }), transposed({ x: image, w: k3, opset: 6 })],
    passes: [transposed({ x: image, w: k3, opset: 21 }), transposed({ x: image, w: k3, opset: 7 })],
  },
  PL103: {
    bites: [transposed(volume)],
    passes: [transposed({ ...volume, opset: 22 }), transposed({ x: image, w: k3 })],
  },
  PL104: {
    bites: [transposed({ x: [1, 1, 4], w: [1, 1, 2], dilation: [2], outputPadding: [1] })],
    passes: [
      transposed({ x: [1, 1, 4], w: [1, 1, 2], stride: [2], dilation: [2], outputPadding: [1] }),
      transposed({ x: [1, 1, 4], w: [1, 1, 2], dilation: [2] }),
    ],
  },
  PL105: {
    bites: [transposed({ x: image, w: k3, outputShape: [7, 8] })],
    passes: [transposed({ x: image, w: k3, outputShape: [8, 8] })],
  },
  PL106: {
    bites: [transposed({ x: image, w: k3, stride: s2, pads: [p(1, 0), p(0, 0)] })],
    passes: [transposed({ x: image, w: k3, stride: s2, pads: [p(1, 1), p(0, 0)] })],
  },
  PL107: {
    bites: [transposed({ x: [1, 1, 4], w: [1, 1, 3], pads: [p(1, 1)] })],
    passes: [
      transposed({ x: [1, 1, 4], w: [1, 1, 3] }),
      transposed({ x: image, w: k3, pads: [p(1, 1), p(1, 1)] }),
    ],
  },
  PL108: {
    bites: [transposed(volume), transposed({ x: image, w: k3, outputShape: [8, 8] })],
    passes: [transposed({ x: image, w: k3 })],
  },
  PL109: {
    bites: [transposed({ x: [1, 1, 1100], w: [1, 1, 2], stride: [2], dtype: 'float16' })],
    passes: [
      transposed({ x: [1, 1, 1000], w: [1, 1, 2], stride: [2], dtype: 'float16' }),
      transposed({ x: [1, 1, 1100], w: [1, 1, 2], stride: [2] }),
    ],
  },
  PL110: {
    bites: [transposed({ x: image, w: k3, stride: s2, autoPad: 'SAME_UPPER' })],
    passes: [
      transposed({ x: image, w: k3, autoPad: 'SAME_UPPER' }),
      transposed({ x: image, w: k3, stride: s2 }),
    ],
  },
  PL120: {
    bites: [resized({ ...twice, op: 'Upsample', opset: 9 }), unpooled([4, 4], false)],
    passes: [resized(twice)],
  },
  PL121: {
    bites: [resized({ x: image, sizes: [1, 4, 4, 4], mode: 'linear', antialias: true })],
    passes: [resized({ x: image, sizes: [1, 4, 4, 4], mode: 'linear' })],
  },
  PL122: {
    bites: [resized({ x: [1, 2, 2, 2], scales: [1, 2, 2, 1], mode: 'linear' })],
    passes: [resized({ x: [1, 2, 2, 2], scales: [1, 2, 2, 1] }), resized(linear)],
  },
  PL123: {
    bites: [
      resized({
        x: [1, 1, 4, 4],
        sizes: [1, 1, 8, 4],
        mode: 'linear',
        coordinateTransformationMode: 'tf_crop_and_resize',
        roi: [0, 0, 0, 0, 1, 1, 1, 0.5],
      }),
    ],
    passes: [
      resized({
        x: [1, 1, 4, 4],
        sizes: [1, 1, 8, 4],
        mode: 'linear',
        coordinateTransformationMode: 'tf_crop_and_resize',
        roi: [0, 0, 0, 0, 1, 1, 0.5, 1],
      }),
    ],
  },
  PL124: {
    bites: [resized({ x: [1, 1, 2, 2], scales: [1, 1, 1.4, 1.4], mode: 'linear' })],
    passes: [
      resized({ x: [1, 1, 2, 2], scales: [1, 1, 2, 1], mode: 'linear' }),
      resized({ x: [1, 1, 2, 2], scales: [1, 1, 1.4, 2] }),
    ],
  },
  PL125: {
    bites: [
      resized({ x: [1, 1, 4], scales: [1, 1, 2], mode: 'cubic' }),
      resized({ x: [2, 2, 2, 2], scales: [2, 2, 2, 2], mode: 'linear' }),
    ],
    passes: [
      resized({ ...twice, mode: 'cubic' }),
      resized({ x: [1, 2, 2, 2, 2], scales: [1, 1, 2, 2, 2], mode: 'linear' }),
    ],
  },
  PL126: {
    bites: [
      resized({ ...linear, coordinateTransformationMode: 'half_pixel_symmetric' }),
      resized({ x: image, scales: [2, 2], axes: [2, 3], mode: 'linear' }),
      resized({ x: [1, 1, 5, 5], scales: [1, 1, 1.5, 1], mode: 'linear' }),
    ],
    passes: [resized(linear), resized({ x: [1, 1, 5, 5], scales: [1, 1, 1.2, 1], mode: 'linear' })],
  },
  PL127: {
    bites: [resized({ ...twice, mode: 'cubic' }), resized({ x: [1, 1, 4], scales: [1, 1, 2] })],
    passes: [resized(linear)],
  },
  PL128: {
    bites: [resized({ x: image, sizes: [1, 4, 4, 4], mode: 'cubic', antialias: true, cubicCoeffA: -0.5 })],
    passes: [
      resized({ x: image, sizes: [1, 4, 4, 4], mode: 'cubic', antialias: true }),
      resized({ x: image, sizes: [1, 4, 4, 4], mode: 'cubic', cubicCoeffA: -0.5 }),
    ],
  },
  PL129: {
    bites: [resized({ ...linear, coordinateTransformationMode: 'align_corners' })],
    passes: [
      resized(linear),
      resized({ ...twice, coordinateTransformationMode: 'asymmetric', nearestMode: 'floor' }),
    ],
  },
  PL140: { bites: [transposed(volume)], passes: [transposed({ x: image, w: k3 })] },
  PL141: {
    bites: [transposed({ ...volume, bias: true })],
    passes: [transposed(volume), transposed({ ...volume, w: [2, 1, 2, 2, 2], bias: true })],
  },
  PL142: {
    bites: [transposed({ ...volume, w: [2, 2, 1, 2, 2] })],
    passes: [transposed(volume), transposed({ x: image, w: [4, 2, 1, 1], stride: s2 })],
  },
  PL143: {
    bites: [transposed({ x: image, w: k3, stride: s2, pads: [p(0, -4), p(0, 0)] })],
    passes: [transposed({ x: image, w: k3, stride: s2, pads: [p(0, -1), p(1, 1)] })],
  },
  PL144: {
    bites: [
      transposed({ x: image, w: k3, dilation: s2 }),
      transposed({ x: image, w: k3, groups: 2 }),
      transposed({ x: image, w: k3, stride: s2, outputPadding: [1, 1] }),
    ],
    passes: [transposed({ x: image, w: k3, stride: s2, outputPadding: [0, 0] })],
  },
  PL145: {
    bites: [resized(linear)],
    passes: [
      resized({ ...linear, coordinateTransformationMode: 'asymmetric' }),
      resized({ ...twice, ...half }),
    ],
  },
  PL146: {
    bites: [
      transposed({ x: image, w: k3, groups: 2 }),
      transposed({ x: image, w: k3, dilation: s2 }),
      resized({ ...twice, mode: 'cubic' }),
      resized({ x: image, sizes: [1, 4, 4, 4], mode: 'linear', antialias: true }),
      resized({ x: [1, 2, 2, 2, 2], scales: [1, 1, 2, 2, 2], mode: 'linear' }),
      unpooled([4, 4], false),
      shuffled('CRD'),
    ],
    passes: [transposed({ x: image, w: k3, stride: s2 }), resized(linear), shuffled('DCR')],
  },
  PL147: { bites: [transposed({ x: image, w: k3, groups: 2 })], passes: [transposed({ x: image, w: k3 })] },
  PL148: {
    bites: [transposed({ x: image, w: k3, groups: 2 }), transposed({ x: image, w: k3, dilation: s2 })],
    passes: [transposed({ x: image, w: k3, stride: s2 })],
  },
  PL149: {
    bites: [resized({ ...twice, mode: 'cubic' }), resized({ x: [1, 2, 2, 2, 2], scales: [1, 1, 2, 2, 2] })],
    passes: [resized(linear), resized(twice)],
  },
  PL200: {
    bites: [transposed({ x: image, w: k3, stride: s2 })],
    passes: [transposed({ x: image, w: [4, 2, 4, 4], stride: s2 }), transposed({ x: image, w: k3 })],
  },
  PL201: {
    bites: [
      transposed({ x: image, w: k3, stride: s2 }),
      transposed({ x: image, w: [4, 2, 4, 5], stride: s2 }),
    ],
    passes: [transposed({ x: image, w: [4, 2, 4, 2], stride: s2 })],
  },
  PL202: {
    bites: [
      transposed({ x: image, w: [4, 2, 1, 2], stride: s2 }),
      transposed({ x: image, w: [4, 2, 4, 4], stride: s2, dilation: s2 }),
    ],
    passes: [transposed({ x: image, w: [4, 2, 3, 3], stride: s2, dilation: [3, 3] })],
  },
};

const graphOf = (node: Node): Graph => ({
  name: 'test',
  inputs: node.inputs.filter((value) => value !== undefined && !value.constant) as Graph['inputs'],
  nodes: [node],
  outputs: node.outputs.map((value) => ({ name: value.name, value })),
});

const idsOf = (node: Node): readonly string[] => lint(graphOf(node)).findings.map(({ id }) => id);

test('every rule has rows on both sides, and an id of its own', () => {
  const ids = lintRules.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(Object.keys(rows).toSorted()).toEqual(ids.toSorted());
  for (const [id, { bites, passes }] of Object.entries(rows))
    expect([id, bites.length > 0, passes.length > 0]).toEqual([id, true, true]);
});

describe.each(Object.entries(rows))('%s', (id, { bites, passes }) => {
  test.each(bites.map((node, i) => [i, node] as const))('bites %i', (_, node) => {
    expect(idsOf(node)).toContain(id);
  });
  test.each(passes.map((node, i) => [i, node] as const))('passes %i', (_, node) => {
    expect(idsOf(node)).not.toContain(id);
  });
});

test('findings say where, what, why and what to do; the worst stand first', () => {
  const node = transposed({ x: image, w: [4, 1, 3, 3], stride: s2, groups: 2 });
  const { findings } = lint(graphOf(node), { runtime: (name) => name === 'onnxruntime webgpu' });
  expect(findings).toMatchInlineSnapshot(`
    [
      {
        "fix": "Run it on another provider, or make the weights ungrouped with zeros between the groups",
        "id": "PL101",
        "layer": "up",
        "op": "ConvTranspose",
        "runtime": "onnxruntime webgpu",
        "severity": "error",
        "title": "Groups with one output channel each and an even number of input channels",
        "what": "2 groups of 2 channels to 1",
        "why": "onnxruntime webgpu 1.30 computes it wrongly without a word",
      },
      {
        "fix": "Train with a resize-convolution or a kernel that is a multiple of the stride, start from ICNR weights, or equalise the phases",
        "id": "PL200",
        "layer": "up",
        "op": "ConvTranspose",
        "severity": "warning",
        "title": "Checkerboard in the learned weights",
        "what": "44 % of what it makes of flat input is a pattern of 2x2, 44 % in the worst channel; equalised() gives the nearest weights without it (they change by 52 %)",
        "why": "phases whose weights have different sums answer flat input with a pattern (distill.pub/2016/deconv-checkerboard)",
      },
      {
        "fix": "Use a kernel that is a multiple of the stride",
        "id": "PL201",
        "layer": "up",
        "op": "ConvTranspose",
        "severity": "note",
        "title": "Uneven overlap",
        "what": "kernel 3x3 with stride 2x2: 1 to 4 taps reach an output",
        "why": "a kernel that is no multiple of the stride reaches some outputs more often than others (distill.pub/2016/deconv-checkerboard)",
      },
    ]
  `);
});

test('texts are not empty, and end without a full stop', () => {
  for (const { title, why, fix } of lintRules)
    for (const text of [title, why, fix]) expect(text).toMatch(/[^.\s]$/);
  for (const { version, runtime } of defects) expect(version && runtime).not.toBe('');
});

const nodeTest = (name: string): string =>
  fileURLToPath(new URL(`../../../../test-fixtures/onnx-node/${name}/`, import.meta.url));

/** The graph of one of ONNX's own tests, with the inputs of its data. */
async function nodeTestGraph(name: string): Promise<Graph> {
  const folder = nodeTest(name);
  const model = await loadOnnx(`${folder}model.onnx`);
  const bindings = model.inputs.map((spec, i) => {
    const value = readTensor(readFileSync(`${folder}test_data_set_0/input_${i}.pb`)).tensor;
    return [spec.name, { shape: value.shape, ...(spec.decidesShapes && { value }) }] as const;
  });
  return model.graph(new Map(bindings));
}

test.each([
  ['test_convtranspose_group_2', ['PL147']],
  ['test_convtranspose_output_shape', ['PL003', 'PL108']],
  ['test_resize_downsample_scales_linear_align_corners', ['PL022']],
  ['test_resize_tf_crop_and_resize', ['PL129']],
  ['test_maxunpool_export_with_output_shape', ['PL005', 'PL120']],
  ['test_upsample_nearest', ['PL120']],
  ['test_resize_upsample_scales_nearest_axes_2_3', ['PL126']],
])('of a file: %s', async (name, expected) => {
  const { findings } = lint(await nodeTestGraph(name));
  expect(findings.map(({ id }) => id)).toEqual(expect.arrayContaining(expected));
});
