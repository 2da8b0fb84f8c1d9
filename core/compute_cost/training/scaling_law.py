"""How to split a training budget between parameters and tokens: Chinchilla's published laws and their re-fit."""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.catalogue.records import Accelerator, Model
from compute_cost.errors import InputError, MissingInput, NoData
from compute_cost.inputs import assumed, cite, default, fact, figure, is_kept, step, uncertain, unheard, warn
from compute_cost.parameters import Gpu, HourlyPrice, ModelSize, Quantity, Utilization
from compute_cost.physics.compute import share_passed
from compute_cost.prices.market import Rental, rental
from compute_cost.prices.rental import hourly_price
from compute_cost.ranges import of_product
from compute_cost.registry import estimate
from compute_cost.result import Answer
from compute_cost.training.run import TrainingRun, training_run

Budget = Annotated[float | None, Quantity("Money for the final run.", "USD", high=1e13, above=True, example='1e6 or "$1M"')]
Flops = Annotated[float | None, Quantity("Arithmetic of the final run.", "FLOP", low=1e15, high=1e32, example="5.76e23")]
OptionalParams = Annotated[
    Model | None,
    ModelSize(
        "Parameter count, or a known model's name: its own tokens are then compared with the optimum.",
        "parameters",
        example='"70B" or "Chinchilla 70B"',
    ),
]
DataTokens = Annotated[
    float | None, Quantity("Tokens of the data set, to find the model for.", "tokens", low=1, high=1e18, example='300e9 or "300B"')
]

_WEIGHT_FLOP = 6  # FLOP per parameter and token; the laws were fitted with this convention, without attention
_ROUNDS = 100  # of the search for the arithmetic that a budget buys: the error at least halves in each
_HALVINGS = 24  # of the logarithm of a factor of 1.5: to 1e-8


class Law(NamedTuple):
    """Compute-optimal parameters = scale x (flops / 6) ^ exponent; tokens = flops / (6 x parameters)."""

    name: str
    label: str
    scale: float
    exponent: float
    source: str

    def params(self, flops: float) -> float:
        return float(self.scale * (flops / _WEIGHT_FLOP) ** self.exponent)

    def flops(self, params: float | None, tokens: float | None) -> float:
        """The arithmetic at which that many parameters, or else that many tokens, are the optimum."""
        if params is not None:
            return float(_WEIGHT_FLOP * (params / self.scale) ** (1 / self.exponent))
        assert tokens is not None
        return float(_WEIGHT_FLOP * (tokens * self.scale) ** (1 / (1 - self.exponent)))


def laws() -> tuple[Law, ...]:
    """The published laws, the main one first.

    A parametric loss E + A / N^alpha + B / D^beta has its minimum at fixed arithmetic where
    N = (alpha A / (beta B))^(1 / (alpha + beta)) x (flops / 6)^(beta / (alpha + beta)).
    """
    rule = catalogue.assumption("tokens_per_parameter")
    exponent = assumed("chinchilla_2_exponent")
    anchor = assumed("chinchilla_2_params")
    work = anchor * assumed("chinchilla_2_tokens")
    return (
        _parametric("refit", "parametric loss, re-fitted by Besiroglu et al. 2024"),
        Law("rule", f"{rule.value:g} tokens per parameter", assumed(rule.name) ** -0.5, 0.5, rule.source),
        Law("approach_2", "Hoffmann et al. 2022, approach 2", anchor / work**exponent, exponent, "chinchilla-paper"),
        _parametric("approach_3", "Hoffmann et al. 2022, approach 3 as published"),
    )


def _parametric(name: str, label: str) -> Law:
    prefix = "chinchilla_refit" if name == "refit" else "chinchilla_3"
    alpha, beta = assumed(f"{prefix}_params_exponent"), assumed(f"{prefix}_tokens_exponent")
    of_params, of_tokens = assumed(f"{prefix}_params_coefficient"), assumed(f"{prefix}_tokens_coefficient")
    scale = (alpha * of_params / (beta * of_tokens)) ** (1 / (alpha + beta))
    return Law(name, label, scale, beta / (alpha + beta), catalogue.assumption(f"{prefix}_params_exponent").source)


def loss(params: float, tokens: float) -> float:
    """Expected loss [nats per token] on Chinchilla's own data, by the re-fitted law: E + A / N^alpha + B / D^beta."""
    by_params = assumed("chinchilla_refit_params_coefficient") / params ** assumed("chinchilla_refit_params_exponent")
    by_tokens = assumed("chinchilla_refit_tokens_coefficient") / tokens ** assumed("chinchilla_refit_tokens_exponent")
    return float(assumed("chinchilla_refit_irreducible_loss") + by_params + by_tokens)


class Optimum(NamedTuple):
    """The split of one law, with the run that it asks for and what that costs."""

    law: Law
    flops: float
    params: float
    tokens: float
    run: TrainingRun
    cost: float


@estimate("parameters")
def compute_optimal(
    budget: Budget = None,
    flops: Flops = None,
    params: OptionalParams = None,
    tokens: DataTokens = None,
    gpu: Gpu = None,
    price_per_gpu_hour: HourlyPrice = None,
    utilization: Utilization = None,
) -> Answer:
    """Parameters and tokens that make the best of a budget, of an amount of arithmetic, of a model size or of a data set.

    parameters = scale x (flops / 6) ^ exponent, tokens = flops / (6 x parameters), cost [USD] = GPU-hours x price

    Exactly one of budget, flops, params and tokens is given. The main value is the parametric loss of
    Hoffmann et al. 2022 (arXiv 2203.15556, approach 3) as re-fitted by Besiroglu et al. 2024 (arXiv
    2404.10102); low and high are the lowest and highest of all the published laws (also 20 tokens per
    parameter, approach 2, and approach 3 as published, whose few parameters the re-fit contradicts),
    with a budget joined with the range of the price and the utilization. Where params is given the
    value is params and the laws differ in `tokens`. A known model is called under- or over-trained
    where its tokens per parameter lie outside the laws; a mixture of experts counts its active parameters.
    The optimum is for training alone: a model that serves many users is worth over-training.
    Valid for dense transformers on one pass of fresh text; fitted up to 16 billion parameters, beyond extrapolated.
    US dollars, before tax, nominal, at the catalogue's own date.

    Raises InputError where more than one of the four is given or a value is out of bounds, MissingInput
    where none is, UnknownName for a name and NoData for an image model or an accelerator without a price.
    """
    _only_one(budget, flops, params, tokens)
    if params is not None and not params.in_tokens:
        raise NoData(f"params: {params.name} is {params.makes}; the law is one of language models")
    counted = _counted(params) if params else None
    chip = default("gpu", gpu, catalogue.default_gpu())
    price = hourly_price(chip, price_per_gpu_hour, None, share="utilization")

    def optimum(law: Law) -> Optimum:
        if budget is not None:
            return _for_budget(law, budget, price, chip, utilization)
        return _at(law, law.flops(counted, tokens) if flops is None else flops, price, chip, utilization, counted)

    with unheard():
        options = [optimum(law) for law in laws()]
    best = options[0]
    for option in options:
        formula = f"{option.law.scale:.4g} x (flops / 6) ^ {option.law.exponent:.4g}; {option.tokens / option.params:.3g} tokens each"
        step(f"Parameters: {option.law.label}", formula, option.params, "parameters", option.law.source, figure=f"params_{option.law.name}")
        figure(f"tokens_{option.law.name}", option.tokens, "tokens")
    step("Tokens", "flops / (6 x parameters)", best.tokens, "tokens", figure="tokens")
    step("Training compute", "6 x parameters x tokens", best.flops, "FLOP", "kaplan-2020", figure="flops")
    if is_kept():
        _explain_cost(best, None if price_per_gpu_hour else rental(chip), utilization)
    figure("tokens_per_parameter", best.tokens / best.params, "tokens per parameter")
    figure("loss", loss(best.params, best.tokens), "nats per token")
    _judge(params, options)
    # The laws differ by more than the fit of any one of them: the lowest and the highest are its range.
    others = [option.params for option in options]
    return Answer(uncertain("law", best.params, min(others), max(others), "parameters", best.law.source), "params")


def _only_one(budget: float | None, flops: float | None, params: Model | None, tokens: float | None) -> None:
    four: dict[str, object] = {"budget": budget, "flops": flops, "params": params and (params.name or params.params), "tokens": tokens}
    names = [name for name, value in four.items() if value is not None]
    if not names:
        raise MissingInput("budget", 'compute_optimal needs exactly one of budget, flops, params, tokens, such as budget = "$1M"')
    if len(names) > 1:
        allowed = f"{names[0]} is given too; give exactly one of budget, flops, params, tokens"
        raise InputError(names[1], four[names[1]], allowed)


def _explain_cost(best: Optimum, quote: Rental | None, utilization: float | None) -> None:
    """The cost of the run at the optimum, with the range that the utilization and the price give it at this size."""
    run = _run(best.params, best.tokens, best.run.gpu, utilization)
    step("Cost of one run", "GPU-hours x price", best.cost, "USD", figure="cost")
    factors = [(quote.low, quote.price, quote.high)] if quote else []
    if run.predicted:
        factors.append((1 / run.predicted.high, 1 / run.predicted.value, 1 / run.predicted.low))
    for name, end in zip(("cost_low", "cost_high"), of_product(best.cost, *factors), strict=True):
        figure(name, end, "USD")


def _run(params: float, tokens: float, gpu: Accelerator, utilization: float | None) -> TrainingRun:
    return training_run(Model.of_size(params), tokens, gpu, utilization, None, None, None)


def _counted(model: Model) -> float:
    """Parameters that work on each token, which is what the laws count."""
    return model.active * share_passed(model)


def _at(law: Law, flops: float, price: float, gpu: Accelerator, utilization: float | None, given_params: float | None = None) -> Optimum:
    params = given_params or law.params(flops)  # what was given comes back without a rounding error
    tokens = flops / (_WEIGHT_FLOP * params)
    run = _run(params, tokens, gpu, utilization)
    return Optimum(law, flops, params, tokens, run, run.hours * price)


def _for_budget(law: Law, budget: float, price: float, gpu: Accelerator, utilization: float | None) -> Optimum:
    """The arithmetic that a budget buys; utilization may change with the model's size, so by successive correction."""
    option = _at(law, 1e20, price, gpu, utilization)
    for _ in range(_ROUNDS):
        if math.isclose(option.cost, budget, rel_tol=1e-9):
            return option
        option = _at(law, option.flops * budget / option.cost, price, gpu, utilization)
    # Where the utilization jumps with the size, no model costs exactly the budget: take the largest that costs no more.
    low = high = option.flops
    while (least := _at(law, low, price, gpu, utilization)).cost > budget:
        low /= 1.5
    while _at(law, high, price, gpu, utilization).cost <= budget:
        high *= 1.5
    for _ in range(_HALVINGS):
        middle = math.sqrt(low * high)
        tried = _at(law, middle, price, gpu, utilization)
        if tried.cost <= budget:
            low, least = middle, tried
        else:
            high = middle
    return least


def _judge(params: Model | None, options: list[Optimum]) -> None:
    """What the laws say of a known model, and how far they reach."""
    best = options[0]
    if params is not None and _counted(params) != params.params:
        fact("active_params", _counted(params), "parameters", params.source, origin=params.origin)
        warn("the laws were fitted on dense models; the parameters that work on each token are counted")
    if params is not None and params.tokens:
        have = params.tokens / _counted(params)
        ratios = [option.tokens / option.params for option in options]
        verdict = "under-trained" if have < min(ratios) else "over-trained" if have > max(ratios) else "within the range of the laws"
        formula = f"{verdict}: the laws say {min(ratios):.3g} to {max(ratios):.3g}, the main one {ratios[0]:.3g}"
        label = f"Tokens per parameter of {params.name}"
        step(label, formula, have, "tokens per parameter", params.source, figure="model_tokens_per_parameter")
        figure("model_tokens", params.tokens, "tokens")
        figure("training", verdict, "")
        warn("cost, flops and loss describe the optimum at this size, not the model as it was trained")
    fitted = catalogue.assumption("chinchilla_largest_model")
    if best.params > catalogue.constant(fitted.name):
        warn(f"extrapolated: the laws were fitted on models of up to {show(catalogue.constant(fitted.name), 'parameters')}")
        cite(fitted.source)
    warn("optimal for training alone: a model that serves many users is worth training on more tokens")
