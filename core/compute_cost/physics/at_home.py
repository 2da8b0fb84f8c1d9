"""What helps a single user: weights in the machine's own memory, and tokens that are proposed and checked several at a time."""

from __future__ import annotations

import math

from compute_cost.catalogue.records import Accelerator
from compute_cost.errors import DoesNotFit, InputError
from compute_cost.inputs import assumed, warn
from compute_cost.physics.elementwise import fails, larger, smaller
from compute_cost.physics.served_model import Offload, Served


def with_proposals(work: Served, proposed: float) -> Served:
    """The work where so many tokens are proposed in each pass: the model checks them all and keeps the first ones that it agrees to.

    tokens of a pass = (1 - a^(n + 1)) / (1 - a) of n proposed, each accepted with probability a if the one before was
    (Leviathan et al. 2023, arXiv 2211.17192); proposing costs a share of a pass for each.
    """
    if not proposed:
        return work
    agreed = assumed("draft_acceptance")
    yielded = proposed + 1 if not getattr(agreed, "ndim", 0) and agreed >= 1 else (1 - agreed ** (proposed + 1)) / (1 - agreed)
    return work._replace(verified=1 + proposed, passes=(1 + proposed * assumed("draft_cost")) / yielded)


def offloaded(
    work: Served, gpu: Accelerator, gpus: float, usable: float, context: float, ram_gb: float, ram_bandwidth: float | None
) -> Served:
    """The work with what the accelerators do not hold in the machine's own memory: the experts first, then whole layers.

    The processor works through its part at 1 / (1 / (bandwidth x share) + 1 / most that it keeps up with). Raises DoesNotFit
    where both together hold too little, with the memory that would do.
    """
    taken = work.cache_at(context) + assumed("runtime_memory") * 1e9 * gpus
    if fails(taken <= usable * gpus):
        held = f"of {taken / 1e9:,.1f} GB {usable * gpus / 1e9:,.1f} GB fit on {gpus:,.0f} {gpu.name}"
        raise InputError("gpus", gpus, f"the cache of the requests has to be on them, and {held}; give more, or a shorter input")
    excess = larger(0.0, work.weight_bytes - (usable * gpus - taken))
    room = ram_gb * 1e9 * assumed("ram_share")
    if fails(excess <= room):
        share = f"of {work.weight_bytes / 1e9:,.1f} GB of weights {excess / 1e9:,.1f} GB are left to the machine's memory"
        held = f"as {gpus:,.0f} {gpu.name} hold {usable * gpus / 1e9:,.1f} GB with the cache"
        needed = math.ceil(excess / assumed("ram_share") / 1e9)
        raise DoesNotFit("ram_gb", ram_gb, f"{share}, {held}; give ram_gb of {needed:,} or more, more gpus, or a narrower precision")
    if fails(excess > 0):
        warn(f"{gpus:,.0f} {gpu.name} hold the whole model: ram_gb has no effect")
        return work
    experts = smaller(excess, work.expert_bytes)
    rest = excess - experts
    speed = 1 / (
        1 / (assumed("ram_bandwidth", ram_bandwidth, "ram_bandwidth") * 1e9 * assumed("ram_reached")) + 1 / (assumed("ram_keeps_up") * 1e9)
    )
    return work._replace(
        weight_bytes=work.weight_bytes - excess, expert_bytes=work.expert_bytes - experts, offload=Offload(experts, rest, speed)
    )
