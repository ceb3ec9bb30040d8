"""What is known of a newer version, and what can be done about it. Values only; decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class Stage(StrEnum):
    """How far an update has come."""

    IDLE = "idle"
    CHECKING = "checking"
    CURRENT = "current"
    AVAILABLE = "available"
    DOWNLOADING = "downloading"
    VERIFYING = "verifying"
    READY = "ready"  # the file is replaced; a restart runs the new version
    OPENED = "opened"  # the disk image is open; the user drags the app out of it
    FAILED = "failed"  # the check or the installation did not succeed: `failure` says why
    REFUSED = "refused"  # the file is not what the publisher signed: `failure` says how


class Install(StrEnum):
    """How this program was installed."""

    APPIMAGE = "appimage"
    DMG = "dmg"
    MSI = "msi"
    DEB = "deb"
    RPM = "rpm"
    PIP = "pip"
    CHECKOUT = "checkout"


class Offer(StrEnum):
    """How the user can get the new version: by a click, or by hand."""

    INSTALL = "install"  # a click downloads and verifies it, and replaces the old file
    OPEN = "open"  # a click downloads, verifies and opens it
    COMMAND = "command"  # a line to type, because the system's own tools install it
    PAGE = "page"  # only the releases page


class UpdateFailure(StrEnum):
    """Why a check, a download or an installation failed, or was refused."""

    # No answer.
    OFFLINE = "offline"
    DNS_FAILED = "dns_failed"
    TIMED_OUT = "timed_out"
    TLS_FAILED = "tls_failed"
    PROXY_FAILED = "proxy_failed"
    CONNECTION_BROKEN = "connection_broken"
    TOO_MANY_FILES = "too_many_files"
    OUT_OF_MEMORY = "out_of_memory"
    NETWORK_DENIED = "network_denied"
    CLIENT_UNLOADED = "client_unloaded"
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
    # Nothing to verify with, or no file for this machine: only the releases page can be offered.
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
        UpdateFailure.TOO_MANY_FILES,
        UpdateFailure.OUT_OF_MEMORY,
        UpdateFailure.NETWORK_DENIED,
        UpdateFailure.CLIENT_UNLOADED,
    }
)
"""No server was reached, so the daily check has not happened yet."""

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
"""Somebody may be tampering: these are refusals, not failures."""

BUSY = frozenset({Stage.CHECKING, Stage.DOWNLOADING, Stage.VERIFYING})


@dataclass(frozen=True, slots=True)
class Update:
    """Everything that tray and window show of an update.

    Attributes:
        running: the version that runs.
        version: the newest release, as its manifest says, once that is known.
        notes: the publisher's text about it. Untrusted: to be cleaned, and shown as plain text only.
        offer: how the user can get it, ``None`` if there is nothing to get.
        command: the line to type, for ``Offer.COMMAND``.
        percent: progress of the download, 0 to 100; ``None`` while its length is not known.
        failure: why a check or an installation failed or was refused, or why only the page is offered.
        detail: what the sentence about the failure needs: a folder, an HTTP status or a host.
        checked_at: when a check last had an answer, aware UTC.
        asked: the user asked for this check, so its result is shown even if there is nothing new.
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
    """Return whether it counts as a failure or as a refusal."""
    return Stage.REFUSED if failure in UNTRUSTED else Stage.FAILED
