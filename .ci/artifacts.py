"""What a release ships for assistants and installers, made from the built wheel: python .ci/artifacts.py WHEEL SITE FOLDER

FOLDER gets compute-cost.mcpb (one file that Claude Desktop and others open), compute-cost-skill.zip, as one file each the site (the
calculator and the add-in that need no server) and its own folder workbooks, the release's words from the changelog, and, once the owner
has put the repository's address into [project.urls] of pyproject.toml, server.json for the MCP registry. The same wheel gives the same
bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from compute_cost.command.files import zipped

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ICON = ROOT / "xlplugin" / "compute_cost_sheets" / "hosts" / "office_js" / "static" / "icon-80.png"
SKILL = ROOT / "agent_tools" / "skills" / "compute-cost"
BUNDLE = "compute-cost.mcpb"
INSTALL = """With the files of this release in a folder, one line installs what they were tested with, checked by its hashes:

    uv venv && uv pip install --constraint constraints.txt "compute_cost-VERSION-py3-none-any.whl[sheets,serve,assistants]"

(`uv tool install` takes the same file and its versions, but does not compare the hashes.)

compute-cost.mcpb opens in Claude Desktop; compute-cost-skill.zip is a skill for agents; compute-cost.xlam (Excel on Windows) and
compute-cost.oxt (LibreOffice) are add-ins; compute-cost-site.zip is the calculator and an add-in for any static host.
"""
SERVER = """from compute_cost_tools.mcp_server import serve

serve()
"""


def archive(target: Path, contents: Mapping[str, bytes]) -> None:
    """A zip of these files, the same bytes in whatever order they are found."""
    target.write_bytes(zipped(dict(sorted(contents.items()))))


def manifest(version: str, urls: Mapping[str, str]) -> dict[str, Any]:
    """The bundle's manifest, version 0.4: uv installs the wheel that lies in the bundle, and starts the server."""
    told = {
        "manifest_version": "0.4",
        "name": PROJECT["name"],
        "display_name": "Compute Cost",
        "version": version,
        "description": PROJECT["description"],
        "author": {"name": PROJECT["authors"][0]["name"]},
        "license": PROJECT["license"],
        "icon": "icon.png",
        "server": {
            "type": "uv",
            "entry_point": "server.py",
            "mcp_config": {"command": "uv", "args": ["run", "--directory", "${__dirname}", "server.py"]},
        },
        "tools_generated": True,
        "prompts_generated": True,
        "compatibility": {"platforms": ["darwin", "win32", "linux"], "runtimes": {"python": PROJECT["requires-python"]}},
    }
    if "Repository" in urls:
        told["repository"] = {"type": "git", "url": urls["Repository"]}
    return told | {key: urls[name] for key, name in (("documentation", "Documentation"), ("support", "Issues")) if name in urls}


def bundle(wheel: Path, target: Path, urls: Mapping[str, str]) -> None:
    """The .mcpb file."""
    version = wheel.name.split("-")[1]
    project = f"""[project]
name = "compute-cost-bundle"
version = "{version}"
requires-python = "{PROJECT["requires-python"]}"
dependencies = ["compute-cost[mcp]"]

[tool.uv.sources]
compute-cost = {{ path = "{wheel.name}" }}
"""
    contents = {
        "manifest.json": json.dumps(manifest(version, urls), indent=2).encode() + b"\n",
        "pyproject.toml": project.encode(),
        "server.py": SERVER.encode(),
        "icon.png": ICON.read_bytes(),
        wheel.name: wheel.read_bytes(),
        **{name: (ROOT / name).read_bytes() for name in PROJECT["license-files"]},
    }
    archive(target, contents)


def server_json(bundled: Path, version: str, urls: Mapping[str, str]) -> dict[str, Any]:
    """The entry of the MCP registry: the bundle in the release of the owner's repository. Raises ValueError without one on GitHub."""
    found = re.fullmatch(r"https://github\.com/([\w.-]+)/([\w.-]+)", urls.get("Repository", ""))
    if not found:
        raise ValueError("pyproject.toml: [project.urls] names no Repository on GitHub")
    description = PROJECT["description"].partition(":")[0].rstrip(".") + "."  # at most 100 characters may stand there
    return {
        "$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
        "name": f"io.github.{found[1]}/{PROJECT['name']}",
        "title": "Compute Cost",
        "description": description,
        "version": version,
        "repository": {"url": found[0], "source": "github"},
        "packages": [
            {
                "registryType": "mcpb",
                "identifier": f"{found[0]}/releases/download/v{version}/{bundled.name}",
                "version": version,
                "fileSha256": hashlib.sha256(bundled.read_bytes()).hexdigest(),
                "transport": {"type": "stdio"},
            }
        ],
    }


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its name there."""
    paths = [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def skill(target: Path) -> None:
    """The skill folder as one file, with its own name at the top."""
    contents = files(SKILL) | {"LICENSE.txt": (ROOT / "LICENSE").read_bytes()}
    archive(target, {f"{SKILL.name}/{name}": content for name, content in contents.items()})


def notes(changelog: str, version: str) -> str:
    """What the changelog says of a version, and how it is installed. Raises ValueError for a version that it does not name."""
    found = re.search(rf"^## {re.escape(version)}\b[^\n]*\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    if not found:
        raise ValueError(f"CHANGELOG.md says nothing of {version}")
    return f"{INSTALL.replace('VERSION', version)}\n{found[1].strip()}\n"


def main() -> None:
    wheel, site, folder = (Path(argument) for argument in sys.argv[1:])
    version = wheel.name.split("-")[1]
    urls: dict[str, str] = PROJECT.get("urls", {})
    bundle(wheel, folder / BUNDLE, urls)
    skill(folder / "compute-cost-skill.zip")
    archive(folder / "compute-cost-site.zip", files(site))
    archive(folder / "compute-cost-workbooks.zip", files(folder / "workbooks"))
    (folder / "NOTES.md").write_text(notes((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), version), encoding="utf-8", newline="\n")
    try:
        told = server_json(folder / BUNDLE, version, urls)
    except ValueError as problem:
        print(f"no server.json: {problem}", file=sys.stderr)
    else:
        (folder / "server.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
