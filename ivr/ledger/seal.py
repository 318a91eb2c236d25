"""Secrets at rest: what a caller typed in confidence is readable only with the hotline's key."""

import hmac
from base64 import urlsafe_b64encode
from functools import cached_property
from hashlib import sha256
from hmac import digest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


class Seal:
    """Encrypts and decrypts with one key (authenticated, Fernet), and marks what must not be changed."""

    def __init__(self, key: bytes) -> None:
        self._key = urlsafe_b64encode(sha256(key).digest())

    @cached_property
    def _fernet(self) -> "Fernet":
        # Imported at the first secret: most hotlines have none, and every worker would pay for it.
        from cryptography.fernet import Fernet

        return Fernet(self._key)

    def alias(self, text: str) -> str:
        """Another name for a text: always the same, and without the key nobody can guess it."""
        return urlsafe_b64encode(digest(self._key, text.encode(), "sha256")[:12]).decode()

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
