"""Where a question says several of one kind: a product ("2 nodes of 8 H100", "300 users, 4 messages a day each") or things to compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from compute_cost_tools.reading.phrases import book
from compute_cost_tools.reading.pieces import Amount, Piece
from compute_cost_tools.reading.question import Question, ideas_of

KINDS = (("gpu",), ("model", "api_model"), ("precision",), ("as_of",))
CHOOSING = {"compare", "which_of", "costs_less", "is_faster", "cheapest"}  # what is asked of all of them, and of no single one
CHOSEN_BY = {"costs_less": "money", "cheapest": "money", "is_faster": "throughput"}
FARTHEST = 4  # pieces between the two factors of a product
PEOPLE = ("requests", "users/day", "people")  # units of a number of people


def multiply(question: Question) -> None:
    """Machines times the chips of one, and people times what each asks a day, are one amount; said aloud."""
    _machines(question)
    people = [at for at, amount in question.amounts() if amount.unit in PEOPLE]
    asked = [at for at, amount in question.amounts() if amount.unit in ("requests/day", "requests/month")]
    if any(amount.unit in ("money", "money/month") for _, amount in question.amounts()):
        return  # what a user pays is for what he asks alone
    if not asked:
        asked = [at for at, amount in question.amounts() if amount.unit == "calls" and question.pieces[at + 1].text in ("each", "apiece")]
    apiece = "each" in question.ideas or any(word in _amount(question, at).written for at in asked for word in ("user", "each", "每人"))
    if len(people) == len(asked) == 1 and (apiece or [piece.text for piece in question.pieces[people[0] + 1 : asked[0]]] == ["x"]):
        _product(question, people[0], asked[0], _amount(question, asked[0]).unit)


def _machines(question: Question) -> None:
    pieces = question.pieces
    for at, machines in list(question.amounts()):
        near = range(at + 1, min(at + 1 + FARTHEST, len(pieces)))
        inside = next((place for place in near if isinstance(pieces[place].value, Amount)), 0)
        unit = _amount(question, inside).unit if inside else "none"
        counted = machines.unit == "nodes" and unit in ("gpus", "")
        if counted or (not machines.unit and inside == at + 1 and unit == "gpus" and book().unit_at(pieces, inside + 1) == "nodes"):
            _product(question, at, inside, "gpus")
            return


def _amount(question: Question, at: int) -> Amount:
    return next(amount for place, amount in question.amounts() if place == at)


def _product(question: Question, one: int, other: int, unit: str) -> None:
    first, second = _amount(question, one), _amount(question, other)
    value = first.value * second.value
    question.notes.append(f"{first.written} x {second.written}: {value:,.10g}")
    question.pieces[other].kind, question.pieces[other].value = unit, replace(second, value=value, unit=unit, number=None, scale="")
    question.pieces[one].kind, question.pieces[one].value = "said", None


def compared(question: Question) -> list[Question]:
    """The question once for each of the things that it compares; none where it compares nothing, or mixes them."""
    groups: list[Mapping[str, list[int]]] = [_values(question, kinds) for kinds in KINDS]
    several = [group for group in groups if len(group) > 1]
    own_or_hosted = {"serve", "buy"} & question.ideas and question.of("model") and question.of("api_model")
    if own_or_hosted or len(several) != 1 or not _are_alternatives(question, several[0]):
        return []
    return [_only(question, said, several[0]) for said in several[0]]


def _values(question: Question, kinds: Sequence[str]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for at, piece in enumerate(question.pieces):
        if piece.kind in kinds:
            places.setdefault(str(piece.value), []).append(at)
    return places


def _are_alternatives(question: Question, group: Mapping[str, list[int]]) -> bool:
    """Whether they are to be compared: that is asked, or an "or" stands between them. Chips that are added up are one machine."""
    places = sorted(place for at in group.values() for place in at)
    between = {piece.text for piece in question.pieces[places[0] : places[-1]] if piece.kind != "gpu"}
    return not between & {"+", "plus"} and bool(between & book().alternatives or question.ideas & CHOOSING)


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
