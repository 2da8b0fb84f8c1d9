"""Cuts a question into pieces: words, numbers, Chinese characters and signs, each with its place in the text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from compute_cost.amounts.numbers import CJK, DIGITS, LETTER, POWER, VULGAR, Number, plain

# Every repeat is bounded or eats one class of character, and no branch can start where another failed late: linear.
_PIECE = re.compile(
    r"(?P<mark><[a-z_]{1,20}>|\.\.)"
    r"|(?P<date>(?:19|20)\d\d-(?:0[1-9]|1[0-2])(?:-[0-3]\d)?(?![\d-]))"
    rf"|(?P<number>{DIGITS})|(?P<cjk>[{CJK}])|(?P<vulgar>[{VULGAR}])|(?P<power>{POWER})"
    rf"|(?P<word>{LETTER}{{1,60}}(?:'{LETTER}{{1,3}}(?!\w))?)"
    r"|(?P<sign>[^\s])"
)
_HAN = re.compile(f"[{CJK}]")
_TYPOGRAPHY = str.maketrans("‘’‚“”„‐‑‒–—−×", "'''\"\"\"-----" + "-x")
_WORDS = (
    (re.compile(f"(?<=_[A-Za-z\\d])(?=[{CJK}])"), " "),  # q4_k_m每秒
    (re.compile(r"(?:(?<=\d)\s?|\b)t/s\b", re.IGNORECASE), " tok/s"),  # 12 t/s are tokens, not trillions
    (re.compile(r"(?<![A-Za-z\d.])([A-Za-z]{1,3}\d{1,4}),(?=\d)"), r"\1, "),  # A800,0.58
    (re.compile(r"\b24\s?/\s?7\b"), "nonstop"),
    (re.compile(r"\bCO2\b", re.IGNORECASE), "carbon"),
    (re.compile(r"(?<=\d)(?:\s?ct|(?<![A-Za-z]\d)c|\sc(?=\s?/|\s(?:an?|per)\s))\b"), " cents"),
    (re.compile(r"(?<![\w.])(\d{1,3}) (?:bucks?|dollars?) (\d\d)(?= ?(?:an?|per|/|each)\b)", re.IGNORECASE), r"$\1.\2"),
    (re.compile(r"(?<=\d)( ?(?:Mio|Mrd|Tsd|Bio))\.", re.IGNORECASE), r"\1"),
    (re.compile(r"\b\d{1,2}(?::\d\d)? ?[ap]\.?m\b(?!\.?\d)", re.IGNORECASE), "oclock"),
    (re.compile(r"\b(?:last|this|next|the|per|each) quarter\b(?! of)", re.IGNORECASE), "lately"),
    (re.compile(r"(?:(?<=s )|(?<=it ))a quarter\b(?! (?:of|million|billion|trillion|[mbt])\b)", re.IGNORECASE), "lately"),
    (re.compile(r"\b(?:5|five)[- ]?m(?:in(?:ute)?)?(?= cache)", re.IGNORECASE), "short"),
    (re.compile(r"\b(?:1|one)[- ]?h(?:ou)?r?(?= cache)", re.IGNORECASE), "long"),
    (re.compile(r"\b(?:read|seen|shown) twice\b|\btwice (?:through|over)\b", re.IGNORECASE), "2 epochs"),
    (re.compile(r"\b([\w.-]{1,40}) (?:(?:is|are) (?:not an|no)|(?:is|are)n'?t an) option\b", re.IGNORECASE), r"no \1"),
    (re.compile(r"\b(within|under|below) a second\b", re.IGNORECASE), r"\1 1 second"),
    (re.compile(r"\bdual[ -]", re.IGNORECASE), "2 x "),
    (re.compile(r"\b(\d{3,4})\s?x\s?\1\b"), r"\1 pixels"),
    (re.compile(r"\ban? (?:full|whole|entire) (?=hour|day|week|month|year)", re.IGNORECASE), "a "),
    (re.compile(r"双(?=[卡张块])"), " 2"),
    (re.compile(r"(?<=[\d百千万])人(?![员力民工])"), "名用户"),
    (re.compile(r"#\s?(?:of )?(?=[A-Z])"), "number of "),
    (re.compile(r"(?<=[ -])hr(s?)\b", re.IGNORECASE), r"hour\1"),
    (re.compile(r"\b2(?= (?:train|rent|run|serve|host|buy|own|use)\b)", re.IGNORECASE), "to"),
    (re.compile(r"(?<![\w$.])4(?= (?:an?|the|my|our) (?!hour|day|week|month))", re.IGNORECASE), "for"),
    (re.compile(r"(?<![\w.])\$?(\d{1,6}) ?grand\b", re.IGNORECASE), r"$\1k"),
    (re.compile(r"(?:(?<=\ba )|\A)(\d{1,4}(?:\.\d)?)B[- ]?A(\d{1,3}(?:\.\d)?)B\b", re.IGNORECASE), r"\1B with \2B active"),
    (re.compile(r"(?<=\w)'s\b", re.IGNORECASE), ""),
    (re.compile(r"\bw/o\b", re.IGNORECASE), "without"),
    (re.compile(r"\bw/", re.IGNORECASE), "with "),
    (re.compile(r"(?<![A-Za-z\d_.-])(\d{1,12})\s?[xX*]\s?(?=[A-Za-z])"), r"\1 x "),  # 8xV100 is 8 of them; 8x7B and p5.48xlarge are names
)
SENTENCE_ENDS = frozenset(".!?;。")


@dataclass(slots=True)
class Piece:
    """One piece. `kind`: word, number, cjk, sign, date; later also amount or what a name stands for."""

    kind: str
    text: str
    start: int
    end: int
    value: object = None


@dataclass(slots=True)
class Amount:
    """A number as it was written. `unit` is the kind of its unit; "" where none was written."""

    value: float
    written: str
    unit: str = ""
    scale: str = ""  # the last letter of 7B or 2T: without a noun it tells parameters from tokens
    negative: bool = False
    number: Number | None = None  # how it was written, for what its digits may mean
    described: tuple[str, ...] = ()  # words between the number and its unit that say nothing here


def normalize(question: str) -> str:
    """The question with full-width forms and typographic signs made plain."""
    text = question.replace("，", ", ").replace("、", ", ")  # a pause, never a thousands comma: "H200，128张"
    text = plain(unicodedata.normalize("NFC", text)).translate(_TYPOGRAPHY)
    for written, words in _WORDS:
        text = written.sub(words, text)
    return text


def cut(text: str) -> list[Piece]:
    """The pieces of a normalized text. A hyphen inside a word joins and is not a piece; one before a number is a minus."""
    pieces = []
    for match in _PIECE.finditer(text):
        kind = match.lastgroup or "sign"
        if match[0] == "-":
            before, after = text[: match.start()][-1:], text[match.end() :][:1]
            number = after.isdigit() or after == "$"
            if before.isalnum() and (after.isalnum() or number) and not (_HAN.match(before) and number):
                continue
            if number:
                pieces.append(Piece("minus", "-", match.start(), match.end()))
                continue
        elif match[0] == "_":
            continue
        pieces.append(Piece(kind, match[0].casefold(), match.start(), match.end()))
    return pieces


def ends_sentence(text: str, pieces: list[Piece], at: int) -> bool:
    """Whether the sign at this place ends a sentence ("." only before a space or the end)."""
    piece = pieces[at]
    if piece.kind != "sign" or piece.text not in SENTENCE_ENDS:
        return False
    return piece.text != "." or text[piece.end : piece.end + 1] in ("", " ", "\n")
