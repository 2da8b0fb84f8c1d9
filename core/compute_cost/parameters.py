"""The kinds of argument an estimate can take: how each is read, bounded and described, once for every front end."""

from __future__ import annotations

import datetime
import functools
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from compute_cost import amounts, catalogue
from compute_cost.catalogue import described, names, near_misses, own, price_book
from compute_cost.catalogue.columns import period_end
from compute_cost.catalogue.records import Accelerator, Model
from compute_cost.errors import InputError, UnknownName, quote, search_hint


@dataclass(frozen=True)
class Kind:
    """How one argument is read.

    `doc` says what it means; `json_type` is its type for a tool; `accepts` is what a caller in Python may give,
    as signatures and type checkers show it. Only a kind with a field of its own is decorated as a dataclass again: that takes a
    third of a millisecond of every start.
    """

    accepts: ClassVar[Any] = str
    names_a_thing: ClassVar[bool] = False  # whether a text may give other arguments too
    free: ClassVar[bool] = False  # whether any text may be meant, also one that looks like name=value
    handed_on: ClassVar[bool] = False  # whether another estimate reads it: then it is an input of that one

    doc: str
    unit: str = ""
    json_type: str = "string"
    choices: tuple[str, ...] = ()
    example: str = ""
    only_with: str = ""  # the argument without which this one has no effect

    @property
    def takes_zero(self) -> bool:
        """Whether a 0 is meant here; where not, it is what some spreadsheets pass for a blank cell."""
        return False

    def reader(self, name: str) -> Callable[[Any], Any]:
        """The function that turns what came for parameter `name` into a checked value."""
        raise NotImplementedError

    def note(self, written: str) -> str:
        """What an answer must say of how a text was read; "" for nothing."""
        return ""

    def note_of_rack(self, written: str) -> str:
        """What it must say of a name of more chips than are counted, where nobody gave their number; "" for nothing."""
        return ""

    def question(self, value: Any) -> str:
        """What it must ask about a value that is allowed and most likely a slip; "" for nothing."""
        return ""

    def says(self) -> Callable[[str], Mapping[str, Any]]:
        """The function for other arguments that a text gives, such as the number format in a model's name."""
        raise NotImplementedError


# What is "above 0" is at least this: beyond, quotients leave the range of numbers.
SMALLEST = 1e-9
LONG_WAIT = 50.0  # seconds, longer than anybody waits for a first token


@dataclass(frozen=True)
class Quantity(Kind):
    """An amount between `low` and `high`, as a number or as text such as "175B"."""

    accepts: ClassVar[Any] = float | str

    low: float = 0.0
    high: float = math.inf
    above: bool = False
    whole: bool = False
    zero_is_typed: bool = False  # 0 has no answer, but begins a row of loads or months: refused, never taken for a blank cell

    @property
    def takes_zero(self) -> bool:
        return (self.low <= 0 and not self.above) or self.zero_is_typed

    def allowed(self) -> str:
        what = "a whole number" if self.whole else "a share" if self.unit == "1" else "an amount"
        plain = self.unit in ("", "1", "times", "ratio", "exponent")
        unit = "" if plain else f" {self.unit}" if self.unit.startswith("per ") else f" in {self.unit}"
        low, high = (amounts.show(bound).replace("e+", "e") for bound in (self.low, self.high))
        bounds = f"above {low}" if self.above else f"from {low}"
        top = "" if math.isinf(self.high) else f" and at most {high}" if self.above else f" to {high}"
        return f"give {what}{unit} {bounds}{top}, such as {self.example}"

    def reader(self, name: str) -> Callable[[Any], float]:
        low, high, above, whole = self.low, self.high, self.above, self.whole

        def read(value: Any) -> float:
            if type(value) is not float:  # the usual case first: this runs for every cell
                value = self._number(name, value)
            if low <= value <= high and not (above and value < SMALLEST) and not (whole and value != int(value)):
                return float(value)
            is_percent = self.unit == "1" and value > high and low <= value / 100 <= high
            raise InputError(name, value, f"{self.allowed()}{_for_percent(value) if is_percent else ''}")

        return read

    def question(self, value: Any) -> str:
        """Of what is likely a slip.

        A share below a hundredth may be a percentage divided by a hundred twice ("0.6%" for 60%), growth by 100% or more a percentage
        itself, and a long wait thousandths of seconds.
        """
        if self.unit == "s" and value >= LONG_WAIT:
            return f"{amounts.show(value, 's')} was given; for {value:g} ms give {value / 1000:g}"
        if self.unit != "1" or not isinstance(value, float):
            return ""
        if self.low < 0:
            percent = value if value >= 1 else 0.0
        else:
            percent = value * 100 * 100 if 0 < value < 0.01 and self.low <= value * 100 <= self.high <= 1 else 0.0
        return f"{amounts.show(value, '1')} was given{_for_percent(percent)}" if percent else ""

    def _number(self, name: str, value: Any) -> float:
        if isinstance(value, str):
            try:
                return amounts.read(_without_said(name, value), self.unit)
            except amounts.Unreadable as problem:
                raise InputError(name, value, f"{problem}; {self.allowed()}") from None
        is_truth = isinstance(value, bool) or getattr(value, "dtype", None) == "bool"  # of Python or of numpy
        if is_truth or not hasattr(value, "__float__"):
            raise InputError(name, value, self.allowed())
        try:
            return float(value)
        except Exception:  # a foreign object may raise anything
            raise InputError(name, value, self.allowed()) from None


def _for_percent(percent: float) -> str:
    """How to write a percentage that was most likely meant."""
    return f"; for {percent:g}% give {percent / 100:g}"


class RentalPrice(Quantity):
    """A price of an accelerator and hour, as a number, by the name of a price of one's own, or in lines that describe it."""

    def reader(self, name: str) -> Callable[[Any], float]:
        read_number = super().reader(name)

        def read(value: Any) -> float:
            if not isinstance(value, str):
                return value if isinstance(value, price_book.OwnPrice) else read_number(value)
            try:
                price = price_book.find(value)
            except InputError as problem:
                raise InputError(name, value, problem.allowed) from None
            for offer in price.offers if price else ():
                read_number(offer.price)
            return read_number(value) if price is None else price

        return read

    def allowed(self) -> str:
        yours = ", ".join(price_book.known_names()[:10])
        return f"{super().allowed()}{f'; prices of yours are {yours}' if yours else ''}"


class AssumedShare(float):
    """A share that a named assumption stands for; the result can then say which."""

    assumption: str


@dataclass(frozen=True)
class Share(Quantity):
    """A share, or a word that stands for the assumption of that name: "naive" for naive_utilization."""

    words: tuple[tuple[str, str], ...] = ()

    def allowed(self) -> str:
        more = [f'"{word}"' for word, _ in self.words if f'"{word}"' not in self.example]
        return ", or ".join([super().allowed(), *more])

    def reader(self, name: str) -> Callable[[Any], float]:
        read_number = super().reader(name)
        assumptions = dict(self.words)

        def read(value: Any) -> float:
            if isinstance(value, AssumedShare):
                return value
            assumption = assumptions.get(value.strip().casefold()) if isinstance(value, str) else None
            if assumption is None:
                return read_number(value)
            share = AssumedShare(catalogue.constant(assumption))
            share.assumption = assumption
            return share

        return read


class Part(float):
    """A share, where a count might have been given."""

    def __repr__(self) -> str:
        return f"{float(self):.6g}"


class CountOrShare(Quantity):
    """A count, or the share of a whole that is another parameter: "80%" or 0.8. A whole number is a count, also 1."""

    def allowed(self) -> str:
        return f'{super().allowed()}, or a share such as "80%"'

    def reader(self, name: str) -> Callable[[Any], float]:
        read_count = super().reader(name)

        def read(value: Any) -> float:
            if isinstance(value, Part):
                return value
            if isinstance(value, str) and ("%" in value or "％" in value):
                try:
                    share = amounts.read(value, "1")
                except amounts.Unreadable as problem:
                    raise InputError(name, value, f"{problem}; {self.allowed()}") from None
                if not 0 <= share <= 1:
                    raise InputError(name, value, self.allowed())
                return Part(share)
            number = self._number(name, value)
            return Part(number) if 0 < number < 1 else read_count(number)

        return read

    def question(self, value: Any) -> str:
        is_percent = not isinstance(value, Part) and 1 <= value <= 100
        return f"{value:,.0f} {self.unit} were given{_for_percent(value)}" if is_percent else ""


class Choice(Kind):
    """One of a closed set of words; case, spaces and dashes do not matter."""

    def reader(self, name: str) -> Callable[[Any], str]:
        by_key = {catalogue.key(word): word for word in self.choices}

        def read(value: Any) -> str:
            word = by_key.get(catalogue.key(value)) if isinstance(value, str) else None
            if word is None:
                raise UnknownName(name, value, self.choices, self.hint())
            return word

        return read

    def hint(self) -> str:
        return f"give one of {', '.join(self.choices)}"


@dataclass(frozen=True)
class NumberFormat(Kind):
    """A number format by one of its names: of weights, or of a KV cache."""

    cache: bool = False

    def reader(self, name: str) -> Callable[[Any], str]:
        def read(value: Any) -> str:
            row = catalogue.number_format(value) if isinstance(value, str) else None
            if row is None:
                raise UnknownName(name, value, self._names(), f"give a number format such as {self.example}")
            if self.cache and not row.cache:
                raise InputError(name, value, f"no engine keeps a cache in {row.name}; give one of {', '.join(self._names())}")
            return row.id

        return read

    def _names(self) -> list[str]:
        return [row.name for row in catalogue.formats().rows if row.cache or not self.cache]


class TrainingFormat(Choice):
    """A number format that training computes in, by one of its names."""

    def reader(self, name: str) -> Callable[[Any], str]:
        def read(value: Any) -> str:
            row = catalogue.number_format(value) if isinstance(value, str) else None
            if row is None:
                raise UnknownName(name, value, self.choices, self.hint())
            if not row.trained_in:
                raise InputError(name, value, f"no training run in {row.name} is known by which its speed could be told; {self.hint()}")
            return row.id

        return read


class YesNo(Kind):
    """Yes or no: a truth value, 1 or 0, or the words of one."""

    accepts: ClassVar[Any] = bool | str
    words: ClassVar[dict[str, bool]] = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}

    @property
    def takes_zero(self) -> bool:
        return True

    def reader(self, name: str) -> Callable[[Any], bool]:
        def read(value: Any) -> bool:
            if isinstance(value, bool):
                return value
            word = str(int(value)) if isinstance(value, (int, float)) and value in (0, 1) else value
            meant = self.words.get(word.strip().casefold()) if isinstance(word, str) else None
            if meant is None:
                raise InputError(name, value, "give true or false")
            return meant

        return read


class Text(Kind):
    """Free text up to 200 characters."""

    free: ClassVar[bool] = True

    def reader(self, name: str) -> Callable[[Any], str]:
        def read(value: Any) -> str:
            if not isinstance(value, str) or not value.strip():
                raise InputError(name, value, f"give {self.doc}, such as {self.example}")
            return plain(name, value)

        return read


def plain(name: str, value: str) -> str:
    """A text that may be shown again: short, on one line, without controls or marks that turn its direction."""
    if len(value) > 200:
        raise InputError(name, value, f"it has {len(value)} characters; at most 200 are allowed")
    text = " ".join(value.split())
    if not text.isprintable():
        raise InputError(name, value, "it holds characters that can't be seen; type it again")
    return text


def _without_said(name: str, text: str) -> str:
    """An amount without what the name of its argument says already: "1B a day" for tokens_per_day."""
    said = re.search("_per_(day|month)$", name)
    return re.sub(rf"(\s*/\s*|\s+(per|a|each)\s+){said[1]}\s*$", "", text, flags=re.IGNORECASE) if said else text


@dataclass(frozen=True)
class CatalogueName(Kind):
    """The name of one thing in the catalogue, a "gpu" or a "model", which may give other arguments: its number format, how many."""

    names_a_thing: ClassVar[bool] = True

    what: str = "gpu"

    def reader(self, name: str) -> Callable[[Any], Any]:
        def read(value: Any) -> Any:
            named = names.find(self.what, value) if isinstance(value, str) else None
            row = named.row if named else self.described(name, value)
            if row is None:
                raise self.unknown(name, value, search_hint(self.what))
            return row

        return read

    def described(self, name: str, value: Any) -> Any | None:
        """What a text describes, or the entry of your own of that name; None for neither. Raises InputError for a wrong description."""
        try:
            return (own.find(self.what, value) or described.find(self.what, value)) if isinstance(value, str) else None
        except described.CannotBe as problem:
            raise InputError(name, value, str(problem)) from None

    def unknown(self, name: str, value: Any, hint: str) -> InputError:
        """What to say of a name that means nothing here, or more than one thing."""
        if not isinstance(value, str):
            return UnknownName(name, value, (), hint)
        if why := names.refused(self.what, value):
            return InputError(name, value, why)
        if rows := names.several(self.what, value):
            which = ", ".join(f"{row.name} ({names.figures(row)})" for row in rows[:6]) + (" ..." if len(rows) > 6 else "")
            return InputError(name, value, f"it may be {which}; give the whole name")
        return UnknownName(name, value, (), hint, near_misses.nearest(self.what, value))

    def note(self, written: str) -> str:
        """What was read of a name that is not the catalogue's own, and what it gives; "" where it is."""
        named = names.find(self.what, written)
        if named is None:
            return ""
        is_other = self.what == "model" and names.takes_other_version(named.row, written)
        other = ", whose figures are taken for that version too" if is_other else ""
        if not (named.without or named.says or other):
            return ""
        left = f", without {', '.join(quote(word) for word in named.without)}" if named.without else ""
        given = "".join(
            f"; one machine has {amounts.show(value)}"
            if isinstance(value, names.OfOneMachine)
            else f"; it gives {name} {amounts.show(value)}"
            for name, value in named.says.items()
        )
        if "gguf" in (word.casefold() for word in named.without) and "precision" not in named.says:
            given = "; GGUF files come in many number formats: give precision"
        return f"{quote(written)} is read as {named.row.name}{left}{other}{given}"

    def note_of_rack(self, written: str) -> str:
        """That a name which speaks of a rack, such as GB200 NVL72, is read as one of its chips; "" for any other."""
        rack = names.rack(written) if self.what == "gpu" else None
        if rack is None:
            return ""
        which = f"{rack.chip.name}, of which an {rack.name} has {rack.chips}"
        return f"{quote(written)} is read as single chips: {which}; give gpus={rack.chips} for a whole one"

    def says(self) -> Callable[[str], Mapping[str, Any]]:
        return functools.partial(names.says, self.what)


@dataclass(frozen=True)
class ModelSize(CatalogueName):
    """A parameter count, or the name of a model in the catalogue."""

    accepts: ClassVar[Any] = float | str

    what: str = "model"

    def reader(self, name: str) -> Callable[[Any], Model]:
        count = Quantity(self.doc, "parameters", example='175e9, "175B"', low=1e3, high=1e17)
        read_count = count.reader(name)

        def read(value: Any) -> Model:
            if not isinstance(value, str):
                return Model.of_size(read_count(value))
            named = names.find("model", value)
            if named is not None:
                return named.row  # type: ignore[no-any-return]
            try:
                number = amounts.read(value, "parameters")
            except amounts.Unreadable as problem:
                if (row := self.described(name, value)) is not None:
                    return row  # type: ignore[no-any-return]
                hint = f'give a count such as 175e9 or "175B", or a known model; {search_hint("model")}'
                if not value.strip() or value.strip()[0] in "0123456789+-.$" or len(value) > amounts.LONGEST_TEXT:
                    raise InputError(name, value, f"{problem}; {hint}") from None
                raise self.unknown(name, value, hint) from None
            return Model.of_size(read_count(number))

        return read

    def unknown(self, name: str, value: Any, hint: str) -> InputError:
        if isinstance(value, str) and not names.several("model", value) and (sold := names.sold(value)):
            why = f"{sold.name} is sold by the token, and its size is not published or not in the catalogue; api_cost has its price"
            return InputError(name, value, f"{why}; {hint}")
        return super().unknown(name, value, hint)


class Day(Kind):
    """A calendar day: YYYY-MM-DD, YYYY-MM, YYYY (a partial date counts at its end), a date, or a spreadsheet's day number.

    A time of day, as in =NOW(), counts for nothing.
    """

    accepts: ClassVar[Any] = datetime.date | str | float

    def reader(self, name: str) -> Callable[[Any], datetime.date]:
        def read(value: Any) -> datetime.date:
            try:
                return _day(value)
            except (ValueError, OverflowError):
                raise InputError(name, value, 'give a date such as "2026-11-22" or "2025-03"') from None

        return read


# A spreadsheet joins the number of a day to a text: "as_of="&B3.
_DAY_NUMBER = re.compile(r"\s*\d{5}(\.\d{0,30})?\s*")


def _day(value: Any) -> datetime.date:
    if isinstance(value, datetime.datetime):
        value = value.date()
    elif isinstance(value, str) and _DAY_NUMBER.fullmatch(value):
        value = float(value)
    if isinstance(value, datetime.date):
        day = value
    elif isinstance(value, str):
        text = value.strip()
        day = datetime.datetime.fromisoformat(text).date() if ":" in text else period_end(text)
    elif isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError
    elif 1990 <= value <= 2100 and value == int(value):
        day = datetime.date(int(value), 12, 31)
    else:
        day = datetime.date(1899, 12, 30) + datetime.timedelta(days=int(value))
    if not 1990 <= day.year <= 2100:
        raise ValueError
    return day


class Anything(Kind):
    """Passed on, to the estimate that the first argument names."""

    accepts: ClassVar[Any] = float | str | datetime.date
    free: ClassVar[bool] = True
    handed_on: ClassVar[bool] = True

    def reader(self, name: str) -> Callable[[Any], Any]:
        def read(value: Any) -> Any:
            if isinstance(value, str):
                return plain(name, value)
            if isinstance(value, (int, float, datetime.date)):
                return value
            raise InputError(name, quote(value), "give a number or text")

        return read


class _Required:
    def __repr__(self) -> str:
        return "<required>"


# The default of a parameter that must be given although it stands behind optional ones.
REQUIRED: Any = _Required()

PRECISIONS = ("fp32", "tf32", "fp16", "bf16", "fp8", "mxfp8", "fp4", "mxfp4")  # that training computes in

Params = Annotated[
    Model,
    ModelSize(
        'A model\'s name ("GPT-3"), its parameter count ("175B") or its figures ("27B; layers 64; kv_heads 4; head_dim 256").',
        "parameters",
        example='"175B" or "GPT-3"',
    ),
]
Tokens = Annotated[
    float | None,
    Quantity("Training tokens; may be left out for a model whose tokens are known.", "tokens", low=1, high=1e18, example='300e9 or "300B"'),
]
Gpu = Annotated[
    Accelerator | None,
    CatalogueName('Accelerator, such as "H100" or "TPU v4", or its figures ("48 GB; 960 GB/s; 91 TFLOP/s bf16").', example='"A100"'),
]
RequiredGpu = Annotated[
    Accelerator,
    CatalogueName('Accelerator, such as "H100" or "TPU v4", or its figures ("48 GB; 960 GB/s; 91 TFLOP/s bf16").', example='"A100"'),
]
Gpus = Annotated[float | None, Quantity("Number of accelerators.", "GPUs", low=1, high=1e8, whole=True, example="1024")]
GpusOrNone = Annotated[float | None, Quantity("Number of accelerators, 0 for none.", "GPUs", high=1e8, whole=True, example="1024")]
RequiredGpus = Annotated[float, Quantity("Number of accelerators.", "GPUs", low=1, high=1e8, whole=True, example="1024")]
Utilization = Annotated[
    float | None,
    Share(
        'Share of the chip\'s dense peak that the whole billed run reaches; predicted if left out, "naive" for untuned code.',
        "1",
        high=1,
        above=True,
        example='0.4, "40%" or "naive"',
        words=(("naive", "naive_utilization"),),
    ),
]
HourlyPrice = Annotated[
    float | None,
    RentalPrice(
        "Price of one accelerator for one hour, or a price of your own by its name.",
        "USD per GPU-hour",
        high=1e4,
        above=True,
        example='2.5 or "$2.50"',
    ),
]
Precision = Annotated[str | None, TrainingFormat("Number format of the matrix multiplications.", choices=PRECISIONS, example='"bf16"')]
WeightFormat = Annotated[
    str | None,
    NumberFormat(
        'Number format of the weights by its usual name, such as "fp8", "Q4_K_M", "AWQ" or "4.25bpw".',
        example='"bf16" or "Q4_K_M"',
    ),
]
CacheFormat = Annotated[
    str | None, NumberFormat("Number format of the KV cache; 16 bits if left out.", cache=True, example='"fp8" or "q8_0"')
]
SequenceLength = Annotated[
    float | None,
    Quantity("Tokens per training sequence, for the attention term.", "tokens", low=1, high=1e9, whole=True, example="4096"),
]
ActiveParams = Annotated[
    float | None,
    Quantity("Parameters that one token uses (mixture of experts); all if left out.", "parameters", low=1e3, high=1e17, example='"37B"'),
]
AsOf = Annotated[datetime.date | None, Day("Day of the prices; the catalogue's own date if left out.", example='"2026-11-22"')]
