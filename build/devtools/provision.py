"""Installs missing system packages if this user may, and says which and why. Must not touch `.venv`."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from devtools.catalog import Need
from devtools.machine import find_manager, find_prefix, missing_needs
from devtools.packages import (
    PackageManager,
    describe_needs,
    install_command,
    line_to_type,
    package_names,
    update_command,
)
from devtools.speech import say


def provide(needs: tuple[Need, ...], python: Path, *, log: Path) -> tuple[Need, ...]:
    """Install packages for the needs that are unmet; return the needs that remain unmet."""
    lacking = missing_needs(needs, python)
    if not lacking:
        return ()
    manager, prefix = find_manager(), find_prefix()
    if manager is None or not package_names(lacking, manager):
        say(f"This machine lacks these, whose package names we do not know:\n{describe_needs(lacking)}")
        return lacking
    if prefix is None:
        _ask_for(lacking, manager)
        return lacking
    Installer(manager, prefix, log).install(lacking)
    still = missing_needs(lacking, python)
    if still:
        say(f"Still missing; the output of {manager.program} is in {log}:\n{describe_needs(still, manager)}")
    return still


def _ask_for(lacking: tuple[Need, ...], manager: PackageManager) -> None:
    wanted = describe_needs(lacking, manager)
    say(f"This machine lacks some system packages, and installing them needs root:\n{wanted}")
    say(f"Run this command:\n\n  {line_to_type(manager, package_names(lacking, manager))}\n")


@dataclass(frozen=True)
class Installer:
    """Runs one package manager, with its output in a log file."""

    manager: PackageManager
    prefix: tuple[str, ...]
    log: Path

    def install(self, lacking: tuple[Need, ...]) -> None:
        """Install all at once; if that fails, one by one, so that one unknown name does not stop the rest."""
        who = " ".join((*self.prefix, self.manager.program))
        wanted = describe_needs(lacking, self.manager)
        say(f"Installing system packages with `{who}`, which can take a minute:\n{wanted}")
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.log.unlink(missing_ok=True)
        update = update_command(self.manager, self.prefix)
        if update and not self._run(update):
            say(f"Not all package lists could be fetched (see {self.log}). Continuing with the others.")
        if not self._install(package_names(lacking, self.manager)):
            for need in lacking:
                self._install(package_names((need,), self.manager))

    def _install(self, names: tuple[str, ...]) -> bool:
        return not names or self._run(install_command(self.manager, names, self.prefix))

    def _run(self, command: tuple[str, ...]) -> bool:
        with self.log.open("a", encoding="utf-8") as log:
            log.write(f"$ {' '.join(command)}\n")
            log.flush()
            done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        return done.returncode == 0
