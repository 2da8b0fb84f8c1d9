"""What people, editors and type checkers see of the estimates: signatures, the stub, and types that hold."""

from __future__ import annotations

import datetime
import inspect
import pydoc
import re
from importlib import resources
from pathlib import Path
from typing import Any, get_args, get_origin

import mypy.api
import pytest

import build_stub
import compute_cost
from compute_cost import registry
from compute_cost.errors import InputError
from compute_cost.parameters import REQUIRED
from compute_cost.registry import Doc
from compute_cost.result import Result
from tests.support import sample_call, worked_examples

ESTIMATES = list(registry.estimates().values())
PACKAGES = ("compute_cost", "compute_cost_sheets", "compute_cost_tools")
VALUES: list[Any] = [1.5, "text", datetime.date(2026, 1, 1), ["7B"], ("7B",), {}, b"7B", object()]


def types(annotation: Any) -> tuple[type, ...]:
    """The classes of an annotation, for isinstance."""
    return tuple(get_origin(one) or one for one in get_args(annotation) or (annotation,))


@pytest.mark.parametrize("doc", ESTIMATES, ids=lambda doc: doc.name)
def test_the_signature_is_that_of_the_registry(doc: Doc) -> None:
    found = inspect.signature(getattr(compute_cost, doc.name))
    assert list(found.parameters) == [*(one.name for one in doc.parameters), "assume"]
    assert found.parameters["assume"].kind is inspect.Parameter.KEYWORD_ONLY
    for one, shown in zip(doc.parameters, list(found.parameters.values())[:-1], strict=True):
        assert shown.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
        assert (shown.default in (inspect.Parameter.empty, REQUIRED)) is one.required
        assert one.required or shown.default is None
        assert (type(None) in types(shown.annotation)) is not one.required
    assert found.return_annotation == (Result[float] if doc.answers == "number" else Result)


def test_signatures_are_read_as_people_read_them() -> None:
    assert str(inspect.signature(compute_cost.train_cost)).startswith(
        "(params: float | str, tokens: float | str | None = None, gpu: str | None = None, price_per_gpu_hour: float | str | None = None, "
    )
    assert (
        "billing: str | None = None, test_gpus: float | str | None = None, *, assume: dict[str, typing.Any] | list[str] | str | None = None) ->"
        in str(inspect.signature(compute_cost.train_cost))
    )
    assert "gpu: str | None = None, gpus: float | str = <required>, utilization" in str(inspect.signature(compute_cost.train_days))
    assert "train_cost(params: float | str, tokens: float" in pydoc.plain(pydoc.render_doc(compute_cost))
    assert set(registry.estimates()) <= set(dir(compute_cost)), "completion offers them"


@pytest.mark.parametrize("doc", ESTIMATES, ids=lambda doc: doc.name)
def test_a_value_of_another_type_is_refused(doc: Doc) -> None:
    for parameter in doc.parameters:
        for value in VALUES:
            if not isinstance(value, types(parameter.accepts)):
                with pytest.raises(InputError, match=f"^{parameter.name}: "):
                    parameter.read(value)


@pytest.mark.parametrize("example", worked_examples(), ids=lambda one: one.name)
def test_what_people_give_has_the_type_that_is_shown(example: Any) -> None:
    """The control to the test above: types are not narrower than what is read."""
    taken = {one.name: types(one.accepts) for one in registry.get(example.estimate).parameters}
    for name, value in example.arguments.items():
        if name == "assume":
            continue  # of every estimate, and no argument of its own
        assert isinstance(float(value) if type(value) is int else value, taken[name]), name


# A line that ends with "wrong" must be refused, and no other: a checker that knew no types would refuse none.
SNIPPET = """
import datetime

import compute_cost
from compute_cost.catalogue.records import Model
from compute_cost.training.project import project_cost

cost = compute_cost.train_cost(175e9, "300B", "A100", 2, as_of=datetime.date(2026, 1, 1))
thousands: float = (cost.value + cost.high) / 2 / 1000
named: compute_cost.Result = compute_cost.explain("TRAIN_COST", "GPT-3", None, "A100")
compute_cost.train_days("GPT-3", gpus=1024)
compute_cost.train_days("GPT-3", None, None, 1024, 0.4)
compute_cost.cost_table("train_cost", ["7B", 70e9], "1T", [["A100"], ["H100"]])
project_cost.of(Model.of_size(7e9), 1e12, as_of=datetime.date(2026, 1, 1))
compute_cost.train_energy("GPT-3", assume={"pue": 1.1, "average_draw_gpu": "60%"})
compute_cost.train_energy("GPT-3", assume=["pue=1.1"])
compute_cost.cost_bridge("train_cost", {"params": 7e9, "tokens": "1T"}, "params=7B; tokens=2T")
compute_cost.train_energy("GPT-3", assume=1.1)  # wrong
compute_cost.train_cost(parms=3)  # wrong
compute_cost.train_cost()  # wrong
compute_cost.train_cost("GPT-3", gpu=100)  # wrong
compute_cost.train_cost([7e9, 70e9], 1e12)  # wrong
compute_cost.train_days("GPT-3")  # wrong
compute_cost.train_costs("GPT-3")  # wrong
compute_cost.train_cost("GPT-3").values + 1  # wrong
compute_cost.gpu_fact("H100", "vendor").value / 2  # wrong
project_cost.of("GPT-3")  # wrong
project_cost.of(Model.of_size(7e9), tokens="1T")  # wrong
"""


def test_a_type_checker_knows_the_estimates(tmp_path: Path) -> None:
    path = tmp_path / "snippet.py"
    path.write_text(SNIPPET, encoding="utf-8")
    said, failed, _ = mypy.api.run(["--strict", "--config-file=", f"--cache-dir={tmp_path / 'cache'}", str(path)])
    assert not failed
    refused = {int(number) for number in re.findall(r":(\d+): error: ", said)}
    assert refused == {number for number, line in enumerate(SNIPPET.splitlines(), 1) if line.endswith("# wrong")}, said


def test_every_package_says_that_it_is_typed() -> None:
    for name in PACKAGES:
        assert resources.files(name).joinpath("py.typed").is_file(), name


def test_the_stub_is_what_the_registry_says() -> None:
    assert build_stub.STUB.read_text(encoding="utf-8") == build_stub.stub(), "run python docs/build_stub.py"
    for doc in ESTIMATES:
        assert f'"""{doc.summary}' in build_stub.stub(), "an editor shows what it answers"


def test_the_help_of_an_argument_names_no_argument_that_the_estimate_lacks() -> None:
    every = {one.name for doc in ESTIMATES for one in doc.parameters if "_" in one.name}
    for doc in ESTIMATES:
        own = {one.name for one in doc.parameters}
        for one in doc.parameters:
            named = set(re.findall(r"`(\w+)`", one.kind.doc)) | (set(re.findall(r"\w+", one.kind.doc)) & every)
            assert named <= own, (doc.name, one.name, named - own)


def test_a_day_is_that_of_the_prices_only_where_there_are_any() -> None:
    """Of a time the day is that of the software; of a cost of training it is both."""
    with_day = {doc.name: help_of(doc, "as_of") for doc in ESTIMATES if any(one.name == "as_of" for one in doc.parameters)}
    of_software = {name for name, text in with_day.items() if "software" in text}
    assert of_software == {
        "step_utilization", "train_gpu_hours", "train_days", "gpus_needed", "train_cost", "project_cost", "raise_needed",
    }  # fmt: skip
    for name, text in with_day.items():
        result = registry.get(name).call(**sample_call(name))
        has_prices = any("USD" in unit for unit in (*(one.unit for one in result.values.values()), *(one.unit for one in result.inputs)))
        assert ("price" in text) is has_prices, name


def help_of(doc: Doc, name: str) -> str:
    return next(one.help for one in doc.parameters if one.name == name)


def test_a_count_is_no_share() -> None:
    assert "share" not in help_of(registry.get("finetune_cost"), "rank").casefold()
    for doc in ESTIMATES:
        for one in doc.parameters:
            assert not (getattr(one.kind, "whole", False) and one.kind.unit == "1"), (doc.name, one.name)
