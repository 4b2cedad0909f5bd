"""Checks every ONNX file under the given folders with onnx.checker: structure, and inferred against written shapes."""

import sys
from collections import Counter
from pathlib import Path

import onnx


def problem(path: Path) -> str | None:
    try:
        onnx.checker.check_model(str(path), full_check=True)
        model = onnx.load(path, load_external_data=False)
        onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        return str(error).strip()
    return None


def main(folders: list[str]) -> int:
    paths = sorted(path for folder in folders for path in Path(folder).rglob("*.onnx"))
    problems = {path: text for path in paths if (text := problem(path)) is not None}
    for path, text in problems.items():
        print(f"{path}\n    {text}")
    versions = Counter(
        opset.version for path in paths for opset in onnx.load(path, load_external_data=False).opset_import
    )
    print(f"onnx {onnx.__version__}: {len(paths)} files, {len(problems)} with problems, operator sets {dict(versions)}")
    return 1 if problems or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
