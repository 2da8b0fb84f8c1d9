"""Checks every cell of the catalogue's files by the kind of its column, and what no cell shows alone: ids, names, ranges, counts."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping

from compute_cost.amounts import show
from compute_cost.catalogue import shelves
from compute_cost.catalogue.columns import columns, wrong_cells
from compute_cost.catalogue.measured import (
    FineTuningRow,
    HeldOut,
    HeldOutMedia,
    HeldOutServing,
    ImageRow,
    PublishedIndex,
    ReinforcementRow,
    RivalServing,
    ServingRow,
    SpeechRow,
    StepRow,
    fitted_rows,
)
from compute_cost.catalogue.records import (
    Accelerator,
    Assumption,
    Calibration,
    Coefficient,
    Format,
    Grid,
    HostedModel,
    ImageModel,
    Instance,
    Model,
    NameWord,
    Price,
    Provider,
    PublishedEstimate,
    Refused,
    Review,
    Run,
    Source,
    Synonyms,
    Tariff,
    TuningPrice,
)
from compute_cost.catalogue.weights import parameters_of_shape

SHAPE_TOLERANCE = 0.03  # norms, biases and routers are not counted

# The files of core/compute_cost/data, which answers need, and those of benchmarks/data, which only a checkout has.
PACKAGED: dict[str, type] = {
    "accelerators": Accelerator,
    "refused_chips": Refused,
    "models": Model,
    "refused_models": Refused,
    "image_models": ImageModel,
    "formats": Format,
    "prices": Price,
    "providers": Provider,
    "hosts": Provider,
    "hosted_models": HostedModel,
    "tariffs": Tariff,
    "tuning_prices": TuningPrice,
    "grids": Grid,
    "name_words": NameWord,
    "instances": Instance,
    "published_runs": Run,
    "published_estimates": PublishedEstimate,
    "utilization": Coefficient,
    "inference": Coefficient,
    "inference_rows": Calibration,
    "assumptions": Assumption,
    "reviews": Review,
    "sources": Source,
    "synonyms": Synonyms,
}
MEASURED: dict[str, type] = {
    "step_throughput": StepRow,
    "held_out": HeldOut,
    "serving_benchmarks": ServingRow,
    "held_out_inference": HeldOutServing,
    "rival_serving": RivalServing,
    "image_rows": ImageRow,
    "speech_rows": SpeechRow,
    "held_out_media": HeldOutMedia,
    "fine_tuning_rows": FineTuningRow,
    "reinforcement_rows": ReinforcementRow,
    "published_indices": PublishedIndex,
}
FILES = PACKAGED | MEASURED
CITED_BY_CODE = frozenset({"ai-index-2025", "iso-4217", "kaplan-2020", "yours"})  # formulas' sources, and what the user gives
Rows = list[tuple[int, dict[str, str]]]  # with the line on which each row ends


def texts() -> dict[str, str]:
    """Every file of the open catalogue by name, as text; with the package's own those of benchmarks/data too, where they are there."""
    measured = shelves.MEASURED.is_dir() and shelves.is_package()
    return {name: shelves.read_text(name) for name in (FILES if measured else PACKAGED)}


def problems(files: Mapping[str, str]) -> list[str]:
    """Everything that is wrong with these files, one line each; empty where all is well."""
    read = {name: checked(name, text) for name, text in files.items()}
    tables = {name: rows for name, (rows, _) in read.items()}
    wrong = [problem for _, problems in read.values() for problem in problems]
    # Where a cell or an id is wrong, what follows from it is no news.
    wrong = wrong or list(_wrong_ids(tables))
    checks = (_wrong_sources, _names_of_two, _wrong_figures, _wrong_formats, _wrong_defaults, _wrong_counts, _wrong_shapes, _wrong_reviews)
    return wrong or [problem for check in checks for problem in check(tables)]


def checked(name: str, text: str) -> tuple[Rows, list[str]]:
    """The rows of one file, and what is wrong with its cells."""
    reader = csv.DictReader(text.splitlines())
    rows = [(reader.line_num, row) for row in reader]
    return rows, list(_misshapen(name, reader.fieldnames or (), rows))


def _misshapen(name: str, header: object, rows: Rows) -> Iterator[str]:
    wanted = columns(FILES[name])
    if header != list(wanted):
        yield f"{name}.csv line 1: the columns must be {','.join(wanted)}"
        return
    for line, row in rows:
        if None in row:
            yield f"{name}.csv line {line}: more cells than columns"
        for column, words in wrong_cells(wanted, row):
            yield f"{name}.csv line {line}: {column}: {row[column]!r} is not {words}"


def _wrong_ids(tables: Mapping[str, Rows]) -> Iterator[str]:
    """Ids that stand twice, and ids of rows that are not there."""
    kinds = {name: {heading: column.kind for heading, column in columns(FILES[name]).items()} for name in tables}
    ids = {name: Counter(row[own] for _, row in tables[name] for own in kinds[name] if kinds[name][own].own) for name in tables}
    for name, rows in tables.items():
        for line, row in rows:
            for column, kind in kinds[name].items():
                cell = row[column]
                if kind.own and ids[name][cell] > 1:
                    yield f"{name}.csv line {line}: {column}: {cell!r} is there twice"
                if cell and kind.files and not any(cell in ids[file] for file in kind.files):
                    yield f"{name}.csv line {line}: {column}: {cell!r} is not {kind.words}"


def _wrong_sources(tables: Mapping[str, Rows]) -> Iterator[str]:
    """Rows that cite a lead: a source without a license whose figures are not its own; and sources that nothing cites.

    The latter only where the measured rows are there, which cite some of them too.
    """
    cited_sources = set(CITED_BY_CODE)
    for name, rows in tables.items():
        for heading in (heading for heading, column in columns(FILES[name]).items() if "sources" in column.kind.files):
            cited_sources.update(row[heading] for _, row in rows)
    for line, row in tables["sources"] if tables.keys() >= MEASURED.keys() else ():
        if row["id"] not in cited_sources:
            yield f"sources.csv line {line}: id: no row cites {row['id']!r}: cite it, or leave it out"
    leads = {row["id"] for _, row in tables["sources"] if row["license"] == "none"}
    for name in tables.keys() & PACKAGED.keys():
        cited = [heading for heading, column in columns(FILES[name]).items() if "sources" in column.kind.files]
        for line, row in tables[name]:
            for heading in cited:
                if row[heading] in leads:
                    yield f"{name}.csv line {line}: {heading}: {row[heading]!r} is a lead: cite who states the figure, or leave it out"


def _names_of_two(tables: Mapping[str, Rows]) -> Iterator[str]:
    """Names that mean two things: two models, formats, providers or hosts, or two of accelerators, refused chips and instance types."""
    chips, models = ("accelerators", "refused_chips", "instances"), ("models", "refused_models")
    for files in (chips, models, ("formats",), ("providers",), ("hosts",), ("grids",)):
        claimed: dict[str, str] = {}
        for name, line, row in ((file, *numbered) for file in files for numbered in tables[file]):
            for spelling in {shelves.key(spelling) for spelling in (row["id"], row["name"], *filter(None, row["aliases"].split(";")))}:
                if claimed.setdefault(spelling, row["id"]) != row["id"]:
                    yield f"{name}.csv line {line}: {spelling!r} means both {claimed[spelling]} and {row['id']}"


def _wrong_figures(tables: Mapping[str, Rows]) -> Iterator[str]:
    """More active parameters than there are, a word that should be a number, a value outside its range, a row without any figure."""
    is_number = columns(Coefficient)["value"].kind.fits
    for name, rows in tables.items():
        for line, row in rows:
            if row.get("active_params") and float(row["active_params"]) > float(row["params"] or "inf"):
                yield f"{name}.csv line {line}: active_params: {row['active_params']!r} is more than all parameters"
            if name == "assumptions" and row["unit"] and not is_number(row["value"]):
                yield f"{name}.csv line {line}: value: {row['value']!r} has a unit but is not a number"
            elif row.get("low") and float(row["low"]) > float(row["value"]):
                yield f"{name}.csv line {line}: low: {row['low']!r} is above the value"
            elif row.get("high") and float(row["high"]) < float(row["value"]):
                yield f"{name}.csv line {line}: high: {row['high']!r} is below the value"
            if name == "instances" and bool(row["refused"]) == (row["gpu"] != "" and float(row["gpus"]).is_integer()):
                yield f"{name}.csv line {line}: refused: what is not whole chips says why it is refused, and nothing else does"


def _wrong_formats(tables: Mapping[str, Rows]) -> Iterator[str]:
    """Formats without bits, and bits of no format."""
    bits = {row["name"].removeprefix(shelves.BITS) for _, row in tables["assumptions"] if row["name"].startswith(shelves.BITS)}
    for line, row in tables["formats"]:
        if row["id"] not in bits:
            yield f"formats.csv line {line}: id: assumptions.csv has no {shelves.BITS}{row['id']}"
    for name in sorted(bits - {row["id"] for _, row in tables["formats"]}):
        yield f"assumptions.csv: {shelves.BITS}{name}: {name!r} is not an id of formats.csv"


def _wrong_shapes(tables: Mapping[str, Rows]) -> Iterator[str]:
    """Models whose shape gives another number of parameters than they have, by more than 3%, where the note says nothing of it."""
    for line, row in tables["models"]:
        model = shelves.objects([row], Model)[0]
        given = parameters_of_shape(model)
        if given is None or abs(given / model.params - 1) <= SHAPE_TOLERANCE:
            continue
        told = re.search(r"shape (?:alone )?gives (?:only )?([\d.]+)([MB])", row["note"])
        if not told or abs(float(told[1]) * (1e9 if told[2] == "B" else 1e6) / given - 1) > 0.02:
            counts = f"its shape gives {show(given)}, not {show(model.params)}"
            yield f'models.csv line {line}: params: {counts}; correct it, or note "The shape gives {given / 1e9:.4g}B" and why'


def _wrong_defaults(tables: Mapping[str, Rows]) -> Iterator[str]:
    """The two assumptions that are words and that every answer rests on: the day and the accelerator."""
    words = {row["name"]: row["value"] for _, row in tables["assumptions"]}
    chips = {shelves.key(name) for _, row in tables["accelerators"] for name in (row["id"], row["name"], *row["aliases"].split(";"))}
    if not columns(Assumption)["date"].kind.fits(words.get("as_of", "")):
        yield f"assumptions.csv: as_of: {words.get('as_of', '')!r} is not a date"
    if shelves.key(words.get("gpu", "")) not in chips:
        yield f"assumptions.csv: gpu: {words.get('gpu', '')!r} is not an accelerator"


def _wrong_reviews(tables: Mapping[str, Rows]) -> Iterator[str]:
    """Reviews of figures that are not there."""
    figures = {row["name"] for _, row in tables["assumptions"]}
    figures |= {f"rent of {row['gpu']}" for _, row in tables["prices"] if row["term"] == "on_demand"}
    figures |= {f"purchase price of {row['id']}" for _, row in tables["accelerators"] if row["purchase_price"]}
    for line, row in tables["reviews"]:
        if row["figure"] not in figures:
            yield f"reviews.csv line {line}: figure: {row['figure']!r} is no figure that data overdue knows"


def _wrong_counts(tables: Mapping[str, Rows]) -> Iterator[str]:
    """Counts of measured rows by chip generation, where the rows are there to count."""
    if "serving_benchmarks" not in tables:
        return
    generation = {row["id"]: row["generation"] for _, row in tables["accelerators"]}
    wanted = fitted_rows(shelves.objects([row for _, row in tables["serving_benchmarks"]], ServingRow), generation)
    told = {(row["generation"], row["use"]): int(float(row["rows"])) for _, row in tables["inference_rows"]}
    for key in sorted(wanted.keys() | told.keys()):
        if wanted.get(key) != told.get(key):
            yield f"inference_rows.csv: {', '.join(key)}: {told.get(key, 'no')} rows, but {wanted.get(key, 'no')} in serving_benchmarks.csv"
