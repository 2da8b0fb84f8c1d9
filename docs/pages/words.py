"""How the pages say an answer: the figure with its range, what it rests on, and the formula and the command that give it again."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from compute_cost import catalogue, registry
from compute_cost.amounts import show
from compute_cost.answers.in_words import PUBLISHED, driver
from compute_cost.catalogue.records import Source
from compute_cost.errors import CostError
from compute_cost.result import Result

MOST_DRIVERS, MOST_ASSUMED = 3, 8
MOST_DIGITS = 1e12  # beyond, 3e+23 reads better than its zeros


def table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    lines = [list(header)]
    lines.append(["---"] * len(lines[0]))
    lines += [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def page(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def day() -> str:
    """The day of every price on these pages."""
    return catalogue.catalogue_date().isoformat()


def on_the_figures() -> str:
    """What holds for every figure of a page."""
    return f"Prices are of {day()}, in US dollars before tax; the range holds the true figure in four of five cases."


def answer(result: Result) -> str:
    """The figure with its range: **$22.4 million** ($13 million to $40.3 million)."""
    if not isinstance(result.value, float):
        return f"`{result.value}`" + (f" ({result.unit})" if result.unit else "")
    spread = result.range_text()
    return f"**{show(result.value, result.unit)}**" + (f" ({spread})" if spread else "")


def command(name: str, arguments: Mapping[str, Any]) -> str:
    """The command line of a call: compute-cost train-cost GPT-3 --gpu A100."""
    doc = registry.get(name)
    if any(isinstance(value, (list, dict)) for value in arguments.values()):
        return f"compute-cost call {name} {shlex.quote(json.dumps(arguments, ensure_ascii=False))}"
    required = [parameter.name for parameter in doc.parameters if parameter.required]
    words = [f"compute-cost {name.replace('_', '-')}", *(_word(arguments[one]) for one in required if one in arguments)]
    words += [f"--{key.replace('_', '-')} {_word(value)}" for key, value in arguments.items() if key not in required]
    return " ".join(words)


def _word(value: Any) -> str:
    return shlex.quote(str(int(value)) if isinstance(value, float) and value.is_integer() and value < MOST_DIGITS else str(value))


def calls(name: str, arguments: Mapping[str, Any]) -> str:
    """The formula of a cell and the command, in a box of their own."""
    return f"```text\n{registry.formula(name, arguments)}\n{command(name, arguments)}\n```"


@dataclass
class Asked:
    """One question of a page: what it says there, the estimate and the arguments; then the result, or why there is none."""

    says: str
    name: str
    arguments: dict[str, Any]
    result: Result | None = field(init=False, default=None)
    why_not: str = field(init=False, default="")

    def __post_init__(self) -> None:
        try:
            self.result = registry.get(self.name).call(**self.arguments)
        except CostError as problem:
            self.why_not = str(problem)

    def short(self) -> list[str]:
        """The question, the figure and its range, as a row of a table."""
        if self.result is None:
            return [self.says, "no answer", ""]
        return [self.says, f"**{show(self.result.value, self.result.unit)}**", self.result.range_text() or "none"]

    def long(self) -> Iterator[str]:
        """The figure, what moves it, what was assumed, what is published, what to mind, and how to get it again."""
        if self.result is None:
            yield f"{self.says}: no answer ({self.why_not})."
            return
        yield f"{self.says}: {answer(self.result)}."
        yield "\n".join(f"- {line}" for line in rests_on(self.result))
        yield calls(self.name, self.arguments)


def rests_on(result: Result) -> Iterator[str]:
    """What an answer rests on, a line each."""
    drivers = [driver(swing, result) for swing in result.swings[:MOST_DRIVERS] if swing.size]
    if drivers and result.range_text():
        yield f"Moved most by {', '.join(drivers)}."
    assumed = [f"{one.name} {show(one.value, one.unit)}" for one in result.inputs if one.origin == "assumed"]
    if assumed:
        left = len(assumed) - MOST_ASSUMED
        yield f"Assumed: {', '.join(assumed[:MOST_ASSUMED])}{f' and {left} more' if left > 0 else ''}."
    published = [step for step in result.steps if step.label.startswith(PUBLISHED)]
    for step in published[:MOST_DRIVERS]:
        yield f"Published: {show(step.value, step.unit)} ({step.label.removeprefix(PUBLISHED)})."
    for text in result.warnings:
        yield f"Note: {text.removeprefix('note: ').rstrip('.')}."


def sources(cited: Iterable[Source]) -> str:
    """The sources, each once, with a link to what is known of it: address, date and license."""
    links = [f"[{source.title}](../data/sources.md#{source.id}) ({source.date})" for source in dict.fromkeys(cited)]
    return f"{'; '.join(links)}." if links else ""


def named_sources(asked: Sequence[Asked]) -> str:
    """The sources of all answers of a page."""
    return sources(source for one in asked if one.result for source in one.result.sources)
