"""The audience: somebody who listens in on each call of a stage, and a verdict when all has been told."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ivr.box.faults import ANSWERS_DIFFER, Fault
from ivr.box.leg import Event, Leg
from ivr.box.parties import Party
from ivr.core.menus import Hotline
from ivr.ledger import Transaction, evidence, log
from ivr.ledger.errands import Errand
from ivr.ledger.log import Story
from ivr.rehearsal.complaints import Complaints, words_of
from ivr.rehearsal.crowd.listener import Listener, Patience, is_in_line
from ivr.rehearsal.crowd.path import Found, Path
from ivr.rehearsal.crowd.verdicts import Trouble, Wrong, heard, in_clear, written
from ivr.rehearsal.outside import Outside
from ivr.rehearsal.stage import Stage
from ivr.switchboard import silence, tidying

SETTLE_SECONDS = 90
"""The latest notice, recording and look-up has come by then."""

_ASK_SECONDS = 5.0
"""The carrier has answered by then."""

_MOST_OPEN = 1000


@dataclass
class Oracle(Outside):
    """Look-ups bring each caller what is on their path."""

    lookups: dict[str, tuple[Found, ...]] = field(default_factory=dict)
    _brought: dict[int, Found] = field(default_factory=dict)
    _asked: Counter[str] = field(default_factory=Counter)

    def seconds(self, errand: Errand) -> float:
        if errand.kind != "lookup":
            return 0
        call = errand.call or ""
        found = self.lookups.get(call) or (Found(),)
        self._brought[errand.id] = found[min(self._asked[call], len(found) - 1)]
        self._asked[call] += 1
        return self._brought[errand.id].after

    def answer(self, errand: Errand) -> Mapping[str, str] | None:
        return self._brought.pop(errand.id).values if errand.kind == "lookup" else super().answer(errand)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One call when all has been told. `path` names those who were rung, and nobody else."""

    path: Path
    troubles: tuple[Trouble, ...]
    story: Story | None
    events: tuple[Event, ...]
    """What happened on the line; only of a call with trouble."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """A call, who listens in on it, and the path its caller is on."""

    path: Path
    listener: Listener

    @property
    def leg(self) -> Leg:
        return self.listener.leg


class Audience:
    """Those who listen in on the calls of one day. The stage must have an `Oracle` outside."""

    def __init__(self, stage: Stage, hotline: Hotline, complaints: Complaints) -> None:
        assert isinstance(stage.outside, Oracle)
        self.over = 0
        """How many of the calls have ended."""
        self._stage, self._phone, self._oracle = stage, stage.phone, stage.outside
        self._hotline, self._patience = hotline, Patience.of(hotline)
        self._complaints = complaints
        self._complaints.of_call.clear()
        self._calls: list[_Heard] = []

    def joins(self, leg: Leg, path: Path) -> None:
        """A caller has rung, on that path."""
        listener = Listener(self._patience, leg)
        self._oracle.lookups[leg.sid] = path.lookups
        self._calls.append(_Heard(path, listener))
        leg.watchers.append(self._count)

    def _count(self, event: Event) -> None:
        self.over += event["kind"] == "hangup"

    # -- when all calls are over ------------------------------------------------------------------------

    def verdicts(self) -> list[Verdict]:
        """Lets everything be told that will be, and judges; in the order of `joins`."""
        troubles = self._told()
        faults = self._faults()
        self._complained(troubles)
        with self._stage.exchange.ledger.reading() as tx:
            known = {line.id for line in log.newest(tx, most=len(self._calls) + 1)}
            for stranger in known - {call.leg.sid for call in self._calls} - self._rung_back():
                troubles[self._root(stranger)].append(Trouble(Wrong.LOG, "the log has a call nobody made"))
            return [self._verdict(tx, call, faults, troubles) for call in self._calls]

    def _told(self) -> dict[str, list[Trouble]]:
        """The carrier's notices come, and where they were lost, the service asks."""
        found: dict[str, list[Trouble]] = defaultdict(list)
        self._phone.pass_time(SETTLE_SECONDS)
        still = self._open()
        for call in self._calls:
            if call.leg.sid in still and not call.path.mischief.lost:
                found[call.leg.sid].append(Trouble(Wrong.LOG, "its end was told, and not written down"))
        for milliseconds in (silence.ASK_AFTER_MS, silence.ASK_DIALED_AFTER_MS):
            if still:
                self._phone.pass_time(milliseconds / 1000)
                silence.ask_about_the_silent(self._stage.exchange)
                self._stage.worker.set()
                self._phone.pass_time(_ASK_SECONDS)
                still = self._open()
        return found

    def _rung_back(self) -> set[str]:
        """The calls that the hotline made."""
        return {sid for sid, leg in self._phone.exchange.legs.items() if leg.direction == "outbound-api"}

    def _open(self) -> set[str]:
        with self._stage.exchange.ledger.reading() as tx:
            still = {line.id for line in log.newest(tx, log.Wanted(open=True), most=_MOST_OPEN)}
        return still & {call.leg.sid for call in self._calls}

    def _faults(self) -> dict[str, list[Fault]]:
        found: dict[str, list[Fault]] = defaultdict(list)
        for sid, fault in self._phone.exchange.faults:
            if fault.code == ANSWERS_DIFFER and is_in_line(fault.url):
                continue  # a piece of the wait tells how it is now
            found[self._root(sid)].append(fault)
        return found

    def _complained(self, found: dict[str, list[Trouble]]) -> None:
        for sid, records in self._complaints.of_call.items():
            errors = [record for record in records if record.exc_info]
            found[self._root(sid)] += (Trouble(Wrong.ERROR, words_of(record)) for record in errors)

    def _root(self, sid: str) -> str:
        """The caller's own leg, where it is the leg of somebody rung for them; the first call's, if nobody
        knows whose it is."""
        leg = self._phone.exchange.legs.get(sid)
        return (leg.parent or leg).sid if leg else self._calls[0].leg.sid

    def _verdict(
        self,
        tx: Transaction,
        call: _Heard,
        faults: Mapping[str, list[Fault]],
        troubles: Mapping[str, list[Trouble]],
    ) -> Verdict:
        sid, listener = call.leg.sid, call.listener
        story = log.story(tx, sid)
        found = [*troubles.get(sid, ()), *heard(listener, self._patience, faults.get(sid, ()))]
        if story is None:
            found.append(Trouble(Wrong.LOG, "there is no call"))
        else:
            found += written(story, self._hotline, listener)
            found += in_clear(evidence.texts_of(tx, sid), self._hotline, listener)
        events = tuple(call.leg.events) if found else ()
        found.sort(key=lambda trouble: list(Wrong).index(trouble.kind))
        return Verdict(replace(call.path, parties=self._rung(call)), tuple(found), story, events)

    def _rung(self, call: _Heard) -> dict[str, Party]:
        people = self._phone.exchange.people
        rung = [event["to"] for event in call.leg.events if event["kind"] == "dialing"]
        return {number: people.at(number) or people.default for number in rung}

    def leaves(self) -> None:
        """An hour later nobody asks for the documents of these calls any more."""
        self._phone.pass_time(tidying.KEEP_ANSWERS_MS / 1000 + 1)
        tidying.tidy(self._stage.exchange, everything=False)
