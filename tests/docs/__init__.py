"""Tests of what people read: everything documented is tried, everything that can be set is documented."""
