"""A model on a group of accelerators: what is assumed where nothing is said, how wide the range is, and what is refused."""

from __future__ import annotations

import re

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.catalogue.measured import serving_rows
from compute_cost.catalogue.records import Model
from compute_cost.errors import DoesNotFit, InputError, NoData
from compute_cost.physics.model_memory import usable_memory
from compute_cost.physics.served_model import served
from compute_cost.physics.serving_group import Serving, is_of_new_maker, measured_generations, serving
from compute_cost.physics.serving_layout import Layout
from compute_cost.physics.serving_time import serving_time
from tests.support import chip, model

pytestmark = pytest.mark.live


def table() -> dict[str, float]:
    return {name: one.value for name, one in catalogue.serving_coefficients().items()}


def group(
    name: str | Model, gpu: str | None = "H200", gpus: float | None = None, precision: str | None = None, batch: float | None = None,
    parallelism: str | None = None, active: float | None = None, lengths: tuple[float | None, float | None] = (1000, 1000),
) -> Serving:  # fmt: skip
    known = model(name) if isinstance(name, str) else name
    return serving(known, chip(gpu) if gpu else catalogue.default_gpu(), gpus, precision, *lengths, batch, active, parallelism)


# What is assumed


def test_left_out_is_the_default() -> None:
    found = group("Llama 3 8B", None, lengths=(None, None))
    assert found.gpu is catalogue.default_gpu()
    assert found.input_tokens == catalogue.constant("serving_input_tokens")
    assert found.output_tokens == catalogue.constant("serving_output_tokens")
    assert (found.work.precision, found.gpus, found.layout) == ("bf16", 1, Layout())
    assert found.time.batch == min(found.time.room, table()["most_sequences"])
    assert group("DeepSeek-V3", gpus=8).work.precision == "fp8"


def test_the_times_are_those_of_the_mechanism() -> None:
    found = group("Llama 3.3 70B", "H200", 4, "fp8", 16)
    work = served(model("Llama 3.3 70B"), model("Llama 3.3 70B").active, "fp8")
    assert found.time == serving_time(work, chip("H200"), Layout(together=4), 1000, 1000, 16)
    assert found.rate() == found.time.tokens_per_second


@pytest.mark.parametrize(
    ("name", "gpu", "precision", "gpus"),
    [
        ("Llama 3 8B", "H100", None, 1), ("Llama 3.1 70B", "H100", None, 2), ("Llama 3.1 70B", "H100", "fp8", 1), ("Llama 3.1 405B", "H100", "bf16", 16),
        ("Llama 2 70B", "RTX 4090", "int4", 2),
    ],
)  # fmt: skip
def test_the_fewest_that_hold_it(name: str, gpu: str, precision: str | None, gpus: float) -> None:
    assert group(name, gpu, None, precision).gpus == gpus
    usable = usable_memory(chip(gpu))
    assert (gpus > 1) * gpus / 2 < group(name, gpu, None, precision).work.weight_bytes / usable < gpus


def test_what_memory_fit_counts_beside_weights_and_cache_counts_here_too() -> None:
    """76.2 GB of weights and 0.66 GB of cache would fit 76.97 GB; activations and the runtime, 0.4 GB, do not fit beside them."""
    tight, less = (model("Llama 2 70B", params=params) for params in (38.1e9, 37.8e9))
    assert (group(tight, "H100").gpus, group(less, "H100").gpus) == (2, 1)


def test_the_active_parameters_that_are_given_are_those_that_work() -> None:
    assert group("DeepSeek-V3", gpus=8, active=20e9).work.active == 20e9
    assert (
        group("DeepSeek-V3", gpus=8, active=20e9, batch=1).time.tokens_per_second
        > group("DeepSeek-V3", gpus=8, batch=1).time.tokens_per_second
    )


# The range


def interval(*arguments: object, **named: object) -> tuple[float, float]:
    return group(*arguments, **named).interval  # type: ignore[arg-type]


def ends(kind: str) -> tuple[float, float]:
    return table()[f"interval_{kind}_low"], table()[f"interval_{kind}_high"]


def test_the_range_is_that_of_what_was_asked() -> None:
    """Sources that the fit had not seen, by kind of model and question; not the same up and down."""
    assert interval("Llama 3.3 70B", precision="fp8") == ends("dense_saturated")
    assert interval("Llama 3.3 70B", precision="fp8", batch=64) == ends("dense_given")
    assert interval("Llama 3 8B", "RTX 4090", precision="int4", batch=1) == ends("dense_home")
    assert interval("Llama 3 8B", "H100", batch=1) == ends("dense_few")
    assert interval("DeepSeek-V3", gpus=8) == ends("mixture_saturated")
    assert interval("DeepSeek-V3", gpus=8, batch=2) == ends("mixture_few")
    assert all(table()[name] < 1 for name in table() if name.startswith(("interval_dense", "interval_mixture")) and "_low" in name)
    assert all(table()[name] > 1 for name in table() if name.startswith(("interval_dense", "interval_mixture")) and "_high" in name)


def test_the_range_is_that_of_the_level() -> None:
    known = model("Llama 3.3 70B")
    found = serving(known, chip("H200"), 2, "fp8", 1000, 1000, None, None, level="vendor-tuned")
    assert found.interval == (table()["interval_dense_saturated_low_vendor_tuned"], table()["interval_dense_saturated_high_vendor_tuned"])


def test_further_factors_for_what_no_row_measures() -> None:
    low, high = interval("Llama 3.3 70B", precision="fp8")
    new, shape = table()["interval_new_chip"], table()["interval_unknown_shape"]
    assert interval("Llama 3.3 70B", "MI300X", precision="fp8") == pytest.approx((low, high))
    assert interval("Llama 3.3 70B", "V100-32GB", 8) == pytest.approx((low / new, high * new))
    assert interval(Model.of_size(70e9), precision="fp8") == pytest.approx((low / shape, high * shape))


@pytest.mark.parametrize(("gpu", "is_new"), [
    ("Gaudi 2", True),  # with two rows of its own
    ("Trainium2", True),
    ("V100-32GB", False),  # NVIDIA
    ("MI300X", False),
    ("RTX 4090", False),
])  # fmt: skip
def test_chips_of_makers_that_were_not_measured_may_be_far_slower(gpu: str, is_new: bool) -> None:
    """Published runs on such chips are between a third of what the formulas say and all of it."""
    assert is_of_new_maker(chip(gpu)) == is_new
    found = serving(model("Llama 3 8B"), chip(gpu), 8, None, 1000, 1000, 64, None)
    low, high = ends("dense_given")
    further = table()["interval_new_maker_low"], table()["interval_new_maker_high"]
    if is_new:
        assert found.interval == pytest.approx((low / further[0], high * further[1]))
    assert found.known_chip == (gpu in ("MI300X", "RTX 4090"))
    warned = any("the maker of" in text for text in compute_cost.infer_throughput("Llama 3 8B", gpu, 8).warnings)
    assert warned == is_new


def test_which_chips_are_measured() -> None:
    found = measured_generations()
    assert {"hopper", "blackwell", "ada", "apple", "cdna3", "cdna4", "ampere"} <= found
    assert not found & {"volta", "pascal"}, "of them there are images alone, or nothing"
    fitted = [row for row in serving_rows() if row.role == "fit" and row.tokens_per_second]
    assert all(chip(row.gpu).generation in found for row in fitted)


# What is refused


def test_models_that_do_not_write_token_by_token() -> None:
    with pytest.raises(NoData, match="^params: SDXL is an image model, which is not served by tokens"):
        group("SDXL")
    for name in ("BERT-Large", "T5-11B"):
        with pytest.raises(NoData, match=f"^params: {name} is not a decoder"):
            group(name)


def test_what_can_not_be() -> None:
    with pytest.raises(InputError, match=r"^active_params: .*must not exceed the parameters, 8\.03026e\+09"):
        group("Llama 3 8B", active=9e9)
    with pytest.raises(DoesNotFit, match="^gpus: 1 .*at least 2 H200"):
        group("Llama 3.1 70B", gpus=1)
    with pytest.raises(InputError, match="^gpus: 3 .*64 attention heads"):
        group("Llama 3.1 70B", gpus=3, parallelism="tensor")


@pytest.mark.parametrize("name", ["Llama 3.1 405B", "DeepSeek-V3", "Mixtral 8x7B", "Qwen3 32B"])
@pytest.mark.parametrize("parallelism", [None, "tensor", "expert", "layer"])
@pytest.mark.parametrize(("gpu", "reads"), [("H100", 1000.0), ("T4", 1000.0), ("B200", 100_000.0), ("RTX 4090", 100_000.0)])
def test_the_number_that_an_error_names_works(name: str, parallelism: str | None, gpu: str, reads: float) -> None:
    """What a layout keeps whole on each accelerator counts in the number: the way out of one error is not the next error."""

    def error(gpus: float) -> str:
        try:
            serving(model(name), chip(gpu), gpus, "bf16", reads, 1000.0, None, None, parallelism)
        except InputError as problem:
            return str(problem)
        return ""

    said = error(2.0 if parallelism == "expert" else 1.0)
    if number := re.search(r"set gpus to ([\d,]+) or more", said):
        assert not error(float(number[1].replace(",", "")))
    else:
        assert not said or "leave parallelism out" in said
