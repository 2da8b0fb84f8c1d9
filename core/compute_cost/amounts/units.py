"""The words and signs of amounts, once for cells, questions and answers: scales, number words, units, currencies, "per".

All words are in lower case. A space in a word also matches a hyphen.
"""

from __future__ import annotations

from typing import TypeVar

Meaning = TypeVar("Meaning")


def _each(words: str, meaning: Meaning) -> dict[str, Meaning]:
    return dict.fromkeys(words.split(", "), meaning)


def _numbered(words: str, first: int = 1) -> dict[str, int]:
    return {word: number for number, word in enumerate(words.split(", "), first)}


# What multiplies the number before it.
SCALES: dict[str, float] = {
    **_each("k, thousand, thousands, thou, thsd, tsd, tausend, тыс", 1e3),
    **_each("lakh, lakhs, lac, lacs", 1e5),
    **_each("m, mm, mn, mil, mio, mln, million, millions, millionen, млн", 1e6),
    **_each("crore, crores, cr", 1e7),
    "만": 1e4,
    "억": 1e8,
    "조": 1e12,
    **_each("b, bn, bil, bln, mrd, mld, billion, billions, milliard, milliards, milliarde, milliarden, млрд", 1e9),
    **_each("t, tn, trn, trln, tril, trillion, trillions, billionen, трлн", 1e12),
    **_each("quadrillion, quadrillions", 1e15),
    **_each("quintillion, quintillions", 1e18),
}
COUNTS: dict[str, float] = {"hundred": 100.0, "dozen": 12.0}  # multiply too, and alone mean one: a hundred

ONES: dict[str, float] = {
    **{
        word: float(number)
        for number, word in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"])
    },
    **{word: float(number) for number, word in enumerate(["eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"], 11)},
    **{word: float(number) for number, word in enumerate(["seventeen", "eighteen", "nineteen"], 17)},
}
TENS: dict[str, float] = {
    word: 10.0 * number for number, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
FRACTIONS: dict[str, float] = {
    **_each("half, halves", 1 / 2),
    **_each("third, thirds", 1 / 3),
    **_each("quarter, quarters, fourth, fourths", 1 / 4),
    **_each("fifth, fifths", 1 / 5),
    **_each("eighth, eighths", 1 / 8),
    **_each("tenth, tenths", 1 / 10),
}
# These lie between two numbers: "tens of millions", "several hundred", 数百.
VAGUE: dict[str, tuple[float, float]] = {
    "tens": (10, 100),
    "dozens": (24, 100),
    "hundreds": (100, 1e3),
    "thousands": (1e3, 1e6),
    "millions": (1e6, 1e9),
    "billions": (1e9, 1e12),
    "trillions": (1e12, 1e15),
}
SEVERAL = ("few", "several", "couple", "many")
HAN_SEVERAL = "数几上近好成"

HAN_DIGITS: dict[str, float] = {
    sign: float(number)
    for number, signs in enumerate(["零〇", "一壹", "二两兩贰貳", "三叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖"])
    for sign in signs
}
HAN_TENS: dict[str, float] = {"十": 10.0, "拾": 10.0, "百": 100.0, "佰": 100.0, "千": 1e3, "仟": 1e3}
HAN_LARGE: dict[str, float] = {"万": 1e4, "萬": 1e4, "亿": 1e8, "億": 1e8}

# Units by what they measure, with their size in the first unit of the line.
UNITS: dict[str, dict[str, float]] = {
    "time": {
        **_each("hour, hours, h, hr, hrs, 小时, 个小时, 个钟头, stunden", 1.0),
        **_each("second, seconds, s, sec", 1 / 3600),
        **_each("minute, minutes", 1 / 60),
        **_each("day, days, d, workday, workdays, working day, working days, business days, 天, tage", 24.0),
        **_each("week, weeks, wk, wks, 周, 星期, 个星期, 礼拜, 个礼拜, wochen", 168.0),
        **_each("month, months, mo, mos, 个月, monate", 730.0),
        **_each("year, years, yr, yrs, 年, jahre", 8760.0),
    },
    "chip_time": {
        **_each("gpu hours, gpu hour, chip hours, chip hour, accelerator hours, card hours, gpu小时, 卡时", 1.0),
        **_each("gpu days, gpu day", 24.0),
        **_each("gpu months, gpu month", 730.0),
        **_each("gpu years, gpu year", 8760.0),
    },
    "money": {
        **_each("usd, $, us $, us dollars, us dollar, dollar, dollars, bucks, 美元, 美金, 美刀, 刀", 1.0),
        **_each("cent, cents, us cents, ¢, 美分", 0.01),
    },
    "other_money": _each(
        "eur, euro, euros, €, gbp, pound, pounds, £, cny, rmb, yuan, yen, jpy, ¥, inr, rupee, rupees, ₹, chf, franc, francs, cad, aud, "
        "won, krw, ₩, peso, pesos, kronor, kroner, lira, rubles, reais, 元, 円, 块钱, 人民币, 欧元, 日元, 英镑, 港元, 台币",
        1.0,
    ),
    "chips": _each("gpu, gpus, chip, chips, card, cards, accelerator, accelerators, 张, 块", 1.0),
    "tokens": {
        **_each("tok, token, tokens, training tokens, text tokens, output tokens, input tokens", 1.0),
        "mtok": 1e6,
    },
    "parameters": _each("param, params, parameter, parameters, weights, 参数", 1.0),
    "requests": _each("request, requests", 1.0),
    "sequences": _each("sequence, sequences", 1.0),
    "compute": {
        **_each("flop, flops", 1.0),
        "gflops": 1e9,
        **_each("tflop, tflops, teraflops", 1e12),
        **_each("pflop, pflops, petaflops", 1e15),
        **_each("eflop, eflops, exaflop, exaflops", 1e18),
    },
    "memory": {
        **_each("gb, gigabytes", 1.0),
        **_each("tb, terabytes", 1e3),
        "kb": 1e-6,
        "mb": 1e-3,
        "pb": 1e6,
        "mib": 1.048576e-3,
        "gib": 1.073741824,
        "tib": 1099.511627776,
    },
    "network": {**_each("gbit, gbps", 1.0), **_each("tbit, tbps", 1e3)},
    "energy": {"kwh": 1.0, "kilowatt hours": 1.0, "wh": 1e-3, "mwh": 1e3, "megawatt hours": 1e3, "gwh": 1e6, "twh": 1e9},
    "power": {"kw": 1.0, "kilowatts": 1.0, "w": 1e-3, "watts": 1e-3, "mw": 1e3, "megawatts": 1e3, "gw": 1e6},
    "ratio": {
        **_each("x, ×, times, fold, multiple, ratio, 倍", 1.0),
        **_each("%, percent, per cent, pct, prozent, percentage points, 百分点, 个百分点", 0.01),
    },
}
WORDS: dict[str, tuple[str, float]] = {word: (measures, size) for measures, table in UNITS.items() for word, size in table.items()}

# What stands behind "per" (or "a", "/", 每), by its plain name.
PER: dict[str, str] = {
    **_each("h, hr, hour, gpu h, gpu hr, gpu hour, chip hour, card hour, accelerator hour, gpuh, 小时, 卡时", "hour"),
    **_each("day, gpu day, workday, working day, 天", "day"),
    "week": "week",
    **_each("month, mo, 个月, 月", "month"),
    **_each("year, yr, gpu year, annum, 年", "year"),
    **_each("s, second, sec, 秒", "second"),
    **_each(
        "million tokens, million output tokens, million input tokens, 1m tokens, 1m output tokens, mtok, m tokens, 百万token",
        "million tokens",
    ),
    **_each("kwh, 度, 千瓦时", "kWh"),
    "token": "token",
    "parameter": "parameter",
    **_each("user, seat", "user"),
    **_each("user and month, user month, seat month", "user and month"),
}

MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"]
MONTH_NUMBERS: dict[str, int] = {
    **{name: number for number, month in enumerate(MONTHS, 1) for name in (month, month[:3])},
    "sept": 9,
    **_numbered("januar, februar, märz, april, mai, juni, juli, august, september, oktober, november, dezember"),
    **_numbered("enero, febrero, marzo, abril, mayo, junio, julio, agosto, septiembre, octubre, noviembre, diciembre"),
}

# Short words by three of which a text is known to be in a language that writes 1.000,5: German, Spanish, French, Italian, Portuguese.
COMMON_ELSEWHERE = frozenset(
    _each(
        "der, die, das, ein, eine, einen, einem, einer, eines, mit, auf, für, von, und, wie, ist, bei, wenn, wir, ich, zu, im, den, dem, "
        "kostet, viel, viele, wird, el, la, los, las, un, una, unos, unas, de, del, con, por, en, y, que, para, al, se, nos, cuánto, "
        "cuanto, cuesta, cuántos, cuántas, le, les, des, du, et, avec, pour, sur, est, combien, dans, di, che, per, quanto, costa, um, "
        "uma, com, passt, läuft, schnell, schafft, wieviel, braucht, brauchen, mein, meine, meiner, rechne, zwei, drei, vier",
        True,
    )
)
# What is said of amounts in German and Spanish, in English. Read so only in such a text, for "mil" and "billion" are other numbers
# in English.
_TO_TEN = [word for word, number in ONES.items() if 2 <= number <= 10]
IN_ENGLISH: dict[str, str] = {
    "mil": "thousand",
    **_each("billion, billón, billones", "trillion"),
    **_each("millon, millón, millones", "million"),
    **dict(zip(_numbered("zwei, drei, vier, fünf, sechs, sieben, acht, neun, zehn"), _TO_TEN, strict=True)),
    **dict(zip(_numbered("dos, tres, cuatro, cinco, seis, siete, ocho, nueve, diez"), _TO_TEN, strict=True)),
    **_each("stunde, hora", "hour"),
    **_each("stunden, horas", "hours"),
    **_each("tag, día, dia", "day"),
    **_each("tage, tagen, días, dias", "days"),
    **_each("woche, semana", "week"),
    **_each("wochen, semanas", "weeks"),
    **_each("monat, mes", "month"),
    **_each("monate, monaten, meses", "months"),
    **_each("jahr, año", "year"),
    **_each("jahre, jahren, años", "years"),
    **_each("minuten, minutos", "minutes"),
    **_each("dólar, dólares, dolares", "dollars"),
    **_each("pro, por, al", "per"),
    **_each("ein, eine, einen, einem, einer, un, una", "a"),
    **_each("runde, runden, rondas", "turns"),
    "über": "via",
    **_each("täglich, diarias, diarios", "daily"),
    **_each("monatlich, mensuales", "monthly"),
    **_each("je, jeweils", "each"),
    **_each("anfragen, peticiones, solicitudes, consultas, preguntas, fragen, llamadas", "requests"),
    **_each("nutzer, benutzer, usuarios, kunden, clientes, leute, personas, suscriptores", "people"),
    **_each("beispiele, beispielen, ejemplos", "examples"),
    **_each("dokumente, dokumenten, documentos", "documents"),
    **_each("epochen, épocas", "epochs"),
    **_each("schritte, schritten, pasos", "steps"),
    **_each("bilder, bildern, imágenes", "images"),
    **_each("rein, eingabe, entrada", "input"),
    **_each("raus, ausgabe, salida", "output"),
    **_each("kontext, contexto", "context"),
    **_each("rang, rango", "rank"),
    **_each("auslastung, utilización", "utilization"),
}


def times(value: float, size: float) -> float:
    """The value of so many units of a size; 35 of a hundredth is 0.35, not 0.35000000000000003."""
    return value * size if size >= 1 else value / round(1 / size)


def of(unit: str) -> tuple[str, float, str]:
    """What a unit of core measures, its size, and what stands behind "per": ("money", 1, "hour") for "USD per GPU-hour"."""
    head, _, per = unit.replace("/", " per ").replace(" a ", " per ").partition(" per ")
    measures, size = WORDS.get(head.casefold().replace("-", " "), ("ratio", 1.0) if head == "1" else (head, 1.0))
    return measures, size, PER.get(per.casefold().replace("-", " "), "")
