"""Rows written past the ORM, many at once: a row object for each would cost more than the writing.

SQLAlchemy says once per table how the statement reads on this database and how each value goes in; after that the driver
does the work. Measured by the benchmark `record`.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Dialect, Table, Update, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

from integrations.register.trouble import ThrownOut

Row = Mapping[str, Any]
_Layout = Callable[[Row, dict[int, Any]], Any]


def table_of(row: type[SQLModel]) -> Table:
    """The table of these rows."""
    return SQLModel.metadata.tables[str(row.__tablename__)]


def add(session: Session, row: type[SQLModel], rows: Sequence[Row], *, unless: str | None = None) -> None:
    """Write these rows, all with the same columns; `unless` is a unique column whose known values are passed over."""
    if not rows:
        return
    connection = session.connection()
    statement, values = _insert(table_of(row), connection.dialect, tuple(rows[0]), unless)
    known: dict[int, Any] = {}
    connection.exec_driver_sql(statement, [values(each, known) for each in rows])


def change(session: Session, row: type[SQLModel], key: Row, version: int, changes: Row) -> None:
    """Change one row as nobody has since it was read: its version is compared, and counted up.

    Raises:
        ThrownOut: somebody was in between; nothing is changed.

    """
    table = table_of(row)
    statement = _update(table, tuple(key), tuple(changes))
    values = {f"is_{name}": value for name, value in key.items()} | dict(changes) | {"is_version": version}
    if session.connection().execute(statement, values).rowcount != 1:
        raise ThrownOut(f"somebody else changed {table.name} {'/'.join(map(str, key.values()))} in between")


@lru_cache(maxsize=64)
def _update(table: Table, key: tuple[str, ...], changes: tuple[str, ...]) -> Update:
    """The statement, made once: making it costs more than executing it."""
    same = [table.c[name] == bindparam(f"is_{name}") for name in (*key, "version")]
    return table.update().where(*same).values({name: bindparam(name) for name in changes} | {"version": table.c.version + 1})


@lru_cache(maxsize=64)
def _insert(table: Table, dialect: Dialect, columns: tuple[str, ...], unless: str | None) -> tuple[str, _Layout]:
    """The statement for rows with these columns, and how to lay out a row for the driver."""
    insert: Any = sqlite.insert(table) if dialect.name == "sqlite" else postgresql.insert(table)
    if unless:
        insert = insert.on_conflict_do_nothing(index_elements=[unless])
    compiled = insert.inline().compile(dialect=dialect, column_keys=columns)
    order = tuple(compiled.positiontup or columns)
    pick = itemgetter(*order)
    as_types = [(place, process) for place, name in enumerate(order) if (process := _process(table, name, dialect))]

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
    return str(compiled), lambda row, known: dict(zip(order, in_order(row, known), strict=True))


def _process(table: Table, column: str, dialect: Dialect) -> Callable[[Any], Any] | None:
    """How SQLAlchemy turns a value of this column into what the driver takes; None: as it is."""
    return table.c[column].type.dialect_impl(dialect).bind_processor(dialect)
