"""The schema of the register, version by version (Alembic)."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.exc import OperationalError

from integrations.register.engine import RegisterTrouble


def upgrade(url: str) -> None:
    """Bring the register at this address to the newest version; an empty one is made. Raises RegisterTrouble."""
    try:
        command.upgrade(_config(url), "head")
    except OperationalError as trouble:
        raise RegisterTrouble(str(trouble.orig)) from trouble


def downgrade(url: str, revision: str) -> None:
    """Take the register back to an earlier version."""
    command.downgrade(_config(url), revision)


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config
