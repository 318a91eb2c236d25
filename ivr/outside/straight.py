"""Straight to the address that was checked, and to no other: by no proxy, and not where a name leads now."""

from typing import Any

import requests
from requests.adapters import HTTPAdapter

from ivr.outside.addresses import Target


def straight_to(there: Target) -> requests.Session:
    """What asks this host, whatever address it is asked at: its certificate must be that of the name."""
    session = requests.Session()
    session.trust_env = False  # no proxy, no .netrc: nobody but the listed host is asked
    session.mount(f"{there.scheme}://", _To(there.host))
    return session


def address_of(there: Target, address: str) -> str:
    """The URL of a target at one of the addresses behind its name."""
    literal = f"[{address}]" if ":" in address else address
    return f"{there.scheme}://{literal}:{there.port}{there.path}"


class _To(HTTPAdapter):
    """Connects to the address that was checked, and still holds the certificate to the host's name: between
    checking a name and asking for it again, a name can change its address."""

    def __init__(self, host: str) -> None:
        self.host = host.strip("[]")
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, server_hostname=self.host, **options)
