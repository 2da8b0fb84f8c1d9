"""The command `compute-cost`. Front ends add their own commands through the entry point group compute_cost.commands."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

import compute_cost
from compute_cost.answers import tables
from compute_cost.command import actual, catalogue_commands, estimate_commands, files, overdue, price_commands, serve
from compute_cost.command.arguments import parse_object
from compute_cost.command.listing import fail, told
from compute_cost.errors import CostError, NoData, lacks

app = typer.Typer(
    help="What an AI model costs to train, to run and to rent, with a range, the steps and the sources.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)
data = typer.Typer(help="The catalogue of accelerators, models, prices and sources.", no_args_is_help=True)
app.add_typer(data, name="data")
app.add_typer(price_commands.prices, name="prices")
catalogue_commands.add(app)
data.command("overdue")(overdue.overdue)
app.command("actual")(actual.actual)
app.command("serve")(serve.serve)


@app.command()
def call(
    name: Annotated[str, typer.Argument(help="An estimate, such as train_cost.")],
    arguments: Annotated[str, typer.Argument(help="Its arguments as a JSON object; - reads it from the input.")] = "{}",
) -> None:
    """Run one estimate and print its result as JSON.

    "assume": {"pue": 1.1} puts numbers in place of what it assumes; "params": "@config.json" describes a model by that file.
    """
    with told():
        given = parse_object(typer.get_text_stream("stdin").read() if arguments == "-" else arguments)
        doc = compute_cost.registry.get(name)
        result = doc.call(**{key: catalogue_commands.text_of(value) for key, value in given.items()})
    typer.echo(json.dumps(result.as_dict(), indent=2, ensure_ascii=False))


@app.command()
def table(
    name: Annotated[str, typer.Argument(help="An estimate, such as train_cost.")],
    arguments: Annotated[str, typer.Argument(help="Its arguments as a JSON object; a list varies one.")] = "{}",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of CSV.")] = False,
    draws: Annotated[int | None, typer.Option("--draws", help="Draw the uncertain inputs this many times; a list is then a range.")] = None,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the draws; another seed gives other draws.")] = 0,
) -> None:
    """Run one estimate over every combination of the values given, or over random draws of what is uncertain.

    "assume": {"pue": [1.1, 1.3]} among the arguments varies what the estimate assumes.
    With --draws: percentiles 10, 50 and 90 and the mean of the value, and what each uncertain input does to it at its own 10 and 90.
    A list of two numbers is then the 80% range of an argument.
    """
    with told():
        given = parse_object(arguments)
        if draws is None:
            rows = tables.grid(compute_cost.registry.get(name), given).table()
        else:
            from compute_cost.answers import draws as monte_carlo  # numpy loads only for draws

            drawn = monte_carlo.draws(name, given, draws, seed)
            rows = drawn.table()
            for warning in drawn.warnings:
                typer.echo(warning, err=True)
    if as_json:
        header, *body = rows
        typer.echo(json.dumps([dict(zip(header, row, strict=True)) for row in body], indent=2, ensure_ascii=False))
    else:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        typer.echo(text.getvalue(), nl=False)


@app.command()
def plot(
    name: Annotated[
        str, typer.Argument(help="An estimate: project_cost, cheapest_gpu, serving_curve, rent_or_own, compute_share or any number.")
    ],
    arguments: Annotated[str, typer.Argument(help="Its arguments as a JSON object; a list draws one bar for each value.")] = "{}",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Where to write: .png, .svg or .pdf; NAME.png if left out.")] = None,
) -> None:
    """Draw an estimate: waterfall, chips by cost, speed against cost, rent against own, share of capital, or value and 80% interval."""
    target = output or Path(f"{name.strip().casefold()}.png")
    if target.suffix not in (".png", ".svg", ".pdf"):
        raise fail(f"--output: {target.name!r} is not a picture; end it with .png, .svg or .pdf")
    try:
        from compute_cost.command import plots  # matplotlib loads only here

        figure = plots.plot(name, parse_object(arguments))
        drawn = io.BytesIO()
        figure.savefig(drawn, format=target.suffix[1:])
        files.write(target, drawn.getvalue())
    except CostError as problem:
        raise fail(str(problem)) from None
    except ImportError:
        raise fail(lacks("drawing needs matplotlib", "plots")) from None
    except OSError as problem:
        raise fail(f"--output: {target} can't be written: {problem.strerror}") from None
    typer.echo(target)


@data.command("check")
def check() -> None:
    """Check every row of the catalogue."""
    from compute_cost.catalogue import schema  # only this command needs it

    files = schema.texts()
    faults = schema.problems(files)
    for line in faults:
        typer.echo(line, err=True)
    if faults:
        raise typer.Exit(1)
    typer.echo(", ".join(f"{len(text.splitlines()) - 1} {name}" for name, text in files.items()) + ": no problems found")


@app.command()
def accuracy(
    write: Annotated[bool, typer.Option("--write", help="Also write docs/accuracy.md and docs/accuracy.png.")] = False,
) -> None:
    """Compare the estimator with every published run in the data, next to simple rules."""
    from compute_cost.accuracy import report  # only this command needs it

    try:
        text = report.report()
    except NoData as problem:  # an installed package has the report as it was when the package was built, not the rows behind it
        shipped = resources.files("compute_cost").joinpath("accuracy", "report.md")
        if write or not shipped.is_file():
            raise fail(f"accuracy: {problem}") from None
        text = shipped.read_text(encoding="utf-8")
        typer.echo(f"accuracy: as worked out when this version was built; {problem}", err=True)
    typer.echo(text, nl=False)
    if write:
        folder = Path(compute_cost.__file__).parents[2] / "docs"
        try:
            report.plot(folder / "accuracy.png")
            (folder / "accuracy.md").write_text(text, encoding="utf-8")
        except ImportError:
            raise fail(lacks("--write draws with matplotlib", "plots")) from None
        except OSError as problem:
            raise fail(f"--write needs a checkout with its docs folder: {problem}") from None


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(compute_cost.__version__)
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """What an AI model costs to train, to run and to rent."""


def main() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")  # Windows consoles default to a code page that lacks Chinese
    given = sys.argv[1:]
    if not estimate_commands.is_known(app, given):  # it may be a front end's; to load them takes as long as an answer does
        from importlib.metadata import entry_points

        for entry in entry_points(group="compute_cost.commands"):
            add: Callable[[typer.Typer], None] = entry.load()
            add(app)
    ready = estimate_commands.add(app, given)
    try:
        ready()
    except CostError as problem:  # a catalogue that can't be read stops any command
        raise SystemExit(fail(str(problem)).exit_code) from None
    except OSError as problem:  # each command names the file that it can't write; what is left is its output
        raise SystemExit(fail(f"{problem.filename or 'the output'} can't be written ({problem.strerror})").exit_code) from None
