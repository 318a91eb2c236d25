"""Did this request come from the carrier? The check of `X-Twilio-Signature`, on every voice request.

The answers of `twilio.request_validator.RequestValidator`, at a tenth of its cost and without its
traps: a missing header, an odd URL or an empty token is a "no", never an exception and never a "yes".
A signature carries no time, so it does not stop a replay; that a step is applied once does.
"""

import hmac
import re
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from urllib.parse import parse_qs, urlparse, urlsplit

from twilio.request_validator import add_port, remove_port  # type: ignore[import-untyped]

Pairs = Sequence[tuple[str, str]]

# A URL with nothing in it that the library would normalise: plain host, port of up to four digits, a path
# without ";", no fragment, and something behind the "?". Any other URL asks the library's own functions.
_PLAIN_URL = re.compile(
    r"(https?)(://[A-Za-z0-9.-]+)(?::([1-9][0-9]{0,3}))?(/[!-\"$-:<->@-~]*(?:\?[!-\"$-~]+)?)"
)
_USUAL_PORT = {"http": "80", "https": "443"}


def is_signed(url: str, form: Pairs, header: str | None, tokens: Sequence[str]) -> bool:
    """Whether `header` signs this form posted to `url` (or, with an empty form, a GET of `url`).

    `url` is what the carrier asked for: the configured public base and the raw path and query. `form` holds
    the decoded fields, untouched and in any order. Any of `tokens` may have signed it (while one is being
    replaced both hold). The port may be written or left out, as the carrier is not consistent about it.
    """
    if not header:
        return False
    try:
        joined, urls = _joined(form), _ways_to_write(url)
        return any(
            _same(header, _signed(asked + joined, token)) for token in tokens if token for asked in urls
        )
    except ValueError:  # a port beyond 65535, a broken IPv6 address, a lone surrogate
        return False


def is_signed_json(url: str, body: bytes, header: str | None, tokens: Sequence[str]) -> bool:
    """Whether `header` signs `url`, and the `bodySHA256` in it this body (contract §5.1, rule 4)."""
    try:
        claimed = parse_qs(urlsplit(url).query).get("bodySHA256", [""])[0]
    except ValueError:
        return False
    right_body = _same(claimed, sha256(body).hexdigest().encode())
    return right_body and is_signed(url, (), header, tokens)


def signature(url: str, form: Pairs, token: str) -> str:
    """The signature of this form posted to exactly this `url`; raises UnicodeError for lone surrogates."""
    return _signed(url + _joined(form), token).decode()


def _signed(text: str, token: str) -> bytes:
    return b64encode(hmac.digest(token.encode(), text.encode(), "sha1"))


def _joined(form: Pairs) -> str:
    """Names and values in the order of the names, then of the values; an equal pair counts once."""
    return "".join([name + value for name, value in sorted(set(form))])


def _same(claimed: str, right: bytes) -> bool:
    return hmac.compare_digest(claimed.encode(errors="surrogatepass"), right)


def _ways_to_write(url: str) -> Sequence[str]:
    """The URL without its port, and with it."""
    plain = _PLAIN_URL.fullmatch(url)
    if not plain:
        parsed = urlparse(url)
        return remove_port(parsed), add_port(parsed)
    scheme, host, port, rest = plain.groups()
    return f"{scheme}{host}{rest}", f"{scheme}{host}:{port or _USUAL_PORT[scheme]}{rest}"
