"""From the admin's folder to the menus callers hear: checked, proved, stored, then live at once; and back."""

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from ivr.carriers.capabilities import CARRIERS
from ivr.core.calls import Part
from ivr.core.menus import Hotline, Language, Sound, Where
from ivr.core.phrases import plain
from ivr.core.prompts import spoken
from ivr.language import Checked, Mistake, read
from ivr.language.prove import prove
from ivr.language.reading import no_collecting
from ivr.ledger import LedgerBusy, LedgerError, Transaction, audit, drafts, revisions
from ivr.ledger.audit import Deed
from ivr.ledger.revisions import Overtaken, Source
from ivr.outside.bus import Topic
from ivr.outside.wav import with_caption
from ivr.switchboard import fallback
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.fitness import doubtful, impossible
from ivr.switchboard.readings import packed, version
from ivr.switchboard.shelf import Unreadable, hotline_of

Rehearsal = Callable[[Checked], Sequence[Mistake]]
"""What tries the menus before they go live, and the mistakes it found."""

READINGS = 5
"""How often a folder is read that changes meanwhile."""

TURNS = 10
"""How often an admin's transaction comes again that callers left no room for."""


class NotPublished(ValueError):
    """The menus have mistakes; whatever was live stays live."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__(f"{len(mistakes)} mistakes")
        self.mistakes = mistakes


class NoWayBack(LookupError):
    """There is no such revision to go back to; the message says why."""


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did: the live revision, whether it is new, and what an admin may want to look at."""

    revision: int
    new: bool
    warnings: tuple[Mistake, ...]


# -- the folder -----------------------------------------------------------------------------------------


def check(menus: Path, recordings: Path, carrier: str = "twilio") -> Checked:
    """Reads, checks and proves the menus of a folder: everything that would stop them from going live."""
    checked = read_at_rest(menus, recordings)
    if checked.hotline is None:
        return checked
    with no_collecting():
        proof = prove(checked.hotline)
    return checked.joined(
        (*proof.mistakes, *impossible(checked.hotline, CARRIERS[carrier])),
        (*proof.warnings, *doubtful(checked.hotline)),
    )


def read_at_rest(menus: Path, recordings: Path) -> Checked:
    """The folder as it was at one moment: files that are being written are no menus yet."""
    for _ in range(READINGS):
        before = traces(menus, recordings)
        checked = read(menus, recordings)
        if traces(menus, recordings) == before:
            return checked
    busy = "these files change while they are read"
    where = Where(f"{menus.name}/", 1, 1)
    return checked.joined([Mistake(where, busy, "publish again when they are written")])


def draft(exchange: Exchange) -> Checked:
    """The folder as it would be published: the hotline, with its recordings as callers will hear them, or
    every mistake."""
    settings = exchange.settings
    checked = check(Path(settings.menus), Path(settings.recordings), settings.carrier)
    if checked.hotline is None:
        return checked
    sounds, _ = published_sounds(checked, checked.hotline)
    return replace(checked, hotline=replace(checked.hotline, sounds=sounds))


Traces = tuple[tuple[str, int, int], ...]


def traces(menus: Path, recordings: Path) -> Traces:
    """Names, times and sizes of the files menus are made of: what changes in them, changes these."""
    found = []
    for pattern, folder in (("*.y*ml", menus), ("*/*.wav", recordings), ("*/*.txt", recordings)):
        for path in folder.glob(pattern):
            with suppress(OSError):
                about = path.stat()
                found.append((os.fspath(path), about.st_mtime_ns, about.st_size))
    return tuple(sorted(found))


# -- publishing -----------------------------------------------------------------------------------------


def publish(
    exchange: Exchange,
    author: str,
    note: str = "",
    *,
    who: str = "",
    rehearse: Rehearsal | None = None,
    by_itself: bool = False,
) -> Published:
    """Makes the folder's menus live. Raises NotPublished with every mistake, and changes nothing then.

    `who` is what the audit calls whoever publishes, if not by the author's name.
    What is published `by_itself` was not asked for: a folder that was published and taken back stays back.
    """
    settings = exchange.settings
    checked = check(Path(settings.menus), Path(settings.recordings), settings.carrier)
    if checked.hotline is not None and rehearse is not None:
        checked = checked.joined(rehearse(checked))
    note_mistakes(exchange, checked, author)
    if checked.mistakes or checked.hotline is None:
        raise NotPublished(checked.mistakes)
    sounds, contents = published_sounds(checked, checked.hotline)
    keep_sounds(exchange, contents)
    name, read_already = checked.hotline.name, packed(replace(checked.hotline, sounds=sounds))

    def store(tx: Transaction, instead_of: int | None) -> int:
        now = exchange.now()
        number = revisions.publish(tx, checked.files, sounds, name, author, note, now, instead_of=instead_of)
        revisions.keep_reading(tx, number, version(), read_already)
        note_deed(tx, who or author, Deed.PUBLISHED, instead_of, number, note, now)
        return number

    while True:
        with exchange.ledger.reading() as tx:
            live = revisions.live(tx)
            rivals = [live, revisions.newest_number(tx)] if by_itself else [live]
            same = any(
                is_same(revisions.source(tx, known), checked.files, sounds) for known in rivals if known
            )
        if live is not None and same:
            return Published(live, False, checked.warnings)
        with suppress(Overtaken):
            number = patiently(exchange, partial(store, instead_of=live))
            gone_live(exchange, checked.hotline)
            return Published(number, True, checked.warnings)


def note_deed(
    tx: Transaction, who: str, what: Deed, before: int | None, number: int, note: str, now: int
) -> None:
    """Puts into the audit which revision is live instead of which."""
    after = {"live": number, "note": note}
    audit.note(tx, who, what, f"revision {number}", {"live": before} if before else None, after, now)


def gone_live(exchange: Exchange, hotline: Hotline) -> None:
    """Other menus are live: every process looks at once, and so do the documents for another host."""
    exchange.tell(Topic.MENUS)
    fallback.keep(exchange.settings, hotline)


T = TypeVar("T")


def patiently(exchange: Exchange, act: Callable[[Transaction], T]) -> T:
    """One transaction of an admin's. Callers go first, so it may have to come again for its turn: LedgerBusy
    only after some ten tries."""
    for _ in range(TURNS - 1):
        with suppress(LedgerBusy), exchange.ledger.transaction() as tx:
            return act(tx)
    with exchange.ledger.transaction() as tx:
        return act(tx)


def note_mistakes(exchange: Exchange, checked: Checked, author: str) -> None:
    """Keeps for the pages what is wrong with the folder, or that nothing is any more."""
    found = tuple((str(mistake.where), mistake.what) for mistake in checked.mistakes)
    with suppress(LedgerError):  # to publish will say so; the mistakes are told all the same
        with exchange.ledger.reading() as tx:
            known = drafts.refusal(tx)
        if found != (known.mistakes if known else ()):
            patiently(exchange, lambda tx: drafts.looked_at(tx, found, author, exchange.now()))


def published_sounds(
    checked: Checked, hotline: Hotline
) -> tuple[dict[tuple[Language, str], Sound], dict[str, tuple[str, bytes]]]:
    """The recordings as they are published, and their media types and contents by digest."""
    sounds, contents = {}, {}
    for place, sound in checked.sounds.items():
        content = captioned(checked, hotline, *place)
        sounds[place] = sound_of(content, sound)
        contents[sounds[place].digest] = (sound.kind, content)
    return sounds, contents


def keep_sounds(exchange: Exchange, sounds: Mapping[str, tuple[str, bytes]]) -> None:
    """Puts down the recordings that are new, each by itself: callers' own transactions go in between."""
    for digest, (kind, content) in sounds.items():
        with exchange.ledger.reading() as tx:
            known = revisions.has_sound(tx, digest)
        if not known:
            patiently(exchange, partial(revisions.keep_sound, digest=digest, kind=kind, content=content))


def captioned(checked: Checked, hotline: Hotline, language: Language, name: str) -> bytes:
    """A recording with the words it stands for written into it, so that whoever plays it can show them."""
    content = checked.contents[checked.sounds[language, name].digest]
    step, _, part = name.rpartition(".") if name not in hotline.steps else (name, "", "say")
    said = dict(spoken(hotline, step, Part(part), language)).get(language, ())
    return with_caption(content, plain(said), hotline.languages[language].tag)


def sound_of(content: bytes, sound: Sound) -> Sound:
    """The recording by the content that is published."""
    return replace(sound, digest=sha256(content).hexdigest()[:32])


def is_same(source: Source, files: Mapping[str, str], sounds: Mapping[tuple[Language, str], Sound]) -> bool:
    return source.files == files and source.sounds == sounds


# -- and back -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RolledBack:
    """What rolling back did: the revision that is live now, and the one that was until then."""

    revision: int
    instead_of: int


def roll_back(
    exchange: Exchange, number: int | None, author: str, note: str = "", *, who: str = ""
) -> RolledBack:
    """Makes an earlier revision live (without a number: the one that was live before), at once and for calls
    in progress too: those of the revisions taken back go on in it. Raises NoWayBack.

    `who` is what the audit calls whoever does it, if not by the author's name.
    """
    while True:
        live, wanted = way_back(exchange, number)
        try:
            hotline = hotline_of(exchange.ledger, wanted)
        except Unreadable as error:
            raise NoWayBack(str(error)) from None
        except KeyError:
            raise NoWayBack(f"there is no revision {wanted}: `ivr revisions` lists them") from None

        def go_back(tx: Transaction, live: int = live, wanted: int = wanted) -> bool:
            if revisions.held(tx) != live:
                return False
            now = exchange.now()
            revisions.go_back(tx, wanted, author, note, now)
            note_deed(tx, who or author, Deed.ROLLED_BACK, live, wanted, note, now)
            return True

        if patiently(exchange, go_back):
            gone_live(exchange, hotline)
            return RolledBack(wanted, live)


def way_back(exchange: Exchange, number: int | None) -> tuple[int, int]:
    """The live revision, and the one to go back to. Raises NoWayBack."""
    with exchange.ledger.reading() as tx:
        live = revisions.live(tx)
        if live is None:
            raise NoWayBack("no menus are published yet")
        wanted = revisions.before(tx, live) if number is None else number
    if wanted is None:
        raise NoWayBack(f"revision {live} is live, and there is none before it to go back to")
    if wanted == live:
        raise NoWayBack(f"revision {live} is live already")
    return live, wanted
