"""Every estimate of the registry as a spreadsheet function: TRAIN_COST(params, tokens, gpu ...)."""

from __future__ import annotations

import datetime
import inspect
from collections.abc import Callable, Iterator, Sequence
from itertools import starmap
from typing import Any

from compute_cost import catalogue, registry
from compute_cost.answers.figures import NO_MISTAKE
from compute_cost.catalogue import described
from compute_cost.errors import CostError, InputError
from compute_cost.parameters import CatalogueName
from compute_cost.registry import Doc, Parameter
from compute_cost.result import Result
from compute_cost_sheets import cells
from compute_cost_sheets.columns import by_rows

Mistake = Callable[[CostError], Any]
WHY = "cost_why"  # the estimate whose answer is what is wrong with a call
SHOW_WARNINGS = ("explain", "cost_warnings")
PRICE_DAY = "as_of"  # the argument that is the day of the prices; another day may lie in the future
HELD_DAYS = 31  # after the last known prices, for which a cell holds them


def calculate(doc: Doc, arguments: tuple[Any, ...]) -> Any:
    """What the cell shows: the value, or rows where the estimate answers with a table or a range was given.

    Raises CostError for a mistake; in a range only the element that is wrong shows its message.
    """
    return _calculation(doc, cells.error_text)(arguments)


def _cell_by_cell(doc: Doc, element: Mistake) -> Callable[[Sequence[Any]], Any]:
    """What the cells of one estimate give; a host keeps it, so that a cell asks the registry nothing."""
    if doc.name == WHY:
        return _why
    own_names = [parameter.name for parameter in doc.parameters]
    hands_on = any(parameter.kind.handed_on for parameter in doc.parameters)
    call = doc.call
    check = _check_of_days(doc)

    def names(arguments: Sequence[Any]) -> Sequence[str]:
        return [parameter.name for parameter in cells.own_parameters(doc, arguments)] if hands_on else own_names

    def value(*values: Any) -> Any:
        answer = call(*values)
        if check:
            check(values, answer)
        return answer.value

    def table(arguments: Sequence[Any]) -> Any:
        asked: list[Sequence[Any]] = []

        def recorded(*values: Any) -> Result:
            asked.append(values)
            return call(*values)

        answer = cells.apply(recorded, names(arguments), arguments)
        if not isinstance(answer, Result):
            raise InputError("arguments", "a range", f"{doc.cell_name} spills a table, so give it single cells")
        if check:
            check(asked[0], answer)
        return answer.table

    def table_of_ranges(arguments: Sequence[Any]) -> Any:
        whole = [_whole(parameter, cell) for parameter, cell in zip(doc.parameters, arguments, strict=False)]
        answer = call(*whole, *arguments[len(own_names) :])  # one argument too many is refused there
        if check and PRICE_DAY in own_names:
            check(whole, answer)
        return answer.table

    if doc.answers != "table":
        rows = _rows(doc, element)
        if rows is None:
            return lambda arguments: cells.apply(value, names(arguments), arguments, element)
        return lambda arguments: cells.apply(value, own_names, arguments, element, rows)
    return table_of_ranges if any(getattr(parameter.kind, "ranges", False) for parameter in doc.parameters) else table


def _rows(doc: Doc, element: Mistake) -> cells.ByRows | None:
    """The quick way to many answers; None where no column has one meaning, or no cell one value."""
    if doc.answers == "table" or doc.name == WHY or any(parameter.kind.handed_on for parameter in doc.parameters):
        return None
    return by_rows(doc, _check_of_own_day(doc), element)


def _why(arguments: Sequence[Any]) -> str:
    """What is wrong with the call of the function that the first argument names, by the rules of cells."""
    given = cells.without_last_blanks(arguments)
    if len(given) == 1 and isinstance(given[0], (int, float)):  # a cell that shows a number
        return NO_MISTAKE
    try:
        name = cells.apply(str, ["name"], given[:1])
        _calculation(registry.get(str(name)), _raise)(given[1:])
    except CostError as problem:
        return cells.in_cells(str(problem))
    return NO_MISTAKE


def _calculation(doc: Doc, element: Mistake) -> Callable[[Sequence[Any]], Any]:
    """What `calculate` does for one estimate; a block of labels and values is read as the thing that it describes."""
    answer = _cell_by_cell(doc, element)
    kinds = [parameter.kind for parameter in doc.parameters]
    things = [(kind.what,) if isinstance(kind, CatalogueName) else ("gpu", "model") if kind.handed_on else () for kind in kinds]
    return lambda arguments: answer(_described(things, arguments))


def _described(things: Sequence[tuple[str, ...]], arguments: Sequence[Any]) -> Sequence[Any]:
    """The arguments with a block of two columns, labels and values, that describes a model or a chip as the line that it writes out."""
    if not any(isinstance(argument, (list, tuple)) for argument in arguments):
        return arguments
    read = list(arguments)
    for place, kinds in enumerate(things[: len(read)]):
        rows = cells.grid(read[place]) if kinds else None
        if rows and all(len(row) == 2 for row in rows):
            read[place] = next((line for kind in kinds if (line := described.of_rows(kind, cells.used(rows)))), read[place])
    return read


def _raise(problem: CostError) -> Any:
    raise problem


def _check_of_days(doc: Doc) -> Callable[[Sequence[Any], Result], None] | None:
    """What refuses the prices of a day on which nobody knows them, as a cell can't show the warning; None where no day is asked for."""
    of_own_day = _check_of_own_day(doc)
    if of_own_day:
        return lambda _, answer: of_own_day(answer.question.values)
    handed_on = next((index for index, parameter in enumerate(doc.parameters) if parameter.kind.handed_on), None)
    if handed_on is None or doc.name in SHOW_WARNINGS:
        return None

    def check_handed_on(values: Sequence[Any], _: Result) -> None:
        inner = registry.get(values[0]).parameters
        days = {parameter.name: parameter for parameter in inner if parameter.name == PRICE_DAY}
        for index, value in enumerate(values[handed_on:]):
            for name, given in registry.all_named(value, {parameter.name for parameter in inner}) or [
                (inner[index].name if index < len(inner) else "", value)
            ]:
                if name in days and given is not None:
                    _refuse_unknown(days[name].read(given))

    return check_handed_on


def _check_of_own_day(doc: Doc) -> Callable[[Sequence[Any]], None] | None:
    """The same by the values of an estimate's own arguments, as they were read."""
    place = next((index for index, parameter in enumerate(doc.parameters) if parameter.name == PRICE_DAY), None)
    if place is None:
        return None

    def check(values: Sequence[Any]) -> None:
        if len(values) > place and values[place] is not None:
            _refuse_unknown(values[place])

    return check


def _refuse_unknown(day: datetime.date) -> None:
    known = catalogue.catalogue_date()
    if (day - known).days > HELD_DAYS:
        known = max([known, *(row.day for rows in catalogue.prices().values() for row in rows)])  # your own may be newer
        if (day - known).days > HELD_DAYS:
            cure = "leave as_of out for the latest; FUTURE_COST estimates a trend, compute-cost prices update fetches newer ones"
            raise InputError("as_of", day.isoformat(), f"prices after {known} are not known: {cure}")


def _whole(parameter: Parameter, value: Any) -> Any:
    """One argument of a table that spans ranges: a single cell, or the cells of a range without the blank ones.

    Where their order counts, only the blank ones after the last are left out.
    """
    rows = cells.grid(value)
    if rows is None:
        return cells.read(parameter.name, value)
    values = [cells.read(parameter.name, cell) for row in rows for cell in row]
    if len(values) == 1:
        return values[0]
    if not getattr(parameter.kind, "ranges", False):
        raise InputError(parameter.name, "a range", "give it a single cell")
    if getattr(parameter.kind, "in_order", False):
        while values and values[-1] is None:
            values.pop()
        return values or None
    given = [cell for cell in values if cell is not None]
    return given if given or not values else None


def cell_function(
    doc: Doc, mistake: Mistake = cells.error_text, element: Mistake = cells.error_text, blank_is_zero: bool = False
) -> Callable[..., Any]:
    """The function that a host registers.

    `mistake` makes an error value of the host of what is wrong, or raises it; `element` makes one that can stand among the rows of a
    range. What is left of them is text that starts with #COST!, of which the host makes an error. `blank_is_zero` is for hosts that
    pass a blank cell as 0.
    """
    answer, required = _calculation(doc, element), _leading_required(doc)

    def function(*arguments: Any) -> Any:
        given = cells.without_last_blanks(arguments)
        try:
            return answer(cells.without_blanks(doc, given) if blank_is_zero and 0.0 in given else given)
        except CostError as problem:
            return mistake(problem)

    function.__name__ = function.__qualname__ = doc.cell_name
    function.__doc__ = doc.summary
    function.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(
                parameter.name,
                inspect.Parameter.POSITIONAL_OR_KEYWORD,
                default=inspect.Parameter.empty if index < required else None,
            )
            for index, parameter in enumerate(doc.parameters)
        ]
    )
    return function


def many_cells(doc: Doc, blank_is_zero: bool = False) -> Callable[[Sequence[Sequence[Any]], Callable[..., Any]], Iterator[Any]]:
    """What answers many calls of one function, given their cells, as many of each, and what answers one of them; mistakes are texts."""
    rows = _rows(doc, cells.error_text)

    def answers(calls: Sequence[Sequence[Any]], whole: Callable[..., Any]) -> Iterator[Any]:
        if rows is None or not calls[0]:
            return starmap(whole, calls)
        if blank_is_zero:
            calls = [cells.without_blanks(doc, call) if 0.0 in call else call for call in calls]
        columns = list(zip(*calls, strict=True))
        return rows(columns, columns, whole)

    return answers


def _leading_required(doc: Doc) -> int:
    """How many arguments a host must insist on; one that is required behind optional ones is checked by the core."""
    flags = [parameter.required for parameter in doc.parameters]
    return flags.index(False) if False in flags else len(flags)


def all_functions(blank_is_zero: bool = False) -> dict[str, Callable[..., Any]]:
    """Every spreadsheet function by its name, whose mistakes are texts."""
    return {doc.cell_name: cell_function(doc, blank_is_zero=blank_is_zero) for doc in registry.estimates().values()}
