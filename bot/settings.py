"""Settings, read from the environment and typed. The list is part of docs/operations.md."""

import hashlib
import hmac
import os
import re
import secrets
from datetime import date, datetime
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "BOT_"
WEB = {"http", "https"}
_HOST = re.compile(r"(?:https?://)?(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?", re.I)
DATABASES = ("sqlite+aiosqlite://", "postgresql+asyncpg://")


class BadSettings(Exception):
    """A setting is unknown or has a value that can't be used; the text is for the operator."""


class Settings(BaseSettings):
    """Every setting has a default that works on a laptop. Read them with `load()`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, env_ignore_empty=True)

    host: str = "127.0.0.1"
    port: int = Field(8080, ge=1, le=65535)
    data_dir: Path = Path("var")
    database_url: str | None = None
    redis_url: str | None = None
    secret_key: SecretStr | None = None
    public_url: str | None = None
    twilio_auth_token: SecretStr | None = None
    twilio_account_sid: str | None = None
    twilio_number: str | None = None
    twilio_keywords: Literal["bot", "twilio"] = "bot"
    twilio_redact: Literal["on", "off"] = "on"
    sms_gateway_secret: SecretStr | None = None
    sms_gateway_url: str | None = None
    contact: str = "311"
    timezone: str = "America/New_York"
    trusted_proxies: str | None = None
    embed_hosts: str | None = None
    smtp_url: SecretStr | None = None
    smtp_from: str | None = None
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_trust_email: Literal["on", "off"] = "off"
    today: date | None = None
    keep_conversations: int | None = Field(365, ge=1)
    keep_contacts: int | None = Field(180, ge=1)
    keep_messages: int | None = Field(90, ge=1)
    keep_comments: int | None = Field(None, ge=1)
    keep_staff_log: int | None = Field(2555, ge=1)
    records_law: Literal["erase", "redact"] = "erase"
    """What becomes of a comment whose author asks to erase it, where the law keeps records."""
    rate_limit: Literal["on", "off"] = "on"
    drain_seconds: float = Field(0, ge=0, le=60)
    """How long a front that stops still answers while the balancer looks elsewhere."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    metrics_token: SecretStr | None = None
    """Who has it may read /metrics and the parts of /ready from elsewhere than loopback."""
    heartbeat_seconds: int = Field(60, ge=0, le=3600)
    """How often the front asks itself a question through all parts; 0 never."""
    log_format: Literal["text", "json"] = "text"
    """Plain lines for a terminal, or JSON for a log store, with a line for each request."""
    assistant_workers: int = Field(1, ge=1, le=64)
    """How many assistants the supervisor starts: one for each core that shall work for them."""
    assistant_url: str | None = None
    """Where the assistants listen; set by the supervisor, or by hand when run apart."""
    actions_port: int | None = Field(None, ge=1, le=65535)
    """Where the action server listens; set by the supervisor."""
    inner_secret: SecretStr | None = None
    """Shared by front, assistant and actions; derived from the secret key if not set."""

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # "America" is a folder
            raise ValueError("is not a time zone, such as America/New_York") from error
        return value

    @field_validator("today", mode="before")
    @classmethod
    def _iso_date(cls, value: object) -> object:
        # Pydantic would also take a count of seconds, and so misread 20180316.
        if not isinstance(value, str):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise ValueError("must be a date, such as 2018-03-16") from error

    @field_validator("trusted_proxies")
    @classmethod
    def _proxies(cls, value: str | None) -> str | None:
        for one in (value or "").split(","):
            try:
                if one.strip():
                    ip_network(one.strip(), strict=False)
            except ValueError as error:
                raise ValueError("must be addresses or networks, such as 10.0.0.0/8") from error
        return value

    @field_validator("assistant_url")
    @classmethod
    def _assistants(cls, value: str | None) -> str | None:
        addresses = (_address(one, WEB, "http://127.0.0.1:5005") for one in _listed(value))
        return ",".join(one.rstrip("/") for one in addresses) or None

    @field_validator("public_url", "sms_gateway_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        return value and _address(value, WEB, "https://plan.example.gov").rstrip("/")

    @field_validator("embed_hosts")
    @classmethod
    def _hosts(cls, value: str | None) -> str | None:
        for host in _listed(value):
            if not _HOST.fullmatch(host):
                raise ValueError("must be hosts, such as www.example.gov, https://*.example.gov")
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _issuer(cls, value: str | None) -> str | None:
        return value and _address(value, WEB, "https://login.example.gov")

    @field_validator("redis_url")
    @classmethod
    def _redis_address(cls, value: str | None) -> str | None:
        return value and _address(value, {"redis", "rediss"}, "redis://localhost:6379/0")

    @field_validator("smtp_url")
    @classmethod
    def _smtp_address(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            _address(value.get_secret_value(), {"smtp", "smtps"}, "smtp://mail.example.gov:587")
        return value

    @field_validator("database_url")
    @classmethod
    def _database_address(cls, value: str | None) -> str | None:
        if value is None or value.startswith(DATABASES):
            return value
        examples = " or ".join(f"{start}..." for start in DATABASES)
        raise ValueError(f"must be an address that begins {examples}")

    @property
    def published(self) -> Path:
        """The folder with gaps that staff answered, held from training."""
        return self.data_dir / "plan"

    @cached_property
    def database(self) -> str:
        """SQLAlchemy address of the comment store."""
        return self.database_url or f"sqlite+aiosqlite:///{(self.data_dir / 'bot.db').absolute()}"

    @property
    def outbox(self) -> Path:
        """The folder of comments that the store could not take yet."""
        return self.data_dir / "outbox"

    @cached_property
    def key(self) -> bytes:
        """The secret key. Made and kept in the data dir on first run.

        Raises BadSettings when the file can't be read or written.
        """
        if self.secret_key is not None:
            return self.secret_key.get_secret_value().encode()
        path = self.data_dir / "secret.key"
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                _make_key(path)
            key = path.read_bytes().strip()
        except OSError as error:
            raise BadSettings(
                f"The secret key {path} can't be read or made ({error.strerror}). "
                f"Give the folder the right owner, or set BOT_SECRET_KEY."
            ) from error
        if not key:
            raise BadSettings(
                f"The secret key {path} is empty. Bring it back from the backup, or remove it: "
                f"a new one is made then, and links and codes given out before stop working."
            )
        return key

    @cached_property
    def hop_secret(self) -> str:
        """The secret that front, assistant and actions share; derived from the key if not set."""
        if self.inner_secret is not None:
            return self.inner_secret.get_secret_value()
        return hmac.new(self.key, b"inner hops", hashlib.sha256).hexdigest()

    @cached_property
    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The networks of the proxies whose forwarded headers are believed."""
        named = (one.strip() for one in (self.trusted_proxies or "").split(","))
        return tuple(ip_network(one, strict=False) for one in named if one)

    @cached_property
    def embed_ancestors(self) -> tuple[str, ...]:
        """The hosts whose pages may show the widget, as a Content-Security-Policy writes them."""
        return tuple(_listed(self.embed_hosts))

    def now(self) -> datetime:
        """The present moment in the city; on the day of BOT_TODAY when that is set."""
        now = datetime.now(ZoneInfo(self.timezone))
        if self.today is None:
            return now
        return now.replace(year=self.today.year, month=self.today.month, day=self.today.day)


def _listed(value: str | None) -> list[str]:
    return [part for part in re.split(r"[\s,]+", value or "") if part]


def _address(value: str, schemes: set[str], example: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in schemes or not parts.netloc:
        raise ValueError(f"must be an address, such as {example}")
    return value


def _make_key(path: Path) -> None:
    """Make the key whole before it gets its name: a process that starts too never sees half."""
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with open(fresh, "x", opener=_private) as file:
        file.write(secrets.token_hex(32))
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass  # another process was quicker, and its key is the one
    finally:
        fresh.unlink()


def load() -> Settings:
    """Read the settings; raise BadSettings with one clear line if any is unknown or bad."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)
    if unknown:
        raise BadSettings(f"Unknown setting {unknown[0]}. The settings are: {_names(known)}.")
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        reason = first["msg"].removeprefix("Value error, ")
        raise BadSettings(f"{name} has a bad value: {reason}.") from error


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _names(known: set[str]) -> str:
    return ", ".join(sorted(known))
