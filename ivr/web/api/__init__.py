"""The hotline for programs, and for the scripts of our own pages: JSON in, JSON out."""

from ivr.web.api import (
    agents,
    callbacks,
    calls,
    calls_out,
    closures,
    document,
    line,
    listening,
    me,
    messages,
    moves,
    offers,
    queues,
    talks,
)
from ivr.web.api.routes import api

ROOMS = (
    me,
    offers,
    talks,
    listening,
    calls_out,
    line,
    moves,
    queues,
    closures,
    agents,
    callbacks,
    calls,
    messages,
    document,
)
"""Whose routes are in the table, once they are imported."""

__all__ = ["ROOMS", "api"]
