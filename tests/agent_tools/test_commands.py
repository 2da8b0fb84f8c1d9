"""The commands for assistants, and the configurations that people copy."""

from __future__ import annotations

import json
import re
import sys

import pytest
import typer
from typer.testing import CliRunner

import compute_cost_tools
from compute_cost_tools import commands, schema
from tests.support import ROOT, command


def test_command_prints_them() -> None:
    done = command("tools", "--format", "anthropic")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == schema.render("anthropic")
    everything = command("tools", "--all")
    assert {tool["name"] for tool in json.loads(everything.stdout)} == {tool.name for tool in schema.tools(everything=True)}
    wrong = command("tools", "--format", "xml")
    assert wrong.returncode == 2
    assert "openai, openai-chat, anthropic, gemini, mcp, json" in wrong.stderr


@pytest.mark.parametrize("name", ["README.md", "docs/start/assistant.md"])
def test_the_configuration_that_people_copy_starts_this_server(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    found = [json.loads(one) for one in re.findall(r'\{"(?:mcpServers|servers)".*?\}\}\}', text)]
    assert {key for one in found for key in one} == {"mcpServers", "servers"}
    for one in found:
        [(_, server)] = next(iter(one.values())).items()
        assert (server["command"], server["args"], server.get("type", "stdio")) == ("compute-cost", ["mcp"], "stdio")
    assert "claude mcp add compute-cost -- compute-cost mcp" in text


def app() -> typer.Typer:
    made = typer.Typer()
    commands.add(made)
    return made


def test_the_five_commands_are_added() -> None:
    assert [one.callback.__name__ for one in app().registered_commands if one.callback] == ["ask", "chat", "tools", "mcp", "evals"]


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("compute_cost_tools.mcp_server", "compute_cost_tools.mcp_http"):
        monkeypatch.setitem(sys.modules, module, None)
        monkeypatch.delattr(compute_cost_tools, module.rpartition(".")[2], raising=False)  # as another test may have loaded it
    for options in ([], ["--http"]):
        done = CliRunner().invoke(app(), ["mcp", *options])
        assert done.exit_code == 2
        assert done.stderr == 'the MCP server needs the package mcp; install the extra: pip install ".[mcp]"\n'
