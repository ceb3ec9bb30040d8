"""The .rpm, for the running release of Fedora, for whose Python it is compiled."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devtools.environment import ROOT
from devtools.packaging.briefcase import BUNDLES, DIST, PackagingError, do
from devtools.packaging.inputs import read_facts
from devtools.packaging.linux_python import read_version
from devtools.packaging.linux_system import make, prepare, share_of
from devtools.packaging.words import read_releases, render_rpm_changelog

ELSEWHERE = "An .rpm can only be built on Fedora or a derivative."
_DNF = "dnf"
_FIRST_READ = ROOT / "CHANGELOG"
"""Briefcase prefers this file to CHANGELOG.md, and rpmbuild accepts only its own format."""

_NO_LICENSE = "License:        Unknown\n"
"""What briefcase writes regardless of the settings."""


def is_possible_here() -> bool:
    """Tell whether this distribution installs .rpm files."""
    return shutil.which(_DNF) is not None


def build() -> Path:
    """Build the package for the running release of the distribution and return its path.

    Raises:
        PackagingError: briefcase failed.
    """
    facts = read_facts()
    template = prepare(facts)
    to_where_fedora_looks(share_of(template))
    with rpm_changelog():
        make(template, facts)
    package = max(DIST.glob("claudometer-*.rpm"), key=lambda path: path.stat().st_mtime)
    complete(package, facts.license)
    return package


def to_where_fedora_looks(share: Path) -> None:
    """Move zsh's completion to where Fedora looks for it; the other folder is Debian's."""
    (share / "zsh/site-functions").mkdir()
    (share / "zsh/vendor-completions/_claudometer").rename(share / "zsh/site-functions/_claudometer")
    (share / "zsh/vendor-completions").rmdir()


def complete(package: Path, license_name: str) -> None:
    """Build the package again with rpmbuild, from a spec completed with what briefcase has no settings for.

    Raises:
        PackagingError: briefcase's spec has changed, or rpmbuild failed.
    """
    top = next(BUNDLES.rglob("rpmbuild"))
    spec = top / "SPECS" / "claudometer.spec"
    spec.write_text(complete_spec(spec.read_text("utf-8"), license_name, read_version()), encoding="utf-8")
    do("rpmbuild", "-bb", "--quiet", "--define", f"_topdir {top}", spec)
    shutil.move(next(top.rglob(package.name)), package)


def complete_spec(spec: str, license_name: str, python: str) -> str:
    """Return the spec with the license, and with the Python version it is compiled for as a requirement.

    Raises:
        PackagingError: the spec has no line for the license.
    """
    if spec.count(_NO_LICENSE) != 1:
        raise PackagingError(f"Briefcase's spec has no line {_NO_LICENSE.strip()!r} to fill in.")
    return spec.replace(
        _NO_LICENSE, f"License:        {license_name}\nRequires:       python(abi) = {python}\n"
    )


@contextmanager
def rpm_changelog() -> Iterator[None]:
    """Provide the changelog in rpmbuild's format while the block runs."""
    releases = read_releases((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    text = render_rpm_changelog(releases, today=time.strftime("%Y-%m-%d", time.gmtime()))
    _FIRST_READ.write_text(text, encoding="utf-8")
    try:
        yield
    finally:
        _FIRST_READ.unlink()
