"""A home for the programs of a test, and the environment that names its folders. Never the real user's."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

UNTOUCHED = '{"schema_version": 2, "alert_thresholds": []}'
"""The settings of somebody who has started the app before and has only switched off the alerts about numbers.

A notification would cover what a test looks at.
"""


@dataclass(frozen=True)
class PrivateHome:
    """A home folder with its XDG folders, at a path short enough for a Unix socket."""

    root: Path

    @classmethod
    def create(cls, *, first_start: bool = False) -> Self:
        """Create the folders; `remove` deletes them.

        Without settings, the app opens its welcome page: that is for the tests of a first start.
        """
        home = cls(
            Path(tempfile.mkdtemp(prefix="cm-", dir="/tmp"))
        )  # the path of a socket has 107 bytes at most
        for folder in (home.config, home.data, home.state, home.cache, home.temporary, home.logs):
            folder.mkdir(parents=True)
        home.runtime.mkdir(mode=0o700)
        home.claude.parent.mkdir()
        home.claude.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
        home.claude.chmod(0o755)
        if not first_start:
            home.settings.parent.mkdir()
            home.settings.write_text(UNTOUCHED, encoding="utf-8")
        return home

    def remove(self) -> None:
        """Delete everything. Ignores errors, since a program that is ending may still write a file."""
        shutil.rmtree(self.root, ignore_errors=True)

    @property
    def path(self) -> Path:
        """The home folder itself."""
        return self.root / "home"

    @property
    def config(self) -> Path:
        """$XDG_CONFIG_HOME."""
        return self.path / ".config"

    @property
    def settings(self) -> Path:
        """The app's settings."""
        return self.config / "claudometer" / "settings.json"

    @property
    def claude(self) -> Path:
        """Claude Code's program, so that no test depends on whether this machine has it. Nobody runs it."""
        return self.path / ".local/bin/claude"

    @property
    def data(self) -> Path:
        """$XDG_DATA_HOME."""
        return self.path / ".local/share"

    @property
    def state(self) -> Path:
        """$XDG_STATE_HOME."""
        return self.path / ".local/state"

    @property
    def cache(self) -> Path:
        """$XDG_CACHE_HOME."""
        return self.path / ".cache"

    @property
    def runtime(self) -> Path:
        """$XDG_RUNTIME_DIR: sockets."""
        return self.root / "run"

    @property
    def temporary(self) -> Path:
        """$TMPDIR."""
        return self.root / "tmp"

    @property
    def logs(self) -> Path:
        """Output of the desktop's programs, outside the home, which is for the app."""
        return self.root / "logs"

    @property
    def env(self) -> dict[str, str]:
        """The complete environment of a child process, in which only PATH comes from the real one."""
        return {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "HOME": str(self.path),
            "XDG_CONFIG_HOME": str(self.config),
            "XDG_DATA_HOME": str(self.data),
            "XDG_STATE_HOME": str(self.state),
            "XDG_CACHE_HOME": str(self.cache),
            "XDG_RUNTIME_DIR": str(self.runtime),
            "TMPDIR": str(self.temporary),
        }
