"""Chooses the Python that an environment is based on. Changes nothing."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from devtools.speech import say

DISTRIBUTION_PYTHON = Path("/usr/bin/python3")
OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True)
class Base:
    """The Python that an environment is based on."""

    python: Path
    system_site_packages: bool
    remark: str | None = None


def choose_base(platform: str, distribution: tuple[int, int] | None, *, running: Path) -> Base:
    """Choose the distribution's Python on Linux, which PyGObject comes with; elsewhere the running one."""
    if platform != "linux":
        return Base(running, system_site_packages=False)
    if distribution is not None and distribution >= OLDEST_PYTHON:
        return Base(DISTRIBUTION_PYTHON, system_site_packages=True)
    found = "is not there" if distribution is None else "is {}.{}".format(*distribution)
    return Base(
        running,
        system_site_packages=True,
        remark=f"{DISTRIBUTION_PYTHON} {found}, and Claudometer needs 3.11 or newer, so {running} is used.\n"
        "GTK's Python binding belongs to the distribution's Python: without a PyGObject of its own,\n"
        "this one cannot start tray and window.",
    )


def find_base() -> Base:
    """Choose the base for this machine, and say so if it is not the distribution's Python."""
    base = choose_base(sys.platform, version_of(DISTRIBUTION_PYTHON), running=running())
    if base.remark:
        say(base.remark)
    return base


def running() -> Path:
    """Return the Python that runs us; in a virtual environment, the one it is based on."""
    return Path(getattr(sys, "_base_executable", None) or sys.executable)


def version_of(python: Path) -> tuple[int, int] | None:
    """Return the version of an interpreter; ``None`` if it does not exist."""
    if not python.exists():
        return None
    command = [str(python), "-c", "import sys; print(*sys.version_info[:2])"]
    major, minor = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return int(major), int(minor)
