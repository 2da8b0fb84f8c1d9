"""A workbook in the making: one file, its styles, its sheets, its drop-down lists and the results that its checks look at."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from cells import Area, Cell, area
from compute_cost_sheets.spelling import SPELLINGS
from page import Given, Page

# Excel 365 and 2019 write this id. With it and without calcOnLoad a reader who lacks the plug-in keeps the cached numbers.
CALCULATION_ID = 191029
FONT = "Calibri"
BAD = {"bg_color": "#C00000", "font_color": "#FFFFFF", "bold": True}  # what fails
FIRST_CHOICE = 5  # row of the first entry of a drop-down list on the sheet Lists


class Book:
    """One workbook file with the styles that all its sheets share."""

    def __init__(self, path: Path, title: str, question: str, date: datetime.date, host: str = "classic") -> None:
        self.path, self.title, self.question, self.date = path, title, question, date
        self.file = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
        self.file.set_calc_mode("auto", CALCULATION_ID)
        self.file.calc_on_load = False
        self.host, self.spell = host, SPELLINGS[host]
        self.pages: list[Page] = []
        self.tolerance = Cell("Inputs", 0, 0, 0.0)  # of the checks; `parts.constants` writes it
        self.given: list[Given] = []  # the inputs, for the register
        self.bounds: list[tuple[Cell, float, float]] = []  # inputs with the least and the most that they may be
        self.assumptions: list[str] = []  # names of those of the catalogue that its scenarios rest on
        self.lists: list[tuple[str, Sequence[str]]] = []
        self.numbers: list[tuple[str, Cell | Area]] = []  # results of the plug-in's functions that must be numbers
        self.texts: list[tuple[str, Cell]] = []  # those that may be text, but no error
        self._styles: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.about = self.page("About", question, (34, 22, 20, 84), "#1F3864")

    def style(self, **wanted: Any) -> Any:
        key = tuple(sorted(wanted.items()))
        if key not in self._styles:
            self._styles[key] = self.file.add_format({"font_name": FONT, "font_size": 10, "valign": "top", **wanted})
        return self._styles[key]

    def page(self, name: str, purpose: str, widths: Sequence[float], color: str = "#A6A6A6") -> Page:
        page = Page(self, name, purpose, widths, color)
        self.pages.append(page)
        return page

    def choices(self, title: str, values: Sequence[str]) -> str:
        """A drop-down's source: a column of the sheet Lists."""
        if not values:
            raise ValueError(f"the list {title} is empty")
        titles = [listed for listed, _ in self.lists]
        if title not in titles:
            self.lists.append((title, values))
            titles.append(title)
        column = xl_col_to_name(titles.index(title))
        return f"=Lists!${column}${FIRST_CHOICE + 1}:${column}${FIRST_CHOICE + len(values)}"

    def listed(self, title: str) -> Area:
        """The cells of a column of the sheet Lists."""
        at, values = next((at, values) for at, (listed, values) in enumerate(self.lists) if listed == title)
        return area(*(Cell("Lists", FIRST_CHOICE + row, at, value) for row, value in enumerate(values)))

    def watch(self, label: str, where: Cell | Area) -> None:
        """A result of the plug-in, for the checks: it must stay a number, or a text where it is one today."""
        if isinstance(where, Cell) and isinstance(where.value, str):
            self.texts.append((label, where))
        else:
            self.numbers.append((label, where))

    def close(self) -> None:
        # A fixed creation date: the same inputs give the same file.
        created = datetime.datetime.combine(self.date, datetime.time())
        self.file.set_properties({"title": self.title, "subject": self.question, "author": "compute-cost", "created": created})
        self.file.close()
