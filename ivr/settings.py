"""Every setting once: its name in the environment, its type, its default, what it means."""

import os
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ivr.core.secrets import weakness

KNOWN_CARRIERS = ("twilio", "signalwire", "somleng")
SHORTEST_TOKEN = 16
SHORTEST_KEY = 32


class WrongSettings(ValueError):
    """Settings that cannot be run with; the message names each of them and says what to do."""


def setting(name: str, default: Any, help_: str) -> Any:
    """One row of the table below."""
    return field(default=default, metadata={"name": name, "help": help_})


@dataclass(frozen=True, slots=True, repr=False)
class Settings:
    """What the environment (or a `.env` file) says. Without a carrier's token the hotline runs in its box."""

    account_sid: str = setting("TWILIO_ACCOUNT_SID", "", "The carrier's account.")
    auth_token: str = setting(
        "TWILIO_AUTH_TOKEN", "", "Signs the carrier's requests; several, by commas, while one is replaced."
    )
    api_key: str = setting("TWILIO_API_KEY", "", "A key for REST requests, instead of the token.")
    api_secret: str = setting("TWILIO_API_SECRET", "", "The secret of TWILIO_API_KEY.")
    phone_number: str = setting(
        "TWILIO_PHONE_NUMBER", "", "Sends text messages; else the number that was called."
    )
    carrier: str = setting("IVR_CARRIER", "twilio", "Whose dialect is spoken: twilio, signalwire or somleng.")
    carrier_url: str = setting("IVR_CARRIER_URL", "", "REST base of a carrier that copies Twilio.")
    calls_per_second: int = setting(
        "IVR_CALLS_PER_SECOND", 1, "How many calls a second the carrier makes for us, and lets the rest wait."
    )
    public_url: str = setting("PUBLIC_URL", "", "Where the carrier reaches us: https://hotline.example.")
    host: str = setting("HOST", "127.0.0.1", "The address to listen on.")
    port: int = setting("PORT", 5000, "The port to listen on.")
    proxies: str = setting(
        "FORWARDED_ALLOW_IPS",
        "127.0.0.1,::1",
        "The proxies in front whose X-Forwarded-… headers are believed.",
    )
    insecure_http: str = setting(
        "IVR_INSECURE_HTTP", "", "yes: PUBLIC_URL may be http:// where nobody can listen in."
    )
    workers: int = setting("WEB_CONCURRENCY", 1, "Worker processes; the phone in the box needs exactly one.")
    threads: int = setting("IVR_THREADS", 64, "Threads of each worker.")
    database_url: str = setting("DATABASE_URL", "", "SQL: a postgresql:// URL, or a file in IVR_DATA.")
    redis_url: str = setting(
        "REDIS_URL", "", "A Redis that wakes all processes at once: redis://user:password@redis.example."
    )
    synchronous: str = setting(
        "IVR_SYNCHRONOUS", "normal", "SQLite: normal survives a killed process, full a power cut."
    )
    secret_key: str = setting(
        "SECRET_KEY", "", "Seals secrets and sessions; made and kept in IVR_DATA if not given."
    )
    numbers: str = setting(
        "IVR_NUMBERS", "kept", "Callers’ numbers: kept, or hashed as soon as no call needs them any more."
    )
    mail_server: str = setting(
        "SMTP_URL", "", "Mails mailboxes their messages: smtp://user:password@host:587."
    )
    mail_from: str = setting("MAIL_FROM", "", "The sender of mails; else the mailbox's own address.")
    menus: str = setting("IVR_MENUS", "menus", "The folder of the menus' YAML files.")
    fallback: str = setting(
        "IVR_FALLBACK", "", "A folder that gets the fallback documents anew at every publishing."
    )
    fallback_url: str = setting(
        "IVR_FALLBACK_URL", "", "Where these documents are hosted: https://backup.example/ivr."
    )
    recordings: str = setting("IVR_RECORDINGS", "recordings", "The folder of the prompts' recordings.")
    data: str = setting("IVR_DATA", "var", "The folder of everything made while running.")
    speech: str = setting(
        "IVR_SPEECH",
        "espeak-ng -v {language} -s 150 -w {file} {text}",
        "The command that `ivr render` speaks with.",
    )

    boxed: bool = False
    """Whether the phone company in the box is the carrier: nobody gave a carrier's token."""

    @property
    def tokens(self) -> tuple[str, ...]:
        """The tokens that may sign a request; the first one is the present one."""
        return tuple(token.strip() for token in self.auth_token.split(",") if token.strip())

    @property
    def base_url(self) -> str:
        """The origin of every address we give the carrier, without a slash at its end."""
        return (self.public_url or f"http://127.0.0.1:{self.port}").partition("#")[0].rstrip("/")

    @property
    def sql_url(self) -> str:
        return self.database_url or f"sqlite:///{Path(self.data).resolve() / 'hotline.db'}"

    @property
    def hashing(self) -> bool:
        """Whether callers are stored by what stands for their number."""
        return self.numbers == "hashed"

    @property
    def is_public(self) -> bool:
        """Whether others than this machine are meant to reach us."""
        return not (is_loopback(self.host) and is_loopback(_host_of(self.base_url)))

    def __repr__(self) -> str:
        return "Settings(…)"


def is_loopback(host: str) -> bool:
    """Whether a name or an address is this machine's own, which nobody else can reach."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def table() -> Iterator[tuple[str, str, Any, str]]:
    """Name, type, default and meaning of every setting, for the help and the docs."""
    for row in _rows():
        yield (
            row.metadata["name"],
            getattr(row.type, "__name__", str(row.type)),
            row.default,
            row.metadata["help"],
        )


def from_environment(environment: Mapping[str, str]) -> Settings:
    """The settings of an environment. Raises WrongSettings naming every value that cannot be."""
    values: dict[str, Any] = {}
    wrong: list[str] = []
    for row in _rows():
        text = environment.get(row.metadata["name"], "").strip()
        if text:
            try:
                values[row.name] = _typed(row, text)
            except ValueError:
                wrong.append(f"{row.metadata['name']} must be a whole number, not {text!r}")
    settings = Settings(**values)
    wrong.extend(_contradictions(settings))
    wrong.extend(_dangers(settings))
    if wrong:
        raise WrongSettings("; ".join(wrong))
    return settings


def secret_file(settings: Settings, name: str, length: int = 32) -> str:
    """A secret of this installation: made once, kept in IVR_DATA where only its owner reads it.

    Raises WrongSettings if it can be neither made nor read, or is empty.
    """
    path = Path(settings.data) / name
    try:
        if not path.exists():
            _make(path, secrets.token_hex(length))
        secret = path.read_text().strip()
    except OSError as error:
        why = error.strerror or error
        raise WrongSettings(
            f"IVR_DATA {settings.data} cannot be used: {why}: {error.filename or path}"
            " (set it to a folder that whoever starts the hotline may read and write)"
        ) from None
    if not secret:
        raise WrongSettings(f"{path} is empty: delete it, and another secret is made (old ones stay sealed)")
    return secret


def _make(path: Path, secret: str) -> None:
    """Puts a secret down whole or not at all; of several processes at once, the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with open(made, "x", opener=_private) as file:
        file.write(secret)
    try:
        os.link(made, path)
    except FileExistsError:
        pass
    finally:
        made.unlink()


def _rows() -> list[Field[Any]]:
    return [row for row in fields(Settings) if row.metadata]


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _typed(row: Field[Any], text: str) -> Any:
    return int(text) if row.type is int else text


def _leads_to_redis(url: str) -> bool:
    try:
        return urlsplit(url).scheme in ("redis", "rediss", "unix") and urlsplit(url).port != 0
    except ValueError:  # a port that is no number
        return False


def _contradictions(settings: Settings) -> Iterator[str]:
    if settings.carrier not in KNOWN_CARRIERS:
        yield f"IVR_CARRIER {settings.carrier!r} is none of {', '.join(KNOWN_CARRIERS)}"
    if settings.auth_token and not settings.tokens:
        yield "TWILIO_AUTH_TOKEN has no token in it"
    if settings.auth_token and not settings.account_sid:
        yield "TWILIO_ACCOUNT_SID is missing: recordings are fetched and texts sent in its name"
    if bool(settings.api_key) != bool(settings.api_secret):
        yield "TWILIO_API_KEY and TWILIO_API_SECRET go together"
    if settings.fallback_url and not settings.fallback_url.startswith(("http://", "https://")):
        yield f"IVR_FALLBACK_URL must begin with https://, not {settings.fallback_url!r}"
    if settings.fallback and not settings.fallback_url:
        yield "IVR_FALLBACK_URL is missing: the documents in IVR_FALLBACK lead to one another"
    if settings.redis_url and not _leads_to_redis(settings.redis_url):
        yield "REDIS_URL must look like redis://host:6379, rediss://… (with TLS) or unix:///path"
    if settings.synchronous not in ("normal", "full"):
        yield f"IVR_SYNCHRONOUS {settings.synchronous!r} is neither normal nor full"
    if settings.numbers not in ("kept", "hashed"):
        yield f"IVR_NUMBERS {settings.numbers!r} is neither kept nor hashed"
    if settings.auth_token and not settings.public_url:
        yield "PUBLIC_URL is missing: the carrier's signature is checked on the address it calls"
    if settings.workers > 1 and not settings.auth_token:
        yield "without TWILIO_AUTH_TOKEN the phone company in the box needs WEB_CONCURRENCY=1"
    if settings.public_url and not settings.public_url.startswith(("http://", "https://")):
        yield f"PUBLIC_URL must begin with https://, not {settings.public_url!r}"
    if "?" in settings.public_url:
        yield f"PUBLIC_URL may have a path, but no query: {settings.public_url!r}"
    # These two hold passwords, so what is wrong with them is said without showing them.
    if settings.database_url and not DATABASE.match(settings.database_url):
        yield "DATABASE_URL must begin with sqlite:/// or postgresql://"
    if settings.mail_server and not _names_a_mail_server(settings.mail_server):
        yield "SMTP_URL must be like smtp://user:password@host:587; a # in a password is written %23, a / %2F"


DATABASE = re.compile(r"(sqlite|postgres(ql)?)(\+\w+)?://")


def _names_a_mail_server(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # the port is no number: a password broke the address in two
        return False


def _dangers(settings: Settings) -> Iterator[str]:
    """What would let strangers in: nobody starts a hotline like that by mistake."""
    if settings.is_public and not settings.auth_token:
        where = f"PUBLIC_URL {settings.public_url}" if is_loopback(settings.host) else f"HOST {settings.host}"
        yield (
            f"{where} is open to others, but TWILIO_AUTH_TOKEN is missing, so anybody could place calls "
            "(set the carrier's account, or leave HOST and PUBLIC_URL away to try the hotline)"
        )
    for token in settings.tokens:
        if problem := weakness(token, SHORTEST_TOKEN):
            yield f"TWILIO_AUTH_TOKEN {problem} (the real one is in the carrier's console)"
    if settings.secret_key and (problem := weakness(settings.secret_key, SHORTEST_KEY)):
        yield f"SECRET_KEY {problem} (or leave it away: one is made and kept in IVR_DATA)"
    if settings.insecure_http not in ("", "yes"):
        yield f"IVR_INSECURE_HTTP is yes or nothing, not {settings.insecure_http!r}"
    in_the_clear = settings.public_url.startswith("http://") and settings.is_public
    if in_the_clear and settings.insecure_http != "yes":
        yield (
            f"PUBLIC_URL {settings.public_url} is not encrypted, so passwords could be read on the way "
            "(use https://, or say IVR_INSECURE_HTTP=yes where nobody can listen in)"
        )
