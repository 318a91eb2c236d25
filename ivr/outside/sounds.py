"""What callers said, as files: each under a name nobody can guess, readable by the hotline alone."""

import os
from pathlib import Path


def keep(folder: Path, recording: str, sound: bytes) -> str:
    """Puts a recording down whole or not at all; gives the name of its file."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{recording}.wav"
    unfinished = folder / f".{name}"
    with open(unfinished, "wb", opener=_private) as file:
        file.write(sound)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(folder / name)
    return name


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def path_of(folder: Path, name: str) -> Path:
    """The file of a recording. Raises FileNotFoundError for a name that is not one of ours."""
    path = folder / Path(name).name
    if path.name != name or not path.is_file():
        raise FileNotFoundError(name)
    return path
