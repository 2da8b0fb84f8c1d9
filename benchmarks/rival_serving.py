"""Asks NVIDIA's own tool, aiconfigurator, for the measured rows that it can answer, beside our predictions of the same rows.

    uv run --with aiconfigurator==0.12.0 python benchmarks/rival_serving.py    writes benchmarks/data/rival_serving.csv

Rows with a number of requests at once, of one copy over all chips, on its tables of H100, H200 and B200. It is told what the row
says: model, chips, engine, format, lengths, batch and how the chips share the model. The tool (Apache-2.0) is no dependency of the project.
"""

from __future__ import annotations

import csv
import logging
from collections import defaultdict
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from compute_cost import catalogue
from compute_cost.catalogue.columns import columns
from compute_cost.catalogue.measured import RivalServing, ServingRow, serving_rows

WRITTEN = Path(__file__).resolve().parent / "data" / "rival_serving.csv"
SYSTEMS = {"h100-sxm-80": "h100_sxm", "h200-sxm-141": "h200_sxm", "b200": "b200_sxm"}
FEW = 3  # rows of a group
ENGINES = {"vllm": "vllm", "tensorrt-llm": "trtllm", "sglang": "sglang"}
FORMATS = {"bf16": "bfloat16", "fp16": "bfloat16", "fp8": "fp8", "fp4": "nvfp4"}
# Names of the same or of a model of the same shape that its tables hold.
MODELS = {
    "llama-3-8b": "meta-llama/Meta-Llama-3.1-8B", "llama-3.1-8b": "meta-llama/Meta-Llama-3.1-8B",
    "llama-3-70b": "meta-llama/Meta-Llama-3.1-70B", "llama-3.1-70b": "meta-llama/Meta-Llama-3.1-70B",
    "llama-3.3-70b": "meta-llama/Meta-Llama-3.1-70B", "llama-3.1-405b": "meta-llama/Meta-Llama-3.1-405B",
    "qwen3-8b": "Qwen/Qwen3-8B", "qwen3-14b": "Qwen/Qwen3-14B", "qwen3-32b": "Qwen/Qwen3-32B", "qwen3-30b-a3b": "Qwen/Qwen3-30B-A3B",
    "qwen3-coder-30b-a3b": "Qwen/Qwen3-30B-A3B", "qwen3-235b-a22b": "Qwen/Qwen3-235B-A22B", "gpt-oss-20b": "openai/gpt-oss-20b",
    "gpt-oss-120b": "openai/gpt-oss-120b", "deepseek-r1": "deepseek-ai/DeepSeek-R1",
    "deepseek-v3.1": "deepseek-ai/DeepSeek-V3", "qwen3-coder-480b-a35b": "Qwen/Qwen3-Coder-480B-A35B-Instruct",
}  # fmt: skip


def asked(row: ServingRow) -> Mapping[str, Any] | None:
    """The row as the tool takes it; None where it has no words for it."""
    engine = ENGINES.get(row.engine.lower())
    if row.use != "batch given" or row.gpu not in SYSTEMS or row.model not in MODELS or not engine or not row.parallelism:
        return None
    model = catalogue.models().get(row.model)
    assert model
    spread = row.parallelism == "expert"
    chips = int(row.gpus)
    words: dict[str, Any] = {
        "model_path": MODELS[row.model], "system_name": SYSTEMS[row.gpu], "mode": "agg", "backend_name": engine,
        "isl": int(row.input_tokens or 0), "osl": int(row.output_tokens or 0), "batch_size": int(row.batch or 0), "tp_size": chips,
        "kvcache_quant_mode": "fp8" if row.kv_precision == "fp8" else "bfloat16",
    }  # fmt: skip
    fmt = "fp8_block" if row.precision == "fp8" and row.model.startswith("deepseek") else FORMATS.get(row.precision)
    if model.kind == "moe":
        words |= {"moe_tp_size": 1 if spread else chips, "moe_ep_size": chips if spread else 1, "moe_quant_mode": fmt}
    words["gemm_quant_mode"] = fmt
    return {name: value for name, value in words.items() if value is not None}


def sample() -> list[tuple[str, Mapping[str, Any]]]:
    """The rows that the tool has words for, a few of each table, model, chip and engine, spread evenly: one takes it a second or more."""
    groups: dict[tuple[str, ...], list[tuple[str, Mapping[str, Any]]]] = defaultdict(list)
    for row in serving_rows():
        words = asked(row)
        if words:
            groups[row.table, row.model, row.gpu, row.engine].append((row.id, words))
    return [group[len(group) * place // min(FEW, len(group))] for group in groups.values() for place in range(min(FEW, len(group)))]


def main() -> None:
    logging.disable(logging.CRITICAL)
    estimate = import_module("aiconfigurator.cli.api").cli_estimate
    tool = f"aiconfigurator {version('aiconfigurator')}"
    rows, refused = [], 0
    for name, words in sample():
        try:
            result = estimate(**words)
            rows.append([name, tool, f"{float(result.tokens_per_second):.5g}"])
        except Exception as problem:
            refused += 1
            print(name, str(problem).split("\n")[0][:120], flush=True)
    print(f"{len(rows)} rows answered, {refused} not")
    with WRITTEN.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([list(columns(RivalServing)), *rows])


if __name__ == "__main__":
    main()
