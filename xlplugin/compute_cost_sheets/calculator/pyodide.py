"""Pyodide, the Python that runs in a browser: one pinned version, fetched once by npm and checked against its hash."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from compute_cost.command import files
from compute_cost.errors import InputError

VERSION = "314.0.7"  # Python 3.14
# SHA-512 of the package, as npm's registry states it.
HASH = "0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A=="
FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
SECONDS = 300


def package(given: Path | None = None) -> dict[str, bytes]:
    """The files of Pyodide by name: from the npm package that is given, from this user's cache, or fetched into it.

    Raises InputError where there is none of the pinned version.
    """
    archive = given or _cache() / f"pyodide-{VERSION}.tgz"
    if not given and not archive.exists():
        _fetch(archive)
    try:
        content = archive.read_bytes()
    except OSError as problem:
        raise InputError("--pyodide", archive, f"it can't be read ({problem.strerror}); {_CURE}") from None
    if base64.b64encode(hashlib.sha512(content).digest()).decode() != HASH:
        raise InputError("--pyodide", archive, f"it is not the package of version {VERSION}; {_CURE}")
    with tarfile.open(fileobj=io.BytesIO(content)) as packed:
        inside = {member.name.removeprefix("package/"): packed.extractfile(member) for member in packed.getmembers()}
        return {name: file.read() for name in FILES if (file := inside[name])}


_CURE = f"`npm pack pyodide@{VERSION}` fetches it as a .tgz file"


def _cache() -> Path:
    caches = os.environ.get("LOCALAPPDATA") if os.name == "nt" else os.environ.get("XDG_CACHE_HOME")
    return Path(caches or Path.home() / ".cache") / "compute-cost"


def _fetch(target: Path) -> None:
    """Ask npm for the package, from the registry that this user's npm is set to."""
    npm = shutil.which("npm")
    if not npm:
        raise InputError("--pyodide", "nothing", f"npm is missing, which fetches Pyodide; install Node, or give the package: {_CURE}")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(  # noqa: S603 (the npm found on this machine, with a fixed package)
            [npm, "pack", f"pyodide@{VERSION}", "--pack-destination", folder, "--silent"],
            capture_output=True, text=True, encoding="utf-8", timeout=SECONDS, check=False, cwd=folder,
        )  # fmt: skip
        fetched = Path(folder, f"pyodide-{VERSION}.tgz")
        if done.returncode or not fetched.exists():
            why = (done.stderr.strip().splitlines() or ["no file came"])[-1]
            raise InputError("--pyodide", f"pyodide@{VERSION}", f"npm did not fetch it ({why}); give the package yourself: {_CURE}")
        files.write(target, fetched.read_bytes())
