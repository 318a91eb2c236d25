"""The pages people work with: each answers one person's one question."""

from ivr.web.pages.calls import calls
from ivr.web.pages.door import door
from ivr.web.pages.key import key
from ivr.web.pages.menus import menus
from ivr.web.pages.messages import messages

pages = (door, key, calls, messages, menus)

__all__ = ["pages"]
