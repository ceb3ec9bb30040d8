"""The .msi: into the user's own folder, so that no administrator is asked."""

import os
from collections.abc import Mapping
from pathlib import Path

from devtools.packaging import wheels
from devtools.packaging.briefcase import DIST, Briefcase

IDENTITY = "CLAUDOMETER_WINDOWS_IDENTITY"
"""Whose signature: a certificate's SHA-1 thumbprint in the user's store. Without it there is none."""


def build() -> Path:
    """Build the installer, and return where it lies.

    Raises:
        PackagingError: briefcase did not do its part.
    """
    wheels.prepare()
    briefcase = Briefcase("windows", "app")
    briefcase.create()
    briefcase.build()
    briefcase.package("--packaging-format", "msi", *signing(os.environ))
    return max(DIST.glob("Claudometer-*.msi"), key=lambda path: path.stat().st_mtime)


def signing(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return briefcase's options for what the environment asks for."""
    identity = environ.get(IDENTITY)
    return ("--identity", identity) if identity else ("--adhoc-sign",)
