"""The world of a rehearsal: what the service wishes for outside is answered here, and nothing is sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.ledger.errands import Errand


@dataclass
class Outside:
    """Look-ups bring `found` (None: they fail), all else simply succeeds."""

    found: Mapping[str, str] | None = None
    sent: list[tuple[str, str]] = field(default_factory=list)
    """The text messages wished for: to whom, and the text."""

    def answer(self, errand: Errand) -> Mapping[str, str] | None:
        """What comes of an errand; None when it fails."""
        if errand.kind == "lookup":
            return self.found
        if errand.kind == "message":
            self.sent.append((errand.payload["to"], errand.payload["text"]))
        return {}

    def seconds(self, errand: Errand) -> float:
        """How long an errand takes."""
        return 0
