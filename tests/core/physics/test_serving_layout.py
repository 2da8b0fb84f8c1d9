"""How a group shares a served model: what tensor parallel can split, and what happens where it can't."""

from __future__ import annotations

import re
from typing import Any

import pytest

import compute_cost
from compute_cost.errors import InputError


def layout_of(*arguments: Any) -> tuple[object, float, str]:
    """Parallelism, accelerators, and what is said of heads."""
    found = compute_cost.infer_throughput(*arguments)
    said = " ".join(text for text in found.warnings if "tensor parallel splits" in text)
    return {one.name: one.value for one in found.inputs}["parallelism"], float(found.values["gpus"].value), said


@pytest.mark.parametrize(
    ("model", "gpu", "precision", "gpus"),
    [
        ("Llama 3.1 70B", "RTX 4090", None, 8),  # 7 would hold it: 64 heads
        ("LLaMA 33B", "V100-32GB", None, 4),  # 3 would: 52 heads
        ("Mistral Large 2", "RTX 4090", "int4", 4),  # 3 would: 96 heads, but 8 KV heads
        ("70B", "RTX 4090", None, 8),  # heads unknown: powers of two
        ("DeepSeek-V3", "H100", "fp8", 16),  # two servers of eight
    ],
)
def test_the_default_number_of_accelerators_splits_the_heads(model: str, gpu: str, precision: str | None, gpus: float) -> None:
    assert layout_of(model, gpu, None, precision) == ("tensor", gpus, "")
    by_layer = compute_cost.infer_throughput(model, gpu, None, precision, parallelism="layer").values["gpus"].value
    assert by_layer == compute_cost.memory_fit(model, gpu, None, precision, 2000).value <= gpus


@pytest.mark.parametrize(
    ("model", "gpu", "gpus", "precision", "remedy"),
    [
        ("LLaMA 33B", "V100-32GB", 3, None, r'52 attention heads of LLaMA 33B evenly; give gpus of 4, or parallelism "layer"'),
        ("Llama 3.1 70B", "RTX 4090", 7, None, "give gpus of 8, or"),
        ("Llama 3.1 70B", "H100", 6, "fp8", "give gpus of 4 or 8, or"),
        ("Llama 3.1 70B", "H100", 12, "fp8", "give gpus of 8 or 16, or"),  # six in each of two servers
        ("Llama 4 Scout", "H100", 5, "fp8", "40 attention heads and 8 KV heads of Llama 4 Scout evenly; give gpus of 4 or 8, or"),
        ("Falcon 7B", "RTX 4090", 2, None, 'evenly; give gpus of 1, or parallelism "layer"'),  # 71 heads
        ("70B", "H100", 3, "fp8", "powers of two are sure to do so; give gpus of 2 or 4, or"),
        ("DeepSeek-V3", "H100", 7, "fp8", "give gpus of 16, or"),  # eight split it, but do not hold it
    ],
)
def test_tensor_parallel_that_does_not_split_the_heads_is_refused(
    model: str, gpu: str, gpus: float, precision: str | None, remedy: str
) -> None:
    with pytest.raises(InputError, match=remedy):
        compute_cost.infer_throughput(model, gpu, gpus, precision, parallelism="tensor")
    for works in re.findall(r"\d+", remedy.partition("gpus of ")[2]):
        assert compute_cost.infer_throughput(model, gpu, int(works), precision, parallelism="tensor").value > 0


def test_left_to_itself_a_group_takes_turns_where_the_heads_do_not_split() -> None:
    seven = ("Llama 3.1 70B", "RTX 4090", 7)
    kind, _, said = layout_of(*seven)
    assert kind == "layer"
    assert "not over 7 accelerators: they take turns by layers; 8 would work on each layer together" in said
    assert compute_cost.infer_throughput(*seven).value == compute_cost.infer_throughput(*seven, parallelism="layer").value
    kind, _, said = layout_of("Llama 3.1 70B", "H100", 6, "fp8")
    assert kind == "tensor 2 x layer 3"
    assert "3 sets of 2 take turns" in said
    two, six, eight = (compute_cost.infer_throughput("Llama 3.1 70B", "H100", gpus, "fp8", batch=1).value for gpus in (2, 6, 8))
    assert six == pytest.approx(two)
    assert eight > 1.5 * two
    assert layout_of("Llama 3.1 70B", "H100", 16, "fp8") == ("tensor", 16, "")
