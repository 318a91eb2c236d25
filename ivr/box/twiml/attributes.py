"""The attributes of one TwiML element, each read once and checked; what nobody read is unknown."""

import re
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

from ivr.box.dialects import TWILIO, Dialect
from ivr.box.faults import BAD_SCHEMA, Refused
from ivr.box.webhooks import Webhook

_CODES = {
    ("Gather", "finishOnKey"): 13310,
    ("Gather", "method"): 13312,
    ("Gather", "timeout"): 13313,
    ("Gather", "numDigits"): 13314,
    ("Gather", "speechTimeout"): 13327,
    ("Play", "loop"): 13410,
    ("Say", "loop"): 13510,
    ("Say", "voice"): 13511,
    ("Record", "method"): 13610,
    ("Record", "timeout"): 13611,
    ("Record", "maxLength"): 13612,
    ("Record", "finishOnKey"): 13613,
    ("Record", "transcribe"): 13614,
    ("Record", "playBeep"): 13616,
    ("Redirect", "method"): 13710,
    ("Pause", "length"): 13910,
    ("Dial", "method"): 13210,
    ("Dial", "timeout"): 13212,
    ("Dial", "hangupOnStar"): 13213,
    ("Dial", "callerId"): 13214,
    ("Dial", "timeLimit"): 13216,
    ("Dial", "record"): 13217,
    ("Number", "method"): 13221,
    ("Number", "sendDigits"): 13222,
    ("Sip", "method"): 13241,
    ("Enqueue", "method"): 14201,
    ("Enqueue", "waitUrl"): 14202,
    ("Enqueue", "action"): 14203,
    ("Enqueue", "waitUrlMethod"): 14206,
}
_WHOLE = re.compile(r"https?://[^/?#]+/(?!.*/\.)")  # an address that joining would leave as it is
_HOST = re.compile(r"[A-Za-z0-9.-]+|[0-9A-Fa-f:.]+")  # contract §2.1: no underscores


class Attributes:
    """Reads and checks the attributes of `element`, found in the document at `base`."""

    def __init__(
        self, element: Element, base: Webhook, relative_allowed: bool = True, dialect: Dialect = TWILIO
    ) -> None:
        self.tag = element.tag
        self._given = dict(element.attrib)
        self.base = base
        self.dialect = dialect
        self._relative_allowed = relative_allowed

    def of(self, element: Element) -> "Attributes":
        """The attributes of an element nested in this one."""
        return Attributes(element, self.base, self._relative_allowed, self.dialect)

    def refuse(self, name: str, why: str) -> Refused:
        return Refused(_CODES.get((self.tag, name), BAD_SCHEMA), f"<{self.tag} {name}>: {why}", self.base.url)

    def text(self, name: str, default: str = "", form: str = r"[\s\S]*") -> str:
        value = self._given.pop(name, None)
        if value is None:
            return default
        if not re.fullmatch(form, value):
            raise self.refuse(name, f"{value!r} is not allowed")
        return value

    def given(self, name: str) -> bool:
        return name in self._given

    def ignored(self, **forms: str) -> None:
        """Attributes that are TwiML but change nothing here; their form is still checked."""
        for name, form in forms.items():
            self.text(name, form=form)

    def one_of(self, name: str, choices: tuple[str, ...], default: str) -> str:
        value = self.text(name, default)
        if value not in choices:
            raise self.refuse(name, f"{value!r} is none of {', '.join(choices)}")
        return value

    def yes(self, name: str, default: bool) -> bool:
        return self.one_of(name, ("true", "false"), "true" if default else "false") == "true"

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number in its range."""
        value = self.text(name, str(default))
        if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
            raise self.refuse(name, f"{value!r} is not a whole number from {least} to {most}")
        return int(value)

    def url(self, name: str, value: str) -> str:
        """`value` resolved against the document's own URL."""
        if not self._relative_allowed and not urlsplit(value).scheme:
            raise self.refuse(name, f"{value!r} must be absolute in TwiML given to the REST API")
        value = value.strip()
        whole = value if _WHOLE.match(value) else urljoin(self.base.url, value)
        return checked_url(whole, lambda why: self.refuse(name, why))

    def webhook(self, name: str, method: str) -> Webhook | None:
        """The webhook named by a URL attribute and its method attribute; None without one."""
        way = self.one_of(method, ("POST", "GET"), "POST")
        value = self._given.pop(name, None)
        return Webhook(self.url(name, value), way) if value else None

    def webhook_or_self(self, name: str, method: str) -> Webhook:
        """As `webhook`; the document itself when it is not there (contract §3.2: "current document")."""
        if not self._relative_allowed and not self._given.get(name):
            raise self.refuse(name, "is needed: TwiML given to the REST API has no URL of its own")
        return self.webhook(name, method) or Webhook(self.base.url, self.base.method)

    def nothing_else(self) -> None:
        if self._given:
            name = next(iter(self._given))
            raise Refused(BAD_SCHEMA, f"<{self.tag}> has no attribute {name!r}", self.base.url)


def checked_url(url: str, refuse: Callable[[str], Exception]) -> str:
    """`url` if a carrier could request it; raises what `refuse(why)` makes."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise refuse(f"{url!r} is not an http or https URL")
    if not _HOST.fullmatch(parts.hostname):
        raise refuse(f"{parts.hostname!r} is not a host name")
    if re.search(r"\s", url):
        raise refuse(f"{url!r} has a space in it")
    return url


def no_text(element: Element, source: Webhook) -> None:
    """Refuses words where only elements may stand."""
    loose = [element.text or "", *(child.tail or "" for child in element)]
    if any(text.strip() for text in loose):
        words = "".join(loose).strip()
        raise Refused(BAD_SCHEMA, f"loose text in <{element.tag}>: {words!r}", source.url)


def childless(element: Element, given: Attributes) -> None:
    """Refuses an element that holds anything."""
    if len(element) or (element.text or "").strip():
        raise Refused(BAD_SCHEMA, f"<{element.tag}> must be empty", given.base.url)
