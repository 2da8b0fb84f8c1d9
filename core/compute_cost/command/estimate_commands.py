"""Each estimate as a command: compute-cost train-cost GPT-3 --gpu A100. What it takes and says comes from the registry."""

from __future__ import annotations

import copy
import inspect
import json
import os
import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Annotated, Any, NamedTuple, get_type_hints

import typer
from typer.core import TyperCommand
from typer.models import CommandInfo

from compute_cost import catalogue, registry
from compute_cost.command.catalogue_commands import text_of
from compute_cost.command.listing import told
from compute_cost.registry import Doc, Parameter
from compute_cost.result import Result

PANEL = "Estimates"
_COMPLETING = "_COMPUTE_COST_COMPLETE"


class _Call(NamedTuple):
    name: str
    arguments: Mapping[str, Any]
    result: Result
    formula: str


class _Command(TyperCommand):
    """Takes arguments as a cell does: by place in the order of the estimate, or by name, `gpu-price --gpu H100`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        required = {param.name: param for param in self.params if param.param_type_name == "argument" and param.name}
        named, rest = _named_among(required, args)
        every = self.params
        self.params = [param for param in every if param.name not in named]
        ctx.allow_extra_args = True
        try:
            more = super().parse_args(ctx, rest)
        finally:
            self.params = every
        ctx.params |= named
        if more and not ctx.resilient_parsing:
            self._by_place(ctx, more, len(required))
        return []

    def _by_place(self, ctx: Any, values: list[str], taken: int) -> None:
        """Values behind those that are required, which must come first: else nobody can say which one is meant."""
        order = registry.get(str(self.name).replace("-", "_")).parameters
        places = [parameter.name for parameter in order[taken:]]
        if any(parameter.required for parameter in order[taken:]) or len(values) > len(places):
            ctx.fail(f"Got unexpected extra argument(s) ({' '.join(values)}); give optional ones by name")
        for name, value in zip(places, values, strict=False):
            if ctx.params.get(name) is not None:
                ctx.fail(f"{name} is given twice: {value!r} stands at its place, and --{name.replace('_', '-')} is there too")
            ctx.params[name] = value


def _named_among(names: Container[str], args: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """The values that stand behind the name of one of these arguments, and everything else."""
    named, rest, tokens = {}, [], iter(args)
    for token in tokens:
        option, has_value, value = token.partition("=")
        name = option.removeprefix("--").replace("-", "_")
        if option.startswith("--") and name in names:
            named[name] = value if has_value else next(tokens, "")
        else:
            rest.append(token)
    return named, rest


def add(app: typer.Typer, given: Sequence[str]) -> typer.Typer:
    """The app with the command that was given and no other, or with all of them where they are listed or completed.

    To read every estimate and to make every command ready takes longer than most of them do.
    """
    is_one = is_known(app, given)
    for command, name in _estimates(app).items():
        if not is_one or given[0] in (command, name):
            doc = registry.get(name)
            spelled = given[0] if given and given[0] == name else command
            app.command(spelled, cls=_Command, help=_paragraphs(doc.text), short_help=doc.summary, rich_help_panel=PANEL)(_command(doc))
    return _narrowed(app, given[0]) if is_one else app


def is_known(app: typer.Typer, given: Sequence[str]) -> bool:
    """Whether what was given names one command. A slip, a list and a completion need all of them."""
    names = _estimates(app)
    known = {*_taken_by(app), *(group.name for group in app.registered_groups), *names, *names.values(), "--version"}
    return bool(given) and given[0] in known and _COMPLETING not in os.environ


def _narrowed(app: typer.Typer, name: str) -> typer.Typer:
    alone = copy.copy(app)
    alone.registered_commands = [command for command in app.registered_commands if _name(command) == name]
    alone.registered_groups = [group for group in app.registered_groups if group.name == name]
    return alone


def _estimates(app: typer.Typer) -> dict[str, str]:
    """The estimates that no other command hides, by the names of their commands."""
    taken = _taken_by(app)
    return {name.replace("_", "-"): name for name in registry.estimates() if name not in registry.FOR_CELLS_ONLY and name not in taken}


def _taken_by(app: typer.Typer) -> set[str]:
    return {_name(command) for command in app.registered_commands}


def _name(command: CommandInfo) -> str:
    return command.name or (command.callback.__name__ if command.callback else "")


def _command(doc: Doc) -> Callable[..., None]:
    def run(
        *,
        show_steps: Annotated[bool, typer.Option("--steps", help="Also show the calculation, all assumptions and all notes.")] = False,
        show_sources: Annotated[bool, typer.Option("--sources", help="Also show where the figures come from.")] = False,
        show_full: Annotated[bool, typer.Option("--full", help="Both --steps and --sources.")] = False,
        as_json: Annotated[bool, typer.Option("--json", help="Print the whole result as JSON.")] = False,
        assume: Annotated[
            list[str] | None, typer.Option("--assume", help="Your own number in place of an assumption: pue=1.1 (repeatable).")
        ] = None,
        **arguments: Any,
    ) -> None:
        said = {name: text_of(value) for name, value in arguments.items() if not registry.is_left_out(value)}
        with told():
            result = doc.call(**said, **({"assume": list(assume)} if assume else {}))
            if as_json:
                typer.echo(json.dumps(result.as_dict(), indent=2, ensure_ascii=False))
                return
            from compute_cost.answers import in_words  # what prints JSON needs no words

            call = _Call(doc.name, said, result, registry.formula(doc.name, {**said, "assume": assume}))
            typer.echo(in_words.whole([call], in_words.Details(show_steps or show_full, show_sources or show_full)))

    # rl-cost has steps of its own; --full shows those of the calculation there.
    taken = {f"show_{parameter.name}" for parameter in doc.parameters}
    read = get_type_hints(run, include_extras=True)
    options = list(inspect.signature(run).parameters.values())[:-1]
    own = [option.replace(annotation=read[option.name]) for option in options if option.name not in taken]
    run.__signature__ = inspect.Signature([*map(_taken, sorted(doc.parameters, key=lambda taken: not taken.required)), *own])  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in run.__signature__.parameters.values()}  # type: ignore[attr-defined]
    return run


def _paragraphs(text: str) -> str:
    """A docstring whose sentences the terminal breaks, with each formula on its own line; what ends without a stop are formulas."""
    joined = (
        re.sub(r"\n *" if paragraph.endswith(".") else r"\n *(?![^\n]* = |\w+: )", " ", paragraph) for paragraph in text.split("\n\n")
    )
    return re.sub(r"\[(?=[a-z])", r"\\[", "\n\n".join(joined))  # rich takes [kWh] for a style


def _taken(parameter: Parameter) -> inspect.Parameter:
    """A required argument by its place, an optional one by its name."""
    told: Any
    if parameter.required:
        told = typer.Argument(help=parameter.help, autocompletion=_completion(parameter))
    else:
        told = typer.Option(f"--{parameter.name.replace('_', '-')}", help=parameter.help, autocompletion=_completion(parameter))
    kind = Annotated[str, told] if parameter.required else Annotated[str | None, told]
    default = inspect.Parameter.empty if parameter.required else None
    return inspect.Parameter(parameter.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)


def _completion(parameter: Parameter) -> Callable[[str], list[str]]:
    """What a value may begin with: a choice, or a name of the catalogue."""

    def complete(incomplete: str) -> list[str]:
        rows = {"gpu": catalogue.accelerators, "params": catalogue.models}
        shelf: Any = rows.get(parameter.name)
        values = parameter.kind.choices or ([row.name for row in shelf().rows] if shelf else [])
        return [value for value in values if value.casefold().startswith(incomplete.casefold())]

    return complete
