"""A page for each model of the catalogue: what it costs to train, to fine-tune, to host, and through an API."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.catalogue.records import Model
from pages.drawing import Bar, ranges
from pages.words import Asked, named_sources, on_the_figures, page, table

CHIP = "H100"  # what most people compare with
CHIPS = ("A100", "H100", "H200", "B200", "MI300X", "TPU v5p")
TUNED_TOKENS = 10_000_000
TRAINED = 1_000_000_000_000  # where a model's own count is not published
REQUESTS, READ, WRITTEN = 100_000, 1000, 500
MILLION = 1_000_000
CONTEXT = 8192


def pages() -> Iterator[tuple[str, str]]:
    models = catalogue.models().rows
    costs = {}
    for model in models:
        asked = training(model)
        costs[model.id] = asked[0]
        yield from of_model(model, asked)
    yield "models/index.md", _index(models, costs)


def title(model: Model) -> str:
    if model.draws or model.kind == "speech":
        return f"What does {model.name} cost to run?"
    return f"What does {model.name} cost to train, fine-tune and serve?"


def of_model(model: Model, train: list[Asked]) -> Iterator[tuple[str, str]]:
    tune, memory, host = _tuning(model), _memory(model), _hosting(model)
    api = Asked("A hosted API, a million tokens read and a million written", "api_cost", _million_each(model))
    every = [*train, *tune, *memory, *host, *([api] if api.result else [])]
    shown = [one for one in every if one.result]
    bars = _bars(train[0])
    if bars:
        yield f"models/{model.id}.svg", ranges(f"{train[0].says}, by accelerator", bars, "USD")
    parts = [
        f"# {title(model)}",
        _lead(model),
        f"How much does {model.name} cost? This is the price to train, fine-tune, run and host it, and of its API for a million tokens, "
        f"as far as each can be said. {on_the_figures()}",
        table(["what", "answer", "80% range"], (one.short() for one in shown)) if shown else "",
        *_section("Train it", train),
        f"![{train[0].says}, by accelerator, with 80% ranges]({model.id}.svg)" if bars else "",
        *_section("Fine-tune it", tune),
        *_section("Hold it in memory", memory),
        *_section("Host it", host),
        *(_section("Use it through an API", [api]) if api.result else ()),
        "## Sources",
        named_sources(shown),
        "Another chip, budget or load: [every estimate](../reference/index.md). [The other models](index.md), "
        "[how each figure comes about](../method.md).",
    ]
    yield f"models/{model.id}.md", page(*parts)


def _section(heading: str, asked: list[Asked]) -> Iterator[str]:
    """A heading with its answers; what several leave unanswered for one reason is said once."""
    if asked:
        yield f"## {heading}"
    said = set()
    for one in asked:
        if one.result is None and one.why_not in said:
            continue
        said.add(one.why_not)
        yield from one.long()


def _lead(model: Model) -> str:
    size = f"{show(model.params)} parameters"
    if model.active_params and model.active_params != model.params:
        size += f", of which {show(model.active_params)} work on one token"
    trained = f", trained on {show(model.tokens)} tokens" if model.tokens else ""
    context = f", made for {show(model.max_context)} tokens of context" if model.max_context else ""
    doubt = f" These figures are {'a rumor' if model.confidence == 'rumor' else model.confidence}." if model.confidence != "checked" else ""
    also = f" Also called {', '.join(name.strip() for name in model.aliases.split(';'))}." if model.aliases else ""
    return f"{model.name} ({model.organization}, {model.released}) has {size}{trained}{context}.{doubt}{also} {model.note}".rstrip()


def training(model: Model) -> list[Asked]:
    call = {"params": model.name, "gpu": CHIP}
    cost = Asked(f"Train it once on {CHIP}", "train_cost", call)
    if cost.result is None and not model.tokens and not model.draws:
        on_a_trillion = Asked(f"Train it on {show(TRAINED)} tokens, as its own count is not published, on {CHIP}", "train_cost", {
            "params": model.name, "tokens": float(TRAINED), "gpu": CHIP,
        })  # fmt: skip
        if on_a_trillion.result:
            return [on_a_trillion]
    if cost.result is None:
        return [cost]
    return [
        cost,
        Asked(f"{CHIP}-hours of that run", "train_gpu_hours", call),
        Asked("Electricity of that run", "train_energy", call),
    ]


def _bars(asked: Asked) -> list[Bar]:
    """What the same run costs on several chips, as far as they can."""
    if asked.result is None:
        return []
    bars = []
    for chip in CHIPS:
        result = Asked("", asked.name, asked.arguments | {"gpu": chip}).result
        if result:
            bars.append(Bar(chip, float(result.value), float(result.low), float(result.high)))
    return bars


def _tuning(model: Model) -> list[Asked]:
    if not _has_weights(model) or model.draws or model.kind == "speech":
        return []
    return [
        Asked(f"Fine-tune it on {show(TUNED_TOKENS)} tokens, {words}, on {CHIP}", "finetune_cost", {
            "params": model.name, "tokens": float(TUNED_TOKENS), "gpu": CHIP, "method": method,
        })
        for method, words in (("lora", "with LoRA"), ("full", "all weights"))
    ]  # fmt: skip


def _memory(model: Model) -> list[Asked]:
    if not _has_weights(model):
        return []
    if model.draws or model.kind == "speech":
        return [Asked("Memory it takes at 16 bits", "memory_needed", {"params": model.name, "precision": "bf16"})]
    context = float(min(CONTEXT, model.max_context or CONTEXT))
    return [
        Asked(f"Memory it takes {words}, with {show(context)} tokens of context", "memory_needed", {
            "params": model.name, "precision": name, "context": context,
        })
        for name, words in (("bf16", "at 16 bits"), ("Q4_K_M", "as Q4_K_M"))
    ]  # fmt: skip


def _has_weights(model: Model) -> bool:
    """Whether anybody but its maker can run it; of the others even the size is a rumor."""
    return model.confidence != "rumor"


def _hosting(model: Model) -> list[Asked]:
    call = {"params": model.name, "gpu": CHIP}
    cost = Asked(f"A {'thousand images' if model.kind == 'diffusion' else 'million written tokens'} on rented {CHIP}", "infer_cost", call)
    if cost.result is None or model.draws:
        return [cost]
    load = {"requests_per_day": float(REQUESTS), "input_tokens": float(READ), "output_tokens": float(WRITTEN)}
    return [
        cost,
        Asked(f"Serve {show(REQUESTS)} requests a day, {show(READ)} tokens in and {WRITTEN} out, a month", "serving_cost", call | load),
    ]


def _million_each(model: Model) -> dict[str, object]:
    return {"model": model.name, "input_tokens": float(MILLION), "output_tokens": float(MILLION)}


def _index(models: Sequence[Model], costs: Mapping[str, Asked]) -> str:
    groups: dict[str, list[Model]] = defaultdict(list)
    for model in models:
        groups[model.organization].append(model)
    parts = [
        "# Models: what each costs to train, fine-tune and serve",
        f"{len(models)} models, by who made them, the newest first. Type a name into the search above, such as GPT-4 or Llama 3 70B; a "
        "model that is not here can be [described](../describe.md) in one line.",
    ]
    for organization in sorted(groups, key=str.casefold):
        rows = [
            [f"[{one.name}]({one.id}.md)", one.released, show(one.params), *_trained(one, costs[one.id])]
            for one in sorted(groups[organization], key=lambda one: one.released, reverse=True)
        ]
        parts += [f"## {organization}", table(["model", "released", "parameters", "training tokens", f"trained once on {CHIP}"], rows)]
    return page(*parts)


def _trained(model: Model, cost: Asked) -> list[str]:
    """Its tokens and what the run over them costs, where they are published."""
    if not model.tokens or cost.result is None:
        return [show(model.tokens) if model.tokens else "not published", ""]
    return [show(model.tokens), f"{show(cost.result.value, cost.result.unit)} ({cost.result.range_text()})"]
