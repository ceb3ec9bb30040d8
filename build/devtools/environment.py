"""Creates and updates `.venv`: from which Python, with which packages. Knows nothing of the tasks."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from devtools import catalog
from devtools.announcement import PYTHON_MEGABYTES, announce, last_duration, timed
from devtools.bases import DISTRIBUTION_PYTHON, Base, find_base, running, version_of
from devtools.catalog import ENSUREPIP, Need, Purpose, depends_on_python, needs_for
from devtools.machine import missing_needs
from devtools.progress import last_lines, read_any, read_pip, run_shown
from devtools.provision import plan_provision
from devtools.speech import say
from devtools.stamp import Level, Stamp, digest_of, read_stamp

ROOT = Path(__file__).resolve().parents[2]
_CACHE = ROOT / ".cache"
_SYSTEM_LOG = _CACHE / "system-packages.log"
_TIMES = _CACHE / "setup-times.json"
_EXTRAS = {
    Level.APP: ("", "Claudometer and its Python packages"),
    Level.TEST: ("[test]", "Python packages for the tests"),
    Level.DEVELOPMENT: ("[test,dev]", "Python packages for development"),
}
_WANTS_NETWORK = "It needs a connection to the Python package index: run this again when there is one."


class SetupError(Exception):
    """The environment cannot be created; the text is for the person at the terminal."""


@dataclass(frozen=True)
class Environment:
    """The paths inside an environment, which differ on Windows."""

    folder: Path = ROOT / ".venv"
    windows: bool = sys.platform == "win32"

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        return self.program("python")

    @property
    def stamp(self) -> Path:
        """The file that records what is installed, and for which state of the project."""
        return self.folder / "ready.json"

    def digest(self) -> str:
        """Return a digest of everything whose change makes another look necessary."""
        sources = (ROOT / "pyproject.toml", Path(catalog.__file__))
        return digest_of(*(path.read_bytes() for path in sources), self.python.resolve(), self.folder)

    def has_own_pip(self) -> bool:
        """Tell whether the environment has a pip of its own, which is installed last: then it is complete."""
        return any(any(self.folder.glob(f"{lib}/site-packages/pip")) for lib in ("lib/python*", "Lib"))

    def program(self, name: str) -> Path:
        """Return the path of a console script of this environment."""
        return self.folder / "Scripts" / f"{name}.exe" if self.windows else self.folder / "bin" / name


USERS = Environment(_CACHE / "users")
"""What measurements run in."""


def make_ready(level: Level, purposes: frozenset[Purpose]) -> tuple[Need, ...]:
    """Install system packages, update `.venv`, and return the needs that remain unmet.

    Raises:
        SetupError: the environment cannot be created; the text says what helps.
    """
    environment = Environment()
    wanted = purposes | {Purpose.SETUP}
    stamp = read_stamp(environment.stamp)
    if stamp.covers(environment.digest(), level, wanted):
        return ()
    base = find_base()
    level = max(level, stamp.level)  # `run` must not turn a development environment into a smaller one
    useful, unmeetable = _split_by_python(needs_for(wanted), base)
    provision = plan_provision(useful, base.python)
    missing = missing_needs(unmeetable, base.python)
    if not provision.installs:  # then it only says what to type, and nothing may be announced that cannot be
        missing += provision.carry_out(base.python, _SYSTEM_LOG)
        base = _with_pip(base, missing)
    is_stale = not _fits(environment, base) or not stamp.covers(environment.digest(), level, frozenset())
    key = f"{level.name.lower()}{' with system packages' if provision.installs else ''}"
    announce(
        provision.describe(), _describe(level, environment) if is_stale else None, last_duration(_TIMES, key)
    )
    with timed(_TIMES, key) if is_stale or provision.installs else nullcontext():
        if provision.installs:
            missing += provision.carry_out(base.python, _SYSTEM_LOG)
            base = _with_pip(base, missing)
        environment.stamp.unlink(missing_ok=True)
        made = _make(environment, base)
        if made or not stamp.covers(environment.digest(), level, frozenset()):
            _install(environment, level)
    met = wanted - {need.purpose for need in missing}
    Stamp(environment.digest(), level, met).write(environment.stamp)
    return missing


def _describe(level: Level, environment: Environment) -> str:
    return f"{_EXTRAS[level][1]}, into {environment.folder}; fetches about {PYTHON_MEGABYTES[level]} MB."


def make_users_environment() -> None:
    """Update the environment of somebody who only runs the program, for measurements.

    It must not hold the tests' packages, because the program's libraries load some of those where they find
    them, such as trio (4 MB). Nor does it see the distribution's: what installs itself as a start-up hook
    (``.pth``) costs every start up to 25 ms and 4 MB on one machine and nothing on another. Of the
    distribution's packages it has PyGObject alone, which no index offers built. Its pip is the newest,
    because that writes our command's script, as pipx and uv do; a pip of before 2026 lets the script import
    ``re``, for 4 ms.

    Raises:
        SetupError: the environment cannot be made; the text says what helps.
    """
    base = replace(find_base(), system_site_packages=False)
    _make_beside(USERS, base, Level.APP, newest_pip=True)
    folder = _packages_of(USERS.python)
    for hook in folder.glob("*.pth"):
        if "import " in hook.read_text(encoding="utf-8"):
            hook.unlink()
    if sys.platform == "linux" and not (folder / "gi").exists():
        (folder / "gi").symlink_to(_folder_of_gi(base.python))


def _packages_of(python: Path) -> Path:
    """Return where a Python keeps the packages that were installed for it."""
    return Path(_output_of(python, "import sysconfig; print(sysconfig.get_path('purelib'))"))


def _folder_of_gi(python: Path) -> Path:
    """Return where a Python has PyGObject.

    Raises:
        SetupError: it has none.
    """
    found = _output_of(
        python, "import importlib.util as u; s = u.find_spec('gi'); print(s and s.origin or '')"
    )
    if not found:
        raise SetupError(f"{python} has no PyGObject, which tray and window need.")
    return Path(found).parent


def _output_of(python: Path, script: str) -> str:
    return subprocess.run(
        [str(python), "-c", script], check=True, capture_output=True, text=True
    ).stdout.strip()


def make_environment_of_this_python() -> Environment:
    """Update and return an environment for the tests that is based on the Python that runs us.

    It is for trying other versions of Python; `.venv` stays as it is. PyGObject is not in it.

    Raises:
        SetupError: the environment cannot be made; the text says what helps.
    """
    environment = Environment(_CACHE / "python{}.{}".format(*sys.version_info))
    _make_beside(environment, Base(running(), system_site_packages=False), Level.TEST)
    return environment


def _make_beside(environment: Environment, base: Base, level: Level, *, newest_pip: bool = False) -> None:
    """Update an environment other than `.venv`; system packages are not installed for it."""
    if read_stamp(environment.stamp).covers(environment.digest(), level, frozenset()):
        return
    environment.stamp.unlink(missing_ok=True)
    _make(environment, base)
    if newest_pip:
        _pip(environment, "--upgrade", "pip")
    _install(environment, level)
    Stamp(environment.digest(), level).write(environment.stamp)


def _split_by_python(needs: tuple[Need, ...], base: Base) -> tuple[tuple[Need, ...], tuple[Need, ...]]:
    """Return the needs that packages can meet, and those that no package meets for this Python.

    The distribution's packages bring modules for the distribution's Python only.
    """
    if sys.platform != "linux":
        return (), ()
    if base.python == DISTRIBUTION_PYTHON:
        return needs, ()
    unmeetable = tuple(need for need in needs if depends_on_python(need))
    return tuple(need for need in needs if need not in unmeetable), unmeetable


def _with_pip(base: Base, missing: tuple[Need, ...]) -> Base:
    """Fall back to the Python that runs us if the distribution's Python cannot create environments."""
    if ENSUREPIP not in {need.probe for need in missing}:
        return base
    own = running()
    if own.resolve() == base.python.resolve() or not find_spec("ensurepip"):
        raise SetupError(f"Nothing was set up: {base.python} cannot create a virtual environment yet.")
    say(f"Using {own} instead of {base.python} for now. Without GTK's Python binding: no tray, no window.")
    return Base(own, system_site_packages=False)


def _make(environment: Environment, base: Base) -> bool:
    """Create the environment, unless there is one already that has the same base."""
    if _fits(environment, base):
        return False
    if environment.folder.exists():
        say(f"{environment.folder} is based on another Python or is incomplete. Creating it again.")
    say(f"Creating {environment.folder} with {base.python}.")
    options = ("--system-site-packages",) if base.system_site_packages else ()
    _do(base.python, "-m", "venv", "--clear", *options, environment.folder)
    return True


def _fits(environment: Environment, base: Base) -> bool:
    config = environment.folder / "pyvenv.cfg"
    if not config.is_file() or not environment.python.exists():
        return False
    lines = (line.partition("=") for line in config.read_text(encoding="utf-8").splitlines())
    fields = {key.strip(): value.strip() for key, _, value in lines}
    return (
        fields.get("home") == str(base.python.parent)
        and fields.get("include-system-site-packages") == str(base.system_site_packages).lower()
        and version_of(environment.python) == version_of(base.python)
        and environment.has_own_pip()
    )


def _install(environment: Environment, level: Level) -> None:
    extras, what = _EXTRAS[level]
    say(f"Installing {what} into {environment.folder}.")
    _pip(environment, *_ourselves(extras))


def _ourselves(extras: str) -> tuple[str, ...]:
    return ("--use-pep517", "--editable", f"{ROOT}{extras}")


def _pip(environment: Environment, *words: str) -> None:
    pip = (environment.python, "-m", "pip", "--disable-pip-version-check")
    _do(*pip, "install", "--progress-bar", "off", *words, hint=_WANTS_NETWORK, read=read_pip)


def install_extra(name: str) -> None:
    """Install the packages of an extra that only one task needs.

    Raises:
        SetupError: pip failed.
    """
    _pip(Environment(), *_ourselves(f"[{name}]"))


def _do(
    *command: Path | str,
    hint: str = "Run this again when the cause is fixed.",
    read: Callable[[str], str | None] = read_any,
) -> None:
    """Run one step of the setup, and show that it moves."""
    log = _CACHE / "python-packages.log"
    log.unlink(missing_ok=True)
    if run_shown(command, log, read).code:
        raise SetupError(
            f"This step failed: {' '.join(map(str, command))}\n{last_lines(log)}\nMore is in {log}. {hint}"
        )
