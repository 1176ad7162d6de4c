"""Rows written past the ORM, many at once: a row object for each would cost more than the writing.

SQLAlchemy says once how a statement reads on this database and how each value goes in; after that the driver does the
work. Measured by the benchmarks `record` and `alerts`.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Dialect, Insert, Table, Update, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

from integrations.register.trouble import ThrownOut

Row = Mapping[str, Any]
_Layout = Callable[[Row, dict[int, Any]], Any]
_PREPARED = 128
"""Statements that are remembered; each stands in the code, so there are few."""


def table_of(row: type[SQLModel]) -> Table:
    """The table of these rows."""
    return SQLModel.metadata.tables[str(row.__tablename__)]


def add(session: Session, row: type[SQLModel], rows: Sequence[Row], *, unless: str | None = None) -> None:
    """Write these rows, all with the same columns; `unless` is a unique column whose known values are passed over."""
    if rows:
        dialect = session.connection().dialect.name
        run(session, _insert(table_of(row), dialect, tuple(rows[0]), unless), rows)


def change(session: Session, row: type[SQLModel], key: Row, version: int, changes: Row) -> None:
    """Change one row as nobody has since it was read: its version is compared, and counted up.

    Raises:
        ThrownOut: somebody was in between; nothing is changed.

    """
    table = table_of(row)
    values = {f"is_{name}": value for name, value in key.items()} | dict(changes) | {"is_version": version}
    if session.connection().execute(_update(table, tuple(key), tuple(changes)), values).rowcount != 1:
        raise ThrownOut(f"somebody else changed {table.name} {'/'.join(map(str, key.values()))} in between")


def run(session: Session, statement: Insert | Update, rows: Sequence[Row]) -> int:
    """Carry this statement out with the values of each of these rows; returns how many rows it found."""
    connection = session.connection()
    words, laid_out = _prepared(statement, connection.dialect)
    known: dict[int, Any] = {}
    return connection.exec_driver_sql(words, [laid_out(row, known) for row in rows]).rowcount


@lru_cache(_PREPARED)
def _insert(table: Table, dialect: str, columns: tuple[str, ...], unless: str | None) -> Insert:
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    if unless:
        insert = insert.on_conflict_do_nothing(index_elements=[unless])
    return insert.values({name: bindparam(name) for name in columns}).inline()


@lru_cache(_PREPARED)
def _update(table: Table, key: tuple[str, ...], changes: tuple[str, ...]) -> Update:
    same = [table.c[name] == bindparam(f"is_{name}") for name in (*key, "version")]
    return table.update().where(*same).values({name: bindparam(name) for name in changes} | {"version": table.c.version + 1})


@lru_cache(_PREPARED)
def _prepared(statement: Insert | Update, dialect: Dialect) -> tuple[str, _Layout]:
    """The words of a statement for the driver, and how to lay out a row for it."""
    compiled: Any = statement.compile(dialect=dialect)
    names = tuple(compiled.positiontup or compiled.binds)
    pick = itemgetter(*names)
    as_types = [
        (place, process) for place, name in enumerate(names) if (process := _process(compiled.binds[name].type, dialect))
    ]

    def in_order(row: Row, known: dict[int, Any]) -> tuple[Any, ...]:
        values = list(pick(row))
        for place, process in as_types:
            value = values[place]
            if value is not None:
                key = id(value)
                if key not in known:  # many rows hold the very same moment, or the same facts
                    known[key] = process(value)
                values[place] = known[key]
        return tuple(values)

    if compiled.positional:
        return str(compiled), in_order
    return str(compiled), lambda row, known: dict(zip(names, in_order(row, known), strict=True))


def _process(kind: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    """How SQLAlchemy turns a value of this type into what the driver takes; None: as it is."""
    process: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return process
