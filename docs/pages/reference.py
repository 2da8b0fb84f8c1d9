"""A page for each estimate: what it answers, how to ask it everywhere, its arguments, its formula, and an example with every step."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from compute_cost import registry
from compute_cost.amounts import show
from compute_cost.registry import Doc
from compute_cost_sheets.calculator.questions import TOPICS, topic
from pages.words import answer, command, page, rests_on, sources, table
from pages.worked import published, samples

MOST_STEPS = 40


def pages() -> Iterator[tuple[str, str]]:
    groups: dict[str, list[Doc]] = defaultdict(list)
    for doc in registry.estimates().values():
        groups[topic(doc)].append(doc)
    yield "reference/index.md", _index(groups)
    for name, docs in groups.items():
        for doc in docs:
            yield f"reference/{doc.name}.md", _page(doc, name, docs)


def _index(groups: dict[str, list[Doc]]) -> str:
    parts = [
        "# Every estimate",
        "The same names everywhere: `=TRAIN_COST(...)` in a cell, the tool `train_cost` for an assistant, `compute_cost.train_cost(...)` "
        "in Python, `compute-cost train-cost ...` on the command line. Arguments in brackets may be left out or blank; the "
        'default taken is then named among the inputs of the answer. Amounts are numbers or text (`175e9`, `"175B"`, `"2万亿"`, `"40%"`). '
        "An answer without a range has low = value = high.",
    ]
    for heading in TOPICS.values():
        rows = [[f"[{doc.cell_name}]({doc.name}.md)", doc.summary, unit(doc)] for doc in groups[heading]]
        parts += [f"## {heading}", table(["estimate", "answers", "in"], rows)]
    return page(*parts)


def unit(doc: Doc) -> str:
    return "a share (0.4 is 40%)" if doc.unit == "1" else doc.unit.strip() or "words"


def _page(doc: Doc, heading: str, neighbors: list[Doc]) -> str:
    places = ", ".join(p.name if p.required else f"[{p.name}]" for p in doc.parameters)
    example = next((one for one in published() if one["estimate"] == doc.name), None)
    if not example and doc.name not in samples():
        raise LookupError(f"{doc.name} has no example: one of tests/published/*.yaml, or a sample call of docs/samples.yaml")
    arguments = example["arguments"] if example else samples()[doc.name]
    others = ", ".join(f"[{one.cell_name}]({one.name}.md)" for one in neighbors if one is not doc)
    return page(
        f"# {doc.cell_name}",
        f"{doc.summary} It answers in {unit(doc)}.",
        f"```text\n={doc.cell_name}({places})\n```",
        *_text(doc),
        "## Arguments",
        _parameters(doc),
        "## Example",
        *_example(doc, example, arguments),
        "## The same elsewhere",
        _elsewhere(doc, arguments),
        f"## More on this subject: {heading.lower()}",
        f"{others}. [Every estimate](index.md), [how figures come about](../method.md), [how far they miss](../accuracy.md).",
    )


def _text(doc: Doc) -> Iterator[str]:
    for paragraph in doc.text.split("\n\n")[1:]:
        lines = paragraph.splitlines()
        if any(re.match(r"[a-z][^.]* = ", line, re.IGNORECASE) for line in lines):
            yield "\n".join(["```text", *lines, "```"])
        else:
            yield " ".join(lines)


def _parameters(doc: Doc) -> str:
    if not doc.parameters:
        return "It takes no arguments."
    return table(["argument", "what", "needed"], ([f"`{p.name}`", p.help, "yes" if p.required else ""] for p in doc.parameters))


def _example(doc: Doc, example: dict[str, Any] | None, arguments: dict[str, Any]) -> Iterator[str]:
    result = doc.call(**arguments)
    if example:
        yield f"{example['name']} ({example['source']}):"
    yield f"```text\n{registry.formula(doc.name, arguments)}\n```"
    there = f"; published: {show(example['value'], example['unit'])}" if example else ""
    yield f"answers {answer(result)}{there}."
    yield "\n".join(f"- {line}" for line in rests_on(result))
    steps = [[step.label, show(step.value, step.unit), step.formula] for step in result.steps[:MOST_STEPS]]
    if steps:
        yield "### Step by step"
        yield table(["step", "value", "how"], steps)
    if len(result.values) > 1:
        yield "### What else the answer holds"
        yield f'Each is a cell of its own: `=ESTIMATE_VALUE("{doc.cell_name}","{list(result.values)[1]}",...)`.'
        yield table(["figure", "value"], ([f"`{name}`", show(*figure)] for name, figure in result.values.items()))
    if result.sources:
        yield "### Sources"
        yield sources(result.sources)


def _elsewhere(doc: Doc, arguments: dict[str, Any]) -> str:
    python = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
    return "\n".join([
        "```text",
        command(doc.name, arguments),
        f"compute_cost.{doc.name}({python})",
        f"{doc.name} {json.dumps(arguments, ensure_ascii=False)}",
        "```",
        "",
        "On the command line, in Python, and as a tool call of an assistant.",
    ])  # fmt: skip
