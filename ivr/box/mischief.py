"""The pranks a carrier can play: webhooks twice, notices late, twice, backwards or never."""

import random
from dataclasses import dataclass

_ON_TIME = 0.1
_NOTICES_OF_A_LEG = 4  # initiated, ringing, answered, completed


@dataclass(frozen=True, slots=True)
class Mischief:
    """Shares from 0 to 1. The same seed plays the same pranks.

    `doubled` instruction webhooks are asked twice (`at_once`: at the same moment); the answers must be equal.
    Notices (status and recording callbacks) are lost, sent twice, or late by up to `late_seconds`;
    `backwards` delivers the notices of a leg last first.
    """

    doubled: float = 0
    at_once: bool = False
    lost: float = 0
    twice: float = 0
    late: float = 0
    late_seconds: float = 20
    backwards: bool = False
    seed: int = 0


class Imp:
    """Plays a `Mischief`, one decision at a time."""

    def __init__(self, mischief: Mischief) -> None:
        self.mischief = mischief
        self._dice = random.Random(mischief.seed)  # noqa: S311 - pranks, not secrets

    def doubling(self) -> str:
        """How an instruction is doubled: "" (not), `again` or `at once`."""
        if self._dice.random() >= self.mischief.doubled:
            return ""
        return "at once" if self.mischief.at_once else "again"

    def delays(self, sequence: int) -> list[float]:
        """When the notice with this sequence number is delivered, in seconds from now; never when empty."""
        if self._dice.random() < self.mischief.lost:
            return []
        return [self._delay(sequence) for _ in range(2 if self._dice.random() < self.mischief.twice else 1)]

    def _delay(self, sequence: int) -> float:
        if self.mischief.backwards:
            return _ON_TIME + self.mischief.late_seconds * max(0, 1 - sequence / _NOTICES_OF_A_LEG)
        if self._dice.random() < self.mischief.late:
            return _ON_TIME + self._dice.random() * self.mischief.late_seconds
        return _ON_TIME
