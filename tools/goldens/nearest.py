"""Nearest-neighbour indices in exact arithmetic, to tell where a framework's float32 recipe is off."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import ceil, floor

import numpy as np

from graph import Array

Index = Callable[[int, int, int, Fraction], int]

HALF = Fraction(1, 2)

INDEX: Mapping[str, Index] = {
    "asymmetric_floor": lambda d, i, o, scale: floor(d / scale),
    "half_pixel_prefer_ceil": lambda d, i, o, scale: floor((d + HALF) / scale),
    "half_pixel_prefer_floor": lambda d, i, o, scale: ceil((d + HALF) / scale - 1),
    "align_corners_prefer_ceil": lambda d, i, o, scale: floor(Fraction(d * (i - 1), max(o - 1, 1)) + HALF),
}


def takes(x: Array, y: Array, rule: str, scales: Mapping[int, float] | None = None) -> bool:
    """Whether y is x taken at the exact indices of the rule, on every axis whose length or scale says so."""
    for axis, (i, o) in enumerate(zip(x.shape, y.shape, strict=True)):
        scale = Fraction((scales or {}).get(axis, Fraction(o, i) if i else 1))
        if i == o and scale == 1:
            continue
        index = [min(max(INDEX[rule](d, i, o, scale), 0), i - 1) for d in range(o)]
        x = np.take(x, index, axis)
    return np.array_equal(x, y, equal_nan=x.dtype.kind == "f")


def on_steps(pairs: Sequence[tuple[int, int]], rule: str, steps: int = 1024) -> bool:
    """Whether every coordinate of (from, to) lies on a multiple of 1 / steps."""
    return all((coordinate(d, i, o, rule) * steps).denominator == 1 for i, o in pairs for d in range(o))


def coordinate(d: int, i: int, o: int, rule: str) -> Fraction:
    match rule:
        case "half_pixel":
            return (d + HALF) * Fraction(i, o) - HALF
        case "asymmetric":
            return d * Fraction(i, o)
        case "align_corners":
            return Fraction(d * (i - 1), max(o - 1, 1))
    raise ValueError(rule)
