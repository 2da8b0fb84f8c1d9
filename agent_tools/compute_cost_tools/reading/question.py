"""One question taken apart: its pieces, names, amounts and ideas, and which words stay unknown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from compute_cost import catalogue
from compute_cost_tools.reading import amounts, hosted, names
from compute_cost_tools.reading.cues import cue_score
from compute_cost_tools.reading.phrases import as_pattern, book
from compute_cost_tools.reading.pieces import SENTENCE_ENDS, Amount, Piece, cut, ends_sentence, normalize

TIME = ("hours", "days", "weeks", "months", "years")
SHORT = 5
SMALLEST_CORPUS = 1e8  # tokens: a model is trained on more, a question about serving has fewer
# What a number without a unit is by the words around it.
TOLD_BY_CUES = {"params": frozenset({"params"}), "tokens": frozenset({"tokens", "corpus"}), "capital_raised": frozenset({"money"})}
SIDE_IDEAS = {"aside", "past", "compare", "later", "use_less", "subject"}  # by these alone a long sentence says nothing of costs
NAMED = ("model", "gpu", "precision", "provider", "as_of", "unknown", "utilization", "api_model")


@dataclass
class Question:
    """What was found, in the order of the text."""

    text: str
    pieces: list[Piece]
    notes: list[str] = field(default_factory=list)
    ideas: set[str] = field(default_factory=set)
    asides: dict[str, str] = field(default_factory=dict)
    covered: set[int] = field(default_factory=set)

    def of(self, kind: str) -> list[Piece]:
        return [piece for piece in self.pieces if piece.kind == kind]

    def amounts(self) -> Iterator[tuple[int, Amount]]:
        for at, piece in enumerate(self.pieces):
            if isinstance(piece.value, Amount):
                yield at, piece.value

    def found(self) -> set[str]:
        """What rules may ask for: kinds of name and unit, and `params`, `tokens`, `time`, `time2`, `assumption`."""
        kinds = {piece.kind for piece in self.pieces} | ({"assumption"} if self.assumption() else set())
        times = sum(amount.unit in TIME for _, amount in self.amounts())
        for _, amount in self.amounts():
            text = amount.unit == "tokens" or (not amount.unit and amount.scale == "t")
            kinds |= {"corpus"} if text and amount.value >= SMALLEST_CORPUS else set()
            kinds |= {"params"} if amount.unit == "params" or (not amount.unit and amount.scale == "b") else set()
            kinds |= {"tokens"} if not amount.unit and amount.scale == "t" else set()
        plain = [at for at, amount in self.amounts() if not amount.unit]
        for cue in book().cues if plain else ():
            said = TOLD_BY_CUES.get(cue.parameters[0], frozenset()) if len(cue.parameters) == 1 else frozenset()
            if said - kinds and "" in cue.kinds and any(cue_score(cue, self.pieces, at, set()) for at in plain):
                kinds |= said
        kinds |= {"params"} if "model" in kinds or self.family() else set()
        return kinds | ({"time"} if times else set()) | ({"time2"} if times > 1 else set())

    def assumption(self) -> str:
        """The assumption whose whole name is said, of several the longest; "" where none is."""
        words = {word for piece in self.pieces for word in (piece.text, *as_pattern(piece.text))}
        return max((name for name in catalogue.assumptions() if words.issuperset(name.split("_"))), key=len, default="")

    def family(self, kind: str = "model") -> str:
        """A family of models or chips that was named without saying which ("Llama", "TPUs"); "" where none was."""
        loose = [piece.text for at, piece in enumerate(self.pieces) if piece.kind == "word" and at not in self.covered]
        words = [as_pattern(piece.text)[0] for piece in self.of("unknown")] + [
            one for word in loose for one in (word, word.removesuffix("s"))
        ]
        return next((word for word in words if word in names.families(kind)), "")

    def unknown_words(self) -> list[str]:
        """Words that neither a phrase nor a name nor a number explains."""
        found: list[str] = []
        for at, piece in enumerate(self.pieces):
            if at not in self.covered and piece.kind in ("word", "cjk"):
                together = found and piece.kind == "cjk" and at - 1 not in self.covered and self.pieces[at - 1].kind == "cjk"
                if together:
                    found[-1] += piece.text
                else:
                    found.append(piece.text)
        return found


def take_apart(question: str) -> Question:
    """Cut, mend, find names and amounts, drop sentences that say nothing of compute, and collect the ideas."""
    text = normalize(question).translate(book().simplified).rstrip()
    text += "" if text[-1:] in SENTENCE_ENDS else " ?"  # phrases such as "how much ?" want an end
    text, notes = names.unlike(text)
    pieces = cut(text)
    notes += names.mend(pieces, text)
    pieces = hosted.find(names.find(pieces, text), text)
    found = Question(text, amounts.find(pieces, text), notes)
    _excluded(found)
    _sentences(found)
    _ideas(found)
    return found


def _excluded(found: Question) -> None:
    """Drop a name that is ruled out: "not on A100", "instead of A100"."""
    for at in range(len(found.pieces) - 1, -1, -1):
        for _, end in book().excluded.at(found.pieces, at):
            found.notes.append(f'left out "{found.text[found.pieces[at].start : found.pieces[end - 1].end]}"')
            del found.pieces[at:end]
            break


def _sentences(found: Question) -> None:
    """Leave out sentences without a name, an amount or an idea of the subject."""
    kept: list[Piece] = []
    sentence: list[Piece] = []
    dropped = []
    ends = [at for at in range(len(found.pieces)) if ends_sentence(found.text, found.pieces, at)]
    for at, piece in enumerate(found.pieces):
        sentence.append(piece)
        if at in ends or at == len(found.pieces) - 1:
            if _speaks(sentence):
                kept += sentence
            elif any(one.kind in ("word", "cjk") for one in sentence):
                dropped.append(sentence)
            sentence = []
    if kept:
        found.pieces = kept
        found.notes += [f'left aside "{found.text[one[0].start : one[-1].end].removesuffix(" ?")}"' for one in dropped]


def _speaks(sentence: list[Piece]) -> bool:
    if any(piece.kind in NAMED or amounts.is_amount(piece) for piece in sentence):
        return True
    ideas = {meaning.split(":")[0] for at in range(len(sentence)) for meaning, _ in book().ideas.at(sentence, at)}
    short = sum(piece.kind in ("word", "cjk") for piece in sentence) <= SHORT  # "In euros.", "Without failed runs."
    return bool(ideas - SIDE_IDEAS if not short else ideas)


def _ideas(found: Question) -> None:
    """Collect what the phrases say. "A million tokens" is what prices are for, unless something is trained on them."""
    for at in range(len(found.pieces)):
        for meaning, end in book().ideas.at(found.pieces, at):
            if meaning.startswith("aside:"):
                found.asides[found.text[found.pieces[at].start : found.pieces[end - 1].end]] = meaning.removeprefix("aside:")
            else:
                found.ideas.add(meaning)
            found.covered |= set(range(at, end))
        for index in (book().fillers, book().choices):
            for _, end in index.at(found.pieces, at):
                found.covered |= set(range(at, end))
        if found.pieces[at].text in book().connectors:
            found.covered.add(at)
    if "train" not in found.ideas and any(amount.unit == "tokens" and amount.value == 1e6 for _, amount in found.amounts()):
        found.ideas.add("per_tokens")
