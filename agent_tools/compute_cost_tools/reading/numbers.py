"""Reads numbers in digits and in English or Chinese words: 1.75万亿, a quarter trillion, two hundred and fifty-six."""

from __future__ import annotations

import math
from collections.abc import Sequence

from compute_cost_tools.reading.phrases import book
from compute_cost_tools.reading.pieces import Amount, Piece


def number_at(pieces: Sequence[Piece], at: int) -> tuple[Amount, int] | None:
    """The number that starts at a place, and the place after it; None where no number starts."""
    han = pieces[at].kind == "cjk" or _text(pieces, at + 1) in book().numbers.han_units
    found = _power(pieces, at) or (_chinese(pieces, at) if han else _english(pieces, at))
    if found is None or not math.isfinite(found[0].value):
        return None
    return found


def _digits(piece: Piece) -> float:
    return float(piece.text.replace(",", ""))


def _text(pieces: Sequence[Piece], at: int) -> str:
    return pieces[at].text if at < len(pieces) else ""


def _power(pieces: Sequence[Piece], at: int) -> tuple[Amount, int] | None:
    """10^24, 10**24, 3.14 x 10^23."""
    if pieces[at].kind != "number":
        return None
    factor, base = 1.0, at
    if _text(pieces, at + 1) in ("x", "*", "·") and _text(pieces, at + 2) == "10":
        factor, base = _digits(pieces[at]), at + 2
    sign = base + 1
    stars = _text(pieces, sign) == "*" and _text(pieces, sign + 1) == "*"
    exponent = sign + (2 if stars else 1)
    if pieces[base].text != "10" or not (stars or _text(pieces, sign) == "^") or exponent >= len(pieces):
        return None
    if pieces[exponent].kind != "number" or not pieces[exponent].text.isdigit() or len(pieces[exponent].text) > 2:
        return None
    return Amount(factor * 10.0 ** int(pieces[exponent].text), ""), exponent + 1


def _english(pieces: Sequence[Piece], at: int) -> tuple[Amount, int] | None:
    words = book().numbers
    start = at
    if _text(pieces, at) in ("a", "an", "one") and _text(pieces, at + 1) in words.fractions:
        at += 1
    if _text(pieces, at) in words.fractions:
        return _fraction(pieces, start, at)
    if _text(pieces, at) in ("a", "an") and (_text(pieces, at + 1) in words.scales or _text(pieces, at + 1) in ("hundred", "dozen")):
        at += 1
    total, current, last_scale, letter = 0.0, -1.0, math.inf, ""
    first = at
    while at < len(pieces):
        text, kind = pieces[at].text, pieces[at].kind
        if kind == "number" and current < 0 and at == first:
            current = _digits(pieces[at])
        elif text in words.units and pieces[at].kind == "word":
            value = words.units[text]
            room = (
                current < 0 or (current >= 100 and current % 100 == 0) or (20 <= current % 100 < 100 and current % 10 == 0 and value < 10)
            )
            if not room or (current >= 0 and pieces[first].kind == "number" and at == first + 1):
                break
            current = max(current, 0) + value
        elif text == "hundred" and current != 0 and current < 100:
            current = (current if current >= 0 else 1) * 100
        elif text == "dozen" and current < 100:
            current = (current if current >= 0 else 1) * 12
        elif (
            text in words.scales
            and words.scales[text] < last_scale
            and not (len(text) == 1 and pieces[first].kind != "number" and text not in "bt")
        ):
            if current < 0 and at > first:
                break
            last_scale = words.scales[text]
            total += (current if current >= 0 else 1) * last_scale
            current, letter = -1.0, text[0]
        elif text == "and" and at > first and _text(pieces, at + 1) in ("a", "one", "1") and _text(pieces, at + 2) in ("half", "quarter"):
            part = words.fractions[_text(pieces, at + 2)]
            if current >= 0:
                current += part
            elif last_scale < math.inf:
                total += part * last_scale
            at += 2
        elif text == "and" and at > first and _text(pieces, at - 1) in ("hundred", "thousand") and _text(pieces, at + 1) in words.units:
            pass
        elif text == "point" and current >= 0 and _text(pieces, at + 1) in words.units:
            tenth = 0.1
            while at + 1 < len(pieces) and words.units.get(pieces[at + 1].text, 10) < 10:
                at += 1
                current, tenth = current + tenth * words.units[pieces[at].text], tenth / 10
        else:
            break
        at += 1
    if at == first:
        return None
    return Amount(total + max(current, 0), "", scale=letter), at


def _fraction(pieces: Sequence[Piece], start: int, at: int) -> tuple[Amount, int]:
    """Half a trillion, a quarter of a million, half a year, quarter-trillion; else a share: half, a tenth."""
    words = book().numbers
    part = words.fractions[pieces[at].text]
    after = at + 1
    if _text(pieces, after) == "of":
        after += 1
    if _text(pieces, after) in ("a", "an"):
        after += 1
    if _text(pieces, after) in words.scales and len(_text(pieces, after)) > 1:
        return Amount(part * words.scales[pieces[after].text], "", scale=pieces[after].text[0]), after + 1
    if book().unit_at(pieces, after) in words.halved:
        return Amount(part, ""), after
    return Amount(part, "", unit="share"), at + 1


def _chinese(pieces: Sequence[Piece], at: int) -> tuple[Amount, int] | None:
    words = book().numbers
    start = at
    if pieces[at].text == "半" and book().unit_at(pieces, at + 1) in words.halved:
        return Amount(0.5, ""), at + 1
    if "".join(p.text for p in pieces[at : at + 2]) == "一半":
        return Amount(0.5, "", unit="share"), at + 2
    percent = "".join(p.text for p in pieces[at : at + 3]) == "百分之"
    if percent:
        at += 3
    value, at = _chinese_number(pieces, at)
    if at == start or (percent and at == start + 3):
        return None
    if percent:
        return Amount(value / 100, "", unit="share"), at
    if _text(pieces, at) == "成":
        more = {**words.han_digits, "半": 5.0}.get(_text(pieces, at + 1), 0.0)  # 三成八 is 38%
        return Amount((value + more / 10) / 10, "", unit="share"), at + (2 if more else 1)
    if _text(pieces, at) + _text(pieces, at + 1) == "分之":
        above, end = _chinese_number(pieces, at + 2)
        if end > at + 2 and value:
            return Amount(above / value, "", unit="share"), end
    return Amount(value, ""), at


def _chinese_number(pieces: Sequence[Piece], at: int) -> tuple[float, int]:
    """Sections of up to four digits before 万 and 亿; 两千五 is 2500."""
    words = book().numbers
    total, section, current, unit = 0.0, 0.0, -1.0, 0.0
    first = at
    while at < len(pieces):
        text, kind = pieces[at].text, pieces[at].kind
        if kind == "number" and current < 0:
            current, unit = _digits(pieces[at]), 0.0
        elif text in words.han_digits:
            digit = words.han_digits[text]
            current = min(current * 10 + digit, math.inf) if current >= 0 else float(digit)
            unit = 0.0 if text in "零〇" else unit
        elif text in words.han_units and words.han_units[text] < 1e4:
            if current < 0 and not (text == "十" and not section) and at > first:
                break
            unit = words.han_units[text]
            section += (current if current >= 0 else 1) * unit
            current = -1.0
        elif text in words.han_units and (section or current >= 0 or total or (at == first and _text(pieces, at + 1) == "亿")):
            unit = words.han_units[text]
            below = section + max(current, 0) if at > first else 1.0  # 万亿参数
            total = (total + below) * unit if unit >= 1e8 or not total else total + below * unit
            section, current = 0.0, -1.0
        else:
            break
        at += 1
    if current >= 0:
        section += current * unit / 10 if unit >= 100 and current < 10 and pieces[at - 1].kind != "number" else current
    return total + section, at
