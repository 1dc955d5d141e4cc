"""What a start can fail with on our side of the graph, and what an HTTP request can be refused for."""

from collections.abc import Mapping
from typing import Any, Self

from graph.errors import StartError


class BadSettingError(StartError):
    """A setting has a value that it cannot have. `name` is the environment variable or the option."""

    def __init__(self, name: str, value: str | None, expected: str) -> None:
        self.name, self.value, self.expected = name, value, expected
        found = "is not possible" if value is None else f"cannot be {value!r}"
        super().__init__(f"{name} {found}: expected {expected}.")


class UnknownSettingError(StartError):
    """A variable of the environment that begins as ours do is none of them."""

    def __init__(self, name: str, near: str) -> None:
        super().__init__(f"There is no setting {name}: did you mean {near}? Settings are listed in README.md.")


class BadHostError(BadSettingError):
    """The service was to listen at an address that this machine does not have."""

    def __init__(self, host: str) -> None:
        super().__init__("ROLLEGALLERI_HOST (or --host)", host, "an address of this machine, such as 127.0.0.1 or ::1")


class NotLoopbackError(StartError):
    """The service was to listen where others than this machine reach it, with access control off."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"With access control off the service does not listen on {host!r}: expected a loopback address "
            "(127.0.0.1, ::1 or localhost) in --host or ROLLEGALLERI_HOST, or ROLLEGALLERI_ACCESS=on."
        )


class PortTakenError(StartError):
    """Somebody else listens on the port."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"Port {port} on {host} is taken by another program: stop that one, or choose another port with --port."
        )


class WorkerFailedError(StartError):
    """A worker ended before it answered; its log says why."""

    def __init__(self) -> None:
        super().__init__("A worker did not start: the lines above say why. Start with fewer, or with --workers 1.")


class PortNotAllowedError(StartError):
    """The system does not give us the port."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"Port {port} on {host} cannot be used ({reason}): choose another one with --port.")


class ServiceUnreachableError(StartError):
    """No gallery answers at the address where one should run."""

    def __init__(self, base: str) -> None:
        super().__init__(f"No gallery answers at {base}: start one with 'rollegalleri serve', or correct --url.")


class Refusal(Exception):
    """A request that is not answered: HTTP status, our code and sentence, and what would be right."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        field: str | None = None,
        value: Any = None,
        expected: str | None = None,
        headers: Mapping[str, str] | None = None,
        reference: str | None = None,
    ) -> None:
        self.status, self.code, self.headers = status, code, dict(headers or {})
        self.field, self.value, self.expected, self.reference = field, value, expected, reference
        super().__init__(message)

    @classmethod
    def of_method(cls, method: str, allowed: str) -> Self:
        """Refuse a method that an address does not answer; `allowed` are those that it does."""
        told, headers = method[:20], {"allow": allowed}
        message = f"{told} is not answered here."
        return cls(405, "METHOD_NOT_ALLOWED", message, field="method", value=told, expected=allowed, headers=headers)

    @property
    def body(self) -> dict[str, Any]:
        """The response in the one shape that every error has."""
        names = ("code", "field", "value", "expected", "reference")
        told = {name: getattr(self, name) for name in names}
        extensions = {name: value for name, value in told.items() if value is not None}
        return {"errors": [{"message": str(self), "extensions": extensions}]}
