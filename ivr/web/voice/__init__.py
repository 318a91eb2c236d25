"""The carrier's webhooks: signed, answered with documents, and never with an error."""

from ivr.web.voice.routes import Voice

__all__ = ["Voice"]
