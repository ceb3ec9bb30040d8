"""Finds out which system packages the chosen tests need, before there is a pytest that could tell."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from devtools.catalog import Purpose

NEEDED_BY_MARKER = {
    "desktop": frozenset({Purpose.APP, Purpose.DESKTOP}),
    "panels": frozenset({Purpose.APP, Purpose.DESKTOP, Purpose.PANELS}),
    "chromium": frozenset({Purpose.CHROMIUM}),
    "minisign": frozenset({Purpose.RELEASE}),
    "packages": frozenset({Purpose.APP, Purpose.DESKTOP, Purpose.PACKAGES}),
}
"""By the markers of pyproject.toml. A test without one needs no system packages."""

_MARKER = re.compile(r"\bmark\.(\w+)")


def purposes_for(
    arguments: Sequence[str], folder: Path, everything: frozenset[Purpose]
) -> frozenset[Purpose]:
    """Return what the tests need that pytest's arguments choose by path; without a path, ``everything``.

    Reads the markers in the files. A file with one marked test counts as needing it.
    """
    paths = [folder / argument.partition("::")[0] for argument in arguments if not argument.startswith("-")]
    chosen = [path for path in paths if path.exists()]
    if not chosen:
        return everything
    needed = (_needed_by(file) for path in chosen for file in _files(path))
    return frozenset[Purpose]().union(*needed) & everything


def _files(path: Path) -> Iterator[Path]:
    return path.rglob("*.py") if path.is_dir() else iter((path,))


def _needed_by(file: Path) -> frozenset[Purpose]:
    names = _MARKER.findall(file.read_text(encoding="utf-8"))
    return frozenset[Purpose]().union(*(NEEDED_BY_MARKER.get(name, frozenset()) for name in names))
