"""Whether a page of ours can be somebody's telephone, and by which company."""

from ivr.settings import Settings


def has_own_line(settings: Settings) -> bool:
    """Twilio's software needs Twilio, and a key to make passes with; in the box a page has another line."""
    return not settings.boxed and settings.carrier == "twilio" and bool(settings.api_key)


def own_line_at(settings: Settings, address: str) -> str:
    """How the page of somebody who is rung at an address is their telephone: `box`, `carrier`, `missing` if
    it should be and cannot; "" for somebody who has a phone of their own."""
    if not address.startswith(BROWSER):
        return ""
    if settings.boxed:
        return "box"
    return "carrier" if has_own_line(settings) else "missing"


BROWSER = "client:"
