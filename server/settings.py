"""Everything that can be set from outside, in one place; the README's table is held to `table()` by a test."""

import ipaddress
from dataclasses import fields
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, Self

from pydantic import AliasChoices, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from schema.limits import Limits
from server.errors import BadSettingError, NotLoopbackError

DAYS: Final = 180
"""How long looks are kept unless it is said otherwise."""


class Setting(NamedTuple):
    """One row of the table: the environment variable, its default as one types it, and what it is for."""

    name: str
    default: str
    meaning: str


def _env(name: str, meaning: str, default: object = None, **limits: Any) -> Any:
    return Field(default, validation_alias=AliasChoices(name), description=meaning, **limits)


class Settings(BaseSettings):
    """The service's settings, from the environment; the command line's options go before it."""

    model_config = SettingsConfigDict(extra="ignore", populate_by_name=True, env_ignore_empty=True)

    neo4j_uri: str | None = _env(
        "NEO4J_URI", "A Neo4j server to use (`bolt://`, `neo4j+s://`). Unset: one of our own is started and stopped."
    )
    neo4j_username: str = _env("NEO4J_USERNAME", "The user on that server.", "neo4j")
    neo4j_password: SecretStr = _env("NEO4J_PASSWORD", "Its password.", SecretStr(""))
    neo4j_password_file: Path | None = _env(
        "NEO4J_PASSWORD_FILE", "A file that holds the password, for secrets that are mounted; instead of the variable."
    )
    neo4j_database: str | None = _env("NEO4J_DATABASE", "The database on that server. Unset: the user's home database.")
    host: str = _env(
        "ROLLEGALLERI_HOST",
        "Where the service listens; only loopback addresses until there is access control.",
        "127.0.0.1",
    )
    port: int = _env("ROLLEGALLERI_PORT", "The port it listens on; 0 takes a free one.", 8000, ge=0, le=65535)
    workers: int = _env(
        "ROLLEGALLERI_WORKERS", "How many processes answer behind the port, on one database.", 1, ge=1, le=64
    )
    data: Path = _env("ROLLEGALLERI_DATA", "The folder of the embedded database.", Path(".rollegalleri"))
    limits: str = _env(
        "ROLLEGALLERI_LIMITS",
        "Other limits of documents than those in docs/limits.md, such as `depth=15,cost=20000`.",
        "",
    )
    looks_days: int = _env(
        "ROLLEGALLERI_LOOKS_DAYS", "For how many days it is kept who looked up whose data.", DAYS, ge=0, le=36500
    )
    log_format: Literal["text", "json"] = _env(
        "ROLLEGALLERI_LOG_FORMAT", "How the log on standard error is written: `text` or `json`.", "text"
    )
    log_level: Literal["debug", "info", "warning", "error"] = _env(
        "ROLLEGALLERI_LOG_LEVEL",
        "The least that is logged: `debug` (every request), `info`, `warning`, `error`.",
        "info",
    )

    @model_validator(mode="after")
    def _read_password_file(self) -> Self:
        if self.neo4j_password_file is not None:
            try:
                password = self.neo4j_password_file.read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError):
                raise BadSettingError(
                    "NEO4J_PASSWORD_FILE", str(self.neo4j_password_file), "a text file that can be read"
                ) from None
            self.neo4j_password = SecretStr(password)
        return self

    @model_validator(mode="after")
    def _check_limits(self) -> Self:
        try:
            Limits.read(self.limits)
        except ValueError as error:
            names = ", ".join(one.name for one in fields(Limits))
            expected = f"names and whole numbers, such as depth=15,cost=20000; the names are {names}"
            raise BadSettingError("ROLLEGALLERI_LIMITS", str(error), expected) from None
        return self

    @property
    def of_documents(self) -> Limits:
        """What a document may ask."""
        return Limits.read(self.limits)

    @property
    def embedded(self) -> bool:
        """Whether the database is our own."""
        return self.neo4j_uri is None


_EXPECTED: Final = {
    "port": "a number from 0 to 65535",
    "workers": "a number from 1 to 64",
    "looks_days": "a number of days, 0 to 36500",
    "log_format": "text or json",
    "log_level": "debug, info, warning or error",
}


def load(**options: object) -> Settings:
    """Read the settings; `options` that are not None go before the environment.

    Raises:
        BadSettingError: a value that is not possible. A password is never repeated.
    """
    try:
        return Settings(**{name: value for name, value in options.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        where = str(first["loc"][0])
        name = next((n for n, f in Settings.model_fields.items() if where in (n, _variable(f))), where)
        value = None if "password" in name else str(first["input"])
        raise BadSettingError(
            _variable(Settings.model_fields[name]), value, _EXPECTED.get(name, "a value that fits its meaning")
        ) from None


def table() -> list[Setting]:
    """Give every setting, in the order in which the README lists them."""
    return [Setting(_variable(f), _shown(f.default), f.description or "") for f in Settings.model_fields.values()]


def check_loopback(host: str) -> None:
    """Refuse to listen where others reach us. Raises `NotLoopbackError`."""
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise NotLoopbackError(host)


def _variable(field: object) -> str:
    alias = getattr(field, "validation_alias", None)
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else str(alias)


def _shown(default: object) -> str:
    value = default.get_secret_value() if isinstance(default, SecretStr) else default
    return "" if value is None else str(value)
