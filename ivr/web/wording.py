"""How pages speak: in the reader's language, with times on the hotline's clock."""

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.support import NullTranslations, Translations
from flask import Flask, request

from ivr.core.calls import Ending, Outcome

LOCALES = Path(__file__).parent / "locales"
LANGUAGES = ("en", "vi", "es")


def teach(app: Flask) -> None:
    """Gives the templates their words, and the filters that write times and lengths."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: translations(language()).ugettext(text),
        lambda one, many, count: translations(language()).ungettext(one, many, count),
        newstyle=True,
    )
    app.jinja_env.filters.update(day=day, clock=clock, length=length, outcome=outcome, ending=ending)
    app.jinja_env.globals.update(language=language)


def language() -> str:
    """The reader's language: what the browser asks for, of those we have."""
    return request.accept_languages.best_match(LANGUAGES) or "en"


@lru_cache(maxsize=8)
def translations(name: str) -> NullTranslations:
    return Translations.load(LOCALES, [name])


def local(at: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(zone)


def day(at: int, zone: ZoneInfo) -> str:
    """The date of a moment (UTC milliseconds) as people there write it."""
    return format_date(local(at, zone), "medium", locale=language())


def clock(at: int, zone: ZoneInfo) -> str:
    """The time of day of a moment, with seconds."""
    return format_time(local(at, zone), "HH:mm:ss", locale=language())


def length(seconds: float) -> str:
    """A length of time: `0:07`, `12:30`, `1:02:03`."""
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _(text: str) -> str:
    """Marks a text for the catalogs; it is translated where it is shown."""
    return text


OUTCOMES = {
    Outcome.GOODBYE: _("Served by the menus"),
    Outcome.HUNG_UP: _("Hung up"),
    Outcome.MESSAGE: _("Left a message"),
    Outcome.CONNECTED: _("Connected"),
    Outcome.BLOCKED: _("Blocked"),
    Outcome.TOO_MANY: _("Called too often"),
    Outcome.LOST: _("Line lost"),
}

ENDINGS = {
    Ending.KEY: _("pressed a key"),
    Ending.WENT_ON: _("went on"),
    Ending.SILENT: _("stayed silent"),
    Ending.WRONG: _("too many wrong keys"),
    Ending.HUNG_UP: _("hung up here"),
    Ending.CONNECTED: _("talked"),
    Ending.BUSY: _("was busy"),
    Ending.NO_ANSWER: _("no answer"),
    Ending.MESSAGE: _("left word"),
    Ending.FAILED: _("did not work"),
    Ending.NO_AGENTS: _("nobody was there"),
    Ending.LIMIT: _("the call had gone on too long"),
}


def outcome(name: Outcome | None) -> str:
    """How a call ended, in words; a call without an outcome is on the line."""
    return translations(language()).ugettext(OUTCOMES[name] if name else _("On the line"))


def ending(name: Ending) -> str:
    """How a pass ended, in words."""
    return translations(language()).ugettext(ENDINGS[name])
