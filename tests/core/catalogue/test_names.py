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
    "Gaudi2 AI Training Accelerator": "gaudi2",
}
OTHER_CHIPS = (  # each one word away from a chip that is known
    "NVIDIA GeForce RTX 4090 Laptop GPU", "NVIDIA GeForce RTX 4090 D", "NVIDIA GeForce RTX 3090 Ti", "AMD H100", "Intel Instinct MI300X",
    "NVIDIA H100 64GB HBM2", "NVIDIA A100-SXM-64GB", "Apple M4 Max 36GB", "NVIDIA H300", "GRID A100-4C", "NVIDIA H20-3e", "NVIDIA",
    "AMD Instinct", "HBM3", "MIG 3g.40gb H100",
)  # fmt: skip
MODELS = {
    "meta-llama/Llama-3.1-8B-Instruct": "Llama 3.1 8B",
    "unsloth/Meta-Llama-3.1-8B-Instruct": "Llama 3.1 8B",
    "llama3.1:8b": "Llama 3.1 8B",
    "llama3.1:8b-instruct": "Llama 3.1 8B",
    "meta-llama/Llama-2-7b-chat-hf": "Llama 2 7B",
    "openrouter/meta-llama/llama-3.1-70b-instruct": "Llama 3.1 70B",
    "meta-llama/Llama-3.1-405B-Instruct": "Llama 3.1 405B",
    "someone/Llama-3-8B-Instruct-20250714": "Llama 3 8B",
    "deepseek-ai/DeepSeek-V3-Base": "DeepSeek-V3",
    "us.meta.llama3-1-8b-instruct-v1:0": "Llama 3.1 8B",
    "accounts/fireworks/models/llama-v3p1-70b-instruct": "Llama 3.1 70B",
    "meta-llama/llama-3.1-8b-instruct:free": "Llama 3.1 8B",
    "llama-3-1-405b": "Llama 3.1 405B",
}
OTHER_MODELS = (
    "deepseek-r1:7b", "deepseek-v3-1", "kimi-k2-6", "llama-31-8b", "us.meta.", ":latest", "deepseek-ai/DeepSeek-R1-Distill-Llama-70B", "deepseek-ai/DeepSeek-V2.5", "bartowski/DeepSeek-V2.5-GGUF",
    "nvidia/DeepSeek-V3.2-NVFP4", "moonshotai/Kimi-K2.6", "Llama-3.1-9B", "meta-llama/Llama-Guard-3-8B", "instruct", "meta-llama/", "/", "::",
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


@pytest.mark.parametrize(
    ("written", "name", "count"),
    [("8xH100", "H100", 8), ("H100 x8", "H100", 8), ("A100:8", "A100", 8), ("2 x NVIDIA L40S", "NVIDIA L40S", 2)],
)
def test_a_name_of_several_chips_says_where_the_number_goes(written: str, name: str, count: int) -> None:
    with pytest.raises(InputError) as refused:
        compute_cost.train_cost("GPT-3", None, written)
    assert f'it names {count} of one chip; give "{name}" here and the number as gpus' in str(refused.value)


@pytest.mark.parametrize(
    ("written", "name", "spoken"),
    [
        ("Llama-3.1-8B-Instruct-Q4_K_M.gguf", "Llama-3.1-8B-Instruct", "Q4_K_M"),
        ("unsloth/Llama-3.1-8B-Instruct-bnb-4bit", "unsloth/Llama-3.1-8B-Instruct", "bnb-4bit"),
        ("TheBloke/Llama-2-7B-GPTQ", "TheBloke/Llama-2-7B", "GPTQ"),
        ("llama3.1:8b-q8_0", "llama3.1:8b", "q8_0"),
        ("meta-llama/Llama-3.1-405B-Instruct-FP8", "meta-llama/Llama-3.1-405B-Instruct", "FP8"),
    ],
)
def test_a_copy_in_another_format_says_how_to_ask_for_it(written: str, name: str, spoken: str) -> None:
    for estimate, more in ((compute_cost.memory_needed, ()), (compute_cost.model_fact, ("params",))):
        with pytest.raises(InputError) as refused:
            estimate(written, *more)
        assert f'it names a copy of a model in {spoken}; give "{name}" here and its number format as precision' in str(refused.value)
    assert names.find("model", name) is not None


def test_a_name_of_any_length_or_of_controls_is_one_line() -> None:
    for written in ("H100 " * 3000, "a/" * 5000, "H100\x00", "\u202eH100", "-" * 99, "(" * 90):
        for arguments in (("GPT-3", None, written), (written, "1T", "H100")):
            with pytest.raises(InputError) as refused:
                compute_cost.train_cost(*arguments)
            assert str(refused.value).isprintable()
            assert len(str(refused.value)) < 500
