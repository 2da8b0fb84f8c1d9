"""Many calls of one estimate column by column: each text is read once for all its rows, and a row calls the estimate's function alone.

The rows are the elements of ranges, or the cells of one recalculation. A row that needs more, because it holds a mistake or a text that
gives other arguments, is left to the whole call, so answers and messages are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any, cast

from compute_cost.errors import CostError
from compute_cost.registry import WITH_OTHERS, Doc, Estimate, Parameter, read_alone
from compute_cost_sheets import cells


def by_rows(doc: Doc, check: Callable[[Sequence[Any]], None] | None, mistake: Callable[[CostError], Any]) -> cells.ByRows:
    """What answers such rows. `check` refuses values of a row as the whole call does; `mistake` is what a cell shows of one."""
    formula = cast("Estimate[...]", doc.call).of
    required = max((place for place, parameter in enumerate(doc.parameters, 1) if parameter.required), default=0)

    def answers(columns: Sequence[Iterable[Any]], again: Sequence[Iterable[Any]], whole: Callable[..., Any]) -> Iterator[Any]:
        if not required <= len(columns) <= len(doc.parameters):  # the whole call says what is missing, or too much
            yield from map(whole, *columns)
            return
        left: list[bool] = []  # holds something while the row that has just been read must be left
        given_up = cells.GIVEN_UP.get()
        read = [_column(parameter, column, left) for parameter, column in zip(doc.parameters, columns, strict=False)]
        for values, row in zip(zip(*read, strict=False), zip(*again, strict=False), strict=False):
            if left or given_up():
                left.clear()
                yield whole(*row)
                continue
            try:
                answer = formula(*values)
                if check:
                    check(values)
            except CostError as problem:
                yield mistake(problem)
            except Exception:  # a bug in this package, which the whole call tells as such
                yield whole(*row)
            else:
                yield answer.value

    return answers


def _column(parameter: Parameter, column: Iterable[Any], left: list[bool]) -> Iterable[Any]:
    """The values of a column's cells; those that are left are marked as they pass."""
    if isinstance(column, repeat):
        value = _read(parameter, next(column))
        if value is not WITH_OTHERS:
            return repeat(value)
    return _read_each(parameter, column, left)


def _read_each(parameter: Parameter, column: Iterable[Any], left: list[bool]) -> Iterator[Any]:
    number = parameter.read
    texts: dict[str, Any] = {}
    for cell in column:
        if type(cell) is float:  # the usual case first: this runs for every cell
            try:
                value = number(cell)
            except CostError:
                value = WITH_OTHERS
        elif type(cell) is not str:
            value = _read(parameter, cell)
        elif cell in texts:
            value = texts[cell]
        else:
            value = texts[cell] = _read(parameter, cell)
        if value is WITH_OTHERS:
            left.append(True)
        yield value


def _read(parameter: Parameter, cell: Any) -> Any:
    """What one cell is as that argument; a mistake, too, is left to the whole call, which says what is wrong."""
    try:
        value = cells.read(parameter.name, cell)
        return WITH_OTHERS if isinstance(value, (list, tuple)) else read_alone(parameter, value)
    except Exception:  # of a bug the whole call tells that it is one
        return WITH_OTHERS
