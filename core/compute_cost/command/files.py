"""Files are written whole or not at all: a reader, or a writer that is killed, never has half of one. Archives are always alike."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
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


def zipped(contents: Mapping[str, bytes]) -> bytes:
    """A zip archive of these files, in their order, whose bytes depend on nothing else: neither on the day nor on the system."""
    import io  # archives only
    import zipfile

    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in contents.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            archive.writestr(entry, text)
    return content.getvalue()
