"""Nothing is installed that is not what it was when it was locked."""

import base64
import hashlib
import re
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock")


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_in_the_lock_has_a_version_and_a_hash(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    wanted = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert len(wanted) > 50
    assert [line for line in wanted if not re.match(r"\S+==\S+ .*--hash=sha256:[0-9a-f]{64}", line)] == []


def test_make_installs_nothing_else() -> None:
    installs = [line for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines() if "pip install" in line]
    from_a_lock = [line for line in installs if "--require-hashes" in line and "--no-deps" in line]
    assert [line.split()[-1] for line in from_a_lock] == list(LOCKS)
    (ourselves,) = set(installs) - set(from_a_lock)
    assert "--no-deps" in ourselves
    assert ourselves.endswith("-e .")


def a_package(folder: Path, says: str) -> Path:
    """A package of one line."""
    wheel, name = folder / "voorbeeldpakket-1.0-py3-none-any.whl", "voorbeeldpakket-1.0.dist-info"
    files = {
        "voorbeeldpakket.py": f"SAYS = {says!r}\n",
        f"{name}/METADATA": "Metadata-Version: 2.1\nName: voorbeeldpakket\nVersion: 1.0\n",
        f"{name}/WHEEL": "Wheel-Version: 1.0\nGenerator: toets\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    digests = {path: base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()) for path, text in files.items()}
    record = "".join(f"{path},sha256={digest.decode().rstrip('=')},\n" for path, digest in digests.items())
    with ZipFile(wheel, "w") as archive:
        for path, text in {**files, f"{name}/RECORD": f"{record}{name}/RECORD,,\n"}.items():
            archive.writestr(path, text)
    return wheel


def installed(lock: Path, wheels: Path) -> subprocess.CompletedProcess[str]:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--no-index", "--no-cache-dir", "--no-deps"]
    where = ["--find-links", str(wheels), "--target", str(wheels / "hier"), "--require-hashes", "-r", str(lock)]
    return subprocess.run([*pip, *where], capture_output=True, text=True, check=False)  # noqa: S603


def test_a_package_that_was_altered_since_is_not_installed(tmp_path: Path) -> None:
    lock = tmp_path / "toets.lock"
    locked = hashlib.sha256(a_package(tmp_path, "goed").read_bytes()).hexdigest()
    lock.write_text(f"voorbeeldpakket==1.0 --hash=sha256:{locked}\n")
    as_locked = installed(lock, tmp_path)
    assert as_locked.returncode == 0, as_locked.stderr
    a_package(tmp_path, "kwaad")
    altered = installed(lock, tmp_path)
    assert altered.returncode != 0
    assert "DO NOT MATCH THE HASHES" in altered.stderr
    assert "goed" in (tmp_path / "hier" / "voorbeeldpakket.py").read_text()
