"""Names of chips and models as drivers, consoles, model hubs and files write them."""

from __future__ import annotations

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.catalogue import names
from compute_cost.errors import CostError, InputError

CHIPS = {  # as nvidia-smi, PyTorch, rocm-smi, Kubernetes labels and consoles print them
    "NVIDIA H100 80GB HBM3": "h100-sxm-80",
    "NVIDIA-H100-80GB-HBM3": "h100-sxm-80",
    "NVIDIA H100 PCIe": "h100-pcie-80",
    "Ｈ１００": "h100-sxm-80",  # wide letters
    "H100\u200b": "h100-sxm-80",  # pasted from a web page
    "GPU 0: NVIDIA RTX A6000 (48GB VRAM)": "rtx-a6000",
    "MSI RTX 3090 Gaming X Trio": "rtx-3090",
    "RTX6000Ada 48GB": "rtx-6000-ada",
    "NVIDIA H100 NVL": "h100-nvl-94",
    "NVIDIA A100-SXM4-80GB": "a100-sxm-80",
    "NVIDIA A100-SXM4-40GB": "a100-sxm-40",
    "NVIDIA A100-PCIE-40GB": "a100-pcie-40",
    "NVIDIA A100 80GB PCIe": "a100-pcie-80",
    "A100-80GB-SXM": "a100-sxm-80",
    "Tesla V100-SXM2-16GB": "v100-sxm2-16",
    "Tesla V100-PCIE-16GB": "v100-pcie-16",
    "NVIDIA L40S": "l40s",
    "NVIDIA H200": "h200-sxm-141",
    "NVIDIA B200": "b200",
    "B200 SXM6 180GB": "b200",
    "NVIDIA RTX 6000 Ada Generation": "rtx-6000-ada",
    "NVIDIA GeForce RTX 4090": "rtx-4090",
    "nvidia-tesla-t4": "t4",
    "AMD Instinct MI300X": "mi300x",
    "AMD Instinct MI300X 192GB HBM3": "mi300x",
    "AMD Instinct MI300X OAM": "mi300x",
    "NVIDIA H20 SXM": "h20-sxm-96",
    "Mac Studio M4 Max": "m4-max",
    "Gaudi2 AI Training Accelerator": "gaudi2",
    "GA100 [A100 SXM4 40GB]": "a100-sxm-40",
    "3D controller: NVIDIA Corporation GH100 [H100 SXM5 80GB] (rev a1)": "h100-sxm-80",
    "NVIDIA Blackwell GPU (B200-SXM-180GB)": "b200",
    "H100_NVLINK_80GB": "h100-sxm-80",
    "GA100GL [A30 PCIe]": "a30",
    "Amazon.com, Inc. NeuronDevice (Trainium)": "trainium1",
    "NVIDIA A100": "a100-sxm-80", "nvidia-tesla-a100": "a100-sxm-40", "NVIDIA_TESLA_A100": "a100-sxm-40",  # a label is Google Cloud's
    "NVIDIA GeForce RTX 3090 (24124 MiB)": "rtx-3090", "RTX 3090 with 24 GB VRAM": "rtx-3090", "PNY RTX 6000 Ada 48GB": "rtx-6000-ada",
    "AMD Instinct MI300X (radeonsi)": "mi300x", "Ada RTX 6000": "rtx-6000-ada", "h100_94gb": "h100-nvl-94",
    "MacBook Pro 16-inch (2024) M4 Max 128GB unified memory": "m4-max", "TPU v6e (Trillium)": "tpu-v6e",
}  # fmt: skip
OTHER_CHIPS = (  # each one word away from a chip that is known
    "NVIDIA H200 NVL", "NVIDIA H800 NVL", "GV100GL [Tesla V100 SXM3 32GB]", "NVIDIA A100-SXM4-80GB-SHARED", "GRID A100A", "A100X",
    "AMD Instinct MI250X / MI250", "Navi 31 [Radeon RX 7900 XT/7900 XTX]", "0xH100", "v5p-7", "g6f.large", "gcp p5.48xlarge",
    "NVIDIA GeForce RTX 4090 Laptop GPU", "NVIDIA GeForce RTX 4090 D", "NVIDIA GeForce RTX 3090 Ti", "AMD H100", "Intel Instinct MI300X",
    "NVIDIA H100 64GB HBM2", "NVIDIA A100-SXM-64GB", "Apple M4 Max 36GB", "NVIDIA H300", "GRID A100-4C", "NVIDIA H20-3e", "NVIDIA",
    "AMD Instinct", "HBM3", "MIG 3g.40gb H100", "L40S SXM", "RTX 4090 SXM", "MI300X SXM", "H100 OAM", "Mac Studio H100", "Mac Studio",
    "NVIDIA RTX 3090 (12288 MiB)", "TPU v6e (Ironwood)", "ml.a3-highgpu-8g", "MacBook Pro M4", "dual", "ASUS",
)  # fmt: skip
MODELS = {
    "meta-llama/Llama-3.1-8B-Instruct": "Llama 3.1 8B",
    "unsloth/Meta-Llama-3.1-8B-Instruct": "Llama 3.1 8B",
    "llama3.1:8b": "Llama 3.1 8B",
    "models--meta-llama--Llama-3.1-8B-Instruct": "Llama 3.1 8B",  # a folder of the hub's cache
    "Ｌｌａｍａ ３．１ ８Ｂ": "Llama 3.1 8B",
    "llama3.1:8b-instruct": "Llama 3.1 8B",
    "meta-llama/Llama-2-7b-chat-hf": "Llama 2 7B",
    "openrouter/meta-llama/llama-3.1-70b-instruct": "Llama 3.1 70B",
    "meta-llama/Llama-3.1-405B-Instruct": "Llama 3.1 405B",
    "someone/Llama-3-8B-Instruct-20240418": "Llama 3 8B",
    "llama31-8b-instruct": "Llama 3.1 8B",
    "deepseek3-671b": "DeepSeek-V3",
    "Llama-3.3-70B-Instruct-Turbo": "Llama 3.3 70B",
    "deepseek-ai/DeepSeek-V3-Base": "DeepSeek-V3",
    "us.meta.llama3-1-8b-instruct-v1:0": "Llama 3.1 8B",
    "accounts/fireworks/models/llama-v3p1-70b-instruct": "Llama 3.1 70B",
    "meta-llama/llama-3.1-8b-instruct:free": "Llama 3.1 8B",
    "llama-3-1-405b": "Llama 3.1 405B",
    "Llama-3.3-70B-Instruct-00002-of-00003.gguf": "Llama 3.3 70B",
    "model-host/Llama-3.1-8B-Instruct-00001-of-00004.safetensors": "Llama 3.1 8B",
    "bartowski/meta-llama_Llama-3.1-8B-Instruct-GGUF": "Llama 3.1 8B",
    "deepseek-ai_DeepSeek-V3.gguf": "DeepSeek-V3",
}
OTHER_MODELS = (
    "deepseek-r1:7b", "deepseek-v3-1", "kimi-k2-6", "llama-31-8b", "llama-3.1-8b-reap-50", "us.meta.", ":latest", "deepseek-ai/DeepSeek-R1-Distill-Llama-70B", "deepseek-ai/DeepSeek-V2.5", "bartowski/DeepSeek-V2.5-GGUF",
    "nvidia/DeepSeek-V3.2-NVFP4", "moonshotai/Kimi-K2.6", "Llama-3.1-9B", "meta-llama/Llama-Guard-3-8B", "instruct", "meta-llama/", "/", "::",
    "someone/Llama-3-8B-Instruct-20250714", "gpt-4-turbo", "bartowski/ibm-granite_Llama-3.1-8B-GGUF", "Llama-3.1-8B-00001-of-4.gguf", "deepseek-ai_Llama-3.1-8B.gguf", "mistral-large-latest", "DeepSeek-R1-thinking", "yuhuili/EAGLE-LLaMA3-Instruct-8B",
    "nvidia/Llama-3.1-Nemotron-70B-Instruct", "mistralai/Mistral-Small-Instruct-2409", "Qwen-Llama-3.1-8B",
)  # fmt: skip


@pytest.mark.parametrize("written", CHIPS)
def test_a_chip_is_known_by_the_name_that_its_driver_prints(written: str) -> None:
    found = names.find("gpu", written)
    assert found is not None
    assert found.row.id == CHIPS[written]


@pytest.mark.parametrize("written", OTHER_CHIPS)
def test_another_chip_is_refused_however_near_it_is(written: str) -> None:
    assert names.find("gpu", written) is None
    with pytest.raises(CostError):
        compute_cost.gpu_fact(written, "name")


@pytest.mark.parametrize("written", MODELS)
def test_a_model_is_known_by_the_names_of_hubs_routers_and_tags(written: str) -> None:
    found = names.find("model", written)
    assert found is not None
    assert found.row.name == MODELS[written]
    assert compute_cost.memory_needed(written, "bf16").value == compute_cost.memory_needed(MODELS[written], "bf16").value


@pytest.mark.parametrize("written", OTHER_MODELS)
def test_another_model_is_refused_however_near_it_is(written: str) -> None:
    assert names.find("model", written) is None
    with pytest.raises(CostError):
        compute_cost.memory_needed(written)


def test_every_name_of_the_catalogue_means_what_it_did_behind_a_folder_and_in_capitals() -> None:
    for name, row in catalogue.models().names():
        for written in (name, name.upper(), f"someone/{name.replace(' ', '-')}"):
            found = names.find("model", written)
            assert found is None or found.row is row, written
            assert found is not None or "/" in name, written
    for name, chip in catalogue.accelerators().names():
        found = names.find("gpu", name.lower())
        assert found is not None
        assert found.row is chip


def test_an_answer_says_what_was_left_out_of_a_name() -> None:
    hub = compute_cost.memory_needed("unsloth/Llama-3-8B-Instruct-hf", "bf16")
    assert 'params: "unsloth/Llama-3-8B-Instruct-hf" is read as Llama 3 8B, without "unsloth/"' in hub.warnings[0]
    driver = compute_cost.train_cost("GPT-3", None, "NVIDIA H100 80GB HBM3")
    assert 'gpu: "NVIDIA H100 80GB HBM3" is read as H100 SXM 80GB, without "nvidia", "hbm3"' in driver.warnings
    assert driver.value == compute_cost.train_cost("GPT-3", None, "H100").value
    assert not any("is read as" in one for one in compute_cost.train_cost("GPT-3", None, "H100").warnings)
    assert any("is read as" in one for one in compute_cost.train_cost("GPT-3", None, "gpu=NVIDIA H100 80GB HBM3").warnings)


SEVERAL = {  # the chip and how many of it
    "8xH100": ("h100-sxm-80", 8), "H100 x8": ("h100-sxm-80", 8), "A100:8": ("a100-sxm-80", 8), "2 x NVIDIA L40S": ("l40s", 2),
    "gpu:b200:8": ("b200", 8), "v5p-8": ("tpu-v5p", 4), "v5litepod-8": ("tpu-v5e", 8), "p5.48xlarge": ("h100-sxm-80", 8), "2x p5.48xlarge": ("h100-sxm-80", 16),
    "H100-SXM-8-80G": ("h100-sxm-80", 8), "L40S-4-48G": ("l40s", 4),
    "a3-highgpu-8g x4": ("h100-sxm-80", 32),
    "aws p5.48xlarge": ("h100-sxm-80", 8), "ml.p5.48xlarge": ("h100-sxm-80", 8), "dual RTX 3090": ("rtx-3090", 2), "Standard_ND96isr_H200_v5": ("h200-sxm-141", 8),
}  # fmt: skip


@pytest.mark.parametrize("written", SEVERAL)
def test_a_name_of_several_chips_gives_their_number(written: str) -> None:
    chip, count = SEVERAL[written]
    found = names.find("gpu", written)
    assert found is not None
    assert (found.row.id, found.says["gpus"]) == (chip, count)


FORMATS = {
    "Llama-3.1-8B-Instruct-Q4_K_M.gguf": "q4_k_m", "unsloth/Llama-3.1-8B-Instruct-bnb-4bit": "nf4", "TheBloke/Llama-2-7B-GPTQ": "gptq",
    "llama3.1:8b-q8_0": "q8_0", "meta-llama/Llama-3.1-405B-Instruct-FP8": "fp8", "mlx-community/Llama-3.1-8B-4bit": "mlx_4bit",
    "someone/Llama-3.1-8B-4bit": "4bit", "someone/Llama-3.1-8B-AWQ-4bit": "awq", "someone/Llama-3.1-8B-AWQ-8bit": "8bit",
    "someone/Llama-3.1-8B-GPTQ-Int8": "gptq_int8", "Llama-3.3-70B-Instruct-Q8_0-00002-of-00003.gguf": "q8_0", "Llama-3.1-8B-quantized.w4a16": "w4a16",
    "llama3.1:8b-q4": "4bit", "nvidia/Llama-3.1-8B-Instruct-FP4-v2": "fp4", "mlx-community/Llama-3.1-8B-MXFP4-Q8": "mxfp4", "Llama 3.1 8B QAT": "q4_0",
    "hf.co/unsloth/Llama-3.1-8B-GGUF:Q4_K_XL": "ud_q4_k_xl", "mlx-community/Llama-3.1-8B-q6": "mlx_6bit",
}  # fmt: skip


@pytest.mark.parametrize("written", FORMATS)
def test_a_copy_in_another_format_gives_its_precision(written: str) -> None:
    found = names.find("model", written)
    assert found is not None
    assert found.says == {"precision": FORMATS[written]}
    assert compute_cost.memory_needed(written).value == compute_cost.memory_needed(found.row.name, FORMATS[written]).value
    assert compute_cost.model_fact(written, "params").value == compute_cost.model_fact(found.row.name, "params").value


def test_files_of_many_formats_are_asked_about() -> None:
    said = compute_cost.memory_needed("bartowski/Llama-3.1-8B-Instruct-GGUF")
    assert "give precision" in said.warnings[0]


@pytest.mark.parametrize(("what", "written"), [("model", "llama 3"), ("gpu", "RTX 6000")])
def test_a_name_that_may_be_two_things_is_asked_about(what: str, written: str) -> None:
    ask = compute_cost.model_fact if what == "model" else compute_cost.gpu_fact
    rows = names.several(what, written)
    with pytest.raises(InputError, match="it may be") as refused:
        ask(written, "name")
    assert rows
    assert all(row.name in str(refused.value) and names.figures(row) in str(refused.value) for row in rows)


def test_a_name_is_ever_shorter_for_a_list_of_its_own() -> None:
    found = {one.name: one for one in names.peeled("openrouter/openai/gpt-4o-2024-08-06")}
    assert next(iter(found)) == "openrouter/openai/gpt-4o-2024-08-06"
    assert found["gpt-4o"].says == {"host": "openrouter", "maker": "OpenAI", "day": "2024-08"}
    assert found["gpt-4o"].without == ("openrouter/", "openai", "2024-08-06")
    for written, bare, says in (
        ("us.anthropic.claude-3-5-sonnet-20241022-v2:0", "claude-3-5-sonnet", {"maker": "Anthropic", "day": "2024-10"}),
        ("gpt-5-high", "gpt-5", {"effort": "high"}),
        ("mistral-large-latest", "mistral-large", {"moving": "latest"}),
        ("someone/model-q4_k_m.gguf", "model", {"precision": "q4_k_m"}),
    ):
        assert {key: value for key, value in {one.name: one for one in names.peeled(written)}[bare].says.items() if key in says} == says
    assert all(one.name != "command-a" for one in names.peeled("cohere/command-a-plus-05-2026"))
    assert not list(names.peeled("x" * 101))


def test_a_name_of_any_length_or_of_controls_is_one_line() -> None:
    for written in ("H100 " * 3000, "a/" * 5000, "H100\x00", "\u202eH100", "-" * 99, "(" * 90):
        for arguments in (("GPT-3", None, written), (written, "1T", "H100")):
            with pytest.raises(InputError) as refused:
                compute_cost.train_cost(*arguments)
            assert str(refused.value).isprintable()
            assert len(str(refused.value)) < 500


def test_a_card_without_a_name_is_none_that_is_refused() -> None:
    for text in ("card", "24 GB card", "accelerator", "48 GB GPU"):
        assert names.refused("gpu", text) == "", text
    assert names.refused("gpu", "Groq LPU").startswith("Groq LPU is not estimated: ")
    assert names.refused("gpu", "CPU").startswith("CPU is not estimated: "), "the control: its own name is"


@pytest.mark.parametrize("written", ["NVIDIA A100-SXM4-80GB MIG 3g.40gb", "H100 MIG-1g.10gb"])
def test_a_slice_of_a_chip_is_refused_with_its_chip(written: str) -> None:
    assert "is a slice of a chip" in (why := names.refused("gpu", written))
    assert ("give A100 SXM 80GB" if "A100" in written else "give H100 SXM 80GB") in why
    assert not names.refused("gpu", "A100-SXM4-80GB")


@pytest.mark.parametrize(
    "written",
    [
        "google/diffusiongemma-26B-A4B-it",
        "RedHatAI/diffusiongemma-26B-A4B-it-FP8-dynamic",
        "DiffusionGemma",
        "stabilityai/stable-audio-open-1.0",
    ],
)
def test_a_model_that_no_estimate_takes_is_refused_with_its_reason(written: str) -> None:
    with pytest.raises(InputError, match="is not estimated: it "):
        compute_cost.memory_needed(written)
    assert not names.refused("model", "diffusiongemma-9b"), "the control: another size is another model"


@pytest.mark.parametrize("written", ["H100 NVL", "H100", "A100-SXM4-80GB", "8xH100"])
def test_a_name_without_a_rack_says_nothing_of_one(written: str) -> None:
    assert names.rack(written) is None
    assert not any("whole one" in text for text in compute_cost.rent_cost(written, hours=1, price_per_gpu_hour=3).warnings)


def test_a_version_that_a_row_only_holds_as_well_is_said() -> None:
    told = "is read as Mistral 7B, whose figures are taken for that version too"
    assert any(told in text for text in compute_cost.memory_needed("Mistral-7B-v0.3").warnings)
    for own in ("Mistral 7B", "Mistral-7B-v0.1", "Llama 3.1 405B", "Stable Diffusion 1.5"):
        assert not any("that version too" in text for text in compute_cost.memory_needed(own).warnings), own


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("gpt-realtime-2.1-mini", {"2.1"}),
        ("llama-v3p3-70b-instruct", {"3.3"}),
        ("meta.llama3-3-70b-instruct-v1:0", {"3.3"}),
        ("claude-opus-4-5-20251124", {"4.5"}),
        ("claude-3.7-sonnet", {"3.7"}),
        ("qwen3-235b-a22b-fp8", {"3"}),
        ("mistral-large-2411", set()),
        ("gpt-4o-2024-08-06", set()),
    ],
)
def test_versions_are_no_sizes_days_or_formats(name: str, says: set[str]) -> None:
    assert names.versions(name) == says
