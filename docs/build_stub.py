"""Writes core/compute_cost/__init__.pyi, from which editors and type checkers know the estimates: python docs/build_stub.py

The functions of the package are found in the registry when somebody asks for one, which nothing but Python itself can follow.
A test fails while the stub differs from what this script would write.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import compute_cost
from compute_cost import registry
from compute_cost.parameters import REQUIRED
from compute_cost.registry import Doc
from compute_cost.result import Result

STUB = Path(compute_cost.__file__).with_suffix(".pyi")
WIDEST = 140
HEAD = """\
# Written by docs/build_stub.py from the registry: change the estimates, not this file.
import datetime
import typing

from compute_cost import errors as errors, registry as registry
from compute_cost.errors import CostError as CostError
from compute_cost.result import Result as Result

__version__: str
"""


def stub() -> str:
    """The stub: every estimate with its signature and its docstring."""
    return "\n".join([HEAD, *(_function(doc) for doc in registry.estimates().values())])


def _function(doc: Doc) -> str:
    signature = inspect.signature(doc.call)
    ways = list(_ways(list(signature.parameters.values())))
    overload = "@typing.overload\n" if len(ways) > 1 else ""
    answer = _type(signature.return_annotation)
    return "\n".join(f"{overload}{_head(doc.name, way, answer)}\n{_docstring(doc.text)}" for way in ways)


def _docstring(text: str) -> str:
    text = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    lines = f'"""{text}\n"""' if "\n" in text else f'"""{text}"""'
    return "".join(f"    {line}".rstrip() + "\n" for line in lines.splitlines())


def _ways(parameters: Sequence[inspect.Parameter]) -> Iterator[list[str]]:
    """The ways to give the arguments: one, and one more for each argument that is required behind optional ones.

    Such an argument is given by its name, or in its place with all that stand before it.
    """
    places = [parameter for parameter in parameters if parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    late = [place for place, parameter in enumerate(places) if parameter.default is REQUIRED]
    for first, named in zip([0, *(place + 1 for place in late)], [*late, len(places)], strict=True):
        yield [
            *(f"{parameter.name}: {_type(parameter.annotation)}" for parameter in places[:first]),
            *(_declared(parameter) for parameter in places[first:named]),
            "*",
            *(_declared(parameter) for parameter in parameters[named:]),
        ]


def _declared(parameter: inspect.Parameter) -> str:
    return f"{parameter.name}: {_type(parameter.annotation)}{' = None' if parameter.default is None else ''}"


def _type(annotation: Any) -> str:
    return inspect.formatannotation(annotation).replace(f"{Result.__module__}.", "")


def _head(name: str, parameters: Sequence[str], answer: str) -> str:
    line = f"def {name}({', '.join(parameters)}) -> {answer}:"
    if len(line) <= WIDEST:
        return line
    return "\n".join([f"def {name}(", *(f"    {parameter}," for parameter in parameters), f") -> {answer}:"])


if __name__ == "__main__":
    STUB.write_text(stub(), encoding="utf-8", newline="\n")
