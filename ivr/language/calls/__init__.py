"""Written phone calls: YAML read into what a caller does and what must come of it, and written from it."""

from ivr.language.calls.reading import ReadCalls, read_call_texts, read_calls
from ivr.language.calls.writing import write
from ivr.language.calls.written import WrittenCall

__all__ = ["ReadCalls", "WrittenCall", "read_call_texts", "read_calls", "write"]
