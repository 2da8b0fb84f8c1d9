"""The commands `models`, `gpus`, `providers` and `instances`: what the catalogue holds, and entries of one's own."""

from __future__ import annotations

import re
from dataclasses import asdict, fields
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from compute_cost import amounts, catalogue, registry
from compute_cost.answers import lookup
from compute_cost.catalogue import described, names, own
from compute_cost.catalogue.records import Accelerator, Instance, Model, Price, Provider
from compute_cost.command import files
from compute_cost.command.listing import AsCsv, AsJson, Columns, Words, amount, form_of, holding, show, today, told
from compute_cost.errors import InputError, NoData, one_line, quote
from compute_cost.prices import tariffs


class _ListsByDefault(TyperGroup):
    """`models llama` is `models list llama`: what is no command is what to look for."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] != "--help"):
            args = ["list", *args]
        return super().parse_args(ctx, args)


models = typer.Typer(cls=_ListsByDefault, help="The models that are known by name, and your own.")
gpus = typer.Typer(cls=_ListsByDefault, help="The accelerators that are known by name, and your own.")

Own = Annotated[bool, typer.Option("--own", help="Only those of your own catalogue.")]
Maker = Annotated[str | None, typer.Option("--maker", help="Who made it.")]
OwnName = Annotated[str, typer.Argument(help="Its name.")]
REPLACE = Annotated[bool, typer.Option("--replace", help="Put it in place of your entry of that name.")]


def add(app: typer.Typer) -> None:
    """Adds the commands to the command line."""
    app.add_typer(models, name="models")
    app.add_typer(gpus, name="gpus")
    app.command()(providers)
    app.command()(instances)
    app.command()(find)


@models.command("list")
def list_models(
    words: Words = None,
    maker: Maker = None,
    kind: Annotated[str | None, typer.Option("--kind", help="dense, moe, encoder, diffusion ...")] = None,
    params_from: Annotated[str | None, typer.Option("--params-from", help="With at least this many parameters, such as 7B.")] = None,
    params_to: Annotated[str | None, typer.Option("--params-to", help="With at most this many parameters.")] = None,
    own_only: Own = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List models: `compute-cost models qwen --kind moe`."""
    with told():
        low, high = amount("--params-from", params_from, "parameters"), amount("--params-to", params_to, "parameters")
        rows: list[Model] = _rows("model", own_only, words)
        rows = holding(rows, [maker] if maker else [], lambda row: row.organization)
        rows = [row for row in rows if kind in (None, row.kind) and (low or 0) <= row.params <= (high or float("inf"))]
        show("model", rows, _MODEL_COLUMNS, _figures, form_of(as_json, as_csv), words or (), _known("model"))


def _size(params: float) -> str:
    return f"{params / 1e12:.3g}T" if params >= 1e12 else f"{params / 1e9:.3g}B"


_MODEL_COLUMNS: Columns[Model] = {
    "name": lambda row: row.name,
    "maker": lambda row: row.organization or "yours",
    "size": lambda row: _size(row.params),
    "active": lambda row: _size(row.active) if row.active != row.params else "",
    "kind": lambda row: row.kind,
    "context": lambda row: row.max_context,
    "released": lambda row: row.released,
}


@gpus.command("list")
def list_gpus(
    words: Words = None,
    maker: Maker = None,
    market: Annotated[str | None, typer.Option("--market", help="datacenter, workstation, consumer ...")] = None,
    memory_from: Annotated[str | None, typer.Option("--memory-from", help="With at least this much memory, such as 48GB.")] = None,
    own_only: Own = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List accelerators: `compute-cost gpus nvidia --memory-from 80GB`."""
    with told():
        low = amount("--memory-from", memory_from, "GB") or 0.0
        rows: list[Accelerator] = _rows("gpu", own_only, words)
        rows = holding(rows, [maker] if maker else [], lambda row: row.vendor)
        rows = [row for row in rows if market in (None, row.market) and row.memory >= low]
        form = form_of(as_json, as_csv)
        show("accelerator", rows, _CHIP_COLUMNS, _figures, form, words or (), _known("gpu"))
        if rows and form == "table":
            typer.echo("TFLOP/s: dense, in 16 bits where it has them")


_CHIP_COLUMNS: Columns[Accelerator] = {
    "name": lambda row: row.name,
    "maker": lambda row: row.vendor or "yours",
    "GB": lambda row: row.memory,
    "GB/s": lambda row: described.known(row, "memory_bandwidth"),
    "TFLOP/s": lambda row: described.known(row, row.format16) if described.known(row, "format16") else None,
    "W": lambda row: row.power,
    "market": lambda row: row.market,
    "released": lambda row: row.released,
}


def providers(
    words: Words = None,
    apis: Annotated[bool, typer.Option("--apis", help="The hosts of APIs instead.")] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List providers with how many of their chips have a price, and the day of the newest: `compute-cost providers lambda`."""
    with told():
        if apis:
            hosts = tariffs.hosts()
            listed = holding(hosts.rows, words or (), _names_of)
            of_host: Columns[Provider] = {column: attrgetter(column) for column in ("name", "id", "aliases")}
            show("host", listed, of_host, asdict, form_of(as_json, as_csv), words or (), [name for name, _ in hosts.names()])
            return
        prices: dict[str, list[Price]] = {}
        for quotes in catalogue.prices().values():
            for price in quotes:
                prices.setdefault(price.provider, []).append(price)

        def figures(row: Provider) -> dict[str, Any]:
            quoted = prices.get(row.id, [])
            return {
                "name": row.name,
                "id": row.id,
                "class": quoted[-1].provider_class if quoted else "",
                "chips": len({price.gpu for price in quoted}),
                "newest price": max((price.day.isoformat() for price in quoted), default=""),
                "also": row.aliases,
            }

        rows = [figures(row) for row in holding(catalogue.providers().rows, words or (), _names_of)]
        columns: Columns[dict[str, Any]] = {name: itemgetter(name) for name in ("name", "id", "class", "chips", "newest price")}
        known = [name for name, _ in catalogue.providers().names()]
        show("provider", rows, columns, dict, form_of(as_json, as_csv), words or (), known)


def instances(
    words: Words = None,
    provider: Annotated[str | None, typer.Option("--provider", help="Who rents it out.")] = None,
    gpu: Annotated[str | None, typer.Option("--gpu", help="The accelerator in it.")] = None,
    gpus_from: Annotated[int, typer.Option("--gpus-from", help="With at least this many accelerators.")] = 0,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List machine types with the accelerators in them: `compute-cost instances p5`, `compute-cost instances --gpu H100`."""
    with told():
        chips = {row.id: row.name for row in catalogue.accelerators().rows}
        rows = [row for row in catalogue.instances().rows if row.gpus >= gpus_from]
        if gpu is not None:
            chip = names.find("gpu", gpu)
            if chip is None:
                raise InputError("--gpu", gpu, "it is not a known accelerator; compute-cost gpus lists those")
            rows = [row for row in rows if row.gpu == chip.row.id]
        if provider is not None:
            whose = {row.id for row in holding(catalogue.providers().rows, [provider], _names_of)}
            rows = [row for row in rows if row.provider in whose]
        rows = holding(rows, words or (), lambda row: f"{row.name} {row.aliases} {row.provider} {chips.get(row.gpu, '')}")
        columns: Columns[Instance] = {
            "name": lambda row: row.name,
            "provider": lambda row: row.provider,
            "gpus": lambda row: row.gpus,
            "gpu": lambda row: chips.get(row.gpu, ""),
            "GB each": lambda row: row.gpu_memory,
            "vcpus": lambda row: row.vcpus,
            "host GiB": lambda row: row.host_memory,
        }
        if any(row.refused for row in rows):
            columns = {**columns, "refused": lambda row: row.refused}
        known = [name for name, _ in catalogue.instances().names()]
        show("machine type", rows, columns, asdict, form_of(as_json, as_csv), words or (), known)


def find(
    words: Annotated[list[str], typer.Argument(help="What you want to know, in everyday words.")],
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """Find the estimates that answer something, by everyday words: `compute-cost find burn rate`."""
    rows = [dict(zip(("name", "call", "what it answers"), row, strict=True)) for row in lookup.search(" ".join(words))]
    columns: Columns[dict[str, str]] = {name: itemgetter(name) for name in ("name", "what it answers")}
    show("estimate", rows, columns, dict, form_of(as_json, as_csv), words, registry.estimates())


def _names_of(row: Provider) -> str:
    return f"{row.id} {row.name} {row.aliases}"


def _rows(what: str, own_only: bool, words: list[str] | None) -> list[Any]:
    """The rows that the words ask for: those in whose names they stand, or the one thing that they name together."""
    mine = own.entries(what)
    for entry in mine:
        if entry.problem:
            typer.echo(entry.problem, err=True)
    rows = [entry.row for entry in mine if entry.row is not None]
    if not own_only:
        rows = [*rows, *(catalogue.models() if what == "model" else catalogue.accelerators()).rows]
    held = holding(rows, words or (), lambda row: " ".join((row.name, row.aliases, row.organization if what == "model" else row.vendor)))
    named = names.find(what, " ".join(words)) if words and not held and not own_only else None
    return [named.row] if named else held


def _known(what: str) -> list[str]:
    index: Any = catalogue.models() if what == "model" else catalogue.accelerators()
    return [name for name, _ in index.names()]


def _figures(row: Model | Accelerator) -> dict[str, Any]:
    """Every figure of a row by its column, and whose it is."""
    return {"name": row.name, "origin": row.origin, **{column.name: described.known(row, column.name) for column in fields(row)}}


# Entries of one's own


@models.command("add")
def add_model(
    name: OwnName,
    line: Annotated[str, typer.Argument(help='Its figures, such as "27B; layers 64; kv_heads 4; head_dim 256", or its config.json.')],
    replace: REPLACE = False,
) -> None:
    """Add a model to your own catalogue, by a line of figures or a Hugging Face config.json (a file): answers name it as yours."""
    _add("model", name, line, replace)


@gpus.command("add")
def add_gpu(
    name: OwnName,
    line: Annotated[str, typer.Argument(help='Its figures, such as "48 GB; 960 GB/s; 91 TFLOP/s bf16; 300 W".')],
    replace: REPLACE = False,
) -> None:
    """Add an accelerator to your own catalogue, by a line of figures: answers name it as yours."""
    _add("gpu", name, line, replace)


@models.command("remove")
def remove_model(name: OwnName) -> None:
    """Remove a model from your own catalogue."""
    _remove("model", name)


@gpus.command("remove")
def remove_gpu(name: OwnName) -> None:
    """Remove an accelerator from your own catalogue."""
    _remove("gpu", name)


def text_of(value: Any) -> Any:
    """What the command line means by @FILE.json: the text of that file. Only commands read files: no cell and no tool does.

    Raises InputError for a file that can't be read or is no text of the size of a config.json.
    """
    if not isinstance(value, str) or not re.fullmatch(r"@\S.*\.json", value):  # @cf/meta/llama is a host's name
        return value
    path = Path(value[1:])
    try:
        if path.stat().st_size > 4 * own.LONGEST_FILE:
            raise InputError("file", str(path), f"it has {path.stat().st_size:,} bytes; a config.json has less")
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else "it is not a text file"
        raise InputError("file", str(path), f"it can't be read ({why})") from None


def _add(what: str, name: str, written: str, replace: bool) -> None:
    with told():
        is_file = written.endswith(".json")
        text = text_of(f"@{written.removeprefix('@')}") if is_file else written
        try:
            name = described.checked_name(" ".join(name.split()))
            row = described.find(what, text)
            if row is None:
                raise described.CannotBe("it describes nothing; give figures between semicolons")
        except described.CannotBe as problem:
            raise InputError("line", written, str(problem)) from None
        if taken := names.find(what, name):
            raise InputError("name", name, f"the catalogue has it: {taken.row.name}; take another name")
        if described.find(what, name) is not None or _is_amount(name):
            raise InputError("name", name, "it reads as a figure; take another name")
        mine = list(own.entries(what))
        others = [entry for entry in mine if catalogue.key(entry.name) != catalogue.key(name)]
        if len(others) < len(mine) and not replace:
            raise InputError("name", name, "your catalogue has it; add --replace to put this in its place")
        line = described.line(row) if text.lstrip()[:1] == "{" else one_line(written)
        note = row.note.partition("; not given, so")[0] if is_file else ""  # a line keeps less than its config.json says
        entry = own.Entry(name, line, note, today().isoformat(), row)
        _write(what, [*others, entry])
        typer.echo(f"{name} is yours now: {entry.line}")
        typer.echo(f"kept in {own.file(what)}")


def _remove(what: str, name: str) -> None:
    with told():
        mine = list(own.entries(what))
        others = [entry for entry in mine if catalogue.key(entry.name) != catalogue.key(name)]
        if len(others) == len(mine):
            raise NoData(f"name: your catalogue has no {quote(name)}; compute-cost {own.FILES[what][:-4]} --own lists what it has")
        _write(what, others)
        typer.echo(f"{name} is removed from {own.file(what)}")


def _is_amount(name: str) -> bool:
    try:
        amounts.read(name, "parameters")
    except amounts.Unreadable:
        return False
    return True


def _write(what: str, entries: list[own.Entry]) -> None:
    path = own.file(what)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write(path, own.written(entries))
    except OSError as problem:
        raise NoData(f"your catalogue {path} can't be written ({problem.strerror})") from None
    catalogue.forget()
