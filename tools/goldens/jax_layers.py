"""jax.lax.conv_transpose with the kernel as an operand, and jax.image.resize."""

from collections.abc import Sequence
from math import ceil
from typing import Any

import numpy as np

from case import Family, Name, Outputs, Row, Run, Tensors, X, call, fill, per_axis, single
from graph import ConvTranspose, Crop, Graph, Model, resample, resize
from nearest import takes
from verify import contradicts

SCRIPT = "jax_layers.py"

LAST = {1: ("NHC", "HIO", "NHC"), 2: ("NHWC", "HWIO", "NHWC"), 3: ("NDHWC", "DHWIO", "NDHWC")}
FIRST = {1: ("NCH", "OIH", "NCH"), 2: ("NCHW", "OIHW", "NCHW"), 3: ("NCDHW", "OIDHW", "NCDHW")}
INPUTS, FILTERS = 2, 3


def conv(
    name: str,
    lengths: Sequence[int],
    kernel: Any,
    strides: Any,
    padding: Any,
    *,
    layout: Any = LAST,
    batch: int = 1,
    values: str = "integers",
    note: str = "",
    **options: Any,
) -> Row:
    axes = len(lengths)
    numbers = layout[axes]
    shape = (batch, *lengths, INPUTS) if numbers[0][-1] == "C" else (batch, INPUTS, *lengths)
    if layout is not LAST:
        options["dimension_numbers"] = numbers
    arguments = {"strides": tuple(per_axis(strides, axes)), "padding": padding, **options}
    return Row(f"conv_transpose{axes}d_{name}", shape, {**arguments, "kernel": tuple(per_axis(kernel, axes))},
               values, "float32", note)  # fmt: skip


def conv_rows() -> list[Row]:
    rows = []
    for transpose_kernel in (False, True):
        more: dict[str, Any] = {"transpose_kernel": True} if transpose_kernel else {}
        name = "transposed_" if transpose_kernel else ""
        for padding in ("SAME", "VALID"):
            rows += [
                conv(f"{name}{padding.lower()}_k{k}_s{s}", lengths, k, s, padding, **more)
                for lengths, k, s in [
                    ((5,), 3, 2), ((3, 4), 2, 2), ((3, 4), 3, 1), ((3, 4), 3, 2), ((3, 4), 4, 2), ((3, 4), 2, 3),
                    ((2, 3, 2), 3, 2),
                ]
            ]  # fmt: skip
    return [
        *rows,
        conv("explicit", (3, 4), 3, 2, ((1, 2), (2, 1))),
        conv("explicit_uneven", (3, 4), 3, 2, ((0, 2), (2, 0))),
        conv("explicit_lengthened", (3, 4), 2, 2, ((3, 1), (1, 4)), note="padding beyond kernel - 1 adds zeros"),
        conv("explicit_consistent", (3, 4), 3, 2, ((1, 0), (0, 1)), use_consistent_padding=True,
             note="padding of the forward convolution: it crops"),
        conv("explicit_transposed", (5,), 4, 3, ((2, 3),), transpose_kernel=True),
        conv("dilation_same", (4, 5), 3, 1, "SAME", rhs_dilation=(2, 2)),
        conv("dilation_valid_stride", (3, 4), 3, 2, "VALID", rhs_dilation=(3, 2)),
        conv("dilation_same_stride", (3, 4), 3, 2, "SAME", rhs_dilation=(2, 3), transpose_kernel=True),
        conv("per_axis", (3, 4), (2, 5), (3, 1), "SAME"),
        conv("channels_first", (3, 4), 3, 2, "SAME", layout=FIRST),
        conv("channels_first_transposed", (3, 4), (3, 2), 2, "VALID", layout=FIRST, transpose_kernel=True),
        conv("channels_first_1d", (5,), 3, 2, "SAME", layout=FIRST),
        conv("channels_first_3d", (2, 3, 2), 2, 2, "VALID", layout=FIRST),
        conv("one_by_one", (1, 1), 3, 2, "SAME"),
        conv("batch", (3, 2), 3, 2, "SAME", batch=3),
        conv("batch_0", (3, 2), 3, 2, "SAME", batch=0),
        conv("reals", (5, 4), 4, 2, "SAME", values="reals"),
    ]  # fmt: skip


def numbers_of(row: Row) -> tuple[str, str, str]:
    numbers: tuple[str, str, str] = row.arguments.get("dimension_numbers", LAST[len(row.shape) - 2])
    return numbers


def conv_layer(row: Row) -> str:
    options = {key: value for key, value in row.arguments.items() if key != "kernel"}
    return call("jax.lax.conv_transpose", X, Name("w"), **options)


def conv_tensors(row: Row, rng: np.random.Generator) -> Tensors:
    """With transpose_kernel, I and O of the kernel's layout change places."""
    transposed = row.arguments.get("transpose_kernel", False)
    lengths = {"I": FILTERS if transposed else INPUTS, "O": INPUTS if transposed else FILTERS}
    taps = iter(row.arguments["kernel"])
    kernel = [lengths[axis] if axis in lengths else next(taps) for axis in numbers_of(row)[1]]
    return {"x": fill(rng, row.shape, row), "w": fill(rng, kernel, row)}


def run_conv(row: Row, tensors: Tensors) -> Outputs:
    import jax

    options = {key: value for key, value in row.arguments.items() if key != "kernel"}
    x, w = jax.numpy.asarray(tensors["x"]), jax.numpy.asarray(tensors["w"])
    y = jax.lax.conv_transpose(x, w, **options, precision=jax.lax.Precision.HIGHEST)
    return [np.asarray(y)]


def crop_of(k: int, span: int, stride: int, padding: Any, consistent: bool) -> Crop:
    """Of the natural output; lax pads the dilated input, and span - 1 of padding on each side crops nothing."""
    if padding == "VALID":
        pads = (span - 1, stride - 1 + max(span - stride, 0))
    elif padding == "SAME":
        total = span + stride - 2
        begin = span - 1 if stride > span - 1 else ceil(total / 2)
        pads = (begin, total - begin)
    else:
        pads = (span - 1 - padding[0], span - 1 - padding[1]) if consistent else padding
    return (span - 1 - pads[0], span - 1 - pads[1])


def conv_model(row: Row, tensors: Tensors, outputs: Outputs) -> Model:
    """The kernel as [inputs, outputs, taps], its taps in reverse order where lax does not reverse them itself."""
    axes, options, (of_x, of_w, of_y) = len(row.shape) - 2, row.arguments, numbers_of(row)
    transposed = options.get("transpose_kernel", False)
    graph = Graph()
    x, w = graph.input("x", tensors["x"]), graph.input("w", tensors["w"])
    spatial = [axis for axis in of_w if axis not in "IO"]
    wanted = [*("OI" if transposed else "IO"), *spatial]
    w = moved(graph, w, [of_w.index(axis) for axis in wanted])
    if not transposed:
        w = reversed_taps(graph, w, axes)
    x = moved(graph, x, [of_x.index(axis) for axis in ("N", "C", *spatial)])
    y = convolution(row).add(graph, x, w, None)
    return graph.model({moved(graph, y, [["N", "C", *spatial].index(axis) for axis in of_y]): outputs[0]})


def convolution(row: Row) -> ConvTranspose:
    options, axes = row.arguments, len(row.shape) - 2
    dilation = options.get("rhs_dilation", (1,) * axes)
    padding = per_axis(options["padding"], axes)
    consistent = options.get("use_consistent_padding", False)
    crop = [
        crop_of(k, (k - 1) * d + 1, s, p, consistent)
        for k, d, s, p in zip(options["kernel"], dilation, options["strides"], padding, strict=True)
    ]
    return ConvTranspose(options["strides"], dilation, crop)


def moved(graph: Graph, x: str, perm: list[int]) -> str:
    return x if perm == sorted(perm) else graph.node("Transpose", x, perm=perm)


def reversed_taps(graph: Graph, w: str, axes: int) -> str:
    smallest = np.iinfo(np.int64).min
    return graph.node(
        "Slice",
        w,
        graph.ints("last", [-1] * axes),
        graph.ints("before_first", [int(smallest)] * axes),
        graph.ints("axes", range(2, axes + 2)),
        graph.ints("step", [-1] * axes),
    )


def image(
    method: str,
    shape: tuple[int, ...],
    to: tuple[int, ...],
    *,
    values: str = "",
    note: str = "",
    **options: Any,
) -> Row:
    flags = "" if options.get("antialias", True) else "no_antialias"
    plain = ["x".join(map(str, lengths)) for lengths in (shape, to)]
    name = "_".join(filter(None, [method.replace("-", "_"), flags, plain[0], "to", plain[1], values]))
    values = values or ("distinct" if method == "nearest" else "integers")
    return Row(name, shape, {"shape": to, "method": method, **options}, values, note=note)


METHODS = ("nearest", "linear", "cubic", "cubic-pytorch", "lanczos3", "lanczos5", "area")
PLANES = [((3, 4), (7, 9)), ((9, 11), (4, 5)), ((5, 8), (8, 5)), ((1, 3), (4, 1))]


def image_rows() -> list[Row]:
    rows = []
    for method in METHODS:
        rows += [image(method, (1, 1, *plane), (1, 1, *to)) for plane, to in PLANES]
        if method not in ("nearest", "area"):
            rows += [image(method, (1, 1, *plane), (1, 1, *to), antialias=False) for plane, to in PLANES[1:3]]
    return rows + [
        image("nearest", (7,), (10,)),
        image("nearest", (2, 3, 2), (3, 5, 2)),
        image("nearest", (1, 26), (1, 11), note="exact in float32, as lax multiplies first"),
        image("linear", (7,), (4,)),
        image("linear", (2, 3, 2), (3, 5, 2)),
        image("linear", (1, 4, 5, 3), (1, 6, 8, 3), values="reals"),
        image("linear", (1, 2, 3, 4, 2), (1, 3, 5, 3, 2)),
        image("cubic", (6, 5), (4, 8), values="reals"),
        image("cubic", (2, 4, 3), (2, 7, 5)),
        image("lanczos3", (1, 5, 6, 2), (1, 8, 4, 2), values="reals"),
        image("linear", (0, 1, 3, 4), (0, 1, 6, 8)),
    ]


def image_layer(row: Row) -> str:
    return call("jax.image.resize", X, **row.arguments)


def image_tensors(row: Row, rng: np.random.Generator) -> Tensors:
    return {"x": fill(rng, row.shape, row)}


def run_image(row: Row, tensors: Tensors) -> Outputs:
    import jax

    return [np.asarray(jax.image.resize(tensors["x"], **row.arguments, precision=jax.lax.Precision.HIGHEST))]


def image_model(row: Row, tensors: Tensors, outputs: Outputs) -> Model:
    attributes = image_attributes(row)
    if attributes:
        to = row.arguments["shape"]
        made = single(tensors["x"], outputs, lambda graph, x: resize(graph, x, sizes=to, **attributes))
        if row.arguments["method"] != "nearest" or is_moved_alike(tensors, outputs, made):
            return made
    arguments = {key: int(value) if isinstance(value, bool) else value for key, value in row.arguments.items()}
    return single(tensors["x"], outputs, lambda graph, x: resample(graph, x, "jax", **arguments))


def image_attributes(row: Row) -> dict[str, Any] | None:
    """Attributes of Resize; None for what it cannot say."""
    antialias = {"antialias": 1, "exclude_outside": 1} if row.arguments.get("antialias", True) else {}
    match row.arguments["method"]:
        case "nearest":
            return {"mode": "nearest", "nearest_mode": "round_prefer_ceil"}
        case "linear":
            return {"mode": "linear", **antialias}
        case "cubic":
            return {"mode": "cubic", "cubic_coeff_a": -0.5, "exclude_outside": 1, **antialias}
        case "cubic-pytorch" if not antialias:
            return {"mode": "cubic", "cubic_coeff_a": -0.75}
        case "cubic-pytorch":
            return {"mode": "cubic", "cubic_coeff_a": -0.5, **antialias}
    return None


def is_moved_alike(tensors: Tensors, outputs: Outputs, made: Model) -> bool:
    """Whether exact arithmetic and onnxruntime's both take the elements that JAX takes."""
    return takes(tensors["x"], outputs[0], "half_pixel_prefer_ceil") and not contradicts(made, outputs)


FAMILIES = [
    Family("jax-conv-transpose", "jax", SCRIPT, conv_rows(), conv_layer, conv_tensors,
           {"jax": Run(run_conv, conv_model)}, exact=lambda row: row.values != "reals",
           note="x and w are inputs; without transpose_kernel lax reverses the kernel's taps"),
    Family("jax-resize", "jax", SCRIPT, image_rows(), image_layer, image_tensors,
           {"jax": Run(run_image, image_model)}, exact=lambda row: row.arguments["method"] == "nearest"),
]  # fmt: skip
