"""What tests share: worked examples, chips and models, the command, npm packages, and skipping where an engine is missing."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import pytest
import yaml

from compute_cost import catalogue, registry
from compute_cost.catalogue.records import Accelerator, Model
from compute_cost.result import Result

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Example:
    """A worked example of tests/published: a call, its published answer and where that is from."""

    name: str
    source: str
    estimate: str
    arguments: dict[str, Any]
    value: float
    unit: str
    relative_tolerance: float = 1e-12

    @property
    def cells(self) -> list[Any]:
        """The arguments as a spreadsheet passes them: in their order, None where left out, then what replaces assumptions."""
        given = [self.arguments.get(parameter.name) for parameter in registry.get(self.estimate).parameters]
        while given and given[-1] is None:
            given.pop()
        return [*given, *(f"{name}={value}" for name, value in self.arguments.get("assume", {}).items())]


@cache
def worked_examples() -> tuple[Example, ...]:
    paths = sorted((ROOT / "tests" / "published").glob("*.yaml"))
    return tuple(Example(**row) for path in paths for row in yaml.safe_load(path.read_text(encoding="utf-8")))


@cache
def _sample_calls() -> dict[str, dict[str, Any]]:
    samples: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docs" / "samples.yaml").read_text(encoding="utf-8"))
    for example in reversed(worked_examples()):
        samples[example.estimate] = example.arguments
    return samples


def sample_call(name: str) -> dict[str, Any]:
    """Arguments that the estimate answers: of its first worked example, or of its sample in the reference. A caller may change them."""
    calls = _sample_calls()
    assert name in calls, f"{name} has no example: one of tests/published/*.yaml, or a sample call of docs/samples.yaml"
    return {key: value for key, value in calls[name].items() if key != "assume"}


def chip(name: str, /, **other: Any) -> Accelerator:
    """A chip of the catalogue, with some of its figures made up; of a made-up memory its driver reports every byte."""
    row = catalogue.accelerators().get(name)
    assert row, name
    if "memory" in other:
        other.setdefault("memory_reported", other["memory"] * 1e9 / 2**20)
    return replace(row, **other)


def model(name: str, /, **other: Any) -> Model:
    """A model of the catalogue, with some of its figures made up."""
    row = catalogue.models().get(name)
    assert row, name
    return replace(row, **other)


def number(value: float | str) -> float:
    """The value of an answer or a figure that is a number and no text."""
    assert isinstance(value, float), value
    return value


def figure(result: Result, name: str) -> float:
    """A named figure of an answer, which is a number."""
    return number(result.values[name].value)


def skip(reason: str) -> NoReturn:
    """Skip on a machine without the engine; in CI every engine must be there. At the top of a file it skips the whole file."""
    if os.environ.get("COMPUTE_COST_NO_SKIP"):
        pytest.fail(f"skipping is forbidden here: {reason}")
    pytest.skip(reason, allow_module_level=True)


def needs(module: str, group: str) -> Any:
    """The module of a package that a dependency group brings, or a skip that says how to get it."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as missing:
        if missing.name != module.split(".")[0]:
            raise  # it is there but broken
    skip(f"needs {module}: uv sync --group {group}")


def npm_package(name: str, version: str) -> Path:
    """The folder of an npm package at exactly this version, for tests that run in Node: `npm_package("x", "1.0") / "bin.js"`.

    Installed once into this user's cache and never into the repository; its own packages stand beside it.
    """
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "compute-cost" / "npm"
    home = caches / f"{name.replace('/', '+')}@{version}"
    npm = shutil.which("npm")
    if not npm or not shutil.which("node"):
        skip("needs Node and npm")
    elif not home.exists():
        caches.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=caches) as folder:
            new = Path(folder, "new")  # renamed when whole: an interrupted install is not found later
            new.mkdir()
            arguments = ["install", "--prefix", str(new), "--no-audit", "--no-fund", "--ignore-scripts", f"{name}@{version}"]
            done = subprocess.run([npm, *arguments], capture_output=True, text=True, encoding="utf-8", timeout=300, check=False)
            assert done.returncode == 0, done.stderr
            try:
                new.rename(home)
            except OSError:
                assert home.exists(), f"{home} could not be made"  # else another run was faster
    return home / "node_modules" / name


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """The folder that `make` fills, once for all workers of a run: who comes first makes it, and the others wait for it."""
    folder = factory.getbasetemp()
    folder = (folder.parent if os.environ.get("PYTEST_XDIST_WORKER") else folder) / name
    whole, failed = folder.with_suffix(".whole"), folder.with_suffix(".failed")
    try:
        folder.mkdir()
    except FileExistsError:
        latest = time.monotonic() + 600  # for a worker that is gone
        while not whole.exists():
            assert not failed.exists(), f"another worker could not make {name}: see its tests"
            assert time.monotonic() < latest, f"another worker has not made {name}"
            time.sleep(0.1)
        return folder
    try:
        make(folder)
    except BaseException:
        failed.touch()
        raise
    whole.touch()
    return folder


def command(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run compute-cost as a user does, in a process of its own."""
    code = "from compute_cost.command.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        capture_output=True, text=True, encoding="utf-8", cwd=ROOT, timeout=300, check=False, **options,
    )  # fmt: skip
