"""What this program is called: where it tells people to type a command, they can type it so."""

import sys
from pathlib import Path

INSTALLED = "ivr"
BY_THE_DOOR = "python3 app.py"


def command(words: str = "") -> str:
    """A command as whoever started this program types it: `ivr check` or `python3 app.py check`."""
    name = INSTALLED if Path(sys.argv[0]).name == INSTALLED else BY_THE_DOOR
    return f"{name} {words}".rstrip()
