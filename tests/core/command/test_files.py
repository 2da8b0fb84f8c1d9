"""Files are whole or not there: no half of one, no link followed, nobody else's eyes on a private one."""

from __future__ import annotations

import io
import os
import sys
import threading
import time
import zipfile
from pathlib import Path
from unittest import mock

import pytest

from compute_cost.command import files


def test_a_file_is_made_and_replaced(tmp_path: Path) -> None:
    target = tmp_path / "a.bin"
    for content in (b"one", b"", b"two" * 1000):
        files.write(target, content)
        assert target.read_bytes() == content
    assert [one.name for one in tmp_path.iterdir()] == ["a.bin"]


@pytest.mark.parametrize("function", ["replace", "open"])
def test_where_it_fails_the_old_file_stays_and_nothing_is_left(function: str, tmp_path: Path) -> None:
    target = tmp_path / "a.bin"
    files.write(target, b"old")
    with mock.patch.object(os, function, side_effect=OSError(28, "No space left on device")), pytest.raises(OSError, match="No space"):
        files.write(target, b"new")
    assert target.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["a.bin"]


def test_an_interrupted_write_leaves_nothing(tmp_path: Path) -> None:
    with mock.patch.object(os, "replace", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        files.write(tmp_path / "a.bin", b"new")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        files.write(tmp_path / "no" / "a.bin", b"new")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="modes and links of POSIX")
def test_a_file_is_whole_private_where_it_must_be_and_follows_no_link(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine", encoding="utf-8")
    target = tmp_path / "target"
    for link in (target, tmp_path / f".target.{os.getpid()}-{threading.get_native_id()}.part"):
        link.symlink_to(victim)
        files.write(target, b"new", private=True)
        assert (victim.read_text(encoding="utf-8"), target.read_bytes(), target.is_symlink()) == ("mine", b"new", False)
        assert target.stat().st_mode & 0o077 == 0
    assert {one.name for one in tmp_path.iterdir()} == {"victim", "target"}


@pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")
def test_a_plain_file_has_the_modes_that_others_have(tmp_path: Path) -> None:
    files.write(tmp_path / "ours", b"")
    (tmp_path / "plain").write_bytes(b"")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_writers_at_the_same_time_leave_one_whole_file(tmp_path: Path) -> None:
    target = tmp_path / "a.bin"
    contents = [bytes([number]) * 200_000 for number in range(8)]
    threads = [threading.Thread(target=files.write, args=(target, content)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert target.read_bytes() in contents
    assert [one.name for one in tmp_path.iterdir()] == ["a.bin"]


def test_an_archive_has_the_same_bytes_on_any_day_and_system() -> None:
    contents = {"b.txt": b"two", "a/c.txt": b"one" * 1000}
    made = files.zipped(contents)
    with mock.patch.object(time, "localtime", return_value=time.gmtime(0)), mock.patch.object(sys, "platform", "win32"):
        assert files.zipped(contents) == made
    assert files.zipped({**contents, "b.txt": b"other"}) != made
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == contents
        assert archive.namelist() == list(contents), "in their order"
        assert len(made) < 1000, "compressed"
