"""What a queue said to a caller and asked them: at the door, when they asked to be called back, at the end.

Their place in line, said again and again meanwhile, is not told.
"""

from collections.abc import Iterator

from ivr.core.calls import Ending, Part, Pass
from ivr.core.line.recording import Consent
from ivr.core.menus import CALL_BACK, Enqueue

Asked = tuple[tuple[Part, ...], str | None]
"""What was said, and the answer as the log has it; None for none."""

IN_VAIN = frozenset({Ending.NO_AGENTS, Ending.FULL, Ending.TOO_LONG, Ending.DECLINED})
BROUGHT_BACK = {
    Ending.FAILED: (Part.CUT_OFF,),
    Ending.BUSY: (Part.MOMENT,),
    Ending.NO_ANSWER: (Part.MOMENT,),
    Ending.CONNECTED: (),
}
"""What is said to a caller who is in the line again: the agent was cut off, or has sent them where nobody
answered, or to somebody else."""


def in_line(
    line: Enqueue, one: Pass, back: Ending | None, consent: Consent | None, *, may_keep: bool
) -> Iterator[Asked]:
    """What was said in one pass through a queue, each with the key that answered it. `may_keep`: they were
    asked whether they keep their place of before, after what is asked about being recorded."""
    said = said_at_the_door(one, back, consent)
    answers = one.pressed.split()
    kept = (0 if consent in (None, Consent.TOLD) else 1) if may_keep else None
    asked = len(answers)
    if rings_back(line, one):
        asked -= answers_where(line, answers[(consent not in (None, Consent.TOLD)) + may_keep :])
    typed = any(len(answer) > 1 for answer in answers[asked:])
    for number, answer in enumerate(answers):
        if number == kept:
            said = (*said, Part.KEEP)
        if number >= asked:
            said = (*said, Part.NUMBER if typed else Part.HERE)
        yield said, answer
        said = ()
    if kept == len(answers):
        said = (*said, Part.KEEP)
    said += words_at_the_end(line, one)
    if said or not answers:
        yield said, None


def said_at_the_door(one: Pass, back: Ending | None, consent: Consent | None) -> tuple[Part, ...]:
    if back in BROUGHT_BACK:
        return BROUGHT_BACK[back]
    said = () if one.ending is Ending.CLOSED and one.left_at == one.entered_at else (Part.SAY,)
    if consent is None:
        return said
    return (*said, Part.RECORDED if consent is Consent.TOLD else Part.CONSENT)


def answers_where(line: Enqueue, answers: list[str]) -> int:
    """How many of these answers told us where to ring: those behind the key that wishes to be rung."""
    keys = [option.first for option in line.options if option.leads == CALL_BACK]
    after = next((at for at, answer in enumerate(answers) if answer in keys), None)
    return 1 if after is None else len(answers) - after - 1


def words_at_the_end(line: Enqueue, one: Pass) -> tuple[Part, ...]:
    """What a queue said last, to a caller who is promised to be rung, or whom nobody could take."""
    if rings_back(line, one):
        return (Part.RING_BACK,)
    return (Part.UNATTENDED,) if one.ending in IN_VAIN else ()


def rings_back(line: Enqueue, one: Pass) -> bool:
    """Whether the pass ended in a promise. At closing time callers are promised it without a key's name."""
    leads = {option.name: option.leads for option in line.options}
    return one.ending is Ending.KEY and leads.get(one.option or "", CALL_BACK) == CALL_BACK
