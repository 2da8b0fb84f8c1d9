"""The documentation says what the code and the data say; figures that prices move, and lists of the catalogue, are of the last release."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from build_pages import PAGES, published, samples
from compute_cost import registry
from compute_cost.catalogue.schema import FILES
from tests.support import ROOT

pytestmark = pytest.mark.live
DOCS = Path(__file__).parents[2] / "docs"

ANSWERS = {"ours", "ours (80% interval)", "apart"}  # columns of what we answer
OF_CATALOGUE = {"confidence", "license"}  # a table with such a column lists rows of the catalogue
COUNT = re.compile(rf"[\d,]+ ({'|'.join(name.replace('_', ' ') for name in FILES)})\b")


def without_figures(page: str) -> str:
    """A page without what we answer, without rows of the catalogue and their numbers, and without the catalogue's day."""
    lines: list[str] = []
    head: list[str] = []
    for line in page.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)] if line.startswith("|") else []
        head = (head or cells) if cells else []
        if cells and cells != head and OF_CATALOGUE & set(head):
            continue
        if cells and cells != head:
            line = " | ".join("..." if name in ANSWERS else cell for name, cell in zip(head, cells, strict=True))
        line = re.sub(r"^answers .*?(; published: .*)?\.$", r"answers ...\1.", line)
        lines.append(COUNT.sub(r"... \1", re.sub(r"Prices are of \d{4}-\d\d-\d\d", "Prices are of ...", line)))
    return "\n".join(lines)


def kept(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_generated_pages_are_what_the_code_would_write(name: str) -> None:
    assert without_figures(kept(name)) == without_figures(PAGES[name]()), "run python docs/build_pages.py"


def changed(name: str, pattern: str, by: str) -> str:
    """A page with the first match of a pattern replaced."""
    page = re.sub(pattern, by, kept(name), count=1)
    assert page != kept(name), "the case changes nothing: write it for the page as it is now"
    return page


@pytest.mark.parametrize(
    ("name", "pattern", "by"),
    [
        ("functions.md", r"(?<=^answers )[^;\n]+(?=; published: )", "**1 GB** (0 GB to 2 GB)"),
        ("functions.md", r"(?<=^answers )[^;\n]+(?=\.$)", "**1%**"),
        ("talk.md", r"Prices are of [\d-]+", "Prices are of 2030-01-31"),
        ("talk.md", r"(?<=\| )\*\*[^|]+; communication share[^|]+(?= \|)", "**1%**; communication share: 2%"),
        ("examples.md", r"\| \*\*[^|]+ \| [-+][\d.]+% \|", "| **1 FLOP** | +99.9% |"),
        ("data.md", r"^\| V100 PCIe", f"| V200 |{' |' * 12}\n| V100 PCIe"),
        ("data.md", r"\d+ accelerators, [\d,]+ refused chips, [\d,]+ models", "999 accelerators, 30 refused chips, 1,000 models"),
    ],
)
def test_prices_and_rows_are_no_difference(name: str, pattern: str, by: str) -> None:
    assert without_figures(changed(name, f"(?m){pattern}", by)) == without_figures(kept(name))


@pytest.mark.parametrize(
    ("name", "pattern", "by"),
    [
        ("functions.md", r"; published: ", "; published: 1 "),
        ("functions.md", r"^answers (?=.*\.$)", "says "),
        ("functions.md", r"=MEMORY_NEEDED\(", "=MEMORY_NEED("),
        ("functions.md", "Rental cost of training a model once", "Cost of training a model once"),
        ("talk.md", r"\| 3.5e11 FLOP a token for GPT-3 \|", "| 3e11 FLOP a token for GPT-3 |"),
        ("talk.md", r'`=INFER_FLOPS\("GPT-3"\)`', '`=INFER_FLOPS("GPT-4")`'),
        ("talk.md", "With a context given, attention joins in.", "With a context given attention joins in."),
        ("examples.md", r"\| [^|]+(?= \| \*\*)", "| 1 FLOP"),
        ("data.md", r"\| memory bandwidth \|", "| bandwidth |"),
        ("data.md", "## Assumptions", "## Constants"),
        ("data.md", "power in W;", "power in kW;"),
    ],
)
def test_any_other_change_is_seen(name: str, pattern: str, by: str) -> None:
    assert without_figures(changed(name, f"(?m){pattern}", by)) != without_figures(kept(name))


def test_every_estimate_has_an_example_and_no_sample_is_left_over() -> None:
    worked = {one["estimate"] for one in published()}
    assert set(samples()) == set(registry.estimates()) - worked


def test_hand_written_pages_name_estimates_that_exist() -> None:
    anchors = set(registry.estimates())
    for page in DOCS.glob("*.md"):
        for link in page.read_text(encoding="utf-8").split("functions.md#")[1:]:
            assert link.split(")")[0] in anchors, page.name


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
