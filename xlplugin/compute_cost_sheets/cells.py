"""The one rule for what a cell holds, the same in every spreadsheet host.

A blank cell, an empty text, the word default and an omitted argument all mean the default. Zero is zero. An error cell is
refused, never taken for a default. A range works element by element, but a block of labels and values that describes a model or a
chip is that one thing. A mistake is an error value of the host, which travels into every total; its words, which start with #COST! on
the way to a host that shows them, are what =COST_WHY answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextvars import ContextVar
from itertools import chain, repeat
from typing import Any

from compute_cost.errors import CostError, InputError, search_hint
from compute_cost.registry import DEFAULT, Doc, Parameter, get, means_default, named

ERROR_MARK = "#COST! "
MOST_CELLS = 1_048_576  # of one answer: a whole column
WHOLE_COLUMN, WHOLE_ROW = 1_048_576, 16_384  # cells of one; of such a range only the used part counts
LONGEST_TEXT = 250  # Excel turns text above 255 characters from a function into #VALUE!

# The answers to the elements of ranges, given their columns twice and the call for one element.
ByRows = Callable[[Sequence[Iterable[Any]], Sequence[Iterable[Any]], Callable[..., Any]], Iterator[Any]]
Grid = tuple[tuple[Any, ...], ...]
BLANKS = (None, "")
# A server that must have answered sets this: whether a range is to be given up, asked before each of its elements.
GIVEN_UP: ContextVar[Callable[[], bool]] = ContextVar("GIVEN_UP", default=lambda: False)
_RANGES = frozenset((list, tuple))
_LOOKED_UP = re.escape(search_hint("KIND")).replace("KIND", r"(\w+)").removesuffix(r"\)") + r"[^)]*\)"
_NUMBERS = frozenset((int, float))


def read(parameter: str, cell: Any) -> Any:
    """What one cell means: None for a blank, an InputError for an error cell, else what it holds."""
    if cell is None or type(cell) is float:
        return cell
    if cell == "":
        return None
    if isinstance(cell, str):
        if cell.lstrip().startswith("#"):
            raise InputError(parameter, cell, "the cell holds an error; fix that cell first")
        if cell[-1] in "tT " and cell.rstrip()[-len(DEFAULT) :].lower() == DEFAULT:
            return _default(parameter, cell)
    return cell


def _default(parameter: str, text: str) -> str | None:
    """What a text that ends with the word default means: "default" a blank, "gpu=default" a blank behind the name, others themselves.

    To an argument that the word is a value of, as it is of `level`, it is that value.
    """
    spoken = named(text)
    name, value = spoken if spoken else (parameter, text.strip())
    if not means_default(name, value or ""):
        return text
    return f"{name}=" if spoken else None


def without_last_blanks(cells: Sequence[Any]) -> Sequence[Any]:
    """The cells up to the last that was given: some hosts pass all the arguments that there could be."""
    given = len(cells) - cells.count(None)  # counted at once, as this runs for every cell and most calls leave no gap
    if cells[given:].count(None) < len(cells) - given:
        given = max(place for place, cell in enumerate(cells, 1) if cell is not None)
    return cells[:given]


def without_blanks(doc: Doc, cells: Sequence[Any]) -> Sequence[Any]:
    """The cells as a host means them that passes a blank one as 0: where zero makes no sense, it is a blank.

    A range tells its blanks apart in every host.
    """
    return [
        None if type(cell) in _NUMBERS and cell == 0 and not _takes_zero(doc, cells, place) else cell for place, cell in enumerate(cells)
    ]


def _takes_zero(doc: Doc, cells: Sequence[Any], place: int) -> bool:
    """Whether zero makes sense in that place."""
    parameters = own_parameters(doc, cells)
    return place < len(parameters) and parameters[place].kind.takes_zero


def own_parameters(doc: Doc, cells: Sequence[Any]) -> Sequence[Parameter]:
    """What each place of a call stands for: what is handed on is an argument of the estimate that the first cell names, if there is one."""
    first = next((place for place, parameter in enumerate(doc.parameters) if parameter.kind.handed_on), None)
    if first is None or not (cells and isinstance(cells[0], str)):
        return doc.parameters
    try:
        theirs = get(cells[0]).parameters
    except CostError:  # the call itself says so
        return doc.parameters
    return (*doc.parameters[:first], *theirs, *doc.parameters[first + len(theirs) :])


def grid(value: Any) -> Grid | None:
    """A range as rows, or None where `value` is a single cell (a range of one cell is a single cell)."""
    if not isinstance(value, (list, tuple)):
        return None
    return tuple(tuple(row) if isinstance(row, (list, tuple)) else (row,) for row in value)


def used(grid: Grid) -> Grid:
    """A range of whole columns or rows down to its last cell that is not blank, at least one; any other as it is."""
    if len(grid) >= WHOLE_COLUMN:
        last = next((row for row in range(len(grid), 1, -1) if any(cell not in BLANKS for cell in grid[row - 1])), 1)
        grid = grid[:last]
    if len(grid[0]) >= WHOLE_ROW:
        wide = max(next((at for at in range(len(row), 1, -1) if row[at - 1] not in BLANKS), 1) for row in grid)
        grid = tuple(row[:wide] for row in grid)
    return grid


def _one_by_one(columns: Sequence[Iterable[Any]], _: Sequence[Iterable[Any]], call: Callable[..., Any]) -> Iterator[Any]:
    return map(call, *columns)


def error_text(problem: CostError) -> str:
    """A mistake in words, as it goes to a host that makes an error value of it."""
    return shorten(ERROR_MARK + in_cells(str(problem)))


def in_cells(message: str) -> str:
    """A message as cells say it: how to look up a name is a formula, and no call in Python or in a terminal."""
    return re.sub(_LOOKED_UP, r'=COST_FIND("\1", text) lists the known names', message)


def apply(
    call: Callable[..., Any],
    names: Sequence[str],
    cells: Sequence[Any],
    mistake: Callable[[CostError], Any] = error_text,
    by_rows: ByRows = _one_by_one,
) -> Any:
    """Call `call` with the cells' values: once for single cells, else element by element into rows.

    Ranges must have the same number of rows and columns, where one row or one column stretches. In a range an element that is wrong
    is what `mistake` makes of it, and the others have their answers. `by_rows` is a quicker way to them.
    """
    if len(cells) > len(names):
        raise InputError("arguments", len(cells), f"at most {len(names)} are taken")
    if _RANGES.isdisjoint(map(type, cells)):  # the usual case first: this runs for every cell
        return call(*map(read, names, cells))
    grids = [grid(cell) for cell in cells]
    if any(grid is not None and not (grid and all(grid)) for grid in grids):
        raise InputError("arguments", "a range", "it holds no cell")
    if any(grid and len({len(row) for row in grid}) != 1 for grid in grids):
        raise InputError("arguments", "a range", "its rows differ in length")
    grids = [grid and used(grid) for grid in grids]
    singles = [grid[0][0] if grid and len(grid) == len(grid[0]) == 1 else cell for grid, cell in zip(grids, cells, strict=True)]
    shaped = [grid if type(cell) in _RANGES else None for grid, cell in zip(grids, singles, strict=True)]
    sizes = [(len(grid), len(grid[0])) for grid in shaped if grid]
    if not sizes:
        return call(*map(read, names, singles))
    rows, columns = max(size[0] for size in sizes), max(size[1] for size in sizes)
    if any(size[0] not in (1, rows) or size[1] not in (1, columns) for size in sizes):
        raise InputError("arguments", "ranges", "they differ in size; give ranges of one size, one row or one column")
    if rows * columns > MOST_CELLS:
        raise InputError("arguments", f"{rows:,} x {columns:,} cells", f"one formula fills at most {MOST_CELLS:,}; give smaller ranges")
    given_up = GIVEN_UP.get()

    def element(*picked: Any) -> Any:
        if given_up():
            raise InputError("arguments", f"{rows:,} x {columns:,} cells", "they take longer than the server may; give a smaller range")
        try:
            return call(*map(read, names, picked))
        except CostError as problem:
            return mistake(problem)

    def picked() -> list[Iterator[Any]]:
        places = zip(shaped, singles, strict=True)
        return [_stretch(grid, rows, columns) if grid else repeat(cell) for grid, cell in places]

    answers = iter(by_rows(picked(), picked(), element))
    return tuple(zip(*[answers] * columns, strict=False))  # the next so many answers are a row, over and over


def _stretch(grid: Grid, rows: int, columns: int) -> Iterator[Any]:
    """The cells of `grid` row by row, its one row or one column repeated to the size that is asked for."""
    lines = grid if len(grid) == rows else repeat(grid[0], rows)
    return chain.from_iterable(lines if len(grid[0]) == columns else (repeat(row[0], columns) for row in lines))


def shorten(text: str) -> str:
    """`text`, cut where it is longer than LONGEST_TEXT as a spreadsheet counts (in UTF-16), with … in place of what is gone.

    Its last sentence stays, if it is short: of a mistake that says what to do.
    """
    if _units(text) <= LONGEST_TEXT:
        return text
    last = re.split(r"(?<=[;?:]) ", text)[-1]
    if last == text or _units(last) > LONGEST_TEXT // 2:
        last = ""
    end = f"… {last}" if last else "…"
    return text.encode("utf-16-le", "replace")[: (LONGEST_TEXT - _units(end)) * 2].decode("utf-16-le", "ignore") + end


def _units(text: str) -> int:
    """How long a text is, as spreadsheets count."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "replace")) // 2
