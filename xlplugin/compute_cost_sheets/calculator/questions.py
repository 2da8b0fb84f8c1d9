"""What a page shows and asks: the questions with their fields, names as they are typed, and one answer opened up."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from compute_cost import registry
from compute_cost.amounts import show
from compute_cost.answers.in_words import PUBLISHED
from compute_cost.catalogue import names
from compute_cost.errors import CostError, InputError, MissingInput
from compute_cost.parameters import Anything, CatalogueName, Choice, ModelSize, Text
from compute_cost.registry import Doc, Parameter, Reference
from compute_cost.result import Result
from compute_cost_sheets import cells
from compute_cost_sheets.spelling import PREFIX

MOST_MATCHES = 12
MOST_SWINGS = 8
MOST_ASKED = 3  # arguments that an estimate asks for one after the other
# A number as a spreadsheet writes it; anything else goes into the formula as text.
_NUMBER = re.compile(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})(e[+-]?\d{1,3})?", re.IGNORECASE)
# The rooms of core that hold estimates, as people look for them, in this order.
TOPICS = {
    "training": "Train and fine-tune",
    "serving": "Run models and call APIs",
    "prices": "Rent chips",
    "company": "Own, fund and plan",
    "answers": "Look up and compare",
}


def forms() -> list[dict[str, Any]]:
    """Every estimate that takes its own arguments, by topic, money first, with its fields, their help and an example to start from."""
    docs = [doc for doc in registry.estimates().values() if not any(isinstance(parameter.kind, Anything) for parameter in doc.parameters)]
    places = list(TOPICS.values())
    money = sorted(docs, key=lambda doc: not doc.unit.startswith("USD"))
    return sorted((_form(doc) for doc in money), key=lambda form: places.index(form["topic"]))


def topic(doc: Doc) -> str:
    """The subject that an estimate belongs to, by the room of core that it is written in."""
    of: Any = doc.call
    return TOPICS[of.__module__.split(".")[1]]


def _form(doc: Doc) -> dict[str, Any]:
    return {
        "name": doc.name,
        "title": title(doc.name),
        "topic": topic(doc),
        "summary": doc.summary,
        "fields": [_field(parameter) for parameter in doc.parameters],
        "start": _start(doc),
    }


# Beyond what an estimate asks for: what its own examples lack to fit each other.
_STARTS = {
    "measured_utilization": {"gpus": "64"},
    "longest_context": {"gpus": "8"},
    "cost_bridge": {"after": "params=GPT-3; gpu=H100"},
}


def _start(doc: Doc) -> dict[str, str]:
    """Something to begin with: examples of the required arguments, and of those that the estimate then still asks for."""
    examples = {parameter.name: _example(parameter) for parameter in doc.parameters}
    given = {parameter.name: examples[parameter.name] for parameter in doc.parameters if parameter.required} | _STARTS.get(doc.name, {})
    for _ in range(MOST_ASKED):
        try:
            doc.call(**read(doc.name, given)[1])
        except MissingInput as problem:
            given[problem.parameter] = examples[problem.parameter]
        except CostError:  # shown to whoever begins with it, and a test looks for it
            break
    return given


def _field(parameter: Parameter) -> dict[str, Any]:
    kind = parameter.kind
    return {
        "name": parameter.name,
        "title": title(parameter.name),
        "help": parameter.help,
        "unit": "" if kind.unit == "1" or kind.unit.lower() in title(parameter.name).lower() or isinstance(kind, ModelSize) else kind.unit,
        "example": kind.example.replace('"', ""),  # a cell needs the quotation marks, the field does not
        "required": parameter.required,
        "choices": list(kind.choices),
        "search": "model" if isinstance(kind, ModelSize) else kind.what if isinstance(kind, CatalogueName) else "",
    }


def _example(parameter: Parameter) -> str:
    """An example as it is typed: of a model its name, which gives more than its size."""
    texts = re.findall(r'"([^"]*)"', parameter.kind.example)
    if isinstance(parameter.kind, ModelSize) or parameter.kind.example.startswith('"'):
        return str(texts[-1] if isinstance(parameter.kind, ModelSize) else texts[0])
    return re.split(r",? or |, ", parameter.kind.example)[0]


_WORDS = {
    "gpu": "GPU",
    "gpus": "GPUs",
    "api": "API",
    "flops": "FLOPs",
    "pue": "PUE",
    "rl": "RL",
    "dpo": "DPO",
    "kv": "KV",
    "mw": "MW",
    "params": "parameters",
    "seq": "sequence",
    "len": "length",
    "train": "training",
    "infer": "inference",
    "finetune": "fine-tuning",
}
_NAMES = {"params": "Model", "as_of": "Day of the prices"}


def title(name: str) -> str:
    """price_per_gpu_hour for people: Price per GPU hour."""
    words = " ".join(_WORDS.get(word, word) for word in name.lower().split("_"))
    return _NAMES.get(name) or words[:1].upper() + words[1:]


def matches(kind: str, text: str) -> list[dict[str, str]]:
    """Names of the catalogue that hold the text, those that start with it first; of estimates those that answer it, the best first."""
    entries = registry.get("find").call(kind, text).table[1:] if text.strip() else ()
    wanted = text.strip().casefold()
    rows = list(entries) if kind == "estimate" else sorted(entries, key=lambda row: not str(row[0]).casefold().startswith(wanted))
    return [{"name": str(name), "what": str(what)} for name, _, what in rows[:MOST_MATCHES]]


def named_in(text: str) -> dict[str, str]:
    """The model and the chips that a typed question names, as they are written there: the longest name of each."""
    words = [word.strip(".:") for word in _TYPED_WORD.findall(text[:LONGEST_QUESTION])]
    runs = [" ".join(words[at : at + size]) for size in range(LONGEST_NAME, 0, -1) for at in range(len(words) - size + 1)]
    first = {kind: next((run for run in runs if len(run) > 1 and names.find(kind, run)), "") for kind in ("model", "gpu")}
    return {kind: run for kind, run in first.items() if run}


_TYPED_WORD = re.compile(r"[^\s,;?!()\"']+")
LONGEST_QUESTION = 200  # characters that are looked through
LONGEST_NAME = 6  # words of a model or a chip


class Question(NamedTuple):
    """An estimate with what was typed into its fields; `places` are the cells of a sheet in which arguments stand."""

    name: str
    arguments: Mapping[str, Any]
    places: Mapping[str, str] = {}


def answer(question: Question) -> dict[str, Any]:
    """One estimate with everything behind it, and its call as Excel, an assistant, a command and Python take it.

    Raises CostError with one line that says what to change.
    """
    doc, given = read(question.name, question.arguments)
    result = doc.call(**given)
    full = result.as_dict()
    full["name"], full["title"] = doc.name, title(doc.name)
    full["shown"] = show(result.value, result.unit)
    full["range"] = result.range_text()
    full["shown_low"], _, full["shown_high"] = full["range"].partition(" to ")
    for line in [*full["steps"], *full["inputs"]]:
        line["shown"] = show(line["value"], line["unit"])
    for line in full["inputs"]:
        line["title"] = title(line["name"])
    for step in full["steps"]:
        step["published"] = step["label"].startswith(PUBLISHED)  # shown next to the estimate, not part of it
    full["swings"] = _swings(result)
    full["calls"] = calls(doc, referring(given, question.places), given)
    return full


def read(name: str, arguments: Mapping[str, Any]) -> tuple[Doc, dict[str, Any]]:
    """The estimate, and what was typed into its fields as a cell would hold it: a number where it is one."""
    doc = registry.get(name)
    return doc, {key: _typed(doc, key, value) for key, value in arguments.items() if value not in (None, "")}


def _typed(doc: Doc, key: str, value: Any) -> Any:
    if not isinstance(value, str):
        raise InputError(key, value, "send it as the text that was typed")
    kind = next((parameter.kind for parameter in doc.parameters if parameter.name == key), None)
    text = value.strip()
    if (isinstance(kind, (Text, Choice, CatalogueName)) and not isinstance(kind, ModelSize)) or not _NUMBER.fullmatch(text):
        return text
    return float(text)


def referring(given: Mapping[str, Any], places: Mapping[str, str]) -> dict[str, Any]:
    """The arguments, those that stand in a cell as a reference to it."""
    return {key: Reference(places[key]) if places.get(key) else value for key, value in given.items()}


def in_excel(formula: str) -> str:
    """The formula as it is typed into Excel with the Office add-in: =COMPUTE.TRAIN_COST("GPT-3",,"A100")."""
    return f"={PREFIX}.{formula[1:]}"


def calls(doc: Doc, written: Mapping[str, Any], given: Mapping[str, Any]) -> list[dict[str, str]]:
    """The same question for each who may be asked it, with the name of who that is."""
    plain = registry.formula(doc.name, written)
    short = {key: int(value) if isinstance(value, float) and value.is_integer() else value for key, value in given.items()}
    own = {parameter.name for parameter in doc.parameters}
    assumed = {key: value for key, value in short.items() if key not in own}
    by_name = {key: value for key, value in short.items() if key in own} | ({"assume": assumed} if assumed else {})
    as_json = json.dumps(by_name, ensure_ascii=False)
    python = ", ".join(f"{key}={value!r}" for key, value in by_name.items())
    return [
        {"for": "Excel, Office add-in", "text": in_excel(plain)},
        {"for": "LibreOffice, xlwings", "text": plain},
        {"for": "An assistant's tool call", "text": f'{{"name": "{doc.name}", "arguments": {as_json}}}'},
        {"for": "Command line", "text": f"compute-cost call {doc.name} {shlex.quote(as_json)}"},
        {"for": "Python", "text": f"compute_cost.{doc.name}({python})"},
    ]


def _swings(result: Result) -> list[dict[str, Any]]:
    """What each uncertain input does to the value, the largest first; what the amounts are per stands with the value."""
    unit = result.unit.partition(" per ")[0]
    return [
        {"title": title(swing.input.name), "ends": ends, "shown": [show(end, unit) for end in ends]}
        for swing in result.swings[:MOST_SWINGS]
        if swing.size and (ends := sorted((swing.at_low, swing.at_high)))
    ]


def of_a_call(name: str, given: Sequence[Any]) -> tuple[str, dict[str, str]]:
    """The question that a cell asks, as it would be typed into the fields: of a range its first cell. Raises UnknownName.

    A function that opens up another one, such as ESTIMATE_LOW, asks that one's question.
    """
    doc = registry.get(name)
    before = next((place for place, parameter in enumerate(doc.parameters) if parameter.kind.handed_on), None)
    if before and given:
        return of_a_call(str(given[0]), given[before:])
    typed: dict[str, str] = {}
    for place, cell in enumerate(given):
        rows = cells.grid(cell)
        argument = doc.parameters[place].name if place < len(doc.parameters) else ""
        value = cells.read(argument, rows[0][0] if rows else cell)
        spoken = registry.all_named(value, {parameter.name for parameter in doc.parameters})
        if spoken and not (place < len(doc.parameters) and doc.parameters[place].kind.free):
            typed |= {key: text or "" for key, text in spoken}
        elif value is not None and argument:
            typed[argument] = value if isinstance(value, str) else f"{value:.15g}"
    return doc.name, {key: text for key, text in typed.items() if text}
