"""What a workbook is, apart from the figures that it keeps and the rows of the catalogue that it lists."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from openpyxl.utils.cell import column_index_from_string, coordinate_from_string, range_boundaries

# Sheets as long as the catalogue: their rows come and go with its chips, models and runs. All else stands in a place of its own.
LONG = ("Lists", "Runs", "Errors", "Ranking")
_END_OF_LONG = re.compile(rf"((?:{'|'.join(LONG)})!\$?[A-Z]+\$?\d+:\$?[A-Z]+\$?)\d+")
_END = re.compile(r"(:\$?[A-Z]+\$?)\d+")
_KEPT_IN_CHART = re.compile(r"<c:(num|str)Cache>.*?</c:\1Cache>", re.DOTALL)
_DAY, _VERSION = re.compile(r"\d{4}-\d\d-\d\d(T[\d:]+Z)?"), re.compile(r"\b\d+\.\d+\.\d+\b")


def differences(book: Path, other: Path) -> list[str]:
    """The cells, sheets and parts in which two workbooks differ in more than kept figures; the day and the version do not count."""
    ours, theirs = form(book), form(other)
    return sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name))


def form(book: Path) -> dict[str, str]:
    """Formula, text, number and style of every cell that is no kept result; frame of every sheet; charts, styles and the rest."""
    with zipfile.ZipFile(book) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    texts = re.findall(r"<si>(.*?)</si>", parts.pop("xl/sharedStrings.xml"), re.DOTALL)
    titles = re.findall(r'<sheet name="([^"]*)"', parts["xl/workbook.xml"])  # sheet1.xml is the first, as xlsxwriter counts them
    pieces: dict[str, str] = {}
    for name, text in parts.items():
        if sheet := re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name):
            pieces |= _sheet(titles[int(sheet[1]) - 1], text, texts)
        else:
            pieces[name] = _plain(_KEPT_IN_CHART.sub("", text))
    return pieces


def _plain(text: str) -> str:
    return _VERSION.sub("VERSION", _DAY.sub("DAY", _END_OF_LONG.sub(r"\1", text)))


def _sheet(title: str, text: str, texts: list[str]) -> dict[str, str]:
    before, rows, behind = re.split(r"<sheetData>|</sheetData>", text)
    frame = before + behind
    if title in LONG:
        frame = _END.sub(r"\1", frame)
    parts = {title: _plain(frame)}
    columns: dict[str, set[str]] = {}
    for place, what in _cells(title, rows, texts):
        if title in LONG:
            column, row = coordinate_from_string(place)
            style, _, formula = what.partition(": ")
            formula = re.sub(rf"(?<=[A-Z$]){row}\b", "ROW", formula)
            columns.setdefault(f"{title}!{column}", set()).add(f"{style}: {formula}")
        else:
            parts[f"{title}!{place}"] = what
    return parts | {name: "\n".join(sorted(some)) for name, some in columns.items()}


def _cells(title: str, rows: str, texts: list[str]) -> Iterator[tuple[str, str]]:
    """Each cell with its style and what is written there; a result that it keeps, of its own formula or of a spilled one, is left out."""
    spilled = re.findall(r'<f t="array" ref="([^"]+)"', rows)
    for attributes, inside in re.findall(r"<c ([^>]*?)(?:/>|>(.*?)</c>)", rows, re.DOTALL):
        given = dict(re.findall(r'(\w+)="([^"]*)"', attributes))
        what = f"style {given.get('s', '')}: "
        if formula := re.search(r"<f.*?(?:/>|</f>)", inside, re.DOTALL):
            what += _plain(_END.sub(r"\1", formula[0]) if title in LONG else formula[0])
        elif title not in LONG and not any(_within(given["r"], area) for area in spilled):
            value = re.sub(r"<.*?>", "", inside)
            what += _plain(texts[int(value)] if given.get("t") == "s" else value)
        yield given["r"], what


def _within(place: str, area: str) -> bool:
    column, row = coordinate_from_string(place)
    left, top, right, bottom = (int(edge or 0) for edge in range_boundaries(area))
    return left <= column_index_from_string(column) <= right and top <= row <= bottom
