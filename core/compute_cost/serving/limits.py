"""The most that given accelerators hold: the largest model, and the longest context of one."""

from __future__ import annotations

from collections.abc import Callable

from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator, Model
from compute_cost.errors import DoesNotFit, NoData
from compute_cost.inputs import Cell, DataNote, assumed, default, figure, is_kept, step, warn
from compute_cost.parameters import CacheFormat, Gpu, Gpus, Params, WeightFormat
from compute_cost.physics.bisection import last
from compute_cost.physics.formats import nominal_bits
from compute_cost.physics.model_memory import CACHE, bytes_per_chip, footprint, kept_precision, usable_memory
from compute_cost.physics.shape import shape_of
from compute_cost.registry import estimate
from compute_cost.result import Answer, Rounded, Table
from compute_cost.serving.memory import GB, FitContext

MOST_TOKENS = 1e9
SMALLEST_MODEL = 1e6  # parameters
CLOSE = 1e-6  # how near to the limit the search comes


@estimate("parameters")
def largest_model(
    gpu: Gpu = None,
    gpus: Gpus = None,
    precision: WeightFormat = None,
    context: FitContext = None,
    kv_precision: CacheFormat = None,
) -> Answer:
    """The largest model, in parameters, that accelerators hold for one request of a context.

    the largest N for which weights + KV cache + activations + runtime on each [GB] are at most memory x usable share

    The parts, and how they are split over several accelerators, are those of memory_fit for a model of which only the size
    is known, whose cache is what open models of that size usually keep; the range is mostly that of their caches. Without a
    precision the weights take 16 bits. The table lists the models of the catalogue that fit, largest first, each with its
    own cache, in the given precision or else in the one that it was released in. Holding a model says nothing about its speed.

    Raises InputError for a value out of bounds, UnknownName for an accelerator or a format, DoesNotFit where not even a
    million parameters fit beside the context.
    """
    chip, have = default("gpu", gpu, catalogue.default_gpu()), default("gpus", gpus, 1.0, "GPUs")
    fmt = default("precision", precision, "bf16")
    cache = default("kv_precision", kv_precision, CACHE)
    tokens, usable = assumed("fit_context", context, "context"), usable_memory(chip)

    def needed(params: float) -> float:
        return _on_each(Model.of_size(params), fmt, tokens, cache, have)

    if needed(SMALLEST_MODEL) > usable:
        raise DoesNotFit("context", int(tokens), f"{have:g} {chip.name} hold no model for it; give a smaller context or more gpus")
    most = _most_params(needed, usable, usable * have * 8 / min(1.0, nominal_bits(fmt)))
    step("Usable memory of one accelerator", "memory x usable share", usable / GB, "GB", figure="usable_per_gpu")
    step("Needed on each at that size", "as memory_fit splits it", needed(most) / GB, "GB", figure="needed_per_gpu")
    if is_kept():
        warn("of a model of this size only the count is known: one that keeps a smaller cache may be larger; the table has named ones")
    formula = "the most parameters of which each accelerator holds its part"
    return Answer(step("Largest model", formula, most, "parameters"), "params", table=lambda: _models(chip, have, precision, tokens, cache))


def _on_each(model: Model, precision: str | None, tokens: float, kv_precision: str, chips: float) -> float:
    """Bytes on the fullest accelerator for one request, as memory_fit counts them."""
    shape = shape_of(model)
    parts = footprint(model, "inference", precision, tokens, 1.0, shape, kv_precision)
    return bytes_per_chip(parts, shape, "inference", chips, 1.0)


def _most_params(needed: Callable[[float], float], usable: float, high: float) -> float:
    """The parameters at which what is needed reaches the usable bytes, sought from above: layers are whole, so the need has steps."""
    low = high
    while (asked := needed(low)) > usable:
        high, low = low, max(SMALLEST_MODEL, low * max(0.5, min(usable / asked, 0.995)))
    while high - low > CLOSE * high:
        middle = (low + high) / 2
        low, high = (middle, high) if needed(middle) <= usable else (low, middle)
    return low


def _models(chip: Accelerator, have: float, precision: str | None, tokens: float, kv_precision: str) -> Table:
    """The models of the catalogue that fit, largest first."""
    header: tuple[Cell, ...] = ("model", "parameters", "precision", "needed on each (GB)", "longest context it is made for")
    rows: list[tuple[Cell, ...]] = []
    usable = usable_memory(chip)
    for model in sorted(catalogue.models().rows, key=lambda model: (-model.params, model.name)):
        if model.in_tokens and (asked := _on_each(model, precision, tokens, kv_precision, have)) <= usable:
            made_for = model.max_context if model.max_context else ""
            rows.append((model.name, model.params, kept_precision(model, "inference", precision), asked / GB, made_for))
    return (header, *rows)


@estimate("tokens")
def longest_context(
    params: Params,
    gpu: Gpu = None,
    gpus: Gpus = None,
    precision: WeightFormat = None,
    kv_precision: CacheFormat = None,
) -> Answer:
    """The longest context, in tokens, of one request that accelerators hold beside a model's weights.

    the longest context for which weights + KV cache + activations + runtime on each [GB] are at most memory x usable share

    The parts, and how they are split over several accelerators, are those of memory_fit. At most the context that the model
    is made for, where the catalogue has it: `held_by_memory` is what the memory alone would hold. A model whose layers keep a
    window or a state of constant size is held at any length (a billion tokens at most). Where the shape is unknown, the range
    is that of the caches of open models of the size.

    Raises InputError for a value out of bounds, UnknownName for a model, an accelerator or a format, DoesNotFit where
    the accelerators do not hold the model and one token, NoData for a model without a context.
    """
    if not params.in_tokens or params.kind == "encoder":
        raise NoData(f"params: {params.name} keeps no cache of a context")
    chip, have = default("gpu", gpu, catalogue.default_gpu()), default("gpus", gpus, 1.0, "GPUs")
    fmt = default("precision", precision, kept_precision(params, "inference", None))
    cache, usable = default("kv_precision", kv_precision, CACHE), usable_memory(chip)

    def needed(tokens: float) -> float:
        return _on_each(params, fmt, tokens, cache, have)

    if needed(1.0) > usable:
        way_out = f"{needed(1.0) / GB:,.3g} GB are needed on each, {usable / GB:,.3g} usable; give more gpus or a narrower precision"
        raise DoesNotFit("gpus", int(have), f"{'one' if have == 1 else f'{have:g}'} {chip.name} can't hold the model: {way_out}")
    held = float(last(lambda tokens: needed(float(tokens)) <= usable, 1, int(MOST_TOKENS) + 1))
    step("Usable memory of one accelerator", "memory x usable share", usable / GB, "GB", figure="usable_per_gpu")
    formula = "the most tokens for which each accelerator holds its part"
    step("Context that the memory holds", formula, held, "tokens", figure="held_by_memory")
    longest = min(held, params.max_context or held)
    if is_kept():
        step("Needed on each at that length", "as memory_fit splits it", needed(longest) / GB, "GB", figure="needed_per_gpu")
        _warn_of_length(params, held, longest)
    step("Longest context", "the smaller of this and what the model is made for", longest, "tokens")
    return Answer(longest, "context", whole=Rounded(longest, lambda tokens: float(round(tokens))))


def _warn_of_length(model: Model, held: float, longest: float) -> None:
    if model.max_context and longest < held:
        warn(f"{model.name} is made for {model.max_context:,.0f} tokens; the memory would hold {held:,.0f}")
    elif not model.max_context:
        figure("made_for", "not known", "")
        warn("the longest context that the model is made for is not known; it may be shorter than what the memory holds")
    if not shape_of(model).known:
        warn(DataNote("shape unknown: the cache is that of open models of this size, from a seventh to 3.3 times as large"))
