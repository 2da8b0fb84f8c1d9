"""The commands for assistants: ask, tools, mcp, evals."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from agent_tools import question_commands
from core import registry
from core.cli import fail
from core.errors import CostError


def add(app: typer.Typer) -> None:
    app.command()(ask)
    app.command()(tools)
    app.command()(mcp)
    app.command()(question_commands.evals)


def ask(
    question: Annotated[str, typer.Argument(help='A question, such as "what does GPT-3 cost to train?"')],
    as_json: Annotated[bool, typer.Option("--json", help="Print {tool, arguments, result, answer, asks}.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Use the reader on this machine, no language model.")] = False,
) -> None:
    """Answer a question with a number, its range, its steps and its sources."""
    from agent_tools import answer, reader

    try:
        reading = reader.read(question)
        result = registry.get(reading.tool).call(**reading.arguments) if reading.tool else None
    except CostError as problem:
        raise fail(str(problem)) from None
    if result is not None:
        text = answer.full(reading.tool, reading.arguments, result)
    elif reading.asks:
        text = "\n".join(reading.asks)
    else:
        text = f"I can't answer that: {reading.declined}. Try: what does GPT-3 cost to train on A100?"
    if as_json:
        said: dict[str, Any] = {
            "tool": reading.tool or None,
            "arguments": reading.arguments,
            "result": result.as_dict() if result is not None else None,
            "answer": text,
            "asks": reading.asks,
        }
        typer.echo(json.dumps(said, indent=2, ensure_ascii=False))
        return
    typer.echo(answer.NOT_A_MODEL)
    typer.echo(f"Understood: {reading.understood()}\n")
    typer.echo(text)


def tools(
    form: Annotated[str, typer.Option("--format", help="openai (strict), mcp or json.")] = "json",
) -> None:
    """Print the tools as JSON schemas for an assistant."""
    from agent_tools import schema

    if form not in schema.FORMS:
        raise fail(f"--format: {form!r} is not known; give one of {', '.join(schema.FORMS)}")
    typer.echo(json.dumps(schema.render(form), indent=2, ensure_ascii=False))


def mcp() -> None:
    """Serve the tools over the Model Context Protocol on standard input and output."""
    try:
        from agent_tools.mcp_server import serve
    except ImportError:
        raise fail("the MCP server needs the package mcp; install the extra: pip install .[assistants]") from None
    serve()
