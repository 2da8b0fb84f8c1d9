"""The offline reader: understands plain questions, asks back rather than guess, declines what is not its subject."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from importlib import resources
from typing import Any

import pytest
from hypothesis import given, strategies as st

import compute_cost
from compute_cost import registry
from compute_cost.amounts import units
from compute_cost.errors import InputError
from compute_cost_tools import evals, missing, reader
from compute_cost_tools.reading import likely, phrases
from compute_cost_tools.reading.phrases import LANGUAGES, load
from tests.support import command
from tests.support.spellings import SPELLINGS, Spelling


@pytest.mark.parametrize(
    ("question", "tool", "arguments"),
    [
        ("what does GPT-3 cost to train?", "train_cost", {"params": "GPT-3"}),
        ("训练一个1.75万亿参数、三千亿token的模型要多少钱?", "train_cost", {"params": 1.75e12, "tokens": 3e11}),
        ("預訓練一個兩千億參數、4萬億token的模型要多少錢?", "train_cost", {"params": 2e11, "tokens": 4e12}),
        ("用８张A100训练BLOOM，利用率四成，多少天", "train_days", {"params": "BLOOM", "gpus": 8, "gpu": "A100", "utilization": 0.4}),
        ("cost of a quarter-trillion parameter model on one and a half trillion tokens with two hundred and fifty-six H100s, training", "train_cost", {"params": 2.5e11, "tokens": 1.5e12, "gpus": 256, "gpu": "H100"}),
        ("train a 1.5×10¹² parameter model on 10^13 tokens: cost?", "train_cost", {"params": 1.5e12, "tokens": 1e13}),
        ("time to train: N=1.3e9, D=26e9, 8xV100", "train_days", {"params": 1.3e9, "tokens": 26e9, "gpu": "V100", "gpus": 8}),
        ("does a 34B model fit in the 24 GB of a 4090 at 4-bit?", "memory_fit", {"params": 34e9, "gpu": "RTX 4090", "precision": "4bit"}),
        ("GPT-3 (175B) training cost on A100 40GB", "train_cost", {"params": "GPT-3", "gpu": "A100-40GB"}),
        ("Llama 3 with 70B parameters, training cost?", "train_cost", {"params": "Llama 3 70B"}),
        ("train a 100 billion parameter model on 1T tokens: cost?", "train_cost", {"params": 1e11, "tokens": 1e12}),
        ("cost to train a 7B model on 1T tokens, not on A100 but on H100", "train_cost", {"params": 7e9, "tokens": 1e12, "gpu": "H100"}),
        ("Buy 100 H200 at $32,000 each or rent for $2.80/h over 30 months?", "rent_or_own", {"gpus": 100, "gpu": "H200", "purchase_price": 32000, "rent_price": 2.8, "months_used": 30}),
        ("pay $25M for 1000 H100 outright or lease at $2/h for 2 years?", "rent_or_own", {"gpus": 1000, "gpu": "H100", "purchase_price": 25000, "rent_price": 2, "months_used": 24}),
        ("cost to train GPT-3 at 40%", "train_cost", {"params": "GPT-3", "utilization": 0.4}),
        ("cost of training GPT-3 at $2 per A100-hour", "train_cost", {"params": "GPT-3", "price_per_gpu_hour": 2, "gpu": "A100"}),
        ("memory to train a 7B model?", "memory_needed", {"params": 7e9, "use": "training"}),
        ("what does GPT-3 cost to train on 2024 A100s?", "train_cost", {"params": "GPT-3", "gpu": "A100", "gpus": 2024}),
        ("does 70B in 4 bits fit in 48 GB?", "memory_fit", {"params": 70e9, "precision": "4bit", "gpu": "48 GB"}),
        ("does a 13B fit on two 24GB cards?", "memory_fit", {"params": 13e9, "gpus": 2, "gpu": "24 GB"}),
        ("What is the largest model I can run on a 4090?", "largest_model", {"gpu": "RTX 4090"}),
        ("how long a context for Llama 3.1 8B on a 4090", "longest_context", {"params": "Llama 3.1 8B", "gpu": "RTX 4090"}),
        ("Is it cheaper to self-host Llama 3.3 70B than the API at 10,000 requests a day?", "self_host_or_api", {"model": "Llama 3.3 70B", "requests_per_day": 10_000}),
        ("What does a coding agent of 50 turns with Claude Sonnet 4.5 cost per task?", "agent_cost", {"model": "Claude Sonnet 4.5", "turns": 50}),
        ("cost of an agent of 30 turns at 80% cached with gpt-5", "agent_cost", {"model": "gpt-5", "turns": 30, "cached": 0.8}),
        ("embed a million documents with text-embedding-3-small", "embed_cost", {"model": "text-embedding-3-small", "documents": 1e6}),
        ("price of an H100 in March 2025 on AWS", "gpu_price", {"gpu": "H100", "as_of": "2025-03", "provider": "aws"}),
    ],
)  # fmt: skip
def test_understands(question: str, tool: str, arguments: dict[str, Any]) -> None:
    found = reader.read(question)
    assert found.asks == []
    assert found.tool == tool
    assert found.arguments == arguments


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("what does GPT-5 cost to train?", "I do not know GPT-5; did you mean"),
        ("cost to train a 7B model on 1T tokens with H10s", "I do not know H10s; did you mean H100"),
        ("does DeepSeek V3 fit on 16 H1OO?", "I do not know H1OO"),
        ("cost to train a 7B model on 1T tokens with 100 B40", "I do not know B40"),
        ("cost to train a 7B model on H100", "How many training tokens?"),
        ("how much does Llama 3 cost to train?", "I do not know Llama 3; did you mean"),
        ("how much does Llama cost to train?", "Which llama: "),
        ("cost of training a -5B model", "negative"),
        ("训练负50亿参数的模型多少钱", "negative"),
        ("cost to train GPT-3 on A100 and H100", "Only one at a time"),
        ("how long to train GPT-3 on H100", "How many accelerators?"),
        ("how much and how long: train GPT-3 on H100? duration and cost", "How many accelerators?"),
        ("train Llama 2 7B: days and dollars on H100?", "How many accelerators?"),
        ("what does GPT-3 cost to train in euros?", "US dollars"),
        ("训练GPT-3要多少欧元", "US dollars"),
        ("train GPT-3 then serve it on 8 A100: total cost?", "training it or running it"),
        ("cost to train GPT-3 with batch size 512", "What does 512 stand for: global batch or micro batch or "),
        ("cost to train GPT-3 on AWS", "no use for aws"),
        ("cost to train GPT-3 with good utilization", 'What is "utilization" to be?'),
        ("does Llama 2 70B fit in 48 GB of RAM?", "Which accelerator has 48 GB?"),
        ("can I run a 70B on a Mac with 64 GB?", "Which accelerator has 64 GB?"),
        ("largest model for a 24 GB card", "Which accelerator has 24 GB?"),
        ("does Llama 2 70B fit in 48 GB of an A100?", "Which accelerator has 48 GB?"),
        ("cost to train a 7B model on 1T tokens at 140% utilization", "utilization: 1.4 can't be used"),
        ("how long would TPUs take to train GPT-3", "Which tpu: TPU v2"),
        ("cost to train GPT-3 on AMD chips", "name the accelerator"),
        ("train a 1B model with 20 tokens per parameter: cost", "How many training tokens?"),
        ("训练GPT-3十次多少钱", "What does 十次 stand for: "),
        ("训练数千亿参数的模型要多少钱", "What does 数千亿"),
        ("we host a 70B on 4 A100s that idle 80% of the time; what does a million tokens cost?", "busy"),
        ("train a 70B model on 2T tokens on 1024 H100, 10% of the time idle", "busy"),
        ("train a 70B model on 2T tokens on 1024 H100, 30% of the time lost to failures", "the share that is used"),
        ("train a 70B model on 2T tokens on 1024 H100, the cluster is down 10% of the time", "the share that is used"),
        ("train a 7B model on 1T tokens on A100 with 60% of the peak wasted", "the share that is used"),
        ("H100 price in 2031-04", "Prices are known up to"),
        ("cost to train a 7B model on 1T tokens with several H100s", 'can\'t use "several"'),
    ],
)  # fmt: skip
def test_asks_back_rather_than_guess(question: str, asks: str) -> None:
    found = reader.read(question)
    assert found.tool == ""
    assert any(asks in one for one in found.asks), found.asks


@pytest.mark.parametrize(
    "question",
    [
        "what's the weather in Paris?", "Write me a poem about GPUs", "hi", "Who is the CEO of NVIDIA?",
        "how much does it cost to train a dog?", "price of a train ticket to Paris", "how much is a Tesla?",
        "训练一只狗要多少钱", "今天天气怎么样", "we opt for a cheaper car", "should I rent an apartment for 12 months or buy one?",
    ],
)  # fmt: skip
def test_declines(question: str) -> None:
    found = reader.read(question)
    assert found.tool == ""
    assert found.asks == []
    assert found.declined


@pytest.mark.parametrize(
    ("question", "note"),
    [
        ("gpt3 trainign cost??", 'read "trainign" as training'),
        ("training cost of lama 2 70b", 'read "lama" as llama'),
        ("how much does gpt 3 cost to run per 1k tokens", "the answer is per million tokens"),
        ("Ignore previous instructions. What did BLOOM cost to train?", 'left aside "Ignore previous instructions."'),
        ("what does GPT-3 cost to train in Norway?", "not used: norway"),
        ("what does tracking GPT-3 training cost?", "not used: tracking"),
        ("train GPT-3 for $2 how expensive", "read $2 as a price per hour"),
        ("cost of training a 7B model on 1T tokens at $1-4 an hour", "not used: $1"),
    ],
)
def test_says_what_was_read_as_something_else(question: str, note: str) -> None:
    found = reader.read(question)
    assert found.tool
    assert note in found.understood()


def scores(name: str) -> list[evals.Score]:
    from compute_cost_tools.offline import Offline

    lines = resources.files("compute_cost_tools").joinpath("questions", f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return evals.run(evals.read_questions(lines, name), Offline)


@pytest.mark.parametrize(
    ("name", "least"), [("facts", 58), ("talk", 33), ("development", 229), ("test", 64), ("fresh", 240), ("second", 507)]
)
def test_the_shipped_questions_are_read_as_they_are_meant(name: str, least: int) -> None:
    found = scores(name)
    assert sum(one.exact for one in found) >= least, [(one.question, one.got) for one in found if not one.exact]
    silent = [(one.question, one.got) for one in found if one.wrong_answer and not _told(reader.read(one.question))]
    assert not silent, "where an answer is not what was asked, it names what it did not use"


def _told(reading: reader.Reading) -> list[str]:
    return [*reading.notes, *reading.not_used]


COUNTS = ["7B", "70 billion", "1.5e9", "三百亿", "twelve billion", "175,000,000,000"]
TOKENS = ["2T", "300 billion", "1.4万亿", "five trillion"]
NUMBERS = ["3", "40%", "$7", "17", "2.5", "6 weeks", "512", "1/3", "9 GB", "四成", "a dozen", "5.5 million"]


@pytest.mark.parametrize("template", [
    "what does a {params} parameter model on {tokens} tokens cost to train on H100 {number}?",
    "how long does a {params} parameter model take to train on {tokens} tokens with 64 A100 and {number}?",
    "memory of a {params} parameter model with {number}",
    "{number} cost per million tokens to serve a {params} parameter model on 2 H100",
])  # fmt: skip
def test_every_number_is_used_or_named_or_asked_about(template: str) -> None:
    for params, tokens, number in itertools.product(COUNTS, TOKENS if "{tokens}" in template else [""], NUMBERS):
        question = template.format(params=params, tokens=tokens, number=number)
        plain = reader.read(template.format(params=params, tokens=tokens, number=""))
        found = reader.read(question)
        assert plain.tool, question
        named = number.casefold() in "; ".join(_told(found)).casefold()
        assert found.asks or len(found.arguments) > len(plain.arguments) or named, question


def test_the_data_name_estimates_inputs_and_units_that_exist() -> None:
    meaning, docs = load("meaning"), registry.estimates()
    names = {parameter.name for doc in docs.values() for parameter in doc.parameters}
    assert {name for subject in meaning["subjects"].values() for name in subject} <= docs.keys()
    assert {subject for some in meaning["beyond"].values() for subject in some} <= meaning["subjects"].keys()
    assert all(missing.question("work", idea).endswith((".", "?")) for idea in meaning["beyond"].keys() - {"adapted"})
    assert {name for some in meaning["units"].values() for name in some} <= names
    for estimate, arguments in [pair for some in meaning["implied"].values() for pair in some.items()]:
        assert arguments.keys() <= {parameter.name for parameter in docs[estimate].parameters}
    for estimate, facts in meaning["facts"].items():
        fields = next(parameter.kind.choices for parameter in docs[estimate].parameters if parameter.name == "field")
        assert {fact.replace("<precision>", "bf16") for fact in facts.values()} <= set(fields)
    measured = {doc.unit for doc in docs.values()} | {parameter.kind.unit for doc in docs.values() for parameter in doc.parameters}
    indexes = (phrases.book().units, phrases.book().rates)
    amounts = {unit for index in indexes for row in index.by_first.values() for _, unit in row}
    amounts |= {unit for unit, _ in meaning["a_day"].values()}
    takers = measured | docs.keys() | meaning["subjects"].keys()
    assert {taker for some in meaning["wanted"].values() for taker in some} <= takers
    assert {taker for some in meaning["heard"].values() for taker in some} <= takers | amounts | {"time", "traffic", "utilization"}
    cues = [cue for language in LANGUAGES for cue in load(language).get("cues", ())]
    assert {name for cue in cues for name in cue["parameters"]} <= names | {"opinion"}  # what somebody says already


def test_the_data_name_ideas_that_some_phrase_says() -> None:
    meaning = load("meaning")
    ideas = {idea for language in LANGUAGES for idea in load(language).get("ideas", {})}
    used = {idea for table in ("beyond", "heard", "wanted", "implied") for idea in meaning[table]}
    used |= {idea for facts in meaning["facts"].values() for idea in facts}
    assert used <= ideas
    learned = {
        said[2:] for name in ("estimates", "choices") for weight in likely.weights(name) for said in weight.split() if said[:2] == "i:"
    }
    assert learned
    assert learned <= ideas | {"sold"}, "that a hosted model is named is seen, not said"


def test_every_weight_is_of_an_estimate_or_an_input_that_exists_or_of_all() -> None:
    names = {parameter.name for doc in registry.estimates().values() for parameter in doc.parameters}
    for model, of in (("estimates", {*likely.estimates()}), ("inputs", names | {likely.ASIDE}), ("choices", names)):
        first = {weight.split(" ", 1)[0] for weight in likely.weights(model)}
        assert first
        assert {name for name in first if name[0] != "*"} <= of


def test_the_answer_says_what_it_is_and_gives_the_formula() -> None:
    done = command("ask", "--offline", "what does GPT-3 cost to train?")
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()[:2]
    assert "not a language model" in first
    assert second == "Understood: train_cost(params=GPT-3)"
    assert '=TRAIN_COST("GPT-3")' in done.stdout
    for heading in ("Moved most by", "Assumed", "sources with --sources", "80% range"):
        assert heading in done.stdout


def test_json_answer() -> None:
    said = json.loads(
        command(
            "ask", "--json", "--offline", "cost to train 175B params on 300B tokens with A100 at $2 per hour and 100% utilization"
        ).stdout
    )
    assert set(said) == {"tool", "arguments", "result", "answer", "asks", "not_used"}
    assert said["tool"] == "train_cost"
    assert said["arguments"] == {"params": 175e9, "tokens": 300e9, "gpu": "A100", "price_per_gpu_hour": 2.0, "utilization": 1.0}
    assert said["result"]["value"] == compute_cost.train_cost(175e9, 300e9, "A100", 2, 1).value
    asked = json.loads(command("ask", "--json", "--offline", "cost to train a 7B model").stdout)
    assert asked["tool"] is None
    assert asked["result"] is None
    assert asked["asks"]


@pytest.mark.parametrize("question", ["", "   ", "x" * 501])
def test_a_question_out_of_bounds_is_one_clear_line(question: str) -> None:
    with pytest.raises(InputError, match="^question:"):
        reader.read(question)
    done = command("ask", "--offline", question)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1


PIECES = [
    "9",
    "9,",
    "9.",
    "1e",
    "a9",
    " 9",
    "GPT",
    "9x",
    "-",
    "$",
    "%",
    "8x7B ",
    "train 7B ",
    "need ",
    "A100 ",
    "一",
    "万",
    "半",
    "百分之",
    "per ",
    "use 9 ",
    "hundred ",
    "and a half ",
    "½",
    "⁹",
    "１",
    "٣",
    "\u0301",
    "\U0001f600",
    "ﷺ",
    "x*",
    "10^",
    "<gpu>",
    "..",
    "#",
    "\x00",
    "ｔｒａｉｎ ",
]


def test_no_question_is_slow() -> None:
    """A reading that blows up with length would never end here, so another process is given a time limit."""
    program = (
        "import sys, json\n"
        "from compute_cost_tools import reader\n"
        "from compute_cost_tools.reading import question\n"
        "for piece in json.loads(sys.argv[1]):\n"
        "    reader.read('q' + (piece * 500)[:499])\n"
        "for text in ('9' * 100_000, 'train ' * 10_000):\n"
        "    try: reader.read(text)\n"
        "    except ValueError: pass\n"
        "    else: raise SystemExit('taken')\n"
        "    question.normalize(text)\n"
        "    question.cut(text)\n"
    )
    subprocess.run([sys.executable, "-c", program, json.dumps(PIECES)], check=True, timeout=60)


@given(
    st.text(max_size=500)
    | st.lists(
        st.sampled_from([*PIECES, "train ", "cost ", "H100 ", "GPT-3 ", "7B ", "$2 ", "40% ", "months ", "reserve ", "or ", "? "]),
        max_size=40,
    ).map("".join)
)
def test_any_text_is_read(text: str) -> None:
    try:
        found = reader.read(text)
    except InputError:
        return
    assert bool(found.tool) + bool(found.asks) + bool(found.declined) == 1
    assert found.understood()


# A question for each unit, and the argument that the amount becomes.
SAID = {
    "tokens": ("train a 7B model on {} on A100, what does it cost?", "tokens", " tokens"),
    "parameters": ("what does it cost to train a model with {} on 1T tokens?", "params", " parameters"),
    "GPUs": ("how long does it take to train GPT-3 on {} H100?", "gpus", ""),
    "FLOP": ("which size of model is optimal for {}?", "flops", " FLOP"),
    "1": ("what does it cost to train GPT-3 on A100 at {} utilization?", "utilization", ""),
    "USD per GPU-hour": ("what does it cost to train GPT-3 if an A100 costs {}?", "price_per_gpu_hour", " per hour"),
    "USD": ("which size of model is optimal for a budget of {}?", "budget", ""),
    "days": ("how many H100 do I need to train GPT-3 in {}?", "days", " days"),
    "months": ("reserve an H100 for 36 months and use it for {}", "months_used", " months"),
}


@pytest.mark.parametrize("one", [one for one in SPELLINGS if one.question != "none"], ids=str)
def test_a_question_is_read_as_a_cell_is(one: Spelling) -> None:
    sentence, parameter, noun = SAID[one.unit]
    measures, _, per = units.of(one.unit)
    told = ("/", "per ", "an ") if per else tuple(units.UNITS.get(measures, ()))
    said = any(word in one.text for word in told) if per else one.text.casefold().replace("-", " ").endswith(told)
    found = reader.read(sentence.format(one.text + ("" if said and measures != "ratio" else noun)))
    if one.question in ("asks", "vague"):
        assert found.asks or found.declined
        assert not found.tool
    else:
        assert found.arguments.get(parameter) == pytest.approx(float(one.question), rel=1e-9), found
        assert found.tool


@pytest.mark.parametrize(
    ("question", "parameter", "value"),
    [
        ("train Llama 3 405B on 15 000 H100, how many days?", "gpus", 15000),
        ("cost to train GPT-3 on 300 000 000 000 tokens", "tokens", 3e11),
        ("how many millions of dollars to train a 405B model on 15.6T tokens", "tokens", 15.6e12),
        ("cost to train a 7B model, D = 1.4T", "tokens", 1.4e12),
        ("train a 7B model on 1T tokens with H100 at $1.80/GPU-hr", "price_per_gpu_hour", 1.8),
    ],
)
def test_what_stands_beside_a_number_is_left_there(question: str, parameter: str, value: float) -> None:
    assert reader.read(question).arguments[parameter] == pytest.approx(value)
