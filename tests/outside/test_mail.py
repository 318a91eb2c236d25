"""Mails go out over real SMTP."""

import email
import email.policy
from email.message import EmailMessage

import pytest

from ivr.outside.mail import MailDelayed, MailRefused, letter, send
from tests.outside.mail_server import mail_server


def a_letter(subject: str = "Message from +84901234567") -> EmailMessage:
    return letter("hotline@example.com", "care@example.com", subject, "Có lời nhắn.\n", b"RIFF....WAVE")


def test_a_mail_arrives_with_its_words_and_the_recording() -> None:
    with mail_server() as server:
        send(server.url, a_letter())
        (sent,) = server.mails
    mail = email.message_from_bytes(sent, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    body, sound = mail.get_body(), next(mail.iter_attachments())
    assert body is not None
    assert (mail["From"], mail["To"], mail["Subject"]) == (
        "hotline@example.com",
        "care@example.com",
        "Message from +84901234567",
    )
    assert body.get_content().strip() == "Có lời nhắn."
    assert (sound.get_content_type(), sound.get_filename()) == ("audio/wav", "message.wav")
    assert sound.get_content() == b"RIFF....WAVE"


def test_a_line_end_in_a_caller_adds_no_header() -> None:
    assert a_letter("from +84\r\nBcc: all@example.com")["Subject"] == "from +84 Bcc: all@example.com"


def test_an_address_the_server_does_not_know_is_refused_for_good() -> None:
    with mail_server() as server:
        server.answer_to_rcpt = "550 no such mailbox"
        with pytest.raises(MailRefused, match="no such mailbox"):
            send(server.url, a_letter())
        assert server.mails == []


@pytest.mark.parametrize("greeting", ["421 come again later", "554 not now"])
def test_a_server_that_takes_nothing_now_is_tried_later(greeting: str) -> None:
    with mail_server() as server:
        server.greeting = greeting
        with pytest.raises(MailDelayed):
            send(server.url, a_letter())


def test_a_server_that_is_not_there_is_tried_later() -> None:
    with pytest.raises(MailDelayed):
        send("smtp://127.0.0.1:1", a_letter())
