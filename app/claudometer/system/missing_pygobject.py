"""Finds out why PyGObject, Python's library for D-Bus and GTK, cannot be imported, and which command helps.

It is a package of the distribution, for the distribution's Python. A virtual environment sees it only with
``include-system-site-packages``, which pipx and uv do not set by default.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.system.anonymous_paths import shell_path
from claudometer.system.tray_pieces import install_line

if TYPE_CHECKING:
    from collections.abc import Callable

PACKAGES = {
    "apt-get": "python3-gi",
    "dnf": "python3-gobject",
    "pacman": "python-gobject",
    "apk": "py3-gobject3",
}
SYSTEM_PYTHON = Path("/usr/bin/python3")
_PIPX = ("pipx", "install", "--force", "--system-site-packages")
_VENV = ("-m", "venv", "--system-site-packages", "--without-pip")
TRIAL_S = 10.0
"""How long the system's Python may take to say whether it has PyGObject."""


class ImportFault(StrEnum):
    """Why the import fails, if not because the package is missing.

    ``HIDDEN``: the environment does not see the system's packages. ``FOREIGN``: another Python than the
    system's runs us. ``FOREIGN_BY_HAND``: the same, and we know no command that mends it.
    """

    HIDDEN = "hidden"
    FOREIGN = "foreign"
    FOREIGN_BY_HAND = "foreign_by_hand"


@dataclass(frozen=True)
class Interpreter:
    """The Python that runs us.

    Attributes:
        base: the Python that the environment is based on; without an environment, the one that runs us.
        environment: the folder of the virtual environment; ``None`` without one.
        is_isolated: whether the environment hides the packages of its base.
    """

    base: Path
    environment: Path | None = None
    is_isolated: bool = False


def find_interpreter() -> Interpreter:
    """Return the Python that runs us."""
    base = Path(getattr(sys, "_base_executable", None) or sys.executable)
    if sys.prefix == sys.base_prefix:
        return Interpreter(base)
    folder = Path(sys.prefix)
    return Interpreter(base, folder, is_isolated=not _sees_the_system(folder / "pyvenv.cfg"))


def missing_toolkit(
    interpreter: Interpreter | None = None,
    *,
    system: Path = SYSTEM_PYTHON,
    install: Callable[[], str | None] = lambda: install_line(PACKAGES),
) -> dict[str, str]:
    """Return the facts of ``TRAY_TOOLKIT_MISSING``: ``command``, and ``reason`` if the package does not help.

    Runs the system's Python, so it takes about 50 ms.
    """
    ours = interpreter or find_interpreter()
    is_foreign = system.exists() and ours.base.resolve() != system.resolve()
    if not is_foreign and not ours.is_isolated:
        line = install()
        return {} if line is None else {"command": line}
    again = _line_for_again(ours, system if is_foreign else None)
    if again is None:
        return {"reason": ImportFault.FOREIGN_BY_HAND.value}
    line = None if _has_toolkit(system) else install()
    steps = [again] if line is None else [line, again]
    reason = ImportFault.FOREIGN if is_foreign else ImportFault.HIDDEN
    return {"reason": reason.value, "command": " && ".join(steps)}


def _line_for_again(ours: Interpreter, system: Path | None) -> str | None:
    """Return the command that lets the environment see the system's packages; ``None`` if we know none.

    Args:
        system: the system's Python, if the environment has to be based on that one instead.
    """
    if ours.environment is None:
        return None
    package = _installed_by_pipx(ours.environment)
    if package is not None:
        other = ("--python", shell_path(system)) if system else ()
        return " ".join((*_PIPX, *other, shell_path(package)))
    if system is not None:
        return None
    # It changes one line of pyvenv.cfg; the installed packages stay.
    return " ".join((shell_path(ours.base), *_VENV, shell_path(ours.environment)))


def _installed_by_pipx(environment: Path) -> str | None:
    """Return the package that pipx installed there; ``None`` if it is not an environment of pipx."""
    try:
        metadata = json.loads((environment / "pipx_metadata.json").read_text(encoding="utf-8"))
        return str(metadata["main_package"]["package_or_url"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _sees_the_system(config: Path) -> bool:
    try:
        lines = config.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return False
    fields = {
        name.strip().lower(): value.strip().lower() for name, _, value in (x.partition("=") for x in lines)
    }
    return fields.get("include-system-site-packages") == "true"


def _has_toolkit(python: Path) -> bool:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = [str(python), "-c", "import gi"]
    try:
        done = subprocess.run(command, env=environ, capture_output=True, check=False, timeout=TRIAL_S)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
