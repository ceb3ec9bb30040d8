"""Decides what to show and offer, from the newest release and how this program was installed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from claudometer.domain.update import Install, Offer, Stage, UpdateFailure
from claudometer.updates.addresses import may_request

if TYPE_CHECKING:
    from claudometer.updates.manifest import Download, Manifest
    from claudometer.updates.versions import Version

DOWNLOAD_OFFERS = {Install.APPIMAGE: Offer.INSTALL, Install.DMG: Offer.OPEN}
"""The installations that we download a file for. The others are updated by the system's own tools."""


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What a check compares the manifest with.

    Attributes:
        running: the running version; ``None`` if it is not a release's.
        install: how the program was installed.
        platform: the manifest's name for this machine, such as ``linux-x86_64``.
        command: the command line that updates such an installation, with ``{version}`` in it, if any.
        address: where the manifest came from.
        has_key: whether we have the publisher's public key.
    """

    running: Version | None
    install: Install
    platform: str
    command: str | None
    address: str
    has_key: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of a check.

    Attributes:
        download: the file whose signature must be verified before anything is offered: the one for this
            machine or, if nothing is to be downloaded, any. ``None`` if only the page is offered.
    """

    stage: Stage
    version: Version | None = None
    offer: Offer | None = None
    command: str | None = None
    failure: UpdateFailure | None = None
    download: Download | None = None
    detail: str = ""


def file_suffix(install: Install, platform: str) -> str:
    """Return the end of the name of the file that updates such an installation.

    Every file of a release is signed, so a signature alone does not keep a .deb out of an AppImage's place.
    """
    return ".dmg" if install is Install.DMG else f"{platform.partition('-')[2]}.AppImage"


def decide(manifest: Manifest, context: CheckContext) -> Verdict:
    """Compare versions, and choose what fits the installation. Never offers an older version."""
    version = manifest.version
    if context.running is None:
        return Verdict(Stage.FAILED, version, Offer.PAGE, failure=UpdateFailure.OWN_VERSION)
    if version <= context.running:
        return Verdict(Stage.CURRENT, version)
    # After comparing versions: that there is a newer one can be said without a key.
    if not context.has_key:
        return Verdict(Stage.AVAILABLE, version, Offer.PAGE, failure=UpdateFailure.NO_KEY)
    if context.install in DOWNLOAD_OFFERS:
        return _offer_download(manifest, context)
    # An .msi, or an AppImage that was unpacked: see updates.md.
    if context.command is None:
        return Verdict(Stage.AVAILABLE, version, Offer.PAGE)
    return _offer_command(manifest, context, context.command.format(version=version))


def _offer_command(manifest: Manifest, context: CheckContext, command: str) -> Verdict:
    """Offer a command line to type, for a version that has a signature to verify."""
    downloads = manifest.downloads
    # Any file will do: its signature names the version, and nothing is downloaded.
    download = downloads.get(context.platform) or next(iter(downloads.values()), None)
    if download is None:
        return Verdict(Stage.REFUSED, manifest.version, failure=UpdateFailure.SIGNATURE_UNREADABLE)
    return Verdict(Stage.AVAILABLE, manifest.version, Offer.COMMAND, command, download=download)


def _offer_download(manifest: Manifest, context: CheckContext) -> Verdict:
    download = manifest.downloads.get(context.platform)
    if download is None:
        return Verdict(Stage.AVAILABLE, manifest.version, Offer.PAGE, failure=UpdateFailure.NO_FILE)
    if not may_request(download.url, context.address):
        return Verdict(Stage.REFUSED, manifest.version, failure=UpdateFailure.OTHER_HOST)
    if not download.file_name.endswith(file_suffix(context.install, context.platform)):
        return Verdict(Stage.REFUSED, manifest.version, failure=UpdateFailure.OTHER_FILE)
    return Verdict(Stage.AVAILABLE, manifest.version, DOWNLOAD_OFFERS[context.install], download=download)
