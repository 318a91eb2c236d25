"""Tests of the house itself: its style, its floors."""

from pathlib import Path

HOUSE = Path(__file__).parents[2]
