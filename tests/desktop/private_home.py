"""Folders of a person who does not exist, and the environment that names them. Never the real user's."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class PrivateHome:
    """A home folder with all its XDG places, in a folder short enough for the path of a Unix socket."""

    root: Path

    @classmethod
    def create(cls) -> Self:
        """Make the folders; `remove` takes them away."""
        home = cls(Path(tempfile.mkdtemp(prefix="cm-", dir="/tmp")))  # a socket's path: 107 bytes at most
        for folder in (home.config, home.data, home.state, home.cache, home.temporary, home.logs):
            folder.mkdir(parents=True)
        home.runtime.mkdir(mode=0o700)
        return home

    def remove(self) -> None:
        """Take everything away. A last write of a dying program may still arrive: never mind."""
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
        """What the programs of the desktop print; outside of the home, which belongs to the app."""
        return self.root / "logs"

    @property
    def env(self) -> dict[str, str]:
        """The whole environment of a child process; of the real one only PATH is taken over."""
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
