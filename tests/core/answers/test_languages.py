"""Answers in another language: every figure of the English answer, in that language's scales and units."""

from __future__ import annotations

import re

import pytest

import compute_cost
from compute_cost import registry
from compute_cost.answers import languages
from compute_cost.answers.in_words import BRIEF, brief, side_by_side
from compute_cost.catalogue import assumptions
from compute_cost.result import Result
from compute_cost_tools.calls import run

CHINESE = languages.of("要多少钱")


def test_the_language_is_that_of_the_text() -> None:
    assert languages.of("what does it cost?") is languages.IN_ENGLISH
    assert CHINESE is not languages.IN_ENGLISH
    assert languages.of("train GPT-3 多少钱") is CHINESE


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (967_200.0, "USD", "96.72万美元"),
        (5.6e6, "USD", "560万美元"),
        (1.5e9, "USD", "15亿美元"),
        (0.0042, "USD", "0.0042美元"),
        (2.5, "USD per GPU-hour", "每GPU小时2.5美元"),
        (3e11, "tokens", "3,000亿 token"),
        (1.5e13, "tokens", "15万亿 token"),
        (0.361, "1", "36.1%"),
        (12.4, "days", "12.4天"),
        (3341.0, "GPUs", "3,341张加速卡"),
        (-20_000.0, "USD", "-2万美元"),
        (3.14e23, "FLOP", "3.14e+23 FLOP"),
        ("rent", "", "租"),
        ("H100", "", "H100"),
    ],
)
def test_amounts(value: float | str, unit: str, said: str) -> None:
    assert CHINESE.show(value, unit) == said


def test_in_english_amounts_are_as_everywhere() -> None:
    from compute_cost.amounts import show

    for value, unit in ((967_200.0, "USD"), (3e11, "tokens"), (0.361, "1"), (2028.0, "year")):
        assert languages.IN_ENGLISH.show(value, unit) == show(value, unit)


def test_an_answer_in_chinese_says_what_the_english_one_says() -> None:
    call = run("train_cost", {"params": "GPT-3", "gpu": "A100"})
    said = brief(call, CHINESE)
    lines = said.splitlines()
    assert lines[0].endswith("训练一次模型的租卡费用（GPT-3、A100）。")
    for word in ("80%区间：", "影响最大的是：利用率（", "假设：", "注意：", "表格公式：=TRAIN_COST("):
        assert word in said
    assert len(lines) <= 12
    assert all(len(line) <= CHINESE.width for line in lines[:-1])
    amount = float(re.match(r"([\d.]+)万美元", said)[1]) * 1e4  # type: ignore[index]
    assert amount == pytest.approx(call.result.value, rel=1e-3)


def test_things_are_compared_in_chinese() -> None:
    calls = [run("train_cost", {"params": "GPT-3", "gpu": gpu}) for gpu in ("A100", "H100")]
    said = side_by_side(calls, BRIEF, CHINESE)
    assert said.startswith("训练一次模型的租卡费用（GPT-3）\n  A100: ")
    assert said.count("万美元 (80%区间：") == 2


def test_what_has_no_word_stays_in_english() -> None:
    assert CHINESE.name("lease_residual") == "lease_residual"
    assert CHINESE.warning("something that nobody has put into words") == "something that nobody has put into words。"


def test_a_warning_keeps_its_names_and_figures() -> None:
    said = CHINESE.warning("6 of 17 price quotes have an inferred date or were not checked against their source")
    assert said == "17个报价中有6个日期为推断或未与来源核对。"


def test_every_file_names_what_exists_and_every_estimate() -> None:
    arguments = {parameter.name for doc in registry.estimates().values() for parameter in doc.parameters}
    for language in languages.others():
        assert language.sentences.keys() == languages.ENGLISH.keys()
        for key, sentence in languages.ENGLISH.items():
            assert set(re.findall(r"{(\w+)}", language.sentences[key])) <= set(re.findall(r"{(\w+)}", sentence)), key
        answering = {name for name, doc in registry.estimates().items() if doc.unit in compute_cost_units()}
        assert answering <= language.estimates.keys() <= registry.estimates().keys()
        assert all("{}" in pattern for pattern in language.units.values())
        assert list(language.scales) == sorted(language.scales, reverse=True)
        known = arguments | assumptions().keys()
        words = {"verdict", "way", "fits", "cheaper", "yes", "no", "rent", "own", "reserve", "spot", "law", "level"}
        words |= {choice for doc in registry.estimates().values() for one in doc.parameters for choice in one.kind.choices}
        words |= {"buy", "same", "own fleet", "World", "price_level", "rent_over_trend"}
        verdicts = {name for name in language.names if name.endswith(("of reach", "in reach", "overlap)"))}
        errors = {name for name in language.names if name.endswith(("_error", "_error_tuned"))}  # of predictions
        assert language.names.keys() <= known | words | verdicts | errors


def compute_cost_units() -> set[str]:
    """The units of estimates that answer with a number."""
    return {"USD", "USD per month", "USD per GPU-hour", "USD per million tokens", "GPU-hours", "days", "GPUs", "kWh", "tokens/s", "GB"}


def test_a_result_knows_its_range_in_words() -> None:
    result: Result[float] = compute_cost.train_cost("GPT-3", gpu="A100")
    assert languages.IN_ENGLISH.range(result) == result.range_text()


def test_a_verdict_is_told_with_the_names_of_its_parts() -> None:
    assert CHINESE.told("open: the cheapest in draws are rent 65%, own 35%") == "难分高下：抽样中最便宜的是租 65%、自购 35%"
    assert CHINESE.told("out of reach: $5 million ($2 million to $15 million) to raise against $1 million").startswith(
        "筹不到：需筹$5 million"
    )
    assert CHINESE.told("API") == "API"
