"""The commands that take questions: ask, chat, evals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from agent_tools import evals as evaluation
from agent_tools.offline import Offline
from core.cli import fail
from core.errors import CostError


def evals(
    sets: Annotated[list[str] | None, typer.Option("--set", help="Only the questions of this set; may stand several times.")] = None,
    questions: Annotated[Path | None, typer.Option("--questions", help="Your own questions, one JSON object a line.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print every question's score as JSON.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Ask the reader on this machine, no language model.")] = False,
) -> None:
    """Ask every question of the question sets and count what was right."""
    try:
        if questions:
            found = evaluation.read_questions(questions.read_text(encoding="utf-8").splitlines(), questions.name)
        else:
            found = evaluation.question_sets()
    except (CostError, OSError, UnicodeDecodeError) as problem:
        raise fail(str(problem)) from None
    known = list(dict.fromkeys(one.set for one in found))
    for name in sets or ():
        if name not in known:
            raise fail(f"--set: {name!r} is not known; the sets are {', '.join(known) or 'none'}")
    chosen = [one for one in found if not sets or one.set in sets]
    if not chosen:
        raise fail("there are no questions; give a file with --questions")
    scores = evaluation.run(chosen, Offline)
    if as_json:
        typer.echo(json.dumps(evaluation.as_dict(Offline.announcement, scores), indent=2, ensure_ascii=False))
        return
    typer.echo(Offline.announcement)
    for one in scores:
        if not one.exact:
            typer.echo(f"\n{one.set}: {one.question}\n  wanted  {one.wanted}\n  got     {one.got.splitlines()[0]}")
    typer.echo()
    for row in zip(*[evaluation.COLUMNS, *evaluation.summary(scores)], strict=True):
        typer.echo(f"{row[0]:<32}" + "".join(f"{cell:>12}" for cell in row[1:]))
