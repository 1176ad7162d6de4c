"""The schema of the register, version by version (Alembic)."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from integrations.register.engine import open_register, schema_of
from integrations.register.tables import SCHEMA
from integrations.register.trouble import translated


def upgrade(url: str) -> None:
    """Bring the register at this address to the newest version; an empty one is made.

    Raises:
        NewerRegister: it is of a version that this product does not know; nothing was changed.
        RegisterTrouble: the database is not there, or could not be changed.

    """
    register = open_register(url)
    found = schema_of(register)
    register.close()
    if found != SCHEMA:
        with translated():
            command.upgrade(_config(url), "head")


def downgrade(url: str, revision: str) -> None:
    """Take the register back to an earlier version."""
    with translated():
        command.downgrade(_config(url), revision)


def upgrade_over(connection: Connection, revision: str = "head") -> None:
    """Bring the register to this version within the transaction that the connection is in."""
    command.upgrade(_config("", connection), revision)


def throw_away_over(connection: Connection) -> None:
    """Throw all tables away, with everything in them, within the transaction that the connection is in."""
    command.downgrade(_config("", connection), "base")


def known() -> frozenset[str]:
    """Every version that this product knows."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config("")).walk_revisions())


def _config(url: str, connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config
