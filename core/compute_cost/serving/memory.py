"""How much accelerator memory a model takes, and which accelerators hold it."""

from __future__ import annotations

from typing import Annotated

from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator, Model
from compute_cost.errors import InputError
from compute_cost.parameters import Choice, Gpu, Gpus, Params, Precision, Quantity
from compute_cost.physics.compute import trace_model
from compute_cost.physics.model_memory import (
    FROZEN,
    Footprint,
    bytes_per_chip,
    chips_needed,
    footprint,
    kept_precision,
)
from compute_cost.physics.shape import Shape, shape_of
from compute_cost.registry import estimate
from compute_cost.result import Cell, Figure, Result, Trace

GB = 1e9
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
def memory_needed(params: Params, precision: Precision = None, context: Context = None, batch: Batch = None, use: Use = None) -> Result:
    """Memory a model takes: weights, and with a context KV cache, activations and overhead; also for training and fine-tuning.

    weights [GB] = parameters x bits per parameter / 8 / 1e9
    KV cache [GB] = layers x KV width x context x batch x 2 bytes / 1e9
    training [GB] = weights + gradients + optimizer states (16 bytes a parameter with Adam) + activations
    lora, qlora [GB] = frozen weights (qlora: 4-bit) + adapters with their gradients and optimizer states + activations

    Without a context the value is what the model's own states take; with one it is what running takes, with
    activations and the runtime's own memory. Image models always count one image or `batch` of them.
    All parameters count, also the idle experts of a mixture. Without a precision the format of the released
    weights is taken, bf16 for most. Bits per parameter include the scales of block
    formats; embedding and output head stay at 16 bits in formats below 16. KV width is 2 x KV heads x head width
    (multi-head latent attention: its latent width); layers with a sliding window keep only the window. Gradients and
    optimizer states follow Rajbhandari et al. 2019 (arXiv 1910.02054, section 3.1), activations in training, with full
    recomputation, Korthikanti et al. 2022 (arXiv 2205.05198). A GB is 1e9 bytes; a GiB is 7% more.
    Valid within about 10% for transformers; where the shape is unknown a usual one is taken and said so.

    Raises InputError for a value out of bounds, UnknownName for a model that is not in the catalogue or another use.
    """
    kind, count, shape = use or "inference", batch or 1.0, shape_of(params)
    parts = footprint(params, shape, kind, precision, context, count)

    def trace(trace: Trace) -> None:
        trace_model(trace, params)
        _trace_parts(trace, params, shape, parts, kind, use, precision, context, batch)
        names = ["weights", *(name.replace("_", " ") for name in Footprint._fields[1:] if name != "activations_kept")]
        held = [name for name in names if getattr(parts, name.replace(" ", "_"))]
        trace.step("Memory", " + ".join(held), parts.total / GB, "GB")
        if not (context or params.kind == "diffusion"):
            trace.warn("without a context only the model's own states are counted: no cache, activations or runtime")

    return Result(parts.total / GB, "GB", trace, name="memory", values=_figures(parts))


def _figures(parts: Footprint) -> dict[str, Figure]:
    return {name: Figure(value / GB, "GB") for name, value in parts._asdict().items()}


def _trace_parts(
    trace: Trace, model: Model, shape: Shape, parts: Footprint, kind: str, use: str | None, precision: str | None,
    context: float | None, batch: float | None,
) -> None:  # fmt: skip
    """The inputs and steps of a footprint, in the order of the calculation."""
    trace.input("use", kind, "", "assumed" if use is None else "given")
    kept = kept_precision(model, kind, precision)
    released = precision is None and kind == "inference" and bool(model.released_precision)
    trace.input("precision", precision or kept, "", "given" if precision else "catalogue" if released else "assumed")
    if released:
        trace.warn(f"{model.name} is released in {kept}, which is taken; give a precision for another")
    bits = _assume(trace, f"bits_per_parameter_{kept}")
    head = ", embedding and output head at 16 bits" if bits < 16 and model.vocab and model.hidden else ""
    trace.step("Weights", f"parameters x bits per parameter / 8{head}", parts.weights / GB, "GB")
    if kind == "training":
        single = precision in ("fp32", "tf32")
        size = _assume(trace, "optimizer_bytes_single" if single else "optimizer_bytes_mixed")
        trace.step("Gradients", f"parameters x {4 if single else 2} bytes", parts.gradients / GB, "GB", "zero-paper")
        trace.step("Optimizer states", f"parameters x {size:g} bytes", parts.optimizer_states / GB, "GB", "zero-paper")
        if precision and kept != precision and precision != "fp16":
            trace.warn(f"training computes in {precision} and keeps its weights in 16 bits")
    if parts.adapters:
        _assume(trace, "lora_rank")
        _assume(trace, "bytes_per_adapter_parameter")
        how = "rank x layers x (inputs + outputs of each matrix) x bytes per adapter parameter"
        trace.step("Adapters", how, parts.adapters / GB, "GB")
        if model.kind == "moe":
            trace.warn("the adapters are those of the attention matrices; adapters on every expert take many times as much")
    if batch:
        trace.input("batch", batch, "images" if model.kind == "diffusion" else "sequences", "given")
    if model.kind == "diffusion":
        _trace_images(trace, model, parts, kind, context)
    elif context:
        trace.input("context", context, "tokens", "given")
        _trace_running(trace, model, shape, parts, kind)
    elif batch:
        trace.warn("batch has no effect without a context")
    if parts.overhead:
        _assume(trace, "runtime_memory")
        trace.step("Overhead", "the runtime's own memory on one accelerator", parts.overhead / GB, "GB")


def _trace_running(trace: Trace, model: Model, shape: Shape, parts: Footprint, kind: str) -> None:
    if not shape.known:
        trace.warn(f"shape unknown: {shape.layers:g} layers and a KV width of {shape.kv_width:g} are taken, as usual for this size")
        _assume(trace, "width_per_layer")
        _assume(trace, "usual_kv_width")
    if kind == "inference":
        _assume(trace, "kv_cache_bits")
        window = f" (window of {model.window:g} in all but {model.global_layers:g} layers)" if model.window and model.global_layers else ""
        if model.kind == "encoder":
            trace.warn("an encoder keeps no KV cache")
        elif model.attention == "hybrid" and model.global_layers is None:
            trace.warn("some layers keep less than the whole context; all are counted in full")
        elif model.global_layers and not model.window:
            trace.warn("linear-attention layers keep a state of constant size, which is not counted")
        trace.step(
            "KV cache", f"layers x KV width x context x batch x 2 bytes{window}", parts.kv_cache / GB, "GB", model.shape_source
        )  # fmt: skip
        _assume(trace, "prefill_chunk")
        how = "tokens read at once x (2 x feed-forward width + 4 x width) x 2 bytes + batch x vocabulary x 4 bytes"
        trace.step("Activations", how, parts.activations / GB, "GB")
    else:
        how = "tokens x width x (2 x layers + 34) bytes + tokens x vocabulary x 4 bytes, the rest computed again"
        trace.step("Activations", how, parts.activations / GB, "GB", "korthikanti-2022")
        trace.warn(f"without recomputation the activations take {parts.activations_kept / GB:,.3g} GB")


def _trace_images(trace: Trace, model: Model, parts: Footprint, kind: str, context: float | None) -> None:
    if context:
        trace.warn("context has no effect on an image model")
    if kind != "inference":
        trace.warn("activations of an image model in training are not counted" + (", nor its adapters" if kind in FROZEN else ""))
        return
    _assume(trace, "activations_per_image")
    if not model.image_side:
        trace.warn("image size unknown: 512 x 512 pixels are taken")
    trace.step("Activations", "images x memory per image, by their pixels", parts.activations / GB, "GB")


def _assume(trace: Trace, name: str) -> float:
    """Name an assumption as an input; its value."""
    used = catalogue.assumption(name)
    trace.input(name, used.value, used.unit, "assumed", used.source)
    return catalogue.constant(name)


@estimate("GPUs")
def memory_fit(
    params: Params,
    gpu: Gpu = None,
    gpus: Gpus = None,
    precision: Precision = None,
    context: FitContext = None,
    batch: Batch = None,
    use: Use = None,
) -> Result:
    """How many accelerators hold a model, whether the given ones do, and which kinds are enough.

    needed on each [GB] = weights and KV cache split by heads or by layers + activations + runtime, at most memory x usable share

    The parts are those of memory_needed. In inference each chip gets its share of the heads (the number must divide
    them, and keys and values split no further than the KV heads) or whole layers, whichever is less; in training and
    fine-tuning all states are sharded and gathered layer by layer (ZeRO stage 3 or FSDP). Of a chip's memory the share
    memory_share is usable, of a Mac's unified memory unified_memory_share. Holding a model says nothing of its speed.
    `fits` and the figures for each chip are for `gpus`, one if left out; share_that_fits is the part of the whole need
    that they hold. The table lists every accelerator of the catalogue by its memory.

    Raises InputError for a value out of bounds or activations that no number of chips holds, UnknownName
    for a model, an accelerator or a use that is not known.
    """
    chip, count, have = gpu or catalogue.default_gpu(), batch or 1.0, gpus or 1.0
    kind, shape = use or "inference", shape_of(params)
    usual = "fit_context_finetuning" if kind in FROZEN else "fit_context"
    tokens = None if params.kind == "diffusion" else context or catalogue.constant(usual)
    parts = footprint(params, shape, kind, precision, tokens, count)
    usable = _usable(chip)
    needed = chips_needed(parts, shape, kind, count, usable)
    if needed is None:
        name, given = ("batch", batch) if count > 1 else ("context", context) if context else ("gpu", chip.name)
        least = f"{bytes_per_chip(parts, shape, kind, 1e9, count) / GB:,.3g} GB on every chip, more than {chip.name} holds"
        raise InputError(name, given, f"its activations take {least}; give a smaller batch or context, or a gpu with more memory")
    each = bytes_per_chip(parts, shape, kind, have, count)
    fits = each <= usable
    fixed = parts.overhead + (parts.activations if kind == "inference" else 0.0)
    share = 1.0 if fits else min(1.0, max(0.0, (usable - fixed) * have / (parts.total - fixed)))

    def trace(trace: Trace) -> None:
        trace_model(trace, params)
        trace.input("gpu", chip.name, "", "assumed" if gpu is None else "given", chip.source)
        trace.input("gpus", have, "GPUs", "assumed" if gpus is None else "given")
        if tokens:
            trace.input(
                "context", tokens, "tokens", "given" if context else "assumed", "" if context else catalogue.assumption(usual).source
            )
        _trace_parts(trace, params, shape, parts, kind, use, precision, tokens, batch)
        trace.step("Memory in all", "the sum of these", parts.total / GB, "GB")
        name = _share_name(chip)
        _assume(trace, name)
        trace.step("Usable memory of one accelerator", f"{chip.memory:g} GB x {name}", usable / GB, "GB")
        trace.step(f"Needed on each of {have:g}", "split as evenly as heads and layers allow", each / GB, "GB")
        trace.step("Fits", "needed on each is at most the usable memory", "yes" if fits else "no", "")
        trace.step("Accelerators needed", "the smallest number of which each holds its part", needed, "GPUs")
        if not fits:
            where = f"{have:g} {chip.name}" if have > 1 else f"one {chip.name}"
            trace.warn(f"it does not fit on {where}: {each / GB:,.3g} GB needed on each, {usable / GB:,.3g} GB usable")
        if 0.9 * usable < each <= usable:
            trace.warn("it fits with less than a tenth to spare; a longer context or a larger batch may not")

    values: dict[str, Figure] = {
        "fits": Figure("yes" if fits else "no", ""),
        "needed_per_gpu": Figure(each / GB, "GB"),
        "usable_per_gpu": Figure(usable / GB, "GB"),
        "headroom_per_gpu": Figure((usable - each) / GB, "GB"),
        "share_that_fits": Figure(share, "1"),
        "memory": Figure(parts.total / GB, "GB"),
        **_figures(parts),
    }
    return Result(needed, "GPUs", trace, name="gpus_needed", values=values, table=_table(parts, shape, kind, count))


def _share_name(chip: Accelerator) -> str:
    return "unified_memory_share" if chip.vendor == "Apple" else "memory_share"


def _usable(chip: Accelerator) -> float:
    """Bytes of a chip's memory that a model may take."""
    return chip.memory * GB * catalogue.constant(_share_name(chip))


def _table(parts: Footprint, shape: Shape, kind: str, batch: float) -> tuple[tuple[Cell, ...], ...]:
    """Every accelerator by its usable memory, least first, with how many are needed."""
    header: tuple[Cell, ...] = ("accelerator", "memory (GB)", "usable (GB)", "accelerators needed", "needed on each (GB)", "note")
    rows: list[tuple[Cell, ...]] = []
    known: dict[float, float | None] = {}
    most = catalogue.constant("largest_server")
    for chip in sorted(catalogue.accelerators().rows, key=lambda one: (_usable(one), one.name)):
        usable = _usable(chip)
        if usable not in known:
            known[usable] = chips_needed(parts, shape, kind, batch, usable)
        needed = known[usable]
        if needed is None:
            rows.append((chip.name, chip.memory, usable / GB, "", "", "its memory does not hold the activations"))
            continue
        alone = 1.0 if chip.vendor == "Apple" else most
        note = "more than one machine" if chip.market != "datacenter" and needed > alone else "one is enough" if needed == 1 else ""
        rows.append((chip.name, chip.memory, usable / GB, needed, bytes_per_chip(parts, shape, kind, needed, batch) / GB, note))
    return (header, *rows)
