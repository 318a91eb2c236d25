"""The prompts' recordings: what an address holds never changes, and there is nothing else behind it."""

import struct
from hashlib import sha256
from pathlib import Path

import pytest

from ivr.ledger import revisions
from tests.service import House

FORMAT = struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16)
WAV = b"RIFF" + struct.pack("<I", 36) + b"WAVEfmt " + FORMAT + b"data\0\0\0\0"
DIGEST = sha256(WAV).hexdigest()[:32]
ADDRESS = f"/recordings/{DIGEST}.wav"


@pytest.fixture
def house(house: House) -> House:
    with house.exchange.ledger.transaction() as tx:
        revisions.keep_sound(tx, DIGEST, "audio/wav", WAV)
    return house


def test_a_recording_is_what_was_published_and_may_be_kept_for_ever(house: House) -> None:
    answer = house.app.test_client().get(ADDRESS)
    assert (answer.status_code, answer.data, answer.content_type) == (200, WAV, "audio/wav")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["ETag"] == f'"{DIGEST}"'
    assert "Set-Cookie" not in answer.headers


def test_who_has_it_already_is_not_sent_it_again(house: House) -> None:
    client = house.app.test_client()
    answer = client.get(ADDRESS, headers={"If-None-Match": f'"{DIGEST}"'})
    assert (answer.status_code, answer.data) == (304, b"")
    assert client.get(ADDRESS, headers={"If-None-Match": '"another"'}).status_code == 200


def test_its_headers_alone_can_be_asked_for(house: House) -> None:
    answer = house.app.test_client().head(ADDRESS)
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(WAV))


@pytest.mark.parametrize(
    "name",
    [
        *(DIGEST[::-1], DIGEST.upper(), "0" * 64, "0" * 65, "abc", "", "..", "../hotline.db"),
        *("..%2f..%2fhotline.db", "%2e%2e/%2e%2e/etc/passwd", f"{DIGEST}%00", f"{DIGEST}' OR '1'='1"),
    ],
)
def test_there_is_nothing_else_behind_that_address(house: House, name: str) -> None:
    answer = house.app.test_client().get(f"/recordings/{name}.wav")
    assert answer.status_code == 404
    assert b"SQLite" not in answer.data


def test_a_recording_is_only_read(house: House) -> None:
    client = house.app.test_client()
    for answer in (client.post(ADDRESS), client.put(ADDRESS), client.delete(ADDRESS)):
        assert answer.status_code == 405


def test_what_a_caller_said_is_not_to_be_had_without_signing_in(house: House) -> None:
    folder = Path(house.exchange.settings.data) / "messages"
    folder.mkdir()
    (folder / "RE.wav").write_bytes(WAV)
    for path in ("/recordings/RE.wav", "/recordings/said/RE.wav", "/messages/RE.wav"):
        assert house.app.test_client().get(path).status_code in (401, 404, 405)
