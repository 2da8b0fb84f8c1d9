"""New rental prices from gpuhunt: a recorded catalog of invented rows, read by gpuhunt's own loader."""

from __future__ import annotations

import csv
import datetime
import os
import subprocess
import sys
import threading
from pathlib import Path
from unittest import mock

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.catalogue.columns import columns, wrong_cells
from compute_cost.catalogue.records import Price
from compute_cost.command import price_update
from compute_cost.errors import NoData
from tests.core.command.conftest import DAY, NEXT, RECORDED, TODAY, publish, run, update
from tests.support import ROOT

pytestmark = pytest.mark.usefixtures("own_folder")


def test_every_row_lands_on_its_own_chip() -> None:
    report, path = update()
    found = [f"{row.gpu},{row.provider},{row.provider_class},{row.term},{row.price:g}" for row in report.added]
    assert sorted(found) == (RECORDED / "expected.txt").read_text(encoding="utf-8").splitlines()[1:]
    assert {(row.date, row.recorded) for row in report.added} == {(DAY.isoformat(), TODAY.isoformat())}
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert not any([*wrong_cells(columns(Price), row)] for row in rows)
    assert {row["source"] for row in rows} == {"gpuhunt"} <= set(catalogue.sources())


def test_unknown_chips_and_wrong_prices_are_listed() -> None:
    report, _ = update()
    assert set(report.unknown) == {
        "RTX4000Ada 20 GB (runpod)",
        "RTX5090 48 GB (runpod)",  # a variant with more memory
        "L4 2.86 GB (aws)",  # slices of a chip
        "A10 4 GB (azure)",
        "H100 80 GB (lambdalabs)",  # SXM or PCIe is not said
    }
    refused = "\n".join(report.refused)
    assert len(report.refused) == 3
    assert "b200, aws p6-b200.48xlarge, on_demand: $0.01 an hour is no plausible price" in refused
    assert "tpu-v5e, gcp v5litepod-8, spot" in refused
    assert "a3-highgpu-8g, on_demand: $5 an hour is a reservation" in refused
    assert any("line 12" in line and "not-a-price" in line for line in report.unread)
    assert any("the price list of nebius" in line for line in report.unread)


MACHINES = [
    ("aws", "p3.2xlarge", "V100", 16, "v100-sxm2-16"), ("aws", "p3dn.24xlarge", "V100", 32, "v100-sxm2-32"), ("azure", "NC6s_v3", "V100", 16, "v100-pcie-16"),
    ("nebius", "gpu-h100-sxm 8gpu", "H100", 80, "h100-sxm-80"), ("runpod", "NVIDIA A100 80GB PCIe", "A100", 80, "a100-pcie-80"), ("verda", "1H100.80S", "H100", 80, "h100-sxm-80"),
    ("oci", "BM.GPU4.8", "A100", 40, "a100-sxm-40"), ("oci", "BM.GPU.B4.8", "A100", 40, None), ("aws", "x", "a100", 80, None), ("aws", "x", "A100-80GB", 80, None),
    ("aws", "x", "H200", 141, "h200-sxm-141"), ("aws", "x", "H200NVL", 141, None), ("aws", "x", "RTX6000", 24, None), ("aws", "x", "B300", 268, "b300"),
    ("aws", "x", "GB300", 270, "gb300"), ("aws", "x", "H100", 94, None), ("gcp", "x", "v5p-8", 95, "tpu-v5p"), ("gcp", "x", "v3-7", 1, None), ("aws", "x", None, float("nan"), None),
]  # fmt: skip


@pytest.mark.parametrize(("provider", "machine", "name", "memory", "chip"), MACHINES)
def test_the_chip_of_a_machine(provider: str, machine: str, name: str | None, memory: float, chip: str | None) -> None:
    item = mock.Mock(provider=provider, instance_name=machine, gpu_name=name, gpu_memory=memory, gpu_count=1)
    found = price_update.accelerator_of(item)
    assert (found[0] if found else None) == chip


@pytest.mark.parametrize(("price", "fits"), [(0.01, False), (0.9, False), (1.0, True), (71, True), (72, False), (float("nan"), False)])
def test_a_price_far_from_the_known_range_is_refused(price: float, fits: bool) -> None:
    """A B200 was listed at $4.89 to $14.2416 on demand."""
    assert (price_update._implausible("b200", "on_demand", price, price_update._known_ranges()) == "") is fits


def test_the_default_stays_and_a_later_day_counts_the_new_rows() -> None:
    def defaults() -> list[object]:
        return [
            compute_cost.gpu_price(*given).as_dict() for given in (("H100",), ("L4",), ("H100", None, None, "lambda"), ("H100", None, day))
        ]

    day = catalogue.catalogue_date()
    before = defaults()
    lambda_before = compute_cost.gpu_price("H100", as_of=TODAY, provider="lambda").value
    _, path = update()
    with path.open("a", encoding="utf-8") as file:  # a row that this package is already newer than
        file.write(f"h100-sxm-80,lambda,neocloud,on_demand,9.99,{day},{day},gpuhunt,not checked,\n")
    catalogue.forget()
    assert defaults() == before
    found = compute_cost.gpu_price("H100", as_of=TODAY, provider="lambda")
    assert found.value == 3.19 != lambda_before
    assert "gpuhunt" in str(found.as_dict())
    assert compute_cost.gpu_price("H100", as_of=DAY - datetime.timedelta(days=1), provider="lambda").value == lambda_before


def test_rows_not_newer_than_the_catalogue_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPUHUNT_CATALOG_URL", publish(tmp_path / "old", catalogue.catalogue_date().strftime("%Y%m%d-1")))
    report, path = update()
    assert report.added == []
    assert report.older == 22  # every good row of every location
    assert not path.exists()


def test_one_update_at_a_time(own_folder: Path) -> None:
    own_folder.mkdir()
    other = threading.Thread(target=update)
    with price_update._alone(own_folder / "prices.lock"):
        other.start()
        other.join(1)
        assert other.is_alive()
    other.join(60)
    assert len(catalogue.user_prices()) == 21


def test_again_adds_nothing_and_a_new_day_is_appended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, path = update()
    content = path.read_bytes()
    again, _ = update()
    assert (again.added, again.known) == ([], len(first.added))
    assert path.read_bytes() == content
    content = content.rstrip(b"\n")
    path.write_bytes(content)  # as an editor may leave it, without the last line end
    monkeypatch.setenv("GPUHUNT_CATALOG_URL", publish(tmp_path / "next", NEXT))
    second, _ = update()
    assert len(second.added) == len(first.added)
    assert path.read_bytes().startswith(content + b"\n")
    assert len(catalogue.user_prices()) == 2 * len(first.added)


KILLED = """
import datetime, os, signal, sys
from compute_cost.command import price_commands
from compute_cost.command import price_update
setattr(os, sys.argv[1], lambda *_: os.kill(os.getpid(), signal.SIGKILL))
price_update.update(price_commands._fetch, datetime.date.fromisoformat(sys.argv[2]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_killed_in_the_middle_leaves_the_old_data_whole(
    moment: str, own_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, path = update()
    content = path.read_bytes()
    monkeypatch.setenv("GPUHUNT_CATALOG_URL", publish(tmp_path / "next", NEXT))
    done = subprocess.run([sys.executable, "-c", KILLED, moment, TODAY.isoformat()], cwd=ROOT, check=False, timeout=120)
    assert (done.returncode, path.read_bytes()) == (-9, content)
    second, _ = update()  # the lock of the killed process is free, and its leftovers are gone
    assert len(second.added) == len(first.added)
    assert {one.name for one in own_folder.iterdir()} == {"prices.csv", "prices.lock"}


def test_a_full_disk_leaves_the_old_data_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _, path = update()
    content = path.read_bytes()
    monkeypatch.setenv("GPUHUNT_CATALOG_URL", publish(tmp_path / "next", NEXT))
    full = mock.Mock(side_effect=OSError(28, "No space left on device"))
    monkeypatch.setattr(os, "replace", full)
    done = run()
    assert (done.exit_code, done.stderr) == (2, "[Errno 28] No space left on device; nothing was changed\n")
    assert path.read_bytes() == content


@pytest.mark.parametrize("damage", ["gpu,price\nl4,1\n", "HEADER\nl4,aws,hyperscaler,on_demand,cheap,2027-01-05,2027-01-10,gpuhunt,not checked,\n",
                                    "HEADER\nl4,aws,hyperscaler,on_demand,1,5.1.2027,2027-01-10,gpuhunt,not checked,\n", "HEADER\nl4,aws\n", "\0\n\0\n"])  # fmt: skip
def test_a_damaged_file_is_named_and_kept(damage: str, own_folder: Path) -> None:
    own_folder.mkdir()
    path = own_folder / "prices.csv"
    path.write_text(damage.replace("HEADER", ",".join(price_update.COLUMNS)), encoding="utf-8")
    content = path.read_bytes()
    with pytest.raises(NoData, match="prices.csv"):
        compute_cost.gpu_price("H100")
    done = run()
    assert (done.exit_code, path.read_bytes()) == (2, content)
    assert "prices.csv" in done.stderr
