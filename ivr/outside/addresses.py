"""Which hosts may be asked: those an admin listed, and behind their names no address of our own network.

An entry of the list is `crm.example` (https, its usual port), `crm.example:8443` (https, that port), or
`http://10.0.0.5:8080`. One that names a port may stand inside our network; that is how an admin says so.
What hands out a cloud machine's secrets (169.254.…) is never asked.
"""

import re
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Iterable[str]]

# Stricter than a URL may be: no user, no backslash, no fragment, nothing two parsers could read in two ways.
_URL = re.compile(
    r"(https?)://([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?((?:[/?][!-\"$-\[\]-~]*)?)",
    re.IGNORECASE,
)
_USUAL_PORT = {"http": 80, "https": 443}
_NEVER = [
    ip_network(net)
    for net in (
        *("169.254.0.0/16", "fe80::/10", "fd00:ec2::254/128", "100.100.100.200/32"),  # a machine's secrets
        *("224.0.0.0/4", "ff00::/8"),  # everybody at once
    )
]
_NAT64 = ip_network("64:ff9b::/96")


class NotAllowed(ValueError):
    """The URL leads where nobody may look; the text says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a URL leads. `inside`: whether the admin allowed this very host to be in our own network."""

    scheme: str
    host: str
    port: int
    path: str
    inside: bool = False

    @property
    def netloc(self) -> str:
        """Host and port as the `Host` header has them."""
        return self.host if self.port == _USUAL_PORT[self.scheme] else f"{self.host}:{self.port}"


def target(url: str, allowed_hosts: Iterable[str]) -> Target:
    """Where this URL leads, if its host is on the list. Raises NotAllowed."""
    found = _parsed(url)
    for entry in allowed_hosts:
        listed = _parsed(entry if "://" in entry else f"https://{entry}")
        if (found.scheme, found.host, found.port) == (listed.scheme, listed.host, listed.port):
            return Target(found.scheme, found.host, found.port, found.path, inside=_names_a_port(entry))
    raise NotAllowed(
        f"{found.scheme}://{found.netloc} is not on the list of hosts; add it under lookups: hosts"
    )


def reachable(there: Target, resolve: Resolve | None = None) -> list[str]:
    """The addresses behind the target's name. Raises NotAllowed if there is none, or one may not be asked."""
    try:
        addresses = [ip_address(text) for text in (resolve or _resolve)(there.host.strip("[]"), there.port)]
    except (OSError, ValueError, OverflowError) as error:
        raise NotAllowed(f"{there.host} has no address") from error
    for address in map(_meant, addresses):
        if any(address in net for net in _NEVER) or not (address.is_global or there.inside):
            raise NotAllowed(
                f"{there.host} leads to {address}, inside our own network; list it with its port"
            )
    if not addresses:
        raise NotAllowed(f"{there.host} has no address")
    return [str(address) for address in addresses]


def _parsed(url: str) -> Target:
    parts = _URL.fullmatch(url)
    if not parts:
        raise NotAllowed("the address is not a plain http:// or https:// one")
    scheme, host = parts[1].lower(), parts[2].lower()
    return Target(scheme, host, int(parts[3] or _USUAL_PORT[scheme]), parts[4])


def _names_a_port(entry: str) -> bool:
    return bool(re.search(r":[0-9]+/?$", entry)) or entry.startswith("http://")


def _resolve(host: str, port: int) -> Iterable[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return dict.fromkeys(str(address[4][0]).partition("%")[0] for address in found)


def _meant(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one, where there is one: `::ffff:10.0.0.1` is 10.0.0.1."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour or address
