"""`compute-cost actual` at the end of a pipe and without its file; what it reads is tested in tests/core/company/test_bill.py."""

from __future__ import annotations

from pathlib import Path

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
