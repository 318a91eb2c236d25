"""A browser's pass, read as the carrier reads it and not by the library that made it."""

import base64
import hmac
import json
from typing import Any

import pytest

from ivr.carriers.twilio.token import voice_token

ACCOUNT, KEY, APPLICATION = "AC" + "0" * 32, "SK" + "1" * 32, "AP" + "2" * 32
SECRET = "a secret of thirty-two characters"  # shorter ones make the library warn
NOW = 1_790_000_000


def made(**other: Any) -> str:
    wished: dict[str, Any] = {"identity": "agent_7", "application_sid": APPLICATION, "now": NOW} | other
    return voice_token(ACCOUNT, KEY, SECRET, **wished)


def read(part: str) -> dict[str, Any]:
    decoded: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return decoded


def test_an_agents_browser_may_ring_and_be_rung_for_an_hour() -> None:
    header, payload, _ = made().split(".")
    assert read(header) == {"typ": "JWT", "alg": "HS256", "cty": "twilio-fpa;v=1"}
    said = read(payload)
    assert said.pop("jti").startswith(f"{KEY}-")
    assert said == {
        "iss": KEY,
        "sub": ACCOUNT,
        "nbf": NOW,
        "exp": NOW + 3600,
        "grants": {
            "identity": "agent_7",
            "voice": {"incoming": {"allow": True}, "outgoing": {"application_sid": APPLICATION}},
        },
    }


def test_the_secret_of_the_key_signs_it_and_is_not_in_it() -> None:
    signed, _, signature = made().rpartition(".")
    expected = hmac.digest(SECRET.encode(), signed.encode(), "sha256")
    assert base64.urlsafe_b64encode(expected).decode().rstrip("=") == signature
    assert SECRET not in "".join(map(str, map(read, signed.split("."))))


def test_it_ends_when_it_was_told_to() -> None:
    assert read(made(seconds=600).split(".")[1])["exp"] == NOW + 600


@pytest.mark.parametrize("identity", ["", "an agent", "agent-7", "ng\u1ecdc", "a" * 257, "a\n"])
def test_an_identity_no_phone_takes_is_refused(identity: str) -> None:
    with pytest.raises(ValueError, match="1 to 256"):
        made(identity=identity)


@pytest.mark.parametrize("seconds", [0, -1, 86_401])
def test_no_pass_is_for_ever(seconds: int) -> None:
    with pytest.raises(ValueError, match=f"1 to 86400 seconds, not {seconds}"):
        made(seconds=seconds)
