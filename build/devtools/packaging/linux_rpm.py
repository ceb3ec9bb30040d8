"""The .rpm: for the running release of Fedora, whose Python it is compiled for."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devtools.environment import ROOT
from devtools.packaging.briefcase import DIST
from devtools.packaging.inputs import read_facts
from devtools.packaging.linux_system import make, prepare, share_of
from devtools.packaging.words import read_releases, render_rpm_changelog

ELSEWHERE = "An .rpm can only be built on Fedora or what is made of it."
_DNF = "dnf"
_FIRST_READ = ROOT / "CHANGELOG"
"""Briefcase reads this before CHANGELOG.md, and rpmbuild takes none but its own form."""


def is_possible_here() -> bool:
    """Say whether this is a distribution that installs .rpm files."""
    return shutil.which(_DNF) is not None


def build() -> Path:
    """Build the package for the running release of the distribution, and return where it lies.

    Raises:
        PackagingError: briefcase did not do its part.
    """
    facts = read_facts()
    template = prepare(facts)
    to_where_fedora_looks(share_of(template))
    with rpm_changelog():
        make(template, facts)
    return max(DIST.glob("claudometer-*.rpm"), key=lambda path: path.stat().st_mtime)


def to_where_fedora_looks(share: Path) -> None:
    """Move zsh's completion out of the folder that Debian alone has."""
    (share / "zsh/site-functions").mkdir()
    (share / "zsh/vendor-completions/_claudometer").rename(share / "zsh/site-functions/_claudometer")
    (share / "zsh/vendor-completions").rmdir()


@contextmanager
def rpm_changelog() -> Iterator[None]:
    """Lay the changelog out as rpmbuild wants it, while the block runs."""
    releases = read_releases((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    text = render_rpm_changelog(releases, today=time.strftime("%Y-%m-%d", time.gmtime()))
    _FIRST_READ.write_text(text, encoding="utf-8")
    try:
        yield
    finally:
        _FIRST_READ.unlink()
