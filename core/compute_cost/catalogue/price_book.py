"""Rental prices of one's own: contracts and quotes, by name, in the unit and the currency in which they are written.

    H100; 18.80 EUR per node of 8; 1.08 USD per EUR; 24 months; coreweave; from 2026-01-01 to 2027-12-31; minimum 64

A line holds a price and what it is for, in any order between semicolons; several lines are several prices. Lines may stand in place of
a price, or in the file prices.csv of the folder my_catalogue (that of `compute_cost.catalogue.own`), a table with the columns
COLUMNS, of which `name` and `price` are needed. Rows of one name are one contract: of several chips, or of several times.

No price is damaged by where it is from. What is wrong with a row is said, with its place, where its name is asked for.
"""

from __future__ import annotations

import csv
import datetime
import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from compute_cost.amounts import show
from compute_cost.catalogue import names, shelves
from compute_cost.catalogue.columns import period_end, period_start
from compute_cost.catalogue.described import LONGEST_LINE, CannotBe, checked_name
from compute_cost.catalogue.own import LONGEST_FILE
from compute_cost.catalogue.records import Accelerator
from compute_cost.catalogue.shelves import kept, key, user_prices_file
from compute_cost.errors import InputError, NoData, one_line, quote

COLUMNS = (
    "name", "gpu", "provider", "term", "price", "currency", "usd_per_unit", "unit", "from", "to", "upfront", "minimum", "region", "note",
)  # fmt: skip
MOST_LINES = 1000
_HOURS = {"hour": 1.0, "day": 24.0, "week": 168.0, "month": 730.0, "year": 8760.0}
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "CNY", "￥": "CNY", "元": "CNY", "₹": "INR"}
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_PRICE = rf"(?P<before>[A-Z]{{3}}|[$€£¥￥₹])?\s*(?P<price>{_NUMBER})\s*(?P<after>[A-Z]{{3}}|[$€£¥￥元₹])?(?P<unit>\s*(?:per|an?|/)\s*.+)?"
_RATE = rf"(?:rate\s*)?(?P<rate>{_NUMBER})\s*(?P<of>[A-Z]{{3}})\s*(?:per|=|/|a)\s*(?:1\s*)?(?P<per>[A-Z]{{3}})"
_TERM = r"(?i)(?:reserved\W*)?(\d{1,3})\W*(m|mo|months?|y|yr|years?)"
_DATES = r"(?:from\s+(?P<since>[\d-]+))?\s*(?:(?:to|until)\s+(?P<until>[\d-]+))?"
_SHARE = r"(\d{1,3}(?:\.\d+)?)\s*%"
_NODE = r"(?:node|server|machine|box)s?\W*(?:of\W*)?(\d{1,5})"


class Offer(NamedTuple):
    """One price of one's own: USD per GPU-hour, and what it is for. What is not said is "" or None: any chip, any day."""

    name: str
    price: float
    written: str
    chip: str
    provider: str
    term: str
    since: datetime.date | None
    until: datetime.date | None
    upfront: float | None
    minimum: float | None
    region: str
    place: str  # where it stands, for people

    @property
    def months(self) -> float | None:
        """The months that it is committed for, 0 on demand, below 0 at spot prices; None where it is for any term."""
        if not self.term:
            return None
        spoken = re.fullmatch(_TERM, self.term)
        if not spoken:
            return -1.0 if key(self.term) == "spot" else 0.0
        return float(spoken[1]) * (12 if spoken[2][0] in "yY" else 1)

    def counts_on(self, day: datetime.date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


class OwnPrice(float):
    """Several prices of one's own by one name: which of them counts depends on chip, day and term. As a number, the first."""

    offers: tuple[Offer, ...]
    written: str

    def of(self, chip: Accelerator, day: datetime.date, parameter: str, months: float = 0.0) -> Offer:
        """The one that counts for a chip on a day, else the nearest in time; of several terms the longest that so many months fill.

        Raises InputError where none is for that chip, or where two say different things.
        """
        ours = [offer for offer in self.offers if offer.chip == chip.id] or [offer for offer in self.offers if not offer.chip]
        if not ours:
            for_what = ", ".join(sorted({offer.chip for offer in self.offers}))
            raise InputError(
                parameter, self.written, f"it is for {for_what}, not for {chip.name}; add a row for that, or name another price"
            )
        valid = [offer for offer in ours if offer.counts_on(day)] or [min(ours, key=lambda offer: _away(offer, day))]
        valid = _of_term(valid, months)
        first = valid[0]
        other = next((offer for offer in valid if not math.isclose(offer.price, first.price, rel_tol=1e-9)), None)
        if other:
            both = f"{first.place} ({show(first.price, 'USD')}) and {other.place} ({show(other.price, 'USD')})"
            raise InputError(parameter, self.written, f"{both} both count for {chip.name} on {day}; end one with a day, or take it out")
        return first


def _of_term(offers: list[Offer], months: float) -> list[Offer]:
    """Those of the longest term that so many months fill, else of the shortest; those of any term count with each."""
    terms = {offer.months for offer in offers if offer.months is not None}
    if len(terms) < 2:
        return offers
    filled = max((term for term in terms if term <= months), default=min(terms))
    return [offer for offer in offers if offer.months in (None, filled)]


def contradiction(offers: Sequence[Offer]) -> tuple[Offer, Offer] | None:
    """Two prices of one name that say different things for one chip, term and day; the first such pair by the days that they begin."""
    alike: dict[tuple[str, str, float | None], list[Offer]] = {}
    for offer in offers:
        alike.setdefault((key(offer.name), offer.chip, offer.months), []).append(offer)
    for ours in alike.values():
        in_time = sorted(ours, key=lambda offer: offer.since or datetime.date.min)
        latest = in_time[0]  # the one that counts longest so far
        for offer in in_time[1:]:
            overlaps = latest.until is None or offer.since is None or offer.since <= latest.until
            if overlaps and not math.isclose(offer.price, latest.price, rel_tol=1e-9):
                return latest, offer
            if offer.until is None or (latest.until is not None and offer.until > latest.until):
                latest = offer
    return None


def _away(offer: Offer, day: datetime.date) -> int:
    """How many days a price is from counting on that day."""
    if offer.since and day < offer.since:
        return (offer.since - day).days
    return (day - offer.until).days if offer.until and day > offer.until else 0


def file() -> Path:
    return user_prices_file().parent / "my_catalogue" / "prices.csv"


def find(text: str) -> OwnPrice | None:
    """The price that a text gives in lines, or by a name of one's own; None for any other text. Raises InputError for a wrong line."""
    if ";" in text or "\n" in text.strip():
        return _together(text, tuple(_of_lines(text)))
    rows = _by_name().get(key(text)) if 1 < len(text) <= shelves.LONGEST_NAME else None
    return _together(text.strip(), tuple(offer_of(cells, place) for cells, place in rows)) if rows else None


def known_names() -> list[str]:
    """The names of one's own prices."""
    return sorted({rows[0][0]["name"] for rows in _by_name().values()})


def _together(written: str, offers: Sequence[Offer]) -> OwnPrice:
    price = OwnPrice(offers[0].price)
    price.offers, price.written = tuple(offers), one_line(written)[:200]
    return price


Rows = list[tuple[dict[str, str], str]]  # cells by column, and where they stand


@kept()
def _by_name() -> dict[str, Rows]:
    """The rows of one's own file by the key of their name. Raises NoData for a file that can't be read at all."""
    by_name: dict[str, Rows] = {}
    for cells, place in read(file()):
        if is_name(cells["name"]):  # what can be no name is asked for by nobody, and no answer shows it
            by_name.setdefault(key(cells["name"]), []).append((cells, place))
    return by_name


def read(path: Path) -> Rows:
    """The rows of a price file; none where there is no file. Raises NoData for one that can't be read, or without name or price."""
    try:
        if path.stat().st_size > LONGEST_FILE:
            raise NoData(f"your prices {path} have more than {LONGEST_FILE:,} bytes; make the file smaller")
        reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))
        rows = [
            ({name: one_line(str(row.get(name) or "")) for name in COLUMNS}, f"line {reader.line_num} of {path.name}") for row in reader
        ]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise NoData(f"your prices {path} can't be read ({one_line(str(problem))}); fix the file or move it away") from None
    lacking = {"name", "price"} - set(reader.fieldnames or ())
    unknown = set(reader.fieldnames or ()) - set(COLUMNS)
    if rows and (lacking or unknown):
        wrong = f"no column {' or '.join(sorted(lacking))}" if lacking else f"a column {quote(sorted(unknown)[0])}"
        raise NoData(f"your prices {path} have {wrong}; the columns are {', '.join(COLUMNS)}")
    return rows


def written(rows: Sequence[Mapping[str, str]]) -> bytes:
    """The file that holds these rows."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def _of_lines(text: str) -> Iterator[Offer]:
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise InputError("price", f"{len(lines):,} lines", f"give at most {MOST_LINES:,}")
    for number, line in enumerate(lines, start=1):
        place = f"line {number}" if len(lines) > 1 else "the line"
        yield offer_of(cells_of(line, place), place)


def cells_of(line: str, place: str = "the line") -> dict[str, str]:
    """The cells that a line gives, by column. Raises InputError for a part that says nothing, or the same thing twice."""
    cells = dict.fromkeys(COLUMNS, "")
    if len(line) > LONGEST_LINE:
        raise InputError("price", line, f"{place} has {len(line):,} characters; at most {LONGEST_LINE} are allowed")
    for part in (part.strip() for part in line.split(";")):
        said = _said(part) if part else {}
        if said is None:
            if cells["name"] or not is_name(part):
                raise InputError("price", line, f"{place}: {quote(part)} is neither a price, a chip, a term, a provider nor a date")
            said = {"name": part}
        twice = next((column for column, cell in said.items() if cell and cells[column]), None)
        if twice:
            raise InputError("price", line, f"{place} says {twice} twice: {quote(cells[twice])} and {quote(said[twice])}")
        cells |= {column: cell for column, cell in said.items() if cell}
    return cells


def is_name(text: str) -> bool:
    """Whether answers may show it as a name."""
    try:
        return bool(checked_name(text))
    except CannotBe:
        return False


def _said(part: str) -> dict[str, str] | None:
    """What one part of a line says, by column; None where it is none of the known things."""
    word, _, rest = part.partition(" ")
    if word in ("upfront", "minimum", "region", "note") and rest:
        return {word: rest.strip()}
    if key(part) in ("ondemand", "spot") or re.fullmatch(_TERM, part):
        return {"term": part}
    if part.startswith(("from ", "to ", "until ")) and (dates := re.fullmatch(_DATES, part)):
        return {"from": dates["since"] or "", "to": dates["until"] or ""}
    if rate := re.fullmatch(_RATE, part):
        number = float(rate["rate"].replace(",", ""))
        of, per = rate["of"], rate["per"]
        if "USD" in (of, per) and of != per and number:
            return {"usd_per_unit": repr(number if of == "USD" else 1 / number)}
    if (named := names.find("gpu", part)) and not re.fullmatch(_PRICE, part):
        return {"gpu": named.row.id}
    if priced := re.fullmatch(_PRICE, part):
        money = priced["before"] or priced["after"] or "USD"
        return {"price": priced["price"], "currency": _SIGNS.get(money, money), "unit": (priced["unit"] or "").strip()}
    listed = shelves.providers().get(part)
    return {"provider": listed.id} if listed else None


def offer_of(cells: Mapping[str, str], place: str) -> Offer:
    """A price by its cells. Raises InputError that names the place and the cell."""

    def wrong(column: str, allowed: str) -> InputError:
        return InputError("price", cells[column], f"{place}, {column}: {allowed}")

    def amount(column: str, high: float) -> float | None:
        text = cells[column].replace(",", "").removeprefix("$")
        if not text:
            return None
        try:
            number = float(text)
        except ValueError:
            raise wrong(column, "give a number") from None
        if not 0 < number <= high:
            raise wrong(column, f"give a number above 0, at most {high:g}")
        return number

    price, rate = amount("price", 1e9), amount("usd_per_unit", 1e6)
    if price is None:
        raise wrong("price", "give the price, such as 2.35")
    currency = cells["currency"].upper() or "USD"
    if not re.fullmatch("[A-Z]{3}", currency):
        raise wrong("currency", "give its three letters by ISO 4217, such as EUR")
    if currency != "USD" and rate is None:
        raise wrong("currency", f"give its rate too, such as 1.08 USD per {currency}")
    per_hour = price * (1.0 if currency == "USD" else rate or 1.0) / _gpu_hours(cells["unit"], wrong)
    chip = names.find("gpu", cells["gpu"]) if cells["gpu"] else None
    if cells["gpu"] and not chip:
        raise wrong("gpu", "it is not a known accelerator; compute-cost gpus lists those")
    days: list[datetime.date | None] = []
    for column, end in (("from", period_start), ("to", period_end)):
        try:
            days.append(end(cells[column]) if cells[column] else None)
        except ValueError:
            raise wrong(column, "give a day such as 2026-11-22") from None
    if days[0] and days[1] and days[0] > days[1]:
        raise wrong("to", "it ends before it begins")
    share = re.fullmatch(_SHARE, cells["upfront"])
    upfront = float(share[1]) / 100 if share else amount("upfront", 1)
    if upfront and upfront > 1:
        raise wrong("upfront", "give a share, such as 25%")
    told = f"{price:,.6g} {currency} {cells['unit'] or 'per GPU-hour'}" + (f" at {rate:g} USD per {currency}" if currency != "USD" else "")
    return Offer(
        cells["name"], per_hour, told, chip.row.id if chip else "", cells["provider"], cells["term"], days[0], days[1],
        upfront, amount("minimum", 1e9), cells["region"], place,
    )  # fmt: skip


def _gpu_hours(unit: str, wrong: Any) -> float:
    """How many GPU-hours a price is for: per GPU and hour if nothing is said; per node of 8, per month, per node of 8 and month."""
    text = re.sub(r"[^a-z0-9]+", " ", unit.casefold()).strip()
    node = re.search(_NODE, text)
    rest = text.replace(node[0], " ") if node else text
    words = set(rest.split()) - {"per", "a", "an", "and", "gpu", "card", "chip", "accelerator", "h"}
    periods = [_HOURS[word.rstrip("s")] for word in words if word.rstrip("s") in _HOURS]
    if len(periods) < len(words) or len(periods) > 1:
        raise wrong("unit", "give per GPU-hour, per node of 8, per GPU and month or the like")
    return (float(node[1]) if node and float(node[1]) else 1.0) * (periods[0] if periods else 1.0)
