"""What is set up elsewhere: at the carrier, and on the host of the fallback documents."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

from ivr.called import command
from ivr.carriers.twilio.rest import CarrierError, OurNumber, Refused
from ivr.outside.visits import Unreachable, visit
from ivr.switchboard.doctor.finding import Finding, doubtful, fine, wrong
from ivr.switchboard.doctor.roads import ONLY_IN_THE_BOX, TRY_AGAIN
from ivr.switchboard.exchange import Exchange
from ivr.switchboard.fallback import fallbacks, name_of

WHAT = "carrier"


def numbers(exchange: Exchange) -> Iterator[Finding]:
    """Each number of the live menus, as the carrier has it."""
    if exchange.settings.boxed:
        yield fine(WHAT, ONLY_IN_THE_BOX)
        return
    hotline = exchange.shelf.live(exchange.now()).hotline
    for number in (*hotline.numbers, *filter(None, [hotline.agents_line])):
        try:
            set_up = exchange.carrier.fetch_number(number)
        except Refused as refusal:
            if refusal.status in (401, 403):
                mend = "copy TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN (or the API key) from the console again"
                yield wrong(WHAT, f"does not know us: {refusal}", mend)
                return
            yield doubtful(WHAT, f"does not tell how {number} is set up: {refusal}", BY_HAND)
            continue
        except CarrierError as error:
            yield doubtful(WHAT, f"could not be asked: {error}", TRY_AGAIN)
            return
        yield from of_number(exchange, number, set_up)


BY_HAND = "look in its console whether the number's addresses are those of carrier.md"


def of_number(exchange: Exchange, number: str, set_up: OurNumber | None) -> Iterator[Finding]:
    """One number: does it lead here, are we told how calls end, and is there a fallback?"""
    if set_up is None:
        mend = "buy it, or take it out of `numbers` in the menus; is it another account's?"
        yield wrong(WHAT, f"the account has no number {number}", mend)
        return
    voice, status, text = (f"{exchange.settings.base_url}/voice{end}" for end in ("", "/status", "/text"))
    leads_here = is_same(set_up.voice_url, voice) and set_up.voice_method == "POST"
    if not leads_here:
        told = f"{set_up.voice_method} {set_up.voice_url}" if set_up.voice_url else "nowhere"
        yield wrong(WHAT, f"{number} leads {told}", f"set 'A call comes in' to {voice}, HTTP POST")
    if not is_same(set_up.status_url, status):
        why = f"{number} does not tell us how calls end, so they seem to go on for minutes"
        yield wrong(WHAT, why, f"set 'Call status changes' to {status}, HTTP POST")
    if not is_same(set_up.text_url, text):
        why = f"{number} does not bring us what callers write, nor that they want no more messages"
        yield doubtful(WHAT, why, f"set 'A message comes in' to {text}, HTTP POST")
    yield from its_fallback(exchange, number, set_up)
    if leads_here:
        yield fine(WHAT, f"{number} leads here")


def its_fallback(exchange: Exchange, number: str, set_up: OurNumber) -> Iterator[Finding]:
    """What the carrier asks when we do not answer."""
    where = exchange.settings.fallback_url.rstrip("/")
    ours = f"{where}/{name_of(number)}.xml"
    if not set_up.fallback_url:
        to = ours if where else "the address of a fallback document: carrier.md"
        why = f"{number} has no fallback: callers hear an error when this host is away"
        yield doubtful(WHAT, why, f"set 'Primary handler fails' to {to}, HTTP GET")
    elif is_same(set_up.fallback_url, ours) and set_up.fallback_method != "GET":
        why = f"the fallback of {number} is asked by {set_up.fallback_method}, and files can only be got"
        yield doubtful(WHAT, why, "set it to HTTP GET")


def is_same(set_up: str, wanted: str) -> bool:
    """Whether an address at the carrier is ours, whatever retries are written behind it."""
    return urldefrag(set_up).url.rstrip("/") == wanted


def fallback(exchange: Exchange) -> Iterator[Finding]:
    """The documents for when we are away are on another host, and say what the live menus do."""
    settings, what = exchange.settings, "fallback"
    where = settings.fallback_url.rstrip("/")
    if settings.boxed:
        yield fine(what, ONLY_IN_THE_BOX)
        return
    if not where:
        make = command("fallback FOLDER --url https://…")
        mend = f"{make}, upload it there, and set IVR_FALLBACK_URL: carrier.md"
        yield doubtful(what, "there is none: callers hear an error while this host is away", mend)
        return
    hotline = exchange.shelf.live(exchange.now()).hotline
    if settings.fallback:
        yield from in_its_folder(Path(settings.fallback), fallbacks(settings, hotline))
    if urlsplit(where).hostname == urlsplit(settings.base_url).hostname:
        why = "the documents are on the hotline's own host, and away when it is"
        yield wrong(what, why, "put them on another host, and set IVR_FALLBACK_URL")
    documents = {
        name: content for name, content in fallbacks(settings, hotline).items() if name.endswith(".xml")
    }
    found = [problem for name, content in documents.items() if (problem := astray(where, name, content))]
    if found:
        mend = f"{command('fallback FOLDER')}, and upload it again"
        yield wrong(what, f"{len(found)} documents are not there as they should be: {found[0]}", mend)
    else:
        yield fine(what, f"the documents at {where} are those of the live menus")


def in_its_folder(folder: Path, files: Mapping[str, bytes]) -> Iterator[Finding]:
    """What every publishing writes is there, for whoever uploads it."""
    missing = [name for name, content in files.items() if content_of(folder / name) != content]
    if missing:
        why = f"{folder} (IVR_FALLBACK) has not what it should: {missing[0]} is missing or of other menus"
        mend = f"see that the hotline's user may write there, then: {command(f'fallback {folder}')}"
        yield doubtful("fallback", why, mend)


def content_of(file: Path) -> bytes | None:
    """What a file holds; None if it cannot be read."""
    try:
        return file.read_bytes()
    except OSError:
        return None


def astray(folder: str, name: str, content: bytes) -> str | None:
    """What is wrong with a document where it is hosted; None if the carrier gets what it should."""
    where = f"{folder}/{name}"
    try:
        answer = visit(where)
    except Unreachable as error:
        return f"{where}: {error}"
    if answer.status != 200:
        return f"{where} is answered with status {answer.status}"
    if "xml" not in answer.headers.get("content-type", ""):
        return f"{where} is sent as {answer.headers.get('content-type', 'nothing')}, not as text/xml"
    return None if answer.body == content else f"{where} says what other menus say"
