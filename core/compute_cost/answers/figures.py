"""One part of any estimate's answer, for a cell: a figure by its name, an end of its range, its warnings, why there is none."""

from __future__ import annotations

from typing import Annotated

from compute_cost.answers.explanation import Argument, EstimateName, call
from compute_cost.errors import CostError, UnknownName
from compute_cost.parameters import Text
from compute_cost.registry import estimate
from compute_cost.result import Answer

NO_MISTAKE = "no mistake"
NO_WARNING = "no warning"

FigureName = Annotated[str, Text("the name of one of the estimate's figures, or of its own value", example='"break_even_month"')]


@estimate("the figure's own")
def estimate_value(name: EstimateName, figure: FigureName, *a: Argument) -> Answer:
    """One figure of an estimate by its name: estimate_value("RENT_OR_OWN", "break_even_month", "H100", 8).

    The first argument names the estimate, the second one of the figures that its answer holds, the others are the estimate's own
    arguments in its own order or as "name=value". The range is that of the figure. "value" is the estimate's own value.

    Raises UnknownName for an estimate or a figure that is not there, and whatever the estimate itself raises.
    """
    inner = call(name, *a)
    wanted = figure.strip().casefold().replace(" ", "_")
    if wanted in ("value", inner.name):
        return Answer(inner.value, inner.name, inner.unit, low=inner.low, high=inner.high)
    part = inner.values.get(wanted)
    if part is None:
        names = list(inner.values)
        raise UnknownName("figure", figure, names, f"{inner.question.estimate} has {', '.join(names)}")
    return Answer(part.value, wanted, part.unit)


@estimate("the estimate's own")
def estimate_low(name: EstimateName, *a: Argument) -> Answer:
    """The low end of an estimate's 80% range: estimate_low("TRAIN_COST", "GPT-3",, "A100").

    The first argument names the estimate, the others are its own arguments in its own order or as "name=value".

    Raises UnknownName for an estimate that is not there, and whatever the estimate itself raises.
    """
    inner = call(name, *a)
    return Answer(inner.low, "low", inner.unit, low=inner.low, high=inner.low)


@estimate("the estimate's own")
def estimate_high(name: EstimateName, *a: Argument) -> Answer:
    """The high end of an estimate's 80% range: estimate_high("TRAIN_COST", "GPT-3",, "A100").

    The first argument names the estimate, the others are its own arguments in its own order or as "name=value".

    Raises UnknownName for an estimate that is not there, and whatever the estimate itself raises.
    """
    inner = call(name, *a)
    return Answer(inner.high, "high", inner.unit, low=inner.high, high=inner.high)


@estimate("", answers="text")
def cost_warnings(name: EstimateName, *a: Argument) -> Answer:
    """What has to be known before an estimate is used, as one text: cost_warnings("TRAIN_COST", "GPT-3",, "A100").

    The first argument names the estimate, the others are its own arguments in its own order or as "name=value". The answer starts
    with how many warnings there are; where there are none it is "no warning".

    Raises UnknownName for an estimate that is not there, and whatever the estimate itself raises.
    """
    warnings = call(name, *a).warnings
    count = f"{len(warnings)} warning{'s' if len(warnings) > 1 else ''}: "
    return Answer(count + "; ".join(warnings) if warnings else NO_WARNING, "warnings", "")


@estimate("", answers="text")
def cost_why(name: EstimateName, *a: Argument) -> Answer:
    """Why a call has no answer, in words: cost_why("TRAIN_COST", "GPT-33",, "A100").

    The first argument names the estimate, the others are its own arguments in its own order or as "name=value". The answer is
    "no mistake" where the call has an answer. In a spreadsheet =COST_WHY(B3) says it of the call in another cell.

    Raises nothing: a name that is not there is one of the mistakes that it puts into words.
    """
    try:
        call(name, *a)
    except CostError as problem:
        return Answer(str(problem), "mistake", "")
    return Answer(NO_MISTAKE, "mistake", "")
