"""Where a number comes from: facts of the catalogue, assumptions, sources, and search by text."""

from __future__ import annotations

import math
import re
from typing import Annotated, NamedTuple

from compute_cost import catalogue, registry
from compute_cost.amounts import show
from compute_cost.catalogue import names, own
from compute_cost.catalogue.records import Model, Source
from compute_cost.errors import NoData, quote
from compute_cost.inputs import DataNote, of_confidence, step, warn
from compute_cost.parameters import CatalogueName, Choice, RequiredGpu, Text
from compute_cost.registry import estimate
from compute_cost.result import Answer

# What a fact is called in a cell, its field in the catalogue, and its unit.
GPU_FIELDS = {
    "memory": ("memory", "GB"),
    "memory_reported": ("memory_reported", "MiB"),
    "memory_bandwidth": ("memory_bandwidth", "GB/s"),
    **{f"peak_{p}": (p, "TFLOP/s") for p in ("fp32", "tf32", "fp16", "bf16", "fp8", "int8", "fp4")},
    "link_bandwidth": ("link_bandwidth", "GB/s"),
    "network": ("network_gbit", "Gbit/s"),
    "power": ("power", "W"),
    "purchase_price": ("purchase_price", "USD"),
    "vendor": ("vendor", ""),
    "generation": ("generation", ""),
    "released": ("released", ""),
    "name": ("name", ""),
}
MODEL_FIELDS = {
    "params": ("params", "parameters"),
    "active_params": ("active", "parameters"),
    "tokens": ("tokens", "tokens"),
    "seq_len": ("seq_len", "tokens"),
    "max_context": ("max_context", "tokens"),
    "layers": ("layers", "layers"),
    "hidden": ("hidden", "elements"),
    "heads": ("heads", "heads"),
    "kv_heads": ("kv_heads", "heads"),
    "ffn": ("ffn", "elements"),
    "vocab": ("vocab", "tokens"),
    "experts": ("experts", "experts"),
    "kind": ("kind", ""),
    "organization": ("organization", ""),
    "license": ("license", ""),
    "released": ("released", ""),
    "name": ("name", ""),
}
SHAPE_FIELDS = {"seq_len", "max_context", "layers", "hidden", "heads", "kv_heads", "ffn", "vocab", "experts"}

GpuField = Annotated[str, Choice("Fact to look up.", choices=tuple(GPU_FIELDS), example='"memory"')]
ModelField = Annotated[str, Choice("Fact to look up.", choices=tuple(MODEL_FIELDS), example='"tokens"')]
ModelName = Annotated[Model, CatalogueName('Model, such as "GPT-3" or "Llama 3 70B".', what="model", example='"GPT-3"')]
Name = Annotated[str, Text("the name", example='"hours_per_month"')]
SourceId = Annotated[str, Text("the id of a source", example='"epoch-hardware"')]
Query = Annotated[str, Text("part of a name", example='"llama"')]
KINDS = ("gpu", "model", "assumption", "source", "estimate")
FindKind = Annotated[str, Choice("What to search.", choices=KINDS, example='"model"')]


@estimate("the field's own", answers="text")
def gpu_fact(gpu: RequiredGpu, field: GpuField) -> Answer:
    """One fact of an accelerator, such as its memory or its dense peak, with its source.

    Peaks are dense (without sparsity) in TFLOP/s, memory in GB as its maker names it and in MiB as its driver reports it,
    bandwidths in GB/s, network in Gbit/s, power in W.

    Raises UnknownName for an accelerator or field, NoData where the figure is not published.
    """
    column, unit = GPU_FIELDS[field]
    source = gpu.purchase_source if field == "purchase_price" else gpu.source
    if field == "purchase_price" and gpu.has_judged_price:
        warn(DataNote(f"the purchase price of {gpu.name} is judged from offers, right within about a third"))
    return _fact(gpu.name, field, getattr(gpu, column), unit, source, gpu.note if gpu.origin == "catalogue" else "")


@estimate("the field's own", answers="text")
def model_fact(model: ModelName, field: ModelField) -> Answer:
    """One fact of a model, such as its training tokens or its layers, with its source.

    Raises UnknownName for a model or field, NoData where the figure is not published.
    """
    column, unit = MODEL_FIELDS[field]
    if field in SHAPE_FIELDS and model.shape_confidence not in ("checked", ""):
        warn(of_confidence(f"the shape of {model.name} is", model.shape_confidence, "its source"))
    source = (model.shape_source if field in SHAPE_FIELDS else "") or model.source
    return _fact(model.name, field, getattr(model, column), unit, source, model.note if model.origin == "catalogue" else "")


def _fact(name: str, field: str, value: float | str | None, unit: str, source: str, note: str) -> Answer:
    if value is None or value == "":
        raise NoData(f"field: the {field} of {name} is not in the catalogue")
    if note:
        warn(DataNote(f"note: {note}"))
    return Answer(step(f"{field} of {name}", "looked up", value, unit, *filter(None, [source])), field, unit)


@estimate("the assumption's own", answers="text")
def assumption(name: Name) -> Answer:
    """A default or constant that the estimates use, with its range and source.

    Raises UnknownName for a name that is not there; find("assumption", text) searches.
    """
    row = catalogue.assumption(name)
    if row.confidence != "checked":
        warn(of_confidence(f"{row.name}:", row.confidence, "its source"))
    value = step(row.name, row.description, row.value, row.unit, row.source)
    return Answer(value, row.name, row.unit, low=row.low, high=row.high)


@estimate("", answers="table")
def source(id: SourceId) -> Answer:  # noqa: A002 (the name that cells and tools use)
    """The source behind an id: title, publisher, address, date and license.

    Raises UnknownName for an id that is not there; find("source", text) searches.
    """
    row = catalogue.source(id)
    table = tuple((field, getattr(row, field)) for field in Source.__slots__)
    return Answer(step("Source", "looked up", row.title, "", row.id), "title", table=table)


@estimate("", answers="text")
def cost_version() -> Answer:
    """The version of this package; the estimates of one version and one as_of never change.

    That holds for the package's own catalogue; a warning says so where another one is open (COMPUTE_COST_CATALOGUE).
    """
    from compute_cost import __version__

    if not catalogue.is_package():
        warn("the answers come from a catalogue other than this version's own; COMPUTE_COST_CATALOGUE names it")
    return Answer(step("Version", "of the package", __version__, "", "compute-cost"), "version")


@estimate("matches", answers="table")
def find(kind: FindKind, text: Query) -> Answer:
    """Search by part of a name or by everyday words: accelerators, models, assumptions, sources or estimates.

    The value is the number of matches; the table lists each with what it is, the best first. Of a chip or a model every spelling
    is understood; of an estimate the words that people have for what it answers, such as "VRAM", "payback" or "burn rate"
    (core/compute_cost/data/synonyms.csv). Case, spaces and dashes do not matter.

    Raises UnknownName for a kind that can't be searched.
    """
    rows = search(text) if kind == "estimate" else _matches(kind, text)
    matching = "words for what it answers" if kind == "estimate" else "name, alias or description contains every word"
    count = step(f"Matches of {quote(text)} among the {kind}s", matching, float(len(rows)), "matches")
    return Answer(count, "matches", table=(("name", "also", "what it is"), *rows))


_Row = tuple[str, str, str]  # name, other names, what it is


def _matches(kind: str, text: str) -> list[_Row]:
    """The rows in which every word of the text stands, or the one that the text names."""
    wanted = [catalogue.key(word) for word in text.split()]
    searched = [*_searched(kind), *map(_with_key, _own(kind) if kind in ("gpu", "model") else ())]
    rows = [row for found_by, row in searched if all(word in found_by for word in wanted)]
    named = names.find(kind, text) if kind in ("gpu", "model") else None
    if named is None:
        return rows
    first = [row for _, row in searched if row[0] == named.row.name]
    return [*first, *(row for row in rows if row not in first)]


@catalogue.kept(len(KINDS))
def _searched(kind: str) -> tuple[tuple[str, _Row], ...]:
    """The rows of the catalogue, each with the text that it is found by."""
    if kind == "gpu":
        chips = catalogue.accelerators().rows
        rows = [(c.name, c.aliases, f"{c.vendor} {c.generation}, {c.memory:g} GB, {c.market}") for c in chips]
    elif kind == "model":
        models = catalogue.models().rows
        rows = [(m.name, m.aliases, f"{m.organization}, {show(m.params, 'parameters')}, {m.kind}, {m.released}") for m in models]
    elif kind == "assumption":
        rows = [(a.name, str(a.value), a.description) for a in catalogue.assumptions().values()]
    else:
        rows = [(s.id, s.publisher, s.title) for s in catalogue.sources().values()]
    return tuple(map(_with_key, rows))


def _with_key(row: _Row) -> tuple[str, _Row]:
    return catalogue.key(" ".join(row)), row


def _own(kind: str) -> list[tuple[str, str, str]]:
    """The entries of your own catalogue. One that can't be read takes nothing from the others."""
    try:
        return [(entry.name, "yours", entry.line) for entry in own.entries(kind) if entry.row is not None]
    except NoData as problem:
        warn(str(problem))
        return []


# Search of estimates by everyday words

_HAN = re.compile(r"[\u4e00-\u9fff]")
_WORD = re.compile(r"[a-z\d]+(?:[&/.][a-z\d]+)*|[\u4e00-\u9fff]+")
# Words that are said of everything here, so they tell nothing apart.
_PLAIN_WORDS = """
    a about an and any are as at be by can cost costs do does for from get gpu gpus has have how i if in is it its many me model models
    much my of on or our per should than that the their them there they this to use using was we what when which who will with would you
    your
"""
_WEIGHTS = {"synonym": 3.0, "name": 3.0, "summary": 1.5}  # of a word by where it stands
_LEAST = 0.45  # of the best match, below which a match is none
_LOWEST = 1.0  # and whatever the best is
_MOST = 8  # matches


class _Word(NamedTuple):
    """What a word, or a phrase that begins with it, says for estimates: how much for each, and what follows in the phrase."""

    points: dict[str, float]
    phrases: list[tuple[tuple[str, ...], float, str]]


def search(text: str) -> list[tuple[str, str, str]]:
    """The estimates that answer what the text is about, the best first: name, signature and summary of each."""
    scored = scores(text)
    part, docs = "_".join(_WORD.findall(text.casefold())), registry.estimates()
    named = [name for name in docs if f"_{part}" in f"_{name}"] if part or not catalogue.key(text) else []  # the beginning of a word of it
    least = max(_LEAST * max(scored.values()), _LOWEST)
    ranked = sorted((name for name in scored if scored[name] >= least), key=lambda name: -scored[name])[:_MOST]
    return [(name, docs[name].signature(), docs[name].summary) for name in dict.fromkeys([*named, *ranked])]


def scores(text: str) -> dict[str, float]:
    """How well each estimate fits the words of a text; those of fewer estimates say more."""
    index = _index()
    said, plain = stems(text), PLAIN_STEMS
    asked = [word for word in dict.fromkeys(said) if word not in plain] or list(dict.fromkeys(said))
    scored = dict.fromkeys(registry.estimates(), 0.0)
    for word in asked:
        for name, points in index[word].points.items() if word in index else ():
            scored[name] += points
    for first in {*said, *_HAN.findall(text)} & index.keys():
        for phrase, points, name in index[first].phrases:
            scored[name] += points if _stands_in(phrase, said, text) else 0.0
    return scored


def _stands_in(phrase: tuple[str, ...], said: list[str], text: str) -> bool:
    if not phrase[0].isascii():
        return phrase[0] in text
    size = len(phrase)
    return any(tuple(said[at : at + size]) == phrase for at in range(len(said) - size + 1))


def stems(text: str) -> list[str]:
    """The words of a text without what English adds to them: fine-tuning and fine-tune are the same, as are GPU and GPUs."""
    return [_stem(word) for word in _WORD.findall(text.casefold().replace("-", " ").replace("_", " ").replace("'s", ""))]


def _stem(word: str) -> str:
    for ending in ("ing", "es", "ed", "s", "e"):
        if (
            word.endswith(ending)
            and len(word) - len(ending) >= 3
            and not (ending in ("s", "es") and word.endswith("ss"))
            and word.isalpha()
        ):
            bare = word.removesuffix(ending)
            return bare[:-1] if len(bare) > 3 and bare[-1] == bare[-2] and ending in ("ing", "ed") else bare
    return word


PLAIN_STEMS = frozenset(stems(_PLAIN_WORDS))


@catalogue.kept()
def _index() -> dict[str, _Word]:
    """What each word says for the estimates: the more, the fewer of them it is said of."""
    weights: dict[str, dict[str, float]] = {}
    phrases: list[tuple[tuple[str, ...], str]] = []
    for name, doc in registry.estimates().items():
        synonyms = catalogue.synonyms().get(name, ())
        places = (("summary", doc.summary), ("name", name), *(("synonym", word) for word in synonyms))
        for place, text in places:
            words = stems(text)
            for word in words:  # a word of a phrase says less than the phrase
                held = weights.setdefault(word, {})
                held[name] = max(held.get(name, 0.0), _WEIGHTS[place] / (len(words) if place == "synonym" else 1))
            if place == "synonym" and words and (len(words) > 1 or not words[0].isascii()):
                phrases.append((tuple(words), name))
    estimates = len(registry.estimates())
    rarity = {word: math.log(1 + estimates / (1 + sum(weight >= 1 for weight in held.values()))) for word, held in weights.items()}
    index = {word: _Word({name: rarity[word] * weight for name, weight in held.items()}, []) for word, held in weights.items()}
    for phrase, name in phrases:
        first = phrase[0] if phrase[0].isascii() else phrase[0][0]
        index.setdefault(first, _Word({}, [])).phrases.append((phrase, 2.0 * sum(rarity[word] for word in phrase), name))
    return index
