"""Finds the amounts in a question: number, unit and rate together, and dates."""

from __future__ import annotations

from collections.abc import Sequence

from compute_cost import catalogue
from compute_cost.amounts import units
from compute_cost.amounts.dates import date_at, is_year
from compute_cost.amounts.numbers import half_more, is_elsewhere, number_at, of_tries, text_at
from compute_cost_tools.reading.names import families, known
from compute_cost_tools.reading.phrases import TIME, book, load, match
from compute_cost_tools.reading.pieces import Amount, Piece

OTHER_MONEY = "yuan"  # and whatever else is no US dollar
LEAST_PRICE, MOST_PRICE = 0.01, 100.0  # of an hour or a kilowatt-hour, where no currency is said
MOST_CHIPS = 1e8  # of one run
# What may follow an adjective.
DESCRIBED = ("tokens", "input_tokens", "output_tokens", "calls", "requests", "examples", "documents", "tasks", "images")
HAD_AS = ("used", "new", "spot", "reserved", "refurbished", "owned", "more")  # words between a number and its chip
WITHIN = ("in", "within", "under", "for", "over")  # before a time they say how long it takes, and no rate
COUNTABLE = {*DESCRIBED, "gpus", "people"}
NOT_AS_SAID = {("every", "audio_minutes"): "", ("into", "examples"): "tokens"}  # every 15 minutes; packed into 4096 rows
_PER = ("per", "/", "每", "a", "an")


def find(pieces: Sequence[Piece], text: str) -> list[Piece]:
    """The pieces with each amount as one piece, whose kind is its unit (`amount` where it has none)."""
    pieces_read: list[Piece] = []
    at = 0
    elsewhere = is_elsewhere(pieces)
    while at < len(pieces):
        piece, end = _date(pieces, at, pieces_read) or _amount(pieces, at, pieces_read, text, elsewhere) or (pieces[at], at + 1)
        if isinstance(piece.value, Amount) and not piece.value.unit and pieces_read and _is_memory(pieces_read[-1], piece.value):
            piece.kind = piece.value.unit = "gb"
        pieces_read.append(piece)
        if isinstance(piece.value, Amount):  # "$2 per A100-hour" names the chip too, and "2T curated tokens" says a word that is not used
            inside = [other for other in pieces[at:end] if other.kind in ("gpu", "model", "api_model") or other.text in families()]
            words = [other.text for other in pieces[at:end] if other.kind == "word" and other not in inside]
            pieces_read += inside
            piece.value.described = tuple(word for word in words if word not in book().words)
        at = end
    said = [piece for piece in pieces_read if piece.text != "rather"]
    for one, word, other in zip(said, said[1:], said[2:], strict=False):  # 2 tok/s or 10
        if word.text == "or" and "tokens/second" in (one.kind, other.kind) and {one.kind, other.kind} <= {"amount", "tokens/second"}:
            one.kind = one.value.unit = other.kind = other.value.unit = "guess"  # type: ignore[attr-defined]
    return pieces_read


def _is_memory(before: Piece, amount: Amount) -> bool:
    """Whether a number behind a chip says which of its kind is meant: A100 80."""
    return before.kind == "gpu" and bool(known("gpu", f"{before.value} {amount.value:g}GB"))


def _date(pieces: Sequence[Piece], at: int, before: list[Piece]) -> tuple[Piece, int] | None:
    """2025-03, 2025年3月, March 2025, "in 2024"; a plain four-digit number elsewhere is a number."""
    first = pieces[at]
    if said := date_at(pieces, at):
        return Piece("as_of", first.text, first.start, pieces[said[1] - 1].end, said[0]), said[1]
    if first.kind != "number" or not is_year(first.text):
        return None
    ahead = int(first.text) - catalogue.catalogue_date().year
    if ahead > 0 and before and before[-1].text in ("in", "by"):
        return Piece("years", first.text, first.start, first.end, Amount(float(ahead), first.text, "years")), at + 1
    words = [piece.text for piece in before if piece.text not in ("early", "mid", "late", "the", "end", "of", "year")]
    unit = book().unit_at(pieces, at + 1)
    if words[-1:] in (["in"], ["as"], ["during"], ["since"]) and not unit and text_at(pieces, at + 1) != "x":
        return Piece("as_of", first.text, first.start, first.end, first.text), at + 1
    return None


def _amount(pieces: Sequence[Piece], at: int, before: list[Piece], text: str, elsewhere: bool) -> tuple[Piece, int] | None:
    number = _number(pieces, at)
    if number is None:
        return None
    amount, end = number
    first = pieces[at]
    money = _take_dollars(before)
    if money:
        amount.unit = OTHER_MONEY if money.kind == OTHER_MONEY else "money"
    elif not amount.unit:
        end = _unit(pieces, end, amount)
    if amount.unit == "them":  # of the chips, the tokens or the users before it
        counted = [piece.kind for piece in before if piece.kind in ("gpu", "amount", *COUNTABLE)]
        counted = counted or [unit for place in range(len(before)) if (unit := book().unit_at(before, place)) in COUNTABLE - {"tokens"}]
        things = "documents" if any(piece.kind == "word" and piece.text[3:].endswith("s") for piece in before) else ""
        amount.unit = {"gpu": "gpus", "amount": ""}.get(counted[-1], counted[-1]) if counted else things
    amount.unit = NOT_AS_SAID.get((before[-1].text if before else "", amount.unit), amount.unit)
    more, end = half_more(pieces, end) if amount.unit in TIME else (0.0, end)
    amount.value += more
    end = _rate(pieces, end, amount, before)
    amount.unit, size = load("meaning")["a_day"].get(amount.unit, (amount.unit, 1.0))
    amount.value *= size
    if _only_a_word(first, amount.unit, amount.value, end - at):
        return None
    start = money.start if money else first.start
    signs = ("minus", "负", "-") if before and before[-1].end == start else ("minus", "负")
    if before and (before[-1].kind == "minus" or before[-1].text in signs):
        amount.negative = True
        start = before.pop().start
    per = before[-1].text if before else ""
    beside = any(isinstance(piece.value, Amount) and not piece.kind.startswith("money") for piece in before[-3:-1])  # 13B/1T, 5M in/2M out
    per_unit = (not beside and per in ("per", "/", "每")) or (per in _PER and first.text in units.SCALES)
    if per_unit and amount.unit in ("tokens", "output_tokens", "input_tokens", "") and not amount.negative:
        amount.unit = "per_tokens"
        before.pop()
    elif amount.number and amount.number.bare and first.text in units.SCALES:
        return None  # "million" by itself is not a number
    if elsewhere and amount.number and amount.number.style in ("dot", "decimal comma"):  # 2.000 and 2,5 as that language writes them
        amount.value *= 1000 if amount.number.style == "dot" else 1
        amount.number = amount.number._replace(value=amount.value, style="")
    amount.written = text[start : pieces[end - 1].end]
    return Piece(amount.unit or "amount", amount.written.casefold(), start, pieces[end - 1].end, amount), end


def _number(pieces: Sequence[Piece], at: int) -> tuple[Amount, int] | None:
    """The number that starts at a place, with what it is of where that is said in it: a share, "a week", half a year, tens of millions."""
    number = of_tries(pieces, at) or number_at(pieces, at)
    if number is None:
        if pieces[at].text == "半" and book().unit_at(pieces, at + 1) in TIME:
            return Amount(0.5, ""), at + 1
        counted = {"a": TIME, "an": TIME, "single": ("requests",)}.get(pieces[at].text, ())  # a week, a single user
        return (Amount(1.0, ""), at + 1) if book().unit_at(pieces, at + 1) in counted else None
    end = max(number.end, at + 1)
    if number.share:
        after = end + (end < len(pieces) and pieces[end].text == "of")
        after += after < len(pieces) and pieces[after].text in ("a", "an")
        if book().unit_at(pieces, after) in (*TIME, "money"):
            return Amount(number.value, "", number=number), after
        return Amount(number.value, "", "share", number=number), end
    return Amount(number.value, "", "vague" if number.span else "", number.letter, number=number), end


def _take_dollars(before: list[Piece]) -> Piece | None:
    """Take a dollar sign, "USD" or "US$" in front of a number out of what was found."""
    if not before or before[-1].text not in ("$", "usd", "us$"):
        return None
    sign = before.pop()
    if before and before[-1].kind == "word" and before[-1].end == sign.start:
        word = before.pop()
        return Piece("sign" if word.text == "us" else OTHER_MONEY, word.text + sign.text, word.start, sign.end)
    return sign


def _unit(pieces: Sequence[Piece], end: int, amount: Amount) -> int:
    """Read the unit behind a number. What a unit phrase needs next to it (<gpu>) stays where it is."""
    if not book().unit_at(pieces, end) and _describes(pieces, end):  # 2T curated tokens
        end += 1
    if not amount.scale and text_at(pieces, end) in HAD_AS and end + 1 < len(pieces) and pieces[end + 1].kind == "gpu":  # 8 used H100s
        amount.unit = "gpus"
        return end
    for unit, after in book().units.at(pieces, end):
        while after > end and pieces[after - 1].kind == "gpu":
            after -= 1
        after = next((place for place in range(end, after) if pieces[place].kind == "number"), after)  # eight 40 GB A100s
        if unit == "gpus" and amount.value > MOST_CHIPS:  # 7B 2T H100
            break
        if text_at(pieces, after - 1) == "sequence" and text_at(pieces, after) in ("length", "len"):
            break
        amount.unit = unit
        if unit in ("share", "money"):  # percent, cents
            said = "".join(piece.text for piece in pieces[end:after])
            amount.value = units.times(amount.value, units.WORDS.get(said, ("", 0.01 if unit == "share" else 1.0))[1])
        return after
    return end


def _describes(pieces: Sequence[Piece], at: int) -> bool:
    """Whether a word that says nothing here, or a model, stands between a number and its unit."""
    word = pieces[at] if at + 1 < len(pieces) else None
    plain = word is not None and word.kind == "word" and len(word.text) > 2 and word.text not in book().words
    return (plain or (word is not None and word.kind in ("model", "api_model"))) and book().unit_at(pieces, at + 1) in DESCRIBED


def _rate(pieces: Sequence[Piece], end: int, amount: Amount, before: list[Piece]) -> int:
    """$2 an hour, 2 billion tokens a day, 每小时2美元."""
    if amount.unit in ("params", "amount", ""):
        base = "money" if amount.unit == "money" else ""
    else:
        base = "tokens" if amount.unit in ("output_tokens", "input_tokens") else amount.unit
        base = "calls" if base in ("documents", "examples") else base
    furthest = 2 if base == "tokens" else 0
    for skip in range(furthest + 1):
        if skip and (end + skip > len(pieces) or pieces[end + skip - 1].kind != "word" or pieces[end + skip - 1].text in WITHIN):
            break
        for rate, after in book().rates.at(pieces, end + skip):
            if rate.split("/")[0] == base:
                amount.unit = rate
                return after
    noun = pieces[end] if end < len(pieces) and amount.scale not in ("b", "t") else None
    counts = noun and noun.kind == "word" and len(noun.text) > 3 and noun.text.endswith("s") and not book().unit_at(pieces, end)
    priced = not amount.scale and LEAST_PRICE <= amount.value <= MOST_PRICE  # 2.40/h, 0.30/kWh
    for rate, after in () if base else book().rates.at(pieces, end + bool(counts)):
        daily = rate == "calls/day" and amount.value > MOST_PRICE  # 900 per day, and 12 completions a day, are requests
        if rate.startswith("calls/") if counts else daily or (priced and rate in ("money/hour", "money/kwh")):
            amount.unit = rate
            return after
    skipped = len(before)
    while skipped and len(before) - skipped < 3 and before[skipped - 1].text in book().connectors and before[skipped - 1].text != "每":
        skipped -= 1
    for pattern, rate in book().rates_before:
        for stop in {len(before), skipped}:
            counted = rate.split("/")[0] == base or (not base and rate == "users/day")  # 日活2000
            if counted and stop >= len(pattern) and match(pattern, before[:stop], stop - len(pattern)) == stop:
                amount.unit = rate
    return end


def _only_a_word(first: Piece, unit: str, value: float, length: int) -> bool:
    """A bare "one" or a single Chinese digit is usually no number: "one run", 一个, "one token"."""
    if unit in ("tokens", "requests") and length <= 2 and not first.text.isascii():
        return first.text == "一" and value == 1
    if unit == "tokens":
        return first.text in ("one", "一") and value == 1
    return not unit and length == 1 and first.text in ("one", "a", "an", "pair", "一", "百", "千", "万", "亿")
