"""What direct preference optimization (DPO) takes: fine-tuning on pairs of answers, and a reference that reads them too.

hours = hours of fine-tuning on all tokens of the pairs x (1 + 2 / FLOP of a training pass per parameter and token)

The fine-tuning is that of compute_cost.training.fine_tuning. The reference, which is not trained, works out the probabilities of the
same tokens: 2 FLOP per parameter and token beside the 6 of full training (8 where activations are computed again) or the 4 (6) of
adapters. With adapters the reference is the base model without them; a full training holds its weights a second time.
"""

from __future__ import annotations

from typing import Annotated

from compute_cost.catalogue.records import Accelerator, Model
from compute_cost.inputs import assumed, default, figure, is_kept, step, warn
from compute_cost.parameters import REQUIRED, AsOf, Gpu, Gpus, HourlyPrice, Params, Quantity
from compute_cost.prices.rental import hourly_price
from compute_cost.registry import estimate
from compute_cost.result import Answer
from compute_cost.training.conditions import MeasuredRate, Stack
from compute_cost.training.fine_tuning import Epochs, Method, Packed, Rank, RowLength, Tuning, TuningFormat, tuning_run

Pairs = Annotated[float, Quantity("Pairs of a chosen and a rejected answer.", "pairs", low=1, high=1e12, whole=True, example="60000")]
TokensPerPair = Annotated[
    float | None,
    Quantity("Tokens of both answers together, each with its prompt.", "tokens", low=2, high=2e7, above=True, example="1000"),
]


def preference_run(
    model: Model, pairs: float, tokens_per_pair: float | None, gpu: Accelerator | None, method: str | None, epochs: float | None,
    gpus: float | None, precision: str | None, rank: float | None, seq_len: float | None, packed: bool | None, stack: str | None,
    rate: float | None = None,
) -> Tuning:  # fmt: skip
    """Billed hours [GPU-hours] of training the policy and of the reference on the same tokens; a measured `rate` has both in it."""
    each = assumed("dpo_tokens_per_pair", tokens_per_pair, "tokens_per_pair")
    if tokens_per_pair is None and is_kept():
        warn("tokens_per_pair is assumed, and data sets differ tenfold; give your own")
    tuning_method, padded = default("method", method, "full"), not default("packed", packed, False)
    tokens = step("Tokens of the pairs", "pairs x tokens of both answers", pairs * each, "tokens")
    run = tuning_run(
        model, tokens, gpu, tuning_method, epochs, None, each / 2, gpus, precision, rank, seq_len, not padded, stack, 2.0,
        rate=rate, beside=1.0 if tuning_method == "full" else 0.0,
    )  # fmt: skip
    figure("training_gpu_hours", run.hours, "GPU-hours")
    formula = "hours of training x 2 / FLOP of a training pass per parameter and token"
    reference = step("GPU-hours of the reference", formula, run.hours * run.forward, "GPU-hours", figure="reference_gpu_hours")
    hours = step("GPU-hours of both", "training + reference", run.hours + reference, "GPU-hours", figure="gpu_hours")
    figure("hours", hours / run.gpus, "h")
    return run._replace(hours=hours)


@estimate("GPU-hours")
def dpo_gpu_hours(
    params: Params,
    pairs: Pairs = REQUIRED,
    tokens_per_pair: TokensPerPair = None,
    gpu: Gpu = None,
    method: Method = None,
    epochs: Epochs = None,
    gpus: Gpus = None,
    precision: TuningFormat = None,
    rank: Rank = None,
    seq_len: RowLength = None,
    packed: Packed = None,
    stack: Stack = None,
    tokens_per_second: MeasuredRate = None,
) -> Answer:
    """Accelerator-hours of direct preference optimization (DPO) on pairs of answers.

    hours [GPU-hours] = finetune_gpu_hours of pairs x tokens_per_pair x (1 + 2 / FLOP of a training pass per parameter and token)

    The reference model reads each pair as often as the policy is trained on it; in a full training its weights are held too, which
    may call for more accelerators. `tokens_per_second` of a test run on `gpus`, the tokens of both answers and the reference in it, is
    taken before any prediction. A pass holds one pair on each accelerator. Pairs are padded unless `packed`. The answers are there
    already: where a model writes and scores them, rl_gpu_hours counts that. Also for the variants with a reference (IPO, KTO); those
    without one (ORPO, SimPO) take finetune_gpu_hours. Valid for decoders of 0.5 to 400 billion parameters; no published run gives all
    of pairs, tokens and hours, so the error is that of fine-tuning.

    Raises MissingInput without pairs, and what finetune_gpu_hours raises.
    """
    run = preference_run(
        params, pairs, tokens_per_pair, gpu, method, epochs, gpus, precision, rank, seq_len, packed, stack, tokens_per_second
    )
    return Answer(run.hours, "gpu_hours")


@estimate("USD")
def dpo_cost(
    params: Params,
    pairs: Pairs = REQUIRED,
    tokens_per_pair: TokensPerPair = None,
    gpu: Gpu = None,
    method: Method = None,
    epochs: Epochs = None,
    gpus: Gpus = None,
    price_per_gpu_hour: HourlyPrice = None,
    precision: TuningFormat = None,
    rank: Rank = None,
    seq_len: RowLength = None,
    packed: Packed = None,
    stack: Stack = None,
    as_of: AsOf = None,
    tokens_per_second: MeasuredRate = None,
) -> Answer:
    """Rental cost of direct preference optimization (DPO) on pairs of answers, in US dollars.

    cost [USD] = GPU-hours (dpo_gpu_hours) x price [USD per GPU-hour] (gpu_price unless given)

    US dollars, before tax, nominal, of the day of `as_of`. One run: trial runs and the writing of the pairs come on top.

    Raises what dpo_gpu_hours raises, and NoData where the accelerator has no rental price.
    """
    run = preference_run(
        params, pairs, tokens_per_pair, gpu, method, epochs, gpus, precision, rank, seq_len, packed, stack, tokens_per_second
    )
    price = hourly_price(run.gpu, price_per_gpu_hour, as_of, count="gpus")
    return Answer(step("Cost of one run", "GPU-hours x price", run.hours * price, "USD"), "cost")
