"""The prompts of prompts.toml over the Model Context Protocol: tasks that a person picks, made of the tools.

An argument must be a name of the catalogue and goes into the text as the catalogue spells it: a prompt speaks
to the assistant in the person's name, so nothing that somebody else typed may become a part of it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import mcp_types as types

from compute_cost.errors import InputError, MissingInput, UnknownName
from compute_cost.parameters import CatalogueName

KINDS = {
    "model": CatalogueName("", what="model"),
    "gpu": CatalogueName("", what="gpu"),
}
MOST = 6  # accelerators next to each other; more make no table that fits a page


@cache
def _texts() -> Mapping[str, Any]:
    return tomllib.loads(resources.files("compute_cost_tools").joinpath("prompts.toml").read_text(encoding="utf-8"))


def listed() -> list[types.Prompt]:
    """Every prompt with its arguments."""
    texts = _texts()
    return [
        types.Prompt(
            name=name,
            title=one["title"],
            description=one["description"],
            arguments=[
                types.PromptArgument(name=argument, description=texts["arguments"][argument]["description"], required=True)
                for argument in one["arguments"]
            ],
        )
        for name, one in texts.items()
        if "title" in one
    ]


def get(name: str, arguments: Mapping[str, str]) -> types.GetPromptResult:
    """The prompt as the person's message. Raises CostError for an unknown prompt, argument or name."""
    texts = _texts()
    names = [one.name for one in listed()]
    if name not in names:
        raise UnknownName("prompt", name, names, f"the prompts are {', '.join(names)}")
    prompt = texts[name]
    unknown = [key for key in arguments if key not in prompt["arguments"]]
    if unknown:
        raise UnknownName("argument", unknown[0], prompt["arguments"], f"{name} takes {', '.join(prompt['arguments'])}")
    read = {key: _spelled(key, arguments.get(key, ""), texts["arguments"][key]["description"]) for key in prompt["arguments"]}
    text = prompt["text"].strip().format(**read) + "\n\n" + texts["rules"]["text"].strip()
    message = types.PromptMessage(role="user", content=types.TextContent(type="text", text=text))
    return types.GetPromptResult(description=prompt["description"], messages=[message])


def _spelled(argument: str, value: str, wanted: str) -> str:
    """What was given, as the catalogue spells it."""
    if not value.strip():
        raise MissingInput(argument, wanted)
    if argument != "gpus":
        return str(KINDS[argument].reader(argument)(value).name)
    found = list(dict.fromkeys(KINDS["gpu"].reader("gpus")(one.strip()).name for one in value.split(",", MOST)))
    if not 2 <= len(found) <= MOST:
        raise InputError(argument, value, f"give 2 to {MOST} different accelerators with commas between them")
    return ", ".join(found)
