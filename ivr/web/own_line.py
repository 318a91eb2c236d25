"""Whether the desk's page can be an agent's telephone at the carrier."""

from ivr.settings import Settings


def has_own_line(settings: Settings) -> bool:
    """Twilio's software needs Twilio, and a key to make passes with; in the box a page has another line."""
    return not settings.boxed and settings.carrier == "twilio" and bool(settings.api_key)
