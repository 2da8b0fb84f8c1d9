"""One call of a tool: checks the arguments, runs the estimate, answers with plain data. The same for every protocol."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compute_cost import catalogue, registry
from compute_cost.command.arguments import parse_object
from compute_cost.errors import InputError, MissingInput, UnknownArgument, UnknownName, quote
from compute_cost.result import Result
from compute_cost_tools import schema

FULL = {"concise": False, "full": True, False: False, True: True, "false": False, "true": True}  # clients also send a yes or no
MOST_KEPT = 128  # results
MOST_ROWS = 300  # of a table: more would fill an assistant's memory and be cut by its client


@dataclass(frozen=True)
class ToolCall:
    """An estimate that ran. `arguments` are those that were given, as they were given."""

    name: str
    arguments: Mapping[str, Any]
    result: Result
    full: bool
    formula: str  # the same call in a spreadsheet
    chosen: tuple[str, ...] = ()  # arguments that nobody said, where the user's words are known

    def answer(self) -> dict[str, Any]:
        """The answer as the tool's output schema says."""
        result = self.result
        rows, warnings = [list(row) for row in result.table[: MOST_ROWS + 1]], list(result.warnings)
        if len(result.table) > len(rows):
            told_rows = f"the table has {len(result.table) - 1:,} rows, of which these are the first {MOST_ROWS}"
            warnings.append(f"{told_rows}; the command compute-cost prints all")
        if self.full:
            cut = {"table": rows, "warnings": warnings} if len(result.table) > len(rows) else {}
            return {**result.as_dict(), **cut, "formula": self.formula}
        told: dict[str, Any] = {"value": result.value, "unit": result.unit, "low": result.low, "high": result.high}
        others = [(name, figure._asdict()) for name, figure in result.values.items()][1:]  # the first is the value
        if others:
            told["values"] = dict(others)
        if rows:
            told["table"] = rows
        assumed = {entry.name: entry.value for entry in result.inputs if entry.origin == "assumed"}
        if assumed:
            told["assumed"] = assumed
        return {**told, "formula": self.formula, "warnings": warnings, "sources": [source.id for source in result.sources]}


def run(tool: str, arguments: Mapping[str, Any]) -> ToolCall:
    """Run the estimate that `tool` names, or that run_estimate is to run; null, an empty text and the word default mean the default.

    Raises CostError with one line that says what to change: an unknown tool or argument, or a bad value.
    """
    given = meant(arguments)
    full = _full(given.pop("detail", "concise"))
    if tool == schema.RUN_ESTIMATE:
        tool, given = _named(given)
    tool = _tool(tool)
    for parameter in registry.get(tool).parameters:
        value = given.get(parameter.name)
        if isinstance(value, (list, tuple)) and not getattr(parameter.kind, "ranges", False):
            raise InputError(parameter.name, quote(value), "give one, and call again for each of the others; cost_table takes several")
    result = _result(tool, given)
    return ToolCall(tool, given, result, full, registry.formula(tool, given))


def _tool(written: str) -> str:
    """The estimate of a tool's name, however it is written. Raises UnknownName for any other."""
    if written in registry.estimates() and written not in registry.FOR_CELLS_ONLY:
        return written
    names = {catalogue.key(name): name for name in registry.estimates() if name not in registry.FOR_CELLS_ONLY}
    if catalogue.key(written) not in names:
        raise UnknownName("tool", written, [*names.values()], f"the tools are {', '.join([*names.values(), schema.RUN_ESTIMATE])}")
    return names[catalogue.key(written)]


def meant(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as assistants mean them: none that says the default, and a list of one thing, also one in text, as that thing."""
    given = {}
    for key, value in arguments.items():
        if isinstance(value, str) and value.lstrip().startswith("["):
            with contextlib.suppress(ValueError):  # the estimate says what it can't read
                value = json.loads(value)
        value = value[0] if isinstance(value, (list, tuple)) and len(value) == 1 else value
        is_default = isinstance(value, str) and (registry.means_default(key, value) or value.strip().casefold() == "null")
        if not (is_default or registry.is_left_out(value)):
            given[key] = value
    return given


def _result(tool: str, given: Mapping[str, Any]) -> Result:
    """What comes out; that of a call in plain data is kept, with its range and its words, for one server answers many who ask alike."""
    try:
        written = json.dumps(given, sort_keys=True)
    except (TypeError, ValueError):
        return registry.get(tool).told(**given)
    return _kept(tool, written)


@catalogue.kept(MOST_KEPT)
def _kept(tool: str, arguments: str) -> Result:
    return registry.get(tool).told(**json.loads(arguments))


def _full(detail: Any) -> bool:
    if isinstance(detail, (str, bool)) and detail in FULL:
        return FULL[detail]
    raise InputError("detail", detail, "give concise or full")


def _named(given: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The estimate and the arguments that run_estimate is to run."""
    for key in given:
        if key not in ("name", "arguments"):
            raise UnknownArgument(schema.RUN_ESTIMATE, key, ("name", "arguments", "detail"))
    name, arguments = given.get("name"), given.get("arguments", "{}")
    if not isinstance(name, str):
        raise MissingInput("name", f'{schema.RUN_ESTIMATE} needs the name of an estimate, such as "train_flops"')
    if isinstance(arguments, str):
        arguments = parse_object(arguments)
    if not isinstance(arguments, Mapping):
        raise InputError("arguments", arguments, 'give a JSON object in text, such as {"params": "GPT-3"}')
    return name, meant(arguments)


def call(tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to one call as plain data. Raises CostError as `run` does."""
    return run(tool, arguments).answer()
