"""A conversation, known by the offer it came of: what its agent does in it, and behind it.

An agent acts in their own. Whoever has the right `line` acts in everybody's, as a program does for an agent;
that is written down in the audit.
"""

from typing import Annotated

from pydantic import StringConstraints

from ivr.core.accounts import Right
from ivr.core.line.onward import Onward, To
from ivr.core.line.recording import Recorder
from ivr.core.line.rules import Rules
from ivr.ledger import audit, talks
from ivr.ledger.audit import Deed
from ivr.ledger.talks import Talk as Kept
from ivr.switchboard.line import consulting, holding, meeting, recording, sending_on, wrapping_up
from ivr.switchboard.line.joining import rules_of
from ivr.web.api.exchanging import exchange
from ivr.web.api.refusals import not_now, not_there, wrong
from ivr.web.api.routes import route
from ivr.web.api.shapes import NO_ZERO, Asked, Length, Moment, Name, Shown
from ivr.web.seats import who
from ivr.web.visitors import name_of_visitor, visitor
from ivr.web.wording import NOT_SO, _

LONGER = 60
"""So many seconds more for the wrap-up, each time they are asked for."""

TYPING = 15
"""While notes are typed the wrap-up goes on for so many seconds at least."""

LONGEST_NOTES = 10_000

NOT_THEIRS = _("This call is not at your desk any more.")
NOBODY_THERE = _("Nobody is in this conversation now.")
STILL_ON = _("The conversation is not over yet.")
NOT_SAID = _("Say first what it was about.")
OF_ANOTHER = _("The queue of this conversation has no such disposition.")
NOTHING_RECORDED = _("Nothing is recorded now.")
NOBODY_ASKED = _("Nobody is asked.")
NOBODY_CAME = _("Whoever is asked has not come yet.")


class Talk(Shown):
    """A conversation. What has not happened is null."""

    offer: str
    call: str
    agent: str
    queue: str
    answered_at: Moment | None
    """When the two have met."""
    hold_wished: bool
    """Whether the caller is to be on hold; `held_since` is when they were."""
    held_since: Moment | None
    held: Length
    """How long the caller was on hold before, in seconds."""
    muted: bool
    recorder: Recorder
    """Paused only once the carrier has said so: then a card may be read. `pause_wished`: it is to be."""
    pause_wished: bool
    talk_ended_at: Moment | None
    ended_by: str | None
    """`agent`, `caller` or `line`."""
    wrap_up_until: Moment | None
    ended_at: Moment | None
    """When the wrap-up was over."""
    disposition: str | None
    notes: str
    onward: str | None
    """Where the agent sent the caller: `queue:sales`."""


class Written(Asked):
    """What an agent says that a conversation was about. What is not given stays as it is."""

    disposition: Annotated[str, StringConstraints(max_length=100, pattern=NO_ZERO)] | None = None
    """One of those of the queue; null or empty: none."""
    notes: Annotated[str, StringConstraints(max_length=LONGEST_NOTES, pattern=NO_ZERO)] = ""


class Where(Asked):
    """Where a caller is sent on."""

    to: To
    name: Name
    """Of an agent (`agent` in the list of agents) or a queue, or a number such as +84901234567."""


class Whom(Asked):
    """Who is asked."""

    agent: Name


# -- in the conversation -----------------------------------------------------------------------------------


@route("POST", "/talks/{offer}/hold", 404, 409)
def held(offer: str) -> None:
    """The caller is put on hold, and hears music."""
    of = talk_of(offer)
    done(of, "hold", holding.hold(exchange(), offer))


@route("POST", "/talks/{offer}/resume", 404, 409)
def resumed(offer: str) -> None:
    """The caller is taken back from hold."""
    of = talk_of(offer)
    done(of, "resume", holding.resume(exchange(), offer))


@route("POST", "/talks/{offer}/mute", 404, 409)
def muted(offer: str) -> None:
    """The agent is not heard any more."""
    of = talk_of(offer)
    done(of, "mute", holding.mute(exchange(), offer))


@route("POST", "/talks/{offer}/unmute", 404, 409)
def unmuted(offer: str) -> None:
    """The agent is heard again."""
    of = talk_of(offer)
    done(of, "unmute", holding.mute(exchange(), offer, muted=False))


@route("POST", "/talks/{offer}/pause-recording", 404, 409)
def recording_paused(offer: str) -> None:
    """The recording rests, as when a card is read: there is silence in place of what is said."""
    of = talk_of(offer)
    done(of, "pause_recording", recording.pause(exchange(), offer), NOTHING_RECORDED)


@route("POST", "/talks/{offer}/resume-recording", 404, 409)
def recording_resumed(offer: str) -> None:
    """The recording goes on, once the caller is not on hold."""
    of = talk_of(offer)
    done(of, "resume_recording", recording.resume(exchange(), offer), NOTHING_RECORDED)


@route("POST", "/talks/{offer}/hang-up", 404)
def hung_up(offer: str) -> None:
    """The agent ends the conversation; their queue says how the caller goes on. Once it is over, nothing."""
    of = talk_of(offer)
    meeting.agent_hung_up(exchange(), offer)
    done(of, "hang_up", True)


# -- with others -------------------------------------------------------------------------------------------


@route("POST", "/talks/{offer}/send-on", 404, 409)
def sent_on(offer: str, body: Where) -> None:
    """The caller is sent on, and the agent wraps up. Whom nobody takes there comes back."""
    of = talk_of(offer)
    done(of, "send_on", sending_on.send_on(exchange(), offer, Onward(body.to, body.name)))


@route("POST", "/talks/{offer}/ask", 404, 409)
def asked(offer: str, body: Whom) -> None:
    """Another agent is asked into the conversation; the caller is on hold until somebody takes them back."""
    of = talk_of(offer)
    done(of, "ask", consulting.ask(exchange(), offer, body.agent))


@route("POST", "/talks/{offer}/call-off", 404, 409)
def called_off(offer: str) -> None:
    """Whoever is asked goes again, or need not come; the agent has the caller."""
    of = talk_of(offer)
    done(of, "call_off", consulting.call_off(exchange(), offer), NOBODY_ASKED)


@route("POST", "/talks/{offer}/hand-over", 404, 409)
def handed_over(offer: str) -> None:
    """Whoever was asked has the caller from now on, and the agent wraps up."""
    of = talk_of(offer)
    done(of, "hand_over", consulting.hand_over(exchange(), offer), NOBODY_CAME)


# -- behind it ---------------------------------------------------------------------------------------------


@route("PUT", "/talks/{offer}/notes", 404)
def written_down(offer: str, body: Written) -> Talk:
    """What the conversation was about. A wrap-up that would end while somebody types goes on a little."""
    of = talk_of(offer)
    talk = write(of, body)
    note(of, "notes")
    return Talk.model_validate(talk)


@route("POST", "/talks/{offer}/longer", 404, 409)
def extended(offer: str) -> None:
    """The wrap-up lasts a minute more, from now."""
    of = talk_of(offer)
    if of.is_on:
        raise not_now(STILL_ON)
    done(of, "longer", wrapping_up.longer(exchange(), offer, LONGER))


@route("POST", "/talks/{offer}/finish", 404, 409)
def finished(offer: str, body: Written) -> None:
    """The wrap-up is over; what was written is kept first."""
    of = talk_of(offer)
    if of.is_on:
        raise not_now(STILL_ON)
    if body.model_fields_set:
        of = write(of, body)
    if wrapping_up.is_unsaid(exchange(), of):
        raise not_now(NOT_SAID)
    wrapping_up.wrapped_up(exchange(), offer)
    note(of, "finish")


def write(talk: Kept, body: Written) -> Kept:
    """The conversation with what is said of it from now on."""
    given = body.model_fields_set
    disposition = (body.disposition or None) if "disposition" in given else talk.disposition
    notes = body.notes.replace("\r\n", "\n") if "notes" in given else talk.notes
    if disposition not in (None, talk.disposition, *rules(talk).dispositions):
        raise wrong("disposition", OF_ANOTHER)
    wrapping_up.write_down(exchange(), talk.offer, disposition, notes)
    until = talk.wrap_up_until
    if until is not None and until - exchange().now() < TYPING * 1000 and notes != talk.notes:
        wrapping_up.longer(exchange(), talk.offer, TYPING)
    return find(talk.offer) or talk


def rules(talk: Kept) -> Rules:
    return rules_of(exchange().shelf.live(exchange().now()).hotline, talk.queue)


# -- whose it is -------------------------------------------------------------------------------------------


def find(offer_id: str) -> Kept | None:
    with exchange().ledger.reading() as tx:
        return talks.find(tx, offer_id)


def is_theirs(talk: Kept) -> bool:
    """Whether whoever asks is the agent of this conversation."""
    return talk.agent == who()


def talk_of(offer_id: str) -> Kept:
    """The conversation, if whoever asks may act in it."""
    talk, asking = find(offer_id), visitor()
    may = asking is not None and asking.may(Right.LINE)
    if talk is None or not (may or is_theirs(talk)):
        raise not_there(NOT_THEIRS)
    return talk


def done(talk: Kept, deed: str, came: bool | sending_on.Not | None, words: str = NOBODY_THERE) -> None:
    """What the switchboard made of a deed: done if it is true, or if nothing speaks against it."""
    if isinstance(came, sending_on.Not):
        raise not_now(NOT_SO[came])
    if came is False:
        raise not_now(words)
    note(talk, deed)


def note(talk: Kept, deed: str) -> None:
    """What somebody else does in an agent's conversation stands in the audit; an agent's own deeds are in the
    log."""
    if is_theirs(talk):
        return
    with exchange().ledger.transaction() as tx:
        now = exchange().now()
        audit.note(tx, name_of_visitor(), Deed.TALK_CHANGED, talk.call, None, {"deed": deed}, now)
