"""What came of a rehearsal, in words: for a terminal, and as a written phone call."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path as FilePath
from zoneinfo import ZoneInfo

from ivr.box.parties import Party
from ivr.box.transcript import line_of
from ivr.called import command
from ivr.core.menus import NOWHERE, Hotline
from ivr.language import Mistake
from ivr.language.calls.meaning import WITHHELD
from ivr.language.calls.writing import write
from ivr.language.calls.written import Agent, Does, WrittenCall
from ivr.language.calls.written import Party as WrittenParty
from ivr.rehearsal.coverage import coverage
from ivr.rehearsal.crowd.crowd import Report, Seed
from ivr.rehearsal.crowd.path import NONE, NOTHING, Path
from ivr.rehearsal.crowd.shortening import Shortened

UNTOLD = frozenset({"webhook", "pause"})
"""What no caller notices."""


def summary(report: Report, hotline: Hotline) -> Iterator[str]:
    """Of a rehearsal in which nothing failed: how the calls ended, and where callers came to."""
    yield f"{report.callers:,} callers, {report.requests:,} requests: nobody was stuck, nothing failed."
    ends = (f"{count:,} {outcome.replace('_', ' ')}" for outcome, count in report.outcomes.most_common())
    yield f"They ended: {', '.join(ends)}."
    yield from map(str, coverage(hotline, report.reached))


def told(found: Shortened, caller: int, seed: Seed, hotline: Hotline) -> Iterator[str]:
    """What went wrong, and the shortest way to it that was found."""
    path, troubles = found.path, dict.fromkeys(map(str, found.verdict.troubles))
    yield f"Caller {caller + 1:,} of seed {seed} met {next(iter(troubles))}"
    yield from (f"  and {trouble}" for trouble in list(troubles)[1:])
    yield ""
    who = path.caller or f"a {WITHHELD} number"
    yield f"{when(path, hotline):%a %Y-%m-%d %H:%M:%S}: {who} calls {path.called}"
    events = found.verdict.events
    lines = (line_of(event, events[0]["at"]) for event in events if event["kind"] not in UNTOLD)
    yield from (line for line in lines if line is not None)
    yield ""
    yield from beyond(found)


def beyond(found: Shortened) -> Iterator[str]:
    """What a written phone call cannot say of this one."""
    if not found.alone:
        yield "It goes well when nobody else calls that day: only the same seed brings it back."
    if found.path.mischief != NONE:
        yield f"The carrier must misbehave for it ({found.path.mischief}): only the same seed brings it back."
    if any(each.after for each in found.path.lookups):
        yield "Look-ups must be slow for it: only the same seed brings it back."


def when(path: Path, hotline: Hotline) -> datetime:
    """The time of a call on the hotline's own clock."""
    return datetime.fromtimestamp(path.at, UTC).astimezone(ZoneInfo(hotline.zone))


def as_written(found: Shortened, hotline: Hotline) -> WrittenCall:
    """The call as a written one, which says only what the caller does."""
    path = found.path
    return WrittenCall(
        name=str(found.verdict.troubles[0]),
        caller=path.caller or None,
        at=when(path, hotline).replace(tzinfo=None),
        story=found.story,
        called=path.called,
        remembered=path.remembered,
        lookups=() if path.lookups == NOTHING else tuple(found.values for found in path.lookups),
        parties={number: written_party(party) for number, party in path.parties.items()},
        agents=tuple(Agent(each.name, written_party(each.does), each.away) for each in path.staff),
    )


def mistake(found: Shortened, hotline: Hotline, file: FilePath) -> Mistake:
    """What keeps these menus from going live, at the step where it came to light."""
    story = found.verdict.story
    steps = [one.step for one in story.passes] if story else []
    step = hotline.steps.get(steps[-1] if steps else "")
    hint = f"play the call with `{command(f'play {file}')}`, or publish with --callers 0"
    return Mistake(step.at if step else NOWHERE, f"a random caller met {found.verdict.troubles[0]}", hint)


def file_of(found: Shortened, hotline: Hotline, seed: Seed) -> str:
    """The text of a file with the call that failed."""
    return f"# found by a rehearsal, seed {seed}\n{write(as_written(found, hotline))}"


def written_party(party: Party) -> WrittenParty:
    match party:
        case Party(does="answer", keys=""):
            return WrittenParty(Does.VOICEMAIL)
        case Party(does="answer", keys="1", talks=talks):
            return WrittenParty(Does.ANSWERS, talks or 60)
        case Party(does="answer"):
            return WrittenParty(Does.DECLINES)
    return WrittenParty(Does(party.does.replace("-", "_")))
