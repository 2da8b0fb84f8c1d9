"""Every estimate of the registry as a spreadsheet function: TRAIN_COST(params, tokens, gpu ...)."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from compute_cost import registry
from compute_cost.errors import CostError, InputError
from compute_cost.registry import Doc, Parameter
from compute_cost_sheets import cells


def calculate(doc: Doc, arguments: tuple[Any, ...]) -> Any:
    """What the cell shows: the value, or rows where the estimate answers with a table or a range was given.

    Raises CostError for a mistake; in a range only the element that is wrong shows its message.
    """
    return _calculation(doc)(arguments)


def _calculation(doc: Doc) -> Callable[[tuple[Any, ...]], Any]:
    """What `calculate` does for one estimate; a host keeps it, so that a cell asks the registry nothing."""
    names = [parameter.name for parameter in doc.parameters]
    call = doc.call

    def value(*values: Any) -> Any:
        return call(*values).value

    def table(arguments: tuple[Any, ...]) -> Any:
        answer = cells.apply(call, names, arguments)
        if isinstance(answer, tuple):
            raise InputError("arguments", "a range", f"{doc.cell_name} spills a table, so give it single cells")
        return answer.table

    def table_of_ranges(arguments: tuple[Any, ...]) -> Any:
        whole = [_whole(parameter, cell) for parameter, cell in zip(doc.parameters, arguments, strict=False)]
        return call(*whole, *arguments[len(names) :]).table  # one argument too many is refused there

    if doc.answers != "table":
        return lambda arguments: cells.apply(value, names, arguments)
    return table_of_ranges if any(getattr(parameter.kind, "ranges", False) for parameter in doc.parameters) else table


def _whole(parameter: Parameter, value: Any) -> Any:
    """One argument of a table that spans ranges: a single cell, or the cells of a range without the blank ones."""
    rows = cells.grid(value)
    if rows is None:
        return cells.read(parameter.name, value)
    values = [cells.read(parameter.name, cell) for row in rows for cell in row]
    if len(values) == 1:
        return values[0]
    if not getattr(parameter.kind, "ranges", False):
        raise InputError(parameter.name, "a range", "give it a single cell")
    given = [cell for cell in values if cell is not None]
    return given if given or not values else None


def cell_function(doc: Doc, mistake: Callable[[CostError], Any] = cells.error_text) -> Callable[..., Any]:
    """The function that a host registers.

    A mistake comes back as text that starts with #COST!; a host that can show a real error with a message raises it in `mistake`.
    """

    answer = _calculation(doc)

    def function(*arguments: Any) -> Any:
        try:
            return answer(arguments)
        except CostError as problem:
            return mistake(problem)

    function.__name__ = function.__qualname__ = doc.cell_name
    function.__doc__ = doc.summary
    function.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(
                parameter.name,
                inspect.Parameter.POSITIONAL_OR_KEYWORD,
                default=inspect.Parameter.empty if index < _leading_required(doc) else None,
            )
            for index, parameter in enumerate(doc.parameters)
        ]
    )
    return function


def _leading_required(doc: Doc) -> int:
    """How many arguments a host must insist on; one that is required behind optional ones is checked by the core."""
    flags = [parameter.required for parameter in doc.parameters]
    return flags.index(False) if False in flags else len(flags)


def all_functions() -> dict[str, Callable[..., Any]]:
    """Every spreadsheet function by its name."""
    return {doc.cell_name: cell_function(doc) for doc in registry.estimates().values()}
