"""The commands `prices add`, `list` and `remove`: rental prices of one's own, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from compute_cost import amounts, catalogue
from compute_cost.catalogue import price_book
from compute_cost.catalogue.described import CannotBe, checked_name
from compute_cost.command import files
from compute_cost.command.listing import AsCsv, AsJson, Columns, form_of, show, told
from compute_cost.errors import InputError, NoData, quote

Name = Annotated[str, typer.Argument(help="Its name, or a CSV file of prices with their names.")]
Line = Annotated[
    str | None, typer.Argument(help='The price and what it is for, such as "H100; 18.80 EUR per node of 8; 1.08 USD per EUR".')
]
Replace = Annotated[bool, typer.Option("--replace", help="Put it in place of your prices of that name.")]


def add(app: typer.Typer) -> None:
    """Adds the commands to `compute-cost prices`."""
    app.command("add")(add_price)
    app.command("list")(list_prices)
    app.command("remove")(remove_price)


def add_price(name: Name, line: Line = None, replace: Replace = False) -> None:
    """Add a rental price of your own, which every estimate takes by its name. A second row of one name is another chip or time."""
    with told():
        for text in keep(
            _of_file(Path(name)) if line is None else [{**price_book.cells_of(line), "name": " ".join(name.split())}], replace
        ):
            typer.echo(text)


def keep(rows: Sequence[Mapping[str, str]], replace: bool) -> list[str]:
    """Adds prices to one's own, all or none, and says what they are. Raises InputError for one that can't be used, by its row."""
    for number, row in enumerate(rows, start=1):
        _check(row, f"row {number}" if len(rows) > 1 else "the line")
    taken = {catalogue.key(row["name"]) for row in rows}
    there = price_book.read(price_book.file())
    if replace:
        there = [(cells, place) for cells, place in there if catalogue.key(cells["name"]) not in taken]
    offers = [price_book.offer_of(row, f"row {number}" if len(rows) > 1 else "this one") for number, row in enumerate(rows, start=1)]
    yours = [price_book.offer_of(cells, place) for cells, place in there if catalogue.key(cells["name"]) in taken]
    if pair := price_book.contradiction([*yours, *offers]):
        first, second = (f"{offer.place} ({offer.written})" for offer in pair)
        what = f"{pair[0].chip or 'every chip'} on the same days"
        raise InputError("price", pair[1].name, f"{first} and {second} both are for {what}: end one with a day, or --replace it")
    _write([*(cells for cells, _ in there), *rows])
    told = [
        f"{offer.name} is yours now: ${offer.price:,.4g} per GPU-hour ({offer.written}){f', {offer.chip}' if offer.chip else ''}"
        for offer in offers
    ]
    return [*told, f"in {price_book.file()}"]


def _of_file(path: Path) -> list[dict[str, str]]:
    if path.suffix != ".csv":
        raise InputError("line", "", 'give the price too, such as "H100; 2.35; 24 months", or the name of a CSV file')
    rows = [cells for cells, _ in price_book.read(path)]
    if not rows:
        raise NoData(f"file: {path} has no prices; its columns are {', '.join(price_book.COLUMNS)}")
    return rows


def _check(row: Mapping[str, str], place: str) -> None:
    """Refuses a price that could not be asked for, or that an answer could not use."""
    try:
        checked_name(row["name"])
    except CannotBe as problem:
        raise InputError("name", row["name"], f"{place}: {problem}") from None
    try:
        amounts.read(row["name"], "USD per GPU-hour")
    except amounts.Unreadable:
        price_book.offer_of(row, place)
    else:
        raise InputError("name", row["name"], f"{place}: it reads as a figure; take another name")


def list_prices(as_json: AsJson = False, as_csv: AsCsv = False) -> None:
    """List your own prices in US dollars per GPU-hour."""
    with told():
        rows = [price_book.offer_of(cells, place)._asdict() for cells, place in price_book.read(price_book.file())]
        plain = [{name: str(cell) if name in ("since", "until") and cell else cell for name, cell in row.items()} for row in rows]
        columns: Columns[dict[str, Any]] = {
            "name": lambda row: row["name"],
            "gpu": lambda row: row["chip"],
            "USD per GPU-hour": lambda row: f"{row['price']:.4g}",
            "as written": lambda row: row["written"],
            "term": lambda row: row["term"],
            "from": lambda row: row["since"],
            "to": lambda row: row["until"],
        }
        show("price", plain, columns, dict, form_of(as_json, as_csv))


def remove_price(name: Annotated[str, typer.Argument(help="The name of the price.")]) -> None:
    """Remove the prices of that name from your own."""
    with told():
        rows = [cells for cells, _ in price_book.read(price_book.file())]
        kept = [cells for cells in rows if catalogue.key(cells["name"]) != catalogue.key(name)]
        if len(kept) == len(rows):
            raise NoData(f"name: you have no price {quote(name)}; compute-cost prices list shows yours")
        _write(kept)
        typer.echo(f"{name} is removed from {price_book.file()}")


def _write(rows: Sequence[Mapping[str, str]]) -> None:
    path = price_book.file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write(path, price_book.written(rows))
    except OSError as problem:
        raise NoData(f"your prices {path} can't be written ({problem.strerror})") from None
    catalogue.forget()
