"""Where the service cannot listen: a wrong address is told as one, and a port that is not to be had as that."""

from __future__ import annotations

import errno
import socket

import pytest

from server.errors import BadHostError, PortNotAllowedError, PortTakenError
from server.running import _listening
from server.settings import Settings


@pytest.mark.parametrize("host", ["10.9.9.9", "[::1]", "a" * 64, "no such..name", "\u00e9" * 70, "a\0b", "::1%nix"])
def test_an_address_that_is_not_this_machines_is_said_with_its_setting(host: str) -> None:
    with pytest.raises(BadHostError) as said, _listening(Settings(host=host, port=0)):
        pass
    assert "ROLLEGALLERI_HOST (or --host)" in str(said.value)
    assert repr(host) in str(said.value)
    assert "expected an address of this machine, such as 127.0.0.1 or ::1" in str(said.value)


def test_a_port_that_is_not_to_be_had_is_still_said_as_that(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(PortTakenError),
        _listening(Settings(port=taken.getsockname()[1])),
    ):
        pass

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with (
        pytest.raises(PortNotAllowedError, match=r"Port 80 on 127\.0\.0\.1 .*Permission denied"),
        _listening(Settings(port=80)),
    ):
        pass
