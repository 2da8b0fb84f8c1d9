"""The built site in a real Chromium: nothing is cut off, the search finds models, the landing page answers without any script."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import build_site
from compute_cost import catalogue, registry
from tests.support import ROOT, needs
from tests.support.browser import browsing, hosted

needs("playwright", "engines")
needs("zensical", "docs")
import overflow

pytestmark = [pytest.mark.live, pytest.mark.slow]
EVERY = 40  # of the pages of models and chips, which are written alike, one in so many is looked at


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole site, built as a release builds it: every link and anchor is checked on the way."""
    folder = tmp_path_factory.mktemp("site")
    build_site.build(folder / "work", folder / "site")
    return folder / "site"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with browsing() as found:
        yield found


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with hosted(site) as found:
        yield found


def test_every_model_and_chip_has_a_page(site: Path) -> None:
    for folder, rows in (("models", catalogue.models().rows), ("chips", catalogue.accelerators().rows)):
        assert [row.id for row in rows if not (site / folder / row.id / "index.html").exists()] == []


def test_a_broken_link_and_a_broken_anchor_end_the_build(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    for name in build_site.KEPT:
        shutil.copy(ROOT / name, tmp_path)
    config = (tmp_path / "mkdocs.yml").read_text(encoding="utf-8").partition("nav:")[0]
    (tmp_path / "mkdocs.yml").write_text(config, encoding="utf-8")
    (tmp_path / "docs" / "site.css").touch()
    for text, ends in (("[a](other.md#there)", 0), ("[a](gone.md)", 1), ("[a](other.md#gone)", 1)):
        (tmp_path / "docs" / "index.md").write_text(f"# One\n\n{text}\n", encoding="utf-8")
        (tmp_path / "docs" / "other.md").write_text('# Other\n\n| a |\n|---|\n| <span id="there">b</span> |\n', encoding="utf-8")
        line = [sys.executable, "-m", "zensical", "build", "--strict", "--clean"]
        assert bool(subprocess.run(line, cwd=tmp_path, capture_output=True, check=False).returncode) == bool(ends), text


def test_nothing_is_cut_off_on_a_phone_or_a_desktop(site: Path, address: str, browser: Any) -> None:
    pages = overflow.pages_of(site)
    alike = [page for page in pages if re.match(r"(models|chips)/.", page)]
    assert list(overflow.cut_off(browser, address, [*(page for page in pages if page not in set(alike)), *alike[::EVERY]])) == []


@pytest.mark.parametrize(
    "wide",
    [
        '<p style="white-space: nowrap">' + "wide " * 400 + "</p>",
        '<div style="overflow: hidden"><p style="width: 3000px">cut</p></div>',
        '<table class="own" style="width: 3000px; display: table"><tr><td>cut</td></tr></table>',
    ],
)
def test_what_is_cut_off_would_be_seen(wide: str, site: Path, address: str, browser: Any) -> None:
    page = (site / "index.html").read_text(encoding="utf-8")
    assert "</h1>" in page
    (site / "wide.html").write_text(page.replace("</h1>", f"</h1>{wide}", 1), encoding="utf-8")
    cut = list(overflow.cut_off(browser, address, ["wide.html"]))
    (site / "wide.html").unlink()
    assert [width for _, width, _ in cut] == list(overflow.WIDTHS)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("how much does GPT-4 cost", "What does GPT-4 cost"),
        ("llama 3 70b", "What does Llama 3 70B cost"),
        ("H100 price per month", "H100 rental price index by month"),
        ("TRAIN_COST", "TRAIN_COST"),
        ("calculator", "The calculator"),
        ("how much does it cost to train a model", "How much does it cost to train a model?"),
    ],
)
def test_the_search_finds_what_people_type(typed: str, first: str, address: str, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{address}/method/")
    page.get_by_role("button", name="Search").first.click()
    page.get_by_role("combobox", name="Search").fill(typed)
    found = page.get_by_role("option")
    found.first.wait_for(timeout=60_000)
    page.wait_for_timeout(1000)  # results come in as pages are searched
    assert found.first.inner_text().startswith(first)
    page.close()


def test_the_landing_page_answers_without_a_script(site: Path) -> None:
    page = (site / "index.html").read_text(encoding="utf-8")
    text = re.sub(r"<[^>]+>", " ", page.partition('<div class="answer">')[2].partition("</div>")[0])
    assert re.search(r"\$[\d.,]+ (million|billion)", text)
    assert "80% range" in text
    assert catalogue.catalogue_date().isoformat() in text


def test_no_page_asks_anybody_else_for_anything(address: str, browser: Any) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("", "models/gpt-4/", "chips/h100-sxm-80/"):
        page.goto(f"{address}/{path}")
    assert asked
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    page.close()


def test_every_link_for_language_models_is_there(site: Path) -> None:
    links = re.findall(r"\]\(([^)]+)\)", (site / "llms.txt").read_text(encoding="utf-8"))
    assert len(links) > len(registry.estimates())
    assert [link for link in links if not (site / link / "index.html").is_file()] == []
