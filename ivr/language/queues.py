"""Queues as steps: what callers hear, what they can press while they wait, and where they go from there."""

from ivr.core.line.rules import AtClosing
from ivr.core.menus import CALL_BACK, HANG_UP, Destination, Enqueue, Option, Queue, Step
from ivr.language.draft import NAME, Draft
from ivr.language.options import option
from ivr.language.rules import Written, rules
from ivr.language.slots import WAYS_OUT, key_name
from ivr.language.source import Text


def build(draft: Draft, name: str) -> Queue:
    """A queue with its rules."""
    return Queue(name, draft.labels.get(name), rules(Written.of(draft, name)))


def step(draft: Draft, name: str) -> Step:
    """The step of the same name: whoever leads to a queue leads here."""
    written = Written.of(draft, name)
    queue, ways = written.own, _ways(written)
    out = ways_out(ways)
    if "no_agents" not in out and "" not in out and written.lacks("no_agents") and written.lacks("otherwise"):
        text = f"queue '{name}' has no way out when nobody is there"
        draft.findings.mistake(queue.at, text, "add 'no_agents:' or 'otherwise:', here or in 'default'")
    return Step(
        name=name,
        then=ways.get("then", HANG_UP),
        say=draft.texts(queue.say),
        thing=Enqueue(name, _options(written, ways), music=_music(written)),
        label=draft.labels.get(name),
        otherwise=out,
        at=draft.names.get(name, queue.at),
    )


def ways_out(ways: dict[str, Destination]) -> dict[str, Destination]:
    """Where callers go by reason; what nobody named goes where `otherwise` or `no_agents` says."""
    out = {word: ways[word] for word in WAYS_OUT["queue"] if word in ways}
    rest = out.pop("otherwise", None) or out.get("no_agents")
    return {**out, "": rest} if rest else out


def _ways(written: Written) -> dict[str, Destination]:
    """Where every slot of a queue leads; what it does not say, `default` says."""
    draft, default = written.draft, written.default
    by_default = draft.ways("default", default) if default else {}
    return {**by_default, **draft.ways(written.name, written.own)}


def _options(written: Written, ways: dict[str, Destination]) -> tuple[Option, ...]:
    """The keys that count while callers wait: the queue's own, or those of `default`, never a mixture."""
    draft, name = written.draft, written.name
    keys = written.says("keys") or {}
    options = tuple(option(draft, name, str(key), ways[key_name(key)]) for key in keys)
    for key, made in zip(keys, options, strict=True):
        _check_key(draft, key, made.leads)
        if made.leads == CALL_BACK and written.lacks("callback"):
            text = f"key {key} promises a call back, and queue '{name}' rings nobody back"
            draft.findings.mistake(key.at, text, "add 'callback: true', here or in 'default'")
    asked = any(made.leads == CALL_BACK for made in options)
    asks_at_closing = written.says("at_closing") == AtClosing.CALLBACK
    if written.says("callback") and not asked and not asks_at_closing and not _may_ask(written):
        text = f"queue '{name}' rings back, and no key asks for it"
        draft.findings.warning(written.where("callback"), text, "add 'keys: {2: call_back}'")
    return options


def _may_ask(written: Written) -> bool:
    """Whether what could not be read may ask callers whether they want to be rung back."""
    return any(not written.says(word) and not written.lacks(word) for word in ("keys", "at_closing"))


def _check_key(draft: Draft, key: Text, leads: Destination) -> None:
    """What callers have learned in the menus holds in the wait."""
    if draft.change and key == draft.change[0]:
        text = f"key {key} changes the language in every menu (see '{draft.change[1]}')"
        draft.findings.mistake(
            key.at, text, f"take another key, or write 'change: none' in '{draft.change[1]}'"
        )
    elif (usual := draft.every_menu.get(key, leads)) != leads:
        text = f"key {key} leads to '{usual}' in every menu, and to '{leads}' in this wait"
        draft.findings.warning(key.at, text, "callers know it already: take another key")


def _music(written: Written) -> str | None:
    draft, music = written.draft, written.says("music")
    if music is None:
        return None
    if not NAME.fullmatch(music):
        text = f"'{music}' is not the name of a recording"
        draft.findings.mistake(music.at, text, "write waiting for recordings/waiting.wav")
    elif music in draft.names:
        text = f"a recording '{music}' is what the step '{music}' says"
        draft.findings.mistake(music.at, text, "give the music a name of its own")
    return str(music)
