"""What to say and to offer, given what the newest release is and how this program was installed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from claudometer.domain.update import Install, Offer, Stage, Trouble
from claudometer.updates.addresses import may_ask

if TYPE_CHECKING:
    from claudometer.updates.manifest import Download, Manifest
    from claudometer.updates.versions import Version

DOWNLOADED = {Install.APPIMAGE: Offer.INSTALL, Install.DMG: Offer.OPEN}
"""Where a file can be fetched, verified and put to use. Elsewhere the system's own tools do it."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What is being updated.

    Attributes:
        running: its version; ``None`` for one that is no release's.
        platform: the manifest's name for this machine: ``linux-x86_64``.
        command: the line that updates an installation like this one, ``{version}`` in it; ``None`` for none.
        address: where the manifest was asked for.
        has_key: whether the publisher's key is at hand.
    """

    running: Version | None
    install: Install
    platform: str
    command: str | None
    address: str
    has_key: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a check.

    Attributes:
        download: whose signature has to vouch for the version before anything is offered: the file for this
            machine, or where there is none to fetch, any. ``None`` where only the page is offered.
    """

    stage: Stage
    version: Version | None = None
    offer: Offer | None = None
    command: str | None = None
    trouble: Trouble | None = None
    download: Download | None = None
    detail: str = ""


def file_end(install: Install, platform: str) -> str:
    """Return how a release names the file that such an installation can use.

    A release has more files than that, all of them signed: a .deb in an AppImage's place would not start.
    """
    return ".dmg" if install is Install.DMG else f"{platform.partition('-')[2]}.AppImage"


def decide(manifest: Manifest, now: Situation) -> Verdict:
    """Compare versions, and choose the way that fits the installation. Never one back."""
    version = manifest.version
    if now.running is None:
        return Verdict(Stage.FAILED, version, Offer.PAGE, trouble=Trouble.OWN_VERSION)
    if version <= now.running:
        return Verdict(Stage.CURRENT, version)
    if not now.has_key:
        return Verdict(Stage.AVAILABLE, version, Offer.PAGE, trouble=Trouble.NO_KEY)
    if now.install in DOWNLOADED:
        return _offer_download(manifest, now)
    if now.command is None:
        return Verdict(Stage.AVAILABLE, version, Offer.PAGE)
    return _offer_command(manifest, now, now.command.format(version=version))


def _offer_command(manifest: Manifest, now: Situation, command: str) -> Verdict:
    """Offer a line to type, for a version that some signature vouches for."""
    downloads = manifest.downloads
    download = downloads.get(now.platform) or next(iter(downloads.values()), None)
    if download is None:
        return Verdict(Stage.REFUSED, manifest.version, trouble=Trouble.SIGNATURE_UNREADABLE)
    return Verdict(Stage.AVAILABLE, manifest.version, Offer.COMMAND, command, download=download)


def _offer_download(manifest: Manifest, now: Situation) -> Verdict:
    download = manifest.downloads.get(now.platform)
    if download is None:
        return Verdict(Stage.AVAILABLE, manifest.version, Offer.PAGE, trouble=Trouble.NO_FILE)
    if not may_ask(download.url, now.address):
        return Verdict(Stage.REFUSED, manifest.version, trouble=Trouble.OTHER_HOST)
    if not download.file_name.endswith(file_end(now.install, now.platform)):
        return Verdict(Stage.REFUSED, manifest.version, trouble=Trouble.OTHER_FILE)
    return Verdict(Stage.AVAILABLE, manifest.version, DOWNLOADED[now.install], download=download)
