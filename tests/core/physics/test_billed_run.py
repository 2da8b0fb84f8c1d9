"""From a step to a bill: restarts, evaluation, what teams reach, and how wide the range must be."""

from __future__ import annotations

import contextlib
import itertools
import math
from collections.abc import Iterator

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator
from compute_cost.errors import CostError
from compute_cost.physics.billed_run import (
    RunConstants,
    billed_over_metered,
    calibrated_generations,
    goodput,
    interval,
    practice,
    small_cluster,
    step_interval,
)
from compute_cost.physics.formats import peak_of
from compute_cost.physics.training_step import StepTime, Workload
from compute_cost.physics.utilization import constants
from tests.support import chip

SHIPPED = constants().run
# Round numbers, and nothing is lost unless a test says so.
C = RunConstants(
    practice_level=0.6, practice_exponent=1.0, practice_low_precision=0.8, practice_mixture=0.9, practice_small_cluster=1.0,
    practice_early_half_precision=0.7, practice_ceiling=1.5, ordinary_network_share=0.2, small_cluster_gpus=16, evaluation_share=0.1,
    failure_share=0.015, failure_exponent=0.7, billed_over_metered=1.44, interval_low=1.6, interval_high=1.4, interval_new_chip=1.3,
    interval_mixture=1.2, step_interval_low=1.2, step_interval_high=1.25,
    step_interval_mixture_low=1.4, step_interval_mixture_high=1.5, step_interval_new_chip=1.3,
    step_interval_known_low=1.1, step_interval_known_high=1.15,
)  # fmt: skip
DENSE = Workload(7e9, 7e9, 32, 4096, 42e9, 6e9, 4096, mixture=False)


# Goodput


def test_restarts_of_llama_3_1() -> None:
    """Llama Team 2024, section 3.3.4: more than 90% effective training time on 16,384 H100."""
    failures = SHIPPED._replace(evaluation_share=0)
    assert 0.9 < goodput(16_384, failures) < 0.91


def test_goodput_by_hand() -> None:
    """On 1,024: failures take 1.5% of the progress, evaluation 10% less what the small cluster does not spend, 1 / (1 + 64^2)."""
    assert goodput(1024, C) == pytest.approx((1 - 0.1 * (1 - 1 / 4097)) / 1.015)
    assert goodput(16, C._replace(failure_share=0)) == pytest.approx(0.95)
    assert goodput(1024 * 32, C._replace(evaluation_share=0, failure_exponent=0.4)) == pytest.approx(1 / 1.06)  # 32^0.4 = 4


def test_more_accelerators_make_less_progress() -> None:
    shares = [goodput(2.0**power, SHIPPED) for power in range(18)]
    assert all(more < less for less, more in itertools.pairwise(shares))
    assert shares[0] > 0.99
    assert shares[-1] > 0.5


def test_what_a_small_cluster_is() -> None:
    assert small_cluster(16, C) == 0.5
    assert small_cluster(1, C) == pytest.approx(256 / 257)
    assert small_cluster(512, C) < 0.001


# Practice


def ratio(
    reached: float = 0.5, network: float = 0.0, work: Workload = DENSE, gpu: Accelerator | None = None, precision: str = "bf16",
    peak: float = 989e12, gpus: float = 1e6, c: RunConstants = C,
) -> float:  # fmt: skip
    step = StepTime(1.0, 1 - network, 0.0, network, "", (), recomputed=0.0)
    return practice(reached, step, work, gpu or chip("H100"), precision, peak, gpus, c)


def test_teams_follow_the_benchmarks_in_part() -> None:
    """Whole run = level x step^exponent: with 1 in full, with 0 not at all, with 1/2 by the square root."""
    assert ratio(0.5) == pytest.approx(0.6)
    assert 0.5 * ratio(0.5, c=C._replace(practice_exponent=0.0)) == pytest.approx(0.6)
    assert 0.36 * ratio(0.36, c=C._replace(practice_exponent=0.5)) == pytest.approx(0.6 * 0.6)


def test_an_ordinary_network_is_no_loss_and_more_is_lost_in_full() -> None:
    """Without its network a step that reaches 0.4 reaches 0.4 / 0.8; what exceeds the ordinary 20% takes its part of the run."""
    assert 0.4 * ratio(0.4, network=0.2) == pytest.approx(0.6 * 0.5)
    assert 0.3 * ratio(0.3, network=0.4) == pytest.approx(0.6 * 0.5 * 0.6 / 0.8)
    assert 0.45 * ratio(0.45, network=0.1) == pytest.approx(0.6 * 0.5), "less than ordinary is no gain"


def test_narrow_formats_and_mixtures_are_harder() -> None:
    assert ratio(peak=2 * 989e12) == pytest.approx(0.6 * 0.8)
    assert ratio(peak=4 * 989e12) == ratio(peak=8 * 989e12) == pytest.approx(0.6 * 0.8**2), "two halvings at most"
    assert ratio(peak=67e12) == ratio(), "a wide format is no gain"
    assert ratio(work=DENSE._replace(mixture=True)) == pytest.approx(0.6 * 0.9)


@pytest.mark.parametrize(
    ("gpu", "precision", "early"),
    [
        ("A100", "bf16", False),
        ("A100", "fp16", True),
        ("H100", "fp16", False),
        ("V100", "fp16", True),
        ("V100", "fp32", True),
        ("TPU v3", "bf16", False),
    ],
)
def test_early_half_precision(gpu: str, precision: str, early: bool) -> None:
    found = chip(gpu)
    peak = peak_of(found)[1]
    assert ratio(gpu=found, precision=precision, peak=peak) == pytest.approx(0.6 * 0.7 if early else 0.6)


@pytest.mark.parametrize(
    ("released", "precision", "vendor", "early"),
    [
        ("2021-12", "fp16", "AMD", True), ("2022-01", "fp16", "AMD", False), ("2021-12", "bf16", "NVIDIA", False), ("2019-12", "fp32", "NVIDIA", True),
        ("2020-01", "fp32", "NVIDIA", False), ("2019-12", "fp32", "Google", False),
    ],
)  # fmt: skip
def test_when_half_precision_was_early(released: str, precision: str, vendor: str, early: bool) -> None:
    """fp16 up to 2021, whoever made the chip; any format on NVIDIA's chips before the A100 of 2020."""
    found = chip("A100", released=released, vendor=vendor)
    assert ratio(gpu=found, precision=precision, peak=312e12) == pytest.approx(0.6 * 0.7 if early else 0.6)


def test_experts_on_a_few_chips_beat_the_benchmarks_but_not_without_end() -> None:
    better = C._replace(practice_small_cluster=1.44)
    assert ratio(gpus=16, c=better) == pytest.approx(0.6 * 1.2)  # half of the effect: the square root of 1.44
    assert ratio(gpus=1, c=better) == pytest.approx(0.6 * 1.44, rel=0.01)
    assert ratio(gpus=1, c=C._replace(practice_small_cluster=10.0)) == 1.5


# The range


def joined(*parts: float) -> float:
    return math.exp(math.hypot(*(math.log(part) for part in parts)))


def test_the_range_reaches_further_down_and_its_parts_join_by_the_root_of_their_squares() -> None:
    plain = interval(calibrated=True, mixture_or_low_precision=False, billing="", c=C)
    assert (1 / plain.low, plain.high) == pytest.approx((1.6, 1.4))
    new = interval(calibrated=False, mixture_or_low_precision=False, billing="", c=C)
    assert (1 / new.low, new.high) == pytest.approx((joined(1.6, 1.3), joined(1.4, 1.3)))
    both = interval(calibrated=False, mixture_or_low_precision=True, billing="", c=C)
    assert (1 / both.low, both.high) == pytest.approx((joined(1.6, 1.3, 1.2), joined(1.4, 1.3, 1.2)))


def test_which_hours_are_paid() -> None:
    """Between metered and reserved lie 1.44 times, 1.2 to either side of what published runs count; that part of the range is known then."""
    assert [billed_over_metered(billing, C) for billing in ("metered", "", "reserved")] == pytest.approx([1 / 1.2, 1, 1.2])
    known = interval(calibrated=True, mixture_or_low_precision=False, billing="metered", c=C)
    assert joined(known.high, 1.2) == pytest.approx(1.4)
    assert joined(1 / known.low, 1.2) == pytest.approx(1.6)


def test_the_range_of_a_step() -> None:
    dense = step_interval(measured=True, mixture=False, known=False, c=C)
    assert (1 / dense.low, dense.high) == pytest.approx((1.2, 1.25))
    experts = step_interval(measured=False, mixture=True, known=False, c=C)
    assert (1 / experts.low, experts.high) == pytest.approx((joined(1.4, 1.3), joined(1.5, 1.3)))
    itself = step_interval(measured=True, mixture=True, known=True, c=C)
    assert (1 / itself.low, itself.high) == pytest.approx((1.1, 1.15)), "narrower, as the model itself was measured"


@pytest.fixture
def fresh() -> Iterator[None]:
    catalogue.forget()
    yield
    catalogue.forget()


def test_which_generations_are_calibrated() -> None:
    known = calibrated_generations()
    assert {"ampere", "hopper"} <= known
    assert not known & {"blackwell", "cdna3", "ada", "apple", "pascal"}


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize(("count", "enough"), [(4, False), (5, True)])
def test_five_whole_runs_calibrate_a_generation(monkeypatch: pytest.MonkeyPatch, count: int, enough: bool) -> None:
    whole = [run for run in catalogue.runs() if run.use.startswith("whole run") and run.gpu == "a100-sxm-80"][:count]
    others = [run for run in catalogue.runs() if not run.use.startswith("whole run")]
    monkeypatch.setattr(catalogue, "runs", lambda: (*whole, *others))
    assert ("ampere" in calibrated_generations()) is enough


@pytest.mark.parametrize("gpu", ["H100", "H200", "B200", "GB200", "MI300X", "MI355X", "Gaudi 3", "Trainium2"])
def test_a_narrower_format_never_costs_more(gpu: str) -> None:
    """What practice loses with it is lost in computation; where the network takes the time, the hours are about the same."""
    for params, gpus in itertools.product((1e9, 8e9, 70e9, 405e9), (8, 64, 512, 2048, 8192)):
        hours = []
        for precision in ("bf16", "fp8", "fp4"):
            with contextlib.suppress(CostError):  # no such units, or too large for so few
                hours.append(compute_cost.train_gpu_hours(params, 1e12, gpu, precision=precision, gpus=gpus).value)
        assert all(narrow < 1.001 * wide for wide, narrow in itertools.pairwise(hours)), (params, gpus, hours)
