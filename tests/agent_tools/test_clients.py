"""The configuration that each assistant reads: of the shape it documents, from one table, written into its file without harm."""

from __future__ import annotations

import json
import os
import stat
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from compute_cost.errors import InputError
from compute_cost_tools import clients
from tests.support import command

URL = "https://costs.example.com/mcp"
LOCAL = {"command": {"type": "string"}, "args": {"const": ["mcp"]}}


def shape(key: str, entry: dict[str, Any], **also: Any) -> dict[str, Any]:
    """One server by our name in that object, with exactly these members."""
    whole = {"type": "object", "properties": entry | also, "required": [*entry, *also], "additionalProperties": False}
    servers = {"type": "object", "properties": {"compute-cost": whole}, "required": ["compute-cost"], "additionalProperties": False}
    return {"type": "object", "properties": {key: servers}, "required": [key], "additionalProperties": False}


def bearer(variable: str) -> dict[str, Any]:
    return {"type": "object", "properties": {"Authorization": {"const": f"Bearer {variable}"}}, "required": ["Authorization"]}


# What each client's own documentation says it reads: from this machine, and from a server that runs already.
SHAPES = {
    "claude-desktop": (shape("mcpServers", LOCAL), None),
    "claude-code": (
        shape("mcpServers", LOCAL, type={"const": "stdio"}),
        shape("mcpServers", {"type": {"const": "http"}, "url": {"const": URL}}, headers=bearer("${COMPUTE_COST_TOKEN}")),
    ),
    "codex": (
        shape("mcp_servers", LOCAL),
        shape("mcp_servers", {"url": {"const": URL}, "bearer_token_env_var": {"const": "COMPUTE_COST_TOKEN"}}),
    ),
    "gemini": (shape("mcpServers", LOCAL), shape("mcpServers", {"httpUrl": {"const": URL}}, headers=bearer("$COMPUTE_COST_TOKEN"))),
    "cursor": (shape("mcpServers", LOCAL), shape("mcpServers", {"url": {"const": URL}}, headers=bearer("${env:COMPUTE_COST_TOKEN}"))),
    "vscode": (
        shape("servers", LOCAL, type={"const": "stdio"}),
        shape("servers", {"type": {"const": "http"}, "url": {"const": URL}}, headers=bearer("${env:COMPUTE_COST_TOKEN}")),
    ),
    "zed": (
        shape("context_servers", LOCAL, env={"type": "object"}),
        shape("context_servers", {"url": {"const": URL}}, headers=bearer("TOKEN")),
    ),
}


def read(one: clients.Client) -> Any:
    assert one.file
    return (tomllib.loads if one.file.suffix == ".toml" else json.loads)(one.text())


@pytest.mark.parametrize("name", SHAPES)
def test_each_configuration_has_its_clients_shape(name: str) -> None:
    local, remote = SHAPES[name]
    jsonschema.validate(read(clients.client(name)), local)
    if remote is None:
        with pytest.raises(InputError, match="takes no address"):
            clients.client(name, URL)
    else:
        jsonschema.validate(read(clients.client(name, URL)), remote)


@pytest.mark.parametrize("name", ["chatgpt", "claude-excel"])
def test_a_client_without_a_file_gets_the_address(name: str) -> None:
    assert clients.client(name, URL).text() == URL + "\n"
    with pytest.raises(InputError, match="--url"):
        clients.client(name)
    with pytest.raises(InputError, match="settings"):
        clients.written(clients.client(name, URL))


def test_every_client_of_the_table_is_tested() -> None:
    assert set(clients.names()) == {*SHAPES, "chatgpt", "claude-excel"}


@pytest.mark.parametrize("url", ["costs.example.com", "ftp://a.example", 'https://a.example/"', "https://a.example/\n", "javascript:1", ""])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="--url"):
        clients.client("cursor", url)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("name", [name for name in SHAPES if name not in ("claude-code", "vscode")])
def test_written_into_a_file_all_else_stays(name: str, home: Path) -> None:
    one = clients.client(name)
    assert one.file is not None
    assert one.file.is_relative_to(home)
    one.file.parent.mkdir(parents=True)
    before = (
        '# mine\nmodel = "x"\n\n[mcp_servers.other]\ncommand = "y"\n' if name == "codex" else json.dumps({"a": 1, one.key: {"other": {}}})
    )
    one.file.write_text(before, encoding="utf-8")
    assert clients.written(one) == one.file
    text = one.file.read_text(encoding="utf-8")
    found = (tomllib.loads if name == "codex" else json.loads)(text)
    assert found[one.key].keys() == {"other", "compute-cost"}
    assert found[one.key]["compute-cost"] == one.entry
    assert text.startswith("# mine") if name == "codex" else found["a"] == 1
    if os.name == "posix":
        assert stat.S_IMODE(one.file.stat().st_mode) == 0o600, "it may hold other servers' secrets"


def test_a_new_file_is_made_and_a_second_time_changes_nothing_in_json(home: Path) -> None:
    one = clients.client("cursor")
    clients.written(one)
    first = (home / ".cursor" / "mcp.json").read_text(encoding="utf-8")
    assert first == one.text()
    clients.written(one)
    assert (home / ".cursor" / "mcp.json").read_text(encoding="utf-8") == first


@pytest.mark.parametrize(
    ("name", "before"),
    [
        ("zed", '// my settings\n{"context_servers": {}}'),
        ("cursor", '{"mcpServers": []}'),
        ("cursor", "[]"),
        ("cursor", "{"),
        ("codex", '[mcp_servers.compute-cost]\ncommand = "mine"'),
        ("codex", "mcp_servers = 1"),
        ("codex", "broken ="),
    ],
)
def test_a_file_that_can_not_be_changed_safely_stays_as_it_is(name: str, before: str, home: Path) -> None:
    one = clients.client(name)
    assert one.file
    one.file.parent.mkdir(parents=True)
    one.file.write_text(before, encoding="utf-8")
    with pytest.raises(InputError, match="without --write"):
        clients.written(one)
    assert one.file.read_text(encoding="utf-8") == before


@pytest.mark.skipif(os.name == "nt", reason="Windows lets only administrators make links")
def test_a_link_to_the_file_stays_a_link(home: Path) -> None:
    (home / "dotfiles").mkdir()
    (home / ".cursor").mkdir()
    (home / ".cursor" / "mcp.json").symlink_to(home / "dotfiles" / "mcp.json")
    clients.written(clients.client("cursor"))
    assert (home / ".cursor" / "mcp.json").is_symlink()
    assert "compute-cost" in (home / "dotfiles" / "mcp.json").read_text(encoding="utf-8")


def test_the_command_prints_what_belongs_in_the_file() -> None:
    done = command("mcp", "--config", "vscode")
    assert done.returncode == 0
    assert json.loads(done.stdout)["servers"]["compute-cost"]["args"] == ["mcp"]
    assert ".vscode" in done.stderr
    wrong = command("mcp", "--config", "nobody")
    assert (wrong.returncode, "claude-desktop, claude-code" in wrong.stderr) == (2, True)
