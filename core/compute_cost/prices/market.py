"""What the market asks for an accelerator on a day and a term, and what there is to say of that price."""

from __future__ import annotations

import datetime
import math
from typing import Annotated, NamedTuple

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.catalogue.records import Accelerator, Price, Rented
from compute_cost.errors import NoData, UnknownName
from compute_cost.inputs import DataNote, step, warn
from compute_cost.parameters import Text
from compute_cost.prices import index
from compute_cost.prices.index import CLASSES

_FRESH_DAYS = 183  # beyond, an answer says how old its price is
_ENOUGH = 5  # providers whose own range holds 71% of what a further one asks; that of two to four holds 38%
_STAND_IN = 1.5  # times the ends of the range of a chip that stands in for another
NO_PRICE = "no rental price in the catalogue"
Provider = Annotated[
    str | None,
    Text("a provider (aws, lambda ...) or a class (neocloud, marketplace, hyperscaler); neoclouds if left out", example='"aws"'),
]


class Rental(NamedTuple):
    """A rental price on a day with the quotes that it is the index of; `newest` is the day of the last of them.

    `provider_class` is that of the quotes, `asked` whether it was asked for; `stand_in` is the chip whose price it is, where it is
    another's; `outlying` are the quotes far from it; `held_from` and `before` are those of the index.
    """

    price: float
    low: float
    high: float
    term: str
    day: datetime.date
    quotes: tuple[Price, ...]
    scope: str
    newest: datetime.date
    provider_class: str
    asked: bool
    outlying: tuple[Price, ...] = ()
    held_from: float | None = None
    before: float | None = None
    stand_in: Accelerator | None = None

    @property
    def stale_days(self) -> int:
        return (self.day - self.newest).days

    @property
    def is_published(self) -> bool:
        """Whether a published index is among the quotes."""
        return any(quote.kind == "index" for quote in self.quotes)

    @property
    def providers(self) -> list[str]:
        return sorted({quote.provider for quote in self.quotes})

    def explain(self, gpu: Accelerator) -> None:
        """Where the price comes from and how old it is."""
        providers = self.providers
        shown = ", ".join(providers[:6]) + (" ..." if len(providers) > 6 else "")
        label = f"Price of {gpu.name}, {self.term.replace('_', ' ')}"
        formula = f"weighted median of {len(providers)} {self.scope}: {shown}; the newest quote is of {self.newest}"
        if 1 < len(providers) < _ENOUGH:
            formula += "; of so few the range is how far providers are apart for other chips"
        step(label, formula, self.price, "USD per GPU-hour", *sorted({quote.source for quote in self.quotes}))
        self._warn_of_quotes(gpu)
        known_until = max(catalogue.catalogue_date(), self.newest)
        age = f"{self.stale_days:,} day{'' if self.stale_days == 1 else 's'} older than {self.day}"
        held = f"the price of {gpu.name} is from {self.newest}, {age}, held flat"
        if self.day > known_until:
            warn(f"prices after {known_until} are not known: {held}; future_cost estimates a trend")
        elif self.stale_days > _FRESH_DAYS:
            warn(held)

    def _warn_of_quotes(self, gpu: Accelerator) -> None:
        """What is weak about the quotes: another chip's, of another class than usual, few, far from the others, not checked."""
        if self.stand_in:
            warn(f"nobody quotes {gpu.name}: the price of {self.stand_in.name} stands in, with a range that is {_STAND_IN:g} times wider")
        if not self.asked and self.provider_class != CLASSES[0]:
            lists = "hyperscalers' list prices, which are far above a market's" if self.provider_class == "hyperscaler" else "marketplaces'"
            warn(f"no two neoclouds quote {gpu.name}, {self.term.replace('_', ' ')}: the prices are {lists}")
        if len(self.providers) == 1 and self.low < self.high:
            lone = "index" if self.is_published else "provider"
            warn(f"the price of {gpu.name} comes from one {lone}: its range is how far providers are apart for other chips")
        elif len(self.providers) == 1 and not self.quotes[0].kind:
            warn(f"the price of {gpu.name} comes from one provider, so its range is not known")
        if self.outlying:
            named = ", ".join(f"{quote.provider} {show(quote.price, 'USD')}" for quote in self.outlying[:4])
            step("Quotes far from it", f"{named}: less than half or more than twice", float(len(self.outlying)), "quotes")
        if self.held_from:
            quoted = show(self.held_from, "USD")
            why = "one provider alone or newcomers moved them, which the price follows by a quarter a month"
            warn(f"the quotes of {gpu.name} are at {quoted}: {why}")
        if self.before:
            was = show(self.before, "USD")
            warn(f"the price of {gpu.name} was {was} a month before {self.newest}: several providers changed theirs, or are new")
        weak = sum(quote.confidence != "checked" for quote in self.quotes)
        if weak and len(self.quotes) == 1:
            warn(DataNote("the only price quote has an inferred date or was not checked against its source"))
        elif weak:
            warn(DataNote(f"{weak} of {len(self.quotes)} price quotes have an inferred date or were not checked against their source"))


class LargerMachine(NoData):
    """A machine whose price is not known, only that of smaller ones of its provider with the same chip."""

    def __init__(self, why: str, chip: str) -> None:
        self.why = why
        super().__init__(f"gpu: {why}; give its price, or {chip} alone")


@catalogue.kept(4096)
def rental(gpu: Accelerator, term: str | None = None, as_of: datetime.date | None = None, provider: str | None = None) -> Rental:
    """The rental price of `gpu` on a day: the index over the quotes of one class, or of a provider (compute_cost.prices.index).

    Without `provider` the class is the neoclouds', or another's where no two of them quote the chip. Of a chip in a provider's
    machine, that provider's price counts where it is known. A chip that nobody quotes may have another that stands in.
    """
    if provider is None and isinstance(gpu, Rented):
        try:
            rental(_named(gpu.id), term, as_of, gpu.provider)
        except NoData:
            market = rental(_named(gpu.id), term, as_of)
            return market._replace(scope=f"{market.scope}, as {gpu.provider} has none in the catalogue")
        return rental(gpu, term, as_of, gpu.provider)
    day = as_of or catalogue.catalogue_date()
    chosen = term or "on_demand"
    if yours := contract(gpu, chosen, day, provider):
        return yours
    scope, words = class_or_provider(provider)
    place = index.panel(gpu.id, chosen).place(day)
    of = scope or index.market(gpu.id, chosen, place)
    if not of or not index.panel(gpu.id, chosen, of).place(day):
        return _stand_in(gpu, chosen, day, provider)
    level = index.index(gpu.id, chosen, scope, place)
    if isinstance(gpu, Rented) and scope == gpu.provider:
        _refuse_larger_machine(gpu, level.quotes)
    words = words or f"{of}s"
    low, high = level.low, level.high
    if scope in ("", *CLASSES) and len({quote.provider for quote in level.quotes}) < _ENOUGH:
        low, high = min(low, level.price * min(1.0, _few("low"))), max(high, level.price * max(1.0, _few("high")))
    return Rental(
        level.price, low, high, chosen, day, level.quotes, words, level.newest,
        level.quotes[0].provider_class, provider is not None, level.outlying, level.held_from, level.before,
    )  # fmt: skip


def _refuse_larger_machine(gpu: Rented, quotes: tuple[Price, ...]) -> None:
    """Raises LargerMachine for one with far more vCPUs for each chip than those whose price is known, which is not its own."""
    sizes = {quote.node for quote in quotes} - {None}
    rows = [row for row in catalogue.instances().rows if (row.provider, row.gpu) == (gpu.provider, gpu.id) and not row.refused]
    known = min((row.vcpus / row.gpus for row in rows if row.vcpus and (not sizes or row.gpus in sizes)), default=math.inf)
    if gpu.vcpus > _MANY_MORE * known:
        beside = f"with {known:g} vCPUs for each, and this machine has {gpu.vcpus:g} and costs more"
        raise LargerMachine(f"the price of {gpu.name} at {gpu.provider} is known of machines {beside}", gpu.name)


_MANY_MORE = 2.0  # times the vCPUs for each chip: up to there machines of one chip differ by a fifth


def _few(end: str) -> float:
    """An end of what a further provider asks over the price that few providers make."""
    value = getattr(catalogue.assumption("few_quotes"), end)
    assert isinstance(value, float)
    return value


@catalogue.kept(64)
def for_rent(as_of: datetime.date | None) -> tuple[tuple[Accelerator, Rental | str], ...]:
    """Every accelerator with its price on demand of the day, or why it has none by which it can be ranked among the others."""
    return tuple((gpu, _ranked_price(gpu, as_of)) for gpu in catalogue.accelerators().rows)


def _ranked_price(gpu: Accelerator, as_of: datetime.date | None) -> Rental | str:
    try:
        quote = rental(gpu, as_of=as_of)
    except NoData:
        return NO_PRICE
    if quote.stand_in:
        return NO_PRICE  # what another chip costs ranks nothing
    if quote.stale_days > catalogue.constant("oldest_price"):
        return f"no rental price of the last year: the newest is {quote.stale_days} days old"
    return quote


def contract(gpu: Accelerator, term: str, as_of: datetime.date | None, provider: str | None) -> Rental | None:
    """What the user's newest contract says, with that provider where one is asked for; it comes before any quote."""
    yours, day = index.panel(gpu.id, term, index.CONTRACT), as_of or catalogue.catalogue_date()
    place = yours.place(day)
    if not place:
        return None
    scope, _ = class_or_provider(provider)
    row = next((row for row in reversed(yours.rows[:place]) if scope in ("", row.provider)), None)
    if row is None:
        return None
    return Rental(row.price, row.price, row.price, term, day, (row,), "price of your own", row.seen, row.provider_class, True)


def _stand_in(gpu: Accelerator, term: str, day: datetime.date, provider: str | None) -> Rental:
    """The price of the chip that the assumption rent_as_ names for one that nobody quotes. Raises NoData where there is none."""
    try:
        other = _named(str(catalogue.assumption_of_chip("rent_as", gpu).value))
    except StopIteration:
        where = f" from {provider}" if provider else ""
        raise NoData(
            f"gpu: no {term} price of {gpu.name}{where} up to {day.isoformat()} is in the catalogue; "
            "give your own price, a later as_of or another gpu"
        ) from None
    others = rental(other, term, day, provider)
    low, high = others.low / _STAND_IN, others.high * _STAND_IN
    return others._replace(low=low, high=high, scope=f"{others.scope} for {other.name}", stand_in=other)


def _named(chip_id: str) -> Accelerator:
    """The chip of that id itself, whoever rents it out."""
    chip = catalogue.accelerators().get(chip_id)
    assert chip is not None  # ids are checked
    return chip


def class_or_provider(provider: str | None) -> tuple[str, str]:
    """The class or the provider whose quotes are wanted, and what they are called; "" for the market. Raises UnknownName."""
    if provider is None:
        return "", ""
    name = catalogue.key(provider)
    if name in CLASSES:
        return name, f"{name}s"
    if listed := catalogue.providers().get(provider):
        return listed.id, "provider"
    # One that only the user's own prices name is on no list.
    quoted = {catalogue.key(row.provider): row.provider for rows in catalogue.prices().values() for row in rows}
    wanted = quoted.get(name)
    if wanted is None:
        hint = f"give a class ({', '.join(CLASSES)}) or a provider such as aws or lambda; compute-cost providers lists them"
        raise UnknownName("provider", provider, (), hint, catalogue.providers().near(provider))
    return wanted, "provider"
