"""The rehearsal can fail: the service is broken on purpose, and just that is found, on a short path."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NoReturn

import pytest

from ivr.carriers.twilio import elements, twiml
from ivr.core import walk
from ivr.core.calls import Act, Move, Outcome, Place
from ivr.language.calls.written import HangUp, Press, Speak, Wait
from ivr.ledger import calls, rows
from ivr.rehearsal.crowd import Seed, Shortened, Wrong, rehearse, shortened, walking
from ivr.rehearsal.playing import play_of
from ivr.switchboard import callers, documents, wishes
from tests.rehearsal.crowd import hotlines
from tests.service import MENUS

Patch = pytest.MonkeyPatch


def found(seed: str = "mutants") -> Shortened:
    """The first failure among random callers, by its shortest path."""
    checked = hotlines.of(MENUS)
    assert checked.hotline is not None
    report = rehearse(play_of(checked), checked.hotline, 500, Seed(2026, seed))
    assert report.failure is not None, "nothing was found"
    with walking(play_of(checked), checked.hotline) as walks:
        short = shortened(report.failure, walks)
    assert short.alone
    return short


def breaks(*_: Any, **__: Any) -> NoReturn:
    raise RuntimeError("broken on purpose")


def kinds(short: Shortened) -> set[Wrong]:
    return {trouble.kind for trouble in short.verdict.troubles}


def told(short: Shortened) -> str:
    return str(short.verdict.troubles[0])


def test_a_verb_no_carrier_knows(monkeypatch: Patch) -> None:
    monkeypatch.setattr(twiml, "hangup", lambda: elements.element("Vanish", {}))
    short = found()
    assert told(short).endswith("there is no verb <Vanish>")
    assert (kinds(short), short.path.moves) == ({Wrong.DOCUMENT}, ())


def test_an_exception_where_word_is_left(monkeypatch: Patch) -> None:
    monkeypatch.setattr(walk._Walk, "take", breaks)
    short = found()
    assert told(short).startswith("an error in the service: RuntimeError: broken on purpose (")
    assert Wrong.ERROR in kinds(short)
    assert isinstance(short.path.moves[-1], Speak | HangUp | Press)
    assert len(short.path.moves) <= 5


def test_a_notice_that_is_answered_with_an_error(monkeypatch: Patch) -> None:
    monkeypatch.setattr(callers, "call_ended", breaks)
    short = found()
    assert Wrong.ERROR in kinds(short)
    assert any(
        trouble.text == "11200 HTTP retrieval failure: answered 503" for trouble in short.verdict.troubles
    )
    assert short.path.moves == ()


def test_a_circle_without_a_key(monkeypatch: Patch) -> None:
    def for_ever(self: walk._Walk, step: object, lookup: object, place: Place, given: object) -> Move:
        return self.stop(Act.LOOK, place)

    monkeypatch.setattr(walk._Walk, "looked", for_ever)
    short = found()
    assert Wrong.STUCK in kinds(short)
    assert [type(move) for move in short.path.moves] in ([Press] * 2, [Press] * 3)


def test_a_line_that_is_silent_for_too_long(monkeypatch: Patch) -> None:
    monkeypatch.setattr(documents, "LOOK_EVERY", 60)
    short = found()
    assert told(short).startswith("silence on the line: 6")
    assert [type(move) for move in short.path.moves] in ([Press] * 2, [Press] * 3)


def test_an_end_that_was_told_and_lost(monkeypatch: Patch) -> None:
    monkeypatch.setattr(callers, "call_ended", lambda exchange, change: None)
    short = found()
    assert told(short) == ("a call that is not in the log as it was: its end was told, and not written down")
    assert (kinds(short), short.path.moves) == ({Wrong.LOG}, ())


def test_an_end_nobody_asked_the_carrier_about(monkeypatch: Patch) -> None:
    """Where the carrier's notice is lost, the service must ask for the end itself."""
    monkeypatch.setitem(wishes.CARRIED_OUT, "ask_call", lambda exchange, errand: None)
    short = found()
    assert kinds(short) == {Wrong.ERRAND, Wrong.LOG}
    assert short.path.mischief.lost > 0


def test_a_secret_in_clear_among_what_was_pressed(monkeypatch: Patch) -> None:
    monkeypatch.setattr(walk._Walk, "masked", lambda self, step, place, keys: keys)
    short = found()
    assert told(short) == "a secret in clear: what was typed as a secret stands in pass.pressed"
    assert 1 <= len(short.path.moves) <= 3
    assert all(isinstance(move, Press) for move in short.path.moves)


def test_a_secret_that_is_not_sealed(monkeypatch: Patch) -> None:
    sealed: Callable[..., str] = rows._memory
    monkeypatch.setattr(rows, "_memory", lambda seal, call: sealed(seal, replace(call, secrets=frozenset())))
    short = found()
    assert told(short) == "a secret in clear: what was typed as a secret stands in call.memory"


def test_keys_that_are_not_logged(monkeypatch: Patch) -> None:
    monkeypatch.setattr(calls, "_PASSED", "SELECT 1")
    assert kinds(found()) == {Wrong.PASSES}


def test_a_key_that_leads_nowhere(monkeypatch: Patch) -> None:
    pressed = walk._Walk.press

    def deaf(self: walk._Walk, step: Any, menu: Any, place: Any, keys: str) -> Move:
        return self.wrong(step, place) if keys == "9" else pressed(self, step, menu, place, keys)

    monkeypatch.setattr(walk._Walk, "press", deaf)
    short = found()
    assert told(short) == "other keys in the log than were pressed: 9 in main led nowhere"
    assert short.path.moves[-1] == Press("9")
    assert len(short.path.moves) <= 4
    assert not any(isinstance(move, Speak) for move in short.path.moves)


def test_an_errand_that_cannot_be_done(monkeypatch: Patch) -> None:
    monkeypatch.setitem(wishes.CARRIED_OUT, "fetch_recording", breaks)
    short = found()
    assert kinds(short) == {Wrong.ERROR, Wrong.ERRAND}
    assert any(isinstance(move, Speak) for move in short.path.moves)
    assert not any(isinstance(move, Wait) and move.seconds == 0 for move in short.path.moves)


def test_a_call_that_is_logged_as_another(monkeypatch: Patch) -> None:
    monkeypatch.setattr(callers, "outcome_of", lambda state: Outcome.CONNECTED)
    short = found()
    assert told(short).endswith("the caller never talked, the log says connected")
