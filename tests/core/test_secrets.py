"""Secrets that would protect nothing are refused, in words."""

import secrets

import pytest

from ivr.core.secrets import weakness


@pytest.mark.parametrize(
    ("secret", "complaint"),
    [
        ("", "is empty"),
        ("f" * 31 + " ", "has a space or a line end around it"),
        ("\n" + "f" * 31, "has a space or a line end around it"),
        ("12345", "has 5 characters and needs at least 32"),
        ("f" * 32, "repeats itself"),
        ("0123456789abcdef0123456789abcdef", "repeats itself"),
        ("changemechangemechangemechangemec", "repeats itself"),
        ("abcdeabcdeabcdeedcbaedcbaedcbaabc", "repeats itself"),
        ("django-insecure-#8z@1k!q9f0vx7w2m", "is an example"),
        ("PLEASE_Change_Me_in_production_now", "is an example"),
        ("your-super-secret-key-goes-in-here", "is an example"),
        ("192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf", "is an example"),
    ],
)
def test_a_weak_secret_is_told_why(secret: str, complaint: str) -> None:
    assert complaint in (weakness(secret, 32) or "nothing")


def test_a_random_secret_will_do() -> None:
    for _ in range(2_000):
        assert weakness(secrets.token_hex(16), 32) is None
        assert weakness(secrets.token_urlsafe(24), 32) is None
