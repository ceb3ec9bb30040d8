"""What a release consists of, by file name. PURE: must not read files."""

import base64
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from urllib.parse import quote

SIGNED = (".AppImage", ".deb", ".rpm", ".dmg", ".msi", ".whl", ".tar.gz")
"""The files that people install. The .zsync of an AppImage needs no signature: the AppImage has one."""

SIGNATURE, MANIFEST, SUMS = ".minisig", "latest.json", "SHA256SUMS"
BASE_URL = "https://github.com/claudometer/claudometer/releases/download/v{version}/{name}"

_PLATFORMS = {
    "x86_64.AppImage": ("linux-x86_64",),
    "aarch64.AppImage": ("linux-aarch64",),
    ".dmg": ("darwin-aarch64", "darwin-x86_64"),  # one universal file
    ".msi": ("windows-x86_64",),
}
_SECTION = re.compile(r"^## \[?v?(?P<version>\d+\.\d+\.\d+)\]?[^\n]*\n(?P<notes>.*?)(?=^## |\Z)", re.M | re.S)
_VERSION = re.compile(r"(?<![\d.])(\d+\.\d+\.\d+)(?!\.?\d)")


def is_signed(name: str) -> bool:
    """Tell whether a file of the release is signed."""
    return name.endswith(SIGNED)


def platforms_of(name: str) -> tuple[str, ...]:
    """Return the manifest's names of the platforms that install updates from this file."""
    return next((names for end, names in _PLATFORMS.items() if name.endswith(end)), ())


def url_of(version: str, name: str) -> str:
    """Return the address that a file of the release will have."""
    return BASE_URL.format(version=version, name=quote(name))


def notes_of(changelog: str, version: str) -> str | None:
    """Return the text of the changelog's section for a version; ``None`` if it is missing or empty."""
    for section in _SECTION.finditer(changelog):
        if section["version"] == version:
            return section["notes"].strip() or None
    return None


def manifest_for(
    version: str, signatures: Mapping[str, bytes], *, notes: str, at: datetime
) -> dict[str, object]:
    """Return ``latest.json``: the address and signature of the file for each platform.

    Args:
        signatures: the text of the ``.minisig`` file, by the name of the signed file.
        notes: the changelog's section.
        at: the time of the release.
    """
    return {
        "version": version,
        "notes": notes,
        "pub_date": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "platforms": {
            platform: {
                "url": url_of(version, name),
                "signature": base64.b64encode(signature).decode(),
            }
            for name, signature in sorted(signatures.items())
            for platform in platforms_of(name)
        },
    }


def misnamed(names: Iterable[str], version: str) -> list[str]:
    """Return a sentence for each signed file whose name does not contain the version."""
    return [
        f"{name} is not named after version {version}."
        for name in names
        if is_signed(name) and version not in _VERSION.findall(name)
    ]
