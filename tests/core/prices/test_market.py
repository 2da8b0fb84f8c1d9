"""Rental prices: dated, by provider and class, with a range, never a neighbor's."""

from __future__ import annotations

import datetime
from statistics import median

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.catalogue.records import Price
from compute_cost.errors import CostError, NoData, UnknownName
from compute_cost.prices.market import NO_PRICE, for_rent, rental
from tests.core.prices.conftest import LAST, Quotes
from tests.support import chip


def test_the_default_is_of_the_neoclouds_alone() -> None:
    """Worked out again here from the plain rows, with their weights."""
    day = catalogue.catalogue_date()
    latest: dict[str, list[Price]] = {}
    for row in catalogue.prices()["h100-sxm-80"]:
        if row.term == "on_demand" and row.provider_class == "neocloud" and row.day <= day:
            newer = [kept for kept in latest.get(row.provider, []) if kept.seen > row.seen]
            if not newer:
                latest[row.provider] = [*(kept for kept in latest.get(row.provider, []) if kept.seen == row.seen), row]
    newest = max(row.seen for rows in latest.values() for row in rows)
    latest = {name: rows for name, rows in latest.items() if (newest - rows[0].seen).days <= 365}
    weights = {name: 0.5 ** ((newest - rows[0].seen).days / 90) for name, rows in latest.items()}
    found = compute_cost.gpu_price("H100")
    below = sum(weights[name] for name, rows in latest.items() if median(row.price for row in rows) < found.value)
    above = sum(weights[name] for name, rows in latest.items() if median(row.price for row in rows) > found.value)
    heaviest = max(weights.values())
    assert abs(below - above) <= heaviest, "as much weight below as above"
    assert found.low < found.value < found.high
    assert found.values["providers"].value == len(latest)
    assert found.values["newest_quote"].value == newest.isoformat()


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
    assert any("days older" in text for text in compute_cost.gpu_price("TPU v5e").warnings)
    assert any("one provider" in text for text in compute_cost.gpu_price("H100", provider="lambda").warnings)


AFTER = tuple(datetime.timedelta(days=days) for days in (1, 183, 184, 365, 366, 367, 731, 7300))


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


def test_the_price_of_the_last_quote_is_held(quotes: Quotes) -> None:
    quotes(("ancient", 800, 9.0), ("old", 300, 1.0), ("new", 0, 3.0))
    held = price()
    for later in (0, 66, 366, 5000):
        assert price(LAST + datetime.timedelta(days=later)) == held


def test_an_old_price_says_how_old_it_is(quotes: Quotes) -> None:
    quotes(("new", 0, 3.0))

    def said(later: int) -> list[str]:
        found = compute_cost.gpu_price("A100", as_of=LAST + datetime.timedelta(days=later))
        return [text for text in found.warnings if "held flat" in text]

    assert not said(183)
    assert said(184) == [f"the price of A100 SXM 80GB is from {LAST}, 184 days older than 2025-12-31, held flat"]


def test_another_class_is_taken_with_a_sign_alone(quotes: Quotes) -> None:
    hyper = (("aws", 0, 4.0, "on_demand", "hyperscaler"), ("gcp", 0, 6.0, "on_demand", "hyperscaler"))

    def said() -> list[str]:
        return [text for text in compute_cost.gpu_price("A100", as_of=LAST).warnings if "no two neoclouds" in text]

    quotes(*hyper, ("vast", 0, 1.0, "on_demand", "marketplace"))
    assert price()[0] == 5.0
    assert "hyperscalers' list prices" in said()[0]
    quotes(*hyper, ("vast", 0, 1.0, "on_demand", "marketplace"), ("salad", 0, 2.0, "on_demand", "marketplace"))
    assert price()[0] == 1.5
    assert "marketplaces'" in said()[0]
    quotes(*hyper, ("a", 0, 3.0), ("b", 0, 3.0))
    assert price()[0] == 3.0
    assert not said()
    asked = compute_cost.gpu_price("A100", as_of=LAST, provider="hyperscaler")
    assert asked.value == 5.0
    assert not any("no two neoclouds" in text for text in asked.warnings)


def test_what_one_provider_alone_moved_and_what_is_far_off_is_said(quotes: Quotes) -> None:
    quotes(("a", 60, 1.0), ("b", 60, 1.0), ("a", 0, 9.0))
    found = compute_cost.gpu_price("A100", as_of=LAST)
    assert found.value == 1.25
    assert any("one provider alone or newcomers moved them" in text for text in found.warnings)
    (far,) = [step.formula for step in found.steps if step.label == "Quotes far from it"]
    assert far.startswith("a $9")


def test_another_chip_stands_in_with_a_sign_and_a_wider_range(quotes: Quotes) -> None:
    """The A800 is not quoted: its price is the A100's, and the range half as wide again each way."""
    quotes(("a", 0, 2.0), ("b", 0, 2.0), ("c", 0, 4.0))
    own, other = (compute_cost.gpu_price(name, as_of=LAST) for name in ("A100", "A800"))
    assert other.value == own.value
    assert (other.low, other.high) == pytest.approx((own.low / 1.5, own.high * 1.5))
    assert any("the price of A100 SXM 80GB stands in" in text for text in other.warnings)
    assert not any("stands in" in text for text in own.warnings)


def test_what_can_be_ranked_by_its_price(quotes: Quotes) -> None:
    """Neither by a price older than a year, nor by that of another chip, which the A800 has."""
    a100 = chip("A100")
    quotes(("a", 365, 2.0))
    assert {gpu.id: quote for gpu, quote in for_rent(LAST)}[a100.id] == rental(a100, as_of=LAST)
    quotes(("a", 366, 2.0))
    offered = {gpu.id: quote for gpu, quote in for_rent(LAST)}
    assert offered.pop(a100.id) == "no rental price of the last year: the newest is 366 days old"
    assert set(offered.values()) == {NO_PRICE}
    assert rental(chip("A800"), as_of=LAST).price == 2.0


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
    assert "weighted median of 3 neoclouds: a, b, c; the newest quote is of 2025-06-30" in price.formula
    assert found.values["price"].value == 2.0
    run = compute_cost.train_cost(7e9, 1e12, "A100", as_of=LAST)
    assert (run.values["price_per_gpu_hour"].value, run.values["price_per_gpu_hour"].unit) == (2.0, "USD per GPU-hour")


def test_a_price_that_is_missing_says_what_was_looked_for(quotes: Quotes) -> None:
    quotes(("a", 0, 1.0))
    with pytest.raises(NoData, match="no spot price of A100 SXM 80GB up to 2025-06-30 is"):
        compute_cost.gpu_price("A100", "spot", LAST)
    with pytest.raises(NoData, match="no spot price of A100 SXM 80GB from neocloud up to 2025-06-30 is"):
        compute_cost.gpu_price("A100", "spot", LAST, "neocloud")


def test_a_provider_is_suggested_once_however_many_names_it_has() -> None:
    for ask, list_all in ((compute_cost.gpu_price, "compute-cost providers"), (compute_cost.api_cost, "compute-cost providers --apis")):
        with pytest.raises(UnknownName, match=r"did you mean Together AI\? give .*" + list_all) as caught:
            ask("H100" if ask is compute_cost.gpu_price else "Llama 3.3 70B", provider="Togehter")
        assert caught.value.suggestions == ["Together AI"]
    with pytest.raises(UnknownName) as unlike:
        compute_cost.gpu_price("H100", provider="Nebulous Nowhere")
    assert len(str(unlike.value)) < 200
