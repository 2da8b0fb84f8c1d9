"""An estimate in words: at most twelve lines, and the details that stand below them for those who ask."""

from __future__ import annotations

from typing import Any

import pytest

from compute_cost import registry
from compute_cost.amounts import show
from compute_cost.answers import in_words
from compute_cost.answers.in_words import BRIEF, Details
from compute_cost.inputs import DataNote
from compute_cost.result import range_text
from compute_cost_tools.calls import run
from compute_cost_tools.session import Session
from tests.support import sample_call

NAIVE = {"params": "175B", "tokens": "300B", "gpu": "A100", "price_per_gpu_hour": "$2", "utilization": "100%"}
GPT3 = run("train_cost", {"params": "GPT-3", "gpu": "A100", "price_per_gpu_hour": 2})


@pytest.mark.parametrize("name", [name for name in registry.estimates() if name not in registry.FOR_CELLS_ONLY])
def test_an_answer_is_short(name: str) -> None:
    call = run(name, sample_call(name))
    lines = in_words.brief(call).splitlines()
    assert len(lines) <= 12
    assert all(len(line) <= 80 for line in lines[:-1]), "the formula alone is as long as it is"
    assert lines[-1] == f"In a spreadsheet: {call.formula}"
    spread = call.result.range_text()
    assert (f"80% range {spread}." in lines) is bool(spread)


def test_the_headline_is_the_figure_and_what_it_is_of() -> None:
    assert in_words.headline(run("train_cost", NAIVE)) == (
        "$560,897: rental cost of training a model once, in US dollars (175B, tokens 300B, A100, price_per_gpu_hour $2, utilization 100%)."
    )


def test_a_verdict_in_words_is_said_first() -> None:
    fits = run("memory_fit", {"params": "Llama 2 70B", "gpu": "RTX 4090", "gpus": 1, "precision": "int4"})
    assert in_words.headline(fits).startswith("Fits: no. ")


def test_a_size_that_was_given_is_not_the_answer() -> None:
    """Tokens for a 7B come first, a model for a budget as before; of accelerators as many as it takes."""
    for_a_size = run("compute_optimal", {"params": "7B"})
    assert in_words.headline(for_a_size).startswith(f"{show(for_a_size.result.values['tokens'].value, 'tokens')}: ")
    for_a_budget = run("compute_optimal", {"budget": 1e6})
    assert in_words.headline(for_a_budget).startswith(f"{show(for_a_budget.result.value, 'parameters')}: ")
    assert in_words.headline(run("memory_fit", {"params": "Llama 2 70B", "gpu": "H100", "gpus": 2})).startswith("Fits: yes. 2 GPUs: ")


def test_what_moves_it_what_was_assumed_and_what_to_mind() -> None:
    lines = in_words.brief(GPT3)
    result = GPT3.result
    assert f"Moved most by {result.swings[0].input.name} (" in lines
    assert "Assumed: " in lines
    assert all(f"{entry.name} " not in lines.split("Assumed: ")[1].split("\n")[0] for entry in result.inputs if entry.origin == "given")
    assert "Published: $" in lines, "a published figure in the answer's own unit"
    assert f"{len(result.sources)} sources with --sources." in lines


@pytest.mark.parametrize(
    ("tool", "arguments", "names"),
    [
        ("infer_throughput", {"params": "Llama 3 70B", "gpu": "H100", "gpus": 8}, ("gpus", "batch", "tokens_per_second_per_stream")),
        ("infer_throughput", {"params": "Llama 3 70B", "gpu": "RTX 4090"}, ("gpus", "batch", "tokens_per_second_per_stream")),
        ("infer_cost", {"params": "Llama 3 8B", "gpu": "A100"}, ("gpus", "batch", "tokens_per_second_per_stream")),
        ("memory_needed", {"params": "Llama 3 8B", "context": 128_000}, ("weights", "kv_cache")),
        ("image_cost", {"params": "SDXL", "gpu": "A100"}, ("seconds_per_image", "energy_per_image")),
        ("speech_cost", {"params": "Whisper large-v3", "gpu": "A100"}, ("hours", "real_time_factor")),
        ("distill_cost", {"teacher": "Llama 3 70B", "params": "Llama 3 8B", "teacher_on": "own"}, ("teacher_cost", "student_cost")),
        ("compute_optimal", {"params": 30e9}, ("tokens", "tokens_per_parameter")),
        ("energy_use", {"gpu": "H100", "gpus": 8}, ("cost", "co2")),
        ("rent_or_own", {"gpu": "H100", "gpus": 8}, ("owned_cost", "rented_cost")),
        ("reserve_or_rent", {"months_used": 8, "months_reserved": 12}, ("reservation_cost", "on_demand_cost")),
        ("cluster_capex", {"mw": 5}, ("gpus", "equipment")),
        ("api_cost", {"model": "gpt-4o"}, ("input_price", "output_price")),
    ],
)
def test_what_people_need_beside_the_figure_stands_below_it(tool: str, arguments: dict[str, object], names: tuple[str, ...]) -> None:
    call = run(tool, arguments)
    said = [show(call.result.values[name].value, call.result.values[name].unit) for name in names]
    assert any(all(figure in line for figure in said) for line in in_words.brief(call).splitlines()[2:5])


def test_what_could_have_been_given_is_named_before_constants() -> None:
    """A model that no single card holds is answered for several, which the answer shows."""
    call = run("infer_throughput", {"params": "Llama 3 70B", "gpu": "RTX 4090"})
    assumed = next(line for line in in_words.brief(call).splitlines() if line.startswith("Assumed: "))
    assert "gpus 8 GPUs" in assumed
    assert "bits_per_parameter" not in assumed


def test_what_is_said_of_a_value_that_was_given_comes_first() -> None:
    """A price far off the market's is a slip, which no other note may push out of the answer."""
    given = {"params": "70B", "tokens": "2T", "price_per_gpu_hour": 30}
    one, other = run("train_cost", {**given, "gpu": "H200"}), run("train_cost", {**given, "gpu": "H100"})
    assert len(one.result.warnings) > 2
    first = next(line for line in in_words.brief(one).splitlines() if line.startswith("Note: "))
    assert first.startswith("Note: price_per_gpu_hour: $30.00 is ")
    both = in_words.side_by_side([one, other], in_words.BRIEF)
    assert both.count("Note: price_per_gpu_hour: $30.00 is ") == 2
    assert "Note: " not in in_words.side_by_side([run("train_cost", {**given, "gpu": "H200", "price_per_gpu_hour": 4})] * 2, in_words.BRIEF)
    assert (
        in_words.brief(run("train_energy", {"params": "GPT-3", "assume": {"average_draw_gpu": 0.1}})).count("Note: average_draw_gpu: ") == 1
    )


def test_what_stands_beside_tells_apart_what_is_alike() -> None:
    """The energy of a run is the same in two countries, and what it gives off is not."""
    calls = [
        run("energy_use", {"work": "training", "params": 7e9, "tokens": 2e12, "gpu": "H100", "grid": grid}) for grid in ("France", "Poland")
    ]
    said = in_words.side_by_side(calls, in_words.BRIEF)
    shown = [show(*call.result.values["co2"]) for call in calls]
    assert shown[0] != shown[1]
    assert all("    It costs" in said and one in said for one in shown)
    chips = [run("train_cost", {"params": "GPT-3", "gpu": gpu}) for gpu in ("A100", "H100")]
    assert len([line for line in in_words.side_by_side(chips, in_words.BRIEF).splitlines() if line.startswith("    ")]) == 0


def test_one_is_one_source() -> None:
    call = run("gpu_fact", {"gpu": "A100", "field": "memory"})
    assert len(call.result.sources) == 1
    assert "1 source with --sources." in in_words.brief(call).splitlines()


def test_a_line_in_chinese_breaks_between_characters_and_at_no_latin_word() -> None:
    lines = in_words._wrapped("每GPU小时租价是多少，" * 5, 16)
    assert "".join(line.strip() for line in lines).startswith("每GPU小时租价是多少，每GPU小时")
    assert all(not line.endswith(("G", "GP")) and not line.strip().startswith("，") for line in lines)


def test_a_part_of_zero_is_not_said() -> None:
    assert "cache of keys" not in in_words.brief(run("memory_needed", {"params": "Llama 3 8B"}))


def test_nothing_of_a_fleet_is_said_where_the_answer_is_the_bill_of_an_api() -> None:
    asked = {"params": "Llama 3.1 8B", "input_tokens": 1000, "output_tokens": 300}
    hosted, own = (
        in_words.brief(run("cheapest_serving", asked | more))
        for more in ({"requests_per_day": 10_000}, {"requests_per_day": 10_000, "min_tokens_per_second": 20})
    )
    assert hosted.startswith("Way: hosted API of ")
    assert "requests at once" not in hosted
    assert own.startswith("Way: 1 rented ")
    assert "requests at once" in own, "the control: a fleet is the answer"


def test_a_table_shows_its_first_rows() -> None:
    call = run("cheapest_gpu", {"params": "GPT-3"})
    header, first, *_ = call.result.table
    lines = in_words.brief(call).splitlines()
    assert any(line.startswith(f"  {first[0]}, $") for line in lines)
    assert f"  {len(call.result.table) - 4:,} more rows." in lines
    assert header[0] == "accelerator"


def test_details_stand_below_for_those_who_ask() -> None:
    result = GPT3.result
    assert in_words.whole([GPT3], BRIEF) == in_words.brief(GPT3)
    steps = in_words.whole([GPT3], Details(steps=True))
    assert all(step.formula in steps for step in result.steps)
    assert all(f"  - {text}" in steps for text in result.warnings)
    assert "\nSources\n" not in steps
    sources = in_words.whole([GPT3], Details(sources=True))
    assert all(source.title in sources for source in result.sources)
    assert "\nHow\n" not in sources


def test_what_nothing_sets_is_told_from_what_is_assumed() -> None:
    call = run("infer_throughput", {"params": "Llama 3.1 70B", "gpu": "H100"})
    (error,) = (entry for entry in call.result.inputs if entry.name == "throughput_error")
    steps = in_words.whole([call], Details(steps=True))
    assumed, own = steps.split("\nAssumed (say otherwise to change it)\n")[1].split("\nSet by the estimate itself (")
    assert "throughput_error" not in assumed
    assert f"  throughput_error: 1 time ({range_text(error.low or 0, error.high or 0, 'times', 1.0)})\n" in own
    assert "throughput_error" not in in_words.brief(call).partition("Assumed: ")[2]


def test_a_combined_result_says_what_was_combined() -> None:
    session = Session()
    session.call("train_cost", NAIVE)
    _, call = session.call("combine", {"how": "multiply", "results": "c1", "by": "3 runs"})
    assert in_words.headline(call) == "$1.68 million: c1 * 3 runs."


def test_the_rows_of_a_table_show_the_answer_and_no_ends_of_ranges() -> None:
    path = run("price_path", {"gpu": "H100", "months": 12})
    first = path.result.table[1]
    assert f"  month {first[0]:g}, {first[1]}, {show(first[3], 'USD per GPU-hour')}" in in_words.brief(path)
    ranked = in_words.brief(run("cheapest_gpu", {"params": "7B", "tokens": "1T"}))
    assert ranked.startswith("GPU: ")
    assert ", low " not in ranked


def test_a_driver_that_is_the_answer_itself_is_said_once() -> None:
    call = run("gpu_price", {"gpu": "H100"})
    assert f"Moved most by price ({call.result.range_text()})." in in_words.brief(call).splitlines()


def test_three_digits_hold_no_cents_from_a_hundred_on() -> None:
    assert range_text(454.0, 1730.0, "USD", 1000.0) == "$454 to $1,730"
    assert range_text(10.0, 99.0, "USD", 20.0) == "$10.00 to $99.00"


def test_what_electricity_costs_stands_beside_it() -> None:
    used = run("energy_use", {"gpu": "RTX 4090", "gpus": 4, "hours": 730, "power_price": 0.3})
    assert f"It costs {show(used.result.values['cost'].value, 'USD')} and gives off " in in_words.brief(used)


def test_what_would_change_an_answer_comes_before_what_it_assumed_and_how_good_the_data_are_last() -> None:
    """A narrower format is what somebody needs whose model does not fit; that the card is taken as described is not."""
    call = run("memory_fit", {"params": "20B", "gpu": "24 GB", "gpus": 1, "precision": "bf16"})
    lines = in_words.brief(call).split("\n")
    begins = ["Fits: no.", "80% range", "Moved most by", "Note: it does not fit on", "Note: it would fit in", "Assumed:"]
    places = [next(at for at, line in enumerate(lines) if line.startswith(begin)) for begin in begins]
    assert places == sorted(places)
    assert isinstance(call.result.warnings[0], DataNote), "first as it is found"
    assert not any("as described" in line for line in lines[: places[-1]])


@pytest.mark.parametrize(
    ("name", "arguments", "about"),
    [
        ("train_cost", {"params": "GPT-4", "tokens": "1T"}, "the counts of GPT-4 are a rumor"),
        ("agent_cost", {"model": "gpt-4o"}, "assumed and not checked against a source: agent_first_context"),
        ("memory_fit", {"params": "20B", "gpu": "24 GB", "gpus": 1}, "24 GB chip is taken as described"),
        ("longest_context", {"params": "7B", "gpu": "H100"}, "shape unknown: "),
        ("gpu_price", {"gpu": "H100"}, "price quotes have an inferred date or were not checked against their source"),
    ],
)
def test_a_warning_about_data_is_told_from_one_about_the_case_where_it_is_made(name: str, arguments: dict[str, Any], about: str) -> None:
    warnings = run(name, arguments).result.warnings
    assert [isinstance(text, DataNote) for text in warnings if about in text] == [True]


def test_a_warning_about_the_case_is_no_note_about_data() -> None:
    warnings = run("memory_fit", {"params": "20B", "gpu": "24 GB", "gpus": 1, "precision": "bf16"}).result.warnings
    assert [isinstance(text, DataNote) for text in warnings if text.startswith("it would fit in")] == [False]


def test_a_table_keeps_of_each_warning_what_it_is_about() -> None:
    table = run("cost_table", {"name": "memory_fit", "a1": "20B", "a2": "24 GB", "a3": "1, 2"}).result
    assert [isinstance(text, DataNote) for text in table.warnings if "as described" in text] == [True]
