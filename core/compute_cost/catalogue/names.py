"""Finds a chip or a model by a name as drivers, consoles, model hubs, routers, files and papers write it.

A name is made of words of known kinds. Some say which thing is meant: its own words, in their order. Some are facts, which
may stand anywhere and must be true of the thing: a size, a memory, a socket, a day. The rest says how the thing is offered:
a hub, a host, an edition of the weights, a number format, a number of chips. These are left out, and the answer says so.

    model = [hub/]... [maker] own words, facts, [edition] [format] [day] [service]
    chips = [count x] [maker] [machine] own words, facts, [kind of memory] [: count]

The words of each kind are rows of name_words.csv. A word of no kind is never left out, so a neighbor is never taken. `peeled`
leaves out, step by step, what a list of names need not know, for any list; `find` looks up the catalogue's own chips and models.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from compute_cost.catalogue import shelves
from compute_cost.catalogue.columns import columns
from compute_cost.catalogue.records import Accelerator, Format, HostedModel, Instance, Model, Refused, Rented
from compute_cost.errors import one_line

NOTHING: Mapping[str, Any] = {}
_UNSEEN = re.compile("[\u200b\u2060\ufeff]")
SEPARATORS = re.compile(r"((?:[\s\-_:@/\\,;()\[\]|]|\.(?!\d)|(?<!\d)\.)+)")
# A day in a name: 2024-08-06, 20240806, 2507 (year and month), 08-2024, 0528 or 05-28 (month and day).
_DAY = re.compile(
    r"(?P<year>20[12]\d)-?(?P<month>0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])|(?P<short_year>2[2-9])(?P<its_month>0[1-9]|1[0-2])"
    r"|(?P<month_before>0[1-9]|1[0-2])-(?P<year_behind>20[12]\d)|(?P<lone_month>0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])"
)
_VERSION = re.compile(r"(?:-v?\d+:\d+(?::\d+k)?|@\d{3}|@default)$")  # of what a host offers: -v1:0, @001
_PART = re.compile(r"\d{5}-of-\d{5}")  # of a file that is split
_MODEL_ATOM = re.compile(r"\d+(?:\.\d+)?[bmt](?![a-z])|[a-z]+|\+|\d+(?:\.\d+)*|[^a-z\d\s+]+")
MODEL_FACT = re.compile(r"(?P<active>a)?(?P<many>\d+x)?(?P<size>\d+(?:\.\d+)?)(?P<unit>[bmt])|(?P<experts>\d+)e")
_CONTEXT = re.compile(r"\d+k|4096|8192|16384|32768|65536|131072")
_SCALE = {"m": 1e6, "b": 1e9, "t": 1e12}
_FORMAT_VERSION = re.compile(r"v\d")  # of the copy in that format: FP4-v2
MEMORY = re.compile(r"(\d{1,4})gi?b?|(\d{4,6})mi?b")  # as a maker or as a driver counts it
_CORES = re.compile(r"(\d{1,2}) ?(?:gpu cores?|core(?: gpu)?)\b(?! cpu)")  # of an Apple chip's GPU
_OF_A_MACHINE = re.compile(r"\b(?:\d{1,2} ?core cpu|1[3-6](?: ?inch|\")|20[12]\d)(?!\w)")  # what a laptop's name says besides its chip
_FAMILY_WORD = re.compile(r"\d+o\b|[a-z]+")  # of a name in small letters
# How far a written figure may lie from the row's: parameters and memory are rounded in names.
_NEAR = {"size": 0.07, "active": 0.15, "memory": 0.02, "experts": 0.0}
# Kinds of words that may be left out of a model's name, the most harmless first; the last ones only of a name that gives a size.
_KINDS = ("format", "service", "edition", "version", "region", "maker", "tier", "effort", "training", "moving", "day")
_SIZED = frozenset(["tier", "effort", "training", "moving"])
_SOLD_APART = _SIZED | {"day"}
_SLICE = re.compile(r"(?P<chip>.*\S)[\s_-]+MIG[\s_-]+\d+g\.\d+gb.*", re.IGNORECASE)  # as NVIDIA's drivers and schedulers write it
_SAGEMAKER = "ml."  # before a machine type of Amazon's
_COUNTS = {"dual": 2, "twin": 2, "triple": 3, "quad": 4}
_COUNTED = (
    re.compile(rf"(?:gpu:)?(?P<count>\d{{1,6}}|{'|'.join(_COUNTS)})\s*(?:[x×*]\s*|\s)(?P<name>\S.*)"),
    re.compile(r"(?:gpu:)?(?P<name>.*[^\s_])(?:[\s_]*[x×*][\s_]*|:)(?P<count>\d{1,6})"),
)  # fmt: skip


OF_FORM = re.compile(r"\d+(?:x\d+)?$")  # the number of a socket, as in sxm5, or of a rack, as in nvl72 and nvl36x2
_RACK = re.compile(r"nvl ?(\d{1,3})(?:x(\d))?\b", re.IGNORECASE)
_DOMAIN = re.compile(r"\((\d+)-GPU domain\)")


class OfOneMachine(float):
    """How many chips one machine of a named type has: several machines have a multiple of it."""


class Named(NamedTuple):
    """A thing of the catalogue, the words that were left out of its name, and the arguments that the name gives."""

    row: Any
    without: tuple[str, ...] = ()
    says: Mapping[str, Any] = NOTHING  # precision, gpus, provider


class Rack(NamedTuple):
    """A rack, or a board, of several of a chip, whose links join them all."""

    chip: Accelerator
    name: str
    chips: int


class Peeled(NamedTuple):
    """A shorter name, the words that were left out, and what they say.

    `says` may hold precision (a number format), host (who offers the model), day, effort, tier, training and moving ("latest").
    A list in which models differ by one of these must not take a name that leaves it out.
    """

    name: str
    without: tuple[str, ...] = ()
    says: Mapping[str, str] = NOTHING


class _Word(NamedTuple):
    before: str  # what separates it from the word before
    text: str
    kind: str  # "" for a word of the thing's own name
    says: str = ""


class _Entry(NamedTuple):
    """One spelling of a row: what must stand in a name besides its own words."""

    row: Any
    facts: frozenset[tuple[str, Any]]


@shelves.kept(4096)
def find(what: str, text: str) -> Named | None:
    """The "gpu" or "model" of that name, or None."""
    row = (shelves.accelerators() if what == "gpu" else shelves.models()).get(text)
    if row is not None:
        return Named(row)
    if not 2 <= len(text) <= shelves.LONGEST_NAME:
        return None
    if not text.isascii() and (plain := _UNSEEN.sub("", unicodedata.normalize("NFKC", text))) != text:
        return find(what, plain)  # wide letters of an Asian keyboard, and what a web page puts unseen between letters
    return _chips(text) if what == "gpu" else _model(text)


@shelves.kept(4096)
def says(what: str, text: str) -> Mapping[str, Any]:
    """The arguments that a name of the catalogue gives: precision, gpus, provider."""
    named = find(what, text)
    return named.says if named else NOTHING


def rack(text: str) -> Rack | None:
    """The rack that the name of a chip speaks of; None where it speaks of none."""
    written, named = _RACK.search(text), find("gpu", text)
    joined = _DOMAIN.search(named.row.link) if named else None
    if written is None or named is None or joined is None:
        return None
    name = written[0].replace(" ", "").casefold().replace("nvl", "NVL")
    # No more than the chip's links join: an NVL144 counts dies, of which a chip has two.
    return Rack(named.row, name, min(int(written[1]) * int(written[2] or 1), int(joined[1])))


def several(what: str, text: str) -> tuple[Any, ...]:
    """The things that a name may be which leaves out what tells them apart: a size, a memory, a socket."""
    if not 2 <= len(text) <= shelves.LONGEST_NAME:
        return ()
    if what == "gpu":
        parts = (_chip_parts(name, without_machine=True) for name in _alternatives(text))
        readings = [(_joined(words), facts) for words, facts, _ in parts]
        entries, has = _chips_by_words(), _chip_has
    else:
        words = [_model_parts(kept) for name in _spellings(text.strip().rpartition("/")[2]) for kept, _ in _readings(classified(name))]
        readings, entries, has = words, _models_by_words(), _model_has  # type: ignore[assignment]
    for own, facts in readings:
        rows = [entry.row for entry in entries.get(own, ()) if own and all(fact in entry.facts or has(entry.row, fact) for fact in facts)]
        if rows:
            return tuple(dict.fromkeys(rows))
    return ()


def figures(row: Any) -> str:
    """The figure that people tell things of one name apart by; of what is sold without one, its name."""
    if isinstance(row, HostedModel):
        return row.name
    return f"{row.memory:g} GB" if isinstance(row, Accelerator) else f"{row.params / 1e9:.3g}B parameters"


# What of a name is no version, though it is a number: the host's own at its end, days and months, sizes, formats.
_NO_VERSION = (
    r"-v\d[:-]\d$|-\d:\d+$|\b20\d\d-?[01]\d(?:-?[0-3]\d)?\b|\b[01]\d-(?:20\d\d|[0-3]\d)\b|\b2\d\.[01]\d\b"
    r"|(?<![\d.])\d+(?:[._]\d+)?(?:[bx]{1,2}\d+)?[bkmte]\b|(?:fp|int|nf|q|bf)\d+\b"
)
_OF_RELEASE = r"(?<!\d)(?<!\d\.)\d(?:[._-]\d{1,2})?(?![\da-uw-z]|\.\d)"


def versions(name: str) -> set[str]:
    """The versions that a name of a model says, as 2.1, without those of its host, days, sizes and formats."""
    plain = re.sub(r"(?<=\d)p(?=\d)", ".", re.sub(_NO_VERSION, " ", name.rpartition("/")[2].casefold()))
    return {re.sub("[_-]", ".", said).removesuffix(".0") for said in re.findall(_OF_RELEASE, plain)}


def is_other_version(name: str, model: str, title: str) -> bool:
    """Whether a name says a version, and none that the model's id or title says: that of another release."""
    said = versions(name)
    return bool(said) and said.isdisjoint(versions(model) | versions(title))


def takes_other_version(row: Any, written: str) -> bool:
    """Whether a name is that of a version which the row only holds as well, such as Mistral-7B-v0.3; a first one needs no telling."""
    whole = shelves.key(written)
    for alias in filter(None, row.aliases.split(";")):
        start = shelves.key(alias)
        is_it = whole.startswith(start) and whole[len(start) : len(start) + 1] not in (*"0123456789.",)
        if is_it and is_other_version(alias, row.id, row.name) and not versions(alias) <= {"1", "0.1"}:
            return True
    return False


def peeled(text: str) -> Iterator[Peeled]:
    """The name of a model as written, then ever shorter, each once: for a list of names of its own.

    Paths go first (openrouter/openai/gpt-4o is openai/gpt-4o is gpt-4o), then formats, services, editions, versions of a host,
    regions, makers, tiers, efforts, words of training, "latest" and days, alone and together.
    """
    if len(text) > shelves.LONGEST_NAME:
        return
    name, seen = text.strip(), set[str]()
    path: tuple[str, ...] = ()
    says: dict[str, str] = {}
    while True:
        for kept, left in _readings(classified(name)):
            shorter = "".join(word.before + word.text for word in kept).lstrip("-_:@/. ")
            if shorter and shorter not in seen:
                seen.add(shorter)
                yield Peeled(shorter, (*path, *(word.text for word in left)), says | _said(left, "".join(path)))
        head, slash, rest = name.partition("/")
        if not slash or not rest:
            return
        if host := shelves.name_words()["host"].get(head.casefold().lstrip("@")):
            says = {**says, "host": host.of}
        path, name = (*path, head + slash), rest


def _readings(words: Sequence[_Word]) -> Iterator[tuple[list[_Word], list[_Word]]]:
    """The words that are kept and those left out, for each set of kinds that may be left out, the most harmless first."""
    present = {word.kind for word in words}
    kinds = [kind for kind in _KINDS if kind in present][:6]
    for chosen in range(1 << len(kinds)):
        gone = {kind for at, kind in enumerate(kinds) if chosen >> at & 1}
        left = [word for word in words if word.kind in gone]
        kept = [word for word in words if word.kind not in gone]
        if kept:
            yield kept, left


def classified(name: str) -> list[_Word]:
    """The words of a model's name with the kind of each."""
    version = _VERSION.search(name)
    name, colon, host = name.rpartition(":")  # as routers write whom to ask: Qwen3-32B:fireworks-ai
    served = f":{host}" if colon and host.casefold() in shelves.name_words()["host"] else ""
    name = name if served else f"{name}{colon}{host}"
    pieces = SEPARATORS.split(name[: version.start()] if version else name)
    texts, before = pieces[::2], ["", *pieces[1::2]]
    lows = [text.casefold() for text in texts]
    words: list[_Word] = []
    at = 0
    while at < len(texts):
        kind, end, says = _kind(lows, before, at)
        text = texts[at] + "".join(before[place] + texts[place] for place in range(at + 1, end))
        if text:
            words.append(_Word(before[at], text, kind, says))
        at = end
    for place, word in enumerate(words[1:], start=1):
        if words[place - 1].kind == "format" and _FORMAT_VERSION.fullmatch(word.text.casefold()):
            words[place] = word._replace(kind="container")
    if not any(word.kind in ("format", "container") for word in words):
        means = {word: row.of for word, row in shelves.name_words()["of_format"].items()}
        words = [
            word._replace(kind="format" if means[word.says] else "", says=means[word.says]) if word.kind == "of_format" else word
            for word in words
        ]
    words = [word._replace(kind="format", says="") if word.kind in ("container", "of_format") else word for word in words]
    words += [_Word("", served, "service")] if served else []
    return [*words, _Word("", version[0], "version")] if version else words


def _kind(lows: Sequence[str], before: Sequence[str], at: int) -> tuple[str, int, str]:
    """The kind of the word there, where it ends, and what it says: formats and days may be of several words."""
    for end in range(min(at + 4, len(lows)), at, -1):
        text = "-".join(lows[at:end])
        if precision := _formats().get(text) or (shelves.number_format(text) if text.endswith("bpw") else None):
            return "format", end, precision.id
    for end in range(min(at + 3, len(lows)), at, -1):
        if at and (day := _DAY.fullmatch("-".join(lows[at:end]))):
            return "day", end, _month(day)
    if _PART.fullmatch("-".join(lows[at : at + 3])):
        return "container", at + 3, ""
    word, kinds = lows[at], shelves.name_words()
    # A file's name for the hub's deepseek-ai/, a host's for zai-org/, and Z.ai.
    of_two = at == 0 and (before[2:3] == ["_"] or before[1:2] == ["."] or (len(lows) > 2 and lows[1] in ("ai", "org")))
    if of_two and (maker := kinds["maker"].get("-".join(lows[:2]))):
        return "maker", 2, maker.of
    if at == 0 or (at == 1 and lows[0] in kinds["region"]):
        for kind in ("region", "maker"):
            if word in kinds[kind] and at + 1 < len(lows) and (kind == "maker" or before[at + 1] == "."):
                return kind, at + 1, kinds[kind][word].of
        return "", at + 1, ""
    for kind in ("edition", "service", "training", "tier", "effort", "moving", "container", "of_format"):
        if word in kinds[kind]:
            return kind, at + 1, word
    return ("edition" if _CONTEXT.fullmatch(word) else ""), at + 1, ""


@shelves.kept()
def _formats() -> Mapping[str, Format]:
    """The number formats by each of their names, its words joined by dashes: 2-bit is a format, and 2b-it is not."""
    names = ((row, name) for row in shelves.formats().rows for name in (row.id, row.name, *row.aliases.split(";")))
    return {"-".join(SEPARATORS.split(name.strip().casefold())[::2]): row for row, name in names if name}


def _said(left: Sequence[_Word], path: str = "") -> dict[str, str]:
    """What the words say that were left out: the kind of each and its value, the formats as one precision."""
    says = {word.kind: word.says for word in left if word.says}
    if "format" in says:
        whose = " ".join([path, *(word.text for word in left)])
        says["precision"] = one_format([word.says for word in left if word.kind == "format" and word.says], whose)
        del says["format"]
    return says


def one_format(ids: Sequence[str], whose: str = "") -> str:
    """The one format that formats named side by side mean together; a width alone, such as 4bit, only says how wide another one is.

    The hub's folder and the words around them may say whose 4 bits they are: mlx-community. Of two widths that differ, such as
    MXFP4 and Q8, the narrower one is that of most weights.
    """
    formats = [row for written in ids if (row := shelves.number_format(written))]
    widths = [row for row in formats if row.family == "unsaid" or row.id.startswith("int")]
    for row in formats:
        if row not in widths and all(abs(_bits(row) - _bits(width)) <= 1 for width in widths):
            return row.id
    if len(formats) == 1 and "mlx" in whose.casefold():
        return _formats().get(f"mlx-{ids[0]}", formats[0]).id
    return min((row for row in formats if re.search(r"\d", row.id)), key=_bits, default=formats[0]).id


def _bits(row: Format) -> float:
    known = shelves.assumptions().get(f"{shelves.BITS}{row.id}")
    return float(known.value) if known else float(row.id.removesuffix(shelves.OF_WEIGHT))


def _month(day: re.Match[str]) -> str:
    """What a day in a name says: "2024-08", or "05" where it names no year."""
    year = day["year"] or (day["short_year"] and f"20{day['short_year']}") or day["year_behind"]
    month = day["month"] or day["its_month"] or day["month_before"] or day["lone_month"]
    return f"{year}-{month}" if year else str(month)


def _model(text: str) -> Named | None:
    path, _ = _of_path(text)
    for row, _, left, says in _models_of(text):
        without = (*((f"{path}/",) if path else ()), *(word.text for word in left))
        return Named(row, without, {"precision": says["precision"]} if "precision" in says else NOTHING)
    return None


@shelves.kept(4096)
def identity(text: str) -> str | None:
    """One key for every spelling of a model of the catalogue that leaves out nothing by which models of one shape are told apart.

    The day of a snapshot, a tier or a word of training may be sold at a price of its own: a name with one has another key.
    """
    if not 2 <= len(text) <= shelves.LONGEST_NAME:
        return None
    keys = (f"{own} {row.id}" for row, own, _, says in _models_of(text) if not says.keys() & _SOLD_APART)
    return min(keys, key=len, default=None)


def _models_of(text: str) -> Iterator[tuple[Model, str, Sequence[_Word], Mapping[str, str]]]:
    """The one model that each reading of a name means: its row, its own words there, what was left out and what that says."""
    path, name = _of_path(text)
    for spelled in _spellings(name):
        for kept, left in _readings(classified(spelled)):
            own, facts = _model_parts(kept)
            says = _said(left, path)
            fitting = [entry.row for entry in _models_by_words().get(own, ()) if _fits(entry, facts, _model_has)]
            rows = [row for row in dict.fromkeys(fitting) if _may_leave_out(row, says, facts)]
            if len(rows) == 1:
                yield rows[0], own, left, says


def _of_path(text: str) -> tuple[str, str]:
    """What stands before the last stroke, and the name after it; the hub's cache writes models--Qwen--Qwen3-8B for Qwen/Qwen3-8B."""
    path, _, name = re.sub(r"^models--(.+?)--", r"\1/", text.strip()).rpartition("/")
    return path, name


def _spellings(name: str) -> Iterator[str]:
    """The name, then as it is meant where no dot may stand in one: 3-1, 3_1, v3p1 and llama31 are 3.1."""
    yield name
    for pattern, dotted, count in (
        (r"(?<=\d)p(?=\d)", ".", 0), (r"(?<=\d)_(?=\d)", ".", 0), (r"(?<=\d)-(?=\d)", ".", 1),
        (r"(?<=[A-Za-z])(\d)(\d)(?=[-_: ]|$)", r"\1.\2", 1),
    ):  # fmt: skip
        other = re.sub(pattern, dotted, name, count=count)
        if other != name:
            yield other


def _model_parts(words: Sequence[_Word]) -> tuple[str, frozenset[tuple[str, Any]]]:
    """The own words of a model's name as one, and its facts."""
    own: list[str] = []
    facts: set[tuple[str, Any]] = set()
    for word in words:
        low = word.text.casefold()
        atoms = [low] if MODEL_FACT.fullmatch(low) else _MODEL_ATOM.findall(SEPARATORS.sub(" ", low))
        for atom in atoms:
            if fact := MODEL_FACT.fullmatch(atom):
                facts.add(_model_fact(fact))
            else:
                own.append("plus" if atom == "+" else atom)
    bare = [atom for atom, behind in zip(own, [*own, ""][1:], strict=True) if not (atom == "v" and behind[:1].isdigit())]
    return _joined(bare), frozenset(facts)


def _model_fact(fact: re.Match[str]) -> tuple[str, Any]:
    if fact["experts"]:
        return "experts", float(fact["experts"])
    if fact["many"]:
        return "mixture", fact[0]
    return ("active" if fact["active"] else "size"), float(fact["size"]) * _SCALE[fact["unit"]]


def _joined(words: Iterable[str]) -> str:
    """Words as one, with a mark between numbers alone: GPT-4o is gpt 4 o, and 3 1 is not 31."""
    text = ""
    for word in words:
        text += f"|{word}" if text[-1:].isdigit() and word[:1].isdigit() else word
    return text


def _fits(
    entry: _Entry, facts: frozenset[tuple[str, Any]], has: Callable[[Any, tuple[str, Any]], bool], unsaid: Sequence[str] = ()
) -> bool:
    """Whether the facts are true of the row, and none is missing that tells it from others: the total pins a mixture down."""
    telling = {fact for fact in entry.facts if fact[0] not in ("active", "experts", *unsaid)}
    return (telling if telling or unsaid else entry.facts) <= facts and all(fact in entry.facts or has(entry.row, fact) for fact in facts)


def _model_has(row: Model, fact: tuple[str, Any]) -> bool:
    kind, value = fact
    if kind == "mixture":
        return False
    figure = {"size": row.params, "active": row.active_params, "experts": row.experts}[kind]
    return figure is not None and abs(value - figure) <= _NEAR[kind] * figure


def is_of_day(released: str, day: str) -> bool:
    """Whether a release is of the month, with or without its year, that a name says."""
    return f"{released}-".startswith(f"{day}-") or f"-{day}" in released[4:]


def _may_leave_out(row: Model, says: Mapping[str, str], facts: frozenset[tuple[str, Any]]) -> bool:
    """Whether what was left out is true of the row, and of no other model of its name."""
    if "maker" in says:
        words = [says["maker"], *(word for word, maker in shelves.name_words()["maker"].items() if maker.of == says["maker"])]
        if not any(re.sub(r"\W", "", word.casefold()) in re.sub(r"\W", "", row.organization.casefold()) for word in words):
            return False
    if says.get("day") and not is_of_day(row.released, says["day"]):
        return False
    return not (_SIZED & says.keys()) or any(kind in ("size", "mixture") for kind, _ in facts)


@shelves.kept()
def _models_by_words() -> dict[str, tuple[_Entry, ...]]:
    return _by_words(shelves.models(), _model_entry)


def _model_entry(name: str) -> tuple[str, frozenset[tuple[str, Any]]]:
    return _model_parts([_Word("", word, "") for word in SEPARATORS.split(name)[::2]])


def _by_words(index: shelves.Index[Any], parts: Callable[[str], tuple[str, frozenset[tuple[str, Any]]]]) -> dict[str, tuple[_Entry, ...]]:
    """The rows by the own words of each of their names."""
    entries: dict[str, dict[_Entry, None]] = {}
    for name, row in index.names():
        own, facts = parts(name.rpartition("/")[2])
        entries.setdefault(own, {})[_Entry(row, facts)] = None
    return {own: tuple(spellings) for own, spellings in entries.items()}


def _chips(text: str) -> Named | None:
    """A chip, the chips of a machine that a provider rents out, or several of either."""
    if _instance(text):
        return _machine(text)
    if named := _label(text) or _chip(text) or _pool(text) or _server(text):
        return named
    for pattern in _COUNTED:
        counted = pattern.fullmatch(text.strip().casefold())
        if counted and (count := _COUNTS.get(counted["count"]) or int(counted["count"])):
            row = shelves.accelerators().get(counted["name"])
            if of := Named(row) if row else _chip(counted["name"]) or _machine(counted["name"]) or _server(counted["name"]):
                return of._replace(says={**of.says, "gpus": float(count) * of.says.get("gpus", 1)})
    return None


def _label(text: str) -> Named | None:
    """The chip that a cloud's scheduler means by a label, exactly as it writes it, in small letters or as a constant.

    NVIDIA RTX PRO 6000 may be any card of that name; nvidia-rtx-pro-6000 is the one that Google Cloud has.
    """
    written = re.fullmatch(r"[a-z0-9-]+|[A-Z0-9_]+", text.strip())
    word = shelves.name_words()["label"].get(written[0].casefold().replace("_", "-")) if written else None
    row = shelves.accelerators().get(word.of) if word else None
    return Named(row) if row else None


def _machine(text: str) -> Named | None:
    """The chips of the machine type of that name, at its provider's price."""
    machine = _instance(text)
    chip = None if machine is None or machine.refused else shelves.accelerators().get(machine.gpu)
    if machine is None or chip is None:
        return None
    left = (_SAGEMAKER,) if text.strip().startswith(_SAGEMAKER) else ()
    vcpus = (machine.vcpus or 0.0) / machine.gpus
    return Named(rented(chip, machine.provider, vcpus), left, {"gpus": OfOneMachine(machine.gpus), "provider": machine.provider})


def _instance(text: str) -> Instance | None:
    """The machine type of that name; the name of its provider may stand before it."""
    instance = shelves.instances().get(text)
    if instance is None and text.strip().startswith(_SAGEMAKER):
        instance = shelves.instances().get(text.strip().removeprefix(_SAGEMAKER))
        return instance if instance and instance.provider == "aws" else None
    if instance is None and (parts := re.fullmatch(r"\s*([\w.]+)[\s:/]+(\S+)\s*", text)):
        provider, machine = shelves.providers().get(parts[1]), shelves.instances().get(parts[2])
        instance = machine if machine and provider and provider.id == machine.provider else None
    return instance


def refused(what: str, text: str) -> str:
    """Why no estimate takes the machine, chip or model of that name, and what to do instead; "" where it is not one that is refused."""
    if not 2 <= len(text) <= shelves.LONGEST_NAME:
        return ""
    if what == "gpu" and (machine := _instance(text)):
        return machine.refused
    if what == "gpu" and (whole := _SLICE.match(text.strip())) and (chip := find("gpu", whole["chip"])):
        return f"{one_line(text)} is a slice of a chip, and estimates count whole ones; give {chip.row.name}, and a share of its answer"
    row = _refused_chip(text) if what == "gpu" else _refused_model(text)
    return f"{row.name} is not estimated: {row.reason}; {row.instead}" if row else ""


def _refused_chip(text: str) -> Refused | None:
    if known := shelves.refused_chips().get(text):
        return known
    words, facts, _ = _chip_parts(_alternatives(text)[0])
    own = _joined(words)
    return next((entry.row for entry in _refused_entries(own, facts) if own and not own.isdigit()), None)


def _refused_model(text: str) -> Refused | None:
    if known := shelves.refused_models().get(text):
        return known
    for spelled in _spellings(_of_path(text)[1]):
        for kept, _ in _readings(classified(spelled)):
            own, facts = _model_parts(kept)
            if row := next((entry.row for entry in _refused_models_by_words().get(own, ()) if facts <= entry.facts), None):
                return row  # type: ignore[no-any-return]
    return None


def with_family(text: str) -> list[str]:
    """A name with each family before it that the makers' own apps leave out: Sonnet 4.5 is claude Sonnet 4.5.

    None of a name without a number, which would be that of every release, or of one that says its family.
    """
    before, slash, name = text.rpartition("/")
    known, words = shelves.name_words()["family"], _FAMILY_WORD.findall(name.casefold())
    families = dict.fromkeys(family for word in words if word in known for family in known[word].of.split(";"))
    is_short = bool(families) and families.keys().isdisjoint(words) and any(sign.isdigit() for sign in name)
    return [f"{before}{slash}{family} {name}" for family in families] if is_short else []


def sold(text: str) -> HostedModel | None:
    """The model of that name that hosts sell by the token, whether or not its size is known."""
    wanted = {shelves.folded(name.rpartition("/")[2]) for name in (text, *with_family(text))} - {""}
    rows = shelves.load("hosted_models", HostedModel) if wanted else ()
    return next((row for row in rows if not wanted.isdisjoint(map(shelves.folded, (row.id, row.name, *row.aliases.split(";"))))), None)


def _refused_entries(own: str, facts: frozenset[tuple[str, Any]]) -> Iterator[_Entry]:
    """What is refused under these words; the kind of memory tells it from a chip of the same name that is known."""
    return (entry for entry in _refused_by_words().get(own, ()) if entry.facts <= facts)


@shelves.kept()
def _refused_by_words() -> dict[str, tuple[_Entry, ...]]:
    return _by_words(shelves.refused_chips(), _refused_entry)


@shelves.kept()
def _refused_models_by_words() -> dict[str, tuple[_Entry, ...]]:
    return _by_words(shelves.refused_models(), _model_entry)


@shelves.kept()
def rented(chip: Accelerator, provider: str, vcpus: float = 0.0) -> Rented:
    """The chip as that provider rents it out, at its prices, beside so many vCPUs.

    One object for each of them, as whatever is kept of a chip needs it.
    """
    return Rented(**{name: getattr(chip, name) for name in columns(Accelerator)}, provider=provider, vcpus=vcpus)


def _pool(text: str) -> Named | None:
    """A pool of TPUs by its label, which counts cores or chips: v5p-8 is four chips."""
    name, _, count = text.strip().casefold().removeprefix("tpu-").rpartition("-")
    word = shelves.name_words()["pool"].get(name)
    row = shelves.accelerators().get(word.of) if word else None
    if row is None or word is None or not count.isascii() or not count.isdigit() or len(count) > 6:
        return None
    chips = int(count) / (word.number or 1)
    return Named(row, (), {"gpus": chips}) if chips >= 1 and chips == int(chips) else None


def _server(text: str) -> Named | None:
    """The chips of a maker's server, such as DGX H100."""
    word = shelves.name_words()["machine"].get(re.sub(r"[\s_-]+", "-", text.strip().casefold()).removeprefix("nvidia-"))
    row = shelves.accelerators().get(word.of) if word else None
    return Named(row, (), {"gpus": OfOneMachine(word.number or 1)}) if row and word else None


def _chip(text: str) -> Named | None:
    listed = _alternatives(text)
    if len(listed) > 1:
        return None
    words, facts, left = _chip_parts(listed[0], without_machine=True)
    in_order, in_any_order = _chips_by_words(), _chips_in_any_order()
    if row := _chip_of(in_order.get(_joined(words)) or in_any_order.get(tuple(sorted(words)), ()), words, facts):
        return Named(row, left)
    words, facts, left = _chip_parts(listed[0])
    if row := _chip_of(in_order.get(_joined(words), ()), words, facts):
        return Named(row, left)
    twice = re.fullmatch(r"(.+?)\s*\(([^()]+)\)\s*", text)  # one chip by two names: TPU v6e (Trillium)
    rows = [shelves.accelerators().get(name) for name in twice.groups()] if twice else [None]
    return Named(rows[0]) if rows[0] is not None and rows[0] is rows[-1] else None


def _chip_of(entries: Iterable[_Entry], words: Sequence[str], facts: frozenset[tuple[str, Any]]) -> Accelerator | None:
    """The one chip among those of a name of which the facts are true."""
    if not words:
        return None
    makers = {maker for kind, maker in facts if kind == "line"}
    facts = frozenset(fact for fact in facts if fact[0] != "line")
    if any(kind == "kind" for entry in _refused_entries(_joined(words), facts) for kind, _ in entry.facts):
        return None
    facts = frozenset(fact for fact in facts if fact[0] != "kind")
    entries = [entry for entry in entries if makers <= {entry.row.vendor}]
    for unsaid in ((), ("memory",), ("form",)):  # what one chip of a name alone has, the name need not say
        rows = list(dict.fromkeys(entry.row for entry in entries if _fits(entry, facts, _chip_has, unsaid)))
        if rows:
            return rows[0] if len(rows) == 1 else None
    return None


def _alternatives(text: str) -> list[str]:
    """The names in the text: lspci prints the die, and in brackets the cards that it may be on, with strokes between them."""
    brackets = re.fullmatch(r".*\[([^\[\]]+)\](?: \(rev \w+\))?", text.strip())
    written = re.sub(r"\((?:r|tm)\)|\bw/|\(uuid: [^()]*\)", " ", brackets[1] if brackets else text, flags=re.IGNORECASE)
    return re.sub(r"max-q\s*/\s*mobile", "Laptop", written, flags=re.IGNORECASE).split("/")


def _chip_parts(text: str, without_machine: bool = False) -> tuple[list[str], frozenset[tuple[str, Any]], tuple[str, ...]]:
    """The own words of a chip's name, its facts, and the words that say nothing about which chip it is.

    A machine that may hold one of several chips, such as a Mac Studio, is one of these words, unless its name is the chip's too.
    """
    kinds = shelves.name_words()
    own: list[str] = []
    facts: set[tuple[str, Any]] = set()
    left: list[str] = []
    spaced = re.sub(r"(\d)\s+(?=gi?b\b|mi?b\b)", r"\1", re.sub(r"[\s_-]+", " ", text.casefold()))
    spaced = re.sub(r"^gpu \d: |(?<=\d)(?=(?:ada|blackwell)\b)", " ", spaced)
    for line in kinds["line"].values() if without_machine else ():
        words = line.word.replace("-", " ")
        if words != line.word and words in spaced:
            spaced = spaced.replace(words, " ")
            facts |= {("line", line.of)} if line.of else set()
            left.append(words)
    left += _OF_A_MACHINE.findall(spaced)
    spaced = _OF_A_MACHINE.sub(" ", spaced)
    facts |= {("cores", float(number)) for number in _CORES.findall(spaced)}
    for word in re.findall(r"[^\s\-_/()\[\],]+", _CORES.sub(" ", spaced)):
        if memory := MEMORY.fullmatch(word):
            facts.add(("memory", float(memory[1]) if memory[1] else float(memory[2]) / 1024))
        elif form := kinds["form"].get(OF_FORM.sub("", word)):
            facts.add(("form", form.of or form.word))
            if word != form.word:
                facts.add(("socket", word))
        elif word in kinds["architecture"]:
            facts.add(("architecture", word))
        elif word in kinds["line"]:
            facts.add(("line", kinds["line"][word].of))
            left.append(word)
        elif word in kinds["memory"]:
            facts.add(("kind", word))
            left.append(word)
        elif word in kinds["filler"]:
            left.append(word)
        else:
            own.append(word)
    return own, frozenset(facts), tuple(left)


def _chip_has(row: Accelerator, fact: tuple[str, Any]) -> bool:
    kind, value = fact
    if kind == "kind":
        return True
    if kind == "line":
        return row.vendor == value  # type: ignore[no-any-return]
    if kind == "memory":
        said = (row.memory, (row.memory_reported or 0.0) / 1024)  # as its maker counts, and as its driver does
        return any(abs(value - memory) <= _NEAR[kind] * memory for memory in said)
    if kind == "cores":
        return row.units == value  # type: ignore[no-any-return]
    if kind == "architecture":
        return row.generation.startswith(value)
    named = shelves.key(row.name)
    if kind == "socket":  # SXM4 and SXM5 go with the generation: only of one that had two does the catalogue's name say which
        return value in named or not re.search(r"sxm\d\b", row.name.casefold())
    says_none = not any(form in named for form in shelves.name_words()["form"])
    if says_none and row.market == "datacenter" and row.link and not re.match(r"PCIe|.*bridge", row.link):
        return bool(value == ("sxm" if row.vendor == "NVIDIA" else "oam"))  # it comes in no other form, which its name need not say
    return value in named or (value == "pcie" and (row.link.startswith("PCIe") or "bridge" in row.link))


@shelves.kept()
def _chips_by_words() -> dict[str, tuple[_Entry, ...]]:
    return _by_words(shelves.accelerators(), _chip_entry)


@shelves.kept()
def _chips_in_any_order() -> dict[tuple[str, ...], tuple[_Entry, ...]]:
    """Chips by the words of each of their names, whole words in any order: an RTX 6000 Pro is an RTX PRO 6000."""
    entries: dict[tuple[str, ...], tuple[_Entry, ...]] = {}
    for name, row in shelves.accelerators().names():
        words = tuple(sorted(_chip_parts(name)[0]))
        if len(words) > 1:
            entries[words] = (*entries.get(words, ()), _Entry(row, _chip_entry(name)[1]))
    return entries


def _chip_entry(name: str) -> tuple[str, frozenset[tuple[str, Any]]]:
    own, facts = _refused_entry(name)
    return own, frozenset(fact for fact in facts if fact[0] != "kind")


def _refused_entry(name: str) -> tuple[str, frozenset[tuple[str, Any]]]:
    words, facts, _ = _chip_parts(name)
    return _joined(words), frozenset(fact for fact in facts if fact[0] not in ("line", "socket"))
