"""Installs missing system packages if this user may, and says which and why. Must not touch `.venv`."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from devtools.catalog import Need
from devtools.machine import (
    find_manager,
    find_not_offered,
    find_prefix,
    find_size,
    find_way_to_root,
    missing_needs,
)
from devtools.packages import (
    PackageManager,
    Root,
    describe_needs,
    in_lines,
    install_command,
    line_to_type,
    package_names,
    update_command,
)
from devtools.progress import last_lines, read_any, read_apt, run_shown
from devtools.speech import say


@dataclass(frozen=True)
class Provision:
    """The needs that a machine does not meet, and whether this user may do something about them.

    ``manager`` and ``prefix`` are ``None`` if nothing can be installed from here.
    """

    lacking: tuple[Need, ...]
    manager: PackageManager | None
    prefix: tuple[str, ...] | None

    @property
    def installs(self) -> bool:
        """Tell whether :meth:`carry_out` is going to install something."""
        return self.manager is not None and self.prefix is not None and bool(self._names)

    @property
    def _names(self) -> tuple[str, ...]:
        return package_names(self.lacking, self.manager) if self.manager else ()

    def describe(self) -> str:
        """Return what :meth:`carry_out` is going to install, with which program, and how much it fetches."""
        if self.manager is None or self.prefix is None:
            return ""
        who = " ".join((*self.prefix, self.manager.program))
        size = find_size(self.manager, self._names)
        much = "how much it fetches is known in a moment" if size is None else fetches(size)
        return f"System packages, with `{who}`; {much}:\n{describe_needs(self.lacking, self.manager)}"

    def carry_out(self, python: Path, log: Path) -> tuple[Need, ...]:
        """Install what is lacking, or say what to type; return the needs that remain unmet.

        Args:
            python: the interpreter whose modules count.
            log: gets the package manager's output.
        """
        if not self.lacking:
            return ()
        if self.manager is None or not self._names:
            say("This machine lacks these, whose package names Claudometer does not know:")
            say(describe_needs(self.lacking))
            return self.lacking
        if self.prefix is None or not _may_use_sudo(self.prefix):
            ask_for(self.lacking, self.manager, find_way_to_root(with_sudo=self.prefix is None))
            return self.lacking
        is_done = Installer(self.manager, self.prefix, log).install(self.lacking)
        still = missing_needs(self.lacking, python)
        if not is_done and not still:
            say(f"{self.manager.program} reported an error, though nothing is missing any more. See {log}.")
        if still:
            say(f"Still missing; {self.manager.program} said, in {log}:\n{last_lines(log)}")
            ask_for(still, self.manager, find_way_to_root())
        return still


def fetches(megabytes: float) -> str:
    """Return how much is fetched, in words."""
    return f"fetches {megabytes:.0f} MB" if megabytes >= 1 else "fetches less than 1 MB"


def plan_provision(needs: tuple[Need, ...], python: Path) -> Provision:
    """Find out which needs this machine does not meet. Changes nothing."""
    lacking = missing_needs(needs, python)
    return Provision(lacking, find_manager(), find_prefix()) if lacking else Provision((), None, None)


def ask_for(lacking: tuple[Need, ...], manager: PackageManager, root: Root) -> None:
    """Say what is lacking, and the line for this machine that installs it."""
    say(f"This machine lacks some system packages:\n{describe_needs(lacking, manager)}")
    names = package_names(lacking, manager)
    absent = find_not_offered(manager, names)  # one such name in the line, and nothing is installed
    if absent:
        say(f"This system's package lists do not have {', '.join(absent)}. What needs that cannot run here.")
    if offered := tuple(name for name in names if name not in absent):
        who = "as root" if root is Root.UNKNOWN else "yourself"
        say(f"Install {'the others' if absent else 'them'} {who}, then run this again:\n")
        say(f"{in_lines(line_to_type(manager, offered, root))}\n")


def _may_use_sudo(prefix: tuple[str, ...]) -> bool:
    """Return whether sudo lets this user act as root; it asks for the password at the terminal."""
    return prefix != ("sudo",) or subprocess.run(["sudo", "-v"], check=False).returncode == 0


@dataclass(frozen=True)
class Installer:
    """Runs one package manager, with its output in a log file."""

    manager: PackageManager
    prefix: tuple[str, ...]
    log: Path

    def install(self, lacking: tuple[Need, ...]) -> bool:
        """Install all at once; if that fails, one by one, so that one unknown name does not stop the rest.

        Returns:
            Whether all of it, or each, was installed without an error.
        """
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.log.unlink(missing_ok=True)
        names = package_names(lacking, self.manager)
        was_known = find_size(self.manager, names) is not None
        update = update_command(self.manager, self.prefix)
        if update and not self._run(update):
            say(f"Not all package lists could be fetched (see {self.log}). Continuing with the others.")
        if not was_known and (size := find_size(self.manager, names)) is not None:
            say(f"{self.manager.program} now {fetches(size)}.")
        if self._install(names):
            return True
        done = [self._install(package_names((need,), self.manager)) for need in lacking]
        return all(done)

    def _install(self, names: tuple[str, ...]) -> bool:
        return not names or self._run(install_command(self.manager, names, self.prefix))

    def _run(self, command: tuple[str, ...]) -> bool:
        read = read_apt if self.manager.program == "apt-get" else read_any
        return run_shown(command, self.log, read).code == 0
