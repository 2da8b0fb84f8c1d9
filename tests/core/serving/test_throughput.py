"""Serving: what must rise and fall, what limits, and what fits."""

from __future__ import annotations

from typing import Any

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.errors import DoesNotFit, InputError, NoData
from compute_cost.result import Result
from tests.support.ranges import ranged


def infer(*arguments: Any, **named: Any) -> Any:
    return compute_cost.infer_throughput(*arguments, **named)


def test_more_bandwidth_is_faster() -> None:
    rates = [
        compute_cost.infer_throughput("Llama 3 8B", gpu, 1, "bf16", batch=1).value for gpu in ("L4", "A10", "RTX 3090", "H100", "H200")
    ]
    assert rates == sorted(rates)
    assert rates[-1] > 3 * rates[0]


def test_a_larger_batch_gives_more_tokens_and_slower_streams() -> None:
    found = [compute_cost.infer_throughput("Llama 3.3 70B", "H100", 4, "fp8", 1000, 1000, batch) for batch in (1, 2, 8, 32, 128, 512)]
    rates = [one.value for one in found]
    waits = [one.values["time_per_output_token"].value for one in found]
    assert rates == sorted(rates)
    assert rates[-1] > 50 * rates[0]
    assert waits == sorted(waits)


@pytest.mark.parametrize(("inputs", "outputs", "is_said"), [(200, 1000, False), (100_000, 300, True)])
def test_a_single_stream_says_its_rate_with_the_input_too(inputs: int, outputs: int, is_said: bool) -> None:
    """Its rate counts from the first token on; that of two requests holds the reading of both inputs."""
    one, two = (infer("Llama 3.1 8B", "H100", 1, None, inputs, outputs, batch) for batch in (1, 2))
    whole = one.values["tokens_per_second_with_input"].value
    seconds = one.values["time_to_first_token"].value + outputs / one.value
    assert whole == pytest.approx(outputs / seconds)
    assert whole < two.value
    assert "tokens_per_second_with_input" not in two.values
    (said,) = [text for text in one.warnings if "counts from its first token on" in text] or [""]
    assert bool(said) == is_said
    assert (two.value < one.value) == is_said


@pytest.mark.parametrize(("model", "gpu", "gpus", "is_assumed"), [
    ("gpt-oss-120b", "A40", 16, True),
    ("gpt-oss-120b", "A40", 8, False),  # within a server
    ("gpt-oss-120b", "H100", 16, False),  # in the catalogue
    ("Llama 3.1 70B", "A40", 16, False),  # nothing of a copy is spread over servers
])  # fmt: skip
def test_experts_are_spread_over_the_network_that_is_assumed(model: str, gpu: str, gpus: int, is_assumed: bool) -> None:
    asked: Any = (model, gpu, gpus, None, 1000, 1000)
    assert ("network_per_teraflop" in {one.name for one in infer(*asked).inputs}) == is_assumed


def test_a_faster_network_serves_more_where_experts_are_spread_over_it() -> None:
    asked: Any = ("gpt-oss-120b", "A40", 16, None, 1000, 1000, None, None, "expert")
    slow, fast = (infer(*asked, assume={"network_per_teraflop": rate}).value for rate in (0.05, 0.6))
    assert slow < 0.8 * fast
    assert "network_per_teraflop" in ranged("infer_throughput", *asked)


def test_narrow_weights_are_faster_in_a_single_stream() -> None:
    rates = [compute_cost.infer_throughput("Llama 3.3 70B", "H200", 2, precision, batch=1).value for precision in ("bf16", "fp8", "int4")]
    assert rates == sorted(rates)
    assert rates[2] > 1.7 * rates[0]


def test_a_layer_split_adds_memory_and_no_speed_to_a_stream() -> None:
    one = compute_cost.infer_throughput("Llama 3 8B", "RTX 4090", 1, "int4", 1024, 1024, 1)
    four = compute_cost.infer_throughput("Llama 3 8B", "RTX 4090", 4, "int4", 1024, 1024, 1, None, "layer")
    assert four.value == pytest.approx(one.value)
    assert compute_cost.infer_throughput("Llama 3 8B", "RTX 4090", 4, "int4", 1024, 1024, 1, None, "tensor").value > one.value
    with pytest.raises(DoesNotFit):
        compute_cost.infer_throughput("Llama 3 70B", "RTX 4090", 1, "int4", batch=1)
    assert compute_cost.infer_throughput("Llama 3 70B", "RTX 4090", 2, "int4", batch=1, parallelism="layer").value == pytest.approx(
        19, rel=0.15
    )


def test_many_streams_keep_the_layers_of_a_split_busy() -> None:
    one = compute_cost.infer_throughput("Llama 3.3 70B", "RTX PRO 6000", 1, "fp4", 1000, 1000).value
    eight = compute_cost.infer_throughput("Llama 3.3 70B", "RTX PRO 6000", 8, "fp4", 1000, 1000, None, None, "layer").value
    assert 2 * one < eight < 8 * one  # published: 1,787 and 8,166


def test_what_limits_is_named() -> None:
    def limit(*arguments: Any) -> object:
        return compute_cost.infer_throughput(*arguments).values["limit"].value

    assert limit("Llama 3 8B", "RTX 4090", 1, "bf16", 1024, 1024, 1) == "memory bandwidth"
    assert limit("Llama 3.3 70B", "M2 Ultra", 1, "int4", 1024, 1024, 1) == "memory bandwidth"
    assert limit("Llama 3.3 70B", "H100", 4, "fp8", 20000, 100) == "compute"
    assert limit("TinyLlama-1.1B", "H200", 1, "fp8", 128, 128, 1) == "time per layer"


def test_sharing_over_slow_links_is_limited_by_them() -> None:
    found = compute_cost.infer_throughput("Llama 3.3 70B", "RTX 4090", 8, "int4", 1000, 1000, 64, None, "tensor")
    assert found.values["limit"].value == "links"
    nvlink = compute_cost.infer_throughput("Llama 3.3 70B", "A100", 8, "int4", 1000, 1000, 64, None, "tensor")
    assert nvlink.value > 2 * found.value


@pytest.mark.parametrize(
    ("gpu", "model", "low", "high"),
    [
        ("RTX 4090", "Llama 3 8B", 110, 140),
        ("RTX 3090", "Llama 3 8B", 90, 120),
        ("M1 Max", "Llama 3 8B", 30, 62),
        ("M4 Max", "LLaMA 7B", 65, 95),
    ],
)
def test_consumer_cards_and_macs_are_sane(gpu: str, model: str, low: float, high: float) -> None:
    assert low < compute_cost.infer_throughput(model, gpu, 1, "int4", 512, 128, 1).value < high


def test_does_it_fit() -> None:
    with pytest.raises(DoesNotFit, match="at least 2 RTX 4090"):
        compute_cost.infer_throughput("Llama 2 70B", "RTX 4090", 1, "int4")
    assert compute_cost.infer_throughput("Llama 2 70B", "RTX 4090", 2, "int4", batch=1).value > 10
    assert compute_cost.infer_throughput("DeepSeek-V3", "H200", 8, "fp8").value > 5000
    with pytest.raises(DoesNotFit, match="set gpus to 9 or more"):
        compute_cost.infer_throughput("DeepSeek-V3", "H100", 8, "fp8")
    assert 8 < compute_cost.memory_fit("DeepSeek-V3", "H100", None, "fp8", 2000).value < 16  # whole servers share the heads
    assert compute_cost.infer_throughput("DeepSeek-V3", "H100", None, "fp8").values["gpus"].value == 16


def test_a_small_model_is_served_in_copies() -> None:
    """One copy of an 8B model over 8 cards comes out many times too low; MLPerf's entries run one on each."""
    card = ("Llama 3.1 8B", "RTX PRO 6000")
    eight, one = (compute_cost.infer_throughput(*card, gpus, "fp4", 778, 129) for gpus in (8, 1))
    assert eight.value == pytest.approx(8 * one.value)
    assert eight.values["layout"].value == "8 copies"
    assert eight.values["batch"].value == 8 * float(one.values["batch"].value)
    assert compute_cost.infer_throughput(*card, 8, "fp4", 778, 129, parallelism="tensor").value < eight.value / 5


def test_a_batch_is_the_requests_of_all_copies() -> None:
    eight = compute_cost.infer_throughput("Llama 3.1 8B", "H100", 8, "fp8", 1000, 1000, 512)
    one = compute_cost.infer_throughput("Llama 3.1 8B", "H100", 1, "fp8", 1000, 1000, 64)
    assert eight.value >= 8 * one.value * (1 - 1e-9)
    alone = compute_cost.infer_throughput("Llama 3.1 8B", "H100", 8, "fp8", 1000, 1000, 1)
    assert alone.value > compute_cost.infer_throughput("Llama 3.1 8B", "H100", 1, "fp8", 1000, 1000, 1).value


def test_no_given_parallelism_beats_the_best_layout() -> None:
    for name, gpu, gpus in (("Llama 3.3 70B", "H100", 8), ("DeepSeek-V3", "H200", 8), ("Mixtral 8x7B", "RTX 4090", 8)):
        for batch in (None, 1, 64):
            best = compute_cost.infer_throughput(name, gpu, gpus, "fp8", 1000, 1000, batch).value
            for parallelism in ("tensor", "layer"):
                given = compute_cost.infer_throughput(name, gpu, gpus, "fp8", 1000, 1000, batch, None, parallelism).value
                assert given <= best * (1 + 1e-9)


def test_released_formats_are_served_as_they_are() -> None:
    """gpt-oss is released in MXFP4: a wider precision does not blow its weights up; DeepSeek-V3 is released in 8 bits."""
    assert (
        compute_cost.infer_throughput("gpt-oss-120b", "H100", 1, "fp8").value
        == compute_cost.infer_throughput("gpt-oss-120b", "H100", 1).value
    )
    assert {one.name: one.value for one in compute_cost.infer_throughput("DeepSeek-V3", "H200", 8).inputs}["precision"] == "fp8"


def test_more_requests_than_the_memory_holds_wait() -> None:
    full = compute_cost.infer_throughput("Llama 3.3 70B", "H100", 2, "fp8", 1000, 1000)
    more = compute_cost.infer_throughput("Llama 3.3 70B", "H100", 2, "fp8", 1000, 1000, 100_000)
    assert more.value == pytest.approx(full.value)
    assert any("the rest wait" in one for one in more.warnings)
    assert full.warnings == () or not any("wait" in one for one in full.warnings)


def test_unmeasured_chips_and_unknown_shapes_have_a_wider_range() -> None:
    def width(model: str, gpu: str) -> float:
        found = compute_cost.infer_throughput(model, gpu, 1, None, 1000, 1000, 8)
        return float(found.high) / float(found.low)

    assert width("Llama 3 8B", "V100-32GB") > 1.01 * width("Llama 3 8B", "A100")
    assert width("8B", "A100") > width("Llama 3 8B", "A100")
    assert any("no measurements of" in one for one in compute_cost.infer_throughput("Llama 3 8B", "V100-32GB", 1).warnings)


def test_the_range_is_that_of_the_rates_own_error_and_of_what_is_assumed() -> None:
    table = catalogue.serving_coefficients()
    said = ("Llama 3.1 8B", "H200", 1, "fp8", 1000, 1000, 64)  # a batch that the memory holds at any share: nothing is assumed
    found = compute_cost.infer_throughput(*said)
    ends = [found.value * table[f"interval_dense_given_{end}"].value for end in ("low", "high")]
    assert [found.low, found.high] == pytest.approx(ends)
    assert ends[1] / found.value != pytest.approx(found.value / ends[0], rel=0.01), "not the same up and down"
    assert ranged("infer_throughput", *said) == {"memory_share"}
    assert ranged("infer_throughput", *said[:4]) == {"memory_share", "serving_input_tokens", "serving_output_tokens"}
    unknown = ranged("infer_throughput", "70B", "H100")
    assert unknown >= {"width_per_layer", "usual_cache_width", "memory_share", "runtime_memory", "prefill_chunk"}


def test_the_time_to_the_first_token_has_an_error_of_its_own() -> None:
    found = compute_cost.infer_throughput("Llama 3.1 8B", "H200", 1, "fp8", 1000, 1000, 1)
    error = {one.name: one for one in found.inputs}["first_token_error"]
    factor = catalogue.serving_coefficients()["interval_first_token"].value
    assert (error.low, error.value, error.high) == pytest.approx((1 / factor, 1, factor))
    assert "first_token_error" not in {one.input.name for one in found.swings if one.size}, "the rate does not rest on it"


def test_a_speed_for_each_request_is_kept_by_as_many_as_can_have_it() -> None:
    full = infer("Llama 3.3 70B", "H100", 8, "fp8", 1000, 1000)
    fast = infer("Llama 3.3 70B", "H100", 8, "fp8", 1000, 1000, min_tokens_per_second=40)
    assert fast.values["tokens_per_second_per_stream"].value >= 40 > full.values["tokens_per_second_per_stream"].value
    assert 10 < fast.values["batch"].value < full.values["batch"].value
    streams = float(fast.values["batch"].value) * float(fast.values["tokens_per_second_per_stream"].value)
    assert 0.97 * streams < fast.value < streams, "less the time in which each reads its own input"
    soon = infer("Llama 3.3 70B", "H100", 8, "fp8", 8000, 500, max_first_token=0.6)
    late = infer("Llama 3.3 70B", "H100", 8, "fp8", 8000, 500)
    assert float(soon.values["time_to_first_token_under_load"].value) <= 0.6 < float(late.values["time_to_first_token_under_load"].value)
    with pytest.raises(DoesNotFit, match=r"^min_tokens_per_second: 1000.* the nearest is .* on 8 x H100 SXM 80GB"):
        infer("Llama 3.3 70B", "H100", 8, "fp8", 1000, 1000, min_tokens_per_second=1000)


def test_a_rack_is_no_dearer_than_a_server() -> None:
    """Of DeepSeek-R1 in FP4 72 GB200 serve at least as many tokens each as 8 do, saturated and at 50 tokens/s for each request."""
    for least in (None, 50):
        rack, server = (
            infer("DeepSeek-R1", "GB200", gpus, "fp4", 8000, 1000, min_tokens_per_second=least).value / gpus for gpus in (72, 8)
        )
        assert rack > 0.95 * server


def test_a_mixture_for_one_user_reads_its_active_experts() -> None:
    """No floor of 0.4 ms a layer: DeepSeek-R1 in FP4 on eight B200 published 67 tokens/s in early 2025, 125 and more in 2026."""
    found = infer("DeepSeek-R1", "B200", 8, "fp4", 1000, 1000, 1)
    assert 60 < found.value < 160
    assert infer("DeepSeek-R1", "B200", 8, "fp4", 1000, 1000, 64).value < 40 * found.value


def test_mistakes() -> None:
    with pytest.raises(NoData):
        compute_cost.infer_throughput("BERT-Large")
    with pytest.raises(InputError, match="active_params"):
        compute_cost.infer_throughput("7B", active_params="70B")
    with pytest.raises(InputError, match="parallelism"):
        compute_cost.infer_throughput("7B", parallelism="pipeline")


@pytest.mark.parametrize("arguments", [("4B", "M4 Max", 1, "int4", 12000, 200), ("Llama 3 8B", "H100", 1, "fp8", 100, 4000),
                                       ("Llama 3.3 70B", "RTX 4090", 4, "int4", 8000, 20, 1, None, "layer")])  # fmt: skip
def test_a_single_request_reads_its_input_until_its_first_token(arguments: tuple[Any, ...]) -> None:
    found = compute_cost.infer_throughput(*(*arguments[:6], 1, *arguments[7:]))
    reads = arguments[4] / float(found.values["time_to_first_token"].value)
    assert found.values["input_tokens_per_second"].value == pytest.approx(reads)


def test_the_input_of_a_batch_comes_with_its_output_and_no_faster_than_it_is_read() -> None:
    many = compute_cost.infer_throughput("Llama 3.3 70B", "H100", 4, "fp8", 1000, 250)
    assert many.values["input_tokens_per_second"].value == pytest.approx(4 * many.value)
    one, *more = (compute_cost.infer_throughput("4B", "M4 Max", 1, "int4", 12000, 20, batch) for batch in (1, 2, 3, 8))
    alone = float(one.values["input_tokens_per_second"].value)
    for found in more:
        rate = float(found.values["input_tokens_per_second"].value)
        assert rate <= 1.05 * alone
        assert rate <= found.value * 600 * (1 + 1e-9)


# The story


def says(found: Result, words: str) -> bool:
    return any(words in text for text in found.warnings)


LLAMA = ("Llama 3.3 70B", "H200", 4, "fp8", 1000, 1000, 16)


def test_the_steps_hold_the_parts_of_the_time() -> None:
    found = infer(*LLAMA)
    steps = {one.label: float(one.value) for one in found.steps if isinstance(one.value, float)}
    assert steps["Weights"] == pytest.approx(70.55 + 2 * 128256 * 8192 / 1e9, abs=0.01), "embedding and output head in 16 bits"
    assert steps["KV cache of one token"] == pytest.approx(80 * 2048 * 2 / 1e6)
    parts = ("Reading the weights", "Arithmetic of the step", "Reading the KV cache", "Exchange between the accelerators",
             "Time per layer and sequence")  # fmt: skip
    assert steps["Decoding step"] == pytest.approx(sum(steps[name] for name in parts))
    assert steps["Time per output token"] == pytest.approx(steps["Decoding step"] + steps["Reading one request's input"] * 15 / 1000)
    every = steps["Decoding step"] + steps["Reading one request's input"] * 16 / 1000
    assert steps["Tokens per second"] == found.value == pytest.approx(16 / every), "each reads its own input too"
    said = {one.label: one.value for one in found.steps}["80% interval of the rate"]
    assert said == f"{found.low / found.value:.2f} to {found.high / found.value:.2f}"
    assert "Exchange between the accelerators" not in {one.label for one in infer("Llama 3 8B", "H200").steps}


def test_the_formulas_name_the_peak_and_the_bytes() -> None:
    formulas = {one.label: one.formula for one in infer(*LLAMA).steps}
    assert "fp8 peak 1,979 TFLOP/s" in formulas["Arithmetic of the step"]
    assert formulas["KV cache of one token"] == "layers x KV width x 16 bits / 8"
    wide = {one.label: one.formula for one in infer("Llama 3 8B", "H200").steps}
    assert wide["KV cache of one token"].startswith("layers x KV width x 16 bits / 8")


def test_what_was_given_and_what_was_assumed() -> None:
    names = {"gpu", "gpus", "precision", "input_tokens", "output_tokens", "batch", "parallelism"}

    def origins(*arguments: object) -> set[tuple[str, str]]:
        return {(one.name, one.origin) for one in infer(*arguments).inputs if one.name in names}

    assert origins(*LLAMA, None, "tensor") == {(name, "given") for name in names}
    assumed = {name for name in names if not name.endswith("_tokens")}
    assert origins("Llama 3.1 405B") == {(name, "assumed") for name in assumed}
    usual = {one.name: one.origin for one in infer("Llama 3.1 405B").inputs}
    assert (usual["serving_input_tokens"], usual["serving_output_tokens"]) == ("assumed", "assumed")
    assert "parallelism" not in {name for name, _ in origins("Llama 3 8B")}, "one chip shares nothing"


def test_what_is_weak_is_said() -> None:
    assert says(infer("Llama 3 8B", "V100-32GB"), "no measurements of volta chips such as V100")
    assert says(infer("Llama 3.3 70B", "MI300X", None, "fp8"), "the figures of MI300X are partly checked against their source")
    assert not says(infer("Llama 3.3 70B", "H100", 4), "the figures of")
    assert says(infer("70B", "H200"), "shape unknown")
    assert not says(infer(*LLAMA), "shape")
    assert says(infer("Llama 3 8B", "H100", 1, "int4"), "the weights are held in int4 and multiplied in bf16")
    assert not says(infer("Llama 3 8B", "H100", 1, "fp8"), "multiplied in")


def test_a_released_4_bit_format_is_kept_and_said() -> None:
    assert says(
        infer("gpt-oss-120b", "H100", 1, "fp8"), "gpt-oss-120b was released in mxfp4 and is served that way, whatever precision is given"
    )
    assert not says(infer("gpt-oss-120b", "H100", 1), "whatever precision")
