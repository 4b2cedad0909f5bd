"""Runs the rows of one module with one framework: python worker.py MODULE RUN RESULTS."""

import importlib
import logging
import pickle
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

from case import Family, Outputs, Row, Run, tensors_of
from errors import reason


def main(module: str, run: str, file: str) -> None:
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    families: list[Family] = importlib.import_module(module).FAMILIES
    results = dict(
        result for family in families if run in family.runs for result in results_of(family, family.runs[run])
    )
    Path(file).write_bytes(pickle.dumps(results))


def results_of(family: Family, run: Run) -> Iterator[tuple[str, Outputs | str]]:
    for row in family.rows:
        yield f"{family.name}/{row.name}", result_of(family, row, run)


def result_of(family: Family, row: Row, run: Run) -> Outputs | str:
    """The outputs, or why there are none."""
    try:
        return run.run(row, tensors_of(family, row))
    except Exception as error:  # noqa: BLE001 - whatever a framework raises is its answer
        return f"{type(error).__name__}: {reason(error)}"


if __name__ == "__main__":
    main(*sys.argv[1:])
