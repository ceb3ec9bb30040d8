"""The system calls of a program and its descendants that name files or network addresses (strace)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_PATH = re.compile(r'"((?:[^"\\]|\\.)*)"')
_CHANGING = re.compile(
    r"^(?:mkdir|rmdir|unlink|rename|link|symlink|chmod|fchmodat|chown|truncate|utime|mknod|creat)"
    r"|O_WRONLY|O_RDWR|O_CREAT|O_TRUNC"
)
_SENDING = re.compile(r"connect|bind|send")
_NETWORK = re.compile(r"connect|bind|send|recv|accept|listen|shutdown|socket|[gs]etsock|getpeer")


@dataclass(frozen=True)
class Trace:
    """The system calls of all processes, one per line, in files whose names begin with ``prefix``."""

    prefix: Path

    @property
    def command(self) -> tuple[str, ...]:
        """What to put before a command to trace it."""
        return ("strace", "-ff", "-qq", "-s", "300", "-e", "trace=%file,%network", "-o", str(self.prefix))

    @property
    def calls(self) -> list[str]:
        """Every call so far."""
        files = sorted(self.prefix.parent.glob(f"{self.prefix.name}.*"))
        return [line for file in files for line in file.read_text(errors="replace").splitlines()]

    def opened_below(self, *folders: Path) -> list[str]:
        """Return the calls that name a file in one of these folders, whether it exists or not."""
        return [call for call in self.calls if self._names(call, folders)]

    def changed_below(self, *folders: Path) -> list[str]:
        """Return the calls that create, change or delete a file in one of these folders."""
        return [call for call in self.opened_below(*folders) if _CHANGING.search(call)]

    @property
    def sent_elsewhere(self) -> list[str]:
        """Return the calls that name a network address."""
        return [call for call in self.calls if _SENDING.match(call) and "sa_family=AF_INET" in call]

    def _names(self, call: str, folders: tuple[Path, ...]) -> bool:
        if _NETWORK.match(call):  # sent data may look like a path
            return False
        paths = _PATH.findall(call)
        return any(path == str(each) or path.startswith(f"{each}/") for path in paths for each in folders)
