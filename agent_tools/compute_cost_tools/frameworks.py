"""The tools for the frameworks that assistants are built with, in the shape that each takes; plain functions for any other.

Every one shares what it answers: the words of `in_words.brief` behind the number of the result ("c1 = $1.2 million ..."), or one line
that starts with "Error:" and says what to change. A framework is loaded when its function is called.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from compute_cost.answers import in_words
from compute_cost.command.arguments import parse_object
from compute_cost.errors import CostError
from compute_cost_tools import schema
from compute_cost_tools.schema import Tool
from compute_cost_tools.session import Session

Answering = Callable[..., str]


def answer(session: Session, tool: str, arguments: Mapping[str, Any]) -> str:
    """What a tool answers, in words."""
    try:
        if tool == schema.QUOTE:
            return str(session.quote(arguments)["text"])
        name, call = session.call(tool, arguments)
        return f"{name} = {in_words.whole([call], in_words.Details(call.full, call.full))}"
    except CostError as problem:
        return f"Error: {problem}"


def answer_text(session: Session, tool: str, arguments: str) -> str:
    """The same for arguments as JSON text, as a model writes them."""
    try:
        return answer(session, tool, parse_object(arguments))
    except CostError as problem:
        return f"Error: {problem}"


def functions(everything: bool = False) -> list[Answering]:
    """The tools as functions with typed arguments and a docstring in Google's style, for whatever reads those."""
    session = Session()
    return [_function(tool, session) for tool in schema.tools(everything)]


def _function(tool: Tool, session: Session) -> Answering:
    def run(**arguments: Any) -> str:
        return answer(session, tool.name, arguments)

    parameters = []
    for name, told in sorted(tool.properties.items(), key=lambda item: item[0] not in tool.required):
        kind: Any = list[str] if told["type"] == "array" else str
        needed = name in tool.required
        parameters.append(
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=inspect.Parameter.empty if needed else None,
                annotation=kind if needed else kind | None,
            )
        )
    told_arguments = "\n".join(f"    {name}: {told['description']}" for name, told in tool.properties.items())
    run.__name__ = run.__qualname__ = tool.name
    run.__doc__ = f"{tool.description}\n\nArgs:\n{told_arguments}"
    run.__signature__ = inspect.Signature(parameters, return_annotation=str)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters} | {"return": str}
    return run


def openai(everything: bool = False) -> tuple[list[dict[str, Any]], Callable[[str, str], str]]:
    """The tools of the Responses API, and what answers a call: `answered(item.name, item.arguments)`."""
    return schema.render("openai", everything), partial(answer_text, Session())


def anthropic(everything: bool = False) -> list[Any]:
    """For `client.beta.messages.tool_runner(tools=...)`."""
    from anthropic import beta_tool

    session = Session()

    def tool_of(tool: Tool) -> Any:
        parameters: Any = tool.parameters
        return beta_tool(_function(tool, session), name=tool.name, description=tool.description, input_schema=parameters)

    return [tool_of(tool) for tool in schema.tools(everything)]


def gemini(everything: bool = False) -> list[Answering]:
    """For `GenerateContentConfig(tools=...)` of google-genai, which calls functions by itself."""
    return functions(everything)


def openai_agents(everything: bool = False) -> list[Any]:
    """For `Agent(tools=...)` of openai-agents."""
    from agents import FunctionTool

    session = Session()

    def invoking(name: str) -> Callable[[Any, str], Any]:
        async def invoke(_context: Any, arguments: str) -> str:
            return answer_text(session, name, arguments)

        return invoke

    return [FunctionTool(tool.name, tool.description, tool.strict_parameters, invoking(tool.name)) for tool in schema.tools(everything)]


def pydantic_ai(everything: bool = False) -> list[Any]:
    """For `Agent(tools=...)` of pydantic-ai."""
    from pydantic_ai import Tool as TheirTool

    session = Session()
    return [
        TheirTool.from_schema(_function(tool, session), tool.name, tool.description, tool.parameters) for tool in schema.tools(everything)
    ]


def langchain(everything: bool = False) -> list[Any]:
    """For `model.bind_tools(...)` and agents of LangChain."""
    from langchain_core.tools import StructuredTool

    session = Session()
    return [
        StructuredTool.from_function(_function(tool, session), name=tool.name, description=tool.description, args_schema=tool.parameters)
        for tool in schema.tools(everything)
    ]


def llamaindex(everything: bool = False) -> list[Any]:
    """For `FunctionAgent(tools=...)` of LlamaIndex."""
    from llama_index.core.tools import FunctionTool

    return [FunctionTool.from_defaults(function) for function in functions(everything)]


def llm(everything: bool = False) -> list[Any]:
    """For `model.chain(..., tools=...)` of Simon Willison's llm, which finds them as a plug-in too."""
    from llm import Tool as TheirTool

    session = Session()
    return [
        TheirTool(name=tool.name, description=tool.description, input_schema=tool.parameters, implementation=_function(tool, session))
        for tool in schema.tools(everything)
    ]
