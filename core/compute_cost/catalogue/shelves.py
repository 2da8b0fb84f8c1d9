"""The catalogue: accelerators, models, prices, published runs, assumptions and their sources, loaded when first needed.

Names are found here exactly (case, spaces, dashes and underscores do not matter) or not at all: a near name is suggested,
never taken. `compute_cost.catalogue.names` reads those of drivers and model hubs. `compute_cost.catalogue.schema` checks
every row of the files.

The files are the package's own, unless the environment variable COMPUTE_COST_CATALOGUE names another folder with all of
them (an older catalogue, or one of your own), or a program opens one with `open`. What is worked out from the catalogue
and kept for the next call is kept with `kept`, and nothing else, so that it goes when another catalogue is opened.
"""

from __future__ import annotations

import csv
import datetime
import math
import os
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast

from compute_cost.catalogue.columns import Column, columns, period_end, wrong_cells
from compute_cost.catalogue.records import (
    Accelerator,
    Assumption,
    Calibration,
    Coefficient,
    Format,
    Grid,
    ImageModel,
    Instance,
    Model,
    NameWord,
    Price,
    Provider,
    PublishedEstimate,
    Refused,
    Run,
    Source,
    Synonyms,
    TuningPrice,
)
from compute_cost.errors import NoData, UnknownName, near, one_line, quote, search_hint

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

N = TypeVar("N", bound=Any)
R = TypeVar("R")
D = TypeVar("D", bound=dict[Any, Any])
# Rows that fits and the accuracy report compare with, and no answer needs: a checkout has them, an installed package does not.
MEASURED = Path(__file__).parent.joinpath("..", "..", "..", "benchmarks", "data")
P = ParamSpec("P")

LONGEST_NAME = 100  # characters
BITS = "bits_per_parameter_"  # and the id of a format: the assumption of how many it takes
OF_WEIGHT = "bpw"  # behind the bits per weight that are all there is to say of a format

_opened: Traversable | None = None  # the folder that `open` was given
_emptiers: list[Callable[[], None]] = []  # each empties what one function keeps


def kept(most: int | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep what a function works out from the catalogue, of the last `most` calls (all if left out), while that catalogue is open.

    A kept answer is as fast as with functools.lru_cache, because it is one.
    """

    def keep(function: Callable[P, R]) -> Callable[P, R]:
        keeping = lru_cache(maxsize=most)(function)
        _emptiers.append(keeping.cache_clear)
        return cast("Callable[P, R]", keeping)  # functools types a kept call loosely

    return keep


def emptied(store: D) -> D:
    """The dictionary itself, for what a function keeps in it of the catalogue: it is emptied when another catalogue is opened."""
    _emptiers.append(store.clear)
    return store


def forget() -> None:
    """Drop everything that was worked out from the catalogue: its files are read again when they are next needed."""
    for empty in _emptiers:
        empty()


def open(place: str | os.PathLike[str] | None) -> None:  # noqa: A001 (it reads catalogue.open)
    """Answer from the catalogue in the folder `place` from now on.

    None closes it again: then the folder that COMPUTE_COST_CATALOGUE names counts, else the package's own. Open a catalogue
    before other threads ask. Raises NoData for a folder that lacks a file, and leaves the open catalogue as it is.
    """
    global _opened
    _opened = None if place is None else _complete(Path(place))
    forget()


@kept()
def folder() -> Traversable:
    """The folder whose files are read. Raises NoData where COMPUTE_COST_CATALOGUE names one that lacks a file."""
    named = os.environ.get("COMPUTE_COST_CATALOGUE")
    return _opened or (_complete(Path(named)) if named else _package())


def is_package() -> bool:
    """Whether the open catalogue is the package's own."""
    return folder() == _package()


def _package() -> Traversable:
    place = Path(__file__).parents[1] / "data"
    if place.is_dir():
        return place
    from importlib import resources  # takes a tenth of a start, and only a package in an archive needs it

    return resources.files("compute_cost").joinpath("data")


def _complete(place: Path) -> Path:
    """The folder, if it has every file of a catalogue."""
    wanted = {file.name for file in _package().iterdir() if file.name.endswith(".csv")}
    try:
        lacking = sorted(wanted - set(os.listdir(place)))
    except OSError as problem:
        raise NoData(f"the catalogue {place} can't be opened ({problem.strerror}); COMPUTE_COST_CATALOGUE must name its folder") from None
    if lacking:
        raise NoData(f"the catalogue {place} has no {', '.join(lacking)}; copy what it lacks from the folder {_package()}")
    return place


class Index(Generic[N]):
    """Things by id, name and alias."""

    def __init__(self, rows: Sequence[N]) -> None:
        self.rows = rows
        self._by_key: dict[str, N] = {}
        self._seen: dict[str, N] = {}
        for row in rows:
            for name in (row.id, row.name, *filter(None, row.aliases.split(";"))):
                self._by_key.setdefault(key(name), row)

    def get(self, name: str) -> N | None:
        """The one thing of that name, or None. Never the nearest."""
        row = self._seen.get(name)
        if row is None and len(name) <= LONGEST_NAME:
            row = self._by_key.get(key(name))
            if row is not None and len(self._seen) < 1000:
                self._seen[name] = row
        return row

    def names(self) -> Iterator[tuple[str, N]]:
        """Every name and alias as people write it, with what it names."""
        for row in self.rows:
            for name in (row.name, *filter(None, row.aliases.split(";"))):
                yield name.strip(), row

    def near(self, text: str, most: int = 3) -> dict[str, str]:
        """The things with a name that looks like `text`, best first, for UnknownName: each once, by its own name."""
        spelled = {row.id: row.name for row in self.rows} | {name: row.name for name, row in self.names()}
        things = dict.fromkeys(spelled[name] for name in near(text, spelled, most=len(spelled)))
        return dict.fromkeys([*things][:most], "")


def key(name: str) -> str:
    """A name without what does not matter: case, spaces, dashes, underscores."""
    return re.sub(r"[\s\-_\u2010-\u2015]+", "", name).casefold()


def folded(name: str) -> str:
    """The name of a hosted model without what hosts write one way or the other: case, spaces, dashes, dots."""
    return re.sub(r"[\s\-_.\u2010-\u2015@~]+", "", name).casefold()


def read_text(name: str) -> str:
    """The file `name`.csv of the open catalogue or, in a checkout, of benchmarks/data.

    Raises NoData for a file that can't be read, or that is of benchmarks/data where this is not a checkout.
    """
    file: Traversable = folder().joinpath(f"{name}.csv")
    try:
        if not file.is_file():
            if not MEASURED.is_dir():
                raise NoData(f"the rows of {name}.csv are not installed; a checkout of the source has them in benchmarks/data")
            file = MEASURED / f"{name}.csv"
        return file.read_text(encoding="utf-8-sig")  # with the mark that Excel begins such a file with
    except (OSError, UnicodeDecodeError) as problem:
        raise NoData(f"the catalogue's file {file} can't be read ({problem}); correct it") from None


def read_rows(name: str) -> list[dict[str, str]]:
    """The rows of the file `name`.csv as text. Raises NoData for a file that can't be read."""
    try:
        return list(csv.DictReader(read_text(name).splitlines()))
    except csv.Error as problem:
        raise NoData(f"the catalogue's file {name}.csv can't be read ({problem}); correct it") from None


def load(name: str, kind: type[R]) -> tuple[R, ...]:
    """The rows of the file `name`.csv as objects. Raises NoData where a row can't be one."""
    wanted, lines = columns(kind), read_text(name).splitlines()
    try:
        header, *rows = [row for row in csv.reader(lines) if row] or [[]]
        if header[: len(wanted)] == [*wanted] and all(len(row) == len(header) for row in rows):
            return _objects(rows, kind, wanted)
        return objects(list(csv.DictReader(lines)), kind)
    except (ValueError, csv.Error) as problem:
        raise NoData(f"the catalogue's file {folder().joinpath(name)}.csv is damaged ({one_line(str(problem))}); correct it") from None


def objects(rows: Sequence[dict[str, str]], kind: type[R]) -> tuple[R, ...]:
    """The rows as objects: a column of numbers holds a float, or None where the cell is empty.

    Raises ValueError, with line and column, for a row that lacks a column or has another text where a number belongs.
    """
    wanted = columns(kind)
    lacking = next(((line, name) for line, row in enumerate(rows, start=2) for name in wanted if name not in row), None)
    if lacking:
        raise ValueError(f"line {lacking[0]}: {lacking[1]} can't be None")
    return _objects([[row[name] for name in wanted] for row in rows], kind, wanted)


def _objects(rows: Sequence[Sequence[str | None]], kind: type[R], wanted: Mapping[str, Column]) -> tuple[R, ...]:
    """The same of cells in the order of the wanted columns. Each column is read as a whole: cell by cell takes twice as long."""
    if not rows:
        return ()
    by_column = []
    for (name, column), cells in zip(wanted.items(), zip(*rows, strict=False), strict=False):
        read = _READERS[column.number, column.word]
        try:
            by_column.append(read(cells))
        except (TypeError, ValueError):
            line, cell = next((line, cell) for line, cell in enumerate(cells, start=2) if not _can(read, cell))
            raise ValueError(f"line {line}: {name} can't be {quote(cell)}") from None
    return tuple(map(kind, *by_column))


def _can(read: Callable[[Sequence[str | None]], Sequence[Any]], cell: str | None) -> bool:
    try:
        return bool(read([cell]))
    except (TypeError, ValueError):
        return False


def _texts(cells: Sequence[str | None]) -> Sequence[str | None]:
    if None in cells:
        raise ValueError("a row ends before this column")
    return cells


def _numbers(cells: Sequence[str | None]) -> Sequence[float | None]:
    values = [float(cell) if cell else None for cell in cells]
    if not all(math.isfinite(value) for value in values if value):
        raise ValueError("not finite")
    return values


def _numbers_or_words(cells: Sequence[str | None]) -> Sequence[float | str | None]:
    """An assumption may be a word, such as the default accelerator."""
    return [_numbers([cell])[0] if _can(_numbers, cell) else cell for cell in cells]


_READERS: dict[tuple[bool, bool], Callable[[Sequence[str | None]], Sequence[Any]]] = {  # by whether a column holds numbers, and words
    (True, False): _numbers,
    (True, True): _numbers_or_words,
    (False, True): _texts,
}


@kept()
def accelerators() -> Index[Accelerator]:
    return Index(load("accelerators", Accelerator))


@kept()
def models() -> Index[Model]:
    return Index(load("models", Model))


@kept()
def image_models() -> Mapping[str, ImageModel]:
    """How image models draw, by the id of the model."""
    return {row.model: row for row in load("image_models", ImageModel)}


@kept()
def formats() -> Index[Format]:
    return Index(load("formats", Format))


@kept(1000)
def number_format(name: str) -> Format | None:
    """The number format of that name; one that is named by its bits alone, such as 4.25bpw, is made from them."""
    row = formats().get(name) or formats().get(_without_its_file(name))
    said = (
        None if row or len(name) > LONGEST_NAME else re.fullmatch(r"(?:exl[23])?(\d{1,2}(?:\.\d{1,4})?)(?:bpw|bits?perweight)", key(name))
    )
    if said and 1 <= float(said[1]) <= 32:
        bits = f"{float(said[1]):g}{OF_WEIGHT}"
        return Format(bits, bits, "", "unsaid", None, "", "", "", "")
    return row


def _without_its_file(name: str) -> str:
    """A format as a file or a hub page writes it, without the words that say who packed it and how: i1-Q4_K_M.gguf, GGUF Q4_K_M."""
    packing = name_words()["container"].keys() | name_words()["of_format"].keys()
    return " ".join(word for word in re.split(r"[\s.-]+", name) if word.casefold() not in packing)


@kept()
def providers() -> Index[Provider]:
    return Index(load("providers", Provider))


@kept()
def grids() -> Index[Grid]:
    return Index(load("grids", Grid))


@kept()
def name_words() -> Mapping[str, Mapping[str, NameWord]]:
    """The words of names by their kind, each by itself; none of a kind that an older catalogue does not have."""
    by_kind: defaultdict[str, dict[str, NameWord]] = defaultdict(dict)
    for row in load("name_words", NameWord):
        by_kind[row.kind][row.word] = row
    return by_kind


@kept()
def refused_chips() -> Index[Refused]:
    return Index(load("refused_chips", Refused))


@kept()
def refused_models() -> Index[Refused]:
    return Index(load("refused_models", Refused))


@kept()
def instances() -> Index[Instance]:
    return Index(load("instances", Instance))


# That a file of the user's from before 0.5 does not have.
LATER_PRICE_COLUMNS = ("kind", "region", "node")


def user_prices_file() -> Path:
    """Where `compute-cost prices update` keeps the user's own quotes.

    The folder that the environment variable COMPUTE_COST_DATA names, else the one that the operating
    system sets aside for a program's data.
    """
    folder = os.environ.get("COMPUTE_COST_DATA")
    if folder:
        return Path(folder, "prices.csv")
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        base = "~/Library/Application Support"
    else:
        base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(os.path.expanduser(base), "compute-cost", "prices.csv")  # unlike Path.expanduser it never raises


@kept()
def prices() -> dict[str, tuple[Price, ...]]:
    """Rental prices by accelerator id, oldest first: the package's, then those the user has added.

    `compute-cost prices update` appends quotes, marked with source id `gpuhunt` and their date, to
    `user_prices_file`; rows with another source there are contracts of the user's. They count only from the
    day after `catalogue_date`, which stays the default `as_of`: an answer for that day or an earlier one depends
    on the package alone, and anyone who wants the new quotes gives a later `as_of`. Read once per process.
    """
    by_gpu: dict[str, list[tuple[datetime.date, int, Price]]] = {}
    days: dict[tuple[str, str], datetime.date] = {}  # thousands of rows are of some hundred days
    for place, row in enumerate((*load("prices", Price), *user_prices())):
        written = row.date, row.recorded
        if written not in days:
            days[written] = row.day
        by_gpu.setdefault(row.gpu, []).append((days[written], place, row))
    return {gpu: tuple(row for _, _, row in sorted(rows)) for gpu, rows in by_gpu.items()}


def user_prices() -> tuple[Price, ...]:
    """The user's own quotes that are younger than the catalogue; none where there is no such file."""
    path = user_prices_file()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except (OSError, UnicodeDecodeError) as problem:
        raise NoData(f"the price file {path} can't be read ({problem}); fix it or move it away") from None
    try:
        wanted = columns(Price)
        rows = [row | {name: row.get(name) or "" for name in LATER_PRICE_COLUMNS} for row in csv.DictReader(text.splitlines())]
        for number, row in enumerate(rows, start=2):
            if row["source"] != "gpuhunt":  # a price of your own is none the worse for where it is from
                row |= {"source": "yours", "kind": "contract"}
            wrong = [name for name, _ in wrong_cells(wanted, row)]
            if wrong:
                raise ValueError(f"line {number} is not a price: see its {wrong[0]}")
        return tuple(row for row in objects(rows, Price) if row.day > catalogue_date())
    except (KeyError, TypeError, ValueError, csv.Error) as problem:
        # Edited by hand, perhaps: a part of it would be a price list nobody asked for.
        raise NoData(f"the price file {path} is damaged ({one_line(str(problem))}); fix it or move it away") from None


@kept()
def runs() -> tuple[Run, ...]:
    return load("published_runs", Run)


def published_estimates() -> tuple[PublishedEstimate, ...]:
    return load("published_estimates", PublishedEstimate)


@kept()
def coefficients() -> dict[str, Coefficient]:
    """The constants of the utilization model by name."""
    return {row.name: row for row in load("utilization", Coefficient)}


@kept()
def serving_coefficients() -> dict[str, Coefficient]:
    """The constants of the serving model by name."""
    return {row.name: row for row in load("inference", Coefficient)}


@kept()
def serving_calibration() -> tuple[Calibration, ...]:
    return load("inference_rows", Calibration)


@kept()
def assumptions() -> dict[str, Assumption]:
    return {row.name: row for row in load("assumptions", Assumption)}


@kept()
def sources() -> dict[str, Source]:
    return {row.id: row for row in load("sources", Source)}


@kept()
def tuning_prices() -> tuple[TuningPrice, ...]:
    """What hosts ask for fine-tuning, those of one model before those of a size."""
    return tuple(sorted(load("tuning_prices", TuningPrice), key=lambda row: not row.model))


@kept()
def synonyms() -> dict[str, tuple[str, ...]]:
    """Everyday words for what each estimate answers."""
    return {row.estimate: tuple(word.strip() for word in row.words.split(";")) for row in load("synonyms", Synonyms)}


def assumption(name: str) -> Assumption:
    """A named assumption; a name that is not there is the user's mistake."""
    row = assumptions().get(name) or assumptions().get(name.strip().casefold())
    if row is None:
        raise UnknownName("name", name, assumptions(), search_hint("assumption"))
    return row


@kept(1000)
def assumption_of_chip(kind: str, chip: Accelerator, *others: str) -> Assumption:
    """The assumption of that kind for a chip: of the longest beginning of its id, else the first of `others` that there is.

    server_power of "h100-sxm-80" is server_power_h100 where there is no server_power_h100_sxm.
    """
    words = chip.id.split("-")
    names = ["_".join(words[:count]) for count in range(len(words), 0, -1)]
    rows = assumptions()
    return next(rows[f"{kind}_{name}"] for name in (*names, *others) if f"{kind}_{name}" in rows)


@kept()
def constant(name: str) -> float:
    """The number of a named assumption."""
    value = assumption(name).value
    assert isinstance(value, float)  # the schema check holds it to be one
    return value


def is_closed(model: Model) -> bool:
    """Whether the model is sold as an API alone, its size being a rumor: nobody but its maker can host it."""
    return model.id in str(assumption("api_closed").value).split()


def source(source_id: str) -> Source:
    row = sources().get(source_id)
    if row is None:
        raise UnknownName("id", source_id, sources(), search_hint("source"))
    return row


@kept()
def default_gpu() -> Accelerator:
    """The accelerator that is assumed when none is named."""
    chip = accelerators().get(str(assumption("gpu").value))
    assert chip is not None  # the schema check holds it to be one
    return chip


@kept()
def catalogue_date() -> datetime.date:
    """The day that the catalogue describes; the default `as_of`, never the clock."""
    return period_end(str(assumption("as_of").value))
