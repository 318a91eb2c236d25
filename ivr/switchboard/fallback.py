"""What callers hear when our own host does not answer: documents made ready, for files on another host.

The carrier runs them by its number's fallback address, and runs that again whenever a document fails, also
the one a fallback document led to. Files cannot count; so the address that leads back to us says how often it
was tried, and a host that can read what failed goes on from there: again, each time with a longer wait, then
a person, then leave word, then goodbye. Any other host gives the first document each time, in which a key
leads on.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ivr.carriers.capabilities import CARRIERS
from ivr.carriers.twilio import twiml
from ivr.carriers.twilio.fragment import Fragment
from ivr.core.menus import Hotline, Language, Step, Texts, Value, Voicemail
from ivr.core.phrases import words
from ivr.settings import Settings
from ivr.switchboard import whole
from ivr.switchboard.documents import LONGEST_CALL, Documents

log = logging.getLogger(__name__)

ROUNDS = (1, 2, 4)
"""How often a caller is asked for a moment's patience before each new try: the waits grow."""

PATIENCE = 8
"""Seconds of silence after each time."""

RING = 30
"""Seconds a person is rung."""

OUT = "1"
"""The key that leads out of waiting, to a person or a mailbox."""


@dataclass(frozen=True, slots=True)
class Fallbacks:
    """The documents of one revision: for our `base_url`, to be hosted at `url`."""

    documents: Documents
    url: str

    @property
    def hotline(self) -> Hotline:
        return self.documents.hotline

    def files(self) -> dict[str, bytes]:
        """All documents by the names of their files: six for each number."""
        found: dict[str, bytes] = {}
        for number in self.hotline.numbers:
            name = name_of(number)
            for tried, rounds in enumerate(ROUNDS, 1):
                found[_file(name, tried)] = _whole(self._again(name, tried, rounds))
            found[_file(name, LAST)] = _whole(self._person(name))
            found[f"{name}-word.xml"] = _whole(self._word(name))
            found[f"{name}-end.xml"] = _whole(self._say("goodbye") + twiml.hangup())
        return found

    def _again(self, name: str, tried: int, rounds: int) -> Fragment:
        """One moment, please; and back to the hotline, which knows where the caller was."""
        retries = self.documents.carrier.retries
        back = f"{self.documents.base_url}/voice?tried={tried}{retries}"
        said = self._say("one_moment") + self._way_out()
        if self.hotline.emergency or self._mailbox():
            out, method = f"{self.url}/{_file(name, LAST)}", GET
        else:
            out, method = back, POST
        asked = twiml.gather(said, out, timeout=PATIENCE, num_digits=1, method=method)
        return sum([asked] * rounds, Fragment()) + twiml.redirect(back)

    def _way_out(self) -> Fragment:
        """How to leave word, where that has a label."""
        step = self._mailbox()
        if step is None or step.label is None:
            return Fragment()
        label = step.label
        return self._in_all(
            {
                language: words(voice.phrases["option"], label=label[language], key=OUT)
                for language, voice in self.hotline.languages.items()
            }
        )

    def _person(self, name: str) -> Fragment:
        """Whoever the menus name for an emergency; word can be left afterwards, as a file cannot know why."""
        if self.hotline.emergency is None:
            return self._word(name)
        then = f"{self.url}/{name}-word.xml"
        ringing = twiml.dial(self.hotline.emergency, then, timeout=RING, time_limit=LONGEST_CALL, method=GET)
        return self._say("one_moment") + ringing

    def _word(self, name: str) -> Fragment:
        """Word is left with the carrier, as we are away; in a hotline without a mailbox, it is regretted."""
        step = self._mailbox()
        if step is None or step.say is None or not isinstance(step.thing, Voicemail):
            return self._say("sorry") + twiml.hangup()
        box = self.hotline.mailboxes[step.thing.mailbox]
        recording = twiml.record(
            f"{self.url}/{name}-end.xml",
            max_length=round(box.longest),
            timeout=round(box.silence),
            finish_on_key=box.end,
            method=GET,
        )
        return self._in_all(step.say) + recording + self._say("goodbye") + twiml.hangup()

    def _mailbox(self) -> Step | None:
        """The first step where word is left whose words need to know nothing of the call."""
        steps = (step for step in self.hotline.steps.values() if isinstance(step.thing, Voicemail))
        return next((step for step in steps if step.say and not _holes(step.say)), None)

    def _say(self, phrase: str) -> Fragment:
        languages = self.hotline.languages.items()
        return self._in_all({language: (voice.phrases[phrase],) for language, voice in languages})

    def _in_all(self, texts: Texts) -> Fragment:
        """In every language, as nobody knows here which one the caller speaks."""
        said = (self.documents.say(language, texts[language]) for language in self.hotline.languages)
        return sum(said, Fragment())


LAST = len(ROUNDS) + 1
GET: twiml.Method = "GET"
POST: twiml.Method = "POST"


def _holes(texts: Mapping[Language, tuple[str | Value, ...]]) -> bool:
    return any(isinstance(piece, Value) for text in texts.values() for piece in text)


def _file(name: str, tried: int) -> str:
    return f"{name}.xml" if tried == 1 else f"{name}-{tried}.xml"


def _whole(content: Fragment) -> bytes:
    return twiml.document(content).fill({})


def name_of(number: str) -> str:
    """A number as the name of a file."""
    return number.removeprefix("+")


def fallbacks(settings: Settings, hotline: Hotline, url: str = "") -> dict[str, bytes]:
    """The documents for these menus, hosted at `url` (or where the settings say), and how to use them."""
    where = (url or settings.fallback_url).rstrip("/")
    documents = Documents(hotline, 0, settings.base_url, CARRIERS[settings.carrier])
    files = Fallbacks(documents, where).files()
    return {**files, "function.js": FUNCTION.encode(), "README.md": _index(hotline, where).encode()}


def keep(settings: Settings, hotline: Hotline) -> None:
    """The documents of menus that just went live, in the folder that is set for them. Never raises OSError:
    the menus are live all the same, and `ivr doctor` tells what is wrong with the documents."""
    if not settings.fallback:
        return
    try:
        write(Path(settings.fallback), fallbacks(settings, hotline))
    except OSError as error:
        log.error("the fallback documents were not written: %s", error)


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Puts the files into the folder, each whole: it may be served while this is done. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        whole.put(folder / name, content)


FUNCTION = """\
// A Twilio Function: goes on to the next document each time the hotline was tried in vain.
// Its assets are the .xml files beside this one.
exports.handler = (context, event, answer) => {
  const tried = /[?&]tried=([0-9])/.exec(event.ErrorUrl || "");
  const name = event.To.replace("+", "") + (tried ? `-${Number(tried[1]) + 1}` : "");
  const document = new Twilio.twiml.VoiceResponse();
  document.redirect({ method: "GET" }, `https://${context.DOMAIN_NAME}/${name}.xml`);
  answer(null, document);
};
"""


def _index(hotline: Hotline, url: str) -> str:
    """What the files are for, in words, for whoever puts them up."""
    rows = (f"| {number} | `{url}/{name_of(number)}.xml` |" for number in hotline.numbers)
    return INDEX.format(name=hotline.name, url=url, rows="\n".join(rows), last=LAST)


INDEX = """\
# When {name} does not answer

What callers hear while the hotline's own host is away. Upload all `.xml` files of this folder to
<{url}>, on a host that does not fall together with the hotline's, and set at the carrier for each number, as
what to do when the primary handler fails, with HTTP GET:

| number | address |
|---|---|
{rows}

A caller is asked for a moment's patience and led back to the hotline, where they were. While it stays away
the carrier asks the same address again; the key 1 leads to a person or to a mailbox at any time.

On a host that can read an address, callers are led on by themselves: when `ErrorUrl` in the query holds
`tried=1`, answer with the file that ends in `-2.xml` instead, after `tried=2` with `-3.xml`, and so on to
`-{last}.xml`: that rings the menus' `emergency` number, then takes a message, then ends the call.
`function.js` is that rule as a Twilio Function, with the files as its assets.

What callers say then lies in the recordings of your account at the carrier.

Do this again when `ivr doctor` says that these documents are not those of the live menus.
"""
