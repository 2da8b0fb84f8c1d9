"""The scoreboard: held-out figures meet the targets, and their intervals cover what they say."""

from __future__ import annotations

import math
from dataclasses import replace
from statistics import median

import pytest

from compute_cost import catalogue
from compute_cost.accuracy import scores
from compute_cost.catalogue.measured import step_rows
from compute_cost.errors import NoData

pytestmark = pytest.mark.live
# Nothing of these came with the later runs.
LATER = ("DataComp-LM", "AI Singapore", "Swiss AI", "Renmin/Ant", "Tsinghua/BioMap", "OpenLLM-France", "Nous Research", "LLM360")
LATER_RUNS = ("mobilellm-", "xglm-", "chameleon-", "olmoe-", "deepseek-llm-", "esm2-", "nanogpt-")
EARLIER = {run.id for run in scores.whole_runs() if run.organization not in LATER and not run.id.startswith(LATER_RUNS)}
RUN, ORGANIZATION = ("whole run", "one run left out"), ("whole run", "one organization left out")


def test_a_score_counts_what_it_says() -> None:
    pairs = [scores.Pair("a", 110, 100, 1.2), scores.Pair("b", 200, 100, 1.2), scores.Pair("c", 90, 100, 1.2)]
    found = scores.score(pairs)
    assert found.rows == 3
    assert found.median == pytest.approx(0.1)
    assert found.within == pytest.approx(2 / 3)
    assert found.covered == 2
    assert found.width == 1.2


@pytest.mark.parametrize("split", [RUN, ORGANIZATION])
def test_whole_runs_left_out_meet_the_targets(split: tuple[str, str]) -> None:
    pairs = scores.held_out()[split]
    found = scores.score(pairs)
    assert found.rows >= 60
    assert found.median <= 0.25
    assert found.within >= 0.75
    assert found.covered is not None
    assert 0.7 <= found.covered / found.rows <= 0.9
    assert found.width is not None
    assert found.width <= 1.6


def test_the_interval_leans_towards_more_hours() -> None:
    for pair in scores.held_out()[ORGANIZATION]:
        assert pair.high / pair.predicted > pair.predicted / pair.low > 1


def test_the_rows_of_the_earlier_fit_are_met_as_well() -> None:
    """The 36 runs that were known before: no run of them lost by those that came."""
    earlier = [pair for pair in scores.held_out()[ORGANIZATION] if pair.id in EARLIER]
    found = scores.score(earlier)
    assert found.rows == len(EARLIER)
    assert found.median <= 0.20
    assert found.within >= 0.85


def owner(pair: scores.Pair) -> str:
    return next(run.organization for run in catalogue.runs() if run.id == pair.id)


def test_a_table_per_generation_is_about_as_near() -> None:
    """The comparison says so, paired on the same runs: ours is no worse, and by how much it is better is not sure."""
    pairs = scores.held_out()[ORGANIZATION]
    found = scores.compare(pairs, owner)
    assert found.mean_low <= found.mean <= found.mean_high
    assert found.mean > -0.02
    assert scores.compare(pairs, owner) == found, "the same draws each time"
    worse = [pair._replace(rival=pair.published * 3) for pair in pairs]
    assert scores.compare(worse, owner).better == 1
    same = [pair._replace(rival=pair.predicted) for pair in pairs]
    assert scores.compare(same, owner)[:6] == (0, 0, 0, 0, 0, 0)


def test_the_interval_covers_organizations_chips_and_years_left_out() -> None:
    splits = {split: pairs for (table, split), pairs in scores.held_out().items() if table == "whole run"}
    assert len(splits) == 3
    for split, pairs in splits.items():
        found = scores.score(pairs)
        assert found.covered is not None
        assert found.covered / found.rows >= 0.7, split
        narrow = scores.score([pair._replace(factor=1.1, above=1.1) for pair in pairs])
        assert narrow.covered is not None
        assert narrow.covered / narrow.rows < 0.7, f"{split}: any interval would pass"


def test_ours_beats_the_flat_rules_on_the_same_runs() -> None:
    ids = [pair.id for pair in scores.held_out()[RUN]]
    assert ids == [run.id for run in scores.whole_runs()]
    ours = scores.score(scores.held_out()[RUN])
    for name, share in scores.FLAT_RULES:
        rule = scores.score(scores.flat(share, ids))
        assert rule.rows == ours.rows
        assert ours.median < rule.median, name
        assert ours.within > rule.within, name


def test_against_a_flat_share_of_our_own_count_the_gain_is_in_the_large_misses() -> None:
    """In the median there is none with the organization left out, and docs/accuracy.md says so."""
    ours = scores.score(scores.held_out()["whole run", "one organization left out"])
    rule = scores.score(scores.flat_on_our_compute(0.35))
    assert rule.rows == ours.rows
    assert ours.ninetieth < 0.75 * rule.ninetieth
    assert ours.within > rule.within


def test_steps_left_out_meet_the_targets() -> None:
    held = scores.held_out()
    stacks, owners, releases = (held["step", split] for split in ("stack left out", "organization left out", "next release"))
    for pairs, most in ((stacks, 0.17), (owners, 0.19), (releases, 0.18)):
        found, rival = scores.score(pairs), scores.score([pair.of_rival for pair in pairs])
        assert found.median <= most
        assert found.ninetieth < rival.ninetieth, "fewer large misses than the simplest rule"
        assert found.covered is not None
        assert found.covered / found.rows >= 0.7
    assert scores.score(stacks).covered <= 0.9 * len(stacks)  # type: ignore[operator]
    assert scores.score(releases).median < 0.75 * scores.score([pair.of_rival for pair in releases]).median
    tables = {row.id: row.table for row in step_rows()}
    foundry = scores.score([pair for pair in stacks if tables[pair.id] == "llm-foundry"])
    assert (foundry.rows, foundry.median <= 0.12, foundry.ninetieth <= 0.3) == (143, True, True)


def test_the_stored_predictions_are_of_rows_left_out() -> None:
    """A held-out prediction differs from the one by the shipped constants, which saw the row, but not by much."""
    shipped = {pair.id: pair.predicted for pair in scores.shipped()}
    held = {pair.id: pair.predicted for pair in scores.held_out()[RUN]}
    logs = [math.log(held[one] / shipped[one]) for one in held]
    assert sum(abs(log) > 1e-3 for log in logs) > 0.8 * len(logs)
    assert median(abs(log) for log in logs) < 0.1


def test_published_figures_of_the_held_out_file_are_those_of_the_catalogue() -> None:
    hours = {run.id: run.gpu_hours for run in catalogue.runs()}
    for pair in scores.held_out()[RUN]:
        assert pair.published == pytest.approx(hours[pair.id], rel=1e-4)


def test_only_fit_rows_are_fitted() -> None:
    assert all(run.role == "fit" for run in catalogue.runs() if run.use.startswith("whole run") or run.use == "step")


def test_the_noise_floor_is_computed_from_several_teams() -> None:
    deviation, freedom = scores.noise_floor()
    assert 0.2 < deviation < 0.5
    assert freedom >= 6
    assert scores.noise_floor(without="Yandex")[0] < deviation


# The rules by hand


def test_flat_rules_are_six_for_each_active_parameter_and_token() -> None:
    """Llama 2 7B: 6 x 6.74e9 x 2e12 / (0.35 x 312e12 x 3600) hours against 184,320 published."""
    (found,) = scores.flat(0.35, ["llama-2-7b"])
    assert found.predicted == pytest.approx(6 * 6.74e9 * 2e12 / (0.35 * 312e12 * 3600))
    assert found.published == 184_320
    (mixture,) = scores.flat(1, ["deepseek-v2"])
    assert mixture.predicted == pytest.approx(6 * 21e9 * 8.1e12 / (989e12 * 3600))
    assert len(scores.flat(0.35)) == len(scores.whole_runs())
    assert scores.flat(0.35, []) == ()


def test_the_same_rule_on_our_compute_adds_attention() -> None:
    (plain,), (ours,) = scores.flat(0.35, ["llama-2-7b"]), scores.flat_on_our_compute(0.35, ["llama-2-7b"])
    attention = 12 * 32 * 4096 * 4096 / (6 * 6.74e9)
    assert ours.predicted / plain.predicted == pytest.approx(1 + attention)


def test_one_figure_for_each_organization() -> None:
    pairs = [
        scores.Pair("llama-2-7b", 2, 1),
        scores.Pair("llama-2-13b", 3, 1),
        scores.Pair("llama-2-70b", 8, 1),
        scores.Pair("mpt-7b", 5, 1),
    ]
    assert scores.by_organization(pairs) == (scores.Pair("Meta", 3, 1.0), scores.Pair("MosaicML", 5, 1.0))


def test_a_run_is_estimated_from_its_own_row_and_not_looked_up() -> None:
    run = next(one for one in scores.whole_runs() if one.id == "llama-2-7b")
    model = scores.run_model(run)
    assert (model.id, model.params, model.tokens, model.heads) == ("", 6.74e9, 2e12, 32)
    found = scores.estimated(run)
    assert found.predicted
    assert found.hours != run.gpu_hours
    assert scores.estimated(replace(run, gpu_hours=1.0)).hours == found.hours
    with pytest.raises(NoData, match="^gpu: the chip of Llama-2-7B is not in the catalogue"):
        scores.estimated(replace(run, gpu="h999"))


def test_the_precision_of_a_run_is_read_from_its_words() -> None:
    run = next(one for one in scores.whole_runs() if one.id == "llama-2-7b")
    chip = catalogue.accelerators().get("A100")
    assert chip
    for words, name in (("bf16", "bf16"), ("fp16 (mixed)", "fp16"), ("fp8 (mixed)", "fp8"), ("bf16/fp16 mixed", "bf16"), ("", "bf16")):
        assert scores.run_precision(replace(run, precision=words), chip) == name


def test_a_single_pair_has_its_own_error_for_a_percentile_and_no_interval_no_coverage() -> None:
    found = scores.score([scores.Pair("a", 150, 100)])
    assert (found.median, found.ninetieth, found.within, found.covered, found.width) == (0.5, 0.5, 1, None, None)
    assert found.bias == pytest.approx(math.log(1.5))
