"""Charts that Excel draws itself, in one look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cells import Area

if TYPE_CHECKING:
    from page import Page

NAVY, BLUE, GRAY, RED, GOLD = "#1F3864", "#2E75B6", "#A6A6A6", "#C00000", "#BF9000"
GRID = {"visible": True, "line": {"color": "#E3E3E3", "width": 0.75}}
QUIET = {"size": 9, "color": "#595959"}


def series(values: Area, name: str, color: str, categories: Area | None = None, **more: Any) -> dict[str, Any]:
    """One series of a chart over cells."""
    options: dict[str, Any] = {"name": name, "values": _range(values), **more}
    if categories:
        options["categories"] = _range(categories)
    options.setdefault("fill", {"color": color})
    return options


def curve(values: Area, name: str, color: str, categories: Area | None = None, **more: Any) -> dict[str, Any]:
    """One line of a line or scatter chart."""
    return series(values, name, color, categories, line={"color": color, "width": 2.25}, marker={"type": "none"}, **more)


def lines(page: Page, title: str, parts: Sequence[dict[str, Any]], x: dict[str, Any], y: dict[str, Any], **more: Any) -> None:
    """Lines over numbers. Rows beyond the end of a case repeat its last point, so the lines and the axis end with it."""
    draw(page, {"type": "scatter", "subtype": "straight"}, title, parts, {"min": 0, **x}, y, **more)


def _range(cells: Area) -> list[Any]:
    place = cells.place
    return [place.sheet, place.row, place.column, place.last_row, place.last_column]


def axis(title: str, number: str = "General", **more: Any) -> dict[str, Any]:
    shown: dict[str, Any] = {"num_format": number, "num_font": QUIET, "line": {"color": "#A6A6A6"}, **more}
    if title:
        shown |= {"name": title, "name_font": {"size": 9, "bold": False, "color": "#595959"}}
    return shown


def draw(
    page: Page, kind: dict[str, Any], title: str, parts: Sequence[dict[str, Any]], x: dict[str, Any], y: dict[str, Any], rows: int = 18,
    width: int = 1150, column: int = 0, legend: bool = True, gap: int | None = None, also: Any = None,
) -> None:  # fmt: skip
    """Insert a chart below what is written and leave `rows` rows for it; one at a later column stands next to the one before.

    `also` is a second chart over the same categories, drawn into it.
    """
    chart = page.book.file.add_chart(kind)
    spacing = {"gap": gap, "overlap": 100 if kind.get("subtype") == "stacked" else None}
    for part in parts:
        chart.add_series({**part, **{name: size for name, size in spacing.items() if size is not None}})
    lying = kind["type"] == "bar"  # its values run along x
    chart.set_x_axis({"major_gridlines": GRID, **x} if lying else x)
    chart.set_y_axis({"major_gridlines": {"visible": False}, **y} if lying else {"major_gridlines": GRID, **y})
    chart.set_title({"name": title, "name_font": {"size": 12, "bold": True, "color": NAVY}, "overlay": False})
    chart.set_legend({"position": "bottom", "font": QUIET} if legend else {"none": True})
    chart.set_chartarea({"border": {"color": "#D9D9D9"}})
    if also is not None:
        chart.combine(also)
    chart.set_size({"width": width, "height": rows * 20 - 10})
    top = page.row - rows if column else page.row
    page.sheet.insert_chart(top, column, chart, {"x_offset": 4, "y_offset": 6})
    page.row = top + rows
