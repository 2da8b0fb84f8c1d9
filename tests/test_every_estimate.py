"""What holds for every estimate, those of tomorrow included: wrong values are refused by name, and nothing else escapes."""

from __future__ import annotations

import contextlib
import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from compute_cost import registry
from compute_cost.errors import CostError, InputError
from compute_cost.parameters import Anything, Quantity, YesNo
from compute_cost.result import Result
from compute_cost_sheets.functions import all_functions
from compute_cost_tools.calls import call
from tests.support import sample_call


class Hostile:
    """An object that no question can be asked."""

    def __float__(self) -> float:
        raise RuntimeError

    __repr__ = __str__ = __float__  # type: ignore[assignment]


WRONG: list[Any] = [math.nan, math.inf, -math.inf, -1, True, "", "  ", "nonsense!", "x" * 10_000, "1e999", "#N/A", [], {}, object()]
WRONG += [Hostile(), np.bool_(True), 10**5000, "∞", b"H100", {"a": [1]}, ...]
ESTIMATES = list(registry.estimates().values())


@pytest.mark.parametrize("doc", ESTIMATES, ids=lambda doc: doc.name)
def test_good_values_answer(doc: registry.Doc) -> None:
    found = doc.call(**sample_call(doc.name))
    assert isinstance(found, Result)
    assert found.unit or doc.answers != "number"
    assert doc.answers != "number" or all(isinstance(one, float) for one in (found.value, found.low, found.high))
    assert found.sources or doc.name in ("find", "cost_version"), "an answer without a source"
    if isinstance(found.value, float):
        assert math.isfinite(found.value)
        assert isinstance(found.low, float)
        assert isinstance(found.high, float)
        assert found.low <= found.value * (1 + 1e-12)
        assert found.value <= found.high * (1 + 1e-12)
    assert found.rows == max(len(found.table) - 1, 0)
    for named in found.values.values():
        assert not isinstance(named.value, float) or math.isfinite(named.value), found.values
    json.dumps(found.as_dict(), allow_nan=False)
    for step in found.steps:
        assert step.label
        assert step.formula
    assert all(source.title for source in found.sources)


CASES = [(doc, parameter) for doc in ESTIMATES for parameter in doc.parameters if not isinstance(parameter.kind, Anything)]


@pytest.mark.parametrize(("doc", "parameter"), CASES, ids=[f"{doc.name}.{one.name}" for doc, one in CASES])
def test_wrong_values_are_refused_by_name(doc: registry.Doc, parameter: registry.Parameter) -> None:
    for wrong in WRONG:
        if parameter.name in ("text",) and isinstance(wrong, str) and 0 < len(wrong.strip()) <= 200:
            continue  # a search takes any text
        if isinstance(parameter.kind, YesNo) and (isinstance(wrong, bool) or wrong in (0, 1)):
            continue  # it is a truth value
        if isinstance(wrong, str) and not wrong.strip() and not parameter.required:
            continue  # a blank text is an argument left out
        if doc.name == "cost_why" and isinstance(wrong, str) and 0 < len(wrong.strip()) <= 200:
            continue  # what is wrong with any name is its answer
        with pytest.raises(InputError) as caught:
            doc.call(**{**sample_call(doc.name), parameter.name: wrong})
        message = str(caught.value)
        assert message.startswith(f"{parameter.name}: "), message
        assert "\n" not in message
        assert len(message) < 500, message


@pytest.mark.parametrize("doc", ESTIMATES, ids=lambda doc: doc.name)
def test_cells_and_tools_agree_with_the_core(doc: registry.Doc) -> None:
    arguments = sample_call(doc.name)
    value = doc.call(**arguments)
    shown = all_functions()[doc.cell_name](*(arguments.get(one.name) for one in doc.parameters))
    assert shown == (value.table if doc.answers == "table" else value.value)
    if doc.name not in registry.FOR_CELLS_ONLY:
        assert call(doc.name, arguments)["value"] == value.value


VALUES = st.one_of(
    st.none(), st.floats(), st.integers(-(10**20), 10**20), st.text(max_size=30), st.booleans(),
    st.sampled_from(["7B", "1e12", "40%", "$2", "H100", "GPT-3", "bf16", "2024", "naive", "#REF!", 1, 0, 0.5, 1e9, 1e300, 1e-300]),
)  # fmt: skip


@pytest.mark.parametrize("doc", ESTIMATES, ids=lambda doc: doc.name)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_values_answer_or_are_refused(doc: registry.Doc, data: st.DataObject) -> None:
    """Nothing but a Result or a CostError comes out, and a Result is finite and tells its story."""
    arguments = sample_call(doc.name)
    for parameter in doc.parameters:
        if data.draw(st.booleans()):
            usual = isinstance(parameter.kind, Quantity) and data.draw(st.booleans())
            arguments[parameter.name] = data.draw(st.floats(min_value=0.1, max_value=1e12)) if usual else data.draw(VALUES)
    with contextlib.suppress(CostError):
        json.dumps(doc.call(**arguments).as_dict(), allow_nan=False)
