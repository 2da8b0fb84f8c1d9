"""The one rule for cells: blanks, errors, ranges."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.errors import InputError
from compute_cost_sheets import cells, functions
from compute_cost_sheets.functions import all_functions


def test_blank_empty_text_and_omitted_are_the_default() -> None:
    cost = all_functions()["TRAIN_COST"]
    assert cost("GPT-3") == cost("GPT-3", None, "") == cost([["GPT-3"]], [[None]], (("",),))


@pytest.mark.parametrize(
    ("given", "left"),
    [((), ()), ((None, None), ()), ((1.0, None), (1.0,)), ((1.0, None, 0.0, None), (1.0, None, 0.0)), ((None, "", None), (None, "")),
     ((1.0, None, None, 2.0), (1.0, None, None, 2.0)), ((((1.0,),), None), (((1.0,),),))],
)  # fmt: skip
def test_what_was_not_given_is_left_out_at_the_end_alone(given: tuple[Any, ...], left: tuple[Any, ...]) -> None:
    assert tuple(cells.without_last_blanks(given)) == left
    assert tuple(cells.without_last_blanks(list(given))) == left


@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#NAME?", "#COST! params: wrong", " #REF!"])
def test_an_error_cell_is_never_a_default(error: str) -> None:
    shown = all_functions()["TRAIN_COST"]("GPT-3", None, "A100", error)
    assert shown.startswith("#COST! price_per_gpu_hour:")
    assert "holds an error" in shown


def test_zero_is_never_a_default() -> None:
    assert all_functions()["TRAIN_COST"]("GPT-3", None, None, 0.0).startswith("#COST! price_per_gpu_hour: 0 can't")
    assert all_functions()["FUTURE_COST"](1000.0, 0.0) == 1000.0


def test_where_a_blank_comes_as_zero_it_is_the_default_unless_zero_makes_sense() -> None:
    blanks, plain = all_functions(blank_is_zero=True), all_functions()
    assert blanks["TRAIN_COST"]("GPT-3", 0.0, "A100", 0.0, 0.0) == plain["TRAIN_COST"]("GPT-3", None, "A100")
    assert blanks["FUTURE_COST"](1000.0, 0.0) == 1000.0
    assert blanks["TRAIN_COST"](0.0, 300e9).startswith("#COST! params: missing")
    zero = compute_cost.serving_cost("Llama 3 8B", 1e12, headroom=0).value
    assert zero != compute_cost.serving_cost("Llama 3 8B", 1e12).value
    assert blanks["SERVING_COST"]("Llama 3 8B", 1e12, 0.0, 0.0, 0.0, 0.0, 0.0) == zero
    assert blanks["SERVING_COST"]("Llama 3 8B", 1e12, 0.0, 0.0, 0.0, 0.0, "default") == compute_cost.serving_cost("Llama 3 8B", 1e12).value
    assert blanks["CHEAPEST_SERVING"]("Llama 3 8B", 0.0) == plain["CHEAPEST_SERVING"]("Llama 3 8B"), "one user at home"
    assert blanks["TRAIN_COST"]("GPT-3", None, "A100", "0").startswith("#COST! price_per_gpu_hour: 0 can't"), "a zero that was written"


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("RENT_COST", ("H100", 0.0, 100.0)),
        ("RENT_COST", ("H100", 8.0, 0.0)),
        ("API_COST", ("gpt-4o", 1000.0, 500.0, None, 0.0)),
        ("AGENT_COST", ("gpt-4o", 0.0)),
        ("IMAGE_COST", ("SDXL", 0.0)),
        ("SPEECH_COST", ("Whisper large-v3", 0.0)),
        ("SERVING_COST", ("Llama 3 8B", 0.0)),
        ("FUTURE_COST", (0.0, 2.0)),
        ("ENERGY_USE", ("H100", 0.0, 100.0)),
        ("ENERGY_USE", ("H100", 8.0, 0.0)),
    ],
)
def test_none_of_what_is_paid_for_costs_nothing_in_every_host(name: str, arguments: tuple[Any, ...]) -> None:
    """A month without accelerators, hours, requests or images in a row of months is never the default's cost."""
    assert all_functions(blank_is_zero=True)[name](*arguments) == all_functions()[name](*arguments) == 0.0


@pytest.mark.parametrize(
    ("name", "arguments", "refused"),
    [
        ("INFER_COST", ("Llama 3 8B", "H100", 1.0, None, None, 1000.0, 200.0, 0.0), "load: 0 can't be used"),
        ("SPEECH_COST", ("Whisper large-v3", 10.0, "H100", None, None, None, 0.0), "load: 0 can't be used"),
        ("RENT_OR_OWN", ("H100", 8.0, 12.0, 0.0), "load: 0 can't be used"),
        ("RENT_OR_OWN", ("H100", 8.0, 0.0), "months_used: 0 can't be used"),
    ],
)
def test_a_zero_at_the_beginning_of_an_axis_is_refused_in_every_host(name: str, arguments: tuple[Any, ...], refused: str) -> None:
    for host in (all_functions(blank_is_zero=True), all_functions()):
        assert host[name](*arguments).startswith(f"#COST! {refused}")
    assert isinstance(all_functions()[name](*(0.5 if given == 0 else given for given in arguments)), float), "another share is an answer"


def test_where_a_blank_comes_as_zero_what_is_handed_on_keeps_its_own_meaning() -> None:
    blanks = all_functions(blank_is_zero=True)
    assert blanks["ESTIMATE_VALUE"]("TRAIN_COST", "cost", "GPT-3", 0.0, "A100") == compute_cost.train_cost("GPT-3", None, "A100").value
    zero = compute_cost.serving_cost("Llama 3 8B", 1e12, headroom=0)
    assert blanks["ESTIMATE_LOW"]("SERVING_COST", "Llama 3 8B", 1e12, 0.0, 0.0, 0.0, 0.0, 0.0) == zero.low


@pytest.mark.parametrize("word", ["default", "Default", " DEFAULT "])
def test_the_word_default_is_the_default_everywhere(word: str) -> None:
    cost = all_functions()["TRAIN_COST"]
    wanted = cost("GPT-3", None, "A100")
    assert wanted == cost("GPT-3", word, "A100", word, word) == cost("GPT-3", f"tokens={word}", "gpu=A100", f"price_per_gpu_hour = {word}")
    assert cost("GPT-3", [[word], [word]], "A100") == ((wanted,), (wanted,))
    assert all_functions()["ESTIMATE_LOW"]("TRAIN_COST", "GPT-3", word, "A100") == compute_cost.train_cost("GPT-3", None, "A100").low
    assert cost(word).startswith("#COST! params: missing")


def test_to_an_argument_that_the_word_default_is_a_value_of_it_is_that_value() -> None:
    """Software at its defaults, which `level` means by it, costs more than the level that is taken where none is given."""
    cost, value = all_functions()["IMAGE_COST"], all_functions()["ESTIMATE_VALUE"]
    wanted = compute_cost.image_cost("SDXL", 1000, "A100", steps=30, level="default").value
    assert wanted > 1.2 * compute_cost.image_cost("SDXL", 1000, "A100", steps=30).value
    assert wanted == cost("SDXL", 1000, "A100", 30, "level=default") == cost("SDXL", 1000, "A100", 30, *[None] * 6, " Default ")
    assert wanted == value("IMAGE_COST", "cost", "SDXL", 1000, "A100", 30, "level= default")
    assert wanted == value("IMAGE_COST", "cost", "SDXL", 1000, "A100", 30, "size=default", "default", *["default"] * 4, "default")


@pytest.mark.parametrize("blank", [None, ""])
def test_of_a_whole_column_or_row_only_what_is_used_counts(blank: Any) -> None:
    asked: list[Any] = []

    def call(name: Any, price: Any = None) -> Any:
        asked.append(name)
        return name

    column = [["GPT-3"], [blank], ["BLOOM"], *[[blank]] * (cells.WHOLE_COLUMN - 3)]
    assert cells.apply(call, ["x", "y"], [column, 2]) == (("GPT-3",), (None,), ("BLOOM",))
    assert len(asked) == 3
    row = ["GPT-3", "BLOOM", *[blank] * (cells.WHOLE_ROW - 2)]
    assert cells.apply(call, ["x", "y"], [[row], 2]) == (("GPT-3", "BLOOM"),)
    assert cells.apply(call, ["x", "y"], [[[blank]] * cells.WHOLE_COLUMN, 2]) is None, "nothing is used: one blank cell"
    part = [["GPT-3"], [blank], [blank]]
    assert len(cells.apply(call, ["x", "y"], [part, 2])) == 3, "a range that somebody has drawn keeps its size"


AMBIGUOUS = [
    ("TRAIN_DAYS", ("7B", "1T", "H100", "10.000")),
    ("TRAIN_COST", ("GPT-3", "1.500B")),
    ("TRAIN_COST", ("GPT-3", None, "A100", "2,000")),
]


@pytest.mark.parametrize(("name", "call"), AMBIGUOUS)
def test_a_text_that_can_mean_two_numbers_is_asked_about(name: str, call: tuple[Any, ...]) -> None:
    assert "is the" in all_functions()[name](*call)
    assert "decimal point, or does it group thousands?" in all_functions()[name](*call)


@pytest.mark.parametrize("value", [True, "TRUE", 0.5, "12:30", "2028-06-01", 50000.0])
def test_what_is_no_day_of_known_prices_is_refused(value: Any) -> None:
    for call in (("GPU_PRICE", "H100", None, value), ("ESTIMATE_LOW", "GPU_PRICE", "H100", None, value)):
        shown = all_functions()[call[0]](*call[1:])
        assert str(shown).startswith("#COST! as_of: "), shown
    assert all_functions()["COST_WHY"]("GPU_PRICE", "H100", None, value).startswith("as_of: ")


def test_a_day_shortly_after_the_last_prices_has_those() -> None:
    day = catalogue.catalogue_date() + datetime.timedelta(days=functions.HELD_DAYS)
    assert all_functions()["GPU_PRICE"]("H100", None, day.isoformat()) == compute_cost.gpu_price("H100").value
    later = (day + datetime.timedelta(days=1)).isoformat()
    assert f'as_of: "{later}" can\'t be used; prices after' in all_functions()["GPU_PRICE"]("H100", None, later)
    assert f'as_of: "{later}"' in all_functions()["ESTIMATE_VALUE"]("TRAIN_COST", "cost", "GPT-3", f"as_of={later}")
    assert all_functions()["COST_WARNINGS"]("GPU_PRICE", "H100", None, later).count("are not known"), "here the warning is seen"


def test_true_as_a_number_is_refused() -> None:
    assert all_functions()["TRAIN_COST"]("GPT-3", True).startswith("#COST! tokens: ")


@pytest.mark.parametrize("value", [[], [[]], [[1, 2], [3]]])
def test_a_ragged_or_empty_range_is_refused(value: Any) -> None:
    with pytest.raises(InputError):
        cells.apply(lambda x: x, ["x"], [value])


def test_ranges_of_different_sizes_are_refused() -> None:
    with pytest.raises(InputError, match="differ in size"):
        cells.apply(lambda x, y: x, ["x", "y"], [[[1], [2], [3]], [[1], [2]]])


def test_messages_fit_a_cell() -> None:
    shown = all_functions()["TRAIN_COST"]("x" * 10_000)
    assert len(shown) <= 255


@pytest.mark.parametrize(
    ("name", "given", "end"),
    [
        ("API_COST", "qwen-plus-of-some-other-release-2025-04-28", "give the name that the API uses, such as gpt-4o"),
        ("TRAIN_COST", "Llama 9 of a length that leaves no room 70B", '=COST_FIND("model", text) lists the known names'),
        ("MEMORY_NEEDED", "Stable Diffusion 9 of a length that leaves no room", '=COST_FIND("model", text) lists the known names'),
    ],
)
def test_what_to_do_survives_the_cut_of_a_long_message(name: str, given: str, end: str) -> None:
    shown = all_functions()[name](given)
    assert len(shown) <= cells.LONGEST_TEXT
    assert shown.endswith(end)


def test_a_text_of_one_sentence_is_cut_at_its_end() -> None:
    assert cells.shorten("x" * 300) == "x" * (cells.LONGEST_TEXT - 1) + "…"
    assert cells.shorten("why; " + "x" * 300).endswith("x…"), "its last sentence is too long to be kept"
    kept = cells.shorten("\N{ROCKET}" * 200 + "; do this")
    assert kept.endswith("… do this")
    assert len(kept.encode("utf-16-le")) // 2 in (cells.LONGEST_TEXT - 1, cells.LONGEST_TEXT)


def test_a_company_without_compute_spends_no_share_on_it() -> None:
    share = all_functions(blank_is_zero=True)["COMPUTE_SHARE"]
    assert share(1e7, 0.0, 3e5) == 0.0
    assert share(1e7, 0.0, 0.0).startswith("#COST! compute_per_month: 0 can't be used; nothing is spent at all")
    assert share(1e7, 2e5, 0.0) == 1.0
