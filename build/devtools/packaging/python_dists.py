"""Wheel and sdist, for pip. They can be built on every system, without GTK; nothing is uploaded."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from devtools.environment import ROOT, Environment, install_extra
from devtools.packaging.briefcase import CACHE, DIST, do

MADE = CACHE / "python"
EXTRA = "package"
"""The extra in pyproject.toml with the tools that build and check."""


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
    return DIST / next(MADE.glob("*.whl")).name


def check(files: Sequence[Path]) -> None:
    """Check that an index would accept the files, and that the wheel has no common mistake.

    Raises:
        PackagingError: one of the checks failed.
    """
    _module("twine", "check", "--strict", *files)
    _module("check_wheel_contents", *(file for file in files if file.suffix == ".whl"))


def _module(name: str, *words: Path | str) -> None:
    do(Environment().python, "-m", name, *words)
