"""The schemas for editors, made from the grammars: `# yaml-language-server: $schema=menu.schema.json`.

`python -m ivr.language.schema` writes them anew. What it cannot say (that a name is known, that a step does
one thing) `ivr check` says.
"""

import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from ivr.language.calls.grammar import File
from ivr.language.grammar import Document
from ivr.language.sections import Section

MENUS = Path(__file__).with_name("menu.schema.json")
CALLS = Path(__file__).with_name("calls.schema.json")
SCHEMAS: dict[Path, tuple[type[Section], str]] = {
    MENUS: (Document, "Menus of a hotline"),
    CALLS: (File, "Written phone calls"),
}
"""Each file that is shipped, what it is made from, and its title."""


class EditorSchema(GenerateJsonSchema):
    """Pydantic's schema, as an editor needs it: unknown keys are marked, nothing is ever null."""

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        made = super().dict_schema(schema)
        if "patternProperties" in made:
            made["additionalProperties"] = False
        return made

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> JsonSchemaValue:
        """A short spelling and a long one may both fit."""
        made = super().tagged_union_schema(schema)
        made["anyOf"] = made.pop("oneOf")
        return made

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def schema(file: Path) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one file of menus, or of calls."""
    model, title = SCHEMAS[file]
    made = model.model_json_schema(schema_generator=EditorSchema)
    return {"$schema": EditorSchema.schema_dialect, **made, "title": title}


def text(file: Path) -> str:
    return json.dumps(schema(file), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for each in SCHEMAS:
        each.write_text(text(each), "utf-8")
