"""Today's rental prices from the catalogs that gpuhunt publishes (an optional extra), kept next to the package's own.

Quotes are appended to `catalogue.user_prices_file`, never changed. They count only where a later `as_of`
than the catalogue's date is given, so the package's own answers stay as they are.
"""

from __future__ import annotations

import csv
import datetime
import io
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from compute_cost import catalogue
from compute_cost.catalogue.columns import columns
from compute_cost.catalogue.records import Price
from compute_cost.errors import NoData

if TYPE_CHECKING:
    from gpuhunt import CatalogItem

SOURCE = "gpuhunt"
COLUMNS = list(columns(Price))
PLAUSIBLE = columns(Price)["price"].kind
RESERVED = {"gcp-dws-calendar-mode"}  # flags of offers that are listed as on demand and must be booked ahead
FACTOR = 5  # beyond this many times the highest known price, or below that fraction of the lowest, lies a mistake

# gpuhunt's name of a provider: ours, and its class.
PROVIDERS = {
    "aws": ("aws", "hyperscaler"),
    "azure": ("azure", "hyperscaler"),
    "gcp": ("gcp", "hyperscaler"),
    "oci": ("oci", "hyperscaler"),
    "lambdalabs": ("lambda", "neocloud"),
    "nebius": ("nebius", "neocloud"),
    "runpod": ("runpod", "neocloud"),
    "verda": ("verda", "neocloud"),
    "cloudrift": ("cloudrift", "neocloud"),
}

# One name in gpuhunt for several chips: which one it is depends on memory [GB] and form.
FORMS = {
    ("A100", 40, "sxm"): "a100-sxm-40",
    ("A100", 40, "pcie"): "a100-pcie-40",
    ("A100", 80, "sxm"): "a100-sxm-80",
    ("A100", 80, "pcie"): "a100-pcie-80",
    ("H100", 80, "sxm"): "h100-sxm-80",
    ("H100", 80, "pcie"): "h100-pcie-80",
    ("V100", 16, "sxm"): "v100-sxm2-16",
    ("V100", 16, "pcie"): "v100-pcie-16",
    ("V100", 32, "sxm"): "v100-sxm2-32",
    ("P100", 16, "sxm"): "p100-sxm2-16",
}
AMBIGUOUS = {name for name, _, _ in FORMS}

# Machines whose names do not say the form, from the providers' own descriptions of them.
MACHINES = (
    ("aws", r"p[345][a-z]*\..*", "sxm"),
    ("azure", r"(Standard_)?ND\d.*", "sxm"),
    ("azure", r"(Standard_)?NC\d+(ads_A100_v4|r?s_v3)", "pcie"),
    ("gcp", r"a[23]-.*", "sxm"),
    ("oci", r"BM\.GPU4\.8|BM\.GPU\.A100-v2\.8|BM\.GPU\.H100\.8|(BM|VM)\.GPU3\..*", "sxm"),
    ("lambdalabs", r"gpu_8x_(a100|v100)", "sxm"),
    ("lambdalabs", r"gpu_[124]x_a100", "pcie"),
    ("runpod", r"NVIDIA H100 80GB HBM3", "sxm"),
    ("verda", r"\d+[AH]100\..*", "sxm"),
)

# gpuhunt's memory figure [GB] of a chip that it knows by a name of its own, where it is not that of the data sheet.
OTHER_MEMORY = {"gb300": 270, "mi325x": 288}


@dataclass
class Report:
    """What an update did: rows added, and what was left out, one line each."""

    added: list[Price] = field(default_factory=list)
    known: int = 0
    older: int = 0
    refused: list[str] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    unread: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Offers:
    """What one provider's catalog holds, and the day it was collected (None where the catalog does not say)."""

    items: Sequence[CatalogItem]
    day: datetime.date | None


def accelerator_of(item: CatalogItem) -> tuple[str, int] | None:
    """The accelerator's id and how many of them the offer rents; None where it is not exactly one of the catalogue."""
    import gpuhunt

    name = item.gpu_name or ""
    if pod := re.fullmatch(r"(?:tpu-)?v(2|3|4|5p|5litepod|6e)-(\d{1,6})", name):
        # A whole TPU slice is listed as one accelerator. v2 to v5p count cores, two to a chip; v5e and v6e chips.
        version, size = pod[1], int(pod[2])
        chips, rest = divmod(size, 2) if version in ("2", "3", "4", "5p") else (size, 0)
        return (f"tpu-v{version.replace('litepod', 'e')}", chips) if chips and not rest else None
    if item.gpu_count < 1 or not item.gpu_memory or not 0 < item.gpu_memory < 1e5:
        return None
    memory = gpuhunt.correct_gpu_memory_gib(name, item.gpu_memory * 1024)
    if name.upper() in AMBIGUOUS:
        match = FORMS.get((name.upper(), memory, _form(item.provider, item.instance_name)))
        return (match, item.gpu_count) if match else None
    chip = catalogue.accelerators().get(name)
    # A slice of a chip, or a variant with more memory, is not that chip; nor is one that comes in several forms.
    if chip is None or chip.id in FORMS.values() or memory not in (chip.memory, OTHER_MEMORY.get(chip.id)):
        return None
    return chip.id, item.gpu_count


def _form(provider: str, machine: str) -> str:
    """sxm or pcie; empty where neither the machine's name nor its provider's description says it."""
    if said := set(re.findall(r"sxm|pcie", machine.casefold())):
        return said.pop() if len(said) == 1 else ""
    return next((form for who, names, form in MACHINES if who == provider and re.fullmatch(names, machine)), "")


def collect(catalogs: Iterable[Offers], today: datetime.date, report: Report) -> list[Price]:
    """The quotes of the catalogs, each machine at the lowest price of its locations; what is left out goes into `report`."""
    ranges = _known_ranges()
    lowest: dict[tuple[str, str, str, str], tuple[float, datetime.date, str]] = {}
    refused: dict[str, None] = {}
    for offers in catalogs:
        day = min(offers.day or today, today)
        confidence = "not checked" if offers.day else "date inferred"
        for item in offers.items:
            accelerator = accelerator_of(item)
            who = PROVIDERS.get(item.provider)
            if accelerator is None or who is None:
                size = f" {item.gpu_memory:g} GB" if item.gpu_memory else ""
                report.unknown[f"{_plain(item.gpu_name or '') or 'unnamed'}{size} ({item.provider})"] += 1
                continue
            gpu, count = accelerator
            term = "spot" if item.spot else "on_demand"
            price = round(item.price / count, 6)
            why = "is a reservation, not on demand" if RESERVED & {*item.flags} else _implausible(gpu, term, price, ranges)
            if why:
                refused[f"{gpu}, {item.provider} {_plain(item.instance_name)}, {term}: ${price:g} an hour {why}"] = None
                continue
            if day <= catalogue.catalogue_date():
                report.older += 1
                continue
            # RunPod's community machines are other people's; only they are listed by country instead of data center.
            community = item.provider == "runpod" and re.fullmatch("[A-Z]{2}", item.location)
            key = (gpu, "runpod-community" if community else who[0], term, item.instance_name)
            if key not in lowest or price < lowest[key][0]:
                lowest[key] = (price, day, confidence)
    report.refused += refused
    rows: dict[tuple[object, ...], Price] = {}
    for (gpu, provider, term, machine), (price, day, confidence) in sorted(lowest.items()):
        kind = "marketplace" if provider == "runpod-community" else next(k for name, k in PROVIDERS.values() if name == provider)
        note = f"{_plain(machine)}, lowest of its locations"
        row = Price(gpu, provider, kind, term, price, day.isoformat(), today.isoformat(), SOURCE, confidence, note, "", "", None)
        rows.setdefault(_identity(row), row)
    return list(rows.values())


def _plain(text: str) -> str:
    """A foreign text for one line of a report or a cell of a table: printable, short, never a formula."""
    return "".join(c if c.isprintable() else " " for c in text)[:60].strip().lstrip("=+-@")


def _known_ranges() -> dict[tuple[str, str], tuple[float, float]]:
    """The lowest and highest price by chip and term of the package alone: a wrong quote must not widen it for the next."""
    known: dict[tuple[str, str], tuple[float, float]] = {}
    for row in catalogue.load("prices", Price):
        for term in (row.term, ""):
            low, high = known.get((row.gpu, term), (row.price, row.price))
            known[row.gpu, term] = min(low, row.price), max(high, row.price)
    return known


def _implausible(gpu: str, term: str, price: float, ranges: dict[tuple[str, str], tuple[float, float]]) -> str:
    """Why a price can't be right; empty where it can."""
    if gpu.startswith("tpu-") and term == "spot":
        return "is not taken: for TPUs the list shows a one-year commitment as spot"
    if not PLAUSIBLE.fits(str(price)):
        return f"is not a plausible price (not {PLAUSIBLE.words})"
    low, high = ranges.get((gpu, term)) or ranges.get((gpu, "")) or (price, price)
    if not low / FACTOR <= price <= high * FACTOR:
        return f"is over {FACTOR} times away from the known ${low:g} to ${high:g}"
    return ""


def _identity(row: Price) -> tuple[object, ...]:
    return row.gpu, row.provider, row.term, row.date, row.price


def append(rows: Sequence[Price], report: Report) -> Path:
    """Add the rows that are not there yet to the user's file, all or none; the rows that are there stay byte for byte.

    A process killed at any point leaves either the old file or the new one: the new one is written
    next to the old one and takes its name only when it is safe on the disk.
    """
    path = catalogue.user_prices_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path.with_suffix(".lock")):
        catalogue.user_prices()  # a damaged file is refused, not continued
        old = path.read_bytes() if path.exists() else b""
        there = list(csv.DictReader(io.StringIO(old.decode("utf-8"), newline="")))
        header = list(there[0]) if there else COLUMNS
        if header not in (COLUMNS, [name for name in COLUMNS if name not in catalogue.LATER_PRICE_COLUMNS]):
            raise NoData(f"the price file {path} has other columns than {', '.join(COLUMNS)}; move it away")
        known = {_identity(row) for row in catalogue.load("prices", Price)}
        known |= {(row["gpu"], row["provider"], row["term"], row["date"], float(row["price"])) for row in there}
        report.added = [row for row in rows if _identity(row) not in known]
        report.known = len(rows) - len(report.added)
        if report.added:
            text = io.StringIO()
            writer = csv.DictWriter(text, header, extrasaction="ignore", lineterminator="\n")
            if not old:
                writer.writeheader()
            writer.writerows(asdict(row) for row in report.added)
            _replace(path, old + (b"" if not old or old.endswith(b"\n") else b"\n") + text.getvalue().encode("utf-8"))
    catalogue.forget()
    return path


def _replace(path: Path, content: bytes) -> None:
    # Always the same name: what a killed process leaves behind is overwritten by the next.
    part = path.with_suffix(".part")
    with open(part, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
    # The new name itself should reach the disk too. Where the system can't do that for a folder, the file is whole all the same.
    with suppress(OSError):
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One update at a time: two would each drop the other's rows. The system frees the lock of a killed process."""
    with open(path, "ab") as file:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(file.fileno(), fcntl.LOCK_EX)
        yield


def update(fetch: Callable[[Report], Iterable[Offers]], today: datetime.date) -> tuple[Report, Path]:
    """Fetch, check and append; where it raises nothing is changed. `today` is the day the rows are recorded."""
    report = Report()
    rows = collect(fetch(report), today, report)
    return report, append(rows, report)
