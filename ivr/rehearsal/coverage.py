"""How much of a hotline was rehearsed: the steps entered, the options chosen, the languages spoken."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ivr.core.calls import Pass
from ivr.core.menus import ChooseLanguage, Hotline, Language, Menu, Option

OptionOf = tuple[str, str]
"""A step, and the name of one of its options."""


@dataclass(slots=True)
class Reached:
    """What callers came to so far."""

    steps: set[str] = field(default_factory=set)
    options: set[OptionOf] = field(default_factory=set)
    languages: set[Language] = field(default_factory=set)

    def add(self, passes: Iterable[Pass]) -> None:
        for one in passes:
            self.steps.add(one.step)
            self.languages.add(one.language)
            if one.option is not None:
                self.options.add((one.step, one.option))

    def join(self, other: "Reached") -> None:
        """What others came to, too."""
        self.steps |= other.steps
        self.options |= other.options
        self.languages |= other.languages


@dataclass(frozen=True, slots=True)
class Share:
    """So many of a kind were reached; the names of the others."""

    kind: str
    reached: int
    every: int
    missing: tuple[str, ...]

    @property
    def percent(self) -> float:
        return 100 * self.reached / self.every if self.every else 100

    def __str__(self) -> str:
        said = f"{self.kind:9} {self.reached:4} of {self.every:4}  {self.percent:5.1f}%"
        return said + (f"  never: {', '.join(self.missing)}" if self.missing else "")


def coverage(hotline: Hotline, reached: Reached) -> tuple[Share, ...]:
    """The shares of steps, options and languages."""
    options = dict(options_of(hotline))
    languages = tuple(hotline.languages)
    return (
        _share("steps", {name: name for name in hotline.steps}, reached.steps),
        _share("options", options, reached.options),
        _share("languages", {name: name for name in languages}, reached.languages),
    )


def least(shares: Iterable[Share]) -> float:
    """The smallest of the shares, in percent."""
    return min(share.percent for share in shares)


def options_of(hotline: Hotline) -> Iterator[tuple[OptionOf, str]]:
    """Every option of every menu and language choice, and how it is called: its name, and the key."""
    for name, step in hotline.steps.items():
        match step.thing:
            case Menu(options=options):
                for option in options:
                    yield (name, option.name), f"{option.name} ({_key(option)})"
            case ChooseLanguage(keys=keys):
                for key, language in keys.items():
                    yield (name, language), f"{name}.{language} ({key})"


def _key(option: Option) -> str:
    return option.first if option.first == option.last else f"{option.first}-{option.last}"


def _share(kind: str, every: Mapping[Any, str], reached: Collection[Any]) -> Share:
    missing = tuple(said for name, said in every.items() if name not in reached)
    return Share(kind, len(every) - len(missing), len(every), missing)
