"""Prices of one's own: in lines and in a file, in any currency and unit; what is wrong is one line that names the row."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import compute_cost
from compute_cost import catalogue, registry
from compute_cost.catalogue import price_book
from compute_cost.errors import CostError, InputError, NoData
from tests.support import chip

DAY = datetime.date(2026, 11, 22)
RENT = registry.get("rent_cost").call  # with the short name `price`, which no signature shows
Book = Callable[[str], None]


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Book:
    """Writes one's own price file."""
    monkeypatch.setenv("COMPUTE_COST_DATA", str(tmp_path))

    def write(text: str) -> None:
        path = price_book.file()
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        catalogue.forget()

    write("name,price\n")
    return write


def priced(text: str, day: datetime.date = DAY, gpu: str = "H100") -> float:
    found = price_book.find(text)
    assert found is not None
    return found.of(chip(gpu), day, "price").price


@pytest.mark.parametrize(
    ("line", "price"),
    [
        ("2.35; H100", 2.35),
        ("H100; $2.35 an hour", 2.35),
        ("H100; 18.80 EUR per node of 8; 1.08 USD per EUR", 18.8 * 1.08 / 8),
        ("H100; EUR 18.80 / node of 8; 0.92 EUR per USD", 18.8 / 0.92 / 8),
        ("H100; 1,700 USD per GPU and month", 1700 / 730),
        ("H100; 12,000 per server of 8 and month", 12000 / 730 / 8),
        ("H100; 60 a day", 2.5),
        ("H100; 17 CNY per card-hour; 0.14 USD per CNY", 17 * 0.14),
        ("H100; ¥17; 0.14 USD per CNY", 17 * 0.14),
        ("contract; 24 months; 2.10; coreweave; upfront 25%; minimum 64; region us-east; note as signed", 2.1),
    ],
)  # fmt: skip
def test_a_price_in_the_unit_and_currency_that_it_is_written_in(line: str, price: float) -> None:
    assert priced(line) == pytest.approx(price, rel=1e-12)
    assert RENT("H100", 8, 10, price=line).value == pytest.approx(80 * price, rel=1e-12)


def test_what_a_line_says_besides() -> None:
    found = price_book.find("deal; 24 months; 2.10; H100; CoreWeave; upfront 25%; minimum 64; region us-east; from 2026-01 to 2027-12")
    assert found
    (offer,) = found.offers
    assert (offer.name, offer.term, offer.provider, offer.upfront, offer.minimum, offer.region) == (
        "deal",
        "24 months",
        "coreweave",
        0.25,
        64,
        "us-east",
    )
    assert (offer.since, offer.until) == (datetime.date(2026, 1, 1), datetime.date(2027, 12, 31))


def test_what_is_no_line_is_left_to_the_numbers() -> None:
    for text in ("2.35", "H100", "", "$2.50", "a" * 500):
        assert price_book.find(text) is None


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("H100; 2 EUR", "give its rate too, such as 1.08 USD per EUR"),
        ("H100; 2; 3", 'says price twice: "2" and "3"'),
        ("H100; A100; 2", "says gpu twice"),
        ("H100; spot", "give the price"),
        ("H100; 2; from 2026-13", "from: give a day"),
        ("H100; 2; from 2027 to 2026", "to: it ends before it begins"),
        ("H100; 2 per parsec", "unit: give per GPU-hour"),
        ("H100; 2; some; thing", "neither a price, a chip, a term"),
        ("H100; 2; upfront 130%", "upfront"),
        ("H100; 2; minimum many", "minimum: give a number"),
        ("2; H100\n2.5; H100; from 2027 to 2026", "line 2, to"),
        ("H100; 0.0; 2", "twice"),
        ("H100; 0", "price: give a number above 0"),
        ("H100;" + " " * 500 + "2", "at most 400"),
    ],
)
def test_a_wrong_line_is_one_line_that_says_what(line: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        compute_cost.train_cost("Llama 3.1 8B", gpu="H100", price_per_gpu_hour=line)
    assert says in str(caught.value)
    assert str(caught.value).startswith("price_per_gpu_hour: ")
    assert "\n" not in str(caught.value)


CONTRACT = """name,gpu,price,currency,usd_per_unit,unit,from,to
contract-2026,H100,2.40,,,,2026-01-01,2026-12-31
contract-2026,H100,2.10,,,,2027-01-01,
contract-2026,A100,9.60,EUR,1.10,per node of 8,,
clash,H100,2,,,,,
clash,H100,3,,,,2026-06-01,
"""


def test_a_name_stands_for_the_row_of_the_chip_and_the_day(book: Book) -> None:
    book(CONTRACT)
    assert priced("contract-2026") == 2.4
    assert priced("CONTRACT 2026", datetime.date(2027, 5, 1)) == 2.1
    assert priced("contract-2026", gpu="A100") == pytest.approx(1.32)
    for estimate, arguments in (
        ("rent_cost", {"gpu": "H100", "hours": 1}),
        ("train_cost", {"params": "7B", "tokens": "1T", "gpu": "H100"}),
        ("serving_cost", {"params": "Llama 3.1 8B", "tokens_per_day": "1B", "gpu": "H100"}),
    ):
        named, number = (getattr(compute_cost, estimate)(**arguments, price=price) for price in ("contract-2026", 2.4))
        assert named.value == pytest.approx(number.value, rel=1e-12)
        (said,) = [one for one in named.inputs if one.name == "price_per_gpu_hour"]
        assert (said.value, said.origin) == ("contract-2026", "yours")
        assert any("yours, line 2 of prices.csv: 2.4 USD per GPU-hour" in step.formula for step in named.steps)
    assert compute_cost.rent_or_own("H100", rent_price="contract-2026").values["rent_total"].value == pytest.approx(
        compute_cost.rent_or_own("H100", rent_price=2.4).values["rent_total"].value
    )
    reserved = compute_cost.reserve_or_rent(12, 24, gpu="H100", on_demand_price=3, reserved_price="contract-2026")
    assert reserved.values["reserved_price"].value == 2.4


def test_outside_its_days_the_nearest_row_is_taken_with_a_sign(book: Book) -> None:
    book(CONTRACT)
    early = RENT("H100", 1, 1, price="contract-2026", as_of="2025-06-01")
    assert early.value == 2.4
    assert any("it counts from 2026-01-01 to 2026-12-31, and is taken for 2025-06-01 all the same" in text for text in early.warnings)
    assert not any("all the same" in text for text in RENT("H100", 1, 1, price="contract-2026", as_of="2026-11-22").warnings)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (
            {"price": "clash", "as_of": "2026-11-22"},
            "line 5 of prices.csv ($2.00) and line 6 of prices.csv ($3.00) both count for H100 SXM 80GB",
        ),
        ({"price": "contract-2026", "gpu": "H200"}, "it is for a100-sxm-80, h100-sxm-80, not for H200"),
        ({"price": "contract-2025"}, "prices of yours are clash, contract-2026"),
    ],
)
def test_what_can_not_be_used_is_one_line(asked: dict[str, Any], says: str, book: Book) -> None:
    book(CONTRACT)
    with pytest.raises(InputError) as caught:
        RENT(**{"gpu": "H100", "gpus": 1, "hours": 1} | asked)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert RENT("H100", 1, 1, price="clash", as_of="2026-01-01").value == 2, "the second has not begun"


@pytest.mark.parametrize(
    ("text", "says"), [("price\n2\n", "no column name"), ("name,price,source of mine\na,2,x\n", "a column"), ("\xff\n", "no column")]
)
def test_a_file_that_can_not_be_read_is_named(text: str, says: str, book: Book) -> None:
    book(text + "b,2\n")
    with pytest.raises(NoData, match=says) as caught:
        RENT("H100", 1, 1, price="mine")
    assert "prices.csv" in str(caught.value)
    assert compute_cost.rent_cost("H100", 1, 1, price_per_gpu_hour=2).value == 2, "all other answers stay"


def test_a_given_price_far_off_is_asked_about_and_beyond_refused(book: Book) -> None:
    usual = compute_cost.gpu_price("H100").value
    assert isinstance(usual, float)
    book(f"name,price\nnode,{usual * 8}\nslip,{usual * 21}\n")
    assert any("a server of 8" in text for text in RENT("H100", 1, 1, price="node").warnings)
    with pytest.raises(CostError, match="21 times"):
        RENT("H100", 1, 1, price="slip")


@pytest.mark.parametrize(
    ("periods", "pair"),
    [
        ((("", "", 2), ("2026-01", "", 3)), (0, 1)),
        ((("2026-01", "2026-06", 2), ("2026-06-30", "", 3)), (0, 1)),
        ((("2026-01", "2026-06", 2), ("2026-07", "", 3)), None),
        ((("2026-07", "", 3), ("2026-01", "2026-06", 2)), None),
        ((("2026-01", "", 2), ("2026-03", "2026-04", 2), ("2026-05", "", 3)), (0, 2)),
        ((("2026-01", "", 2), ("2026-01", "", 2)), None),
    ],
)
def test_two_prices_of_one_name_may_not_count_on_one_day(periods: Any, pair: tuple[int, int] | None) -> None:
    cells = [
        dict.fromkeys(price_book.COLUMNS, "") | {"name": "a", "price": str(price), "from": since, "to": until}
        for since, until, price in periods
    ]
    offers = [price_book.offer_of(row, f"row {number}") for number, row in enumerate(cells)]
    assert price_book.contradiction(offers) == (pair and (offers[pair[0]], offers[pair[1]]))
    apart = [offer._replace(chip=str(number)) for number, offer in enumerate(offers)]
    assert price_book.contradiction(apart) is None, "of two chips"


CARD = "H100; 2.5; on demand\nH100; 1.9; 12 months\nH100; 1.5; 3 years; upfront 20%\nH100; 1.2; spot"


@pytest.mark.parametrize(
    ("term", "price"), [(None, 2.5), ("spot", 1.2), ("6 months", 2.5), ("12 months", 1.9), ("24 months", 1.9), ("36 months", 1.5)]
)
def test_of_several_terms_the_longest_counts_that_is_filled(term: str | None, price: float) -> None:
    bill = compute_cost.rent_cost("H100", 8, 10, term, price_per_gpu_hour=CARD)
    assert bill.value == pytest.approx(80 * price)
    assert not any("counts for nothing" in warning for warning in bill.warnings)


def test_every_estimate_that_reserves_takes_the_row_of_its_term() -> None:
    reserve = compute_cost.reserve_or_rent(30, 36, 8, "H100", CARD, CARD)
    assert (reserve.values["on_demand_price"].value, reserve.values["reserved_price"].value) == (2.5, 1.5)
    assert float(reserve.values["prepayment_cost"].value) > 0, "the upfront share is that of the row"
    assert compute_cost.cash_flow("reserve", "H100", 8, 12, 1, CARD).values["reserved_price"].value == 1.9
    assert compute_cost.price_path("H100", 12, term="36 months", price_per_gpu_hour=CARD).value == pytest.approx(1.5)
    assert compute_cost.rent_cost("H100", 1, 1, price_per_gpu_hour="H100; 1.9; 12 months").value == 1.9, "the only row there is"


@pytest.mark.parametrize("line", ["H100; 1.8; 1 year", "H100; 1.8"])
def test_two_prices_of_one_term_contradict_each_other(line: str) -> None:
    with pytest.raises(InputError, match=r"line 2 \(\$1.90\) and line 3 \(\$1.80\) both count"):
        compute_cost.rent_cost("H100", 8, 10, "12 months", price_per_gpu_hour=f"H100; 2.5; on demand\nH100; 1.9; 12 months\n{line}")
