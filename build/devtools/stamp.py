"""Records in an environment what is installed, so that the next start can skip all checks."""

import hashlib
import json
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path

from devtools.catalog import Purpose


class Level(IntEnum):
    """How much is installed in an environment. Each level includes the ones below it."""

    NOTHING = 0
    APP = 1
    TEST = 2
    DEVELOPMENT = 3


@dataclass(frozen=True)
class Stamp:
    """What is installed, and for which state of the project and Python."""

    digest: str = ""
    level: Level = Level.NOTHING
    purposes: frozenset[Purpose] = field(default_factory=frozenset)

    def covers(self, digest: str, level: Level, purposes: frozenset[Purpose]) -> bool:
        """Tell whether everything that is asked for is installed."""
        return self.digest == digest and self.level >= level and self.purposes >= purposes

    def write(self, path: Path) -> None:
        """Write the record."""
        fields = {"digest": self.digest, "level": int(self.level), "purposes": sorted(self.purposes)}
        path.write_text(json.dumps(fields), encoding="utf-8")


def read_stamp(path: Path) -> Stamp:
    """Read the record. If it is missing or has another format, nothing counts as installed."""
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        purposes = frozenset(Purpose(name) for name in fields["purposes"])
        return Stamp(str(fields["digest"]), Level(fields["level"]), purposes)
    except (OSError, ValueError, KeyError, TypeError):
        return Stamp()


def digest_of(*parts: object) -> str:
    """Return one digest of all parts. No two lists of parts share a digest by running into each other."""
    digest = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode()
        digest.update(len(data).to_bytes(8) + data)
    return digest.hexdigest()
