"""Finds a chip or a model by a name as drivers, consoles, model hubs and papers write it.

The catalogue's own names and aliases come first. Where a name is none of them, the words that say nothing about which
thing is meant are left out one kind after another: the folder of a model hub ("meta-llama/"), the maker, the edition of
the weights ("Instruct"), the day of a release; of a chip the maker's words and the kind and size of its memory. What is
left must be a name of the catalogue, and what was left out must be true of it: a memory of another size, or another
maker, is another thing. A word that is not known is never left out, so a neighbor is never taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from compute_cost.catalogue import shelves
from compute_cost.catalogue.records import Accelerator, Model

# Words of a chip's maker, or of a line of its chips, and whose they are.
_LINES = {
    "nvidia": "NVIDIA", "tesla": "NVIDIA", "geforce": "NVIDIA", "hgx": "NVIDIA", "amd": "AMD", "instinct": "AMD", "radeon": "AMD",
    "intel": "Intel", "google": "Google", "aws": "AWS", "apple": "Apple",
}  # fmt: skip
_CHIP_FILLERS = frozenset(
    ["accelerator", "ai", "card", "core", "edition", "generation", "gpu", "graphics", "tensor", "training", "workstation"]
)
_MEMORY_KIND = re.compile(r"hbm\d?e?|g?ddr\d[x]?")
_MEMORY_SIZE = re.compile(r"(\d{1,3})gb")
_COUNTED = (re.compile(r"(?P<count>\d{1,6})\s*[x×*]\s*(?P<name>\S.*)"), re.compile(r"(?P<name>.*\S)(?:\s+[x×*]\s*|:)(?P<count>\d{1,6})"))
# Words for an edition of a model's weights that has the shape and size of the others.
_EDITIONS = frozenset(["base", "chat", "hf", "instruct", "it", "pt", "sft"])
# What a host puts before and behind a name: us.meta.llama3-1-8b-instruct-v1:0, gemma3:latest.
_HOSTED = re.compile(r"(?P<host>(?:[a-z]{2,6}\.)?[a-z]{4,12}\.(?=[a-z]))?(?P<name>.*?)(?P<version>-v?\d:\d|:latest|:free)?")
_DAY = re.compile(r"(?:20)?2[3-9](?:0[1-9]|1[0-2])(?:[0-3]\d)?|0[1-9][0-3]\d|1[0-2][0-3]\d")  # 2507, 20250714, 0528
_SIZE = re.compile(r"\d[\d.]*[bm]")
# Words for the number format of a copy of the weights, which is an argument of its own.
_FORMAT = re.compile(r"i?q\d[\da-z]*|gguf|awq|gptq|exl[23]|mlx|bnb|nf4|w\d+a\d+|int[48]|(?:mx|nv)?fp\d+|bf16|[2-8]bit")
_OF_FORMAT = re.compile(r"bit|[ksml01]|xl|xs|xxs|dynamic|qat|quantized|unsloth|\d")  # beside such a word


class Named(NamedTuple):
    """A thing of the catalogue, and the words that were left out of its name."""

    row: Any
    without: tuple[str, ...] = ()


def find(what: str, text: str) -> Named | None:
    """The "gpu" or "model" of that name, or None."""
    row = (shelves.accelerators() if what == "gpu" else shelves.models()).get(text)
    if row is not None:
        return Named(row)
    if not 2 <= len(text) <= shelves.LONGEST_NAME:
        return None
    return _chip(text) if what == "gpu" else _model(text)


@shelves.kept(1000)
def _chip(text: str) -> Named | None:
    words = _chip_words(text)
    kept = _telling(words)
    makers = {_LINES[word] for word in words if word in _LINES}
    for trial in (kept, [word for word in kept if not _MEMORY_SIZE.fullmatch(word)]):
        row = _chips_by_words().get(frozenset(trial))
        if row is not None and makers <= {row.vendor} and all(float(size) == row.memory for size in _sizes(kept)):
            return Named(row, tuple(word for word in words if word not in trial))
    return None


def _chip_words(text: str) -> list[str]:
    """The words of a chip's name; the number of its socket (SXM4, SXM5) goes with its generation and says nothing more."""
    spaced = re.sub(r"(\d)\s+(?=gb\b)", r"\1", text.casefold())
    return [re.sub(r"sxm\d", "sxm", word) for word in re.findall(r"[^\s\-_/()\[\],]+", spaced)]


def _telling(words: list[str]) -> list[str]:
    """The words that say which chip of a maker is meant."""
    return [word for word in words if word not in _LINES and word not in _CHIP_FILLERS and not _MEMORY_KIND.fullmatch(word)]


def _sizes(words: list[str]) -> Iterator[str]:
    for word in words:
        if size := _MEMORY_SIZE.fullmatch(word):
            yield size[1]


@shelves.kept()
def _chips_by_words() -> dict[frozenset[str], Accelerator]:
    """The chips by the words of their names in any order, where these are of one chip alone."""
    found: dict[frozenset[str], Accelerator | None] = {}
    for name, row in shelves.accelerators().names():
        words = frozenset(_telling(_chip_words(name)))
        found[words] = row if found.get(words, row) is row else None
    return {words: row for words, row in found.items() if row is not None}


@shelves.kept(1000)
def _model(text: str) -> Named | None:
    folder, _, name = text.strip().rpartition("/")
    left = [f"{folder}/"] if folder else []
    if hosted := _HOSTED.fullmatch(name):
        left += [part for part in (hosted["host"], hosted["version"]) if part]
        name = hosted["name"]
    # Where a name may hold no dot, 3.1 is written 3-1 or v3p1.
    for spelling in (name, re.sub(r"(\d)-(\d)", r"\1.\2", name, count=1), re.sub(r"\bv(\d)p(\d)", r"\1.\2", name)):
        words = re.findall(r"[^\s\-_:]+", spelling)
        for keeps in (_any, _no_edition, _no_day):
            kept = [word for word in words if keeps(word.casefold(), words)]
            for start in (0, 1):
                row: Model | None = shelves.models().get("-".join(kept[start:])) if len(kept) > start else None
                if row is not None and (not start or _is_maker(kept[0], row)):
                    return Named(row, (*left, *kept[:start], *(word for word in words if word not in kept)))
    return None


def _any(word: str, words: list[str]) -> bool:
    return True


def _no_edition(word: str, words: list[str]) -> bool:
    return word not in _EDITIONS


def _no_day(word: str, words: list[str]) -> bool:
    """Of a name without a size the day may tell models apart: Mistral Small of 2409 is not that of 2501."""
    return word not in _EDITIONS and not (_DAY.fullmatch(word) and any(_SIZE.fullmatch(one.casefold()) for one in words))


def _is_maker(word: str, row: Model) -> bool:
    return shelves.key(word) in {shelves.key(one) for one in re.split(r"[\s/.]+", row.organization)}


def counted(text: str) -> tuple[str, int] | None:
    """The name and the number in what names several of one chip: 8xH100, H100 x8, A100:8."""
    for pattern in _COUNTED:
        found = pattern.fullmatch(text.strip()) if len(text) <= shelves.LONGEST_NAME else None
        if found and find("gpu", found["name"]):
            return found["name"].strip(), int(found["count"])
    return None


def without_format(text: str) -> tuple[str, str] | None:
    """The name of a known model and the words for a number format behind it: Qwen3-8B-AWQ is Qwen3-8B and AWQ."""
    if len(text) > shelves.LONGEST_NAME:
        return None
    bare = text.strip().removesuffix(".gguf")
    for cut in reversed([found.start() for found in re.finditer(r"[\s\-_.:]", bare)]):
        words = re.findall(r"[^\s\-_.:]+", bare[cut:].casefold())
        named = [word for word in words if _FORMAT.fullmatch(word)]
        if not all(word in named or _OF_FORMAT.fullmatch(word) for word in words):
            return None
        # A lone digit in front is a part of the model's name: V2.5 in four bits is not V2.
        if named and len(words[0]) > 1 and find("model", bare[:cut]):
            return bare[:cut], bare[cut + 1 :]
    return None
