"""The .deb, for the running release of Debian or a derivative, for whose Python it is compiled."""

from pathlib import Path

from devtools.packaging.briefcase import DIST
from devtools.packaging.inputs import SHARED, read_facts
from devtools.packaging.linux_system import copy_file, make, prepare, share_of


def build() -> Path:
    """Build the package for the running release of the distribution and return its path.

    Raises:
        PackagingError: briefcase failed.
    """
    facts = read_facts()
    template = prepare(facts)
    copy_file(SHARED / "lintian-overrides", share_of(template) / "lintian/overrides/claudometer")
    make(template, facts)
    return max(DIST.glob("claudometer_*.deb"), key=lambda path: path.stat().st_mtime)
