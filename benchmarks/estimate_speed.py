"""Ratios on one machine in one run: an estimate with provenance against the peers' calls, and starting over bare Python.

Run with the peers installed too: uv run --with ftuneai --with llm-analysis python benchmarks/estimate_speed.py
"""

from __future__ import annotations

import logging
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import compute_cost

CALLS, ROUNDS = 2000, 15


def microseconds(call: Callable[[], Any]) -> float:
    """Time of one call, as the median of rounds."""
    rounds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for _ in range(CALLS):
            call()
        rounds.append((time.perf_counter() - started) / CALLS * 1e6)
    return statistics.median(rounds)


def start(code: str) -> float:
    """Seconds of a fresh Python that runs `code`, as the median of rounds."""
    rounds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
        rounds.append(time.perf_counter() - started)
    return statistics.median(rounds)


def ftuneai() -> Callable[[], Any]:
    from ftuneai import Estimator

    estimator = Estimator(model="meta-llama/Llama-3.1-8B")
    return lambda: estimator.estimate_time("A100-80GB")


def llm_analysis() -> Callable[[], Any]:
    from llm_analysis.analysis import LLMAnalysis
    from llm_analysis.config import ParallelismConfig, get_gpu_config_by_name, get_model_config_by_name

    model, gpu = get_model_config_by_name("facebook_opt-175b"), get_gpu_config_by_name("a100-sxm-80gb")
    logging.disable(logging.CRITICAL)  # it logs every call; that is not what is timed
    analysis = LLMAnalysis(model, gpu, flops_efficiency=0.5, parallelism_config=ParallelismConfig(tp_size=8, pp_size=16))
    return lambda: analysis.training(batch_size_per_gpu=1, seq_len=2048, total_num_tokens=300_000_000_000)


def peers() -> Iterator[tuple[str, float]]:
    """The time of a training estimate of each peer that is installed; their own default work, no sources, no range."""
    for make in (ftuneai, llm_analysis):
        try:
            call = make()
        except ImportError:
            print(f"{make.__name__} is not installed: no ratio")
            continue
        yield make.__name__, microseconds(call)


# What a user starts, and what bare Python is compared with.
COMMANDS = {
    "import compute_cost": "import compute_cost",
    "compute-cost --version": "--version",
    "compute-cost call": 'call train_cost {"params":"GPT-3"}',
    "compute-cost ask --offline": "ask --offline what-does-GPT-3-cost-to-train",
    "compute-cost tools": "tools",
    "compute-cost data check": "data check",
}


def main() -> None:
    calls: dict[str, Callable[[], Any]] = {
        "train_cost, a named model": lambda: compute_cost.train_cost("GPT-3", None, "A100"),
        "train_cost, counts and a given utilization": lambda: compute_cost.train_cost(175e9, 300e9, "A100", 2, 0.4),
    }
    times = {name: microseconds(call) for name, call in calls.items()}
    fresh = iter(range(10**9))
    new = "train_cost, never asked before (utilization predicted afresh)"
    times[new] = microseconds(lambda: compute_cost.train_cost(7e9 + next(fresh), 1e12, "H100"))
    others = dict(peers())
    for name, taken in times.items():
        against = "".join(f", {taken / reference:.2g} times {other}'s call" for other, reference in others.items())
        print(f"{name}: {taken:.1f} us{against}")
    bare = start("pass")
    for name, wanted in COMMANDS.items():
        code = (
            wanted
            if name.startswith("import")
            else f"import sys; sys.argv[1:] = {wanted.split(' ', 2)!r}; from compute_cost.command.cli import main; main()"
        )
        loaded = start(code)
        print(f"{name}: {loaded / bare:.1f} times bare Python ({loaded - bare:.2f} s more)")


if __name__ == "__main__":
    main()
