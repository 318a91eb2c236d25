"""Secrets at rest: what a caller typed in confidence is readable only with the hotline's key."""

import hmac
import secrets
from base64 import urlsafe_b64encode
from functools import cached_property
from hashlib import sha256
from hmac import digest
from typing import TYPE_CHECKING, TypeVar

from ivr.core.pseudonyms import MARK, is_known

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


LENGTH = 20
"""Characters of a pseudonym: 80 bits, of which no two callers share all."""

Name = TypeVar("Name", str, str | None)


class Seal:
    """Encrypts and decrypts with one key (authenticated, Fernet), and marks what must not be changed.

    `hashing`: the tables know callers by their pseudonyms alone.
    """

    def __init__(self, key: bytes, *, hashing: bool = False) -> None:
        self._key = urlsafe_b64encode(sha256(key).digest())
        self.hashing = hashing

    @cached_property
    def _fernet(self) -> "Fernet":
        # Imported at the first secret: most hotlines have none, and every worker would pay for it.
        from cryptography.fernet import Fernet

        return Fernet(self._key)

    def alias(self, text: str) -> str:
        """Another name for a text: always the same, and without the key nobody can guess it."""
        return urlsafe_b64encode(digest(self._key, text.encode(), "sha256")[:12]).decode()

    def caller(self, number: Name) -> Name:
        """How the tables know a caller: by the number, or by what stands for it."""
        return self.pseudonym(number) if self.hashing and number else number

    def pseudonym(self, number: str) -> str:
        """What stands for a number: always the same, and without the key nobody can tell whether it is that
        of a number they have in mind. What is no number any more stays as it is."""
        if not is_known(number):
            return number
        made = hmac.new(self._key, b"caller\0" + number.encode(errors="surrogatepass"), "sha256")
        return MARK + made.hexdigest()[:LENGTH].upper()

    def close(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str | None:
        """The text again; None if it was sealed with another key or was tampered with."""
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None

    def mark(self, text: str) -> str:
        """The mark of a text: the same for the same text, and made by nobody without the key."""
        return hmac.new(self._key, b"mark\0" + text.encode(errors="surrogatepass"), "sha256").hexdigest()


def nobody() -> str:
    """A pseudonym that no number leads to, not even with the key."""
    return MARK + secrets.token_hex(LENGTH // 2).upper()
