"""What an operator may set, from the environment, from secret files and from an env file that was asked for.

It knows nothing of what the settings are used for.
"""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Self

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from sqlalchemy.exc import ArgumentError

from engine.service.errors import SettingsError
from engine.service.redaction import Redactor
from engine.service.webhook_rules import check_address, check_reach, split_secrets
from storage.database import normalize_url

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")

TELEGRAM: Final = "https://api.telegram.org"

_DATABASE_OPTIONS = frozenset(
    {"host", "passfile", "port", "ssl", "sslmode", "target_session_attrs"}
)
"""What may follow the `?` of a database URL: those options of asyncpg that are texts."""


LEAST_TOKEN: Final = 20
"""Letters of a token that nobody guesses."""


class LogFormat(StrEnum):
    """How a line of the log is written."""

    JSON = "json"
    TEXT = "text"


class Updates(StrEnum):
    """How updates come: they are fetched, or Telegram calls."""

    POLLING = "polling"
    WEBHOOK = "webhook"


class LogLevel(StrEnum):
    """The least that is logged."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


def _check_token(token: SecretStr) -> SecretStr:
    if not _TOKEN.fullmatch(token.get_secret_value()):
        raise ValueError("is not a bot token; BotFather's look like 123456789:AAE…")
    return token


def _check_database_url(url: SecretStr) -> SecretStr:
    try:
        options = normalize_url(url.get_secret_value()).query
    except (ArgumentError, ValueError):
        raise ValueError(
            "is not a PostgreSQL URL, such as postgresql://user:password@host/name"
        ) from None
    if unknown := sorted(set(options) - _DATABASE_OPTIONS):
        known = ", ".join(f'"{option}"' for option in sorted(_DATABASE_OPTIONS - {"ssl"}))
        raise ValueError(f'has the option "{unknown[0]}", which is not known; options are {known}')
    return url


def _check_admin_token(token: SecretStr) -> SecretStr:
    if len(token.get_secret_value()) < LEAST_TOKEN or not token.get_secret_value().isascii():
        raise ValueError(f"is no token; it has at least {LEAST_TOKEN} letters and digits")
    return token


def _check_redis_url(url: SecretStr) -> SecretStr:
    if not url.get_secret_value().startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("is not a Redis URL, such as redis://host:6379/0")
    return url


def _check_http_url(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise ValueError("is not an http:// or https:// address")
    return url.rstrip("/")


def _check_webhook_secret(secret: SecretStr | None) -> SecretStr | None:
    if secret is not None:
        split_secrets(secret.get_secret_value())
    return secret


def _check_webhook_url(url: str | None) -> str | None:
    return None if url is None else check_address(url)


class SourcedSettings(BaseSettings):
    """Settings of the environment, or of an env file; secrets may be in files of their own."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read arguments, then the environment, then an env file; in each, secrets may be files."""
        del file_secret_settings
        return (
            init_settings,
            env_settings,
            _SecretFiles(settings_cls, env_settings),
            dotenv_settings,
            _SecretFiles(settings_cls, dotenv_settings),
        )

    def secret_values(self) -> list[str]:
        """Return what must be nowhere in a log."""
        found = [
            value.get_secret_value()
            for name in type(self).model_fields
            if isinstance(value := getattr(self, name), SecretStr)
        ]
        return found + [part for value in found for part in value.split() if part != value]


class DatabaseSettings(SourcedSettings):
    """What the commands on the database need."""

    database_url: Annotated[SecretStr, AfterValidator(_check_database_url)]


class RedisSettings(SourcedSettings):
    """What a look at where people stand needs; with a token, at those of its bot alone."""

    redis_url: Annotated[SecretStr, AfterValidator(_check_redis_url)]
    bot_token: Annotated[SecretStr, AfterValidator(_check_token)] | None = None

    @property
    def bot_id(self) -> int | None:
        """The bot's id, if it is known."""
        if self.bot_token is None:
            return None
        return int(self.bot_token.get_secret_value().partition(":")[0])


class Settings(DatabaseSettings):
    """All that `usher run` reads; each field is the environment variable of its name in capitals."""

    bot_token: Annotated[SecretStr, AfterValidator(_check_token)]
    redis_url: Annotated[SecretStr, AfterValidator(_check_redis_url)]
    telegram_api_url: Annotated[str, AfterValidator(_check_http_url)] = TELEGRAM
    flows_dir: Path = Path("flows")
    actions: str = "actions.catalog:catalog"
    """Where the catalog of actions is: `module:name`."""
    owner_id: int | None = Field(default=None, gt=0)
    """The Telegram id of the first owner."""
    locale_default: str | None = None
    """The locale of people whose own the bot does not have; bot.yaml's own when unset."""
    host: str = "127.0.0.1"
    """Where /health and /metrics listen."""
    port: int = Field(default=8080, ge=0, le=65535)
    watch: bool = False
    """Whether flows are read anew when their files change."""
    admin_token: Annotated[SecretStr, AfterValidator(_check_admin_token)] | None = None
    """What POST /admin/reload asks for; nothing is served there without it."""
    payment_token: SecretStr | None = None
    """What the provider who takes payments knows the bot by; flows that ask for money need it."""
    log_level: LogLevel = LogLevel.INFO
    log_format: LogFormat = LogFormat.JSON
    polling_timeout_seconds: int = Field(default=30, ge=0, le=50)
    """How long Telegram may hold a poll open."""
    updates: Updates = Updates.POLLING
    """Whether updates are fetched from Telegram, or Telegram calls `webhook_url`."""
    webhook_url: Annotated[str | None, AfterValidator(_check_webhook_url)] = None
    """Where Telegram calls; the path is served beside /health."""
    webhook_secret: Annotated[SecretStr | None, AfterValidator(_check_webhook_secret)] = None
    """What Telegram shows at each call; after a blank, former ones that are still taken."""
    webhook_connections: int = Field(default=40, ge=1, le=100)
    """How many calls Telegram makes at once."""
    request_timeout_seconds: float = Field(default=20.0, gt=0)
    """How long any other call of the Bot API may take."""
    action_timeout_seconds: float = Field(default=10.0, gt=0)
    stop_timeout_seconds: float = Field(default=20.0, ge=0)
    """How long updates in work may take to finish after a signal."""
    concurrent_updates: int = Field(default=100, ge=1)
    """How many updates are in work at once; others wait at Telegram."""

    @model_validator(mode="after")
    def _check_webhook(self) -> Self:
        """Hold a webhook to what it needs; said of several settings, so that it names them."""
        faults: list[str] = []
        if self.updates is Updates.WEBHOOK:
            faults += [
                f"{name} is not set, which UPDATES=webhook needs{also}"
                for name, also, value in (
                    ("WEBHOOK_URL", "", self.webhook_url),
                    ("WEBHOOK_SECRET", ", nor WEBHOOK_SECRET_FILE", self.webhook_secret),
                )
                if value is None
            ]
        if self.webhook_url is not None:
            if self.bot_token.get_secret_value().partition(":")[2] in self.webhook_url:
                faults.append("WEBHOOK_URL holds the bot token, which logs on the way would show")
            elif self.telegram_api_url == TELEGRAM:
                faults += _unreachable(self.webhook_url)
        if faults:
            raise ValueError("\n".join(faults))
        return self


def _unreachable(url: str) -> list[str]:
    try:
        check_reach(url)
    except ValueError as error:
        return [f'WEBHOOK_URL is "{url}", which {error}']
    return []


def load_settings[S: SourcedSettings](
    kind: type[S], *, env_file: Path | None = None, **values: Any
) -> S:
    """Read settings; `values` win over the environment, which wins over the env file.

    Raises:
        SettingsError: one line for each setting that is missing or wrong.
    """
    if env_file is not None and not env_file.is_file():
        raise SettingsError(f'there is no env file "{env_file}"')
    try:
        return kind(_env_file=env_file, **values)
    except ValidationError as error:
        secrets = _secret_names(kind)
        raise SettingsError(
            "\n".join(_sentence(dict(fault), secrets) for fault in error.errors())
        ) from None


class _SecretFiles(PydanticBaseSettingsSource):
    """Reads a secret from the file that `<NAME>_FILE` names, where the variable itself is not set."""

    def __init__(
        self, settings_cls: type[BaseSettings], variables: PydanticBaseSettingsSource
    ) -> None:
        super().__init__(settings_cls)
        assert isinstance(variables, EnvSettingsSource)  # noqa: S101 - the library's own two are
        self._variables = variables.env_vars

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return a secret's value and its name; it is never a structure."""
        path = self._variables.get(f"{field_name}_file") if _is_secret(field) else None
        if not path:
            return None, field_name, False
        if self._variables.get(field_name):
            name = field_name.upper()
            raise SettingsError(f"{name} and {name}_FILE are both set; keep one of them")
        return _read_secret(f"{field_name.upper()}_FILE", path), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return the secrets that are in files."""
        found = {
            name: self.get_field_value(field, name)[0]
            for name, field in self.settings_cls.model_fields.items()
        }
        return {name: value for name, value in found.items() if value is not None}


def _read_secret(variable: str, path: str) -> str:
    try:
        value = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise SettingsError(f'{variable} names "{path}", which cannot be read: {reason}') from None
    if not value:
        raise SettingsError(f'{variable} names "{path}", which is empty')
    return value


def _is_secret(field: FieldInfo) -> bool:
    return field.annotation in (SecretStr, SecretStr | None)


def _secret_names(kind: type[BaseSettings]) -> frozenset[str]:
    return frozenset(name for name, field in kind.model_fields.items() if _is_secret(field))


def _sentence(fault: dict[str, Any], secrets: frozenset[str]) -> str:
    if not fault["loc"]:
        return str(fault["msg"]).removeprefix("Value error, ")
    field = str(fault["loc"][0])
    name = field.upper()
    if fault["type"] == "missing":
        also = f", nor {name}_FILE, the path of a file that holds it" if field in secrets else ""
        return f"{name} is not set{also}"
    message = str(fault["msg"]).removeprefix("Value error, ")
    if field in secrets:
        return f"{name} {message}"
    given = Redactor().clean(str(fault["input"]))  # a token in the wrong place is one still
    if fault["type"] == "value_error":
        return f'{name} is "{given}", which {message}'
    message = message[:1].lower() + message[1:]
    return f'{name} is "{given}": {message}'
