"""A small disk of its own, which can be filled, and set to reading only, without harm to anything else."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

SIZE = "3m"
NOBODY = 65534


@dataclass(frozen=True)
class Disk:
    """It holds three megabytes."""

    path: Path

    @contextmanager
    def full(self) -> Iterator[None]:
        """To the last byte."""
        ballast = self.path / "ballast"
        with ballast.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(bytes(4096)):
                pass
        try:
            yield
        finally:
            ballast.unlink()

    @contextmanager
    def reading_only(self) -> Iterator[None]:
        """As a disk that reports errors is set by its host; nothing on it may be open."""
        assert _mount("-o", "remount,ro", str(self.path))
        try:
            yield
        finally:
            assert _mount("-o", "remount,rw", str(self.path))


@contextmanager
def a_disk(folder: Path) -> Iterator[Disk]:
    """At this folder. Where this user cannot mount one the test is left out, but never in CI."""
    folder.mkdir()
    if not _mount("-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)):
        if os.environ.get("CI") == "true":
            pytest.fail("no disk of limited size could be mounted")
        pytest.skip("no disk of limited size can be mounted by this user")
    try:
        yield Disk(folder)
    finally:
        _as_root("umount", "--lazy", str(folder))


@contextmanager
def without_permission(folder: Path) -> Iterator[None]:
    """What is in this folder can be read by this process, and not be written; to root too, who is somebody else meanwhile."""
    files = [folder, *folder.iterdir()]
    before = {file: file.stat().st_mode for file in files}
    for file in files:
        file.chmod(0o555 if file.is_dir() else 0o444)
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
        for file, mode in before.items():
            file.chmod(mode)


def _mount(*how: str) -> bool:
    return _as_root("mount", *how)


def _as_root(*command: str) -> bool:
    elevated = () if os.geteuid() == 0 else ("sudo", "-n")
    with suppress(FileNotFoundError):
        return subprocess.run([*elevated, *command], capture_output=True, check=False).returncode == 0  # noqa: S603
    return False
