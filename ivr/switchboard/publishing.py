"""From the admin's draft to the menus callers hear: rehearsed, stored, then live at once."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from ivr.core.menus import Hotline, Language, Sound
from ivr.core.webhooks import Event
from ivr.language import Checked, Mistake
from ivr.ledger import LedgerError, Transaction, audit, drafts, revisions, webhooks
from ivr.ledger.audit import Deed
from ivr.ledger.revisions import ANY, Overtaken, Source
from ivr.outside.bus import Topic
from ivr.switchboard import fallback
from ivr.switchboard.amending import amend
from ivr.switchboard.draft import draft, published_sounds
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.readings import packed, version
from ivr.switchboard.turns import patiently

CALLERS = 300
"""How many random callers ring before menus go live."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What came of trying menus before they go live: how many `callers` rang, of those `wanted`, and what is
    wrong with the menus then. `call` is the call that failed, as a written phone call."""

    wanted: int
    callers: int
    mistakes: tuple[Mistake, ...] = ()
    call: str = ""


Rehearsal = Callable[[Checked], Rehearsed]
"""What tries the menus before they go live."""


class NotPublished(ValueError):
    """The menus have mistakes, or failed when they were `rehearsed`; whatever was live stays live."""

    def __init__(self, mistakes: tuple[Mistake, ...], rehearsed: Rehearsed | None = None) -> None:
        super().__init__(f"{len(mistakes)} mistakes")
        self.mistakes = mistakes
        self.rehearsed = rehearsed


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did: the live revision, whether it is `new`, or was `amended`: it had gone live by
    itself, and has an author and a note now. And what an admin may want to look at."""

    revision: int
    new: bool
    warnings: tuple[Mistake, ...]
    amended: bool = False
    rehearsed: Rehearsed | None = None


def publish(
    exchange: Exchange,
    author: str,
    note: str = "",
    *,
    who: str = "",
    rehearse: Rehearsal | None = None,
    by_itself: bool = False,
) -> Published:
    """Makes the folder's menus live, as `go_live` does."""
    checked = draft(exchange.settings)
    return go_live(exchange, checked, author, note, who=who, rehearse=rehearse, by_itself=by_itself)


def go_live(
    exchange: Exchange,
    checked: Checked,
    author: str,
    note: str = "",
    *,
    who: str = "",
    rehearse: Rehearsal | None = None,
    by_itself: bool = False,
    instead_of: int | None = ANY,
) -> Published:
    """Makes these very menus live. Raises NotPublished with every mistake, and Overtaken if they differ from
    what is live and that is another revision than `instead_of`; nothing is changed then.

    `who` is what the audit calls whoever publishes, if not by the author's name.
    What is published `by_itself` was not asked for: a folder that was published and taken back stays back.
    """
    if checked.mistakes or checked.hotline is None:
        note_mistakes(exchange, checked, author)
        raise NotPublished(checked.mistakes)
    sounds, contents = published_sounds(checked, checked.hotline)
    rehearsed: Rehearsed | None = None
    while True:
        live, same = standing(exchange, checked, sounds, by_itself=by_itself)
        if live is not None and same:
            note_mistakes(exchange, checked, author)
            amended = not by_itself and amend(exchange, live, author, note, who or author)
            return Published(live, False, checked.warnings, amended)
        if instead_of not in (ANY, live):
            raise Overtaken(f"revision {live} went live meanwhile")
        if rehearse is not None and rehearsed is None:
            rehearsed = rehearse(checked)
            refuse_if_failed(exchange, checked, rehearsed, author)
            continue  # it took its time: somebody may have published meanwhile
        note_mistakes(exchange, checked, author)
        keep_sounds(exchange, contents)
        with suppress(Overtaken):
            number = store(exchange, checked, sounds, author, note, who or author, instead_of=live)
            gone_live(exchange, checked.hotline)
            return Published(number, True, checked.warnings, rehearsed=rehearsed)


Sounds = Mapping[tuple[Language, str], Sound]


def standing(
    exchange: Exchange, checked: Checked, sounds: Sounds, *, by_itself: bool
) -> tuple[int | None, bool]:
    """The live revision, and whether these menus are the same; by themselves they do not go live either when
    they are the newest, for then somebody took them back."""
    with exchange.ledger.reading() as tx:
        live = revisions.live(tx)
        rivals = [live, revisions.newest_number(tx)] if by_itself else [live]
        same = any(is_same(revisions.source(tx, known), checked.files, sounds) for known in rivals if known)
    return live, same


def is_same(source: Source, files: Mapping[str, str], sounds: Sounds) -> bool:
    return source.files == files and source.sounds == sounds


def refuse_if_failed(exchange: Exchange, checked: Checked, rehearsed: Rehearsed, author: str) -> None:
    """Raises NotPublished if anything went wrong in the rehearsal."""
    if rehearsed.mistakes:
        failed = checked.joined(rehearsed.mistakes)
        note_mistakes(exchange, failed, author)
        raise NotPublished(failed.mistakes, rehearsed)


def store(
    exchange: Exchange,
    checked: Checked,
    sounds: Sounds,
    author: str,
    note: str,
    who: str,
    *,
    instead_of: int | None,
) -> int:
    """Puts the menus down as the live revision; its number. Raises Overtaken."""
    assert checked.hotline is not None
    hotline = checked.hotline
    name, read_already = hotline.name, packed(replace(checked.hotline, sounds=sounds))

    def put(tx: Transaction) -> int:
        now = exchange.now()
        number = revisions.publish(tx, checked.files, sounds, name, author, note, now, instead_of=instead_of)
        revisions.keep_reading(tx, number, version(), read_already)
        webhooks.subscribe(tx, subscribed(hotline))
        note_deed(tx, who, Deed.PUBLISHED, instead_of, number, note, now)
        return number

    return patiently(exchange, put)


def keep_sounds(exchange: Exchange, sounds: Mapping[str, tuple[str, bytes]]) -> None:
    """Puts down the recordings that are new, each by itself: callers' own transactions go in between."""
    for digest, (kind, content) in sounds.items():
        with exchange.ledger.reading() as tx:
            known = revisions.has_sound(tx, digest)
        if not known:
            patiently(exchange, partial(revisions.keep_sound, digest=digest, kind=kind, content=content))


def note_mistakes(exchange: Exchange, checked: Checked, author: str) -> None:
    """Keeps for the pages what is wrong with the folder, or that nothing is any more."""
    found = tuple((str(mistake.where), mistake.what) for mistake in checked.mistakes)
    with suppress(LedgerError):  # to publish will say so; the mistakes are told all the same
        with exchange.ledger.reading() as tx:
            known = drafts.refusal(tx)
        if found != (known.mistakes if known else ()):
            patiently(exchange, lambda tx: drafts.looked_at(tx, found, author, exchange.now()))


# -- what going on and going back share -----------------------------------------------------------------


def note_deed(
    tx: Transaction, who: str, what: Deed, before: int | None, number: int, note: str, now: int
) -> None:
    """Puts into the audit which revision is live instead of which."""
    after = {"live": number, "note": note}
    audit.note(tx, who, what, f"revision {number}", {"live": before} if before else None, after, now)


def subscribed(hotline: Hotline) -> frozenset[Event]:
    """What another system is told of what happens under these menus."""
    return hotline.webhook.events if hotline.webhook else frozenset()


def gone_live(exchange: Exchange, hotline: Hotline) -> None:
    """Other menus are live: every process looks at once, and so do the documents for another host."""
    exchange.tell(Topic.MENUS)
    fallback.keep(exchange.settings, hotline)
