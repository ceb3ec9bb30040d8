"""The .dmg: one universal app, which shows in the menu bar only."""

import os
import plistlib
from collections.abc import Mapping
from pathlib import Path

from devtools.packaging import wheels
from devtools.packaging.briefcase import BUNDLES, DIST, Briefcase, PackagingError
from devtools.packaging.inputs import Facts, read_facts

IDENTITY = "CLAUDOMETER_MACOS_IDENTITY"
"""The signing identity: a "Developer ID Application: …" in the keychain. Without it: ad hoc."""

NOTARIZE = "CLAUDOMETER_MACOS_NOTARIZE"
"""1: let Apple notarize the app, with credentials stored as briefcase's documentation describes."""


def build() -> Path:
    """Build the disk image and return its path.

    Raises:
        PackagingError: briefcase failed, or the app's Info.plist is wrong.
    """
    wheels.prepare()
    briefcase = Briefcase("macOS", "app")
    briefcase.create()
    _check(read_facts())
    briefcase.build()
    briefcase.package("--packaging-format", "dmg", *signing(os.environ))
    return max(DIST.glob("Claudometer-*.dmg"), key=lambda path: path.stat().st_mtime)


def signing(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return briefcase's options for the signature that the environment chooses."""
    identity = environ.get(IDENTITY)
    if not identity:
        return ("--adhoc-sign",)
    notarize = () if environ.get(NOTARIZE) == "1" else ("--no-notarize",)
    return ("--identity", identity, *notarize)


def find_faults(info: Mapping[str, object], facts: Facts) -> list[str]:
    """Return a line for each wrong entry of an app's Info.plist."""
    wanted = {
        "CFBundleIdentifier": facts.bundle,
        "CFBundleName": "Claudometer",
        "CFBundleExecutable": "Claudometer",
        "CFBundleShortVersionString": facts.version,
        "CFBundlePackageType": "APPL",
        "LSApplicationCategoryType": "public.app-category.utilities",
        "LSMinimumSystemVersion": "12.0",
        "LSUIElement": True,
        "MainModule": "claudometer",
    }
    return [
        f"Info.plist: {key} is {info.get(key)!r}, not {value!r}."
        for key, value in wanted.items()
        if info.get(key) != value
    ]


def _check(facts: Facts) -> None:
    """Check the Info.plist that briefcase made from our settings, before anything is built from it."""
    plist = next(BUNDLES.rglob("Claudometer.app/Contents/Info.plist"))
    faults = find_faults(plistlib.loads(plist.read_bytes()), facts)
    if faults:
        raise PackagingError("\n".join(faults))
