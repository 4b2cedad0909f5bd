"""Versions as the manifest has them."""

from importlib.metadata import version

DISTRIBUTION = {"tensorflow": "tensorflow-cpu"}


def version_of(framework: str, run: str) -> str:
    """`3.15.1 on tensorflow 2.21.0` where the framework has backends."""
    own = released(framework)
    return own if run == framework else f"{own} on {run} {released(run)}"


def released(framework: str) -> str:
    """Without the name of a build, such as +cpu."""
    return version(DISTRIBUTION.get(framework, framework)).split("+")[0]
