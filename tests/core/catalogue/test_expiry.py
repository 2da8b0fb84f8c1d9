"""Every figure has a day after which it is overdue, counted from the date of its source."""

from __future__ import annotations

import datetime

import pytest

from compute_cost import catalogue
from compute_cost.catalogue import expiry, schema, shelves
from compute_cost.catalogue.records import Review


@pytest.mark.parametrize(
    ("date", "months", "day"),
    [("2026-11-22", 6, "2027-05-01"), ("2026-11", 12, "2027-11-01"), ("2025", 24, "2027-12-01"), ("2026-01-31", 1, "2026-02-01")],
)
def test_so_many_months_after_the_date(date: str, months: int, day: str) -> None:
    assert expiry.after(date, months) == datetime.date.fromisoformat(day)


def test_what_follows_a_market_holds_for_a_year_and_a_ratio_for_three() -> None:
    rows = catalogue.assumptions()
    assert {name: expiry.months_of(rows[name]) for name in ("as_of", "power_price", "reserved_discount_1y", "pue", "hours_per_month")} == {
        "as_of": 3, "power_price": 12, "reserved_discount_1y": 12, "pue": 36, "hours_per_month": 120
    }  # fmt: skip


def test_every_default_has_a_day_and_every_chip_with_a_price_one() -> None:
    figures = {one.figure for one in expiry.figures()}
    assert set(catalogue.assumptions()) <= figures
    priced = {gpu for gpu, rows in catalogue.prices().items() if any(row.term == "on_demand" for row in rows)}
    assert {f"rent of {gpu}" for gpu in priced} <= figures


def test_it_is_overdue_from_its_day_on_and_the_longest_comes_first() -> None:
    due = next(one for one in expiry.figures() if one.figure == "power_price")
    eve, day = due.expires, due.expires + datetime.timedelta(days=1)
    assert "power_price" not in {one.figure for one in expiry.overdue(eve)}
    assert "power_price" in {one.figure for one in expiry.overdue(day)}
    days = [(bool(one.reason), one.expires) for one in expiry.overdue(datetime.date(2027, 6, 30))]
    assert days == sorted(days), "those without a reason first"


def test_a_year_as_a_date_makes_a_rent_no_fresher() -> None:
    """The newest quote of the Gaudi 2 is of 2024: it counts from January."""
    due = next(one for one in expiry.figures() if one.figure == "rent of gaudi2")
    assert (due.date, due.expires) == ("2024", datetime.date(2024, 7, 1))


def test_a_reason_holds_as_long_as_its_figure_would_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    day = datetime.date(2027, 6, 30)
    due = next(one for one in expiry.overdue(day) if one.figure == "power_price")
    assert due.reason == ""
    for seen, reason in (("2027-05", "two sources agree"), ("2025-05", "")):
        monkeypatch.setattr(expiry, "reviews", lambda seen=seen: {"power_price": Review("power_price", seen, "two sources agree")})
        again = next(one for one in expiry.overdue(day) if one.figure == "power_price")
        assert (again.reason, again.reviewed) == (reason, seen if reason else "")
        reasons = [bool(one.reason) for one in expiry.overdue(day)]
        assert reasons == sorted(reasons), "what nobody looked up comes first"


def test_a_review_of_no_figure_is_a_fault_of_the_catalogue() -> None:
    files = {name: shelves.read_text(name) for name in schema.PACKAGED}
    files["reviews"] = "figure,date,reason\npower_prices,2026-11-29,two sources agree\n"
    assert [line for line in schema.problems(files) if line.startswith("reviews.csv")] == [
        "reviews.csv line 2: figure: 'power_prices' is no figure that data overdue knows"
    ]
