"""A process that competes to be the running app. It reads commands from its input and prints each result.

``claim`` takes the instance lock and listens, or connects to the process that does; it prints "owner",
"reached" or an error code. ``claim slowly`` listens only ``SLOW_S`` after it took the lock. ``release`` stops
listening and releases the lock.
"""

from __future__ import annotations

import socket
import sys
import threading
import time
from pathlib import Path

from claudometer.control import endpoint
from claudometer.domain.errors import ClaudometerError
from claudometer.system.single_instance import Instance, claim

SLOW_S = 7.0
"""Longer than the app takes to start, except on a busy machine."""


class Contender:
    """Sends a word to every connection, from a thread, while it is the running app."""

    def __init__(self, folder: Path) -> None:
        self._lock_file = folder / "control.lock"
        self._path = str(folder / "control.sock")
        self._instance: Instance | None = None
        self._listener: socket.socket | None = None

    def claim(self, start_s: float = 0.0) -> str:
        try:
            self._instance = claim(self._lock_file, self._reach)
        except ClaudometerError as error:
            return error.code.value
        if self._instance is None:
            return "reached"
        time.sleep(start_s)
        self._listener = endpoint.listen(self._path)
        threading.Thread(target=self._answer, args=(self._listener,), daemon=True).start()
        return "owner"

    def release(self) -> str:
        if self._instance is not None and self._listener is not None:
            self._listener.shutdown(socket.SHUT_RDWR)  # ends the thread's accept, which close does not
            self._listener.close()
            endpoint.remove(self._path)
            self._instance.release()
            self._instance = None
        return "released"

    def _reach(self) -> bool:
        connection = endpoint.connect(self._path, 2.0)
        if connection is None:
            return False
        try:
            return connection.recv(10) == b"here"
        except ConnectionError:
            return False
        finally:
            connection.close()

    def _answer(self, listener: socket.socket) -> None:
        while True:
            try:
                caller, _ = listener.accept()
            except OSError:
                return
            with caller:
                caller.sendall(b"here")


def main() -> None:
    """Run the commands until the input ends."""
    contender = Contender(Path(sys.argv[1]))
    report("ready")
    for line in sys.stdin:
        match line.strip():
            case "claim":
                report(contender.claim())
            case "claim slowly":
                report(contender.claim(SLOW_S))
            case _:
                report(contender.release())


def report(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
