"""The workflows: every action pinned by version, no right that is not needed, and each system runs what .ci/run runs there."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support import ROOT

FOLDER = ROOT / ".github" / "workflows"
NAMES = sorted(path.name for path in FOLDER.glob("*.yml"))


def workflow(name: str) -> dict[Any, Any]:
    content: dict[Any, Any] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return content


def steps(name: str, job: str) -> Iterator[dict[str, Any]]:
    yield from workflow(name)["jobs"][job].get("steps", [])


def commands(name: str, job: str) -> str:
    return "\n".join(step.get("run", "") for step in steps(name, job))


def test_there_are_workflows() -> None:
    assert NAMES == ["ci.yml", "release.yml"]


@pytest.mark.parametrize("name", NAMES)
def test_actions_and_systems_are_pinned_and_rights_are_least(name: str) -> None:
    content = workflow(name)
    assert content["permissions"] == {"contents": "read"}
    for job, told in content["jobs"].items():
        for step in steps(name, job):
            if "uses" in step:
                assert re.fullmatch(r"actions/[a-z-]+@v\d+\.\d+\.\d+", step["uses"]), step["uses"]
        systems = told.get("strategy", {}).get("matrix", {}).get("os", [told.get("runs-on", "")])
        assert not [system for system in systems if "latest" in system]
        assert set(told.get("permissions", {})) <= {"contents", "id-token"}


def test_the_full_run_is_the_same_script() -> None:
    assert "bash .ci/run" in commands("ci.yml", "full")


def test_every_system_runs_what_needs_no_other_program() -> None:
    """The kinds of step of .ci/run, by what they start; just check is its checks."""
    systems = workflow("ci.yml")["jobs"]["portable"]["strategy"]["matrix"]["os"]
    assert [system.partition("-")[0] for system in systems] == ["windows", "macos", "ubuntu"]
    whole, portable = (ROOT / ".ci" / "run").read_text(encoding="utf-8"), commands("ci.yml", "portable")
    for step in ("ask --offline", "pytest", "uv build --quiet --wheel"):
        assert step in whole, step
        assert step in portable, step
    assert "just check" in portable
    assert workflow("ci.yml")["jobs"]["portable"]["env"]["UV_CONSTRAINT"] == ".ci/constraints.txt"


def test_a_release_is_made_by_a_tag_after_every_check() -> None:
    content = workflow("release.yml")
    assert content[True] == {"push": {"tags": ["v*"]}}, "YAML reads the word on as true"
    assert content["jobs"]["ci"] == {"uses": "./.github/workflows/ci.yml"}
    assert "workflow_call" in workflow("ci.yml")[True]
    assert content["jobs"]["publish"]["needs"] == "ci"
    ran = commands("release.yml", "publish")
    assert ran.index("--version") < ran.index("bash .ci/release dist") < ran.index("gh release create")
    assert content["jobs"]["registry"]["if"] == "vars.PUBLISH_TO_REGISTRY == 'yes'"


@pytest.mark.skipif(sys.platform == "win32", reason="the full run is for Linux")
@pytest.mark.parametrize(("between", "code", "said"), [("true", 0, "first\nsecond\nreached\n"), ("false", 1, "first\n")])
def test_what_runs_beside_the_steps_can_end_the_full_run(between: str, code: int, said: str, tmp_path: Path) -> None:
    """At the first command that fails, as everywhere in the script; without a failure its words are shown all the same.

    Its folder goes at the end, and so does what still runs.
    """
    whole = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    words = whole[whole.index("declare -A started") : whole.index("debian()")].rpartition("\n}\n")[0] + "\n}\n"
    job = f"job() {{ echo first; {between}; echo second; }}"
    (ending,) = re.findall("^trap .*$", (ROOT / ".ci" / "pinned").read_text(encoding="utf-8"), re.MULTILINE)
    steps = [f"mkdir {tmp_path}/work; work={tmp_path}/work", ending, words, job, "beside it job", "beside more sleep 60", "joined it"]
    script = "\n".join(["set -euo pipefail", *steps, "echo reached"])
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (code, said)
    assert list(tmp_path.iterdir()) == []
