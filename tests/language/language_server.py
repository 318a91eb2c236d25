"""A client of yaml-language-server, the program behind YAML in VS Code, Neovim and the others."""

import fcntl
import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PACKAGE = "yaml-language-server@1.25.0"


def install(npm: Path) -> Path:
    """The server's program, installed once into the user's cache."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ivr-tests" / PACKAGE
    server = home / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not server.exists():
            command: list[str | Path] = [
                npm,
                "install",
                "--silent",
                "--no-audit",
                "--no-fund",
                "--prefix",
                home,
                PACKAGE,
            ]
            subprocess.run(command, check=True, timeout=240)
    return server


class LanguageServer:
    """One session over the server's standard input and output."""

    def __init__(self, node: Path, server: Path, folder: Path) -> None:
        self.process = subprocess.Popen(
            [node, server, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder
        )
        self.send("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": {}}, 1)
        self.wait_for(lambda said: said.get("id") == 1)
        self.send("initialized", {})

    def __enter__(self) -> "LanguageServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def diagnostics(self, path: Path) -> list[tuple[int, str]]:
        """The lines an editor underlines in a file (from 1), and what it says about them."""
        document = {"uri": path.as_uri(), "languageId": "yaml", "version": 1, "text": path.read_text("utf-8")}
        self.send("textDocument/didOpen", {"textDocument": document})
        said = self.wait_for(
            lambda said: (
                said.get("method") == "textDocument/publishDiagnostics"
                and said["params"]["uri"] == path.as_uri()
            )
        )
        found = (
            (each["range"]["start"]["line"] + 1, each["message"]) for each in said["params"]["diagnostics"]
        )
        return sorted(found)

    def send(self, method: str, params: Mapping[str, Any], number: int | None = None) -> None:
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        self._write(message if number is None else {**message, "id": number})

    def wait_for(self, wanted: Any) -> dict[str, Any]:
        """The next message that is wanted; the server's own questions are answered with nothing."""
        while True:
            said = self._read()
            if wanted(said):
                return said
            if "method" in said and "id" in said:
                asked = (
                    said["params"].get("items", []) if said["method"] == "workspace/configuration" else None
                )
                result = None if asked is None else [None] * len(asked)
                self._write({"jsonrpc": "2.0", "id": said["id"], "result": result})

    def _write(self, message: Mapping[str, Any]) -> None:
        assert self.process.stdin
        body = json.dumps(message).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        assert length, "the language server has ended"
        said: dict[str, Any] = json.loads(self.process.stdout.read(length))
        return said
