"""`compute-cost prices update` for hosted models: what changed is kept apart, and counts from its day on."""

from __future__ import annotations

import copy
import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from genai_prices.data_snapshot import get_snapshot

import compute_cost
from compute_cost import catalogue
from compute_cost.catalogue.records import Tariff
from compute_cost.command import tariff_refresh
from compute_cost.errors import NoData, UnknownName
from compute_cost.prices import tariffs
from tests.core.command.conftest import TODAY, run

pytestmark = [pytest.mark.live, pytest.mark.usefixtures("own_folder")]
BEFORE, LATER = TODAY - datetime.timedelta(days=1), TODAY + datetime.timedelta(days=30)


def newer() -> list[Any]:
    """The list of the installed package with gpt-4o at half its price of output, and a model that nobody sold before."""
    providers = copy.deepcopy([one for one in get_snapshot().providers if one.id in ("openai", "groq")])
    openai = providers[0] if providers[0].id == "openai" else providers[1]
    known = next(one for one in openai.models if one.id == "gpt-4o")
    vars(known.prices)["output_mtok"] = Decimal(5)
    new = copy.deepcopy(known)
    new.id, new.name, new.price_variants = "gpt-4o-zeta", "GPT-4o Zeta", None
    openai.models.append(new)
    return providers


def test_a_list_that_says_the_same_changes_nothing() -> None:
    done = tariff_refresh.refresh([one for one in get_snapshot().providers if one.id in ("openai", "groq", "google")], TODAY)
    assert (done.changed, done.models) == (0, 0)
    assert done.known > 200
    assert tariffs.own_rows("tariffs", Tariff) == ()


def test_a_new_price_counts_from_its_day_on(own_folder: Path) -> None:
    usual = compute_cost.api_cost("gpt-4o", 1e6, 1e6).value
    done = tariff_refresh.refresh(newer(), TODAY)
    assert done.changed >= 2
    assert done.models == 1
    assert done.path == own_folder / "tariffs.csv"
    assert compute_cost.api_cost("gpt-4o", 1e6, 1e6).value == usual, "the catalogue's day"
    assert compute_cost.api_cost("gpt-4o", 1e6, 1e6, as_of=BEFORE).value == usual
    later = compute_cost.api_cost("gpt-4o", 1e6, 1e6, as_of=LATER)
    assert later.value == pytest.approx(7.5)
    assert any("not checked" in text for text in later.warnings)
    assert compute_cost.api_cost("gpt-4o-zeta", 1e6, 1e6, as_of=LATER).value == pytest.approx(7.5)
    with pytest.raises((NoData, UnknownName)):
        compute_cost.api_cost("gpt-4o-zeta", 1e6, 1e6)
    assert tariff_refresh.refresh(newer(), TODAY).changed == 0, "the same day again"
    assert compute_cost.api_cost("gpt-4o", 1e6, 1e6, as_of=LATER).value == pytest.approx(7.5)
    assert tariff_refresh.refresh(newer(), LATER).changed == 0


def test_a_day_of_the_catalogue_or_a_damaged_file_is_refused() -> None:
    with pytest.raises(NoData, match="not newer than the catalogue"):
        tariff_refresh.refresh(newer(), catalogue.catalogue_date())
    done = tariff_refresh.refresh(newer(), TODAY)
    done.path.write_text(done.path.read_text(encoding="utf-8").replace("standard", "fancy", 1), encoding="utf-8")
    catalogue.forget()
    with pytest.raises(NoData, match="is damaged"):
        compute_cost.api_cost("gpt-4o")


def test_the_command_does_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tariff_refresh, "fetch", newer)
    done = run()
    assert done.exit_code == 0
    assert " prices added to " in done.stdout
    assert "tariffs of hosted models added to " in done.stdout

    def offline() -> list[Any]:
        raise NoData("the list of genai-prices could not be read (ConnectError)")

    monkeypatch.setattr(tariff_refresh, "fetch", offline)
    done = run()
    assert done.exit_code == 0
    assert "tariffs of hosted models: the list of genai-prices could not be read (ConnectError); they stay as they are" in done.stderr
