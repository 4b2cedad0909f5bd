import type { Gaps } from './gaps.ts';

/**
 * Cases of ONNX's node tests whose data contradicts ONNX's specification or other runtimes, and what is computed instead. They are
 * counted apart; one that starts to pass fails the run.
 */
export const disputedByOnnx: Gaps = {
  'test_resize_downsample_scales_*_align_corners':
    'the data divides by scale * length - 1, the specification by the length of the output - 1, as is done here',
  test_maxunpool_export_with_output_shape:
    'the data renumbers the indices for the larger output, here they count in the output, as in onnxruntime',
};

/** Cases whose data hangs on rounding to float32 between layers, which a backend that computes in float64 leaves out. */
export const roundedByOnnx: Gaps = {
  test_dynamicquantizelinear: '-2.5 / scale is a tie in exact numbers and none in float32',
  test_dynamicquantizelinear_expanded: '-2.5 / scale is a tie in exact numbers and none in float32',
};

const areaEnds =
  'TensorFlow finds the ends of an area in float32, so that neighbours mix in where it is one element exactly';

/** Results of frameworks that the definitions do not follow, and why. */
export const disputedGoldens: Gaps = {
  'keras-up-sampling/up_sampling2d_area_3': areaEnds,
  'keras-up-sampling/up_sampling2d_area_5x1': areaEnds,
};
