"""Run in a process of its own: loads the real xlwings/udfs.py with stand-ins for pywin32, and calls our functions through it.

Real: the decorators, their metadata, the VBA text, the conversion of arguments and answers. Not real: Excel, COM, VBA.
"""

from __future__ import annotations

import datetime
import importlib
import io
import json
import sys
import types
from typing import Any

MISSING = -2147352572  # how Excel says over COM that an argument was left out


def stand_in(name: str, **members: Any) -> types.ModuleType:
    module = types.ModuleType(name)
    module.__dict__.update(members)
    sys.modules[name] = module
    return module


class FakeRange:
    """A range of the fake Excel."""

    def __init__(self, *_: Any, **__: Any) -> None:
        self.address = "$A$1"


class Engine:
    """What xlwings asks its Excel engine to do with values."""

    name, type = "excel", "desktop"

    @staticmethod
    def clean_value_data(data: Any, _dates: Any, empty: Any, _numbers: Any, errors_to_text: bool) -> Any:
        errors = {-2146826281: "#DIV/0!", -2146826246: "#N/A"}
        shown = {code: text if errors_to_text else None for code, text in errors.items()}
        return [[empty if cell in ("", None) else shown.get(cell, cell) for cell in row] for row in data]

    @staticmethod
    def prepare_xl_data_element(value: Any, _options: Any) -> Any:
        return value


def load() -> tuple[types.ModuleType, types.ModuleType]:
    stand_in("pythoncom", CoInitialize=lambda: None, IID_IDispatch=object())
    stand_in("pywintypes", com_error=type("com_error", (Exception,), {}), TimeType=datetime.datetime, UnicodeType=str)
    plain = {name: type(name, (), {}) for name in ("CDispatch", "CoClassBaseClass", "DispatchBaseClass")}
    client = stand_in("win32com.client", Dispatch=lambda x: x, **plain)
    stand_in("win32com", client=client)
    xlwings = importlib.import_module("xlwings")
    windows = stand_in(
        "xlwings._xlwindows", Range=lambda xl=None: None, Book=lambda x: x, is_range_instance=lambda x: False, BOOK_CALLER=None
    )
    xlwings._xlwindows = windows  # type: ignore[attr-defined]
    xlwings.engines.add(xlwings.Engine(impl=Engine))
    stand_in("xlwings.com_server", loop=None)
    udfs = importlib.import_module("xlwings.udfs")
    xlwings.func, xlwings.arg = udfs.xlfunc, udfs.xlarg  # type: ignore[attr-defined]
    udfs.Range = FakeRange  # type: ignore[attr-defined]
    classic = importlib.import_module("xlplugin.hosts.classic.functions")
    udfs.get_udf_module = lambda name, book: classic  # type: ignore[attr-defined]
    return udfs, classic


def main() -> None:
    udfs, classic = load()
    vba = io.StringIO()
    udfs.generate_vba_wrapper("xlplugin.hosts.classic.functions", classic, vba, types.SimpleNamespace(Name="compute.xlam"))

    def call(name: str, *arguments: Any) -> Any:
        return udfs.call_udf("xlplugin.hosts.classic.functions", name, arguments)

    rest = (MISSING,) * 7
    answers = {
        "vba": vba.getvalue(),
        "metadata": classic.TRAIN_COST.__xlfunc__["category"],
        "help": classic.TRAIN_COST.__xlfunc__["args"][2]["doc"],
        "naive": call("TRAIN_COST", 175e9, 300e9, "A100", 2.0, 1.0, *(MISSING,) * 5),
        "default": call("TRAIN_COST", "GPT-3", MISSING, MISSING, *rest),
        "range": call("TRAIN_COST", "GPT-3", MISSING, (("A100",), ("H100",)), *rest),
        "error_cell": call("TRAIN_COST", "GPT-3", MISSING, -2146826281, *rest),
        "unknown": call("TRAIN_COST", "GPT-33", MISSING, MISSING, *rest),
        "table": call("ESTIMATE_RANGE", "TRAIN_COST", "GPT-3", *(MISSING,) * 12),
    }
    json.dump(answers, sys.stdout)


main()
