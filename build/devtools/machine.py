"""Inspects this machine: what is installed, and what this user may do. Must not change anything."""

import glob
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from devtools.catalog import AnyFile, Font, Need, Probe, Program, PythonModule, Typelib
from devtools.packages import (
    PACKAGE_MANAGERS,
    PackageManager,
    Root,
    choose_manager,
    choose_prefix,
    choose_way_to_root,
    megabytes_to_fetch,
    not_offered,
    size_command,
)

# Runs in the distribution's Python, which may not be the one that runs us.
_PYTHON_PROBE = """
import importlib.util, json, sys
modules, typelibs = json.loads(sys.argv[1])
found = [name for name in modules if importlib.util.find_spec(name)]
if typelibs and importlib.util.find_spec("gi"):
    import gi
    for name, version in typelibs:
        try:
            gi.require_version(name, version)
        except ValueError:
            continue
        found.append(f"{name} {version}")
print(json.dumps(found))
"""


def has_graphical_session(platform: str, environ: Mapping[str, str]) -> bool:
    """Tell whether there is a session that can show a tray icon."""
    return platform != "linux" or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def read_os_release() -> str:
    """Return the text of /etc/os-release, or an empty text if there is no such file."""
    path = Path("/etc/os-release")
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def find_manager() -> PackageManager | None:
    """Return this machine's package manager; ``None`` if we do not know it."""
    on_path = [manager.program for manager in PACKAGE_MANAGERS if shutil.which(manager.program)]
    return choose_manager(on_path, read_os_release())


def find_prefix() -> tuple[str, ...] | None:
    """Return the prefix for commands that need root; ``None`` if this user may not run them."""
    has_sudo = shutil.which("sudo") is not None
    return choose_prefix(
        is_root=os.geteuid() == 0,
        has_sudo=has_sudo,
        sudo_unasked=has_sudo and _succeeds("sudo", "-n", "true"),
        at_terminal=sys.stdin is not None and sys.stdin.isatty(),
    )


def find_way_to_root(*, with_sudo: bool = True) -> Root:
    """Return how a person becomes root on this machine; ``with_sudo`` is false if sudo has refused."""
    return choose_way_to_root(
        is_root=os.geteuid() == 0, has=lambda name: (with_sudo or name != "sudo") and shutil.which(name)
    )


def find_size(manager: PackageManager, names: tuple[str, ...]) -> float | None:
    """Return how many megabytes a package manager would fetch; ``None`` if that is not known."""
    command = size_command(manager, names)
    if not command:
        return None
    done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return None if done.returncode else megabytes_to_fetch(done.stdout)


def find_not_offered(manager: PackageManager, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the packages that the distribution does not have; empty if that is not known."""
    if not manager.offers or not names:
        return ()
    command = (*manager.offers, *names)
    done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return () if done.returncode else not_offered(names, done.stdout)


def missing_needs(needs: Iterable[Need], python: Path) -> tuple[Need, ...]:
    """Return the needs that this machine does not meet. Modules and typelibs are those of ``python``."""
    wanted = tuple(needs)
    importable = _ask_python(python, [need.probe for need in wanted])
    return tuple(need for need in wanted if not _is_met(need.probe, importable))


def _is_met(probe: Probe, importable: frozenset[str]) -> bool:
    match probe:
        case PythonModule(module):
            return module in importable
        case Typelib(namespace, version):
            return f"{namespace} {version}" in importable
        case Program(names):
            return any(shutil.which(name) for name in names)
        case Font(family):
            return shutil.which("fc-list") is not None and _succeeds("fc-list", "-q", family)
        case AnyFile(patterns):
            return any(glob.glob(pattern) for pattern in patterns)  # noqa: PTH207 - the patterns are absolute


def _ask_python(python: Path, probes: list[Probe]) -> frozenset[str]:
    modules = [probe.module for probe in probes if isinstance(probe, PythonModule)]
    typelibs = [(probe.namespace, probe.version) for probe in probes if isinstance(probe, Typelib)]
    if not modules and not typelibs:
        return frozenset()
    answer = subprocess.run(
        [python, "-c", _PYTHON_PROBE, json.dumps([modules, typelibs])],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    found: list[str] = json.loads(answer.stdout)
    return frozenset(found)


def _succeeds(*command: str) -> bool:
    done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    return done.returncode == 0
