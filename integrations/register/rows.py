"""Rows written and read past the ORM: a row object for each would cost more than the writing.

SQLAlchemy says once how a statement reads on this database and how each value goes in; after that the driver does the
work. Measured by the benchmarks `record` and `alerts`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Connection, Date, Dialect, Select, Table, Update, bindparam, literal_column
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel

from integrations.register.columns import ExactNumber, UtcMoment, json_text, utc_text
from integrations.register.trouble import ThrownOut

Row = Mapping[str, Any]
_Types = tuple[tuple[int, Callable[[Any], Any]], ...]
_PREPARED = 128
"""Statements that are remembered; each stands in the code, so there are few."""


def connection_of(session: Session) -> Connection:
    """The connection of this transaction: kept with it, for the ORM looks through all its states each time."""
    known: Connection | None = session.info.get("connection")
    return known or session.connection()


def table_of(row: type[SQLModel]) -> Table:
    """The table of these rows."""
    return SQLModel.metadata.tables[str(row.__tablename__)]


def add(session: Session, row: type[SQLModel], rows: Sequence[Row]) -> None:
    """Write these rows, all with the same columns."""
    if rows:
        columns = tuple(rows[0])
        as_types = _types(table_of(row), columns)
        known: dict[Any, Any] = {}
        add_as_they_are(session, row, columns, [_laid_out(each, columns, as_types, known) for each in rows])


def add_as_they_are(
    session: Session, row: type[SQLModel], columns: tuple[str, ...], values: list[tuple[Any, ...]], *, unless: str | None = None
) -> None:
    """Write values in the order of these columns that go in as they are: moments are `utc_text`, facts are JSON.

    Words are best plain `str`: a `StrEnum` goes in as well, but SQLite's driver takes three times as long.
    `unless` is a unique column; a row whose value there is known already is passed over.
    """
    connection = connection_of(session)
    if values:
        carry_out(connection, _insert(str(row.__tablename__), columns, unless, connection.dialect.name), values)


def change(session: Session, row: type[SQLModel], key: Row, version: int, changes: Row) -> None:
    """Change one row as nobody has since it was read: its version is compared, and counted up.

    Raises:
        ThrownOut: somebody was in between; nothing is changed.

    """
    table = table_of(row)
    values = {f"is_{name}": value for name, value in key.items()} | dict(changes) | {"is_version": version}
    if run(session, _update(table, tuple(key), tuple(changes)), [values]) != 1:
        raise ThrownOut(f"somebody else changed {table.name} {'/'.join(map(str, key.values()))} in between")


def run(session: Session, statement: Update, rows: Sequence[Row]) -> int:
    """Carry this statement out with the values of each of these rows; returns how many rows it found."""
    connection = connection_of(session)
    words, names, as_types = _prepared(statement, connection.dialect.name)
    known: dict[Any, Any] = {}
    found: int = carry_out(connection, words, [_laid_out(row, names, as_types, known) for row in rows]).rowcount
    return found


def ask(session: Session, question: Select[Any], values: Row) -> list[tuple[Any, ...]]:
    """The rows that answer this question, as they stand in the database: moments are text, and SQLite's yes and no 1 and 0."""
    connection = connection_of(session)
    words, names, as_types = _prepared(question, connection.dialect.name)
    found: list[tuple[Any, ...]] = carry_out(connection, words, [_laid_out(values, names, as_types, {})]).fetchall()
    return found


def carry_out(connection: Connection, words: str, values: Sequence[tuple[Any, ...]] = ((),)) -> Any:
    """By the driver itself; its errors become SQLAlchemy's, as they would have on the longer way."""
    cursor = connection.connection.cursor()
    try:
        if len(values) == 1:
            cursor.execute(words, values[0])
        else:
            cursor.executemany(words, values)
    except connection.dialect.loaded_dbapi.Error as trouble:
        is_lost = connection.dialect.is_disconnect(trouble, connection.connection.driver_connection, cursor)
        if is_lost:
            connection.invalidate(trouble)
        kinds = connection.dialect.loaded_dbapi.Error
        raise DBAPIError.instance(
            words, None, trouble, kinds, connection_invalidated=is_lost, dialect=connection.dialect
        ) from trouble
    return cursor


@lru_cache(_PREPARED)
def _insert(table: str, columns: tuple[str, ...], unless: str | None, dialect: str) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    places = ", ".join(["?" if dialect == "sqlite" else "%s"] * len(columns))
    otherwise = f' ON CONFLICT ("{unless}") DO NOTHING' if unless else ""
    return f"INSERT INTO {table} ({names}) VALUES ({places}){otherwise}"  # noqa: S608 - names of our own


@lru_cache(_PREPARED)
def _update(table: Table, key: tuple[str, ...], changes: tuple[str, ...]) -> Update:
    same = [table.c[name] == bindparam(f"is_{name}") for name in (*key, "version")]
    one_more = table.c.version + literal_column("1")
    return table.update().where(*same).values({name: bindparam(name) for name in changes} | {"version": one_more})


@lru_cache(_PREPARED)
def _prepared(statement: Update | Select[Any], dialect: str) -> tuple[str, tuple[str, ...], _Types]:
    """The words of a statement for the driver, the names of its places, and their types.

    What never changes must stand in the statement as a literal: the rows hold the rest.
    """
    compiled: Any = statement.compile(dialect=_BY_PLACE[dialect])
    names = tuple(compiled.positiontup)
    return str(compiled), names, _typed(compiled.binds[name].type for name in names)


_BY_PLACE: dict[str, Dialect] = {
    "sqlite": sqlite.dialect(paramstyle="qmark"),
    "postgresql": postgresql.psycopg.dialect(paramstyle="format"),  # type: ignore[no-untyped-call]  # SQLAlchemy does not say
}


@lru_cache(_PREPARED)
def _types(table: Table, columns: tuple[str, ...]) -> _Types:
    return _typed(table.c[column].type for column in columns)


def _typed(kinds: Iterable[Any]) -> _Types:
    """The places whose values do not go in as they are, and how they do."""
    return tuple((place, process) for place, kind in enumerate(kinds) if (process := _process(kind)))


def _laid_out(row: Row, names: tuple[str, ...], as_types: _Types, known: dict[Any, Any]) -> tuple[Any, ...]:
    """The values for the driver, in their order. Many rows hold the very same moment, or the same facts: `known`."""
    values = [row[name] for name in names]
    for place, process in as_types:
        value = values[place]
        if value is not None:
            key = process, id(value)
            if key not in known:
                known[key] = value, process(value)  # kept, so that its id stays its own
            values[place] = known[key][1]
    return tuple(values)


def _process(kind: Any) -> Callable[[Any], Any] | None:
    """How a value of this type goes in, the same on every database; None: as it is."""
    match kind:
        case UtcMoment():
            return utc_text
        case JSON():
            return json_text
        case ExactNumber():
            return str
        case Date():
            return date.isoformat
        case _:
            return None
