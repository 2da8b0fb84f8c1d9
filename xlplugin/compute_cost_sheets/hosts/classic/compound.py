"""Writes a compound file, the small file system in which Office keeps macros ([MS-CFB], version 3: sectors of 512 bytes)."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SECTOR, SMALL = 512, 64
CUTOFF = 4096  # a shorter stream is kept in small sectors
FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
STORAGE, STREAM, ROOT = 1, 2, 5
MOST_TABLE_SECTORS = 109  # that the header lists: 7 MB, far more than macros need
Folder = Mapping[str, "bytes | Folder"]


@dataclass
class _Entry:
    """A storage or a stream, as the directory lists it."""

    name: str
    kind: int
    content: bytes = b""
    left: int = FREE
    right: int = FREE
    child: int = FREE
    start: int = END

    def packed(self, size: int) -> bytes:
        text = self.name.encode("utf-16-le")
        black = 1
        links = struct.pack("<HBBIII", len(text) + 2 if text else 0, self.kind, black, self.left, self.right, self.child)
        return text.ljust(64, b"\0") + links + bytes(16 + 4 + 8 + 8) + struct.pack("<IQ", self.start if self.kind != STORAGE else 0, size)


def write(folder: Folder) -> bytes:
    """The bytes of a compound file with these streams; a mapping is a storage inside."""
    entries = [_Entry("Root Entry", ROOT)]
    _list(folder, entries, 0)
    small, large = bytearray(), bytearray()
    small_table: list[int] = []
    table: list[int] = []
    for entry in entries:
        if entry.kind == STREAM and entry.content:
            if len(entry.content) < CUTOFF:
                entry.start = _append(entry.content, small, small_table, SMALL)
            else:
                entry.start = _append(entry.content, large, table, SECTOR)
    entries[0].start = _append(bytes(small), large, table, SECTOR) if small else END
    sizes = [len(small), *(len(entry.content) for entry in entries[1:])]
    directory = b"".join(entry.packed(size) for entry, size in zip(entries, sizes, strict=True))
    unused = struct.pack("<HBBIII", 0, 0, 0, FREE, FREE, FREE)
    directory += (bytes(64) + unused + bytes(128 - 64 - len(unused))) * (-len(entries) % (SECTOR // 128))
    directory_start = _append(directory, large, table, SECTOR)
    packed_small = struct.pack(f"<{len(small_table)}I", *small_table)
    small_start = _append(packed_small, large, table, SECTOR, b"\xff") if small_table else END
    count = next(n for n in range(1, MOST_TABLE_SECTORS) if n * SECTOR // 4 >= len(table) + n)  # the table has its own sectors, too
    places = range(len(table), len(table) + count)
    table += [TABLE] * count
    table += [FREE] * (count * SECTOR // 4 - len(table))
    header = struct.pack("<8s16sHHHHH6s", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes(16), 0x3E, 3, 0xFFFE, 9, 6, bytes(6))
    header += struct.pack("<10I", 0, count, directory_start, 0, CUTOFF, small_start, -(-len(packed_small) // SECTOR), END, 0, places[0])
    listed = [*places[1:], *[FREE] * (MOST_TABLE_SECTORS - count)]
    return header + struct.pack("<108I", *listed) + bytes(large) + struct.pack(f"<{len(table)}I", *table)


def _list(folder: Folder, entries: list[_Entry], parent: int) -> None:
    """Append what a storage holds, and link it as the balanced tree that readers search: by length of the name, then by the name."""
    own = []
    for name, content in sorted(folder.items(), key=lambda item: (len(item[0]), item[0].upper())):
        own.append(len(entries))
        entries.append(_Entry(name, STREAM, content) if isinstance(content, bytes) else _Entry(name, STORAGE))
        if not isinstance(content, bytes):
            _list(content, entries, own[-1])
    entries[parent].child = _tree(own, entries)


def _tree(places: Sequence[int], entries: list[_Entry]) -> int:
    if not places:
        return FREE
    middle = len(places) // 2
    entries[places[middle]].left = _tree(places[:middle], entries)
    entries[places[middle]].right = _tree(places[middle + 1 :], entries)
    return places[middle]


def _append(content: bytes, sectors: bytearray, table: list[int], size: int, filler: bytes = b"\0") -> int:
    """Put the content into sectors of its own, chained in the table; gives the first."""
    start = len(table)
    count = -(-len(content) // size)
    sectors += content.ljust(count * size, filler)
    table += [*range(start + 1, start + count), END]
    return start
