import { describe, expect, test } from 'vitest';
import { convolutionBugs } from './bugs-convolution.testing.ts';
import { otherBugs } from './bugs-other.testing.ts';
import { resamplingBugs } from './bugs-resampling.testing.ts';
import { type Bug, mutant } from './mutant.testing.ts';
import { runCases } from './run.ts';
import { suiteCases } from './suite-cases.ts';
import { suites } from './suites/index.ts';

const bugs = { ...convolutionBugs, ...resamplingBugs, ...otherBugs };

/** Rows that must fail for each bug, among others: those that were written for it. */
const caughtBy: Readonly<Record<keyof typeof bugs, readonly string[]>> = {
  'the crop is mirrored': [
    "conv-transpose/kernel 3, stride 2, Keras' same: crop (0, 1)",
    "conv-transpose/kernel 3, stride 2, PyTorch's padding 1, output_padding 1: crop (1, 0)",
    'conv-transpose/a crop that differs at every side',
  ],
  'two phases are swapped': [
    'conv-transpose/kernel 2, stride 2: no overlap, as in U-Net',
    'conv-transpose/kernel 5, stride 3: phases of 2, 2 and 1 taps',
  ],
  'groups alternate instead of following each other': [
    'conv-transpose/2 groups',
    'conv-transpose/depthwise, two outputs a channel',
  ],
  'the bias is missing': ['conv-transpose/5 channels to 7', 'conv-transpose/bias known only at run time'],
  'the bias is missing where no tap reaches': [
    'conv-transpose/kernel 2, stride 3, bias in the holes',
    'conv-transpose/a negative crop at the end beyond the stride',
  ],
  'dilation is ignored with a stride': [
    'conv-transpose/dilation 2, stride 3: taps of every phase in another order',
    'conv-transpose/groups with dilation',
  ],
  'a negative crop at the begin is taken for none': ['conv-transpose/a negative crop at the begin'],
  'stride and dilation of height and width are swapped': [
    'conv-transpose/strides and kernels differ by axis',
  ],
  'phases of fewer taps are filled up with zeros': [
    'conv-transpose/infinity reaches what its kernel covers: phases have no zero taps',
  ],
  'every image is the first one': ['conv-transpose/batch of 3'],
  'what is left of a vector of 4 is not stored': ['conv-transpose/depthwise, width 5'],
  'products in bfloat16': [
    'conv-transpose/reals: kernel 4, stride 2',
    'conv/reals: kernel 3',
    'mat-mul/reals: stacks',
  ],
  'products in TF32': ['conv-transpose/reals: 1-D', 'conv/reals: depthwise', 'mat-mul/reals: a long sum'],
  'the wrong cubic coefficient': ['upsample/cubic, twice'],
  'the last element of the edge is left out': ['upsample/linear, twice', 'upsample/nearest, twice'],
  'ties go the other way': [
    'upsample/ties, half, round_prefer_floor',
    'upsample/ties, half, round_prefer_ceil',
    'upsample/ties, aligned corners, round_prefer_floor',
  ],
  'corners are not aligned': ['upsample/linear, twice, aligned corners'],
  'half pixels are forgotten': ['upsample/linear, twice'],
  'a given scale is ignored': ['upsample/a scale that is not the ratio of the lengths'],
  'antialiasing is ignored': ['upsample/linear, half, antialiased'],
  'weights outside are not shared out': ['upsample/lanczos 3, twice'],
  "TensorFlow's table of cubic weights is not used": [
    'upsample/reals: every profile, half_pixel, cubic -0.5, renormalise',
  ],
  'every profile rounds as onnxruntime': [
    'upsample/2 to 82, nearest: PyTorch and onnxruntime differ at an integer scale, torch',
  ],
  'the extrapolation value is 0': ['upsample/crop beyond both ends'],
  'indices are computed in float16': ['upsample/more elements than float16 can count, nearest'],
  'DCR and CRD are swapped': ["space/depthToSpace: CRD: PyTorch's PixelShuffle"],
  'unpooling is off by one': ['pooling/maxUnpool: doubles the size', 'fusion/SegNet: pool, conv, unpool'],
  'unpooling indices are computed in float16': ['pooling/maxUnpool: indices beyond what float16 can count'],
  'gathering indices are computed in float16': ['indexing/gather: indices beyond what float16 can count'],
  'the last of equal maxima is taken': ['reduction/argMax: the first of equal ones'],
  'padding is always counted': ['pooling/averagePool: padding is not counted'],
  'windows are rounded down': ['pooling/maxPool: halves an odd size'],
  'reflection repeats the edge': ['movement/pad: reflect'],
  'residual and relu in the wrong order': [
    'fusion/conv: add, then relu: a residual',
    'fusion/matMul: add, then relu: a residual',
  ],
  'relu drops NaN': ['unary/relu: its edges'],
  'halves are rounded up': ['unary/round: ties go to even'],
  'integer division rounds down': ['binary/div: int32 truncates towards 0'],
  'softmax overflows': ['reduction/softmax: large numbers do not overflow'],
  'the variance is divided by n - 1': ['normalization/layerNormalization: the last axis'],
  'the variance is the difference of two means': ['normalization/instanceNormalization: reals far from 0'],
};

const suiteOf = (row: string): string => row.slice(0, row.indexOf('/'));
const cases = suiteCases(suites).filter(({ name }) => name.endsWith('/raw'));

/** The rows of some suites that a backend with a bug fails. */
async function failing(bug: Bug | undefined, names: readonly string[]): Promise<readonly string[]> {
  const results = await runCases(
    cases.filter(({ family }) => names.includes(family)),
    mutant(bug),
  );
  return results.flatMap(({ name, status }) => (status === 'passed' ? [] : [name.slice(0, -'/raw'.length)]));
}

describe('a planted bug fails', () => {
  test.each(Object.entries(bugs))('%s', async (name, bug) => {
    const rows = caughtBy[name as keyof typeof bugs];
    expect(await failing(bug, rows.map(suiteOf))).toEqual(expect.arrayContaining([...rows]));
  });
});

test('without a bug nothing fails', async () => {
  const names = suites.map(({ name }) => name);
  expect(await failing(undefined, names)).toEqual([]);
});
