"""The commands that take questions: ask, chat, evals."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from compute_cost.command.listing import fail
from compute_cost.errors import CostError, lacks

if TYPE_CHECKING:
    from compute_cost.answers.in_words import Details
    from compute_cost_tools.attacks import Tried
    from compute_cost_tools.evals import Question, Score
    from compute_cost_tools.reply import Engine, Reply

ATTACKS = "attacks"  # the set of texts that needs no engine

OfflineOption = Annotated[bool, typer.Option("--offline", help="Use the reader on this machine, no language model.")]
ModelOption = Annotated[str, typer.Option("--model", help="The language model; if left out, that of COMPUTE_COST_MODEL.")]
TimeoutOption = Annotated[float, typer.Option("--timeout", min=1, max=3600, help="Seconds to wait for a sign of life from the endpoint.")]


StepsOption = Annotated[bool, typer.Option("--steps", help="Also show the calculation, all assumptions and all notes.")]
SourcesOption = Annotated[bool, typer.Option("--sources", help="Also show where the figures come from.")]
FullOption = Annotated[bool, typer.Option("--full", help="Both --steps and --sources.")]


def engine(offline: bool, model: str, timeout: float, details: Details | None = None) -> Callable[[], Engine]:
    """Starts conversations with the language model that the environment names, else with the reader."""
    from compute_cost.answers.in_words import BRIEF
    from compute_cost_tools.assistant import is_named
    from compute_cost_tools.offline import Offline

    if offline or not is_named():
        if model:
            raise fail("--model: no language model is asked; set OPENAI_API_KEY or OPENAI_BASE_URL, and leave --offline out")
        why = "" if offline else "(Neither OPENAI_API_KEY nor OPENAI_BASE_URL is set.)"
        return lambda: Offline(why, details or BRIEF)
    try:
        from compute_cost_tools.endpoint import from_environment
        from compute_cost_tools.openai_chat import Conversation
    except ImportError:
        raise fail(f"{lacks('a language model needs the package openai', 'chat')}, or use --offline") from None
    try:
        endpoint = from_environment(model, timeout)
    except CostError as problem:
        raise fail(str(problem)) from None
    return lambda: Conversation(endpoint, details=details or BRIEF)


def ask(
    question: Annotated[str, typer.Argument(help='A question, such as "what does GPT-3 cost to train?"; - reads it from the input.')],
    as_json: Annotated[bool, typer.Option("--json", help="Print {tool, arguments, result, answer, asks, not_used}.")] = False,
    offline: OfflineOption = False,
    model: ModelOption = "",
    timeout: TimeoutOption = 120,
    steps: StepsOption = False,
    sources: SourcesOption = False,
    full: FullOption = False,
) -> None:
    """Answer a question with a number, its range, what moves it and what was assumed.

    Exit code 0: answered; 1: asked back or declined, so not answered; 2: an error.
    """
    from compute_cost.answers.in_words import Details
    from compute_cost_tools.reply import Refused, Silent
    from compute_cost_tools.terminal import Terminal

    assistant = engine(offline, model, timeout, Details(steps or full, sources or full))()
    question = typer.get_text_stream("stdin").read().strip() if question == "-" else question
    started = time.perf_counter()
    try:
        if as_json:
            if not assistant.is_offline:
                typer.echo(assistant.announcement, err=True)
            reply = assistant.ask(question, Silent())
            typer.echo(json.dumps(reply.as_dict(), indent=2, ensure_ascii=False))
        else:
            screen = Terminal()
            screen.note(assistant.announcement)
            reply = assistant.ask(question, screen)
            if not assistant.is_offline:
                screen.note(f"\n{_spent(reply, started)}")
    except CostError as problem:
        if as_json and isinstance(problem, Refused):
            typer.echo(json.dumps(problem.as_dict(), indent=2, ensure_ascii=False))
        raise fail(str(problem)) from None
    if reply.call is None:
        raise typer.Exit(1)


def chat(
    offline: OfflineOption = False,
    model: ModelOption = "",
    timeout: TimeoutOption = 120,
    steps: StepsOption = False,
    sources: SourcesOption = False,
    full: FullOption = False,
) -> None:
    """Answer questions one after the other; /new forgets what was said, /quit or the end of the input leaves."""
    from compute_cost.answers.in_words import Details
    from compute_cost_tools.terminal import Terminal

    begin = engine(offline, model, timeout, Details(steps or full, sources or full))
    assistant, screen = begin(), Terminal()
    try:
        screen.note(assistant.announcement)
        while (question := screen.question()) is not None:
            question = question.strip()
            if question in ("/quit", "/exit"):
                break
            if question == "/new":
                assistant = begin()
                screen.note("A new conversation.")
            elif question:
                started = time.perf_counter()
                try:
                    reply = assistant.ask(question, screen)
                except CostError as problem:
                    screen.problem(str(problem))
                    continue
                if not assistant.is_offline:
                    screen.note(_spent(reply, started))
    except KeyboardInterrupt:
        screen.note("")


def _spent(reply: Reply, started: float) -> str:
    tokens = f"{reply.prompt_tokens:,} tokens read, {reply.completion_tokens:,} written"
    return f"{tokens if reply.prompt_tokens else 'the endpoint counts no tokens'}, {time.perf_counter() - started:.1f} s"


def evals(
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", help="Only this set, or attacks, those on the check of figures; may be given several times."),
    ] = None,
    questions: Annotated[Path | None, typer.Option("--questions", help="Your own questions, one JSON object a line.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print every question's score as JSON.")] = False,
    offline: OfflineOption = False,
    model: ModelOption = "",
    timeout: TimeoutOption = 120,
    write: Annotated[bool, typer.Option("--write", help="Also write the table into docs/evals.md.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="End with exit code 1 where an answer or a figure is wrong.")] = False,
) -> None:
    """Ask every question of the question sets, try every attack on the check of figures, and count what was right.

    Exit code 1 with --strict: an answer is wrong, a figure has no source, an attack passes, or more than 2% of natural answers are refused.
    """
    from compute_cost_tools import attacks, evals as evaluation

    chosen = _chosen(sets or [], questions)
    tried = attacks.run() if ATTACKS in (sets or [ATTACKS]) and not questions else []
    begin = engine(offline, model, timeout)
    assistant = begin()
    if not as_json:
        typer.echo(assistant.announcement)
    try:
        scores = evaluation.run(chosen, begin, lambda score: None if as_json or score.exact else typer.echo(evaluation.told(score)))
    except CostError as problem:
        raise fail(str(problem)) from None
    if write:
        from compute_cost_tools.evals_page import write as write_page

        try:
            write_page(assistant.name, scores, tried)
        except OSError as problem:
            raise fail(f"--write needs a checkout with its docs folder: {problem}") from None
    if as_json:
        typer.echo(json.dumps(evaluation.as_dict(assistant.name, scores, tried), indent=2, ensure_ascii=False))
    else:
        _told(scores, tried)
    wrong = any(score.wrong_answer or score.ungrounded or score.failed for score in scores)
    if strict and (wrong or not attacks.holds(tried)):
        raise typer.Exit(1)


def _chosen(sets: list[str], questions: Path | None) -> list[Question]:
    """The questions of a file or of the package, as far as their sets are wanted."""
    from compute_cost_tools import evals as evaluation

    try:
        if questions:
            read = evaluation.read_questions(questions.read_text(encoding="utf-8").splitlines(), questions.name)
        else:
            read = evaluation.question_sets()
    except (CostError, OSError, UnicodeDecodeError) as problem:
        raise fail(str(problem)) from None
    known = [*dict.fromkeys(question.set for question in read), *([] if questions else [ATTACKS])]
    for name in sets:
        if name not in known:
            raise fail(f"--set: {name!r} is not known; the sets are {', '.join(known) or 'none'}")
    chosen = [question for question in read if not sets or question.set in sets]
    if not chosen and ATTACKS not in sets:
        raise fail("there are no questions; give a file with --questions")
    return chosen


def _told(scores: Sequence[Score], tried: Sequence[Tried]) -> None:
    from compute_cost_tools import attacks, evals as evaluation

    for attempt in tried:
        if not attempt.right:
            typer.echo(f"\n{attempt.kind}: {attempt.text}\n  {'refused' if attempt.refused else 'written as it is'}")
    typer.echo()
    if scores:
        for row in zip(*[evaluation.COLUMNS, *evaluation.summary(scores)], strict=True):
            typer.echo(f"{row[0]:<32}" + "".join(f"{cell:>12}" for cell in row[1:]))
        typer.echo()
    for kind, *counts in [list(attacks.COLUMNS), *attacks.summary(tried)] if tried else []:
        typer.echo(f"{kind:<40}" + "".join(f"{cell:>18}" for cell in counts))
