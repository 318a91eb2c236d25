"""The door of the house.

python3 app.py              run the hotline on this machine
python3 app.py test         run the tests (words that follow go to pytest)
python3 app.py COMMAND      any command of `ivr`; --help lists them

By hand it first makes its environment in .venv, once, and never touches the system's Python;
IVR_NO_SETUP=1 keeps it from that. A server finds `app` here: gunicorn -c python:ivr.gunicorn app:app
"""

if __name__ != "__main__":
    from ivr import create_app

    app = create_app()
else:
    import sys

    if sys.version_info < (3, 11):  # noqa: UP036 - an older Python would fail below without saying why
        sys.exit("The hotline needs Python 3.11 or newer.")
    import fcntl
    import os
    import re
    import subprocess
    import tomllib
    import venv
    from importlib.metadata import distributions
    from pathlib import Path

    os.chdir(Path(__file__).resolve().parent)
    VENV, PROJECT, PINS = Path(".venv").absolute(), Path("pyproject.toml"), Path("ivr/constraints.txt")
    PYTHON, STAMP = VENV / f"bin/python3.{sys.version_info.minor}", VENV / "installed.txt"

    def filled(wanted: list[str]) -> bool:
        """Whether a finished set-up left all of it in .venv. (The stamp of an unfinished one is empty.)"""
        return PYTHON.exists() and STAMP.exists() and set(wanted) <= set(STAMP.read_text().splitlines())

    def fill(wanted: list[str], packages: list[str], lock: int) -> None:
        """Install the packages in .venv; a set-up cut short is begun again. Pip keeps the lock if we die."""
        if not PYTHON.exists() or (STAMP.exists() and not STAMP.read_text()):
            venv.create(VENV, clear=True, symlinks=True)
        STAMP.write_text("")
        pip = [sys.executable, "-m", "pip", "--python", str(PYTHON), "install", "-c", str(PINS), *packages]
        with subprocess.Popen(pip, stdout=subprocess.PIPE, text=True, pass_fds=[lock]) as job:
            for line in job.stdout or ():
                print(f"  {line.strip():78.78}", end="\r" if sys.stdout.isatty() else "\n", flush=True)
        print()
        if job.returncode:
            sys.exit("The set-up failed, as said above. It needs the network once, and pip (python3-pip).")
        STAMP.write_text("\n".join(wanted))

    words, python = sys.argv[1:], sys.executable
    project = tomllib.loads(PROJECT.read_text())["project"]
    packages = project["dependencies"] + project["optional-dependencies"]["test"] * (words[:1] == ["test"])
    names = [re.split(r"[^\w-]", package)[0] for package in packages]
    if not os.environ.get("IVR_NO_SETUP") and not all(any(distributions(name=name)) for name in names):
        python, wanted = str(PYTHON), [*packages, *PINS.read_text().splitlines()]
        if not filled(wanted):
            print("Setting up .venv, about a minute the first time. Of two at once, one waits.", flush=True)
            with PROJECT.open("r+b") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                if not filled(wanted):
                    fill(wanted, packages, lock.fileno())
    command = ["ivr", *words] if words else ["gunicorn", "-c", "python:ivr.gunicorn", "app:app"]
    if words[:1] == ["test"]:
        command = ["pytest", *(words[1:] or ["-n", "auto", "--dist", "worksteal"])]
    os.execv(python, [python, "-m", *command])
