"""Writes tensors.json: TensorProto files of every element type, stored raw and in typed fields, and what they hold.

Run with onnx 1.23.1, numpy 2: python make.py
"""

import base64
import json
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper

VALUES = {
    "float32": [0.1, -2.5, 3e38, 1e-45],
    "float64": [0.1, -2.5, 1e300, 5e-324],
    "float16": [0.1, -2.5, 65504, 6e-8],
    "int8": [-128, 127, 0, -1],
    "uint8": [0, 255, 7, 128],
    "int16": [-32768, 32767, 0, -1],
    "uint16": [0, 65535, 7, 32768],
    "int32": [-(2**31), 2**31 - 1, 0, -1],
    "uint32": [0, 2**32 - 1, 7, 2**31],
    "int64": [-(2**53), 2**53, 0, -1],
    "uint64": [0, 2**53, 7, 2**32],
    "bool": [True, False, False, True],
}


def row(title, dtype, array, proto):
    """Numbers as float64 text: JSON knows no infinity, and Python prints float64 exactly."""
    return {
        "title": title,
        "name": proto.name,
        "dtype": dtype,
        "shape": list(array.shape),
        "values": [float(x) for x in array.astype(np.float64).ravel()],
        "bytes": base64.b64encode(proto.SerializeToString()).decode(),
    }


def rows():
    for dtype, values in VALUES.items():
        array = np.array(values, dtype=dtype).reshape(2, 2)
        yield row(f"{dtype}, raw", dtype, array, numpy_helper.from_array(array, "raw"))
        code = helper.np_dtype_to_tensor_dtype(array.dtype)
        typed = helper.make_tensor("typed", code, array.shape, array.ravel())
        assert not typed.raw_data
        yield row(f"{dtype}, typed", dtype, array, typed)
    scalar = np.array(3, np.int64)
    yield row("a scalar", "int64", scalar, numpy_helper.from_array(scalar, "scalar"))
    empty = np.zeros((0, 3), np.float32)
    yield row("no elements", "float32", empty, numpy_helper.from_array(empty, ""))


def refused():
    for name in ["BFLOAT16", "FLOAT8E4M3FN", "FLOAT8E5M2FNUZ", "INT4", "UINT4", "FLOAT4E2M1", "COMPLEX64"]:
        code = getattr(TensorProto, name)
        values = [1 + 2j, 0] if name == "COMPLEX64" else [1, 0]
        proto = helper.make_tensor("refused", code, [2], values)
        yield {"type": name.lower(), "bytes": base64.b64encode(proto.SerializeToString()).decode()}
    text = helper.make_tensor("refused", TensorProto.STRING, [1], [b"text"])
    yield {"type": "string", "bytes": base64.b64encode(text.SerializeToString()).decode()}


def main():
    lines = ",\n  ".join(json.dumps(one) for one in rows())
    refusals = ",\n  ".join(json.dumps(one) for one in refused())
    Path(__file__).with_name("tensors.json").write_text(f'{{\n"rows": [\n  {lines}\n],\n"refused": [\n  {refusals}\n]\n}}\n')


main()
