"""Telling another system something: one bounded POST, to the host that stands in the menus."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from ivr.outside.addresses import NotAllowed, Resolve, reachable, target
from ivr.outside.straight import address_of, straight_to

PATIENCE = 10
"""Seconds to connect, and for the answer to begin."""


class NotTaken(Exception):
    """Nobody has taken it (yet); says why. `after`: so many seconds the other system asks us to wait."""

    def __init__(self, reason: str, after: int = 0) -> None:
        super().__init__(reason)
        self.after = after


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    resolve: Resolve | None = None,
    ca_file: str | None = None,
) -> None:
    """Tells it; whatever answer begins with 2 means that it was taken. Redirects are not followed. Raises
    NotTaken, whose text names the host and not the path. `ca_file` names the authority of hosts inside."""
    parts = urlsplit(url)
    try:
        there = target(url, [f"{parts.scheme}://{parts.netloc}"])
        address = reachable(there, resolve)[0]
        with (
            straight_to(there) as session,
            session.post(
                address_of(there, address),
                data=body,
                headers={"Host": there.netloc, "User-Agent": "ivr", **headers},
                timeout=PATIENCE,
                allow_redirects=False,
                stream=True,
                verify=ca_file or True,
            ) as response,
        ):
            if not 200 <= response.status_code < 300:
                after = response.headers.get("Retry-After", "")
                wait = min(int(after), 3_600) if after.isascii() and after.isdecimal() else 0
                raise NotTaken(f"{there.host} answered {response.status_code}", wait)
    except NotAllowed as refusal:
        raise NotTaken(str(refusal)) from refusal
    except (requests.RequestException, HTTPError, OSError) as error:
        raise NotTaken(f"{parts.hostname} cannot be told ({type(error).__name__})") from error
