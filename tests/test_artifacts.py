"""What a release ships for assistants and installers: the same bytes twice, of the published forms, and the bundle starts."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import importlib.util
import io
import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest

import compute_cost
from tests.support import ROOT, command, skip

pytestmark = pytest.mark.slow
OWNED = {"Repository": "https://github.com/example/costs", "Issues": "https://github.com/example/costs/issues"}
TEXT: dict[str, Any] = {"type": "string", "minLength": 1}


def script(name: str) -> ModuleType:
    """A file of .ci, which is no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / ".ci" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


artifacts, notices = script("artifacts"), script("notice")


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The wheel, built twice from two copies of the source whose files have other times."""
    uv = shutil.which("uv") or skip("needs uv")
    found = []
    for turn in range(2):
        folder = tmp_path_factory.mktemp("source")
        for name in ("core", "xlplugin", "agent_tools"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        (folder / "docs").mkdir()
        for name in ("pyproject.toml", "README.md", "LICENSE", "NOTICE", "docs/accuracy.md"):
            shutil.copy(ROOT / name, folder / name)
        for path in folder.rglob("*"):
            os.utime(path, (1_000_000_000 + turn * 86_400,) * 2)
        environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
        done = subprocess.run(
            [uv, "build", "--quiet", "--wheel", "--out-dir", str(folder / "dist")],
            cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        found.append(next((folder / "dist").glob("*.whl")))
    return found


def test_the_wheel_has_the_same_bytes_twice(wheels: list[Path]) -> None:
    first, second = (hashlib.sha256(wheel.read_bytes()).hexdigest() for wheel in wheels)
    assert first == second


def test_the_wheel_holds_its_license_the_notice_and_every_sources_license(wheels: list[Path]) -> None:
    with zipfile.ZipFile(wheels[0]) as wheel:
        names = wheel.namelist()
        for name in ("LICENSE", "NOTICE"):
            assert any(one.endswith(f".dist-info/licenses/{name}") for one in names), name
        rows = list(csv.DictReader(io.StringIO(wheel.read("compute_cost/data/sources.csv").decode())))
        assert rows
        assert "license" in rows[0]
        assert not [one for one in names if "skills" in one or "tests" in one]


def test_bundle_and_skill_have_the_same_bytes_twice(wheels: list[Path], tmp_path: Path) -> None:
    for turn, wheel in enumerate(wheels):
        artifacts.bundle(wheel, tmp_path / f"{turn}.mcpb", OWNED)
        artifacts.skill(tmp_path / f"{turn}.zip")
    for kind in ("mcpb", "zip"):
        assert (tmp_path / f"0.{kind}").read_bytes() == (tmp_path / f"1.{kind}").read_bytes()
    with zipfile.ZipFile(tmp_path / "0.zip") as skill:
        assert {"compute-cost/SKILL.md", "compute-cost/LICENSE.txt", "compute-cost/scripts/new_model.py"} <= set(skill.namelist())


# Version 0.4 of the bundle's manifest, as far as ours goes: no other member may stand in it.
MANIFEST: dict[str, Any] = {
    "type": "object",
    "properties": {
        "manifest_version": {"const": "0.4"},
        **dict.fromkeys(("name", "display_name", "version", "description", "license", "icon"), TEXT),
        **{name: {"type": "string", "format": "uri"} for name in ("homepage", "documentation", "support")},
        "author": {
            "type": "object",
            "properties": {"name": TEXT, "email": TEXT, "url": TEXT},
            "required": ["name"],
            "additionalProperties": False,
        },
        "repository": {
            "type": "object",
            "properties": {"type": TEXT, "url": TEXT},
            "required": ["type", "url"],
            "additionalProperties": False,
        },
        "server": {
            "type": "object",
            "properties": {
                "type": {"const": "uv"},
                "entry_point": TEXT,
                "mcp_config": {
                    "type": "object",
                    "properties": {"command": TEXT, "args": {"type": "array", "items": TEXT}},
                    "required": ["command"],
                    "additionalProperties": False,
                },
            },
            "required": ["type", "entry_point"],
            "additionalProperties": False,
        },
        "tools_generated": {"type": "boolean"},
        "prompts_generated": {"type": "boolean"},
        "compatibility": {
            "type": "object",
            "properties": {
                "platforms": {"type": "array", "items": {"enum": ["darwin", "win32", "linux"]}},
                "runtimes": {"type": "object", "properties": {"python": TEXT, "node": TEXT}, "additionalProperties": False},
            },
            "additionalProperties": False,
        },
    },
    "required": ["manifest_version", "name", "version", "description", "author", "server"],
    "additionalProperties": False,
}
# server.json of 2025-12-11 with one bundle.
REGISTRY: dict[str, Any] = {
    "type": "object",
    "properties": {
        "$schema": {"const": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"},
        "name": {"type": "string", "pattern": r"^[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+$", "minLength": 3, "maxLength": 200},
        "title": {"type": "string", "minLength": 1, "maxLength": 100},
        "description": {"type": "string", "minLength": 1, "maxLength": 100},
        "version": {"type": "string", "maxLength": 255, "pattern": r"^\d+\.\d+\.\d+$"},
        "repository": {"type": "object", "properties": {"url": TEXT, "source": {"const": "github"}}, "required": ["url", "source"]},
        "packages": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {
                    "registryType": {"const": "mcpb"},
                    "identifier": {"type": "string", "pattern": r"^https://github\.com/.+\.mcpb$"},
                    "version": TEXT,
                    "fileSha256": {"type": "string", "pattern": "^[a-f0-9]{64}$"},
                    "transport": {"const": {"type": "stdio"}},
                },
                "required": ["registryType", "identifier", "fileSha256", "transport"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["$schema", "name", "description", "version", "packages"],
    "additionalProperties": False,
}


@pytest.mark.parametrize("urls", [{}, OWNED])
def test_the_manifest_is_of_the_published_form(urls: dict[str, str]) -> None:
    made = artifacts.manifest(compute_cost.__version__, urls)
    jsonschema.validate(made, MANIFEST)
    assert ("repository" in made) == bool(urls)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(made | {"more": 1}, MANIFEST)


def test_server_json_names_the_release_of_the_owner_and_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "compute-cost.mcpb").write_bytes(b"bytes")
    made = artifacts.server_json(tmp_path / "compute-cost.mcpb", "1.2.3", OWNED)
    jsonschema.validate(made, REGISTRY)
    assert made["name"] == "io.github.example/compute-cost"
    package = made["packages"][0]
    assert package["identifier"] == "https://github.com/example/costs/releases/download/v1.2.3/compute-cost.mcpb"
    assert package["fileSha256"] == hashlib.sha256(b"bytes").hexdigest()
    for urls in ({}, {"Repository": "https://example.com/costs"}):
        with pytest.raises(ValueError, match="Repository"):
            artifacts.server_json(tmp_path / "compute-cost.mcpb", "1.2.3", urls)


def test_the_bundle_starts_as_its_manifest_says_and_answers(wheels: list[Path], tmp_path: Path) -> None:
    """As a client does: unpack, put the folder in place of its variable, start, and speak MCP."""
    from mcp import Client, StdioServerParameters

    artifacts.bundle(wheels[0], tmp_path / "compute-cost.mcpb", {})
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(tmp_path / "compute-cost.mcpb") as packed:
        packed.extractall(folder)
    start = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["server"]["mcp_config"]
    arguments = [one.replace("${__dirname}", str(folder)) for one in start["args"]]
    passed = {name: value for name, value in os.environ.items() if name not in ("UV_NO_SYNC", "UV_PROJECT_ENVIRONMENT", "VIRTUAL_ENV")}

    async def talk() -> Any:
        async with Client(StdioServerParameters(command=start["command"], args=arguments, env=passed)) as client:
            tools = {tool.name for tool in (await client.list_tools()).tools}
            return tools, await client.call_tool("train_cost", {"params": "GPT-3"})

    tools, answer = asyncio.run(asyncio.wait_for(talk(), 240))
    assert "train_cost" in tools
    assert answer.structured_content["unit"] == "USD"
    assert (folder / ".venv").is_dir(), "it ran what the bundle installs, not what the tests have"


def test_the_site_has_the_same_bytes_twice(static_addin: Path, tmp_path: Path) -> None:
    """Its memory snapshot too, which a Python in Node leaves."""
    done = command("sheets", "static", str(tmp_path / "again"))
    assert done.returncode == 0, done.stderr
    for name, folder in (("first", static_addin), ("second", tmp_path / "again")):
        artifacts.archive(tmp_path / f"{name}.zip", artifacts.files(folder))
    with zipfile.ZipFile(tmp_path / "first.zip") as site:
        assert {"index.html", "taskpane.html", "snapshot.bin.gz", "licenses.txt"} <= set(site.namelist())
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()


def test_the_release_says_what_the_changelog_says_of_its_version() -> None:
    text = "# Changelog\n\n## 0.2.0 (2026-01-02)\n\n### Moved\n\n- all\n\n## 0.1.0 (2026-01-01)\n\nThe first.\n"
    assert artifacts.notes(text, "0.2.0").endswith("### Moved\n\n- all\n")
    assert artifacts.notes(text, "0.1.0").endswith("\n\nThe first.\n")
    assert "compute_cost-0.1.0-py3-none-any.whl" in artifacts.notes(text, "0.1.0")
    with pytest.raises(ValueError, match="nothing"):
        artifacts.notes(text, "0.3.0")


def test_the_notice_names_every_source_under_its_license() -> None:
    row = {"id": "a", "title": "A", "publisher": "P", "url": "https://a.example", "date": "2026", "license": "MIT", "note": ""}
    text = notices.notice([row, row | {"id": "b", "license": "", "url": ""}, row | {"id": "c", "license": "Apache-2.0"}])
    assert text.index("Apache-2.0\n---") < text.index("MIT\n---") < text.index("No license named")
    assert "a: A. P, https://a.example, 2026\n" in text
    assert text.endswith("b: A. P, 2026\n")
    assert (ROOT / "NOTICE").read_text(encoding="utf-8").startswith(notices.HEAD)
