"""Reading an office document as people see it: LibreOffice opens it, and makes a PDF or plain text of it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SOFFICE = shutil.which("soffice")
LONGEST = 120
"""Seconds; the first start of LibreOffice makes a profile."""


def opened_in_libreoffice(file: Path, into: str) -> bytes:
    """The same document as LibreOffice writes it in another format; where it is absent a test is skipped, but not in CI."""
    if SOFFICE is None:
        assert os.environ.get("CI") != "true", "CI must have LibreOffice Writer"
        pytest.skip("LibreOffice Writer is not installed")
    folder = file.parent / "geopend"
    profile = f"-env:UserInstallation={(file.parent / 'profiel').as_uri()}"
    words = [SOFFICE, profile, "--headless", "--convert-to", into, "--outdir", str(folder), str(file)]
    subprocess.run(words, check=True, capture_output=True, timeout=LONGEST)  # noqa: S603
    return (folder / f"{file.stem}.{into.partition(':')[0]}").read_bytes()
