"""A model for one user at a time on cards, Macs or small machines of one's own: which are fast enough, and what they cost to own."""

from __future__ import annotations

from typing import NamedTuple

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.catalogue.records import Accelerator
from compute_cost.errors import CostError, InputError, NoData
from compute_cost.inputs import Cell, assumed, at_middle, default, figure, is_kept, is_moved, step, warn
from compute_cost.physics.formats import nominal_bits
from compute_cost.physics.serving_group import Serving
from compute_cost.physics.serving_plan import Target
from compute_cost.result import Answer, Table
from compute_cost.serving.levels import OutOfReach, Taken, Workload, chosen, fewest, layout_of, name_level

BEST_FEW = 6  # which the steps name, and among which the cheapest is sought where inputs are moved


class Owned(NamedTuple):
    """The fewest of one kind that reach the speed, and what they lose in worth [USD per month], where their price is known."""

    taken: Taken
    cost: float | None

    @property
    def group(self) -> Serving:
        return self.taken.way

    def row(self) -> tuple[Cell, ...]:
        group, time, price = self.group, self.group.time, self.group.gpu.purchase_price
        note = f"bought at {show(price, 'USD')} each ({group.gpu.purchase_date})" if price else "no purchase price in the catalogue"
        cost, bought = ("", "") if self.cost is None or not price else (self.cost, price * group.gpus)
        return (
            group.gpu.name,
            group.gpus,
            group.layout.name or "one accelerator",
            cost,
            bought,
            1 / time.per_token,
            time.first_token,
            note,
        )


class Refusal(NamedTuple):
    """A kind of accelerator that can't do it, with the reason, and the nearest that it can where it is too slow."""

    name: str
    reason: str
    problem: OutOfReach | None = None

    @classmethod
    def of(cls, chip: Accelerator, problem: InputError) -> Refusal:
        return cls(chip.name, problem.allowed.split(";")[0], problem if isinstance(problem, OutOfReach) else None)


def nothing(refused: list[Refusal], what: str) -> CostError:
    """The error that nothing can do it, with the nearest that anything can."""
    slow = [refusal.problem for refusal in refused if refusal.problem]
    if slow:
        best = min(slow, key=lambda problem: problem.target.missed(problem.nearest.time))
        return OutOfReach(best.target, best.nearest, best.wait, f" of any {what}")
    why = next((f": {refusal.name}, {refusal.reason}" for refusal in refused), "")
    return NoData(f"params: no {what} serves this model{why}; give a narrower precision")


def at_home(work: Workload, target: Target) -> Answer:
    """The cheapest to own of those that keep the target for one user at a time."""
    owned, refused = at_middle(_ranked, work, target)
    if not owned:
        raise nothing(refused, "card or machine")
    if owned[0].cost is None:
        named = ", ".join(kind.group.gpu.name for kind in owned[:BEST_FEW])
        raise NoData(f"gpu: no card that is fast enough has a purchase price in the catalogue; fast enough are {named}")
    if is_moved():
        few = [kind.group.gpu for kind in owned[:BEST_FEW] if kind.cost is not None]
        return Answer(min(_own(work, chip, target).cost or 0.0 for chip in few), "cost")
    chip = default("gpu", None, owned[0].group.gpu)
    best = _own(work, chip, target)
    if is_kept():
        _name(work._replace(gpu=chip).alone(), target, best, owned)
    return Answer(best.cost or 0.0, "cost", table=lambda: _table(owned, refused))


def together(work: Workload) -> Workload:
    """The work, where so many of the accelerators can work together as one copy takes. Raises InputError where not."""
    most, needed = work.largest_group(), work.on(None).gpus
    if needed > most:
        raise InputError("gpu", work.gpu.name, f"one copy takes {needed:,.0f} of them, and at most {most:,.0f} work together")
    return work


def _own(work: Workload, chip: Accelerator, target: Target) -> Owned:
    """The fewest of a kind that keep the target. Raises InputError where none do."""
    taken = chosen(together(work._replace(gpu=chip)).alone(), target, None, fewest)
    a_month = (1 - assumed("residual_share")) / (12 * assumed("useful_life"))
    return Owned(taken, chip.purchase_price * taken.way.gpus * a_month if chip.purchase_price else None)


def _ranked(work: Workload, target: Target) -> tuple[list[Owned], list[Refusal]]:
    """All kinds that people have at home, by cost and, where no price is known, by speed; and the others with the reason."""
    owned: list[Owned] = []
    refused: list[Refusal] = []
    for chip in catalogue.accelerators().rows:
        if chip.market != "datacenter" and chip.status != "announced":
            try:
                owned.append(_own(work, chip, target))
            except InputError as problem:
                refused.append(Refusal.of(chip, problem))
    owned.sort(key=lambda kind: (kind.cost is None, kind.cost or kind.group.time.per_token))
    return owned, refused


def _name(work: Workload, target: Target, best: Owned, owned: list[Owned]) -> None:
    """The cheapest with its speed and its price, and the next few."""
    group, chip = best.group, best.group.gpu
    name_level(work, target, group)
    price = step(f"Price of {chip.name}", f"at purchase, {chip.purchase_date}", chip.purchase_price or 0.0, "USD", chip.purchase_source)
    figure("gpu", chip.name, "")
    figure("gpus", group.gpus, "GPUs")
    figure("purchase_cost", group.gpus * price, "USD")
    figure("way", f"{layout_of(group)}, bought for {show(group.gpus * price, 'USD')}", "")
    kinds = sum(kind.cost is not None for kind in owned)
    formula = f"cards x price x (1 - residual_share) / (12 x useful_life); cheapest of {kinds} kinds"
    step("What it loses in worth", formula, best.cost or 0.0, "USD per month")
    for kind in owned[1:BEST_FEW]:
        if kind.cost is not None:
            speed = show(1 / kind.group.time.per_token, "tokens/s")
            step(f"On {kind.group.gpu.name}", f"{layout_of(kind.group)}, {speed}", kind.cost, "USD per month")
    if work.precision is None and nominal_bits(group.work.precision) >= 8:
        warn(f"in {group.work.precision}; most people run a model at home in about 4 bits, such as precision Q4_K_M")
    warn("one user at a time, on a machine of one's own; other parts and electricity come on top")
    warn("rented accelerators and hosted APIs are ranked where requests_per_day or tokens_per_day is given")


def _table(owned: list[Owned], refused: list[Refusal]) -> Table:
    head = ("card or machine", "number", "layout", "USD per month", "USD to buy", "tokens/s", "first token (s)", "note")
    blank = ("",) * (len(head) - 2)
    return (head, *(kind.row() for kind in owned), *((refusal.name, *blank, refusal.reason) for refusal in refused))
