"""The menu language: YAML read, checked and proved into the menus of `ivr.core`."""

from ivr.language.mistakes import Mistake
from ivr.language.reading import Checked, read, read_files

__all__ = ["Checked", "Mistake", "read", "read_files"]
