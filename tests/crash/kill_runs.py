"""Starts runs of the program, kills each with SIGKILL at a random moment, and checks what it left behind.

``python -m tests.crash.kill_runs LIVES SEED BEGAN FACTOR`` prints a report as JSON. It has a single
thread, and forks the runs after it has imported everything, so that a thousand runs take minutes.
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
from claudometer.domain.bucket_codec import DAMAGED, EMPTIED_AT
from claudometer.domain.errors import ClaudometerError
from claudometer.domain.settings import Settings
from claudometer.system.paths import find_places
from claudometer.vault.keyring_store import KeyringStore
from tests.crash.fast_clock import FastClock
from tests.crash.life import Diary, live
from tests.kept_state import read_state

PRELOADED = (claudometer.providers.transport, claudometer.settings.variables)

START_TIMEOUT_S = 120.0  # a start takes a fraction of a second, except on a busy machine

DELAYS_S = (0.06, 0.15, 0.8)
"""The longest time until the kill: during the start; once it is ready, during saves; and during requests."""


@dataclass
class Report:
    """The result of all runs. ``wrong`` has the errors and must be empty."""

    lives: int = 0
    started: int = 0
    saves: int = 0
    most_leftovers: int = 0
    wrong: list[str] = field(default_factory=list)
    slowest_start_s: float = 0.0


class KillRuns:
    """Starts and kills runs, and checks that each one finds what the earlier ones saved.

    ``_possible`` has the intervals that the settings file may contain: the last one that was saved, and those
    whose save was interrupted.
    """

    def __init__(self, clock: FastClock, seed: int) -> None:
        self.report = Report()
        self._clock = clock
        self._chance = Random(seed)  # noqa: S311 - not a secret
        self._places = find_places(demo=False)
        self._possible = {Settings().interval_seconds}
        self._has_read = False

    def run_and_kill(self) -> None:
        """Start a run, kill it, and check its output and the files that it left."""
        reading, writing = os.pipe()
        seed = self._chance.random()
        child = os.fork()
        if child == 0:
            os.close(reading)
            _run_child(Diary(writing), self._clock, Random(seed))  # noqa: S311 - not a secret
        os.close(writing)
        try:
            self._watch(child, reading)
        finally:
            os.close(reading)
        self.report.lives += 1
        self._check_files()

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
            self._complain(f"ended before the kill with {status}")
        else:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        text += _read_rest(pipe)
        if not while_starting and not text.startswith(b"ready"):
            self._complain("did not start")
        for line in text.decode().splitlines():
            self._take(line.split())

    def _take(self, words: list[str]) -> None:
        match words:
            case ["ready", interval, reading, *notices]:
                self.report.started += 1
                self._check_start(None if interval == "None" else int(interval), reading, notices)
            case ["try", interval]:
                self._possible.add(int(interval))
            case ["saved", interval]:
                self.report.saves += 1
                self._possible = {int(interval)}
            case ["read"]:
                self._has_read = True
            case _:
                self._complain(" ".join(words))

    def _check_start(self, interval: int | None, reading: str, notices: list[str]) -> None:
        if interval not in self._possible:
            self._complain(f"interval {interval} was never saved: {self._possible}")
        if self._has_read and reading != "reading":
            self._complain("the latest numbers are lost")
        if notices:
            self._complain(f"notices {notices}")

    def _check_files(self) -> None:
        """Check that settings and state are complete, and count the temporary files."""
        settings, state = self._places.settings_file, self._places.state_folder / "history.db"
        try:
            whole = isinstance(json.loads(settings.read_bytes()), dict)
        except FileNotFoundError:
            whole = True
        except ValueError:
            whole = False
        if not whole:
            self._complain(f"{settings.name} is damaged")
        if {DAMAGED, EMPTIED_AT} & read_state(state.parent).keys():
            self._complain("the budgets are lost")
        left = [len(list(folder.glob(".*.tmp"))) for folder in (settings.parent, state.parent)]
        self.report.most_leftovers = max(self.report.most_leftovers, sum(left))

    def _complain(self, what: str) -> None:
        self.report.wrong.append(f"life {self.report.lives}: {what}")


def _run_child(diary: Diary, clock: FastClock, chance: Random) -> None:
    try:
        live(diary, clock, chance)
    except BaseException:  # noqa: BLE001 - reported to the parent, whose own code must not run in the child
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
    """Run and kill the program LIVES times and print the report."""
    with suppress(ClaudometerError):
        KeyringStore().check()  # the search for keyring backends takes half a second; now it is not per run
    lives, seed, began, factor = (float(word) for word in sys.argv[1:])
    runs = KillRuns(FastClock(began, factor), int(seed))
    for _ in range(int(lives)):
        runs.run_and_kill()
    sys.stdout.write(json.dumps(asdict(runs.report)))


if __name__ == "__main__":
    main()
