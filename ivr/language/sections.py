"""What all sections of the grammar have in common: they know where they stand, and which words they know."""

from collections.abc import Iterable
from functools import cache
from typing import Any, ClassVar, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    PrivateAttr,
    ValidationInfo,
    model_validator,
)

from ivr.core.menus import Where
from ivr.language.mistakes import Findings, Wrong, listed
from ivr.language.source import Table


class Section(BaseModel):
    """Words with values. A word it does not know is noted, and the others are read all the same."""

    # What reads a section is made when the first is read: most workers and commands never read any.
    model_config = ConfigDict(
        extra="forbid", use_attribute_docstrings=True, arbitrary_types_allowed=True, defer_build=True
    )
    like: ClassVar[str] = "{word: value}"
    """How such a section looks."""
    _table: Table = PrivateAttr(default_factory=Table)
    _strange: bool = PrivateAttr(default=False)
    _unread: frozenset[str] = PrivateAttr(default=frozenset())

    @property
    def at(self) -> Where:
        """Where it begins."""
        return self._table.at

    @property
    def strange(self) -> bool:
        """Whether it held an unknown word, so that a missing one may only be misspelled."""
        return self._strange

    @property
    def unread(self) -> frozenset[str]:
        """Its words with values that could not be read, where the others were read all the same."""
        return self._unread

    def may_say(self, word: str) -> bool:
        """Whether a word that is missing may be there, misspelled or with a value that could not be read."""
        return self._strange or word in self._unread

    def without(self, words: Iterable[str]) -> Self:
        """The same, and these were left out of it."""
        self._unread = frozenset(words)
        return self

    def where(self, word: str) -> Where:
        """Where one of its words stands."""
        return self._table.key(word).at if word in self._table else self.at

    @model_validator(mode="wrap")
    @classmethod
    def _read(cls, data: Any, read: ModelWrapValidatorHandler[Any], info: ValidationInfo) -> Any:
        if not isinstance(data, Table):
            raise Wrong("words and their values are expected here", f"write {cls.like}")
        known = words_of(cls)
        strange = not known >= data.keys()
        if strange:
            data = _without_unknown(data, known, info.context)
        made = read(data)
        made._table, made._strange = data, strange
        return made


@cache
def words_of(model: type[BaseModel]) -> set[str]:
    """The words a section knows."""
    return {field.alias or name for name, field in model.model_fields.items()}


def _without_unknown(data: Table, known: set[str], findings: Findings | None) -> Table:
    left = Table()
    left.at = data.at
    for key, value in data.items():
        if key in known:
            left[key] = value
        elif findings is not None:
            findings.mistake(
                key.at, f"unknown word '{key}'", findings.nearest(key, known, f"known: {_few(known)}")
            )
    return left


def _few(known: set[str]) -> str:
    return listed(sorted(known), "and")
