"""Flask: the carrier's webhooks, the pages people work with, and the API."""

from ivr.web.api import api
from ivr.web.edition import edition
from ivr.web.figured import teach_figures
from ivr.web.health import health
from ivr.web.metrics import metrics
from ivr.web.pages import pages
from ivr.web.pages.door import stand_before
from ivr.web.pages.shell import about, refused
from ivr.web.sounds import sounds
from ivr.web.wording import teach

__all__ = [
    "about",
    "api",
    "edition",
    "health",
    "metrics",
    "pages",
    "refused",
    "sounds",
    "stand_before",
    "teach",
    "teach_figures",
]
