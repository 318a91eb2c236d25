"""Who has a mailbox with an address is mailed what was left there, recording and all."""

import email
import email.policy
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.carriers.contract_server import TOKEN as REST_TOKEN
from tests.carriers.contract_server import contract_server
from tests.outside.mail_server import MailServer, mail_server
from tests.service import LAN, House

MENUS = """
hotline: Shop
zone: UTC
numbers: {"+15005550006": word}
languages: {en: {}}
mailboxes:
  office: {mail: care@example.com}
steps:
  word: {say: Leave word., voicemail: office, then: hang_up}
"""


@pytest.fixture
def post() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def house(tmp_path: Path, post: MailServer) -> Iterator[House]:
    with contract_server() as rest:
        rest.recordings["RE1"] = b"RIFF....WAVEsound"
        house = House(tmp_path, now=time.time_ns() // 1_000_000)
        settings = {"mail_server": post.url, "mail_from": "hotline@example.com"}
        house.open(MENUS, auth_token=REST_TOKEN, carrier_url=rest.url, **settings)
        yield house
        house.exchange.ledger.close()


def leave_word(house: House) -> None:
    tone = house.carrier.call("CA1", called="+15005550006")
    house.carrier.press(tone, "CA1", "#", RecordingSid="RE1", RecordingDuration=3)
    ready = {"CallSid": "CA1", "RecordingSid": "RE1", "RecordingStatus": "completed"}
    house.carrier.post("/voice/recording", ready)


def test_a_message_is_mailed_once_it_is_here(house: House, post: MailServer) -> None:
    leave_word(house)
    for _ in range(3):
        house.errands()
    (sent,) = post.mails
    mail = email.message_from_bytes(sent, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    body, sound = mail.get_body(), next(mail.iter_attachments())
    assert body is not None
    assert (mail["To"], mail["From"]) == ("care@example.com", "hotline@example.com")
    assert mail["Subject"] == f"Message from {LAN}"
    assert f"{house.exchange.settings.base_url}/calls/CA1" in body.get_content()
    assert sound.get_content() == b"RIFF....WAVEsound"
    assert house.rows("SELECT state FROM errand WHERE kind = 'mail'") == [("done",)]


def test_a_mail_server_that_is_busy_is_tried_again(house: House, post: MailServer) -> None:
    post.greeting = "421 come again later"
    leave_word(house)
    for _ in range(2):
        house.errands()
    assert house.rows("SELECT state, tries FROM errand WHERE kind = 'mail'") == [("waiting", 1)]
    post.greeting = "220 mail.test"
    house.now += 3_600_000
    house.errands()
    assert len(post.mails) == 1
