"""The tree of goldens: folders in the layout of ONNX's backend tests, and the manifest."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper

from case import Golden
from graph import Array
from verify import verdict

MANIFEST = "manifest.json"


def write(root: Path, goldens: Sequence[Golden]) -> None:
    """Writes every golden below an empty folder, then the manifest, one case a line."""
    entries = [entry(golden, write_case(root / golden.name, golden)) for golden in goldens]
    lines = ",\n".join(json.dumps(e, ensure_ascii=False) for e in sorted(entries, key=lambda e: e["name"]))
    (root / MANIFEST).write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def write_case(folder: Path, golden: Golden) -> dict[str, str]:
    """The sha-256 of each file written."""
    onnx.checker.check_model(golden.model.proto)
    files = {"model.onnx": golden.model.proto.SerializeToString(deterministic=True)}
    graph = golden.model.proto.graph
    for i, value in enumerate(graph.input):
        files[f"test_data_set_0/input_{i}.pb"] = tensor_bytes(value.name, golden.model.inputs[value.name])
    for i, (value, array) in enumerate(zip(graph.output, golden.outputs, strict=True)):
        files[f"test_data_set_0/output_{i}.pb"] = tensor_bytes(value.name, array)
    (folder / "test_data_set_0").mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


def tensor_bytes(name: str, array: Array) -> bytes:
    data: bytes = numpy_helper.from_array(array, name).SerializeToString(deterministic=True)
    return data


def entry(golden: Golden, sha256: dict[str, str]) -> dict[str, Any]:
    family = golden.name.split("/")[0]
    fields = {
        "name": golden.name,
        "family": family,
        "framework": golden.framework,
        "version": golden.version,
        "script": golden.script,
        "seed": golden.seed,
        "layer": golden.layer,
        "exact": golden.exact,
        "onnxruntime": verdict(golden),
        "others": golden.others,
        "notes": golden.notes,
        "sha256": sha256,
    }
    return {key: value for key, value in fields.items() if value not in ("", {})}


def differences(made: Path, kept: Path) -> list[str]:
    """What is missing, superfluous or other in the kept tree, a line each."""
    new, old = hashes(made), hashes(kept)
    lines = [f"missing: {name}" for name in sorted(new.keys() - old.keys())]
    lines += [f"superfluous: {name}" for name in sorted(old.keys() - new.keys())]
    return lines + [
        f"differs{how_far(made / name, kept / name)}: {name}"
        for name in sorted(new.keys() & old.keys())
        if new[name] != old[name]
    ]


def hashes(root: Path) -> dict[str, str]:
    """sha-256 of every file but the README, by its path inside the tree."""
    files = [path for path in root.rglob("*") if path.is_file() and path.name != "README.md"]
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def how_far(new: Path, old: Path) -> str:
    """Another processor may round the last bit otherwise: that is told from a change of values."""
    if new.suffix != ".pb":
        return ""
    a, b = (numpy_helper.to_array(onnx.load_tensor(str(path))) for path in (new, old))
    if a.shape != b.shape or a.dtype != b.dtype:
        return ""
    with np.errstate(invalid="ignore"):
        return f" by {np.nanmax(np.abs(a.astype(np.float64) - b.astype(np.float64)), initial=0):.2g}"
