"""One question taken apart: its pieces, names, amounts and ideas, and which words stay unknown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import product

from compute_cost import catalogue
from compute_cost.amounts.numbers import text_at
from compute_cost.answers.lookup import scores
from compute_cost.catalogue import described
from compute_cost_tools.reading import amounts, hosted, names
from compute_cost_tools.reading.phrases import TIME, as_pattern, book, load
from compute_cost_tools.reading.pieces import SENTENCE_ENDS, Amount, Piece, cut, ends_sentence, normalize

TELLING = 10.0  # how well the words of a sentence must fit an estimate, so that it is not an aside
SHORT = 5
ARTICLES = ("a", "an", "one")
CARRIERS = ("on", "with", "using", "via", "through")
BEFORE_RULED_OUT = (*ARTICLES, *CARRIERS, "for", "any", "use", "of", "including", "the", "in")
# What "not" stands before without ruling it out: "does not fit".
NEVER_RULED_OUT = {"fit", "fits", "use_less", "opinion", "subject", "past", "compare", "costs_less", "is_faster", "each", "aside"}
IN_PLACE_OF = ("instead", "rather")  # which, of two things that are compared, rule none out
LONGEST_COUNTRY = 4  # pieces
ELECTRICITY = ("grid", "power", "electricity", "energy", "mix", "strom", "strommix", "netz", "électricité", "electricidad")
BESIDE = ("model", "gpu", "precision", "params")
SMALLEST_SET = 1e6  # tokens: a model is tuned on more, a context is shorter
SMALLEST_CORPUS = 1e8  # tokens: a model is trained on more, a question about serving has fewer
SIDE_IDEAS = {"aside", "past", "compare", "later", "use_less", "subject"}  # by these alone a long sentence says nothing about costs
NAMED = ("model", "gpu", "precision", "provider", "as_of", "unknown", "utilization", "api_model")


@dataclass
class Question:
    """What was found, in the order of the text."""

    text: str
    pieces: list[Piece]
    notes: list[str] = field(default_factory=list)
    ideas: set[str] = field(default_factory=set)
    asides: dict[str, str] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)  # the words of each idea
    ruled_out: set[str] = field(default_factory=set)  # kinds of name and choices: gpu, method
    covered: set[int] = field(default_factory=set)

    def copy(self) -> Question:
        """One to fill an estimate from, which marks what it used."""
        pieces = [replace(piece, value=replace(piece.value) if isinstance(piece.value, Amount) else piece.value) for piece in self.pieces]
        return Question(self.text, pieces, [*self.notes], {*self.ideas}, {**self.asides}, {**self.said}, {*self.ruled_out}, {*self.covered})

    def of(self, kind: str) -> list[Piece]:
        return [piece for piece in self.pieces if piece.kind == kind]

    def amounts(self) -> Iterator[tuple[int, Amount]]:
        for at, piece in enumerate(self.pieces):
            if isinstance(piece.value, Amount):
                yield at, piece.value

    def found(self) -> set[str]:
        """What rules may ask for: kinds of name and unit, and `closed`, `params`, `tokens`, `time`, `time2`, `one_hour`."""
        kinds = {piece.kind for piece in self.pieces}
        times = sum(amount.unit in TIME for _, amount in self.amounts())
        for _, amount in self.amounts():
            text = amount.unit == "tokens" or (not amount.unit and amount.scale == "t")
            kinds |= {"corpus"} if text and amount.value >= SMALLEST_CORPUS else set()
            kinds |= {"set"} if amount.unit == "examples" or (text and amount.value >= SMALLEST_SET) else set()
            kinds |= {"params"} if amount.unit == "params" or (not amount.unit and amount.scale == "b") else set()
            kinds |= {"tokens"} if not amount.unit and amount.scale == "t" else set()
            kinds |= {"at_once"} if amount.unit in ("requests", "calls", "people") and self.is_at_once(amount) else set()
            kinds |= {"one_hour"} if amount.unit == "hours" and amount.value == 1 else set()
        kinds |= {kind for kind, those in load("meaning")["found"].items() if not kinds.isdisjoint(those)}
        kinds |= {"params"} if "model" in kinds or self.family() else set()
        kinds |= {"card"} if "gpu" in kinds or ("gb" in kinds and not self.names_machine()) else set()
        counted = any(amount.unit == "gpus" and amount.value > 1 for _, amount in self.amounts())
        kinds |= {"machine"} if counted or any(names.is_machine(str(piece.value)) for piece in self.of("gpu")) else set()
        family = names.families("model").get(self.family(), ())[:1]
        named = [catalogue.models().get(name) for name in (*(str(piece.value) for piece in self.of("model")), *family)]
        kinds |= {f"{model.kind} model" for model in named if model}
        kinds |= {"closed"} if any(model and catalogue.is_closed(model) for model in named) else set()
        return kinds | ({"time"} if times else set()) | ({"time2"} if times > 1 else set())

    def names_machine(self) -> bool:
        """Whether a chip is named that is not known, or memory is spoken of that is no accelerator's own."""
        is_ram = any(piece.kind == "word" and (piece.text == "ram" or piece.text.startswith("ddr")) for piece in self.pieces)
        return is_ram or bool(self.of("unknown")) or any(why.split("|")[1] == "gpu" for why in self.asides.values())

    def is_at_once(self, amount: Amount) -> bool:
        """Whether people are served at the same time: that is said, or how fast each of them gets words."""
        inside = cut(amount.written.casefold())
        said = {meaning for at in range(len(inside)) for meaning, _ in book().ideas.at(inside, at)} | self.ideas
        return bool(said & {"at_once", "throughput"}) or bool(self.of("tokens/second"))

    def family(self, kind: str = "model") -> str:
        """A family of models or chips that was named without saying which ("Llama", "TPUs"); "" where none was."""
        loose = [piece.text for at, piece in enumerate(self.pieces) if piece.kind == "word" and at not in self.covered]
        words = [as_pattern(piece.text)[0] for piece in self.of("unknown")]
        words += [form for word in loose for form in (word, word.removesuffix("s"))]
        return next((word for word in words if word in names.families(kind)), "")

    def unknown_words(self) -> list[str]:
        """Words that neither a phrase nor a name nor a number explains."""
        loose = ["".join(piece.text for piece in self.pieces[at:end]) for at, end in self._unexplained()]
        return [*loose, *(word for _, amount in self.amounts() for word in amount.described)]

    def foreign_words(self, no_chip: bool) -> list[str]:
        """Unexplained words that are written like a name, or stand where one stands: of a chip, a model, a format, a method.

        Such a word may change the answer. A place ("in Norway"), a maker and an ordinary word do not. `no_chip`: an accelerator
        could have been named and was not, so that what a run is "on" may be one.
        """
        return [self._said(at, end) for at, end in self._unexplained() if self._like_a_name(at, end, no_chip)]

    def _like_a_name(self, at: int, end: int, no_chip: bool) -> bool:
        word = self._said(at, end)
        if names.passed_over() & {word.casefold(), word.casefold().removesuffix("s")}:
            return False
        before, after = self.pieces[max(at - 2, 0) : at], self.pieces[end : end + 1]
        article = bool(before) and self._said(at - 1, at).casefold() in ARTICLES  # behind a German one any noun is written so
        carrier = next((piece.text for piece in reversed(before) if piece.text not in ARTICLES), "")
        size = after[0].value if after and isinstance(after[0].value, Amount) else Amount(0, "")
        if size.unit == "params" or (size.scale == "b" and not size.unit):  # Dolly 12B
            return True
        if no_chip and carrier in ("on", "用", "在") and (word.isascii() or end - at > 1):
            return True
        beside = bool(before) and any(piece.kind in BESIDE for piece in (before[-1], *after))
        if word.isupper() and before and isinstance(before[-1].value, Amount) and not before[-1].value.unit:  # 500 SEK
            return True
        return len(word) > 1 and word[0].isupper() and (article or beside or carrier in CARRIERS)

    def places(self) -> Iterator[str]:
        """What stands behind "in", the longest first: perhaps a country; then a country that is named alone."""
        for at, piece in enumerate(self.pieces):
            if piece.text == "in":
                yield from (self._said(at + 1, end) for end in range(min(at + 4, len(self.pieces)), at + 1, -1))
        yield from self.countries()

    def countries(self) -> dict[str, list[int]]:
        """The countries and regions that are named, each with its places."""
        found: dict[str, list[int]] = {}
        for at, length in product(range(len(self.pieces)), range(1, LONGEST_COUNTRY + 1)):
            stretch = self.pieces[at : at + length]
            written = self.text[stretch[0].start : stretch[-1].end] if {piece.kind for piece in stretch} == {"word"} else ""
            if text_at(self.pieces, at + length) in ELECTRICITY:  # "the French grid", but no French text
                written = next(
                    (name for begin, name in load("meaning")["adjectives"].items() if written.casefold().startswith(begin)), written
                )
            row = catalogue.grids().get(written) if len(written) > 3 or written.isupper() else None  # UK, but neither in nor it
            if row and row.name != "World":
                found.setdefault(row.name, []).extend(range(at, at + len(stretch)))
        return found

    def _said(self, at: int, end: int) -> str:
        return self.text[self.pieces[at].start : self.pieces[end - 1].end]

    def _unexplained(self) -> list[tuple[int, int]]:
        """Where words stand that nothing explains; Chinese characters in a row are one."""
        stretches: list[tuple[int, int]] = []
        for at, piece in enumerate(self.pieces):
            if at not in self.covered and piece.kind in ("word", "cjk"):
                together = stretches and piece.kind == "cjk" and stretches[-1][1] == at and self.pieces[at - 1].kind == "cjk"
                stretches.append((stretches.pop()[0] if together else at, at + 1))
        return stretches


def take_apart(question: str) -> Question:
    """Cut, mend, find names and amounts, drop sentences that say nothing about compute, and collect the ideas."""
    text = normalize(question).translate(book().simplified).rstrip()
    text += "" if text[-1:] in SENTENCE_ENDS else " ?"  # phrases such as "how much ?" want an end
    pieces = _described(cut(text), text)
    notes = names.mend(pieces, text)
    pieces = hosted.find(names.find(pieces, text), text)
    question_read = Question(text, amounts.find(pieces, text), notes)
    _excluded(question_read)
    _sentences(question_read)
    ideas_of(question_read)
    return question_read


def _described(pieces: list[Piece], text: str) -> list[Piece]:
    """A line of figures of one's own is the name of a model: 27B; layers 64; kv_heads 4."""
    start, end = described.within(text)
    own = [Piece("model", text[start:end].casefold(), start, end, text[start:end])] if end else []
    return [piece for piece in pieces if piece.end <= start] + own + [piece for piece in pieces if piece.start >= end]


def _excluded(question: Question) -> None:
    """Drop what changes nothing, and what is ruled out: "not on A100", "without caching", "no LoRA"."""
    pieces = question.pieces
    for at in range(len(pieces) - 1, -1, -1):
        ends = [end for _, end in book().excluded.at(pieces, at)]
        asked = text_at(pieces, at - 1) in ("why", "or")  # why not rent? will it fit or not
        asked = asked or (text_at(pieces, at) in IN_PLACE_OF and _compares(pieces))
        ends += [] if asked else [_ruled_out(question, start) for _, start in book().negations.at(pieces, at)]
        if end := max(ends, default=0):
            question.notes.append(f'left out "{question.text[pieces[at].start : pieces[end - 1].end]}"')
            del pieces[at:end]


def _compares(pieces: list[Piece]) -> bool:
    """Whether a comparison is asked for, or a model of one's own stands beside a hosted one."""
    asked = (meaning for at in range(len(pieces)) for meaning, _ in book().ideas.at(pieces, at))
    return {"model", "api_model"} <= {piece.kind for piece in pieces} or "compare" in asked


def _ruled_out(question: Question, at: int) -> int:
    """Where that ends which a negation in front of this place rules out: a name, a choice, work or a quantity; 0 where it is none."""
    pieces = question.pieces
    while at < len(pieces) and pieces[at].text in BEFORE_RULED_OUT:
        at += 1
    if at < len(pieces) and pieces[at].kind in (*BESIDE, "api_model", "provider"):
        question.ruled_out.add(pieces[at].kind)
        return at + 1
    choices = list(book().choices.at(pieces, at))
    ideas = [(meaning, end) for meaning, end in book().ideas.at(pieces, at) if meaning.partition(":")[0] not in NEVER_RULED_OUT]
    question.ruled_out |= {meaning.partition(":")[0] for meaning, _ in (*choices, *ideas)}
    return max((end for _, end in (*choices, *ideas)), default=0)


def _sentences(question: Question) -> None:
    """Leave out sentences without a name, an amount or an idea of the subject."""
    kept: list[Piece] = []
    sentence: list[Piece] = []
    dropped = []
    ends = [at for at in range(len(question.pieces)) if ends_sentence(question.text, question.pieces, at)]
    for at, piece in enumerate(question.pieces):
        sentence.append(piece)
        if at in ends or at == len(question.pieces) - 1:
            if _speaks(sentence):
                kept += sentence
            elif any(piece_said.kind in ("word", "cjk") for piece_said in sentence):
                dropped.append(sentence)
            sentence = []
    if kept:
        question.pieces = kept
        question.notes += [f'left aside "{question.text[pieces[0].start : pieces[-1].end].removesuffix(" ?")}"' for pieces in dropped]


def _speaks(sentence: list[Piece]) -> bool:
    if any(piece.kind in NAMED or isinstance(piece.value, Amount) for piece in sentence):
        return True
    ideas = {meaning.split(":")[0] for at in range(len(sentence)) for meaning, _ in book().ideas.at(sentence, at)}
    short = sum(piece.kind in ("word", "cjk") for piece in sentence) <= SHORT  # "In euros.", "Without failed runs."
    if ideas - SIDE_IDEAS if not short else ideas:
        return True
    return max(scores(" ".join(piece.text for piece in sentence)).values()) >= TELLING


def ideas_of(question: Question) -> None:
    """Collect what the phrases say. "A million tokens" is what prices are for, unless something is trained on them."""
    said = [(at, end, meaning) for at in range(len(question.pieces)) for meaning, end in book().ideas.at(question.pieces, at)]
    wanted = load("meaning")["wanted"]
    quantities = [phrase for phrase in said if phrase[2] in wanted]
    for at, end, meaning in said:
        inside = any(
            start <= at and end <= stop and stop - start > end - at and wanted[other] != wanted.get(meaning)
            for start, stop, other in quantities
        )
        if inside and meaning in wanted:
            continue  # the budget of "flops budget" is not money
        words = question.text[question.pieces[at].start : question.pieces[end - 1].end].removesuffix(" ?")
        longer = {other for start, stop, other in said if start <= at and end <= stop and stop - start > end - at}
        if meaning.startswith("aside:"):
            if longer - wanted.keys():
                continue  # the "without" of "without caching"
            question.asides[words] = meaning.removeprefix("aside:")
        else:
            question.ideas.add(meaning)
            question.said.setdefault(meaning, words)
        question.covered |= set(range(at, end))
    for at in range(len(question.pieces)):
        for index in (book().fillers, book().choices):
            for _, end in index.at(question.pieces, at):
                question.covered |= set(range(at, end))
        if question.pieces[at].text in book().connectors:
            question.covered.add(at)
    sold_by = {names.sellers().get(catalogue.key(piece.text)) for piece in question.of("provider")} - {None}
    hosted_open = question.of("model") and "train" not in question.ideas
    question.ideas |= {"api"} if hosted_open and any(not catalogue.providers().get(str(seller)) for seller in sold_by) else set()
    question.ideas = question.ideas - {"lease"} | {"rent"} if "lease" in question.ideas and "rent" not in question.ideas else question.ideas
    told = any(amount.unit == "share" or (not amount.unit and amount.value < 1) for _, amount in question.amounts())
    question.ideas -= {"utilization"} if told else set()
    question.ideas |= {"sold"} if question.of("api_model") else set()
    question.ideas |= {"embed"} if any("embed" in piece.text for piece in question.of("api_model")) else set()
    if "train" not in question.ideas and any(amount.unit == "tokens" and amount.value == 1e6 for _, amount in question.amounts()):
        question.ideas.add("per_tokens")
