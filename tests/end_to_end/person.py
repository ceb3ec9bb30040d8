"""A user at a terminal, with a private home folder and the program's commands."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests import canary
from tests.kept_requests import kept_wires
from tests.warm.process import PLAIN, can_fork, warm_process

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.desktop.private_home import PrivateHome

PROGRAM = str(Path(sys.executable).with_name("claudometer"))
TIMEOUT_S = 60.0  # far longer than a command takes, so that a slow machine fails no test


class Person:
    """Runs commands, and asserts that none of them prints a secret or a traceback.

    ``env`` has the user's environment variables, ``patience_s`` the time limit for a command in seconds.
    """

    def __init__(self, home: PrivateHome, env: Mapping[str, str]) -> None:
        self.home = home
        self.env = dict(env)
        self.patience_s = TIMEOUT_S

    @property
    def login_folder(self) -> Path:
        """The folder of Claude Code's login."""
        return self.home.path / ".claude"

    @property
    def state_file(self) -> Path:
        """The program's database, which has the budgets and the latest readings."""
        return self.home.state / "claudometer/history.db"

    def run(self, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, with ``env`` added to the user's environment.

        Its process is a fork if a fork is what a new process would be, see ``tests.warm``.
        """
        all_env = self.home.env | self.env | env
        if can_fork(all_env):
            ended = warm_process(PLAIN).run(list(words), all_env, timeout_s=self.patience_s)
        else:
            command = [PROGRAM, *words]
            ended = subprocess.run(
                command, env=all_env, capture_output=True, timeout=self.patience_s, check=False
            )
        out, errors = ended.stdout.decode(), ended.stderr.decode()
        done = subprocess.CompletedProcess(ended.args, ended.returncode, out, errors)
        output = out + errors
        assert "Traceback" not in output
        assert canary.secrets_in(output) == []
        return done

    def read_status(self) -> tuple[int, dict[str, Any]]:
        """Return the exit code and the report of `status --json`, and assert that it prints no errors."""
        done = self.run("status", "--json")
        assert done.stderr == ""
        report: dict[str, Any] = json.loads(done.stdout)
        return done.returncode, report

    def read_ledger(self) -> list[dict[str, Any]]:
        """Return the records of the request ledger, as `requests --json` prints them."""
        return kept_wires(self.state_file.parent, datetime.now(UTC))

    def assert_clean(self) -> None:
        """Assert that only Claude Code's login files contain a canary secret, and no log has a traceback."""
        logins = self.home.root.rglob(".credentials.json")
        assert canary.files_with_secrets(self.home.root, besides=logins) == []
        for log in self.home.root.rglob("*.log"):
            assert "Traceback" not in log.read_text(encoding="utf-8")
