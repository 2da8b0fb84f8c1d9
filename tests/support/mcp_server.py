"""The MCP server in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.support import ROOT

SERVER = [sys.executable, "-W", "error", "-c", "from compute_cost.command.cli import main; main()", "mcp"]


@contextmanager
def http_server(*options: str, **more: Any) -> Iterator[str]:
    """`compute-cost mcp --http` on a free port; gives its address and holds that it ends cleanly."""
    process = subprocess.Popen(
        [*SERVER, "--http", "--port", "0", *options], stderr=subprocess.PIPE, text=True, encoding="utf-8", cwd=ROOT, **more
    )
    assert process.stderr
    try:
        line = process.stderr.readline()
        assert line.startswith("MCP server at "), line + process.stderr.read()
        yield line.split()[3]
    finally:
        process.terminate()
        rest = process.communicate(timeout=20)[1]
    assert process.returncode == 0, rest
    assert "Traceback" not in rest
