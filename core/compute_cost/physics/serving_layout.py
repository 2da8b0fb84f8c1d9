"""How a group of accelerators shares a served model: copies of it, each on accelerators that work on every layer together or take turns.

    copies     of the whole model, which share nothing but the requests
    stages     sets of accelerators within a copy that take turns by layers (pipeline), within or between servers
    together   accelerators of a set: each holds a part of every matrix (tensor parallel), or, where the experts of a mixture
               are spread, all that is not an expert, its own part of the experts and its own requests (expert parallel with
               data-parallel attention)

Tensor parallel divides the attention heads, and the KV heads or copies of them; spread experts divide by their number. These are
the layouts that vLLM, SGLang and TensorRT-LLM take.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import NamedTuple

from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator
from compute_cost.errors import InputError
from compute_cost.physics.chips import links, step_constants
from compute_cost.physics.served_model import Served
from compute_cost.physics.shape import splits_evenly

MOST_TENSOR = 16  # accelerators of a tensor-parallel set: the largest that published rows of servers have
MOST_SPREAD = 64  # accelerators that the experts of a copy are spread over: the largest that published rows have


class Layout(NamedTuple):
    """How a group of accelerators shares a model; see above."""

    copies: float = 1.0
    stages: float = 1.0
    together: float = 1.0
    spread: bool = False

    @property
    def of_copy(self) -> float:
        """Accelerators of one copy."""
        return self.stages * self.together

    @property
    def used(self) -> float:
        """Accelerators that have anything to do."""
        return self.copies * self.of_copy

    @property
    def name(self) -> str:
        kinds = (("expert" if self.spread else "tensor", self.together), ("layer", self.stages))
        parts = [f"{kind} {count:,.0f}" for kind, count in kinds if count > 1]
        if self.copies > 1:
            parts.insert(0, f"{self.copies:,.0f} copies")
        return " x ".join(parts)


@catalogue.kept(1000)
def domain_of(gpu: Accelerator) -> int:
    """Accelerators that fast links join: those of a server, a rack or a slice of a torus."""
    return links(gpu, step_constants()).domain


class Divided(NamedTuple):
    """What of a model has to be divided evenly."""

    heads: float | None
    kv_parts: float
    experts: float | None
    mixture: bool


def layouts(work: Served, gpu: Accelerator, gpus: float) -> tuple[list[Layout], ...]:
    """The layouts of `gpus` accelerators that engines take, in lists that differ in their stages alone, the fewest first."""
    return _layouts(work.heads, work.kv_parts, work.experts, work.mixture, domain_of(gpu), gpus)


@catalogue.kept(1000)
def _layouts(
    heads: float | None, kv_parts: float, experts: float | None, mixture: bool, domain: int, gpus: float
) -> tuple[list[Layout], ...]:
    parts, every = Divided(heads, kv_parts, experts, mixture), []
    for together in range(1, int(min(gpus, domain, MOST_TENSOR)) + 1):
        if splits_evenly(parts, together):
            most = gpus // together
            counts = [2**power for power in range(int(math.log2(most)) + 1)]
            counts += [most] if most > counts[-1] else []
            every.append([Layout(gpus // (count * together), float(count), float(together)) for count in counts])
    spread = 2
    while spread <= min(gpus, MOST_SPREAD) and _spreads(parts, spread):
        every.append([Layout(gpus // spread, 1.0, float(spread), True)])
        spread *= 2
    return tuple(every)


def given_layout(name: str, work: Served, gpu: Accelerator, gpus: float, fewest: Callable[[], float] = lambda: 1.0) -> Layout:
    """One copy over all accelerators, shared as the name says: tensor, layer or expert.

    Raises InputError where that is no layout of an engine; what helps is a number of at least `fewest`, which holds the model.
    """
    if name == "layer":
        return Layout(stages=gpus)
    if name == "expert":
        if not work.mixture or not _spreads(work, gpus):
            why = (
                f"experts can be spread only over a number that divides them{_experts(work)}"
                if work.mixture
                else "only a mixture of experts has experts to spread"
            )
            raise InputError("parallelism", name, f"{why}; leave parallelism out for the best use of {gpus:,.0f}")
        return Layout(together=gpus, spread=True)
    if is_shared(work, gpu, gpus):
        share = server_share(gpu, gpus)
        return Layout(stages=gpus / share, together=share)
    domain, least = domain_of(gpu), int(fewest())
    fewer = _first_shared(work, gpu, range(int(gpus) - 1, max(least, int(gpus) - domain) - 1, -1))
    numbers = " or ".join(f"{number:,.0f}" for number in (fewer, next_shared(work, gpu, max(gpus, least))) if number)
    remedy = f"gpus of {numbers}, or " if numbers else ""
    raise InputError("gpus", int(gpus), f'tensor parallel splits {what_is_split(work)}; give {remedy}parallelism "layer"')


def server_share(gpu: Accelerator, gpus: float) -> float:
    """Chips of one server (or link domain) where so many are spread over the fewest servers; a fraction if unevenly."""
    return gpus / math.ceil(gpus / domain_of(gpu))


def is_shared(work: Served, gpu: Accelerator, gpus: float) -> bool:
    """Whether all accelerators of a server can work on each layer together, with so many on the fewest servers."""
    share = server_share(gpu, gpus)
    return share.is_integer() and splits_evenly(work, share)


def next_shared(work: Served, gpu: Accelerator, least: float) -> float | None:
    """The smallest number from `least` on whose servers work on each layer together; None if none is within a server more."""
    return _first_shared(work, gpu, range(int(least), int(least) + domain_of(gpu) + 1))


def _first_shared(work: Served, gpu: Accelerator, numbers: Iterable[int]) -> float | None:
    return next((float(number) for number in numbers if is_shared(work, gpu, number)), None)


def _spreads(work: Served | Divided, chips: float) -> bool:
    """Whether the experts can be spread over so many; where their number is not known, over any power of two."""
    return work.mixture and (work.experts % chips == 0 if work.experts else math.log2(chips).is_integer())


def _experts(work: Served) -> str:
    return f", {work.experts:,.0f}" if work.experts else ""


def what_is_split(work: Served) -> str:
    """What tensor parallel splits, for a message."""
    if not work.heads:
        return "attention heads evenly, and where they are not known only powers of two are sure to do so"
    apart = f" and {work.kv_parts:g} KV heads" if 1 < work.kv_parts < work.heads else ""
    return f"the {work.heads:g} attention heads{apart} of {work.name} evenly"
