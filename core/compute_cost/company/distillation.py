"""What it costs to distill a model: a teacher answers prompts, and a student is trained on the answers."""

from __future__ import annotations

import datetime
from typing import Annotated

from compute_cost import catalogue
from compute_cost.catalogue.records import Accelerator, Model
from compute_cost.errors import InputError
from compute_cost.inputs import assumed, default, figure, is_kept, step, warn
from compute_cost.parameters import AsOf, Choice, Gpu, Gpus, HourlyPrice, ModelSize, Params, Quantity, Share, Text
from compute_cost.physics.serving_plan import ANY_SPEED
from compute_cost.prices import tariffs
from compute_cost.prices.rental import hourly_price
from compute_cost.registry import estimate
from compute_cost.result import Answer
from compute_cost.serving.hosted import Host, Service, api_cost
from compute_cost.serving.levels import Workload, cheapest, chosen, name_level
from compute_cost.training.conditions import Stack
from compute_cost.training.fine_tuning import Epochs, Method, Rank, RowLength, TuningFormat, tuning_run

_OPEN = ModelSize("A model whose weights are released.", "parameters", example='"DeepSeek-R1"')

Teacher = Annotated[str, Text("the model that answers: one that a hosted API offers or an open one", example='"DeepSeek-R1"')]
Prompts = Annotated[float | None, Quantity("Prompts that the teacher answers.", "prompts", low=1, high=1e12, whole=True, example="100000")]
PromptTokens = Annotated[float | None, Quantity("Tokens of a prompt.", "tokens", low=1, high=1e7, example="200")]
AnswerTokens = Annotated[
    float | None, Quantity("Tokens of an answer of the teacher, its reasoning too.", "tokens", low=1, high=1e7, example="2000")
]
Answered = Annotated[
    str | None,
    Choice("Where the teacher runs: api (hosted) or own (rented accelerators); api if a price of it is known.",
           choices=("api", "own"), example='"own"'),
]  # fmt: skip
AnswersEach = Annotated[
    float | None, Quantity("Answers of the teacher to one prompt; 1 if left out.", "answers", low=1, high=1e5, whole=True, example="4")
]
Kept = Annotated[
    float | None,
    Share("Share of the answers that pass a filter and are trained on; all if left out.", "1", high=1, above=True, example="0.5"),
]


@estimate("USD")
def distill_cost(
    teacher: Teacher,
    params: Params,
    prompts: Prompts = None,
    prompt_tokens: PromptTokens = None,
    response_tokens: AnswerTokens = None,
    gpu: Gpu = None,
    method: Method = None,
    epochs: Epochs = None,
    gpus: Gpus = None,
    price_per_gpu_hour: HourlyPrice = None,
    teacher_on: Answered = None,
    samples_per_prompt: AnswersEach = None,
    kept_share: Kept = None,
    precision: TuningFormat = None,
    rank: Rank = None,
    seq_len: RowLength = None,
    stack: Stack = None,
    as_of: AsOf = None,
    service: Service = None,
    provider: Host = None,
) -> Answer:
    """Cost of distilling a teacher model into a student, in US dollars: the teacher's answers and the student's training on them.

    cost [USD] = prompts x samples_per_prompt x cost of an answer + finetune_cost of the answers that are kept

    `params` is the student. The teacher's answers cost api_cost where it is hosted (`service` and `provider` are those of api_cost;
    batch takes about half), or infer_cost at full load on rented `gpu` where `teacher_on` is own. The student is trained, all weights
    unless `method` says otherwise, on prompt and answer as one example, on `gpus` accelerators. Prompts and lengths that are left out are
    assumed and vary a hundredfold among published sets. Valid for training on written answers; a student that learns the teacher's
    probabilities needs the teacher at hand in training, which is not counted. Check the license of the teacher: some forbid it.
    US dollars, before tax, nominal, of the day of `as_of`.

    Raises UnknownName for a teacher that is neither hosted nor in the catalogue, InputError for an own copy of a teacher whose weights
    are not released, and what api_cost, infer_cost and finetune_cost raise.
    """
    count = assumed("distill_prompts", prompts, "prompts")
    reads = assumed("distill_prompt_tokens", prompt_tokens, "prompt_tokens")
    writes = assumed("distill_response_tokens", response_tokens, "response_tokens")
    if is_kept() and (prompts is None or response_tokens is None):
        warn("prompts and response_tokens decide the cost and differ a hundredfold among published sets; give your own")
    each = default("samples_per_prompt", samples_per_prompt, 1.0, "answers")
    answers = step("Answers of the teacher", "prompts x samples_per_prompt", count * each, "answers", figure="answers")
    chip = default("gpu", gpu, catalogue.default_gpu())
    where = default("teacher_on", teacher_on, "api" if tariffs.find(teacher) else "own")
    if where == "own" and (service or provider):
        raise InputError("teacher_on", "own", "service and provider are those of a hosted API; leave them out")
    if where == "api":
        billed, hours = _billed_answers(teacher, reads, writes, as_of, answers, service, provider), 0.0
    else:
        billed, hours = 0.0, _own_answers(_open_model(teacher), chip, answers, reads, writes)
    answers *= default("kept_share", kept_share, 1.0, "1")
    run = tuning_run(params, None, chip, method, epochs, answers, reads + writes, gpus, precision, rank, seq_len, None, stack, None)
    figure("student_gpu_hours", run.hours, "GPU-hours")
    price = hourly_price(chip, price_per_gpu_hour, as_of, count="gpus")
    formula = "answers x cost of one" if where == "api" else "GPU-hours x price"
    taught = step("Cost of the teacher's answers", formula, billed + hours * price, "USD", figure="teacher_cost")
    trained = step("Cost of the student's training", "GPU-hours x price", run.hours * price, "USD", figure="student_cost")
    return Answer(step("Cost of the distillation", "teacher's answers + student's training", taught + trained, "USD"), "cost")


def _billed_answers(
    teacher: str, reads: float, writes: float, as_of: datetime.date | None, answers: float, service: str | None, provider: str | None
) -> float:
    """What a hosted API charges for the answers [USD]. Raises InputError for a teacher that writes none, such as an embedding."""
    try:
        return float(api_cost.of(teacher, reads, writes, as_of, answers, None, None, None, service, provider).value)
    except InputError as problem:
        if problem.parameter != "output_tokens":
            raise
        raise InputError("teacher", teacher, "it is billed by what is sent alone; give a model that writes answers") from None


def _own_answers(model: Model, chip: Accelerator, answers: float, reads: float, writes: float) -> float:
    """The hours in which rented accelerators that do nothing else write the answers, in the groups that cost least [GPU-hours]."""
    work = Workload(model, chip, None, reads, writes)
    taken = chosen(work, ANY_SPEED, None, cheapest)
    name_level(work, ANY_SPEED, taken.way)
    formula = "accelerators x answers x tokens of one / tokens per second / 3600"
    hours = taken.way.gpus * answers * writes / taken.rate / 3600
    return step("GPU-hours of the teacher", formula, hours, "GPU-hours", figure="teacher_gpu_hours")


def _open_model(teacher: str) -> Model:
    """The teacher's weights. Raises InputError where they are not released."""
    try:
        model: Model = _OPEN.reader("teacher")(teacher)
    except InputError:
        if tariffs.find(teacher) is None:
            raise
        raise InputError("teacher_on", "own", f"the weights of {teacher} are not in the catalogue; leave teacher_on out") from None
    if catalogue.is_closed(model):
        raise InputError("teacher_on", "own", f"the weights of {model.name} are not released; leave teacher_on out for its API")
    return model
