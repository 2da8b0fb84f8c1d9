"""What kind of thing a figure is said to be: what contradicts it is refused, and a note stands where no word says it."""

from __future__ import annotations

import pytest

from compute_cost_tools.calls import run
from compute_cost_tools.grounding import names_in, write
from compute_cost_tools.ledger import Ledger


@pytest.mark.parametrize(
    "text",
    [
        "The most you pay is {c1.low}.", "It is capped at {c1.low}.", "Maximum: {c1.low}", "At least you pay {c1.high}.", "The floor is {c1.high}.",
        "Typically you pay {c1.high}.", "You pay at most {c1}.", "最多{c1.low}。", "至少{c1.high}。",
        "It costs {c2}.", "It lasts {c1}.", "This saves you {c1}.",
        "Multiply {c5} by your headcount.", "Hosting costs {c1}.", "Training costs {c4}.", "The API bill is {c1}.",
        "Just calling gpt-4o for your requests comes to {c4}.", "Claude Sonnet 4.5 would cost {c1}.", "OpenAI bills you {c4}.", "gpt-4o: {c4}",
        "Going through the hosted model costs {c3}.", "用gpt-4o的费用是{c4}。",
        "Training DeepSeek-V3 would cost {c1}.", "If you use gpt-4o, it costs {c4}.", "On A100 the run costs {c1}.", "It is {c1} for DeepSeek-V3.",
        "DeepSeek-V3: {c1}", "| DeepSeek-V3 | {c1} |", "With MI300X you need {c6}.",
        "The run is finished after {c1}.", "It will set you back {c2}.", "That is a budget of {c2}.", "You will have the model after {c1}.",
        "Duration: {c1}", "| Cost | {c2} |", "预算为{c2}。",
        "Cela vous coûtera {c2}.", "El entrenamiento dura {c1}.",
        "Training needs {you: 2 years}.",
        "In bf16 you need {c6}.", "On A100s in place of H100s it costs {c1}.", "On AWS Trainium the run costs {c1}.", "Claude would cost {c5}.",
        "On RTX 4090 cards it costs {c3}.", "To train it you need {c6}.", "Fine-tuning costs {c1}.", "With RLHF it costs {c1}.",
        "Whatever happens, it is below {c1.high}.", "It won't exceed {c1.high}.", "A typical team ends up paying {c1.low}.",
        "The upper end is {c1.low}, the lower end {c1.high}.", "Our calculation gives {you: €5 million}.", "The training time is {you: 2 years}.",
        "Electricity eats {c1.utilization} of the bill.", "Prices are locked in until {c1.as_of}.",
        "{c1} is all-in.", "每次调用要花{c5}。",
        "Training takes {you: 2 years}.", "Cost of training Llama 3 70B: {c2}.",
        "Our tools put the cost of the project at {you: €5 million}.", "总价是{c2}。", "{you: €5 million} is what it costs.",
    ],
)  # fmt: skip
def test_a_true_figure_is_not_said_to_be_something_else(ledger: Ledger, text: str) -> None:
    assert write(text, ledger).strange


@pytest.mark.parametrize(
    "text",
    [
        "At least you pay {c1.low}.", "At most you pay {c1.high}.", "Maximum: {c1.high}", "It runs from {c1.low} to {c1.high}.",
        "In the worst case it is {c1.high}, in the best {c1.low}.", "You pay {c1}.", "It takes {c2}.", "Hosting costs {c4}, training {c1}.",
        "That is not what hosting costs: training costs {c1}.", "You have {c6.headroom_per_gpu} left over.", "最多{c1.high}，最少{c1.low}。",
        "Calling gpt-4o costs {c5}.", "Hosting in place of gpt-4o costs {c4}.", "Compared with GPT-4o the fleet is {c4}.",
        "OpenAI charges {c5} and your own fleet costs {c4}.", "Switching from gpt-4o to your own fleet costs {c4}.", "Cost after training: {c4}",
        "To match GPT-4o on your own cards you pay {c4}.", "A GPT-4o class model takes {c1} to train.",
        "Unlike DeepSeek-V3, it costs {c1}.", "| Llama 3 70B | {c1} |\n| gpt-4o | {c5} |", "DeepSeek-V3 is not priced here; this one costs {c1}.",
        "You carry the idle time: {c4.idle_cost}.", "The compute budget is {c1.flop}.", "Input is {c5.input_price}, output {c5.output_price}.",
        "Output tokens are dearer: {c5.output_price} against {c5.input_price}.", "A wall-clock time of {c2} is predicted.",
        "In int4 you need {c6}.", "On H100s the run costs {c1}.", "Claude is not priced here; OpenAI charges {c5}.", "The int4 weights take {c6.weights}.",
        "Each user gets {c3.tokens_per_second_per_stream} of {c3.tokens_per_second} together.", "{c6.headroom_per_gpu} is left over.",
        "Utilization is {c1.utilization} of the peak.", "Prices are of {c1.as_of}.", "Meta published {c1.published_gpu_hours}.",
        "Multiply {c1.gpu_hours} by {c1.price_per_gpu_hour} to see where {c1} is from.", "Prompts cost {c5.input_cost} and answers {c5.output_cost}.",
        "You have {you: 2 years}, and it takes {c2}.", "The most likely cost is {c1}.",
        "I took your {you: 2T tokens} as it stands; training costs {c1}.", "Inference through gpt-4o costs {c5}.",
    ],
)  # fmt: skip
def test_what_it_is_may_be_said(ledger: Ledger, text: str) -> None:
    written = write(text, ledger)
    assert not written.strange
    assert "end of the 80% range" not in written.text
    assert "your words" not in written.text


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("You would pay {c1.low}.", " (low end of the 80% range)."),
        ("You would pay {c1.high}.", " (high end of the 80% range)."),
        ("A sum (say {c1.low}) is due.", ", low end of the 80% range) is due."),
        ("费用为{c1.low}。", "（80%区间的下限）。"),
        ("Against {you: €5 million}, it is dear.", '"€5 million" (your words),'),
        ("期限是{you: 2 years}。", '"2 years"（您的原话）。'),
    ],
)
def test_a_note_says_what_no_word_does(ledger: Ledger, text: str, note: str) -> None:
    written = write(text, ledger)
    assert not written.strange
    assert note in written.text


def test_a_figure_without_a_range_has_no_ends(ledger: Ledger) -> None:
    assert "range" not in write("You pay {c5.low}.", ledger).text
    assert not write("The most you pay is {c5.low}.", ledger).strange


def test_fine_tuning_is_training_but_no_training_is_fine_tuning() -> None:
    kept = Ledger()
    for name, arguments in (
        ("finetune_cost", {"params": "Llama 3.1 8B", "tokens": 1e7, "gpu": "H100", "method": "lora"}),
        ("train_cost", {"params": "Llama 3.1 8B", "gpu": "H100"}),
    ):
        kept.add(run(name, arguments))
    for text in ("Training costs {c1}.", "Fine-tuning costs {c1}.", "The LoRA run costs {c1}.", "Training costs {c2}."):
        assert not write(text, kept).strange, text
    for text in ("Fine-tuning costs {c2}.", "Hosting costs {c1}."):
        assert write(text, kept).strange, text
    assert not write("This doesn't come with a guarantee: up to {c1.high}.", kept).strange


@pytest.mark.parametrize("asked", ["Claude Opus 4.1", "claude-opus-4-1", "Opus 4.1"])
@pytest.mark.parametrize("said", ["Opus 4.1", "Claude Opus 4.1", "claude-opus-4-1", "anthropic/claude-opus-4.1"])
def test_a_hosted_model_is_one_thing_however_it_is_spelled(asked: str, said: str) -> None:
    kept = Ledger()
    kept.add(run("api_cost", {"model": asked, "input_tokens": 1e6, "output_tokens": 1e6}))
    assert not write(f"{said} costs {{c1}}.", kept).strange
    assert write(f"{said.replace('pus', 'pus 9')} costs {{c1}}.", kept).strange
    assert [bad.text for bad in write("Sonnet 4.5 costs {c1}.", kept).strange] == ["Sonnet 4.5 costs {c1}"]
    assert "Opus 4.1" in [text[slice(*span)] for text in ["With Opus 4.1 it is less."] for span in names_in(text)]
