"""Bills of hosted APIs that were worked out by hand: ours is the same to the cent, and never off by a part that was left out."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

import compute_cost
from tests.support import ROOT

pytestmark = pytest.mark.live  # the tariffs are the package's own, on days that are past

BILLS: list[dict[str, Any]] = yaml.safe_load((ROOT / "tests" / "data" / "api_bills.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("bill", BILLS, ids=[f"{place}-{bill['model']}" for place, bill in enumerate(BILLS)])
def test_a_bill_is_what_the_vendor_charges(bill: dict[str, Any]) -> None:
    asked = {name: value for name, value in bill.items() if name != "usd"}
    assert compute_cost.api_cost(**asked).value == pytest.approx(bill["usd"], rel=1e-6)


def test_there_are_bills_of_every_kind() -> None:
    kinds = {name for bill in BILLS for name in bill} | {bill["service"] for bill in BILLS if "service" in bill}
    assert kinds >= {"cached_tokens", "cache_writes", "cache_writes_1h", "thinking_tokens", "audio_input_tokens", "batch", "priority"}
    assert len(BILLS) >= 100
