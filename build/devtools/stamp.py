"""The note in `.venv` of what was made ready, so that a second start looks at nothing again. A note only."""

import hashlib
import json
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path

from devtools.catalogue import Purpose


class Level(IntEnum):
    """How much is installed into the environment; each level holds the ones below it."""

    NOTHING = 0
    APP = 1
    TEST = 2
    DEVELOPMENT = 3


@dataclass(frozen=True)
class Stamp:
    """What was made ready, for which state of project and Python."""

    digest: str = ""
    level: Level = Level.NOTHING
    purposes: frozenset[Purpose] = field(default_factory=frozenset)

    def covers(self, digest: str, level: Level, purposes: frozenset[Purpose]) -> bool:
        """Say whether nothing needs to be looked at again."""
        return self.digest == digest and self.level >= level and self.purposes >= purposes

    def write(self, path: Path) -> None:
        """Leave the note."""
        fields = {"digest": self.digest, "level": int(self.level), "purposes": sorted(self.purposes)}
        path.write_text(json.dumps(fields), encoding="utf-8")


def read_stamp(path: Path) -> Stamp:
    """Read the note; one that is absent or was written by another version of this file says nothing."""
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        purposes = frozenset(Purpose(name) for name in fields["purposes"])
        return Stamp(str(fields["digest"]), Level(fields["level"]), purposes)
    except (OSError, ValueError, KeyError, TypeError):
        return Stamp()


def digest_of(*parts: object) -> str:
    """Make one short text of many parts; another text as soon as one part is another."""
    digest = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode()
        digest.update(len(data).to_bytes(8) + data)
    return digest.hexdigest()
