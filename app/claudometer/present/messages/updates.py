"""Why there is no new version, or none to be trusted: a reason and the one step that helps. Pure."""

from __future__ import annotations

from claudometer.domain.update import Install, Trouble
from claudometer.present.messages.wording import Message
from claudometer.present.text import one_line

_AGAIN = "Try again later."
_TRUST = "If it stays so, tell the project; install nothing by this name from elsewhere."

TROUBLES: dict[Trouble, Message] = {
    Trouble.OFFLINE: Message("The server cannot be reached.", "Check the connection and try again."),
    Trouble.DNS_FAILED: Message("The server's name was not found.", "Check the connection and try again."),
    Trouble.TIMED_OUT: Message("No answer came in time.", "Check the connection and try again."),
    Trouble.TLS_FAILED: Message(
        "The server's certificate is not trusted.",
        "Check the clock; behind a company proxy, install its certificate in the system.",
    ),
    Trouble.PROXY_FAILED: Message(
        "The proxy did not let the question through.",
        "Check the proxy in HTTPS_PROXY or the system's settings.",
    ),
    Trouble.CONNECTION_BROKEN: Message("The connection broke off.", "Try again."),
    Trouble.NO_RELEASE: Message("There is no release at the address.", "Look at the page of releases."),
    Trouble.SERVER_ERROR: Message("The server answered with HTTP {detail}.", _AGAIN),
    Trouble.UNREADABLE: Message("The answer was not about releases.", _AGAIN),
    Trouble.TOO_LARGE: Message("What came was larger than it may be.", _AGAIN),
    Trouble.REDIRECTED: Message(
        "The server sent us on to {detail}, where no release of ours lies.",
        "Check the network for a login page.",
    ),
    Trouble.OTHER_HOST: Message("The new version was said to lie on another server.", _TRUST),
    Trouble.OWN_VERSION: Message(
        "This build does not know its own version.", "Compare it with the page of releases."
    ),
    Trouble.SIGNATURE_UNREADABLE: Message("Its signature cannot be read.", _TRUST),
    Trouble.WRONG_KEY: Message("It is signed with a key that is not the publisher's.", _TRUST),
    Trouble.TAMPERED: Message(
        "It is not what the publisher signed: cut short or changed on the way.", _TRUST
    ),
    Trouble.OTHER_FILE: Message("The signature belongs to another file.", _TRUST),
    Trouble.OTHER_VERSION: Message("The signature belongs to another version.", _TRUST),
    Trouble.NO_KEY: Message(
        "This build carries no publisher's key, so nothing could be verified here.",
        "Look at the page of releases.",
    ),
    Trouble.NO_FILE: Message("It has no file for this kind of computer.", "Look at the page of releases."),
    Trouble.FOLDER_DENIED: Message(
        "Nothing may be written to {detail}.", "Move the AppImage to a folder of your own and start it there."
    ),
    Trouble.DISK_FULL: Message("There is not enough space in {detail}.", "Free some and try again."),
    Trouble.DISK_FAILED: Message("Writing to {detail} failed.", "Check the disk, then try again."),
    Trouble.IMAGE_GONE: Message(
        "The file that Claudometer was started from has been moved, or may not be started any more.",
        "Quit, and start it from its new place.",
    ),
    Trouble.IMAGE_CHANGED: Message(
        "The file that Claudometer was started from has become another one, which stays.",
        "Quit, and start it again.",
    ),
    Trouble.OPEN_FAILED: Message("The system did not open it.", "Open it yourself: {detail}"),
    Trouble.INTERNAL: Message("Something unexpected happened; the log has it.", _AGAIN),
}

COMMAND_HINTS: dict[Install, str] = {
    Install.DEB: "Download the .deb from the page of releases, then type:",
    Install.RPM: "Download the .rpm from the page of releases, then type:",
    Install.PIP: "Type this, then quit Claudometer and start it again:",
    Install.CHECKOUT: "Type this, then quit Claudometer and start it again:",
}


def trouble_words(trouble: Trouble, detail: str) -> Message:
    """Return the reason and the step, with what they are about in place."""
    words, shown = TROUBLES[trouble], one_line(detail, 120) or "another place"
    return Message(words.title.replace("{detail}", shown), words.hint.replace("{detail}", shown))
