"""What a service did wrong, in the carrier's own codes and words."""

from dataclasses import dataclass

HTTP_RETRIEVAL_FAILURE = 11200
CONNECT_TIMED_OUT = 11201
CONNECTION_REFUSED = 11202
TOOK_TOO_LONG = 11203
CONNECTION_FAILED = 11205
TOO_MANY_REDIRECTS = 11215
BAD_OVERRIDE = 11243
TOO_LARGE = 11750
EMPTY_BODY = 11770
NOT_XML = 12100
NO_RESPONSE_ELEMENT = 12102
BAD_SCHEMA = 12200
WRONG_CONTENT_TYPE = 12300
BAD_CALLER_ID = 13214
BAD_NUMBER = 13223
PLAY_WRONG_CONTENT_TYPE = 13420
QUEUE_FULL = 14207
# Not the carrier's: found by the box alone.
ANSWERS_DIFFER = 90001
BROKEN_BOX = 90002

_MEANINGS = {
    HTTP_RETRIEVAL_FAILURE: "HTTP retrieval failure",
    CONNECT_TIMED_OUT: "TCP connection timed out",
    CONNECTION_REFUSED: "TCP connection refused",
    TOOK_TOO_LONG: "HTTP communication took too long",
    CONNECTION_FAILED: "HTTP connection failure",
    TOO_MANY_REDIRECTS: "HTTP too many redirects",
    BAD_OVERRIDE: "Invalid connection override",
    TOO_LARGE: "TwiML response body too large",
    EMPTY_BODY: "Empty response body",
    NOT_XML: "Document parse failure",
    NO_RESPONSE_ELEMENT: "The root element must be Response",
    BAD_SCHEMA: "Schema validation warning",
    WRONG_CONTENT_TYPE: "Invalid Content-Type",
    BAD_CALLER_ID: "Dial: Invalid callerId value",
    BAD_NUMBER: "Dial: Invalid phone number format",
    PLAY_WRONG_CONTENT_TYPE: "Play: Invalid Content-Type",
    QUEUE_FULL: "Enqueue: queue full",
    ANSWERS_DIFFER: "Doubled webhook answered differently",
    BROKEN_BOX: "The phone company in a box failed",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake: the carrier's code, what is wrong, and the URL that answered so."""

    code: int
    detail: str
    url: str = ""

    @property
    def text(self) -> str:
        meaning = _MEANINGS.get(self.code)
        return f"{meaning}: {self.detail}" if meaning else self.detail


class Refused(Exception):
    """The contract does not allow what the service answered."""

    def __init__(self, code: int, detail: str, url: str = "") -> None:
        self.fault = Fault(code, detail, url)
        super().__init__(f"{code} {self.fault.text}")
