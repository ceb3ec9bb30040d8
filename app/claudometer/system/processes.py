"""Child processes of the app: they start without secrets, and are always ended and reaped."""

from __future__ import annotations

import errno
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

SECRET_PREFIX = "sk-ant-"  # noqa: S105 - the first characters of every key and token of Claude, not one of them


def clean_environment(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment for a child of ours: the user's, without variables that hold a Claude secret."""
    return {
        name: value
        for name, value in (users_environment() if environ is None else environ).items()
        if name not in SECRET_VARIABLES and SECRET_PREFIX not in value
    }


ACTIVATION_VARIABLES = ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID")
"""With a token in these, a desktop lets the first window of a program come to the front. GTK reads both."""


def take_activation_token() -> str | None:
    """Return the token of our own start, and remove it from the environment, as toolkits do.

    A later window that used the old token would open behind the others.
    """
    found = [os.environ.pop(name, "") for name in ACTIVATION_VARIABLES]
    return next(filter(None, found), None)


_WAIT_AND_START = (
    'n=0; while [ $n -lt 100 ] && readlink "/proc/$1/exe" >/dev/null; do sleep 0.1; n=$((n+1)); done; '
    'shift; exec "$@"'
)
"""Waits for the end of process ``$1``, 10 s at most, then runs the rest. A process that has ended has no
executable, even as a zombie. One that lives longer is not the runtime that cleans up after us."""


def start_successor(command: Sequence[str], *, after: int | None) -> None:
    """Start the program again in a new process, which outlives this one and gets the same environment.

    Args:
        after: the process to wait for first, because it cleans up after us.

    Raises:
        OSError: it could not be started.
    """
    # With our secrets, unlike a child: a session key in the environment is stored nowhere else.
    secrets = {name: os.environ[name] for name in SECRET_VARIABLES if name in os.environ}
    # A shell has to wait, because this process is about to end.
    waiting = () if after is None else ("sh", "-c", _WAIT_AND_START, "sh", str(after))
    subprocess.Popen(
        [*waiting, *command],
        env={**users_environment(), **secrets},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


HAS_SESSION_KEY = "CLAUDOMETER_HAS_SESSION_KEY"
"""Tells a child that our environment has a session key, which the child does not get."""


def read_output(command: Sequence[str], *, timeout_s: float, added: Mapping[str, str]) -> bytes:
    """Run a child to its end in a clean environment, and return its standard output. Blocks.

    Raises:
        OSError, subprocess.TimeoutExpired: it could not be started, or was killed after ``timeout_s``.
    """
    done = subprocess.run(
        list(command),
        env={**clean_environment(), **added},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=timeout_s,
        check=False,
    )
    return done.stdout


class Child:
    """One child process. It is reaped the moment it ends, so none is left as a zombie.

    Raises:
        OSError: there is no thread to wait for it; it was killed.
    """

    def __init__(self, process: subprocess.Popen[bytes], on_exit: Callable[[int], None] | None) -> None:
        self._process = process
        self._on_exit = on_exit
        self._reaper = threading.Thread(target=self._reap, name="claudometer-child", daemon=True)
        try:
            self._reaper.start()
        except RuntimeError as error:  # the system has no thread left, and nobody would ever end the child
            process.kill()
            process.wait()
            raise OSError(errno.EAGAIN, str(error)) from error

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_running(self) -> bool:
        """Return whether it still runs, or ``on_exit`` does."""
        return self._reaper.is_alive()

    def wait(self, timeout_s: float) -> int | None:
        """Return its exit code, negative for a signal; ``None`` if it still runs after ``timeout_s``."""
        self._reaper.join(timeout_s)
        return None if self._reaper.is_alive() else self._process.returncode

    def stop(self, *, grace_s: float = 2.0) -> None:
        """Terminate it, and kill it if it still runs after ``grace_s``. Blocks for 1 s longer at most."""
        for end, patience_s in ((self._process.terminate, grace_s), (self._process.kill, 1.0)):
            if self.is_running():
                end()
                self._reaper.join(patience_s)

    def _reap(self) -> None:
        # In a thread, because a handler for SIGCHLD is for the whole process, and toolkits have their own.
        code = self._process.wait()
        if self._on_exit is not None:
            self._on_exit(code)


def open_for_errors(path: Path | None) -> int:
    """Open the file for a child's errors; the null device without one, or if it cannot be opened."""
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
    """Start a child with a clean environment, without input, and without output.

    Args:
        errors_to: a file for its standard error, emptied first. Without a file, or one that can be written,
            that is dropped.
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
