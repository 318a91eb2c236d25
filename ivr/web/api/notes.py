"""What stands under the fields of the shapes, for the document: read from their source when it is asked for,
as every start of a worker would pay for it otherwise."""

import ast
from collections.abc import Iterator
from inspect import cleandoc, getsource
from itertools import pairwise
from typing import Any

from ivr.web.api.shapes import Asked, Shown


def annotate(schemas: dict[str, Any]) -> None:
    """Puts the notes under the fields of every shape that stands among the schemas by its name."""
    for shape in shapes(Asked, Shown):
        fields = schemas[shape.__name__].get("properties", {}) if shape.__name__ in schemas else {}
        for parent in reversed(shape.__mro__) if fields else ():
            if issubclass(parent, Asked | Shown):
                for name, note in notes(parent):
                    fields[name]["description"] = note


def shapes(*parents: type[Any]) -> Iterator[type[Any]]:
    """All shapes there are."""
    for parent in parents:
        for shape in parent.__subclasses__():
            yield shape
            yield from shapes(shape)


def notes(shape: type[Any]) -> Iterator[tuple[str, str]]:
    """The fields of one shape under which something stands."""
    (written,) = ast.parse(getsource(shape)).body
    assert isinstance(written, ast.ClassDef)
    for field, under in pairwise(written.body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            match under:
                case ast.Expr(value=ast.Constant(value=str(text))):
                    yield field.target.id, cleandoc(text)
