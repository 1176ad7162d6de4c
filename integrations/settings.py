"""The settings: the only reader of the environment.

Every setting is an environment variable `OPSCHALING_…`; `opschaling up` writes those of a running set-up to
`settings.env` in the state directory, so that a second shell finds it.
"""

import os
import secrets
import tempfile
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Reach(StrEnum):
    """How far anything may go out: to partners, mail servers and Slack."""

    ANYWHERE = "anywhere"
    LOOPBACK = "loopback"


class MailSecurity(StrEnum):
    """How mail is protected on its way. Without any, only to this machine itself."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


def state_dir() -> Path:
    """Where everything of one set-up is kept: `OPSCHALING_STATE_DIR`, or `.opschaling` in this folder."""
    return Path(os.environ.get("OPSCHALING_STATE_DIR", ".opschaling")).absolute()


class Settings(BaseSettings):
    """What one set-up needs to know of its surroundings."""

    model_config = SettingsConfigDict(env_prefix="OPSCHALING_", extra="ignore")

    state_dir: Path = Field(default_factory=state_dir)
    database_url: str = ""
    """Where the register is; by default `register.db` in the state directory."""
    pass_secret: SecretStr | None = None
    """What passes are signed with; by default a random one, kept in the state directory for the owner alone."""
    portal_url: str = "http://127.0.0.1:8400"
    """The address of the portal as people reach it."""
    prefect_ui_url: str = "http://127.0.0.1:4200"
    """The address of the Prefect UI as people reach it."""
    reach: Reach = Reach.ANYWHERE

    smtp_host: str = "127.0.0.1"
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_security: MailSecurity = MailSecurity.STARTTLS
    mail_from: str = "opschaling@localhost"
    slack_base_url: str = "https://hooks.slack.com"
    """The Slack-compatible server that webhooks are on."""
    slack_webhooks: Annotated[dict[str, SecretStr], NoDecode] = {}
    """Name in the plan to the path of its webhook: `nkc=T000/B000/xxxx,iao=T000/B001/yyyy`."""
    partner_gateway: str = ""
    """The base address for partners whose address in the plan is only a path (a Digikoppeling gateway, the simulator)."""

    client_certificates: Annotated[dict[str, Path], NoDecode] = {}
    """Name in the plan to a PEM file with certificate and key, for partners that want to see one: `koppeling=/etc/x.pem`."""
    partner_secrets: Annotated[dict[str, SecretStr], NoDecode] = {}
    """Name in the plan to the secret with which a token is asked for (OAuth 2.0): `koppeling=xxxx`."""

    dead_man_url: SecretStr | None = None
    """An outside address that hears every half minute that all is well, and raises the alarm when it does not."""

    follow_up_seconds: int = Field(default=120, ge=5)
    """How often the `follow_up` flow looks for due work."""
    follow_up_grace_seconds: float = Field(default=30.0, ge=0)
    """How long due work may lie before the watch does it itself."""

    crash_at: str = ""
    """For tests: the place at which a process of this set-up is killed (`integrations.crash`)."""

    @field_validator("slack_webhooks", "client_certificates", "partner_secrets", mode="before")
    @classmethod
    def _named_pairs(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = (pair.partition("=") for pair in value.split(",") if pair.strip())
        return {name.strip(): path.strip() for name, _, path in pairs}

    def __init__(self, *, _of_this_shell: bool = True, **given: object) -> None:
        """What is given counts first; then this shell's environment, unless that is another set-up's."""
        prefix = {} if _of_this_shell else {"_env_prefix": "OPSCHALING_NOT_READ_"}
        around = {"_env_file": state_dir() / "settings.env"} if _of_this_shell else {"_env_file": None}
        super().__init__(**prefix, **around, **given)  # type: ignore[arg-type]

    @property
    def register_url(self) -> str:
        """The address of the register's database."""
        return self.database_url or f"sqlite:///{self.state_dir / 'register.db'}"

    def signing_secret(self) -> bytes:
        """What passes are signed with; made at first use."""
        if self.pass_secret is not None:
            return self.pass_secret.get_secret_value().encode()
        return kept_secret(self.state_dir / "pass.key")


def kept_secret(path: Path) -> bytes:
    """A random secret in a file for its owner alone; made whole at first use, whoever else is making it too."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, draft = tempfile.mkstemp(dir=path.parent)  # readable for the owner alone
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_urlsafe(32).encode())
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        Path(draft).unlink()
    secret = path.read_bytes()
    if len(secret) < SHORTEST_SECRET:
        raise ValueError(f"{path} holds no secret; remove it, and a new one is made")
    return secret


SHORTEST_SECRET = 32
