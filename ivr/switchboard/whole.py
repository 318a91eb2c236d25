"""Files that are there whole or not at all, whoever reads or writes them at the same time."""

import os
from pathlib import Path
from secrets import token_hex


def put(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Puts a file down; of several who do so at once, the last one's stays. `mode` is what the process's own
    mask leaves of it. Raises OSError."""
    unfinished = path.with_name(f".{path.name}.{token_hex(4)}")
    try:
        with open(unfinished, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            file.write(content)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
