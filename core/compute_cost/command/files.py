"""Files are written whole or not at all: a reader, or a writer that is killed, never has half of it."""

from __future__ import annotations

import os
import threading
from pathlib import Path


def write(path: Path, content: bytes, private: bool = False) -> None:
    """Replace the file by one with this content; `private` lets its owner alone read it. Raises OSError, the old file as it was.

    The new file is made next to the old one, under a name that must be free: a link that somebody put there is not followed.
    """
    new = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_native_id()}.part")
    new.unlink(missing_ok=True)
    try:
        with open(new, "xb", opener=lambda name, flags: os.open(name, flags, 0o600 if private else 0o666)) as file:
            file.write(content)
        os.replace(new, path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
