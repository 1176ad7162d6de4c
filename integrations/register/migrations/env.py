"""Run by Alembic."""

from alembic import context
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

import integrations.register.tables  # noqa: F401 - fills SQLModel.metadata


def run(connection: Connection) -> None:
    """Migrate over this connection; in the transaction that it is in already, if it is."""
    context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


if (given := context.config.attributes.get("connection")) is not None:
    run(given)
else:
    engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "", poolclass=NullPool)
    with engine.connect() as connection:
        run(connection)
