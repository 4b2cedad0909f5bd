"""Operands by formula, and rows of what a layer makes of them."""

import json
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
f32 = np.float32


def ints(*shape, step=7, modulo=11, dtype=f32):
    """Small integers: sums of products of them are exact in float32."""
    values = (np.arange(int(np.prod(shape))) * step) % modulo - modulo // 2
    return values.reshape(shape).astype(dtype)


def reals(*shape, step=7):
    return (ints(*shape, step=step, modulo=23) / 8 + 0.03).astype(f32)


def number(value):
    if isinstance(value, float):
        return int(value) if value.is_integer() else float("%.9g" % value)
    return value


def encode(value):
    if isinstance(value, (np.ndarray, np.generic)):
        return {
            "shape": list(value.shape),
            "dtype": str(value.dtype),
            "data": [number(v) for v in value.ravel().tolist()],
        }
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {key: encode(item) for key, item in value.items()}
    return value


def row(title, layer, operands, arguments, outputs):
    return encode({"title": title, "layer": layer, "operands": operands, "arguments": arguments, "outputs": outputs})


def write(name, rows):
    lines = ",\n".join(json.dumps(each) for each in rows)
    (HERE / f"{name}.json").write_text(f"[\n{lines}\n]\n")
