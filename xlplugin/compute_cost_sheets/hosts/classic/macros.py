"""Writes macros as Office keeps them ([MS-OVBA]), from their text alone: Excel compiles them when it opens the file.

Nothing of Excel is needed for it, nor any setting of it: with macros brought in by code Excel asks for the trusted access to its
projects, with macros that are in the file it does not.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import NamedTuple

from compute_cost_sheets.hosts.classic import compound

CHUNK = 4096  # bytes that are compressed at a time
CODE_PAGE = "cp1252"
# The project's number: which of them it is does not matter, but the coded lines of PROJECT depend on it.
PROJECT_ID = "{5B7C1F30-6A58-4C0B-9C6E-3D1D8A2E4F51}"
BASES = {  # what a module of a document or a class builds on
    "workbook": "0{00020819-0000-0000-C000-000000000046}",
    "sheet": "0{00020820-0000-0000-C000-000000000046}",
    "class": "0{FCFB3D2A-A0FA-1068-A738-08002B3371B5}",
}
REFERENCES = {  # the libraries that every Excel has; it finds them by their numbers, wherever they are
    "stdole": r"*\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\Windows\System32\stdole2.tlb#OLE Automation",
    "Office": r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0#C:\Program Files\Common Files\Microsoft Shared\OFFICE16\MSO.DLL"
    "#Microsoft Office 16.0 Object Library",
}


class Module(NamedTuple):
    """One module: "module" for functions and macros, "class", "workbook" or "sheet"."""

    kind: str
    text: str

    def source(self, name: str) -> bytes:
        """The text with the attributes that say what it is."""
        lines = [f'Attribute VB_Name = "{name}"']
        if self.kind != "module":
            document = self.kind != "class"
            flags = {"GlobalNameSpace": False, "Creatable": False, "PredeclaredId": document, "Exposed": document,
                     "TemplateDerived": False, "Customizable": document}  # fmt: skip
            lines += [f'Attribute VB_Base = "{BASES[self.kind]}"', *(f"Attribute VB_{flag} = {value}" for flag, value in flags.items())]
        return ("\r\n".join([*lines, *self.text.splitlines()]) + "\r\n").encode(CODE_PAGE)


def project(name: str, modules: Mapping[str, Module]) -> bytes:
    """The file vbaProject.bin of a project with these modules; the same modules give the same bytes."""
    streams = {module_name: compressed(module.source(module_name)) for module_name, module in modules.items()}
    # The version says that no compiled code is kept, so that the text is what counts.
    inside = {"_VBA_PROJECT": struct.pack("<HHBH", 0x61CC, 0xFFFF, 0, 0), "dir": compressed(_directory(name, modules)), **streams}
    wide = b"".join(module_name.encode(CODE_PAGE) + b"\0" + module_name.encode("utf-16-le") + b"\0\0" for module_name in modules) + b"\0\0"
    return compound.write({"VBA": inside, "PROJECT": _described(name, modules), "PROJECTwm": wide})


def _directory(name: str, modules: Mapping[str, Module]) -> bytes:
    """The stream dir: what the project refers to and which modules it has."""

    def record(number: int, content: bytes) -> bytes:
        return struct.pack("<HI", number, len(content)) + content

    def text(number: int, wide_number: int, content: str) -> bytes:
        return record(number, content.encode(CODE_PAGE)) + record(wide_number, content.encode("utf-16-le"))

    whole, half, none = struct.Struct("<I").pack, struct.Struct("<H").pack, b""
    parts = [
        record(0x01, whole(3)), record(0x02, whole(0x409)), record(0x14, whole(0x409)), record(0x03, half(1252)),
        record(0x04, name.encode(CODE_PAGE)), text(0x05, 0x40, ""), record(0x06, none), record(0x3D, none), record(0x07, whole(0)),
        record(0x08, whole(0)), struct.pack("<HIIH", 0x09, 4, 1, 1), text(0x0C, 0x3C, ""),
    ]  # fmt: skip
    for reference, library in REFERENCES.items():
        packed = library.encode(CODE_PAGE)
        parts += [text(0x16, 0x3E, reference), record(0x0D, whole(len(packed)) + packed + bytes(6))]
    parts += [record(0x0F, half(len(modules))), record(0x13, half(0xFFFF))]
    for module_name, module in modules.items():
        parts += [
            record(0x19, module_name.encode(CODE_PAGE)), record(0x47, module_name.encode("utf-16-le")), text(0x1A, 0x32, module_name),
            text(0x1C, 0x48, ""), record(0x31, whole(0)), record(0x1E, whole(0)), record(0x2C, half(0xFFFF)),
            record(0x21 if module.kind == "module" else 0x22, none), record(0x2B, none),
        ]  # fmt: skip
    return b"".join([*parts, record(0x10, none)])


def _described(name: str, modules: Mapping[str, Module]) -> bytes:
    """The stream PROJECT: the same for people; a project that anyone may read and change."""
    words = {"module": "Module={}", "class": "Class={}", "workbook": "Document={}/&H00000000", "sheet": "Document={}/&H00000000"}
    lines = [
        f'ID="{PROJECT_ID}"', *(words[module.kind].format(module_name) for module_name, module in modules.items()), f'Name="{name}"',
        'HelpContextID="0"', 'VersionCompatible32="393222000"', f'CMG="{_coded(bytes(4))}"', f'DPB="{_coded(bytes(1))}"',
        f'GC="{_coded(bytes([0xFF]))}"', "", "[Host Extender Info]",
        "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000", "", "[Workspace]",
        *(f"{module_name}=0, 0, 0, 0, C" for module_name in modules),
    ]  # fmt: skip
    return ("\r\n".join(lines) + "\r\n").encode(CODE_PAGE)


def _coded(content: bytes, seed: int = 0x07) -> str:
    """What PROJECT keeps of protection, password and visibility, each byte covered by those before it."""
    key = sum(PROJECT_ID.encode()) & 0xFF
    coded = [seed, seed ^ 2, seed ^ key]
    plain, last, before = key, coded[2], coded[1]
    for byte in bytes((seed & 6) // 2) + struct.pack("<I", len(content)) + content:
        covered = byte ^ ((before + plain) & 0xFF)
        coded.append(covered)
        before, last, plain = last, covered, byte
    return bytes(coded).hex().upper()


def compressed(content: bytes) -> bytes:
    """The content as streams of macros keep it: runs that occurred before are replaced by where and how long."""
    return b"\x01" + b"".join(_chunk(content[at : at + CHUNK]) for at in range(0, len(content), CHUNK))


def _chunk(content: bytes) -> bytes:
    packed, at = bytearray(), 0
    seen: dict[bytes, list[int]] = {}
    while at < len(content):
        flags, tokens = 0, bytearray()
        for bit in range(8):
            if at >= len(content):
                break
            bits = max((at - 1).bit_length(), 4)  # for the distance; the others count the length
            place, length = _earlier(content, at, (0xFFFF >> bits) + 3, seen)
            if length:
                flags |= 1 << bit
                tokens += struct.pack("<H", (at - place - 1) << (16 - bits) | (length - 3))
            else:
                tokens.append(content[at])
            for start in range(at, at + max(length, 1)):
                seen.setdefault(content[start : start + 3], []).append(start)
            at += max(length, 1)
        packed += bytes([flags]) + tokens
    if len(packed) >= CHUNK:  # it would not get shorter
        return struct.pack("<H", 0x3000 | CHUNK - 1) + content.ljust(CHUNK, b"\0")
    return struct.pack("<H", 0xB000 | len(packed) - 1) + bytes(packed)


def _earlier(content: bytes, at: int, longest: int, seen: Mapping[bytes, list[int]]) -> tuple[int, int]:
    """Where what follows occurred before, and for how long; a length of 0 where it did not."""
    best = (0, 0)
    most = min(longest, len(content) - at)
    for place in seen.get(content[at : at + 3], ())[-32:] if most >= 3 else ():
        length = 3
        while length < most and content[place + length] == content[at + length]:
            length += 1
        if length > best[1]:
            best = place, length
    return best
