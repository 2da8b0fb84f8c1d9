"""Memory as estimates: what is published comes out, the parts add up, more never takes less, and what is known to fit fits."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

import compute_cost
from compute_cost.catalogue import accelerators, constant, formats, models
from compute_cost.errors import InputError, UnknownName
from compute_cost.parameters import PRECISIONS
from tests.support.ranges import ranged

pytestmark = pytest.mark.live

USES = ("inference", "training", "lora", "qlora")


MODELS = [one.name for one in models().rows]


SIZES = st.one_of(st.sampled_from(MODELS), st.floats(min_value=1e8, max_value=1e13))


CONTEXTS = st.integers(min_value=1, max_value=200_000)


BATCHES = st.integers(min_value=1, max_value=64)


def part(name: str, *arguments: Any, **named: Any) -> float:
    return float(compute_cost.memory_needed(*arguments, **named).values[name].value)


def fits(*arguments: Any, **named: Any) -> bool:
    return str(compute_cost.memory_fit(*arguments, **named).values["fits"].value) == "yes"


# KV cache


LOGGED = [
    ("Llama 3 8B", 2048, 256), ("Llama 3 70B", 2048, 640), ("Mixtral 8x7B", 2048, 256), ("Llama 2 7B", 4096, 2048),
    ("LLaMA 65B", 512, 1280), ("Llama 3.1 405B", 1024, 504), ("Qwen2.5 7B", 2048, 112),
]  # fmt: skip


@pytest.mark.parametrize(("model", "context", "mebibytes"), LOGGED)
def test_kv_cache_is_that_of_the_logs(model: str, context: int, mebibytes: float) -> None:
    """llama.cpp's "KV self size" and the 504 KiB a token of Llama 3.1 405B."""
    assert part("kv_cache", model, context=context) == pytest.approx(mebibytes * 2**20 / 1e9)


def test_kv_cache_by_architecture() -> None:
    assert part("kv_cache", "GPT-3", context=2048) == pytest.approx(96 * 2 * 12288 * 2048 * 2 / 1e9)  # a KV head for every head
    assert part("kv_cache", "PaLM 540B", context=2048) == pytest.approx(118 * 2 * 256 * 2048 * 2 / 1e9)  # one KV head
    assert part("kv_cache", "DeepSeek-V3", context=4096) == pytest.approx(61 * 576 * 4096 * 2 / 1e9)  # a latent vector
    assert part("kv_cache", "BERT-Large", context=512) == 0  # an encoder keeps none


def test_sliding_window() -> None:
    """Half of gpt-oss-20b's layers see 128 tokens: 3 GiB and 0.05 GiB at most at 131,072 (gguf-parser-go issue 32)."""
    assert part("kv_cache", "gpt-oss-20b", context=131072) == pytest.approx(3.05 * 2**30 / 1e9, rel=0.02)
    assert part("kv_cache", "gpt-oss-20b", context=100) == pytest.approx(24 * 1024 * 100 * 2 / 1e9)  # shorter than the window
    long = [part("kv_cache", "Gemma 3 27B", context=length) for length in (100_000, 110_000)]
    assert long[1] - long[0] == pytest.approx(10 * 2 * 16 * 128 * 10_000 * 2 / 1e9)  # only the ten global layers grow
    assert part("kv_cache", "MiniMax-Text-01", context=10_000) == pytest.approx(10 * 2 * 8 * 128 * 10_000 * 2 / 1e9)


def test_hybrids_keep_what_their_configuration_says() -> None:
    """Laguna XS.2 at its full context: 10 layers that see all and 30 with a window of 512, two bytes a key and a value at FP8."""
    kept = part("kv_cache", "Laguna XS.2", context=262_144, kv_precision="fp8")
    assert kept == pytest.approx((10 * 2 * 8 * 128 * 262_144 + 30 * 2 * 8 * 128 * 512) / 1e9)
    long = [part("kv_cache", "Phi-4-mini-flash-reasoning", context=length) for length in (100_000, 110_000)]
    assert long[1] - long[0] == pytest.approx(2 * 20 * 64 * 10_000 * 2 / 1e9)  # one layer's cache, that half of the layers share


def test_every_hybrid_is_known_or_said() -> None:
    for one in models().rows:
        if one.attention == "hybrid" and one.global_layers is None:
            found = compute_cost.memory_needed(one.name, context=1_000_000)
            assert any("which layers keep the whole context is not known" in text for text in found.warnings), one.name
            cache = float(found.values["kv_cache"].value)
            assert found.high - found.value > 0.9 * cache, f"{one.name}: all layers may keep it"


def test_an_unknown_state_is_named_with_its_range() -> None:
    found = compute_cost.memory_needed("27B; layers 64; attention_layers 16; kv_heads 4; head_dim 256; hidden 5120", "bf16", 4096, 8)
    assert any("recurrent layers" in text for text in found.warnings)
    assert float(found.values["recurrent_state"].value) == pytest.approx(8 * 48 * 5120 * 160 * 4 / 1e9)
    assert found.high > found.value
    given = compute_cost.memory_needed(
        "27B; layers 64; attention_layers 16; kv_heads 4; head_dim 256; state_width 39223296", "bf16", 4096, 8
    )
    assert float(given.values["recurrent_state"].value) == pytest.approx(8 * 39_223_296 * 4 / 1e9)


# Parts


@given(SIZES, st.sampled_from(PRECISIONS), st.one_of(st.none(), CONTEXTS), BATCHES, st.sampled_from(USES))
def test_the_parts_add_up(size: float | str, precision: str, context: int | None, batch: int, use: str) -> None:
    found = compute_cost.memory_needed(size, precision, context, batch, use)
    whole = ("memory", "activations_kept", "text_encoders", "with_text_encoders")  # what is no part of it
    parts = {name: float(figure.value) for name, figure in found.values.items() if name not in whole}
    assert found.value == pytest.approx(sum(parts.values()))
    assert all(value >= 0 for value in parts.values())
    assert found.steps[-1].value == found.value
    shown = {step.label.lower().replace(" ", "_"): float(step.value) for step in found.steps[:-1]}
    assert sum(shown.values()) == pytest.approx(found.value), "a part without a step"
    assert {words.replace(" ", "_") for words in found.steps[-1].formula.split(" + ")} == {name for name in parts if parts[name]}


def test_weights_alone_without_a_context() -> None:
    found = compute_cost.memory_needed(70e9, "bf16", batch=8)
    assert found.value == 140
    assert any("own states" in text for text in found.warnings)
    assert any("batch has no effect" in text for text in found.warnings)


def test_training_states() -> None:
    for precision in (None, "bf16", "fp8", "fp32"):
        assert compute_cost.memory_needed(10e9, precision, use="training").value == pytest.approx(160)
    parts = compute_cost.memory_needed(10e9, use="training").values
    assert [parts[name].value for name in ("weights", "gradients", "optimizer_states")] == [20, 20, 120]
    assert part("weights", 10e9, "fp32", use="training") == 40


def test_fine_tuning_takes_less() -> None:
    full, lora, qlora = (compute_cost.memory_needed("Llama 2 7B", context=2048, use=use).value for use in USES[1:])
    assert qlora < lora < full / 4
    assert part("weights", "Llama 2 7B", use="lora") == part("weights", "Llama 2 7B")
    assert part("weights", "Llama 2 7B", "int8", use="qlora") > part("weights", "Llama 2 7B", use="qlora")
    # Rank 64 on the seven matrices of each layer: 159.9 million parameters of 12 bytes.
    assert part("adapters", "Llama 2 7B", use="lora") == pytest.approx(159_907_840 * 12 / 1e9)


def test_recomputation_saves_activations() -> None:
    for use in USES[1:]:
        assert part("activations", "Llama 2 7B", context=4096, use=use) < part("activations_kept", "Llama 2 7B", context=4096, use=use) / 5
    assert part("activations", "Llama 2 7B", context=4096) == part("activations_kept", "Llama 2 7B", context=4096)


def test_released_precision_is_taken_and_said() -> None:
    found = compute_cost.memory_needed("DeepSeek-V3")
    assert found.value == compute_cost.memory_needed("DeepSeek-V3", "fp8").value
    assert any("released in fp8" in text for text in found.warnings)
    assert not any("released" in text for text in compute_cost.memory_needed("DeepSeek-V3", "fp8").warnings)
    assert compute_cost.memory_needed("DeepSeek-V3", use="training").value == pytest.approx(16 * 671)


def test_embedding_stays_at_16_bits() -> None:
    assert part("weights", "Llama 3.1 8B", "int4") > 1.3 * 8.03 * 4.15625 / 8
    assert part("weights", "Llama 3.1 8B", "bf16") == pytest.approx(part("weights", 8030261248, "bf16"))

    gemma = 27009346304 - 262208 * 5376  # one matrix is embedding and output head at once
    assert part("weights", "Gemma 3 27B", "int4") == pytest.approx((gemma * 4.15625 + 262208 * 5376 * 16) / 8e9)


def test_images_take_memory_by_their_pixels() -> None:
    assert part("activations", "Stable Diffusion 1.5", batch=4) == pytest.approx(4)
    assert part("activations", "SDXL") == pytest.approx(4)
    assert any("no effect on an image model" in text for text in compute_cost.memory_needed("SDXL", context=77).warnings)


def test_unknown_shape_is_said() -> None:
    found = compute_cost.memory_needed(13e9, "fp16", 4096)
    assert found.value == pytest.approx(26.8, abs=0.7)
    assert any("shape unknown" in text for text in found.warnings)
    assert not any("shape unknown" in text for text in compute_cost.memory_needed("Llama 2 13B", "fp16", 4096).warnings)


# Formats


@pytest.mark.parametrize("name", ["Llama 3.1 8B", "Llama 3.1 70B", "DeepSeek-V3"])
def test_every_format_takes_what_its_bits_say(name: str) -> None:
    """Between its own bits and those of the head that it keeps wider, with a range around it, and in the order of the bits."""
    params = models().get(name).params  # type: ignore[union-attr]
    sizes = []
    for row in formats().rows:
        found = compute_cost.memory_needed(name, row.name)
        bits = constant(f"bits_per_parameter_{row.id}")
        mean = found.value * 8e9 / params
        assert min(bits, row.head_bits or bits) * (1 - 1e-9) <= mean <= max(bits, row.head_bits or bits) * (1 + 1e-9), row.name
        assert found.low <= found.value <= found.high <= (1.6 if row.family == "unsaid" or row.id.startswith("ud_") else 1.3) * found.low, (
            row.name
        )
        if not row.head_bits:
            sizes.append((bits, found.value))
    assert len(sizes) > 20
    assert sorted(sizes) == sorted(sizes, key=lambda one: one[1])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("q4_k_m", "q4_k_m"), ("Q4-K-M", "q4_k_m"), ("bfloat16", "bf16"), ("FP8 E4M3", "fp8"), ("fp8 dynamic", "fp8"), ("GPTQ-Int4", "gptq"),
        ("bnb-4bit", "nf4"), ("load_in_8bit", "llm_int8"), ("MLX 4bit", "mlx_4bit"), ("NVFP4", "fp4"), ("W8A8", "w8a8"), ("W4A16", "w4a16"),
        ("4-bit", "4bit"), ("4.0bpw", "4bpw"), ("exl2 4.65 bpw", "4.65bpw"), ("3.5 bits per weight", "3.5bpw"), ("UD-Q2_K_XL", "ud_q2_k_xl"),
        ("Q4_K_M.gguf", "q4_k_m"), ("i1-Q4_K_M", "q4_k_m"), ("GGUF Q8_0", "q8_0"), ("q4", "4bit"), ("Q8", "8bit"),
    ],
)  # fmt: skip
def test_formats_by_the_names_that_people_use(written: str, meant: str) -> None:
    named, plain = compute_cost.memory_needed("Llama 3.1 8B", written), compute_cost.memory_needed("Llama 3.1 8B", meant)
    assert named.value == plain.value
    assert {one.name: one.value for one in named.inputs} == {one.name: one.value for one in plain.inputs}


@pytest.mark.parametrize("written", ["Q9_K_M", "0.2bpw", "64bpw", "fp7", "q4km2", "", "4", "gguf", "static quant"])
def test_what_is_no_format(written: str) -> None:
    if written:
        with pytest.raises(UnknownName, match=r"^precision: "):
            compute_cost.memory_needed("Llama 3.1 8B", written)


def test_a_cache_is_kept_in_fewer_formats() -> None:
    with pytest.raises(InputError, match=r"^kv_precision: .*no engine keeps a cache in AWQ; give one of fp32, fp16, bf16"):
        compute_cost.memory_needed("Llama 3.1 8B", None, 8192, kv_precision="AWQ")
    whole, half = (compute_cost.memory_needed("Llama 3 70B", None, 32768, kv_precision=one) for one in (None, "fp8"))
    assert half.value == pytest.approx(146.9, abs=0.1), "weights in 16 bits, 5.24 GB of cache"
    assert whole.values["kv_cache"].value == pytest.approx(2 * float(half.values["kv_cache"].value))


def test_nothing_is_trained_in_a_format_that_only_stores_weights() -> None:
    for written in ("Q4_K_M", "int4", "AWQ", "4.5bpw"):
        with pytest.raises(InputError, match=r"^precision: .*no training run in .* is known"):
            compute_cost.train_cost("Llama 2 7B", gpu="H100", precision=written)
        with pytest.raises(InputError, match=r"^precision: .*a format of stored weights, not of training"):
            compute_cost.memory_needed("Llama 2 7B", written, use="training")
        assert compute_cost.memory_needed("Llama 2 7B", written, use="qlora").value < 6
    for estimate in (compute_cost.train_cost, compute_cost.finetune_cost):
        with pytest.raises(InputError, match="^precision: "):  # chips have a peak of it, and nobody has published a run at it
            estimate("Llama 2 7B", 1e7, "A100", precision="int8")
    stored, wide = (compute_cost.finetune_cost("Llama 2 7B", 1e7, "A100", "qlora", precision=kept).value for kept in ("int8", "nf4"))
    assert stored == pytest.approx(wide, rel=0.2), "a base in 8 bits is unpacked and multiplied in 16"


# Published reports

# Model, chip, number, format, context and whether it runs there, by model cards, release notes and users' reports.
REPORTS = [
    ("gpt-oss-120b", "H100", 1, None, None, True), ("gpt-oss-20b", "RTX 4080", 1, None, None, True),
    ("DeepSeek-V3", "H200", 8, "fp8", None, True), ("DeepSeek-V3", "H100", 8, "fp8", None, False),
    ("Kimi K2", "H200", 8, "fp8", 131072, False), ("Llama 3.1 405B", "H100", 8, "fp8", None, True),
    ("Llama 3.1 405B", "MI300X", 8, "bf16", None, True), ("Llama 4 Scout", "H100", 1, "int4", None, True),
    ("Llama 4 Maverick", "H100", 8, "fp8", None, True), ("Qwen3-235B-A22B", "H100", 4, "fp8", None, True),
    ("Qwen3-235B-A22B", "A100", 4, "fp8", None, True), ("GLM-4.6", "H200", 4, "fp8", None, True),
    ("Llama 3.1 70B", "RTX 3090", 2, "Q4_K_M", None, True), ("Gemma 3 27B", "RTX 3090", 1, "int4", None, True),
    ("Llama 3.3 70B", "RTX PRO 6000", 1, "NVFP4", None, True), ("DeepSeek-R1", "M3 Ultra", 1, "Q4_K_M", None, True),
    ("Llama 3.1 405B", "M3 Ultra", 1, "Q4_K_M", None, True), ("Qwen3-32B", "RTX 4090", 1, "Q4_K_M", 16384, True),
    ("Qwen2.5-VL-7B", "RTX 4090", 1, "bf16", None, True), ("Wan2.1-1.3B", "RTX 4090", 1, "bf16", None, True),
    ("Llama 3.1 70B", "A100", 1, "GPTQ", None, True), ("Llama 3.1 8B", "T4", 1, "Q8_0", None, True),
    ("Qwen2.5 32B", "RTX 4090", 1, "int4", 16384, True), ("Llama 3.3 70B", "RTX 4090", 1, "Q4_K_M", None, False),
    ("Llama 3.1 70B", "RTX 3090", 6, "fp16", None, True),
]  # fmt: skip
# By a part of a gigabyte: of an image model the transformer is held with its working values, of which a part can be moved to the host.
TOO_CAREFUL = [("FLUX.1-dev", "RTX 4090", 1, "bf16", None)]


@pytest.mark.parametrize(("name", "gpu", "gpus", "precision", "context", "runs"), REPORTS)
def test_what_runs_where_by_published_reports(
    name: str, gpu: str, gpus: int, precision: str | None, context: int | None, runs: bool
) -> None:
    assert compute_cost.memory_fit(name, gpu, gpus, precision, context).values["fits"].value == ("yes" if runs else "no")


@pytest.mark.parametrize(("name", "gpu", "gpus", "precision", "context"), TOO_CAREFUL)
def test_what_runs_though_a_little_seems_to_be_missing(name: str, gpu: str, gpus: int, precision: str, context: int | None) -> None:
    found = compute_cost.memory_fit(name, gpu, gpus, precision, context).values
    assert float(found["usable_per_gpu"].value) < float(found["needed_per_gpu"].value) < 1.03 * float(found["usable_per_gpu"].value)


# Ranges


@pytest.mark.parametrize("use", USES)
def test_the_weights_of_a_known_model_have_no_range(use: str) -> None:
    """Only what fine-tuning and training assume has one."""
    found = compute_cost.memory_needed("Llama 2 7B", use=use)
    names = {"training": {"optimizer_bytes_mixed"}, "lora": {"lora_rank", "bytes_per_adapter_parameter"}}
    names["qlora"] = names["lora"] | {"bits_per_parameter_nf4"}
    assert ranged("memory_needed", "Llama 2 7B", use=use) == names.get(use, set())
    assert (found.low < found.high) == (use != "inference")
    assert compute_cost.memory_needed(7e9).low == compute_cost.memory_needed(7e9).high == 14


def test_every_ranged_assumption_is_in_the_range() -> None:
    running, stored = {"prefill_chunk", "runtime_memory"}, {"bits_per_parameter_int4"}
    shape = {"width_per_layer", "usual_cache_width"}
    assert ranged("memory_needed", "Llama 2 70B", "int4", 32768) == running | stored
    assert ranged("memory_needed", 70e9, "int4", 32768) == running | stored | shape | {"usual_head_params"}
    assert ranged("memory_needed", "SDXL") == {"activations_per_image", "runtime_memory"}
    assert ranged("memory_fit", 70e9, "RTX 4090") == running | shape | {"fit_context", "card_memory_share"}
    assert ranged("memory_fit", 70e9, "M2 Ultra", context=131072) == running | shape | {"unified_memory_share"}
    adapters = {"lora_rank", "bytes_per_adapter_parameter", "runtime_memory", "memory_share", "fit_context_finetuning"}
    assert ranged("memory_fit", "Llama 2 70B", "L40S", use="qlora") == adapters | {"bits_per_parameter_nf4"}
    assert ranged("memory_fit", 70e9, "A100", use="training") == shape | {
        "optimizer_bytes_mixed", "runtime_memory", "memory_share", "fit_context"
    }  # fmt: skip


def test_the_cache_of_a_bare_count_is_anybodys_guess() -> None:
    """Worked out from its parameters alone, the memory of four recent models in five lies in the range."""
    known, held = 0, 0
    for one in models().rows:
        if one.kind in ("dense", "moe") and one.layers and (one.kv_width or one.kv_heads) and one.released >= "2024":
            by_name, by_count = (compute_cost.memory_needed(size, "bf16", 32768) for size in (one.name, one.params))
            known, held = known + 1, held + (by_count.low <= by_name.value <= by_count.high)
    assert known > 40
    assert 0.75 < held / known < 0.95
    guess = compute_cost.memory_needed(7e9, "bf16", 32768)
    llama = [compute_cost.memory_needed(name, "bf16", 32768).value for name in ("Llama 3 8B", "Llama 2 7B")]
    assert guess.low < llama[0] < llama[1] < guess.high, "with few heads of keys and values, and with all"


def test_a_number_of_accelerators_is_whole_at_its_ends() -> None:
    for arguments in (
        ("70B", "RTX 4090", None, "int4"),
        ("671B", "H100", None, "fp8", 32768),
        ("7B", "H100", None, None, None, None, "training"),
    ):
        found = compute_cost.memory_fit(*arguments)
        assert found.low <= found.value <= found.high
        assert found.low < found.high
        for end in (found.low, found.high):
            assert end == int(end)


def test_what_is_put_in_place_of_an_assumption_holds_in_the_table_too() -> None:
    fit = compute_cost.registry.get("memory_fit").call
    usual, half = fit("Llama 2 70B", "A100"), fit("Llama 2 70B", "A100", assume={"memory_share": 0.5})
    assert (usual.value, half.value) == (2, 4)
    for result, share in ((usual, 0.9), (half, 0.5)):
        (row,) = [row for row in result.table if row[0] == "A100 SXM 80GB"]
        assert row[2] == pytest.approx(share * 81920 * 2**20 / 1e9)
        assert row[3] == result.value


# More is more


@given(SIZES, CONTEXTS, BATCHES, st.sampled_from(USES), st.integers(min_value=2, max_value=10))
def test_more_takes_more(size: float | str, context: int, batch: int, use: str, factor: int) -> None:
    base = compute_cost.memory_needed(size, None, context, batch, use).value
    assert compute_cost.memory_needed(size, None, context, batch * factor, use).value >= base
    assert compute_cost.memory_needed(size, None, context * factor, batch, use).value >= base
    if isinstance(size, float):
        assert (
            compute_cost.memory_needed(size * factor, None, None, batch, use).value
            > compute_cost.memory_needed(size, None, None, batch, use).value
        )


def test_memory_grows_with_the_bits() -> None:
    by_bits = ("int4", "mxfp4", "fp4", "fp8", "mxfp8", "bf16", "fp32")
    for size in (70e9, "Llama 2 70B", "DeepSeek-V3"):
        found = [compute_cost.memory_needed(size, precision, 4096).value for precision in by_bits]
        assert found == sorted(found)
        assert len(set(found)) == len(found)


# Fit


def test_what_is_known_to_fit() -> None:
    assert not fits("Llama 2 70B", "RTX 4090", 1, "int4")
    assert fits("Llama 2 70B", "RTX 4090", 2, "int4")
    assert fits("DeepSeek-V3", "H200", 8)
    assert fits("DeepSeek-V3", "H200", 8, "fp8")
    assert not fits("DeepSeek-V3", "H100", 8, "fp8")
    assert not fits("DeepSeek-V3", "H200", 8, "bf16")
    assert fits("gpt-oss-120b", "H100", 1)
    assert fits("gpt-oss-20b", "T4", 1)
    assert fits("Llama 3.1 405B", "H100", 8, "fp8")
    assert not fits("Llama 3.1 405B", "H100", 8, "bf16")
    assert fits("Llama 2 70B", "A100", 2)
    assert not fits("Llama 2 70B", "A100", 1)
    assert fits("LLaMA 65B", "A6000", 1, use="qlora")
    assert not fits("LLaMA 65B", "A6000", 1, use="lora")


@pytest.mark.parametrize("model", [one.name for one in models().rows if one.kind == "diffusion"])
def test_image_models_run_on_a_laptop(model: str) -> None:
    assert fits(model, "M1 Max", 1)


def test_stable_diffusion_runs_on_a_card_of_8_gb() -> None:
    for model in ("Stable Diffusion 1.5", "Stable Diffusion 2-base"):
        assert float(compute_cost.memory_fit(model).values["needed_per_gpu"].value) < 8 * 0.88
    assert float(compute_cost.memory_fit("SDXL").values["needed_per_gpu"].value) > 8  # needs tricks there


def test_a_part_of_the_model() -> None:
    found = compute_cost.memory_fit(175e9, "A100-40GB", precision="bf16")
    assert found.values["share_that_fits"].value == pytest.approx(0.95 * 40 / 350, rel=0.03)
    assert float(found.values["headroom_per_gpu"].value) < 0
    assert compute_cost.memory_fit(175e9, "A100-40GB", int(found.value), "bf16").values["share_that_fits"].value == 1


def test_unified_memory_is_not_all_usable() -> None:
    assert compute_cost.memory_fit(7e9, "M1 Max").values["usable_per_gpu"].value == pytest.approx(48 * 2**30 / 1e9)
    assert compute_cost.memory_fit(7e9, "H100").values["usable_per_gpu"].value == pytest.approx(0.9 * 81559 * 2**20 / 1e9)


def test_a_24_gb_card_holds_24_gib() -> None:
    """What people run: Qwen2.5 32B in four bits with 16k tokens on one RTX 4090 (a process gets 24.9e9 bytes), 70B in F16 on six RTX 3090."""
    assert compute_cost.memory_fit("Qwen2.5 32B", "RTX 4090", 1, "int4", 16384).value == 1
    assert compute_cost.memory_fit("Llama 2 70B", "RTX 3090", 6, "bf16", 2048).values["fits"].value == "yes"


@pytest.mark.parametrize("asked", [("7B", "T4"), ("Qwen3 32B", "RTX 3090", 1, "Q4_K_M", 16384), ("gpt-oss-120b", "RTX 5090")])
def test_a_count_ranges_no_further_than_what_it_counts(asked: tuple[Any, ...]) -> None:
    """Each input alone moves a count by nothing or a whole accelerator; joined as if each had moved it so far, the range held none, or 4
    where the worst of everything takes 2."""
    fit = compute_cost.memory_fit(*asked)
    assert 1 <= fit.low <= fit.value <= fit.high <= fit.value + 1
    assert all(swing.at_low == int(swing.at_low) and swing.at_high == int(swing.at_high) for swing in fit.swings)


def test_what_limits_a_split() -> None:
    """Heads and layers divide only into whole parts, and a latent KV vector stands on every chip of a tensor split."""

    def split(model: str, gpu: str, gpus: int) -> dict[str, float]:
        parts = ("weights", "kv_cache", "activations", "overhead", "needed_per_gpu")
        values = compute_cost.memory_fit(model, gpu, gpus).values
        return {name: float(values[name].value) for name in parts}

    qwen = split("Qwen2.5 7B", "T4", 3)  # 28 heads and 28 layers: the fullest of three chips has nine layers and the output head, or ten
    end = 152064 * 3584 * 2 / 1e9
    layer = (qwen["weights"] + qwen["kv_cache"] - 2 * end) / 28
    fixed = qwen["activations"] + qwen["overhead"]
    assert qwen["needed_per_gpu"] == pytest.approx(min(9 * layer + end, 12 * layer) + fixed)
    deepseek = split("DeepSeek-V3", "H200", 8)  # heads divide by eight, the latent vector does not
    fixed = deepseek["activations"] + deepseek["overhead"]
    assert deepseek["needed_per_gpu"] == pytest.approx(deepseek["weights"] / 8 + deepseek["kv_cache"] + fixed)
    llama = split("Llama 2 70B", "A100", 8)  # eight KV heads, one for each chip
    fixed = llama["activations"] + llama["overhead"]
    assert llama["needed_per_gpu"] == pytest.approx((llama["weights"] + llama["kv_cache"]) / 8 + fixed)


def test_no_fit_is_said() -> None:
    assert any(
        "does not fit on one RTX 4090" in text for text in compute_cost.memory_fit("Llama 2 70B", "RTX 4090", precision="int4").warnings
    )
    assert any("does not fit on 8 H100" in text for text in compute_cost.memory_fit("DeepSeek-V3", "H100", 8).warnings)
    assert not any("does not fit" in text for text in compute_cost.memory_fit("Llama 2 70B", "RTX 4090", 2, "int4").warnings)


def test_what_does_not_fit_is_told_the_format_in_which_it_would() -> None:
    def offered(*asked: Any) -> list[str]:
        fit = compute_cost.memory_fit(*asked)
        assert not [entry.name for entry in fit.inputs if entry.name in ("bits_per_parameter_fp8", "bits_per_parameter_q4_k_m")]
        return [text for text in fit.warnings if "would fit in" in text]

    (home,) = offered("Qwen3 32B", "RTX 3090")
    assert home.startswith("it would fit in Q4_K_M")
    assert fits("Qwen3 32B", "RTX 3090", precision="Q4_K_M")
    (server,) = offered("Llama 3.1 405B", "H100", 8)
    assert server.startswith("it would fit in fp8")
    assert fits("Llama 3.1 405B", "H100", 8, "fp8")
    assert not offered("Llama 3.1 405B", "RTX 3090"), "nor in four bits"
    assert not offered("Llama 3.1 8B", "RTX 3090"), "it fits as it is"


def test_sharding_of_training() -> None:
    assert compute_cost.memory_fit(7e9, "H100", use="training").value == 2
    assert fits("Llama 2 70B", "H100", 32, use="training")
    assert not fits("Llama 2 70B", "H100", 8, use="training")


def test_the_table_names_every_chip() -> None:
    found = compute_cost.memory_fit("Llama 2 70B", precision="int4")
    header, *rows = found.table
    assert found.rows == len(rows)
    assert header[:2] == ("accelerator", "memory (GB)")
    own = {str(row[0]) for row in rows if not str(row[0]).startswith("unified memory, such as ")}
    assert own == {one.name for one in accelerators().rows if one.link != "unified memory" and one.status != "announced"}
    assert len(rows) - len(own) == len({(one.memory, one.memory_reported) for one in accelerators().rows if one.link == "unified memory"})
    usable, needed = ([row[column] for row in rows] for column in (2, 3))
    assert usable == sorted(usable)
    counts = [count for count in needed if count != ""]  # a card of 4 GB does not hold the activations
    assert counts == sorted(counts, reverse=True)
    by_name = {row[0]: row for row in rows}
    assert by_name["RTX 4090"][3] == 2
    assert by_name["H100 SXM 80GB"][3] == 1
    assert by_name["H100 SXM 80GB"][5] == "one is enough"


def test_bad_input() -> None:
    with pytest.raises(UnknownName, match="^use: .*one of inference, training, lora, qlora"):
        compute_cost.memory_needed(7e9, use="serving")
    with pytest.raises(UnknownName, match="^gpu: "):
        compute_cost.memory_fit(7e9, "H1000")
    with pytest.raises(InputError, match="^gpus: "):
        compute_cost.memory_fit(7e9, "H100", 1.5)
    with pytest.raises(InputError, match="^context: .*activations take .*smaller batch or context"):
        compute_cost.memory_fit("Llama 2 7B", context=1e9, use="lora")
    with pytest.raises(InputError, match="^batch: "):
        compute_cost.memory_fit("SDXL", "T4", batch=100)


def test_every_answer_has_its_sources() -> None:
    for use in USES:
        for model in ("Llama 2 70B", "DeepSeek-V3", "SDXL", 7e9):
            found = compute_cost.memory_fit(model, use=use)
            assert found.sources
            assert {"memory_share", "runtime_memory", "gpu"} <= {one.name for one in found.inputs}


def test_the_parts_of_the_memory_are_memory() -> None:
    """A mixture's share of active parameters is none, and would be 1e-9 GB of it."""
    result = compute_cost.memory_needed("Mixtral 8x7B", context=4096)
    whole = ("memory", "activations_kept")
    parts = [float(figure.value) for name, figure in result.values.items() if figure.unit == "GB" and name not in whole]
    assert sum(parts) == pytest.approx(result.value, rel=1e-12)
    assert min(filter(None, parts)) > 0.01
    assert "active" not in "".join([*result.values, *(step.formula for step in result.steps if step.label == "Memory")])


def test_a_request_beyond_what_a_model_is_made_for_is_said() -> None:
    beyond = "Llama 2 7B is made for 4,096 tokens, and {} are asked for"
    assert beyond.format("32,768") in compute_cost.memory_needed("Llama 2 7B", context=32768).warnings
    assert beyond.format("32,768") in compute_cost.memory_fit("Llama 2 7B", "H100", context=32768).warnings
    assert beyond.format("9,000") in compute_cost.infer_throughput("Llama 2 7B", "H100", input_tokens=8000, output_tokens=1000).warnings
    assert not any("is made for" in text for text in compute_cost.memory_fit("Llama 2 7B", "H100", context=4096).warnings)
