"""From the admin's folder to the menus callers hear: checked, proved, stored, then live at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from ivr.carriers.capabilities import CARRIERS
from ivr.core.calls import Part
from ivr.core.menus import Hotline, Language, Sound
from ivr.core.phrases import plain
from ivr.core.prompts import spoken
from ivr.language import Checked, Mistake, read
from ivr.language.prove import prove
from ivr.ledger import revisions
from ivr.ledger.revisions import Source
from ivr.outside.bus import Topic
from ivr.outside.wav import with_caption
from ivr.switchboard import fallback
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.fitness import doubtful, impossible


class NotPublished(ValueError):
    """The menus have mistakes; whatever was live stays live."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__(f"{len(mistakes)} mistakes")
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did: the live revision, whether it is new, and what an admin may want to look at."""

    revision: int
    new: bool
    warnings: tuple[Mistake, ...]


def check(menus: Path, recordings: Path, carrier: str = "twilio") -> Checked:
    """Reads, checks and proves the menus of a folder: everything that would stop them from going live."""
    checked = read(menus, recordings)
    if checked.hotline is None:
        return checked
    proof = prove(checked.hotline)
    return checked.joined(
        (*proof.mistakes, *impossible(checked.hotline, CARRIERS[carrier])),
        (*proof.warnings, *doubtful(checked.hotline)),
    )


Rehearsal = Callable[[Checked], Sequence[Mistake]]
"""What tries the menus before they go live, and the mistakes it found."""


def publish(
    exchange: Exchange, author: str, note: str = "", *, rehearse: Rehearsal | None = None
) -> Published:
    """Makes the folder's menus live. Raises NotPublished with every mistake, and changes nothing then."""
    settings = exchange.settings
    checked = check(Path(settings.menus), Path(settings.recordings), settings.carrier)
    if checked.hotline is not None and rehearse is not None:
        checked = checked.joined(rehearse(checked))
    if checked.mistakes or checked.hotline is None:
        raise NotPublished(checked.mistakes)
    contents = {place: captioned(checked, checked.hotline, *place) for place in checked.sounds}
    sounds = {place: sound_of(content, checked.sounds[place]) for place, content in contents.items()}
    with exchange.ledger.reading() as tx:
        live = revisions.live(tx)
        if live is not None and is_same(revisions.source(tx, live), checked.files, sounds):
            return Published(live, False, checked.warnings)
    keep_sounds(exchange, {sounds[place].digest: (sounds[place].kind, contents[place]) for place in sounds})
    with exchange.ledger.transaction() as tx:
        number = revisions.publish(
            tx, checked.files, sounds, checked.hotline.name, author, note, exchange.now()
        )
    exchange.tell(Topic.MENUS)
    fallback.keep(settings, checked.hotline)
    return Published(number, True, checked.warnings)


def keep_sounds(exchange: Exchange, sounds: Mapping[str, tuple[str, bytes]]) -> None:
    """Puts down the recordings that are new, each by itself: callers' own transactions go in between."""
    for digest, (kind, content) in sounds.items():
        with exchange.ledger.reading() as tx:
            known = revisions.has_sound(tx, digest)
        if not known:
            with exchange.ledger.transaction() as tx:
                revisions.keep_sound(tx, digest, kind, content)


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
