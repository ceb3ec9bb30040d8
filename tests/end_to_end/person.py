"""Somebody at a terminal: a home of their own, and the program's commands."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests import canary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.desktop.private_home import PrivateHome

PROGRAM = str(Path(sys.executable).with_name("claudometer"))
ENOUGH_S = 30.0


class Person:
    """Runs commands, and sees to it that none of them tells a secret or breaks down."""

    def __init__(self, home: PrivateHome, env: Mapping[str, str]) -> None:
        self.home = home
        self.env = dict(env)
        self.patience_s = ENOUGH_S

    @property
    def login_folder(self) -> Path:
        """Where Claude Code keeps its login."""
        return self.home.path / ".claude"

    @property
    def state_file(self) -> Path:
        """Where the last numbers are kept."""
        return self.home.state / "claudometer/state.json"

    def run(self, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end, ``env`` on top of the person's own."""
        done = subprocess.run(
            [PROGRAM, *words],
            env=self.home.env | self.env | env,
            capture_output=True,
            text=True,
            timeout=self.patience_s,
            check=False,
        )
        said = done.stdout + done.stderr
        assert "Traceback" not in said
        assert canary.secrets_in(said) == []
        return done

    def read_status(self) -> tuple[int, dict[str, Any]]:
        """Return the exit code and the report of `status --json`; nothing else may be said."""
        done = self.run("status", "--json")
        assert done.stderr == ""
        report: dict[str, Any] = json.loads(done.stdout)
        return done.returncode, report

    def read_ledger(self) -> list[dict[str, Any]]:
        """Return what was written down of every request."""
        lines = (self.state_file.parent / "requests.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def assert_clean(self) -> None:
        """No file holds a planted secret but Claude Code's own, and no log a traceback."""
        logins = self.home.root.rglob(".credentials.json")
        assert canary.files_with_secrets(self.home.root, besides=logins) == []
        for log in self.home.root.rglob("*.log"):
            assert "Traceback" not in log.read_text(encoding="utf-8")
