"""The service as it is, but for its patience: unless it is woken, it looks at nothing for an hour."""

from ivr.switchboard import clock, shelf

clock.LOOK_EVERY = 3_600
shelf.LATE_MS = 3_600_000

from app import app  # noqa: E402

__all__ = ["app"]
