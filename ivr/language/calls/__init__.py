"""Written phone calls: YAML read into what a caller does and what must come of it, and written from it."""

from ivr.language.calls.reading import ReadCalls, read_call_texts, read_calls

__all__ = ["ReadCalls", "read_call_texts", "read_calls"]
