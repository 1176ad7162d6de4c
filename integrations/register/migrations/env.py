"""Run by Alembic: one transaction, so that a register is of one version or of another, and never in between."""

from alembic import context
from sqlalchemy import Connection
from sqlmodel import Session, SQLModel

import integrations.register.tables  # noqa: F401 - fills SQLModel.metadata
from integrations.register.engine import make_engine
from integrations.register.turns import take_turn


def run(connection: Connection) -> None:
    """Migrate over this connection, in the transaction that it is in."""
    context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()


def keep_writers_out(connection: Connection) -> None:
    """Until this is done. Who is writing is waited for; who writes afterwards sees the new version, and stops if it is old.

    SQLite takes one writer at a time as it is.
    """
    if connection.dialect.name == "postgresql" and connection.dialect.has_table(connection, "alembic_version"):
        connection.exec_driver_sql("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE")


if (given := context.config.attributes.get("connection")) is not None:
    run(given)
else:
    engine = make_engine(context.config.get_main_option("sqlalchemy.url") or "")
    with engine.execution_options(opschaling_write=True).connect() as connection:
        take_turn(Session(connection), "migrations")
        keep_writers_out(connection)
        run(connection)
        connection.commit()
    engine.dispose()
