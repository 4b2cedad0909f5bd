"""PyTorch's transposed convolutions, pixel shuffles and unpooling."""

from typing import Any

import numpy as np

from case import DENORMALS, Family, Outputs, Row, Run, Tensors, call, fill, integers, per_axis
from graph import Graph, Model

SCRIPT = "torch_layers.py"

DEFAULTS: dict[str, Any] = {
    "stride": 1,
    "padding": 0,
    "output_padding": 0,
    "groups": 1,
    "bias": True,
    "dilation": 1,
}


def conv(name: str, shape: tuple[int, ...], out: int, kernel: Any, **options: Any) -> Row:
    """ConvTransposeNd over `shape`; options of the row itself are `values`, `dtype`, `note`."""
    own = {key: options.pop(key) for key in ("values", "dtype", "note") if key in options}
    return Row(name, shape, {"out_channels": out, "kernel_size": kernel, **options}, **own)


def conv_grid() -> list[Row]:
    """Every stride below, at and above the kernel; padding as much as the kernel has."""
    sizes = {1: (2, 2, 5), 2: (1, 2, 3, 4), 3: (1, 2, 2, 3, 2)}
    rows = []
    for axes, kernel, stride, padding in [
        (1, 1, 1, 0), (1, 2, 1, 1), (1, 3, 1, 1), (1, 1, 2, 0), (1, 2, 3, 0), (1, 3, 2, 1), (1, 4, 2, 1), (1, 5, 3, 2),
        (2, 1, 1, 0), (2, 2, 1, 0), (2, 3, 1, 1), (2, 1, 2, 0), (2, 2, 2, 0), (2, 3, 2, 0), (2, 3, 2, 1), (2, 4, 2, 1),
        (2, 5, 2, 2), (2, 2, 3, 0), (2, 3, 3, 1), (2, 4, 3, 2), (2, 5, 4, 3), (2, 6, 2, 2), (2, 7, 5, 1),
        (3, 1, 1, 0), (3, 2, 1, 0), (3, 3, 1, 1), (3, 2, 2, 0), (3, 3, 2, 1), (3, 2, 3, 0), (3, 4, 2, 1),
    ]:  # fmt: skip
        name = f"conv_transpose{axes}d_k{kernel}_s{stride}_p{padding}"
        rows.append(conv(name, sizes[axes], 3, kernel, stride=stride, padding=padding))
    return rows


CONV_ROWS = [
    *conv_grid(),
    # Asymmetric through output_padding: (p, p - output_padding) is cropped.
    conv("conv_transpose1d_output_padding", (1, 2, 4), 2, 3, stride=2, padding=1, output_padding=1),
    conv("conv_transpose1d_only_output_padding", (1, 1, 3), 1, 2, stride=4, output_padding=3,
         note="the output ends in rows of bias only"),
    conv("conv_transpose2d_output_padding", (1, 2, 3, 4), 3, 3, stride=2, padding=1, output_padding=1,
         note="the mirror image of Keras' padding='same', output_padding=None"),
    conv("conv_transpose2d_output_padding_even_kernel", (1, 2, 3, 3), 2, 4, stride=3, padding=1, output_padding=2),
    conv("conv_transpose2d_output_padding_per_axis", (1, 2, 3, 4), 2, (3, 5), stride=(2, 3), padding=(1, 2),
         output_padding=(1, 0)),
    conv("conv_transpose2d_output_padding_beyond_padding", (1, 2, 3, 3), 2, 3, stride=3, output_padding=2),
    conv("conv_transpose2d_k1_s2_output_padding", (1, 2, 3, 3), 2, 1, stride=2, output_padding=1),
    conv("conv_transpose3d_output_padding", (1, 2, 2, 3, 2), 2, 3, stride=2, padding=1, output_padding=1),
    conv("conv_transpose3d_output_padding_per_axis", (1, 1, 2, 3, 2), 2, (2, 3, 1), stride=(1, 2, 3), padding=(0, 1, 0),
         output_padding=(0, 1, 2)),
    # output_padding needs to be below the stride or the dilation.
    conv("conv_transpose1d_output_padding_at_stride", (1, 1, 2), 1, 2, dilation=2, output_padding=1,
         note="stride <= output_padding < dilation"),
    conv("conv_transpose2d_output_padding_at_stride", (1, 2, 3, 3), 2, 3, stride=2, dilation=3, padding=1,
         output_padding=2, note="stride <= output_padding < dilation"),
    conv("conv_transpose2d_output_padding_over_stride", (1, 2, 2, 3), 2, 2, stride=1, dilation=(4, 3),
         output_padding=(3, 2), note="stride <= output_padding < dilation"),
    conv("conv_transpose3d_output_padding_at_stride", (1, 1, 2, 2, 2), 1, 2, dilation=2, output_padding=1,
         note="stride <= output_padding < dilation"),
    # Groups.
    conv("conv_transpose1d_groups", (1, 4, 4), 6, 3, stride=2, groups=2),
    conv("conv_transpose1d_depthwise", (2, 3, 4), 3, 4, stride=2, padding=1, groups=3),
    conv("conv_transpose1d_one_output_channel_a_group", (1, 4, 2), 2, 1, groups=2,
         note="one output channel a group, an even number of input channels a group"),
    conv("conv_transpose2d_groups", (1, 4, 3, 3), 6, 3, stride=2, padding=1, groups=2),
    conv("conv_transpose2d_groups_one_output_channel_each", (1, 4, 3, 3), 2, 2, stride=2, groups=2),
    conv("conv_transpose2d_groups_eight_channels_each", (1, 16, 2, 2), 2, 2, groups=2),
    conv("conv_transpose2d_depthwise", (1, 4, 3, 4), 4, 4, stride=2, padding=1, groups=4),
    conv("conv_transpose2d_depthwise_multiplier", (2, 3, 3, 3), 6, 3, stride=2, padding=1, output_padding=1, groups=3),
    conv("conv_transpose2d_depthwise_no_bias", (1, 4, 3, 3), 4, 2, stride=2, groups=4, bias=False),
    conv("conv_transpose2d_groups_dilation", (1, 4, 3, 3), 4, 2, stride=2, dilation=3, groups=2),
    conv("conv_transpose3d_groups", (1, 4, 2, 2, 2), 4, 2, stride=2, groups=2),
    conv("conv_transpose3d_depthwise", (1, 3, 2, 2, 2), 3, 3, stride=2, padding=1, groups=3),
    # Dilation, also together with a stride.
    conv("conv_transpose1d_dilation", (1, 2, 5), 2, 3, dilation=2),
    conv("conv_transpose1d_dilation_stride", (1, 2, 5), 2, 3, stride=2, dilation=3, padding=2),
    conv("conv_transpose1d_dilation_equal_to_stride", (1, 2, 4), 2, 3, stride=2, dilation=2,
         note="taps of one phase only"),
    conv("conv_transpose2d_dilation", (1, 2, 3, 4), 2, 3, dilation=2),
    conv("conv_transpose2d_dilation_padding", (1, 2, 4, 4), 2, 3, dilation=2, padding=2),
    conv("conv_transpose2d_dilation_stride", (1, 2, 3, 3), 2, 3, stride=2, dilation=3, padding=1),
    conv("conv_transpose2d_dilation_stride_not_coprime", (1, 2, 3, 3), 2, 3, stride=4, dilation=2,
         note="odd phases have no taps: bias only"),
    conv("conv_transpose2d_dilation_per_axis", (1, 2, 3, 3), 2, (2, 3), stride=(3, 1), dilation=(1, 2)),
    conv("conv_transpose3d_dilation_stride", (1, 1, 2, 3, 2), 2, 2, stride=2, dilation=3),
    # Strides far beyond the kernel, kernels far beyond the input.
    conv("conv_transpose1d_s7_k2", (1, 1, 3), 1, 2, stride=7),
    conv("conv_transpose1d_k9_on_two", (1, 1, 2), 1, 9, stride=2, padding=3),
    conv("conv_transpose2d_s5_k2", (1, 1, 2, 3), 2, 2, stride=5),
    conv("conv_transpose2d_s4_k1_output_padding", (1, 1, 2, 2), 1, 1, stride=4, output_padding=3),
    conv("conv_transpose2d_k7_on_one", (1, 2, 1, 1), 2, 7, stride=3, padding=2),
    conv("conv_transpose3d_s3_k1", (1, 1, 2, 1, 2), 1, 1, stride=3),
    # Axes of length 1.
    conv("conv_transpose1d_length_one", (1, 2, 1), 2, 3, stride=2, padding=1, output_padding=1),
    conv("conv_transpose2d_one_by_one", (1, 3, 1, 1), 2, 4),
    conv("conv_transpose2d_one_row", (1, 2, 1, 5), 2, 3, stride=2, padding=1),
    conv("conv_transpose2d_one_column", (1, 2, 5, 1), 2, (3, 1), stride=(2, 1)),
    conv("conv_transpose2d_cropped_to_one", (1, 2, 1, 2), 2, 3, padding=1, stride=(1, 2)),
    conv("conv_transpose3d_one_deep", (1, 2, 1, 3, 3), 2, (1, 3, 3), stride=(1, 2, 2), padding=(0, 1, 1)),
    # Shapes and arguments of all kinds.
    conv("conv_transpose2d_anisotropic", (1, 2, 2, 5), 2, (2, 5), stride=(3, 1), padding=(0, 2)),
    conv("conv_transpose2d_no_bias", (1, 2, 3, 3), 2, 3, stride=2, bias=False),
    conv("conv_transpose2d_many_channels", (1, 33, 2, 2), 17, 3, stride=2, padding=1),
    conv("conv_transpose2d_one_channel", (1, 1, 4, 4), 1, 3, stride=2, padding=1),
    conv("conv_transpose2d_batch", (3, 2, 3, 2), 2, 3, stride=2, padding=1),
    conv("conv_transpose2d_unbatched", (2, 3, 4), 3, 3, stride=2, padding=1, note="input [C, H, W]"),
    conv("conv_transpose2d_wide", (1, 2, 2, 37), 2, (2, 4), stride=2, padding=(0, 1)),
    conv("conv_transpose1d_output_size", (1, 2, 4), 2, 3, stride=2, padding=1, output_size=(8,)),
    conv("conv_transpose2d_output_size", (1, 2, 3, 4), 2, 3, stride=2, padding=1, output_size=(6, 7),
         note="output_size becomes output_padding (1, 0)"),
    conv("conv_transpose3d_output_size", (1, 1, 2, 2, 2), 1, 2, stride=3, output_size=(5, 6, 7)),
    # Types and values.
    conv("conv_transpose2d_float64", (1, 2, 3, 3), 2, 3, stride=2, padding=1, dtype="float64"),
    conv("conv_transpose2d_float16", (1, 2, 3, 3), 2, 3, stride=2, padding=1, dtype="float16"),
    conv("conv_transpose1d_reals", (1, 3, 9), 4, 5, stride=2, padding=2, values="reals"),
    conv("conv_transpose2d_reals", (1, 4, 5, 5), 3, 4, stride=2, padding=1, values="reals"),
    conv("conv_transpose2d_reals_k3_s1", (1, 8, 6, 6), 4, 3, padding=1, values="reals"),
    conv("conv_transpose3d_reals", (1, 2, 2, 3, 3), 2, 3, stride=2, padding=1, values="reals"),
    conv("conv_transpose2d_batch_0", (0, 2, 3, 3), 2, 3, stride=2, padding=1),
    conv("conv_transpose2d_nan", (1, 1, 4, 4), 1, 3, stride=2, padding=1, values="nan"),
    conv("conv_transpose2d_inf", (1, 1, 4, 4), 1, 3, stride=2, padding=1, values="inf"),
    conv("conv_transpose1d_inf_and_minus_inf", (1, 2, 4), 1, 3, stride=1, values="infs", note="inf - inf is NaN"),
    conv("conv_transpose2d_inf_weight", (1, 1, 3, 3), 1, 3, stride=2, values="inf_weight",
         note="rows that the stride puts between inputs are not multiplied: no 0 * inf"),
    conv("conv_transpose2d_nan_weight", (1, 2, 2, 2), 2, 2, stride=3, values="nan_weight"),
    conv("conv_transpose2d_denormals", (1, 1, 3, 3), 1, 2, stride=2, bias=False, values="denormals",
         note=DENORMALS),
]  # fmt: skip


def torch_layer(row: Row) -> str:
    options = dict(row.arguments)
    size = options.pop("output_size", None)
    positional = [channels_of(row), options.pop("out_channels"), options.pop("kernel_size")]
    layer = call(f"torch.nn.ConvTranspose{axes_of(row)}d", *positional, **options)
    return layer if size is None else f"{layer}(x, output_size={size})"


def axes_of(row: Row) -> int:
    """The 2 of conv_transpose2d or max_unpool2d."""
    return int(row.name.split("_")[1][-2])


def channels_of(row: Row) -> int:
    return row.shape[-axes_of(row) - 1]


def conv_tensors(row: Row, rng: np.random.Generator) -> Tensors:
    axes, out = axes_of(row), row.arguments["out_channels"]
    kernel = per_axis(row.arguments["kernel_size"], axes)
    weights = row.values.removesuffix("_weight") if row.values.endswith("_weight") else None
    plain = Row(row.name, row.shape, values="integers" if weights else row.values, dtype=row.dtype)
    w_shape = [channels_of(row), out // row.arguments.get("groups", 1), *kernel]
    real = row.values == "reals"
    w = fill(rng, w_shape, Row("", (), values="reals" if real else "integers", dtype=row.dtype))
    if weights:
        w.reshape(-1)[w.size // 2] = {"inf": np.inf, "nan": np.nan}[weights]
    tensors = {"x": fill(rng, row.shape, plain), "w": w}
    if row.arguments.get("bias", True):
        tensors["b"] = integers(rng, [out], row.dtype, 9)
    return tensors


def run_conv(row: Row, tensors: Tensors) -> Outputs:
    import torch

    options = dict(row.arguments)
    size = options.pop("output_size", None)
    layer = getattr(torch.nn, f"ConvTranspose{axes_of(row)}d")(
        channels_of(row), **options, dtype=getattr(torch, row.dtype)
    )
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(tensors["w"]))
        if "b" in tensors:
            layer.bias.copy_(torch.from_numpy(tensors["b"]))
        x = torch.from_numpy(tensors["x"])
        y = layer(x) if size is None else layer(x, output_size=size)
    return [y.numpy()]


def conv_model(row: Row, tensors: Tensors, outputs: Outputs) -> Model:
    axes = axes_of(row)
    options = {key: per_axis(row.arguments.get(key, DEFAULTS[key]), axes)
               for key in ("stride", "padding", "output_padding", "dilation")}  # fmt: skip
    if "output_size" in row.arguments:
        natural = [
            (n - 1) * s - 2 * p + d * (k - 1) + 1
            for n, s, p, d, k in zip(row.shape[-axes:], options["stride"], options["padding"], options["dilation"],
                                     per_axis(row.arguments["kernel_size"], axes), strict=True)
        ]  # fmt: skip
        options["output_padding"] = [o - n for o, n in zip(row.arguments["output_size"], natural, strict=True)]
    graph = Graph()
    x = graph.input("x", tensors["x"])
    unbatched = len(row.shape) == axes + 1
    if unbatched:
        x = graph.node("Unsqueeze", x, graph.ints("batch", [0]))
    weights = [graph.constant(key, tensors[key]) for key in ("w", "b") if key in tensors]
    y = graph.node(
        "ConvTranspose", x, *weights,
        strides=options["stride"], dilations=options["dilation"], pads=options["padding"] * 2,
        output_padding=options["output_padding"] if any(options["output_padding"]) else None,
        group=row.arguments.get("groups", 1),
    )  # fmt: skip
    if unbatched:
        y = graph.node("Squeeze", y, "batch")
    return graph.model({y: outputs[0]})


def shuffle(name: str, layer: str, factor: int, shape: tuple[int, ...], dtype: str = "float32", note: str = "") -> Row:
    return Row(name, shape, {"layer": layer, "factor": factor}, "distinct", dtype, note)


SHUFFLE_ROWS = [
    shuffle("pixel_shuffle_2", "PixelShuffle", 2, (1, 8, 2, 3)),
    shuffle("pixel_shuffle_3", "PixelShuffle", 3, (1, 9, 2, 2)),
    shuffle("pixel_shuffle_1", "PixelShuffle", 1, (1, 3, 2, 2)),
    shuffle("pixel_shuffle_batch", "PixelShuffle", 2, (3, 4, 2, 1)),
    shuffle("pixel_shuffle_batch_0", "PixelShuffle", 2, (0, 4, 2, 2)),
    shuffle("pixel_shuffle_unbatched", "PixelShuffle", 2, (12, 1, 3), note="input [C, H, W]"),
    shuffle("pixel_shuffle_two_batch_axes", "PixelShuffle", 2, (2, 1, 4, 2, 2)),
    shuffle("pixel_shuffle_float16", "PixelShuffle", 2, (1, 4, 2, 2), "float16"),
    shuffle("pixel_shuffle_float64", "PixelShuffle", 2, (1, 4, 2, 2), "float64"),
    shuffle("pixel_shuffle_uint8", "PixelShuffle", 2, (1, 4, 2, 2), "uint8"),
    shuffle("pixel_shuffle_int64", "PixelShuffle", 3, (1, 9, 1, 2), "int64"),
    Row("pixel_shuffle_nan", (1, 4, 2, 2), {"layer": "PixelShuffle", "factor": 2}, "nan"),
    Row("pixel_shuffle_denormals", (1, 4, 2, 2), {"layer": "PixelShuffle", "factor": 2}, "denormals", note=DENORMALS),
    shuffle("pixel_unshuffle_2", "PixelUnshuffle", 2, (1, 2, 4, 6)),
    shuffle("pixel_unshuffle_3", "PixelUnshuffle", 3, (1, 1, 6, 3)),
    shuffle("pixel_unshuffle_batch", "PixelUnshuffle", 2, (2, 3, 2, 4)),
    shuffle("pixel_unshuffle_unbatched", "PixelUnshuffle", 2, (1, 4, 4), note="input [C, H, W]"),
    shuffle("pixel_unshuffle_int32", "PixelUnshuffle", 2, (1, 2, 2, 4), "int32"),
]


def run_shuffle(row: Row, tensors: Tensors) -> Outputs:
    import torch

    layer = getattr(torch.nn, row.arguments["layer"])(row.arguments["factor"])
    return [layer(torch.from_numpy(tensors["x"])).numpy()]


def shuffle_model(row: Row, tensors: Tensors, outputs: Outputs) -> Model:
    """DepthToSpace in mode CRD; back, ONNX has no such mode, so the axes are split and moved."""
    graph, factor = Graph(), row.arguments["factor"]
    x = graph.input("x", tensors["x"])
    *batch, c, h, w = row.shape
    n = int(np.prod(batch))
    if len(batch) != 1:
        x = graph.node("Reshape", x, graph.ints("images", [n, c, h, w]))
    if row.arguments["layer"] == "PixelShuffle":
        y = graph.node("DepthToSpace", x, blocksize=factor, mode="CRD")
    else:
        split = graph.ints("split", [n, c, h // factor, factor, w // factor, factor])
        y = graph.node("Transpose", graph.node("Reshape", x, split), perm=[0, 1, 3, 5, 2, 4])
        merged = graph.ints("merged", [n, c * factor**2, h // factor, w // factor])
        y = graph.node("Reshape", y, merged)
    if len(batch) != 1:
        y = graph.node("Reshape", y, graph.ints("shape", outputs[0].shape))
    return graph.model({y: outputs[0]})


def unpool(name: str, shape: tuple[int, ...], kernel: Any, **options: Any) -> Row:
    own = {key: options.pop(key) for key in ("dtype", "note", "values") if key in options}
    return Row(name, shape, {"kernel_size": kernel, **options}, **{"values": "distinct", **own})


INDICES_NOTE = "pooled values and torch's indices are inputs"

UNPOOL_ROWS = [
    unpool("max_unpool1d", (1, 2, 6), 2),
    unpool("max_unpool1d_k3", (2, 1, 9), 3),
    unpool("max_unpool1d_overlapping", (1, 2, 7), 3, stride=2, note="windows share elements"),
    unpool("max_unpool1d_padding", (1, 1, 8), 2, padding=1),
    unpool("max_unpool2d", (1, 2, 4, 6), 2),
    unpool("max_unpool2d_batch", (2, 3, 4, 4), 2, note="ONNX counts indices over the whole tensor, torch in a plane"),
    unpool("max_unpool2d_k3_s2", (1, 2, 7, 5), 3, stride=2),
    unpool("max_unpool2d_anisotropic", (1, 1, 6, 6), (2, 3)),
    unpool("max_unpool2d_padding", (1, 1, 6, 6), 2, padding=1),
    unpool("max_unpool2d_stride_over_kernel", (1, 2, 6, 6), 2, stride=3, output_size=(6, 6)),
    unpool("max_unpool2d_odd", (1, 2, 5, 5), 2, output_size=(5, 5),
           note="output_size sets the plane that the indices count in"),
    unpool("max_unpool2d_odd_batch", (2, 2, 5, 7), 2, output_size=(5, 7)),
    unpool("max_unpool2d_ceil_mode", (1, 1, 5, 5), 2, ceil_mode=True, output_size=(5, 5),
           note="output_size is below what the window would give"),
    unpool("max_unpool2d_negative", (1, 1, 4, 4), 2, values="integers"),
    unpool("max_unpool2d_float64", (1, 2, 4, 4), 2, dtype="float64"),
    unpool("max_unpool2d_batch_0", (0, 2, 4, 4), 2),
    unpool("max_unpool2d_inf", (1, 1, 4, 4), 2, values="inf"),
    unpool("max_unpool3d", (1, 2, 4, 4, 2), 2),
    unpool("max_unpool3d_batch_odd", (2, 1, 3, 4, 5), 2, output_size=(3, 4, 5)),
    unpool("max_unpool3d_anisotropic", (1, 1, 2, 4, 6), (1, 2, 3)),
    unpool("max_unpool1d_of_indices", (1, 2, 6), 2, operand=True, note=INDICES_NOTE),
    unpool("max_unpool2d_of_indices", (2, 2, 4, 4), 2, operand=True, note=INDICES_NOTE),
    unpool("max_unpool2d_of_indices_odd", (2, 1, 5, 5), 2, operand=True, output_size=(5, 5),
           note=INDICES_NOTE),
    unpool("max_unpool3d_of_indices", (1, 2, 2, 4, 4), 2, operand=True,
           note=INDICES_NOTE),
]  # fmt: skip


def unpool_layer(row: Row) -> str:
    axes, options = axes_of(row), dict(row.arguments)
    options.pop("operand", None)
    size, ceil = options.pop("output_size", None), options.pop("ceil_mode", False)
    pool_options = {**options, "ceil_mode": True} if ceil else options
    pool = call(f"torch.nn.MaxPool{axes}d", **pool_options, return_indices=True)
    back = call(f"torch.nn.MaxUnpool{axes}d", **options)
    return f"{back}(*{pool}(x){'' if size is None else f', output_size={size}'})"


def pool(row: Row, tensors: Tensors) -> Outputs:
    import torch

    options = {key: value for key, value in row.arguments.items() if key not in ("operand", "output_size")}
    layer = getattr(torch.nn, f"MaxPool{axes_of(row)}d")(**options, return_indices=True)
    return [part.numpy() for part in layer(torch.from_numpy(tensors["x"]))]


def run_unpool(row: Row, tensors: Tensors) -> Outputs:
    """The pooled values and their indices come after the output, for models that take them as inputs."""
    import torch

    pooled, indices = pool(row, tensors)
    options = {key: row.arguments[key] for key in ("kernel_size", "stride", "padding") if key in row.arguments}
    layer = getattr(torch.nn, f"MaxUnpool{axes_of(row)}d")(**options)
    size = row.arguments.get("output_size")
    y = layer(torch.from_numpy(pooled), torch.from_numpy(indices), output_size=None if size is None else list(size))
    return [y.numpy(), pooled, indices]


def unpool_model(row: Row, tensors: Tensors, outputs: Outputs) -> Model:
    axes, (y, pooled, indices) = axes_of(row), outputs
    window: dict[str, Any] = {
        "kernel_shape": (kernel := per_axis(row.arguments["kernel_size"], axes)),
        "strides": per_axis(row.arguments.get("stride", kernel), axes),
        "pads": per_axis(row.arguments.get("padding", 0), axes) * 2,
    }
    graph = Graph()
    if row.arguments.get("operand"):
        operands = [graph.input("x", pooled), offset_indices(graph, indices, y.shape)]
    else:
        ceil = int(row.arguments.get("ceil_mode", False)) or None
        operands = graph.nodes_of("MaxPool", graph.input("x", tensors["x"]), outputs=2, ceil_mode=ceil, **window)
    if "output_size" in row.arguments:
        operands.append(graph.ints("output_shape", y.shape))
    return graph.model({graph.node("MaxUnpool", *operands, **window): y})


def offset_indices(graph: Graph, indices: np.ndarray, shape: tuple[int, ...]) -> str:
    """torch counts from the start of each plane, ONNX from the start of the tensor."""
    planes = np.arange(shape[0] * shape[1], dtype=np.int64) * int(np.prod(shape[2:]))
    starts = graph.constant("starts", planes.reshape(*shape[:2], *(1 for _ in shape[2:])))
    return graph.node("Add", graph.input("indices", indices), starts)


def unpool_inputs(row: Row, rng: np.random.Generator) -> Tensors:
    return {"x": fill(rng, row.shape, row)}


FAMILIES = [
    Family("torch-conv-transpose", "torch", SCRIPT, CONV_ROWS, torch_layer, conv_tensors,
           {"torch": Run(run_conv, conv_model)},
           exact=lambda row: row.values != "reals",
           note="crops (padding, padding - output_padding)"),
    Family("torch-pixel-shuffle", "torch", SCRIPT, SHUFFLE_ROWS,
           lambda row: call(f"torch.nn.{row.arguments['layer']}", row.arguments["factor"]),
           unpool_inputs, {"torch": Run(run_shuffle, shuffle_model)}, exact=lambda _: True,
           note="channel first, then row and column in the block: DepthToSpace in mode CRD"),
    Family("torch-max-unpool", "torch", SCRIPT, UNPOOL_ROWS, unpool_layer, unpool_inputs,
           {"torch": Run(run_unpool, unpool_model)}, exact=lambda _: True),
]  # fmt: skip
