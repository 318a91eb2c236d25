"""The API: each route in a story, its document, and whatever a stranger may send."""
