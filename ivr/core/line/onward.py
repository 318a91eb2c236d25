"""Where an agent sends a caller on."""

from dataclasses import dataclass
from enum import StrEnum


class To(StrEnum):
    """What it is that a caller is sent to."""

    AGENT = "agent"
    QUEUE = "queue"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Onward:
    """To another agent (their id), a queue (its name), or a number: as the log has it, `queue:sales`."""

    to: To
    name: str

    def __str__(self) -> str:
        return f"{self.to}:{self.name}"

    @classmethod
    def read(cls, written: str) -> "Onward":
        """What was written down. Raises ValueError for anything else."""
        to, _, name = written.partition(":")
        return cls(To(to), name)
