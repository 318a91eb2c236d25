"""Flask: the carrier's webhooks, the pages people work with, and the API."""

from ivr.web.pages import pages
from ivr.web.sounds import sounds

__all__ = ["pages", "sounds"]
