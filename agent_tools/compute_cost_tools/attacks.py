"""Measures the check of figures: attacks, of which next to none may be written, and natural answers, which must be. It needs no engine.

The sets were written by people who did not see the check, and ship whole: what passes stays in them and is counted.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from compute_cost_tools.calls import run as call
from compute_cost_tools.grounding import write
from compute_cost_tools.ledger import Ledger

NATURAL = "natural answers"
IN_SENTENCES = "in sentences"  # how the kinds begin whose texts are whole sentences
COLUMNS = ("kind", "texts", "as they must be")
MOST_PASSED = 0.02  # of the attacks
MOST_REFUSED = 0.02  # of the natural answers
FIRST = "training"


class Set(NamedTuple):
    """Texts that refer to the same results: what the user said, the calls behind c1, c2, ..., and the texts by kind."""

    said: str
    calls: Sequence[Mapping[str, Any]]
    texts: Mapping[str, Sequence[str]]

    def ledger(self) -> Ledger:
        """The results and the user's words."""
        kept = Ledger()
        kept.say(self.said)
        for asked in self.calls:
            kept.add(call(asked["tool"], asked["arguments"]))
        return kept


@dataclass(frozen=True)
class Tried:
    """One text, whether it was refused, and whether that is right."""

    kind: str
    text: str
    refused: bool

    @property
    def right(self) -> bool:
        return self.refused is (self.kind != NATURAL)


@cache
def sets() -> Mapping[str, Set]:
    """The sets by their names."""
    folder = resources.files("compute_cost_tools").joinpath("attack_sets")
    read = {file.name.removesuffix(".toml"): tomllib.loads(file.read_text(encoding="utf-8")) for file in folder.iterdir()}
    return {name: Set(of["said"], of["calls"], {NATURAL: of["natural"], **of["attacks"]}) for name, of in sorted(read.items())}


def texts() -> Iterator[tuple[str, str, str, Ledger]]:
    """The set and the kind of each text, the text, and the results that it refers to."""
    for name, of in sets().items():
        kept = of.ledger()
        yield from ((name, kind, text, kept) for kind, listed in of.texts.items() for text in listed)


def run() -> list[Tried]:
    """Try every text."""
    return [Tried(kind, text, bool(write(text, kept).strange)) for _, kind, text, kept in texts()]


def summary(tried: Sequence[Tried]) -> list[list[str]]:
    """A row for each kind, under COLUMNS, and one for all attacks."""
    kinds = list(dict.fromkeys(text.kind for text in tried))
    groups = {kind: [text for text in tried if text.kind == kind] for kind in kinds}
    groups["all attacks"] = [text for text in tried if text.kind != NATURAL]
    return [[kind, str(len(group)), f"{sum(text.right for text in group)}/{len(group)}"] for kind, group in groups.items()]


def holds(tried: Sequence[Tried]) -> bool:
    """Whether at most MOST_PASSED of the attacks are written, and at most MOST_REFUSED of the natural answers refused."""
    of_attacks = [text.right for text in tried if text.kind != NATURAL]
    of_natural = [text.right for text in tried if text.kind == NATURAL]
    return of_attacks.count(False) <= MOST_PASSED * len(of_attacks) and of_natural.count(False) <= MOST_REFUSED * len(of_natural)
