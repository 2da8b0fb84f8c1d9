"""Words that claim a figure without a digit, in a hundred languages and in disguise: what no text of an assistant may hold.

Three files of words are read by one rule each:

    grounding_numbers.txt       the number words of some hundred and twenty languages; several may be joined into one word
    grounding_quantities.toml   halves, multiples, dates, rates and what is free, by language
    grounding_claims.toml       patterns of English

and a number word of English is found as well where it is spelled apart, joined, backwards or with marks on its letters.
"""

from __future__ import annotations

import base64
import codecs
import re
import tomllib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from typing import NamedTuple

from compute_cost.amounts import units
from compute_cost.amounts.numbers import CJK

# Signs that stand for what has been dealt with, character by character, while the rest is read.
QUOTED, NAMED, DONE = "\ue000", "\ue001", "\ue002"

Span = tuple[int, int]

# A word in any script, accents and vowel signs with it: all that is no blank, no digit and no mark of punctuation.
_WORD = re.compile(
    r"[^\s\x00-@\[-`{-\x7f\u00a1-\u00bf\u0589\u05be\u060c\u061b\u061f\u0964\u0965\u1361-\u1368\u17d4-\u17da\u2000-\u206f\u3000-\u303f\uff00-\uff20"
    rf"{CJK}{QUOTED}{NAMED}{DONE}]{{1,60}}"
)
PERIODS = ("hour", "day", "week", "month", "year")
_CLAIMS = ("number", "part", "free", "date")
_RATES = dict(zip(("hourly", "daily", "weekly", "monthly", "yearly"), PERIODS, strict=True))
_MEASURES = ("time", "chip_time", "money", "other_money", "energy", "power", "memory", "network", "compute")
_ROMAN = r"(?-i:(?=[MDCLXVI])M{0,3}(?:C[MD]|D?C{0,3})(?:X[CL]|L?X{0,3})(?:I[XV]|V?I{0,3}))"
# Han digits that claim a number wherever they stand; 一, 半, 几 and 数 do before a unit, 倍 and 成 behind a number.
_HAN_NUMBER = "".join(sign for sign in (*units.HAN_DIGITS, *units.HAN_TENS, *units.HAN_LARGE) if sign != "一") + "廿卅卌弌弍弎弐"
_HAN_UNIT = "季度|个月|個月|小时|小時|星期|礼拜|毛钱|毛|块钱|角|美元|美金|年|月|天|日|周|週|成|折|倍|半|元|块|刀|分|宿|夜"
# Korean joins its number words: 백사십만, 열다섯. Before what is counted they are one.
_HANGUL_NUMBER = re.compile(
    r"(?<![가-힣])(?:(?:[일이삼사오육칠팔구]?[십백천만억조]){1,6}[일이삼사오육칠팔구]?"
    r"|(?:열|스물|서른|마흔|쉰|예순|일흔|여든|아흔)(?:한|하나|두|둘|세|셋|네|넷|다섯|여섯|일곱|여덟|아홉)?"
    r"|[일이삼사오육칠팔구](?=\s?(?:년|개월))|[이삼사오육칠팔구](?=\s?할(?:[의을이로]|\s|\Z))|(?:한|두|세|네|다섯|여섯|일곱|여덟|아홉|몇)(?=\s?(?:시간|주일|달|개월|년|배|분|초)))"
    r"(?=\s?(?:여\s?)?(?:원|달러|유로|위안|엔|개|명|배|장|대|할|일|날|주|달|월|년|해|시간|분|초|번|퍼센트|프로|%|토큰|만|억|킬로와트))"
)
# Letters that Hebrew and Arabic write together with a word, and what Germanic languages join two number words with.
_JOINED_LETTERS = "ובלהכמשابلفكو"
_ARABIC = re.compile("[وفبلك]?(?:ال)?([\u0620-\u064a]{3,}?)(?:هما|ها|هم|ه|نا|كم)?")
_JOINT = re.compile(r"\A(?:und|[eë]n|och?|og)(?=\w{3})")
_COMPOUND = re.compile("-(?:check|shot|copy|precision|spend|edged)")  # "double-check" and "zero-shot" are no amounts
# Beside what is free: those who use it and pay nothing, of whom a product has so many.
_USERS = re.compile(
    r"(?:users?|nutzer\w*|utilisateurs?|usuarios?|usuários|utenti|gebruikers?|użytkowni\w*|пользовател\w*|사용자\w*|用户|用戶|ユーザー)"
)
_NO_BLANKS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")  # Thai, Lao, Burmese and Khmer are written without blanks
# A word with a sign in it that nobody sees (which Persian and the scripts of India need), with a tag of HTML in it, or of letters of two
# alphabets that look alike; strokes and pictures that are counted; signs of money; letters in groups like digits; dots and dashes.
_HIDDEN_SIGN = "\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufe00-\ufe0e\ufeff"
_DISGUISED = re.compile(
    rf"[\w{CJK}][\u00ad\u200b\u200e\u200f\u2060-\u2064\ufeff]+\w|[a-zа-яα-ω\d]\s?[{_HIDDEN_SIGN}]+[a-zа-яα-ω\d]|[a-z][\u0370-\u052f]|[\u0370-\u052f][a-z]"
    r"|\w(?:<(?!/?(?:br|p|li|t[dhr]|div|[uo]l)\b)[^<>\n]{0,40}>)+\w|[|¦ǀ丨︱]{3,}|(?<![\w:/])/{3,}|(?<!\w)[lI]{3,}(?!\w)|正正|[💰💵💶💷💴🪙💸]{2,}|(?:[✋✌☝🖐🤚🤘🤟]\ufe0f?\s?){2,}"
    r"|[$€£¥₹₩]\s?(?=[^\W\d])|(?<!\w)[lIOo]{1,3}(?:[,.][lIOo]{3})+(?!\w)|(?<!\S)(?=-*\.)(?=\.*-)[.-]{3,}(?!\S)|([\u2580-\u27bf\U0001f000-\U0001faff])\ufe0f?(?:\s?\1\ufe0f?){2,}",
    re.IGNORECASE,
)
# What may be base64: signs in fours, not small letters alone.
_ENCODED = re.compile(r"(?<![\w+/])(?=[a-z\d]*[A-Z+/=])(?:[A-Za-z\d+/]{4}){2,50}(?:[A-Za-z\d+/]{2,3}={1,2})?(?![\w+/=])")
# What Unicode calls a sign that pictures a number (a die, a tile, a clock, dots of braille) or stands on its head.
_PICTURED = re.compile(r"\d|OCLOCK|\b(?:FREE|NUMBERS|BRAILLE|TURNED)\b")


class Rate(NamedTuple):
    """A word such as "mensuel", or two such as "par mois": where it stands, and what it is per."""

    start: int
    end: int
    per: str


class _Entry(NamedTuple):
    """What a word means, if the other words follow it."""

    language: str
    kind: str
    rest: tuple[str, ...]
    own: bool  # counts in texts of its language only


class _Word(NamedTuple):
    start: int
    end: int
    text: str


def _read(name: str) -> str:
    return resources.files("compute_cost_tools").joinpath(name).read_text(encoding="utf-8")


def _plain(word: str) -> str:
    return unicodedata.normalize("NFC", word).casefold()


class _Lexicon:
    """grounding_quantities.toml: whole words, beginnings and ends of words, and what is searched sign by sign."""

    def __init__(self) -> None:
        self._whole: dict[str, list[_Entry]] = defaultdict(list)
        self._beginnings: dict[str, list[_Entry]] = defaultdict(list)
        self._ends: dict[str, list[_Entry]] = defaultdict(list)
        self.signs: list[tuple[str, str]] = []
        self.other: dict[str, set[str]] = defaultdict(set)
        for language, meanings in tomllib.loads(_read("grounding_quantities.toml")).items():
            blanks = meanings.pop("spaces", True)
            for kind, words in meanings.items():
                for word in words.split():
                    if kind == "other":
                        self.other[language].add(word)
                    elif blanks:
                        self._add(language, kind, word)
                    else:
                        self.signs.append((word, kind))

    def _add(self, language: str, kind: str, word: str) -> None:
        own, kind = word.startswith("~"), "not" if word.startswith("!") else kind
        word = word.lstrip("~!")
        first, *rest = [_plain(part) for part in _WORD.findall(word.replace("_", " "))]
        if rest and word.endswith("*"):
            rest[-1] += "*"
        entry = _Entry(language, kind, tuple(rest), own)
        if word.startswith("*"):
            self._ends[first].append(entry)
        if word.endswith("*") and not rest:
            self._beginnings[first].append(entry)
        elif not word.startswith("*"):
            self._whole[first].append(entry)

    def of(self, word: str) -> list[_Entry]:
        """What a word may mean."""
        globs = [entry for at in range(1, len(word) + 1) for entry in self._beginnings.get(word[:at], ())]
        globs += [entry for at in range(1, len(word)) for entry in self._ends.get(word[at:], ())]
        kept = [*self._whole.get(word, ()), *globs]
        if not kept and (bare := _ARABIC.fullmatch(word)):  # with what is written together with it: وثلثها, "and a third of it"
            kept = [*self._whole.get(bare[1], ())]
        return [*self._whole.get(word, ())] if any(entry.kind == "not" for entry in kept) else kept


@cache
def _lexicon() -> _Lexicon:
    return _Lexicon()


@cache
def _signs(none: bool) -> re.Pattern[str]:
    """The words of languages without blanks, the longest first: those that claim nothing, or all others."""
    words = {word for word, kind in _lexicon().signs if (kind == "none") is none}
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)))


def _cleared(text: str) -> str:
    """The text without words that hold a number sign and claim nothing, such as 十分 and สามารถ."""
    return _signs(none=True).sub(lambda match: DONE * len(match[0]), text)


@cache
def _foreign() -> frozenset[str]:
    """Number words from two on of some hundred and twenty languages, but for those that are frequent words of another meaning.

    NOTICE says where they were collected.
    """
    return frozenset(_read("grounding_numbers.txt").split())


@cache
def _english() -> frozenset[str]:
    """The number words of English from two on."""
    numbers = (*units.ONES, *units.TENS, *units.COUNTS, *units.VAGUE, *units.SCALES, "half", "dollars", "dollar")
    return frozenset(word for word in numbers if word != "one" and word.isascii() and (len(word) > 3 or word in units.ONES))


@cache
def spoken_units() -> str:
    """Units that measure an amount, written out, as a pattern."""
    words = [
        word
        for measures in _MEASURES
        for word in units.UNITS[measures]
        if len(word) > 2 and word.isascii() and word not in ("second", "won")
    ]
    return "|".join(re.escape(word).replace(r"\ ", r"[\s-]") for word in sorted(words, key=len, reverse=True))


@cache
def _claims() -> re.Pattern[str]:
    """The patterns of grounding_claims.toml, and Chinese."""
    read = tomllib.loads(_read("grounding_claims.toml"))
    numbers_ = sorted((word for word in _english() if not word.startswith(("half", "dollar"))), key=len, reverse=True)
    meanings = {name: "|".join(words) for name, words in read["words"].items()} | {
        "number": "|".join(numbers_),
        "fraction": "|".join(sorted(units.FRACTIONS, key=len, reverse=True)),
        "unit": spoken_units(),
        "roman": _ROMAN,
        "name": NAMED,
    }
    patterns = "|".join(pattern for patterns in read["patterns"].values() for pattern in patterns)
    for name, meaning in meanings.items():
        patterns = patterns.replace(f"<{name}>", f"(?:{meaning})")
    han = (
        rf"(?!參[^{_HAN_NUMBER}])[{_HAN_NUMBER}两半倍][{_HAN_NUMBER}\w]{{0,6}}|(?:[一几幾每]|(?<![参參分函系係整])[数數])[个個]?(?:{_HAN_UNIT})|翻了?[一几幾两兩]?[番倍]|[打对對]折|"
        rf"[个個]把(?:{_HAN_UNIT})|[一几幾][个個]?[来來多](?:{_HAN_UNIT})|[俩倆仨]|[一两兩几幾]打"
    )
    return re.compile(rf"(?<!\w)(?=\w)(?:{patterns})|{han}", re.IGNORECASE)


@cache
def _without_blanks() -> re.Pattern[str]:
    """Number words of the languages that part no words by blanks, wherever they stand."""
    return re.compile("|".join(word for word in _foreign() if _NO_BLANKS.match(word)))


def is_number(word: str) -> bool:
    """Whether a word is a number word, several joined, or one behind a letter that Hebrew and Arabic write together with it."""
    word = _plain(word)
    known = _foreign()
    if word in known or (word[0] in _JOINED_LETTERS and word.removeprefix("ال").removeprefix(word[0]) in known):
        return True
    reached = {0}
    for at in range(len(word) - 2):
        if at in reached:
            rest = at + len(joint[0]) if at and (joint := _JOINT.match(word[at:])) else at
            for begin in {at, rest}:
                reached.update(end for end in range(begin + 3, len(word) + 1) if word[begin:end] in known or word[begin:end] in _english())
    return len(word) in reached and word not in _english()


@cache
def _in_words() -> re.Pattern[str]:
    """A number word of English inside a longer word; "weighty", "Fourier" and "network" hold none."""
    words = (
        "thousand|hundred|illion(?!air)|twenty|thirty|fou?rty|fifty|sixty|seventy|(?<![wfr])eighty|ninety|three|five|seven(?!oaks)|"
        "eleven(?!labs|t\\Z)|twelve(?!labs)|dollar"
    )
    joined = "days?|weeks?|months?|years?|hours?|minutes?|dollars?|euros?|bucks?|gpus?|cards?|figures?|times?|fold|percent|grand|k|usd|m"
    return re.compile(rf"{words}|\A(?:two|four|six|eight|nine|ten)(?:{joined})\Z")


@cache
def _nearly() -> frozenset[str]:
    """Long number words of English with a letter left out, or one of a doubled letter: "milion", "thosand"."""
    words = [word for word in _english() if len(word) > 6 and word.isalpha()]
    return frozenset(word[:at] + word[at + 1 :] for word in words for at in range(1, len(word) - 1)) - {"dolars"} | {
        "fourty",
        "dolar",
        "dolars",
        "dollers",
    }


@cache
def _parts() -> frozenset[str]:
    """All beginnings of the number words of English: what letters apart may go on as, forwards or backwards."""
    return frozenset(way[:at] for word in _english() for way in (word, word[::-1]) for at in range(1, len(word) + 1))


def _is_disguised(word: str) -> bool:
    """Whether a word is a number word of English with marks, backwards, joined with others, misspelled, or in a common cipher."""
    if word.isascii():
        bare = word.casefold()
    else:
        bare = "".join(sign for sign in unicodedata.normalize("NFKD", word) if not unicodedata.combining(sign)).casefold()
    if len(bare) < 4 or not bare.isascii():
        return False
    known = _english()
    if (bare in known and not word.isascii()) or bare[::-1] in known or (len(bare) > 4 and codecs.encode(bare, "rot13") in known):
        return True
    if bare not in known and _in_words().search(bare):
        return True
    latin = re.fullmatch(r"([a-z]{2,8}?)([b-df-hj-np-tv-z]{0,3})w?ay", bare)  # pig latin: "ivefay"
    return bool(latin and latin[2] + latin[1] in known) or bare in _nearly()


def words_of(text: str) -> list[_Word]:
    """The words of a text."""
    return [_Word(*match.span(), _plain(match[0])) for match in _WORD.finditer(text)]


class Text(NamedTuple):
    """A text, its words, what each may mean, the languages that it may be in, and those that it most likely is in."""

    text: str
    words: list[_Word]
    meant: list[list[_Entry]]
    languages: frozenset[str]
    likeliest: frozenset[str]


def read(text: str) -> Text:
    """A text read once for all that is asked of it here."""
    words = words_of(text)
    meant = [[entry for form in _bare(word.text) for entry in _lexicon().of(form)] for word in words]
    counts = Counter(entry.language for entries in meant for entry in entries if entry.kind == "common")
    most = max(counts.values(), default=0)
    may_be = frozenset(language for language, count in counts.items() if count >= min(most, max(2, 0.6 * most)))
    return Text(text, words, meant, may_be, frozenset(language for language in may_be if counts[language] == most))


def _apart(text: str, words: Sequence[_Word]) -> Iterator[Span]:
    """Number words of English spelled apart: "f i f t y", "t-h-r-e-e", "mil-lion"; "ni ne" is French."""
    for at, first in enumerate(words):
        joined, last, letters, glued = first.text, first, len(first.text) == 1, True
        for word in words[at + 1 :] if joined in _parts() else ():
            between = text[last.end : word.start]
            if len(between) > 3 or any(sign.isalnum() or sign in f"\n{QUOTED}{NAMED}{DONE}" for sign in between):
                break
            joined, last = joined + word.text, word
            letters, glued = letters and len(word.text) == 1, glued and not between.isspace()
            if not _english().isdisjoint({joined, joined[::-1]}) and (letters or glued or len(joined) > 4):
                yield first.start, word.end
            if joined not in _parts():
                break


def _bare(word: str) -> Iterator[str]:
    """A word, and what it is without the letters that Hebrew and Arabic write together with it."""
    yield word
    if word[0] in _JOINED_LETTERS and len(word) > 3:
        yield word[1:]
        yield word[1:].removeprefix("ال").removeprefix("ل")


def _follows(words: Sequence[_Word], at: int, rest: Sequence[str]) -> bool:
    following = words[at + 1 : at + 1 + len(rest)]
    return len(following) == len(rest) and all(
        word.text.startswith(wanted[:-1]) if wanted.endswith("*") else word.text == wanted
        for word, wanted in zip(following, rest, strict=True)
    )


def _unit_after(text: Text, at: int, entry: _Entry) -> tuple[str, int] | None:
    """The word of time, or of money, that follows one of its language, and where it ends; an adjective may stand between."""
    words, is_few = text.words, entry.kind == "few"
    for after in range(at + 1, min(at + (3 if is_few else 2), len(words))):
        if text.text[words[after - 1].end : words[after].start].strip("-'’ "):
            return None
        for other in text.meant[after]:
            if other.language == entry.language and not other.rest and (other.kind in PERIODS or (is_few and other.kind == "money")):
                return other.kind, words[after].end
        if not text.text[words[after].start : words[after].end].islower():
            return None
    return None


def _of_entry(text: Text, at: int, entry: _Entry) -> Span | Rate | None:
    """What a word with that meaning claims: a figure, a rate or nothing."""
    last = at + len(entry.rest)
    if (entry.own and entry.language not in text.likeliest) or not _follows(text.words, at, entry.rest):
        return None
    start, end = text.words[at].start, text.words[last].end
    if entry.kind == "free" and any(_USERS.fullmatch(word.text) for word in text.words[max(0, at - 1) : last + 2]):
        return None
    if entry.kind in _CLAIMS:
        return start, end
    if entry.kind in _RATES:
        return Rate(start, end, _RATES[entry.kind])
    unit = _unit_after(text, last, entry) if entry.kind in ("few", "per") else None
    if unit and entry.language != "en" and text.languages == {"en"} and any(other.kind == "common" for other in text.meant[at]):
        return None  # "from time to time" holds no Danish "to", which is a two
    if unit and entry.kind == "per":
        return Rate(start, unit[1], unit[0])
    return (start, unit[1]) if unit and entry.language != "en" else None  # grounding_claims.toml has those of English


def quantities(text: Text) -> tuple[list[Span], list[Rate]]:
    """The words of grounding_quantities.toml in a text: what claims a figure wherever it stands, and rates."""
    found: list[Span | Rate | None] = []
    for at, word in enumerate(text.words):
        if text.meant[at] and not _COMPOUND.match(text.text, word.end):
            found += [_of_entry(text, at, entry) for entry in text.meant[at]]
    kinds = dict(_lexicon().signs)
    for match in _signs(none=False).finditer(_cleared(text.text)):
        if (kind := kinds[match[0]]) in _RATES:
            found.append(Rate(*match.span(), _RATES[kind]))
        elif kind in _CLAIMS and not (kind == "free" and _USERS.match(text.text, match.end())):
            found.append(match.span())
    rates = sorted({claim for claim in found if isinstance(claim, Rate)})
    return [claim for claim in found if claim and not isinstance(claim, Rate)], rates


def unit_behind(text: Text, at: int) -> tuple[Span, str] | None:
    """A word of time or of another currency than the dollar right behind a place, in a language of the text: where, and what."""
    match = _WORD.match(text.text, at + (text.text[at : at + 1] == " "))
    entries = _lexicon().of(_plain(match[0])) if match else []
    if match and not any(entry.kind in _RATES for entry in entries):
        for entry in entries:
            is_said = entry.language in text.languages or len(match[0]) > 4  # a short word may be another one in another language
            if entry.kind in (*PERIODS, "money") and not entry.rest and is_said:
                return match.span(), entry.kind
    return None


def is_time(word: str) -> bool:
    """Whether a word is one of time in another language than English."""
    return any(entry.kind in PERIODS and entry.language != "en" for entry in _lexicon().of(word))


@cache
def _is_picture(sign: str) -> bool:
    """Whether a sign is a picture of a number, by the name that Unicode gives it, or a letter upside down or of small capitals."""
    name = unicodedata.name(sign, "")
    if unicodedata.category(sign) != "So":
        return "TURNED" in name or "SMALL CAPITAL" in name
    return bool(_PICTURED.search(name)) or not _english().isdisjoint(name.casefold().replace("-", " ").split())


def _is_encoded(word: str) -> bool:
    """Whether a word is a text in base64, which a name is not: it decodes to letters, digits and blanks alone."""
    decoded = base64.b64decode(word)
    return decoded.isascii() and all(sign.isalnum() or sign in " .,$%-" for sign in decoded.decode())


def disguised(text: str) -> Iterator[Span]:
    """Words of a text as it was written whose letters are not what they seem, and pictures of numbers."""
    yield from (match.span() for match in _DISGUISED.finditer(text))
    yield from (match.span() for match in _ENCODED.finditer(text) if _is_encoded(match[0]))
    yield from ((at, at + 1) for at, sign in enumerate(text) if not sign.isascii() and _is_picture(sign))


def numbers(text: Text) -> Iterator[Span]:
    """All other words that claim a number."""
    other = {word for language in text.languages for word in _lexicon().other.get(language, ())}
    for word in text.words:
        if word.text not in other and ((len(word.text) > 1 and is_number(word.text)) or _is_disguised(word.text)):
            yield word.start, word.end
    yield from _apart(text.text, text.words)
    cleared = _cleared(text.text)
    yield from (match.span() for pattern in (_without_blanks(), _HANGUL_NUMBER) for match in pattern.finditer(cleared))
    yield from (match.span() for match in _claims().finditer(cleared) if match[0].casefold() not in other)
