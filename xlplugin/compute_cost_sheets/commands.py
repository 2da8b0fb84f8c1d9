"""The commands `compute-cost sheets ...`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from compute_cost.amounts import show
from compute_cost.command import files
from compute_cost.command.cli import fail
from compute_cost.errors import CostError, InputError

PORT = 8791  # where Excel looks for the add-in, as the built manifest says
sheets = typer.Typer(help="The estimates in spreadsheets.", no_args_is_help=True)


def add(app: typer.Typer) -> None:
    app.add_typer(sheets, name="sheets")


@sheets.command()
def evaluate(
    book: Annotated[Path, typer.Argument(help="An .xlsx workbook; it is not changed.")],
    change: Annotated[list[str] | None, typer.Option("--set", help="A cell to change first, as Sheet!B2=value.")] = None,
    only: Annotated[list[str] | None, typer.Option("--sheet", help="Print this sheet only; may be given again.")] = None,
    no_addin: Annotated[bool, typer.Option("--no-addin", help="Leave the add-in out, to see what fails without it.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print {sheet: {cell: {formula, value, error}}}.")] = False,
) -> None:
    """Recalculate a workbook in LibreOffice with the add-in; exit 1 where a function did not resolve."""
    from compute_cost_sheets.hosts.libreoffice.evaluate import evaluate as recalculate

    try:
        recalculated = recalculate(book, [parse_set(text) for text in change or []], addin=not no_addin)
    except ImportError:
        raise fail("reading a workbook needs openpyxl; install the extra: pip install .[sheets]") from None
    except CostError as problem:
        raise fail(str(problem)) from None
    missing = [name for name in only or () if name not in recalculated.sheets]
    if missing:
        raise fail(f"--sheet: {missing[0]!r} has no formulas; the sheets are {', '.join(recalculated.sheets)}")
    shown = {name: cells for name, cells in recalculated.sheets.items() if not only or name in only}
    if as_json:
        typer.echo(json.dumps(shown, indent=1, ensure_ascii=False))
    else:
        for sheet, cells in shown.items():
            for cell, answer in cells.items():
                value = answer["error"] or (show(answer["value"]) if answer["value"] is not None else "")
                typer.echo(f"{sheet}!{cell}\t{value}\t{answer['formula']}")
    for line in recalculated.unresolved:
        typer.echo(line, err=True)
    if recalculated.unresolved:
        raise typer.Exit(1)


def parse_set(text: str) -> tuple[str, str, float | str]:
    """'Sheet!B2=value' as sheet, cell and value; a number is a number, anything else text."""
    place, equals, value = text.partition("=")
    sheet, mark, cell = place.rpartition("!")
    if not (equals and mark and sheet and cell):
        raise InputError("--set", text, "write it like Sheet!B2=value")
    try:
        return sheet.strip("'"), cell.upper(), float(value)
    except ValueError:
        return sheet.strip("'"), cell.upper(), value


@sheets.command()
def serve(
    port: Annotated[int, typer.Option("--port", help="Port to listen on; 0 takes a free one.")] = PORT,
    host: Annotated[str, typer.Option("--host", help="This computer's name or address for others; they then need a token.")] = "localhost",
    token: Annotated[
        str | None, typer.Option("--token", help="Require this token; one is made if left out where others may connect.")
    ] = None,
    manifest: Annotated[Path | None, typer.Option("--manifest", help="Where to write the manifest for Excel.")] = None,
) -> None:
    """Serve the functions and the task pane to Excel on Windows, Mac and the web, on this computer only."""
    try:
        from compute_cost_sheets.hosts.office_js.serve import serve as run
    except ImportError:
        raise fail("serving Excel needs starlette, uvicorn and cryptography; install the extra: pip install .[serve]") from None
    try:
        run(port, host, token, manifest, typer.echo)
    except CostError as problem:
        raise fail(str(problem)) from None


@sheets.command()
def addin(
    target: Annotated[Path, typer.Argument(help="Where to write the add-in.")] = Path("compute-cost.oxt"),
    install: Annotated[bool, typer.Option("--install", help="Also add it to this user's LibreOffice.")] = False,
) -> None:
    """Build the LibreOffice Calc add-in."""
    from compute_cost_sheets.hosts.libreoffice.build import build

    try:
        typer.echo(f"{build(target)}: {target.stat().st_size:,} bytes")
    except OSError as problem:
        raise fail(f"target: {target} can't be written ({problem.strerror})") from None
    if not install:
        typer.echo("Install it in LibreOffice under Tools, Extensions, Add; or run this command with --install.")
        return
    from compute_cost_sheets.hosts.libreoffice.install import install as install_addin

    try:
        install_addin(target)
    except CostError as problem:
        raise fail(str(problem)) from None
    typer.echo('Installed. Restart LibreOffice and type =TRAIN_COST("GPT-3").')


@sheets.command()
def excel(
    folder: Annotated[Path, typer.Argument(help="Where to put the files; made if missing.")] = Path(),
) -> None:
    """Set up Excel on Windows: write the add-in, a start workbook and xlwings.conf, and say what is left to do."""
    try:
        from compute_cost_sheets.hosts.classic.prepare import prepare
    except ImportError as problem:
        raise fail(f"{problem.name} is missing; install the extra: pip install .[sheets]") from None
    try:
        typer.echo("\n".join(prepare(folder)))
    except CostError as problem:
        raise fail(str(problem)) from None
    except OSError as problem:
        raise fail(f"folder: {problem.filename or folder} can't be written ({problem.strerror})") from None


@sheets.command()
def build(folder: Annotated[Path, typer.Argument(help="Where to write the files.")] = Path("dist/spreadsheets")) -> None:
    """Write what the spreadsheet hosts install: the LibreOffice add-in, the Office manifest and functions, the files for Excel."""
    try:
        from compute_cost_sheets.hosts.classic import addin_file, start_file
        from compute_cost_sheets.hosts.libreoffice import build as libreoffice
        from compute_cost_sheets.hosts.office_js import functions_json
        from compute_cost_sheets.hosts.office_js.manifest import manifest
    except ImportError as problem:
        raise fail(f"{problem.name} is missing; install the extra: pip install .[sheets]") from None
    contents = {
        "manifest.xml": manifest(f"https://localhost:{PORT}").encode(),
        "functions.json": json.dumps(functions_json.metadata(), indent=1, ensure_ascii=False).encode(),
        start_file.FILE: start_file.build(),
        addin_file.FILE: addin_file.build(),
    }
    try:
        typer.echo(libreoffice.build(folder / "compute-cost.oxt"))
        for name, content in contents.items():
            files.write(folder / name, content)
            typer.echo(folder / name)
    except OSError as problem:
        raise fail(f"folder: {folder} can't be written ({problem.strerror})") from None


@sheets.command()
def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print a list of hosts.")] = False) -> None:
    """Say which spreadsheet hosts are usable here and what is missing; exit 1 where none is."""
    from compute_cost_sheets import doctor as surgery

    hosts = surgery.readiness()
    typer.echo(json.dumps([asdict(host) for host in hosts], indent=1, ensure_ascii=False) if as_json else surgery.table(hosts))
    if all(host.usable != "yes" for host in hosts):
        raise typer.Exit(1)
