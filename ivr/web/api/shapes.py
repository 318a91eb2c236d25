"""What is sent and what is answered: shapes that check, and that the document is made of."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainSerializer, StringConstraints, WithJsonSchema


class Asked(BaseModel):
    """What somebody sends. A field that is not known is refused, so nothing is left undone in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


class Sought(Asked):
    """What stands behind the `?` of an address."""

    model_config = ConfigDict(strict=False)


class Shown(BaseModel):
    """What is answered: made of the values it shows, by their names."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        defer_build=True,
        from_attributes=True,
        json_schema_serialization_defaults_required=True,
    )


def written(at: int) -> str:
    """UTC milliseconds as everybody's programs read them: `2026-11-23T02:00:00.000Z`."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Moment = Annotated[int, PlainSerializer(written), WithJsonSchema({"type": "string", "format": "date-time"})]
"""A time: UTC milliseconds inside, a date and a time outside."""

Length = Annotated[
    int, PlainSerializer(lambda ms: ms / 1000), WithJsonSchema({"type": "number", "minimum": 0})
]
"""A length of time: milliseconds inside, seconds outside."""

NO_ZERO = r"^[^\u0000]*$"
"""Not every database takes the character 0."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=NO_ZERO)]
"""What something is called."""

Number = Annotated[str, StringConstraints(max_length=100, pattern=NO_ZERO)]
"""A telephone number, such as +84901234567."""


class Wrong(Shown):
    """One field that cannot be as it was sent."""

    field: str
    """Where it stands: `skills.tax`."""
    wrong: str


class Problem(Shown):
    """Why something was not done."""

    problem: str
    """In words for people, in the language they ask for (Accept-Language)."""
    where: list[Wrong] = []
