"""From where somebody asks: the connection's address, unless a proxy of ours tells another."""

from __future__ import annotations

import pytest

from server.guard import headers_of
from server.proxies import Proxies

OURS = Proxies.read(("127.0.0.1", "10.1.2.0/24", "2001:db8:1::/48"))


def caller(peer: str, *forwarded: str, proxies: Proxies = OURS) -> str:
    return proxies.caller(peer, headers_of((b"x-forwarded-for", one.encode()) for one in forwarded))


@pytest.mark.parametrize("peer", ["127.0.0.1", "10.1.2.9", "::ffff:10.1.2.9", "2001:db8:1::7"])
def test_a_proxy_of_ours_tells_who_asks_by_its_last_entry(peer: str) -> None:
    assert caller(peer, "192.0.2.1") == "192.0.2.1"
    assert caller(peer, "198.51.100.9, 192.0.2.1") == "192.0.2.1"
    assert caller(peer, "198.51.100.9", "192.0.2.1") == "192.0.2.1"


@pytest.mark.parametrize("peer", ["192.0.2.9", "10.1.3.1"])
def test_the_same_header_from_elsewhere_counts_for_nothing(peer: str) -> None:
    assert caller(peer, "192.0.2.1") == peer
    assert caller(peer, "127.0.0.1, 10.1.2.9") == peer
    assert caller("127.0.0.1", "192.0.2.1", proxies=Proxies()) == "127.0.0.1"
    assert caller("", "192.0.2.1") == ""


@pytest.mark.parametrize(
    "said", ["", "unknown", "192.0.2.1, ", "192.0.2", "192.0.2.1:443", "æ", "1" * 60_000, "proxy.example"]
)
def test_what_is_no_address_leaves_the_proxy_s_own(said: str) -> None:
    assert caller("127.0.0.1", said) == "127.0.0.1"


def test_the_home_of_an_ipv6_address_is_one_caller() -> None:
    one, same, other = "2001:db8:7:1::1", "2001:db8:7:1:ffff:ffff:ffff:ffff", "2001:db8:7:2::1"
    assert caller(one) == caller(same) == caller("127.0.0.1", one) == "2001:db8:7:1::/64"
    assert caller(other) != caller(one)
    assert caller("fe80::1%eth0") == "fe80::/64"


def test_an_ipv4_address_is_the_same_however_it_is_written() -> None:
    assert caller("::ffff:192.0.2.1") == caller("127.0.0.1", "::ffff:192.0.2.1") == "192.0.2.1"
