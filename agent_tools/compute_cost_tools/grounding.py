"""Fills the references of an assistant's text in, and refuses every other figure in it.

The assistant writes words and references (ledger.py); figures, units, what they are per and ranges are written here, from the
results themselves. So no figure can be invented: any other digit, number word, share, span of time, currency or "per" is refused,
whatever it claims. What may stand as it is: names of models, chips and number formats, the number of a list's line, an address that
a source gave, and words without a number.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from typing import NamedTuple

from compute_cost import catalogue
from compute_cost.amounts import units
from compute_cost.amounts.numbers import CJK, plain
from compute_cost.catalogue import names
from compute_cost.errors import CostError
from compute_cost.prices import tariffs
from compute_cost_tools.ledger import REFERENCE, Ledger, Quote

LONGEST_TEXT = 20_000
MARK = " [no source]"
LONGEST_NAME_WORDS = 12
# Signs that stand for what has been dealt with, character by character, while the rest is read.
QUOTED, NAMED, DONE = "\ue000", "\ue001", "\ue002"

_Span = tuple[int, int]
_References = list[tuple[int, int, Quote]]

_LINK = re.compile(r"https?://[^\s<>\"')\]]{1,500}")
_LIST_NUMBER = re.compile(r"(?m)^[ \t#*>-]{0,8}\d{1,2}[.)](?=\s)")
# A word in any script, accents and vowel signs with it: all that is no blank, no digit and no mark of punctuation.
_WORD = re.compile(
    r"[^\s\x00-@\[-`{-\x7f\u00a1-\u00bf\u0589\u05be\u060c\u061b\u061f\u0964\u0965\u1361-\u1368\u17d4-\u17da\u2000-\u206f\u3000-\u303f\uff00-\uff20"
    rf"{CJK}{QUOTED}{NAMED}{DONE}]{{2,60}}"
)
_NAME_WORD = re.compile(rf"\d{{1,30}}(?:\.\d{{1,30}})?|[{CJK}]|[^\W\d_{CJK}]{{1,40}}")
_OPERATION = r"[x×*/÷−]|minus|times|multiplied\s+by|divided\s+by|减|乘以|除以"
_ARITHMETIC = re.compile(rf"[^\S\n]*(?:{_OPERATION})?[^\S\n]*", re.IGNORECASE)
# How many things the text itself goes on to say, and what prices of tokens are per: no figures.
_OF_THE_TEXT = re.compile(
    r"\b(?:two|three|four)\s+(?:(?:main|other)\s+)?(?:ways|options|points|things|results|estimates|caveats|reasons|questions|parts|notes|answers|cases)\b"
    r"|\b(?:the|these|those)\s+(?:two|three)(?=\s*[,.;:!?)]|\s+(?:is|are|was|were|differ|have)\b)"
    r"|[这這那]?[两兩三四](?=[种種个個](?:方案|办法|方式|选择|选项|原因|问题))|[两兩二]者|第[一二三四五六七八九十](?=[，,、：:点點种種步项項])",
    re.IGNORECASE,
)
_PER_MILLION = re.compile(r"\b(?:per|each|every)\s+million\s+(?:in|out)?(?:put)?\s?tokens\b|每百万(?=[个個]?\s?tokens?)", re.IGNORECASE)
_RANGE = re.compile(r"\{\s*(\w+)\.low\s*\}\s?(?P<dash>[-–—/])\s?\{\s*\1\.high\s*\}")  # the ends of one range
# The share of every range, said of one whose ends stand in the same sentence.
_SHARE_OF_RANGES = re.compile(
    r"80%(?=[ -]?(?:(?:confidence )?(?:range|interval)|confidence|的?区间)[^.!?。！？\n]{0,80}\{\s*\w+\.(?:low|high)\s*\})"
)
# Markdown's *, where it makes no product; a substance and kinds of numbers.
_EMPHASIS = re.compile(r"(?<![^\s(|>\"'])(\*{1,3})(?=[^\s*])[^*\n]{1,300}(?<=\S)\1(?![^\s).,;:!?|\"'])")
_TERM = re.compile(r"(?<![\w.,-])(?:CO[2₂](?:e|eq)?|(?:1|2|3|4|5|6|8|16|32|64)-bit)(?!\w)", re.IGNORECASE)
_ONE_CARD = re.compile(r"(?:(?<!\w)(?:an?|single|your|my)[ -]|[张張块塊片台])\Z", re.IGNORECASE)  # before a chip whose name is a number
_BREAK = re.compile(r"[,;!?$€£=\n]|[.:] ")
_SENTENCE = re.compile(r"[.!?](?=\s)|[。！？\n]")

# Number words besides those of amounts.units, and words that make a number of the one beside them.
_MORE_NUMBER_WORDS = (
    "twice|thrice|doubl(?:e|es|ed|ing)|tripl(?:e|es|ed|ing)|trebl(?:e|es|ed|ing)|quadrupl(?:e|es|ed|ing)|quintupl(?:e|es|ed|ing)|halv(?:e|es|ed|ing)|"
    r"\w{0,12}fold|orders?\s+of\s+magnitude|per\s?cent\w*|percentage\w*|dozens?|scores?\s+of|myriads?|ninths?|sevenths?|sixths?|hundredths?|"
    r"thousandths?|millionths?|\w{3,12}t(?:een|ie)th|zilch|nil|cents?|\w{0,12}illions?|million\w*|milliard\w*|billion\w*|trillion\w*|"
    r"thousand\w*|hundred\w*|lakhs?|crores?|mill?s?|[mb]n|bps|pct|basis\s+points?|\w{0,5}bucks?|benjamins?|[cd]-notes?|fivers?|tenners?|grand|quid|penn(?:y|ies)|tuppence|nickels?|dimes?|"
    r"(?:mid-|early-|late-)?(?:\w*teens?|twenties|thirties|(?:four|fif|six|seven|eigh|nine)ties|threescore|squared|cubed)|(?:square|cube)\s+roots?|"
    r"every\s+other\s+\w+|(?:quart|quint|sext|sept|oct)ets?|(?:mid|low|high|early|late)-(?:single|double|triple|four|five|six|seven|eight|nine|ten)\w*|decupl\w+|single[\s-]digits?|half-an?-\w+|n[oa]ught|(?:handful|pair|brace|gross|trio|duo)s?\s+of|free\s+of\s+charge|for\s+free|gratis|at\s+no\s+(?:cost|charge)|costs?\s+(?:nothing|zip|nada)"
)
# Number words of other languages that are put together, or that are shares and spans; the others stand in number_words.txt. Chinese is
# read sign by sign.
_FOREIGN_NUMBER_WORDS = (
    r"milliers|\w+zehn|\w*(?:zwanzig|drei(?:ß|ss)ig|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig)|quatre\w*|vingt\w*|soixante\w*|sept|"
    r"\w*hundert\w*|\w*tausend\w*|veint\w+|cien\w*|\w+cient[oa]s|miles|mill[oó]n|millones|venti\w*|"
    r"m[iy]l[hijly]{1,2}[oóõø]\w*|\w*mili(?:one|oni|onów|ony|ón)\w*|"
    r"миллион\w*|миллиард\w*|тысяч\w*|сто|дв[аеу]\w*|тр[иё]\w*|четыр\w+|пят\w+|шест\w+|сем[ьи]\w*|восем\w*|девят\w*|десят\w*|сорок|"
    "[백천만억]+|(?:[일이삼사오육칠팔구십]+[백천만억]|[백천][만억])\\w{0,4}|[이삼사오육칠팔구]?십[일이삼사오육칠팔구]?|(?:둘|셋|넷|열|(?:다섯|여섯|일곱|여덟|아홉|스물|스무|서른|마흔|쉰)\\w{0,3})|[한두세네]\\s?(?:달|배|주|시간|년|일)|"
    r"пол(?:миллион|миллиард|тысяч|года|месяц|недел|дня|часа)\w*|полтор\w*|dix(?:-(?:sept|huit|neuf))?|douzaines?|moitié|tiers|doppelt\w*|(?:\w*ein)?halb(?:e[rsnm]?)?|hälfte|dutzend\w*|drittel\w*|viertel\w*|mitad|dobles?|docenas?|tercios?|metade|dobro|"
    r"(?:절반\w{0,3}|하루|이틀|사흘|나흘|열흘|보름)|"
    r"dúzias?|terços?|doppio|metà|dozzin[ae]|(?:une?|ein(?:e[nrm]?)?|um|uma|uno?)\s(?:mes|mois|año|an|année|jours?|día|dia|semaine|semana|settimana|"
    r"giorno|anno|mese|ano|mês|woche|monat|jahr|tag|stunde|heure|hora|ora)"
)
# Thai, Lao, Burmese and Khmer are written without blanks; words of theirs that hold a number word and are none.
_NO_BLANKS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_HOLDS_ONE = "สามารถ|สามัญ|ห้าม|ห้าง|เก้าอี้|สี่เหลี่ยม|ສາມາດ|ຫ້າມ|ສຳພັນ"
_JOINED_LETTERS = "ובלהכמשابلفكو"
_JOINT = re.compile(r"\A(?:und|[eë]n|och?|og)(?=\w{3})")
# Short ones, before a span of time in their languages.
_SHORT_FOREIGN = (
    r"(?:ba|bir|paar|par\sde|quelques|несколько|пара|пару|několik|kilka|dau|dek|deu|dez|dix|doi|dos|dua|due|dva|dve|dwa|dwy|een|ein|elf|fil|hai|ida|iki|mie|mii|mil|naw|nio|nou|opt|osm|pet|rua|sei|sep|sia|sju|syv|tio|tre|tri|unu|zes|öt|hat|hét|on|ba|hai|năm|tám|chín)\s(?:jours|heures|semaines|mois|ans|días|horas|semanas|meses|años|tage|wochen|monate|jahre|"
    r"stunden|giorni|settimane|mesi|anni|ore|dias|dagar|veckor|nap|hónap|gün|hafta|ay|ngày|tuần|tháng|minggu|hari|bulan|dni|dní|týdny|недель|дней|месяцев|лет|часов)(?!\w)"
)
_ROMAN = r"(?-i:(?=[MDCLXVI])M{0,3}(?:C[MD]|D?C{0,3})(?:X[CL]|L?X{0,3})(?:I[XV]|V?I{0,3}))"
_ORDINALS = "second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth"
# A word with a sign in it that nobody sees, or of letters of two alphabets that look alike; pictures of numbers.
_DISGUISED = re.compile(r"\w[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]+\w|[a-z][\u0370-\u052f]|[\u0370-\u052f][a-z]|[💯🔟🔢]", re.IGNORECASE)
_SPANS_OF_TIME = r"fortnights?|decades?|centur(?:y|ies)|overnight|tomorrow|\w{2,8}enni(?:a|um|ums|al|ally)|(?:tri|se)mesters?|weekends?"
# A day, a month or a season after a preposition is a date.
_DATE = (
    r"(?:in|by|until|till|since|from|before|after|during|through|of|next|last|this)\s+(?:early|mid|late)?[\s-]?(?-i:January|February|March|April|May|June|July|"
    r"August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Christmas|Easter|Thanksgiving|"
    r"New\s+Year|[Ss]pring|[Ss]ummer|[Aa]utumn|[Ww]inter)(?!\w)"
)
_ADVERBS = {
    "hourly": "hour", "daily": "day", "nightly": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter",
    "yearly": "year", "annual": "year", "annually": "year", "annualized": "year",
}  # fmt: skip
_RATE = re.compile(
    rf"\s*(?:(?<!\w)(?:per|by\s+the(?=\s(?:GPU-)?(?:second|minute|hour|day|month|token))|(?:price|cost|rent|rate)s?\s+(?:of|for)\s+an?|(?P<each>each|every))\s+|(?<=[{QUOTED}\w)])/\s?)(?P<of>[^\W\d_]+(?:[\s-](?:hours?|tokens?|requests?))?)"
    rf"|\s*每[个個]?(?P<han>{'|'.join(word for word in units.PER if not word.isascii())})"
    rf"|\s*(?<!\w)(?P<adverb>{'|'.join(_ADVERBS)})(?!\w)",
    re.IGNORECASE,
)
_MEASURES = ("time", "chip_time", "money", "other_money", "energy", "power", "memory", "network", "compute")
_FEW = "an?|one|few|several|couple|many|some|half|another|single|every|each|per|multiple|numerous|countless|tens|umpteen"
# Han digits that claim a number wherever they stand; 一, 半, 几 and 数 do before a unit, 倍 and 成 behind a number.
_HAN_NUMBER = "".join(sign for sign in (*units.HAN_DIGITS, *units.HAN_TENS, *units.HAN_LARGE) if sign != "一")
_HAN_UNIT = "季度|个月|個月|小时|小時|星期|美元|美金|年|月|天|日|周|週|成|折|倍|半|元|块|刀|分"


class Strange(NamedTuple):
    """A piece of the text that claims a figure without a reference, or a reference to nothing: its place, and what to do."""

    start: int
    end: int
    text: str
    why: str = ""


class Written(NamedTuple):
    """A text with its references filled in, each strange piece marked, and those pieces."""

    text: str
    strange: tuple[Strange, ...]
    quotes: tuple[Quote, ...]


def write(text: str, ledger: Ledger) -> Written:
    """The text as people read it."""
    text = text[:LONGEST_TEXT]
    references, strange = _references(text, ledger)
    covered = [(start, end, QUOTED) for start, end, _ in references] + [(bad.start, bad.end, DONE) for bad in strange]
    read = _covered(plain(text), covered + [(*match.span("dash"), DONE) for match in _RANGE.finditer(text)])
    read = _covered(read, [(*match.span(), DONE) for match in _SHARE_OF_RANGES.finditer(text)])
    links = [(match.start(), match.end()) for match in _LINK.finditer(read)]
    strange += [_piece(text, *link) for link in links if not ledger.has_link(text[slice(*link)].rstrip(".,;:"))]
    read = _covered(read, [(*link, DONE) for link in links] + [(*match.span(), NAMED) for match in _TERM.finditer(text)])
    read = _EMPHASIS.sub(lambda match: match[0].replace("*", " "), read)
    read = _names_covered(_list_numbers_covered(read)).replace("_", " ")
    beside, repeats = _beside_quotes(read, references)
    disguised = [match.span() for match in _DISGUISED.finditer(text)]
    claims = [*_digits(read), *_words(read), *beside, *_between_quotes(read, references), *_claims_of_sentences(read, references)]
    for start, end in sorted([*disguised, *claims]):
        if not any(start < bad.end and bad.start < end for bad in strange) and not any(a < end and start < b for a, b in repeats):
            strange.append(_piece(text, start, end))
    return _filled_in(text, references, repeats, sorted(strange))


def _piece(text: str, start: int, end: int) -> Strange:
    return Strange(start, end, text[start:end].strip())


def _references(text: str, ledger: Ledger) -> tuple[_References, list[Strange]]:
    quoted, strange = [], []
    for match in REFERENCE.finditer(text):
        try:
            quoted.append((match.start(), match.end(), ledger.quote(match[1])))
        except CostError as problem:
            strange.append(Strange(match.start(), match.end(), match[0], str(problem)))
    return quoted, strange


def _covered(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    for start, end, sign in spans:
        text = text[:start] + sign * (end - start) + text[end:]
    return text


@catalogue.kept()
def _first_words() -> frozenset[str]:
    """How names begin: of chips, models, formats and hosted models, and the words of makers and hosts that may stand before one.

    Those that begin with a digit are left out: "4090" alone may be a figure.
    """
    shelves = (catalogue.accelerators(), catalogue.models(), catalogue.formats())
    words = [word for kind in ("line", "maker", "host", "region") for word in catalogue.name_words()[kind]]
    spelled = (*(name for shelf in shelves for name, _ in shelf.names()), *tariffs.known_names(), *words)
    return frozenset(word[0].casefold() for word in map(_NAME_WORD.match, spelled) if word and word[0].isalpha())


@catalogue.kept(4096)
def _is_name(text: str) -> bool:
    """Whether that is the name of a known thing; what says how many chips is none: the 8 of H100 x 8 is a figure."""
    if chip := names.find("gpu", text):
        count = chip.says.get("gpus")
        return not count or isinstance(count, names.OfOneMachine)
    return bool(names.find("model", text) or catalogue.formats().get(text) or tariffs.is_sold(text))


@cache
def _measured() -> re.Pattern[str]:
    """A unit, or a number that goes on, behind a figure."""
    return re.compile(rf"[\s-]?(?:{_spoken_units()}|{'|'.join(units.SCALES)}|tokens?|users?|requests?)(?!\w)|[.,]?\d|%", re.IGNORECASE)


def names_in(text: str) -> Iterator[_Span]:
    """The names with digits of known things."""
    spots = [match.span() for match in _NAME_WORD.finditer(text)]
    at = 0
    while at < len(spots):
        start, end = spots[at]
        if (
            text[start].isdigit()
            and _ONE_CARD.search(text, max(0, start - 8), start)
            and _is_name(text[start:end])
            and not _measured().match(text, end)
        ):
            yield start, end
        longest = LONGEST_NAME_WORDS if text[start:end].casefold() in _first_words() else 0
        for last in range(min(at + longest, len(spots)) - 1, at - 1, -1):
            name = text[start : spots[last][1]]
            # What holds no digit hides no figure, and no name goes on after the end of a sentence or a currency.
            if any(sign.isdigit() for sign in name) and not _BREAK.search(name) and _is_name(name):
                yield start, start + len(name)
                at = last
                break
        at += 1


def _names_covered(text: str) -> str:
    """The text with names covered up, a plural's s with them."""
    for start, end in list(names_in(text)):
        text = _covered(text, [(start, end + (re.match(r"s\b", text[end:]) is not None), NAMED)])
    return text


def _list_numbers_covered(text: str) -> str:
    """The text without the numbers of its lists: one that does not follow the one before is a figure."""
    follows = 1
    for match in list(_LIST_NUMBER.finditer(text)):
        number = int(re.sub(r"\D", "", match[0]))
        if number in (1, follows):
            follows = number + 1
            text = _covered(text, [(*match.span(), DONE)])
    return text


def _digits(text: str) -> Iterator[_Span]:
    """Words with a character that has a numeric value, in any script. Han words are not parted by blanks: see `_claims`."""
    for match in re.finditer(rf"[^\s{QUOTED}{NAMED}{DONE}{CJK}]+", text):
        if any(sign.isnumeric() for sign in match[0]):
            inner = match[0].strip(".,;:!?()[]{}\"'*_")
            start = match.start() + match[0].index(inner)
            yield start, start + len(inner)


def _is_han(sign: str) -> bool:
    return "\u3400" <= sign <= "\u9fff"


@cache
def _spoken_units() -> str:
    """Units that measure an amount, written out."""
    words = [word for measures in _MEASURES for word in units.UNITS[measures] if len(word) > 2 and word.isascii() and word != "second"]
    return "|".join(re.escape(word).replace(r"\ ", r"[\s-]") for word in sorted(words, key=len, reverse=True))


@cache
def _claims() -> re.Pattern[str]:
    """Words that claim a number: in full, or with an article before a unit."""
    numbers = [*units.ONES, *units.TENS, *units.COUNTS, *units.VAGUE, *(word for word in units.SCALES if len(word) > 3)]
    numbers = sorted((word for word in numbers if word != "one"), key=len, reverse=True)
    fractions = "|".join(sorted(units.FRACTIONS, key=len, reverse=True))
    return re.compile(
        rf"(?<![\w-])(?:{'|'.join(map(re.escape, numbers))}|{_MORE_NUMBER_WORDS}|{_FOREIGN_NUMBER_WORDS}|{_SPANS_OF_TIME})"
        r"(?!\w|-(?:check|shot|copy))"
        rf"|(?<!\w)(?:{_ROMAN}|{_ORDINALS}|k)[\s-]+(?:{_spoken_units()}|GPUs?)(?!\w)|(?<!\w)(?=[MDCLXVI]{{4}}){_ROMAN}(?!\w)"
        rf"|(?<!\w)(?:an?|one|two|by|of)[\s-]+(?:{fractions})(?!\w)|(?<!\w)(?:half|halves|thirds|quarters|fifths|tenths)(?![\w-])"
        rf"|(?<!\w)(?:within|in|inside|by|before)\s+(?:the|next|this|that)\s+(?:{_spoken_units()}|quarter)(?!\w)|(?<!\w){_DATE}"
        rf"|(?<!\w)(?:{_FEW})\s+(?:(?:kilo|mega|giga|tera|peta|exa)(?:watt|byte|flop)s?(?:[\s-]hours?)?|{NAMED}+-(?:hour|day|week|month|year)s?)(?!\w)"
        rf"|(?<!\w)(?:{_FEW})(?:\s+(?:of|a|an|more|full|whole|entire|good|extra|mere)){{0,3}}[\s-]+(?:{_spoken_units()})(?!\w)"
        rf"|[{_HAN_NUMBER}两半倍][{_HAN_NUMBER}\w]{{0,6}}|[一几幾数數每][个個]?(?:{_HAN_UNIT})|(?<!\w)(?:{_SHORT_FOREIGN})|翻了?[一几幾两兩]?[番倍]|[打对對]折|[个個]把(?:{_HAN_UNIT})|[一几幾][个個]?[来來多](?:{_HAN_UNIT})|[俩倆仨]|ダース|ミリオン|[一两兩几幾]打",
        re.IGNORECASE,
    )


@cache
def _foreign() -> frozenset[str]:
    """Number words from two on of some hundred and twenty languages, but for those that are frequent words of another meaning.

    NOTICE says where they were collected.
    """
    return frozenset(resources.files("compute_cost_tools").joinpath("number_words.txt").read_text(encoding="utf-8").split())


@cache
def _without_blanks() -> re.Pattern[str]:
    """Those of the languages that part no words by blanks, wherever they stand, or a common word that holds one."""
    return re.compile(f"{_HOLDS_ONE}|(?P<number>{'|'.join(word for word in _foreign() if _NO_BLANKS.match(word))})")


def _is_number(word: str) -> bool:
    """Whether a word is a number word, several joined, or one behind a letter that Hebrew and Arabic write together with it."""
    word = unicodedata.normalize("NFC", word).casefold()
    if word in _foreign() or (word[0] in _JOINED_LETTERS and word.removeprefix("ال").removeprefix(word[0]) in _foreign()):
        return True
    return any(word[:at] in _foreign() and _is_number(_JOINT.sub("", word[at:])) for at in range(3, len(word) - 2))


def _words(text: str) -> Iterator[_Span]:
    text = _OF_THE_TEXT.sub(lambda match: DONE * len(match[0]), text)
    rates = [match.span() for match in _PER_MILLION.finditer(text)]
    rates += [match.span() for match in _RATE.finditer(text) if _of(match).casefold().rpartition("-")[2] in units.PER]
    yield from (match.span() for match in _WORD.finditer(text) if _is_number(match[0]))
    yield from (match.span() for match in _without_blanks().finditer(text) if match["number"])
    for match in _claims().finditer(text):
        is_rate = _RATE.match(match[0]) or any(start <= match.start() < end for start, end in rates)
        if not match[0].startswith(("半导", "半導")) and not is_rate:
            yield match.span()


@cache
def _before() -> re.Pattern[str]:
    """A currency, a sign or a letter right before a figure."""
    money = sorted((*units.UNITS["money"], *units.UNITS["other_money"]), key=len, reverse=True)
    return re.compile(
        rf"(?:(?<![^\W\d_])(?:{'|'.join(map(re.escape, money))})\s?|\b(?:minus|negative)\s|[a-zà-ÿ]|[$€£¥₹₩+×*/^−-])\Z", re.IGNORECASE
    )


@cache
def _behind() -> re.Pattern[str]:
    """A unit, a scale, a "per" or a letter right behind a figure or a name."""
    words = sorted((*units.WORDS, *units.SCALES), key=len, reverse=True)
    spelled = "|".join(re.escape(word).replace(r"\ ", r"[\s-]?") + ("" if _is_han(word[-1]) else r"(?![^\W\d_])") for word in words)
    apiece = r"\s(?:apiece|each(?=\W*(?:\Z|\n|[.,;!?)]))|a\s(?:head|pop)|p\.\s?[am]\.|pcm|pa|(?:business|working|calendar)[\s-]\w+)(?!\w)"
    return re.compile(rf"[^\S\n]?-?(?P<unit>{spelled})|[%‰°]|{apiece}|[a-z_]+", re.IGNORECASE)


def _beside_quotes(text: str, references: _References) -> tuple[list[_Span], list[_Span]]:
    """What is written beside a figure that brings its own unit: what claims another one, and what only repeats it."""
    claims, repeats = list[_Span](), list[_Span]()
    for start, end, quote in references:
        measures = units.of(quote.unit)[:2] if quote.unit else ("", 1.0)
        before = _before().search(text, max(0, start - 12), start)
        if before:
            same = units.WORDS.get(before[0].strip().casefold()) == measures
            (repeats if same else claims).append((before.start(), start))
        behind = _behind().match(text, end)
        if behind:
            same = bool(behind["unit"]) and units.WORDS.get(behind["unit"].casefold()) == measures
            (repeats if same else claims).append(behind.span())
            end = behind.end()
        rate = _RATE.match(text, end)
        if rate:
            (repeats if _is_per(quote, _of(rate)) else claims).append((end, rate.end()))
    for name in re.finditer(f"{NAMED}+", text):
        unit = re.compile(rf"\s?(?:{_spoken_units()})(?!\w)|[%‰]", re.IGNORECASE).match(text, name.end())
        if unit or re.search(r"[$€£¥₹₩]\s?\Z", text[: name.start()]):
            claims.append((name.start(), unit.end() if unit else name.end()))
    return claims, repeats


def _between_quotes(text: str, references: _References) -> Iterator[_Span]:
    """Two figures with arithmetic, or nothing, between them: no sum is formed here."""
    for (_, end, _), (after, _, _) in itertools.pairwise(references):
        if _ARITHMETIC.fullmatch(text, end, after):
            yield end, max(after, end + 1)


@cache
def _other_money() -> re.Pattern[str]:
    """Currencies in words; those that are also other words (won, real) count right beside a figure alone."""
    words = [
        word for word in units.UNITS["other_money"] if len(word) > (2 if word.isascii() else 1) and word not in ("won", "pound", "reais")
    ]
    return re.compile(rf"(?<![^\W{CJK}])(?:{'|'.join(map(re.escape, words))})(?![^\W{CJK}])", re.IGNORECASE)


def _of(rate: re.Match[str]) -> str:
    return rate["of"] or rate["han"] or _ADVERBS[rate["adverb"].casefold()]


def _claims_of_sentences(text: str, references: _References) -> Iterator[_Span]:
    """ "per month", "monthly" and "euros" where no figure of the sentence is; "each" and "every" beside figures alone."""
    begin, told = 0, False  # before any figure is told, "prices are per hour" claims none
    for stop in [*(match.end() for match in _SENTENCE.finditer(text)), len(text)]:
        quoted = [quote for start, _, quote in references if begin <= start < stop and quote.unit is not None]
        own = {units.of(quote.unit or "")[0] for quote in quoted}
        users = "".join(quote.text for start, _, quote in references if begin <= start < stop and quote.unit is None)
        if quoted and "other_money" not in own and not any(sign in users for sign in units.UNITS["other_money"]):
            yield from (match.span() for match in _other_money().finditer(text, begin, stop))
        told = told or bool(quoted)
        for rate in _RATE.finditer(text, begin, stop):
            if not any(_is_per(quote, _of(rate)) for quote in quoted) and (quoted if rate["each"] else told):
                yield rate.span()
        begin = stop


def _is_per(quote: Quote, of: str) -> bool:
    """Whether a figure is per that: by its unit, or by its own name (cost_per_request)."""
    own = units.of(quote.unit or "")[2]
    said = re.split(r"[^\w]+|_", f"{quote.unit or ''} {quote.about}".casefold().partition("per")[2])
    asked = of.casefold().replace("-", " ")
    asked = asked if asked.isascii() else units.PER.get(asked, asked)
    if not {"million", "thousand"}.intersection(said) <= set(asked.split()):  # a price of a million tokens is none of a token
        return False
    return units.PER.get(asked, asked) == own or all(word.rstrip("s") in {part.rstrip("s") for part in said} for word in asked.split())


def _filled_in(text: str, references: _References, repeats: list[_Span], strange: list[Strange]) -> Written:
    edits = [(start, end, quote.text) for start, end, quote in references] + [(start, end, "") for start, end in repeats]
    for bad in strange:  # a mark stands behind a figure, never inside its reference
        behind = next((end for start, end, _ in references if start < bad.end < end), bad.end)
        edits.append((behind, behind, MARK))
    shown = text
    for start, end, new in sorted(edits, reverse=True):
        shown = shown[:start] + new + shown[end:]
    return Written(shown, tuple(strange), tuple(quote for _, _, quote in references))


def advice(strange: Iterable[Strange]) -> str:
    """What to write instead."""
    wrong = [bad.why for bad in strange if bad.why]
    return "; ".join(
        [
            "write a reference in place of every figure, such as {c1.value}, {c1.low}, {c1.gpu_hours} or {you: 2 years}; "
            "its unit and what it is per are written for you",
            *wrong,
        ]
    )
