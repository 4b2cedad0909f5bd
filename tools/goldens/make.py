"""Makes the golden fixtures, or checks that they come out the same.

python tools/goldens/make.py            writes test-fixtures/goldens
python tools/goldens/make.py --check    makes them in a temporary folder and compares
"""

import argparse
import importlib
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from case import Family, Golden, Outputs, Row, seed_of, tensors_of
from files import differences, write
from verify import others_of
from versions import version_of

HERE = Path(__file__).resolve().parent
GOLDENS = HERE.parents[1] / "test-fixtures" / "goldens"

MODULES = (
    "keras_layers",
    "tensorflow_image",
    "torch_layers",
    "torch_interpolate",
    "jax_layers",
    "onnx_operators",
)

Results = dict[str, Outputs | str]
"""Outputs, or why there are none, by the name of the golden."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing, compare with what is there")
    parser.add_argument("--only", metavar="MODULE", choices=MODULES, nargs="+", help="make only these, into --out")
    parser.add_argument("--out", type=Path, default=GOLDENS, help="another folder than test-fixtures/goldens")
    arguments = parser.parse_args()
    if arguments.only and arguments.out == GOLDENS:
        parser.error("--only needs --out: the goldens have one manifest")
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "goldens"
        made.mkdir()
        write(made, [golden for module in arguments.only or MODULES for golden in goldens_of_module(module)])
        if arguments.check:
            return report(differences(made, arguments.out))
        replace(made, arguments.out)
    return 0


def goldens_of_module(module: str) -> Iterator[Golden]:
    families: Sequence[Family] = importlib.import_module(module).FAMILIES
    results = {run: run_apart(module, run) for run in {run: None for family in families for run in family.runs}}
    for family in families:
        for row in family.rows:
            name = f"{family.name}/{row.name}"
            yield from goldens_of_row(family, row, name, {run: results[run][name] for run in family.runs})


def run_apart(module: str, run: str) -> Results:
    """The results of a run, made in a process of its own: Keras can have only one backend in each."""
    environment = {**os.environ, **QUIET_AND_PORTABLE, "KERAS_BACKEND": run}
    with tempfile.NamedTemporaryFile(suffix=".pickle") as file:
        command = [sys.executable, str(HERE / "worker.py"), module, run, file.name]
        subprocess.run(command, check=True, env=environment)
        results: Results = pickle.load(file)
        return results


# The instruction sets of the machine must not decide last bits where the frameworks let one say so.
QUIET_AND_PORTABLE = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "ATEN_CPU_CAPABILITY": "default",
    "JAX_PLATFORMS": "cpu",
    "CUDA_VISIBLE_DEVICES": "",
    "OMP_NUM_THREADS": "1",
}


def goldens_of_row(family: Family, row: Row, name: str, results: Mapping[str, Outputs | str]) -> Iterator[Golden]:
    """One golden of the first run that takes the row, one of each other with a model that gives something else."""
    ran = {run: result for run, result in results.items() if not isinstance(result, str)}
    if not ran:
        raise ValueError(f"{name}: nobody takes it: {dict(results)}")
    first, outputs = next(iter(ran.items()))
    others = others_of(outputs, {run: result for run, result in results.items() if run != first}, family.exact(row))
    if family.strict and not row.note and any(other != "agrees" for other in others.values()):
        raise ValueError(f"{name}: {others}, and no note says why {first} is right")
    yield golden_of(family, row, name, first, outputs, others)
    for run, other in others.items():
        if other.startswith("differs") and family.runs[run].model:
            yield golden_of(family, row, f"{name}_on_{run}", run, ran[run], {})


def golden_of(family: Family, row: Row, name: str, run: str, outputs: Outputs, others: Mapping[str, str]) -> Golden:
    make = family.runs[run].model or next(iter(family.runs.values())).model
    assert make, f"the first run of {family.name} has no model"
    model = make(row, tensors_of(family, row), outputs)
    return Golden(
        name=name,
        framework=family.framework,
        version=version_of(family.framework, run),
        script=f"tools/goldens/{family.script}",
        seed=seed_of(f"{family.name}/{row.name}"),
        layer=family.layer(row),
        exact=family.exact(row),
        notes="; ".join(filter(None, [row.note, family.note])),
        model=model,
        outputs=outputs[: len(model.proto.graph.output)],
        others=others,
    )


def replace(made: Path, target: Path) -> None:
    """Puts the tree where it belongs; the README beside the manifest stays."""
    target.mkdir(parents=True, exist_ok=True)
    for old in target.iterdir():
        if old.is_dir():
            shutil.rmtree(old)
    shutil.copytree(made, target, dirs_exist_ok=True)


def report(differing: Sequence[str]) -> int:
    for line in differing:
        print(line)
    print(f"{len(differing)} differences" if differing else "unchanged")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
