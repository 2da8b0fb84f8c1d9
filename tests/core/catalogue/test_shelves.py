"""The shelves of the catalogue: names found exactly or not at all, figures with their sources, defaults that never move."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.catalogue import shelves
from compute_cost.catalogue.records import Accelerator, Assumption, Price
from compute_cost.catalogue.shelves import read_text
from compute_cost.errors import NoData, UnknownName


def test_one_chip_is_not_another() -> None:
    get = catalogue.accelerators().get
    assert get("A100") is get("A100-80GB") is not get("A100-40GB")
    assert get("H100") is not get("H100 PCIe")
    for stranger in ("A1000", "RTX A4000", "H10", "TPU", "A", "GPU", "", " ", "x" * 5000):
        assert get(stranger) is None


def test_sources_survive_loading() -> None:
    """A loader that drops sources is the classic mistake of this field."""
    for chip in catalogue.accelerators().rows:
        assert catalogue.source(chip.source).title
    for model in catalogue.models().rows:
        assert catalogue.source(model.source).title
    for rows in catalogue.prices().values():
        for row in rows:
            assert catalogue.source(row.source).title


def test_an_unchecked_figure_lowers_trust_visibly() -> None:
    unchecked = next(chip for chip in catalogue.accelerators().rows if chip.confidence == "not checked" and chip.fp32)
    assert any("not checked" in text for text in compute_cost.gpu_fact(unchecked.name, "peak_fp32").warnings)
    assert any("rumor" in text for text in compute_cost.train_cost("GPT-4").warnings)
    assert not any("checked" in text for text in compute_cost.gpu_fact("A100", "memory").warnings)


def test_a_file_of_the_source_alone_is_missed_plainly(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert "id,table,release" in read_text("step_throughput")
    monkeypatch.setattr(shelves, "MEASURED", tmp_path / "nowhere")
    with pytest.raises(NoData, match=r"step_throughput\.csv are not installed; a checkout of the source has them in benchmarks/data"):
        read_text("step_throughput")
    assert "id,name,aliases" in read_text("accelerators")


# Names


def test_a_name_is_found_by_id_name_and_alias_whatever_its_spelling() -> None:
    get = catalogue.accelerators().get
    for text in ("a100-sxm-80", "A100 SXM 80GB", "A100 SXM4", "a100_sxm4", "A100\u2011SXM4", " a100  sxm4 "):
        assert get(text) is chip_of("a100-sxm-80"), text


def chip_of(name: str) -> Accelerator:
    return next(one for one in catalogue.accelerators().rows if one.id == name)


def test_a_name_that_was_found_is_found_again_and_a_stranger_never() -> None:
    index = catalogue.Index([one for one in catalogue.accelerators().rows if one.vendor == "AMD"])
    for _ in range(2):
        assert index.get("MI300X") is chip_of("mi300x")
        assert index.get("H100") is None
    assert index.get("MI300X" + " " * 200) is None, "a text that long is no name"


def test_all_names_as_people_write_them() -> None:
    names = dict(catalogue.accelerators().names())
    assert names["A100 SXM4"] is names["A100"] is chip_of("a100-sxm-80")
    assert not any(name != name.strip() for name in names)


@pytest.mark.parametrize(
    ("text", "key"), [("A100-80GB", "a10080gb"), ("Llama 3.1 70B", "llama3.170b"), ("x_y\u2014Z", "xyz"), ("GROẞ", "gross"), ("", "")]
)
def test_what_does_not_matter_in_a_name(text: str, key: str) -> None:
    assert catalogue.key(text) == key


# Assumptions


def test_an_assumption_by_its_name() -> None:
    found = catalogue.assumption("hours_per_month")
    assert found is catalogue.assumption(" Hours_Per_Month ")
    assert found.value == catalogue.constant("hours_per_month") == 730  # 365 x 24 / 12
    with pytest.raises(UnknownName, match='^name: "hours_per_mouth" is not known; did you mean hours_per_month'):
        catalogue.assumption("hours_per_mouth")


def test_a_range_holds_its_value() -> None:
    ranged = [one for one in catalogue.assumptions().values() if one.low is not None or one.high is not None]
    assert len(ranged) > 40
    for one in ranged:
        assert isinstance(one.value, float)
        assert one.low is None or one.low <= one.value, one.name
        assert one.high is None or one.value <= one.high, one.name


def test_an_assumption_of_a_chip_is_that_of_the_longest_beginning_of_its_id() -> None:
    def name(chip: str, *others: str) -> str:
        return catalogue.assumption_of_chip("server_power", chip_of(chip), *others).name

    assert name("h100-sxm-80") == "server_power_h100"
    assert name("tpu-v3") == "server_power_tpu_v3"
    assert name("tpu-v4") == "server_power_tpu"
    assert name("rtx-4090", "nothing", "other") == "server_power_other"
    with pytest.raises(StopIteration):
        name("rtx-4090")


def test_the_defaults_are_of_the_catalogue_and_not_of_the_clock() -> None:
    assert catalogue.default_gpu() is catalogue.accelerators().get(str(catalogue.assumption("gpu").value))
    assert catalogue.catalogue_date().isoformat() == catalogue.assumption("as_of").value
    newest = max(row.day for rows in catalogue.prices().values() for row in rows)
    assert newest <= catalogue.catalogue_date(), "a price of a day that the catalogue does not know yet"


def test_a_source_by_its_id() -> None:
    assert catalogue.source("kaplan-2020").url.startswith("https://")
    with pytest.raises(UnknownName, match='^id: "kaplan-2021" is not known; did you mean kaplan-2020'):
        catalogue.source("kaplan-2021")


# Rows as objects


def test_columns_become_numbers_blanks_and_words() -> None:
    given = [
        {"name": "a", "value": "2.5", "unit": "1", "low": "", "high": "3e2", "description": "", "source": "s", "date": "2024", "confidence": "checked"},
        {"name": "b", "value": "H100", "unit": "", "low": "", "high": "", "description": "", "source": "s", "date": "2024", "confidence": "checked"},
    ]  # fmt: skip
    number, word = catalogue.objects(given, Assumption)
    assert (number.value, number.low, number.high, number.date) == (2.5, None, 300.0, "2024")
    assert word.value == "H100"


def test_prices_are_in_the_order_of_their_days() -> None:
    for rows in catalogue.prices().values():
        days = [row.day for row in rows]
        assert days == sorted(days)


# The user's own prices


HEADER = "gpu,provider,provider_class,term,price,date,recorded,source,confidence,note"


TOMORROW = catalogue.catalogue_date() + datetime.timedelta(days=1)


GOOD = f"h100-sxm-80,lambda,neocloud,on_demand,3.01,{TOMORROW},{TOMORROW},gpuhunt,not checked,"


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Price, ...]]:
    """Takes the lines of the user's file, and gives what is read of it."""
    monkeypatch.setenv("COMPUTE_COST_DATA", str(tmp_path))

    def read(*lines: str) -> tuple[Price, ...]:
        (tmp_path / "prices.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return catalogue.user_prices()

    return read


Own = Callable[..., tuple[Price, ...]]


def test_rows_count_only_if_they_are_younger_than_the_catalogue(own: Own) -> None:
    (row,) = own(HEADER, GOOD, GOOD.replace(str(TOMORROW), str(catalogue.catalogue_date())))
    assert (row.gpu, row.price, row.day) == ("h100-sxm-80", 3.01, TOMORROW)
    assert own(HEADER) == ()


def test_a_price_of_your_own_is_not_damaged_by_its_source(own: Own) -> None:
    (row,) = own(HEADER, GOOD.replace("gpuhunt", "contract with Lambda"))
    assert (row.price, row.kind, row.source) == (3.01, "contract", "yours")
    (quoted,) = own(HEADER, GOOD)
    assert (quoted.kind, quoted.source) == ("", "gpuhunt")
    (newer,) = own(f"{HEADER},kind,region,node", f"{GOOD},,us-east-1,8")
    assert (newer.kind, newer.region, newer.node) == ("", "us-east-1", 8)


def test_without_a_file_there_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for folder in (tmp_path, tmp_path / "missing", tmp_path / "file"):
        monkeypatch.setenv("COMPUTE_COST_DATA", str(folder))
        assert catalogue.user_prices() == ()


def test_a_file_that_is_no_text_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPUTE_COST_DATA", str(tmp_path))
    (tmp_path / "prices.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(NoData, match=r"prices\.csv can't be read .*fix it or move it away"):
        catalogue.user_prices()


WRONG = {
    "gpu": "H100; ignore all", "provider": "a b", "provider_class": "", "term": "for ever!", "price": "-1", "date": "tomorrow", "recorded": "2027-99-01",
    "confidence": "sure", "note": "x" * 501,
}  # fmt: skip


@pytest.mark.parametrize("column", WRONG)
def test_a_wrong_cell_is_named_by_file_and_line(column: str, own: Own) -> None:
    row = dict(zip(HEADER.split(","), GOOD.split(","), strict=True)) | {column: WRONG[column]}
    with pytest.raises(NoData, match=rf"prices\.csv.*line 3.*{column}") as caught:
        own(HEADER, GOOD, ",".join(row.values()))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("system", "name", "inside"), [("linux", "XDG_DATA_HOME", ""), ("darwin", "HOME", "/Library/Application Support"), ("win32", "LOCALAPPDATA", "")])  # fmt: skip
def test_where_the_file_lies(system: str, name: str, inside: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COMPUTE_COST_DATA", raising=False)
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setenv(name, "/x")
    assert catalogue.user_prices_file().as_posix() == f"/x{inside}/compute-cost/prices.csv"
