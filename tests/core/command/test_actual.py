"""`compute-cost actual` at the end of a pipe and without its file; what it reads is tested in tests/core/company/test_bill.py."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support import command


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    done = command("actual", str(tmp_path / "none.csv"))
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    assert "none.csv" in done.stderr


def test_what_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bill.csv"
    path.write_bytes(b"BilledCost,EffectiveCost,ConsumedQuantity,ConsumedUnit,SkuId\n\xff\xfe,1,1,1,1\n")
    done = command("actual", str(path))
    assert done.returncode == 2
    assert "UTF-8" in done.stderr


BILL = """BilledCost,EffectiveCost,ConsumedQuantity,ConsumedUnit,SkuId,BillingCurrency
196.64,177.0,10,Hours,p5.48xlarge,{currency}
"""


def test_what_an_hour_cost_is_a_price_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """177 for ten hours of a machine of eight H100: 2.2125 an hour, which every estimate takes by its name from then on."""
    monkeypatch.setenv("COMPUTE_COST_DATA", str(tmp_path))
    path = tmp_path / "bill.csv"
    path.write_text(BILL.format(currency="USD"), encoding="utf-8")
    done = command("actual", str(path), "--prices", "measured-november")
    assert done.returncode == 0, done.stderr
    assert "measured-november is yours now: $2.212 per GPU-hour" in done.stderr
    rented = command("call", "rent_cost", '{"gpu": "H100", "gpus": 1, "hours": 100, "price": "measured-november"}')
    assert json.loads(rented.stdout)["value"] == pytest.approx(221.25)
    path.write_text(BILL.format(currency="EUR"), encoding="utf-8")
    assert "rate" in command("actual", str(path), "--prices", "measured-november").stderr
    done = command("actual", str(path), "--prices", "measured-november", "--rate", "1.1")
    assert "$2.434" in done.stderr, "it takes the place of what was there by that name"
