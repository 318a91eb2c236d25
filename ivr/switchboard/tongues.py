"""What people call a language."""

from babel import Locale, UnknownLocaleError


def tongue(tag: str, reader: str) -> str:
    """What a speaker of a language calls the language of a tag (both like `vi`, `pt-BR`): to a Spaniard
    `vi-VN` is vietnamita; one that nobody knows by its tag."""
    try:
        return Locale.parse(tag, sep="-").get_language_name(reader.replace("-", "_")) or tag
    except (ValueError, UnknownLocaleError):
        return tag
