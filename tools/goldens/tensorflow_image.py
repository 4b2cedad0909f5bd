"""tf.image: resize, crop_and_resize and the resizes of TensorFlow 1; depth_to_space and back."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from case import Family, Outputs, Row, Run, Tensors, X, call, fill, single
from graph import Graph, Model, channels_first, channels_last, resample, resize
from nearest import on_steps, takes
from verify import contradicts

SCRIPT = "tensorflow_image.py"

Plane = tuple[int, int]
Attributes = dict[str, Any]

PLANES: Sequence[tuple[Plane, Plane]] = [
    ((3, 4), (7, 9)), ((9, 11), (4, 5)), ((5, 8), (8, 5)), ((3, 4), (6, 8)), ((8, 6), (4, 3)), ((4, 5), (1, 1)),
    ((1, 3), (4, 6)),
]  # fmt: skip

# Where float32 misses the exact index.
HALF_PIXEL_OFF = [((1, 2), (1, 41)), ((26, 1), (11, 2))]
LEGACY_OFF = [((1, 2), (1, 82)), ((26, 1), (22, 2))]
ALIGNED_OFF = [((14, 1), (23, 1)), ((1, 32), (2, 15))]
OFF_NOTE = "float32 decides an index: exact arithmetic takes another element"


def named(lengths: Sequence[int]) -> str:
    return "x".join(map(str, lengths))


def image(
    prefix: str,
    plane: Plane,
    size: Plane,
    *,
    batch: int = 1,
    channels: int = 1,
    values: str = "",
    dtype: str = "float32",
    note: str = "",
    **arguments: Any,
) -> Row:
    """A call on [batch, *plane, channels], named by its arguments."""
    flags = [key for key, value in arguments.items() if value is True]
    more = ["" if dtype == "float32" else dtype, values, "" if batch == 1 else f"batch_{batch}"]
    name = "_".join(filter(None, [prefix, *flags, named(plane), "to", named(size), *more]))
    values = values or ("distinct" if "nearest" in prefix else "integers")
    return Row(name, (batch, *plane, channels), {"size": list(size), **arguments}, values, dtype, note)


SIMPLE = ("bilinear", "nearest", "bicubic", "area")
METHODS = (*SIMPLE, "lanczos3", "lanczos5", "gaussian", "mitchellcubic")
ANTIALIASED = ("bilinear", "bicubic", "lanczos3", "lanczos5", "gaussian", "mitchellcubic")


def resize_rows() -> list[Row]:
    rows = [image(m, *sizes, method=m) for m in METHODS for sizes in PLANES[:: 1 if m in SIMPLE else 2]]
    rows += [image(m, *sizes, method=m, antialias=True) for m in ANTIALIASED for sizes in PLANES[1:6]]
    rows += [image("nearest", *sizes, method="nearest", note=OFF_NOTE) for sizes in HALF_PIXEL_OFF]
    rows += [image("nearest", (3, 4), (5, 6), method="nearest", dtype=t) for t in ("uint8", "int32", "float64")]
    for m in ("bilinear", "bicubic", "lanczos3"):
        rows += [image(m, (5, 7), (8, 6), method=m, batch=2, channels=3, values="reals"),
                 image(m, (5, 7), (2, 3), method=m, antialias=True, channels=2, values="reals")]  # fmt: skip
    return rows + [
        image("bilinear", (3, 4), (5, 6), method="bilinear", dtype="uint8", note="the output is float32"),
        image("bilinear", (3, 4), (6, 8), method="bilinear", dtype="float16", note="the output is float32"),
        image("bilinear", (3, 4), (6, 8), method="bilinear", values="nan"),
        image("bilinear", (3, 4), (6, 8), method="bilinear", batch=0),
        image("nearest", (3, 4), (6, 8), method="nearest", batch=0),
        image("nearest", (3, 4), (6, 8), method="nearest", values="inf"),
        image("bilinear", (4, 6), (9, 9), method="bilinear", preserve_aspect_ratio=True, note="the output is 6 x 9"),
        image("bicubic", (4, 6), (3, 3), method="bicubic", preserve_aspect_ratio=True, antialias=True,
              note="the output is 2 x 3"),
    ]  # fmt: skip


def resize_layer(row: Row) -> str:
    return call("tf.image.resize", X, **row.arguments)


def image_tensors(row: Row, rng: np.random.Generator) -> Tensors:
    return {"x": fill(rng, row.shape, row)}


def run_resize(row: Row, tensors: Tensors) -> Outputs:
    import tensorflow as tf

    return [tf.image.resize(tensors["x"], **row.arguments).numpy()]


CATMULL_ROM = {"mode": "cubic", "cubic_coeff_a": -0.5, "exclude_outside": 1}
NEAREST = {
    "mode": "nearest",
    "coordinate_transformation_mode": "half_pixel",
    "nearest_mode": "round_prefer_ceil",
}


def resize_attributes(row: Row, to: Plane) -> Attributes | None:
    """Attributes of Resize; None for what it cannot say."""
    antialias = {"antialias": 1, "exclude_outside": 1} if row.arguments.get("antialias") else {}
    match row.arguments["method"]:
        case "nearest":
            return NEAREST
        case "bilinear":
            return {"mode": "linear", **antialias}
        case "bicubic" if antialias or on_steps(list(zip(row.shape[1:3], to, strict=True)), "half_pixel"):
            return {**CATMULL_ROM, **antialias}
    return None


def resize_model(row: Row, tensors: Tensors, outputs: Outputs) -> Model:
    to = outputs[0].shape[1:3]
    attributes = resize_attributes(row, to)
    if attributes:
        made = resized(tensors, outputs, attributes)
        if row.arguments["method"] != "nearest" or is_moved_alike("half_pixel_prefer_ceil", tensors, outputs, made):
            return made
    if row.arguments["method"] == "area" and not any(i % o for i, o in zip(row.shape[1:3], to, strict=True)):
        return averaged(tensors, outputs)
    return resampled(row, tensors, outputs, "tf")


def resized(tensors: Tensors, outputs: Outputs, attributes: Attributes) -> Model:
    """Resize between transposes, on float32 unless the elements are only moved."""
    n, h, w, c = outputs[0].shape
    cast = tensors["x"].dtype != outputs[0].dtype

    def layer(graph: Graph, x: str) -> str:
        x = graph.node("Cast", x, to=1) if cast else x
        y = resize(graph, channels_first(graph, x, 4), sizes=[n, c, h, w], **attributes)
        return channels_last(graph, y, 4)

    return single(tensors["x"], outputs, layer)


def averaged(tensors: Tensors, outputs: Outputs) -> Model:
    """Area, where each output covers a whole number of elements."""
    window = [i // o for i, o in zip(tensors["x"].shape[1:3], outputs[0].shape[1:3], strict=True)]

    def layer(graph: Graph, x: str) -> str:
        x = channels_first(graph, x, 4)
        return channels_last(graph, graph.node("AveragePool", x, kernel_shape=window, strides=window), 4)

    return single(tensors["x"], outputs, layer)


def resampled(row: Row, tensors: Tensors, outputs: Outputs, profile: str) -> Model:
    """The call, its `size` being the one that comes out."""
    arguments: Attributes = {k: int(v) if isinstance(v, bool) else v for k, v in row.arguments.items()}
    arguments.pop("preserve_aspect_ratio", None)
    arguments |= {"size": outputs[0].shape[1:3], "data_format": "channels_last"}
    return single(tensors["x"], outputs, partial(resample, profile=profile, **arguments))


def is_moved_alike(rule: str, tensors: Tensors, outputs: Outputs, made: Model) -> bool:
    """Whether exact arithmetic and onnxruntime's both take the elements that TensorFlow takes."""
    return takes(tensors["x"], outputs[0], rule) and not contradicts(made, outputs)


# TensorFlow 1: where a coordinate lies is an argument.
LEGACY_METHODS = ("bilinear", "nearest_neighbor", "bicubic", "area")
COORDINATES: Sequence[Attributes] = [{}, {"align_corners": True}, {"half_pixel_centers": True}]


def legacy_rows() -> list[Row]:
    rows = []
    for method in LEGACY_METHODS:
        for flags in COORDINATES:
            if method == "area" and "half_pixel_centers" in flags:
                continue
            rows += [image(method, *sizes, **flags) for sizes in (*PLANES[:3], PLANES[5])]
    for flags, off in zip(COORDINATES, (LEGACY_OFF, ALIGNED_OFF, HALF_PIXEL_OFF), strict=True):
        rows += [image("nearest_neighbor", *sizes, note=OFF_NOTE, **flags) for sizes in off]
    return rows + [
        image("bilinear", (5, 7), (8, 6), batch=2, channels=3, values="reals"),
        image("bicubic", (5, 7), (8, 6), align_corners=True, channels=2, values="reals"),
        image("nearest_neighbor", (3, 4), (5, 6), dtype="uint8"),
        image("bilinear", (2, 2), (4, 4), note="[0, 1] becomes 0 0.5 1 1, not 0 0.25 0.75 1"),
    ]


def legacy_layer(row: Row) -> str:
    return call(f"tf.compat.v1.image.resize_{legacy_method(row)}", X, **row.arguments)


def legacy_method(row: Row) -> str:
    return next(method for method in LEGACY_METHODS if row.name.startswith(method))


def run_legacy(row: Row, tensors: Tensors) -> Outputs:
    import tensorflow as tf

    function = getattr(tf.compat.v1.image, f"resize_{legacy_method(row)}")
    return [function(tensors["x"], **row.arguments).numpy()]


LEGACY_NEAREST = {
    "asymmetric": "floor",
    "align_corners": "round_prefer_ceil",
    "half_pixel": "round_prefer_ceil",
}


def legacy_coordinates(row: Row) -> str:
    if row.arguments.get("align_corners"):
        return "align_corners"
    return "half_pixel" if row.arguments.get("half_pixel_centers") else "asymmetric"


def legacy_attributes(row: Row) -> Attributes | None:
    where = legacy_coordinates(row)
    mode = {"coordinate_transformation_mode": where}
    pairs = list(zip(row.shape[1:3], row.arguments["size"], strict=True))
    match legacy_method(row):
        case "nearest_neighbor":
            return {"mode": "nearest", "nearest_mode": LEGACY_NEAREST[where], **mode}
        case "bilinear":
            return {"mode": "linear", **mode}
        case "bicubic" if on_steps(pairs, where):
            return {**CATMULL_ROM, **mode} if where == "half_pixel" else {"mode": "cubic", **mode}
    return None


LEGACY_RULES = {
    "asymmetric": "asymmetric_floor",
    "align_corners": "align_corners_prefer_ceil",
    "half_pixel": "half_pixel_prefer_ceil",
}


def legacy_model(row: Row, tensors: Tensors, outputs: Outputs) -> Model:
    attributes, method = legacy_attributes(row), legacy_method(row)
    if attributes:
        made = resized(tensors, outputs, attributes)
        rule = LEGACY_RULES[legacy_coordinates(row)]
        if method != "nearest_neighbor" or is_moved_alike(rule, tensors, outputs, made):
            return made
    call = Row(row.name, row.shape, {**row.arguments, "method": method})
    return resampled(call, tensors, outputs, "tf1")


def crop(
    name: str,
    plane: Plane,
    boxes: Sequence[Sequence[float]],
    size: Plane,
    *,
    batch: int = 1,
    box_indices: Sequence[int] | None = None,
    note: str = "",
    values: str = "integers",
    **options: Any,
) -> Row:
    indices = list(box_indices or [0] * len(boxes))
    arguments = {
        "boxes": [list(box) for box in boxes],
        "box_indices": indices,
        "crop_size": list(size),
        **options,
    }
    return Row(f"crop_and_resize_{name}", (batch, *plane, 2), arguments, values, "float32", note)


# Boxes are [y1, x1, y2, x2], 0 and 1 being the first and last element.
CROP_ROWS = [
    crop("whole", (4, 5), [[0, 0, 1, 1]], (7, 9)),
    crop("inner", (5, 5), [[0.25, 0.25, 0.75, 0.75]], (4, 4)),
    crop("inner_down", (9, 7), [[0.125, 0.25, 0.875, 1]], (3, 2)),
    crop("same_size", (4, 4), [[0.25, 0, 0.75, 1]], (4, 8),
         note="an axis that keeps its length is cropped all the same"),
    crop("outside", (4, 4), [[-0.5, -0.25, 1.5, 1.25]], (6, 5)),
    crop("outside_extrapolation", (4, 4), [[-0.5, -0.25, 1.5, 1.25]], (6, 5), extrapolation_value=10.0),
    crop("all_outside", (3, 3), [[1.5, 1.5, 2, 2]], (2, 3), extrapolation_value=-2.0),
    crop("flipped", (4, 5), [[1, 1, 0, 0]], (5, 6), note="an end before its start mirrors"),
    crop("one_pixel", (4, 5), [[0.25, 0.5, 0.75, 1]], (1, 1), note="a single output is the middle of the box"),
    crop("one_row", (4, 5), [[0, 0.25, 1, 0.75]], (1, 4)),
    crop("of_one_pixel", (1, 1), [[0, 0, 1, 1]], (3, 3)),
    crop("fractions", (6, 7), [[0.13, 0.21, 0.87, 0.94]], (5, 8), values="reals"),
    crop("two_boxes", (4, 4), [[0, 0, 0.5, 1], [0.25, 0.25, 1, 1]], (3, 5)),
    crop("boxes_of_a_batch", (4, 5), [[0, 0, 1, 1], [0.25, 0, 0.75, 1], [0, 0.5, 1, 1]], (3, 3), batch=2,
         box_indices=[1, 0, 1]),
    crop("nearest_whole", (4, 5), [[0, 0, 1, 1]], (7, 9), method="nearest", values="distinct"),
    crop("nearest_inner", (5, 5), [[0.25, 0.25, 0.75, 0.75]], (4, 4), method="nearest", values="distinct"),
    crop("nearest_ties", (5, 5), [[0, 0, 1, 1]], (9, 9), method="nearest", values="distinct",
         note="coordinates halfway between two elements take the further one"),
    crop("nearest_outside", (4, 4), [[-0.5, 0, 1.5, 1]], (6, 5), method="nearest", extrapolation_value=7.0,
         values="distinct"),
    crop("nearest_one_pixel", (4, 5), [[0, 0, 1, 1]], (1, 1), method="nearest", values="distinct"),
]  # fmt: skip


def crop_layer(row: Row) -> str:
    return call("tf.image.crop_and_resize", X, **row.arguments)


def run_crop(row: Row, tensors: Tensors) -> Outputs:
    import tensorflow as tf

    return [tf.image.crop_and_resize(tensors["x"], **row.arguments).numpy()]


def crop_model(row: Row, tensors: Tensors, outputs: Outputs) -> Model:
    """One Resize a box on the image it names, put together along the batch."""
    arguments, (_, h, w, c) = row.arguments, outputs[0].shape
    attributes: Attributes = {
        "coordinate_transformation_mode": "tf_crop_and_resize",
        "extrapolation_value": arguments.get("extrapolation_value"),
        "mode": "nearest" if arguments.get("method") == "nearest" else "linear",
        "nearest_mode": "round_prefer_ceil" if arguments.get("method") == "nearest" else None,
    }
    graph = Graph()
    x = channels_first(graph, graph.input("x", tensors["x"]), 4)
    crops = []
    for i, (box, index) in enumerate(zip(arguments["boxes"], arguments["box_indices"], strict=True)):
        y1, x1, y2, x2 = box
        image = graph.node("Gather", x, graph.ints(f"image{i}", [index]), axis=0) if row.shape[0] > 1 else x
        roi = graph.constant(f"roi{i}", np.array([0, 0, y1, x1, 1, 1, y2, x2], np.float32))
        sizes = graph.ints(f"sizes{i}", [1, c, h, w])
        crops.append(graph.node("Resize", image, roi, "", sizes, **attributes))
    y = graph.node("Concat", *crops, axis=0) if len(crops) > 1 else crops[0]
    return graph.model({channels_last(graph, y, 4): outputs[0]})


def block(layer: str, size: int, shape: tuple[int, ...], dtype: str = "float32", note: str = "") -> Row:
    name = "_".join(filter(None, [layer, str(size), named(shape), "" if dtype == "float32" else dtype]))
    return Row(name, shape, {"layer": layer, "block_size": size}, "distinct", dtype, note)


BLOCK_ROWS = [
    block("depth_to_space", 2, (1, 2, 3, 8)),
    block("depth_to_space", 3, (1, 2, 2, 9)),
    block("depth_to_space", 2, (2, 1, 2, 12)),
    block("depth_to_space", 4, (1, 1, 1, 16)),
    block("depth_to_space", 2, (0, 2, 2, 4)),
    block("depth_to_space", 2, (1, 2, 2, 4), "int32"),
    block("depth_to_space", 2, (1, 2, 2, 4), "uint8"),
    block("depth_to_space", 2, (1, 2, 2, 4), "float64"),
    block("depth_to_space", 2, (1, 2, 2, 4), "float16"),
    block("space_to_depth", 2, (1, 4, 6, 2)),
    block("space_to_depth", 3, (1, 3, 6, 1)),
    block("space_to_depth", 2, (2, 2, 4, 3)),
    block("space_to_depth", 2, (1, 2, 4, 1), "int64"),
]


def run_block(row: Row, tensors: Tensors) -> Outputs:
    import tensorflow as tf

    return [getattr(tf.nn, row.arguments["layer"])(tensors["x"], row.arguments["block_size"]).numpy()]


def block_model(row: Row, tensors: Tensors, outputs: Outputs) -> Model:
    size = row.arguments["block_size"]

    def layer(graph: Graph, x: str) -> str:
        x = channels_first(graph, x, 4)
        if row.arguments["layer"] == "depth_to_space":
            return channels_last(graph, graph.node("DepthToSpace", x, blocksize=size, mode="DCR"), 4)
        return channels_last(graph, graph.node("SpaceToDepth", x, blocksize=size), 4)

    return single(tensors["x"], outputs, layer)


FAMILIES = [
    Family("tf-resize", "tensorflow", SCRIPT, resize_rows(), resize_layer, image_tensors,
           {"tensorflow": Run(run_resize, resize_model)},
           exact=lambda row: row.arguments["method"] == "nearest"),
    Family("tf1-resize", "tensorflow", SCRIPT, legacy_rows(), legacy_layer, image_tensors,
           {"tensorflow": Run(run_legacy, legacy_model)},
           exact=lambda row: legacy_method(row) == "nearest_neighbor"),
    Family("tf-crop-and-resize", "tensorflow", SCRIPT, CROP_ROWS, crop_layer, image_tensors,
           {"tensorflow": Run(run_crop, crop_model)},
           exact=lambda row: row.arguments.get("method") == "nearest"),
    Family("tf-depth-to-space", "tensorflow", SCRIPT, BLOCK_ROWS,
           lambda row: call(f"tf.nn.{row.arguments['layer']}", X, block_size=row.arguments["block_size"]),
           image_tensors, {"tensorflow": Run(run_block, block_model)}, exact=lambda _: True,
           note="row and column in the block first, then channel: DepthToSpace in mode DCR"),
]  # fmt: skip
