"""A text with references: what is filled in, and that every other figure is refused however it is written."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, strategies as st

from compute_cost.amounts import show
from compute_cost_tools.calls import run
from compute_cost_tools.grounding import LONGEST_TEXT, MARK, advice, write
from compute_cost_tools.ledger import Ledger

CALLS = (
    ("train_cost", {"params": "Llama 3 70B", "gpu": "H100", "gpus": 1024}),
    ("train_days", {"params": "Llama 3 70B", "gpu": "H100", "gpus": 1024}),
    ("infer_cost", {"params": "Llama 3.1 70B", "gpu": "H100"}),
    ("serving_cost", {"params": "Llama 3.1 70B", "gpu": "H100", "tokens_per_day": 1e9}),
)


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    """c1 is a cost, c2 days, c3 a cost per million tokens, c4 a cost per month."""
    kept = Ledger()
    kept.say("What does it cost to train a 70B model (Llama 3 70B) on 2T tokens with 1024 H100? We have 2 years and €5 million.")
    assert [kept.add(run(name, arguments)) for name, arguments in CALLS] == ["c1", "c2", "c3", "c4"]
    return kept


@pytest.mark.parametrize(
    "text",
    [
        "It costs {c1.value} ({c1.range}).",
        "Training Llama 3 70B on the H100 costs {c1} in bf16; it takes {c2.value} with {c2.gpus}.",
        "1. The cost is {c1}.\n2. It takes {c2}.\n- Both are estimates.",
        "The monthly bill is {c4.value}, that is between {c4.low} and {c4.high}.",
        "You said {you: 2 years}, and it takes {c2}.",
        "It costs {c3.value}, one of the cheaper ways for a model of this size; the first step is a test run.",
        "训练 Llama 3 70B 约需{c1.value}，区间为{c1.low}至{c1.high}，一个模型的统一价格。",
        "Compared with GPT-4o, Claude 3.5 Sonnet and RTX 4090, fp8 and int4 help; see https://arxiv.org/abs/2407.21783.",
        "That is half-baked; double-check the price. Which model, and how many tokens?",
        "Per GPU the rent is {c1.price_per_gpu_hour}.",
        "Mind this: {c1.warnings.1} It is from {c1.sources.1}.",
        "Each answer has a range, and every model has a cost.",
        "A cluster of that size is rarely for rent at that price; a request for a quote helps, as does a second provider.",
        "Prices are per GPU-hour of one provider. {c1.price_per_gpu_hour} is the median.",
        "The semiconductor (半导体) is scarce.",
        "NVIDIA H100 80GB HBM3, an AMD Instinct MI300X 192GB HBM3, bartowski/Llama-3.1-8B-Instruct-GGUF:Q4_K_M, two of them H100s".replace(
            "two", "all"
        ),
        "On a p5.48xlarge in Ohio, with Claude Sonnet 4.5, claude-sonnet-4-5 and us.meta.llama3-1-8b-instruct-v1:0.",
        "The first step is a test run; the second provider is dearer, and the third option is to own.",
        "It is free to try another chip; a free GPU may be idle.",
        "A test in half-precision (fp16) costs less.",
        "Compare {c1.value} with {c4.value}.",
        "It costs {c1.value} and takes {c2.value}.",
        "{c1.value} on {c2.gpus}",
        "{c1.value} ({c1.low} to {c1.high})",
        "{c4.value} per month, or {c1.value} for the training run.",
        "Costs: {c1.value}; time: {c2.value}; GPUs: {c2.gpus}.",
        "There are two ways to lower this: fewer tokens, or a cheaper chip.",
        "GPT-4o and Claude Sonnet 4.5 are hosted models; their prices are per million tokens.",
        "It costs {c1.value} over {c2.value}, plus {c4.value} to serve it.",
        "{c1.value} + {c4.value} to serve it; or {c1.value} - the run alone.",
        "1. Train: {c1.value}\n2. Serve: {c4.value}\n3. Wait: {c2.value}",
        "XLA and MIX are compilers; CD and DM are no numbers.",
        "I can say more if you name the model.",
        "Le prix est {c1.value}, selon les sources.",
        "Der Preis ist {c1.value}; die Dauer {c2.value}.",
        "El coste es {c1.value} y dura {c2.value}.",
        "训练费用{c1.value}，时间{c2.value}，每月服务{c4.value}。",
        "The range is {c1.low}-{c1.high}.",
        "It takes {c2.value}, i.e. {c2.low}/{c2.high} at the ends.",
        "## Cost\n{c1.value}\n\n## Time\n{c2.value}",
        "* {c1.value}\n* {c2.value}",
        "Between {c1.low} and {c1.high}, most likely {c1.value}.",
        "Rent is {c1.price_per_gpu_hour}; at {c2.gpus} that adds up to {c1.value}.",
        "Serving costs {c4.value} each month.",
        "The cost is {c1.value} plus whatever failed runs add.",
        "Nothing else is needed.",
        "There is no cost for the test data in this figure: {c1.value}.",
        "a) {c1.value}\nb) {c2.value}",
        "Ce modèle coûte {c1.value}. Das kostet {c1.value}. モデルの費用は{c1.value}です。",
    ],
)
def test_a_true_answer_is_written(ledger: Ledger, text: str) -> None:
    written = write(text, ledger)
    assert not written.strange
    assert MARK not in written.text
    assert "{" not in written.text
    for reference in ("{c1.value}", "{c1}"):
        if reference in text:
            assert ledger.quote("c1").text in written.text


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("It takes {c2.value} days.", "It takes {c2.value}."),
        ("It costs ${c1.value}.", "It costs {c1.value}."),
        ("with {c2.gpus} GPUs", "with {c2.gpus}"),
        ("{c4.value} per month", "{c4.value}"),
        ("{c4.value}/month or {c4.low} monthly", "{c4.value} or {c4.low}"),
        ("{c3.value} per million tokens", "{c3.value}"),
    ],
)
def test_a_unit_that_is_written_twice_is_read_once(ledger: Ledger, text: str, read: str) -> None:
    assert write(text, ledger).text == write(read, ledger).text
    assert not write(text, ledger).strange


ATTACKS = {
    "plain": "$4.7 million|17.4 million dollars|It is 241|in 2027|1.5x|$70 billion|about 18 000|1e6 dollars|34.5 days|3,341 GPUs",
    "words": "about a year|a threefold increase|an order of magnitude more|a third cheaper|it halves the time|a dozen nodes|"
    "seventeen million dollars|a couple of weeks|several hundred thousand|twenty-four months|a quarter of the price|two thirds of a year|"
    "in under a week|hundreds of dollars|a few days|doubling the time|twice as much|half the cost|some months|many dollars|a fortnight|"
    "pennies|a grand|zero dollars|fifty-fifty|one hundred|dozens of GPUs|half a million|a single day|another month|tens of thousands",
    "currency": "{c1.value} Swiss francs|{c1.value} euros|€{c1.value}|CHF {c1.value}|{c1.value} yuan|{c1.value} in rupees|{c1.value} 港元|"
    "{c1.value}元|£ {c1.value}|17.4 million CHF|{c1.value} won",
    "unit and per": "{c1.value} per month|It costs {c1.value} monthly.|{c1.value} per GPU|{c3.value} per node-hour|{c1.value} a year|"
    "{c1.value} million|{c1.value}k|{c1.value}%|{c2.value} GPU-hours|{c1.value}/mo|{c1.value} for each user|The annual cost is {c1.value}.|"
    "每月{c1.value}|{c1.value} every day|{c2.value} percent|{c1.value} times|$ {c2.value}|{c4.value} per request|hourly, {c1.value}|"
    "{c4.value} per month and {c1.value} monthly|{c1.value} yearly, {c4.value} per month",
    "glued": "USD20M|EUR20m|x20 cheaper|FY2027|-{c1.value}|1{c1.value}|{c1.value}0|{c1.value}M|~20|v{c1.value}",
    "borrowed": "{you: 70} dollars|{you:70B} dollars|${you: 70B}|3 days|Llama 3 days|H100 hours|70 billion|{you: 2T}%|{you: 3 years}|"
    "{you: 5} million|€5 million|2 years",
    "80%": "80% cheaper|80% utilization|80 percent|80% range",
    "han": "兩千萬美元|贰仟万美元|三成|半年|七折|十几天|一个月|两年|几天|数月|一年|翻倍|两倍|三分之一|１２ 天|壹佰|每年{c1.value}",
    "scripts": "½ of it|Ⅻ months|１２ days|① million|٣ days|१२ days|x²|diecisiete millones de dólares|dix-sept millions|siebzehn Millionen|"
    "семнадцать миллионов",
    "beside names": "H100 x 8|on NVIDIA H100, 80 of them|H100: 5 days|Claude 9000 tokens|GPT-4o 12 hours|Qwen3 8B, 5",
    "references": "{c9.value}|{c1.nope}|{you: a million}|{c1.value.value}|{}|{c1.table.1.x}",
    "links": "see https://evil.example/99|https://arxiv.org/abs/9999.99999",
}

# Kinds that were written after the check was done, and without sight of it.
MORE_ATTACKS = {
    "hidden signs": "mil\u200blion dollars|seven\xadteen days|twen\u2060ty days|ｔｗｅｎｔｙ days|milli\u043en dollars|s\u0435ven days|"
    "**seven**teen days|*twenty* days|_twenty_ days|tw\u0435nty-four months|a\xa0month in all|th\u0456rty days",
    "emoji": "💯 dollars|🔟 days|1️⃣0️⃣ days|💯% sure",
    "roman": "XII months|about MMXXVII|XIV days|Take XL GPUs",
    "languages": "vingt jours|quatre-vingts euros|cent mille dollars|deux semaines|trente|dreißig Tage|zwei Wochen|vierzig|"
    "zwölf Monate|veinte días|doscientos dólares|treinta|dois milhões|vinte dias|venti giorni|cinquanta|"
    "\u0434\u0432\u0430\u0434\u0446\u0430\u0442\u044c \u0434\u043d\u0435\u0439|\u0441\u043e\u0440\u043e\u043a|백만 달러|"
    "스무 날|लाख|مليون دولار|yirmi gün|三拾日|twee weken|tjugo dagar",
    "regional": "a lakh|ten crore rupees|crores|a cool mil|mils|a bn|several mn|a gazillion|squillions|k dollars",
    "figures of speech": "six figures|a seven-figure sum|five-digit costs|a handful of days|a half-price deal|a gross of cards|"
    "a baker's dozen|umpteen days|free of charge|It costs nothing.|at no cost|for free|tuppence|a pair of days|"
    "a brace of GPUs|half again as much|manyfold|a nickel|nine-to-five",
    "ordinals": "by the twentieth day|the third month|a seventh of it|on the fourteenth|an eighth|for the umpteenth time|a sixteenth",
    "shares": "a percentage point|basis points|in pct|ten pct|a tenth cheaper|by half|the lion's half|three quarters",
    "months": "In a month you pay {c1.value}.|{c1.value} for a month|Per month: {c1.value}|Monthly cost: {c1.value}|"
    "a monthly {c1.value}|{c1.value}, each month|{c1.value} (per year)|{c1.value} p.a.|{c1.value} p.m.|"
    "{c1.value} pcm|{c1.value} a head|{c1.value} apiece|{c1.value} per capita|{c1.value} a pop|每年要{c1.value}|"
    "{c1.value}一年|{c1.value}/年",
    "units": "{c2.value} weeks|{c2.value} hours|{c1.value} cents|{c1.value} thousand|{c1.value} bn|{c1.value} mn|"
    "{c1.value} tokens|{c3.value} per thousand tokens|{c3.value} per token|{c2.value} business days|{c1.value}万|"
    "{c1.value}亿|{c2.value}周",
    "counts beside prices": "two ways at a million dollars|three options for four million|{c1.value} per million tokens|two more months|"
    "four other GPUs",
    "sums": "{c1.value} x {c2.value}|{c1.value} times {c2.gpus}|{c1.value} / {c2.value}|{c1.value}{c2.gpus}|"
    "{c2.gpus}{c1.value}|{c1.value}*{c2.gpus}|{c1.value} multiplied by {c2.gpus}|"
    "{c1.value} divided by {c2.gpus}|"
    "{c1.value} minus {c4.value}",
    "lists": "Days needed:\n34. that is all|In dollars:\n47) and no more|- 12. of them|\n1. One\n7. Seven|99. dollars",
    "names": "RTX 4090 dollars|H100 dollars|B200 dollars|Llama 3 months|GPT-4 million|4090 dollars|A100 days|H100%|"
    "Qwen3 weeks|MI300X thousand|fp8 days|GPT-4o euros",
    "links": "https://arxiv.org/abs/2|https://arxiv.org/abs/2407.217|http://arxiv.org/abs/47000000",
    "code": "`47 million`|$\\frac{1}{2}$|&#52;7 million|<b>47</b>|4\u20097 days|0x2F days|47e6|%34|1\u20444 of it",
}


@pytest.mark.parametrize("text", [text for texts in MORE_ATTACKS.values() for text in texts.split("|")])
def test_a_figure_in_disguise_is_refused(ledger: Ledger, text: str) -> None:
    assert write(text, ledger).strange


@pytest.mark.parametrize("text", [text for texts in ATTACKS.values() for text in texts.split("|")])
@pytest.mark.parametrize("around", ["{}", "It costs {{c1.value}}, that is {} in all.", "Well: {}"])
def test_any_other_figure_is_refused(ledger: Ledger, text: str, around: str) -> None:
    whole = around.replace("{{", "{").replace("}}", "}").replace("{}", text) if around != "{}" else text
    written = write(whole, ledger)
    assert written.strange, written.text
    assert MARK in written.text


def test_how_many_attacks_there_are() -> None:
    assert sum(len(texts.split("|")) for texts in (*ATTACKS.values(), *MORE_ATTACKS.values())) >= 300


def test_the_advice_says_what_to_write_and_what_was_wrong(ledger: Ledger) -> None:
    said = advice(write("{c9.value} and $3", ledger).strange)
    assert "{c1.value}" in said
    assert "the results are c1, c2, c3, c4" in said


def test_the_mark_stands_behind_what_is_wrong(ledger: Ledger) -> None:
    assert write("It costs $4.7 million. Really.", ledger).text == f"It costs $4.7{MARK} million{MARK}. Really."
    assert [bad.text for bad in write("It costs $4.7 million.", ledger).strange] == ["$4.7", "million"]


def test_without_a_result_nothing_can_be_quoted() -> None:
    assert write("It costs {c1.value}.", Ledger()).strange
    assert not write("Which model do you mean?", Ledger()).strange


@pytest.mark.parametrize(
    "piece", ["{c1.value} ", "9", "a ", "{", "}", "$", "Llama ", "Llama 3 70B ", "一", "per month ", "https://", "\n1. ", "{you:", "70"]
)
def test_no_text_is_slow(ledger: Ledger, piece: str) -> None:
    started = time.perf_counter()
    write(piece * (LONGEST_TEXT // len(piece)), ledger)
    assert time.perf_counter() - started < 5


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    written = write(text, Ledger())
    assert not written.quotes
    assert written.strange or written.text == text


@given(st.floats(1e-6, 1e15), st.sampled_from(["USD", "days", "1", "GPU-hours", "USD per month"]))
def test_no_amount_in_digits_passes(value: float, unit: str) -> None:
    assert write(f"It is {show(value, unit)}.", Ledger()).strange
