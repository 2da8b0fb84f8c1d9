"""A cloud bill in the FOCUS format, row by row: GPU-hours, effective prices, unused commitments, tokens, and why it is not as planned."""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from compute_cost.catalogue import names, price_book
from compute_cost.errors import CostError, InputError, MissingInput
from compute_cost.result import Table

NEEDED = ("EffectiveCost", "BilledCost", "ConsumedQuantity", "ConsumedUnit", "SkuId")
# Where the quantity of a row stands: that of the pricing or of the commitment where nothing was consumed, as of what nobody used.
_QUANTITIES = (
    ("ConsumedQuantity", "ConsumedUnit"), ("CommitmentDiscountQuantity", "CommitmentDiscountUnit"), ("PricingQuantity", "PricingUnit"),
)  # fmt: skip
_UNUSED = ("CommitmentDiscountStatus", "CapacityReservationStatus")  # say whether a row is of what was committed and not used
USED = (
    *NEEDED, *(column for pair in _QUANTITIES[1:] for column in pair), *_UNUSED, "ChargeCategory", "BillingCurrency", "SkuPriceDetails",
    "SkuMeter", "ResourceType", "ResourceName", "ChargeDescription",
)  # fmt: skip
_APART = {"purchase": "purchases", "tax": "taxes", "credit": "credits", "adjustment": "adjustments"}  # categories that use nothing
_NAMING = ("SkuPriceDetails", "SkuId", "SkuMeter", "ResourceType", "ResourceName", "ChargeDescription")  # where a machine's name may stand
_HOURS = {"hour": 1.0, "hr": 1.0, "h": 1.0, "minute": 1 / 60, "min": 1 / 60, "second": 1 / 3600, "sec": 1 / 3600, "day": 24.0}
_TIMES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "b": 1e9, "billion": 1e9}
_WHOLE = frozenset(("gpu", "accelerator", "chip", "instance", "machine", "node", "server", "vm", "usage", "compute"))  # whose hours count
_NUMBER = re.compile(r"(\d[\d,]*(?:\.\d+)?)(k|m|b)?")
_WORD = re.compile(r"[\w.+-]+")


@dataclass
class Used:
    """What was used of one accelerator, one model's tokens, or anything else; amounts in the bill's currency."""

    hours: float = 0.0  # GPU-hours, used ones
    unused: float = 0.0  # GPU-hours of commitments that nobody used
    tokens: float = 0.0
    effective: float = 0.0
    billed: float = 0.0
    wasted: float = 0.0  # effective cost of what was unused

    @property
    def paid(self) -> float:
        """GPU-hours that were paid, used or not."""
        return self.hours + self.unused

    @property
    def price(self) -> float:
        """Effective price of a GPU-hour that was paid."""
        return self.effective / self.paid if self.paid else 0.0

    @property
    def utilization(self) -> float:
        return self.hours / self.paid if self.paid else 1.0


@dataclass
class Bill:
    """A whole bill by accelerator and by tokens; `broken` are rows that were left out, with their lines.

    `apart` are purchases, taxes, credits and adjustments, which are of no use of anything, and unused commitments without hours: they
    are in no price of a GPU-hour.
    """

    chips: dict[str, Used] = field(default_factory=dict)
    tokens: dict[str, Used] = field(default_factory=dict)
    other: Used = field(default_factory=Used)
    apart: dict[str, Used] = field(default_factory=dict)
    rows: int = 0
    currency: str = ""
    broken: list[str] = field(default_factory=list)

    @property
    def effective(self) -> float:
        return math.fsum(part.effective for part in (*self.chips.values(), *self.tokens.values(), *self.apart.values(), self.other))

    def table(self) -> Table:
        """One row for each accelerator, each metered model and the rest, the dearest first."""
        cost = self.currency or "cost"
        head = ("what", "GPU-hours", f"{cost} effective", f"{cost} billed", f"{cost} per GPU-hour", "GPU-hours unused", f"{cost} unused",
                "tokens", f"{cost} per million tokens")  # fmt: skip
        named = [*self.chips.items(), *self.tokens.items(), *self.apart.items(), ("other", self.other)]
        rows = [
            (name, used.hours, used.effective, used.billed, used.price, used.unused, used.wasted, used.tokens,
             used.effective / used.tokens * 1e6 if used.tokens else 0.0)
            for name, used in sorted(named, key=lambda item: -item[1].effective)
        ]  # fmt: skip
        return (head, *rows)


def measured_prices(bill: Bill, name: str, file: str, rate: float | None) -> list[dict[str, str]]:
    """Rows of a price book: for each accelerator what a GPU-hour that was paid cost effectively, in the bill's currency.

    `rate` is US dollars per unit of that currency. Raises InputError where the bill has no accelerators.
    """
    paid = [(chip, used) for chip, used in bill.chips.items() if used.paid > 0 and used.effective > 0]
    if not paid:
        raise InputError("prices", name, "the bill has no hours of accelerators, so there is no price to keep")
    return [
        dict.fromkeys(price_book.COLUMNS, "") | {
            "name": name, "gpu": chip, "price": repr(used.price), "currency": bill.currency,
            "usd_per_unit": "" if rate is None else repr(rate), "note": f"measured in {file}: {used.paid:,.0f} GPU-hours",
        }
        for chip, used in sorted(paid, key=lambda each: -each[1].effective)
    ]  # fmt: skip


class Planned(NamedTuple):
    """What a plan has for one accelerator: hours of use, the price of one that is paid, and the share of paid hours that are used."""

    hours: float
    price: float
    utilization: float = 1.0


def read(file: Iterable[str], name: str, skip: bool = False, told: Callable[[int], None] | None = None) -> Bill:
    """A FOCUS 1.x export, row by row in bounded memory; `told` hears how many rows have been read.

    A row counts whole or not at all. Raises InputError for columns that are missing, and for the first row that can't be read, by its
    line; with `skip` such rows are left out and listed.

    It is read with the standard library: a million rows of 155 MB take 4 s of a core and 36 MB of memory. Sums by the same
    columns in polars 2.1 and DuckDB 2.0 take 1.4 and 1.1 s, but 260 and 200 MB, another 68 to 175 MB to install, more memory the
    more resources a bill names, and do not say on which line of the file a broken row begins.
    """
    reader = csv.reader(file)
    bill, seen = Bill(), dict[tuple[str, ...], tuple[str, float]]()
    try:
        place = _columns(reader, name)
        for cells in reader:
            if not cells:
                continue
            try:
                _count(bill, cells, place, seen)
            except ValueError as problem:
                message = f"line {reader.line_num}: {problem}"
                if not skip:
                    raise InputError(name, f"line {reader.line_num}", f"{problem}; correct it, or leave such rows out by --skip") from None
                bill.broken.append(message)
            if told and not bill.rows % 10_000:
                told(bill.rows)
    except csv.Error as problem:
        raise InputError(name, f"line {reader.line_num}", f"it is not a CSV file: {problem}") from None
    except UnicodeDecodeError:
        raise InputError(name, f"line {reader.line_num}", "it is not UTF-8; export it as UTF-8") from None
    return bill


def _columns(reader: Iterator[list[str]], name: str) -> Mapping[str, int]:
    """Where each column stands that counts, whatever its case. Raises InputError for one that is missing or there twice."""
    head = [_folded(cell) for cell in next(reader, [])]
    missing = [column for column in NEEDED if column.casefold() not in head]
    if missing:
        raise MissingInput(
            name, f"the columns {', '.join(missing)}; give a FOCUS 1.x export (focus.finops.org) with its header, separated by commas"
        )
    twice = [column for column in USED if head.count(column.casefold()) > 1]
    if twice:
        raise InputError(name, "its header", f"the columns {', '.join(twice)} are there twice, so it is open which of them counts")
    return {column: head.index(column.casefold()) for column in USED if column.casefold() in head} | {"": len(head)}


def _folded(column: str) -> str:
    return column.strip().lstrip("\ufeff").replace("_", "").replace(" ", "").casefold()


def _count(bill: Bill, cells: Sequence[str], place: Mapping[str, int], seen: dict[tuple[str, ...], tuple[str, float]]) -> None:
    """One row into the bill. Raises ValueError for a row that can't be read, of which nothing has counted then."""
    if len(cells) != place[""]:
        raise ValueError(f"it has {len(cells)} cells, the header {place['']}")
    effective, billed = (_amount(cells[place[column]], column) for column in ("EffectiveCost", "BilledCost"))
    currency = _cell(cells, place, "BillingCurrency").upper()
    if currency and bill.currency and currency != bill.currency:
        raise ValueError(f"it is in {currency}, the rows before in {bill.currency}: split the file by currency")
    is_unused = any(_cell(cells, place, column).casefold() == "unused" for column in _UNUSED)
    quantity, unit = _quantity(cells, place)
    category = _APART.get(_cell(cells, place, "ChargeCategory").casefold())
    naming = tuple(cells[place[column]] for column in _NAMING if column in place)
    if naming not in seen and len(seen) < 100_000:
        seen[naming] = _machine(naming)
    chip, gpus = seen.get(naming) or _machine(naming)
    hours, tokens = _hours_in(unit) * quantity * (1.0 if "gpu" in unit else gpus), _tokens_in(unit) * quantity
    if category:
        used = bill.apart.setdefault(category, Used())
    elif chip and hours:
        used = bill.chips.setdefault(chip, Used())
        used.hours += 0.0 if is_unused else hours
        used.unused += hours if is_unused else 0.0
    elif tokens:
        used = bill.tokens.setdefault(cells[place["SkuId"]].strip() or "tokens", Used())
        used.tokens += tokens
    else:
        used = bill.apart.setdefault("unused commitments", Used()) if is_unused else bill.other
    used.effective += effective
    used.billed += billed
    used.wasted += effective if is_unused else 0.0
    bill.currency = bill.currency or currency
    bill.rows += 1


def _cell(cells: Sequence[str], place: Mapping[str, int], column: str) -> str:
    """What a row says in a column that a file may lack; "" for nothing."""
    text = cells[place[column]].strip() if column in place else ""
    return "" if text.casefold() == "null" else text


def _quantity(cells: Sequence[str], place: Mapping[str, int]) -> tuple[float, str]:
    """How much of which unit a row is of; 0 where it says nothing."""
    for column, unit in _QUANTITIES:
        text = _cell(cells, place, column)
        if text:
            return _amount(text, column), _cell(cells, place, unit).casefold()
    return 0.0, ""


def _amount(text: str, column: str) -> float:
    try:
        amount = float(text)
    except ValueError:
        amount = math.nan
    if not math.isfinite(amount):
        raise ValueError(f"{column} {text[:40]!r} is not a number")
    return amount


def _amount_in(unit: str) -> tuple[float, list[str]]:
    """How many of it are one of a unit, and the words of it: "100 hours", "1m tokens", "tokens (1k)", "million tokens"."""
    times, words = 1.0, []
    for word in re.findall(r"[\w,.]+", unit.replace("_", " ")):
        number = _NUMBER.fullmatch(word)
        if number:
            times *= float(number[1].replace(",", "")) * _TIMES.get(number[2] or "", 1.0)
        elif word in _TIMES:
            times *= _TIMES[word]
        else:
            words.append(word if word == "s" else word.rstrip("s"))
    return times, words


@lru_cache(1000)  # a bill has few units
def _hours_in(unit: str) -> float:
    """Hours in one of a unit such as Hours, Hrs, GPU-hours, 100 Hours or Seconds; 0 where it is none of time, or of another thing."""
    times, words = _amount_in(unit)
    if not words or not _WHOLE.issuperset(words[:-1]):
        return 0.0
    return times * (1 / 3600 if words[-1] == "s" else _HOURS.get(words[-1], 0.0))


@lru_cache(1000)
def _tokens_in(unit: str) -> float:
    """Tokens in one of a unit such as Tokens, 1K tokens, Tokens (1M) or 1000 input tokens; 0 where it is none, or tokens of a time."""
    times, words = _amount_in(unit)
    return times if "token" in words and not _HOURS.keys() & set(words) else 0.0


def _machine(naming: tuple[str, ...]) -> tuple[str, float]:
    """The accelerator that a row is about, and how many of it one machine has; ("", 1) for none."""
    for text in naming:
        for word in (text.strip(), *_words(text)):
            machine = names.find("gpu", word) if word else None
            if machine:
                return machine.row.name, float(names.says("gpu", word).get("gpus", 1.0))
    return "", 1.0


def _words(text: str) -> Iterator[str]:
    """What in a text may name a machine: the values of a JSON object, and words with a digit and a letter."""
    if text.lstrip().startswith("{"):
        try:
            yield from (str(value) for value in json.loads(text).values())
        except (ValueError, AttributeError):
            return
    else:
        yield from (word for word in _WORD.findall(text) if re.search(r"\d", word) and re.search(r"[A-Za-z]", word) and len(word) <= 60)


def read_plan(path: Path) -> dict[str, Planned]:
    """A plan: columns gpu, gpu_hours, price and, where not every paid hour is used, utilization. Raises InputError by line."""
    plan: dict[str, Planned] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = [column for column in ("gpu", "gpu_hours", "price") if column not in (reader.fieldnames or ())]
        if missing:
            raise MissingInput("plan", f"the columns {', '.join(missing)}; give gpu, gpu_hours, price and perhaps utilization")
        for row in reader:
            try:
                chip = names.find("gpu", row["gpu"]) if row["gpu"] else None
                if chip is None:
                    raise ValueError(f"{(row['gpu'] or '')[:40]!r} is not an accelerator of the catalogue")
                planned = Planned(_amount(row["gpu_hours"] or "", "gpu_hours"), _amount(row["price"] or "", "price"),
                                  _amount(row.get("utilization") or "1", "utilization"))  # fmt: skip
                if planned.hours < 0 or planned.price < 0 or not 0 < planned.utilization <= 1:
                    raise ValueError("hours and prices are 0 or more, utilization is a share such as 0.8")
                if chip.row.name in plan:
                    raise ValueError(f"{chip.row.name} is there twice")
            except ValueError as problem:
                raise InputError("plan", f"line {reader.line_num}", str(problem)) from None
            plan[chip.row.name] = planned
    return plan


def variance(bill: Bill, plan: Mapping[str, Planned]) -> Table:
    """Why the accelerators cost more or less than planned: volume, mix, utilization and price, which add up.

    volume = (hours of use - planned) x planned cost of an hour of use; mix = what the shares of the chips change at planned prices;
    utilization = what more or less unused hours change at planned prices; price = the rest, paid hours x (effective - planned price).
    A chip that no plan has counts with its own price, so that all of it is volume and mix.
    """
    chips = list(dict.fromkeys([*plan, *bill.chips]))
    actual = {chip: bill.chips.get(chip, Used()) for chip in chips}
    planned = {chip: plan.get(chip) or Planned(0.0, actual[chip].price, actual[chip].utilization or 1.0) for chip in chips}
    hours, wanted = (math.fsum(each) for each in ((used.hours for used in actual.values()), (one.hours for one in planned.values())))
    of_hour = {chip: one.price / one.utilization for chip, one in planned.items()}
    total = math.fsum(one.hours * of_hour[chip] for chip, one in planned.items())
    cost = math.fsum(used.effective for used in actual.values())
    if not wanted:
        raise CostError("plan: it has no hours, so there is nothing to compare with")
    volume = (hours - wanted) * total / wanted
    mix = math.fsum(used.hours * of_hour[chip] for chip, used in actual.items()) - hours * total / wanted
    at_planned = math.fsum(used.paid * planned[chip].price for chip, used in actual.items())
    utilization = at_planned - math.fsum(used.hours * of_hour[chip] for chip, used in actual.items())
    rows = (
        ("planned", total), ("volume", volume), ("mix", mix), ("utilization", utilization), ("price", cost - at_planned), ("actual", cost),
    )  # fmt: skip
    return (("what", bill.currency or "cost"), *rows)
