"""What is known of a newer version, and what can be done about it. Values alone; decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

if TYPE_CHECKING:
    from datetime import datetime


class Stage(StrEnum):
    """How far the matter has come."""

    IDLE = "idle"
    CHECKING = "checking"
    CURRENT = "current"
    AVAILABLE = "available"
    DOWNLOADING = "downloading"
    VERIFYING = "verifying"
    READY = "ready"  # the file is replaced, a restart runs the new one
    OPENED = "opened"  # a disk image lies open, the user drags it
    FAILED = "failed"  # nothing was learned, or nothing was installed: `failure` says why
    REFUSED = "refused"  # what was offered is not what the publisher signed: `failure` says how


class Install(StrEnum):
    """How this program came onto the machine."""

    APPIMAGE = "appimage"
    DMG = "dmg"
    MSI = "msi"
    DEB = "deb"
    RPM = "rpm"
    PIP = "pip"
    CHECKOUT = "checkout"


class Offer(StrEnum):
    """What a click, or the user, can do to get the new version."""

    INSTALL = "install"  # download, verify, take the old file's place
    OPEN = "open"  # download, verify, open
    COMMAND = "command"  # type it
    PAGE = "page"  # look at the page of releases


class UpdateFailure(StrEnum):
    """Why there was no answer, no new version, or none that may be trusted."""

    # No answer.
    OFFLINE = "offline"
    DNS_FAILED = "dns_failed"
    TIMED_OUT = "timed_out"
    TLS_FAILED = "tls_failed"
    PROXY_FAILED = "proxy_failed"
    CONNECTION_BROKEN = "connection_broken"
    NO_RELEASE = "no_release"
    SERVER_ERROR = "server_error"
    # An answer that is of no use.
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    REDIRECTED = "redirected"
    OTHER_HOST = "other_host"
    OWN_VERSION = "own_version"
    # Not what the publisher signed.
    SIGNATURE_UNREADABLE = "signature_unreadable"
    WRONG_KEY = "wrong_key"
    TAMPERED = "tampered"
    OTHER_FILE = "other_file"
    OTHER_VERSION = "other_version"
    # Nothing to verify with, or nothing for this machine: the page is all there is.
    NO_KEY = "no_key"
    NO_FILE = "no_file"
    # This computer.
    FOLDER_DENIED = "folder_denied"
    DISK_FULL = "disk_full"
    DISK_FAILED = "disk_failed"
    IMAGE_GONE = "image_gone"
    IMAGE_CHANGED = "image_changed"
    OPEN_FAILED = "open_failed"
    INTERNAL = "internal"


UNREACHED = frozenset(
    {
        UpdateFailure.OFFLINE,
        UpdateFailure.DNS_FAILED,
        UpdateFailure.TIMED_OUT,
        UpdateFailure.TLS_FAILED,
        UpdateFailure.PROXY_FAILED,
        UpdateFailure.CONNECTION_BROKEN,
    }
)
"""Nobody was told anything: such a check does not count as the day's."""

UNTRUSTED = frozenset(
    {
        UpdateFailure.TOO_LARGE,
        UpdateFailure.REDIRECTED,
        UpdateFailure.OTHER_HOST,
        UpdateFailure.SIGNATURE_UNREADABLE,
        UpdateFailure.WRONG_KEY,
        UpdateFailure.TAMPERED,
        UpdateFailure.OTHER_FILE,
        UpdateFailure.OTHER_VERSION,
    }
)
"""Somebody may mean harm: these are refusals, not failures."""

BUSY = frozenset({Stage.CHECKING, Stage.DOWNLOADING, Stage.VERIFYING})


@dataclass(frozen=True, slots=True)
class Update:
    """Everything that tray and window show of the matter.

    Attributes:
        running: the version that runs.
        version: the newest release, as its manifest says, once that is known.
        notes: the publisher's text about it. Foreign: to be cleaned, and shown as text.
        offer: what can be done, ``None`` when nothing can or need be.
        command: the line to type, for ``Offer.COMMAND``.
        percent: 0 to 100 of a download whose length is known.
        failure: why a check or an installation failed or was refused; also why there is only the page.
        detail: what its sentence needs: a folder, an HTTP status, a host.
        checked_at: when the last check had an answer, aware UTC.
        asked: the user asked, so the answer is to be shown also when there is no news in it.
    """

    stage: Stage = Stage.IDLE
    running: str = ""
    install: Install = Install.CHECKOUT
    version: str | None = None
    notes: str | None = None
    offer: Offer | None = None
    command: str | None = None
    percent: int | None = None
    failure: UpdateFailure | None = None
    detail: str = ""
    checked_at: datetime | None = None
    asked: bool = False


def failure_stage(failure: UpdateFailure) -> Stage:
    """Tell a refusal from a failure."""
    return Stage.REFUSED if failure in UNTRUSTED else Stage.FAILED
