"""The world around written calls: what look-ups bring, who answers the phone, which texts are sent.

Whatever is not written does not work: look-ups fail, and nobody answers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ivr.box.parties import Party, voicemail
from ivr.box.phone_line import Phone
from ivr.core.menus import Hotline, Language
from ivr.language.calls.written import Agent, Does, WrittenCall
from ivr.language.calls.written import Party as WrittenParty
from ivr.ledger import Ledger, agents, callers, log, talks
from ivr.ledger.errands import Errand
from ivr.rehearsal.staff import Colleague
from ivr.rehearsal.stage import Outside


@dataclass
class Town(Outside):
    """Each call's look-ups bring one thing after another, the last one for ever; `texts` were sent for it."""

    brings: dict[str, list[Mapping[str, str] | None]] = field(default_factory=dict)
    texts: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def answer(self, errand: Errand) -> Mapping[str, str] | None:
        call = errand.call or ""
        if errand.kind == "lookup":
            left = self.brings.get(call) or [None]
            return left.pop(0) if len(left) > 1 else left[0]
        if errand.kind == "message":
            self.texts.setdefault(call, []).append((errand.payload["to"], errand.payload["text"]))
        return super().answer(errand)


@dataclass(frozen=True, slots=True)
class Scene:
    """What callers share."""

    hotline: Hotline
    phone: Phone
    town: Town
    ledger: Ledger

    def steps(self, sid: str) -> Sequence[str]:
        """The steps a call has entered so far, the present one last."""
        with self.ledger.reading() as tx:
            return log.steps(tx, sid)

    def talked_to(self, sid: str) -> Sequence[str]:
        """The agents a call has been put through to so far."""
        with self.ledger.reading() as tx:
            had = [talk.agent for talk in talks.of_call(tx, sid) if talk.answered_at is not None]
            found = (agents.find(tx, agent) for agent in had)
            return [agent.name for agent in found if agent]

    def remember(self, caller: str, language: Language) -> None:
        """The caller has chosen this language in an earlier call."""
        with self.ledger.transaction() as tx:
            callers.remember(tx, caller, language, self.phone.clock.now_ms())


NOBODY = Party("no-answer")


def people(calls: Iterable[WrittenCall]) -> dict[str, Party]:
    """Who answers which number."""
    return {number: party(each) for call in calls for number, each in call.parties.items()}


def party(written: WrittenParty) -> Party:
    """Somebody of the phone company who does what is written."""
    match written.does:
        case Does.ANSWERS:
            return Party(keys="1", talks=written.talks)
        case Does.DECLINES:
            return Party(keys="2", talks=written.talks)
        case Does.VOICEMAIL:
            return voicemail()
        case Does.NO_ANSWER:
            return NOBODY
    return Party(str(written.does))


def colleague(written: Agent) -> Colleague:
    """Somebody who is signed in, and does what is written when they are rung."""
    return Colleague(written.name, party(written.party), written.away)
