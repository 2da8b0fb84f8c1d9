"""Where a number comes from: facts of the catalogue, assumptions, sources, and search by text."""

from __future__ import annotations

from typing import Annotated

from compute_cost import catalogue, registry
from compute_cost.amounts import show
from compute_cost.catalogue.records import Model, Source
from compute_cost.errors import NoData, quote
from compute_cost.inputs import step, warn
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
    "layers": ("layers", "layers"),
    "hidden": ("hidden", "elements"),
    "heads": ("heads", "heads"),
    "kv_heads": ("kv_heads", "heads"),
    "ffn": ("ffn", "elements"),
    "vocab": ("vocab", "tokens"),
    "experts": ("experts", "experts"),
    "kind": ("kind", ""),
    "organization": ("organization", ""),
    "released": ("released", ""),
    "name": ("name", ""),
}
SHAPE_FIELDS = {"seq_len", "layers", "hidden", "heads", "kv_heads", "ffn", "vocab", "experts"}

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
    return _fact(gpu.name, field, getattr(gpu, column), unit, source, gpu.note)


@estimate("the field's own", answers="text")
def model_fact(model: ModelName, field: ModelField) -> Answer:
    """One fact of a model, such as its training tokens or its layers, with its source.

    Raises UnknownName for a model or field, NoData where the figure is not published.
    """
    column, unit = MODEL_FIELDS[field]
    if field in SHAPE_FIELDS and model.shape_confidence not in ("checked", ""):
        warn(f"the shape of {model.name} is {model.shape_confidence}{'' if model.shape_confidence == 'rumor' else ' against its source'}")
    source = (model.shape_source if field in SHAPE_FIELDS else "") or model.source
    return _fact(model.name, field, getattr(model, column), unit, source, model.note)


def _fact(name: str, field: str, value: float | str | None, unit: str, source: str, note: str) -> Answer:
    if value is None or value == "":
        raise NoData(f"field: the {field} of {name} is not in the catalogue")
    if note:
        warn(f"note: {note}")
    return Answer(step(f"{field} of {name}", "looked up", value, unit, source), field, unit)


@estimate("the assumption's own", answers="text")
def assumption(name: Name) -> Answer:
    """A default or constant that the estimates use, with its range and source.

    Raises UnknownName for a name that is not there; find("assumption", text) searches.
    """
    found = catalogue.assumption(name)
    if found.confidence != "checked":
        warn(f"{found.name}: {found.confidence} against its source")
    value = step(found.name, found.description, found.value, found.unit, found.source)
    return Answer(value, found.name, found.unit, low=found.low, high=found.high)


@estimate("", answers="table")
def source(id: SourceId) -> Answer:  # noqa: A002 (the name that cells and tools use)
    """The source behind an id: title, publisher, address, date and license.

    Raises UnknownName for an id that is not there; find("source", text) searches.
    """
    found = catalogue.source(id)
    table = tuple((field, getattr(found, field)) for field in Source.__slots__)
    return Answer(step("Source", "looked up", found.title, "", found.id), "title", table=table)


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
    """Search the catalogue by part of a name: accelerators, models, assumptions, sources or estimates.

    The value is the number of matches; the table lists each with what it is. Case, spaces and dashes do not matter.

    Raises UnknownName for a kind that can't be searched.
    """
    wanted = catalogue.key(text)
    rows = [row for row in _searchable(kind) if wanted in catalogue.key(" ".join(row))]
    label = f"Matches of {quote(text)} among the {kind}s"
    count = step(label, "name, alias or description contains the text", float(len(rows)), "matches")
    return Answer(count, "matches", table=(("name", "also", "what it is"), *rows))


def _searchable(kind: str) -> list[tuple[str, str, str]]:
    if kind == "gpu":
        chips = catalogue.accelerators().rows
        return [(c.name, c.aliases, f"{c.vendor} {c.generation}, {c.memory:g} GB, {c.market}") for c in chips]
    if kind == "model":
        rows = catalogue.models().rows
        return [(m.name, m.aliases, f"{m.organization}, {show(m.params, 'parameters')}, {m.kind}, {m.released}") for m in rows]
    if kind == "assumption":
        return [(a.name, str(a.value), a.description) for a in catalogue.assumptions().values()]
    if kind == "source":
        return [(s.id, s.publisher, s.title) for s in catalogue.sources().values()]
    return [(doc.name, doc.signature(), doc.summary) for doc in registry.estimates().values()]
