"""The documentation says what the code and the data say, and names what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from build_pages import PAGES
from compute_cost import registry
from pages.worked import published, samples
from tests.support import ROOT

pytestmark = pytest.mark.live
DOCS = Path(__file__).parents[2] / "docs"


def kept(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_generated_pages_are_what_the_code_would_write(name: str) -> None:
    assert kept(name) == PAGES[name](), "run python docs/build_pages.py"


def test_every_estimate_has_an_example_and_no_sample_is_left_over() -> None:
    worked = {one["estimate"] for one in published()}
    assert set(samples()) == set(registry.estimates()) - worked


PATH = re.compile(r"`((?:core|xlplugin|agent_tools|tests|docs|benchmarks|\.ci)/[\w./*-]*)[^`]*`")
PAGES_OF_PATHS = sorted(
    page.relative_to(ROOT).as_posix()
    for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("core/**/*.md"))
    if page.name != "CHANGELOG.md"  # which speaks of the past
)


@pytest.mark.parametrize("page", PAGES_OF_PATHS)
def test_every_path_that_a_page_names_is_there(page: str) -> None:
    named = [path.rstrip(".") for path in PATH.findall((ROOT / page).read_text(encoding="utf-8"))]
    assert [path for path in named if not any(ROOT.glob(path))] == []


def test_a_path_that_is_gone_would_be_seen() -> None:
    """The control for the pattern above."""
    assert PATH.findall("see `core/data/*.csv` and `tests/test_lite.py::test_x`") == ["core/data/*.csv", "tests/test_lite.py"]


def test_contributing_shows_the_columns_of_a_price() -> None:
    columns = (ROOT / "core" / "compute_cost" / "data" / "prices.csv").read_text(encoding="utf-8").partition("\n")[0]
    assert columns in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
