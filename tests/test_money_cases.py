"""Worked cases about money that others published: with their inputs our answer is theirs, or the case says why it is not."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from compute_cost import registry
from tests.support import ROOT, number

pytestmark = pytest.mark.live  # worked examples are asked of the package's own catalogue

EXAMPLES = {
    case["name"]: case
    for path in (ROOT / "tests" / "published").glob("*.yaml")
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
}
CASES: list[dict[str, Any]] = yaml.safe_load((ROOT / "tests" / "data" / "money_cases.yaml").read_text(encoding="utf-8"))
WITHIN = 0.1
FITTING = 22  # of 28


def asked(estimate: str, arguments: dict[str, Any], figure: str | None) -> float:
    found = registry.get(estimate).call(**arguments)
    return number(found.values[figure].value if figure else found.value)


def fits(case: dict[str, Any]) -> bool:
    """Whether our figure is within 10% of the published one, or inside the range that was published."""
    if "example" in case:
        one = EXAMPLES[case["example"]]
        case = {**one, "published": one["value"]}
    ours = asked(case["estimate"], case["arguments"], case.get("figure"))
    if "over" in case:
        ours /= asked(case["estimate"], case["over"], case.get("figure"))
    published = case["published"]
    if isinstance(published, list):
        return bool(published[0] <= ours <= published[1])
    return bool(abs(ours / published - 1) <= WITHIN)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['case']} {case.get('example', case.get('name'))}"[:60])
def test_a_published_case_fits_or_says_why_not(case: dict[str, Any]) -> None:
    assert fits(case) == ("explained" not in case)


def test_most_cases_fit() -> None:
    numbers, explained = {case["case"] for case in CASES}, {case["case"] for case in CASES if "explained" in case}
    assert len(numbers) == 28
    assert len(numbers - explained) >= FITTING
    assert all(len(case["explained"]) > 60 for case in CASES if "explained" in case)
