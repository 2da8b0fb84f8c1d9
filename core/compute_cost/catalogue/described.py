"""A model or a chip that the catalogue does not hold, described by a line of text in place of a name.

    27B; layers 64; attention_layers 16; kv_heads 4; head_dim 256
    48 GB; 960 GB/s; 91 TFLOP/s bf16; 300 W

The figures stand in any order between semicolons (or commas, each followed by a space), a word before or behind its number. A
name may stand in front: "my model: 27B; layers 64". What the line leaves out stays unknown: an estimate takes the usual in its
place and says so, or says what is missing. A figure that can't be is refused, never mended.

A Hugging Face config.json, pasted whole, describes a model too: `compute_cost.catalogue.model_config` reads it.
"""

from __future__ import annotations

import contextlib
import copy
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from compute_cost import amounts
from compute_cost.catalogue import model_config
from compute_cost.catalogue.columns import columns
from compute_cost.catalogue.records import Accelerator, Model
from compute_cost.catalogue.shelves import key
from compute_cost.catalogue.weights import parameters_of_shape
from compute_cost.errors import NoData, near, one_line, quote

LONGEST_LINE = 400  # characters
LONGEST_OWN_NAME = 60
GIB = 1.073741824  # GB
UNIFIED = "unified memory"
_REPORTED = r"[\d\s](?:gib|tib|mi?b)\b"  # how drivers count memory: makers' GB are of that size, less what the chip keeps
_WITHIN = re.compile(r"(?<![\w.])\d[\d.]{0,9} ?[bm]\s*[;,][^?]{0,20}(?:layers|heads)[^?]{0,200}", re.IGNORECASE)
APART = 1.15  # how many times the parameters of its shape a model may have before the answer asks; image towers are more
FAR = 3  # and before there is none
Figures = dict[str, Any]


class CannotBe(ValueError):
    """A description with something wrong in it; the message names what, and the way out."""


class Figure(NamedTuple):
    """One figure that a line may give: its unit, its bounds, and the words that people have for it."""

    unit: str
    low: float
    high: float
    words: str
    example: str
    whole: bool = False


def _count(high: float, words: str, example: str, low: float = 1) -> Figure:
    return Figure("", low, high, words, example, whole=True)


_MODEL: dict[str, Figure] = {
    "params": Figure("parameters", 1e3, 1e17, "params, parameters, total, total params, size", "27B"),
    "active_params": Figure("parameters", 1e3, 1e17, "active, active params, active parameters, activated", "active 3B"),
    "tokens": Figure("tokens", 1, 1e18, "tokens, training tokens, trained on", "tokens 15T"),
    "seq_len": _count(1e9, "seq len, sequence length, training sequence length", "seq_len 8192"),
    "layers": _count(1e4, "layers, layer, blocks, num hidden layers", "layers 64"),
    "hidden": _count(1e6, "hidden, hidden size, width, d model, embedding width", "hidden 5120"),
    "heads": _count(1e4, "heads, attention heads, query heads, q heads, num attention heads", "heads 40"),
    "kv_heads": _count(1e4, "kv heads, key value heads, num key value heads", "kv_heads 8"),
    "head_dim": _count(1e5, "head dim, head width, head size", "head_dim 128"),
    "kv_width": _count(1e6, "kv width, latent, latent width, latent kv width", "kv_width 576"),
    "ffn": _count(1e7, "ffn, ffn width, intermediate, intermediate size, feed forward, expert ffn", "ffn 17408"),
    "shared_ffn": _count(1e7, "shared ffn, shared expert ffn", "shared_ffn 2048"),
    "dense_layers": _count(1e4, "dense layers", "dense_layers 3", 0),
    "dense_ffn": _count(1e7, "dense ffn", "dense_ffn 18432"),
    "max_context": _count(1e9, "max context, max position embeddings", "max_context 131072"),
    "vocab": _count(1e8, "vocab, vocab size, vocabulary", "vocab 151936"),
    "experts": _count(1e5, "experts, routed experts, num experts", "experts 128"),
    "experts_per_token": _count(1e5, "experts per token, active experts, top k, num experts per tok", "experts_per_token 8"),
    "window": _count(1e9, "window, sliding window", "window 4096"),
    # One that keeps an entry for every 4 tokens is a quarter of a layer.
    "global_layers": Figure("", 0, 1e4, "attention layers, global layers, full attention layers, full layers", "attention_layers 16"),
    "window_layers": _count(1e4, "window layers, sliding layers", "window_layers 48", 0),
    "state_width": Figure("", 0, 1e12, "state, recurrent state", "state_width 18874368", whole=True),
    "global_kv_width": _count(1e6, "global kv width", "global_kv_width 4096"),
    "index_width": Figure("", 1, 1e6, "index width", "index_width 128"),
}
_CHIP: dict[str, Figure] = {
    "memory": Figure("GB", 0.1, 1e5, "memory, vram, ram, hbm", "48 GB"),
    "memory_bandwidth": Figure("GB/s", 1, 1e6, "bandwidth, memory bandwidth", "960 GB/s"),
    **{
        precision: Figure("TFLOP/s", 0.01, 1e6, precision, f"91 TFLOP/s {precision}")
        for precision in ("fp32", "tf32", "fp16", "bf16", "fp8", "int8", "fp4")
    },
    "link_bandwidth": Figure("GB/s", 1, 1e5, "link, link bandwidth, interconnect, nvlink, infinity fabric, xgmi, ici", "link 900 GB/s"),
    "network_gbit": Figure("Gbit/s", 0.1, 1e5, "network, ethernet, infiniband", "network 400 Gbit/s"),
    "power": Figure("W", 1, 1e5, "power, tdp, board power", "300 W"),
    "released": Figure("", 2010, 2100, "released, year", "released 2024", whole=True),
}
_RARE = ("global_kv_width", "index_width", "state_width")  # named where they are asked about alone
# Words that are a figure by themselves.
_MODEL_WORDS: dict[str, tuple[str, Any]] = {
    **{word: ("kind", word) for word in ("dense", "moe", "encoder")},
    "mixture": ("kind", "moe"),
    "mixture of experts": ("kind", "moe"),
    "encoder decoder": ("kind", "encoder-decoder"),
    "tied": ("tied_embeddings", 1.0),
    "tied embeddings": ("tied_embeddings", 1.0),
    "gated": ("gated_ffn", 1.0),
    "ungated": ("gated_ffn", 0.0),
    **{word: ("released_precision", word) for word in ("fp8", "mxfp4", "int4")},
}
_CHIP_WORDS: dict[str, tuple[str, Any]] = {
    **{word: ("market", word) for word in ("datacenter", "workstation", "consumer", "laptop", "embedded")},
    "unified memory": ("link", UNIFIED),
    "data center": ("market", "datacenter"),
    "desktop": ("market", "consumer"),
    "unified": ("link", UNIFIED),
}
# Words that change nothing. What would change something, such as "sparse", is not among them.
_FILLERS = frozenset(["a", "and", "board", "card", "chip", "gpu", "has", "is", "kind", "of", "peak", "the", "type", "with"])
_MEMORY_KIND = r"hbm\d\w*|g?ddr\d\w*|lpddr\d\w*"
_UNITS = (  # what a figure without a word is, by its unit
    ("network_gbit", r"[\d\s][mgt](?:bit|bps)"),
    ("peak", r"flop|[\d\s][gtp]ops"),
    ("memory_bandwidth", r"[\d\s][mgt]i?b\s*(?:/|per)"),
    ("memory", r"[\d\s](?:[mgt]i?b|gigabytes)\b"),
    ("power", r"[\d\s](?:k?w|watts|kilowatts)\b"),
)
_ELSEWHERE = (  # what is an argument of its own
    (r"spars", "peaks are dense here; half of a peak with sparsity is the dense one"),
    (r"[$€£¥]|\b(?:usd|price|cost)\b", "a price is an argument of its own, such as price_per_gpu_hour"),
    (r"\b(?:gpus|chips|cards|[x×]\s*\d|\d+\s*[x×])", "the number of chips is an argument of its own, gpus"),
    (r"\b(?:context|batch|max_position)", "context and batch are arguments of their own"),
    (
        r"\d\s*-?bits?\b|\bi?q\d|\b(?:int|fp|nf|bf)\d|awq|gptq|gguf|precision",
        "a number format is an argument of its own, precision",
    ),
)
# What is taken where a chip's line says nothing; the answer then says so.
_TAKEN: dict[str, Any] = {"market": "datacenter", "released": "2023"}
_TAKEN_LATER = {"link_bandwidth": "a link over PCIe", "network_gbit": "a usual network", "power": "300 W"}  # where an estimate asks
_BARE = r"[-+]?[\d.,]+(?:e\d+)? ?[a-z]*"  # a number without a word: of a model its parameters
_HALF = ("bf16", "fp16", "fp32")  # the peak of 16-bit work is the first of these that there is


class _Chip(Accelerator):
    """A chip as described. A figure that its line leaves out, and that an estimate can't do without, is asked for when it is used."""

    __slots__ = ("origin",)

    def __getattr__(self, name: str) -> Any:
        if name not in _CHIP:
            raise AttributeError(name)
        missing, example = ("peak", _CHIP["bf16"].example) if name in _HALF else (_said(name), _CHIP[name].example)
        raise NoData(f"gpu: the description of {self.name} gives no {missing}; add it, such as {quote(example)}")


def find(what: str, text: str) -> Model | Accelerator | None:
    """The "gpu" or "model" that `text` describes; None where it is no description. Raises CannotBe for one that is wrong."""
    if what == "model" and text.lstrip()[:1] in ("{", "["):
        return _of_config(text)
    if len(text) <= LONGEST_LINE:
        return _of_line(what, text)
    if ";" in text[:LONGEST_LINE]:
        raise CannotBe(f"it has {len(text):,} characters; a description has at most {LONGEST_LINE}")
    return None


def within(text: str) -> tuple[int, int]:
    """Where a model's line stands in a longer text ("27B; layers 64; kv_heads 4 on an A100"), the longest that is one; (0, 0) without."""
    for line in _WITHIN.finditer(text):
        ends = (stop.start() for stop in re.finditer(r"[;,:?]| (?=on|at|with|in|fit)|$", line[0]))
        for written in (line[0][:end].rstrip() for end in sorted(ends, reverse=True)):
            with contextlib.suppress(CannotBe):
                if find("model", written):
                    return line.start(), line.start() + len(written)
    return 0, 0


def of_rows(what: str, rows: Sequence[Sequence[Any]]) -> str | None:
    """The line that a block of a sheet describes, a label and a value in each row; None where its labels mean nothing here.

    A label may have a unit in brackets. One that is not known stays in the line, for what reads it to say so, if most are.
    """
    name, pieces, strange = "", [], 0
    for label, value in rows:
        words, unit = re.fullmatch(r"\s*(.*?)\s*(?:\(([^()]*)\))?\s*:?\s*", one_line(str(label or ""))).groups("")  # type: ignore[union-attr]
        written = f"{value:.15g}".replace("+", "") if isinstance(value, float | int) else one_line(str(value or ""))
        if not written:
            continue
        if key(words) == "name":
            name = f"{written}: "
        elif key(words) in ("kind", "type", "market"):
            pieces.append(written)
        else:
            strange += key(words) not in _labels(what) and key(words) != "peak"
            pieces.append(f"{words} {written} {unit if isinstance(value, float | int) else ''}".strip())
    return f"{name}{'; '.join(pieces)};" if len(pieces) > 2 * strange else None


@lru_cache(maxsize=32)
def _of_config(text: str) -> Model:
    try:
        figures, remarks = model_config.read(text)
    except model_config.Unreadable as problem:
        raise CannotBe(str(problem)) from None
    return as_model(figures, remarks=remarks)


@lru_cache(maxsize=1024)  # one line is one chip: what is worked out of a chip is kept by that object
def _of_line(what: str, text: str) -> Model | Accelerator | None:
    name, pieces = _cut(what, unicodedata.normalize("NFKC", text))
    parts = [_take_apart(what, piece) for piece in pieces]
    if not parts or not (";" in text or (all(part.fits for part in parts) and any(part.fields for part in parts))):
        return None
    return _row(what, parts, name, "given")


def own(what: str, name: str, text: str, note: str) -> Model | Accelerator:
    """The model or chip of one's own that is kept under this name as a line. Raises CannotBe for a line that describes none."""
    parts = [_take_apart(what, piece) for piece in _cut(what, text)[1]]
    if not parts:
        raise CannotBe("it has no line that describes it")
    return _row(what, parts, name, "yours", note)


def _row(what: str, parts: list[_Part], name: str, origin: str, note: str = "") -> Model | Accelerator:
    figures: Figures = {}
    for part in parts:
        for field, value in _read(what, part):
            if field in figures:
                raise CannotBe(f"it gives its {_said(field)} twice, the second time as {quote(part.written)}; give it once")
            figures[field] = value
    remarks = [note] if note else []
    if plain := [part.written for part in parts if part.plain_peak]:
        remarks.append(f"{plain[0]} is read as the dense peak in 16 bits")
    return (as_model if what == "model" else as_chip)(figures, name, origin, tuple(remarks))


def _cut(what: str, text: str) -> tuple[str, list[str]]:
    """The name in front, where there is one, and the figures as they are written."""
    name, colon, rest = text.partition(":")
    if not colon or ";" in name or "," in name or any(key(word) in _labels(what) for word in (name, name.split(" ")[-1])):
        name, rest = "", text
    pieces = (one_line(piece) for piece in re.split(r"[;\n]|,(?!\d{3}(?!\d))", rest))
    return one_line(name), [piece for piece in pieces if piece]


class _Part(NamedTuple):
    """One figure taken apart: the fields that its words name, the figures that words are by themselves, and the amount."""

    written: str
    fields: tuple[str, ...]
    said: Mapping[str, Any]
    amount: str
    plain_peak: bool = False  # a peak without its format

    @property
    def fits(self) -> bool:
        """Whether this much says what it is."""
        if not self.amount:
            return bool(self.said)
        return self.amount[0] in "0123456789.+-~" and (bool(self.fields) or re.fullmatch(_BARE, self.amount) is not None)


@lru_cache(maxsize=4)
def _labels(what: str) -> dict[str, str]:
    """The field that each word for a figure means."""
    table = _MODEL if what == "model" else _CHIP
    return {key(word): field for field, figure in table.items() for word in (field, *figure.words.split(", "))}


def _take_apart(what: str, written: str) -> _Part:
    alone = {key(word): figure for word, figure in (_MODEL_WORDS if what == "model" else _CHIP_WORDS).items()}
    words = re.split(r"[\s:=]+", written.casefold().strip(" :="))
    fields: list[str] = []
    said: Figures = {}
    amount: list[str] = []
    at = 0
    while at < len(words):
        end, named = _longest_label(what, words, at)
        phrase = key("".join(words[at:end]))
        if named:
            fields += named
        elif phrase in alone:
            said[alone[phrase][0]] = alone[phrase][1]
        elif phrase not in _FILLERS and not (what == "gpu" and (phrase == "dense" or re.fullmatch(_MEMORY_KIND, phrase))):
            amount.append(words[at])
        at = end
    text = " ".join(amount)
    if what == "model":
        return _Part(written, tuple(fields), said, text)
    unit = next((field for field, pattern in _UNITS if re.search(pattern, text)), "")
    if unit and (not fields or (fields == ["memory"] and unit == "memory_bandwidth")):  # "memory 960 GB/s" is its bandwidth
        fields = ["bf16" if unit == "peak" else unit]
    return _Part(written, tuple(dict.fromkeys(fields)), said, text, unit == "peak" and "bf16" not in words and fields == ["bf16"])


def _longest_label(what: str, words: list[str], at: int) -> tuple[int, list[str]]:
    """Where the longest phrase of this place ends that means something by itself, and the fields that it names, if any."""
    labels, alone = _labels(what), _MODEL_WORDS if what == "model" else _CHIP_WORDS
    for end in range(min(at + 4, len(words)), at, -1):
        phrase = key("".join(words[at:end]))
        if phrase in labels:
            return end, [labels[phrase]]
        if end > at + 1 and any(key(word) == phrase for word in alone):
            return end, []
    several = [labels[part] for part in words[at].split("/") if part in labels]  # bf16/fp16
    return at + 1, several if len(several) > 1 else []


def _read(what: str, part: _Part) -> Iterator[tuple[str, Any]]:
    """The figures of one part by field. Raises CannotBe for one that is none, or can't be."""
    table = _MODEL if what == "model" else _CHIP
    if what == "model" and not part.fields and re.fullmatch(_BARE, part.amount):
        part = part._replace(fields=("params",))
    several = len(part.fields) > 1 and not all(table[field].unit == "TFLOP/s" for field in part.fields)
    if not several and part.fields and part.amount:
        try:
            for field in part.fields:
                value = _value(field, table[field], part.amount)
                yield field, value
                if field == "memory" and re.search(_REPORTED, part.amount):
                    yield "memory_reported", value * 1024
        except amounts.Unreadable as problem:
            raise CannotBe(_elsewhere(part) or f"{quote(part.written)}: {problem}") from None
    elif not part.said or part.amount:
        thing = "model" if what == "model" else "chip"
        if part.fields and not several:
            raise CannotBe(f"{quote(part.written)} gives no amount; write {quote(table[part.fields[0]].example)}")
        guesses = near(part.written, _labels(what))
        guess = f"did you mean {' or '.join(_said(_labels(what)[label]) for label in guesses[:1])}? " if guesses else ""
        takes = ", ".join(_said(field) for field in table if field not in _RARE)
        raise CannotBe(_elsewhere(part) or f"{quote(part.written)} is not one figure of a {thing}; {guess}it takes {takes}")
    yield from part.said.items()


def _elsewhere(part: _Part) -> str:
    why = next((why for pattern, why in _ELSEWHERE if re.search(pattern, part.written.casefold())), "")
    return f"{quote(part.written)}: {why}" if why else ""


def _value(field: str, figure: Figure, text: str) -> float:
    plain = re.sub(r"\b([gtp])ops\b", r"\1flops", text)  # of integers, counted as operations are
    if field == "memory" and re.search(_REPORTED, plain):
        value = amounts.read(re.sub(r"\bmb\b|(?<=\d)mb\b", "mib", plain), "GiB")
    elif figure.unit == "GB/s" and re.search(r"[mgt]ib", plain):
        value = amounts.read(plain, figure.unit.replace("GB", "GiB")) * GIB
    else:
        value = amounts.read(plain, figure.unit)
    if not figure.low <= value <= figure.high or (figure.whole and value != int(value)):
        bounds = f"from {figure.low:g} to {figure.high:g}{f' {figure.unit}' if figure.unit else ''}"
        kind = "a whole number" if figure.whole else "an amount"
        raise CannotBe(f"{_said(field)} can't be {quote(text)}; give {kind} {bounds}, such as {quote(figure.example)}")
    return value


def _said(field: str) -> str:
    """A field in the words of a line."""
    return {"global_layers": "attention_layers", "active_params": "active", "memory_bandwidth": "bandwidth", "network_gbit": "network",
            "link_bandwidth": "link", "released_precision": "released format"}.get(field, field)  # fmt: skip


def checked_name(name: str) -> str:
    """A name that answers may show. Raises CannotBe for another."""
    if not 2 <= len(name) <= LONGEST_OWN_NAME or not name.isprintable() or not name[0].isalnum() or not re.search(r"[^\W\d_]", name):
        raise CannotBe(f"{quote(name)} is not a name; take 2 to {LONGEST_OWN_NAME} characters with a letter, the first a letter or a digit")
    return name


def as_model(figures: Figures, name: str = "", origin: str = "given", remarks: tuple[str, ...] = ()) -> Model:
    """The model of these figures. Raises CannotBe for figures that contradict each other."""
    figures, told = dict(figures), list(remarks)
    if "ffn" in figures:
        figures.setdefault("gated_ffn", 1.0)
    told += _sized(figures)
    _check_model(figures)
    if "experts" in figures and "active_params" not in figures:
        figures["active_params"] = _active(figures)
        told.append(f"{figures['active_params'] / 1e9:.4g}B active is counted from its experts")
    is_mixture = "experts" in figures or figures.get("active_params", figures["params"]) < figures["params"]
    figures.setdefault("kind", "moe" if is_mixture else "dense")
    if "kv_heads" in figures and "head_dim" not in figures and "kv_width" not in figures:
        own = "hidden" in figures and "heads" in figures
        figures["head_dim"] = figures["hidden"] / figures["heads"] if own else 128.0
        told.append(f"head_dim {figures['head_dim']:g} {'is hidden / heads' if own else 'is taken, as most have'}")
    if "window" in figures and "global_layers" not in figures:
        figures["global_layers"] = figures["layers"] - figures["window_layers"] if "window_layers" in figures else 0.0
        if "window_layers" not in figures:
            told.append("every layer has the window")
    if "kv_width" in figures and "kv_heads" not in figures:
        figures["attention"] = "mla"
    elif figures.get("global_layers", figures.get("layers")) != figures.get("layers"):
        figures["attention"] = "hybrid"
    cache = "kv_heads" if "kv_width" not in figures else "kv_width"
    missing = [_said(field) for field in ("layers", "hidden", cache, "ffn", "vocab") if field not in figures]
    if missing:
        told.append(f"not given, so the usual is taken where it is needed: {', '.join(missing)}")
    model = copy.copy(Model.of_size(figures["params"]))
    name = checked_name(name) if name else f"{figures['params'] / 1e9:.4g}B model"
    model.__dict__.update(figures, name=name, origin=origin, note="; ".join(told))
    return model


def _sized(figures: Figures) -> Iterator[str]:
    """Fills in the parameters where the shape says them; raises CannotBe where they are missing, or not those of the shape."""
    shape = copy.copy(Model.of_size(1.0))
    shape.__dict__.update({"kind": "dense"} | figures)
    described_whole = "kv_heads" in figures or "kv_width" in figures
    if "window" not in figures and figures.get("global_layers", figures.get("layers")) != figures.get("layers"):
        described_whole = False  # recurrent layers have parameters of their own
    counted = parameters_of_shape(shape) if described_whole else None
    if "params" not in figures:
        if counted is None:
            raise CannotBe('it gives no parameter count; add it, such as "27B"')
        figures["params"] = float(round(counted))
        yield f"{counted / 1e9:.4g}B parameters are counted from its shape, within 3% of most published counts"
    elif counted and not 1 / FAR < figures["params"] / counted < FAR:
        raise CannotBe(f"its shape has about {counted / 1e9:.3g}B parameters, not {figures['params'] / 1e9:.4g}B; correct one of them")
    elif counted and not 1 / APART < figures["params"] / counted < APART:
        yield f"its shape has about {counted / 1e9:.3g}B parameters, which differs: check the figures"


def _active(figures: Figures) -> float:
    """The parameters that a token passes: all but those of the experts that it does not."""
    if not {"layers", "hidden", "ffn", "experts_per_token"} <= figures.keys():
        raise CannotBe('a mixture of experts needs the parameters that a token passes; add them, such as "active 3B"')
    layers, matrices = figures["layers"] - figures.get("dense_layers", 0), 3 if figures["gated_ffn"] else 2
    idle = (figures["experts"] - figures["experts_per_token"]) * layers * matrices * figures["hidden"] * figures["ffn"]
    if idle >= figures["params"]:
        raise CannotBe(f"its experts alone have more than {figures['params'] / 1e9:.4g}B parameters; correct a figure, or add active")
    return float(figures["params"] - idle)


_PARTS = (
    ("kv_heads", "heads"), ("global_layers", "layers"), ("window_layers", "layers"), ("dense_layers", "layers"),
    ("experts_per_token", "experts"), ("active_params", "params"),
)  # fmt: skip


def _check_model(figures: Figures) -> None:
    """Raises CannotBe for figures that can't be those of one model."""
    for part, whole in _PARTS:
        if part in figures and whole in figures and figures[part] > figures[whole]:
            raise CannotBe(f"{_said(part)} {figures[part]:,g} is more than {_said(whole)} {figures[whole]:,g}; correct one of them")
    if "kv_heads" in figures and "heads" in figures and figures["heads"] % figures["kv_heads"]:
        raise CannotBe(f"kv_heads {figures['kv_heads']:g} does not divide heads {figures['heads']:g}; correct one of them")
    if figures.get("global_layers", 0) + figures.get("window_layers", 0) > figures.get("layers", float("inf")):
        raise CannotBe("attention_layers and window_layers are together more than layers; correct one of them")
    for field in ("global_layers", "window", "window_layers"):
        if field in figures and "layers" not in figures:
            raise CannotBe(f'{_said(field)} needs layers, all of them; add it, such as "layers 64"')
    if figures.get("kind") == "dense" and ("experts" in figures or figures.get("active_params", figures["params"]) != figures["params"]):
        raise CannotBe("a dense model has neither experts nor fewer active parameters; leave one of the two out")


def as_chip(figures: Figures, name: str = "", origin: str = "given", remarks: tuple[str, ...] = ()) -> Accelerator:
    """The chip of these figures. Raises CannotBe where they don't say how much memory it has."""
    if "memory" not in figures:
        raise CannotBe('it gives no memory; add it, such as "48 GB"')
    figures = dict(figures)
    name = checked_name(name) if name else f"{figures['memory']:.4g} GB chip"
    if "released" in figures:
        figures["released"] = f"{figures['released']:g}"
    taken = {field: value for field, value in _TAKEN.items() if field not in figures}
    figures.setdefault("link", "NVLink" if "link_bandwidth" in figures else "PCIe")
    unset = {"memory_bandwidth"} - figures.keys()
    unset |= set(_HALF) if not figures.keys() & set(_HALF) else set()
    told = [f"{field} {value}" for field, value in taken.items()]
    told += [
        words for field, words in _TAKEN_LATER.items() if field not in figures and (field, figures["link"]) != ("link_bandwidth", UNIFIED)
    ]
    chip = object.__new__(_Chip)
    empty = {field: None if column.number else "" for field, column in columns(Accelerator).items() if field not in unset}
    row = {**empty, "vendor": "", "generation": "described", **taken, **figures, "name": name, "origin": origin}
    assumed = [f"not given, so taken where it is needed: {', '.join(told)}"] if told and not unset else []
    row["note"] = "; ".join([*remarks, *assumed])
    for field, value in row.items():
        object.__setattr__(chip, field, value)
    return chip


def line(row: Model | Accelerator) -> str:
    """The line that describes a thing, without its name: what `find` reads as the same figures."""
    table, words = (_MODEL, _MODEL_WORDS) if isinstance(row, Model) else (_CHIP, _CHIP_WORDS)
    pieces = []
    for field, figure in table.items():
        value = known(row, field)
        if value is None or value == "":
            continue
        if field == "memory" and (reported := known(row, "memory_reported")):
            pieces.append(f"{reported:.15g} MiB")
            continue
        pieces.append(_written(field, figure, float(value)))
    for word in {figure: word for word, figure in reversed(words.items())}.values():  # the first word of each figure
        if getattr(row, words[word][0]) == words[word][1]:
            pieces.append(word.replace(" ", "-"))
    return "; ".join(pieces)


def known(row: Model | Accelerator, field: str) -> Any:
    """A figure of a thing, or None where its description leaves it out."""
    try:
        return getattr(row, field)
    except NoData:
        return None


def _written(field: str, figure: Figure, value: float) -> str:
    """One figure as a line writes it, with all its digits."""
    if figure.unit == "parameters" and value % 1e6 == 0:
        amount = f"{value / 1e9:.15g}B"
    else:
        amount = f"{value:.15g}{f' {figure.unit}' if figure.unit not in ('', 'parameters', 'tokens') else ''}"
    if figure.unit == "TFLOP/s":
        return f"{amount} {field}"
    return amount if field in ("params", "memory", "memory_bandwidth", "power") else f"{_said(field)} {amount}"
