"""ONNX's own ConvTranspose, Resize and Upsample: onnxruntime, checked by the reference evaluator and PyTorch."""

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
from onnx.defs import get_schema

from case import Family, Outputs, Row, Run, Tensors, fill, integers, per_axis
from graph import OPSET, Graph, Model
from verify import by_onnxruntime, by_reference

SCRIPT = "onnx_operators.py"

WEIGHTS = ("kernel", "out_channels")


def conv(
    name: str,
    shape: tuple[int, ...],
    out: int,
    kernel: Any,
    *,
    note: str = "",
    values: str = "integers",
    dtype: str = "float32",
    **attributes: Any,
) -> Row:
    axes = len(shape) - 2
    arguments = {**attributes, "kernel": per_axis(kernel, axes), "out_channels": out}
    return Row(f"conv_transpose{axes}d_{name}", shape, arguments, values, dtype, note)


LINE, PLANE, VOLUME = (1, 2, 4), (1, 2, 3, 4), (1, 2, 2, 3, 2)

SHORT = "kernel below the stride: pads of 0 as in onnxruntime and shape inference, not length * stride"
ABSORBED = "the length is input * stride as in onnxruntime: output_padding is part of what is cropped"
ODD_BEGIN = "output_shape without SAME_UPPER: the odd element is cropped at the begin"
LONGER = "output_shape beyond the natural length: zeros at the end"


def conv_rows() -> list[Row]:
    rows = []
    for auto_pad in ("SAME_UPPER", "SAME_LOWER"):
        name = auto_pad.lower()
        steps: list[tuple[tuple[int, ...], int, int]] = [
            (LINE, 4, 3), (PLANE, 2, 1), (PLANE, 2, 2), (PLANE, 3, 2), (PLANE, 4, 2), (PLANE, 5, 2), (PLANE, 5, 3),
            (VOLUME, 3, 2),
        ]  # fmt: skip
        rows += [conv(f"{name}_k{k}_s{s}", shape, 2, k, auto_pad=auto_pad, strides=per_axis(s, len(shape) - 2))
                 for shape, k, s in steps]  # fmt: skip
        rows += [
            conv(f"{name}_k1_s2", PLANE, 2, 1, auto_pad=auto_pad, strides=[2, 2], note=SHORT),
            conv(f"{name}_k2_s3", PLANE, 2, 2, auto_pad=auto_pad, strides=[3, 3], note=SHORT),
            conv(f"{name}_k2_s3_op1", LINE, 2, 2, auto_pad=auto_pad, strides=[3], output_padding=[1], note=SHORT),
            conv(f"{name}_k3_s2_op1", PLANE, 2, 3, auto_pad=auto_pad, strides=[2, 2], output_padding=[1, 1],
                 note=ABSORBED),
            conv(f"{name}_k4_s3_op1", LINE, 2, 4, auto_pad=auto_pad, strides=[3], output_padding=[1], note=ABSORBED),
            conv(f"{name}_k2_d3", PLANE, 2, 2, auto_pad=auto_pad, dilations=[3, 3]),
            conv(f"{name}_k2_s2_d2", PLANE, 2, 2, auto_pad=auto_pad, strides=[2, 2], dilations=[2, 2]),
            conv(f"{name}_groups", (1, 4, 3, 3), 4, 3, auto_pad=auto_pad, strides=[2, 2], group=2,
                 note="the reference evaluator is wrong for groups"),
            conv(f"{name}_output_shape", PLANE, 2, 3, auto_pad=auto_pad, strides=[2, 2], output_shape=[6, 8]),
            conv(f"{name}_output_shape_odd", PLANE, 2, 4, auto_pad=auto_pad, strides=[2, 2], output_shape=[5, 9]),
        ]  # fmt: skip
    return [
        *rows,
        conv("valid", PLANE, 2, 3, auto_pad="VALID", strides=[2, 2]),
        conv("valid_k2_s3", PLANE, 2, 2, auto_pad="VALID", strides=[3, 3]),
        *(conv(f"pads_{'_'.join(map(str, pads))}", (1, 2, *lengths), 2, 3, strides=per_axis(2, len(lengths)), pads=pads)
          for lengths, pads in [
              ((4,), [0, 1]), ((4,), [1, 0]), ((4,), [2, 1]), ((3, 4), [0, 0, 1, 1]), ((3, 4), [1, 1, 0, 0]),
              ((3, 4), [1, 0, 0, 1]), ((3, 4), [2, 1, 0, 2]), ((2, 3, 2), [0, 1, 0, 1, 0, 1]),
          ]),
        conv("pads_output_padding", PLANE, 2, 4, strides=[3, 2], pads=[1, 0, 2, 1], output_padding=[2, 1]),
        conv("pads_groups", (1, 4, 3, 3), 6, 3, strides=[2, 2], pads=[0, 1, 1, 0], group=2,
             note="the reference evaluator is wrong for groups"),
        conv("pads_depthwise", (1, 3, 3, 3), 3, 4, strides=[2, 2], pads=[0, 1, 2, 1], group=3,
             note="the reference evaluator is wrong for groups"),
        conv("pads_dilations", PLANE, 2, 2, strides=[2, 1], dilations=[3, 2], pads=[0, 1, 2, 0]),
        conv("pads_all_but_one", (1, 1, 2), 1, 3, strides=[2], pads=[2, 2]),
        conv("kernel_shape", PLANE, 2, (2, 3), kernel_shape=[2, 3], strides=[2, 1]),
        conv("defaults", PLANE, 3, 3),
        conv("output_shape_natural", PLANE, 2, 3, strides=[2, 2], output_shape=[7, 9], note="nothing is cropped"),
        conv("output_shape_even_crop", PLANE, 2, 4, strides=[2, 2], output_shape=[6, 8],
             note="the reference evaluator cannot crop here"),
        conv("output_shape_odd_crop", PLANE, 2, 4, strides=[2, 2], output_shape=[5, 7], note=ODD_BEGIN),
        conv("output_shape_odd_crop_1d", LINE, 2, 3, strides=[2], output_shape=[8], note=ODD_BEGIN),
        conv("output_shape_valid_odd_crop", PLANE, 2, 4, auto_pad="VALID", strides=[2, 2], output_shape=[7, 9],
             note=ODD_BEGIN),
        conv("output_shape_longer", PLANE, 2, 3, strides=[3, 3], output_shape=[11, 13], note=LONGER),
        conv("output_shape_longer_same_upper", PLANE, 2, 3, auto_pad="SAME_UPPER", strides=[3, 3],
             output_shape=[11, 13], note=LONGER),
        conv("output_shape_below_input", (1, 1, 5), 1, 3, strides=[1], output_shape=[3], note="shorter than the input"),
        conv("output_shape_3d", VOLUME, 1, 2, strides=[2, 2, 2], output_shape=[3, 6, 4], note=ODD_BEGIN),
        conv("float16", PLANE, 2, 3, strides=[2, 2], pads=[0, 0, 1, 1], dtype="float16"),
        conv("inf", (1, 1, 4, 4), 1, 3, strides=[2, 2], pads=[1, 0, 0, 1], values="inf"),
    ]  # fmt: skip


def attributes_of(row: Row) -> dict[str, Any]:
    return {key: value for key, value in row.arguments.items() if key not in (*WEIGHTS, *OPERANDS, "opset", "op")}


def node_text(op: str, row: Row) -> str:
    shown = {key: value for key, value in row.arguments.items() if key not in (*WEIGHTS, "opset", "op")}
    since = get_schema(op, row.arguments.get("opset", OPSET)).since_version
    return f"{op}-{since}({', '.join(f'{key}={value!r}' for key, value in shown.items())})"


def conv_layer(row: Row) -> str:
    axes, group = len(row.shape) - 2, row.arguments.get("group", 1)
    w = [row.shape[1], row.arguments["out_channels"] // group, *row.arguments["kernel"][:axes]]
    return node_text("ConvTranspose", row).replace("(", f"(x {list(row.shape)}, w {w}, b, ", 1)


def conv_tensors(row: Row, rng: np.random.Generator) -> Tensors:
    out, group = row.arguments["out_channels"], row.arguments.get("group", 1)
    return {
        "x": fill(rng, row.shape, row),
        "w": integers(rng, [row.shape[1], out // group, *row.arguments["kernel"]], row.dtype),
        "b": integers(rng, [out], row.dtype, 9),
    }


def conv_graph(row: Row, tensors: Tensors, outputs: Sequence[Any]) -> Model:
    graph = Graph()
    x, w, b = (
        graph.input("x", tensors["x"]),
        graph.constant("w", tensors["w"]),
        graph.constant("b", tensors["b"]),
    )
    return graph.model({graph.node("ConvTranspose", x, w, b, **attributes_of(row)): outputs[0]})


def natural_by_torch(row: Row, tensors: Tensors) -> Outputs:
    """torch's output without padding, cropped as ONNX's attributes say it, or as onnxruntime reads them."""
    import torch

    axes, options = len(row.shape) - 2, row.arguments
    stride = options.get("strides", [1] * axes)
    dilation = options.get("dilations", [1] * axes)
    function = getattr(torch.nn.functional, f"conv_transpose{axes}d")
    x, w = (torch.from_numpy(tensors[key]) for key in ("x", "w"))
    y = function(x, w, None, stride, 0, 0, options.get("group", 1), dilation).numpy()
    for axis in range(axes):
        span = (options["kernel"][axis] - 1) * dilation[axis] + 1
        begin, end = onnxruntime_crop(options, axis, row.shape[axis + 2], span, stride[axis])
        y = cropped(y, axis + 2, begin, end)
    return [y + tensors["b"].reshape(-1, *[1] * axes)]


def onnxruntime_crop(options: Any, axis: int, n: int, span: int, stride: int) -> tuple[int, int]:
    axes, extra = len(options["kernel"]), options.get("output_padding", [0] * 3)[axis]
    auto_pad, natural = options.get("auto_pad", "NOTSET"), (n - 1) * stride + span
    if "output_shape" in options:
        total = natural + extra - options["output_shape"][axis]
    elif auto_pad == "NOTSET":
        pads = options.get("pads", [0] * 2 * axes)
        return (pads[axis], pads[axes + axis] - extra)
    elif auto_pad == "VALID" or span < stride:
        return (0, -extra)
    else:
        total = natural + extra - n * stride
    total = max(total, min(total, 0))
    begin = max(total, 0) // 2 if auto_pad == "SAME_UPPER" else (max(total, 0) + 1) // 2
    return (begin, total - begin - extra)


def cropped(y: np.ndarray[Any, Any], axis: int, begin: int, end: int) -> np.ndarray[Any, Any]:
    widths = [(0, 0)] * y.ndim
    widths[axis] = (0, max(-end, 0))
    y = np.pad(y, widths)
    return np.take(y, range(begin, y.shape[axis] - max(end, 0)), axis)


# Resize and Upsample: what a row calls x, scales, sizes and roi are the operands, all else are attributes.
OPERANDS = ("scales", "sizes", "roi")

COORDINATES = ("half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric")
ROUNDINGS = ("round_prefer_floor", "round_prefer_ceil", "floor", "ceil")

CORNERS = {
    "align_corners": "corners of the integer length are aligned (text); the reference evaluator has length * scale"
}
ONE = {
    "pytorch_half_pixel": "the coordinate of a single output is 0, as the text says; the reference evaluator has -0.5"
}


def node(
    name: str,
    shape: tuple[int, ...],
    *,
    op: str = "Resize",
    values: str = "",
    dtype: str = "float32",
    note: str = "",
    **arguments: Any,
) -> Row:
    moves = arguments.get("mode", "nearest") == "nearest"
    values = values or ("distinct" if moves else "integers")
    return Row(name, shape, {"op": op, **arguments}, values, dtype, note)


def nearest_rows() -> list[Row]:
    rows = []
    for where, rounding in product(COORDINATES, ROUNDINGS):
        more: dict[str, Any] = {
            "mode": "nearest",
            "coordinate_transformation_mode": where,
            "nearest_mode": rounding,
        }
        rows.append(node(f"nearest_{where}_{rounding}", (1, 1, 3, 8), sizes=[1, 1, 7, 5], **more))
        if rounding == "round_prefer_ceil":
            scaled: dict[str, Any] = {"scales": [1, 1, 1.5, 0.625], "note": CORNERS.get(where, "")}
            rows.append(node(f"nearest_{where}_scales", (1, 1, 5, 4), **scaled, **more))
    return rows


def weighted_rows() -> list[Row]:
    rows = []
    for mode, where in product(("linear", "cubic"), COORDINATES):
        more: dict[str, Any] = {"mode": mode, "coordinate_transformation_mode": where}
        rows += [
            node(f"{mode}_{where}", (1, 1, 5, 8), sizes=[1, 1, 8, 5], **more),
            node(
                f"{mode}_{where}_scales",
                (1, 1, 5, 4),
                scales=[1, 1, 1.5, 0.625],
                note=CORNERS.get(where, ""),
                **more,
            ),
            node(f"{mode}_{where}_one", (1, 1, 4, 5), sizes=[1, 1, 1, 3], note=ONE.get(where, ""), **more),
        ]
    for where in COORDINATES[:4]:
        more = {
            "mode": "cubic",
            "coordinate_transformation_mode": where,
            "cubic_coeff_a": -0.5,
            "exclude_outside": 1,
        }
        rows.append(node(f"cubic_exclude_outside_{where}", (1, 1, 3, 8), sizes=[1, 1, 7, 5], **more))
    return rows


def antialias_rows() -> list[Row]:
    rows = []
    for mode, exclude in product(("linear", "cubic"), (0, 1)):
        more: dict[str, Any] = {"mode": mode, "antialias": 1, **({"exclude_outside": 1} if exclude else {})}
        name = f"{mode}_antialias{'_exclude_outside' if exclude else ''}"
        rows += [
            node(f"{name}_down", (1, 1, 9, 11), sizes=[1, 1, 4, 5], **more),
            node(f"{name}_mixed", (1, 1, 9, 4), sizes=[1, 1, 4, 7], **more),
            node(f"{name}_scales", (1, 1, 8, 10), scales=[1, 1, 0.5, 0.3], **more),
        ]
    return [
        *rows,
        node("cubic_antialias_a_half", (1, 1, 9, 11), sizes=[1, 1, 4, 5], mode="cubic", antialias=1, cubic_coeff_a=-0.5,
             exclude_outside=1),
    ]  # fmt: skip


def policy_rows() -> list[Row]:
    rows = []
    for policy in ("not_larger", "not_smaller"):
        more: dict[str, Any] = {"keep_aspect_ratio_policy": policy}
        rows += [
            node(f"{policy}_up", (1, 1, 2, 4), sizes=[7, 8], axes=[2, 3], mode="nearest", **more),
            node(f"{policy}_down", (1, 1, 6, 5), sizes=[3, 4], axes=[2, 3], mode="linear", **more),
            node(f"{policy}_cubic", (1, 1, 4, 6), sizes=[9, 10], axes=[2, 3], mode="cubic", **more),
            node(f"{policy}_axes_3_2", (1, 1, 2, 4), sizes=[7, 9], axes=[3, 2], mode="nearest", **more),
            node(f"{policy}_rounds_half_up", (1, 1, 4, 5), sizes=[6, 9], axes=[2, 3], mode="linear", **more),
        ]
    return rows


def crop_rows() -> list[Row]:
    where = {"coordinate_transformation_mode": "tf_crop_and_resize"}
    inner, outer = [0, 0, 0.4, 0.6, 1, 1, 0.6, 0.8], [0, 0, -0.5, 0.25, 1, 1, 1.5, 1.75]
    return [
        node("crop_linear", (1, 1, 5, 6), roi=inner, sizes=[1, 1, 3, 4], mode="linear", **where),
        node("crop_linear_outside", (1, 1, 4, 5), roi=outer, sizes=[1, 1, 6, 7], mode="linear",
             extrapolation_value=10.0, **where),
        node("crop_nearest", (1, 1, 5, 6), roi=inner, sizes=[1, 1, 3, 4], mode="nearest", **where),
        node("crop_nearest_outside", (1, 1, 4, 5), roi=outer, sizes=[1, 1, 6, 7], mode="nearest",
             extrapolation_value=-1.0, **where),
        node("crop_cubic", (1, 1, 5, 6), roi=inner, sizes=[1, 1, 3, 4], mode="cubic", **where),
        node("crop_axes", (1, 1, 4, 5), roi=[0.1, 0.25, 0.9, 0.75], sizes=[6, 3], axes=[2, 3], mode="linear", **where),
        node("crop_axes_3_2", (1, 1, 4, 5), roi=[0.25, 0.1, 0.75, 0.9], sizes=[3, 6], axes=[3, 2], mode="linear",
             **where),
        node("crop_flipped", (1, 1, 4, 5), roi=[0, 0, 1, 1, 1, 1, 0, 0], sizes=[1, 1, 6, 7], mode="linear", **where),
    ]  # fmt: skip


def shape_rows() -> list[Row]:
    return [
        node("axes_2_3", (1, 2, 3, 4), scales=[2, 1.5], axes=[2, 3], mode="linear"),
        node("axes_3_2", (1, 2, 3, 4), scales=[1.5, 2], axes=[3, 2], mode="linear"),
        node("axes_3", (1, 2, 3, 4), sizes=[6], axes=[3], mode="nearest"),
        node("axes_negative", (1, 2, 3, 4), sizes=[5, 6], axes=[-2, -1], mode="linear",
             note="the reference evaluator takes no negative axes"),
        node("axes_1_2", (1, 2, 2, 2), sizes=[4, 4], axes=[1, 2], mode="nearest"),
        node("nhwc_linear", (1, 3, 4, 2), sizes=[1, 6, 6, 2], mode="linear"),
        node("linear_2d", (3, 4), sizes=[5, 7], mode="linear"),
        node("linear_3d", (1, 1, 2, 3, 4), sizes=[1, 1, 4, 5, 6], mode="linear"),
        node("linear_3d_align_corners", (1, 1, 2, 3, 4), sizes=[1, 1, 4, 5, 6], mode="linear",
             coordinate_transformation_mode="align_corners"),
        node("nearest_1d", (6,), sizes=[9], mode="nearest"),
        node("nearest_3d", (1, 2, 2, 3, 2), scales=[1, 1, 2, 2, 3], mode="nearest"),
        node("nearest_all_axes", (2, 2, 2, 2), sizes=[3, 1, 4, 5], mode="nearest"),
        node("nearest_batch_0", (0, 1, 2, 2), scales=[1, 1, 2, 2], mode="nearest"),
        node("nearest_uint8", (1, 1, 3, 4), sizes=[1, 1, 5, 6], mode="nearest", dtype="uint8"),
        node("nearest_int8", (1, 1, 3, 4), sizes=[1, 1, 5, 6], mode="nearest", dtype="int8"),
        node("nearest_int32", (1, 1, 3, 4), sizes=[1, 1, 5, 6], mode="nearest", dtype="int32"),
        node("nearest_float16", (1, 1, 3, 4), sizes=[1, 1, 5, 6], mode="nearest", dtype="float16"),
        node("linear_float16", (1, 1, 3, 4), sizes=[1, 1, 6, 8], mode="linear", dtype="float16"),
        node("scale_1", (1, 1, 3, 4), scales=[1, 1, 1, 1], mode="linear"),
        node("nearest_nan", (1, 1, 3, 3), scales=[1, 1, 2, 2], mode="nearest", values="nan",
             note="NaN stays where it is; the reference evaluator multiplies it by 0"),
        node("linear_reals", (1, 2, 5, 7), sizes=[1, 2, 9, 11], mode="linear", values="reals"),
        node("cubic_reals", (1, 2, 5, 7), sizes=[1, 2, 9, 11], mode="cubic", values="reals"),
        node("cubic_2d", (4, 5), sizes=[7, 6], mode="cubic"),
    ]  # fmt: skip


COPIED = "the scale is not 1, so the axis is resampled although its length stays; onnxruntime copies it"
REJECTED = "onnxruntime has no kernel for this"


def text_rows() -> list[Row]:
    """Where the reference evaluator has the text of the specification and onnxruntime has not."""
    crop: dict[str, Any] = {"coordinate_transformation_mode": "tf_crop_and_resize", "mode": "linear"}
    return [
        node("linear_scale_keeps_length", (2, 2), scales=[1.4, 1.4], mode="linear", note=COPIED),
        node("linear_scale_keeps_both_lengths", (1, 1, 2, 3), scales=[1, 1, 1.25, 1.3], mode="linear", note=COPIED),
        node("cubic_scale_keeps_length", (1, 1, 2, 3), scales=[1, 1, 1.25, 1.3], mode="cubic", note=COPIED),
        node("linear_half_pixel_symmetric_keeps_length", (1, 1, 2, 3), scales=[1, 1, 1.25, 1.3], mode="linear",
             coordinate_transformation_mode="half_pixel_symmetric", note=COPIED),
        node("crop_keeps_length", (1, 1, 4, 4), roi=[0, 0, 0.2, 0.2, 1, 1, 0.8, 0.8], sizes=[1, 1, 8, 4], **crop,
             note="an axis that keeps its length is cropped all the same; onnxruntime ignores the roi"),
        node("linear_1d", (5,), sizes=[8], mode="linear", note=REJECTED),
        node("cubic_1d", (6,), sizes=[9], mode="cubic", note=REJECTED),
        node("cubic_3d", (1, 1, 3, 4, 2), sizes=[1, 1, 4, 3, 5], mode="cubic", note=REJECTED),
        node("cubic_nhwc", (1, 3, 4, 2), sizes=[1, 5, 6, 2], mode="cubic", note=REJECTED),
        node("linear_four_axes", (2, 2, 3, 2), sizes=[3, 3, 4, 4], mode="linear", note=REJECTED),
        node("linear_float64", (1, 1, 3, 4), sizes=[1, 1, 5, 6], mode="linear", dtype="float64", note=REJECTED),
    ]  # fmt: skip


def old_rows() -> list[Row]:
    """Operators of older opsets: coordinates are asymmetric, and nearest takes the ceiling where an axis shrinks."""
    return [
        node("upsample_7_nearest", (1, 2, 2, 3), op="Upsample", opset=7, mode="nearest", scales=[1.0, 1.0, 2.0, 3.0]),
        node("upsample_7_linear", (1, 1, 2, 3), op="Upsample", opset=7, mode="linear", scales=[1.0, 1.0, 2.0, 3.0]),
        node("upsample_9_nearest", (1, 2, 2, 3), op="Upsample", opset=9, mode="nearest", scales=[1, 1, 2, 3]),
        node("upsample_9_nearest_fraction", (1, 1, 4, 3), op="Upsample", opset=9, mode="nearest",
             scales=[1, 1, 1.5, 2.5]),
        node("upsample_9_linear", (1, 1, 2, 3), op="Upsample", opset=9, mode="linear", scales=[1, 1, 2, 2]),
        node("resize_10_nearest_up", (1, 1, 3, 4), opset=10, mode="nearest", scales=[1, 1, 2, 1.5]),
        node("resize_10_nearest_down", (1, 1, 6, 8), opset=10, mode="nearest", scales=[1, 1, 0.5, 0.375]),
        node("resize_10_nearest_mixed", (1, 1, 4, 8), opset=10, mode="nearest", scales=[1, 1, 1.75, 0.625]),
        node("resize_10_linear", (1, 1, 4, 6), opset=10, mode="linear", scales=[1, 1, 2, 0.5]),
        node("resize_11_half_pixel_for_nn", (1, 1, 4, 5), opset=11, mode="nearest", nearest_mode="floor",
             coordinate_transformation_mode="tf_half_pixel_for_nn", sizes=[1, 1, 7, 3]),
        node("resize_11_linear", (1, 1, 3, 4), opset=11, mode="linear", sizes=[1, 1, 5, 6]),
        node("resize_13_cubic", (1, 1, 4, 4), opset=13, mode="cubic", scales=[1, 1, 2, 2]),
        node("resize_18_antialias", (1, 1, 6, 8), opset=18, mode="linear", antialias=1, sizes=[1, 1, 3, 5]),
    ]  # fmt: skip


def resize_layer(row: Row) -> str:
    return node_text(row.arguments["op"], row).replace("(", f"(x {list(row.shape)}, ", 1)


def resize_tensors(row: Row, rng: np.random.Generator) -> Tensors:
    return {"x": fill(rng, row.shape, row)}


def resize_graph(row: Row, tensors: Tensors, outputs: Sequence[Any]) -> Model:
    graph, arguments, opset = Graph(), row.arguments, row.arguments.get("opset", OPSET)
    operands = [graph.input("x", tensors["x"])]
    attributes = attributes_of(row)
    if opset == 7:
        attributes["scales"] = arguments["scales"]
    else:
        operands += [
            operand(graph, name, arguments) for name in (("roi", "scales", "sizes") if opset > 10 else ("scales",))
        ]
    while not operands[-1]:
        operands.pop()
    if opset in (11, 12):
        operands = [name or graph.constant("empty", np.zeros(0, np.float32)) for name in operands]
    return graph.model({graph.node(arguments["op"], *operands, **attributes): outputs[0]}, opset)


def today(row: Row, tensors: Tensors) -> Model:
    """An old Resize or Upsample as one current Resize an axis: the reference evaluator has only that."""
    graph, arguments = Graph(), row.arguments
    x = graph.input("x", tensors["x"])
    lengths = arguments.get("sizes") or [int(n * s) for n, s in zip(row.shape, arguments["scales"], strict=True)]
    for axis, (n, o) in enumerate(zip(row.shape, lengths, strict=True)):
        if n != o:
            extent = graph.constant(f"extent{axis}", np.array([o], np.int64))
            x = graph.node("Resize", x, "", "", extent, axes=[axis], **today_attributes(row, n, o))
    return graph.model({x: None})


def today_attributes(row: Row, n: int, o: int) -> dict[str, Any]:
    attributes = {
        "coordinate_transformation_mode": "asymmetric",
        "nearest_mode": "floor" if o > n else "ceil",
    }
    attributes |= attributes_of(row)
    if attributes["coordinate_transformation_mode"] == "tf_half_pixel_for_nn":
        attributes |= {"coordinate_transformation_mode": "half_pixel", "nearest_mode": "round_prefer_ceil"}
    return attributes


def run_reference(row: Row, tensors: Tensors) -> Outputs:
    where = row.arguments.get("coordinate_transformation_mode")
    old = row.arguments.get("opset", OPSET) < 11 or where == "tf_half_pixel_for_nn"
    return by_reference(today(row, tensors) if old else resize_graph(row, tensors, OPEN))


def operand(graph: Graph, name: str, arguments: Any) -> str:
    if name not in arguments:
        return ""
    return graph.constant(name, np.array(arguments[name], np.int64 if name == "sizes" else np.float32))


def is_moved(row: Row) -> bool:
    return bool(row.arguments.get("mode", "nearest") == "nearest")


OPEN = [None]

FAMILIES = [
    Family("onnx-conv-transpose", "onnxruntime", SCRIPT, conv_rows(), conv_layer, conv_tensors,
           {"onnxruntime": Run(lambda row, tensors: by_onnxruntime(conv_graph(row, tensors, OPEN)), conv_graph),
            "torch": Run(natural_by_torch),
            "onnx": Run(lambda row, tensors: by_reference(conv_graph(row, tensors, OPEN)))},
           exact=lambda _: True, strict=True),
    Family("onnx-resize", "onnxruntime", SCRIPT,
           [*nearest_rows(), *weighted_rows(), *antialias_rows(), *policy_rows(), *crop_rows(), *shape_rows(),
            *old_rows()],
           resize_layer, resize_tensors,
           {"onnxruntime": Run(lambda row, tensors: by_onnxruntime(resize_graph(row, tensors, OPEN)), resize_graph),
            "onnx": Run(run_reference)},
           exact=is_moved, strict=True),
    Family("onnx-resize", "onnx", SCRIPT, text_rows(), resize_layer, resize_tensors,
           {"onnx": Run(run_reference, resize_graph),
            "onnxruntime": Run(lambda row, tensors: by_onnxruntime(resize_graph(row, tensors, OPEN)))},
           exact=is_moved, strict=True),
]  # fmt: skip
