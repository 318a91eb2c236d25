"""The proof: nobody can get lost in these menus.

Every state a call can be in is walked, by the functions that serve callers, with every key, silence and
answer of the world (see `proof.answers` and `proof.ground`). What is proved of a hotline without mistakes:

- Every call ends, by a person, by word left or by a goodbye, within `limits`. Every circle asks the caller
  something, each answer counts, and a call without answers left is asked nothing any more.
- A caller who presses nothing, or only wrong keys, ends without needing `limits`.
- Callers can come to every step, and press every option.
- What a caller hears at one go fits into one document.
- Everything leads somewhere, and every queue has a way out when nobody is there. Who waits may press any of
  its keys, be turned away or sent on for every reason there can be, and goes on when the agent has left.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ivr.core.menus import NOWHERE, Ask, Enqueue, Hotline, Menu, Step, Where
from ivr.core.questions import QUESTIONS
from ivr.core.walk import LONGEST_WAY
from ivr.language.meaning import serving
from ivr.language.mistakes import Mistake, did_you_mean, in_order
from ivr.language.proof.answers import Why, digits_for, keys_of
from ivr.language.proof.breath import LONGEST_BREATH, breathless
from ivr.language.proof.circles import BY_ITSELF, LOST, SILENT, WRONG, Circle, Known, circles, what_decides
from ivr.language.proof.ground import Ground, State

BUDGET = 200_000
"""States that are walked at most."""

TRIES = 5_000
"""Real ways and walks with them that a second look at circles may take: a few seconds."""

ENDS = "a queue, a mailbox, hang_up"

CALLERS = {
    SILENT: ("a caller who presses nothing", f"give silence a 'then' that ends ({ENDS})"),
    WRONG: ("a caller who presses only wrong keys", f"give wrong a 'then' that ends ({ENDS})"),
    LOST: (
        "a caller who presses nothing or wrong keys",
        f"give silence or wrong a 'then' that ends ({ENDS})",
    ),
}


@dataclass(frozen=True, slots=True)
class Proof:
    """What the walk found. `states` and `moves` count what was walked; `complete`: that was all there is."""

    mistakes: tuple[Mistake, ...]
    warnings: tuple[Mistake, ...]
    states: int
    moves: int
    complete: bool


def prove(hotline: Hotline, budget: int = BUDGET) -> Proof:
    """Walks every state of a hotline; a proof that ran out of its budget says so in a warning."""
    ground = Ground(hotline, budget)
    found = list(circles(ground, min(budget, TRIES)))
    mistakes = [*unknown(ground), *queues_without_end(hotline), *unanswerable(ground)]
    mistakes += [round_and_round(ground, circle) for circle in found if circle.sure]
    warnings = [perhaps(ground, circle) for circle in found if not circle.sure]
    if ground.complete:
        mistakes += [*unreached(ground), *endless_documents(ground, found), *too_much_at_once(ground)]
        warnings += [*lonely_queues(ground), *lonely_menus(ground)]
    else:
        warnings.append(unfinished(hotline, len(ground.roads)))
    complete = ground.complete and all(circle.sure for circle in found)
    moves = ground.explorer.moves
    return Proof(in_order(mistakes), in_order(warnings), len(ground.roads), moves, complete)


# -- circles ----------------------------------------------------------------------------------------------


def round_and_round(ground: Ground, circle: Circle) -> Mistake:
    """Told at the first question of the circle, or at its first step when it asks nothing."""
    steps = ground.hotline.steps
    names = [state.step for state in circle.states]
    asking = [name for name in names if isinstance(steps[name].thing, QUESTIONS)]
    first = min(asking if circle.whys is not BY_ITSELF and asking else names, key=list(ground.reached).index)
    at = names.index(first)
    way = " -> ".join((*names[at:], *names[:at], first))
    if circle.whys is BY_ITSELF:
        text = f"these steps lead to each other for ever and ask the caller nothing: {way}"
        return Mistake(steps[first].at, text, "let one of them lead to a menu, or end")
    caller, hint = CALLERS[circle.whys]
    return Mistake(steps[first].at, f"{caller} goes round {way} for ever", hint)


def perhaps(ground: Ground, circle: Circle) -> Mistake:
    names = ", ".join(dict.fromkeys(state.step for state in circle.states))
    caller = CALLERS[circle.whys][0] if circle.whys in CALLERS else "a caller who is asked nothing"
    text = f"not proved: {caller} may go round for ever among {names}; there are too many ways to try all"
    where = ground.hotline.steps[circle.states[0].step].at
    return Mistake(where, text, "let silence and wrong keys lead to a queue, a mailbox or hang_up")


def endless_documents(ground: Ground, found: list[Circle]) -> Iterator[Mistake]:
    """A chain of steps that asks nothing is cut where the walk gives up; a circle is told as such."""
    on = unasked(ground)
    reached = dict.fromkeys(state for state, nexts in on.items() if nexts)
    for _ in range(LONGEST_WAY):
        reached = dict.fromkeys(to for state in reached for to in on[state])
    last = far_on(ground) if reached and not any(circle.whys is BY_ITSELF for circle in found) else None
    if last is not None:
        step = ground.hotline.steps[last.step]
        text = f"step '{step.name}' comes after more than {LONGEST_WAY} steps that ask the caller nothing"
        yield Mistake(step.at, text, "leave some out, or ask something on the way")


def far_on(ground: Ground) -> State | None:
    """A state after so many steps in one document, in which the hours are open or not, but not both; None if
    there is none. Of too many ways to try it is taken for one."""
    reached = dict.fromkeys((state, NOTHING_KNOWN) for state in ground.roads)
    for _ in range(LONGEST_WAY):
        if not 0 < len(reached) <= WAYS_TRIED:
            break
        reached = dict.fromkeys(after for state, known in reached for after in _after(ground, state, known))
    return next(iter(reached))[0] if reached else None


def _after(ground: Ground, state: State, known: Known) -> Iterator[tuple[State, Known]]:
    about = what_decides(ground.hotline, ground.hotline.steps[state.step], changing=False)
    for why, to, branch in ground.roads[state]:
        if why is not Why.ON or not isinstance(to, State):
            continue
        if about is None:
            yield to, known
        elif dict(known).get(about, branch) == branch:
            yield to, known | {(about, branch)}


NOTHING_KNOWN: Known = frozenset()
WAYS_TRIED = 20_000


def unasked(ground: Ground) -> dict[State, list[State]]:
    """Where each state goes on to without asking the caller anything."""
    return {state: [to for why, to in ground.onward(state) if why is Why.ON] for state in ground.roads}


def too_much_at_once(ground: Ground) -> Iterator[Mistake]:
    """One mistake for each step at which it is too much; of a long chain, those further back say no more."""
    on = unasked(ground)
    told: set[str] = set()
    found = {state: (language, size) for state, language, size in breathless(ground.hotline, on)}
    for state, (language, size) in found.items():
        if state.step in told or any(to in found for to in on[state]):
            continue
        told.add(state.step)
        text = f"from step '{state.step}' on callers hear {size:,} bytes of text at one go in '{language}'"
        hint = f"a carrier takes at most {LONGEST_BREATH:,}: shorten the texts, or ask something on the way"
        yield Mistake(ground.hotline.steps[state.step].at, text, hint)


# -- what can be reached ----------------------------------------------------------------------------------


def unreached(ground: Ground) -> Iterator[Mistake]:
    for step in ground.hotline.steps.values():
        if not ground.has(step.name):
            hint = "lead a key or a step to it, or leave it out"
            yield Mistake(step.at, f"nobody can reach this step: '{step.name}'", hint)
        elif isinstance(step.thing, Menu):
            yield from hidden_options(step, step.thing)


def hidden_options(step: Step, menu: Menu) -> Iterator[Mistake]:
    if len({option.first for option in menu.options if option.first == option.last}) == len(menu.options):
        return
    for option in menu.options:
        if keys_of(menu, option) is None:
            keys = option.first if option.first == option.last else f"{option.first}-{option.last}"
            text = f"nobody can choose '{option.name}' with {keys}: other keys of '{step.name}' take it first"
            yield Mistake(step.at, text, "give it a key of its own")


def lonely_queues(ground: Ground) -> Iterator[Mistake]:
    """Queues no caller can join, whose agents help out nobody else either."""
    served = serving(ground.hotline, ground.reached)
    for name in ground.unled:
        if name in served:
            continue
        text = f"no key and no step leads to queue '{name}'; only a transfer can bring callers there"
        yield Mistake(ground.hotline.steps[name].at, text, "lead a key to it, or leave it out")


def lonely_menus(ground: Ground) -> Iterator[Mistake]:
    """Menus from which neither a person nor a mailbox is within reach."""
    before: dict[State, list[State]] = {}
    for state in ground.roads:
        for why, to in ground.onward(state):
            if why is not Why.LIMIT:
                before.setdefault(to, []).append(state)
    helped = dict.fromkeys(state for state in ground.roads if helps(ground, state))
    waiting = list(helped)
    while waiting:
        for state in before.get(waiting.pop(), ()):
            if state not in helped:
                helped[state] = None
                waiting.append(state)
    for state in ground.roads:
        if ground.is_menu(state.step) and not state.over and state not in helped:
            text = f"from menu '{state.step}' nobody can be reached, and no word be left"
            yield Mistake(
                ground.hotline.steps[state.step].at, text, "give it a key to a queue, a number or a mailbox"
            )


def helps(ground: Ground, state: State) -> bool:
    waits = isinstance(ground.hotline.steps[state.step].thing, Enqueue)
    return waits or any(road.why is Why.DONE for road in ground.roads[state])


# -- what leads nowhere -----------------------------------------------------------------------------------


def unknown(ground: Ground) -> Iterator[Mistake]:
    steps = ground.hotline.steps
    for name, leads in ground.unknown:
        text = f"step '{name}' leads to unknown '{leads}'" if name else f"a number leads to unknown '{leads}'"
        yield Mistake(steps[name].at if name else NOWHERE, text, did_you_mean(leads, steps))


def queues_without_end(hotline: Hotline) -> Iterator[Mistake]:
    for step in hotline.steps.values():
        if isinstance(step.thing, Enqueue) and not {"", "no_agents"} & set(step.otherwise):
            text = f"queue '{step.thing.queue}' has no way out when nobody is there"
            yield Mistake(step.at, text, "add 'no_agents:' or 'otherwise:', here or in 'default'")


def unanswerable(ground: Ground) -> Iterator[Mistake]:
    for step in ground.hotline.steps.values():
        if isinstance(step.thing, Ask) and digits_for(step.thing) is None:
            text = f"no number a caller could type is right for '{step.name}'"
            yield Mistake(step.at, text, "let its digits, its range and its check fit together")


def unfinished(hotline: Hotline, states: int) -> Mistake:
    where = next((step.at for step in hotline.steps.values()), NOWHERE)
    text = f"proved up to {states:,} states; there are more"
    return Mistake(Where(where.file, 1, 1), text, "make the menus simpler to prove them whole")
