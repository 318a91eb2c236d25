"""The hotline that this request is about."""

from flask import current_app

from ivr.switchboard.exchange import Exchange


def exchange() -> Exchange:
    """The exchange of the application that answers."""
    found: Exchange = current_app.extensions["exchange"]
    return found
