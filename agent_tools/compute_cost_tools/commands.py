"""The commands for assistants: ask, chat, evals, tools, mcp."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from compute_cost.command.listing import fail
from compute_cost.errors import CostError, lacks
from compute_cost_tools import question_commands


def add(app: typer.Typer) -> None:
    app.command()(question_commands.ask)
    app.command()(question_commands.chat)
    app.command()(tools)
    app.command()(mcp)
    app.command()(question_commands.evals)


def tools(
    form: Annotated[
        str, typer.Option("--format", help="openai (Responses, strict), openai-chat, anthropic, gemini, mcp or json (plain).")
    ] = "json",
    everything: Annotated[bool, typer.Option("--all", help="Every estimate, not only those that questions most often need.")] = False,
) -> None:
    """Print the tools as JSON schemas for an assistant."""
    from compute_cost_tools import schema

    if form not in schema.FORMS:
        raise fail(f"--format: {form!r} is not known; give one of {', '.join(schema.FORMS)}")
    typer.echo(json.dumps(schema.render(form, everything), indent=2, ensure_ascii=False))


def mcp(
    http: Annotated[bool, typer.Option("--http", help="Serve streamable HTTP instead of standard input and output.")] = False,
    port: Annotated[int, typer.Option("--port", help="Port of --http; 0 takes a free one.", min=0, max=65535)] = 8765,
    host: Annotated[str, typer.Option("--host", help="Address of --http; any but this machine's own needs --token.")] = "127.0.0.1",
    token: Annotated[
        str, typer.Option("--token", envvar="COMPUTE_COST_MCP_TOKEN", help="Bearer token that every request of --http must carry.")
    ] = "",
    allowed_host: Annotated[
        list[str] | None, typer.Option("--allowed-host", help="A further Host header to let in, such as costs.example.com (repeatable).")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every estimate as a tool of its own.")] = False,
    outputs: Annotated[bool, typer.Option("--output-schemas", help="Say what each tool answers with, which doubles their size.")] = False,
    config: Annotated[
        str | None, typer.Option("--config", help="Print the configuration of an assistant instead: cursor, vscode, codex ...")
    ] = None,
    url: Annotated[str | None, typer.Option("--url", help="With --config: a server that runs already, such as your company's.")] = None,
    write: Annotated[
        bool, typer.Option("--write", help="With --config: put it into the assistant's file and leave all else there.")
    ] = False,
) -> None:
    """Serve the tools, the catalogue and the prompts over the Model Context Protocol, or configure an assistant that will use them."""
    try:
        if config is not None:
            _configure(config, url, write)
            return
        if http:
            from compute_cost_tools import mcp_http

            mcp_http.serve(host, port, token, allowed_host or (), everything, outputs, _announce)
        else:
            from compute_cost_tools import mcp_server

            mcp_server.serve(everything, outputs)
    except ImportError:
        raise fail(lacks("the MCP server needs the package mcp", "mcp")) from None
    except CostError as problem:
        raise fail(str(problem)) from None


def _configure(name: str, url: str | None, write: bool) -> None:
    """The configuration on standard output, where it belongs on standard error."""
    from compute_cost_tools import clients

    client = clients.client(name, url)
    if write:
        typer.echo(f"{client.title}: written to {clients.written(client)}")
    else:
        typer.echo(client.text(), nl=False)
        typer.echo(f"{client.title}: " + (f"belongs in {client.file}" if client.file else "an address for its settings"), err=True)
    typer.echo(client.steps, err=True)


def _announce(url: str) -> None:
    typer.echo(f"MCP server at {url} (Ctrl+C stops it)", err=True)
