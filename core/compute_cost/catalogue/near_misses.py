"""What to say of a name that is not known: the things whose names are nearest to it, and what each differs in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from compute_cost.catalogue import shelves
from compute_cost.catalogue.names import MEMORY, MODEL_FACT, OF_FORM, SEPARATORS, classified, figures
from compute_cost.catalogue.records import HostedModel


@shelves.kept(256)  # one mistake may stand in a column of cells
def nearest(what: str, text: str, most: int = 3) -> dict[str, str]:
    """The things whose names are nearest to one that is not known, best first, each with what it differs in.

    `what` is "gpu", "model" or "hosted", a model that is sold by the token.
    """
    import difflib  # mistakes only

    asked = _plain_words(what, text[: shelves.LONGEST_NAME])
    best: dict[int, tuple[float, Any]] = {}
    if asked:
        for place, words, row in _plain_names(what):
            shared = len([word for word in asked if word in words])
            if not shared and asked[0][0] != words[0][0]:
                continue
            score = 2 * shared / (len(asked) + len(words)) + difflib.SequenceMatcher(None, "".join(asked), "".join(words)).ratio()
            if score > (1.1 if shared else 0.72) and score + _closeness(asked, words) > best.get(place, (0.0,))[0]:
                best[place] = score + _closeness(asked, words), row
    closest = sorted(best.values(), key=lambda scored: -scored[0])[:most]
    named = [(row.id if what == "hosted" else row.name, row) for _, row in closest]
    return {name: _difference(what, asked, _plain_words(what, name), row) for name, row in named}


def _closeness(asked: Sequence[str], words: Sequence[str]) -> float:
    """How near the numbers of two names lie, from 0 to 0.25: of the sizes and versions of a family the next ones are meant."""
    numbers = [[float(number) for number in re.findall(r"\d+(?:\.\d+)?", " ".join(name))] for name in (asked, words)]
    pairs = list(zip(*numbers, strict=False))
    return 0.25 * sum(min(pair) / max(pair) for pair in pairs if max(pair)) / len(pairs) if pairs else 0.0


def _difference(what: str, asked: Sequence[str], words: Sequence[str], row: Any) -> str:
    """What a row differs in from what was asked for: its size or memory, its maker, then the words of both names."""
    more, fewer = [word for word in words if word not in asked], [word for word in asked if word not in words]
    counted = MEMORY if what == "gpu" else MODEL_FACT
    makers = shelves.name_words()["line"] if what == "gpu" else {}
    forms = shelves.name_words()["form"] if what == "gpu" else {}
    said = []
    if what != "hosted" and (sizes := [word for word in fewer if counted.fullmatch(word)]):
        own = f"{row.memory:g} GB" if what == "gpu" else " ".join(word.upper() for word in more if counted.fullmatch(word))
        said.append(f"{own or figures(row)}, not {' '.join(re.sub(r'(?<=[0-9])(?=gi?b)', ' ', word).upper() for word in sizes)}")
    if others := [makers[word].of for word in fewer if word in makers and makers[word].of not in ("", row.vendor)]:
        said.append(f"of {row.vendor}, not {others[0]}")
    told = {word for word in (*fewer, *more) if (what != "hosted" and counted.fullmatch(word)) or word in makers}
    left = " ".join(word for word in fewer if word not in told)
    new = " ".join(word for word in more if word not in told and (not fewer or OF_FORM.sub("", word) not in forms))
    if left and new:
        said.append(f'"{new}", not "{left}"')
    elif left or new:
        said.append(f'without "{left}"' if left else f'with "{new}"')
    return ", ".join(said) or figures(row)


def _plain_words(what: str, text: str) -> list[str]:
    """The words of a name that say which thing it is, and its facts."""
    name = "".join(letter if letter.isprintable() else " " for letter in text.casefold()).rpartition("/")[2]
    kinds = shelves.name_words()
    if what == "gpu":
        return [word for word in SEPARATORS.split(name)[::2] if word and word not in kinds["filler"] and word not in kinds["memory"]]
    told = ("", "day", "training", "maker", *(("tier", "effort") if what == "hosted" else ()))
    return [word.text.casefold() for word in classified(name) if word.kind in told]


@shelves.kept(4)
def _plain_names(what: str) -> list[tuple[int, list[str], Any]]:
    if what == "hosted":
        rows: Sequence[Any] = shelves.load("hosted_models", HostedModel)
        every: Iterable[tuple[str, Any]] = ((name, row) for row in rows for name in (row.id, row.name))
    else:
        index: shelves.Index[Any] = shelves.accelerators() if what == "gpu" else shelves.models()
        rows, every = index.rows, index.names()
    places = {id(row): place for place, row in enumerate(rows)}
    named = ((places[id(row)], _plain_words(what, name), row) for name, row in every)
    return [(place, words, row) for place, words, row in named if words]
