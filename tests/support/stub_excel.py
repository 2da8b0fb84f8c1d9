"""Run in a process of its own: xlwings' real Windows modules with stand-ins for pywin32, called as our VBA calls them in Excel.

Real: the decorators, udfs.py, com_server.py and _xlwindows.py of xlwings: metadata, conversion of arguments and answers. Not real:
Excel, VBA and COM between them.

`python tests/support/stub_excel.py --write` writes tests/golden/classic.bas. Without it: one JSON call a line on standard
input ([name, arguments], coded as `decode` says), one JSON answer a line; the first line out tells what was loaded.
"""

from __future__ import annotations

import ctypes
import datetime
import decimal
import importlib
import json
import sys
import types
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

from compute_cost_sheets.hosts.classic import vba
from compute_cost_sheets.hosts.classic.names import MODULE

GOLDEN = Path(__file__).parents[1] / "golden" / "classic.bas"
MISSING = -2147352572  # how Excel says over COM that an argument was left out
RANGE = "{00020846-0000-0000-C000-000000000046}"


class StandIn(types.ModuleType):
    """A module of pywin32 that is not here."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return MagicMock(name=f"{self.__name__}.{name}")


def stand_in(name: str, **members: Any) -> StandIn:
    module = StandIn(name)
    module.__dict__.update(members)
    sys.modules[name] = module
    return module


def load() -> Any:
    """xlwings' module com_server as it is on Windows."""
    error = type("com_error", (Exception,), {})
    stand_in("pythoncom", com_error=error, __file__="pythoncom")
    stand_in("pywintypes", com_error=error, TimeType=datetime.datetime, IID=str)
    classes = {name: type(name, (), {}) for name in ("CDispatch", "CoClassBaseClass", "DispatchBaseClass")}
    client = stand_in("win32com.client", Dispatch=lambda x: x, __path__=[], **classes)
    util = stand_in("win32com.server.util", unwrap=MagicMock(side_effect=error))
    stand_in("win32com", client=client, server=stand_in("win32com.server", util=util, __path__=[]), __path__=[])
    for name in ("win32api", "win32con", "win32event", "win32gui", "win32process", "win32timezone"):
        stand_in(name)
    for name in ("win32com.client.dynamic", "win32com.server.dispatcher", "win32com.server.policy"):
        stand_in(name)
    ctypes.windll = ctypes.oledll = MagicMock()  # type: ignore[attr-defined]
    ctypes.PyDLL = MagicMock()  # type: ignore[misc]
    xlwings = importlib.import_module("xlwings")
    windows = importlib.import_module("xlwings._xlwindows")
    xlwings._xlwindows = windows  # type: ignore[attr-defined]
    xlwings.engines.add(xlwings.Engine(impl=windows.engine))
    udfs = importlib.import_module("xlwings.udfs")
    xlwings.func, xlwings.arg = udfs.xlfunc, udfs.xlarg  # type: ignore[attr-defined]
    return importlib.import_module("xlwings.com_server")


def cell_range(value: Any) -> Any:
    """A range as pywin32 hands it over: of one cell its value, of more rows of values."""
    cells = MagicMock()
    cells._oleobj_.GetTypeInfo().GetTypeAttr().iid = RANGE
    cells.Value = value
    rows = value if isinstance(value, tuple) else ((value,),)
    cells.Rows.Count, cells.Columns.Count = len(rows), len(rows[0])
    return cells


def decode(value: Any) -> Any:
    """{"range": cell or rows}, {"missing": 1}, {"date": iso}, {"currency": text}; anything else is itself."""
    if isinstance(value, list):
        return tuple(decode(cell) for cell in value)
    if not isinstance(value, dict):
        return value
    ((kind, inside),) = value.items()
    if kind == "range":
        return cell_range(decode(inside))
    if kind == "date":
        return datetime.datetime.fromisoformat(inside).replace(tzinfo=datetime.UTC)
    return decimal.Decimal(inside) if kind == "currency" else MISSING


def main() -> None:
    if sys.argv[1:] == ["--write"]:
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(vba.functions(), encoding="utf-8", newline="\n")
        return
    excel = load().XLPython()
    importlib.import_module(MODULE)
    paid = [name for name in sys.modules if name.startswith("xlwings.pro")]
    print(json.dumps({"paid": paid}), flush=True)
    for line in sys.stdin:
        name, arguments = json.loads(line)
        print(json.dumps(excel.CallUDF(MODULE, name, decode(arguments), None, cell_range(None))), flush=True)


main()
