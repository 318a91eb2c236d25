"""The pages people work with: each answers one person's one question."""

from ivr.web.pages.account import account
from ivr.web.pages.accounts import accounts
from ivr.web.pages.agents import agents
from ivr.web.pages.alerts import alerts
from ivr.web.pages.audit import audit
from ivr.web.pages.board import board
from ivr.web.pages.callbacks import callbacks
from ivr.web.pages.callers import callers
from ivr.web.pages.calls import calls
from ivr.web.pages.desk import desk
from ivr.web.pages.door import door
from ivr.web.pages.floor import floor
from ivr.web.pages.help import help_
from ivr.web.pages.lost import lost
from ivr.web.pages.menus import menus
from ivr.web.pages.messages import messages
from ivr.web.pages.phone import phone
from ivr.web.pages.reports import reports
from ivr.web.pages.sign_in import sign_in

pages = (
    door,
    sign_in,
    account,
    accounts,
    agents,
    alerts,
    audit,
    board,
    callbacks,
    callers,
    calls,
    desk,
    floor,
    help_,
    lost,
    messages,
    menus,
    phone,
    reports,
)

__all__ = ["pages"]
