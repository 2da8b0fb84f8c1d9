"""The one rule for what a cell holds, the same in every spreadsheet host.

A blank cell, an empty text and an omitted argument all mean the default. An error cell is refused,
never taken for a default. A range works element by element. A mistake becomes a short text that
starts with #COST! and says what to change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from core.errors import CostError, InputError

ERROR_MARK = "#COST! "
LONGEST_TEXT = 250  # Excel turns text above 255 characters from a function into #VALUE!

Grid = tuple[tuple[Any, ...], ...]


def read(parameter: str, cell: Any) -> Any:
    """What one cell stands for: None for a blank, an InputError for an error cell, else what it holds."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, str) and cell.lstrip().startswith("#"):
        raise InputError(parameter, cell, "the cell holds an error; mend that cell first")
    return cell


def grid(value: Any) -> Grid | None:
    """A range as rows, or None where `value` is a single cell (a range of one cell is a single cell)."""
    if not isinstance(value, (list, tuple)):
        return None
    return tuple(tuple(row) if isinstance(row, (list, tuple)) else (row,) for row in value)


def apply(call: Callable[..., Any], names: Sequence[str], cells: Sequence[Any]) -> Any:
    """Call `call` with the cells' values: once for single cells, else element by element into rows.

    Ranges must have the same number of rows and columns, where one row or one column stretches.
    """
    if len(cells) > len(names):
        raise InputError("arguments", len(cells), f"at most {len(names)} are taken")
    grids = [grid(cell) for cell in cells]
    singles = [found[0][0] if found and len(found) == 1 and len(found[0]) == 1 else cell for found, cell in zip(grids, cells, strict=True)]
    ranges = [isinstance(one, (list, tuple)) for one in singles]
    if not any(ranges):
        return call(*(read(name, cell) for name, cell in zip(names, singles, strict=False)))
    if any(is_range and not (found and all(found)) for found, is_range in zip(grids, ranges, strict=True)):
        raise InputError("arguments", "a range", "it holds no cell")
    shaped = [found for found, is_range in zip(grids, ranges, strict=True) if is_range and found]
    if any(len({len(row) for row in one}) != 1 for one in shaped):
        raise InputError("arguments", "a range", "its rows differ in length")
    rows, columns = max(len(one) for one in shaped), max(len(one[0]) for one in shaped)
    if any(len(one) not in (1, rows) or len(one[0]) not in (1, columns) for one in shaped):
        raise InputError("arguments", "ranges", "they differ in size; give ranges of one size, one row or one column")

    def element(row: int, column: int) -> Any:
        picked = []
        for name, single, found, is_range in zip(names, singles, grids, ranges, strict=False):
            if is_range and found:
                single = found[row if len(found) > 1 else 0][column if len(found[0]) > 1 else 0]
            picked.append((name, single))
        try:
            return call(*(read(name, cell) for name, cell in picked))
        except CostError as problem:
            return error_text(problem)

    return tuple(tuple(element(row, column) for column in range(columns)) for row in range(rows))


def error_text(problem: CostError) -> str:
    """A mistake as a cell shows it."""
    return shorten(ERROR_MARK + str(problem))


def shorten(text: str) -> str:
    """`text`, its end cut off and marked with … where it is longer than LONGEST_TEXT as a spreadsheet counts (in UTF-16)."""
    if len(text) * 2 <= LONGEST_TEXT:
        return text
    units = text.encode("utf-16-le", "replace")
    return text if len(units) <= LONGEST_TEXT * 2 else units[: (LONGEST_TEXT - 1) * 2].decode("utf-16-le", "ignore") + "…"
