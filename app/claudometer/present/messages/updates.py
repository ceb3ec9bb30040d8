"""A newer version: the window's panel, the tray's menu, and why an update failed or was refused. Pure."""

from __future__ import annotations

from typing import Final

from claudometer.domain.update import Install, Offer, Stage, UpdateFailure
from claudometer.present.messages.message import Message
from claudometer.present.text import one_line

TITLES: Final[dict[Stage, str]] = {
    Stage.CHECKING: "Checking for updates…",
    Stage.CURRENT: "Claudometer {running} is up to date.",
    Stage.AVAILABLE: "Claudometer {version} is available.",
    Stage.DOWNLOADING: "Downloading Claudometer {version}…",
    Stage.VERIFYING: "Verifying Claudometer {version}…",
    Stage.READY: "Claudometer {version} is installed.",
    Stage.OPENED: "The disk image of Claudometer {version} has been verified and opened.",
    Stage.FAILED: "Could not check for updates.",
    Stage.REFUSED: "The update was rejected.",
}
UP_TO_DATE: Final = "Up to date, checked {time}"

NEWS: Final[dict[Stage, str]] = {
    Stage.AVAILABLE: "Claudometer {version} is available",
    Stage.DOWNLOADING: "Downloading Claudometer {version}…",
    Stage.VERIFYING: "Verifying Claudometer {version}…",
    Stage.READY: "Claudometer {version} is installed",
    Stage.OPENED: "Claudometer {version} is downloaded",
    Stage.REFUSED: "The update was rejected",
}
NEWS_BUTTONS: Final[dict[Stage, str]] = {
    Stage.AVAILABLE: "Update",
    Stage.DOWNLOADING: "Show",
    Stage.VERIFYING: "Show",
    Stage.READY: "Restart",
    Stage.OPENED: "Show",
    Stage.REFUSED: "Show",
}
"""At the top of the usage page. The button opens the page about updates."""

NOT_INSTALLED: Final = "Claudometer {version} was not installed."
ANSWER_REFUSED: Final = "The update information was rejected."

CHECK: Final = "Check for Updates…"
MENU: Final[dict[Stage, str]] = {
    Stage.CHECKING: "Checking for Updates…",
    Stage.AVAILABLE: "Update to {version}…",
    Stage.DOWNLOADING: "Downloading Claudometer {version}…",
    Stage.VERIFYING: "Verifying Claudometer {version}…",
    Stage.READY: "Restart to use {version}",
    Stage.REFUSED: "The update was rejected…",
}
DOWNLOADING_PERCENT: Final = "Downloading Claudometer {version}… {percent}"

HINTS: Final[dict[Stage, str]] = {
    Stage.READY: "Restart to use it. Until then, {running} keeps running.",
    Stage.OPENED: "Quit Claudometer, then drag the new version into Applications.",
}
YOU_HAVE: Final = "You have {running}. {how}"
WAYS: Final[dict[Offer, str]] = {
    Offer.INSTALL: "The update replaces it once its signature has been verified.",
    Offer.OPEN: "The disk image opens once its signature has been verified.",
    Offer.PAGE: "Download the new version from the releases page.",
}
COMMAND_HINTS: Final[dict[Install, str]] = {
    Install.DEB: "Download the .deb from the releases page, then run:",
    Install.RPM: "Download the .rpm from the releases page, then run:",
    Install.PIP: "Run this, then quit Claudometer and start it again:",
    Install.CHECKOUT: "Run this, then quit Claudometer and start it again:",
}
PROBLEM: Final = "{reason} {hint}"
REFUSAL: Final = "{reason} Nothing was installed. {hint}"

CHECKED: Final = "Checked {time}."
NEWEST_IS_OLDER: Final = "The newest release is {version}, which is older."
NEWEST_IS_OLDER_CHECKED: Final = "The newest release is {version}, which is older. Checked {time}."

BUTTONS: Final[dict[str, str]] = {
    "check": "Check for updates",
    "install": "Download and install",
    "open": "Download",
    "cancel": "Cancel",
    "restart": "Restart now",
    "page": "Open the releases page",
}

_CONNECTION = "Check your internet connection and try again."
_LATER = "Try again later."
_CLOSE = "Close programs that you do not need, then try again."
_REPORT = "If this persists, report it, and do not install Claudometer from elsewhere."
_PAGE = "Download it from the releases page."

FAILURES: Final[dict[UpdateFailure, Message]] = {
    UpdateFailure.OFFLINE: Message("The server cannot be reached.", _CONNECTION),
    UpdateFailure.DNS_FAILED: Message("The server cannot be found.", _CONNECTION),
    UpdateFailure.TIMED_OUT: Message("The server did not answer in time.", _CONNECTION),
    UpdateFailure.TLS_FAILED: Message(
        "The server's certificate is not trusted.",
        "Check the clock. Behind a company proxy, install its certificate on this computer.",
    ),
    UpdateFailure.PROXY_FAILED: Message(
        "The proxy did not let the request through.",
        "Check the proxy in HTTPS_PROXY or in the system settings.",
    ),
    UpdateFailure.CONNECTION_BROKEN: Message("The connection was interrupted.", "Try again."),
    UpdateFailure.TOO_MANY_FILES: Message("Too many files are open on this computer.", _CLOSE),
    UpdateFailure.OUT_OF_MEMORY: Message("This computer is out of memory.", _CLOSE),
    UpdateFailure.NETWORK_DENIED: Message(
        "This computer does not let Claudometer use the network.",
        "Allow it in the firewall, or in the sandbox that Claudometer runs in.",
    ),
    UpdateFailure.CLIENT_UNLOADED: Message(
        "Claudometer's own files could not be read, so nothing was sent.",
        "Check the disk that Claudometer is installed on. Its log has the reason.",
    ),
    UpdateFailure.NO_RELEASE: Message("There is no release at the update address.", "See the releases page."),
    UpdateFailure.SERVER_ERROR: Message("The server answered with HTTP {detail}.", _LATER),
    UpdateFailure.UNREADABLE: Message("The server sent an unexpected answer.", _LATER),
    UpdateFailure.TOO_LARGE: Message("The server sent more data than expected.", _LATER),
    UpdateFailure.REDIRECTED: Message(
        "The server redirected to {detail}, which hosts no releases of Claudometer.",
        "Check whether this network wants you to log in first.",
    ),
    UpdateFailure.OTHER_HOST: Message("The update information points to another server.", _REPORT),
    UpdateFailure.OWN_VERSION: Message("This build does not know its own version.", "See the releases page."),
    UpdateFailure.SIGNATURE_UNREADABLE: Message("Its signature cannot be read.", _REPORT),
    UpdateFailure.WRONG_KEY: Message("It was not signed by Claudometer's publisher.", _REPORT),
    UpdateFailure.TAMPERED: Message(
        "Its signature does not match: the download is incomplete or was tampered with.", _REPORT
    ),
    UpdateFailure.OTHER_FILE: Message("Its signature belongs to another file.", _REPORT),
    UpdateFailure.OTHER_VERSION: Message("Its signature belongs to another version.", _REPORT),
    UpdateFailure.NO_KEY: Message("This build cannot verify updates.", _PAGE),
    UpdateFailure.NO_FILE: Message("The release has no file for this computer.", "See the releases page."),
    UpdateFailure.FOLDER_DENIED: Message(
        "Claudometer is not allowed to write to {detail}.",
        "Move the AppImage to a folder of your own and start it there.",
    ),
    UpdateFailure.DISK_FULL: Message(
        "There is not enough space in {detail}.", "Free some space and try again."
    ),
    UpdateFailure.DISK_FAILED: Message(
        "Claudometer could not write to {detail}.", "Check the disk and try again."
    ),
    UpdateFailure.IMAGE_GONE: Message(
        "The file that Claudometer was started from has been moved or can no longer be run.",
        "Quit, then start Claudometer from its new location.",
    ),
    UpdateFailure.IMAGE_CHANGED: Message(
        "Claudometer's file was replaced while it ran, so the update did not touch it.",
        "Quit, then start Claudometer again.",
    ),
    UpdateFailure.OPEN_FAILED: Message("The system could not open it.", "Open it yourself: {detail}"),
    UpdateFailure.INTERNAL: Message("Something went wrong inside Claudometer; see its log.", _LATER),
}

ANOTHER_PLACE: Final = "another place"
"""Used for a detail that is not known."""


def failure_message(failure: UpdateFailure, detail: str) -> Message:
    """Return the reason and the step that helps, with their detail filled in."""
    message, shown = FAILURES[failure], one_line(detail, 120) or ANOTHER_PLACE
    return Message(message.title.format(detail=shown), message.hint.format(detail=shown))
