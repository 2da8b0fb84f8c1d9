"""Where a question says several of one kind: a product ("2 nodes of 8 H100", "300 users, 4 messages a day each") or things to compare."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import combinations

from compute_cost.amounts.numbers import text_at
from compute_cost.prices import tariffs
from compute_cost_tools.reading import names
from compute_cost_tools.reading.phrases import as_pattern, book, match
from compute_cost_tools.reading.pieces import Amount, Piece
from compute_cost_tools.reading.question import Question, ideas_of

KINDS = {"gpu", "model", "precision", "as_of"}
CHOOSING = {"compare", "which_of", "costs_less", "is_faster", "cheapest"}  # what is asked of all of them, and of no single one
CHOSEN_BY = {"costs_less": "money", "cheapest": "money", "is_faster": "throughput"}
OWN = {"serve", "at_home", "buy"}  # said of a model that one runs oneself
CHOSEN_FROM = ("provider", "term", "service", "use", "algorithm", "place")  # inputs of which two choices are compared
FARTHEST = 4  # pieces between the two factors of a product
CORRECTIONS = ("no sorry", "no wait", "sorry", "make that", "i mean", "scratch that", "no actually", "or rather", "wait no")
ASKED, EACH = ("requests/day", "requests/month", "tasks/day"), {"each", "apiece"}
PEOPLE = ("requests", "users/day", "people")  # units of a number of people


def multiply(question: Question) -> None:
    """Drop what was corrected, and make one amount of two that are a product; both are said aloud."""
    _corrected(question)
    for at, amount in question.amounts():
        if text_at(question.pieces, at - 1) == "same" and amount.value in {other.value for to, other in question.amounts() if to < at}:
            question.pieces[at].kind, question.pieces[at].value = "said", None  # "on the same 8"
    while factors := next(_factors(question), None):
        _product(question, *factors)


def _corrected(question: Question) -> None:
    """10 days, make that 12 days: the first of the two amounts was a slip."""
    pieces = question.pieces
    ends = (match(marker, pieces, at) for at in range(len(pieces)) for marker in map(as_pattern, CORRECTIONS))
    for end in filter(None, ends):
        said = [at for at, _ in question.amounts()]
        new = next((at for at in said if end <= at <= end + 3), None)  # we only got 12
        before = [at for at in said if at < end and new and pieces[at].kind.split("/")[0] in (pieces[new].kind.split("/")[0], "amount")]
        if before:
            question.notes.append(f'left out "{dict(question.amounts())[before[-1]].written}", which was corrected')
            pieces[before[-1]].kind, pieces[before[-1]].value = "said", None


def _factors(question: Question) -> Iterator[tuple[int, int, str]]:
    """The places of two amounts that are multiplied, and the unit of the product."""
    pieces, rented = question.pieces, bool(question.of("gpu"))
    paid = any(amount.unit in ("money", "money/month") for _, amount in question.amounts())  # what a user pays is for what he asks alone
    for (at, first), (to, second) in combinations(question.amounts(), 2):
        words, behind = [piece.text for piece in pieces[at + 1 : to] if piece.kind != "said"], text_at(pieces, to + 1)
        near = len(words) <= FARTHEST and not any(isinstance(piece.value, Amount) for piece in pieces[at + 1 : to])
        things = near and not first.unit and any(word[-1:] == "s" for word in words)
        counted = words[:1] != ["per"] and (first.unit in PEOPLE or things)
        asked = second.unit in ASKED or (second.unit == "calls" and behind in EACH)
        apiece = "each" in question.ideas or bool(EACH & {*words, behind}) or any(word in second.written for word in ("user", "每人"))
        by_day = first.unit.partition("/")[0] if first.unit.endswith("/day") and near and second.unit == "days" else ""
        nodes = not first.unit and to == at + 1 and second.unit == "gpus" and book().unit_at(pieces, to + 1) == "nodes"
        if nodes or (near and first.unit == "nodes" and second.unit in ("gpus", "")):  # 2 8xH100 nodes, 2 nodes of 8 H100
            yield at, to, "gpus"
        elif counted and asked and not paid and (apiece or words[-1:] == ["x"]):
            yield at, to, second.unit
        elif near and first.unit in ("", "documents", "calls") and second.unit == "audio_minutes" and words[-1:] in (["of"], ["x"], ["at"]):
            yield at, to, "audio_minutes"
        elif by_day in ("requests", "tasks", "hours") and (by_day == "hours") == rented:
            yield at, to, {"requests": "calls"}.get(by_day, by_day)
        elif first.unit == "requests/day" and second.unit == "hours/day" and not first.written.endswith("day"):
            yield at, to, first.unit  # 90 requests a minute, 8 hours a day


def _product(question: Question, one: int, other: int, unit: str) -> None:
    first, second = (dict(question.amounts())[at] for at in (one, other))
    value = first.value * second.value / (24 if second.unit == "hours/day" else 1)
    written = f"{first.written} x {second.written}"
    question.notes.append(f"{written}: {value:,.10g}")
    question.pieces[other].value = replace(second, value=value, unit=unit, number=None, scale="", written=written)
    question.pieces[other].kind, question.pieces[one].kind, question.pieces[one].value = unit, "said", None


def compared(question: Question) -> list[Question]:
    """The question once for each of the things that it compares; none where it compares nothing, or mixes them."""
    chosen, own = question.ideas & CHOOSING, question.of("model") and question.of("api_model") and question.ideas & OWN
    if own or not (chosen or any(piece.text in book().alternatives for piece in question.pieces)):
        return []
    groups = {name: group for name, group in _named(question).items() if len(group) > 1}
    asked = {name for name, group in groups.items() if _are_alternatives(question, group, chosen if name in KINDS else ())}
    if len(asked) != 1 or not asked >= groups.keys() & KINDS:
        return []
    group = groups[asked.pop()]
    return [_only(question, said, group) for said in group]


def _named(question: Question) -> dict[str, dict[str, list[int]]]:
    """What is named, by the input that takes one of them: names, choices and countries, each with its places."""
    found: dict[str, dict[str, list[int]]] = {"grid": question.countries()}
    sold = any(map(question.of, ("gpu", "model", "api_model"))) and question.of("provider")
    for at, piece in enumerate(question.pieces):
        said = [(*phrase.partition(":")[::2], end) for phrase, end in book().choices.at(question.pieces, at)]
        if piece.kind in (*KINDS, "api_model") or (sold and piece.kind == "provider"):
            said = [(piece.kind.removeprefix("api_"), names.identity(piece), at + 1)]
        elif sold and piece.text in names.passed_over() and (host := tariffs.hosts().get(piece.text)):
            said = [("provider", host.id, at + 1)]  # the maker of a model, whose own price needs no name: Azure or OpenAI
        for name, value, end in said:
            if name in (*KINDS, *CHOSEN_FROM):
                found.setdefault(name, {}).setdefault(value, []).extend(range(at, end))
    return found


def _are_alternatives(question: Question, group: Mapping[str, list[int]], asked: Collection[str] = ()) -> bool:
    """Whether they are to be compared: that is asked, or an "or" stands between them. Chips that are added up are one machine."""
    places = sorted(place for at in group.values() for place in at)
    between = {piece.text for piece in question.pieces[places[0] : places[-1]] if piece.kind != "gpu"}
    return not between & {"+", "plus"} and bool(between & {*book().alternatives, "than"} or asked)


def _only(question: Question, said: str, group: Mapping[str, list[int]]) -> Question:
    """The question with one of them; a count and a price that stand next to another go with it."""
    others = {place for name, places in group.items() if name != said for place in places}
    dropped = set(others)
    for place in others:
        if place and question.pieces[place - 1].kind == "gpus":
            dropped.add(place - 1)
        dropped |= {at for at in range(place + 1, place + FARTHEST) if at < len(question.pieces) and question.pieces[at].kind == "money"}
    kept: list[Piece] = [replace(piece) for at, piece in enumerate(question.pieces) if at not in dropped]
    narrowed = Question(question.text, kept, list(question.notes), ruled_out={*question.ruled_out})
    ideas_of(narrowed)
    meant = {idea for choosing, idea in CHOSEN_BY.items() if choosing in narrowed.ideas}
    narrowed.ideas = narrowed.ideas - CHOOSING | meant
    return narrowed
