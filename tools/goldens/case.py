"""What a golden is made from: a family of rows, each one call of a framework's layer."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from graph import Array, Graph, Model

Tensors = dict[str, Array]
Outputs = list[Array]
Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """One call: its arguments as the framework has them, and the values fed to it."""

    name: str
    shape: tuple[int, ...]
    arguments: Arguments = field(default_factory=dict)
    values: str = "integers"
    dtype: str = "float32"
    note: str = ""


RunRow = Callable[[Row, Tensors], Outputs]
MakeModel = Callable[[Row, Tensors, Outputs], Model]


@dataclass(frozen=True)
class Run:
    """One framework, or one backend of a framework."""

    run: RunRow
    """The outputs that it computes; the only function that may import it."""
    model: MakeModel | None = None
    """What it computes in ONNX's terms. Without it, a run that differs from the first one makes no golden."""


@dataclass(frozen=True)
class Family:
    """A folder of goldens: rows, who runs them, and how they are said in ONNX's terms."""

    name: str
    framework: str
    script: str
    rows: Sequence[Row]
    layer: Callable[[Row], str]
    tensors: Callable[[Row, np.random.Generator], Tensors]
    """The inputs and weights of a row; every generator of the same seed gives the same."""
    runs: Mapping[str, Run]
    """By name. The first one that takes a row decides, the others are compared with it."""
    exact: Callable[[Row], bool]
    """Whether every order of summation gives these very bits: elements are moved, or small integers summed."""
    note: str = ""
    strict: bool = False
    """A row without a note is one that all runs agree on."""


@dataclass(frozen=True)
class Golden:
    name: str
    framework: str
    version: str
    script: str
    seed: int
    layer: str
    exact: bool
    notes: str
    model: Model
    outputs: Outputs
    others: Mapping[str, str] = field(default_factory=dict)
    """What other frameworks or backends give for the same call, by their name."""


def seed_of(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")


def tensors_of(family: Family, row: Row) -> Tensors:
    return family.tensors(row, np.random.default_rng(seed_of(f"{family.name}/{row.name}")))


@dataclass(frozen=True)
class Name:
    """An argument that stands for a tensor in the text of a call."""

    name: str

    def __repr__(self) -> str:
        return self.name


X = Name("x")


def call(function: str, *positional: Any, **arguments: Any) -> str:
    """A call as Python spells it."""
    parts = [repr(value) for value in positional] + [f"{key}={value!r}" for key, value in arguments.items()]
    return f"{function}({', '.join(parts)})"


T = TypeVar("T")


def per_axis(value: T | Sequence[T], axes: int) -> list[T]:
    return list(value) if isinstance(value, (tuple, list)) else [value] * axes  # type: ignore[list-item]


def integers(rng: np.random.Generator, shape: Sequence[int], dtype: str, largest: int = 4) -> Array:
    """Small integers without 0, so that a missing product shows."""
    low = 1 if dtype.startswith("u") else -largest
    values = rng.integers(low, largest, shape)
    return np.where(values >= 0, values + (low < 0), values).astype(dtype)


def distinct(rng: np.random.Generator, shape: Sequence[int], dtype: str) -> Array:
    """No value twice (but modulo 256 in 8-bit types), so that a wrong index shows."""
    size = int(np.prod(shape))
    return (rng.permutation(size) + 1).reshape(shape).astype(dtype)


def reals(rng: np.random.Generator, shape: Sequence[int], dtype: str) -> Array:
    return rng.standard_normal(shape).astype(dtype)


def special(rng: np.random.Generator, shape: Sequence[int], dtype: str, values: Sequence[float]) -> Array:
    """Distinct integers with the values at the first and, backwards, at the last elements."""
    array = distinct(rng, shape, dtype)
    flat = array.reshape(-1)
    flat[: len(values)] = values
    flat[flat.size - len(values) :] = values[::-1]
    return array


SPECIALS: Mapping[str, Sequence[float]] = {
    "nan": [np.nan],
    "inf": [np.inf],
    "infs": [np.inf, -np.inf],
    "denormals": [1e-40, -3e-42, 1.401298464324817e-45, -0.0],
}

DENORMALS = "float32 denormals, which GPUs may flush to 0"


def fill(rng: np.random.Generator, shape: Sequence[int], row: Row) -> Array:
    """The values that the row asks for."""
    if row.values in SPECIALS:
        return special(rng, shape, row.dtype, SPECIALS[row.values])
    makers = {"integers": integers, "distinct": distinct, "reals": reals}
    return makers[row.values](rng, shape, row.dtype)


def single(x: Array, outputs: Outputs, layer: Callable[[Graph, str], str]) -> Model:
    """The model of one input x, one output y and the layer between them."""
    graph = Graph()
    return graph.model({layer(graph, graph.input("x", x)): outputs[0]})
