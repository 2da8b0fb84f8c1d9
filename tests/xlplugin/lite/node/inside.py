"""Runs inside Pyodide for cells.mjs: installs the wheel, runs the line of main.py, and calls each cell as xlwings Lite does."""

import importlib.metadata
import json
import sys
import types
import zipfile
from pathlib import Path


async def install():
    """xlwings and micropip with what it needs, as Lite brings them along; our wheel as requirements.txt installs it."""
    wheels = sorted(Path("/wheels").glob("*.whl"))
    ours = [wheel for wheel in wheels if wheel.name.startswith("compute_cost")]
    for wheel in wheels:
        if wheel not in ours:
            zipfile.ZipFile(wheel).extractall("/site")
    sys.path.insert(0, "/site")
    import micropip

    await micropip.install([f"compute-cost @ emfs:{wheel}" for wheel in ours])


async def cell(main, name, arguments):
    """What xlwings answers to the call that Excel makes for one cell."""
    import xlwings
    import xlwings.server

    body = {
        "client": "Office.js", "func_name": name, "args": arguments, "caller_address": "[Book1]Sheet1!A1", "session_id": "1",
        "culture_info_name": "en-US", "date_format": "m/d/yyyy", "version": xlwings.__version__, "runtime": "1.4",
    }  # fmt: skip
    try:
        return {"value": await xlwings.server.custom_functions_call(body, main)}
    except xlwings.XlwingsError as problem:
        return {"message": str(problem)}
    except AttributeError as problem:
        return {"unknown": str(problem)}


async def work(job):
    await install()
    import xlwings.server

    main = types.ModuleType("main")
    exec(job["main"], main.__dict__)  # noqa: S102 (the user's main.py)
    return {
        "answers": [await cell(main, name, arguments) for name, arguments in job["calls"]],
        "functions": xlwings.server.custom_functions_meta(main)["functions"],
        "installed": sorted(one.metadata["Name"] for one in importlib.metadata.distributions()),
        "loaded": [name for name in ("pydantic", "typer", "rich", "rapidfuzz", "numpy") if name in sys.modules],
    }


json.dumps(await work(json.loads(job_text)))  # noqa: F704, F821 (Pyodide awaits here; cells.mjs sets job_text)
