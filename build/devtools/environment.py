"""Creates and updates `.venv`: from which Python, with which packages. Knows nothing of the tasks."""

import subprocess
import sys
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from devtools import catalog
from devtools.catalog import ENSUREPIP, Need, Purpose, depends_on_python, needs_for
from devtools.machine import missing_needs
from devtools.provision import provide
from devtools.speech import say
from devtools.stamp import Level, Stamp, digest_of, read_stamp

ROOT = Path(__file__).resolve().parents[2]
DISTRIBUTION_PYTHON = Path("/usr/bin/python3")
OLDEST_PYTHON = (3, 11)
_EXTRAS = {
    Level.APP: ("", "Claudometer and its Python packages"),
    Level.TEST: ("[test]", "Python packages for the tests"),
    Level.DEVELOPMENT: ("[test,dev]", "Python packages for development"),
}
_WANTS_NETWORK = "This step needs a connection to the Python package index. Run this again when there is one."


class SetupError(Exception):
    """The environment cannot be created; the text is for the person at the terminal."""


@dataclass(frozen=True)
class Base:
    """The Python that an environment is based on."""

    python: Path
    system_site_packages: bool
    remark: str | None = None


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


USERS = Environment(ROOT / ".cache" / "users")
"""What measurements run in."""


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
        "GTK's Python binding belongs to the distribution's Python: unless this one has PyGObject too, "
        "tray and window cannot start. The terminal commands work.",
    )


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
    base = _find_base()
    missing = _provide(wanted, base)
    level = max(level, stamp.level)  # `run` must not turn a development environment into a smaller one
    environment.stamp.unlink(missing_ok=True)
    made = _make(environment, _with_pip(base, missing))
    if made or not stamp.covers(environment.digest(), level, frozenset()):
        _install(environment, level)
    met = wanted - {need.purpose for need in missing}
    Stamp(environment.digest(), level, met).write(environment.stamp)
    return missing


def make_users_environment() -> None:
    """Update the environment of somebody who only runs the program, for measurements.

    It must not hold the tests' packages, because the program's libraries load some of those where they find
    them, such as trio (4 MB). Nor does it see the distribution's: what installs itself as a start-up hook
    (``.pth``) costs every start up to 25 ms and 4 MB on one machine and nothing on another. Of those it has
    PyGObject alone, which no index offers built. Its pip is the newest, because that writes our command's
    script, as pipx and uv do; a pip of before 2026 lets the script import ``re``, for 4 ms.

    Raises:
        SetupError: the environment cannot be made; the text says what helps.
    """
    base = replace(_find_base(), system_site_packages=False)
    _make_beside(USERS, base, Level.APP, newest_pip=True)
    folder = _packages_of(USERS.python)
    for hook in folder.glob("*.pth"):
        if "import " in hook.read_text(encoding="utf-8"):
            hook.unlink()
    if sys.platform == "linux" and not (folder / "gi").exists():
        (folder / "gi").symlink_to(_folder_of_gi(base.python))


def _packages_of(python: Path) -> Path:
    """Return where a Python keeps the packages that were installed for it."""
    return Path(_said_by(python, "import sysconfig; print(sysconfig.get_path('purelib'))"))


def _folder_of_gi(python: Path) -> Path:
    """Return where a Python has PyGObject.

    Raises:
        SetupError: it has none.
    """
    found = _said_by(python, "import importlib.util as u; s = u.find_spec('gi'); print(s and s.origin or '')")
    if not found:
        raise SetupError(f"{python} has no PyGObject, which tray and window need.")
    return Path(found).parent


def _said_by(python: Path, script: str) -> str:
    return subprocess.run(
        [str(python), "-c", script], check=True, capture_output=True, text=True
    ).stdout.strip()


def make_environment_of_this_python() -> Environment:
    """Update and return an environment for the tests that is based on the Python that runs us.

    It is for trying other versions of Python; `.venv` stays as it is. PyGObject is not in it.

    Raises:
        SetupError: the environment cannot be made; the text says what helps.
    """
    environment = Environment(ROOT / ".cache" / "python{}.{}".format(*sys.version_info))
    _make_beside(environment, Base(_running(), system_site_packages=False), Level.TEST)
    return environment


def _make_beside(environment: Environment, base: Base, level: Level, *, newest_pip: bool = False) -> None:
    """Update an environment other than `.venv`; system packages are not installed for it."""
    if read_stamp(environment.stamp).covers(environment.digest(), level, frozenset()):
        return
    environment.stamp.unlink(missing_ok=True)
    _make(environment, base)
    if newest_pip:
        pip = (environment.python, "-m", "pip", "--disable-pip-version-check", "--quiet")
        _do(*pip, "install", "--upgrade", "pip", hint=_WANTS_NETWORK)
    _install(environment, level)
    Stamp(environment.digest(), level).write(environment.stamp)


def _provide(purposes: frozenset[Purpose], base: Base) -> tuple[Need, ...]:
    """Install system packages, but no modules of the distribution's Python if another Python is used."""
    if sys.platform != "linux":
        return ()
    needs = needs_for(purposes)
    vain = () if base.python == DISTRIBUTION_PYTHON else tuple(n for n in needs if depends_on_python(n))
    useful = tuple(need for need in needs if need not in vain)
    missing = provide(useful, base.python, log=ROOT / ".cache" / "system-packages.log")
    return missing + missing_needs(vain, base.python)


def _find_base() -> Base:
    base = choose_base(sys.platform, _version_of(DISTRIBUTION_PYTHON), running=_running())
    if base.remark:
        say(base.remark)
    return base


def _running() -> Path:
    """Return the Python that runs us; in a virtual environment, the one it is based on."""
    return Path(getattr(sys, "_base_executable", None) or sys.executable)


def _with_pip(base: Base, missing: tuple[Need, ...]) -> Base:
    """Fall back to the Python that runs us if the distribution's Python cannot create environments."""
    if ENSUREPIP not in {need.probe for need in missing}:
        return base
    running = _running()
    if running.resolve() == base.python.resolve() or not find_spec("ensurepip"):
        raise SetupError(f"{base.python} cannot create a virtual environment. Run this again when it can.")
    say(
        f"Using {running} instead of {base.python} for now. Without GTK's Python binding: no tray, no window."
    )
    return Base(running, system_site_packages=False)


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
        and _version_of(environment.python) == _version_of(base.python)
        and environment.has_own_pip()
    )


def _version_of(python: Path) -> tuple[int, int] | None:
    if not python.exists():
        return None
    command = [str(python), "-c", "import sys; print(*sys.version_info[:2])"]
    major, minor = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return int(major), int(minor)


def _install(environment: Environment, level: Level) -> None:
    extras, what = _EXTRAS[level]
    say(f"Installing {what} into {environment.folder}.")
    _pip_install(environment, extras)


def _pip_install(environment: Environment, extras: str) -> None:
    pip = (environment.python, "-m", "pip", "--disable-pip-version-check", "--quiet")
    _do(*pip, "install", "--use-pep517", "--editable", f"{ROOT}{extras}", hint=_WANTS_NETWORK)


def install_extra(name: str) -> None:
    """Install the packages of an extra that only one task needs.

    Raises:
        SetupError: pip failed.
    """
    _pip_install(Environment(), f"[{name}]")


def _do(*command: Path | str, hint: str = "Run this again when the cause is fixed.") -> None:
    """Run one step of the setup. Its output goes to standard error, like our messages."""
    if subprocess.run(command, check=False, stdout=sys.stderr).returncode:
        raise SetupError(f"This step failed; its output is above: {' '.join(map(str, command))}\n{hint}")
