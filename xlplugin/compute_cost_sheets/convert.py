"""Respells a workbook of the user's for another host: the formulas change inside the file, all else in it stays byte for byte."""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Callable
from html import unescape
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

from compute_cost.errors import InputError
from compute_cost_sheets.spelling import DAY_NAME, dated, respelled

# What holds a formula in a worksheet, a chart or the list of names.
_FORMULA = re.compile(r"(<(?:\w+:)?(?:f|formula|formula1|formula2|definedName)(?: [^>]*[^/>])?>)([^<]+)(</)")
_NAMES = re.compile(r"<definedNames>(.*?)</definedNames>", re.DOTALL)
_AFTER_SHEETS = re.compile(r"(</sheets>)(<functionGroups.*?>)?(<externalReferences>.*?</externalReferences>)?", re.DOTALL)


def convert(book: Path, host: str, as_of: datetime.date | None = None) -> bytes:
    """The workbook with its calls of our functions spelled as `host` stores them, and with a day of prices for all of them.

    The day is kept as the name COST_AS_OF, which each call that takes a day and has none is given; a change of the name's text in the
    Name Manager changes them all. Raises InputError for a file that is no .xlsx or .xlsm workbook.
    """

    def changed(formula: str) -> str:
        return respelled(formula if as_of is None else dated(formula), host)

    content = BytesIO()
    with _opened(book) as before, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as after:
        for part in before.infolist():
            text = before.read(part)
            if part.filename.startswith("xl/") and part.filename.endswith(".xml"):
                text = _changed(text.decode("utf-8"), changed).encode()
            if part.filename == "xl/workbook.xml" and as_of is not None:
                text = _with_day(text.decode("utf-8"), as_of).encode()
            after.writestr(part, text, zipfile.ZIP_DEFLATED)
    return content.getvalue()


def formulas(book: Path) -> list[str]:
    """Every formula of the workbook as it is stored. Raises InputError as `convert` does."""
    stored: list[str] = []
    with _opened(book) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                _changed(archive.read(name).decode("utf-8"), lambda formula: stored.append(formula) or formula)  # type: ignore[func-returns-value]
    return stored


def _opened(book: Path) -> zipfile.ZipFile:
    if not book.is_file():
        raise InputError("book", str(book), "there is no such file")
    try:
        archive = zipfile.ZipFile(book)
        archive.getinfo("xl/workbook.xml")
    except (OSError, zipfile.BadZipFile, KeyError):
        way = "give an .xlsx or .xlsm workbook; sheets evaluate BOOK --save BOOK.xlsx writes one of an .ods"
        raise InputError("book", str(book), way) from None
    return archive


def _changed(xml: str, change: Callable[[str], str]) -> str:
    def rewritten(match: re.Match[str]) -> str:
        before = unescape(match[2])
        after = change(before)
        return match[0] if after == before else f"{match[1]}{escape(after)}{match[3]}"

    return _FORMULA.sub(rewritten, xml)


def _with_day(workbook: str, day: datetime.date) -> str:
    """The list of names with the workbook's day of prices in it."""
    name = f'<definedName name="{DAY_NAME}">"as_of={day.isoformat()}"</definedName>'
    workbook = re.sub(rf'<definedName name="{DAY_NAME}"[^>]*>[^<]*</definedName>', "", workbook)
    if _NAMES.search(workbook):
        names = re.findall(r"<definedName .*?</definedName>", workbook, re.DOTALL)
        listed = "".join(sorted([*names, name], key=lambda element: re.sub(r'.*?name="([^"]*)".*', r"\1", element, count=1).lower()))
        return _NAMES.sub(lambda _: f"<definedNames>{listed}</definedNames>", workbook)
    workbook = re.sub(r"<definedNames\s*/>", "", workbook)
    return _AFTER_SHEETS.sub(lambda match: f"{match[0]}<definedNames>{name}</definedNames>", workbook, count=1)
