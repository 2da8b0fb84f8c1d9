"""What is suggested in place of a name that is not known."""

from __future__ import annotations

import pytest

from compute_cost import catalogue
from compute_cost.catalogue import near_misses


@pytest.mark.parametrize(
    ("what", "written", "name", "difference"),
    [
        ("model", "Llama 3.1 9B", "Llama 3.1 8B", "8B, not 9B"),
        ("model", "deepseek-r1:7b", "DeepSeek-R1", "671B parameters, not 7B"),
        ("gpu", "RTX 4090 D", "RTX 4090", 'without "d"'),
        ("gpu", "AMD H100", "H100 SXM 80GB", "of NVIDIA, not AMD"),
        ("gpu", "H100 64GB", "H100 SXM 80GB", "80 GB, not 64 GB"),
        ("gpu", "H101 SXM", "H100 SXM 80GB", '"h100", not "h101"'),
    ],
)
def test_a_near_miss_is_suggested_with_what_it_differs_in(what: str, written: str, name: str, difference: str) -> None:
    nearest = near_misses.nearest(what, written)
    assert len(nearest) <= 3
    assert next(iter(nearest.items())) == (name, difference)


def test_of_the_sizes_and_versions_of_a_family_the_next_one_comes_first() -> None:
    assert next(iter(near_misses.nearest("model", "Llama 3.1 400B"))) == "Llama 3.1 405B"
    assert next(iter(near_misses.nearest("model", "Llama 3.1 9B"))) == "Llama 3.1 8B"
    assert next(iter(near_misses.nearest("gpu", "TPU v9"))) == max(
        row.name for row in catalogue.accelerators().rows if row.name.startswith("TPU v")
    )
