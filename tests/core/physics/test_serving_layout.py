"""How a group shares a served model: the layouts that engines take, and what happens where heads or experts do not divide."""

from __future__ import annotations

import re
from typing import Any

import pytest

import compute_cost
from compute_cost.errors import InputError
from compute_cost.physics.served_model import served
from compute_cost.physics.serving_layout import Layout, given_layout, layouts
from tests.support import chip, model


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
    kind, count, said = layout_of(model, gpu, None, precision)
    assert (count, said) == (gpus, "")
    assert kind != f"layer {gpus:g}"
    assert compute_cost.infer_throughput(model, gpu, gpus, precision, parallelism="tensor").value > 0
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
    assert kind == "layer 7"
    assert "not over 7 accelerators: they take turns by layers; 8 would work on each layer together" in said
    assert compute_cost.infer_throughput(*seven).value == compute_cost.infer_throughput(*seven, parallelism="layer").value


def test_what_has_nothing_to_do_is_said() -> None:
    """Three H100 hold one copy of 141 GB on two of them, or on all three in turns."""
    found = compute_cost.infer_throughput("Llama 3.1 70B", "H100", 3, None, 1000, 1000, 1)
    assert found.values["layout"].value == "tensor 2"
    assert any("the best use of 3; 1 of them" in text for text in found.warnings)
    assert found.value == pytest.approx(compute_cost.infer_throughput("Llama 3.1 70B", "H100", 2, None, 1000, 1000, 1).value)


def every(name: str, gpu: str, gpus: float, precision: str = "fp8") -> list[Layout]:
    known = model(name)
    return [one for stages in layouts(served(known, known.active, precision), chip(gpu), gpus) for one in stages]


def test_every_layout_is_one_that_engines_take() -> None:
    for name, gpu, gpus in (
        ("Llama 3.3 70B", "H100", 8),
        ("Llama 4 Scout", "H100", 12),
        ("DeepSeek-V3", "GB200", 72),
        ("Falcon 7B", "A100", 6),
    ):
        shape = model(name)
        for one in every(name, gpu, gpus):
            assert one.used <= gpus
            assert one.copies == gpus // one.of_copy, "as many copies as there is room for"
            if one.spread:
                assert (shape.experts or 0.5) % one.together == 0
            else:
                assert (shape.heads or 0.5) % one.together == 0
    assert {one.together for one in every("Llama 4 Scout", "H100", 12)} == {1, 2, 4, 8}, "40 heads and 8 KV heads"
    assert {one.together for one in every("Falcon 7B", "A100", 6)} == {1}, "71 heads"
    assert not any(one.spread for one in every("Llama 3.3 70B", "H100", 8)), "nothing to spread"


def test_a_rack_is_never_one_tensor_parallel_set() -> None:
    """The links of 72 GB200 are one domain, but published servers split a matrix over no more than 16 chips."""
    rack = every("DeepSeek-V3", "GB200", 72)
    assert max(one.together for one in rack if not one.spread) == 16
    assert max(one.together for one in rack) == 64
    assert Layout(9.0, 1.0, 8.0, True) in rack


@pytest.mark.parametrize(
    ("name", "gpus", "layout"),
    [
        ("layer", 7, Layout(stages=7)), ("tensor", 8, Layout(together=8)), ("tensor", 16, Layout(stages=2, together=8)),
        ("expert", 16, Layout(together=16, spread=True)),
    ],
)  # fmt: skip
def test_a_given_parallelism_is_one_copy(name: str, gpus: float, layout: Layout) -> None:
    known = model("DeepSeek-V3")
    assert given_layout(name, served(known, known.active, "fp8"), chip("H100"), gpus) == layout


def test_experts_are_spread_over_a_number_that_divides_them() -> None:
    with pytest.raises(InputError, match="divides them, 256; leave parallelism out for the best use of 24"):
        compute_cost.infer_throughput("DeepSeek-V3", "H100", 24, "fp8", parallelism="expert")
    with pytest.raises(InputError, match="only a mixture of experts"):
        compute_cost.infer_throughput("Llama 3.3 70B", "H100", 8, "fp8", parallelism="expert")


def test_names_say_copies_and_sets() -> None:
    assert [one.name for one in (Layout(), Layout(8.0), Layout(2.0, 2.0, 4.0), Layout(9.0, 1.0, 8.0, True))] == [
        "", "8 copies", "2 copies x tensor 4 x layer 2", "9 copies x expert 8",
    ]  # fmt: skip
