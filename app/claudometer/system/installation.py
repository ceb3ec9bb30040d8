"""Finds out how this program was installed, and which command installs a newer version. Uses no network."""

from __future__ import annotations

import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from claudometer.domain.update import Install
from claudometer.system.files import Mark, mark_of
from claudometer.system.launch_command import find_image, is_started_by_apprun, runs_in_python
from claudometer.system.root_command import as_root_from_home

DISTRIBUTION = "claudometer-desktop"
PACKAGE_HOME = Path("/usr/lib/claudometer")
DPKG_LIST = Path("/var/lib/dpkg/info/claudometer.list")
CODE = Path(__file__).resolve().parents[1]

_TOOLS = (("pipx/venvs", f"pipx upgrade {DISTRIBUTION}"), ("uv/tools", f"uv tool upgrade {DISTRIBUTION}"))
_RPM_TOOLS = ("dnf", "zypper", "yum")


@dataclass(frozen=True, slots=True)
class Installation:
    """How the program is installed.

    Attributes:
        image: the AppImage's own file, links followed.
        image_mark: its size and modification time when we started.
        command: a template with ``{version}`` for the command that installs a newer version.
    """

    kind: Install
    image: Path | None = None
    image_mark: Mark | None = None
    command: str | None = None


def find_installation(code: Path = CODE) -> Installation:
    """Return the installation, judged by how this process was started and where its code is."""
    image = find_image()
    if image is not None:
        return Installation(Install.APPIMAGE, image, mark_of(image))
    if is_started_by_apprun():
        # Without an image, somebody has unpacked it, and there is no file to replace.
        return Installation(Install.CHECKOUT)
    if sys.platform == "darwin" and ".app/Contents/" in str(code):
        return Installation(Install.DMG)
    if sys.platform == "win32" and not runs_in_python():
        return Installation(Install.MSI)
    if code.is_relative_to(PACKAGE_HOME):
        return _from_package()
    return _from_python(code.parents[1])


def machine_name() -> str:
    """Return this machine's name in the releases' manifest: ``linux-x86_64``, ``darwin-aarch64``."""
    import platform  # noqa: PLC0415 - needed when there is an update to look for

    machine = {"arm64": "aarch64", "amd64": "x86_64"}.get(
        platform.machine().lower(), platform.machine().lower()
    )
    return f"{'windows' if sys.platform == 'win32' else sys.platform}-{machine}"


def _from_python(root: Path) -> Installation:
    if (root / "pyproject.toml").is_file():
        return Installation(Install.CHECKOUT, command=f"git -C {_braced(str(root))} pull")
    return Installation(Install.PIP, command=_pip_command(Path(sys.prefix)))


def _from_package() -> Installation:
    if DPKG_LIST.is_file():
        return Installation(Install.DEB, command=_install("apt", "claudometer_{version}*.deb"))
    # In this order, because some distributions keep yum as another name for dnf.
    tool = next((tool for tool in _RPM_TOOLS if shutil.which(tool)), _RPM_TOOLS[0])
    return Installation(Install.RPM, command=_install(tool, "claudometer-{version}*.rpm"))


def _install(tool: str, package: str) -> str:
    """Return the command that installs a downloaded package, as a template with the version."""
    for_su = f"\"{tool} install '$HOME/Downloads'/{package}\""
    return as_root_from_home(f"{tool} install ~/Downloads/{package}", for_su)


def _pip_command(prefix: Path) -> str:
    for mark, command in _TOOLS:
        if mark in prefix.as_posix():
            return command
    return f"{_braced(sys.executable)} -m pip install --upgrade {DISTRIBUTION}"


def _braced(path: str) -> str:
    """Quote a path for the shell, and double its braces, because the command is a template."""
    return shlex.quote(path).replace("{", "{{").replace("}", "}}")
