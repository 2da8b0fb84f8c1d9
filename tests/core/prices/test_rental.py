"""Rental prices: dated, by provider and class, with a range, never a neighbor's."""

from __future__ import annotations

import datetime
from itertools import pairwise
from statistics import median
from typing import Any

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.errors import CostError, InputError, NoData, UnknownName
from compute_cost.inputs import Evaluation, evaluation
from compute_cost.prices import rental
from compute_cost.prices.rental import hourly_price
from tests.core.prices.conftest import LAST, Quotes
from tests.support import chip


def test_the_default_is_the_median_of_the_others_than_hyperscalers() -> None:
    """Worked out again here from the plain rows."""
    day = catalogue.catalogue_date()
    latest: dict[str, tuple[datetime.date, list[float]]] = {}
    for row in catalogue.read_rows("prices"):
        if row["gpu"] != "h100-sxm-80" or row["term"] != "on_demand" or row["provider_class"] == "hyperscaler":
            continue
        price = next(
            p
            for p in catalogue.prices()["h100-sxm-80"]
            if p.provider == row["provider"] and p.date == row["date"] and p.price == float(row["price"])
        )
        if not day - datetime.timedelta(days=365) <= price.day <= day:
            continue
        seen, values = latest.get(row["provider"], (price.day, []))
        if price.day > seen:
            values = []
        if price.day >= seen:
            latest[row["provider"]] = (price.day, [*values, price.price])
    expected = median(median(values) for _, values in latest.values())
    found = compute_cost.gpu_price("H100")
    assert found.value == pytest.approx(expected, rel=1e-12)
    assert found.low < found.value < found.high
    assert found.values["providers"].value == len(latest)


def test_the_past_has_its_own_price() -> None:
    """An H100 list price of the day; Lambda asked $3.49 from January to July 2024 (source: Epoch AI hardware prices)."""
    assert compute_cost.gpu_price("H100", as_of="2024-07-20", provider="lambda").value == 3.49
    assert compute_cost.gpu_price("H100", as_of="2023-12-31", provider="lambda").value == 1.99


def test_no_price_from_the_future() -> None:
    with pytest.raises(NoData, match="B200"):
        compute_cost.gpu_price("B200", as_of="2020")


def test_classes_and_terms() -> None:
    assert compute_cost.gpu_price("H100", provider="hyperscaler").value > compute_cost.gpu_price("H100", provider="neocloud").value
    assert compute_cost.gpu_price("A100", "spot").value < compute_cost.gpu_price("A100").value
    with pytest.raises(CostError, match="^provider:"):
        compute_cost.gpu_price("H100", provider="nobody")


def test_warnings_name_what_is_weak() -> None:
    assert any("inferred date" in text for text in compute_cost.gpu_price("H100").warnings)
    assert any("days older" in text for text in compute_cost.gpu_price("P100").warnings)
    assert any("one provider" in text for text in compute_cost.gpu_price("H100", provider="lambda").warnings)


# The price between and after quotes

AFTER = tuple(datetime.timedelta(days=days) for days in (1, 183, 184, 365, 366, 367, 731, 7300))
QUOTED = [(gpu, term) for gpu, rows in catalogue.prices().items() for term in rental.TERMS if any(row.term == term for row in rows)]


def on(gpu: str, term: str, day: datetime.date) -> tuple[float, float, float]:
    chip = catalogue.accelerators().get(gpu)
    assert chip
    found = rental.rental(chip, term, day)
    return found.price, found.low, found.high


@pytest.mark.parametrize(("gpu", "term"), QUOTED)
def test_a_price_moves_only_on_days_with_a_new_quote(gpu: str, term: str) -> None:
    """For every chip: no jump because quotes age, neither between two quotes nor ever after the last."""
    days = sorted({row.day for row in catalogue.prices()[gpu] if row.term == term})
    for day, following in pairwise(days):
        assert on(gpu, term, day) == on(gpu, term, following - datetime.timedelta(days=1))
    for later in AFTER:
        assert on(gpu, term, days[-1]) == on(gpu, term, days[-1] + later)


def test_the_future_is_said_to_be_unknown() -> None:
    today = catalogue.catalogue_date()
    for gpu in catalogue.prices():
        try:
            known = compute_cost.gpu_price(gpu)
        except NoData:
            continue
        for later in AFTER:
            found = compute_cost.gpu_price(gpu, as_of=today + later)
            assert (found.value, found.low, found.high) == (known.value, known.low, known.high)
            (said,) = (text for text in found.warnings if "held flat" in text)
            assert said.startswith(f"prices after {today} are not known: the price of ")
            assert f" older than {today + later}, held flat" in said
            assert said.endswith("future_cost estimates a trend")
        assert not any("not known" in text and "held flat" in text for text in known.warnings)


# Made-up quotes: what the rules are, whatever the market does


def price(day: datetime.date = LAST) -> tuple[float, float, float]:
    found = compute_cost.gpu_price("A100", as_of=day)
    return float(found.value), float(found.low), float(found.high)


def test_a_quote_counts_for_365_days_up_to_the_newest(quotes: Quotes) -> None:
    quotes(("old", 365, 1.0), ("new", 0, 3.0))
    assert price()[0] == 2.0
    quotes(("old", 366, 1.0), ("new", 0, 3.0))
    assert price() == (3.0, 3.0, 3.0)
    assert price(LAST - datetime.timedelta(days=1)) == (1.0, 1.0, 1.0)


def test_the_price_of_the_last_quote_is_held(quotes: Quotes) -> None:
    quotes(("ancient", 800, 9.0), ("old", 300, 1.0), ("new", 0, 3.0))
    for later in (0, 66, 366, 5000):
        assert price(LAST + datetime.timedelta(days=later))[0] == 2.0


def test_an_old_price_says_how_old_it_is(quotes: Quotes) -> None:
    quotes(("new", 0, 3.0))

    def said(later: int) -> list[str]:
        found = compute_cost.gpu_price("A100", as_of=LAST + datetime.timedelta(days=later))
        return [text for text in found.warnings if "held flat" in text]

    assert not said(183)
    assert said(184) == [f"the price of A100 SXM 80GB is from {LAST}, 184 days older than 2025-12-31, held flat"]


def test_the_range_is_the_10th_to_the_90th_percentile_over_providers(quotes: Quotes) -> None:
    quotes(*((f"p{number}", number, float(number)) for number in range(1, 12)))
    assert price() == (6.0, 2.0, 10.0)
    quotes(("a", 0, 1.0), ("b", 0, 2.0))
    assert price() == pytest.approx((1.5, 1.1, 1.9), rel=1e-12)


def test_a_provider_counts_once_with_its_latest_day(quotes: Quotes) -> None:
    quotes(("a", 100, 50.0), ("a", 1, 1.0), ("a", 1, 2.0), ("b", 0, 3.5))
    assert price()[0] == 2.5


@pytest.mark.parametrize(
    ("written", "id_"),
    [
        ("Lambda Labs", "lambda"),
        ("Google", "gcp"),
        ("google cloud", "gcp"),
        ("Amazon", "aws"),
        ("AMAZON WEB SERVICES", "aws"),
        ("vast.ai", "vast"),
    ],
)
def test_a_provider_is_known_by_the_names_that_it_goes_by(written: str, id_: str) -> None:
    assert compute_cost.gpu_price("H100", provider=written).value == compute_cost.gpu_price("H100", provider=id_).value
    others = {compute_cost.gpu_price("H100", provider=one).value for one in ("lambda", "gcp", "aws", "vast")}
    assert len(others) == 4, "each has a price of its own, so a neighbor's would show"


def test_a_provider_that_is_not_known_gets_suggestions_and_is_no_neighbor() -> None:
    with pytest.raises(UnknownName, match='provider: "Googel" is not known; did you mean Google'):
        compute_cost.gpu_price("H100", provider="Googel")
    with pytest.raises(UnknownName, match="give a class"):
        compute_cost.gpu_price("H100", provider="Amazon Prime Video")


def test_what_was_left_out_and_where_the_price_is_from(quotes: Quotes) -> None:
    quotes(("a", 0, 1.0), ("b", 0, 2.0), ("c", 0, 4.0))
    found = compute_cost.gpu_price("A100", as_of=LAST)
    (term,) = [entry for entry in found.inputs if entry.name == "term"]
    assert (term.value, term.origin) == ("on_demand", "assumed")
    (price,) = [step for step in found.steps if step.label.startswith("Price of A100")]
    assert (price.value, price.unit, price.sources) == (2.0, "USD per GPU-hour", ("gpuhunt",))
    assert price.formula.endswith("a, b, c")
    assert found.values["price"].value == 2.0
    run = compute_cost.train_cost(7e9, 1e12, "A100", as_of=LAST)
    assert (run.values["price_per_gpu_hour"].value, run.values["price_per_gpu_hour"].unit) == (2.0, "USD per GPU-hour")


def test_a_price_that_is_missing_says_what_was_looked_for(quotes: Quotes) -> None:
    quotes(("a", 0, 1.0))
    with pytest.raises(NoData, match="no spot price of A100 SXM 80GB up to 2025-06-30 is"):
        compute_cost.gpu_price("A100", "spot", LAST)
    with pytest.raises(NoData, match="no spot price of A100 SXM 80GB from neocloud up to 2025-06-30 is"):
        compute_cost.gpu_price("A100", "spot", LAST, "neocloud")


# A price that is given, compared with a catalogue that has 2 USD


def question(price: float, **about: Any) -> str:
    """What is said of a given price: nothing, a warning, or why it is refused."""
    run = Evaluation()
    with evaluation(run):
        try:
            hourly_price(chip("A100"), price, LAST, **about)
        except InputError as problem:
            return f"refused: {problem}"
    return "; ".join(run.warnings)


@pytest.mark.parametrize(
    ("price", "about", "parts"),
    [
        (16.0, {}, ["is 8 times", "is it the price of a server of 8? Give"]),
        (18.0, {}, ["is it the price of a server of 8 or the price of a day? Give"]),
        (79.0, {}, ["refused: ", "is it the price of a server of 8 or the price of a day? Give"]),
        (81.0, {}, ["refused: ", "is it the price of a day? Give"]),
        (1460.0, {}, ["refused: ", "is it the price of a month? Give"]),
        (16.0, {"count": "gpus"}, ["the number meant for gpus"]),
        (0.25, {"share": "utilization"}, ["is it the share meant for utilization? Give"]),
        (0.25, {}, ["check it: give"]),
        (0.59, {"discount": 0.9}, []),
        (0.7, {"discount": 0.9}, ["3.5 times"]),
        (6.0, {"count": "gpus", "share": "utilization"}, []),
    ],
)
def test_a_given_price_far_off_is_asked_about(quotes: Quotes, price: float, about: dict[str, Any], parts: list[str]) -> None:
    quotes(("a", 0, 2.0))
    said = question(price, **about)
    assert bool(said) == bool(parts), said
    assert all(part in said for part in parts), said


def test_only_what_fits_the_price_is_guessed(quotes: Quotes) -> None:
    quotes(("a", 0, 2.0))
    both = {"count": "gpus", "share": "utilization"}
    assert "gpus" not in question(16.5, **both), "no whole number"
    assert "utilization" not in question(16.0, **both), "no share"
    assert "gpus" not in question(0.25, **both)
    assert "utilization" not in question(0.25 * 8, **both)
