"""How each host spells our functions in a file, and a user's formulas turned from any of these spellings into another."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from compute_cost import registry
from compute_cost.errors import CostError
from compute_cost.parameters import Day
from compute_cost.registry import Doc

PREFIX = "COMPUTE"  # the namespace of the Office add-in, and the implementation of LibreOffice's
# LibreOffice hands a cell with an error in it over only to a function that takes nothing but references. So there =COST_WHY(B3) is a
# function of its own, and the estimate that takes a call goes by another name.
WHY, WHY_CALL = "COST_WHY", "COST_WHY_CALL"
# Office.js stores custom functions under the add-in's namespace; LibreOffice 7.4 finds an add-in's function in an .xlsx file only by
# the names of its implementation and its method.
SPELLINGS: Mapping[str, Callable[[str], str]] = {
    "classic": lambda name: name,
    "office_js": lambda name: f"_xldudf_{PREFIX}_{name}",
    "libreoffice": lambda name: f"{PREFIX}.{name.replace('_', '')}",
}
DAY_NAME = "COST_AS_OF"  # of a workbook's day of prices: a text such as "as_of=2026-06-30" that its calls are given

# Behind a sheet or another workbook, as in 'compute-cost.xlsm'!TRAIN_COST(...), a function of our files goes by its plain name too.
_NAME = re.compile(rf"(?:'[^']*compute-cost[^']*'!|\[\d+\]!|_xldudf_{PREFIX}_|{PREFIX}\.|(?<![\w.!\]]))([A-Z][A-Z0-9_]*)\(", re.IGNORECASE)
_TEXT = re.compile(r'"(?:[^"]|"")*"')
_PIECE = re.compile(r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'|.', re.DOTALL)


class Call(NamedTuple):
    """A call of ours in a formula: where its name and its arguments stand."""

    doc: Doc
    start: int
    name: str  # as it is written, with what stands before it
    arguments: tuple[str, ...]
    end: int  # behind the closing bracket


@cache
def _docs() -> Mapping[str, Doc]:
    names = {doc.cell_name.replace("_", ""): doc for doc in registry.estimates().values()}
    return {**names, WHY_CALL.replace("_", ""): names[WHY.replace("_", "")]}


def calls(formula: str) -> Iterator[Call]:
    """The calls of our functions in any spelling, from the last to the first, so that a change of one moves no other."""
    bare = _TEXT.sub(lambda text: " " * len(text[0]), formula)
    for match in reversed(list(_NAME.finditer(bare))):
        doc = _docs().get(match[1].upper().replace("_", ""))
        written = match[0][:-1]
        if doc and (written != match[1] or match[1].upper() in (doc.cell_name, WHY_CALL)):
            arguments, end = _arguments(formula, match.end())
            yield Call(doc, match.start(), written, arguments, end)


def _arguments(formula: str, at: int) -> tuple[tuple[str, ...], int]:
    """The arguments behind an opening bracket, and where the closing one ends."""
    depth, arguments = 0, [""]
    for piece in _PIECE.findall(formula[at:]):
        at += len(piece)
        depth += (piece in "({") - (piece in ")}")
        if depth < 0:
            break
        if piece in ",;" and not depth:
            arguments.append("")
        else:
            arguments[-1] += piece
    return () if arguments == [""] else tuple(arguments), at


def host_of(formulas: Iterator[str]) -> str:
    """The host in whose spelling the first call of ours is written; LibreOffice's own names have no underscore."""
    for formula in formulas:
        for call in calls(formula):
            if call.name.startswith("_xldudf"):
                return "office_js"
            if call.name.upper().startswith(f"{PREFIX}."):
                return "office_js" if "_" in call.name else "libreoffice"
            return "classic"
    return "classic"


def respelled(formula: str, host: str) -> str:
    """The formula with our functions as the host spells them in a file; all else stays."""
    for call in calls(formula):
        name = call.doc.cell_name
        first = call.arguments[0].strip() if call.arguments else ""
        if name == WHY and host == "libreoffice" and (len(call.arguments) > 1 or first.startswith('"')):
            name = WHY_CALL
        formula = formula[: call.start] + SPELLINGS[host](name) + formula[call.start + len(call.name) :]
    return formula


def dated(formula: str) -> str:
    """The formula in which every call that takes a day of prices and has none is given the workbook's."""
    additions: list[tuple[int, str]] = []
    for call in calls(formula):
        place = _place_of_day(call)
        if place is None or any(DAY_NAME in argument or argument.strip().lower().startswith('"as_of') for argument in call.arguments):
            continue
        if place >= len(call.arguments):
            additions.append((call.end - 1, f",{DAY_NAME}" if call.arguments else DAY_NAME))
        elif not call.arguments[place].strip():
            before = call.start + len(call.name) + 1 + sum(len(argument) + 1 for argument in call.arguments[:place])
            additions.append((before, DAY_NAME))
    for at, text in sorted(additions, reverse=True):
        formula = formula[:at] + text + formula[at:]
    return formula


def _place_of_day(call: Call) -> int | None:
    """Where the day of prices stands among the arguments of a call; None where it takes none."""
    parameters = call.doc.parameters
    before = next((index for index, parameter in enumerate(parameters) if parameter.kind.handed_on), None)
    if before is not None:
        name = call.arguments[0].strip().strip('"') if call.arguments else ""
        try:
            parameters = registry.get(name).parameters
        except CostError:
            return None
    place = next((index for index, parameter in enumerate(parameters) if isinstance(parameter.kind, Day)), None)
    return None if place is None else place + (before or 0)
