"""The tables. Times are UTC milliseconds; every name that could hold a person's words is text.

A change here needs a migration beside it (`migrations/versions/`); a test compares the two.
"""

from collections.abc import Iterator

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    false,
    text,
)

from ivr.core.figures import tally
from ivr.core.figures.tally import KEYS, NO_WAITS, WAITS, View

LEDGER = MetaData(
    naming_convention={
        "pk": "%(table_name)s_key",
        "ix": "%(table_name)s_by_%(column_0_N_name)s",
        "uq": "%(table_name)s_one_%(column_0_N_name)s",
        "fk": "%(table_name)s_to_%(referred_table_name)s",
    },
)

COUNTED = BigInteger().with_variant(Integer, "sqlite")
"""A key the database counts up; SQLite does that for INTEGER only."""

NUMBERED = text("number IS NOT NULL")

call = Table(
    "call",
    LEDGER,
    Column("id", Text, primary_key=True, comment="the carrier's call id"),
    Column("caller", Text, comment="null when withheld; a pseudonym begins with ~"),
    Column("called", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("language", Text, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("entered_at", BigInteger, nullable=False),
    Column("step", Text, comment="null when the menus are through with the caller"),
    Column("turn", Text),
    Column("silences", Integer, nullable=False),
    Column("wrongs", Integer, nullable=False),
    Column("hop", Integer, nullable=False, comment="0 while we know only that the call has ended"),
    Column("inputs", Integer, nullable=False),
    Column("pressed", Text, nullable=False),
    Column("memory", Text, nullable=False, comment="JSON: way, heard, values (secret ones sealed), secrets"),
    Column("outcome", Text),
    Column("talk", Double, nullable=False, server_default="0", comment="seconds"),
    Column("ended_at", BigInteger),
    Column("end_source", Text, comment="who told us the end"),
    Column("number", Text, comment="the caller's, sealed, while the call needs what the tables do not say"),
    Column("known_as", Text, comment="the caller's pseudonym, where calls shortly before stand under it"),
    Column("forgotten_at", BigInteger, comment="since when its details are"),
    Index(None, "started_at", "id"),
    Index(None, "caller", "started_at"),
    Index(None, "ended_at"),
    Index("call_number", "ended_at", sqlite_where=NUMBERED, postgresql_where=NUMBERED),
    Index(
        "call_open",
        "started_at",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    postgresql_with={"fillfactor": "70"},  # a keypress rewrites the row: leave it room on its page
)

passes = Table(
    "pass",
    LEDGER,
    Column("call", Text, primary_key=True),
    Column("hop", Integer, primary_key=True, comment="the document whose answer finished the pass"),
    Column("nth", Integer, primary_key=True, comment="from 0; one answer can finish several"),
    Column("step", Text, nullable=False),
    Column("option", Text),
    Column("pressed", Text, nullable=False),
    Column("silences", Integer, nullable=False),
    Column("wrongs", Integer, nullable=False),
    Column("entered_at", BigInteger, nullable=False),
    Column("left_at", BigInteger, nullable=False),
    Column("ending", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("goal", Boolean, comment="the caller had what they wanted; null for no"),
    sqlite_with_rowid=False,
)

# Its rows lie in the order they came: documents sorted in among others would split a page at every second
# keypress (SQLite).
answer = Table(
    "answer",
    LEDGER,
    Column("call", Text, primary_key=True),
    Column("hop", Integer, primary_key=True, comment="the document it answers; 0 is the arrival"),
    Column("document", LargeBinary, nullable=False),
)

remembered = Table(
    "remembered",
    LEDGER,
    Column("caller", Text, primary_key=True),
    Column("language", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)

event = Table(
    "event",
    LEDGER,
    Column("id", COUNTED, Identity(), primary_key=True),
    Column("call", Text, comment="null when it is about the hotline"),
    Column("at", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("detail", Text, nullable=False, comment="JSON object"),
    Index(None, "call"),
    Index(None, "at"),
)

OPEN = text("ended_at IS NULL")
UNRELEASED = text("released_at IS NULL")

# What is looked for among all that is over stands in an index of its own: were the open ones in it too,
# SQLite would take it for everything that is asked of them, and read all of them each time.
OVER = text("ended_at IS NOT NULL")

# `rank` orders a line; the callers of one language and queue stand in it together.
visit = Table(
    "visit",
    LEDGER,
    Column("id", Text, primary_key=True),
    Column("call", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="call, callback, consult or outbound"),
    Column("queue", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("first_at", BigInteger, nullable=False, comment="the caller's first enqueue"),
    Column(
        "rank",
        BigInteger,
        nullable=False,
        comment="first_at less the head start; only a supervisor changes it",
    ),
    Column("entered_at", BigInteger, nullable=False),
    Column("beat_at", BigInteger, nullable=False, comment="when the caller was last known to wait"),
    Column("preferred", Text, comment="the agent they were cut off from"),
    Column("declined", Text, nullable=False, server_default="[]", comment="JSON list of agents"),
    Column("agent", Text, comment="who accepted it"),
    Column("taken_at", BigInteger),
    Column("room", Text, comment="the conference in which the two meet"),
    Column("leaving", Text, comment="why the caller's line is led out of the wait"),
    Column("leads", Text, comment="and where to"),
    Column("outcome", Text),
    Column("went_to", Text),
    Column("ended_at", BigInteger),
    Column("told", Text, comment="JSON list: least, most, place, agents, at; what was last said of the wait"),
    Column("wanted", Text, comment="the only agent they wait for"),
    Column("sent_by", Text, comment="the agent who sent them there, and has them back if that is in vain"),
    Column("target", BigInteger, comment="milliseconds, within which the queue promised an answer then"),
    Index(
        "visit_line",
        "queue",
        "language",
        "rank",
        sqlite_where=text("ended_at IS NULL AND taken_at IS NULL AND leaving IS NULL AND wanted IS NULL"),
        postgresql_where=text("ended_at IS NULL AND taken_at IS NULL AND leaving IS NULL AND wanted IS NULL"),
    ),
    Index(
        "visit_silent",
        "beat_at",
        sqlite_where=text("ended_at IS NULL AND kind <> 'callback'"),
        postgresql_where=text("ended_at IS NULL AND kind <> 'callback'"),
    ),
    Index(
        "visit_kept",
        "rank",
        "id",
        sqlite_where=text("wanted IS NOT NULL AND ended_at IS NULL"),
        postgresql_where=text("wanted IS NOT NULL AND ended_at IS NULL"),
    ),
    Index(
        "visit_led_out",
        "leads",
        sqlite_where=text("kind = 'outbound'"),
        postgresql_where=text("kind = 'outbound'"),
    ),
    Index("visit_one_open", "call", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    Index(None, "call"),
    Index(None, "queue", "entered_at"),
    Index(None, "entered_at"),
    Index(None, "ended_at", "entered_at", sqlite_where=OVER, postgresql_where=OVER),
)

# A queue that somebody has closed by hand; the open row is why.
closure = Table(
    "closure",
    LEDGER,
    Column("id", COUNTED, Identity(), primary_key=True),
    Column("queue", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("by", Text, nullable=False, comment="an account, or what stands for one"),
    Column("reason", Text, comment="the name of a phrase that callers hear"),
    Column("says", Text, nullable=False, comment="JSON object: their own words by language"),
    Column("ended_at", BigInteger),
    Index("closure_one_open", "queue", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
)

agent = Table(
    "agent",
    LEDGER,
    Column("id", Text, ForeignKey("account.id"), primary_key=True),
    Column("way", Text, nullable=False, comment="phone, sip, browser, dialled_in or gone"),
    Column("address", Text, nullable=False, comment="the number or address that is rung"),
    Column("number", Text, unique=True, comment="what they type to dial in"),
    Column("pin", Text, comment="argon2id"),
    Column("skills", Text, nullable=False, comment="JSON object: level by name"),
    Column("languages", Text, nullable=False, comment="JSON list"),
    Column("queues", Text, comment="JSON list; null: every queue"),
    Column("weight", Integer, nullable=False),
    Column("place", Integer, nullable=False, comment="their order among the agents"),
    Column("lease_until", BigInteger, comment="null: they need not be heard of"),
    Column("leg", Text, comment="their line to us while they are dialled in"),
    Column("offered_at", BigInteger, nullable=False, server_default="0"),
    Column("misses", Integer, nullable=False, server_default="0", comment="in a row"),
    Column("day", Text, nullable=False, server_default="", comment="of the two counts behind it"),
    Column("calls", Integer, nullable=False, server_default="0"),
    Column("talk", Double, nullable=False, server_default="0", comment="seconds"),
)

# The open span of an agent is their state; all others are the log of it.
span = Table(
    "span",
    LEDGER,
    Column("id", COUNTED, Identity(), primary_key=True),
    Column("agent", Text, ForeignKey("agent.id"), nullable=False),
    Column("status", Text, nullable=False, comment="signed_out, ready or on_break"),
    Column("reason", Text, nullable=False),
    Column("activity", Text, nullable=False, comment="idle, offered, talking or wrapping_up"),
    Column("since", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Index("span_one_open", "agent", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    Index(
        "span_free",
        "agent",
        sqlite_where=text("ended_at IS NULL AND status = 'ready' AND activity = 'idle'"),
        postgresql_where=text("ended_at IS NULL AND status = 'ready' AND activity = 'idle'"),
    ),
    Index(None, "agent", "since"),
)

offer = Table(
    "offer",
    LEDGER,
    Column("id", Text, primary_key=True),
    Column("visit", Text, ForeignKey("visit.id"), nullable=False),
    Column("agent", Text, ForeignKey("agent.id"), nullable=False),
    Column("queue", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False, comment="when it is over if nobody answers"),
    Column(
        "rings_at", BigInteger, comment="when the carrier is to ring: it makes only so many calls a second"
    ),
    Column("leg", Text, comment="the carrier's id of the line to the agent"),
    Column("ringing_at", BigInteger, comment="an offer is missed only if it rang"),
    Column("ended_at", BigInteger),
    Column("ending", Text, comment="accepted, declined, missed, caller_gone or withdrawn"),
    Index("offer_one_open", "agent", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    Index(
        "offer_one_accepted",
        "visit",
        unique=True,
        sqlite_where=text("ending = 'accepted'"),
        postgresql_where=text("ending = 'accepted'"),
    ),
    Index(None, "visit"),
    Index(None, "agent", "made_at"),
    Index(None, "rings_at"),
    Index(None, "ended_at", sqlite_where=OVER, postgresql_where=OVER),
    Index("offer_due", "until", sqlite_where=OPEN, postgresql_where=OPEN),
)

# What came of an accepted offer, until the agent has written down what it was about.
talk = Table(
    "talk",
    LEDGER,
    Column("offer", Text, ForeignKey("offer.id"), primary_key=True),
    Column("visit", Text, ForeignKey("visit.id"), nullable=False),
    Column("call", Text, nullable=False),
    Column("agent", Text, ForeignKey("agent.id"), nullable=False),
    Column("queue", Text, nullable=False),
    Column("room", Text, nullable=False),
    Column("room_id", Text, comment="the carrier's id of the room"),
    Column("leg", Text, comment="the carrier's id of the agent's line"),
    Column("agent_joined_at", BigInteger),
    Column("caller_joined_at", BigInteger),
    Column("answered_at", BigInteger, comment="the later of the two joins"),
    Column("held_since", BigInteger),
    Column("held", BigInteger, nullable=False, server_default="0", comment="milliseconds"),
    Column("talk_ended_at", BigInteger),
    Column("ended_by", Text, comment="agent, caller or line"),
    Column("wrap_up_until", BigInteger, comment="null: until a disposition is chosen"),
    Column("ended_at", BigInteger, comment="the end of the wrap-up"),
    Column("disposition", Text),
    Column("notes", Text, nullable=False, server_default=""),
    Column("hold_wished", Boolean, nullable=False, server_default=false(), comment="of the caller"),
    Column("muted", Boolean, nullable=False, server_default=false(), comment="the agent"),
    Column("onward", Text, comment="where the agent sent the caller: agent:, queue: or number: and which"),
    Column("took_over_at", BigInteger, comment="when an agent who was asked got the caller for good"),
    Column("recorded", Boolean, nullable=False, server_default=false(), comment="from its begin to its end"),
    Column("pause_wished", Boolean, nullable=False, server_default=false(), comment="of the recording"),
    Column("paused", Boolean, nullable=False, server_default=false(), comment="as the carrier has said"),
    Index("talk_one_open", "agent", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    Index(None, "call"),
    Index(None, "visit"),
    Index(None, "room"),
    Index(None, "agent", "answered_at"),
    Index(None, "queue", "answered_at"),
    Index(None, "ended_at", sqlite_where=OVER, postgresql_where=OVER),
)

# Who has listened in on whom stays written down.
listener = Table(
    "listener",
    LEDGER,
    Column("id", Text, primary_key=True),
    Column("room", Text, nullable=False),
    Column("who", Text, nullable=False, comment="an account"),
    Column("address", Text, nullable=False, comment="where they are rung"),
    Column("how", Text, nullable=False, comment="listen, whisper or barge"),
    Column("asked_at", BigInteger, nullable=False),
    Column("leg", Text, comment="the carrier's id of their line"),
    Column("joined_at", BigInteger),
    Column("ended_at", BigInteger),
    Index(None, "room"),
)

# Each question of a survey once per call; without `answered_at` it was put and not answered.
survey_answer = Table(
    "survey_answer",
    LEDGER,
    Column("call", Text, primary_key=True),
    Column("step", Text, primary_key=True),
    Column("question", Text, nullable=False, comment="satisfaction, recommendation, solved or comment"),
    Column("means", Text, nullable=False, comment="keypad or sms"),
    Column("asked_at", BigInteger, nullable=False),
    Column("answered_at", BigInteger),
    Column("value", Integer, comment="on the scale of the question"),
    Column("recording", Text, comment="our id of a spoken comment"),
    Column("comment", Text, comment="a written one"),
    Column("caller", Text),
    Column("talk", Text, comment="the conversation it is about"),
    Column("agent", Text),
    Column("queue", Text),
    Column("language", Text, comment="of the call, as it was asked"),
    Column("called", Text),
    Index(None, "caller", "asked_at"),
    Index(None, "asked_at"),
)

feedback = Table(
    "feedback",
    LEDGER,
    Column("id", Text, primary_key=True, comment="the carrier's id of the text message"),
    Column("caller", Text, nullable=False),
    Column("called", Text, nullable=False, comment="the number of ours they wrote to"),
    Column("text", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("kind", Text, nullable=False, comment="feedback, answer, stop or start"),
    Column("call", Text, comment="their last call before it"),
    Column("reply", Text, nullable=False, comment="what we answered; empty: nothing"),
    Index(None, "caller", "at"),
    Index(None, "at"),
)

withdrawal = Table(
    "withdrawal",
    LEDGER,
    Column("caller", Text, primary_key=True, comment="wants no text messages"),
    Column("at", BigInteger, nullable=False),
)

# What must not be forgotten or erased until it is released: one call, or all of a caller.
legal_hold = Table(
    "legal_hold",
    LEDGER,
    Column("id", Text, primary_key=True),
    Column("call", Text),
    Column("caller", Text),
    Column("known_as", Text, comment="the caller's pseudonym"),
    Column("why", Text, nullable=False),
    Column("by", Text, nullable=False, comment="an account, or what stands for one"),
    Column("since", BigInteger, nullable=False),
    Column("released_at", BigInteger),
    Column("released_by", Text),
    Index("legal_hold_of_call", "call", sqlite_where=UNRELEASED, postgresql_where=UNRELEASED),
    Index("legal_hold_of_caller", "caller", sqlite_where=UNRELEASED, postgresql_where=UNRELEASED),
    Index("legal_hold_known_as", "known_as", sqlite_where=UNRELEASED, postgresql_where=UNRELEASED),
)

# A promise to ring somebody when it is their turn. While they are in line, a visit stands for them.
callback = Table(
    "callback",
    LEDGER,
    Column("id", Text, primary_key=True),
    Column("call", Text, nullable=False, comment="the call in which it was asked for"),
    Column("number", Text, nullable=False, comment="what is rung"),
    Column("called", Text, nullable=False, comment="the number of ours they know"),
    Column("queue", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("step", Text, nullable=False, comment="from which they go on"),
    Column("first_at", BigInteger, nullable=False),
    Column("rank", BigInteger, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("waited", BigInteger, nullable=False, comment="milliseconds, on the phone before they asked"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("due_at", BigInteger, comment="null: in line, or over"),
    Column("visit", Text, comment="their place in line"),
    Column("leg", Text, comment="the carrier's id of the line on which they were rung"),
    Column("ended_at", BigInteger),
    Column("ending", Text, comment="reached, not_reached, elsewhere, moved or expired"),
    Column("sealed", Text, comment="the number, while it is to be rung and the tables do not say it"),
    Index("callback_one_open", "number", "queue", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    Index("callback_still_open", "rank", "id", sqlite_where=OPEN, postgresql_where=OPEN),
    Index(None, "number"),
    Index(None, "call"),
    Index(None, "leg"),
    Index(None, "visit"),
    Index(None, "asked_at"),
    Index(None, "ended_at", sqlite_where=OVER, postgresql_where=OVER),
)

leg = Table(
    "leg",
    LEDGER,
    Column("id", Text, primary_key=True, comment="the carrier's id of the line to the party"),
    Column("call", Text, nullable=False),
    Column("hop", Integer, comment="the document of the call that rang the party"),
    Column("party", Text, comment="the number or address rung"),
    Column("started_at", BigInteger),
    Column("answered_at", BigInteger),
    Column("accepted_at", BigInteger, comment="when the party pressed 1"),
    Column("ended_at", BigInteger),
    Column("ending", Text),
    Index(None, "call"),
)

recording = Table(
    "recording",
    LEDGER,
    Column("id", Text, primary_key=True),
    Column("call", Text, nullable=False),
    Column("carrier_id", Text, nullable=False, unique=True),
    Column("step", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="message, record or conversation"),
    Column("seconds", Double, nullable=False),
    Column("state", Text, nullable=False, comment="announced, ready, kept, absent, failed or forgotten"),
    Column("file", Text),
    Column("at", BigInteger, nullable=False),
    Column("room", Text, comment="in which the conversation was"),
    Index(None, "call"),
    Index(None, "room"),
)

message = Table(
    "message",
    LEDGER,
    Column("id", Text, primary_key=True),
    Column("call", Text, nullable=False),
    Column("mailbox", Text, nullable=False),
    Column("recording", Text, ForeignKey("recording.id"), nullable=False, unique=True),
    Column("caller", Text),
    Column("language", Text, nullable=False),
    Column("left_at", BigInteger, nullable=False),
    Column("listened_at", BigInteger),
    Column("done_at", BigInteger),
    Column("done_by", Text),
    Column("note", Text, nullable=False, server_default=""),
    Index(None, "call"),
    Index(None, "left_at", "id"),
    Index(
        "message_waiting",
        "left_at",
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
)

revision = Table(
    "revision",
    LEDGER,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("author", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("published_at", BigInteger, nullable=False),
    Column("hotline", Text, nullable=False, comment="its name"),
    Column("files", Text, nullable=False, comment="JSON object, source text by path"),
    Column("sounds", Text, nullable=False, comment="JSON list: language, name, digest, kind, seconds"),
    Column("replaced", Integer, comment="the revision live until then"),
)

live = Table(
    "live",
    LEDGER,
    Column("slot", Integer, primary_key=True, autoincrement=False, comment="always 1"),
    Column("revision", Integer, ForeignKey("revision.number"), nullable=False),
    Column("since", BigInteger, nullable=False, server_default="0"),
    Column("author", Text, nullable=False, server_default=""),
    Column("note", Text, nullable=False, server_default=""),
)

withdrawn = Table(
    "withdrawn",
    LEDGER,
    Column("revision", Integer, ForeignKey("revision.number"), primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("author", Text, nullable=False),
    Column("why", Text, nullable=False),
)

# A cache: what is lost here is read again from the revision's files.
reading = Table(
    "reading",
    LEDGER,
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("version", Text, primary_key=True, comment="of the program that has read it"),
    Column("content", LargeBinary, nullable=False),
)

draft = Table(
    "draft",
    LEDGER,
    Column("slot", Integer, primary_key=True, autoincrement=False, comment="always 1"),
    Column("at", BigInteger, nullable=False),
    Column("author", Text, nullable=False),
    Column(
        "mistakes",
        Text,
        nullable=False,
        comment="JSON list: place, what is wrong; empty when it was published",
    ),
)

sound = Table(
    "sound",
    LEDGER,
    Column("digest", Text, primary_key=True),
    Column("kind", Text, nullable=False, comment="media type"),
    Column("content", LargeBinary, nullable=False),
)

errand = Table(
    "errand",
    LEDGER,
    Column("id", COUNTED, Identity(), primary_key=True),
    Column("call", Text),
    Column("kind", Text, nullable=False),
    Column("payload", Text, nullable=False, comment="JSON object, sealed; empty once it is over"),
    Column("state", Text, nullable=False, comment="waiting, running, done, failed or unknown"),
    Column("due_at", BigInteger, nullable=False, comment="while it runs: when its lease is over"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("answer", Text, comment="JSON object"),
    Column("cause", Text, comment="why it failed or is to be tried again"),
    Column("created_at", BigInteger, nullable=False),
    Column("done_at", BigInteger),
    Column("once", Text, comment="a name, of what must not be wished for twice"),
    Index(None, "call"),
    Index(None, "done_at"),
    Index(
        "errand_once",
        "once",
        unique=True,
        sqlite_where=text("once IS NOT NULL"),
        postgresql_where=text("once IS NOT NULL"),
    ),
    Index(
        "errand_due",
        "kind",
        "due_at",
        sqlite_where=text("state IN ('waiting', 'running')"),
        postgresql_where=text("state IN ('waiting', 'running')"),
    ),
)

# What other systems are told: it follows the live menus, so that whoever writes needs to read none.
subscription = Table(
    "subscription",
    LEDGER,
    Column("event", Text, primary_key=True),
)

# A time in which an alert of the menus was past its limit.
incident = Table(
    "incident",
    LEDGER,
    Column("id", Text, primary_key=True),
    Column("alert", Text, nullable=False, comment="its name in the menus"),
    Column("measure", Text, nullable=False),
    Column("past", Double, nullable=False, comment="the limit: a share, seconds or a count"),
    Column("queues", Text, nullable=False, comment="JSON list; empty: all"),
    Column("opened_at", BigInteger, nullable=False),
    Column("first", Double, nullable=False, comment="what was measured when it began"),
    Column("worst", Double, nullable=False),
    Column("well_since", BigInteger, comment="when it was within the limit again"),
    Column("ended_at", BigInteger),
    Column("ending", Text, comment="well, quiet or unwatched"),
    Index("incident_one_open", "alert", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    Index(None, "opened_at", "id"),
)

told = Table(
    "told",
    LEDGER,
    Column("incident", Text, ForeignKey("incident.id"), primary_key=True),
    Column("ending", Boolean, primary_key=True, comment="of its end, and not of its begin"),
    Column("means", Text, primary_key=True, comment="mail, sms or webhook"),
    Column("recipient", Text, primary_key=True),
    Column("errand", BigInteger, nullable=False),
)

account = Table(
    "account",
    LEDGER,
    Column("id", Text, primary_key=True, comment="the name as it is looked for"),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False, comment="agent, supervisor or admin"),
    Column("password", Text, nullable=False, comment="argon2id"),
    Column("created_at", BigInteger, nullable=False),
    Column("disabled_at", BigInteger),
)

session = Table(
    "session",
    LEDGER,
    Column("id", Text, primary_key=True, comment="hash of what the browser holds"),
    Column("account", Text, ForeignKey("account.id"), nullable=False),
    Column("address", Text, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Index(None, "account"),
)

throttle = Table(
    "throttle",
    LEDGER,
    Column("key", Text, primary_key=True, comment="the kind of try, and a hash of what it was made at"),
    Column("until", BigInteger, nullable=False, comment="when all tries so far are forgotten"),
)

token = Table(
    "token",
    LEDGER,
    Column("name", Text, primary_key=True),
    Column("digest", Text, nullable=False, unique=True),
    Column("rights", Text, nullable=False, comment="JSON list"),
    Column("created_by", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
    Column("revoked_at", BigInteger),
)

audit = Table(
    "audit",
    LEDGER,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("who", Text, nullable=False, comment="an account, or what stands for one"),
    Column("what", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("before", Text, comment="JSON object"),
    Column("after", Text, comment="JSON object"),
    Column("mark", Text, nullable=False, comment="of this row and the mark before it, by the hotline's key"),
    Index(None, "at"),
    Index(None, "subject", "at"),
)

audit_end = Table(
    "audit_end",
    LEDGER,
    Column("slot", Integer, primary_key=True, autoincrement=False, comment="always 1"),
    Column("number", Integer, nullable=False, comment="of the last row of the audit; 0 before the first"),
    Column("mark", Text, nullable=False),
)

# A file of calls of another system. Its calls have ids that begin with its digest.
imported_file = Table(
    "imported_file",
    LEDGER,
    Column("digest", Text, primary_key=True),
    Column("calls", BigInteger, nullable=False, comment="no more of its calls are in the log"),
    Column("read", Text, nullable=False, comment="a digest of how it was read"),
    Column("at", BigInteger, nullable=False),
    Column("claim", Text, comment="who brings it in; null once it is there as a whole"),
    Column("until", BigInteger, comment="so long the claim holds"),
)


# -- the roll-ups: made of the rows above, and made anew when those change ---------------------------------

stale = Table(
    "stale",
    LEDGER,
    Column("id", COUNTED, Identity(), primary_key=True),
    Column(
        "since", BigInteger, nullable=False, comment="what is counted from then on, is to be counted again"
    ),
    Column("until", BigInteger, nullable=False, comment="the last moment of it"),
    Index(None, "since"),
    sqlite_autoincrement=True,  # whoever has seen a mark knows that none after it is the same one
)

stale_day = Table(
    "stale_day",
    LEDGER,
    Column("id", COUNTED, Identity(), primary_key=True),
    Column("at", BigInteger, nullable=False, comment="its midnight"),
    Index(None, "at"),
    sqlite_autoincrement=True,
)

rolled_up = Table(
    "rolled_up",
    LEDGER,
    Column("slot", Integer, primary_key=True, autoincrement=False, comment="always 1"),
    Column("zone", Text, nullable=False, comment="of the days"),
    Column("version", Integer, nullable=False, comment="of what counts as what"),
)


def columns_of(name: str) -> list[str]:
    """The columns of one count of a tally: waits are many."""
    return [f"{name}_{place}" for place in range(len(NO_WAITS))] if name in WAITS else [name]


def _roll_up(view: View) -> Table:
    """A row for each quarter hour, and each day that is over, in which anything was counted; of some views
    also for the hours of such a day, of 60 minutes."""
    counts: Iterator[str] = (column for name in tally.COUNTED[view] for column in columns_of(name))
    return Table(
        f"{view}_tally",
        LEDGER,
        Column("minutes", Integer, primary_key=True, autoincrement=False, comment="15, 60, or 1440: a day"),
        Column("at", BigInteger, primary_key=True, autoincrement=False, comment="its start"),
        *(Column(key, Text, primary_key=True) for key in KEYS[view]),
        *(Column(name, BigInteger, comment="null for 0") for name in counts),
        sqlite_with_rowid=False,
    )


line_tally, agent_tally, call_tally, floor_tally, option_tally = map(_roll_up, View)
