"""The .msi. It installs for the user alone, so that no administrator is needed."""

import os
from collections.abc import Mapping
from pathlib import Path

from devtools.packaging import wheels
from devtools.packaging.briefcase import DIST, Briefcase

IDENTITY = "CLAUDOMETER_WINDOWS_IDENTITY"
"""The SHA-1 thumbprint of a certificate in the user's store. Without it the installer is not signed."""


def build() -> Path:
    """Build the installer and return its path.

    Raises:
        PackagingError: briefcase failed.
    """
    wheels.prepare()
    briefcase = Briefcase("windows", "app")
    briefcase.create()
    briefcase.build()
    briefcase.package("--packaging-format", "msi", *signing(os.environ))
    return max(DIST.glob("Claudometer-*.msi"), key=lambda path: path.stat().st_mtime)


def signing(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return briefcase's options for the signature that the environment chooses."""
    identity = environ.get(IDENTITY)
    return ("--identity", identity) if identity else ("--adhoc-sign",)
