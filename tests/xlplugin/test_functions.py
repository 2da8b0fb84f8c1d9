"""Every estimate as a spreadsheet function: ranges spill, a mistake is one cell's, tables take single cells."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

import compute_cost
from compute_cost import registry
from compute_cost.errors import CostError, InputError
from compute_cost_sheets.functions import all_functions, calculate, cell_function


def test_a_column_and_a_row_spill_over_each_other() -> None:
    cost = all_functions()["TRAIN_COST"]
    grid = cost([["GPT-3"], ["BLOOM"]], None, [["A100", "H100", "V100"]], 2)
    assert len(grid) == 2
    assert len(grid[0]) == 3
    assert grid[1][2] == cost("BLOOM", None, "V100", 2)


def test_a_block_of_labels_and_values_is_the_model_or_the_chip_that_it_describes() -> None:
    functions = all_functions()
    block = [
        ["Name", "Ours"],
        ["Params", 27e9],
        ["Layers", 64.0],
        ["Attention layers:", 16.0],
        ["kv_heads", 4.0],
        ["head_dim", 256],
        [None, ""],
    ]
    line = "Ours: 27B; layers 64; attention_layers 16; kv_heads 4; head_dim 256"
    assert functions["MEMORY_NEEDED"](block, "bf16", 4096) == functions["MEMORY_NEEDED"](line, "bf16", 4096)
    assert functions["ESTIMATE_LOW"]("MEMORY_NEEDED", block, "bf16") == functions["ESTIMATE_LOW"]("MEMORY_NEEDED", line, "bf16")
    card = (("Memory (GB)", 48.0), ("Memory bandwidth (GB/s)", 960.0), ("bf16 (TFLOP/s)", 181.0), ("Kind", "workstation"))
    assert functions["GPU_FACT"](card, "memory_bandwidth") == 960
    assert "is not one figure of a chip" in functions["GPU_FACT"]((*card, ("Colour", "red")), "memory")
    assert functions["GPU_FACT"]([["H100", "A100"], ["H200", "L40S"]], "memory")[1][1] == 48, "the control: names are elements"


def test_only_the_wrong_element_shows_its_message() -> None:
    shown = all_functions()["TRAIN_COST"]([["GPT-3"], ["GPT-33"]])
    assert isinstance(shown[0][0], float)
    assert shown[1][0].startswith("#COST! params:")


def test_a_table_takes_no_range() -> None:
    with pytest.raises(InputError, match="spills a table"):
        calculate(registry.get("find"), ("gpu", [["a"], ["b"]]))


def test_a_range_of_prices_is_the_months_of_a_plan() -> None:
    """The cells of a column are month by month what a text says in one cell; a blank month would move the others, so it is refused."""
    flow = all_functions()["CASH_FLOW"]
    by_month = flow("rent", "H100", 8, 3, 0.5, [[3.0], [2.5], [2.0], [None], [""]])
    assert by_month == flow("rent", "H100", 8, 3, 0.5, "3; 2.5; 2")
    assert [row[2] for row in by_month[2:]] == [8 * 730 * 0.5 * price for price in (3.0, 2.5, 2.0)]
    assert flow("rent", "H100", 8, 3, 0.5, [[3.0, 2.5, 2.0]]) == by_month, "a row as well"
    assert flow("rent", "H100", 8, 3, [[0.5], [0.5]], [[2.0]]) == flow("rent", "H100", 8, 3, 0.5, 2)
    assert "month 2" in flow("rent", "H100", 8, 3, 0.5, [[3.0], [None], [2.0]])
    assert "give it a single cell" in flow("rent", [["H100"], ["A100"]], 8, 3)
    assert "prices after" in flow("rent", "H100", 8, 3, 0.5, [[3.0], [2.0]], None, None, None, None, None, "2031-01-01"), "as for any table"
    assert len(all_functions()["RENT_OR_OWN"]("H100", None, None, None, [[2.0], [3.0]])) == 2, "a single figure spills over a range"


def test_too_many_arguments_are_refused() -> None:
    assert all_functions()["GPU_FACT"]("H100", "memory", 1).startswith("#COST! arguments")


def test_the_spreadsheets_own_names_are_left_alone() -> None:
    names = set(all_functions())
    assert "COST_FIND" in names
    assert not names & {"FIND", "SEARCH", "LOOKUP", "RATE", "PRICE", "COST", "INDEX", "INFO", "TYPE"}


def test_a_function_carries_what_a_wizard_shows() -> None:
    for name, function in all_functions().items():
        doc = registry.get(name)
        assert (function.__name__, function.__doc__) == (name, doc.summary)
        assert list(inspect.signature(function).parameters) == [one.name for one in doc.parameters]


def test_a_host_insists_only_on_leading_arguments() -> None:
    """gpus of TRAIN_DAYS is required behind optional ones: a formula may leave them out by commas, and the core asks for it."""
    parameters = inspect.signature(all_functions()["TRAIN_DAYS"]).parameters
    empty = inspect.Parameter.empty
    assert [name for name, one in parameters.items() if one.default is empty] == ["params"]
    assert all_functions()["TRAIN_DAYS"]("GPT-3").startswith("#COST! gpus: missing")
    required = inspect.signature(all_functions()["GPU_FACT"]).parameters
    assert [name for name, one in required.items() if one.default is empty] == ["gpu", "field"]


def test_a_host_that_has_real_errors_raises_them() -> None:
    def mistake(problem: CostError) -> Any:
        raise problem

    function = cell_function(registry.get("train_flops"), mistake)
    assert function("GPT-3", 1e9) == compute_cost.train_flops("GPT-3", 1e9).value
    with pytest.raises(CostError, match="^params: "):
        function("GPT-33")


def test_an_estimate_of_words_or_a_table() -> None:
    assert all_functions()["MODEL_FACT"]("GPT-3", "organization") == "OpenAI"
    assert all_functions()["ESTIMATE_RANGE"]("GPU_FACT", "H100", "memory")[1][:2] == (80, 80)


def test_a_text_names_its_argument_or_assumption() -> None:
    energy = all_functions()["TRAIN_ENERGY"]
    wanted = compute_cost.train_energy("GPT-3", gpu="A100", pue=1.1, assume={"average_draw_gpu": 0.6}).value
    assert energy("GPT-3", "pue=1.1", "A100", "average_draw_gpu=60%") == wanted
    assert energy("GPT-3", None, "A100", "", "pue = 1.1", "Average_Draw_GPU=0.6") == wanted
    assert energy([["GPT-3"]], [["pue=1.1"]], (("gpu=A100",),), "average_draw_gpu=0.6") == wanted
    assert energy("GPT-3", "pue=") == energy("GPT-3", None) == energy("GPT-3"), "a blank behind the name is the default too"
    column = energy("GPT-3", [["pue=1.1"], ["pue=1.5"], [None]])
    assert [row[0] for row in column] == [compute_cost.train_energy("GPT-3", pue=one).value for one in (1.1, 1.5, None)]


def test_a_wrong_name_in_a_text_is_refused_with_suggestions() -> None:
    energy = all_functions()["TRAIN_ENERGY"]
    assert "did you mean pue" in energy("GPT-3", "puee=1.1")
    assert "does not assume it here" in energy("GPT-3", "hours_per_month=700")
    assert energy("GPT-3", "pue=#N/A").startswith("#COST! pue: ")
    assert energy("GPT-3", None, None, None, 1.2, "pue=1.1").startswith('#COST! pue: "1.1" can\'t be used; it is given twice')
    (right,), (wrong,) = energy("GPT-3", [["pue=1.1"], ["puee=1"]])
    assert right == energy("GPT-3", "pue=1.1")
    assert "did you mean pue" in wrong


def test_an_assumption_reaches_the_estimate_that_another_opens_up() -> None:
    functions = all_functions()
    wanted = functions["TRAIN_ENERGY"]("GPT-3", "average_draw_gpu=0.6")
    assert functions["ESTIMATE_RANGE"]("TRAIN_ENERGY", "GPT-3", "average_draw_gpu=0.6")[1][0] == wanted
    assert ("input", "average_draw_gpu", "given", 0.6) in [
        row[:4] for row in functions["EXPLAIN"]("TRAIN_ENERGY", "GPT-3", "average_draw_gpu=0.6")
    ]
    assert functions["COST_TABLE"]("TRAIN_ENERGY", "GPT-3", "average_draw_gpu=0.6")[1][0] == wanted


def test_a_plan_may_begin_after_the_last_known_prices() -> None:
    """Only the day of the prices is refused, not another day."""
    functions = all_functions()
    begins = functions["COMPUTE_SHARE"](1e7, 2e5, 3e5, "start=2029-01")
    assert begins == functions["COMPUTE_SHARE"](1e7, 2e5, 3e5)
    assert functions["ESTIMATE_VALUE"]("COMPUTE_SHARE", "share_of_capital", 1e7, 2e5, 3e5, "start=2029-01") == begins
    assert functions["TRAIN_COST"]("GPT-3", "as_of=2029-01").startswith("#COST! as_of")
    rent = functions["ESTIMATE_VALUE"]
    assert rent("RENT_COST", "cost", "H100", "as_of=2029-01; hours_per_month=720").startswith("#COST! as_of"), "in a shared text, too"
    assert isinstance(rent("RENT_COST", "cost", "H100", "as_of=2024-06; hours_per_month=720"), float)


def test_an_assumption_finds_room_where_every_place_is_taken() -> None:
    """As the formula of an answer writes it: all named values that have no place of their own share one."""
    functions = all_functions()
    stock = compute_cost.data_limit(3e13, 1e12, assume={"text_stock": 5e14}).value
    assert stock != compute_cost.data_limit(3e13, 1e12).value
    assert functions["DATA_LIMIT"](3e13, "synthetic_tokens=1E12; text_stock=5E14") == stock
    assert "at most 2 are taken" in functions["DATA_LIMIT"](3e13, 1e12, "text_stock=5E14")
    rent = functions["ESTIMATE_LOW"]("RENT_COST", "H100", "gpus=8; as_of=2024-06-30")
    assert rent == compute_cost.rent_cost("H100", 8, as_of="2024-06-30").low
    assert "as_of" in functions["ESTIMATE_LOW"]("RENT_COST", "H100", "gpus=8; as_of=2099-01-01"), "a day that nobody knows prices of"
