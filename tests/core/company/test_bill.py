"""Reading a bill in the FOCUS format: by hand, by line where it is broken, in bounded memory, and against a plan. The samples are made up."""

from __future__ import annotations

import io
import resource
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from compute_cost.company.bill import Bill, Planned, Used, read, read_plan, variance
from compute_cost.errors import CostError, InputError
from compute_cost.result import Table
from tests.support import ROOT, command

SAMPLE = ROOT / "tests" / "data" / "focus" / "sample.csv"
HEAD = "BilledCost,EffectiveCost,ConsumedQuantity,ConsumedUnit,SkuId,ChargeDescription,CommitmentDiscountStatus,BillingCurrency"


def bill(*rows: str, skip: bool = False, head: str = HEAD) -> Bill:
    return read(io.StringIO("\n".join((head, *rows)) + "\n"), "BILL.csv", skip)


def test_the_sample_by_hand() -> None:
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        found = read(file, SAMPLE.name)
    h100 = found.chips["H100 SXM 80GB"]
    assert (h100.hours, h100.unused) == (160, 20)
    assert h100.effective == pytest.approx(550.4 + 275.2 + 68.8)
    assert h100.billed == pytest.approx(550.4)
    assert h100.wasted == pytest.approx(68.8)
    assert h100.price == pytest.approx((550.4 + 275.2 + 68.8) / 180)
    assert h100.utilization == pytest.approx(160 / 180)
    assert found.chips["A100 SXM 40GB"].hours == 8
    tokens = found.tokens["gpt-4o-output"]
    assert tokens.tokens == 5e6
    assert tokens.effective == 12.5
    assert (found.other.effective, found.other.billed) == (3, 3)
    assert (found.apart["purchases"].effective, found.apart["purchases"].billed) == (0, 344)
    assert found.apart["taxes"].effective == 7.5
    assert found.effective == pytest.approx(550.4 + 275.2 + 68.8 + 27.4478 + 12.5 + 3 + 7.5)
    assert found.currency == "USD"
    assert found.rows == 8
    head, *rows = found.table()
    assert head[2] == "USD effective"
    assert rows[0][0] == "H100 SXM 80GB"
    assert next(row for row in rows if row[0] == "gpt-4o-output")[-1] == pytest.approx(2.5)


@pytest.mark.parametrize(
    ("row", "hours"),
    [
        ("1,1,2,Hours,p5.48xlarge,,,USD", 16),
        ("1,1,2,Hrs,sku,USE1-BoxUsage:p5.48xlarge,,USD", 16),
        ("1,1,7200,Seconds,p5.48xlarge,,,USD", 16),
        ("1,1,120,Minutes,p5.48xlarge,,,USD", 16),
        ("1,1,5,GPU-Hours,H100,,,USD", 5),
        ("1,1,5,GPU Hours,nvidia-h100-80gb,,,USD", 5),
    ],
)
def test_machines_and_units_as_bills_write_them(row: str, hours: float) -> None:
    assert bill(row).chips["H100 SXM 80GB"].hours == pytest.approx(hours)


WHOLE = "BilledCost,EffectiveCost,ConsumedQuantity,ConsumedUnit,SkuId,CommitmentDiscountStatus,ChargeCategory,ChargeClass"
PRICED = f"{WHOLE},PricingQuantity,PricingUnit,CapacityReservationStatus"
ONE_USE = "10,10,2,Hours,p5.48xlarge,,Usage,"


@pytest.mark.parametrize(
    ("unit", "hours"),
    [
        ("10 Hours", 20), ("100 Hours", 200), ("1/Hour", 2), ("Instance-Hours", 2), ("Node Hours", 2), ("1K Hours", 2000),
        ("vCPU-Hours", 0), ("GB-Hours", 0), ("GiBy.h", 0), ("Requests", 0), ("Month", 0), ("milliseconds", 0),
    ],
)  # fmt: skip
def test_a_unit_counts_with_its_number_and_hours_of_something_else_are_none_of_the_machine(unit: str, hours: float) -> None:
    found = bill(f"10,10,2,{unit},p5.48xlarge,,,USD")
    assert sum(used.hours for used in found.chips.values()) == pytest.approx(8 * hours)
    assert found.effective == 10


@pytest.mark.parametrize(
    ("unit", "tokens"),
    [
        ("Tokens (1M)", 5e6),
        ("1000 Input Tokens", 5e3),
        ("Token Count", 5),
        ("1B tokens", 5e9),
        ("10,000 tokens", 5e4),
        ("Tokens per hour", 0),
    ],
)
def test_tokens_are_counted_whatever_stands_around_them(unit: str, tokens: float) -> None:
    found = bill(f'1,1,5,"{unit}",gpt-x,,,USD')
    assert sum(used.tokens for used in found.tokens.values()) == tokens


@pytest.mark.parametrize("unused", ["Unused,Usage,,10,Hours,", ",Usage,,10,Hours,Unused"])
def test_what_nobody_used_has_its_hours_from_the_pricing_where_nothing_was_consumed(unused: str) -> None:
    """FOCUS leaves ConsumedQuantity empty in rows of unused commitments and reservations of capacity."""
    used = bill(f"{ONE_USE},2,Hours,", f"0,50,,,p5.48xlarge,{unused}", head=PRICED).chips["H100 SXM 80GB"]
    assert (used.hours, used.unused, used.wasted) == (16, 80, 50)
    assert used.price == pytest.approx(60 / 96)


def test_an_unused_commitment_without_hours_stands_apart() -> None:
    found = bill(ONE_USE, "0,50,,,savings-plan,Unused,Usage,", head=WHOLE)
    assert found.chips["H100 SXM 80GB"].price == pytest.approx(10 / 16)
    assert (found.apart["unused commitments"].wasted, found.effective) == (50, 60)


@pytest.mark.parametrize(
    ("category", "where"), [("Purchase", "purchases"), ("Credit", "credits"), ("Tax", "taxes"), ("Adjustment", "adjustments")]
)
def test_only_use_has_hours(category: str, where: str) -> None:
    found = bill(ONE_USE, f"-5,-5,8760,Hours,p5.48xlarge,,{category},", head=WHOLE)
    assert found.chips["H100 SXM 80GB"].hours == 16
    assert found.chips["H100 SXM 80GB"].price == pytest.approx(10 / 16)
    assert found.apart[where].effective == -5
    assert found.effective == 5


def test_a_refund_of_use_takes_its_hours_back() -> None:
    found = bill(ONE_USE, "-5,-5,-1,Hours,p5.48xlarge,,Usage,Correction", head=WHOLE)
    assert found.chips["H100 SXM 80GB"].hours == 8
    assert found.chips["H100 SXM 80GB"].price == pytest.approx(10 / 16)


def test_columns_are_found_in_any_case_and_refused_where_they_are_twice() -> None:
    for head in (WHOLE.lower(), WHOLE.replace("Effective", "effective_")):
        assert bill(ONE_USE, head=head).chips["H100 SXM 80GB"].hours == 16
    with pytest.raises(InputError, match="EffectiveCost are there twice"):
        bill(ONE_USE, head=WHOLE.replace("ChargeClass", "EffectiveCost"))


def test_a_chip_of_unused_hours_alone_that_no_plan_has_is_compared() -> None:
    found = bill(ONE_USE, "0,7,1,Hours,p4d.24xlarge,Unused,Usage,", head=WHOLE)
    rows = {row[0]: row[1] for row in variance(found, {"H100 SXM 80GB": Planned(16, 10 / 16)})[1:]}
    assert rows["utilization"] == pytest.approx(7)
    assert rows["actual"] == pytest.approx(17)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("1,abc,1,Hours,p5.48xlarge,,,USD", "EffectiveCost 'abc' is not a number"),
        ("1,nan,1,Hours,p5.48xlarge,,,USD", "EffectiveCost 'nan' is not a number"),
        ("1,1,many,Hours,p5.48xlarge,,,USD", "ConsumedQuantity 'many' is not a number"),
        ("1,1,1,Hours,p5.48xlarge", "it has 5 cells, the header 8"),
        ("1,1,1,Hours,p5.48xlarge,,,EUR", "it is in EUR, the rows before in USD"),
    ],
)
def test_a_broken_row_is_named_by_its_line_and_never_half_counted(row: str, says: str) -> None:
    good = "2,2,1,Hours,p5.48xlarge,,,USD"
    with pytest.raises(InputError, match=f'^BILL.csv: "?line 3"? .*{says}') as caught:
        bill(good, row)
    assert "\n" not in str(caught.value)
    left_out = bill(good, row, good, skip=True)
    assert left_out.rows == 2
    assert left_out.effective == 4
    assert left_out.chips["H100 SXM 80GB"].hours == 16
    assert left_out.broken[0].startswith("line 3: ")


def test_what_is_no_bill_is_refused() -> None:
    with pytest.raises(InputError, match=r"^BILL.csv: missing; the columns EffectiveCost, "):
        bill("1,2", head="Cost,Date")
    with pytest.raises(InputError, match="missing; the columns"):
        read(io.StringIO(""), "BILL.csv")


def parts(table: Table) -> dict[str, float]:
    return {str(row[0]): float(row[1]) for row in table[1:]}


AMOUNT = st.floats(0, 1e4)
USE = st.builds(Used, hours=st.floats(1, 1e4), unused=AMOUNT, effective=AMOUNT)
PLANS = st.builds(Planned, st.floats(1, 1e4), st.floats(0.1, 50), st.floats(0.1, 1))


@given(
    used=st.dictionaries(st.sampled_from("ABC"), USE, min_size=1), plan=st.dictionaries(st.sampled_from("ABC"), PLANS, min_size=1)
)  # fmt: skip
def test_the_parts_of_the_variance_add_up(used: dict[str, Used], plan: dict[str, Planned]) -> None:
    rows = parts(variance(Bill(used), plan))
    assert rows["actual"] == pytest.approx(sum(one.effective for one in used.values()))
    whole = sum(rows[name] for name in ("planned", "volume", "mix", "utilization", "price"))
    assert whole == pytest.approx(rows["actual"], abs=1e-6 * max(1.0, *map(abs, rows.values())))


@pytest.mark.parametrize(
    ("used", "moved"),
    [
        (Used(hours=80, unused=20, effective=200), None),  # as planned
        (Used(hours=160, unused=40, effective=400), "volume"),
        (Used(hours=80, unused=20, effective=300), "price"),
        (Used(hours=80, unused=80, effective=320), "utilization"),
    ],
)
def test_each_part_is_of_its_own_cause(used: Used, moved: str | None) -> None:
    rows = parts(variance(Bill({"A": used}), {"A": Planned(80, 2, 0.8)}))
    assert rows["planned"] == pytest.approx(200)
    for name in ("volume", "mix", "utilization", "price"):
        assert (abs(rows[name]) > 1) == (name == moved), name


def test_another_mix_is_a_cause_of_its_own() -> None:
    plan = {"A": Planned(50, 2), "B": Planned(50, 4)}
    used = {"A": Used(hours=20, effective=40), "B": Used(hours=80, effective=320)}
    rows = parts(variance(Bill(used), plan))
    assert rows["mix"] == pytest.approx(60)
    assert rows["volume"] == rows["price"] == rows["utilization"] == pytest.approx(0)
    with pytest.raises(CostError, match="^plan: it has no hours"):
        variance(Bill(used), {"A": Planned(0, 2)})


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["gpu,price", "H100,2"], "missing; the columns gpu_hours; give gpu, "),
        (["gpu,gpu_hours,price", "H100,10,2", "H1000,10,2"], "line 3.*not an accelerator"),
        (["gpu,gpu_hours,price", "H100,ten,2"], "line 2.*gpu_hours 'ten'"),
        (["gpu,gpu_hours,price,utilization", "H100,10,2,80"], "line 2.*utilization is a share"),
        (["gpu,gpu_hours,price", "H100,10,2", "NVIDIA H100,1,2"], "line 3.*is there twice"),
    ],
)
def test_a_plan_that_can_not_be_is_named_by_its_line(tmp_path: Path, lines: list[str], says: str) -> None:
    path = tmp_path / "plan.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InputError, match=f"^plan: .*{says}"):
        read_plan(path)


def many(rows: int) -> Iterator[str]:
    yield HEAD + "\n"
    for row in range(rows):
        yield f"{row % 7},1.5,1,Hours,p5.48xlarge,resource {row},,USD\n"


@pytest.mark.slow
def test_a_million_rows_in_bounded_memory() -> None:
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    found = read(many(1_000_000), "BILL.csv")
    assert found.rows == 1_000_000
    assert found.effective == pytest.approx(1.5e6)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000, "kilobytes"
    assert time.process_time() - started < 60


def test_the_command(tmp_path: Path) -> None:
    plan = tmp_path / "plan.csv"
    plan.write_text("gpu,gpu_hours,price,utilization\nH100,100,5,0.9\nA100 SXM 40GB,8,3.4,1\n", encoding="utf-8")
    done = command("actual", str(SAMPLE), "--plan", str(plan))
    assert done.returncode == 0, done.stderr
    assert "8 rows read, 0 left out" in done.stderr
    lines = done.stdout.splitlines()
    assert lines[1].startswith("H100 SXM 80GB,160,")
    assert [line.split(",")[0] for line in lines[-6:]] == ["planned", "volume", "mix", "utilization", "price", "actual"]
    broken = tmp_path / "bill.csv"
    broken.write_text(SAMPLE.read_text(encoding="utf-8").replace("27.4478,27.4478", "27.4478,?"), encoding="utf-8")
    refused = command("actual", str(broken))
    assert refused.returncode == 2
    assert refused.stdout == ""
    assert "line 5" in refused.stderr
    assert "Traceback" not in refused.stderr
    skipped = command("actual", str(broken), "--skip")
    assert skipped.returncode == 0
    assert "left out: line 5" in skipped.stderr
