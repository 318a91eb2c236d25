"""A call and a pass as rows of the ledger, and back."""

import json

from ivr.core.calls import Call, Outcome, Pass, Place, Turn
from ivr.core.line.recording import Consent
from ivr.core.pseudonyms import is_known
from ivr.ledger.seal import Seal
from ivr.ledger.transaction import Row, Values

compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_parse = json.JSONDecoder().raw_decode


def call(seal: Seal, row: Row) -> Call:
    """A call from the columns `calls.find` asks for."""
    call_id, caller, called, revision, language, started_at, entered_at, *state = row
    step, turn, silences, wrongs, hop, inputs, pressed, memory, outcome, ended_at, kept = state
    way, heard, values, secrets, *rest = _parse(memory)[0]
    return Call(
        id=call_id,
        caller=number(seal, caller, kept) if kept else caller,
        called=called,
        revision=revision,
        language=language,
        started_at=started_at,
        entered_at=entered_at,
        place=Place(step, Turn(turn), silences, wrongs) if step else None,
        hop=hop,
        inputs=inputs,
        way=tuple(way),
        heard=frozenset(heard),
        pressed=pressed,
        values=_unsealed(seal, values, secrets) if secrets else values,
        secrets=frozenset(secrets),
        outcome=Outcome(outcome) if outcome else None,
        ended_at=ended_at,
        consent=_consent(rest),
    )


def of_call(seal: Seal, call: Call) -> Values:
    place = call.place
    return {
        "id": call.id,
        "caller": seal.caller(call.caller),
        "called": call.called,
        "revision": call.revision,
        "language": call.language,
        "started_at": call.started_at,
        "entered_at": call.entered_at,
        "step": place.step if place else None,
        "turn": str(place.turn) if place else None,
        "silences": place.silences if place else 0,
        "wrongs": place.wrongs if place else 0,
        "hop": call.hop,
        "inputs": call.inputs,
        "pressed": call.pressed,
        "memory": _memory(seal, call),
        "outcome": str(call.outcome) if call.outcome else None,
        "ended_at": call.ended_at,
    }


def sealed(seal: Seal, caller: str | None) -> str | None:
    """The number as it may lie beside its pseudonym while the call needs it; None where it stands there
    itself, or is not known any more."""
    return seal.close(caller) if seal.hashing and caller and is_known(caller) else None


def number(seal: Seal, caller: str | None, kept: str | None) -> str | None:
    """The caller by their number, as long as it is kept, else as they stand in the tables."""
    return (seal.open(kept) if kept else None) or caller


def dialled(seal: Seal, leads: str | None) -> str | None:
    """The number an agent calls, which may stand sealed in its visit."""
    return (seal.open(leads) if seal.hashing and leads else None) or leads


def _memory(seal: Seal, call: Call) -> str:
    """What the call remembers, as it may lie on a disk: secrets sealed, and gone once the call is over.

    One text for all of it: each column more would cost every keypress as much as the text.
    """
    values, secrets = dict(call.values), sorted(call.secrets)
    for name in secrets:
        text = values.pop(name, None)
        if text is not None and call.ended_at is None:
            values[name] = seal.close(text)
    rest = [str(call.consent)] if call.consent else []
    return compact([call.way, sorted(call.heard), values, secrets if call.ended_at is None else [], *rest])


def without_secrets(memory: str) -> str:
    """The same memory after the call: without the secret values."""
    way, heard, _, _, *rest = _parse(memory)[0]
    return compact([way, heard, open_values(memory), [], *rest])


def consent(memory: str) -> Consent | None:
    """How the caller stands to being recorded; most have never heard of it, and nothing stands there."""
    return _consent(_parse(memory)[0][4:])


def _consent(rest: list[str]) -> Consent | None:
    return Consent(rest[0]) if rest else None


def open_values(memory: str) -> dict[str, str]:
    """The values in a memory that anybody may see."""
    _, _, values, secrets, *_ = _parse(memory)[0]
    return {name: text for name, text in values.items() if name not in secrets}


def _unsealed(seal: Seal, values: dict[str, str], secrets: list[str]) -> dict[str, str]:
    """With a new SECRET_KEY old secrets are lost: the value is empty, as if it had not been typed."""
    return {name: (seal.open(text) or "") if name in secrets else text for name, text in values.items()}


def of_pass(call_id: str, hop: int, nth: int, finished: Pass) -> Values:
    return {
        "call": call_id,
        "hop": hop,
        "nth": nth,
        "step": finished.step,
        "option": finished.option,
        "pressed": finished.pressed,
        "silences": finished.silences,
        "wrongs": finished.wrongs,
        "entered_at": finished.entered_at,
        "left_at": finished.left_at,
        "ending": str(finished.ending),
        "language": finished.language,
        "goal": finished.goal or None,
    }
