"""Whether a program runs in this session, and not only somewhere on this computer."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from claudometer.system.session_programs import runs_in_session

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's list of processes")

BUS = "unix:path=/run/user/1000/bus"
LONGEST_S = 30.0


@contextmanager
def running(folder: Path, env: Mapping[str, str], form: str = "{}") -> Iterator[str]:
    """Run a program whose file has a name of its own, in this form; return that name."""
    name = f"cm-{os.getpid()}"
    file = folder / form.format(name)
    file.symlink_to("/bin/sleep")
    with subprocess.Popen([file, "60"], env=dict(env)) as process:
        try:
            until = time.monotonic() + LONGEST_S
            while not runs_in_session(name, env) and time.monotonic() < until:
                time.sleep(0.01)
            yield name
        finally:
            process.kill()


def test_a_program_runs_in_the_session_that_started_it(tmp_path: Path) -> None:
    with running(tmp_path, {"DBUS_SESSION_BUS_ADDRESS": BUS, "DISPLAY": ":0"}) as name:
        assert runs_in_session(name, {"DBUS_SESSION_BUS_ADDRESS": BUS})
        assert runs_in_session(name, {"DBUS_SESSION_BUS_ADDRESS": BUS, "DISPLAY": ":1"})
        assert runs_in_session(name, {"DBUS_SESSION_BUS_ADDRESS": f"{BUS},guid=12"})
        assert not runs_in_session(name, {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/other", "DISPLAY": ":0"})
        assert not runs_in_session(name, {"DISPLAY": ":1"})
        assert runs_in_session(name, {})  # nothing tells them apart
        assert not runs_in_session(name[:-1], {})
    assert not runs_in_session(name, {})


def test_a_program_behind_a_wrapper_of_nixos_counts(tmp_path: Path) -> None:
    with running(tmp_path, {}, ".{}-wrapped") as name:
        assert runs_in_session(name, {})
