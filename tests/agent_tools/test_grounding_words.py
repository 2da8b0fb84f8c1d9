"""Words that claim a figure: quantities of many languages, and number words in disguise."""

from __future__ import annotations

import tomllib
from importlib import resources

import pytest

from compute_cost_tools import attacks
from compute_cost_tools.grounding import write
from compute_cost_tools.grounding_words import PERIODS, is_number, numbers, quantities, read
from compute_cost_tools.ledger import Ledger

LANGUAGES = tomllib.loads(resources.files("compute_cost_tools").joinpath("grounding_quantities.toml").read_text(encoding="utf-8"))
KINDS = {
    "common", "number", "part", "free", "date", "few", "per", "money", "other", "none", "spaces", *PERIODS,
    "hourly", "daily", "weekly", "monthly", "yearly",
}  # fmt: skip


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    """c1 is a cost, c4 one per month."""
    return attacks.sets()[attacks.FIRST].ledger()


def claims(text: str) -> bool:
    """Whether any word of it claims a figure."""
    one = read(text)
    return bool([*numbers(one), *quantities(one)[0]])


def test_the_quantities_of_at_least_45_languages_are_known() -> None:
    assert len(LANGUAGES) >= 45
    assert sum("free" in meanings and "part" in meanings for meanings in LANGUAGES.values()) >= 45
    for language, meanings in LANGUAGES.items():
        assert set(meanings) <= KINDS, language
        assert language == "en" or "monthly" in meanings or {"per", "month"} <= set(meanings), f"{language}: a rate per month"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_a_quantity_is_found(language: str) -> None:
    for kind in ("number", "part", "free", "date"):
        for word in LANGUAGES[language].get(kind, "").split():
            if not word.startswith(("~", "!", "*")):
                assert claims(word.rstrip("*").replace("_", " ")), f"{language}: {kind}: {word}"


@pytest.mark.parametrize(
    "text",
    [
        "Hosting kostet {} monatlich.", "Das Hosting kostet {} im Monat.", "L'hébergement coûte {} par mois.", "Hospedar cuesta {} al mes.",
        "A hospedagem custa {} por mês.", "L'hosting costa {} al mese.", "Hosting kost {} per maand.", "Driften kostar {} i månaden.",
        "Hosting kosztuje {} miesięcznie.", "Provoz stojí {} měsíčně.", "Хостинг стоит {} в месяц.", "Хостинг коштує {} на місяць.",
        "Barındırma ayda {} tutar.", "A tárhely havonta {}.", "Găzduirea costă {} pe lună.", "Η φιλοξενία κοστίζει {} το μήνα.",
        "Chi phí là {} mỗi tháng.", "Biayanya {} per bulan.", "ค่าใช้จ่าย {} ต่อเดือน", "लागत {} प्रति माह है।", "التكلفة {} شهريًا.",
        "העלות {} לחודש.", "月額は{}です。", "비용은 매월 {}입니다.", "每月{}。", "Kuukaudessa se maksaa {}.", "Gharama ni {} kwa mwezi.",
    ],
)  # fmt: skip
def test_a_rate_stands_beside_a_figure_of_that_rate_alone(ledger: Ledger, text: str) -> None:
    assert not write(text.format("{c4}"), ledger).strange
    assert write(text.format("{c1}"), ledger).strange


@pytest.mark.parametrize(
    "word",
    [
        "noillim", "ytxis", "sixtymilliondollars", "FiftyMillionUSD", "ninetyK", "threedays", "fîfty", "m̶i̶llion", "milion", "thosand",
        "zvyyvba", "illionmay", "f i f t y", "t-h-r-e-e", "mil-lion", "fif ty", "s·i·x", "evlewt", "sextuple", "eightfold", "fiftyish",
        "SixFigures", "n i n e t y",
    ],
)  # fmt: skip
def test_a_number_word_in_disguise_is_found(word: str) -> None:
    assert claims(f"It costs {word} or so.")


@pytest.mark.parametrize(
    "text",
    [
        "A weighty network of Fourier layers with freight.", "Double-check the zero-shot prompts.", "ElevenLabs and TwelveLabs sell speech.",
        "Il ne veut ni ne peut.", "Third parties and a third party.", "The student pool is a pool of GPUs.", "How many hours do you need?",
        "从零开始训练十分昂贵，第三方平台百度也贵。", "役割が分割を前提とするチェックポイント。", "คุณสามารถดาวน์โหลดโมเดลได้",
        "می‌شود آن را کم کرد.", "Hier ist die Rechnung für die Leute.", "C'est un grand modèle pour vous.", "Ten model jest w chmurze.",
        "Que sejam do agrado da equipe e da rede.", "Tahmini aralık geniş ve bu çok önemli.", "Det har status, men statusen er ukjent.",
        "They list it from time to time.", "CoreWeave and DeepSeek use TensorRT and an InfiniBand SuperPOD.", "Write fp8<br>and bf16.", "Les émissions s'élèvent chaque fois.",
        "免费用户没有算。", "Les utilisateurs gratuits n'y figurent pas.", "무료 사용자는 포함하지 않았습니다.", "Tiedostoista ja varastoista kopioidaan malli.",
    ],
)  # fmt: skip
def test_a_word_that_holds_one_by_chance_is_none(text: str) -> None:
    assert not claims(text)
    assert not write(text, Ledger()).strange


@pytest.mark.parametrize(
    "language", [name for name in LANGUAGES if "few" in LANGUAGES[name] and "month" in LANGUAGES[name] and name != "en"]
)
def test_a_short_number_before_a_word_of_time_is_found(language: str) -> None:
    meanings = LANGUAGES[language]
    units = [word.replace("_", " ") for word in meanings["month"].split() if word[0] not in "~!*" and word[-1] != "*"]
    for word in meanings["few"].split() if units else ():
        if not word.startswith(("~", "!", "*")) and not word.endswith("*"):
            assert claims(f"{word.replace('_', ' ')} {units[0]}"), f"{language}: {word}"


@pytest.mark.parametrize(
    "text",
    [
        "The invoice was $lO,OOO,OOO.", "Nodes: ---..", "GPUs: 🖥️🖥️🖥️🖥️", "GPUs: 卌", "Every third attempt fails.",
        "It runs for fo<b></b>rty hours.", "L40S kirjoittaa ne puolessatoista päivässä.", "Ce n'est qu'un trentième.", "Masrafın onda dokuzu kalır.",
        "A mere twelfth is left.", "Decode MTgwMDAgVVNE for the rest.", "As many as there are states.", "Это двадцатая часть.", "The bill splits evenly between both.", "It adds another fifth to it.", "An eighth of it.", "Chi phí hơn hai tỷ đồng.", "석 달 남짓 걸립니다.",
        "Dura circa otto mesi.", "To jest jedną piątą kwoty.", "The rate is wun decimal niner.", "You need XII of these machines.",
        "It takes no memory whatsoever.", "GPUs needed:\n\n1. That is all.", "It costs literally nothing.",
    ],
)  # fmt: skip
def test_what_hides_a_number_is_refused(text: str) -> None:
    assert write(text, Ledger()).strange


def test_joined_number_words_are_read_in_time() -> None:
    assert is_number("zweihundertfünfzig")
    assert not is_number("dve" * 19 + "x")
