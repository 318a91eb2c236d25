"""Passwords at rest: argon2id with the library's present costs, never anything that can be read back."""

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher


def hashed(password: str) -> str:
    """What is kept of a password; takes a third of a second and 64 MiB, as it would for whoever guesses."""
    return _hasher().hash(_same_everywhere(password))


def is_right(kept: str, password: str) -> bool:
    """Whether this is the password; it takes as long if it is not."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(kept, _same_everywhere(password))
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether it was hashed at other costs than a password would be today."""
    return _hasher().check_needs_rehash(kept)


@cache
def nobodys() -> str:
    """What is compared where there is no account, so that nobody learns from the time it takes."""
    return hashed("the password of nobody")


@cache
def _hasher() -> "PasswordHasher":
    # Imported at the first password: most processes never see one.
    from argon2 import PasswordHasher

    return PasswordHasher()


def _same_everywhere(password: str) -> str:
    """One keyboard writes `ế` as one character, another as three."""
    return unicodedata.normalize("NFKC", password)
