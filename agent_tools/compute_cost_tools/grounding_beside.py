"""What is written beside a figure: a unit or a "per" that is not its own, another kind of thing than it is, arithmetic.

A figure brings its unit, what it is per and its range from the result (ledger.py). Words beside it may repeat that, and are then left out,
or say something else, and are then refused. Where they say nothing, `notes` says what the figure is.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, TypeVar

from compute_cost.amounts import units
from compute_cost.amounts.numbers import CJK
from compute_cost_tools.grounding_words import NAMED, QUOTED, Rate, Span, is_time, spoken_units, unit_behind
from compute_cost_tools.ledger import Quote

References = Sequence[tuple[int, int, Quote]]

_OPERATION = r"[x×*/÷−]|minus|times|multiplied\s+by|divided\s+by|减|乘以|除以"
_ARITHMETIC = re.compile(rf"[^\S\n]*(?:{_OPERATION})?[^\S\n]*", re.IGNORECASE)
_SENTENCE = re.compile(r"[.!?](?=\s)|[。！？\n]")
_CLAUSE = re.compile(r"[,;()（），；|—]|\s[-–]\s")
_ADVERBS = {
    "hourly": "hour", "daily": "day", "nightly": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter",
    "yearly": "year", "annual": "year", "annually": "year", "annualized": "year", "annualised": "year",
}  # fmt: skip
# What "each" and "every" count beside a figure; "every figure" and "each of these results" count none.
_COUNTED_WORDS = (
    r"seconds?|minutes?|hours?|days?|nights?|weeks?|months?|quarters?|years?|GPU\w*|cards?|chips?|nodes?|servers?|boxe?s?|racks?|machines?|requests?|calls?|"
    r"quer(?:y|ies)|tokens?|answers?|repl(?:y|ies)|prompts?|messages?|conversations?|users?|persons?|people|employees?|customers?|seats?|heads?|epochs?|"
    r"steps?|runs?|one|members?|colleagues?|patients?|students?|tickets?"
)
_COUNTED = re.compile(rf"(?:{_COUNTED_WORDS})\Z", re.IGNORECASE)
_RATE = re.compile(
    rf"\s*(?:(?<!\w)(?:per|by\s+the(?=\s(?:GPU-)?(?:second|minute|hour|day|month|token))|(?P<thing>(?:price|cost|rent|rate)s?\s+(?:of|for)\s+an?)|(?P<each>each|every))\s+|(?<=[{QUOTED}\w)])/\s?)(?P<of>[^\W\d_]+(?:[\s-](?:hours?|tokens?|requests?))?)"
    rf"|(?<=[{QUOTED}])\s+an?\s+(?P<a>{_COUNTED_WORDS})(?=\s*(?:[.,;:!?)]|\Z|\n|(?:and|or|for|with|on|in|at|over|when|if|while)\s))|\s*(?:for\s+)?each\s+of\s+(?P<all_of>you|us|them)(?!\w)"
    rf"|\s*(?P<all>每[个個位张張块塊台次条條笔筆项項]?)(?P<han>{'|'.join(word for word in units.PER if not word.isascii())}|人|用户|用戶|员工|卡|显卡|请求|請求)"
    rf"|\s*(?P<head>人均|单卡|單卡)|\s*(?<!\w)(?P<adverb>{'|'.join(_ADVERBS)})(?!\w)",
    re.IGNORECASE,
)
_HAN_OF = {"人": "user", "用户": "user", "用戶": "user", "员工": "user", "卡": "gpu", "显卡": "gpu", "请求": "request", "請求": "request"}
_ABOUT = r"(?:\s+(?:you|us|them|it|at|to|in|out|a|an|about|around|roughly|some|only|just|up|exactly|nearly|almost|approximately|estimated))"
_FILLERS = r"(?:\s+(?:you|us|them|it|is|are|of|at|to|in|a|an|the|about|around|roughly|some|only|just|up|comes?|be|will|would|should|by|than|more|less|under|over|that|as|at\s+least|nearly|almost|approximately|estimated))"


@dataclass(frozen=True)
class _Part:
    """A sentence or a clause: where it begins and ends, and the figures in it."""

    start: int
    end: int
    references: References

    @cached_property
    def figures(self) -> list[Quote]:
        return [quote for _, _, quote in self.references if quote.unit is not None]

    @cached_property
    def ends(self) -> Mapping[str, set[str]]:
        """Of each call, which of "value", "low" and "high" are told."""
        told: dict[str, set[str]] = defaultdict(set)
        for _, _, quote in self.references:
            if quote.is_answer:
                told[quote.call].add(quote.end or "value")
        return told


def _parts(text: str, pattern: re.Pattern[str], references: References, begin: int = 0, stop: int | None = None) -> Iterator[_Part]:
    stop, at = len(text) if stop is None else stop, 0
    for end in [*(match.end() for match in pattern.finditer(text, begin, stop)), stop]:
        last = bisect.bisect_left(references, end, lo=at, key=lambda reference: reference[0])
        yield _Part(begin, end, references[at:last])
        begin, at = end, last


_Spanned = TypeVar("_Spanned", bound=tuple[Any, ...])


def _within(spans: Sequence[_Spanned], part: _Part) -> Sequence[_Spanned]:
    """Those of some spans in order that begin in a part of the text."""
    first, last = (bisect.bisect_left(spans, place, key=lambda span: span[0]) for place in (part.start, part.end))
    return spans[first:last]


@cache
def _before() -> re.Pattern[str]:
    """A currency, a sign or a letter right before a figure."""
    money = sorted((*units.UNITS["money"], *units.UNITS["other_money"]), key=len, reverse=True)
    return re.compile(
        rf"(?:(?<![^\W\d_])(?:{'|'.join(map(re.escape, money))})\s?|\b(?:minus|negative)\s|[a-zà-ÿ]|[$€£¥₹₩+×*/^−-])\Z", re.IGNORECASE
    )


@cache
def _behind() -> re.Pattern[str]:
    """A unit, a scale, a "per" or a letter right behind a figure; "won't" is no currency."""
    words = sorted((*units.WORDS, *units.SCALES), key=len, reverse=True)
    spelled = "|".join(
        re.escape(word).replace(r"\ ", r"[\s-]?") + (r"(?![^\W\d_]|['’]\w)" if word[-1] < "\u3400" else "") for word in words
    )
    apiece = r"\s(?:apiece|each(?=\W*(?:\Z|\n|[.,;!?)]))|a\s(?:head|pop)|p\.\s?[am]\.|pcm|pa|(?:business|working|calendar)[\s-]\w+)(?!\w)"
    return re.compile(rf"[^\S\n]?-?(?P<unit>{spelled})|[%‰°]|{apiece}|[a-z_]+", re.IGNORECASE)


@cache
def _after_a_name() -> re.Pattern[str]:
    return re.compile(rf"\s?(?:{spoken_units()})(?!\w)|[%‰]", re.IGNORECASE)


def beside(text: str, references: References, languages: Collection[str]) -> tuple[list[Span], list[Span]]:
    """What is written right beside a figure: what claims another unit, and what only repeats its own."""
    claims, repeats = list[Span](), list[Span]()
    for start, end, quote in references:
        measures = units.of(quote.unit)[:2] if quote.unit else ("", 1.0)
        before = _before().search(text, max(0, start - 12), start)
        if before:
            same = units.WORDS.get(before[0].strip().casefold()) == measures
            (repeats if same else claims).append((before.start(), start))
        behind = _behind().match(text, end)
        counts = behind and behind["unit"] and units.WORDS.get(behind["unit"].casefold(), ("",))[0] in ("chips", "parameters", "tokens", "requests")
        if behind and not (counts and quote.is_name):  # "int4 weights", "H100 cards"
            same = bool(behind["unit"]) and units.WORDS.get(behind["unit"].casefold()) == measures
            (repeats if same else claims).append(behind.span())
            end = behind.end()
        elif not behind and (foreign := unit_behind(text, end, languages)):
            span, kind = foreign
            if not ((kind == "money" and measures[0] == "other_money") or (quote.unit and units.of(quote.unit)[:2] == units.WORDS.get(kind))):
                claims.append(span)
        rate = _RATE.match(text, end)
        if rate and _counts(rate, languages) and (not rate["each"] or _COUNTED.match(rate["of"].rpartition(" ")[2])):
            (repeats if is_per(quote, _of(rate)) else claims).append((end, rate.end()))
    for name in re.finditer(f"{NAMED}+", text):
        unit = _after_a_name().match(text, name.end())
        if unit or re.search(r"[$€£¥₹₩]\s?\Z", text[max(0, name.start() - 2) : name.start()]):
            claims.append((name.start(), unit.end() if unit else name.end()))
    return claims, repeats


def between(text: str, references: References) -> Iterator[Span]:
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
    if rate["head"]:
        return "user" if rate["head"] == "人均" else "gpu"
    if rate["all_of"]:
        return "user"
    return rate["of"] or rate["a"] or _HAN_OF.get(rate["han"] or "", rate["han"]) or _ADVERBS[rate["adverb"].casefold()]


def is_per(quote: Quote, of: str) -> bool:
    """Whether a figure is per that: by its unit, or by its own name (cost_per_request)."""
    own = units.of(quote.unit or "")[2]
    said = re.split(r"[^\w]+|_", f"{quote.unit or ''} {quote.about}".casefold().partition("per")[2])
    asked = of.casefold().replace("-", " ")
    asked = asked if asked.isascii() else units.PER.get(asked, asked)
    if not {"million", "thousand"}.intersection(said) <= set(asked.split()):  # a price of a million tokens is none of a token
        return False
    return units.PER.get(asked, asked) == own or all(word.rstrip("s") in {part.rstrip("s") for part in said} for word in asked.split())


def is_rate(rate: re.Match[str]) -> bool:
    """Whether it is per something that a figure may be per."""
    return _of(rate).casefold().rpartition("-")[2] in units.PER


def _counts(rate: re.Match[str], languages: Collection[str]) -> bool:
    """Whether a rate is one: Italian and Catalan say "per" for "for" too, "per maand" is one of quantities.toml, and "the cost of a
    training run" none.
    """
    of = (rate["of"] or "").casefold().replace("-", " ")
    if not of or of in units.PER or of.split(" ")[0] in units.PER or _COUNTED.match(of.rpartition(" ")[2]):
        return True
    return not (rate["thing"] or is_time(of) or ("en" not in languages and {"it", "ca"}.intersection(languages)))


def rates_in(text: str, languages: Collection[str]) -> Iterator[re.Match[str]]:
    """The rates of English and Chinese: "per month", "each request", 每月."""
    return (rate for rate in _RATE.finditer(text) if _counts(rate, languages))


def _counted(text: str, sentence: _Part, rates: Sequence[tuple[int, int, str, bool]]) -> Iterator[Span]:
    """ "each" and "every" beside a price or a time that is not per that: of spans of time in its sentence, of things in its clause."""
    for clause in _parts(text, _CLAUSE, sentence.references, sentence.start, sentence.end):
        for start, end, of, each in _within(rates, clause):
            figures = (sentence if of in units.PER else clause).figures
            measures = {units.of(quote.unit or "")[0] for quote in figures}
            counts = _COUNTED.match(of.rpartition(" ")[2]) or not of.isascii()
            if each and counts and measures & {"money", "other_money", "time", "energy"} and not any(is_per(quote, of) for quote in figures):
                yield start, end


def of_sentences(text: str, references: References, foreign: Sequence[Rate], languages: Collection[str]) -> Iterator[Span]:
    """ "per month", "monthly" and "euros" where no figure of the sentence is; "each" and "every" beside prices and times alone."""
    told = False  # before any figure is told, "prices are per hour" claims none
    rates = [(*rate.span(), _of(rate), bool(rate["each"] or rate["all"] or rate["head"] or rate["a"] or rate["all_of"])) for rate in rates_in(text, languages)]
    for part in _parts(text, _SENTENCE, references):
        figures = part.figures
        own = {units.of(quote.unit or "")[0] for quote in figures}
        said = "".join(quote.text for _, _, quote in part.references if quote.is_said)
        if figures and "other_money" not in own and not any(sign in said for sign in units.UNITS["other_money"]):
            yield from (match.span() for match in _other_money().finditer(text, part.start, part.end))
        told = told or bool(figures)
        yield from ((start, end) for start, end, of, each in _within(rates, part) if told and not each and not any(is_per(quote, of) for quote in figures))
        yield from _counted(text, part, _within(rates, part))
        yield from ((start, end) for start, end, per in _within(foreign, part) if figures and not any(is_per(quote, per) for quote in figures))


# ---- a true figure said to be something else -------------------------------------------------------------------------------------------

_MOST = (
    r"the\s+most(?!\s+(?:likely|optimistic|favou?rable|probable))|at\s+(?:the\s+)?(?:very\s+)?(?:most|worst|outside)|maxim\w*|ceiling|cap(?:ped|s)?|worst|upper|highest|"
    r"pessimistic|no(?:t|thing)?\s+more\s+than|up\s+to|as\s+(?:high|much)\s+as|tops|never\s+(?:\w+\s+){0,2}more\s+than|never\s+(?:exceeds?|goes\s+(?:above|over|beyond))|"
    r"(?:won['’]t|can(?:no|['’])t|not)\s+(?:exceed|go\s+(?:above|over|beyond)|be\s+more|cost\s+more)|high(?:er)?\s+(?:end|case|bound)|stress\s+case|"
    r"adverse|bad\s+case|upper\s+limit|guaranteed|limited\s+to|最多|至多|上限|最高|不超过|不会超过|顶多|封顶|最坏|最贵"
)
_LEAST = (
    r"at\s+(?:the\s+)?(?:very\s+)?(?:least|best|minimum)|minim\w*|floor|lowest|cheapest|no(?:t|thing)?\s+less\s+than|best[\s-]case|optimistic|favou?rable|"
    r"starts?\s+(?:at|from)|starting\s+(?:at|from)|as\s+(?:low|little)\s+as|low(?:er)?\s+(?:end|case|bound)|the\s+least|upside|lucky|bottom\s+end|"
    r"最少|至少|下限|最低|不低于|起步|乐观|最便宜"
)
_TYPICAL = r"typical\w*|usual\w*|normal\w*|on\s+average|the\s+average|median|central|most\s+likely|base\s+case|best\s+(?:guess|estimate)|realistic\w*|ordinar\w+|standard\s+price|一般|通常|平均|正常|典型"
_NAMES_LOW = rf"{_LEAST}|low\w*|optimis\w*|best|edges?|ends?|bounds?|far\s+less|低|乐观|下限"
_NAMES_HIGH = rf"{_MOST}|high\w*|pessimis\w*|worst|worse|late|slow\w*|unluck\w*|edges?|ends?|bounds?|downside|stress|extension|as\s+long\s+as|不理想|偏慢|高|上限"
_RANGES = r"range\w*|interval|span\w*|spread|区间|范围|估计"


def _matcher(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z])(?:{pattern})(?![a-z])", re.IGNORECASE)


_MOST_OF, _LEAST_OF, _TYPICAL_OF = _matcher(_MOST), _matcher(_LEAST), _matcher(_TYPICAL)
_NAMED_END = {"low": _matcher(_NAMES_LOW), "high": _matcher(_NAMES_HIGH)}
_RANGE_OF = _matcher(_RANGES)

_PAID = re.compile(
    rf"(?:(?<!\w)(?:costs?|pays?|paying|charges?|(?:price|bill|invoice|fee|sum|amount|total\s+cost|tab)\s+(?:is|of|comes\s+to|reads?))(?!\s+for){_FILLERS}{{0,4}}|费用[是为约]{{1,3}}|花费)\s*\Z",
    re.IGNORECASE,
)
_LASTED = re.compile(
    rf"(?:(?<!\w)(?:lasts?|lasting|duration\s+(?:is|of)|(?:finish(?:es)?|done|ready|complete[sd]?)\s+(?:in|within|after)|waits?){_FILLERS}{{0,3}}|耗时|历时|用时)\s*\Z", re.IGNORECASE
)
_GAINED = re.compile(
    rf"(?<!\w)(?:saves?|saved|saving(?:s)?|earns?|earned|earning(?:s)?|profits?|revenues?|income|gains?|refund(?:s|ed)?|rebate|discount|makes?\s+you|credit(?:s|ed)?){_FILLERS}{{0,5}}\s*\Z|(?:省下|节省|赚到?|收入|盈利|利润)[是为约了]*\s*\Z",
    re.IGNORECASE,
)
_DIFFERENCE = re.compile(
    r"\s+(?:cheaper|less|fewer|off|dearer|pricier|more\s+(?:expensive|than)|longer|shorter|faster|slower|quicker|earlier|later|saved|"
    r"in\s+(?:savings|profit|revenue|income)|of\s+(?:savings|profit|revenue|income)|short(?=\W)|too\s+(?:much|high|low|long)|ahead|behind|over\s+(?:budget|time|plan)|under\s+(?:budget|plan))(?!\w)",
    re.IGNORECASE,
)
_RESULT = re.compile(
    rf"(?<!\w)(?:takes?|taking|took|lasts?|lasting|costs?|costing|lands?|comes?|amounts?|totals?|totalling|runs?|priced|bill\s+is|price\s+is|cost\s+is|duration\s+is|works\s+out|sets?\s+(?:you|us)\s+back){_ABOUT}{{0,4}}\s*\Z",
    re.IGNORECASE,
)
_IS_THE_RESULT = re.compile(r"\s+(?:is|are|will\s+be|would\s+be)\s+(?:what\s+(?:it|this|that|the|training|serving|hosting)|what\s+you(?:['’]d|\s+would|\s+will)?\s+pay|how\s+(?:long|much)|the\s+(?:cost|price|bill|total|duration|answer|estimate))(?!\w)", re.IGNORECASE)
_IS_THE_PRICE = re.compile(r"\s+(?:is|are|will\s+be)\s+(?:what\s+you\s+pay|(?:the|your)\s+(?:total\s+)?(?:price|cost|bill|fee|amount|sum|budget))(?!\w)|就?是(?:费用|价格|成本|账单)", re.IGNORECASE)
_IS_THE_TIME = re.compile(r"\s+(?:is|are|will\s+be)\s+(?:how\s+long|the\s+(?:duration|time|wait|schedule))(?!\w)|就?是(?:时间|工期|周期)", re.IGNORECASE)
_NEVER = re.compile(r"(?!)")
_WHOLE = re.compile(
    r"(?<!\w)(?:(?:entire|whole|full|complete)\s+(?:rack|cluster|fleet|node|server|machine|system|team|company|room|data\s*cent(?:er|re)|deployment)|all\s+(?:the\s+)?(?:cards|gpus|chips|nodes|machines|servers)\s+together|"
    r"altogether|all\s+in(?!\w)|everything\s+included|grand\s+total)(?!\w)|整个集群|全部加起来|总共",
    re.IGNORECASE,
)
_THAT_AMOUNT = re.compile(r"(?<!\w)(?:that|this)\s+(?:amount|sum|price|fee|bill)(?!\w)|finance\s+sheet|invoice", re.IGNORECASE)
_THAT_TIME = re.compile(r"(?<!\w)(?:that|this)\s+(?:duration|long|wait|period)(?!\w)", re.IGNORECASE)
_THEIRS = re.compile(r"(?<!\w)(?:you|your|yours|you['’]\w+|we|our|us|my|asked|mentioned|said|stated|named|told|question|user|customer|quoted?)(?!\w)|[您你我]|提到|所说", re.IGNORECASE)
_TOPICS = {
    "train": re.compile(r"(?<!\w)(?:pre-?)?train(?:ing)?(?!\w)|训练|Training(?!\w)", re.IGNORECASE),
    "serv": re.compile(r"(?<!\w)(?:self-)?(?:hosting|serving|inference)(?!\w)|推理|托管", re.IGNORECASE),
    "api": re.compile(r"(?<!\w)API(?:\s+bill)?(?!\w)", re.IGNORECASE),
}
_NEAR = 300  # characters in which words are beside a figure
_TOPIC_OF_TOOL = {"train_": "train", "infer_": "serv", "serving_": "serv", "api_": "api"}
_SAYS = re.compile(rf"(?<!\w)(?:costs?|takes?|comes|is|runs|amounts|works\s+out|sets\s+you\s+back|would\s+be|will\s+be){_FILLERS}{{0,4}}\s*\Z|(?:费用|成本|账单)(?:是|为|约|大约|约为)*\s*\Z", re.IGNORECASE)


def _topic(quote: Quote) -> str:
    return next((topic for tool, topic in _TOPIC_OF_TOOL.items() if quote.tool.startswith(tool)), "") if quote.is_answer else ""


def _kind_contradicted(text: str, start: int, end: int, quote: Quote, clause: _Part) -> Span | None:
    """Words right beside a figure that make another kind of thing of it."""
    lead = max(clause.start, start - 80)
    measure = units.of(quote.unit)[0] if quote.unit else ""
    if quote.is_said:
        result = _RESULT.search(text, lead, start)
        if result and not _THEIRS.search(text, result.end() - 30 if result.end() - 30 > lead else lead, start):
            return result.start(), end
        behind = _IS_THE_RESULT.match(text, end)
        return (start, behind.end()) if behind else None
    if quote.unit is None:
        return None
    money = measure in ("money", "other_money")
    if (word := _PAID.search(text, lead, start)) and not money and measure == "time":
        return word.start(), end
    if word := (_IS_THE_TIME if money else _IS_THE_PRICE if measure == "time" else _NEVER).match(text, end):
        return start, word.end()
    if (word := _LASTED.search(text, lead, start)) and money:
        return word.start(), end
    if (word := _GAINED.search(text, lead, start)) and not re.search("sav|profit|revenue|gain|benefit", quote.about):
        return word.start(), end
    if (word := _DIFFERENCE.match(text, end)) and not re.search("headroom|sav|differ|left", quote.about):
        return start, word.end()
    topic = _topic(quote)
    if topic and (says := _SAYS.search(text, lead, start)):
        spots = [(match.start(), name) for name, pattern in _TOPICS.items() for match in pattern.finditer(text, lead, says.start())]
        if spots and topic not in {name for _, name in spots} and not re.search(r"n['’]t|\bnot\b|不", text[lead:start]):
            return max(spots)[0], end
    return None


def contradicted(text: str, references: References) -> Iterator[Span]:
    """True figures that the words beside them make something else of."""
    for sentence in _parts(text, _SENTENCE, references):
        if not sentence.references:
            continue
        measures = {units.of(quote.unit or "")[0] for quote in sentence.figures}
        if measures == {"time"} and not any(quote.is_said for _, _, quote in sentence.references):
            yield from (match.span() for match in _THAT_AMOUNT.finditer(text, sentence.start, sentence.end))
        if measures == {"money"}:
            yield from (match.span() for match in _THAT_TIME.finditer(text, sentence.start, sentence.end))
        if sentence.figures and all(units.of(quote.unit or "")[2] in ("hour", "million tokens", "token") for quote in sentence.figures):
            yield from (match.span() for match in _WHOLE.finditer(text, sentence.start, sentence.end))
        for clause in _parts(text, _CLAUSE, sentence.references, sentence.start, sentence.end):
            for start, end, quote in clause.references:
                if span := _kind_contradicted(text, start, end, quote, clause):
                    yield span
                if quote.end:
                    yield from _end_contradicted(text, (start, end), quote, clause, sentence)


def _end_contradicted(text: str, place: Span, quote: Quote, clause: _Part, sentence: _Part) -> Iterator[Span]:
    """The low end said to be the most, the high end the least, or either said to be what is usual."""
    begin, stop = max(clause.start, place[0] - _NEAR), min(clause.end, place[1] + _NEAR)
    other, own = (_MOST_OF, _LEAST_OF) if quote.end == "low" else (_LEAST_OF, _MOST_OF)
    word = other.search(text, begin, stop)
    if word and clause.ends[quote.call] <= {quote.end, "value"} and not own.search(text, begin, stop):
        yield word.span()
    elif sentence.ends[quote.call] == {quote.end} and not _NAMED_END[quote.end].search(text, begin, stop):
        begin, stop = max(sentence.start, place[0] - _NEAR), min(sentence.end, place[1] + _NEAR)
        yield from (word.span() for word in _TYPICAL_OF.finditer(text, begin, stop))


# ---- what a figure is, where the words do not say --------------------------------------------------------------------------------------


def notes(text: str, references: References) -> Iterator[tuple[int, str]]:
    """Where a note belongs, and the note: which end of a range a figure is, or that words are the user's own."""
    chinese = len(re.findall(f"[{CJK}]", text)) > len(re.findall(r"[a-zA-Z]", text)) // 4
    for sentence in _parts(text, _SENTENCE, references):
        for start, end, quote in sentence.references:
            begin, stop = max(sentence.start, start - _NEAR), min(sentence.end, end + _NEAR)
            if quote.is_said and not _THEIRS.search(text, max(begin, start - 60), start):
                yield end, "（您的原话）" if chinese else " (your words)"
            elif quote.end and not ({"low", "high"} <= sentence.ends[quote.call] or _NAMED_END[quote.end].search(text, begin, stop) or _RANGE_OF.search(text, begin, stop)):
                says = f"{quote.end} end of the 80% range"
                inside = text.rfind("(", begin, start) > text.rfind(")", begin, start)
                han = f"（80%区间的{'下限' if quote.end == 'low' else '上限'}）"
                yield end, han if chinese else f", {says}" if inside else f" ({says})"
