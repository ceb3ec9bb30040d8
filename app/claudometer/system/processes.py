"""Child processes that the app owns: started without secrets, ended and reaped with certainty."""

from __future__ import annotations

import logging
import os
import subprocess
import threading
from typing import TYPE_CHECKING

from claudometer.system.environment import SECRET_VARIABLES, users_environment
from claudometer.system.regular_files import open_regular

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

log = logging.getLogger(__name__)

SECRET_MARK = "sk-ant-"  # noqa: S105 - what keys and tokens begin with, not one of them


def clean_environment(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment for a child of ours: the user's, without variables that hold a Claude secret."""
    return {
        name: value
        for name, value in (users_environment() if environ is None else environ).items()
        if name not in SECRET_VARIABLES and SECRET_MARK not in value
    }


ACTIVATION_VARIABLES = ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID")
"""By these a desktop lets one window, of the program that was clicked, come to the front. GTK reads both."""


def take_activation_token() -> str | None:
    """Return the token of our own start and forget it, as toolkits do.

    A window that takes an old one opens behind the others.
    """
    found = [os.environ.pop(name, "") for name in ACTIVATION_VARIABLES]
    return next(filter(None, found), None)


_WHEN_IT_HAS_ENDED = (
    'n=0; while [ $n -lt 100 ] && readlink "/proc/$1/exe" >/dev/null; do sleep 0.1; n=$((n+1)); done; '
    'shift; exec "$@"'
)
"""One that has ended runs no file, also while nobody has taken its exit code. For 10 s at most: what goes on
longer is not what we took it for."""


def start_successor(command: Sequence[str], *, after: int | None = None) -> None:
    """Start what runs in our place from now on, with all that we were given; it outlives us.

    Args:
        after: a process to wait for: one that still cleans up after we have ended.

    Raises:
        OSError: it could not be started.
    """
    # The successor is we ourselves: a session key that came by a variable exists nowhere else.
    secrets = {name: os.environ[name] for name in SECRET_VARIABLES if name in os.environ}
    # A shell waits, since this process is about to end.
    waiting = () if after is None else ("sh", "-c", _WHEN_IT_HAS_ENDED, "sh", str(after))
    subprocess.Popen(
        [*waiting, *command],
        env={**users_environment(), **secrets},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


HAS_SESSION_KEY = "CLAUDOMETER_HAS_SESSION_KEY"
"""Says to a child of ours that the environment has a session key, which the child is not given."""


def read_output(command: Sequence[str], *, timeout_s: float, added: Mapping[str, str] | None = None) -> bytes:
    """Run a child to its end in a clean environment, and return what it printed. Blocks.

    Raises:
        OSError, subprocess.TimeoutExpired: it could not be started, or was killed after ``timeout_s``.
    """
    done = subprocess.run(
        list(command),
        env={**clean_environment(), **(added or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=timeout_s,
        check=False,
    )
    return done.stdout


class Child:
    """One child process. It is reaped the moment it ends, so none is left as a zombie."""

    def __init__(self, process: subprocess.Popen[bytes], on_exit: Callable[[int], None] | None) -> None:
        self._process = process
        self._on_exit = on_exit
        self._reaper = threading.Thread(target=self._reap, name="claudometer-child", daemon=True)
        self._reaper.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_running(self) -> bool:
        """Tell whether it still runs."""
        return self._reaper.is_alive()

    def wait(self, timeout_s: float) -> int | None:
        """Return its exit code, or ``None`` when it still runs after ``timeout_s``."""
        self._reaper.join(timeout_s)
        return None if self._reaper.is_alive() else self._process.returncode

    def stop(self, *, grace_s: float = 2.0) -> None:
        """Ask it to end, then end it. Blocks for ``grace_s`` and a moment at most."""
        for end, patience_s in ((self._process.terminate, grace_s), (self._process.kill, 1.0)):
            if self.is_running():
                end()
                self._reaper.join(patience_s)

    def _reap(self) -> None:
        # In a thread: a handler for SIGCHLD would be the whole process's, and toolkits have their own.
        code = self._process.wait()
        if self._on_exit is not None:
            self._on_exit(code)


def open_for_errors(path: Path | None) -> int:
    """Open the file, or nothing at all: a child is worth more than the file that its errors go to."""
    if path is not None:
        try:
            return open_regular(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        except OSError as error:
            log.warning("the errors of a child are not kept: %s", error)
    return os.open(os.devnull, os.O_WRONLY)


def start_child(
    command: Sequence[str],
    *,
    errors_to: Path | None = None,
    on_exit: Callable[[int], None] | None = None,
    added: Mapping[str, str] | None = None,
) -> Child:
    """Start a child with a clean environment, no input, and a quiet output.

    Args:
        errors_to: a file for what it writes to standard error, emptied first. Without a file, or one that can
            be written, that is dropped.
        on_exit: called with the exit code, negative for a signal, on a thread of its own.
        added: variables only for this child.

    Raises:
        OSError: it could not be started.
    """
    errors = open_for_errors(errors_to)
    try:
        process = subprocess.Popen(
            list(command),
            env={**clean_environment(), **(added or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            process_group=0,  # Ctrl-C in the terminal that started us is for us, and we then end the child
        )
    finally:
        os.close(errors)
    return Child(process, on_exit)
