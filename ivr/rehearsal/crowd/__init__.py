"""Random callers: they do anything at any moment, on any menus, and every call of theirs is judged."""

from ivr.rehearsal.crowd.crowd import CrowdBroke, Report, Seed, rehearse
from ivr.rehearsal.crowd.day import Failure
from ivr.rehearsal.crowd.shortening import Shortened, shortened
from ivr.rehearsal.crowd.verdicts import Trouble, Wrong
from ivr.rehearsal.crowd.walking import walking

__all__ = [
    "CrowdBroke",
    "Failure",
    "Report",
    "Seed",
    "Shortened",
    "Trouble",
    "Wrong",
    "rehearse",
    "shortened",
    "walking",
]
