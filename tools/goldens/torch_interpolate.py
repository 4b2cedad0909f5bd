"""torch.nn.functional.interpolate in every mode."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import floor
from typing import Any

import numpy as np

from case import DENORMALS, Family, Outputs, Row, Run, Tensors, X, call, fill, per_axis, single
from graph import Model, doubles, resample, resize
from nearest import takes
from verify import contradicts

SCRIPT = "torch_interpolate.py"

MOVES = ("nearest", "nearest-exact")
LINEAR = ("linear", "bilinear", "trilinear")
CUBIC_ANTIALIASED = -0.5
CUBIC = -0.75


def named(value: Any) -> str:
    return "x".join(named(v) for v in value) if isinstance(value, tuple) else str(value).replace(".", "p")


def interpolate(
    mode: str,
    shape: tuple[int, ...],
    *,
    values: str = "",
    dtype: str = "float32",
    note: str = "",
    **arguments: Any,
) -> Row:
    """A call, named by its arguments."""
    axes = len(shape) - 2
    target = f"to_{named(arguments['size'])}" if "size" in arguments else f"by_{named(arguments['scale_factor'])}"
    parts = [
        f"{mode.replace('-', '_')}{axes}d",
        *(key for key in ("antialias", "align_corners") if arguments.get(key)),
        named(shape[2:]),
        target,
        "recomputed" if arguments.get("recompute_scale_factor") else "",
        "" if dtype == "float32" else dtype,
        values,
        "" if shape[0] == 1 else f"batch_{shape[0]}",
    ]
    values = values or ("distinct" if mode in MOVES else "integers")
    return Row("_".join(filter(None, parts)), shape, {**arguments, "mode": mode}, values, dtype, note)


PLANES: Sequence[tuple[tuple[int, int], tuple[int, int]]] = [
    ((3, 4), (7, 9)), ((7, 9), (3, 4)), ((5, 8), (8, 5)), ((6, 8), (3, 4)), ((4, 5), (1, 1)), ((1, 3), (4, 6)),
    ((4, 4), (4, 6)),
]  # fmt: skip

# Scales that floor the length, keep it, come from floats with many digits, or differ by axis.
PLANE_SCALES: Sequence[tuple[tuple[int, int], Any]] = [
    ((3, 4), 2.0), ((6, 8), 0.5), ((4, 5), 1.5), ((3, 4), 2.3), ((10, 7), 0.6), ((5, 10), (1.4, 0.75)), ((2, 3), 1.3),
]  # fmt: skip

LINES = [(10, 7), (7, 10), (8, 4), (6, 1), (1, 5)]
LINE_SCALES = [(10, 1.4), (7, 2.3), (10, 0.6), (2, 1.3), (13, 0.3)]

# Where float32 misses the exact index; 2 -> 82 and 2 -> 94 at integer scales.
NEAREST_OFF = [(2, 82), (2, 94), (14, 46), (26, 22)]
NEAREST_EXACT_OFF = [(2, 41), (14, 23), (26, 11), (28, 23)]
OFF_NOTE = "float32 decides an index: exact arithmetic takes another element"


def scaled(mode: str, cases: Sequence[tuple[Any, Any]], channels: int = 1, **arguments: Any) -> list[Row]:
    """Every scale as it is given, and two that PyTorch recomputes from the lengths."""
    shapes = [((1, channels, *per_axis(i, 1)), scale) for i, scale in cases]
    rows = [interpolate(mode, shape, scale_factor=scale, **arguments) for shape, scale in shapes]
    return rows + [
        interpolate(mode, shape, scale_factor=scale, recompute_scale_factor=True, **arguments)
        for shape, scale in shapes
        if scale in (2.3, 0.6)
    ]


def sized(mode: str, cases: Sequence[tuple[Any, Any]], **arguments: Any) -> list[Row]:
    return [interpolate(mode, (1, 1, *per_axis(i, 1)), size=tuple(per_axis(o, 1)), **arguments) for i, o in cases]


def nearest_rows() -> list[Row]:
    rows = []
    for mode, off in ((MOVES[0], NEAREST_OFF), (MOVES[1], NEAREST_EXACT_OFF)):
        rows += [
            *sized(mode, LINES),
            *sized(mode, off, note=OFF_NOTE),
            *sized(mode, PLANES[::2]),
            *scaled(mode, LINE_SCALES),
            *scaled(mode, PLANE_SCALES[2:], channels=2),
            interpolate(mode, (1, 1, 2, 3, 4), size=(5, 4, 2)),
            interpolate(mode, (2, 2, 2, 2, 3), scale_factor=2.0),
            interpolate(mode, (1, 1, 3, 2, 4), scale_factor=(1.5, 2.5, 0.6)),
            interpolate(mode, (2, 3, 3, 2), size=(5, 5)),
            interpolate(mode, (0, 2, 3, 4), size=(6, 8)),
            interpolate(mode, (1, 1, 3, 3), size=(5, 5), values="nan"),
            interpolate(mode, (1, 1, 3, 3), scale_factor=2.0, values="inf"),
            interpolate(mode, (1, 1, 3, 3), scale_factor=2.0, values="denormals", note=DENORMALS),
            interpolate(mode, (1, 1, 3, 4), size=(5, 3), dtype="float64"),
            interpolate(mode, (1, 1, 3, 4), size=(5, 3), dtype="float16"),
            interpolate(mode, (1, 1, 3, 4), size=(6, 8), dtype="uint8"),
        ]
    return rows


def linear_rows() -> list[Row]:
    rows = []
    for corners in (False, True):
        scales = slice(None) if not corners else slice(3, 4)
        rows += [
            *sized("linear", LINES, align_corners=corners),
            *sized("bilinear", PLANES, align_corners=corners),
            *scaled("linear", LINE_SCALES[scales], align_corners=corners),
            *scaled("bilinear", PLANE_SCALES[scales], align_corners=corners),
            interpolate("trilinear", (1, 1, 2, 3, 4), size=(5, 4, 2), align_corners=corners),
            interpolate("trilinear", (1, 2, 2, 2, 3), scale_factor=2.0, align_corners=corners),
            interpolate("trilinear", (1, 1, 3, 2, 4), scale_factor=(1.5, 2.5, 0.6), align_corners=corners),
            interpolate("trilinear", (1, 1, 3, 1, 2), size=(1, 4, 3), align_corners=corners),
        ]
    return rows + [
        interpolate("trilinear", (1, 1, 3, 2, 4), scale_factor=(1.5, 2.5, 0.6), recompute_scale_factor=True),
        interpolate("bilinear", (0, 2, 3, 4), size=(6, 8)),
        interpolate("bilinear", (3, 2, 2, 3), scale_factor=2.0),
        interpolate("bilinear", (1, 1, 3, 4), scale_factor=2.0, values="nan"),
        interpolate("bilinear", (1, 1, 3, 4), scale_factor=2.0, values="inf"),
        interpolate("bilinear", (1, 2, 5, 7), size=(9, 11), values="reals"),
        interpolate("bilinear", (1, 1, 3, 4), size=(5, 6), dtype="float64"),
        interpolate("bilinear", (1, 1, 3, 4), size=(6, 8), dtype="float16"),
        interpolate("linear", (1, 1, 3), size=(128,)),
        interpolate("linear", (1, 1, 128), size=(3,)),
    ]


def cubic_rows() -> list[Row]:
    return [
        *sized("bicubic", PLANES, align_corners=False),
        *sized("bicubic", PLANES, align_corners=True),
        *scaled("bicubic", PLANE_SCALES, align_corners=False),
        *scaled("bicubic", PLANE_SCALES[3:4], align_corners=True),
        interpolate("bicubic", (2, 3, 3, 4), scale_factor=2.0),
        interpolate("bicubic", (0, 1, 3, 4), size=(6, 8)),
        interpolate("bicubic", (1, 1, 4, 4), scale_factor=2.0, values="nan"),
        interpolate("bicubic", (1, 2, 5, 7), size=(9, 11), values="reals"),
        interpolate("bicubic", (1, 1, 3, 4), size=(5, 6), dtype="float64"),
    ]


def antialias_rows() -> list[Row]:
    rows = []
    for mode in ("bilinear", "bicubic", "lanczos"):
        more: dict[str, Any] = {"antialias": True, "align_corners": False}
        rows += [
            *sized(mode, PLANES, **more),
            *scaled(mode, PLANE_SCALES[4:6], **more),
            interpolate(mode, (1, 2, 13, 17), size=(4, 5), values="reals", **more),
        ]
    for mode in ("bilinear", "bicubic"):
        note = "half-pixel centres (from - 1) / (to - 1) apart"
        rows += sized(mode, PLANES[:4], align_corners=True, antialias=True, note=note)
    return rows


def area_rows() -> list[Row]:
    return [
        *sized("area", LINES),
        *sized("area", PLANES),
        *scaled("area", PLANE_SCALES[2:4]),
        interpolate("area", (1, 1, 6, 9), size=(2, 3)),
        interpolate("area", (1, 1, 4, 3, 6), size=(2, 3, 4)),
        interpolate("area", (1, 2, 4, 2, 6), scale_factor=0.5),
        interpolate("area", (1, 1, 5, 7), size=(3, 2), values="reals"),
    ]


def rows() -> list[Row]:
    return [*nearest_rows(), *linear_rows(), *cubic_rows(), *antialias_rows(), *area_rows()]


def layer(row: Row) -> str:
    return call("torch.nn.functional.interpolate", X, **row.arguments)


def tensors(row: Row, rng: np.random.Generator) -> Tensors:
    return {"x": fill(rng, row.shape, row)}


def run(row: Row, tensors: Tensors) -> Outputs:
    import torch

    return [torch.nn.functional.interpolate(torch.from_numpy(tensors["x"]), **row.arguments).numpy()]


def model(row: Row, tensors: Tensors, outputs: Outputs) -> Model:
    """Resize or AveragePool where they mean the same; the call itself where they do not."""
    for operator, attributes in plain(row, outputs[0].shape):
        made = single(tensors["x"], outputs, partial(operator, **attributes))
        if row.arguments["mode"] not in MOVES or is_moved_alike(row, tensors, outputs, attributes, made):
            return made
    return single(tensors["x"], outputs, partial(resample, profile="torch", **attributes_of_call(row)))


def attributes_of_call(row: Row) -> dict[str, Any]:
    axes, arguments = len(row.shape) - 2, dict(row.arguments)
    if "size" in arguments:
        arguments["size"] = per_axis(arguments["size"], axes)
    if "scale_factor" in arguments:
        arguments["scale_factor"] = doubles("scale_factor", per_axis(arguments["scale_factor"], axes))
    return {key: int(value) if isinstance(value, bool) else value for key, value in arguments.items()}


Operator = Callable[..., str]


def plain(row: Row, to: tuple[int, ...]) -> list[tuple[Operator, dict[str, Any]]]:
    """What ONNX's operators would be given, the most natural first."""
    mode = row.arguments["mode"]
    if mode == "area":
        return average_pool(row.shape, to)
    antialias, corners = row.arguments.get("antialias", False), row.arguments.get("align_corners", False)
    if mode == "lanczos" or (antialias and corners):
        return []
    attributes = {**RESIZE[mode], **({"coordinate_transformation_mode": "align_corners"} if corners else {})}
    if antialias:
        attributes |= {"antialias": 1, "exclude_outside": 1}
        attributes |= {"cubic_coeff_a": CUBIC_ANTIALIASED} if mode == "bicubic" else {}
    return [(resize, {**attributes, **extent}) for extent in extents(row, to)]


RESIZE: Mapping[str, Mapping[str, Any]] = {
    "nearest": {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"},
    "nearest-exact": {"mode": "nearest", "nearest_mode": "round_prefer_ceil"},
    **{mode: {"mode": "linear"} for mode in LINEAR},
    "bicubic": {"mode": "cubic", "cubic_coeff_a": CUBIC},
}


def extents(row: Row, to: tuple[int, ...]) -> list[dict[str, Any]]:
    """Scales, where PyTorch takes coordinates from them and they floor to its lengths; else sizes."""
    mode, arguments = row.arguments["mode"], row.arguments
    by_lengths = "size" in arguments or arguments.get("recompute_scale_factor") or arguments.get("align_corners")
    if by_lengths:
        return [{"sizes": to}]
    given = [1.0, 1.0, *per_axis(arguments["scale_factor"], len(to) - 2)]
    if mode in LINEAR and not arguments.get("antialias"):
        # PyTorch forgets the scale of an axis that keeps its length.
        given = [1.0 if i == o else scale for i, o, scale in zip(row.shape, to, given, strict=True)]
    scales = [float(np.float32(scale)) for scale in given]
    floors = all(floor(i * s) == o for i, o, s in zip(row.shape, to, scales, strict=True))
    by_scales = [{"scales": scales}] if floors else []
    return [*by_scales, {"sizes": to}] if mode in MOVES else by_scales


def average_pool(shape: tuple[int, ...], to: tuple[int, ...]) -> list[tuple[Operator, dict[str, Any]]]:
    pairs = list(zip(shape[2:], to[2:], strict=True))
    if any(i % o for i, o in pairs):
        return []
    window = [i // o for i, o in pairs]
    return [(lambda graph, x, **a: graph.node("AveragePool", x, **a), {"kernel_shape": window, "strides": window})]


def is_moved_alike(row: Row, tensors: Tensors, outputs: Outputs, attributes: dict[str, Any], made: Model) -> bool:
    """Whether exact arithmetic and onnxruntime's both take the elements that PyTorch takes."""
    rule = "asymmetric_floor" if row.arguments["mode"] == "nearest" else "half_pixel_prefer_ceil"
    scales = dict(enumerate(attributes["scales"])) if "scales" in attributes else None
    return takes(tensors["x"], outputs[0], rule, scales) and not contradicts(made, outputs)


FAMILIES = [
    Family("torch-interpolate", "torch", SCRIPT, rows(), layer, tensors, {"torch": Run(run, model)},
           exact=lambda row: row.arguments["mode"] in MOVES),
]  # fmt: skip
