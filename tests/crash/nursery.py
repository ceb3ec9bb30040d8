"""Starts lives and kills each with SIGKILL at a moment of chance; a process of its own, with one thread.

Everything is imported once, and every life is forked from here, so that a thousand take minutes.
``python -m tests.crash.nursery LIVES SEED BEGAN FACTOR``, in the environment of the lives, prints a report.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from random import Random

import claudometer.providers.transport
import claudometer.settings.variables
from claudometer.domain.errors import ClaudometerError
from claudometer.domain.settings import Settings
from claudometer.system.paths import find_places
from claudometer.vault.keyring_store import KeyringStore
from tests.crash.fast_clock import FastClock
from tests.crash.life import Diary, live

PRELOADED = (claudometer.providers.transport, claudometer.settings.variables)

START_TIMEOUT_S = 30.0

DELAYS_S = (0.06, 0.15, 0.8)
"""Longest waits: after the fork, while it starts; once it is ready, while it saves; and while it asks."""


@dataclass
class Report:
    """What was seen. ``wrong`` must be empty."""

    lives: int = 0
    started: int = 0
    saves: int = 0
    most_leftovers: int = 0
    wrong: list[str] = field(default_factory=list)
    slowest_start_s: float = 0.0


class Nursery:
    """Knows what was promised by the dead, and holds the living to it."""

    def __init__(self, clock: FastClock, seed: int) -> None:
        self.report = Report()
        self._clock = clock
        self._chance = Random(seed)  # noqa: S311 - chance, not a secret
        self._places = find_places(demo=False)
        self._possible = {Settings().interval_seconds}
        self._has_read = False

    def raise_one(self) -> None:
        """Let one live, kill it, and look at what it left."""
        reading, writing = os.pipe()
        seed = self._chance.random()
        child = os.fork()
        if child == 0:
            os.close(reading)
            _be_alive(Diary(writing), self._clock, Random(seed))  # noqa: S311 - the same
        os.close(writing)
        try:
            self._watch(child, reading)
        finally:
            os.close(reading)
        self.report.lives += 1
        self._look_at_files()

    def _watch(self, child: int, pipe: int) -> None:
        began = time.monotonic()
        longest_s = self._chance.choice(DELAYS_S)
        while_starting = longest_s == DELAYS_S[0]
        text = b""
        if not while_starting:
            text = _read_until_ready(pipe, began + START_TIMEOUT_S)
            self.report.slowest_start_s = max(self.report.slowest_start_s, time.monotonic() - began)
        time.sleep(self._chance.uniform(0, longest_s))
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            self._complain(f"ended by itself with {status}")
        else:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        text += _read_rest(pipe)
        if not while_starting and not text.startswith(b"ready"):
            self._complain("did not start")
        for line in text.decode().splitlines():
            self._hear(line.split())

    def _hear(self, words: list[str]) -> None:
        match words:
            case ["ready", interval, reading, *notices]:
                self.report.started += 1
                self._check_start(int(interval), reading, notices)
            case ["try", interval]:
                self._possible.add(int(interval))
            case ["saved", interval]:
                self.report.saves += 1
                self._possible = {int(interval)}
            case ["read"]:
                self._has_read = True
            case _:
                self._complain(" ".join(words))

    def _check_start(self, interval: int, reading: str, notices: list[str]) -> None:
        if interval not in self._possible:
            self._complain(f"interval {interval} was never saved: {sorted(self._possible)}")
        if self._has_read and reading != "reading":
            self._complain("the last numbers are lost")
        if notices:
            self._complain(f"notices {notices}")

    def _look_at_files(self) -> None:
        """Judge what lies there while nobody runs: whole, and little of it."""
        settings, state = self._places.settings_file, self._places.state_folder / "state.json"
        for file in (settings, state):
            try:
                whole = isinstance(json.loads(file.read_bytes()), dict)
            except FileNotFoundError:
                continue
            except ValueError:
                whole = False
            if not whole:
                self._complain(f"{file.name} is damaged")
        left = [len(list(folder.glob(".*.tmp"))) for folder in (settings.parent, state.parent)]
        self.report.most_leftovers = max(self.report.most_leftovers, sum(left))

    def _complain(self, what: str) -> None:
        self.report.wrong.append(f"life {self.report.lives}: {what}")


def _be_alive(diary: Diary, clock: FastClock, chance: Random) -> None:
    try:
        live(diary, clock, chance)
    except BaseException:  # noqa: BLE001 - told to the one who watches; nothing of the parent may run here
        diary.write("failed", traceback.format_exc().replace("\n", " | "))
    finally:
        os._exit(1)


def _read_until_ready(pipe: int, deadline: float) -> bytes:
    text = b""
    while b"\n" not in text:
        left_s = deadline - time.monotonic()
        if left_s <= 0 or not select.select([pipe], [], [], left_s)[0]:
            break
        piece = os.read(pipe, 4096)
        if not piece:
            break
        text += piece
    return text


def _read_rest(pipe: int) -> bytes:
    text = b""
    while piece := os.read(pipe, 65536):
        text += piece
    return text[: text.rfind(b"\n") + 1]


def main() -> None:
    """Raise as many as asked for and print what was seen."""
    with suppress(ClaudometerError):
        KeyringStore().check()  # looks for back ends, which takes half a second; there is none here
    lives, seed, began, factor = (float(word) for word in sys.argv[1:])
    nursery = Nursery(FastClock(began, factor), int(seed))
    for _ in range(int(lives)):
        nursery.raise_one()
    sys.stdout.write(json.dumps(asdict(nursery.report)))


if __name__ == "__main__":
    main()
