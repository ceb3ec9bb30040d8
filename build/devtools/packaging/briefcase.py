"""Runs briefcase in a separate environment, which keeps `.venv` small. Knows no kind of package."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from devtools.bases import DISTRIBUTION_PYTHON
from devtools.environment import ROOT, Environment, SetupError
from devtools.speech import say

REQUIREMENTS = (
    "briefcase==0.4.7",  # its templates' form and its offline switches are what this was tried with
    "shtab==1.13.0",  # writes the completions
)
CACHE = ROOT / ".cache" / "package"
BUNDLES = ROOT / "build" / "claudometer"
PAGE = Path(__file__).with_name("page.py")
DIST = ROOT / "dist"


class PackagingError(SetupError):
    """A package cannot be built; the text is for the person at the terminal."""


class Briefcase:
    """One kind of package: a platform and a format, with settings for this run.

    Without a template of ours, briefcase fetches the template of its own version and verifies its hash.
    """

    def __init__(
        self, *target: str, template: Path | None = None, settings: Mapping[str, str] | None = None
    ) -> None:
        self._target = target
        ours = {"template": _toml(str(template))} if template else {}
        self._settings = {**ours, **(settings or {})}

    def create(self) -> None:
        """Create the bundle from scratch: briefcase refuses what a failed run has left."""
        shutil.rmtree(BUNDLES, ignore_errors=True)
        self._run("create", "--no-input")
        add_page()

    def build(self, environment: Mapping[str, str] | None = None) -> None:
        """Compile and link the bundle."""
        self._run("build", "--no-input", environment=environment)

    def package(self, *options: str, environment: Mapping[str, str] | None = None) -> None:
        """Write the file for users to dist/."""
        self._run("package", "--no-input", *options, environment=environment)

    def _run(self, command: str, *options: str, environment: Mapping[str, str] | None = None) -> None:
        settings = [word for key, value in self._settings.items() for word in ("-C", f"{key}={value}")]
        program = install()
        words: list[Path | str] = [program, command, *self._target, *options, *settings]
        (CACHE / "home").mkdir(parents=True, exist_ok=True)
        env = {**os.environ, "BRIEFCASE_HOME": str(CACHE / "home"), **(environment or {})}
        if subprocess.run(words, check=False, cwd=ROOT, env=env, stdout=sys.stderr).returncode:
            raise PackagingError(f"briefcase {command} failed; its output is above, and more in logs/.")


def install() -> Path:
    """Return the path of briefcase, installed on the Python that .deb files depend on."""
    environment = Environment(CACHE / "briefcase")
    stamp = environment.folder / "requirements"
    wanted = "\n".join(REQUIREMENTS)
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        say(f"Installing {' and '.join(REQUIREMENTS)} into {environment.folder}.")
        base = DISTRIBUTION_PYTHON if sys.platform == "linux" else sys.executable
        do(base, "-m", "venv", "--clear", environment.folder)
        do(*pip_of(environment.python), "install", *REQUIREMENTS)
        stamp.write_text(wanted, encoding="utf-8")
    return environment.program("briefcase")


def add_page() -> None:
    """Put the rendered page of the window into the bundle. Briefcase has jinja2.

    Raises:
        PackagingError: it cannot be rendered.
    """
    (template,) = BUNDLES.rglob("app/web/window.html")
    done = subprocess.run([install().with_stem("python"), PAGE, ROOT], check=False, stdout=subprocess.PIPE)
    if done.returncode:
        raise PackagingError("The window's page cannot be rendered; the reason is above.")
    template.with_name("page.html").write_bytes(done.stdout)


def pip_of(program: Path) -> tuple[Path | str, ...]:
    """Return the command line of pip in the environment of this program, without its notices."""
    python = program.with_stem("python")
    return (python, "-m", "pip", "--disable-pip-version-check", "--quiet")


def do(*command: Path | str) -> None:
    """Run one step. Its output goes to standard error, like our messages.

    Raises:
        PackagingError: it failed.
    """
    if subprocess.run(command, check=False, stdout=sys.stderr).returncode:
        raise PackagingError(f"This step failed; its output is above: {' '.join(map(str, command))}")


def _toml(text: str) -> str:
    return f"'{text}'"
