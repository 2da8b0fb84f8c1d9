"""The best layout and the requests at once, for what is asked: against every layout tried one by one."""

from __future__ import annotations

import math

import numpy as np
import pytest

from compute_cost.errors import DoesNotFit
from compute_cost.physics.model_memory import usable_memory
from compute_cost.physics.served_model import served
from compute_cost.physics.serving_group import serving
from compute_cost.physics.serving_layout import Layout, layouts
from compute_cost.physics.serving_plan import Asked, Target, best_plan, drawn_time
from compute_cost.physics.serving_time import ServingTime, own_prefill_of, serving_constants
from tests.support import chip, model


def asked(name: str, gpu: str, batch: float | None = None, target: Target = Target(), reads: float = 1000.0) -> Asked:  # noqa: B008
    known = model(name)
    return Asked(served(known, known.active, "fp8"), chip(gpu), usable_memory(chip(gpu)), reads, 1000.0, batch, target)


def tried(question: Asked, gpus: float, batch: float | None) -> dict[Layout, ServingTime]:
    basis = question.basis(serving_constants())
    paces = [basis.pace(one) for stages in layouts(question.work, question.gpu, gpus) for one in stages]
    return {pace.layout: pace.at(batch, own_prefill_of(batch)) for pace in paces if pace.room >= 1}


@pytest.mark.parametrize(
    ("name", "gpu", "gpus"), [("Llama 3.3 70B", "H100", 8), ("DeepSeek-V3", "H200", 16), ("Llama 3 8B", "RTX 4090", 6)]
)
@pytest.mark.parametrize("batch", [None, 1, 40])
def test_the_best_is_the_most_tokens(name: str, gpu: str, gpus: float, batch: float | None) -> None:
    question = asked(name, gpu, batch)
    plan = best_plan(question, gpus)
    assert plan is not None
    every = tried(question, gpus, batch)
    most = max(time.tokens_per_second for time in every.values())
    assert plan.time.tokens_per_second == most if batch != 1 else plan.time.tokens_per_second >= 0.985 * most
    assert plan.time == every[plan.layout]


@pytest.mark.parametrize(
    ("name", "gpu"), [("Llama 3 8B", "H100"), ("Llama 3.3 70B", "H200"), ("Mixtral 8x7B", "H100"), ("Qwen2.5 7B", "L4")]
)
@pytest.mark.parametrize("reads", [20.0, 300.0, 2000.0])
@pytest.mark.parametrize("gpus", [1, 2, 3, 6, 8, 16])
def test_what_a_full_copy_rules_out_would_not_serve_more(name: str, gpu: str, reads: float, gpus: float) -> None:
    question = asked(name, gpu, reads=reads)
    plan = best_plan(question, gpus)
    rates = [time.tokens_per_second for time in tried(question, gpus, None).values()]
    assert (plan.time.tokens_per_second if plan else 0) == max(rates, default=0)


@pytest.mark.parametrize(("name", "gpu", "gpus"), [("Llama 3.3 70B", "H100", 8), ("Llama 3 8B", "H100", 8), ("DeepSeek-V3", "H200", 8)])
@pytest.mark.parametrize("target", [Target(40.0), Target(None, 0.2), Target(30.0, 0.5)])
def test_a_target_is_kept_by_as_many_as_keep_it(name: str, gpu: str, gpus: float, target: Target) -> None:
    plan = best_plan(asked(name, gpu, None, target), gpus)
    assert plan is not None
    assert plan.missed == 0
    if target.stream_rate:
        assert 1 / plan.time.per_token >= target.stream_rate
    if target.first_token:
        assert plan.time.first_token_under_load <= target.first_token
    rates = [
        time.tokens_per_second
        for batch in np.unique(np.geomspace(1, 20000, 400).round())
        for time in tried(asked(name, gpu), gpus, batch).values()
        if target.missed(time) <= 1
    ]
    assert plan.time.tokens_per_second > 0.98 * max(rates)


@pytest.mark.parametrize(("name", "gpu", "gpus"), [("Llama 3.3 70B", "H100", 8), ("Llama 3 8B", "H100", 1), ("DeepSeek-V3", "H200", 8)])
def test_a_higher_speed_never_serves_more(name: str, gpu: str, gpus: float) -> None:
    """Down to one request at a time: its input is read before it is answered, so that its copy does not write all the time."""
    alone = best_plan(asked(name, gpu, 1, reads=30000.0), gpus)
    assert alone is not None
    most = 1 / alone.time.per_token
    plans = [best_plan(asked(name, gpu, None, Target(share * most), 30000.0), gpus) for share in (0.2, 0.4, 0.6, 0.8, 0.9, 0.999)]
    rates = [plan.time.tokens_per_second for plan in plans if plan]
    assert len(rates) == 6
    assert rates == sorted(rates, reverse=True)
    last = plans[-1]
    assert last is not None
    assert last.time.batch == 1
    answer = last.time.first_token + 1000 * last.time.step
    assert last.time.tokens_per_second == pytest.approx(1000 / answer, rel=0.05), "one answer after the other, each with its input"


def test_a_single_stream_on_idle_copies_would_wait_longer() -> None:
    """Eight accelerators that each hold the model write one stream about as fast alone as together, but read its input together."""
    question = asked("gpt-oss-120b", "MI300X", 1, reads=8000.0)
    plan = best_plan(question, 8)
    assert plan is not None
    every = tried(question, 8, 1)
    copies = every[Layout(copies=8.0)]
    assert plan.layout.together == 8
    assert plan.time.tokens_per_second >= 0.99 * copies.tokens_per_second
    assert plan.time.first_token < 0.5 * copies.first_token


def fullest(question: Asked, gpus: float) -> float:
    """The most tokens per second that keep the target, each layout tried with every number of requests by halves."""
    most, basis = 0.0, question.basis(serving_constants())
    for stages in layouts(question.work, question.gpu, gpus):
        paces = [pace for pace in map(basis.pace, stages) if pace.room >= 1]
        for pace in paces[:2]:
            low, high = pace.layout.copies, pace.at(None).batch + 1
            while high - low > 1:
                middle = math.floor((low + high) / 2)
                low, high = (middle, high) if question.target.missed(pace.at(middle)) <= 1 else (low, middle)
            time = pace.at(low)
            most = max(most, time.tokens_per_second if question.target.missed(time) <= 1 else 0.0)
    return most


@pytest.mark.parametrize("gpus", [1, 5, 8, 24, 64])
@pytest.mark.parametrize(
    ("name", "gpu"), [("Llama 3.3 70B", "H200"), ("Llama 3 8B", "MI300X"), ("DeepSeek-V3", "GB200"), ("gpt-oss-120b", "H100")]
)
@pytest.mark.parametrize(("speed", "wait"), [(0.1, None), (0.5, None), (0.8, None), (0.95, None), (None, 1.5), (None, 8.0), (0.4, 3.0)])
def test_no_way_to_keep_a_target_serves_more(name: str, gpu: str, gpus: float, speed: float | None, wait: float | None) -> None:
    alone = best_plan(asked(name, gpu, 1), gpus)
    if alone is None:
        return  # does not fit
    target = Target(speed and speed / alone.time.per_token, wait and wait * alone.time.first_token)
    question = asked(name, gpu, None, target)
    plan = best_plan(question, gpus)
    assert plan is not None
    assert plan.time.tokens_per_second >= 0.97 * fullest(question, gpus) > 0


def test_a_given_batch_is_lowered_to_what_keeps_the_target() -> None:
    free = best_plan(asked("Llama 3.3 70B", "H100", None, Target(40.0)), 8)
    more, fewer = (best_plan(asked("Llama 3.3 70B", "H100", batch, Target(40.0)), 8) for batch in (5000, 10))
    assert free is not None
    assert more is not None
    assert fewer is not None
    assert more.time.batch == pytest.approx(free.time.batch, rel=0.05)
    assert fewer.time.batch == 10


def test_a_target_that_nothing_keeps_is_refused_with_the_nearest() -> None:
    with pytest.raises(
        DoesNotFit, match=r"^min_tokens_per_second: 5000.*; the nearest that 8 H100 SXM 80GB come to it is \d+\.\d tokens/s"
    ) as caught:
        serving(model("Llama 3.3 70B"), chip("H100"), 8, "fp8", 1000, 1000, None, None, target=Target(5000.0))
    alone = serving(model("Llama 3.3 70B"), chip("H100"), 8, "fp8", 1000, 1000, 1, None)
    assert f"{alone.time.tokens_per_second:,.1f} tokens/s" in str(caught.value)
    with pytest.raises(DoesNotFit, match=r"^max_first_token: 0\.0001"):
        serving(model("Llama 3.3 70B"), chip("H100"), 8, "fp8", 1000, 1000, None, None, target=Target(None, 0.0001))


def test_nothing_holds_what_is_too_large() -> None:
    assert best_plan(asked("DeepSeek-V3", "H100"), 8) is None
    assert best_plan(asked("DeepSeek-V3", "H100"), 16) is not None


@pytest.mark.parametrize("target", [Target(), Target(30.0), Target(30.0, 0.5)])
def test_draws_have_each_their_own_best(target: Target) -> None:
    reads = np.array([100.0, 1000.0, 9000.0, 3e8])  # the last does not fit
    question = asked("Llama 3.3 70B", "H100", None, target)
    together = drawn_time(question._replace(input_tokens=reads), layouts(question.work, question.gpu, 8))  # type: ignore[arg-type]
    alone = [best_plan(question._replace(input_tokens=one), 8) for one in reads[:3].tolist()]
    rates = [plan.time.tokens_per_second if plan and not plan.missed else math.nan for plan in alone]
    assert list(together.tokens_per_second)[:3] == pytest.approx(rates, rel=0.05, nan_ok=True)  # type: ignore[call-overload]
    assert math.isnan(together.tokens_per_second[3])  # type: ignore[index]
