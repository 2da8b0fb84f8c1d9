"""What an agent costs: what it reads grows as the square of its turns, and the bill is that of each turn."""

from __future__ import annotations

from typing import Any

import pytest

import compute_cost
from compute_cost.errors import InputError, NoData, UnknownName

pytestmark = pytest.mark.live

RUN: dict[str, Any] = {"turns": 20, "first_context": 10_000, "growth_per_turn": 2_000, "output_per_turn": 500}


def test_what_is_read_grows_as_the_square_of_the_turns() -> None:
    found = compute_cost.agent_cost("gpt-4o", **RUN, cached=0)
    read = 20 * 10_000 + 2_000 * 20 * 19 / 2
    assert found.values["input_tokens"].value == read
    assert found.value == pytest.approx((read * 2.5 + 20 * 500 * 10) / 1e6)
    assert found.values["last_context"].value == 10_000 + 19 * 2_000
    assert len(found.table) == 21
    assert found.table[-1][-1] == pytest.approx(found.value)
    twice = compute_cost.agent_cost("gpt-4o", **(RUN | {"turns": 40}), cached=0)
    assert 3 < twice.values["input_cost"].value / found.values["input_cost"].value < 4  # type: ignore[operator]


def test_what_is_read_again_comes_from_the_cache_and_what_is_new_is_written_to_it() -> None:
    """Claude Sonnet 4.6: $3 of input, $0.30 from the cache, $3.75 written to it, $15 of output; OpenAI bills no writes."""
    found = compute_cost.agent_cost("claude-sonnet-4-6", **RUN, cached=1, provider="Anthropic")
    again, new = 19 * 10_000 + 2_000 * 19 * 18 / 2, 10_000 + 19 * 2_000
    assert found.value == pytest.approx((again * 0.3 + new * 3.75 + 10_000 * 15) / 1e6)
    assert found.values["cache_writes"].value == new
    assert compute_cost.agent_cost("gpt-4o", **RUN, cached=1).values["cache_writes"].value == 0


def test_failed_attempts_cost_as_much_as_others() -> None:
    once = compute_cost.agent_cost("gpt-4o", 1, **RUN, cached=0.9)
    many = compute_cost.agent_cost("gpt-4o", 500, **RUN, cached=0.9, success_rate=0.5)
    assert many.value == pytest.approx(1000 * once.value)
    assert many.values["per_task"].value == pytest.approx(2 * once.value)


def test_each_turn_is_billed_in_the_tier_of_its_own_context() -> None:
    """Gemini 2.5 Pro doubles its price over 200,000 tokens: of contexts of 150,000 and 250,000 only the second is dear."""
    found = compute_cost.agent_cost("gemini-2.5-pro", 1, 2, 150_000, 100_000, 0, 0)
    assert found.value == pytest.approx((150_000 * 1.25 + 250_000 * 2.5) / 1e6)


def test_services_hosts_and_days_are_those_of_the_api() -> None:
    standard = compute_cost.agent_cost("claude-sonnet-4-5", **RUN, cached=0, provider="Anthropic").value
    assert compute_cost.agent_cost("claude-sonnet-4-5", **RUN, cached=0, service="batch", provider="Anthropic").value == pytest.approx(
        standard / 2
    )
    with pytest.raises(NoData, match="was not sold before"):
        compute_cost.agent_cost("claude-sonnet-4-5", as_of="2025-01-01")
    with pytest.raises(UnknownName, match="^model:"):
        compute_cost.agent_cost("claude-sonnet-45x")
    for name, value in (("turns", 1.5), ("turns", 0), ("success_rate", 0), ("cached", 1.1), ("tasks", -1)):
        with pytest.raises(InputError, match=f"^{name}:"):
            compute_cost.agent_cost("gpt-4o", **{name: value})  # type: ignore[arg-type]


def test_what_is_not_said_is_a_range() -> None:
    found = compute_cost.agent_cost("gpt-5", 100)
    assert found.low < found.value / 2 < 2 * found.value < found.high
    assert {one.name for one in found.inputs if one.is_uncertain} >= {"agent_turns", "agent_growth_per_turn", "agent_cached"}


def test_an_embedding_model_runs_no_agent() -> None:
    """What it writes is not free: it writes nothing."""
    with pytest.raises(InputError, match="^model: .*by what is sent alone"):
        compute_cost.agent_cost("text-embedding-3-small")


def test_the_turn_from_which_the_context_is_too_long_is_named() -> None:
    """Of 128,000 tokens, 10,000 are those of the first turn, 2,000 those of each of the next 58, and the rest holds the answer."""
    fits = compute_cost.agent_cost("gpt-4o", **(RUN | {"turns": 59}))
    assert not [warning for warning in fits.warnings if "too long" in warning]
    (said,) = [warning for warning in compute_cost.agent_cost("gpt-4o", **(RUN | {"turns": 500})).warnings if "too long" in warning]
    assert "turn 60" in said
    assert "128,000" in said
    assert "give 59 turns" in said
    first = compute_cost.agent_cost("gpt-4o", **(RUN | {"first_context": 500_000}))
    assert [warning for warning in first.warnings if "500,000: no host" in warning], "not even the first turn fits"
