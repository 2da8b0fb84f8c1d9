"""Whether two versions of the code answer alike: thousands of random calls of every estimate, to the last digit of every figure.

A change that is for speed alone, or for clarity, moves nothing. Write what one version answers, then compare the other with it:

    PYTHONPATH=../before/core:../before/agent_tools python benchmarks/same_answers.py write answers.jsonl
    python benchmarks/same_answers.py compare answers.jsonl

The calls are the worked examples and the samples of the reference with other amounts, chips, models and options, the same for
every seed. Compared are the value, both ends, every figure, step, input, warning, source and row of the table, what each uncertain
input does, and an assistant's text; of refused calls the words of the refusal.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from compute_cost import catalogue, registry
from compute_cost.answers import in_words
from compute_cost.errors import CostError
from compute_cost.parameters import CatalogueName, Quantity, YesNo
from compute_cost_tools.calls import run

ROOT = Path(__file__).parents[1]
CALLS, SEED = 2000, 1
CLOSE = 1e-9  # of a figure that is no longer the same, what a sum in another order may leave


def bases() -> dict[str, list[dict[str, Any]]]:
    """The calls that others are made of, by estimate."""
    calls: dict[str, list[dict[str, Any]]] = {}
    for path in sorted((ROOT / "tests" / "published").glob("*.yaml")):
        for one in yaml.safe_load(path.read_text(encoding="utf-8")):
            calls.setdefault(one["estimate"], []).append(one["arguments"])
    for name, arguments in yaml.safe_load((ROOT / "docs" / "samples.yaml").read_text(encoding="utf-8")).items():
        calls.setdefault(name, []).append(arguments)
    return {name: given for name, given in calls.items() if name not in registry.FOR_CELLS_ONLY}


def random_calls(count: int, seed: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """As many calls of every estimate, each a worked one with other amounts, another chip or model, more options or fewer."""
    chance, known = random.Random(seed), bases()  # noqa: S311  draws, no secrets
    chips, models = [row.id for row in catalogue.accelerators().rows], [row.id for row in catalogue.models().rows]
    names = sorted(known)
    for number in range(count):
        name = names[number % len(names)]
        arguments: dict[str, Any] = {}
        for parameter in registry.get(name).parameters:
            kind, value = parameter.kind, chance.choice(known[name]).get(parameter.name) if number % 3 == 0 else None
            value = known[name][number // len(names) % len(known[name])].get(parameter.name) if value is None else value
            if value is None and chance.random() < 0.12 and kind.example:
                value = _example(chance, kind)
            elif value is not None and not parameter.required and chance.random() < 0.07:
                value = None
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                value = _other(chance, kind, float(value))
            elif isinstance(kind, CatalogueName) and value is not None and chance.random() < 0.4:
                value = chance.choice(models if kind.what == "model" else chips)
            if value is not None:
                arguments[parameter.name] = str(value) if not isinstance(value, (int, float, str)) else value
        yield name, arguments


def _example(chance: random.Random, kind: Any) -> Any:
    if kind.choices:
        return chance.choice(kind.choices)
    if isinstance(kind, YesNo):
        return chance.random() < 0.5
    text = chance.choice(kind.example.split(" or ")).strip('" ')
    try:
        return float(text)
    except ValueError:
        return text


def _other(chance: random.Random, kind: Any, value: float) -> float:
    """Another amount of the size, within its bounds where that is easy."""
    other = value * chance.choice((0.5, 0.8, 1.0, 1.1, 1.3, 2.0)) * (1 + chance.random() / 100)
    if isinstance(kind, Quantity):
        other = min(other, kind.high)
        if kind.whole:
            other = float(max(round(other), kind.low or 0))
    return other


def answer(name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that the call answers, or why it is refused."""
    try:
        call = run(name, arguments)
    except CostError as problem:
        return {"refused": str(problem)}
    shown = call.result.as_dict()
    shown["swings"] = [[swing.input.name, swing.at_low, swing.at_high] for swing in call.result.swings]
    shown["brief"] = in_words.brief(call)
    shown["short"] = in_words.in_short(call)
    return shown


def apart(was: Any, now: Any, where: str = "") -> Iterator[tuple[str, Any, Any, float]]:
    """Where two answers differ, and by how much of the figure: infinitely in words."""
    if isinstance(was, dict) and isinstance(now, dict) and was.keys() == now.keys():
        for key, value in was.items():
            yield from apart(value, now[key], f"{where}.{key}")
    elif isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        for place, (one, other) in enumerate(zip(was, now, strict=True)):
            yield from apart(one, other, f"{where}.{place}")
    elif was != now:
        are_numbers = isinstance(was, float) and isinstance(now, float)
        yield where, was, now, abs(was - now) / (abs(was) or 1.0) if are_numbers else float("inf")


def main() -> None:
    what, file = sys.argv[1], Path(sys.argv[2])
    calls = CALLS if len(sys.argv) < 4 else int(sys.argv[3])
    if what == "write":
        with file.open("w", encoding="utf-8") as written:
            for name, arguments in random_calls(calls, SEED):
                written.write(json.dumps([name, arguments, answer(name, arguments)]) + "\n")
        return
    asked = refused = moved = 0
    worst = 0.0
    for line in file.read_text(encoding="utf-8").splitlines():
        name, arguments, was = json.loads(line)
        now = json.loads(json.dumps(answer(name, arguments)))
        asked, refused = asked + 1, refused + ("refused" in was)
        for where, before, after, by in list(apart(was, now))[:3]:
            worst = max(worst, by)
            if by > 0:
                moved += 1
                print(f"{name} {arguments}\n  {where}: {str(before)[:300]!r} is now {str(after)[:300]!r}, {by:.1e} off")
    print(f"{asked:,} calls, {refused:,} of them refused: {moved} figures are no longer the same, the farthest by {worst:.1e}")
    sys.exit(worst > CLOSE)


if __name__ == "__main__":
    main()
