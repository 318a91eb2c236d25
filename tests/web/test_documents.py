"""Every document is one that a carrier runs, below its limit, whoever calls and whatever they press."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from ivr.box.phone_line import Phone
from ivr.box.transport import Reply, Request, Transport, in_process
from ivr.box.twiml.reading import read_inline
from ivr.core.calls import Act, Document, Place, Speech, Turn
from ivr.core.menus import Ask, ChooseLanguage, Dial, Hotline, Lookup, Menu, Record, Step, Voicemail
from ivr.switchboard.documents import parts_of
from ivr.switchboard.shelf import Script
from tests.house import HOUSE
from tests.service import LAN, NUMBER, House

FOLDERS = (HOUSE / "menus", HOUSE / "tests/language/hotlines/design")
LARGEST = 64_000
LONGEST_VALUE = "<&\"'>" * 40


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.name)
def sample(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """A house with the menus we ship, and one with those of the language's first page."""
    house = House(tmp_path).open(request.param)
    yield house
    house.exchange.ledger.close()


def turns(step: Step) -> list[tuple[Act, Turn, int]]:
    """What a line can be told to do at a step, and for which party of a list."""
    match step.thing:
        case Menu():
            return [(Act.LISTEN, Turn.KEYS, 0)]
        case ChooseLanguage():
            return [(Act.LISTEN, Turn.KEYS, 0), (Act.LISTEN, Turn.CHANGE, 0)]
        case Ask():
            return [(Act.LISTEN, Turn.KEYS, 0), (Act.LISTEN, Turn.CONFIRM, 0)]
        case Dial(parties=parties):
            return [(Act.DIAL, Turn.DIAL, party) for party in range(len(parties))]
        case Voicemail() | Record():
            return [(Act.RECORD, Turn.RECORD, 0)]
        case Lookup():
            return [(Act.LOOK, Turn.LOOKUP, 0)]
    return []


def every_document(hotline: Hotline) -> Iterator[Document]:
    """Each thing of each step behind each of its words, in each language; and each way to say goodbye."""
    for language in hotline.languages:
        for step in hotline.steps.values():
            for part in parts_of(step):
                speech = (Speech(step.name, part),)
                yield Document(language, speech, Act.HANG_UP, None)
                for act, turn, party in turns(step):
                    yield Document(language, speech, act, Place(step.name, turn, 0, party))


def test_every_document_of_every_step_is_one_the_carrier_runs(sample: House) -> None:
    script: Script = sample.exchange.shelf.live(sample.now)
    values = {name: LONGEST_VALUE for step in script.hotline.steps.values() for name in names_of(step)}
    spoken = {**values, **dialled(script.hotline), "caller": LAN, "called": NUMBER, "language": "vi"}
    spoken["closure"] = LONGEST_VALUE
    count = 0
    for document in every_document(script.hotline):
        content = script.documents.answer(document, spoken, 999_999_999)
        assert len(content) < LARGEST
        assert read_inline(content.decode())
        count += 1
    assert count > 20


def dialled(hotline: Hotline) -> dict[str, str]:
    """Values that stand in what is rung; they were pressed on a keypad."""
    dials = [step.thing for step in hotline.steps.values() if isinstance(step.thing, Dial)]
    pieces = [piece for dial in dials for party in dial.parties for piece in party]
    return {piece.name: "1150" for piece in pieces if not isinstance(piece, str)}


def names_of(step: Step) -> set[str]:
    said = [words for texts in (step.say, step.again) if texts for words in texts.values()]
    return {piece.name for words in said for piece in words if not isinstance(piece, str)}


def test_the_question_to_whoever_is_rung_is_one_the_carrier_runs(sample: House) -> None:
    script = sample.exchange.shelf.live(sample.now)
    for language in script.hotline.languages:
        content = script.documents.screening(Place("main", Turn.DIAL), language).fill({"hop": "3"})
        assert read_inline(content.decode())


def test_every_word_is_made_before_the_first_call(sample: House) -> None:
    """What could go wrong in a sentence goes wrong when the menus are published."""
    script = sample.exchange.shelf.live(sample.now)
    made = script.documents._said.cache_info().currsize
    for document in every_document(script.hotline):
        script.documents.finished(document)
    assert script.documents._said.cache_info().currsize == made


def weighing(transport: Transport, sizes: list[int]) -> Transport:
    def send(request: Request) -> Reply:
        reply = transport(request)
        sizes.append(len(reply.body))
        return reply

    return send


def test_callers_who_press_anything_meet_no_fault(sample: House) -> None:
    chance, sizes = Random(7), list[int]()
    number = next(iter(sample.exchange.shelf.live(sample.now).hotline.numbers))
    for caller in range(25):
        phone: Phone = sample.phone()
        phone.exchange._courier._transport = weighing(in_process(sample.app.wsgi_app), sizes)
        call = phone.dial(number, f"+8490123{caller:04}")
        for _ in range(12):
            if call.status in ("completed", "failed"):
                break
            key = chance.choice("1234567890*#" + "-" * 3)
            call = call.wait() if key == "-" else call.press(key)
        call.hang_up()
        assert phone.faults == []
    assert max(sizes) < LARGEST
    assert sample.rows.one("SELECT COUNT(*) FROM call WHERE ended_at IS NULL") == 0
