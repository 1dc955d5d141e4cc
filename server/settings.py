"""Everything that can be set from outside, in one place; the README's table is held to `table()` by a test."""

import ipaddress
import os
import re
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, Self

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from schema.keeping import Answers
from schema.limits import DEEPEST, Limits
from server.budget import Budgets
from server.errors import BadSettingError, NotLoopbackError, UnknownSettingError
from server.identity.claims import OF_OURS, Claims, read_claims
from server.identity.jwks import is_possible
from server.proxies import Proxies

_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")
_ORIGIN: Final = re.compile(r"https?://(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::\d{1,5})?")

PREFIX: Final = "ROLLEGALLERI_"
"""What begins so in the environment is meant for us."""
OF_TESTS: Final = frozenset(
    f"{PREFIX}{name}" for name in ("DIFFERENTIAL", "FAULTS", "MODEL", "ORACLE", "RIGHTS", "TEST_NEO4J", "WRITE_DOCS")
)
"""What sets the tests alone; a test holds it to what they read."""
_OF_KUBERNETES: Final = re.compile(
    PREFIX + r"(?:\w+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:ADDR|PORT|PROTO))?)"
)
"""What it adds to every pod of a namespace that has a Service called rollegalleri, or rollegalleri-…; and beside these …"""
_ADDRESS: Final = re.compile(r"(?:tcp|udp|sctp)://\S+")
"""… `…_PORT`, with an address."""
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
        "Where the service listens; beyond loopback addresses only with access control on.",
        "127.0.0.1",
    )
    port: int = _env("ROLLEGALLERI_PORT", "The port it listens on; 0 takes a free one.", 8000, ge=0, le=65535)
    workers: int = _env(
        "ROLLEGALLERI_WORKERS", "How many processes answer behind the port, on one database.", 1, ge=1, le=64
    )
    data: Path = _env(
        "ROLLEGALLERI_DATA",
        "The folder of the embedded database, and of the installation's key.",
        Path(".rollegalleri"),
    )
    access: Literal["on", "off"] = _env(
        "ROLLEGALLERI_ACCESS",
        "Access control: a token says who asks. `off`: whoever reaches the loopback address is the local operator.",
        "on",
    )
    jwks: str | None = _env(
        "ROLLEGALLERI_JWKS",
        "The issuer's keys: an `https://` address or a file. Unset: the installation's own key, made in its folder.",
    )
    issuer: str | None = _env(
        "ROLLEGALLERI_ISSUER", "Who issues tokens, as they say it (`iss`); with `ROLLEGALLERI_JWKS`."
    )
    audience: str = _env(
        "ROLLEGALLERI_AUDIENCE", "For whom tokens must be issued, as they say it (`aud`).", "rollegalleri"
    )
    claims: Path | None = _env(
        "ROLLEGALLERI_CLAIMS",
        "How the issuer's tokens say who asks: a TOML file, see docs/deployment.md; with `ROLLEGALLERI_JWKS`.",
    )
    token: SecretStr = _env(
        "ROLLEGALLERI_TOKEN",
        "The token that `watch` sends. Unset: a short one made with this installation's key, where that is here.",
        SecretStr(""),
    )
    names: str = _env(
        "ROLLEGALLERI_NAMES",
        "The names by which the service is reached, such as `gallery.example.dk`; addresses of its own need no mention.",
        "",
    )
    origins: str = _env(
        "ROLLEGALLERI_ORIGINS",
        "Other sites whose pages may ask, such as `https://frontend.example.dk`. Unset: none.",
        "",
    )
    proxies: str = _env(
        "ROLLEGALLERI_PROXIES",
        "The proxy's addresses or networks, whose `X-Forwarded-For` tells from where somebody asks. Unset: nobody's does.",
        "",
    )
    limits: str = _env(
        "ROLLEGALLERI_LIMITS",
        "Other limits of documents than those in docs/limits.md, such as `depth=15,cost=20000`.",
        "",
    )
    budget: str = _env(
        "ROLLEGALLERI_BUDGET",
        "Other budgets of a caller than those in docs/limits.md, such as `rate=500,burst=2000`.",
        "",
    )
    deadline: int = _env(
        "ROLLEGALLERI_DEADLINE", "The most seconds that a question may take in the database.", 5, ge=1, le=60
    )
    answers_mb: int = _env(
        "ROLLEGALLERI_ANSWERS_MB",
        "How many MB of answers a process keeps, to give them again while the map stands still; 0: none.",
        16,
        ge=0,
        le=1024,
    )
    looks_days: int = _env(
        "ROLLEGALLERI_LOOKS_DAYS",
        "For how many days it is kept who looked up whose data, up to a million records.",
        DAYS,
        ge=0,
        le=36500,
    )
    log_format: Literal["text", "json"] = _env(
        "ROLLEGALLERI_LOG_FORMAT", "How the log on standard error is written: `text` or `json`.", "text"
    )
    log_level: Literal["debug", "info", "warning", "error"] = _env(
        "ROLLEGALLERI_LOG_LEVEL",
        "The least that is logged: `debug` (every answer to GraphQL), `info`, `warning`, `error`.",
        "info",
    )

    @field_validator("port", mode="before")
    @classmethod
    def _pass_over_kubernetes(cls, given: object) -> object:
        return cls.model_fields["port"].default if isinstance(given, str) and _ADDRESS.fullmatch(given) else given

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
        _check_numbers("ROLLEGALLERI_LIMITS", self.limits, Limits, "depth=15,cost=20000")
        _check_numbers("ROLLEGALLERI_BUDGET", self.budget, Budgets, "rate=500,burst=2000")
        return self

    @model_validator(mode="after")
    def _check_issuer(self) -> Self:
        if self.jwks is None:
            for name, value in (("ROLLEGALLERI_ISSUER", self.issuer), ("ROLLEGALLERI_CLAIMS", self.claims)):
                if value is not None:
                    raise BadSettingError(name, str(value), "no value without ROLLEGALLERI_JWKS, the issuer's keys")
            return self
        if not is_possible(self.jwks):
            expected = "an https:// address (http:// on this machine), or a file that is there"
            raise BadSettingError("ROLLEGALLERI_JWKS", self.jwks, expected)
        if self.issuer is None:
            raise BadSettingError("ROLLEGALLERI_ISSUER", "", "the issuer whose keys ROLLEGALLERI_JWKS has")
        if self.claims is None:
            expected = "the file that says how this issuer's tokens say who asks, see docs/deployment.md"
            raise BadSettingError("ROLLEGALLERI_CLAIMS", "", expected)
        return self

    @model_validator(mode="after")
    def _check_claims(self) -> Self:
        try:
            self.of_claims  # noqa: B018 - read here, so that a wrong file is known at the start
        except ValueError as error:
            expected = f"a TOML file as docs/deployment.md has it ({error})"
            raise BadSettingError("ROLLEGALLERI_CLAIMS", str(self.claims), expected) from None
        return self

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        for name in self.of_names:
            if not _NAME.fullmatch(name):
                raise BadSettingError("ROLLEGALLERI_NAMES", name, "host names without port, such as gallery.example.dk")
        for origin in self.of_origins:
            if not _ORIGIN.fullmatch(origin):
                expected = "addresses without a path, such as https://frontend.example.dk"
                raise BadSettingError("ROLLEGALLERI_ORIGINS", origin, expected)
        return self

    @model_validator(mode="after")
    def _check_proxies(self) -> Self:
        try:
            self.of_proxies  # noqa: B018 - read here, so that a wrong one is known at the start
        except ValueError as error:
            expected = "addresses or networks of proxies, such as 127.0.0.1 or 10.1.2.0/24"
            raise BadSettingError("ROLLEGALLERI_PROXIES", str(error), expected) from None
        return self

    @property
    def of_claims(self) -> Claims:
        """How tokens say who asks. Raises `ValueError`."""
        return OF_OURS if self.claims is None else read_claims(self.claims)

    @property
    def of_names(self) -> tuple[str, ...]:
        """The names by which the service is reached."""
        return _listed(self.names)

    @property
    def of_origins(self) -> tuple[str, ...]:
        """The sites whose pages may ask."""
        return _listed(self.origins)

    @property
    def of_proxies(self) -> Proxies:
        """The proxies that are believed. Raises `ValueError`."""
        return Proxies.read(_listed(self.proxies))

    @property
    def of_documents(self) -> Limits:
        """What a document may ask."""
        return Limits.read(self.limits)

    @property
    def of_callers(self) -> Budgets:
        """What one caller may ask at a time."""
        return Budgets.read(self.budget)

    @property
    def of_answers(self) -> Answers | None:
        """Where a process keeps its answers; None: nowhere."""
        return Answers(self.answers_mb * 1_000_000) if self.answers_mb else None

    @property
    def embedded(self) -> bool:
        """Whether the database is our own."""
        return self.neo4j_uri is None


_EXPECTED: Final = {
    "port": "a number from 0 to 65535",
    "workers": "a number from 1 to 64",
    "access": "on or off",
    "deadline": "a number of seconds from 1 to 60",
    "answers_mb": "a number of MB, 0 to 1024",
    "looks_days": "a number of days, 0 to 36500",
    "log_format": "text or json",
    "log_level": "debug, info, warning or error",
}


def load(**options: object) -> Settings:
    """Read the settings; `options` that are not None go before the environment.

    Raises:
        BadSettingError: a value that is not possible, or a variable that is none of ours. A password is never repeated.
    """
    _check_known()
    try:
        return Settings(**{name: value for name, value in options.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        where = str(first["loc"][0])
        name = next((n for n, f in Settings.model_fields.items() if where in (n, _variable(f))), where)
        value = None if name in ("neo4j_password", "token") else str(first["input"])
        raise BadSettingError(
            _variable(Settings.model_fields[name]), value, _EXPECTED.get(name, "a value that fits its meaning")
        ) from None


def _check_known() -> None:
    """Refuse a variable that is misspelt: what it was to set would have its default, and nobody be told."""
    known = [one.name for one in table()]
    for name in sorted(os.environ):
        asked = name.upper()  # as pydantic reads them
        if not asked.startswith(PREFIX) or not os.environ[name] or _is_of_kubernetes(asked, os.environ[name]):
            continue
        if asked not in known and asked not in OF_TESTS:
            near = get_close_matches(asked, known, 1, 0)
            raise UnknownSettingError(name, near[0])


def _is_of_kubernetes(name: str, value: str) -> bool:
    return bool(_OF_KUBERNETES.fullmatch(name) or (name.endswith("_PORT") and _ADDRESS.fullmatch(value)))


def table() -> list[Setting]:
    """Give every setting, in the order in which the README lists them."""
    return [Setting(_variable(f), _shown(f.default), f.description or "") for f in Settings.model_fields.values()]


def check_loopback(host: str) -> None:
    """Refuse to listen where others reach us. Raises `NotLoopbackError`."""
    if not is_loopback(host):
        raise NotLoopbackError(host)


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches that address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def own_address(host: str, port: int) -> str:
    """Give the address at which this machine reaches a service that listens there: one that listens everywhere, on loopback."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _check_numbers(name: str, text: str, kind: type[Limits | Budgets], example: str) -> None:
    try:
        kind.read(text)
    except ValueError as error:
        names = ", ".join(one.name for one in fields(kind))
        deepest = f" (depth: {DEEPEST} at most)" if kind is Limits else ""
        expected = f"names, each once, and whole numbers, such as {example}; the names are {names}{deepest}"
        raise BadSettingError(name, str(error), expected) from None


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip().lower().rstrip("/") for part in text.split(",") if part.strip())


def _variable(field: object) -> str:
    alias = getattr(field, "validation_alias", None)
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else str(alias)


def _shown(default: object) -> str:
    value = default.get_secret_value() if isinstance(default, SecretStr) else default
    return "" if value is None else str(value)
