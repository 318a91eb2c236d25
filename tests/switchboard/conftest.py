"""Houses for the use cases."""

from tests.web.conftest import house

__all__ = ["house"]
