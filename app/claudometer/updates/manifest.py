"""Parses ``latest.json``, the static file that names the newest version. Pure; trusts nothing in it.

The format is Tauri's, which the original Claudometer publishes: ``{version, notes, pub_date, platforms:
{name: {url, signature}}}``, where ``signature`` is a minisign file in base64. The manifest itself is not
signed: a forger can hide a version, or name a file whose own signature then does not match.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from claudometer.updates.versions import Version, parse_version

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_MANIFEST_BYTES = 64 * 1024
MAX_NOTES = 4000  # characters, which the window shows
MAX_SIGNATURE_BYTES = 4096  # four lines, together about 300 bytes


@dataclass(frozen=True, slots=True)
class Download:
    """A file of the new version: its address, the name it was signed under, and its minisign signature."""

    url: str
    file_name: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class Manifest:
    """The newest version.

    Attributes:
        notes: the publisher's text, at most ``MAX_NOTES`` characters; ``None`` if there is none. Not signed.
        downloads: by the manifest's name for a platform, such as ``linux-x86_64``.
    """

    version: Version
    notes: str | None
    downloads: Mapping[str, Download]


def parse_manifest(body: bytes) -> Manifest | None:
    """Return the manifest without downloads that cannot be used; ``None`` if it is not a manifest."""
    if len(body) > MAX_MANIFEST_BYTES:
        return None
    try:
        wire = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(wire, dict) or not isinstance(wire.get("version"), str):
        return None
    version = parse_version(wire["version"])
    if version is None:
        return None
    platforms = wire.get("platforms")
    downloads = {
        name: _read_download(entry)
        for name, entry in (platforms.items() if isinstance(platforms, dict) else ())
        if isinstance(entry, dict)
    }
    notes = wire.get("notes")
    return Manifest(
        version=version,
        notes=notes[:MAX_NOTES] if isinstance(notes, str) and notes.strip() else None,
        downloads={name: download for name, download in downloads.items() if download is not None},
    )


def _read_download(entry: Mapping[str, object]) -> Download | None:
    url, signature = entry.get("url"), entry.get("signature")
    if not isinstance(url, str) or not isinstance(signature, str) or not url.isascii():
        return None
    try:
        name = unquote(urlsplit(url).path.rpartition("/")[2])
        text = base64.b64decode(signature, validate=True)
    except (ValueError, binascii.Error):
        return None
    # The name may become that of a file on the disk.
    if not name.isprintable() or "/" in name or name in {"", ".", ".."} or len(text) > MAX_SIGNATURE_BYTES:
        return None
    return Download(url, name, text)
