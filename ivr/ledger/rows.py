"""A call and a pass as rows of the ledger, and back."""

import json
from typing import Any

from ivr.core.calls import Call, Outcome, Pass, Place, Turn
from ivr.ledger.seal import Seal
from ivr.ledger.transaction import Row, Values

compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def call(seal: Seal, row: Row) -> Call:
    """A call from the columns `calls.find` asks for."""
    call_id, caller, called, revision, language, started_at, entered_at, *state = row
    step, turn, silences, wrongs, hop, inputs, way, heard, pressed, known, secrets, *end = state
    outcome, ended_at = end
    names = frozenset(json.loads(secrets))
    return Call(
        id=call_id,
        caller=caller,
        called=called,
        revision=revision,
        language=language,
        started_at=started_at,
        entered_at=entered_at,
        place=Place(step, Turn(turn), silences, wrongs) if step else None,
        hop=hop,
        inputs=inputs,
        way=tuple(json.loads(way)),
        heard=frozenset(json.loads(heard)),
        pressed=pressed,
        values=_unsealed(seal, json.loads(known), names),
        secrets=names,
        outcome=Outcome(outcome) if outcome else None,
        ended_at=ended_at,
    )


def _unsealed(seal: Seal, known: dict[str, str], secrets: frozenset[str]) -> dict[str, str]:
    """With a new SECRET_KEY old secrets are lost: the value is empty, as if it had not been typed."""
    return {name: (seal.open(text) or "") if name in secrets else text for name, text in known.items()}


def of_call(seal: Seal, call: Call) -> Values:
    place = call.place or Place("")
    secrets = call.secrets if call.ended_at is None else frozenset[str]()
    return {
        "id": call.id,
        "caller": call.caller,
        "called": call.called,
        "revision": call.revision,
        "language": call.language,
        "started_at": call.started_at,
        "entered_at": call.entered_at,
        "step": place.step or None,
        "turn": str(place.turn) if call.place else None,
        "silences": place.silences,
        "wrongs": place.wrongs,
        "hop": call.hop,
        "inputs": call.inputs,
        "way": compact(call.way),
        "heard": compact(sorted(call.heard)),
        "pressed": call.pressed,
        "known": compact(_sealed(seal, call)),
        "secrets": compact(sorted(secrets)),
        "outcome": str(call.outcome) if call.outcome else None,
    }


def _sealed(seal: Seal, call: Call) -> dict[str, Any]:
    """The values as they may lie on a disk: secrets sealed, and gone once the call is over."""
    if not call.secrets:
        return dict(call.values)
    return {
        name: seal.close(text) if name in call.secrets else text
        for name, text in call.values.items()
        if name not in call.secrets or call.ended_at is None
    }


def without(known: str, secrets: str) -> str:
    """The values of a call as they stand in its row, without the secret ones."""
    names = json.loads(secrets)
    return compact({name: text for name, text in json.loads(known).items() if name not in names})


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
    }
