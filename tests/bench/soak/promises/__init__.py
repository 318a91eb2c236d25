"""What is promised, whatever goes wrong; each function names what broke its promise."""

from collections.abc import Callable, Mapping

from tests.bench.soak.evidence import Broken, Evidence
from tests.bench.soak.promises.callers import (
    each_failed_one_is_saved,
    every_document_is_whole,
    no_request_fails,
    nobody_hears_an_error,
    nobody_is_sent_away,
    nobody_is_stuck,
)
from tests.bench.soak.promises.menus import every_revision_is_whole, what_is_published_is_live_at_once
from tests.bench.soak.promises.rows import (
    each_call_has_one_row_with_an_end,
    no_errand_is_stuck,
    no_pass_is_missing_or_twice,
    no_text_is_lost_or_sent_twice,
    nothing_is_left_in_the_spool,
    what_was_pressed_is_logged,
    what_was_said_is_kept,
)

LIVE_AT_ONCE = "new calls begin in menus live within 2 s"
IN_TIME = frozenset({LIVE_AT_ONCE})
"""The promises that name a time: a machine that is busy with other things may break them."""

PROMISES: Mapping[str, Callable[[Evidence], Broken]] = {
    "no request fails but in the hands of a killed worker": no_request_fails,
    "each of these is saved by the carrier's retry or the fallback": each_failed_one_is_saved,
    "nobody hears the carrier's apology": nobody_hears_an_error,
    "nobody is sent away": nobody_is_sent_away,
    "every document is one that a carrier takes": every_document_is_whole,
    "nobody is stuck": nobody_is_stuck,
    "each call has one row with an end": each_call_has_one_row_with_an_end,
    "no document or pass is missing or twice": no_pass_is_missing_or_twice,
    "what was pressed is logged": what_was_pressed_is_logged,
    "what was said is kept, once": what_was_said_is_kept,
    "no text is lost or sent twice": no_text_is_lost_or_sent_twice,
    "no errand is stuck": no_errand_is_stuck,
    "nothing is left in the spool": nothing_is_left_in_the_spool,
    "every revision is whole, and the live one the last": every_revision_is_whole,
    LIVE_AT_ONCE: what_is_published_is_live_at_once,
}
