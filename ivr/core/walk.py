"""How a call goes through the menus: one input in, one `Move` out.

Nothing here waits, asks or remembers; the same call, input and world give the same move. A document holds
the words of every step the caller passes without being asked anything, and ends where the line must act.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from ivr.core.calls import (
    BESIDE_LINE,
    WENT_WELL,
    Act,
    AskByText,
    Call,
    DialEnded,
    Document,
    Ending,
    Input,
    Join,
    Keys,
    LookedUp,
    LookUp,
    Move,
    Outcome,
    Part,
    Pass,
    Place,
    Recorded,
    RingBack,
    SendMessage,
    Silence,
    Speech,
    Talked,
    Turn,
    Waited,
    Wish,
)
from ivr.core.destinations import dialled
from ivr.core.line.onward import Onward, To
from ivr.core.line.recording import Consent, Recording, must_ask, must_tell
from ivr.core.menus import (
    BACK,
    CALL_BACK,
    HANG_UP,
    REPEAT,
    TOP,
    Ask,
    ByHours,
    ByValue,
    ChooseLanguage,
    Destination,
    Dial,
    Enqueue,
    Hotline,
    Language,
    Lookup,
    Menu,
    Record,
    Sms,
    Step,
    Survey,
    Value,
    Voicemail,
)
from ivr.core.phrases import in_language
from ivr.core.questions import QUESTIONS, consumed, is_valid, patience_of
from ivr.core.surveys import Means
from ivr.core.world import World, fill, mask

HEARD_OUT = (Dial, Record, Voicemail, Enqueue)
"""What no key typed ahead may skip: the caller should know who is rung, what is recorded."""

LONGEST_WAY = 200
"""Steps in one document; a proved hotline never comes near, an unproved one must not turn for ever."""

MOST_AHEAD = 20
"""Keys typed ahead that are followed in one move; nobody knows more by heart, and a stuck key must end."""

TRIES_FOR_NUMBER = 3
"""How often a caller is asked where to be rung back; then they wait on."""

GRACE_LOOKS = 3
"""Looks beyond a lookup's own time before the caller goes on without it."""


def arrive(hotline: Hotline, call: Call, world: World) -> Move:
    """The first move of a call: from its entry to the first thing it asks."""
    return _Walk(hotline, world, call).from_(hotline.entry(call.called))


def answer(hotline: Hotline, call: Call, given: Input, world: World) -> Move:
    """The move of a call that stands at a place of its revision, by what came in there."""
    return _Walk(hotline, world, call).on(given)


def gone(hotline: Hotline, call: Call, given: Recorded | DialEnded | Talked, world: World) -> Move:
    """The last move of a caller who hung up while being recorded, or talking to an agent or a party that was
    rung: what was said stays, nothing follows."""
    return _Walk(hotline, world, call).gone(given)


def resume(hotline: Hotline, call: Call, world: World) -> Move:
    """The move of a call whose place does not fit what came in: the same step again, from its start."""
    place = call.place
    known = place is not None and place.step in hotline.steps
    return _Walk(hotline, world, call).from_(place.step if place and known else hotline.entry(call.called))


def last_pass(call: Call, at: int, ending: Ending = Ending.HUNG_UP, option: str | None = None) -> Pass | None:
    """The pass a call was in when it ended; None when it had ended already.

    The end may be told by an earlier clock than the last key, as both were heard at the same moment.
    """
    if call.place is None or call.ended_at is not None:
        return None
    place = call.place
    return Pass(
        place.step,
        option,
        call.pressed,
        0 if place.turn is Turn.LOOKUP else place.silences,
        0 if place.turn is Turn.DIAL else place.wrongs,
        call.entered_at,
        max(at, call.entered_at),
        ending,
        call.language,
    )


@dataclass(slots=True)
class _Walk:
    """One move in the making."""

    hotline: Hotline
    world: World
    call: Call
    passes: list[Pass] = field(default_factory=list)
    speech: list[Speech] = field(default_factory=list)
    wishes: list[Wish] = field(default_factory=list)
    chosen: Language | None = None
    joins: Join | None = None
    back: RingBack | None = None
    consent: Consent | None = None
    ahead: str = ""
    """Keys typed ahead and not yet used."""

    def __post_init__(self) -> None:
        self.call = replace(self.call)  # a copy of its own: see `becomes`

    # -- what came in ---------------------------------------------------------------------------------

    def on(self, given: Input) -> Move:
        place = self.call.place
        if place is None or place.step not in self.hotline.steps:
            return self.from_(self.hotline.entry(self.call.called))
        step = self.hotline.steps[place.step]
        match given, step.thing:
            case ((Keys() | Silence()), Menu() | ChooseLanguage() | Ask()):
                return self.heard(step, place, given)
            case DialEnded(ending=ending), Dial() as dial:
                return self.dialed(step, dial, place, ending)
            case Recorded(recording=recording, seconds=seconds), Voicemail() | Record():
                return self.recorded(step, recording, seconds)
            case LookedUp(), Lookup() as lookup:
                return self.looked(step, lookup, place, given)
            case ((Keys() | Silence()), Enqueue()) if place.turn in BESIDE_LINE:
                return self.heard(step, place, given)
            case Waited(), Enqueue() as line:
                return self.waited(step, line, given)
            case Talked(), Enqueue() as line:
                return self.talked(step, line, given)
            case DialEnded(ending=ending), Enqueue() as line:
                return self.rung(step, line, ending)
        return self.from_(step.name)

    def heard(self, step: Step, place: Place, given: Keys | Silence) -> Move:
        """An answer to a question: counted, written down, and taken."""
        keys = given.digits if isinstance(given, Keys) else ""
        if isinstance(step.thing, Menu) and step.thing.type_ahead is not None:
            taken = consumed(step.thing, keys)[1]
            keys, self.ahead = keys[:taken], keys[taken:MOST_AHEAD]
        written = self.masked(step, place, keys) or "-"
        self.becomes(inputs=self.call.inputs + 1, pressed=f"{self.call.pressed} {written}".strip())
        if self.is_over():
            return self.leave(Ending.LIMIT, self.hotline.limits.then)
        if isinstance(step.thing, Enqueue):
            return self.told_in_line(step, step.thing, place, keys)
        if not keys:
            return self.silent(step, place)
        match step.thing:
            case Menu() as menu:
                return self.press(step, menu, place, keys)
            case ChooseLanguage() as choice:
                return self.choose(step, choice, place, keys)
            case Ask() as ask if place.turn is Turn.CONFIRM:
                return self.confirmed(step, ask, place, keys)
            case Ask() as ask:
                return self.typed(step, ask, place, keys)
        raise TypeError(f"step {step.name} asks nothing")

    def press(self, step: Step, menu: Menu, place: Place, keys: str) -> Move:
        option, length = consumed(menu, keys)
        if option is None:
            return self.wrong(step, place)
        if option.keep_as:
            self.keep(option.keep_as, keys[:length])
        target = self.hotline.steps.get(option.leads)
        if target and isinstance(target.thing, ChooseLanguage) and target.thing.change == option.first:
            self.finish(Ending.KEY, option.name)
            return self.listen(target, Turn.CHANGE)
        return self.leave(Ending.KEY, option.leads, option.name)

    def choose(self, step: Step, choice: ChooseLanguage, place: Place, keys: str) -> Move:
        language = choice.keys.get(keys)
        if language is None:
            return self.wrong(step, place)
        self.finish(Ending.KEY, language)
        self.becomes(language=language)
        self.chosen = language
        if place.turn is Turn.CHANGE and self.call.way:
            return self.from_(self.call.way[-1], greet=True)
        return self.go(step.then, step.name, by_key=True)

    def typed(self, step: Step, ask: Ask, place: Place, keys: str) -> Move:
        if not is_valid(ask, keys):
            return self.wrong(step, place)
        self.keep(ask.keep_as, keys, secret=ask.secret)
        if not ask.confirm:
            return self.leave(Ending.KEY, step.then)
        self.speech.append(Speech(step.name, Part.CONFIRM))
        return self.stop(Act.LISTEN, replace(place, turn=Turn.CONFIRM))

    def confirmed(self, step: Step, ask: Ask, place: Place, keys: str) -> Move:
        if keys == "1":
            return self.leave(Ending.KEY, step.then)
        if keys == "2":
            return self.ask_again(step, replace(place, turn=Turn.KEYS))
        return self.wrong(step, place, told=False)

    def silent(self, step: Step, place: Place) -> Move:
        patience = patience_of(step)
        place = replace(place, silences=place.silences + 1)
        if place.silences >= patience.tries:
            return self.give_up(step, place, Ending.SILENT, patience.then)
        self.speech.append(Speech(step.name, Part.SILENCE))
        return self.ask_again(step, place)

    def wrong(self, step: Step, place: Place, *, told: bool = True) -> Move:
        patience = patience_of(step, wrong=True)
        place = replace(place, wrongs=place.wrongs + 1)
        self.ahead = ""
        if place.wrongs >= patience.tries:
            return self.give_up(step, place, Ending.WRONG, patience.then)
        if told:
            self.speech.append(Speech(step.name, Part.WRONG))
        return self.ask_again(step, place)

    def give_up(self, step: Step, place: Place, ending: Ending, leads: Destination) -> Move:
        """Out of a question without an answer: a number that was not confirmed is not known, who chose no
        language hears once how to, and who only wanted another one is back in the menu they came from."""
        self.becomes(place=place)
        if isinstance(step.thing, ChooseLanguage) and place.turn is Turn.KEYS:
            self.speech.append(Speech(step.name, Part.CHANGE))
        if isinstance(step.thing, Ask):
            self.forget({step.thing.keep_as})
        if place.turn is Turn.CHANGE and self.call.way:
            leads = REPEAT
        return self.leave(ending, leads)

    def dialed(self, step: Step, dial: Dial, place: Place, ending: Ending) -> Move:
        if ending is Ending.CONNECTED:
            self.becomes(outcome=Outcome.CONNECTED)
            return self.leave(ending, step.then)
        party = self.next_party(dial, place.wrongs + 1)
        if party is None:
            return self.leave(ending, step.way_out(ending.value))
        return self.stop(Act.DIAL, replace(place, wrongs=party))

    def recorded(self, step: Step, recording: str | None, seconds: float) -> Move:
        if recording is None or seconds <= 0:
            return self.leave(Ending.SILENT, step.way_out("silence"))
        self.take(step, recording)
        return self.leave(Ending.MESSAGE, step.then)

    def take(self, step: Step, recording: str) -> None:
        match step.thing:
            case Voicemail():
                self.becomes(outcome=self.call.outcome or Outcome.MESSAGE)  # who has talked has talked
            case Record(keep_as=name):
                self.keep(name, recording)

    def gone(self, given: Recorded | DialEnded | Talked) -> Move:
        place = self.call.place
        match given:
            case Recorded(recording=str(recording)):
                if place and place.step in self.hotline.steps:
                    self.take(self.hotline.steps[place.step], recording)
                self.finish(Ending.MESSAGE)
            case DialEnded(ending=Ending.CONNECTED) | Talked(ending=Ending.CONNECTED):
                self.becomes(outcome=Outcome.CONNECTED)
                self.finish(Ending.CONNECTED)
            case _:
                self.finish(Ending.HUNG_UP)
        self.becomes(outcome=self.call.outcome or Outcome.HUNG_UP)
        return self.stop(Act.HANG_UP, None)

    def looked(self, step: Step, lookup: Lookup, place: Place, found: LookedUp) -> Move:
        if found.values is not None:
            self.learn(lookup, found.values)
            return self.leave(Ending.WENT_ON, step.then)
        if found.failed or place.silences >= lookup.timeout + GRACE_LOOKS:
            return self.leave(Ending.FAILED, step.way_out("failed"))
        return self.stop(Act.LOOK, replace(place, silences=place.silences + 1))

    def waited(self, step: Step, line: Enqueue, given: Waited) -> Move:
        """Out of the line: to the agent who accepted, where a key leads, or on, as nobody can take them."""
        if given.ending is Ending.CONNECTED:
            talk = Act.TALK_RECORDED if given.recorded else Act.TALK
            return self.stop(talk, Place(step.name, Turn.TALK))
        if given.ending is Ending.WENT_ON and given.leads is None and self.call.place:
            place = self.call.place
            return self.stop(Act.WAIT, replace(place, silences=place.silences + 1))
        chosen = given.leads if given.ending is Ending.KEY else None
        option = next((each for each in line.options if each.leads == chosen), None)
        if option is not None:
            pressed = f"{self.call.pressed} {option.first}".strip()
            self.becomes(inputs=self.call.inputs + 1, pressed=pressed)
            if self.is_over():
                return self.leave(Ending.LIMIT, self.hotline.limits.then)
        if given.leads == CALL_BACK:
            return self.ask_where(step, self.where_to_ring(step))
        if option is not None:
            return self.leave(Ending.KEY, option.leads, option.name)
        if given.ending is Ending.WENT_ON and given.leads is not None:
            self.speech.append(Speech(step.name, Part.MOMENT))
            return self.leave(given.ending, given.leads)
        self.is_refused(step, line, given.ending)
        return self.leave(given.ending, given.leads or step.way_out(given.ending.value))

    def talked(self, step: Step, line: Enqueue, given: Talked) -> Move:
        """Who was cut off is told so, and is next; all others go on to what follows a conversation."""
        if given.ending is Ending.CONNECTED:
            self.becomes(outcome=Outcome.CONNECTED)
        if given.onward is not None:
            return self.sent_on(step, line, given.onward)
        if not given.cut_off:
            return self.leave(given.ending, step.then)
        self.finish(Ending.FAILED)
        self.speech.append(Speech(step.name, Part.CUT_OFF))
        return self.join(step, line, again=True)

    def sent_on(self, step: Step, line: Enqueue, onward: Onward) -> Move:
        """The agent has sent the caller on: to a queue as if they had chosen it, to another agent, who alone
        is asked for them, or to a number. What is not there (any more) is passed over."""
        self.finish(Ending.CONNECTED)
        match onward.to:
            case To.QUEUE if onward.name in self.hotline.steps:
                return self.from_(onward.name)
            case To.AGENT:
                self.speech.append(Speech(step.name, Part.MOMENT))
                return self.join(step, line, wanted=onward.name)
            case To.NUMBER if self.world.allows(onward.name):
                self.speech.append(Speech(step.name, Part.MOMENT))
                return self.stop(Act.DIAL, Place(step.name, Turn.DIAL))
        return self.go(step.then, step.name, by_key=False)

    def rung(self, step: Step, line: Enqueue, ending: Ending) -> Move:
        """The number an agent sent the caller to has answered, and hung up; or it did not answer, and the
        caller goes back to that agent."""
        if ending is Ending.CONNECTED:
            return self.leave(ending, step.then)
        self.finish(ending)
        self.speech.append(Speech(step.name, Part.MOMENT))
        return self.join(step, line, back=True)

    def join(
        self,
        step: Step,
        line: Enqueue,
        *,
        again: bool = False,
        keep: bool = False,
        wanted: str | None = None,
        back: bool = False,
    ) -> Move:
        self.joins = Join(line.queue, line.priority, again, keep, wanted, back)
        return self.stop(Act.WAIT, Place(step.name, Turn.WAIT))

    # -- to be rung back -----------------------------------------------------------------------------

    def where_to_ring(self, step: Step) -> Place:
        """The question where to: a number is only offered if we may ring it."""
        here = self.call.caller is not None and self.world.allows(self.call.caller)
        return Place(step.name, Turn.HERE if here else Turn.NUMBER)

    def ask_where(self, step: Step, place: Place) -> Move:
        self.speech.append(Speech(step.name, Part.HERE if place.turn is Turn.HERE else Part.NUMBER))
        return self.stop(Act.LISTEN, place)

    def told_in_line(self, step: Step, line: Enqueue, place: Place, keys: str) -> Move:
        """An answer to what a queue asks: to be recorded, to keep a place, and where to ring. Who says
        nothing of use to the last waits on, where they were."""
        number = self.call.caller if keys == "1" else None
        if place.turn is Turn.CONSENT:
            return self.consented(step, line, agreed=keys == "1")
        if place.turn is Turn.KEEP:
            return self.join(step, line, keep=keys == "1")
        if place.turn is Turn.NUMBER:
            number = dialled(keys.rstrip("#"), self.call.called)
        if number is not None and self.world.allows(number):
            return self.ring_back(step, line, number)
        place = replace(place, wrongs=place.wrongs + 1)
        if place.wrongs < TRIES_FOR_NUMBER:
            if place.turn is Turn.NUMBER:
                self.speech.append(Speech(step.name, Part.WRONG if keys else Part.SILENCE))
            return self.ask_where(step, place)
        if self.world.refusal(line.queue) is Ending.CLOSED:
            self.is_refused(step, line, Ending.CLOSED)
            return self.leave(Ending.CLOSED, step.way_out("closed"))
        return self.join(step, line)

    def ring_back(self, step: Step, line: Enqueue, number: str) -> Move:
        """The promise, and the end of this call."""
        self.back = RingBack(line.queue, number, step.name)
        self.speech.append(Speech(step.name, Part.RING_BACK))
        option = next((each for each in line.options if each.leads == CALL_BACK), None)
        return self.leave(Ending.KEY, HANG_UP, option.name if option else None)

    # -- where it leads -------------------------------------------------------------------------------

    def leave(self, ending: Ending, leads: Destination, option: str | None = None) -> Move:
        """Out of the present step and on to where it leads."""
        step = self.call.place.step if self.call.place else None
        self.finish(ending, option)
        return self.go(leads, step, by_key=ending is Ending.KEY)

    def go(self, leads: Destination, step: str | None, *, by_key: bool) -> Move:
        """On from a step that is finished."""
        target, greet = self.resolve(leads, step)
        if target is None:
            return self.goodbye(step)
        return self.from_(target, by_key=by_key, greet=greet)

    def finish(self, ending: Ending, option: str | None = None) -> None:
        """The end of a pass. Only now has the caller heard a menu: until then its greeting stands."""
        done = last_pass(self.call, self.world.now, ending, option)
        heard = self.call.heard
        if done:
            step = self.hotline.steps.get(done.step)
            reached = step is not None and step.goal and ending in WENT_WELL
            self.passes.append(replace(done, goal=True) if reached else done)
            heard |= {done.step} & set(self.call.way)
        self.becomes(place=None, pressed="", entered_at=self.world.now, heard=heard)

    def resolve(self, leads: Destination, step: str | None) -> tuple[str | None, bool]:
        """The step a destination means here, and whether its greeting is wanted in full."""
        way = self.call.way or (self.hotline.entry(self.call.called),)
        if leads == HANG_UP:
            return None, False
        if leads == REPEAT:
            return way[-1], way[-1] == step
        if leads == TOP:
            return way[0], False
        if leads == BACK:
            return way[-2] if way[-1] == step and len(way) > 1 else way[-1], False
        return leads, False

    def from_(self, name: str, *, by_key: bool = False, greet: bool = False) -> Move:
        """Goes on from a step to the first one at which the line must act."""
        for _ in range(LONGEST_WAY):
            step = self.hotline.steps[name]
            halted, ending, leads = self.enter(step, by_key=by_key, greet=greet)
            if halted:
                return halted
            self.becomes(place=Place(name))
            self.finish(ending)
            target, greet = self.resolve(leads, name)
            if target is None:
                return self.goodbye(name)
            name, by_key = target, False
        return self.goodbye(name)

    def enter(self, step: Step, *, by_key: bool, greet: bool) -> tuple[Move | None, Ending, Destination]:
        """Into a step: it speaks; then the line acts (a move), or it goes on (an ending, a destination)."""
        match step.thing:
            case Menu() | Ask():
                return self.question(step, greet=greet), Ending.LIMIT, HANG_UP
            case ChooseLanguage():
                if self.world.remembered in self.hotline.languages and not by_key:
                    return self.recognised(step)
                return self.question(step, greet=greet), Ending.LIMIT, HANG_UP
            case Enqueue() as line:
                return self.enqueue(step, line)
        self.say(step, Part.SAY)
        match step.thing:
            case Survey() as survey:
                return None, Ending.WENT_ON, self.survey(step, survey)
            case ByHours() | ByValue():
                return None, Ending.WENT_ON, self.world.branch(step, self.call)
            case Sms() as sms:
                return None, *self.write(step, sms)
            case Lookup() as lookup:
                if not self.world.answers(lookup.get):
                    return None, Ending.FAILED, step.way_out("failed")
                self.speech.append(Speech(step.name, Part.MOMENT))
                self.wishes.append(LookUp(lookup.get, lookup.timeout))
                return self.stop(Act.LOOK, Place(step.name, Turn.LOOKUP)), Ending.WENT_ON, step.then
            case Dial() as dial:
                party = self.next_party(dial, 0)
                if party is None:
                    return None, Ending.FAILED, step.way_out("failed")
                return self.stop(Act.DIAL, Place(step.name, Turn.DIAL, 0, party)), Ending.WENT_ON, step.then
            case Voicemail() | Record():
                return self.stop(Act.RECORD, Place(step.name, Turn.RECORD)), Ending.WENT_ON, step.then
        return None, Ending.WENT_ON, step.then

    def enqueue(self, step: Step, line: Enqueue) -> tuple[Move | None, Ending, Destination]:
        """Into the line; or on at once, where nobody could take the caller."""
        refusal = self.world.refusal(line.queue)
        if refusal is not Ending.CLOSED:
            self.say(step, Part.SAY)
        if refusal is None:
            return self.to_line(step, line), Ending.WENT_ON, step.then
        self.is_refused(step, line, refusal)
        return None, refusal, step.way_out(refusal.value)

    def is_refused(self, step: Step, line: Enqueue, why: Ending) -> None:
        """What a caller hears whom nobody can take. Of closed hours the admin's own words tell, there where
        they lead; of a queue that was closed by hand whoever has closed it."""
        if why is not Ending.CLOSED:
            self.speech.append(Speech(step.name, Part.UNATTENDED))
            return
        closure = self.world.closure(line.queue)
        if closure is not None and closure.words(self.hotline, self.call.language):
            self.speech.append(Speech(step.name, Part.CLOSURE))

    def survey(self, step: Step, survey: Survey) -> Destination:
        """Where a survey leads: to its first question those who are asked by keypad."""
        if not self.world.asks(survey, self.call):
            return step.then
        if survey.means is Means.SMS:
            self.wishes.append(AskByText(step.name, survey.questions))
            return step.then
        return survey.first

    def to_line(self, step: Step, line: Enqueue) -> Move:
        """Into the line, after what is to be said and asked before. Of being recorded callers hear now, so
        that no agent waits for it."""
        wanted = self.record(line)
        if must_ask(wanted, self.call.consent):
            self.speech.append(Speech(step.name, Part.CONSENT))
            return self.stop(Act.LISTEN, Place(step.name, Turn.CONSENT))
        if must_tell(wanted, self.call.consent):
            self.speech.append(Speech(step.name, Part.RECORDED))
            self.consents(Consent.TOLD)
        if self.world.has_place(line.queue, self.call.caller):
            self.speech.append(Speech(step.name, Part.KEEP))
            return self.stop(Act.LISTEN, Place(step.name, Turn.KEEP))
        return self.join(step, line)

    def record(self, line: Enqueue) -> Recording:
        """What the queue wanted when the call began: whoever was not told by then is not recorded."""
        queue = self.hotline.queues.get(line.queue)
        return queue.rules.record if queue else Recording.NO

    def consented(self, step: Step, line: Enqueue, *, agreed: bool) -> Move:
        """Whether they may be recorded or not, the call goes on all the same: if there is still somebody."""
        self.consents(Consent.AGREED if agreed else Consent.REFUSED)
        refusal = self.world.refusal(line.queue)
        if refusal is None:
            return self.to_line(step, line)
        self.is_refused(step, line, refusal)
        return self.leave(refusal, step.way_out(refusal.value))

    def consents(self, consent: Consent) -> None:
        self.consent = consent
        self.becomes(consent=consent)

    def recognised(self, step: Step) -> tuple[None, Ending, Destination]:
        """A caller who chose a language last time is not asked again, but told how to change it."""
        self.becomes(language=self.world.remembered or self.call.language)
        self.speech.append(Speech(step.name, Part.CHANGE))
        return None, Ending.WENT_ON, step.then

    def write(self, step: Step, sms: Sms) -> tuple[Ending, Destination]:
        to = fill(sms.to, self.call)
        if not self.world.allows(to):
            return Ending.FAILED, step.way_out("failed")
        text = fill(in_language(sms.text, self.call.language), self.call, masked=True)
        self.wishes.append(SendMessage(to, text))
        return Ending.WENT_ON, step.then

    def next_party(self, dial: Dial, first: int) -> int | None:
        """The next party of a list that may be rung."""
        return next(
            (
                at
                for at in range(first, len(dial.parties))
                if self.world.allows(fill(dial.parties[at], self.call))
            ),
            None,
        )

    # -- what the caller hears ------------------------------------------------------------------------

    def question(self, step: Step, *, greet: bool) -> Move | None:
        """A step that asks; None when the call has used up its answers."""
        if self.is_over():
            return None
        return self.listen(step, Turn.KEYS, greet=greet)

    def listen(self, step: Step, turn: Turn, *, greet: bool = False) -> Move:
        known = step.name in self.call.heard and not greet
        self.say(step, Part.AGAIN if known and step.again else Part.SAY)
        if isinstance(step.thing, Menu):
            way = self.call.way
            kept = way[: way.index(step.name)] if step.name in way else way
            self.becomes(way=(*kept, step.name))
        place = Place(step.name, turn)
        ahead, self.ahead = self.ahead, ""
        if ahead and self.takes(step, ahead):
            self.becomes(place=place)
            self.speech.clear()
            return self.heard(step, place, Keys(ahead))
        return self.stop(Act.LISTEN, place)

    def takes(self, step: Step, ahead: str) -> bool:
        """Whether keys typed ahead are an answer to this question; a wrong one is asked properly instead."""
        return (
            isinstance(step.thing, Menu)
            and step.thing.type_ahead is not None
            and bool(consumed(step.thing, ahead)[0])
        )

    def ask_again(self, step: Step, place: Place) -> Move:
        if place.turn is Turn.CONFIRM:
            self.speech.append(Speech(step.name, Part.CONFIRM))
        else:
            known = step.name in self.call.heard or isinstance(step.thing, Ask)
            self.say(step, Part.AGAIN if known and step.again else Part.SAY)
        return self.stop(Act.LISTEN, place)

    def say(self, step: Step, part: Part) -> None:
        """Words of a step; what must be heard makes keys typed ahead void."""
        if step.say or isinstance(step.thing, QUESTIONS):
            self.speech.append(Speech(step.name, part))
        if step.must_hear or isinstance(step.thing, HEARD_OUT):
            self.ahead = ""

    def goodbye(self, step: str | None) -> Move:
        """The end of the menus; a caller to whom nothing was said is told goodbye."""
        if not self.speech and step:
            self.speech.append(Speech(step, Part.GOODBYE))
        self.becomes(outcome=self.call.outcome or Outcome.GOODBYE)
        return self.stop(Act.HANG_UP, None)

    def stop(self, act: Act, place: Place | None) -> Move:
        self.becomes(place=place, hop=self.call.hop + 1)
        document = Document(self.call.language, tuple(self.speech), act, place)
        passes, wishes = tuple(self.passes), tuple(self.wishes)
        return Move(self.call, passes, document, wishes, self.chosen, self.joins, self.back, self.consent)

    def becomes(self, **changes: object) -> None:
        """Changes the call. It is this walk's own copy until the move is done, so it may be written to:
        a new one for each change would cost a keypress more than all the rest of the walk."""
        for name, value in changes.items():
            object.__setattr__(self.call, name, value)

    # -- what is known --------------------------------------------------------------------------------

    def is_over(self) -> bool:
        return self.call.inputs > self.hotline.limits.keys

    def keep(self, name: str, text: str, *, secret: bool = False) -> None:
        values: Mapping[str, str] = {**self.call.values, name: text}
        secrets = self.call.secrets | {name} if secret else self.call.secrets - {name}
        self.becomes(values=values, secrets=secrets)

    def learn(self, lookup: Lookup, found: Mapping[str, str]) -> None:
        """What was looked up is known from now on; secrets it was asked with are needed no more."""
        self.forget(self.call.secrets & {piece.name for piece in lookup.get if isinstance(piece, Value)})
        self.becomes(values={**self.call.values, **found}, secrets=self.call.secrets - set(found))

    def forget(self, names: AbstractSet[str]) -> None:
        kept = {name: text for name, text in self.call.values.items() if name not in names}
        self.becomes(values=kept, secrets=self.call.secrets - names)

    def masked(self, step: Step, place: Place, keys: str) -> str:
        """What is written down of an answer: of a secret, or of a number to ring, only how long it is."""
        secret = isinstance(step.thing, Ask) and step.thing.secret and place.turn is Turn.KEYS
        return mask(keys) if secret or place.turn is Turn.NUMBER else keys
