"""How a carrier signs what it sends, written from the contract and sharing no code with the service."""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from urllib.parse import urldefrag

Fields = Iterable[tuple[str, str]]


def signed_text(url: str, fields: Fields = ()) -> str:
    """The URL without fragment, then every distinct name and value, sorted, with nothing between."""
    return urldefrag(url).url + "".join(name + value for name, value in sorted(set(fields)))


def signature(token: str, url: str, fields: Fields = ()) -> str:
    """The `X-Twilio-Signature` of a request; pass `fields` for a form in a POST body, nothing for a GET."""
    digest = hmac.new(token.encode(), signed_text(url, fields).encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
