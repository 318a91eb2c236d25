"""The hotline for programs, and for the scripts of our own pages: JSON in, JSON out."""

from ivr.web.api import calls_out, document, listening, me, offers, talks
from ivr.web.api.routes import api

__all__ = ["api", "calls_out", "document", "listening", "me", "offers", "talks"]
