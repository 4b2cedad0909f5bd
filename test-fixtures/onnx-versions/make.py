"""Writes one folder a case, in the layout of ONNX's backend tests: operators as older operator sets have them.

The outputs are onnxruntime's on the CPU, or the ONNX reference evaluator's for what onnxruntime does not have yet.
Run with onnx 1.23.1, onnxruntime 1.30.0, numpy 2: python make.py
"""

import shutil
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

here = Path(__file__).parent
rng = np.random.default_rng(20)


def data(*shape):
    return rng.normal(size=shape).astype(np.float32)


def ints(*values):
    return np.array(values, dtype=np.int64)


def case(name, opset, op, inputs, outputs=1, constants=(), run="onnxruntime", **attributes):
    """`inputs`: arrays, None for an operand that is left out. Those at `constants` become weights of the model."""
    names = ["" if array is None else f"in{i}" for i, array in enumerate(inputs)]
    given = [(i, n, np.asarray(a)) for i, (n, a) in enumerate(zip(names, inputs)) if a is not None]
    node = helper.make_node(op, names, [f"out{i}" for i in range(outputs)], **attributes)
    graph = helper.make_graph(
        [node],
        name,
        [
            helper.make_tensor_value_info(n, helper.np_dtype_to_tensor_dtype(a.dtype), a.shape)
            for i, n, a in given
            if i not in constants
        ],
        [helper.make_empty_tensor_value_info(f"out{i}") for i in range(outputs)],
        [numpy_helper.from_array(a, n) for i, n, a in given if i in constants],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8 if opset < 28 else 13)
    feeds = {n: a for i, n, a in given if i not in constants}
    results = evaluate(model, feeds, run)
    for i, result in enumerate(results):
        info = helper.make_tensor_value_info(f"out{i}", helper.np_dtype_to_tensor_dtype(result.dtype), result.shape)
        model.graph.output[i].CopyFrom(info)
    folder = here / name / "test_data_set_0"
    folder.mkdir(parents=True)
    onnx.save(model, folder.parent / "model.onnx")
    for i, (n, array) in enumerate(feeds.items()):
        (folder / f"input_{i}.pb").write_bytes(numpy_helper.from_array(array, n).SerializeToString())
    for i, array in enumerate(results):
        (folder / f"output_{i}.pb").write_bytes(numpy_helper.from_array(array, f"out{i}").SerializeToString())


def evaluate(model, feeds, run):
    if run == "reference":
        return ReferenceEvaluator(model).run(None, feeds)
    options = ort.SessionOptions()
    options.log_severity_level = 4
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, feeds)


def softmaxes():
    for op in ["Softmax", "LogSoftmax", "Hardmax"]:
        case(f"{op.lower()}_7_default", 7, op, [data(2, 3, 4)])
    case("softmax_11_axis_0", 11, "Softmax", [data(2, 3, 4)], axis=0)
    case("softmax_11_axis_negative", 11, "Softmax", [data(2, 3, 4)], axis=-1)
    case("softmax_13_axis_1", 13, "Softmax", [data(2, 3, 4)], axis=1)


def pointwise():
    case("clip_7_attributes", 7, "Clip", [data(3, 4)], min=-0.5, max=0.25)
    case("clip_7_min", 7, "Clip", [data(3, 4)], min=0.0)
    case("clip_7_none", 7, "Clip", [data(3, 4)])
    case("clip_11_max_only", 11, "Clip", [data(3, 4), None, np.float32(0.1)])
    case("max_8_three", 8, "Max", [data(2, 3), data(3), data(1, 3)])
    case("mean_8_broadcast", 8, "Mean", [data(2, 3), data(3), data(2, 1)])
    case("sum_8_one", 8, "Sum", [data(2, 3)])
    case("prelu_7_channels", 7, "PRelu", [data(2, 3, 2), data(3, 1)])
    case("cast_9_truncates", 9, "Cast", [np.array([-1.7, 0.2, 2.9, 300.0], np.float32)], to=TensorProto.INT32)
    case("mod_10_python", 10, "Mod", [np.array([-7, 7, -7, 7], np.int32), np.array([3, -3, -3, 3], np.int32)])
    case("pow_12_mixed", 12, "Pow", [np.abs(data(4)), ints(2, 0, -1, 3)])
    case("dropout_7", 7, "Dropout", [data(2, 3)], ratio=0.3)


def reductions():
    x = data(2, 3, 4)
    case("reduce_sum_11_axes", 11, "ReduceSum", [x], axes=[0, 2], keepdims=0)
    case("reduce_sum_13_operand", 13, "ReduceSum", [x, ints(-1)], constants=[1])
    case("reduce_sum_13_input", 13, "ReduceSum", [x, ints(0, 1)], keepdims=0)
    case("reduce_sum_13_noop", 13, "ReduceSum", [x], noop_with_empty_axes=1)
    case("reduce_mean_7_all", 7, "ReduceMean", [x])
    case("reduce_mean_11_negative", 11, "ReduceMean", [x], axes=[-2])
    case("reduce_max_18_operand", 18, "ReduceMax", [x, ints(1)], keepdims=0)
    case("reduce_l2_13", 13, "ReduceL2", [x], axes=[1])
    case("argmax_7", 7, "ArgMax", [x], axis=1, keepdims=0)
    case("argmax_12_last", 12, "ArgMax", [np.ones((2, 3), np.float32)], axis=-1, select_last_index=1)
    case("global_lp_pool_2", 7, "GlobalLpPool", [data(1, 2, 3, 3)], p=3)


def layout():
    x = data(2, 3, 4)
    case("pad_2_constant", 7, "Pad", [data(2, 3)], pads=[1, 0, 0, 2], value=1.5)
    case("pad_2_reflect", 7, "Pad", [data(3, 4)], pads=[1, 2, 2, 3], mode="reflect")
    case("pad_2_negative", 7, "Pad", [data(4, 5)], pads=[-1, 1, -1, -2])
    case("pad_11_edge", 11, "Pad", [data(3, 4), ints(0, 1, 2, 0)], mode="edge")
    case("pad_18_axes", 18, "Pad", [x, ints(1, 2), np.float32(7), ints(-1)])
    case("squeeze_11_all", 11, "Squeeze", [data(1, 3, 1, 2)])
    case("squeeze_11_axis", 11, "Squeeze", [data(1, 3, 1, 2)], axes=[-2])
    case("squeeze_13_operand", 13, "Squeeze", [data(1, 3, 1, 2), ints(0)])
    case("unsqueeze_11_negative", 11, "Unsqueeze", [x], axes=[-1, 1])
    case("unsqueeze_13_operand", 13, "Unsqueeze", [x, ints(0, 4)])
    case("slice_7_attributes", 7, "Slice", [x], starts=[1, -3], ends=[9, -1], axes=[1, 2])
    case("slice_10_steps", 10, "Slice", [x, ints(-1, 0), ints(-9, 9), ints(2, 1), ints(-1, 2)])
    case("split_7_even", 7, "Split", [data(2, 6)], outputs=3, axis=1)
    case("split_11_lengths", 11, "Split", [data(2, 6)], outputs=2, axis=-1, split=[1, 5])
    case("split_13_operand", 13, "Split", [data(5, 2), ints(2, 3)], outputs=2)
    case("split_18_uneven", 18, "Split", [data(7)], outputs=3, num_outputs=3)
    case("reshape_7_kept_and_open", 7, "Reshape", [x, ints(0, -1)], constants=[1])
    case("reshape_14_allowzero", 14, "Reshape", [np.zeros((0, 3), np.float32), ints(3, 0)], allowzero=1)
    case("flatten_7_axis_0", 7, "Flatten", [x], axis=0)
    case("flatten_11_negative", 11, "Flatten", [x], axis=-1)
    case("transpose_7_default", 7, "Transpose", [x])
    case("tile_7", 7, "Tile", [data(2, 3), ints(2, 2)])
    case("expand_8_shorter", 8, "Expand", [data(2, 1, 3), ints(4, 1)])
    case("depth_to_space_7", 7, "DepthToSpace", [data(1, 8, 2, 3)], blocksize=2)
    case("depth_to_space_11_crd", 11, "DepthToSpace", [data(1, 8, 2, 3)], blocksize=2, mode="CRD")
    case("space_to_depth_7", 7, "SpaceToDepth", [data(1, 2, 4, 6)], blocksize=2)
    case("space_to_depth_28_crd", 28, "SpaceToDepth", [data(1, 2, 4, 6)], run="reference", blocksize=2, mode="CRD")
    case("trilu_14_k", 14, "Trilu", [data(3, 4), np.int64(1)], upper=0)


def indexing():
    x = data(2, 3, 4)
    case("gather_7_negative_axis", 11, "Gather", [x, ints(2, 0)], axis=-1)
    case("gather_nd_11", 11, "GatherND", [x, np.array([[0, 1], [1, 2]], np.int64)])
    updates = (data(2, 2), np.array([[0, 2], [1, 0]], np.int64), data(2, 2))
    case("scatter_9", 9, "Scatter", [data(2, 3), updates[1], updates[2]], axis=1)
    case("scatter_elements_16_add", 16, "ScatterElements", [data(2, 3), updates[1], updates[2]], axis=1, reduction="add")
    case("scatter_nd_11", 11, "ScatterND", [data(4, 2), np.array([[3], [0]], np.int64), data(2, 2)])
    case("one_hot_9", 9, "OneHot", [ints(0, 2, 1), ints(3), np.array([-1, 5], np.float32)], axis=0)
    case("compress_9_flat", 9, "Compress", [data(2, 3), np.array([False, True, True, False, True])])
    case("compress_11_axis", 11, "Compress", [data(2, 3), np.array([True, False, True])], axis=-1)
    case("reverse_sequence_10", 10, "ReverseSequence", [data(4, 2, 3), ints(3, 1)])
    case("cum_sum_11_reverse", 11, "CumSum", [data(2, 3), np.array(1, np.int32)], reverse=1, exclusive=1)
    case("non_zero_9", 9, "NonZero", [np.array([[1, 0, 3], [0, 5, 0]], np.float32)])


def normalisation():
    x, c = data(2, 3, 4, 4), lambda: data(3)
    statistics = [c(), c(), c(), np.abs(c()) + 0.1]
    case("batch_normalization_7", 7, "BatchNormalization", [x, *statistics])
    case("batch_normalization_9", 9, "BatchNormalization", [x, *statistics], epsilon=1e-2)
    case("batch_normalization_14", 14, "BatchNormalization", [x, *statistics], training_mode=0)
    case("instance_normalization_7", 7, "InstanceNormalization", [x, c(), c()])
    case("lrn_7", 7, "LRN", [data(1, 5, 2, 2)], size=3, alpha=0.1, bias=2.0)
    case("lp_normalization_7", 7, "LpNormalization", [data(2, 3)], axis=1, p=1)
    case("layer_normalization_17_axis", 17, "LayerNormalization", [data(2, 3, 4), data(3, 4), data(3, 4)], axis=1)
    group = [data(2, 4, 3), data(2), data(2)]
    case("group_normalization_18", 18, "GroupNormalization", group, num_groups=2, run="reference")
    case("mean_variance_normalization_9", 9, "MeanVarianceNormalization", [x])


def convolutions():
    x, w = data(1, 4, 7, 6), data(6, 2, 3, 3)
    for pad in ["SAME_UPPER", "SAME_LOWER", "VALID"]:
        case(f"conv_7_{pad.lower()}", 7, "Conv", [x, w, data(6)], auto_pad=pad, strides=[2, 2], group=2)
    case("conv_11_asymmetric", 11, "Conv", [x, w], pads=[0, 2, 1, 0], dilations=[1, 2], group=2)
    case("conv_11_1d", 11, "Conv", [data(1, 2, 8), data(3, 2, 3)], strides=[2], pads=[1, 1])
    t = data(4, 2, 3, 3)
    case("conv_transpose_7", 7, "ConvTranspose", [x, t, data(4)], group=2, strides=[2, 3], pads=[1, 0, 0, 1])
    case("conv_transpose_11_output_padding", 11, "ConvTranspose", [x, t], strides=[2, 2], output_padding=[1, 0])
    for pad in ["NOTSET", "SAME_UPPER", "SAME_LOWER"]:
        for shape in [[12, 12], [16, 14]]:
            name = f"conv_transpose_11_output_{shape[0]}_{pad.lower()}"
            case(name, 11, "ConvTranspose", [x, t], strides=[2, 2], output_shape=shape, auto_pad=pad)
    case("conv_transpose_11_same_short_kernel", 11, "ConvTranspose", [x, data(4, 2, 1, 1)], strides=[2, 2], auto_pad="SAME_UPPER")
    case("conv_transpose_11_3d", 11, "ConvTranspose", [data(1, 2, 2, 3, 2), data(2, 1, 2, 2, 2)], strides=[2, 1, 2])
    case("conv_integer_10_padded", 10, "ConvInteger",
         [rng.integers(0, 255, (1, 2, 5, 5), np.uint8), rng.integers(0, 255, (3, 2, 3, 3), np.uint8), np.uint8(7), np.uint8(3)],
         pads=[1, 1, 1, 1])


def pools():
    x = data(1, 2, 7, 6)
    case("average_pool_7_include_pad", 7, "AveragePool", [x], kernel_shape=[3, 3], pads=[1, 1, 0, 1], count_include_pad=1)
    case("average_pool_7_same_lower", 7, "AveragePool", [x], kernel_shape=[2, 3], auto_pad="SAME_LOWER", strides=[2, 2])
    case("average_pool_10_ceil", 10, "AveragePool", [x], kernel_shape=[3, 2], strides=[2, 2], ceil_mode=1)
    case("max_pool_7", 7, "MaxPool", [x], kernel_shape=[2, 2], strides=[2, 2])
    case("max_pool_8_indices", 8, "MaxPool", [x], outputs=2, kernel_shape=[2, 3], strides=[2, 1])
    case("max_pool_8_column_major", 8, "MaxPool", [x], outputs=2, kernel_shape=[2, 3], strides=[2, 1], storage_order=1)
    case("max_pool_10_dilated_ceil", 10, "MaxPool", [x], kernel_shape=[2, 2], dilations=[2, 2], strides=[2, 2], ceil_mode=1)
    case("lp_pool_7", 7, "LpPool", [x], kernel_shape=[2, 2], p=3)
    small, places = data(1, 1, 2, 2), np.array([[[[5, 7], [13, 15]]]], np.int64)
    case("max_unpool_9", 9, "MaxUnpool", [small, places], kernel_shape=[2, 2], strides=[2, 2])
    case("max_unpool_11_output_shape", 11, "MaxUnpool", [small, places, ints(1, 1, 5, 5)], kernel_shape=[2, 2], strides=[2, 2])


def resizing():
    x = data(1, 2, 3, 4)
    scales = np.array([1, 1, 2, 1.5], np.float32)
    for mode in ["nearest", "linear"]:
        case(f"upsample_7_{mode}", 7, "Upsample", [x], mode=mode, scales=[1.0, 1.0, 2.0, 1.5])
        case(f"upsample_9_{mode}", 9, "Upsample", [x, scales], mode=mode)
        case(f"resize_10_{mode}", 10, "Resize", [x, scales], mode=mode)
        case(f"resize_10_{mode}_down", 10, "Resize", [data(1, 1, 5, 7), np.array([1, 1, 0.6, 0.5], np.float32)], mode=mode)
    none = np.zeros(0, np.float32)
    tf = dict(coordinate_transformation_mode="tf_half_pixel_for_nn", nearest_mode="floor")
    case("resize_11_tf_half_pixel_for_nn", 11, "Resize", [x, none, scales], **tf)
    case("resize_13_tf_half_pixel_for_nn", 13, "Resize", [x, None, scales], **tf)
    case("resize_11_sizes", 11, "Resize", [x, none, none, ints(1, 2, 7, 5)], mode="cubic")
    case("resize_13_sizes_align_corners", 13, "Resize", [x, None, None, ints(1, 2, 5, 9)], mode="linear",
         coordinate_transformation_mode="align_corners")
    roi = np.array([0, 0, 0.2, 0.1, 1, 1, 0.8, 1.3], np.float32)
    case("resize_11_crop", 11, "Resize", [x, roi, none, ints(1, 2, 6, 5)], mode="linear", extrapolation_value=10.0,
         coordinate_transformation_mode="tf_crop_and_resize")
    case("resize_18_axes", 18, "Resize", [x, None, None, ints(6, 5)], mode="linear", axes=[2, 3])


def products():
    case("gemm_7_row", 7, "Gemm", [data(2, 3), data(3, 4), data(4)], alpha=0.5, beta=2.0)
    case("gemm_11_transposed", 11, "Gemm", [data(3, 2), data(4, 3)], transA=1, transB=1, alpha=2.0)
    for i, (equation, *shapes) in enumerate([
        ("ij,jk->ik", (2, 3), (3, 4)),
        ("bij,bjk->ik", (2, 3, 4), (2, 4, 3)),
        ("...ij,...jk->...ik", (2, 1, 3, 4), (1, 5, 4, 2)),
        ("ij,kl", (2, 3), (4, 2)),
        ("bhqd,bhkd->bhqk", (1, 2, 3, 4), (1, 2, 5, 4)),
        ("ij,jk,kl->li", (2, 3), (3, 4), (4, 2)),
        ("b...->...b", (2, 3, 4)),
        ("ii->i", (3, 3)),
        ("iij,j->i", (3, 3, 2), (2,)),
        ("ijk->", (2, 3, 4)),
    ]):
        case(f"einsum_12_{i}", 12, "Einsum", [data(*shape) for shape in shapes], equation=equation)
    case("grid_sample_16_bicubic_border", 16, "GridSample", [data(1, 2, 4, 5), data(1, 3, 3, 2)], mode="bicubic", padding_mode="border")
    case("grid_sample_16_bicubic_reflection", 16, "GridSample", [data(1, 2, 4, 5), 2 * data(1, 3, 3, 2)], mode="bicubic", padding_mode="reflection")
    case("grid_sample_16_reflection_aligned", 16, "GridSample", [data(1, 2, 4, 5), 2 * data(1, 3, 3, 2)], padding_mode="reflection", align_corners=1)


def quantisation():
    scale = np.array([0.1, 0.2, 0.5], np.float32)
    case("quantize_linear_13_axis", 13, "QuantizeLinear", [data(2, 3), scale, np.array([3, 128, 0], np.uint8)])
    case("quantize_linear_10_int8", 10, "QuantizeLinear", [20 * data(2, 3), np.float32(0.1), np.int8(-3)])
    case("dequantize_linear_13_axis", 13, "DequantizeLinear", [rng.integers(-128, 127, (2, 3), np.int8), scale])


def integers():
    u8 = lambda *shape: rng.integers(0, 255, shape, np.uint8)
    half = np.float32(0.5)
    case("mat_mul_integer_10", 10, "MatMulInteger", [u8(2, 3), u8(3, 4), np.uint8(9), np.uint8(2)])
    case("q_linear_mat_mul_10", 10, "QLinearMatMul", [u8(2, 3), half, np.uint8(9), u8(3, 4), half, np.uint8(2), np.float32(99), np.uint8(5)])
    scales = np.array([0.1, 0.02, 0.3], np.float32)
    case("q_linear_conv_10_channels", 10, "QLinearConv",
         [u8(1, 2, 4, 4), half, np.uint8(9), rng.integers(-128, 127, (3, 2, 2, 2), np.int8), scales, np.zeros(3, np.int8),
          np.float32(2), np.uint8(128), np.array([100, -50, 0], np.int32)], pads=[1, 0, 0, 1])
    blocks = np.array([[0.1, 0.3], [0.2, 0.5]], np.float32)
    case("quantize_linear_21_blocks", 21, "QuantizeLinear", [10 * data(2, 6), blocks, np.array([[0, 7], [100, 3]], np.uint8)], axis=1, block_size=3)
    case("dequantize_linear_21_blocks", 21, "DequantizeLinear", [u8(2, 6), blocks, np.array([[0, 7], [100, 3]], np.uint8)], axis=1, block_size=3)


def compositions():
    # The transforms in float64: in float32 the elements that are 0 come out as rounding errors.
    case("col2im_18", 18, "Col2Im", [data(1, 2 * 6, 6), ints(5, 5), ints(2, 3)], pads=[0, 1, 1, 0], strides=[2, 1], dilations=[1, 2])
    case("center_crop_pad_18", 18, "CenterCropPad", [data(3, 6, 5), ints(7, 2)], axes=[0, -1])
    case("affine_grid_20_3d", 20, "AffineGrid", [data(1, 3, 4), ints(1, 1, 2, 3, 4)], align_corners=1)
    q, k, v = data(1, 3, 8), data(1, 5, 4), data(1, 5, 6)
    case("attention_23_grouped_causal", 23, "Attention", [q, k, v], q_num_heads=4, kv_num_heads=2, is_causal=1)
    case("attention_23_mask_softcap", 23, "Attention",
         [data(2, 2, 3, 4), data(2, 2, 5, 4), data(2, 2, 5, 4), np.tri(3, 5, 1, bool)], softcap=1.5, scale=0.3)
    case("rotary_embedding_23", 23, "RotaryEmbedding", [data(1, 3, 8), data(4, 2), data(4, 2), np.array([[2, 0, 3]], np.int64)],
         num_heads=2, interleaved=1)
    case("dft_17_real", 17, "DFT", [data(2, 6, 1).astype(np.float64), ints(8)[0]], onesided=1)
    case("dft_17_complex_axis", 17, "DFT", [data(2, 6, 3, 2).astype(np.float64)], axis=2)
    case("stft_17_window", 17, "STFT", [data(1, 16, 1).astype(np.float64), ints(4)[0], np.hanning(8)])
    mel = [ints(4)[0], ints(32)[0], ints(8000)[0], np.float32(20), np.float32(3800)]
    case("mel_weight_matrix_17", 17, "MelWeightMatrix", mel)
    case("hann_window_17_symmetric", 17, "HannWindow", [ints(6)[0]], periodic=0)


def constants():
    case("constant_12_ints", 12, "Constant", [], value_ints=[3, -1])
    case("constant_12_float", 12, "Constant", [], value_float=1.5)
    case("constant_of_shape_9", 9, "ConstantOfShape", [ints(2, 3)], constants=[0], value=helper.make_tensor("v", TensorProto.INT32, [1], [7]))
    case("eye_like_9", 9, "EyeLike", [np.zeros((3, 4), np.int32)], k=1, dtype=TensorProto.FLOAT)
    case("range_11_float", 11, "Range", [np.float32(1), np.float32(2.2), np.float32(0.3)])
    case("shape_15_slice", 15, "Shape", [data(2, 3, 4)], start=-2)


def main():
    for folder in here.iterdir():
        if folder.is_dir():
            shutil.rmtree(folder)
    for family in [softmaxes, pointwise, reductions, layout, indexing, normalisation, convolutions, pools, resizing,
                   products, quantisation, integers, compositions, constants]:
        family()


main()
