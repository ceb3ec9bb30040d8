"""What a release consists of, by the names of its files. PURE: must not read files."""

import base64
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from urllib.parse import quote

SIGNED = (".AppImage", ".deb", ".rpm", ".dmg", ".msi", ".whl", ".tar.gz")
"""What people install. The .zsync beside an AppImage says nothing that its signature does not."""

SIGNATURE, MANIFEST, SUMS = ".minisig", "latest.json", "SHA256SUMS"
BASE_URL = "https://github.com/claudometer/claudometer/releases/download/v{version}/{name}"

_PLATFORMS = {
    "x86_64.AppImage": ("linux-x86_64",),
    "aarch64.AppImage": ("linux-aarch64",),
    ".dmg": ("darwin-aarch64", "darwin-x86_64"),  # one file for both
    ".msi": ("windows-x86_64",),
}
_SECTION = re.compile(r"^## \[?v?(?P<version>\d+\.\d+\.\d+)\]?[^\n]*\n(?P<notes>.*?)(?=^## |\Z)", re.M | re.S)
_VERSION = re.compile(r"(?<![\d.])(\d+\.\d+\.\d+)(?!\.?\d)")


def is_signed(name: str) -> bool:
    """Tell whether a file of the release gets a signature."""
    return name.endswith(SIGNED)


def platforms_of(name: str) -> tuple[str, ...]:
    """Return the manifest's names of the machines that update themselves with a file."""
    return next((names for end, names in _PLATFORMS.items() if name.endswith(end)), ())


def url_of(version: str, name: str) -> str:
    """Return where a file of the release will be."""
    return BASE_URL.format(version=version, name=quote(name))


def notes_of(changelog: str, version: str) -> str | None:
    """Return the changelog's section about a version, as text; ``None`` if there is none."""
    for section in _SECTION.finditer(changelog):
        if section["version"] == version:
            return section["notes"].strip() or None
    return None


def manifest_for(
    version: str, signatures: Mapping[str, bytes], *, notes: str, at: datetime
) -> dict[str, object]:
    """Return ``latest.json``: per machine where its file is, and the file's signature.

    Args:
        signatures: the text of the ``.minisig`` file by the name of the file that it is about.
        at: when the release is made.
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
    """Return a sentence for each file of the release whose name has another version, or none."""
    return [
        f"{name} is not named after version {version}."
        for name in names
        if is_signed(name) and version not in _VERSION.findall(name)
    ]
