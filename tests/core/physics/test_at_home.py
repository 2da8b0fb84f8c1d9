"""A single user's means: weights in the machine's memory and proposed tokens, by hand and near published figures."""

from __future__ import annotations

import pytest

import compute_cost
from compute_cost import catalogue
from compute_cost.errors import DoesNotFit, InputError
from compute_cost.physics.at_home import offloaded, with_proposals
from compute_cost.physics.model_memory import usable_memory
from compute_cost.physics.served_model import EACH_TOKEN, ON_CHIPS, Served, served
from tests.support import chip, model

pytestmark = pytest.mark.live
USABLE = 20e9


def work(name: str = "Llama 3.1 70B", precision: str = "Q4_K_M") -> Served:
    return served(model(name), model(name).active, precision)


def moved(one: Served, ram_gb: float = 64, bandwidth: float | None = 80, usable: float = USABLE) -> Served:
    return offloaded(one, chip("RTX 4090"), 1, usable, 1000, ram_gb, bandwidth)


def test_proposals_by_hand() -> None:
    """Two proposed tokens, each accepted with 0.75: 1 + 0.75 + 0.5625 tokens a pass, which costs 1 + 2 x draft_cost."""
    agreed, cost = catalogue.constant("draft_acceptance"), catalogue.constant("draft_cost")
    one = with_proposals(work(), 2)
    assert one.verified == 3
    assert one.passes == pytest.approx((1 + 2 * cost) / (1 + agreed + agreed**2))
    assert with_proposals(work(), 0) is not one
    assert with_proposals(work(), 0).passes is EACH_TOKEN


def test_what_the_accelerators_do_not_hold_is_moved_layers_whole() -> None:
    """42.5 GB of a dense model on 20: the cache and the runtime come first, the rest is in the machine's memory."""
    before, after = work(), moved(work())
    excess = before.weight_bytes - (USABLE - before.cache_at(1000) - catalogue.constant("runtime_memory") * 1e9)
    assert after.offload.rest == pytest.approx(excess)
    assert after.offload.experts == 0
    assert after.weight_bytes + after.offload.moved == pytest.approx(before.weight_bytes)
    reading = 80e9 * catalogue.constant("ram_reached")
    assert after.offload.speed == pytest.approx(1 / (1 / reading + 1 / (catalogue.constant("ram_keeps_up") * 1e9)))
    assert after.ram_seconds(1, 0.5) == pytest.approx(excess / after.offload.speed)


def test_of_a_mixture_the_experts_go_first_and_few_of_them_are_read() -> None:
    before, after = work("gpt-oss-120b", "mxfp4"), moved(work("gpt-oss-120b", "mxfp4"))
    assert after.offload.rest == 0
    assert after.offload.experts == pytest.approx(before.expert_bytes - after.expert_bytes)
    assert after.ram_seconds(1, 0.5) == pytest.approx(after.offload.experts * before.touched_by_one / after.offload.speed)


def test_what_fits_stays_and_what_fits_nowhere_is_refused_with_the_memory_that_would_do() -> None:
    assert moved(work("Llama 3.1 8B")).offload is ON_CHIPS
    with pytest.raises(DoesNotFit, match=r"^ram_gb: .* give ram_gb of (\d+) or more, more gpus, or a narrower precision") as refused:
        moved(work(), 16)
    needed = float(str(refused.value).split("ram_gb of ")[1].split(" ")[0])
    assert moved(work(), needed).offload.moved <= needed * 1e9 * catalogue.constant("ram_share")
    with pytest.raises(DoesNotFit):
        moved(work(), needed - 2)
    with pytest.raises(InputError, match="^gpus: .*the cache of the requests"):
        moved(work(), 1, usable=5e8)


@pytest.mark.parametrize(
    ("name", "gpu", "precision", "lengths", "bandwidth", "published"),
    [
        ("DeepSeek-R1", "RTX 4090", "Q4_K_M", (969, 300), 614, 13.5),  # KTransformers, two sockets
        ("DeepSeek-R1", "RTX 4090 D", "Q4_K_M", (500, 300), 307, 8.73),  # one socket
        ("DeepSeek-R1", "L40S", "Q4_K_M", (500, 300), 920, 10.8),
        ("DeepSeek-R1", "RTX 4090 D", "Q4_K_M", (500, 300), 845, 17.0),
        ("Qwen3-Next-80B-A3B", "RTX 5090", "fp8", (2048, 300), 1152, 75.6),
        ("Llama 3.1 70B", "RTX 4090", "Q4_K_M", (100, 300), 83, 3.1),  # llama.cpp, a desktop
    ],
)
def test_near_published_speeds(
    name: str, gpu: str, precision: str, lengths: tuple[float, float], bandwidth: float, published: float
) -> None:
    found = compute_cost.infer_throughput(name, gpu, 1, precision, *lengths, ram_gb=1024, ram_bandwidth=bandwidth)
    assert found.value == pytest.approx(published, rel=0.35)
    assert found.low < published < found.high
    assert found.values["batch"].value == 1


def test_one_user_gets_more_with_proposals_and_many_users_less_so() -> None:
    """DeepSeek-V3 reports 1.8 times the tokens for one proposed by its own head; published gains of servers are 1.3 to 1.9."""
    alone, many = (
        [compute_cost.infer_throughput("DeepSeek-V3", "H200", 8, "fp8", batch=batch, speculative=n).value for n in (None, 1)]
        for batch in (1, 512)
    )
    assert 1.3 < alone[1] / alone[0] < 1.9
    assert many[1] / many[0] < alone[1] / alone[0]
    assert (
        compute_cost.infer_throughput("Llama 3.1 8B", "H100", speculative=0).value
        == compute_cost.infer_throughput("Llama 3.1 8B", "H100").value
    )


def test_the_ranges_and_the_words() -> None:
    found = compute_cost.infer_throughput("gpt-oss-120b", "RTX 4090", ram_gb=96)
    inputs = {one.name for one in found.inputs if one.is_uncertain}
    assert {"ram_bandwidth", "ram_keeps_up", "throughput_error"} <= inputs
    assert "draft_acceptance" in {
        one.name for one in compute_cost.infer_throughput("Llama 3.1 8B", "H100", speculative=3).inputs if one.is_uncertain
    }
    assert any("ram_gb has no effect" in text for text in compute_cost.infer_throughput("Llama 3.1 8B", "H100", 1, ram_gb=64).warnings)
    alone = compute_cost.infer_throughput("Llama 3.1 8B", "H100", 1, ram_bandwidth=90)
    assert any("ram_bandwidth has no effect" in text for text in alone.warnings)
    cost = compute_cost.infer_cost("gpt-oss-120b", "RTX 4090", price_per_gpu_hour=0.4, load=1, ram_gb=96)
    assert cost.value == pytest.approx(0.4 / 3600 / found.value * 1e6)
    assert usable_memory(chip("RTX 4090")) < 26e9
