"""From where somebody asks: the connection's address, or what a proxy of ours says in `X-Forwarded-For`.

Anybody can send that header, so it counts from the addresses alone that the operator names (`ROLLEGALLERI_PROXIES`), and of
several entries the last one, which our proxy itself has added: what stands before came from outside.
"""

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from server.guard import Headers

HEADER: Final = b"x-forwarded-for"
LONGEST: Final = 45
"""The most that an address is long."""
HOME_BITS: Final = 64
"""An IPv6 caller is one of so many bits: the rest is its own to choose, and would be a new caller each time."""


@dataclass(frozen=True)
class Proxies:
    """The proxies whose word on the caller's address counts; none of them unless they are named."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def read(cls, names: tuple[str, ...]) -> "Proxies":
        """Read addresses or networks. Raises `ValueError`, whose text is the one that is neither."""
        found = []
        for name in names:
            try:
                network = ip_network(name)
            except ValueError:
                raise ValueError(name) from None
            if not network.prefixlen:
                raise ValueError(name)  # everybody could say who they are
            found.append(network)
        return cls(tuple(found))

    def caller(self, peer: str, headers: Headers) -> str:
        """Tell whose budget it is; `peer` is who opened the connection."""
        said = headers.get(HEADER)
        if said is not None and self.networks and self._are(peer):
            last = _address(said.rpartition(b",")[2].strip()[:LONGEST].decode("latin-1"))
            if last is not None:
                return _counted(last)
        address = _address(peer)
        return peer if address is None else _counted(address)

    def _are(self, peer: str) -> bool:
        address = _address(peer)
        return address is not None and any(address in network for network in self.networks)


@lru_cache(maxsize=4096)
def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Read an address; one of IPv4 that is written as IPv6 (`::ffff:…`) is the same caller."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


@lru_cache(maxsize=4096)
def _counted(address: IPv4Address | IPv6Address) -> str:
    return str(address) if address.version == 4 else str(ip_network((int(address), HOME_BITS), strict=False))
