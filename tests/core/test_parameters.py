"""Each kind of argument: what it reads, where it ends, and what it says of the rest."""

from __future__ import annotations

import datetime
import decimal
import fractions
import math
import re
from typing import Any

import pytest
from hypothesis import given, strategies as st

from compute_cost import catalogue, registry
from compute_cost.catalogue.records import Model
from compute_cost.errors import InputError, UnknownName
from compute_cost.parameters import (
    PRECISIONS,
    SMALLEST,
    Anything,
    AssumedShare,
    CatalogueName,
    Choice,
    CountOrShare,
    Day,
    ModelSize,
    Quantity,
    Share,
    Text,
)

NOON = datetime.datetime(2026, 11, 22, 13, 30, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    "value",
    [
        46348,
        46348.0,
        46348.5625,
        46348.999999,
        NOON,
        NOON.date(),
        "2026-11-22",
        "2026-11-22 13:30",
        "2026-11-22T13:30:00Z",
        "46348",
        " 46348.5625 ",
    ],
)
def test_a_day_is_read_without_its_time(value: Any) -> None:
    """46348.5625 is what =NOW() gives at half past one, and its text what "as_of="&B3 makes of such a cell."""
    assert Day("day").reader("as_of")(value) == datetime.date(2026, 11, 22)


@pytest.mark.parametrize("value", [2024.5, -1.5, 1e300, float("nan"), float("inf"), True, "2026-11-22 25:00", "13:30", "noon: 1"])
def test_what_is_no_day_is_refused(value: Any) -> None:
    with pytest.raises(InputError, match='give a date such as "2026-11-22"'):
        Day("day").reader("as_of")(value)


def test_a_year_counts_at_its_end() -> None:
    assert Day("day").reader("as_of")(2024.0) == datetime.date(2024, 12, 31)


def refused(kind: Any, value: object) -> str:
    with pytest.raises(InputError) as caught:
        kind.reader("x")(value)
    assert caught.value.parameter == "x"
    return str(caught.value)


# Amounts


TOKENS = Quantity("Tokens.", "tokens", low=1, high=1e18, example='"300B"')


PRICE = Quantity("Price.", "USD per GPU-hour", high=1e4, above=True, example="2.5")


WHOLE = Quantity("Chips.", "GPUs", low=1, high=1e8, whole=True, example="8")


@pytest.mark.parametrize(
    ("kind", "given_value", "number"),
    [
        (TOKENS, 3e11, 3e11), (TOKENS, 300, 300.0), (TOKENS, "300B", 3e11), (TOKENS, "300 billion tokens", 3e11), (PRICE, "$2.50", 2.5),
        (PRICE, "2.5/h", 2.5), (WHOLE, "1,024 GPUs", 1024.0), (WHOLE, 8.0, 8.0), (TOKENS, decimal.Decimal("1.5e9"), 1.5e9),
        (TOKENS, fractions.Fraction(5, 2), 2.5),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_a_number(kind: Quantity, given_value: object, number: float) -> None:
    found = kind.reader("x")(given_value)
    assert found == number
    assert type(found) is float


def test_bounds_belong_to_the_range_unless_it_is_above() -> None:
    assert TOKENS.reader("x")(1) == 1
    assert TOKENS.reader("x")(1e18) == 1e18
    refused(TOKENS, math.nextafter(1, 0))
    refused(TOKENS, math.nextafter(1e18, math.inf))
    assert PRICE.reader("x")(SMALLEST) == SMALLEST
    assert PRICE.reader("x")(1e4) == 1e4
    for wrong in (0, SMALLEST / 2, -1, math.nextafter(1e4, math.inf)):
        refused(PRICE, wrong)


def test_whole_numbers_only_where_nothing_else_makes_sense() -> None:
    refused(WHOLE, 1.5)
    refused(WHOLE, "1.5")
    assert TOKENS.reader("x")(1.5) == 1.5


@pytest.mark.parametrize(
    "wrong", [math.nan, math.inf, -math.inf, True, False, None, [1], {}, 1j, b"7", object(), "", "abc", "1e999", "40%", 10**400]
)
def test_what_is_no_amount(wrong: object) -> None:
    for kind in (TOKENS, PRICE, WHOLE):
        assert refused(kind, wrong).startswith("x: ")


def test_a_text_says_why_it_can_not_be_read_and_what_to_give() -> None:
    assert refused(TOKENS, "12 apples") == (
        'x: "12 apples" can\'t be used; it is not an amount; give an amount in tokens from 1 to 1e18, such as "300B"'
    )
    assert "it is an amount of params;" in refused(TOKENS, "300B params")
    assert "it is in dollars" in refused(TOKENS, "$5")
    assert "amounts are in US dollars" in refused(PRICE, "€2")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (TOKENS, 'give an amount in tokens from 1 to 1e18, such as "300B"'), (PRICE, "give an amount in USD per GPU-hour above 0 and at most 10,000, such as 2.5"),
        (WHOLE, "give a whole number in GPUs from 1 to 100,000,000, such as 8"), (Quantity("A share.", "1", high=1, example="0.4"), "give a share from 0 to 1, such as 0.4"),
        (Quantity("A rate.", "per USD", high=1e9, above=True, example="0.92"), "give an amount per USD above 0 and at most 1 billion, such as 0.92"),
        (Quantity("No end.", "GPUs", low=1, example="8"), "give an amount in GPUs from 1, such as 8"), (Quantity("A factor.", "times", low=1, example="2"), "give an amount from 1, such as 2"),
    ],
)  # fmt: skip
def test_what_is_allowed_reads_as_english(kind: Quantity, words: str) -> None:
    assert kind.allowed() == words


KINDS = {one.kind for doc in registry.estimates().values() for one in doc.parameters if isinstance(one.kind, Quantity)}


@pytest.mark.parametrize("kind", sorted(KINDS, key=repr), ids=lambda kind: kind.doc[:30])
def test_no_bound_is_written_as_a_machine_writes_it(kind: Quantity) -> None:
    said = kind.allowed()
    assert "e+" not in said
    assert " in per " not in said
    assert "inf" not in said
    assert said.count('"naive"') <= 1


@pytest.mark.parametrize("doc", registry.estimates().values(), ids=lambda doc: doc.name)
def test_an_example_can_be_typed(doc: registry.Doc) -> None:
    """What help and messages suggest is read by the argument itself."""
    for parameter in doc.parameters:
        if isinstance(parameter.kind, Anything):
            continue
        plain = re.sub(r'"| \(.*?\)', "", parameter.kind.example)
        for one in filter(None, re.split(r", | or ", plain)):
            parameter.read(one)


@given(st.floats(min_value=1, max_value=1e18))
def test_any_number_within_is_itself(number: float) -> None:
    assert TOKENS.reader("x")(number) == number


# Shares


SHARE = Share("A share.", "1", high=1, above=True, example='0.4, "40%" or "naive"', words=(("naive", "naive_utilization"),))


@pytest.mark.parametrize(
    ("text", "name", "unit"),
    [("1,000 users/day", "users_per_day", "users"), ("1000 a day", "tokens_per_day", "tokens"), ("1k requests per day", "requests_per_day", "requests"),
     ("$1k/month", "compute_per_month", "USD"), ("1k", "compute_per_month", "USD")],
)  # fmt: skip
def test_what_the_name_says_of_time_may_be_said_again(text: str, name: str, unit: str) -> None:
    assert Quantity("How many.", unit).reader(name)(text) == 1000


@pytest.mark.parametrize(("text", "name"), [("1k a month", "tokens_per_day"), ("1k a day", "tokens"), ("1k a day a day", "tokens_per_day")])
def test_another_time_than_the_name_says_is_refused(text: str, name: str) -> None:
    with pytest.raises(InputError, match="it is per"):
        Quantity("How many.", "tokens").reader(name)(text)


def test_a_share_is_read_as_number_percentage_or_word() -> None:
    read = SHARE.reader("x")
    assert read(0.4) == read("0.4") == read("40%") == read("40 percent") == 0.4
    for word in ("naive", " Naive ", "NAIVE"):
        found = read(word)
        assert found == catalogue.constant("naive_utilization")
        assert isinstance(found, AssumedShare)
        assert found.assumption == "naive_utilization"
        assert read(found) is found, "it keeps its name on the way through another estimate"
    assert not isinstance(read(0.1), AssumedShare)


def test_a_percentage_without_its_sign_is_refused_and_not_guessed() -> None:
    for wrong in (40, "40", "400%", 1.0001, 0, -0.1, "clever"):
        assert '"naive"' in refused(SHARE, wrong)


def test_a_word_that_the_example_lacks_is_named() -> None:
    share = Share("A share.", "1", high=1, example="0.4", words=(("naive", "naive_utilization"), ("tuned", "naive_utilization")))
    assert share.allowed() == 'give a share from 0 to 1, such as 0.4, or "naive", or "tuned"'


# Words


def test_a_choice_does_not_mind_case_spaces_and_dashes() -> None:
    read = Choice("Term.", choices=("on_demand", "reserved_1y"), example="on_demand").reader("x")
    for text in ("on_demand", "On Demand", "on-demand", "ONDEMAND"):
        assert read(text) == "on_demand"
    for wrong in ("demand", "", 1, None, True, ["on_demand"]):
        with pytest.raises(UnknownName, match="^x: .*give one of on_demand, reserved_1y$"):
            read(wrong)


def test_every_precision_is_read() -> None:
    read = Choice("Format.", choices=PRECISIONS).reader("x")
    assert [read(one.upper()) for one in PRECISIONS] == list(PRECISIONS)


def test_a_text_is_one_short_line() -> None:
    kind = Text("a name", example='"GPT-3"')
    assert kind.reader("x")("  two \n words ") == "two words"
    assert kind.reader("x")("a" * 200) == "a" * 200
    assert refused(kind, "a" * 201).endswith("it has 201 characters; at most 200 are allowed")
    assert refused(kind, "a\x07b").endswith("it holds characters that can't be seen; type it again")
    for wrong in ("", "   ", 3, None):
        assert refused(kind, wrong).endswith('give a name, such as "GPT-3"')


# Models and chips


def test_a_size_is_a_count_or_a_name() -> None:
    read = ModelSize("Parameters.").reader("x")
    assert read("GPT-3") is read("gpt3") is catalogue.models().get("GPT-3")
    for count in (175e9, 175_000_000_000, "175B", "175 billion parameters"):
        assert read(count) is Model.of_size(175e9), "a count is a model without a name"
    assert read("7B").id == ""
    assert read(1e3).params == 1e3
    for wrong in (999, 1.1e17, -1, True, math.nan, [7e9]):
        refused(ModelSize("Parameters."), wrong)


def test_a_name_that_is_near_is_suggested_and_a_bad_count_is_no_name() -> None:
    read = ModelSize("Parameters.").reader("x")
    with pytest.raises(UnknownName, match=r'^x: "Lama 3 70B" is not known; did you mean Llama 3 70B'):
        read("Lama 3 70B")
    for wrong in ("12 apples", "-5 apples", "", " ", "$5", "9" * 100):
        with pytest.raises(InputError) as caught:
            read(wrong)
        assert not isinstance(caught.value, UnknownName)
        assert 'give a count such as 175e9 or "175B", or a known model' in str(caught.value)


def test_a_model_that_is_only_sold_by_the_token_is_no_typing_error() -> None:
    read = ModelSize("Parameters.").reader("x")
    for sold, named in (("GPT-4o", "GPT-4o"), ("openai/gpt-4o-mini", "GPT-4o-mini"), ("Opus 4.1", "Claude Opus 4.1")):
        with pytest.raises(
            InputError, match=f"^x: .*{named} is sold by the token, and its size is not published .*api_cost has its price; give a"
        ):
            read(sold)


def test_a_name_of_the_catalogue_is_found_whole() -> None:
    read = CatalogueName("Chip.").reader("gpu")
    assert read("h100") is catalogue.accelerators().get("H100")
    with pytest.raises(UnknownName, match=r'^gpu: "A1000" is not known; did you mean A100.*find\("gpu", text\)'):
        read("A1000")
    for wrong in (100, None, True, "", "x" * 10_000):
        with pytest.raises(UnknownName):
            read(wrong)


# Days


DAY = Day("A day.").reader("x")


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2024-07-20", "2024-07-20"), (" 2024-07-20 ", "2024-07-20"), ("2024-02", "2024-02-29"), ("2024", "2024-12-31"), (2024, "2024-12-31"), (2024.0, "2024-12-31"),
        (datetime.date(2024, 7, 20), "2024-07-20"), (datetime.datetime(2024, 7, 20, 23, 59), "2024-07-20"),
        (45493, "2024-07-20"), (45493.0, "2024-07-20"), (45493.5, "2024-07-20"),  # as Excel and Calc count: 1900-01-01 is day 1, and 1900-02-29 one that never was
        (1990, "1990-12-31"), ("2100", "2100-12-31"),
    ],
)  # fmt: skip
def test_every_way_to_write_a_day(value: object, day: str) -> None:
    assert DAY(value) == datetime.date.fromisoformat(day)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "soon",
        "20.07.2024",
        "2024-13",
        "2024-02-30",
        "1989",
        "2101",
        1990.5,
        1989,
        2101,
        -1,
        1e300,
        math.nan,
        math.inf,
        True,
        None,
        [2024],
    ],
)
def test_no_day(wrong: object) -> None:
    assert refused(Day("A day."), wrong).endswith('give a date such as "2026-11-22" or "2025-03"')


# What is passed on


def test_anything_is_passed_on_as_it_is_but_no_hidden_text() -> None:
    read = Anything("Passed on.").reader("x")
    day = datetime.date(2024, 7, 20)
    for value in (1, 2.5, True, day):
        assert read(value) is value
    assert read(" a  b ") == "a b"
    for wrong in ({}, [1], object(), "a\x07b", "a" * 201):
        refused(Anything("Passed on."), wrong)


# Percentages where shares are asked for


SHARES = {
    (name, parameter.name): parameter.kind
    for name, doc in registry.estimates().items()
    for parameter in doc.parameters
    if isinstance(parameter.kind, Quantity) and parameter.kind.unit == "1"
}


@pytest.mark.parametrize(("estimate", "parameter"), SHARES)
@pytest.mark.parametrize("given", [60, "60", 88.5])
def test_a_percentage_in_place_of_any_share_is_refused_with_the_share_that_it_is(estimate: str, parameter: str, given: Any) -> None:
    percent = float(given)
    assert f"; for {percent:g}% give {percent / 100:g}" in refused(SHARES[estimate, parameter], given)


@pytest.mark.parametrize(("estimate", "parameter"), [key for key, kind in SHARES.items() if kind.low == 0 and kind.high <= 1])
def test_a_part_of_a_whole_below_a_hundredth_is_asked_about(estimate: str, parameter: str) -> None:
    kind = SHARES[estimate, parameter]
    assert kind.question(0.006) == "0.6% was given; for 60% give 0.6"
    assert [kind.question(share) for share in (0.0, 0.01, 0.6, kind.high)] == [""] * 4


@pytest.mark.parametrize(("estimate", "parameter"), [key for key, kind in SHARES.items() if kind.low < 0])
def test_growth_to_the_double_is_asked_about(estimate: str, parameter: str) -> None:
    kind = SHARES[estimate, parameter]
    assert kind.question(1.0) == "100% was given; for 1% give 0.01"
    assert [kind.question(rate) for rate in (-0.5, 0.0, 0.005, 0.4)] == [""] * 4


def test_a_percentage_in_place_of_a_count_of_tokens_is_asked_about() -> None:
    kind = CountOrShare("Cached.", "tokens", high=1e18, whole=True)
    read = kind.reader("x")
    assert kind.question(read(80)) == "80 tokens were given; for 80% give 0.8"
    assert [kind.question(read(given)) for given in (0, 0.8, "80%", 1024)] == [""] * 4


def test_seconds_that_may_be_thousandths_are_asked_about() -> None:
    kind = next(parameter.kind for parameter in registry.get("infer_cost").parameters if parameter.name == "max_first_token")
    assert kind.question(200.0) == "200 s was given; for 200 ms give 0.2"
    assert [kind.question(seconds) for seconds in (0.2, 2.0, 30.0)] == [""] * 3


def test_an_answer_asks_about_a_slip_once() -> None:
    def asked(name: str, **given: Any) -> list[str]:
        return [text for text in registry.get(name).call(**given).warnings if text.startswith(tuple(given)[-1])]

    assert asked("agent_cost", model="gpt-4o", tasks=100, turns=5, success_rate=0.0095) == [
        "success_rate: 0.95% was given; for 95% give 0.95"
    ]
    assert asked("raise_needed", params="GPT-3", compute_share="0.6%") == ["compute_share: 0.6% was given; for 60% give 0.6"]
    assert len(asked("agent_cost", model="gpt-4o", tasks=100, turns=5, cached=0.009)) == 1, "it is far from what is usual, and that is said"
    assert asked("agent_cost", model="gpt-4o", tasks=100, turns=5, success_rate=0.95) == []


def test_what_an_argument_counts_only_with_is_another_of_the_same_estimate() -> None:
    for doc in registry.estimates().values():
        wanted = {parameter.kind.only_with for parameter in doc.parameters} - {""}
        assert wanted <= {parameter.name for parameter in doc.parameters}, doc.name


@pytest.mark.parametrize(
    ("estimate", "arguments", "says"),
    [
        ("embed_cost", {"documents": 1e6, "gpu": "A100"}, "gpu: it has no effect without own_model"),
        ("energy_use", {"gpu": "H100", "tokens": 1e12}, "tokens: it has no effect without params"),
        ("rent_or_own", {"gpu": "H100", "loan_rate": 0.1}, "loan_rate: it has no effect without loan_share"),
        ("train_cost", {"params": 7e9, "tokens": 1e12, "test_gpus": 8}, "test_gpus: it has no effect without tokens_per_second"),
        (
            "unit_margin",
            {"price": 20, "users": 10, "use": 10, "token_cost": 1, "free_use": 3},
            "free_use: it has no effect without free_users",
        ),
    ],
)
def test_an_argument_that_counts_only_with_another_says_so(estimate: str, arguments: dict[str, Any], says: str) -> None:
    assert says in registry.get(estimate).call(**arguments).warnings
    beside: dict[str, dict[str, Any]] = {
        "gpu": {"own_model": 6e8},
        "tokens": {"params": 7e9, "work": "training"},
        "loan_rate": {"loan_share": 0.5},
    }
    beside |= {"test_gpus": {"tokens_per_second": 1e4}, "free_use": {"free_users": 1}}
    assert says not in registry.get(estimate).call(**arguments, **beside[says.partition(":")[0]]).warnings
