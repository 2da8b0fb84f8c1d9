"""What hosted APIs charge, offer by offer: a model at a host, in one service, with its tiers by the prompt of one request."""

from __future__ import annotations

import csv
import datetime
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from compute_cost import catalogue
from compute_cost.catalogue import names, shelves
from compute_cost.catalogue.columns import columns, period_end, period_start, wrong_cells
from compute_cost.catalogue.records import HostedModel, Provider, Tariff
from compute_cost.catalogue.shelves import folded
from compute_cost.errors import InputError, NoData, one_line

FIRST_API = datetime.date(2020, 6, 11)  # OpenAI opens its API: before that day nobody sold tokens


def spellings(text: str) -> list[str]:
    """A name as written, without its folders, and then ever shorter, without what does not tell the models of a price list apart.

    Formats, editions, regions, versions of a host, efforts and full days may go. What the maker sells apart never does: a tier
    such as turbo, a day without its year; and no maker's name that is a part of the model's, such as Mistral in Mistral Large:
    what is left of a name must be of two words.
    """
    last = text.strip().rsplit("/", 1)[-1]
    spelled = re.sub(r"^(llama-)v(?=\d)", r"\1", re.sub(r"(?<=\d)p(?=\d)", ".", last))  # where no dot may stand, 3.1 is written 3p1
    tiers = ("instant", "versatile") if re.search(r"\d[bB]\b", last) else ()  # Groq's words for the only copy that it has of an open model
    is_placed = re.match(r"(?:[a-z-]+\.)?[a-z0-9]+\.|meta-llama|databricks-", spelled.casefold()) is not None
    shorter: dict[str, None] = {}
    dotted = re.sub(r"(?<=[a-z]-)(\d)(\d)(?=-|$)", r"\1.\2", spelled)  # and as 31
    for form in (*names.peeled(spelled), *(names.peeled(dotted) if dotted != spelled else ())):
        says = form.says
        may_go = (
            says.get("tier", "") in ("", *tiers),
            is_placed or not says.get("maker") or re.match(r"[a-z][a-z0-9.]*[-_ ]\w", form.name.casefold()),
            not says.get("training"),
            says.get("day", "20").startswith("20"),
        )
        if all(may_go) and form.name != last:
            shorter[form.name] = None
    return [text.strip(), last, *shorter]


class Request(NamedTuple):
    """The tokens of one request.

    Those read from the cache and written to it are part of the input; thinking, audio and images come on top of input and output.
    """

    input: float
    output: float = 0.0
    cached: float = 0.0
    writes: float = 0.0
    thinking: float = 0.0
    writes_1h: float = 0.0
    audio_input: float = 0.0
    audio_output: float = 0.0
    image_input: float = 0.0
    image_output: float = 0.0

    @property
    def is_special(self) -> bool:
        """Whether it has tokens that some hosts have no price of: written to the cache for an hour, or of sound and pictures."""
        return any(self[5:])

    @property
    def prompt(self) -> float:
        """Tokens that are sent in all: what the tier counts."""
        return self.input + self.audio_input + self.image_input


def beyond(model: HostedModel, request: Request) -> list[str]:
    """What of one request is longer than any that the model is known to take, to write or to hold together, in words."""
    written = request.output + request.thinking
    said = []
    if model.longest_input and request.prompt > model.longest_input:
        sure = "" if model.limit_confidence == "checked" else f", {model.limit_confidence}"
        longest = f"{model.longest_input:,.0f} tokens ({model.limit_source}{sure})"
        said.append(f"{model.name} takes requests of up to {longest}, and this one has {request.prompt:,.0f}")
    if model.longest_output and written > model.longest_output:
        said.append(f"{model.name} writes up to {model.longest_output:,.0f} tokens in an answer, and this one has {written:,.0f}")
    if model.context and request.prompt + written > model.context and not said:
        both = f"{request.prompt:,.0f} and {written:,.0f}"
        said.append(f"{model.name} holds {model.context:,.0f} tokens of request and answer together, and this one has {both}")
    return said


class Bill(NamedTuple):
    """What one request costs, part by part [USD]; the fee is that of the request."""

    input: float
    cached: float
    writes: float
    writes_1h: float = 0.0
    output: float = 0.0
    thinking: float = 0.0
    audio_input: float = 0.0
    audio_output: float = 0.0
    image_input: float = 0.0
    image_output: float = 0.0
    fee: float = 0.0

    @property
    def total(self) -> float:
        return sum(self)


class Offer(NamedTuple):
    """What one host asks for one model in one service on a day."""

    host: Provider
    tiers: tuple[Tariff, ...]  # by the length of the prompt, the shortest first
    peaks: tuple[Tariff, ...]  # what counts at some hours of the day instead, whatever the prompt
    is_known: bool  # whether the price of that day is, and not that of a later one

    @property
    def base(self) -> Tariff:
        return self.tiers[0]

    @property
    def id(self) -> str:
        return self.base.offer

    def tier(self, prompt: float) -> Tariff:
        """The prices that count for a request with a prompt of so many tokens."""
        if len(self.tiers) == 1:
            return self.tiers[0]
        return max((row for row in self.tiers if prompt > (row.over or 0) or not row.over), key=lambda row: row.over or 0)

    def by_second_list(self) -> Offer:
        """The offer at the prices of the other list where the two disagree: which of them counts is not settled."""
        if not any(row.second for row in self.tiers):
            return self
        return self._replace(tiers=tuple(_by_second_list(row) for row in self.tiers))

    def bill(self, request: Request, row: Tariff | None = None, has_fee: bool = True) -> Bill:
        """What a request costs in its tier, or at the prices of a row that is given."""
        row = row or self.tier(request.prompt)
        plain, out = row.input or 0.0, row.output or 0.0
        read, written, thought = row.cache_read, row.cache_write, row.thinking
        bill = Bill(
            (request.input - request.cached - request.writes - request.writes_1h) * plain / 1e6,
            request.cached * (plain if read is None else read) / 1e6,
            request.writes * (plain if written is None else written) / 1e6,
            output=request.output * out / 1e6,
            thinking=request.thinking * (out if thought is None else thought) / 1e6,
            fee=(row.request or 0.0) if has_fee else 0.0,
        )
        return bill._replace(**_special_parts(request, row)) if request.is_special else bill


def _special_parts(request: Request, row: Tariff) -> dict[str, float]:
    """What a bill has for the tokens of a special request; where the tariff has no price of them they are billed as the others."""
    plain, out = row.input or 0.0, row.output or 0.0
    written = plain if row.cache_write is None else row.cache_write
    kept = written if row.cache_write_1h is None else row.cache_write_1h
    return {
        "writes_1h": request.writes_1h * kept / 1e6,
        "audio_input": request.audio_input * (plain if row.audio_input is None else row.audio_input) / 1e6,
        "audio_output": request.audio_output * (out if row.audio_output is None else row.audio_output) / 1e6,
        "image_input": request.image_input * (plain if row.image_input is None else row.image_input) / 1e6,
        "image_output": request.image_output * (out if row.image_output is None else row.image_output) / 1e6,
    }


def own_offer(model: str, prices: Mapping[str, float]) -> Offer:
    """An offer of one's own, at these prices by the columns of a tariff [USD per million tokens]."""
    yours = {"host": "yours", "offer": model, "model": model, "service": "standard", "confidence": "checked"}
    (row,) = catalogue.objects([dict.fromkeys(columns(Tariff), "") | yours], Tariff)
    return Offer(Provider("yours", "yours", ""), (replace(row, **prices),), (), True)  # type: ignore[arg-type]


def _by_second_list(row: Tariff) -> Tariff:
    """The row at the prices that `second` names: "litellm: input 0.28, cache read 0.028"."""
    parts = (part.rpartition(" ") for part in row.second.partition(": ")[2].split(", ") if part)
    prices: dict[str, Any] = {name.replace(" ", "_"): float(price) for name, _, price in parts}
    return replace(row, **prices)


class _Book(NamedTuple):
    """The rows of tariffs.csv as they stand, by model, and the models by their names."""

    header: list[str]
    rows: dict[str, list[list[str]]]
    ids: frozenset[str]  # as hosts write them
    folders: frozenset[str]  # before them, in small letters: makers and hosts
    offered: dict[tuple[str, str], str]  # the model of each, by host and id in small letters
    names: dict[str, frozenset[str]]  # by id without the host's folder, and by other names, folded
    titles: dict[str, frozenset[str]]  # by display name, folded


@catalogue.kept()
def hosts() -> catalogue.Index[Provider]:
    return catalogue.Index(catalogue.load("hosts", Provider))


def own_file(name: str) -> Path:
    """Where `compute-cost prices update` keeps the user's own rows of a file: next to their rental prices."""
    return catalogue.user_prices_file().with_name(f"{name}.csv")


@catalogue.kept()
def own_rows(name: str, kind: type[Any]) -> tuple[dict[str, str], ...]:
    """The user's own rows of "tariffs" or "hosted_models"; none where there is no such file. Raises NoData for a damaged one."""
    path, wanted = own_file(name), columns(kind)
    try:
        rows = [dict.fromkeys(wanted, "") | row for row in csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())]
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise NoData(f"the price file {path} can't be read ({one_line(str(problem))}); fix it or move it away") from None
    for number, row in enumerate(rows, start=2):
        if wrong := [column for column, _ in wrong_cells(wanted, row)]:
            raise NoData(f"the price file {path} is damaged (line {number}: see its {wrong[0]}); fix it or move it away")
    return tuple(rows)


@catalogue.kept()
def hosted_models() -> dict[str, HostedModel]:
    own = catalogue.objects(own_rows("hosted_models", HostedModel), HostedModel)
    return {row.id: row for row in (*own, *catalogue.load("hosted_models", HostedModel))}


def is_listed(model: str) -> bool:
    """Whether anybody is known to sell the model of that id."""
    return model in _book().rows


@catalogue.kept()
def _book() -> _Book:
    # Thousands of rows: those of the model that is asked for become objects, and no others.
    header, *rows = csv.reader(shelves.read_text("tariffs").splitlines())
    # The user's own rows begin after the catalogue's day, so that no answer for an earlier one has them.
    rows += [
        [row[column] for column in header] for row in own_rows("tariffs", Tariff) if row["since"] > catalogue.catalogue_date().isoformat()
    ]
    by_model: dict[str, list[list[str]]] = defaultdict(list)
    ids: set[str] = set()
    named, titles = (defaultdict[str, set[str]](set) for _ in range(2))
    for row in rows:
        by_model[row[2]].append(row)
    for known, group in by_model.items():
        for offer in {row[1] for row in group}:
            ids.add(offer)
            named[folded(offer.rpartition("/")[2])].add(known)
    for model in hosted_models().values():
        for name in (model.id, *filter(None, model.aliases.split(";"))):
            named[folded(name)].add(model.id)
        titles[folded(model.name)].add(model.id)
    frozen = ({name: frozenset(models) for name, models in index.items()} for index in (named, titles))
    folders = {folder.casefold() for offer in ids for folder in offer.split("/")[:-1]}
    offered = {(row[0], row[1].casefold()): row[2] for row in rows}
    return _Book(header, dict(by_model), frozenset(ids), frozenset(folders), offered, *frozen)


class Sold(NamedTuple):
    """A model by the name that it was asked for, with the host that the name begins or ends with."""

    model: HostedModel
    host: Provider | None = None
    as_listed: bool = True  # whether some host writes it so, as far as its folders
    is_moving: bool = False  # whether the name is for whatever is newest, and no list has that as a model of its own
    unread: str = ""  # a part of the name by which no list has a price: a host that none knows, or a region

    def newest(self, day: datetime.date) -> HostedModel:
        """The model that the name means on a day: of a name for whatever is newest the last release of it by then."""
        if not (self.is_moving and self.model.released):
            return self.model
        released = {
            (other.released, other.id): other
            for other in hosted_models().values()
            if other.maker == self.model.maker
            and re.fullmatch(rf"{re.escape(self.model.id)}-[\d.-]+", other.id)
            and self.model.released < other.released <= day.isoformat()
        }
        return released[max(released)] if released else self.model


@catalogue.kept(1000)
def find(text: str) -> Sold | None:
    """The model of that name; None where no host sells one, or but releases of other days than the name says.

    Raises InputError for a name of two models.
    """
    name = re.sub(r"^(ft:[^:]+):.*", r"\1", text.strip().lstrip("@~"))  # OpenAI's, without whose model it was tuned to
    if not 1 < len(name) <= shelves.LONGEST_NAME:
        return None
    models = _models_named(name) or _models_of_words(name) or _models_of_family(name)
    if not models:
        return None
    model = _the_one(text, models)
    *folders, last = name.split("/")
    rest, _, asked = name.rpartition(":")
    host = (_host_of(asked) if rest else None) or (_host_of(folders[0]) if folders else _host_writing(last))
    is_moving = folded(last).endswith("latest") and not model.id.endswith("latest")
    area = "" if any(folded(listed) in _book().names for listed in _of_area(last)) else _area(last)
    unread = next((folder for folder in folders if not _is_read(folder)), area)
    if {folded(name), folded(last)} & (_book().names.keys() | _book().titles.keys()):
        return Sold(model, host, is_moving=is_moving, unread=unread)
    forms = list(names.peeled(last))
    day = next((form.says["day"] for form in forms if "day" in form.says), "")
    is_dated = any("day" not in form.says and folded(form.name) in _book().names for form in forms)  # listed by a name with its day
    if not day or is_dated or (model.released and names.is_of_day(model.released, day)):
        return Sold(model, host, as_listed=False, is_moving=is_moving, unread=unread)
    return None  # a release that no list has: what the newest costs, or one of another day, says nothing about its price


def at_host(text: str, host: Provider) -> HostedModel | None:
    """The model that a host sells under exactly that id, before which its own name may stand.

    What one host calls so may be another's older or newer release: cohere/command-r of a router is not Cohere's own command-r.
    """
    name = text.strip().casefold()
    offered = _book().offered
    model = offered.get((host.id, name)) or offered.get((host.id, name.partition("/")[2]))
    return hosted_models()[model] if model else None


def _host_of(word: str) -> Provider | None:
    """The host that a name begins or ends with."""
    written = shelves.name_words()["host"].get(word.casefold())
    return hosts().get(word) or (hosts().get(written.of) if written else None)


# How a host alone writes the models that it sells, and which host that is.
_WRITES = {r"(?:[a-z-]+\.)?[a-z0-9]+\.[a-z].*": "aws", r"databricks-.*": "databricks", r".*\d(?:b|B)-(?:versatile|instant)": "groq"}


def _host_writing(name: str) -> Provider | None:
    """The host whose way of writing a name is: meta.llama3-1-8b-instruct-v1:0 is that of Bedrock, whose price it then has.

    Others write maker.model as well, so that it must be listed so, begin with an area or end with a version as Bedrock's do.
    """
    host = next((host for pattern, host in _WRITES.items() if re.fullmatch(pattern, name)), "")
    return hosts().get(host) if host and (name in _book().ids or _area(name) or re.search(r":\d+$", name)) else None


def _area(name: str) -> str:
    """The area that a name of Bedrock's begins with, such as us."""
    area, _, rest = name.partition(".")
    return area if rest and area in shelves.name_words()["region"] else ""


def _is_read(folder: str) -> bool:
    """Whether a folder of a name is that of a host that is known, or of a maker."""
    low = folder.casefold().lstrip("@")
    return _host_of(low) is not None or low in _book().folders or low in shelves.name_words()["maker"] or low in _FOLDERS


_FOLDERS = ("accounts", "models", "publishers", "huggingface")  # in paths of hosts


def _of_area(name: str) -> Iterator[str]:
    """The names by which Bedrock's prices stand that hold for a part of the world: us.anthropic.claude-opus-4-7 is regional.

    A name without an area is regional where it has no price of its own.
    """
    area = _area(name)
    rest = name.partition(".")[2] if area else name
    if area != "us-gov" and re.fullmatch(r"[a-z0-9]+\.[a-z].*", rest):
        of = "global" if area == "global" else "regional"
        yield from () if area else (name,)
        yield from (f"{of}.{rest}", f"{of}.{rest}-v1:0", f"{of}.{re.sub(r'(?:-20[0-9]{6})?-v[0-9]:[0-9]$', '', rest)}")


def _models_named(name: str) -> frozenset[str] | None:
    """The models of a name of the list; else of its display names; else those that the catalogue knows by any spelling of it."""
    book = _book()
    forms = ((folded(spelling), book.names) for spelling in (*_of_area(name.rpartition("/")[2]), *spellings(name)))
    listed = (index[form] for form, index in (*forms, (folded(name), book.titles)) if form in index)
    if offer_listed := next(listed, None):
        return offer_listed
    identity = names.identity(name)
    return _by_identity().get(identity) if identity else None


def _models_of_words(name: str) -> frozenset[str] | None:
    """The one model that has the words of a name in another order."""
    if not _words(name):
        return None
    same = (_by_words()[words] for words in map(_words, spellings(name)) if words in _by_words())
    return next((models for models in same if len(models) == 1), None)


def _models_of_family(name: str) -> frozenset[str]:
    """The one model that a name is of with its family before it, as Sonnet 4.5 and 5 mini stand in their makers' own apps."""
    found = frozenset[str]().union(*(_models_named(longer) or _models_of_words(longer) or () for longer in names.with_family(name)))
    return found if len(found) == 1 else frozenset()


def _words(name: str) -> tuple[str, ...]:
    """The words of a name in alphabetical order, a version as one of them: Claude 4.5 Sonnet has those of claude-sonnet-4-5.

    None of a name with several numbers or with a size: in those of models that are made of another, as in Hermes 2 Llama 13B, the
    order says whose number it is.
    """
    text = re.sub(r"(?<![\d.])(\d{1,2})[-_ ](\d{1,2})(?![\w.])", r"\1.\2", name.rpartition("/")[2].casefold().replace("+", " plus"))
    words = re.findall(r"[^\W\d_]{2,}(?=\d)|[^\W_]+(?:\.\d+)*", text)
    numbers = [word for word in words if re.fullmatch(r"[\d.]+", word)]
    is_sized = any(names.MODEL_FACT.fullmatch(word) for word in words)
    return tuple(sorted(words)) if len(words) > 1 and len(numbers) < 2 and not is_sized else ()


@catalogue.kept()
def _by_words() -> dict[tuple[str, ...], frozenset[str]]:
    """The models by the words of each of their names, in whatever order these stand."""
    models_by_words: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for model in hosted_models().values():
        offered = (row[1] for row in _book().rows.get(model.id, ()))
        for name in (model.id, model.name, *filter(None, model.aliases.split(";")), *offered):
            models_by_words[_words(name)].add(model.id)
    models_by_words.pop((), None)
    return {words: frozenset(models) for words, models in models_by_words.items()}


@catalogue.kept()
def _by_identity() -> dict[str, frozenset[str]]:
    """The models that are sold under some spelling of a model of the catalogue, by its key."""
    models_by_key: dict[str, set[str]] = defaultdict(set)
    for model, rows in _book().rows.items():
        for key in {names.identity(row[1]) for row in rows}:
            if key:
                models_by_key[key].add(model)
    return {key: frozenset(models) for key, models in models_by_key.items()}


def _the_one(text: str, models: frozenset[str]) -> HostedModel:
    """The one of several models that its maker sells under that name; InputError where that does not tell them apart."""
    sellable = [hosted_models()[model] for model in sorted(models)]
    makers = [model for model in sellable if model.maker] or sellable
    if len(makers) > 1:
        raise InputError(
            "model", text, f"that is a name of {' and '.join(model.id for model in makers)}, at different prices; give one of these"
        )
    return makers[0]


def is_sold(text: str) -> bool:
    """Whether a name is that of a model, or of several, that hosts sell."""
    return bool(identity(text))


def identity(text: str) -> str:
    """The id of the model of that name, however it is spelled; of a name of several its letters, and "" where no host sells one."""
    try:
        sold = find(text)
    except InputError:
        return folded(text)
    return sold.model.id if sold else ""


def known_names() -> Iterator[str]:
    """Every name of every model that is sold."""
    for model in hosted_models().values():
        yield from (model.id, model.name, *filter(None, model.aliases.split(";")))
    yield from _book().ids


@catalogue.kept(256)
def offers(model: str, day: datetime.date) -> tuple[Offer, ...]:
    """Every offer of a model of `hosted_models` on a day: one of each host and service, the cheapest where it has several.

    Raises NoData for a day before the model was sold.
    """
    sold = hosted_models()[model]
    if day < FIRST_API or (sold.released and day < period_start(sold.released)):
        raise NoData(f"model: {sold.name} was not sold before {sold.released or FIRST_API.isoformat()}; give a later as_of")
    smallest: dict[tuple[str, str], Offer] = {}
    for offer in _every_offer(model, day):
        key = offer.host.id, offer.base.service
        if key not in smallest or _size(offer) < _size(smallest[key]):
            smallest[key] = offer
    return tuple(smallest.values())


def of_name(usual: Offer, text: str, day: datetime.date) -> Offer:
    """Of the copies of a model that a host sells, the one that is called exactly so; without one `usual`, the cheapest."""
    called = text.strip().rpartition("/")[2].casefold()
    if usual.id.rpartition("/")[2].casefold() == called:
        return usual
    copies = (offer for offer in _every_offer(usual.base.model, day) if offer.host == usual.host)
    same = (offer for offer in copies if offer.base.service == usual.base.service)
    return next((offer for offer in same if offer.id.rpartition("/")[2].casefold() == called), usual)


@catalogue.kept(256)
def _every_offer(model: str, day: datetime.date) -> tuple[Offer, ...]:
    return tuple(every_offer(model, day))


def _size(offer: Offer) -> float:
    return (offer.base.input or 0.0) + (offer.base.output or 0.0)


def every_offer(model: str, day: datetime.date) -> Iterator[Offer]:
    """Every offer of a model on a day, also those of one host in other regions or copies."""
    book = _book()
    rows = catalogue.objects([dict(zip(book.header, row, strict=True)) for row in book.rows[model]], Tariff)
    by_offer: dict[tuple[str, str, str], list[Tariff]] = defaultdict(list)
    for row in rows:
        if not row.since or row.since <= day.isoformat():
            by_offer[row.host, row.offer, row.service].append(row)
    for (host, _, _), group in by_offer.items():
        latest = max(row.since for row in group)
        now = [row for row in group if row.since == latest]
        tiers = tuple(sorted((row for row in now if not row.hours), key=lambda row: row.over or 0))
        seller = hosts().get(host)
        if tiers and seller and any(row.input or row.output for row in tiers):
            is_recorded = bool(latest) or day >= period_end(tiers[0].checked or tiers[0].date)
            yield Offer(seller, tiers, tuple(row for row in now if row.hours), is_recorded)
