"""Claude Code in a terminal of ours: with an empty environment, a home of its own and an invented login."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

ACCOUNT, ORGANIZATION = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
_SPACES = re.compile(r"\x1b\[(\d*)C")
_ESCAPES = re.compile(r"\x1b\][^\x07]*\x07|\x1b[\[\]()][0-9;?<>=]*[ -/]*[@-~]?|\x1b[78]")
_ANSWERS = {b"\x1b[c": b"\x1b[?62;c", b"\x1b[6n": b"\x1b[1;1R"}
"""A terminal's answers to the questions which terminal it is, and where its cursor is."""


class Home:
    """A home for Claude Code and Claudometer, with a login that Claude Code believes."""

    def __init__(self, path: Path, certificate: Path, settings: str) -> None:
        self.path = path
        self.project = path / "project"
        self.settings = path / ".claude" / "settings.json"
        self.state = path / ".local" / "state" / "claudometer"
        for folder in (self.project, self.settings.parent):
            folder.mkdir(parents=True)
        self.settings.write_text(settings, encoding="utf-8")
        login = {
            "accessToken": "sk-ant-oat01-invented", "refreshToken": "sk-ant-ort01-invented",
            "expiresAt": int((time.time() + 86400) * 1000), "scopes": ["user:inference", "user:profile"],
            "subscriptionType": "max", "rateLimitTier": "default_claude_max_5x",
            "accountUuid": ACCOUNT, "organizationUuid": ORGANIZATION,
        }  # fmt: skip
        (path / ".claude" / ".credentials.json").write_text(json.dumps({"claudeAiOauth": login}))
        known = {
            "hasCompletedOnboarding": True, "theme": "dark", "numStartups": 5,
            "oauthAccount": {"accountUuid": ACCOUNT, "organizationUuid": ORGANIZATION},
            "projects": {str(self.project): {"hasTrustDialogAccepted": True}},
        }  # fmt: skip
        (path / ".claude.json").write_text(json.dumps(known, indent=2))
        self.environment = {
            "HOME": str(path), "PATH": "/usr/local/bin:/usr/bin:/bin", "TERM": "xterm-256color",
            "LANG": "C.UTF-8", "NODE_EXTRA_CA_CERTS": str(certificate), "DISABLE_AUTOUPDATER": "1",
        }  # fmt: skip

    def claudometer(self, *words: str) -> str:
        """Run a command of ours and return what it printed."""
        program = Path(sys.executable).with_name("claudometer")
        return subprocess.run(
            [program, *words], env=self.environment, cwd=self.project, capture_output=True, text=True,
            timeout=60, check=True,
        ).stdout  # fmt: skip


class Client:
    """A running Claude Code. Use it as a context manager."""

    def __init__(self, program: Path, home: Home, columns: int) -> None:
        self._out = b""
        self._pid, self._terminal = pty.fork()
        if self._pid == 0:
            os.chdir(home.project)
            os.execve(program, [str(program)], home.environment)  # noqa: S606 - the program under test
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._terminal)

    @property
    def text(self) -> str:
        """All that was drawn so far, in the order of drawing, without colors and positions."""
        shown = _SPACES.sub(lambda found: " " * int(found[1] or 1), self._out.decode("utf-8", "replace"))
        return re.sub(r"\s+", " ", _ESCAPES.sub("", shown))

    def wait_for(self, words: str, seconds: float = 60.0) -> bool:
        """Return whether the words were drawn in time."""
        deadline = time.monotonic() + seconds
        while words not in self.text and time.monotonic() < deadline:
            self.rest(0.2)
        return words in self.text

    def rest(self, seconds: float) -> None:
        """Let it draw for some seconds."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if select.select([self._terminal], [], [], left)[0]:
                drawn = os.read(self._terminal, 65536)
                self._out += drawn
                for asked, answer in _ANSWERS.items():
                    if asked in drawn:
                        os.write(self._terminal, answer)

    def prompt(self, words: str) -> None:
        """Type a prompt and send it."""
        self.type(words.encode())
        self.rest(1.0)
        self.type(b"\r")

    def type(self, keys: bytes) -> None:
        """Type keys, as a terminal sends them."""
        os.write(self._terminal, keys)
