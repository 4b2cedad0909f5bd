"""What onnxruntime and ONNX's reference evaluator make of a golden."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnxruntime
from onnx.reference import ReferenceEvaluator

from case import Golden, Outputs
from errors import reason
from graph import DOMAIN, Array, Model

# Coordinates and weights are float32 in most frameworks: a few units in the last place of values around 10.
TOLERANCE = {"float16": 2e-3, "float32": 1e-5, "float64": 1e-5}


def same(expected: Array, actual: Array, exact: bool) -> bool:
    if expected.shape != actual.shape or expected.dtype != actual.dtype:
        return False
    if exact or expected.dtype.kind != "f":
        return np.array_equal(expected, actual, equal_nan=expected.dtype.kind == "f")
    tolerance = TOLERANCE[expected.dtype.name]
    scale = float(np.max(np.abs(expected), initial=1, where=np.isfinite(expected)))
    return np.allclose(expected, actual, rtol=tolerance, atol=tolerance * scale, equal_nan=True)


def by_onnxruntime(model: Model) -> Outputs:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    # Without rewrites: the kernel of the very node is asked.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model.proto.SerializeToString(), options, ["CPUExecutionProvider"])
    outputs: Outputs = session.run(None, model.inputs)
    return outputs


def by_reference(model: Model) -> Outputs:
    outputs: Any = ReferenceEvaluator(model.proto).run(None, dict(model.inputs))
    return list(outputs)


def contradicts(model: Model, outputs: Outputs) -> bool:
    """Whether onnxruntime takes the model and computes something else, be it in the last bit."""
    try:
        actual = by_onnxruntime(model)
    except Exception:  # noqa: BLE001 - whatever it raises, it does not take the model
        return False
    return not all(same(e, a, exact=True) for e, a in zip(outputs, actual, strict=True))


def verdict(golden: Golden) -> str:
    """`agrees`, `rejects: why` or `differs: by how much`, the latter two with what the reference evaluator says."""
    if any(node.domain == DOMAIN for node in golden.model.proto.graph.node):
        return f"rejects: the domain {DOMAIN}"
    try:
        actual = by_onnxruntime(golden.model)
    except Exception as error:  # noqa: BLE001 - whatever it raises is its answer
        return f"rejects: {reason(error)}; the reference evaluator {reference_verdict(golden)}"
    result = compared(golden, actual)
    if result == "agrees":
        return result
    reference = reference_verdict(golden)
    if reference != "agrees":
        raise ValueError(
            f"{golden.name}: onnxruntime {result}, the reference evaluator {reference}: is the model right?"
        )
    return f"{result}; the reference evaluator {reference}"


def reference_verdict(golden: Golden) -> str:
    try:
        actual = by_reference(golden.model)
    except Exception:  # noqa: BLE001 - whatever it raises is its answer
        return "fails"
    return compared(golden, actual)


def compared(golden: Golden, actual: Outputs) -> str:
    return told(golden.outputs, actual, golden.exact)


def told(expected: Outputs, actual: Outputs, exact: bool) -> str:
    """`agrees` or `differs: ` and the first difference."""
    for e, a in zip(expected, actual, strict=True):
        if not same(e, a, exact):
            return f"differs: {difference(e, a)}"
    return "agrees"


def difference(expected: Array, actual: Array) -> str:
    if expected.shape != actual.shape or expected.dtype != actual.dtype:
        return f"it is {actual.dtype} {list(actual.shape)}"
    e, a = expected.astype(np.float64), actual.astype(np.float64)
    if np.any(np.isnan(e) != np.isnan(a)):
        return "where it is NaN"
    with np.errstate(invalid="ignore"):
        return f"by {np.nanmax(np.abs(e - a), initial=0):.2g} at most"


def others_of(reference: Outputs, runs: Mapping[str, Outputs | str], exact: bool) -> dict[str, str]:
    """How other runs of the same call compare."""
    return {
        name: f"rejects: {run}" if isinstance(run, str) else told(reference, run, exact) for name, run in runs.items()
    }
