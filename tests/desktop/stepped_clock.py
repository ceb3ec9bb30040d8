"""A computer's clocks for other processes, which move only when the test moves them."""

from __future__ import annotations

import mmap
import struct
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self

BOOTED_S = 86_400.0
"""How long the computer has been running at the start."""

_SEEN_BY_PYTHON = Path(__file__).with_name("stepped_time")


class SteppedClock:
    """Wall, monotonic and boot clock of the programs that are started with ``env``."""

    def __init__(self, file: Path, *, start: datetime) -> None:
        file.write_bytes(struct.pack("3d", start.timestamp(), 0.0, BOOTED_S))
        with file.open("r+b") as opened:
            self._shown = mmap.mmap(opened.fileno(), 0)
        self.env = {"STEPPED_CLOCK": str(file), "PYTHONPATH": str(_SEEN_BY_PYTHON)}

    def close(self) -> None:
        """Let go of the file."""
        self._shown.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def now(self) -> datetime:
        """Return the wall time, aware UTC."""
        return datetime.fromtimestamp(self._read(0), UTC)

    def step(self, seconds: float) -> None:
        """Let time pass. Programs notice when they wake up for something else, such as a call."""
        # In this order nobody can see a sleep where there is none.
        for place in (1, 0, 2):
            self._add(place, seconds)

    def suspend(self, seconds: float) -> None:
        """Let time pass that the computer sleeps through: its monotonic clock stands still."""
        self._add(0, seconds)
        self._add(2, seconds)

    def _read(self, place: int) -> float:
        value: float = struct.unpack_from("d", self._shown, 8 * place)[0]
        return value

    def _add(self, place: int, seconds: float) -> None:
        struct.pack_into("d", self._shown, 8 * place, self._read(place) + seconds)
