"""How much arithmetic a transformer needs: floating-point operations (FLOP) to train it and to run it."""

from __future__ import annotations

import math
from typing import NamedTuple

from compute_cost import catalogue
from compute_cost.amounts import show
from compute_cost.catalogue.records import Model, Run
from compute_cost.errors import InputError, MissingInput, NoData
from compute_cost.physics import shape
from compute_cost.result import Trace

# An encoder-decoder's token passes the encoder or the decoder, so about half of the weights work on it.
ENCODER_DECODER_SHARE = 0.5
# Fewer are mostly a slip of the scale, such as 300 for 300 billion; a small fine-tuning run may have so few.
FEWEST_TOKENS_PER_PARAMETER = 0.001


class TrainingWork(NamedTuple):
    """The arithmetic of one training run and what it was worked out from."""

    model: Model
    tokens: float
    tokens_given: bool
    active: float
    active_given: bool
    seq_len: float | None
    seq_len_given: bool
    attention: float  # FLOP per token in the attention scores; 0 where neither shape nor sequence length is known
    per_token: float
    flop: float
    published: Run | None = None  # where the compute is taken from, for a model that is not counted in tokens

    def trace(self, trace: Trace) -> None:
        trace_model(trace, self.model)
        if self.published:
            how = f"as published for {self.published.model}"
            trace.step("Training compute", how, self.flop, "FLOP", self.published.source, "epoch-models")
            trace.warn("an image model: its compute is the published figure, so tokens and sequence length have no effect")
            return
        model = self.model
        trace.input(
            "tokens", self.tokens, "tokens", "given" if self.tokens_given else "catalogue", "" if self.tokens_given else model.source
        )
        if self.tokens_given and self.tokens < FEWEST_TOKENS_PER_PARAMETER * self.active:
            usual = math.log10(catalogue.constant("tokens_per_parameter") * self.active / self.tokens)
            meant = self.tokens * 1000 ** round(usual / 3)
            few = f"{show(self.tokens, 'tokens')} for {show(self.active, 'parameters')}"
            trace.warn(f"tokens: {few} is very little training; did you mean {show(meant)}?")
        if self.active != model.params or self.active_given:
            trace.input("active_params", self.active, "parameters", "given" if self.active_given else "catalogue")
        if self.seq_len:
            trace.input("seq_len", self.seq_len, "tokens", "given" if self.seq_len_given else "catalogue")
        half = " x 0.5 (encoder-decoder)" if model.kind == "encoder-decoder" else ""
        trace.step("Compute per token, weights", f"6 x active parameters{half}", self.per_token - self.attention, "FLOP", "kaplan-2020")
        if self.attention:
            trace.step(
                "Compute per token, attention", "12 x layers x attention width x sequence length", self.attention, "FLOP", "palm-paper"
            )
            if not model.layers:
                trace.warn(f"shape unknown: layers and width for the attention term are those usual for {show(self.active, 'parameters')}")
                trace.input(
                    "width_per_layer", catalogue.constant("width_per_layer"), "1", "assumed", catalogue.assumption("width_per_layer").source
                )
        else:
            trace.warn("attention is left out of the compute: neither shape nor sequence length is known (it adds a few percent)")
        trace.step("Training compute", "compute per token x tokens", self.flop, "FLOP")


def trace_model(trace: Trace, model: Model) -> None:
    if not model.name:
        trace.input("params", model.params, "parameters", "given")
        return
    trace.input("model", model.name, "", "given", model.source)
    trace.input("params", model.params, "parameters", "catalogue", model.source)
    trace.cite(model.shape_source)
    if model.confidence != "checked":
        trace.warn(f"the counts of {model.name} are {'a rumor' if model.confidence == 'rumor' else 'not checked against their source'}")


def training_work(model: Model, tokens: float | None, seq_len: float | None, active_params: float | None) -> TrainingWork:
    """FLOP of one training run: (6 N_active + 12 layers x width x seq_len) x tokens."""
    if model.kind == "diffusion":
        return _published_work(model)
    if active_params is not None and active_params > model.params:
        raise InputError("active_params", active_params, f"it must not exceed the parameters, {model.params:g}")
    known_tokens = tokens or model.tokens
    if known_tokens is None:
        why = f"{model.name}'s training tokens are not published" if model.name else "a parameter count alone says nothing of the data"
        raise MissingInput("tokens", f'{why}; give the training tokens, such as "300B"')
    active = active_params or model.active
    length = seq_len or model.seq_len
    share = ENCODER_DECODER_SHARE if model.kind == "encoder-decoder" else 1.0
    attention = attention_per_token(model, active, length) * share if length and (model.layers or seq_len) else 0.0
    per_token = 6 * active * share + attention
    return TrainingWork(
        model, known_tokens, tokens is not None, active, active_params is not None, length if attention else None,
        seq_len is not None, attention, per_token, per_token * known_tokens,
    )  # fmt: skip


def _published_work(model: Model) -> TrainingWork:
    """The work of an image model: the compute that has been published, as images are not counted in tokens."""
    run = next((one for one in catalogue.runs() if one.catalogue_model == model.id and one.flop), None)
    if run is None or run.flop is None:
        raise NoData(f"params: {model.name} is an image model, which is not counted in tokens, and its training compute is not published")
    return TrainingWork(model, 0.0, False, model.active, False, None, False, 0.0, 0.0, run.flop, run)


def attention_per_token(model: Model, active: float, seq_len: float) -> float:
    """Training FLOP per token in the attention scores, 12 x layers x width x seq_len (PaLM, appendix B).

    Without a shape, layers and width follow from the parameters of a usual transformer,
    N = 12 layers x width^2, at the usual ratio of width to layers.
    """
    if model.layers and model.attention_width:
        return 12 * model.layers * model.attention_width * seq_len
    usual = shape.usual(active)
    return 12 * usual.layers * usual.hidden * seq_len
