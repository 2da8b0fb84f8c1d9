"""Our functions in each host's spelling, and formulas turned from any into any other."""

from __future__ import annotations

import itertools

import pytest

from compute_cost import registry
from compute_cost_sheets.hosts.libreoffice.names import IMPLEMENTATION, method_name
from compute_cost_sheets.spelling import SPELLINGS, calls, dated, host_of, respelled

TYPED = [
    '=TRAIN_COST("GPT-3",,A1)+SUM(TRAIN_COST(B1),1)',
    '=IF(ISERROR(GPU_PRICE(A1,"1 year")),"=TRAIN_COST(x) failed",EXPLAIN("TRAIN_COST",ESTIMATE_LOW("GPU_PRICE","H100"),{1,2;3,4}))',
    "='my sheet'!A1*ASSUMPTION(\"pue\")&COST_VERSION()",
    '=COST_WHY("TRAIN_COST",A1)&COST_WHY(B3)',
    '="a ""quoted"" TRAIN_COST(" & MODEL_FACT("GPT-3","params")',
]


@pytest.mark.parametrize("formula", TYPED)
@pytest.mark.parametrize(("first", "second"), list(itertools.product(SPELLINGS, SPELLINGS)))
def test_there_and_back(formula: str, first: str, second: str) -> None:
    once = respelled(formula, first)
    assert respelled(once, first) == once
    assert respelled(respelled(once, second), "classic") == formula
    assert host_of(iter([once])) == first


def test_each_host_finds_every_function_by_its_spelling() -> None:
    for doc in registry.estimates().values():
        call = f'={doc.cell_name}("x")'
        assert respelled(call, "office_js") == f'=_xldudf_COMPUTE_{doc.cell_name}("x")'
        assert respelled(call, "libreoffice") == f'={IMPLEMENTATION}.{method_name(doc).upper()}("x")'


@pytest.mark.parametrize("formula", [
    "=MY_TRAIN_COST(1)", "=TRAINCOST(1)", "=TRAIN_COST+1", '="TRAIN_COST("', "=SUM(A1)", "=Sheet!TRAIN_COST(1)", "=OTHER.TRAIN_COST(1)",
])  # fmt: skip
def test_what_is_not_ours_stays(formula: str) -> None:
    assert list(calls(formula)) == []
    assert all(respelled(formula, host) == formula for host in SPELLINGS)


@pytest.mark.parametrize(
    "written", ["'compute-cost.xlsm'!TRAIN_COST(1)", "[1]!TRAIN_COST(1)", "COMPUTE.TRAIN_COST(1)", "compute.traincost(1)"]
)
def test_what_programs_write_before_a_name_goes(written: str) -> None:
    assert respelled(f"=2*{written}", "classic") == "=2*TRAIN_COST(1)"


@pytest.mark.parametrize(("before", "after"), [
    ('=TRAIN_COST("GPT-3",,A1)', '=TRAIN_COST("GPT-3",,A1,COST_AS_OF)'),
    ("=GPU_PRICE(A1,,)", "=GPU_PRICE(A1,,COST_AS_OF)"),
    ("=GPU_PRICE(A1,,B1)", "=GPU_PRICE(A1,,B1)"),
    ('=GPU_PRICE(A1,"as_of=2025-01-01")', '=GPU_PRICE(A1,"as_of=2025-01-01")'),
    ("=GPU_PRICE(A1,COST_AS_OF)", "=GPU_PRICE(A1,COST_AS_OF)"),
    ("=FUTURE_COST(GPU_PRICE(A1),2)", "=FUTURE_COST(GPU_PRICE(A1,COST_AS_OF),2)"),
    ('=EXPLAIN("TRAIN_COST",A1)+TRAIN_FLOPS(A1)', '=EXPLAIN("TRAIN_COST",A1,COST_AS_OF)+TRAIN_FLOPS(A1)'),
    ('=EXPLAIN("TRAIN_FLOPS",A1)&EXPLAIN(A1,B1)', '=EXPLAIN("TRAIN_FLOPS",A1)&EXPLAIN(A1,B1)'),
    ('=TRAIN_COST(A1,,IF(B1,"A100",CHEAPEST_GPU(A1)))', '=TRAIN_COST(A1,,IF(B1,"A100",CHEAPEST_GPU(A1,COST_AS_OF)),COST_AS_OF)'),
])  # fmt: skip
def test_every_call_that_takes_a_day_is_given_the_workbooks(before: str, after: str) -> None:
    assert dated(before) == after
    assert dated(after) == after
