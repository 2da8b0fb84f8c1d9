"""How each assistant is told of the MCP server: the configuration that it reads, printed or written into its file.

What differs between the assistants stands in clients.toml and nowhere else.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from compute_cost.command import files
from compute_cost.errors import InputError

NAME = "compute-cost"
URL = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(/[\w./~-]*)?")


@dataclass(frozen=True)
class Client:
    """One assistant: `entry` is the server as it writes one down, `file` where, `key` the object that holds the servers."""

    title: str
    steps: str
    key: str
    file: Path | None
    entry: Mapping[str, Any]

    def text(self) -> str:
        """The configuration as it stands in the client's file; of a client without one, the address."""
        if self.file is None:
            return str(self.entry["url"]) + "\n"
        if self.file.suffix == ".toml":
            lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in self.entry.items()]  # these are TOML too
            return "\n".join([f"[{self.key}.{NAME}]", *lines, ""])
        return json.dumps({self.key: {NAME: self.entry}}, indent=2, ensure_ascii=False) + "\n"


def names() -> list[str]:
    return list(_table())


def client(name: str, url: str | None = None) -> Client:
    """The client of that name, with the server on this machine or the one at `url`. Raises InputError where it can't be had."""
    if name not in _table():
        raise InputError("--config", name, f"give one of {', '.join(names())}")
    row = _table()[name]
    if url is not None and not URL.fullmatch(url):
        raise InputError("--url", url, "give the address of a server, such as https://costs.example.com/mcp")
    if url is None and "local" not in row:
        raise InputError("--config", name, f"{row['title']} starts no server on your machine; give the address of one with --url")
    if url is not None and "remote" not in row:
        raise InputError("--url", url, f"{row['title']} takes no address in its file; add the server in its settings, under Connectors")
    entry = _filled(row["local"] if url is None else row["remote"], {"{command}": _program(), "{url}": url or ""})
    file = row.get("file")
    if isinstance(file, Mapping):
        file = file.get(sys.platform, file["linux"])
    return Client(row["title"], row["steps"], row.get("key", ""), Path(file).expanduser() if file else None, entry)


def written(assistant: Client) -> Path:
    """Puts the server into the client's file and leaves all else in it as it is. Raises InputError where that can't be done safely."""
    if assistant.file is None:
        raise InputError("--write", assistant.title, "it keeps its servers in its settings; add the printed address there")
    target = assistant.file.resolve()  # where people link to the file, the link stays
    try:
        before = target.read_text(encoding="utf-8-sig") if target.exists() else ""
        after = (_with_toml if target.suffix == ".toml" else _with_json)(assistant, before)
        target.parent.mkdir(parents=True, exist_ok=True)
        files.write(target, after.encode(), private=True)  # it may hold the secrets of other servers
    except (OSError, UnicodeDecodeError) as problem:
        raise InputError(
            "--write", assistant.file, f"it can't be read and written ({problem}); add what is printed without --write"
        ) from None
    return assistant.file


def _with_json(assistant: Client, before: str) -> str:
    try:
        content = json.loads(before) if before.strip() else {}
        if not isinstance(content, dict) or not isinstance(content.setdefault(assistant.key, {}), dict):
            raise ValueError("it holds no object")
    except ValueError as problem:  # a file with comments, for example: they would be lost
        raise InputError("--write", assistant.file, f"it is not plain JSON ({problem}); add what is printed without --write") from None
    content[assistant.key][NAME] = assistant.entry
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _with_toml(assistant: Client, before: str) -> str:
    try:
        servers = tomllib.loads(before).get(assistant.key, {})
        if not isinstance(servers, dict) or NAME in servers:
            raise ValueError(f"it names {NAME} already, or no servers")
        after = f"{before.rstrip()}\n\n{assistant.text()}".lstrip()
        tomllib.loads(after)
    except ValueError as problem:
        raise InputError(
            "--write", assistant.file, f"nothing can be added to it ({problem}); change it by what is printed without --write"
        ) from None
    return after


def _program() -> str:
    """The whole path of the command: what a desktop starts knows no terminal's PATH."""
    folders = [os.environ.get("PATH", ""), str(Path(sys.executable).parent)]
    return shutil.which(NAME, path=os.pathsep.join(folders)) or NAME


def _filled(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _filled(inner, words) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, words) for inner in value]
    return words.get(value, value)


@cache
def _table() -> dict[str, dict[str, Any]]:
    return tomllib.loads(resources.files("compute_cost_tools").joinpath("clients.toml").read_text(encoding="utf-8"))
