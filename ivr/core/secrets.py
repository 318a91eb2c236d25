"""Secrets an admin sets: those that would protect nothing are refused, in words."""

import re

REPEATED = re.compile(r"(.{1,16}?)\1+.?", re.DOTALL)
FEWEST_CHARACTERS = 6

WELL_KNOWN = (
    *("changeme", "changethis", "replaceme", "placeholder", "yoursecret", "yourtoken", "yourauthtoken"),
    *("authtoken", "secretkey", "supersecret", "topsecret", "notasecret", "password", "djangoinsecure"),
    *("192b9bdd22ab9ed4", "5f352379324c2246"),  # the examples of Flask's own pages
)
"""What stands in examples and templates, written without anything but letters and digits."""


def weakness(secret: str, shortest: int) -> str | None:
    """What is wrong with a secret, and what to do; None if it will do.

    An empty key is a valid key of HMAC: whoever signs with it, anybody can imitate.
    """
    if not secret:
        return "is empty, so anybody could sign with it"
    if secret != secret.strip():
        return "has a space or a line end around it: copy it again without"
    if len(secret) < shortest:
        return f"has {len(secret)} characters and needs at least {shortest}"
    if REPEATED.fullmatch(secret) or len(set(secret)) < FEWEST_CHARACTERS:
        return "repeats itself, so it is guessed: take a random one"
    plain = re.sub(r"[\W_]", "", secret).lower()
    if any(known in plain for known in WELL_KNOWN):
        return "is an example that everybody knows: take a random one"
    return None
