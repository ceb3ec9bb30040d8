"""Chooses package manager, packages and command lines. Pure: must not inspect the machine."""

import re
import shlex
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from devtools.catalog import AnyFile, Font, Need, Program, PythonModule, Typelib


@dataclass(frozen=True)
class PackageManager:
    """How one family of distributions installs packages. ``dialect`` is its column in the catalog.

    ``sizes`` lists what would be fetched, ``offers`` in which versions packages are offered, one ``NAME |
    VERSION | SOURCE`` a line: any user may run them, and they change nothing. Empty if not known.
    """

    dialect: str
    program: str
    install: tuple[str, ...]
    update: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    unattended: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()


class Root(StrEnum):
    """How a person becomes root on a machine."""

    SELF = "root"
    SUDO = "sudo"
    DOAS = "doas"
    SU = "su"
    UNKNOWN = "unknown"


_APT = PackageManager(
    "apt",
    "apt-get",
    install=("install", "-y", "--no-install-recommends"),
    update=("update",),
    # Status-Fd: its progress between the other lines of its output. A shell makes that a descriptor of its
    # own: apt 3.3 closes it in dpkg, whose scripts then fail if it is their standard output; and sudo closes
    # those that we open.
    environment=(
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "NEEDRESTART_SUSPEND=1",
        "sh",
        "-c",
        'exec "$@" 3>&1',
        "sh",
    ),
    unattended=("-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0", "-o", "APT::Status-Fd=3"),
    sizes=("install", "-y", "--no-install-recommends", "--print-uris"),
    offers=("apt-cache", "madison"),
)
PACKAGE_MANAGERS: tuple[PackageManager, ...] = (
    PackageManager("dnf", "dnf", install=("install", "-y")),
    PackageManager("zypper", "zypper", install=("--non-interactive", "install", "--no-recommends")),
    PackageManager("pacman", "pacman", install=("-S", "--needed", "--noconfirm")),
    _APT,  # last: other distributions have apt as a tool that creates Debian systems
)


def choose_manager(on_path: Iterable[str], os_release: str) -> PackageManager | None:
    """Return the package manager that is on PATH; on Debian and its derivatives always apt."""
    programs, relatives = frozenset(on_path), _read_relatives(os_release)
    if relatives & {"debian", "ubuntu"}:
        apt = replace(_APT, dialect="apt:ubuntu") if "ubuntu" in relatives else _APT
        return apt if apt.program in programs else None
    return next((manager for manager in PACKAGE_MANAGERS if manager.program in programs), None)


def _read_relatives(os_release: str) -> frozenset[str]:
    """Return the words of ID and ID_LIKE in the text of /etc/os-release."""
    fields = dict(line.split("=", 1) for line in os_release.splitlines() if "=" in line)
    text = f"{fields.get('ID', '')} {fields.get('ID_LIKE', '')}"
    return frozenset(text.replace('"', " ").replace("'", " ").split())


def choose_prefix(
    *, is_root: bool, has_sudo: bool, sudo_unasked: bool, at_terminal: bool
) -> tuple[str, ...] | None:
    """Return the prefix for commands that need root; ``None`` if this user may not run them."""
    if is_root:
        return ()
    if has_sudo and sudo_unasked:
        return ("sudo", "-n")
    if has_sudo and at_terminal:
        return ("sudo",)
    return None


def package_names(needs: Iterable[Need], manager: PackageManager) -> tuple[str, ...]:
    """Return the packages that meet these needs, each once, in the order of the needs."""
    names = (name for need in needs for name in need.packages[manager.dialect])
    return tuple(dict.fromkeys(names))


def update_command(manager: PackageManager, prefix: tuple[str, ...]) -> tuple[str, ...]:
    """Return the command that fetches the package lists; empty if installing does so by itself."""
    return (*_start(manager, prefix), *manager.update) if manager.update else ()


def install_command(
    manager: PackageManager, names: tuple[str, ...], prefix: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the command that installs these packages without asking."""
    return (*_start(manager, prefix), *manager.install, *names)


def _start(manager: PackageManager, prefix: tuple[str, ...]) -> tuple[str, ...]:
    return (*prefix, *manager.environment, manager.program, *manager.unattended)


def choose_way_to_root(*, is_root: bool, has: Callable[[str], object]) -> Root:
    """Return how a person becomes root here; ``has`` tells whether there is a program of that name."""
    if is_root:
        return Root.SELF
    return next((way for way in (Root.SUDO, Root.DOAS, Root.SU) if has(way.value)), Root.UNKNOWN)


def line_to_type(manager: PackageManager, names: tuple[str, ...], root: Root) -> str:
    """Return the command for a person to type, without options for unattended runs."""
    steps = [manager.update, (*manager.install, *names)]
    commands = [shlex.join((manager.program, *step)) for step in steps if step]
    match root:
        case Root.SUDO | Root.DOAS:
            return " && ".join(f"{root.value} {command}" for command in commands)
        case Root.SU:  # as a login: Debian's plain su keeps a PATH without root's programs
            return f"su -lc {shlex.quote(' && '.join(commands))}"
        case Root.SELF | Root.UNKNOWN:
            return " && ".join(commands)


_JOINT = 3
"""Columns of the space before a word, and of the space and the backslash behind the last one of a line."""


def in_lines(command: str) -> str:
    """Return a shell command, indented, in lines of up to 80 columns: the shell joins them when it is pasted.

    A backslash at a line's end does that inside the single quotes of ``su -lc`` as well, for the inner shell.
    """
    lines = [" "]
    for word in command.split(" "):
        if len(lines[-1]) + len(word) + _JOINT > 80:
            lines.append("   ")
        lines[-1] += f" {word}"
    return " \\\n".join(lines)


def size_command(manager: PackageManager, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the command that lists what would be fetched, as any user; empty if we know none."""
    return (manager.program, *manager.sizes, *names) if manager.sizes and names else ()


def megabytes_to_fetch(listed: str) -> float:
    """Return the sum of what ``apt-get --print-uris`` lists; its lines are ``'URI' NAME BYTES HASH``."""
    found = re.findall(r"^'\S+' \S+ (\d+)(?: |$)", listed, re.MULTILINE)
    return sum(map(int, found)) / 1e6


def not_offered(names: tuple[str, ...], listed: str) -> tuple[str, ...]:
    """Return the names that are not in what ``offers`` lists.

    Returns none of them if nothing is listed: the lists of packages are not fetched yet, as in a container.
    """
    offered = {line.partition("|")[0].strip() for line in listed.splitlines()}
    return tuple(name for name in names if name not in offered) if offered else ()


def describe_needs(needs: Iterable[Need], manager: PackageManager | None = None) -> str:
    """Return a table for people: the package or program on the left, what it is for on the right."""
    rows = [(_left_column(need, manager), need.why) for need in needs]
    width = max((len(left) for left, _ in rows), default=0)
    return "\n".join(f"  {left:<{width}}  {why}" for left, why in rows)


def _left_column(need: Need, manager: PackageManager | None) -> str:
    names = need.packages[manager.dialect] if manager else ()
    return " ".join(names) or describe_probe(need)


def describe_probe(need: Need) -> str:
    """Return the name of what is needed, for machines whose package names we do not know."""
    match need.probe:
        case PythonModule(module):
            return f"Python module {module}"
        case Typelib(namespace, version):
            return f"{namespace} {version}"
        case Program(names):
            return names[0]
        case Font(family):
            return f"font {family}"
        case AnyFile(patterns):
            return patterns[0]
