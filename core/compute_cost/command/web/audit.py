"""Who asked when, and how it ended: one line of JSON for each request, never what was asked or answered."""

from __future__ import annotations

import datetime
import json
import os
import sys
from pathlib import Path

from compute_cost.errors import InputError

METHODS = ("GET", "HEAD", "POST", "OPTIONS")


class Audit:
    """Appends to a file that its owner alone may read; a tool such as logrotate may rename it at any time. Raises InputError."""

    def __init__(self, path: Path) -> None:
        self._path, self._failed = path, False
        try:
            self._append("")
        except OSError as problem:
            raise InputError("--audit", str(path), f"it can't be written ({problem.strerror})") from None

    def write(self, client: str, method: str, path: str, status: int, received: int, sent: int, seconds: float) -> None:
        """One request. A full disk stops the log, which is said once, and never the server."""
        line = {
            "time": datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds"),
            "client": client[:45],
            "method": method if method in METHODS else "other",
            "path": path,
            "status": status,
            "received": received,
            "sent": sent,
            "milliseconds": round(seconds * 1e3, 1),
        }
        try:
            self._append(json.dumps(line) + "\n")
            self._failed = False
        except OSError as problem:
            if not self._failed:
                print(f"--audit: {self._path} can't be written ({problem.strerror})", file=sys.stderr)
            self._failed = True

    def _append(self, text: str) -> None:
        with open(self._path, "a", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(text)
