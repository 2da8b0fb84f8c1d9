"""What is served: in which format a chip multiplies, and what is read of the weights."""

from __future__ import annotations

import numpy as np
import pytest

from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator
from compute_cost.physics.served_model import is_unpacked, multiplied_in, served


def chip(name: str) -> Accelerator:
    found = catalogue.accelerators().get(name)
    assert found
    return found


@pytest.mark.parametrize(
    ("gpu", "precision", "format_", "teraflops", "unpacked"),
    [
        ("H100", "bf16", "bf16", 989, False),
        ("H100", "fp8", "fp8", 1979, False),
        ("A100", "fp8", "bf16", 312, True),  # no fp8 units: held in 8 bits, multiplied in 16
        ("H100", "int4", "bf16", 989, True),
        ("B200", "mxfp4", "fp4", 9000, False),
        ("T4", "int8", "fp16", 65, True),
        ("H100", "tf32", "tf32", 495, False),
        ("H100", "fp32", "fp32", 67, False),
        ("V100", "tf32", "tf32", 15.7, False),  # as wide as fp32 where it has no tf32 units
    ],
)
def test_the_format_that_a_chip_multiplies_in(gpu: str, precision: str, format_: str, teraflops: float, unpacked: bool) -> None:
    name, peak = multiplied_in(chip(gpu), precision)
    assert name == format_
    assert peak == pytest.approx(teraflops * 1e12)
    assert is_unpacked(chip(gpu), precision) == unpacked


def test_what_draws_read_is_what_numbers_read() -> None:
    for name in ("Gemma 3 27B", "DeepSeek-V3", "Llama 3 8B"):
        model = catalogue.models().get(name)
        assert model
        work = served(model, model.active, "bf16")
        contexts = np.array([100.0, 3000.0, 50000.0])
        assert work.cache_at(contexts) == pytest.approx(np.array([work.cache_at(one) for one in contexts]))  # type: ignore[arg-type]
        assert work.touched_bytes(contexts) == pytest.approx(np.array([work.touched_bytes(one) for one in contexts]))  # type: ignore[arg-type]
