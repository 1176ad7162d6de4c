"""The two databases that the register stands on. Each test gets one of its own, with tables and nothing in it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import psycopg
import pytest

from integrations.register.migrations import upgrade

BOTH = ("sqlite", "postgresql")
SERVER = os.environ.get("POSTGRESQL_FOR_TESTS", "postgresql://postgres@127.0.0.1:5432")
"""A server on which databases may be made and dropped."""
TEMPLATE = f"opschaling_test_{uuid4().hex[:12]}"


@contextmanager
def a_database(kind: str, folder: Path) -> Iterator[str]:
    """The address of a register that nobody has written in."""
    if kind == "sqlite":
        yield on_sqlite(folder)
    else:
        with on_postgresql(of=_template()) as address:
            yield address


def on_sqlite(folder: Path) -> str:
    """A file in this folder."""
    (folder / "register.db").write_bytes(_empty_file())
    return f"sqlite:///{folder / 'register.db'}"


@contextmanager
def on_postgresql(of: str = "template0") -> Iterator[str]:
    """A database that is a copy of this one, and gone afterwards."""
    name = f"{TEMPLATE}_{uuid4().hex[:12]}"
    _on_the_server(f"CREATE DATABASE {name} TEMPLATE {of}")
    try:
        yield address_of(name)
    finally:
        _on_the_server(f"DROP DATABASE {name} WITH (FORCE)")


def has_a_server() -> bool:
    """Whether there is a PostgreSQL to test on."""
    try:
        psycopg.connect(f"{SERVER}/postgres", connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def emptied_again_and_again() -> Iterator[Callable[[], str]]:
    """A database that can be emptied: each call gives the same address, with tables and nothing in it."""
    name = f"{TEMPLATE}_{uuid4().hex[:12]}"

    def emptied() -> str:
        _on_the_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        _on_the_server(f"CREATE DATABASE {name} TEMPLATE {_template()}")
        return address_of(name)

    try:
        yield emptied
    finally:
        _on_the_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        drop_the_template()


def address_of(name: str) -> str:
    """The address of this database on the server, for the register."""
    return f"{SERVER.replace('postgresql:', 'postgresql+psycopg:')}/{name}"


def drop_the_template() -> None:
    """Leave the server as it was."""
    if _template.cache_info().currsize:
        _on_the_server(f"DROP DATABASE {TEMPLATE} WITH (FORCE)")
        _template.cache_clear()


@cache
def _empty_file() -> bytes:
    """Migrating takes longest, so it is done once."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "register.db"
        upgrade(f"sqlite:///{file}")
        return file.read_bytes()


@cache
def _template() -> str:
    _on_the_server(f"CREATE DATABASE {TEMPLATE}")
    upgrade(address_of(TEMPLATE))
    return TEMPLATE


def _on_the_server(statement: str) -> None:
    try:
        with psycopg.connect(f"{SERVER}/postgres", autocommit=True, connect_timeout=5) as connection:
            connection.execute(statement.encode())
    except psycopg.OperationalError as absent:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"PostgreSQL is not there: {absent}")
