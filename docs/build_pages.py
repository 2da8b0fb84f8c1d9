"""Writes the pages of the documentation that follow from the code and the data.

python docs/build_pages.py               writes docs/functions.md, docs/examples.md, docs/data.md, docs/talk.md and the README of
                                         the folders of data
python docs/build_pages.py --pictures    draws docs/pictures/*.png too, as a release does

A test fails while a page differs from what this script would write in more than our answers and the rows of the catalogue: those
are of the last release, so that a price is one row.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from compute_cost import catalogue, registry
from compute_cost.amounts import show
from compute_cost.catalogue.columns import columns
from compute_cost.catalogue.records import Accelerator
from compute_cost.catalogue.schema import FILES, MEASURED, PACKAGED
from compute_cost.command import plots
from compute_cost.errors import NoData
from compute_cost.registry import Doc
from compute_cost.result import Result

DOCS = Path(__file__).parent
GENERATED = "*This page is written by `python docs/build_pages.py` from the code and the data; change those.*"


def published() -> list[dict[str, Any]]:
    """The worked examples that every front end is tested on."""
    files = sorted((DOCS.parent / "tests" / "published").glob("*.yaml"))
    return [example for file in files for example in yaml.safe_load(file.read_text(encoding="utf-8"))]


def samples() -> dict[str, dict[str, Any]]:
    """A call for each estimate that has no published answer, such as the search."""
    calls: dict[str, dict[str, Any]] = yaml.safe_load((DOCS / "samples.yaml").read_text(encoding="utf-8"))
    return calls


def table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    lines = [list(header)]
    lines.append(["---"] * len(lines[0]))
    lines += [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def functions() -> str:
    docs = registry.estimates()
    parts = [
        "# Functions",
        GENERATED,
        "The same names everywhere: `=TRAIN_COST(...)` in a cell, the tool `train_cost` for an assistant, `compute_cost.train_cost(...)` "
        "in Python, `compute-cost call train_cost '{...}'` on the command line. Arguments in brackets may be left out or blank; the "
        'default taken is then named among the inputs of the answer. Amounts are numbers or text (`175e9`, `"175B"`, `"2万亿"`, `"40%"`). '
        "A value above 80% intervals says so with low and high; an answer without one has low = value = high.",
        table(["function", "answers", "in"], ([f"[{doc.cell_name}](#{doc.name})", doc.summary, doc.unit] for doc in docs.values())),
    ]
    examples: dict[str, dict[str, Any]] = {}
    for example in published():
        examples.setdefault(example["estimate"], example)
    for name, doc in docs.items():
        parts += [f"## {name}", *_about(doc), _parameters(doc), *_example(doc, examples.get(name))]
    return "\n\n".join(parts) + "\n"


def _about(doc: Doc) -> Iterator[str]:
    places = ", ".join(p.name if p.required else f"[{p.name}]" for p in doc.parameters)
    yield f"`={doc.cell_name}({places})` answers in {doc.unit.strip() if doc.unit != '1' else 'a share (0.4 is 40%)'}."
    for paragraph in doc.text.split("\n\n"):
        lines = paragraph.splitlines()
        if any(re.match(r"[a-z][^.]* = ", line, re.IGNORECASE) for line in lines):
            yield "\n".join(["```text", *lines, "```"])
        else:
            yield " ".join(lines)


def _parameters(doc: Doc) -> str:
    if not doc.parameters:
        return "It takes no arguments."
    return table(
        ["argument", "what", "needed"],
        ([f"`{p.name}`", p.help, "yes" if p.required else ""] for p in doc.parameters),
    )


def _example(doc: Doc, example: dict[str, Any] | None) -> Iterator[str]:
    arguments = example["arguments"] if example else samples()[doc.name]
    result = doc.call(**arguments)
    if example:
        yield f"**Example.** {example['name']} ({example['source']})."
    else:
        yield "**Example.**"
    call = f"compute-cost call {doc.name} '{json.dumps(arguments, ensure_ascii=False)}'"
    yield "\n".join(["```text", registry.formula(doc.name, arguments), call, "```"])
    there = f"; published: {show(example['value'], example['unit'])}" if example else ""
    yield f"answers {_answer(result)}{there}."


def _answer(result: Result) -> str:
    if not isinstance(result.value, float):
        return f"`{result.value}`" + (f" ({result.unit})" if result.unit else "")
    spread = result.range_text()
    return f"**{show(result.value, result.unit)}**" + (f" ({spread})" if spread else "")


def examples() -> str:
    groups: dict[str, list[list[str]]] = {}
    for example in published():
        result = registry.get(example["estimate"]).call(**example["arguments"])
        apart = f"{float(result.value) / example['value'] - 1:+.1%}" if example["value"] else ""
        groups.setdefault(example["estimate"], []).append(
            [example["name"], example["source"], f"`{registry.formula(example['estimate'], example['arguments'])}`",
             show(example["value"], example["unit"]), _answer(result), apart]
        )  # fmt: skip
    parts = [
        "# Published figures next to ours",
        GENERATED,
        "Each row is a test: core, cell, tool, command, MCP and the spreadsheet hosts give the same number to 1e-12, and it lies "
        "as near to the published figure as the row's own tolerance says (`tests/published`). Rows were chosen because the "
        "estimate answers them; how far the estimates miss what they have not seen is on the page [Accuracy](accuracy.md).",
    ]
    for name in registry.estimates():
        if name in groups:
            header = ["what", "source", "formula", "published", "ours (80% interval)", "apart"]
            parts += [f"## {name}", f"[What {name} does](functions.md#{name})", table(header, groups[name])]
    return "\n\n".join(parts) + "\n"


def data() -> str:
    counts = ", ".join(f"{len(catalogue.read_rows(name)):,} {name.replace('_', ' ')}" for name in FILES)
    parts = [
        "# Data",
        GENERATED,
        "What answers need is in `core/compute_cost/data/*.csv`, what the fits and the accuracy report compare with in "
        "`benchmarks/data/*.csv`: one row per fact, with unit, source, date and confidence; each folder's README explains the columns. "
        f"{counts}. Hardware, price and model data of Epoch AI are used under CC BY 4.0.",
        "## Accelerators",
        "Dense peaks (no sparsity) in TFLOP/s, memory in GB, bandwidth in GB/s, power in W; an empty place is not published or "
        "not there. Rent: `GPU_PRICE(name)`, USD per GPU-hour on demand as of the catalogue's date, with the range over providers.",
        _accelerators(),
        "## Models",
        _models(),
        "## Assumptions",
        "Each default and constant; `=ASSUMPTION(name)` gives it in a cell, and most can be overridden by an argument.",
        _rows("assumptions", "name", "value", "low", "high", "unit", "description", "source", "date", "confidence"),
        "## Sources",
        _rows("sources", "id", "title", "publisher", "date", "license", "note"),
    ]
    return "\n\n".join(parts) + "\n"


def _accelerators() -> str:
    fields = ("fp16", "bf16", "fp8", "int8", "fp4", "memory", "memory_bandwidth", "power")
    rows = [
        [chip.name, *(_plain(getattr(chip, field)) for field in fields), _rent(chip), chip.source, chip.date, chip.confidence]
        for chip in catalogue.accelerators().rows
    ]
    return table(["name", *(field.replace("_", " ") for field in fields), "rent", "source", "date", "confidence"], rows)


def _models() -> str:
    rows = [
        [m.name, m.organization, m.released, *map(_amount, (m.params, m.active_params, m.tokens)), m.source, m.confidence]
        for m in catalogue.models().rows
    ]
    return table(["name", "organization", "released", "parameters", "active", "training tokens", "source", "confidence"], rows)


def _rows(name: str, *columns: str) -> str:
    rows = [dict(row) for row in catalogue.read_rows(name)]
    for row in rows:
        if row.get("url"):
            row["title"] = f"[{row['title']}]({row['url']})"
    return table(columns, ([row[column] for column in columns] for row in rows))


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _amount(value: float | None) -> str:
    return "" if value is None else show(value, "")


def _rent(chip: Accelerator) -> str:
    try:
        result = registry.get("gpu_price").call(chip.name)
    except NoData:
        return ""
    return _answer(result).replace("**", "")


def talk() -> str:
    rows = []
    for claim in yaml.safe_load((DOCS / "talk.yaml").read_text(encoding="utf-8")):
        answers, cells = [], []
        for formula in claim["cells"]:
            result = registry.get(formula["estimate"]).call(**formula["arguments"])
            names = formula.get("show", list(result.values)[:1])
            answers.append("; ".join(_figure(result, name) for name in names))
            cells.append(f"`{registry.formula(formula['estimate'], formula['arguments'])}`")
        rows.append([claim["claim"], claim["says"], claim["number"], "<br>".join(answers), "<br>".join(cells), claim["remark"]])
    parts = [
        "# The talk, claim by claim",
        GENERATED,
        "What AI compute really costs, a16z, 2023: each claim with our number (80% interval where the estimate has one) and the "
        "formula that gives it. The same name is a tool for assistants and a command; `=EXPLAIN(...)` shows the steps and the "
        f"sources. Prices are of {catalogue.catalogue_date().isoformat()}, in US dollars, nominal, before tax.",
        table(["", "the talk says", "its number", "ours", "in a cell", "remark"], rows),
    ]
    return "\n\n".join(parts) + "\n"


def _figure(result: Result, name: str) -> str:
    """A named figure of an answer; the first is the answer itself, with its range."""
    if name == next(iter(result.values)):
        return _answer(result)
    return f"{name.replace('_', ' ')}: {show(*result.values[name])}"


def columns_of_answers() -> str:
    licensed = "Hardware, price and model data of Epoch AI: CC BY 4.0, https://epoch.ai/data."
    return _columns(f"What answers need, in every installed package. {licensed}", PACKAGED)


def columns_of_measured() -> str:
    return _columns(
        "What the fits of this folder and `compute-cost accuracy` compare with; no answer needs it, so an installed package lacks it.",
        MEASURED,
    )


def _columns(about: str, files: Mapping[str, type]) -> str:
    parts = [
        "# The catalogue's files",
        "*This page is written by `python docs/build_pages.py` from `core/compute_cost/catalogue`, where each column is defined.*",
        f"{about} One row is one fact, and every file opens in a spreadsheet. `source` and the like hold an id of `sources.csv`, "
        "which gives title, publisher, address, date and license. `confidence` is `checked` (seen in the source), `partly checked`, "
        "`date inferred`, `not checked` or `rumor`; all but the first show as a warning with an answer. `compute-cost data check` "
        "checks every cell.",
    ]
    for record in dict.fromkeys(files.values()):
        names = ", ".join(f"{name}.csv" for name, kind in files.items() if kind is record)
        meaning = meanings(record)
        rows = [[f"`{name}`", column.kind.words, meaning[name]] for name, column in columns(record).items()]
        parts += [f"## {names}", f"A row: {inspect.getdoc(record)}", table(["column", "holds", "meaning [unit]"], rows)]
    return "\n\n".join(parts) + "\n"


def meanings(record: type) -> dict[str, str]:
    """What each column means: the comment behind its definition."""
    lines = inspect.getsource(record).splitlines()
    fields = (re.fullmatch(r"    (\w+): .*?(?:  # (.*))?", line) for line in lines)
    return {match[1]: match[2] or "" for match in fields if match}


PAGES = {
    "functions.md": functions,
    "examples.md": examples,
    "data.md": data,
    "talk.md": talk,
    "../core/compute_cost/data/README.md": columns_of_answers,
    "../benchmarks/data/README.md": columns_of_measured,
}


if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8", newline="\n")
        print(f"docs/{name}", file=sys.stderr)
    if "--pictures" in sys.argv[1:]:
        (DOCS / "pictures").mkdir(exist_ok=True)
        for name, picture in yaml.safe_load((DOCS / "pictures.yaml").read_text(encoding="utf-8")).items():
            plots.plot(picture["estimate"], picture["arguments"]).savefig(DOCS / "pictures" / f"{name}.png", metadata={"Software": None})
