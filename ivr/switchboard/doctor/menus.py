"""The menus: live, the same as the folder's, and spoken by voices that exist."""

from collections.abc import Iterator
from pathlib import Path

from ivr.called import command
from ivr.carriers.voices import voice_problem
from ivr.ledger import revisions
from ivr.switchboard.doctor.finding import Finding, doubtful, fine
from ivr.switchboard.draft import check
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.fitness import NO_SERVER, SET_ONE, mailing, named


def menus(exchange: Exchange) -> Iterator[Finding]:
    """Some are live, and the folder holds the same, so that nobody publishes by surprise."""
    settings = exchange.settings
    live = exchange.shelf.live(exchange.now())
    yield fine("menus", f"revision {live.revision} of {live.hotline.name} is live")
    folder = Path(settings.menus)
    if not folder.is_dir():
        return  # an admin may publish from another machine
    draft = check(folder, Path(settings.recordings), settings.carrier)
    if draft.mistakes:
        why = f"{folder} has {len(draft.mistakes)} mistakes, first: {draft.mistakes[0]}"
        yield doubtful("menus", why, f"mend them before you publish: {command('check')}")
        return
    with exchange.ledger.reading() as tx:
        source = revisions.source(tx, live.revision)
    if draft.files != source.files:
        mend = f"publish it ({command('publish')}), or leave it: callers hear what is live"
        yield doubtful("menus", f"{folder} differs from what is live", mend)
    if draft.warnings:
        why = f"{folder} has {len(draft.warnings)} warnings, first: {draft.warnings[0]}"
        yield doubtful("menus", why, f"see all of them: {command('check')}")


def voices(exchange: Exchange) -> Iterator[Finding]:
    """Each language's voice exists and speaks it: a wrong one says nothing at all."""
    hotline = exchange.shelf.live(exchange.now()).hotline
    spoken = hotline.languages.items()
    problems = [
        (language, problem)
        for language, voice in spoken
        if voice.voice and (problem := voice_problem(voice.voice, voice.tag))
    ]
    for language, problem in problems:
        yield doubtful(
            "voices", f"{language}: {problem}", "write another voice under `languages`, and publish"
        )
    if not problems:
        yield fine(
            "voices", ", ".join(f"{language} {voice.voice or 'the carrier’s'}" for language, voice in spoken)
        )


def alerts(exchange: Exchange) -> Iterator[Finding]:
    """Whom the live alerts are to mail, they can."""
    hotline, server = exchange.shelf.live(exchange.now()).hotline, exchange.settings.mail_server
    if letters := mailing(hotline, server):
        yield doubtful("alerts", f"{named(letters)} somebody, and {NO_SERVER}", SET_ONE)
    elif hotline.alerts:
        yield fine("alerts", f"{len(hotline.alerts)} watched")
