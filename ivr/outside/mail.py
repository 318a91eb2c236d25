"""Mail to people: what a mailbox was left, sent by the admin's own mail server."""

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

PATIENCE = 20
"""Seconds for each answer of the mail server."""


class MailRefused(Exception):
    """The mail server will not take this mail, now or later; says why."""


class MailDelayed(Exception):
    """The mail server could not be reached, asks for another try, or does not know our password."""


def letter(sender: str, to: str, subject: str, text: str, sound: bytes | None = None) -> EmailMessage:
    """A mail, with what was said as a WAV file beside it."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, one_line(subject)
    mail.set_content(text)
    if sound is not None:
        mail.add_attachment(sound, maintype="audio", subtype="wav", filename="message.wav")
    return mail


def send(server: str, mail: EmailMessage) -> None:
    """Sends by `smtp://[user:password@]host[:port]` (with TLS when the server has it) or `smtps://…`.

    Raises MailRefused (final) or MailDelayed.
    """
    parts = urlsplit(server)
    try:
        with _connected(parts.scheme, parts.hostname or "", parts.port or 0) as connection:
            if parts.username:
                connection.login(unquote(parts.username), unquote(parts.password or ""))
            connection.send_message(mail)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused) as error:
        raise (MailRefused if _is_final(error) else MailDelayed)(str(error)) from error
    except (smtplib.SMTPException, OSError) as error:
        raise MailDelayed(str(error)) from error


def _is_final(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPSenderRefused) -> bool:
    """Whether an address is refused for good (5xx): many servers let a stranger come again first (4xx)."""
    if isinstance(error, smtplib.SMTPSenderRefused):
        return error.smtp_code >= 500
    return any(code >= 500 for code, _ in error.recipients.values())


def _connected(scheme: str, host: str, port: int) -> smtplib.SMTP:
    """A connection to the server; with TLS, only to one whose certificate is its own."""
    checked = ssl.create_default_context()
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=checked)
    connection = smtplib.SMTP(host, port, timeout=PATIENCE)
    connection.ehlo_or_helo_if_needed()
    if connection.has_extn("starttls"):
        connection.starttls(context=checked)
    return connection


def one_line(text: str) -> str:
    """A header's text: a line end in it would begin another header."""
    return " ".join(text.split())
