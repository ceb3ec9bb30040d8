"""Wheel and sdist, for pip. They can be built on every system, without GTK; nothing is uploaded."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from devtools.environment import ROOT, Environment, install_extra
from devtools.packaging.briefcase import CACHE, DIST, do
from devtools.packaging.inputs import write_completions

MADE = CACHE / "python"
EXTRA = "package"
"""The extra in pyproject.toml with the tools that build and check."""

COMPLETIONS = "completions"
NAMES = {"bash": "claudometer", "zsh": "_claudometer", "fish": "claudometer.fish"}
"""The folder beside the packages with the shells' completions, and the names that the shells look for."""


def build() -> Path:
    """Build the sdist, and the wheel from the sdist; return the wheel's path. The sdist is beside it.

    Raises:
        PackagingError: they cannot be built, or an index would reject them.
    """
    install_extra(EXTRA)
    shutil.rmtree(MADE, ignore_errors=True)
    _module("build", "--outdir", MADE, ROOT)
    check(sorted(MADE.iterdir()))
    shutil.copytree(MADE, DIST, dirs_exist_ok=True)
    add_completions(DIST / COMPLETIONS)
    return DIST / next(MADE.glob("*.whl")).name


def add_completions(folder: Path) -> None:
    """Write the shells' completions beside the packages: pip and pipx put none where a shell looks."""
    folder.mkdir(parents=True, exist_ok=True)
    for shell, text in write_completions(Environment().python).items():
        (folder / NAMES[shell]).write_text(text, encoding="utf-8")


def check(files: Sequence[Path]) -> None:
    """Check that an index would accept the files, and that the wheel has no common mistake.

    Raises:
        PackagingError: one of the checks failed.
    """
    _module("twine", "check", "--strict", *files)
    _module("check_wheel_contents", *(file for file in files if file.suffix == ".whl"))


def _module(name: str, *words: Path | str) -> None:
    do(Environment().python, "-m", name, *words)
