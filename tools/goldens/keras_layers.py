"""Keras 3's Conv1D/2D/3DTranspose and UpSampling1D/2D/3D, on each of its backends."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from case import Family, Outputs, Row, Run, Tensors, call, fill, integers, per_axis, single
from graph import ConvTranspose, Crop, Graph, Model, channels_first, channels_last, resample, resize
from nearest import on_steps

SCRIPT = "keras_layers.py"

ROW_OPTIONS = ("values", "dtype", "note")


def conv(name: str, shape: tuple[int, ...], filters: int, kernel: Any, **options: Any) -> Row:
    """ConvNDTranspose; the shape is channels-last unless `data_format` says otherwise."""
    own = {key: options.pop(key) for key in ROW_OPTIONS if key in options}
    return Row(name, shape, {"filters": filters, "kernel_size": kernel, **options}, **own)


def conv_grid() -> list[Row]:
    """In two dimensions every kernel of 1 to 5 with every stride of 1 to 3, on an odd and an even length."""
    shape = {1: (2, 5, 2), 2: (1, 3, 4, 2), 3: (1, 2, 3, 2, 2)}
    steps = {1: [(3, 1), (1, 2), (3, 2), (4, 2), (2, 3)],
             2: [(k, s) for k in (1, 2, 3, 4, 5) for s in (1, 2, 3)],
             3: [(2, 1), (3, 2), (4, 2), (2, 3)]}  # fmt: skip
    return [
        conv(f"conv{axes}d_transpose_{padding}_k{k}_s{s}", shape[axes], 3, k, strides=s, padding=padding)
        for axes in (1, 2, 3)
        for padding in ("valid", "same")
        for k, s in steps[axes]
    ]


def output_padding_grid() -> list[Row]:
    """Keras takes output_padding below the stride."""
    shape = {1: (1, 4, 1), 2: (1, 3, 2, 2), 3: (1, 2, 2, 3, 1)}
    steps = {1: [(3, 2, 0), (4, 2, 1)],
             2: [(1, 2, 1), (2, 2, 1), (3, 2, 0), (3, 2, 1), (4, 2, 0), (4, 2, 1), (2, 3, 1), (3, 3, 2), (5, 3, 0),
                 (5, 3, 2)],
             3: [(3, 2, 1), (2, 3, 2)]}  # fmt: skip
    return [
        conv(f"conv{axes}d_transpose_{padding}_k{k}_s{s}_op{op}", shape[axes], 2, k, strides=s, padding=padding,
             output_padding=op)
        for axes in (1, 2, 3)
        for padding in ("valid", "same")
        for k, s, op in steps[axes]
    ]  # fmt: skip


def dilation_grid() -> list[Row]:
    """Keras refuses dilation together with a stride."""
    shape = {1: (1, 5, 2), 2: (1, 4, 5, 2), 3: (1, 3, 3, 3, 1)}
    steps: dict[int, list[tuple[int, Any]]] = {
        1: [(3, 3)],
        2: [(2, 2), (3, 2), (3, (1, 2))],
        3: [(2, 2)],
    }
    return [
        conv(f"conv{axes}d_transpose_{padding}_k{k}_d{'x'.join(map(str, per_axis(d, 1)))}", shape[axes], 2, k,
             padding=padding, dilation_rate=d)
        for axes in (1, 2, 3)
        for padding in ("valid", "same")
        for k, d in steps[axes]
    ]  # fmt: skip


CONV_ROWS = [
    conv("textbook_k2_s1", (1, 2, 2, 2), 3, 2, strides=1, padding="valid", note="textbook: output (1, 3, 3, 3)"),
    conv("textbook_k3_s1", (1, 2, 2, 2), 3, 3, strides=1, padding="valid", note="textbook: output (1, 4, 4, 3)"),
    conv("textbook_k3_s2", (1, 2, 2, 2), 3, 3, strides=2, padding="valid", note="textbook: output (1, 5, 5, 3)"),
    *conv_grid(),
    *output_padding_grid(),
    *dilation_grid(),
    conv("conv1d_transpose_channels_first", (1, 2, 5), 3, 3, strides=2, padding="same", data_format="channels_first"),
    conv("conv2d_transpose_channels_first_same", (1, 2, 3, 4), 3, 3, strides=2, padding="same",
         data_format="channels_first"),
    conv("conv2d_transpose_channels_first_valid", (1, 2, 3, 4), 3, 2, strides=3, data_format="channels_first"),
    conv("conv3d_transpose_channels_first", (1, 2, 2, 3, 2), 2, 3, strides=2, padding="same",
         data_format="channels_first"),
    conv("conv2d_transpose_valid_per_axis", (1, 3, 4, 2), 2, (2, 5), strides=(3, 1)),
    conv("conv2d_transpose_same_per_axis", (1, 3, 4, 2), 2, (5, 2), strides=(2, 3), padding="same"),
    conv("conv2d_transpose_same_per_axis_output_padding", (1, 3, 4, 2), 2, (5, 3), strides=(2, 3), padding="same",
         output_padding=(1, 2)),
    conv("conv3d_transpose_same_per_axis", (1, 2, 3, 2, 1), 2, (1, 3, 4), strides=(2, 1, 3), padding="same"),
    conv("conv2d_transpose_same_k2_s5", (1, 2, 3, 1), 1, 2, strides=5, padding="same",
         note="K < stride: every cell ends in rows of bias only"),
    conv("conv2d_transpose_valid_k2_s5", (1, 2, 3, 1), 1, 2, strides=5, note="the output ends in rows of bias"),
    conv("conv2d_transpose_same_k7_s2_on_two", (1, 2, 2, 1), 1, 7, strides=2, padding="same"),
    conv("conv2d_transpose_same_one_by_one", (1, 1, 1, 3), 2, 3, strides=2, padding="same"),
    conv("conv2d_transpose_valid_one_by_one", (1, 1, 1, 3), 2, 4, strides=2),
    conv("conv2d_transpose_same_one_row", (1, 1, 5, 2), 2, 3, strides=2, padding="same"),
    conv("conv3d_transpose_same_one_deep", (1, 1, 3, 3, 1), 2, 3, strides=2, padding="same"),
    conv("conv2d_transpose_no_bias", (1, 3, 3, 2), 2, 3, strides=2, padding="same", use_bias=False),
    conv("conv2d_transpose_relu", (1, 3, 3, 2), 2, 3, strides=2, padding="same", activation="relu"),
    conv("conv2d_transpose_one_channel", (1, 4, 5, 1), 1, 3, strides=2, padding="same"),
    conv("conv2d_transpose_many_channels", (1, 2, 2, 19), 13, 3, strides=2, padding="same"),
    conv("conv2d_transpose_batch", (3, 3, 2, 2), 2, 3, strides=2, padding="same"),
    conv("conv2d_transpose_batch_0", (0, 3, 3, 2), 2, 3, strides=2, padding="same"),
    conv("conv2d_transpose_wide", (1, 2, 31, 2), 1, 4, strides=2, padding="same"),
    conv("conv2d_transpose_float16", (1, 3, 3, 2), 2, 3, strides=2, padding="same", dtype="float16"),
    conv("conv2d_transpose_float64", (1, 3, 3, 2), 2, 3, strides=2, padding="same", dtype="float64"),
    conv("conv2d_transpose_reals", (1, 4, 5, 3), 4, 4, strides=2, padding="same", values="reals"),
    conv("conv1d_transpose_reals", (1, 7, 3), 2, 5, strides=3, padding="same", values="reals"),
    conv("conv3d_transpose_reals", (1, 2, 3, 2, 2), 2, 3, strides=2, padding="same", values="reals"),
    conv("conv2d_transpose_nan", (1, 4, 4, 1), 1, 3, strides=2, padding="same", values="nan"),
    conv("conv2d_transpose_inf", (1, 4, 4, 1), 1, 3, strides=2, padding="same", values="inf"),
]  # fmt: skip


def axes_of(row: Row) -> int:
    return len(row.shape) - 2


def is_last(row: Row) -> bool:
    return bool(row.arguments.get("data_format", "channels_last") == "channels_last")


def conv_layer(row: Row) -> str:
    options = dict(row.arguments)
    positional = [options.pop("filters"), options.pop("kernel_size")]
    if row.dtype != "float32":
        options["dtype"] = row.dtype
    return call(f"keras.layers.Conv{axes_of(row)}DTranspose", *positional, **options)


def conv_tensors(row: Row, rng: np.random.Generator) -> Tensors:
    axes, filters = axes_of(row), row.arguments["filters"]
    channels = row.shape[-1 if is_last(row) else 1]
    kernel = [*per_axis(row.arguments["kernel_size"], axes), filters, channels]
    weights = Row("", (), values="reals" if row.values == "reals" else "integers", dtype=row.dtype)
    tensors = {"x": fill(rng, row.shape, row), "kernel": fill(rng, kernel, weights)}
    if row.arguments.get("use_bias", True):
        tensors["bias"] = integers(rng, [filters], row.dtype, 9)
    return tensors


def run_conv(row: Row, tensors: Tensors) -> Outputs:
    import keras

    layer = getattr(keras.layers, f"Conv{axes_of(row)}DTranspose")(**row.arguments, dtype=row.dtype)
    layer.build(row.shape)
    layer.set_weights([tensors[key] for key in ("kernel", "bias") if key in tensors])
    return [np.asarray(keras.ops.convert_to_numpy(layer(tensors["x"])))]


def crop_of(n: int, kernel: int, stride: int, padding: str, output_padding: int | None) -> Crop:
    """What Keras takes off the natural output of (n - 1) * stride + kernel, the kernel being the dilated one."""
    if padding == "valid":
        return (0, min(kernel - stride, 0) if output_padding is None else -output_padding)
    length = n * stride if output_padding is None else (n - 1) * stride + kernel % 2 + output_padding
    total = (n - 1) * stride + kernel - length
    begin = max(total, 0) // 2
    return (begin, total - begin)


def conv_model(row: Row, tensors: Tensors, outputs: Outputs) -> Model:
    axes, last = axes_of(row), is_last(row)
    graph = Graph()
    x = graph.input("x", tensors["x"])
    w = graph.constant("w", np.ascontiguousarray(np.moveaxis(tensors["kernel"], (-1, -2), (0, 1))))
    bias = graph.constant("b", tensors["bias"]) if "bias" in tensors else None
    y = convolution(row).add(graph, channels_first(graph, x, axes + 2) if last else x, w, bias)
    if row.arguments.get("activation"):
        y = graph.node("Relu", y)
    return graph.model({channels_last(graph, y, axes + 2) if last else y: outputs[0]})


def convolution(row: Row) -> ConvTranspose:
    axes, options = axes_of(row), row.arguments
    stride = per_axis(options.get("strides", 1), axes)
    dilation = per_axis(options.get("dilation_rate", 1), axes)
    kernel = [(k - 1) * d + 1 for k, d in zip(per_axis(options["kernel_size"], axes), dilation, strict=True)]
    lengths = row.shape[1:-1] if is_last(row) else row.shape[2:]
    extra = per_axis(options.get("output_padding"), axes)
    padding = options.get("padding", "valid")
    crop = [crop_of(n, k, s, padding, op) for n, k, s, op in zip(lengths, kernel, stride, extra, strict=True)]
    return ConvTranspose(stride, dilation, crop)


def up(name: str, shape: tuple[int, ...], size: Any, **options: Any) -> Row:
    own = {key: options.pop(key) for key in ROW_OPTIONS if key in options}
    moves = options.get("interpolation", "nearest") == "nearest"
    return Row(name, shape, {"size": size, **options}, **{"values": "distinct" if moves else "integers", **own})


# Upsampling leaves other interpolations of tf.image.resize to it: `area`, which Keras does not document, among them.
INTERPOLATIONS = ("bilinear", "bicubic", "lanczos3", "lanczos5", "area")


def interpolated_rows() -> list[Row]:
    sizes: Sequence[tuple[str, Any, tuple[int, int]]] = [
        ("2", 2, (3, 4)), ("3", 3, (3, 2)), ("5x1", (5, 1), (2, 3)), ("4_of_one_row", 4, (1, 5)),
    ]  # fmt: skip
    return [
        up(f"up_sampling2d_{kind}_{name}", (1, *plane, 1), size, interpolation=kind)
        for kind in INTERPOLATIONS
        for name, size, plane in sizes
    ]


UP_ROWS = [
    up("up_sampling1d_2", (1, 4, 2), 2),
    up("up_sampling1d_3_batch", (2, 3, 1), 3),
    up("up_sampling1d_1", (1, 3, 2), 1),
    up("up_sampling1d_7_of_one", (1, 1, 2), 7),
    up("up_sampling1d_float16", (1, 3, 2), 2, dtype="float16"),
    up("up_sampling2d_nearest_2", (1, 3, 4, 2), 2, interpolation="nearest"),
    up("up_sampling2d_nearest_default", (1, 2, 2, 1), (2, 2)),
    up("up_sampling2d_nearest_3x2", (1, 2, 3, 2), (3, 2), interpolation="nearest"),
    up("up_sampling2d_nearest_1x5", (1, 2, 2, 1), (1, 5), interpolation="nearest"),
    up("up_sampling2d_nearest_batch_0", (0, 2, 2, 1), 2, interpolation="nearest"),
    up("up_sampling2d_nearest_channels_first", (2, 3, 2, 4), 2, interpolation="nearest", data_format="channels_first"),
    up("up_sampling2d_nearest_nan", (1, 2, 3, 1), 2, interpolation="nearest", values="nan"),
    up("up_sampling3d_2", (1, 2, 3, 2, 2), 2),
    up("up_sampling3d_1x2x3", (1, 2, 2, 2, 1), (1, 2, 3)),
    up("up_sampling3d_channels_first", (1, 2, 2, 1, 3), 2, data_format="channels_first"),
    *interpolated_rows(),
    *(up(f"up_sampling2d_{kind}_channels_first", (2, 2, 3, 4), 2, interpolation=kind, data_format="channels_first")
      for kind in INTERPOLATIONS),
    *(up(f"up_sampling2d_{kind}_batch", (2, 3, 2, 3), 2, interpolation=kind, values="reals")
      for kind in INTERPOLATIONS),
]  # fmt: skip


def up_layer(row: Row) -> str:
    return call(f"keras.layers.UpSampling{axes_of(row)}D", **row.arguments)


def up_tensors(row: Row, rng: np.random.Generator) -> Tensors:
    return {"x": fill(rng, row.shape, row)}


def run_up(row: Row, tensors: Tensors) -> Outputs:
    import keras

    layer = getattr(keras.layers, f"UpSampling{axes_of(row)}D")(**row.arguments, dtype=row.dtype)
    return [np.asarray(keras.ops.convert_to_numpy(layer(tensors["x"])))]


NEAREST = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
CATMULL_ROM = {"mode": "cubic", "cubic_coeff_a": -0.5, "exclude_outside": 1}

Attributes = dict[str, Any] | None


def tensorflow_resize(row: Row) -> Attributes:
    """Attributes of Resize; None for what it cannot say: TensorFlow's table of 1024 steps, and windowed filters."""
    lengths = row.shape[1:-1] if is_last(row) else row.shape[2:]
    factors = per_axis(row.arguments["size"], axes_of(row))
    match row.arguments.get("interpolation", "nearest"):
        case "nearest":
            return NEAREST
        case "bilinear":
            return {"mode": "linear"}
        case "bicubic" if on_steps([(n, n * f) for n, f in zip(lengths, factors, strict=True)], "half_pixel"):
            return CATMULL_ROM
    return None


def jax_resize(row: Row) -> Attributes:
    """jax.image.resize has the cubic itself and no table."""
    return CATMULL_ROM if row.arguments["interpolation"] == "bicubic" else tensorflow_resize(row)


def torch_resize(row: Row) -> Attributes:
    """torch's own bicubic."""
    return {"mode": "cubic", "cubic_coeff_a": -0.75}


def up_model(attributes_of: Callable[[Row], Attributes]) -> Callable[[Row, Tensors, Outputs], Model]:
    def model(row: Row, tensors: Tensors, outputs: Outputs) -> Model:
        attributes = attributes_of(row)
        if attributes is None:
            return single(tensors["x"], outputs, lambda graph, x: resample(graph, x, "keras", **call_of(row)))
        return single(tensors["x"], outputs, lambda graph, x: scaled(graph, x, row, attributes))

    return model


def call_of(row: Row) -> dict[str, Any]:
    factors = per_axis(row.arguments["size"], axes_of(row))
    return {"data_format": "channels_last", **row.arguments, "size": factors}


def scaled(graph: Graph, x: str, row: Row, attributes: dict[str, Any]) -> str:
    rank, factors = len(row.shape), per_axis(row.arguments["size"], axes_of(row))
    scales = [1.0, 1.0, *map(float, factors)]
    if not is_last(row):
        return resize(graph, x, scales=scales, **attributes)
    return channels_last(graph, resize(graph, channels_first(graph, x, rank), scales=scales, **attributes), rank)


FAMILIES = [
    Family("keras-conv-transpose", "keras", SCRIPT, CONV_ROWS, conv_layer, conv_tensors,
           {"tensorflow": Run(run_conv, conv_model), "jax": Run(run_conv), "torch": Run(run_conv)},
           exact=lambda row: row.values != "reals"),
    Family("keras-up-sampling", "keras", SCRIPT, UP_ROWS, up_layer, up_tensors,
           {"tensorflow": Run(run_up, up_model(tensorflow_resize)), "jax": Run(run_up, up_model(jax_resize)),
            "torch": Run(run_up, up_model(torch_resize))},
           exact=lambda row: row.arguments.get("interpolation", "nearest") == "nearest"),
]  # fmt: skip
