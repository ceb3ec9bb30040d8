"""What went wrong on this computer: keyring, settings, files, the desktop, the app itself. Pure."""

from __future__ import annotations

from typing import Final

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages import demo_errors, file_errors
from claudometer.present.messages.file_errors import FILES
from claudometer.present.messages.message import Message

KEYRING: Final[dict[ErrorCode, Message]] = {
    # Only a click on "Refresh now" may open the dialog that unlocks it.
    ErrorCode.KEYRING_LOCKED: Message(
        "The system keyring is locked.", "Unlock it, then click “Refresh now”."
    ),
    ErrorCode.KEYRING_MISSING: Message(
        "No keyring is available to store the session key.",
        "Install gnome-keyring or KWallet, or turn off “Remember”; the key is then forgotten when you quit.",
    ),
    ErrorCode.KEYRING_FAILED: Message(
        "The keyring reported an error.",
        "Log out and back in, or turn off “Remember”; the key is then forgotten when you quit.",
    ),
    ErrorCode.SESSION_KEY_UNSAVED: Message(
        "claude.ai renewed the session key, but it could not be saved in the keyring.",
        "The key works until you quit. Unlock the keyring, then click “Refresh now” to save it.",
    ),
    # Says both halves: the key is gone, whatever became of its numbers.
    ErrorCode.NUMBERS_LEFT: Message(
        "The session key was removed, but its last numbers are still on disk.",
        "{cause}",
    ),
    ErrorCode.ONLY_KEY_SAVED: Message(
        "Only the session key was changed.",
        "The other settings could not be saved, and the keyring did not undo the change. Try again.",
    ),
    ErrorCode.ONLY_AUTOSTART_SAVED: Message(
        "Only “Start at login” was changed.",
        "The other settings could not be saved, and the system did not undo the change. Try again.",
    ),
}

SETTINGS: Final[dict[ErrorCode, Message]] = {
    ErrorCode.SESSION_KEY_MALFORMED: Message(
        "That does not look like a session key.",
        "Copy the value of the cookie “sessionKey” on claude.ai; it begins with sk-ant-sid.",
    ),
    ErrorCode.INTERVAL_OUT_OF_RANGE: Message(
        "The interval must be between 10 seconds and 1 hour.", "Choose one from the list."
    ),
    ErrorCode.MODE_UNKNOWN: Message(
        "That usage source is unknown.", "Choose Claude Code, claude.ai or “This computer only”."
    ),
    ErrorCode.CLAUDE_FOLDER_REFUSED: Message(
        "That folder cannot be used.", "Choose the folder that CLAUDE_CONFIG_DIR points to."
    ),
    ErrorCode.CLAUDE_FOLDERS_LEFT: Message(
        "{variable} names several folders, of which one is shown: {folder}.",
        "To see another account, name only its folder: {named}.",
    ),
    ErrorCode.ACCOUNT_UNKNOWN: Message("There is no account “{account}”.", "These accounts exist: {known}."),
    ErrorCode.ORGANIZATION_UNKNOWN: Message(
        "That organization is not in your account.", "Choose another one, or Automatic."
    ),
    ErrorCode.ORGANIZATION_OF_LOGIN: Message(
        "The source is Claude Code, whose login decides which organization is shown.",
        "Run “claude” in a terminal and log in to another organization.",
    ),
    ErrorCode.SETTINGS_BROKEN: Message(
        "Your settings file was damaged and has been reset.",
        "The old file is kept as {moved_to}. Correct it and put it back, or choose your settings again.",
    ),
    ErrorCode.SETTINGS_VALUE_IGNORED: Message(
        "The settings file has an invalid value for {names}.",
        "The default is used instead. Set it again in Settings, or correct {path}.",
    ),
    ErrorCode.SETTINGS_UNREADABLE: Message(
        "The settings file {path} cannot be read.",
        "The defaults are in use. Check the file's permissions; the next change replaces it.",
    ),
    ErrorCode.SETTINGS_UNWRITABLE: Message("Your settings could not be saved.", "{cause}"),
    ErrorCode.ENVIRONMENT_INVALID: Message(
        "{variable} has an invalid value.",
        "Set it to {allowed}, or unset it, then start Claudometer again.",
    ),
    ErrorCode.URL_REFUSED: Message(
        "{variable} must be an https address (http is allowed only on this computer).",
        "Correct the variable or unset it. Nothing was sent.",
    ),
    ErrorCode.AUTOSTART_FAILED: Message(
        "“Start at login” could not be changed.",
        "Check the permissions of {folder}, or use the system's own settings.",
    ),
}

LOCAL_MODE: Final[dict[ErrorCode, Message]] = {
    ErrorCode.LOCAL_NUMBERS_MISSING: Message(
        "Claude Code has saved no recent numbers on this computer.",
        "In Settings, open “Check this computer” and install the status line, or choose “Claude Code”.",
    ),
    ErrorCode.LOCAL_ONLY: Message(
        "Only what Claude Code last reported on this computer is shown.",
        "Nothing is sent to Claude. For model limits and extra usage, choose “Claude Code” in Settings.",
    ),
    ErrorCode.LOGIN_NOT_READ: Message(
        "Claude Code's login is not read.",
        "To connect, choose “Claude Code” below. That also shows model limits and extra usage.",
    ),
}

# Without a home folder, each of our places needs a variable of its own.
NAME_ALL_PLACES: Final = (
    "Set HOME to your home folder, or set CLAUDE_CONFIG_DIR, XDG_CONFIG_HOME and XDG_STATE_HOME."
)

COMPUTER: Final[dict[ErrorCode, Message]] = {
    # A slow clock. `CLOCK_FAST` has the words for a fast one.
    ErrorCode.CLOCK_WRONG: Message(
        "This computer's clock is {deviation} slow.",
        "Turn on automatic time in the system settings. Until then Claudometer uses Claude's clock.",
    ),
    ErrorCode.HOME_UNUSABLE: Message("Your home folder cannot be used: {home}.", NAME_ALL_PLACES),
    ErrorCode.NO_DISPLAY: Message(
        "There is no graphical session here.",
        "Use “claudometer watch” to follow your usage in the terminal.",
    ),
    ErrorCode.TRAY_TOOLKIT_MISSING: Message(
        "Python's library for D-Bus and GTK (PyGObject) is missing.", "Install it: {command}"
    ),
    ErrorCode.TRAY_HOST_MISSING: Message(
        "No panel shows Claudometer's icon.",
        "“claudometer doctor” says why. The window works without it.",
    ),
    ErrorCode.CERTIFICATES_MISSING: Message(
        "No CA certificates are installed.", "Install the package ca-certificates."
    ),
}

APP: Final[dict[ErrorCode, Message]] = {
    ErrorCode.WINDOW_FAILED: Message(
        "Claudometer's window could not be opened.", "See the log in {folder} for the reason."
    ),
    ErrorCode.DEMO_RUNNING: Message(
        "The self-test cannot run while the demo is running.",
        "End the demo with “claudometer --demo quit”, then try again.",
    ),
    ErrorCode.SELFCHECK_NO_TRAY: Message(
        "The tray app did not start.", "See selfcheck-errors.log and the log in {folder}."
    ),
    ErrorCode.NOT_RUNNING: Message(
        "Claudometer is not running.",
        "Start it with “claudometer”. “claudometer status” shows the numbers without it.",
    ),
    ErrorCode.OTHER_ACCOUNT: Message(
        "{variable} names a different account from the one in the tray, so nothing was refreshed.",
        "Use “claudometer status”, which checks that account, or unset the variable.",
    ),
    ErrorCode.APP_UNRESPONSIVE: Message(
        "Claudometer is not responding.", "End its process, then start Claudometer again."
    ),
    ErrorCode.CONTROL_UNAVAILABLE: Message(
        "Commands and the window cannot reach Claudometer.",
        "{cause}",
    ),
    ErrorCode.CLICK_FAILED: Message("That did not work.", "See the log in {folder} for the reason."),
    ErrorCode.APP_BUSY: Message(
        "Claudometer is busy: too many programs are connected to it.",
        "Close some of them, such as “claudometer watch” in other terminals, and try again.",
    ),
    ErrorCode.APP_ENDED: Message(
        "Claudometer quit before it answered.", "Start it again with “claudometer”."
    ),
    ErrorCode.APP_STILL_RUNNING: Message(
        "Claudometer has not quit yet.", "Wait a moment. If it keeps running, end its process."
    ),
    ErrorCode.PROTOCOL_MISMATCH: Message(
        "Another version of Claudometer is running.", "Quit it, then start Claudometer again."
    ),
    ErrorCode.REQUEST_INVALID: Message(
        "The running Claudometer did not understand the request.", "Quit it, then start Claudometer again."
    ),
    ErrorCode.INTERNAL: Message(
        "Something went wrong inside Claudometer.",
        "See the log in {folder}. Starting Claudometer again usually helps.",
    ),
}

MESSAGES: Final = KEYRING | SETTINGS | FILES | LOCAL_MODE | COMPUTER | APP

WITHOUT_FACTS: Final[dict[ErrorCode, Message]] = {
    ErrorCode.AUTOSTART_FAILED: Message(
        "“Start at login” could not be changed.", "Use the system's own settings instead."
    ),
    ErrorCode.URL_REFUSED: Message(
        "Claude's address must be an https address (http is allowed only on this computer).",
        "Correct CLAUDOMETER_WEB_URL and CLAUDOMETER_OAUTH_URL or unset them. Nothing was sent.",
    ),
    ErrorCode.WINDOW_FAILED: Message(
        "Claudometer's window could not be opened.", "See Claudometer's log for the reason."
    ),
    ErrorCode.INTERNAL: Message(
        "Something went wrong inside Claudometer.",
        "See Claudometer's log. Starting Claudometer again usually helps.",
    ),
}
"""For errors that may lack the fact that their sentence needs."""

_WITH_FACT: Final[dict[tuple[ErrorCode, str], Message]] = {
    (ErrorCode.KEYRING_FAILED, "ended"): Message(
        "The keyring ended while it asked for its password.",
        "Try again. If it happens again, log out and back in, or turn off “Remember”.",
    ),
    (ErrorCode.AUTOSTART_FAILED, "reason"): Message("“Start at login” could not be changed.", "{cause}"),
    (ErrorCode.CLAUDE_SETTINGS_UNCHANGED, "reason"): Message(
        "Claude Code's settings could not be written, so nothing was changed.", "{cause}"
    ),
    (ErrorCode.SETTINGS_UNREADABLE, "reason"): Message(
        "The settings file {path} cannot be read.",
        "The defaults are in use, and the next change replaces the file. {cause}",
    ),
    (ErrorCode.APP_UNRESPONSIVE, "pid"): Message(
        "Claudometer is not responding.", "End its process ({pid}), then start Claudometer again."
    ),
    (ErrorCode.APP_STILL_RUNNING, "pid"): Message(
        "Claudometer has not quit yet.", "Wait a moment. If it keeps running, end its process ({pid})."
    ),
    (ErrorCode.INTERNAL, "restarted"): Message(
        "Part of Claudometer stopped working and was restarted.",
        "If you see this again, report it with the log in {folder}.",
    ),
    (ErrorCode.REFRESH_LATER, "browser"): Message(
        "The next refresh is at {until}.", "The hidden browser is used at most once every 5 minutes."
    ),
}
WITH_FACT: Final = file_errors.WITH_FACT | demo_errors.WITH_FACT | _WITH_FACT
"""Better sentences for errors that come with an additional fact."""

CLOCK_FAST: Final = Message(
    "This computer's clock is {deviation} fast.", MESSAGES[ErrorCode.CLOCK_WRONG].hint
)

DURATIONS: Final = (
    (86_400, "{count} day", "{count} days"),
    (3600, "{count} hour", "{count} hours"),
    (60, "{count} minute", "{count} minutes"),
)
"""The seconds of a unit, and its words for one and for several."""

HOME_REASONS: Final = {
    "unknown": Message("HOME is not set, and user {home} has no home folder.", NAME_ALL_PLACES),
    "relative": Message("HOME is not a full path: {home}.", NAME_ALL_PLACES),
    "missing": Message("HOME names a folder that does not exist: {home}.", NAME_ALL_PLACES),
    "file": Message("HOME names a file, not a folder: {home}.", NAME_ALL_PLACES),
    "missing_in_database": Message(
        "HOME is not set, and this user's home folder does not exist: {home}.", NAME_ALL_PLACES
    ),
    "file_in_database": Message(
        "HOME is not set, and this user's home folder is a file: {home}.", NAME_ALL_PLACES
    ),
}
"""What is wrong with the home folder, by the fact ``reason``."""

TOOLKIT_REASONS: Final = {
    "hidden": Message(
        "Claudometer's Python environment does not see the system's packages, such as PyGObject.",
        "Let it see them: {command}",
    ),
    "foreign": Message(
        "Claudometer runs in a Python that cannot use the system's PyGObject.",
        "Install it again with the system's Python: {command}",
    ),
    "foreign_by_hand": Message(
        "Claudometer runs in a Python that cannot use the system's PyGObject.",
        "Install it with /usr/bin/python3, in an environment with --system-site-packages.",
    ),
}
"""Why PyGObject cannot be imported, by the fact ``reason``."""

FOLDER_REASONS: Final = {
    "relative": Message("That is not a full path.", "Start with / or ~, or click Choose…"),
    "missing": Message("There is no such folder.", "Check the spelling, or click Choose…"),
    "file": Message("That is a file, not a folder.", "Choose the folder it is in."),
    "closed": Message("Claudometer cannot open that folder.", "Change its permissions, or choose another."),
}
"""Why a folder of Claude Code's was refused, by the fact ``reason``."""

ALLOWED: Final = {
    "CLAUDOMETER_MODE": "web, cli or local",
    "CLAUDOMETER_INTERVAL_SECONDS": "a whole number from 10 to 3600",
    "CLAUDOMETER_SESSION_KEY": "the value of the cookie “sessionKey”, which begins with sk-ant-sid",
    "CLAUDOMETER_LOG_LEVEL": "debug, info, warning, error or critical",
}
"""What each variable may contain. ``settings.environment`` refuses anything else."""
