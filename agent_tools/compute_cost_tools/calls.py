"""One call of a tool: checks the arguments, runs the estimate, answers with plain data. The same for every protocol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compute_cost import registry
from compute_cost.command.arguments import parse_object
from compute_cost.errors import InputError, MissingInput, UnknownArgument, UnknownName
from compute_cost.result import Result
from compute_cost_tools import schema

FULL = {"concise": False, "full": True, False: False, True: True, "false": False, "true": True}  # clients also send a yes or no
MOST_ROWS = 300  # of a table: more would fill an assistant's memory and be cut by its client


@dataclass(frozen=True)
class ToolCall:
    """An estimate that ran. `arguments` are those that were given, as they were given."""

    name: str
    arguments: Mapping[str, Any]
    result: Result
    full: bool

    @property
    def formula(self) -> str:
        """The same call in a spreadsheet."""
        return registry.formula(self.name, self.arguments)

    def answer(self) -> dict[str, Any]:
        """The answer as the tool's output schema says."""
        if self.full:
            return {**self.result.as_dict(), "formula": self.formula}
        result = self.result
        told: dict[str, Any] = {"value": result.value, "unit": result.unit, "low": result.low, "high": result.high}
        others = [(name, figure._asdict()) for name, figure in result.values.items()][1:]  # the first is the value
        if others:
            told["values"] = dict(others)
        if result.table:
            told["table"] = [list(row) for row in result.table]
        assumed = {entry.name: entry.value for entry in result.inputs if entry.origin == "assumed"}
        if assumed:
            told["assumed"] = assumed
        return {**told, "formula": self.formula, "warnings": list(result.warnings), "sources": [source.id for source in result.sources]}


def run(tool: str, arguments: Mapping[str, Any]) -> ToolCall:
    """Run the estimate that `tool` names, or that run_estimate is to run; null means the default.

    Raises CostError with one line that says what to change: an unknown tool or argument, or a bad value.
    """
    given = {key: value for key, value in arguments.items() if value is not None}
    full = _full(given.pop("detail", "concise"))
    if tool == schema.RUN_ESTIMATE:
        tool, given = _named(given)
    names = [name for name in registry.estimates() if name not in schema.FOR_CELLS_ONLY]
    if tool not in names:
        raise UnknownName("tool", tool, names, f"the tools are {', '.join([*names, schema.RUN_ESTIMATE])}")
    result = registry.get(tool).call(**given)
    if len(result.table) > MOST_ROWS + 1:
        way_out = f"an answer holds at most {MOST_ROWS}; vary less, or have the command compute-cost table print it"
        raise InputError("table", f"{len(result.table) - 1} rows", way_out)
    return ToolCall(tool, given, result, full)


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
    return name, {key: value for key, value in arguments.items() if value is not None}


def call(tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to one call as plain data. Raises CostError as `run` does."""
    return run(tool, arguments).answer()
