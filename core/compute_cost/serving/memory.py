"""How much accelerator memory a model takes, and which accelerators hold it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Annotated

from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator, Model
from compute_cost.errors import InputError
from compute_cost.inputs import Cell, DataNote, assumed, default, figure, is_kept, step, unheard, warn
from compute_cost.parameters import CacheFormat, Choice, Gpu, Gpus, Params, Quantity, WeightFormat
from compute_cost.physics.chips import UNIFIED, reported_memory
from compute_cost.physics.formats import format_of, nominal_bits
from compute_cost.physics.model_memory import (
    CACHE,
    FROZEN,
    PARTS,
    USABLE_SHARES,
    Footprint,
    bytes_per_chip,
    chips_needed,
    fewest_that_hold,
    footprint,
    kept_precision,
    usable_memory,
    usable_share,
    warn_beyond_context,
)
from compute_cost.physics.shape import Shape, caching_layers, keeps_unknown_state, shape_of
from compute_cost.registry import estimate
from compute_cost.result import Answer, Rounded, Table

GB = 1e9
GIB = 1024.0**3
NARROWER = ("fp8", "q4_k_m")  # what a model is offered in most often, on servers and at home
USES = ("inference", "training", "lora", "qlora")
_CONTEXT = "Tokens of context held for each sequence; in training the length of a sequence."
Context = Annotated[
    float | None,
    Quantity(f"{_CONTEXT} The model's own states alone if left out.", "tokens", low=1, high=1e9, whole=True, example="4096"),
]
FitContext = Annotated[
    float | None,
    Quantity(
        f"{_CONTEXT} The assumption fit_context (fit_context_finetuning) if left out.",
        "tokens",
        low=1,
        high=1e9,
        whole=True,
        example="4096",
    ),
]
Batch = Annotated[
    float | None, Quantity("Sequences (or images) held at once; one if left out.", "sequences", low=1, high=1e7, whole=True, example="8")
]
Use = Annotated[str | None, Choice("What the model is held for; inference if left out.", choices=USES, example='"inference"')]


@estimate("GB")
def memory_needed(
    params: Params,
    precision: WeightFormat = None,
    context: Context = None,
    batch: Batch = None,
    use: Use = None,
    kv_precision: CacheFormat = None,
) -> Answer:
    """Memory a model takes: weights, and with a context KV cache, activations and overhead; also for training and fine-tuning.

    weights [GB] = parameters x bits per parameter / 8 / 1e9
    KV cache [GB] = layers x KV width x context x batch x bits of the cache / 8 / 1e9
    recurrent state [GB] = elements of the state x batch x bits of the state / 8 / 1e9
    training [GB] = weights + gradients + optimizer states (16 bytes a parameter with Adam) + activations
    lora, qlora [GB] = frozen weights (qlora: 4-bit) + adapters with their gradients and optimizer states + activations

    Without a context the value is what the model's own states take; with one it is what running takes, with
    activations and the runtime's own memory. Image models always count one image or `batch` of them.
    All parameters count, also the idle experts of a mixture. Without a precision the format of the released
    weights is taken, bf16 for most. Bits per parameter include the scales of block
    formats; embedding and output head stay at 16 bits in most formats below 16, those of GGUF files by what the files hold. The
    cache is kept in 16 bits, as engines do, unless kv_precision says otherwise. KV width is 2 x KV heads x head width
    (multi-head latent attention: its latent width); layers with a sliding window keep only the window, recurrent ones (Mamba,
    linear attention) a state of constant size, which is a part of its own. Gradients and
    optimizer states follow Rajbhandari et al. 2019 (arXiv 1910.02054, section 3.1), activations in training, with full
    recomputation, Korthikanti et al. 2022 (arXiv 2205.05198). A GB is 1e9 bytes; a GiB is 7% more.
    Valid within about 10% for transformers; where the shape is unknown the range is that of open models of the size.

    Raises InputError for a value out of bounds, UnknownName for a model that is not in the catalogue or another use.
    """
    kind = default("use", use, "inference")
    parts = footprint(params, kind, precision, context, batch or 1.0, None, kv_precision)
    if is_kept():
        _explain_parts(params, parts, kind, precision, context, batch, kv_precision)
        warn_beyond_context(params, context or 0.0)
        held = " + ".join(name.replace("_", " ") for name in PARTS if name == "weights" or getattr(parts, name))
        step("Memory", held, parts.total / GB, "GB")
        if not (context or params.draws):
            warn("without a context only the model's own states are counted: no cache, activations or runtime")
    return Answer(parts.total / GB, "memory")


def _explain_parts(
    model: Model,
    parts: Footprint,
    use: str,
    precision: str | None,
    context: float | None,
    batch: float | None,
    kv_precision: str | None,
) -> None:
    """The steps and figures of a footprint, in the order of the calculation, and what there is to know about them."""
    for name in (*PARTS, "activations_kept"):
        figure(name, getattr(parts, name) / GB, "GB")
    kept = kept_precision(model, use, precision)
    released = precision is None and use == "inference" and bool(model.released_precision)
    default("precision", precision, kept, source=model.source if released else "")
    if released:
        warn(f"{model.name} is released in {kept}, which is assumed; give a precision to use another")
    stored = format_of(kept)
    if stored.note:
        warn(f"{stored.name}: {stored.note}")
    head = f", embedding and output head at {stored.head_bits:g} bits" if stored.head_bits and not model.draws else ""
    step("Weights", f"parameters x bits per parameter / 8{head}", parts.weights / GB, "GB")
    if use == "training":
        _explain_states(model, parts, precision, kept)
    if parts.adapters:
        formula = "rank x layers x (inputs + outputs of each matrix) x bytes per adapter parameter"
        step("Adapters", formula, parts.adapters / GB, "GB")
        if model.kind == "moe":
            warn("adapters on the attention matrices are counted; adapters on every expert take many times as much")
    if model.draws:
        _explain_images(model, parts, use, context)
    elif context:
        _explain_running(model, parts, use, kv_precision)
    elif batch:
        warn("batch has no effect without a context")
    if kv_precision and not parts.kv_cache:
        warn("kv_precision has no effect where no cache is counted")
    if parts.overhead:
        step("Overhead", "the runtime's own memory on one accelerator", parts.overhead / GB, "GB")


def _explain_states(model: Model, parts: Footprint, precision: str | None, kept: str) -> None:
    size = f"{parts.gradients / model.params:g}"
    step("Gradients", f"parameters x {size} bytes", parts.gradients / GB, "GB", "zero-paper")
    size = f"{parts.optimizer_states / model.params:g}"
    step("Optimizer states", f"parameters x {size} bytes", parts.optimizer_states / GB, "GB", "zero-paper")
    if precision and kept != precision and precision != "fp16":
        warn(f"training computes in {precision} and keeps its weights in 16 bits")


def _explain_running(model: Model, parts: Footprint, use: str, kv_precision: str | None) -> None:
    shape = shape_of(model)
    if not shape.known:
        kept = shape.layers * shape.kv_width
        warn(
            DataNote(
                f"shape unknown: {kept:,.0f} keys and values a token are assumed; models of this size keep from a seventh to 3.3 times that"
            )
        )
    if use != "inference":
        formula = "tokens x width x (2 x layers + 34) bytes + tokens x vocabulary x 4 bytes, the rest computed again"
        step("Activations", formula, parts.activations / GB, "GB", "korthikanti-2022")
        warn(f"without recomputation the activations take {parts.activations_kept / GB:,.3g} GB")
        return
    if model.kind == "encoder":
        warn("an encoder keeps no KV cache")
    elif model.attention == "hybrid" and model.global_layers is None:
        warn("which layers keep the whole context is not known: a quarter of them is taken, as in most hybrids; at most it is all of them")
    default("kv_precision", kv_precision, CACHE)
    windowed = caching_layers(model, shape.layers)[1]
    if keeps_unknown_state(model):
        warn("what its recurrent layers (Mamba, linear attention) keep is not known; the usual state of layers of that width is taken")
    window = f" (window of {model.window:g} in {windowed:g} layers)" if windowed else ""
    formula = f"layers x KV width x context x batch x bits of {kv_precision or CACHE} / 8{window}"
    step("KV cache", formula, parts.kv_cache / GB, "GB", model.shape_source)
    if parts.recurrent_state:
        formula = "what Mamba and linear attention keep of a sequence, the same at any context, x batch"
        step("Recurrent state", formula, parts.recurrent_state / GB, "GB", model.shape_source)
    formula = "tokens read at once x (2 x feed-forward width + 4 x width) x 2 bytes + batch x vocabulary x 4 bytes"
    step("Activations", formula, parts.activations / GB, "GB")


def _explain_images(model: Model, parts: Footprint, use: str, context: float | None) -> None:
    if context:
        warn(f"context has no effect on {model.makes}")
    if model.note:
        warn(f"note: {model.note}")  # which of its parts are counted
    if use != "inference":
        warn(f"activations of {model.makes} in training are not counted" + (", nor its adapters" if use in FROZEN else ""))
        return
    if model.kind == "video":
        warn("what drawing a video takes besides weights and runtime is not known and not counted")
        return
    if not model.image_side:
        warn("image size unknown: 512 x 512 pixels are assumed")
    step("Activations", "images x memory per image, by their pixels", parts.activations / GB, "GB")
    way = catalogue.image_models().get(model.id)
    if way and way.text_encoders:
        encoders = way.text_encoders * 2 / GB
        figure("text_encoders", encoders, "GB")
        figure("with_text_encoders", parts.total / GB + encoders, "GB")
        weigh = f"{encoders:,.1f} GB in 16 bits, {parts.total / GB + encoders:,.1f} GB in all"
        warn(f"the text encoders are not counted, as they can leave the accelerator before the drawing: {weigh}")


@estimate("GPUs")
def memory_fit(
    params: Params,
    gpu: Gpu = None,
    gpus: Gpus = None,
    precision: WeightFormat = None,
    context: FitContext = None,
    batch: Batch = None,
    use: Use = None,
    kv_precision: CacheFormat = None,
) -> Answer:
    """How many accelerators hold a model, whether the given ones do, and which kinds are enough.

    needed on each [GB] = weights and KV cache split by heads or by layers + activations + runtime, at most memory x usable share

    The parts are the same as in memory_needed. In inference each chip gets its share of the heads (the number must divide
    them, and keys and values split no further than the KV heads) or whole layers, whichever is less; in training and
    fine-tuning all states are sharded and gathered layer by layer (ZeRO stage 3 or FSDP). Of the memory that a driver
    reports, memory_share is usable on data-center chips and card_memory_share on other cards; of a memory shared with the
    processor, unified_memory_share. Holding a model says nothing about its speed.
    `fits` and the figures for each chip are for `gpus`, one if left out; share_that_fits is the part of the whole need
    that they hold. The table lists every accelerator on sale by its memory, and one of each size of unified memory.

    Raises InputError for a value out of bounds or activations that no number of chips holds, UnknownName
    for a model, an accelerator or a use that is not known.
    """
    chip = default("gpu", gpu, catalogue.default_gpu())
    kind, count = default("use", use, "inference"), batch or 1.0
    images = params.draws
    tokens = None if images else assumed("fit_context_finetuning" if kind in FROZEN else "fit_context", context, "context")
    shape, usable = shape_of(params), usable_memory(chip)
    parts = footprint(params, kind, precision, tokens, count, shape, kv_precision)
    needed = chips_needed(parts, shape, kind, count, usable)
    if needed is None:
        name, given = ("batch", batch) if count > 1 else ("context", context) if context else ("gpu", chip.name)
        least = f"{bytes_per_chip(parts, shape, kind, 1e9, count) / GB:,.3g} GB on every chip, more than {chip.name} holds"
        raise InputError(name, given, f"its activations take {least}; give a smaller batch or context, or a gpu with more memory")
    if is_kept():
        _explain_parts(params, parts, kind, precision, tokens, batch, kv_precision)
        warn_beyond_context(params, context or 0.0)
        step("Memory in all", "the sum of these", parts.total / GB, "GB", figure="memory")
        have = default("gpus", gpus, 1.0, "GPUs")
        each = bytes_per_chip(parts, shape, kind, have, count)
        _explain_fit(parts, kind, chip, have, each, usable)
        if each > usable and kind == "inference" and not images:
            _name_narrower(
                nominal_bits(kept_precision(params, kind, precision)),
                lambda kept: bytes_per_chip(footprint(params, kind, kept, tokens, count, shape, kv_precision), shape, kind, have, count),
                usable,
            )
    step("Accelerators needed", "the smallest number of which each holds its part", needed, "GPUs")
    need = bytes_per_chip(parts, shape, kind, 1.0, count) / usable

    def holding(times: float) -> float | None:
        return chips_needed(parts, shape, kind, count, usable * need / times)

    table = partial(_table, parts, shape, kind, count)
    return Answer(needed, "gpus_needed", table=table, whole=Rounded(need, holding), rows=lambda: len(_on_sale()))


def _explain_fit(parts: Footprint, use: str, chip: Accelerator, have: float, each: float, usable: float) -> None:
    """Whether `have` accelerators hold the model, with `each` bytes needed on the fullest and `usable` there."""
    formula = f"{reported_memory(chip) / GIB:.4g} GiB that the driver reports x {usable_share(chip)}"
    step("Usable memory of one accelerator", formula, usable / GB, "GB", figure="usable_per_gpu")
    step(f"Needed on each of {have:g}", "split as evenly as heads and layers allow", each / GB, "GB", figure="needed_per_gpu")
    fits = each <= usable
    step("Fits", "needed on each is at most the usable memory", "yes" if fits else "no", "", figure="fits")
    fixed = parts.overhead + (parts.activations if use == "inference" else 0.0)
    figure("headroom_per_gpu", (usable - each) / GB, "GB")
    figure("share_that_fits", 1.0 if fits else min(1.0, max(0.0, (usable - fixed) * have / (parts.total - fixed))), "1")
    if not fits:
        where = f"{have:g} {chip.name}" if have > 1 else f"one {chip.name}"
        warn(f"it does not fit on {where}: {each / GB:,.3g} GB needed on each, {usable / GB:,.3g} GB usable")
    elif each > 0.9 * usable:
        warn("it fits with less than a tenth to spare; a longer context or a larger batch may not")


def _name_narrower(bits: float, needed_in: Callable[[str], float], usable: float) -> None:
    """The first of the usual formats narrower than these bits in which each accelerator would hold its part."""
    with unheard():
        needed = {narrower: needed_in(narrower) for narrower in NARROWER if nominal_bits(narrower) < bits}
    for narrower, each in needed.items():
        if each <= usable:
            warn(f"it would fit in {format_of(narrower).name}: {each / GB:,.3g} GB needed on each")
            return


def _on_sale() -> list[tuple[float, str, Accelerator]]:
    """The accelerators that are sold by their usable bytes, least first, with their names; one of each size of unified memory."""
    return _sold(tuple(assumed(name) for name in USABLE_SHARES))


@catalogue.kept(16)
def _sold(shares: tuple[float, ...]) -> list[tuple[float, str, Accelerator]]:
    """The same where these shares of what a driver reports are usable."""
    usable = dict(zip(USABLE_SHARES, shares, strict=True))
    sold = [
        (reported_memory(chip) * usable[usable_share(chip)], chip.name, chip)
        for chip in catalogue.accelerators().rows
        if chip.status != "announced"
    ]
    kinds: dict[object, tuple[float, str, Accelerator]] = {}
    for kind in sorted(sold, key=lambda kind: kind[:2]):
        kinds.setdefault(kind[0] if kind[2].link == UNIFIED else kind[2], kind)
    return list(kinds.values())


def _table(parts: Footprint, shape: Shape, use: str, batch: float) -> Table:
    """Every accelerator by its usable memory, least first, with how many are needed; one row for each size of unified memory."""
    header: tuple[Cell, ...] = ("accelerator", "memory (GB)", "usable (GB)", "accelerators needed", "needed on each (GB)", "note")
    rows: list[tuple[Cell, ...]] = []
    most = catalogue.constant("largest_server")
    held = cache(lambda chips: bytes_per_chip(parts, shape, use, chips, batch))  # many kinds take the same number
    for usable, name, chip in _on_sale():
        is_unified = chip.link == UNIFIED
        if is_unified:
            name = f"unified memory, such as {chip.name}"
        needed = fewest_that_hold(held, usable)
        if needed is None:
            rows.append((name, chip.memory, usable / GB, "", "", "its memory does not hold the activations"))
            continue
        alone = 1.0 if is_unified else most
        note = "more than one machine" if chip.market != "datacenter" and needed > alone else "one is enough" if needed == 1 else ""
        rows.append((name, chip.memory, usable / GB, needed, held(needed) / GB, note))
    return (header, *rows)
