"""The catalogue as resources of the Model Context Protocol: whole lists as CSV, one entry as JSON, and names to complete."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import mcp_types as types
from mcp.shared.uri_template import UriTemplate

from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator
from compute_cost.errors import InputError
from compute_cost.parameters import CatalogueName

SCHEME = "compute-cost://"
MOST_COMPLETIONS = 100  # the protocol's own limit

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Shelf:
    """One list of the catalogue: its rows, the names of its entries, and one entry by name."""

    description: str
    entry: str
    rows: Callable[[], Rows]
    names: Callable[[], list[str]]
    find: Callable[[str], Any]


def _find(kind: CatalogueName) -> Callable[[str], Any]:
    return lambda name: asdict(kind.reader("name")(name))


def _quotes(gpu: Accelerator) -> Rows:
    """Each provider's newest price of each term, oldest first; the free text of a note stays in the catalogue."""
    newest = {(quote.provider, quote.term): quote for quote in catalogue.prices().get(gpu.id, ())}
    return [
        {
            "gpu": gpu.name, "provider": quote.provider, "class": quote.provider_class, "term": quote.term, "usd_per_gpu_hour": quote.price,
            "date": quote.date, "source": quote.source, "confidence": quote.confidence,
        }
        for quote in newest.values()
    ]  # fmt: skip


_GPU = CatalogueName("", what="gpu")
_MODEL = CatalogueName("", what="model")
SHELVES = {
    "accelerators": Shelf(
        "Accelerators: dense peaks in TFLOP/s, memory in GB, bandwidths in GB/s, power in W, with source and date.",
        "One accelerator, such as H100.",
        lambda: [asdict(chip) for chip in catalogue.accelerators().rows],
        lambda: [chip.name for chip in catalogue.accelerators().rows],
        _find(_GPU),
    ),
    "models": Shelf(
        "Models: parameters, training tokens and shape, with source and confidence.",
        "One model, such as GPT-3.",
        lambda: [asdict(model) for model in catalogue.models().rows],
        lambda: [model.name for model in catalogue.models().rows],
        _find(_MODEL),
    ),
    "prices": Shelf(
        "Rental prices in US dollars per accelerator and hour: the newest of each provider and term, with day, source and confidence.",
        "The prices of one accelerator, such as H100.",
        lambda: [quote for gpu in catalogue.accelerators().rows for quote in _quotes(gpu)],
        lambda: [gpu.name for gpu in catalogue.accelerators().rows if gpu.id in catalogue.prices()],
        lambda name: _quotes(_GPU.reader("name")(name)),
    ),
    "sources": Shelf(
        "Sources of every figure: title, publisher, address, date and license.",
        "One source by its id, such as gpt3-paper.",
        lambda: [asdict(source) for source in catalogue.sources().values()],
        lambda: list(catalogue.sources()),
        lambda name: asdict(catalogue.source(name)),
    ),
}
TEMPLATES = {name: UriTemplate.parse(f"{SCHEME}{name}/{{name}}") for name in SHELVES}


def listed() -> list[types.Resource]:
    """The whole lists."""
    return [
        types.Resource(name=name, title=name.capitalize(), uri=SCHEME + name, description=shelf.description, mime_type="text/csv")
        for name, shelf in SHELVES.items()
    ]


def templates() -> list[types.ResourceTemplate]:
    """One entry of each list."""
    return [
        types.ResourceTemplate(
            name=f"{name}-entry",
            title=f"{name.capitalize()}: one entry",
            uri_template=str(TEMPLATES[name]),
            description=shelf.entry,
            mime_type="application/json",
        )
        for name, shelf in SHELVES.items()
    ]


def read(uri: str) -> types.ReadResourceResult:
    """A list as CSV or one entry as JSON. Raises CostError for an address or a name that is not there."""
    text, kind = _read(uri)
    return types.ReadResourceResult(contents=[types.TextResourceContents(uri=uri, mime_type=kind, text=text)])


def _read(uri: str) -> tuple[str, str]:
    for name, shelf in SHELVES.items():
        if uri == SCHEME + name:
            return _as_csv(shelf.rows()), "text/csv"
        matched = TEMPLATES[name].match(uri)
        if matched:
            return json.dumps(shelf.find(str(matched["name"])), ensure_ascii=False, indent=1), "application/json"
    addresses = ", ".join(SCHEME + name for name in SHELVES)
    raise InputError("uri", uri, f"give one of {addresses}, or one entry such as {SCHEME}accelerators/H100")


def _as_csv(rows: Rows) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def complete(request: types.CompleteRequestParams) -> types.Completion:
    """Names that start like what was typed, for an entry of a list or the argument of a prompt."""
    if isinstance(request.ref, types.ResourceTemplateReference):
        shelf = next((SHELVES[name] for name, template in TEMPLATES.items() if str(template) == request.ref.uri), None)
    else:
        shelf = {"model": SHELVES["models"], "gpu": SHELVES["accelerators"], "gpus": SHELVES["accelerators"]}.get(request.argument.name)
    several = request.argument.name == "gpus"
    before, comma, typed = request.argument.value[:500].rpartition(",") if several else ("", "", request.argument.value[:100])
    start = f"{before}{comma} ".lstrip() if comma else ""
    completions = [start + name for name in (shelf.names() if shelf else ()) if catalogue.key(name).startswith(catalogue.key(typed))]
    return types.Completion(values=completions[:MOST_COMPLETIONS], total=len(completions), has_more=len(completions) > MOST_COMPLETIONS)
