"""The commands `compute-cost sheets ...`."""

from __future__ import annotations

import csv
import json
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from compute_cost.amounts import show
from compute_cost.command import files
from compute_cost.command.listing import fail
from compute_cost.command.serve import PORT
from compute_cost.errors import CostError, InputError, lacks

sheets = typer.Typer(help="The estimates in spreadsheets.", no_args_is_help=True)


def add(app: typer.Typer) -> None:
    app.add_typer(sheets, name="sheets")
    app.command("site")(site)


Pyodide = Annotated[
    Path | None, typer.Option("--pyodide", help="Pyodide's npm package as a .tgz file; fetched with npm and kept if left out.")
]


def site(
    folder: Annotated[Path, typer.Argument(help="Where to write the page; made if missing.")],
    pyodide: Pyodide = None,
) -> None:
    """Write the calculator as a folder that any static host serves: no server, no tracking, nothing loaded from elsewhere."""
    from compute_cost_sheets.calculator.folder import build

    _written(lambda: build(folder, pyodide), folder)


def _written(build: Callable[[], list[str]], folder: Path) -> None:
    """Run what writes a folder, print what it says, and end with one line where it fails."""
    try:
        typer.echo("\n".join(build()))
    except ImportError as problem:
        raise fail(lacks(f"{problem.name} is missing", "sheets")) from None
    except CostError as problem:
        raise fail(str(problem)) from None
    except OSError as problem:
        raise fail(f"folder: {problem.filename or folder} can't be written ({problem.strerror})") from None
    except subprocess.TimeoutExpired as problem:  # npm or Node
        raise fail(f"{problem.cmd[0]} was not done within {problem.timeout:g} seconds; try again, or give --pyodide") from None


@sheets.command()
def evaluate(
    book: Annotated[Path, typer.Argument(help="An .xlsx workbook in the spelling of any host, or an .ods; it is not changed.")],
    change: Annotated[
        list[str] | None, typer.Option("--set", help="A cell to change first, as Sheet!B2=value, or name=value for a name of the workbook.")
    ] = None,
    scenarios: Annotated[
        Path | None, typer.Option("--scenarios", help="A .csv: a row for each scenario, its name first, a column for each cell or name.")
    ] = None,
    only: Annotated[list[str] | None, typer.Option("--sheet", help="Print this sheet only; may be given again.")] = None,
    save: Annotated[
        list[Path] | None, typer.Option("--save", help="Write the recalculated workbook here: .xlsx, .ods or .pdf; may be given again.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 where any cell shows an error.")] = False,
    no_addin: Annotated[bool, typer.Option("--no-addin", help="Leave the add-in out, to see what fails without it.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print {sheet: {cell: {formula, value, error}}}; by scenario if any.")] = False,
) -> None:
    """Recalculate a workbook in LibreOffice with the add-in; exit 1 where a function did not resolve."""
    from compute_cost_sheets.hosts.libreoffice.evaluate import evaluate_all

    try:
        sets = [parse_set(text) for text in change or []]
        changes = {name: [*sets, *more] for name, more in read_scenarios(scenarios).items()} if scenarios else {"": sets}
        evaluated = dict(zip(changes, evaluate_all([(book, case) for case in changes.values()], not no_addin, save or ()), strict=True))
    except ImportError:
        raise fail(lacks("reading a workbook needs openpyxl", "sheets")) from None
    except CostError as problem:
        raise fail(str(problem)) from None
    except OSError as problem:
        raise fail(f"--save: {problem.filename or save} can't be written ({problem.strerror})") from None
    for recalculated in evaluated.values():
        missing = [name for name in only or () if name not in recalculated.sheets]
        if missing:
            raise fail(f"--sheet: {missing[0]!r} has no formulas; the sheets are {', '.join(recalculated.sheets)}")
    shown = {
        name: {sheet: cells for sheet, cells in recalculated.sheets.items() if not only or sheet in only}
        for name, recalculated in evaluated.items()
    }
    if as_json:
        typer.echo(json.dumps(shown if scenarios else shown[""], indent=1, ensure_ascii=False))
    else:
        typer.echo("\n".join(line for name, sheets_of in shown.items() for line in _lines(name, sheets_of)))
    unresolved = [line for recalculated in evaluated.values() for line in recalculated.unresolved]
    errors = [line for recalculated in evaluated.values() for line in recalculated.errors]
    for line in [*unresolved, *(errors if strict else [])]:
        typer.echo(line, err=True)
    if errors and not strict:
        typer.echo(f"{len(errors):,} cells show an error; --strict lists them and exits 1", err=True)
    if unresolved or (strict and errors):
        raise typer.Exit(1)


def _lines(scenario: str, shown: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Iterator[str]:
    """Each cell with its value and unit, the label of its row or why it has no value, and its formula."""
    if scenario:
        yield f"# {scenario}"
    for sheet, cells in shown.items():
        for cell, answer in cells.items():
            value = answer["error"] or (show(answer["value"]) if answer["value"] is not None else "")
            unit = f" {answer['unit']}" if answer.get("unit") and isinstance(answer["value"], float) else ""
            yield f"{sheet}!{cell}\t{value}{unit}\t{answer.get('why') or answer.get('label', '')}\t{answer['formula']}"


def parse_set(text: str) -> tuple[str, str, float | str]:
    """'Sheet!B2=value' as sheet, cell and value, 'name=value' with no sheet; a number is a number, anything else text."""
    place, equals, value = text.partition("=")
    sheet, mark, cell = place.strip().rpartition("!")
    if not (equals and cell) or (mark and not sheet) or (not sheet and re.fullmatch(r"[A-Za-z]{1,3}[0-9]+", cell)):
        raise InputError("--set", text, "write it like Sheet!B2=value, or name=value for a name of the workbook")
    cell = cell.upper() if sheet else cell
    try:
        return sheet.strip("'"), cell, float(value)
    except ValueError:
        return sheet.strip("'"), cell, value


def read_scenarios(path: Path) -> dict[str, list[tuple[str, str, float | str]]]:
    """What each row of a scenario table changes, by the name in its first column; a blank cell leaves the workbook's own value.

    Raises InputError for a file that is no such table.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head, *rows = [row for row in csv.reader(file) if any(cell.strip() for cell in row)]
    except (OSError, UnicodeDecodeError, ValueError):
        raise InputError("--scenarios", str(path), "give a .csv file in UTF-8 whose first line names the cells to set") from None
    scenarios: dict[str, list[tuple[str, str, float | str]]] = {}
    for row in rows:
        if row[0] in ("", *scenarios) or len(row) > len(head):
            raise InputError("--scenarios", ",".join(row), "give each scenario a name of its own and no more cells than the first line has")
        scenarios[row[0]] = [parse_set(f"{place}={value}") for place, value in zip(head[1:], row[1:], strict=False) if value.strip()]
    if not scenarios:
        raise InputError("--scenarios", str(path), "it holds no scenario")
    return scenarios


@sheets.command()
def convert(
    book: Annotated[Path, typer.Argument(help="An .xlsx or .xlsm workbook; it is not changed.")],
    host: Annotated[str, typer.Option("--host", help="Where it will be used: classic (Excel with xlwings), office_js, libreoffice.")],
    target: Annotated[Path | None, typer.Option("--to", help="Where to write it; BOOK-HOST beside the workbook if left out.")] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="A day of prices for the whole workbook, as the name COST_AS_OF, such as 2026-06-30.")
    ] = None,
) -> None:
    """Respell the functions in a workbook for another host, and give it one day of prices."""
    from compute_cost.parameters import Day
    from compute_cost_sheets.convert import convert as respell, formulas
    from compute_cost_sheets.spelling import SPELLINGS, calls

    try:
        if host not in SPELLINGS:
            raise InputError("--host", host, f"give one of {', '.join(SPELLINGS)}")
        written = target or book.with_stem(f"{book.stem}-{host}")
        content = respell(book, host, None if as_of is None else Day("").reader("--as-of")(as_of))
        files.write(written, content)
        count = sum(len(list(calls(formula))) for formula in formulas(book))
    except CostError as problem:
        raise fail(str(problem)) from None
    except OSError as problem:
        raise fail(f"--to: {problem.filename or target} can't be written ({problem.strerror})") from None
    typer.echo(f"{written}: {count:,} calls spelled for {host}" + (f"; COST_AS_OF is the day of their prices, {as_of}" if as_of else ""))


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
        raise fail(lacks("serving Excel needs starlette, uvicorn and cryptography", "serve")) from None
    try:
        run(port, host, token, manifest, typer.echo)
    except CostError as problem:
        raise fail(str(problem)) from None


@sheets.command()
def static(
    folder: Annotated[Path, typer.Argument(help="Where to write the add-in; made if missing.")],
    address: Annotated[
        str | None, typer.Option("--address", help="Where the folder will be hosted, such as https://example.com/costs.")
    ] = None,
    pyodide: Pyodide = None,
) -> None:
    """Write an add-in for Excel on Windows, Mac and the web that installs nothing: any static host serves the folder.

    It is the pane and the functions of `sheets serve` with the estimator in the page; a private catalogue needs that server.
    """

    def built() -> list[str]:
        from compute_cost_sheets.hosts.office_js.pages import build

        return build(folder, address, pyodide)

    _written(built, folder)


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

    def prepared() -> list[str]:
        from compute_cost_sheets.hosts.classic.prepare import prepare

        return list(prepare(folder))

    _written(prepared, folder)


@sheets.command()
def build(folder: Annotated[Path, typer.Argument(help="Where to write the files.")] = Path("dist/spreadsheets")) -> None:
    """Write what the spreadsheet hosts install: the LibreOffice add-in, the Office manifest and functions, the files for Excel."""
    try:
        from compute_cost_sheets.hosts.classic import addin_file, start_file
        from compute_cost_sheets.hosts.libreoffice import build as libreoffice
        from compute_cost_sheets.hosts.office_js import functions_json
        from compute_cost_sheets.hosts.office_js.manifest import manifest
    except ImportError as problem:
        raise fail(lacks(f"{problem.name} is missing", "sheets")) from None
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
