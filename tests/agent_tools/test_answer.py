"""An estimate in words: the figure, how it came about, what was assumed, and where it is from."""

from __future__ import annotations

import compute_cost
from compute_cost import registry
from compute_cost_tools import answer
from compute_cost_tools.calls import run

NAIVE = {"params": "175B", "tokens": "300B", "gpu": "A100", "price_per_gpu_hour": "$2", "utilization": "100%"}


def parts(text: str) -> dict[str, list[str]]:
    """The lines of an answer below each of its headings."""
    found: dict[str, list[str]] = {"": []}
    heading = ""
    for line in text.splitlines():
        if line and not line.startswith(" ") and not line.startswith("In a spreadsheet") and found[""]:
            heading = line
            found[heading] = []
        elif line:
            found[heading].append(line)
        if not found[""]:
            found[""].append(line)
    return found


def full(name: str, **arguments: object) -> str:
    return answer.full(name, arguments, registry.get(name).call(**arguments))


def test_the_headline_is_the_figure_with_its_range_and_what_it_is() -> None:
    assert (
        answer.headline("train_cost", compute_cost.train_cost(**NAIVE)) == "$560,897: rental cost of training a model once, in US dollars."
    )
    found = compute_cost.train_cost("GPT-3", price_per_gpu_hour=2)
    assert answer.headline("train_cost", found).startswith(f"{answer._figure(found)}: rental cost")
    assert f"(80% range {found.range_text()})" in answer.headline("train_cost", found)


def test_a_verdict_in_words_is_said_first() -> None:
    found = compute_cost.memory_fit("Llama 2 70B", "RTX 4090", 1, "int4")
    assert " Fits: no." in answer.headline("memory_fit", found)
    assert "Limit" not in answer.headline("train_cost", compute_cost.train_cost(**NAIVE))


def test_the_whole_answer_in_its_parts() -> None:
    text = full("train_cost", params="GPT-3", gpu="A100", price_per_gpu_hour=2)
    found = compute_cost.train_cost("GPT-3", None, "A100", 2)
    assert text.splitlines()[0] == answer.headline("train_cost", found)
    assert text.splitlines()[-1] == 'In a spreadsheet  =TRAIN_COST("GPT-3",,"A100",2)'
    sections = parts(text)
    own = [step for step in found.steps if not step.label.startswith("Published: ")]
    beside = [step for step in found.steps if step.label.startswith("Published: ")]
    assert len(sections["How"]) == len(own)
    assert all(line.strip().startswith(step.label) for line, step in zip(sections["How"], own, strict=True))
    assert len(sections["Published figures to compare with"]) == len(beside) > 0
    assert not any("Published" in line for line in sections["Published figures to compare with"])
    assumed = {one.name for one in found.inputs if one.origin == "assumed"}
    assert {line.strip().split(":")[0] for line in sections["Assumed (say otherwise to change it)"]} == assumed
    assert [line.removeprefix("  - ") for line in sections["Mind"]] == list(found.warnings)
    assert len(sections["Sources"]) == len(found.sources) + 1, "the line for a spreadsheet stands below them"
    assert all(source.title in text for source in found.sources)


def test_parts_that_hold_nothing_are_left_out() -> None:
    text = full("gpu_fact", gpu="A100", field="memory")
    assert "Assumed" not in text
    assert "Published figures" not in text


def test_the_ending_of_an_assistants_answer() -> None:
    calls = [run("train_cost", NAIVE), run("train_flops", {"params": "GPT-3"})]
    text = answer.ending(calls, {"gpu": "A100"})
    sections = parts("Answer\n" + text)
    assert sections["Worked out"] == [f"  {answer.call_line(one)}   {one.formula}" for one in calls]
    assert sections["Chosen by the assistant (not said by you)"] == ["  gpu: A100"]
    warnings = [text for one in calls for text in one.result.warnings]
    assert [line.removeprefix("  - ") for line in sections["Mind"]] == list(dict.fromkeys(warnings))
    assert "Chosen by the assistant" not in answer.ending(calls, {})


def test_a_call_on_one_line() -> None:
    call = run("train_cost", NAIVE)
    assert answer.call_line(call) == "train_cost(params=175B, tokens=300B, gpu=A100, price_per_gpu_hour=$2, utilization=100%): $560,897"
