"""The schema of the register, version by version (Alembic)."""

from pathlib import Path

from alembic import command
from alembic.config import Config

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


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config
