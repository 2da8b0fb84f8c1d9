"""Puts what was found into the arguments of an estimate. What finds no place is asked about, never passed over."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import Any

from compute_cost import catalogue, registry
from compute_cost.amounts.numbers import text_at
from compute_cost.answers.lookup import PLAIN_STEMS, stems
from compute_cost.catalogue import names as resolver
from compute_cost.errors import CostError
from compute_cost.prices import tariffs
from compute_cost_tools import missing
from compute_cost_tools.reading import likely, names
from compute_cost_tools.reading.phrases import book, load
from compute_cost_tools.reading.pieces import Piece
from compute_cost_tools.reading.places import NEAR, SURE, Slots, place, put
from compute_cost_tools.reading.question import CARRIERS, ELECTRICITY, Question

NO, NOT = "no", {"no", "not", "without", "never", "un", "keine", "nicht", "sin", "不", "没"}
MACHINES = ("cluster", "server", "box", "node", "machine", "pod", "rig", "instance", "fleet")  # of so many cards as nobody said
NEAR_UNSAID = 0.3  # the probability that no choice was said, from which on an unclear one is left
PROMISING = {"output", "outputs", "input", "inputs"}  # a number of tokens stands beside them


def opened(estimate: str, question: Question, before: Mapping[str, Any] | None = None) -> Slots:
    """The arguments that names and choices of a question say; its amounts are still to be placed."""
    slots = Slots(registry.get(estimate), question, before=before or {})
    _roles(slots)
    _names(slots)
    slots.said = _choices(slots)
    _fleet(slots)
    slots.at_once = _at_once(slots)
    return slots


def fill(estimate: str, question: Question, lookup: str = "", before: Mapping[str, Any] | None = None) -> Slots:
    """The arguments of `estimate` that the question says, and what must be asked; not for what was said `before`."""
    slots = opened(estimate, question, before)
    if lookup:
        slots.arguments["field"] = lookup
    if estimate == "assumption":
        _assumption(slots)
    place(slots)
    _reserved(slots)
    _alone(slots)
    if slots.at_once:
        _without_peak(slots, slots.at_once)
    for idea in load("meaning")["implied"].keys() & question.ideas:
        for parameter, value in load("meaning")["implied"][idea].get(estimate, {}).items():
            if parameter != "tokens" or "params" in slots.arguments:  # a card at home has hours, a model tokens
                slots.arguments.setdefault(parameter, float(value))
    if slots.arguments.get("months_used", 0.0) > slots.arguments.get("months_reserved", math.inf):
        slots.asks.append("For how many months is it reserved, and for how many used? Used is more than reserved as I read it.")
    if "term:spot" in slots.said and slots.takes.keys().isdisjoint(("term", "spot")) and "price_per_gpu_hour" not in slots.arguments:
        slots.asks.append(f"{estimate} has no use for spot; give the hourly price instead.")
    ruled_out = {"method" if kind == "use" and "method" in slots.takes else kind for kind in question.ruled_out}
    for kind in sorted(ruled_out & {"gpu", "method", "use", "algorithm"} & slots.takes.keys() - slots.arguments.keys()):
        slots.asks.append(f"Which {'accelerator' if kind == 'gpu' else kind}, then?")
    _asides(slots)
    no_model = bool({"params", "model"} & slots.takes.keys())
    no_chip = "gpu" in slots.takes and "gpu" not in slots.arguments
    for word in question.foreign_words(no_chip) if no_model or no_chip else ():
        slots.asks.append(f'I do not know "{word}"{names.hint(word)} Ask again without it if it changes nothing.')
    for piece in question.of("utilization"):
        if "utilization" in slots.takes:
            slots.arguments.setdefault("utilization", float(str(piece.value)) if piece.text.isdigit() else piece.value)
        else:
            slots.asks.append(f"{estimate} has no use for a utilization; ask without it?")
    answered_by = {"utilization", "load", "name"} & {*slots.arguments, *slots.doc.name.split("_")}
    if "utilization" in slots.question.ideas and estimate != "assumption" and not answered_by:
        slots.asks.append('What is "utilization" to be? I found no number that belongs to it.')
    if "gpus" in slots.takes and slots.doc.name != "memory_fit" and ("gpus:1" in slots.said or _is_one_card(slots)):
        slots.arguments.setdefault("gpus", 1.0)
    _missing(slots)
    return slots


def _assumption(slots: Slots) -> None:
    """The assumption whose name holds most words of the question, then whose unit and description do; it asks which of several."""
    slots.question.covered |= set(range(len(slots.question.pieces)))
    words = {*stems(slots.question.text)} - {*stems(slots.question.said.get("default", ""))}
    said = words - PLAIN_STEMS
    held = {}
    for name, row in catalogue.assumptions().items():
        named = said & {*stems(name)}
        described = (said - named) & {*stems(f"{row.unit} {row.description.partition(':')[0]}")}
        held[name] = (len(named), len(described), len(words & {*stems(name)}))
    best = sorted((name for name in held if any(held[name][:2]) and held[name] == max(held.values())), key=len)
    if best and all(name.startswith(best[0]) for name in best):
        slots.arguments["name"] = best[0]
    elif best:
        slots.asks.append(f"Which: {' or '.join(best[:6])}?")


def _roles(slots: Slots) -> None:
    """Of two models the larger one, or the hosted one, teaches, unless the student is said to be made "from" the other."""
    pieces = slots.question.pieces
    of_cache = {at: text_at(pieces, at + 1) == "cache" for at, piece in enumerate(pieces) if piece.text == "kv"}
    formats = slots.question.of("precision") if of_cache and "kv_precision" in slots.takes else []
    near = [piece for piece in formats if any(pieces.index(piece) in range(at - 1, at + 4 + cache) for at, cache in of_cache.items())]
    for piece in near[:1]:
        written = slots.question.text[piece.start : piece.end]  # a cache in "q8" is one in Q8_0
        slots.arguments["kv_precision"], piece.kind = f"{written}_0" if written in ("q4", "q5", "q8") else piece.value, "said"
    if formats and not near and any(of_cache.values()):
        slots.asks.append(f"Is {formats[0].value} the format of the weights or of the cache?")
    models = slots.question.of("model") if "own_model" in slots.takes else []
    closed = [piece for piece in models if (row := names.known("model", str(piece.value))) and catalogue.is_closed(row)]
    hosted = [*slots.question.of("api_model"), *closed]
    for piece in [piece for piece in models if hosted and piece not in hosted][:1]:
        slots.arguments["own_model"], piece.kind = str(piece.value), "said"
    named = [piece for piece in pieces if piece.kind in ("model", "api_model")] if "teacher" in slots.takes else []
    students = [piece for before, piece in itertools.pairwise(pieces) if piece in named and before.text in ("into", "to", "student")]
    if named and len(students) < len(named):
        teacher = max(named, key=lambda piece: (piece.kind == "api_model", getattr(names.known("model", str(piece.value)), "params", 0)))
        slots.arguments["teacher"] = getattr(names.known("model", str(teacher.value)), "name", str(teacher.value))
        for piece in [piece for piece in named if names.identity(piece) == names.identity(teacher)]:
            piece.kind = "said"


def _fleet(slots: Slots) -> None:
    """32 H100, then 64 B200 from month 9 on: what is there from the beginning, and what joins it."""
    pieces, parts, chip = slots.question.pieces, [], ""
    amounts = dict(slots.question.amounts()) if "fleet" in slots.takes else {}
    for at, end in itertools.pairwise([*(at for at, amount in amounts.items() if amount.unit == "gpus"), len(pieces)]):
        chip = next((str(piece.value) for piece in pieces[at:end] if piece.kind == "gpu"), chip)
        month = [later for later in range(at + 2, end) if later in amounts and pieces[later - 1].text in ("month", "mo")][:1]
        parts.append(" from ".join([f"{amounts[at].value:g} {chip}", *(f"{amounts[later].value:g}" for later in month)]))
        for piece in (pieces[taken] for taken in (at, *month)):
            piece.kind, piece.value = "said", None
    if chip:
        slots.arguments["fleet"] = "; ".join(parts)


def _at_once(slots: Slots) -> float:
    """How many people are served at once where an estimate counts tokens a day; 0 where nobody says it."""
    if not {"tokens_per_day", "peak_to_average"} <= slots.takes.keys():
        return 0.0
    for at, amount in slots.question.amounts():
        if amount.unit in ("requests", "people") and not slots.question.is_at_once(amount):
            amount.unit = "users/day"  # people who use it, each now and then
        elif amount.unit in ("requests", "calls", "people") and slots.question.is_at_once(amount):
            slots.question.pieces[at].kind, slots.question.pieces[at].value = "said", None
            return amount.value
    return 0.0


def _without_peak(slots: Slots, people: float) -> None:
    """People at once are tokens a day without a peak: each gets the speed that was said, or what their own fleet leaves when it is full."""
    told = slots.arguments.get("min_tokens_per_second")
    speed, slots.arguments["peak_to_average"] = told or 1.0, 1.0
    try:
        for rounds in (1, 2, 3):  # the speed is that of the fleet for this many at this speed
            slots.arguments["tokens_per_day"] = float(round(people * speed * 86_400))
            if rounds < 3 and not told:
                speed = float(slots.doc.call(**slots.arguments).values["tokens_per_second_per_stream"].value)
    except CostError as problem:
        slots.asks.append(str(problem))
        return
    unsaid = "" if told else ", as no speed was said: what is left when all the memory is taken"
    slots.question.notes.append(f"{people:,.10g} at once, each with {speed:.3g} tokens/s{unsaid}")


def _reserved(slots: Slots) -> None:
    """The time of a reservation is its term too: 16 B200 reserved for a year."""
    times = [amount for _, amount in slots.question.amounts() if amount.unit in ("months", "years")]
    if "reserve" in slots.question.ideas and "term" in slots.takes and "term" not in slots.arguments and len(times) == 1:
        put(slots, "term", times[0])


def _alone(slots: Slots) -> None:
    """One user where the question says so, and on a chip of one's own where it does not speak of more."""
    if slots.doc.name not in load("meaning")["subjects"]["filled"] or "batch" in slots.arguments:
        return
    chip = names.known("gpu", str(slots.arguments.get("gpu", "")))
    told = "batch:all" in slots.said or bool({"min_tokens_per_second", "max_first_token"} & slots.arguments.keys())
    if "batch:1" in slots.said or (chip and chip.is_consumer and not told):
        slots.arguments["batch"] = 1.0
        slots.taken += [] if "batch:1" in slots.said else ["batch"]


def _names(slots: Slots) -> None:
    for piece in slots.question.of("unknown") + ([] if "model" in slots.takes else slots.question.of("api_model")):
        if piece.kind == "api_model" and slots.doc.name in load("meaning")["subjects"]["adapt"]:
            slots.asks.append(f"No price for tuning {piece.value} is known, and its size is not published, so that none can be worked out.")
        elif not _sized(slots, piece) and not _newest(slots, piece):
            slots.asks.append(f"I do not know {piece.value}{names.hint(str(piece.value))}")
    for piece in slots.question.of("api_model") if "model" in slots.takes else ():
        if not tariffs.is_sold(str(piece.value)):
            slots.asks.append(f"I do not know {piece.value}{names.hint(str(piece.value))}")
    for kind, parameters in (
        ("gpu", ("gpu",)), ("model", ("params", "model")), ("api_model", ("model",)), ("precision", ("precision",)),
        ("provider", ("provider",)), ("as_of", ("as_of",)),
    ):  # fmt: skip
        values = list({names.identity(piece): str(piece.value) for piece in reversed(slots.question.of(kind))}.values())[::-1]
        if kind == "gpu" and "fleet" in slots.takes:  # of which there may be several
            continue
        if len(values) > 1:
            slots.asks.append(f"Only one at a time, please: {' or '.join(values)}?")
        for value in values[:1]:
            if kind == "gpu":
                value = _counted(slots, value)
            parameter = next((name for name in parameters if name in slots.takes), "")
            if parameter:
                if slots.arguments.setdefault(parameter, value) != value and kind == "api_model":
                    slots.asks.append(f"Only one at a time, please: {slots.arguments[parameter]} or {value}?")
            elif kind == "api_model" or (kind == "precision" and slots.doc.name == "gpu_fact"):
                continue
            else:
                slots.misfits += kind != "precision"
                why = resolver.refused("gpu", value) if "gpu" in slots.takes else ""
                before = {text_at(slots.question.pieces, at - 1) for at, piece in enumerate(slots.question.pieces) if piece.kind == kind}
                if kind == "precision" or (kind == "provider" and not why and before.isdisjoint(CARRIERS)):  # "Azure was a pain"
                    slots.aside.append(value)
                else:
                    slots.asks.append(f"{why}." if why else f"{slots.doc.name} has no use for {value}; ask without it?")
    place_named = next(filter(None, map(catalogue.grids().get, slots.question.places())), None) if "grid" in slots.takes else None
    if place_named:
        slots.arguments["grid"] = place_named.name
        slots.question.covered |= {
            at for at, piece in enumerate(slots.question.pieces) if piece.text in (*place_named.name.casefold().split(), *ELECTRICITY)
        }.union(*slots.question.countries().values())
    unknown = slots.question.unknown_words() if "grid" in slots.takes and not place_named else ()
    for place_said in (text for text in slots.question.places() if text.casefold() in unknown):
        slots.asks.append(f"I know no electricity of {place_said}; name a country, or ask without it?")
    late = slots.arguments.get("as_of")
    if late and str(late)[:4] > str(catalogue.catalogue_date().year):
        slots.asks.append(f"Prices are known up to {catalogue.catalogue_date()}, not for {late}; ask without the date?")


def _sized(slots: Slots, piece: Piece) -> bool:
    """Llama 3 with 70B parameters: a family and a size make a name."""
    for at, amount in slots.question.amounts():
        model = names.known("model", f"{piece.value} {amount.value / 1e9:g}B")
        if model:
            slots.question.pieces[at].kind = piece.kind = "said"
            slots.question.pieces[at].value = None
            slots.arguments["params"] = names.spelled(model, model.name)
            return True
    return False


def _newest(slots: Slots, piece: Piece) -> bool:
    """Llama 70B: models of one family and size differ little where nothing is trained on their tokens; the newest is said aloud."""
    if "params" not in slots.takes or slots.doc.name in load("meaning")["subjects"]["training"]:
        return False
    if model := names.newest(str(piece.value)):
        slots.arguments.setdefault("params", model.name)
        slots.question.notes.append(f"read {piece.value} as {model.name}, the newest of that size")
        piece.kind, piece.value = "said", None
    return bool(model)


def _is_denied(question: Question, name: str) -> bool:
    """Whether what is asked yes or no is said with a "not" before it: "not packed", "no packing"."""
    words = [piece.text for piece in question.pieces]
    said = [at for at, word in enumerate(words) if any(likely.is_alike(word, part) for part in name.split("_"))]
    return any(not NOT.isdisjoint(words[max(0, at - 2) : at]) for at in said)


def _counted(slots: Slots, value: str) -> str:
    """The chip of "8x4090", whose count is an argument of its own; in a laptop another one than the card of that number."""
    in_laptop = any(piece.text in ("laptop", "notebook", "笔记本") for piece in slots.question.pieces)
    value = getattr(names.known("gpu", f"{value} Laptop"), "name", value) if in_laptop else value
    named = resolver.find("gpu", value)
    count = named.says.get("gpus") if named else None
    if named is None or not count or isinstance(count, resolver.OfOneMachine) or "gpus" not in slots.takes:
        return value
    slots.arguments.setdefault("gpus", float(count))
    return names.spelled(named.row, named.row.name)


def _is_one_card(slots: Slots) -> bool:
    """On a 4090, with one H100, on my 3090: not as many as it takes; but "an H100" to train from scratch on is a kind of card."""
    subjects, pieces, grouped = load("meaning")["subjects"], slots.question.pieces, slots.doc.name in load("meaning")["subjects"]["grouped"]
    for before, chip, after in zip(pieces, pieces[1:], pieces[2:], strict=False):
        asked = grouped or slots.doc.name in subjects["training"] or before.text in ("one", "single")
        named = names.known("gpu", str(chip.value)) if chip.kind == "gpu" and asked else None
        several = slots.question.text[chip.end - 1] == "s" != chip.text[-1:]
        if named and not several and after.text not in MACHINES:
            return before.text in ("one", "my", "single") or (before.text in ("a", "an") and (grouped or named.is_consumer))
    return False


def _choices(slots: Slots) -> set[str]:
    """What words say of inputs with few choices: rental terms, methods, how a model is split. Returns all phrases of choices."""
    pieces = slots.question.pieces
    said = {phrase for at in range(len(pieces)) for phrase, _ in book().choices.at(pieces, at)}
    for parameter in likely.chosen_by_words(slots.doc):
        chances = likely.choices(slots.question, parameter)
        value, chance = max(chances.items(), key=lambda pair: pair[1])
        unclear = max(chances.values()) < SURE and chances[likely.UNSAID] < NEAR_UNSAID
        near = [other.replace("_", " ") for other, share in chances.items() if share >= NEAR and other != likely.UNSAID]
        slots.take(1.0 if not unclear else chance, f"Which {parameter.name.replace('_', ' ')}: {' or '.join([*near, 'none of these'])}?")
        if value != likely.UNSAID and chance >= SURE:
            slots.arguments[parameter.name] = NO if value == likely.YES and _is_denied(slots.question, parameter.name) else value
    codes = {phrase.partition(":")[2] for phrase in said if phrase.startswith("currency_code:")} - {"other"}
    if "currency_code" in slots.takes and len(codes) == 1:
        slots.arguments["currency_code"] = codes.pop()
    if "work" in slots.takes and "params" in slots.arguments.keys() | slots.question.found():
        told = slots.question.ideas | {piece.kind for piece in pieces}
        served = {"serve", "infer", "per_tokens", "output_tokens"} & told and "train" not in told
        slots.arguments.setdefault("work", "serving" if served else "training")
    if "costs_less" in slots.question.ideas and "term" in slots.arguments:
        slots.asks.append(f"Which term: {slots.arguments['term']} or on_demand?")
    if {"adapt", "adapted"} & slots.question.ideas and "use" in slots.takes and slots.arguments.get("use", "inference") == "inference":
        slots.asks.append("Fine-tuned how: lora, qlora or in full (training)?")
    unsaid = "precision" in slots.takes and "precision" not in slots.arguments and not slots.question.of("unknown")
    if unsaid and "quantized" in slots.question.ideas:
        slots.asks.append("Quantized to which number format, such as int8 or int4?")
    return said


def _asides(slots: Slots) -> None:
    """Words that no estimate can use are named; where they make another question of it, it is asked back."""
    taken_up = slots.arguments.keys() | slots.question.ideas | {slots.doc.name}
    for words, aside in slots.question.asides.items():
        why, unless, strict = aside.split("|")
        if strict and taken_up.isdisjoint(unless.split()):
            slots.asks.append(f'I can\'t use "{words}": {why}.')
        elif taken_up.isdisjoint(unless.split()):
            slots.question.notes.append(f'not used: "{words}": {why}')


def _missing(slots: Slots) -> None:
    if slots.asks:  # what is unclear first, then what is missing
        return
    needed = [parameter.name for parameter in slots.doc.parameters if parameter.required]
    at_home = slots.arguments.get("place") == "home"  # where no chip of a data center stands in for one's own
    needed += ["gpu"] if at_home or slots.doc.name in load("meaning")["subjects"]["of_one_chip"] else []
    tokens_open = slots.doc.name in ("infer_flops", "compute_optimal", *load("meaning")["subjects"]["adapt"])
    if "tokens" in slots.takes and "params" in slots.arguments and not tokens_open:
        model = names.known("model", str(slots.arguments["params"]))
        own = model and model.tokens and slots.arguments.get("work") != "serving" and "continued" not in slots.question.ideas
        needed += [] if own else ["tokens"]
    ends = ("input_tokens", "output_tokens")
    if "requests" in slots.arguments and (
        slots.arguments.keys().isdisjoint(ends) or not PROMISING.isdisjoint(slots.question.unknown_words())
    ):
        needed += [name for name in ends if name in slots.takes]
    traffic = ("requests_per_day", "tokens_per_day", "users_per_day", "batch", "min_tokens_per_second", "max_first_token")
    if slots.doc.name == "cheapest_serving" and "serve" in slots.question.ideas and slots.arguments.keys().isdisjoint(traffic):
        needed.append("requests_per_day")
    needed += ["context"] if "kv_precision" in slots.arguments and "context" in slots.takes else []
    if "examples" in slots.takes and slots.arguments.keys().isdisjoint(("tokens", "examples")):
        needed.append("examples")
    family = slots.question.family()
    chips = slots.question.family("gpu")
    if chips and "gpu" in slots.takes and "gpu" not in slots.arguments:
        slots.asks.append(f"Which {chips}: {', '.join(names.families('gpu')[chips])}?")
    for name in dict.fromkeys(needed):
        if name in slots.arguments or name in slots.before:
            continue
        kin = names.families("model").get(family, [])
        usual = load("meaning")["usual"].get(slots.doc.name, {}).get(family) or (kin[0] if len(kin) == 1 else "")
        if name == "params" and usual:
            slots.arguments[name], family = usual, ""
            slots.taken.append(name)
        elif name in ("params", "model") and family:
            slots.asks.append(f"Which {family}: {', '.join(names.families()[family][:12])}?")
        else:
            slots.asks.append(missing.question(slots.doc.name, name))
    if slots.doc.name == "compute_optimal":
        given = [name for name in ("budget", "flops", "params", "tokens") if name in slots.arguments]
        if len(given) != 1:
            slots.asks.append("From which one: a budget, an amount of compute (FLOPs), a model size or a number of tokens?")
