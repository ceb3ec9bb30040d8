"""Wheel and sdist: what pip installs. Needs neither GTK nor a system of its own; uploads nothing."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from devtools.environment import ROOT, Environment, install_extra
from devtools.packaging.briefcase import CACHE, DIST, do

MADE = CACHE / "python"
EXTRA = "package"
"""The extra of pyproject.toml that brings what builds and what checks."""


def build() -> Path:
    """Build both from the sdist alone, and return where the wheel lies; the sdist lies beside it.

    Raises:
        PackagingError: they could not be built, or an index would not take them.
    """
    install_extra(EXTRA)
    shutil.rmtree(MADE, ignore_errors=True)
    _module("build", "--outdir", MADE, ROOT)
    check(sorted(MADE.iterdir()))
    shutil.copytree(MADE, DIST, dirs_exist_ok=True)
    return DIST / next(MADE.glob("*.whl")).name


def check(files: Sequence[Path]) -> None:
    """See that an index would take these, and that no wheel has one of the common mistakes.

    Raises:
        PackagingError: they have one.
    """
    _module("twine", "check", "--strict", *files)
    _module("check_wheel_contents", *(file for file in files if file.suffix == ".whl"))


def _module(name: str, *words: Path | str) -> None:
    do(Environment().python, "-m", name, *words)
