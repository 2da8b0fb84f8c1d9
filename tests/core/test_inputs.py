"""What an estimate asks for and what the engine makes of it, on estimates of two lines."""

from __future__ import annotations

import dataclasses
import datetime
import math
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import pytest

import compute_cost
from compute_cost import catalogue, registry
from compute_cost.catalogue import price_book
from compute_cost.catalogue.records import Rented
from compute_cost.errors import CostError, DoesNotFit, InputError, UnknownArgument
from compute_cost.inputs import (
    Evaluation,
    Input,
    apart,
    assumed,
    at_middle,
    between,
    bounds,
    cite,
    default,
    evaluation,
    fact,
    figure,
    fixed,
    include,
    is_kept,
    is_moved,
    later,
    matters,
    once,
    step,
    surrounding,
    uncertain,
    unheard,
    warn,
)
from compute_cost.parameters import Quantity
from compute_cost.ranges import interval_of, moves_of
from compute_cost.registry import Estimate, estimate
from compute_cost.result import Answer, Result
from tests.support import chip, model

Amount = Annotated[float, Quantity("An amount.", "kWh", high=1e12, above=True, example="2")]
Ratio = Annotated[float | None, Quantity("Power usage effectiveness.", low=1, high=5, example="1.1")]


@pytest.fixture
def made() -> Iterator[list[str]]:
    """Names of estimates that a test makes; they are gone afterwards."""
    before = set(registry.estimates())
    yield []
    for name in set(registry.estimates()) - before:
        del registry._DEFINED[name]


def facility() -> Estimate[Any]:
    @estimate("kWh")
    def facility_energy(energy: Amount, pue: Ratio = None) -> Answer:
        """Energy of a facility."""
        return Answer(step("Facility", "energy x PUE", energy * assumed("pue", pue), "kWh", figure="facility"), "energy")

    return facility_energy


def by_name(result: Result) -> Mapping[str, Any]:
    return {one.name: one for one in result.inputs}


@pytest.mark.usefixtures("made")
def test_an_assumption_has_its_row_and_its_range() -> None:
    row = catalogue.assumption("pue")
    result = facility()("100")
    assert result.value == 100 * catalogue.constant("pue")
    used = by_name(result)["pue"]
    assert (used.value, used.low, used.high, used.origin, used.source) == (row.value, row.low, row.high, "assumed", row.source)
    assert (result.low, result.high) == pytest.approx((100 * row.low, 100 * row.high))  # type: ignore[operator]
    assert by_name(result)["energy"].origin == "given"
    assert [one.label for one in result.steps] == ["Facility"]
    assert result.values["facility"].value == result.values["energy"].value == result.value
    assert row.source in {one.id for one in result.sources}


@pytest.mark.usefixtures("made")
def test_what_is_given_has_no_range() -> None:
    result = facility()(100, 1.1)
    assert result.low == result.value == result.high == pytest.approx(110)
    assert by_name(result)["pue"].origin == "given"
    assert result.range_text() == ""


@pytest.mark.parametrize("spoken", [{"assume": {"pue": 1.1}}, {"assume": {"pue": "1.1"}}, {"pue": 1.1}], ids=str)
@pytest.mark.usefixtures("made")
def test_a_parameter_may_be_assumed(spoken: dict[str, Any]) -> None:
    energy = facility()
    assert energy(100, **spoken).value == pytest.approx(110)
    assert energy(100, "pue=1.1").value == pytest.approx(110)


@pytest.mark.usefixtures("made")
def test_any_assumption_can_be_replaced_by_name() -> None:
    @estimate("USD")
    def energy_bill(energy: Amount) -> Answer:
        """What energy costs."""
        return Answer(energy * assumed("power_price"), "cost")

    usual = energy_bill(100)
    for result in (
        energy_bill(100, assume={"power_price": 0.2}),
        energy_bill(100, "power_price=0.2"),
        energy_bill("power_price = $0.2", energy=100),
    ):
        assert result.value == result.low == result.high == pytest.approx(20)
        assert by_name(result)["power_price"].origin == "given"
    assert usual.value != 20
    assert energy_bill(100).value == usual.value, "one answer's assumption is not the next one's"


@pytest.mark.parametrize(
    ("assume", "message"),
    [
        ({"power_prise": 0.2}, 'no argument "power_prise"; did you mean power_price'),
        (
            {"pue": 1.1},
            '"pue" can.t be used; energy_bill does not assume it here; it assumes power_price',
        ),  # an assumption, but none of this estimate
        ({"power_price": "cheap"}, "power_price: .*can't be used"),
        ({"power_price": -1}, "power_price: .*can't be used"),
        ({"power_price": math.nan}, "power_price: .*can't be used"),
        ({"power_price": 100}, "power_price: .*can't be used.* to 2.6"),  # more than 20 times its range: cents for dollars
        ({"as_of": 2020}, 'no argument "as_of"'),  # a word, not a number
    ],
    ids=str,
)
@pytest.mark.usefixtures("made")
def test_a_wrong_assumption_is_refused(assume: dict[str, Any], message: str) -> None:
    @estimate("USD")
    def energy_bill(energy: Amount) -> Answer:
        """What energy costs."""
        return Answer(energy * assumed("power_price"), "cost")

    with pytest.raises(InputError, match=message):
        energy_bill(100, assume=assume)


@pytest.mark.usefixtures("made")
def test_given_twice() -> None:
    energy = facility()
    with pytest.raises(InputError, match="^pue: 1.1 .*given twice"):
        energy(100, 1.2, assume={"pue": 1.1})
    with pytest.raises(InputError, match='^energy: "5" .*given twice'):
        energy(100, "energy=5")
    with pytest.raises(UnknownArgument, match="number 3"):
        energy(100, 1.2, 5)


@pytest.mark.usefixtures("made")
def test_inputs_of_one_name_move_together_and_others_apart() -> None:
    @estimate("USD")
    def two_rents(hours: Amount) -> Answer:
        """One price twice: the same market."""
        return Answer(hours * uncertain("price", 2, 1, 4, "USD") + hours * uncertain("price", 20, 10, 40, "USD"))

    @estimate("USD")
    def two_markets(hours: Amount) -> Answer:
        """Two prices."""
        return Answer(hours * uncertain("price", 2, 1, 4, "USD") + hours * uncertain("other_price", 20, 10, 40, "USD"))

    together, apart = two_rents(1), two_markets(1)
    assert (together.low, together.high) == pytest.approx((11, 44))
    # Alone the small one moves 22 to 21 and 24, the large one to 12 and 42: the logarithms are joined by the root of squares.
    assert apart.low == pytest.approx(22 / math.exp(math.hypot(math.log(22 / 21), math.log(22 / 12))))
    assert apart.high == pytest.approx(22 * math.exp(math.hypot(math.log(24 / 22), math.log(42 / 22))))
    assert [one.input.name for one in apart.swings] == ["other_price", "price"]


@pytest.mark.usefixtures("made")
def test_an_end_without_an_answer_is_left_out() -> None:
    @estimate("GB")
    def fits(size: Amount) -> Answer:
        """Refuses what is too large."""
        needed = size * uncertain("overhead", 1.1, 1.0, 5.0, "ratio")
        if needed > 200:
            raise InputError("size", needed, "it does not fit")
        return Answer(needed)

    assert fits(100).value == pytest.approx(110)
    assert (fits(100).low, fits(100).high) == pytest.approx((100, 110))
    with pytest.raises(CostError, match="does not fit"):
        fits(1000)


@pytest.mark.usefixtures("made")
def test_nothing_is_worked_out_that_nobody_asks_for() -> None:
    runs: list[bool] = []

    @estimate("kWh")
    def counted(energy: Amount) -> Answer:
        """Counts how often it runs."""
        runs.append(is_kept())
        return Answer(energy * assumed("pue"))

    result = counted(1)
    assert runs == [False]
    assert result.value
    assert runs == [False]
    assert result.steps == ()
    assert result.inputs
    assert runs == [False, True], "one run keeps everything"
    assert float(result.low) < float(result.high)
    assert runs == [False, True, False, False], "both ends of the one uncertain input"
    assert result.high


@pytest.mark.usefixtures("made")
def test_what_is_left_for_later_is_worked_out_when_it_is_read_and_once() -> None:
    worked_out: list[str] = []

    def costly() -> float:
        worked_out.append("costly")
        return 12.0

    @estimate("kWh")
    def patient(amount: Amount) -> Answer:
        """Says more than it is asked."""
        later("Costly", "by hand", costly, "months", figure="costly")
        return Answer(step("Energy", "as given", amount, "kWh"), "energy", rows=2, table=lambda: (("a",), (1.0,), (2.0,)))

    result = registry.get("patient").told(amount=3)
    assert [*result.values] == ["energy", "costly"]
    assert [shown.label for shown in result.steps_about("Energy")] == ["Energy"]
    assert (result.rows, worked_out) == (2, [])
    assert result.values["costly"] == (12.0, "months")
    assert [(shown.label, shown.value) for shown in result.steps] == [("Costly", 12.0), ("Energy", 3.0)]
    assert dict(result.values) == {"energy": (3.0, "kWh"), "costly": (12.0, "months")}
    assert worked_out == ["costly"]


@pytest.mark.usefixtures("made")
def test_what_is_told_of_an_answer_moves_nothing_and_what_has_been_moved_is_not_moved_again() -> None:
    runs: list[bool] = []

    @estimate("kWh")
    def careful(amount: Amount) -> Answer:
        """Compares its answer with another."""
        runs.append(is_kept())
        energy = amount * assumed("pue")
        moves = None
        if is_kept():
            step("Beside it", "not of the answer", energy * assumed("average_draw_gpu"), "kWh")
            moves = moves_of(lambda: amount * assumed("pue"))[1] if amount > 2 else None
        return Answer(energy, "energy", moves=moves)

    for amount, expected in ((2, 4), (3, 1)):  # told, the middle and two ends; told alone
        runs.clear()
        result = registry.get("careful").told(amount=amount)
        moved = {swing.input.name: swing for swing in result.swings if swing.size}
        row = catalogue.assumption("pue")
        assert row.low
        assert row.high
        assert [*moved] == ["pue"]
        assert moved["pue"][1:] == (amount * row.low, amount * row.high)
        assert len(runs) == expected


@pytest.mark.usefixtures("made")
def test_a_range_waits_for_no_words() -> None:
    runs: list[bool] = []

    @estimate("kWh")
    def worded(energy: Amount) -> Answer:
        """Has a word that rests on an assumption of its own."""
        runs.append(is_kept())
        if is_kept():
            figure("emissions", energy * assumed("failed_share"), "kg")
        return Answer(energy * assumed("pue"))

    result = worded(1)
    assert float(result.low) < float(result.high)
    assert not any(runs)
    assert [one.input.name for one in result.swings] == ["pue"], "what moves no more than words is no input of the range"
    assert "failed_share" in by_name(result)


@pytest.mark.usefixtures("made")
def test_a_figure_on_the_way_has_the_interval_of_what_it_asks_for() -> None:
    @estimate("kWh")
    def halves(energy: Amount) -> Answer:
        """Two halves, one of them compared."""

        def half() -> float:
            return step("Half", "energy / 2 x PUE", energy / 2 * assumed("pue"), "kWh")

        low, high = interval_of(half)
        figure("half_low", low, "kWh")
        figure("half_high", high, "kWh")
        return Answer(half() * uncertain("more", 2, 1, 4, "ratio"), table=lambda: (interval_of(half),))

    row = catalogue.assumption("pue")
    result = halves(200)
    assert (result.values["half_low"].value, result.values["half_high"].value) == (100 * row.low, 100 * row.high)  # type: ignore[operator]
    assert result.table == ((100 * row.low, 100 * row.high),)  # type: ignore[operator]
    assert [one.label for one in result.steps] == ["Half"], "heard once"
    fixed = halves(200, assume={"pue": 1.5})
    assert (fixed.values["half_low"].value, fixed.values["half_high"].value) == (150, 150)
    assert fixed.table == ((150, 150),), "the rows stand on what was put in place of the assumption too"


@pytest.mark.usefixtures("made")
def test_what_was_given_is_held_against_the_middle_alone() -> None:
    @estimate("kWh")
    def limited(energy: Amount) -> Answer:
        """No more energy than a number of PUEs."""
        if energy > assumed("pue") and not is_moved():
            raise InputError("energy", energy, "give less")
        return Answer(min(energy, assumed("pue")))

    row = catalogue.assumption("pue")
    assert row.low is not None
    assert (limited(1.2).low, limited(1.2).value, limited(1.2).high) == (row.low, 1.2, 1.2)
    with pytest.raises(InputError, match="give less"):
        limited(row.high)


def test_words_keep_what_they_hear() -> None:
    with evaluation(Evaluation()) as run:
        assert is_kept()
        assert surrounding() is not None
        assert default("days", None, 30.0, "days") == 30
        assert default("weeks", 2.0, 4.0) == 2, "given: the engine has kept it already"
        assert fact("layers", 96.0, "layers", "gpt3-paper") == 96
        with unheard():
            step("Trial", "a search", 1.0, "")
            warn("of a trial")
        figure("shown", "yes", "")
        warn("once")
        warn("once")
    assert surrounding() is None
    assert list(run.inputs) == ["days", "layers"]
    assert run.inputs["layers"].origin == "catalogue"
    assert (list(run.steps), list(run.warnings), list(run.figures)) == ([], ["once"], ["shown"])
    assert list(run.sources) == ["gpt3-paper"]
    assert step("Outside", "", 5.0, "") == 5


@pytest.mark.parametrize(("by", "expected"), [(0, 10), (-1, 1), (1, 1000), (0.5, 100), (-0.5, math.sqrt(10))])
def test_between_the_ends_in_logarithms(by: float, expected: float) -> None:
    assert between(1, 10, 1000, by) == pytest.approx(expected)


@pytest.mark.parametrize(("low", "by", "expected"), [(0, 0.5, 15), (0, -0.5, 5), (-10, -0.5, 0), (-10, 1.5, 25)])
def test_between_ends_that_have_no_logarithm(low: float, by: float, expected: float) -> None:
    assert between(low, 10, 20, by) == expected


def test_between_is_the_same_for_arrays() -> None:
    np = pytest.importorskip("numpy")
    by = np.array([-1.3, -0.5, 0.0, 0.5, 2.0])
    for low, middle, high in ((1.0, 10.0, 1000.0), (1.0, 10.0, 100.0), (-5.0, 0.0, 20.0), (-5.0, 2.0, 20.0), (0.0, 10.0, 20.0)):
        assert between(low, middle, high, by) == pytest.approx([between(low, middle, high, float(one)) for one in by])


# Runs within runs


def told() -> Evaluation:
    """The run of an answer that has an input, a step, a warning and a source."""
    with evaluation(Evaluation()) as inner:
        fact("layers", 96.0, "layers", "gpt3-paper")
        step("Inner", "by hand", 1.0, "USD", "a16z-talk")
        warn("of the inner one")
        cite("iso-4217", "")
    return inner


def test_an_answer_about_another_tells_how_that_came_about() -> None:
    include(told())  # nobody listens
    with evaluation(Evaluation()) as outer:
        step("Outer", "", 2.0, "USD")
        warn("of the outer one")
        include(told())
    assert [entry.label for entry in outer.steps] == ["Outer", "Inner"]
    assert list(outer.warnings) == ["of the outer one", "of the inner one"]
    assert list(outer.inputs) == ["layers"]
    assert set(outer.sources) == {"gpt3-paper", "a16z-talk", "iso-4217"}
    with evaluation(Evaluation(tells=False)) as quiet:
        include(told())
    assert (list(quiet.inputs), quiet.steps, quiet.warnings) == (["layers"], [], {}), "a run for the inputs alone keeps no words"
    with evaluation(Evaluation(keeps=False)) as trial:
        include(told())
    assert (trial.inputs, trial.steps, trial.sources) == ({}, [], {})


def test_a_part_by_itself_stands_on_what_the_caller_has_fixed() -> None:
    with evaluation(Evaluation(fixed={"pue": 1.5})) as run:
        part = apart({"price": 1}, keeps=True)
        assert (part.fixed, part.ends, part.keeps, part.tells) == ({"pue": 1.5}, {"price": 1}, True, False)
        with evaluation(part):
            assert assumed("pue") == 1.5
            assert uncertain("price", 2, 1, 4, "USD") == 4
        assert not apart().keeps
    assert not run.inputs
    assert (apart().fixed, apart().ends) == ({}, {})


def test_what_is_costly_need_not_be_worked_out_where_the_caller_has_put_something_in_its_place() -> None:
    with evaluation(Evaluation(fixed={"utilization": 0.4})) as run:
        assert fixed("price", "USD") is None
        assert run.used == set()
        assert fixed("utilization", "1") == 0.4
    assert run.used == {"utilization"}
    assert run.inputs == {"utilization": Input("utilization", 0.4, "1", "given")}
    assert fixed("utilization", "1") is None


@pytest.mark.parametrize(("given", "is_far"), [(1 / 3, False), (0.33, True), (12, False), (12.1, True), (2, False)])
def test_what_is_put_in_place_of_an_input_far_from_its_range_is_asked_about(given: float, is_far: bool) -> None:
    with evaluation(Evaluation(fixed={"price": given})) as run:
        assert uncertain("price", 2, 1, 4, "USD") == given
    assert list(run.warnings) == ([f"price: {given:g} is far from 1 to 4, which is usual; check it and its unit"] if is_far else [])


@pytest.mark.parametrize(("by", "price"), [(-1, 1), (1, 5), (0, 2), (-0.5, math.sqrt(2))])
def test_an_input_is_moved_by_its_name_and_only_within_its_range(by: float, price: float) -> None:
    with evaluation(Evaluation({"price": by, "size": by}, keeps=False)):
        assert is_moved()
        assert uncertain("price", 2, 1, 5, "USD") == pytest.approx(price)
        assert uncertain("other_price", 2, 1, 5, "USD") == 2
        assert uncertain("size", 2, 2, 2, "USD") == fact("size", 2, "USD") == 2
    assert not is_moved()


def test_an_end_of_a_range_is_exactly_that_end() -> None:
    assert between(0.1, 0.3, 0.9, 1) != 0.9, "the control: by logarithms it is off by a rounding"
    for by, price in ((-1, 0.1), (1, 0.9)):
        with evaluation(Evaluation({"price": by}, keeps=False)):
            assert uncertain("price", 0.3, 0.1, 0.9, "USD") == price


# What an answer says of its arguments


def kept(name: str, value: Any) -> Evaluation:
    run = Evaluation()
    run.keep_argument(name, value, "")
    return run


def test_what_is_weak_about_a_chip_is_said() -> None:
    assert not kept("gpu", chip("H100", confidence="checked")).warnings
    weak = kept("gpu", chip("H100", confidence="not checked"))
    assert list(weak.warnings) == ["the figures of H100 SXM 80GB are not checked against their source"]
    assert (weak.inputs["gpu"].origin, weak.inputs["gpu"].confidence) == ("given", "not checked")
    announced = kept("gpu", chip("H100", confidence="checked", status="announced", released="2027"))
    assert list(announced.warnings) == ["H100 SXM 80GB is announced for 2027 and not sold yet: its figures are its maker's"]


def test_a_chip_that_is_described_is_given_and_not_of_the_catalogue() -> None:
    described = compute_cost.memory_fit("Llama 3 8B", "48 GB; 960 GB/s; 91 TFLOP/s bf16")
    (gpu,) = (entry for entry in described.inputs if entry.name == "gpu")
    assert gpu.origin == "given"
    assert any(text.startswith(f"{gpu.value} is taken as described") for text in described.warnings)
    named = compute_cost.memory_fit("Llama 3 8B", "H100")
    assert not any("described" in text or "your own" in text for text in named.warnings)


def test_what_is_weak_about_a_model_is_said() -> None:
    run = kept("params", model("GPT-3", confidence="not checked", shape_source="a16z-talk"))
    assert list(run.warnings) == ["the counts of GPT-3 are not checked against their source"]
    assert (run.inputs["model"].origin, run.inputs["params"].origin) == ("given", "catalogue")
    assert "a16z-talk" in run.sources
    assert not kept("params", model("GPT-3", confidence="checked")).warnings


def test_a_chip_in_the_machine_of_a_provider_names_the_provider() -> None:
    plain = chip("H100")
    rented = Rented(**{field.name: getattr(plain, field.name) for field in dataclasses.fields(plain)}, provider="aws")
    assert kept("gpu", rented).inputs["provider"] == Input("provider", "aws", "", "name")
    assert list(kept("gpu", plain).inputs) == ["gpu"]


def test_a_price_of_ones_own_is_shown_as_written_and_a_day_as_a_date() -> None:
    deal = price_book.find("2.35; H100")
    assert kept("price", deal).inputs["price"] == Input("price", "2.35; H100", "", "yours")
    assert kept("as_of", datetime.date(2025, 1, 2)).inputs["as_of"].value == "2025-01-02"


def inputs(result: Result) -> dict[str, tuple[Any, str]]:
    return {entry.name: (entry.value, entry.origin) for entry in result.inputs}


def test_a_model_is_kept_by_its_name_and_a_size_as_the_size() -> None:
    sized, named = inputs(compute_cost.train_flops(7e9, 1e12)), inputs(compute_cost.train_flops("GPT-3"))
    assert sized == {"params": (7e9, "given"), "tokens": (1e12, "given")}
    assert (named["model"], named["params"][1]) == (("GPT-3", "given"), "catalogue")


def test_a_model_that_is_described_is_not_of_the_catalogue() -> None:
    described = compute_cost.memory_needed("27B; layers 64; kv_heads 4; head_dim 256", context=4096)
    assert inputs(described)["params"] == (27e9, "given")
    assert described.warnings[0].startswith("27B model is taken as described")


def test_how_weak_the_counts_of_a_model_are() -> None:
    assert "the counts of GPT-4 are a rumor" in compute_cost.train_flops("GPT-4").warnings
    weak = compute_cost.train_flops("MiniMax-Text-01", 1e12).warnings
    assert "the counts of MiniMax-Text-01 are not checked against their source" in weak


@pytest.mark.parametrize("sign", "=+-@")
def test_a_text_that_a_spreadsheet_might_take_for_a_formula_is_quoted(sign: str) -> None:
    assert inputs(compute_cost.find("model", f"{sign}GPT"))["text"][0] == f'"{sign}GPT"'
    assert inputs(compute_cost.find("model", "GPT"))["text"][0] == "GPT"


@pytest.mark.parametrize(("unit", "high", "most"), [("1", 1.0, 1.0), ("1", 1.2, math.inf), ("USD", 0.5, math.inf)])
def test_a_share_ends_at_all_and_what_may_be_more_does_not(unit: str, high: float, most: float) -> None:
    assert bounds(unit, high) == (0.0, most)


@pytest.fixture
def trials() -> Iterator[list[float]]:
    """How often the parts below were worked out, with the energy of each."""
    counted: list[float] = []
    yield counted
    catalogue.forget()


def test_a_part_of_a_search_is_worked_out_once_where_nothing_that_it_asks_for_moves(trials: list[float]) -> None:
    def inner(energy: float) -> float:
        trials.append(energy)
        return energy * assumed("pue")

    def outer(energy: float) -> float:
        return once(inner, energy) + 1 + is_moved() * 0

    def search(ends: Mapping[str, float]) -> list[float]:
        with evaluation(Evaluation(ends, keeps=False)):
            return [once(inner, 2.0), once(inner, 2.0), once(outer, 2.0)]

    middle, low = catalogue.constant("pue"), catalogue.assumption("pue").low
    assert low is not None
    for _ in range(2):
        assert [once(inner, 2.0), once(inner, 3.0), once(inner, 2.0)] == [2 * middle, 3 * middle, 2 * middle]
        assert search({}) == search({"power_price": -1.0}) == [2 * middle, 2 * middle, 2 * middle + 1]
        assert search({"pue": -1.0}) == [2 * low, 2 * low, 2 * low + 1], "also of a part within another, which asks for it"
    with evaluation(Evaluation(fixed={"pue": 4.0}, keeps=False)) as run:
        assert [once(outer, 2.0), once(outer, 2.0), run.used] == [9.0, 9.0, {"pue"}]
    before = len(trials)
    assert before < 20, "fewer than were asked for"
    with evaluation(Evaluation()) as listening:
        assert [once(inner, 2.0), once(inner, 2.0)] == [2 * middle] * 2
    assert (len(trials), list(listening.inputs)) == (before + 1, ["pue"]), "who listens hears it, and once is enough"


def test_a_part_that_comes_to_nothing_at_the_middle_may_come_to_something_where_its_inputs_move(trials: list[float]) -> None:
    middle = catalogue.constant("pue")

    def picky(energy: float) -> float:
        trials.append(energy)
        if assumed("pue") >= middle:
            raise DoesNotFit("pue", middle, "too much is lost")
        return energy

    low = 2.0
    for _ in range(2):
        for ends in ({}, {"power_price": -1.0}, {"pue": 1.0}):
            with evaluation(Evaluation(ends, keeps=False)), pytest.raises(DoesNotFit, match="too much is lost"):
                once(picky, low)
        with pytest.raises(DoesNotFit):
            at_middle(picky, low)
        with evaluation(Evaluation({"pue": -1.0}, keeps=False)):
            assert once(picky, low) == low
    assert len(trials) == 2 + 2 * 2, "at the middle once for each of the two, and in each run that moves it"


def test_a_search_at_its_middle_is_worked_out_once_for_all_that_is_moved_around_it(trials: list[float]) -> None:
    def search(energy: float) -> float:
        trials.append(energy)
        return energy * assumed("pue") + is_moved()

    middle = catalogue.constant("pue")
    assert at_middle(search, 2.0) == 2 * middle
    for ends in ({}, {"pue": -1.0}, {"pue": 1.0}):
        with evaluation(Evaluation(ends)) as run:
            assert at_middle(search, 2.0) == 2 * middle
        assert not run.inputs
    assert trials == [2.0]
    for _ in range(2):
        with evaluation(Evaluation({"pue": 1.0}, {"pue": 4.0})) as run:
            assert (at_middle(search, 2.0), run.used) == (8.0, {"pue"})
    assert trials == [2.0, 2.0]
    catalogue.forget()
    assert (at_middle(search, 2.0), len(trials)) == (2 * middle, 3), "another catalogue has its own"


def test_what_only_a_range_needs_matters_to_who_hears_of_it_or_moves_it() -> None:
    assert not matters("pue")
    for run, expected in (
        (Evaluation(), True), (Evaluation({"pue": 1.0}, keeps=False), True), (Evaluation(fixed={"pue": 2.0}, keeps=False), True),
        (Evaluation({"power_price": 1.0}, keeps=False), False),
    ):  # fmt: skip
        with evaluation(run):
            assert matters("pue") is expected
