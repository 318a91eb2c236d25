"""Callers reach agents: from the line through an offer into a room, and back to the menus."""
