"""The documentation says what the code and the data say."""

from __future__ import annotations

from pathlib import Path

import pytest

from build_pages import PAGES, published, samples
from compute_cost import registry

pytestmark = pytest.mark.live
DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", PAGES)
def test_generated_pages_are_what_the_code_would_write(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), "run python docs/build_pages.py"


def test_every_estimate_has_an_example_and_no_sample_is_left_over() -> None:
    worked = {one["estimate"] for one in published()}
    assert set(samples()) == set(registry.estimates()) - worked


def test_hand_written_pages_name_estimates_that_exist() -> None:
    anchors = set(registry.estimates())
    for page in DOCS.glob("*.md"):
        for link in page.read_text(encoding="utf-8").split("functions.md#")[1:]:
            assert link.split(")")[0] in anchors, page.name
