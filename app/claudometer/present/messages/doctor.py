"""What the check of this computer says: titles, sentences, and the step that helps. Pure.

The key of a sentence is the part, a dot, and what was found. Any other key is an error code, whose sentences
are the same everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from claudometer.domain.checkup import Part
from claudometer.domain.errors import ErrorCode
from claudometer.present.messages import claude_errors, history_faults, requests_left, write_faults
from claudometer.present.messages.local_errors import TOOLKIT_REASONS
from claudometer.present.messages.message import Message
from claudometer.present.messages.network_errors import PROXY_CHECKED
from claudometer.present.messages.tray_hosts import TRAY_PIECES

if TYPE_CHECKING:
    Button = Literal["settings", "install-status-line", "install-hook", "unlock-keyring"]

TITLES: Final = {
    Part.LOGIN: "Login",
    Part.CONNECTION: "Connection to Claude",
    Part.PROXY: "Proxy",
    Part.CERTIFICATES: "Certificates",
    Part.ROOM: "Requests left",
    Part.CLOCK: "Clock",
    Part.TRAY: "Tray",
    Part.NOTIFICATIONS: "Notifications",
    Part.KEYRING: "Keyring",
    Part.WINDOW: "Window",
    Part.AUTOSTART: "Start at login",
    Part.STATUS_LINE: "Status line",
    Part.HOOK: "Hook",
    Part.SETTINGS: "Settings",
    Part.DATA: "Saved data",
    Part.HISTORY: "History",
    Part.COPIES: "Running app",
    Part.VERSIONS: "Versions",
}

REPORT_TITLE: Final = "### Claudometer {version}: {verdict}"
"""The first line of a copied report, in Markdown."""

EVERYTHING_ELSE_WORKS: Final = "Everything else works."
EVERYTHING_WORKS: Final = "Everything works."
ONE_NEEDS_YOU: Final = "1 thing needs you."
SEVERAL_NEED_YOU: Final = "{count} things need you."
ONE_UNKNOWN: Final = "Nothing needs you; 1 check has no result."
SEVERAL_UNKNOWN: Final = "Nothing needs you; {count} checks have no result."

_DISK: Final = "Check the drive of your home folder, then try again."
_BUS: Final = "Log out and back in, then try again."
_IN_SETTINGS: Final = "Turn it on again in Settings:"
_SAVE_AS_UTF8: Final = "Open it in an editor and save it as UTF-8."
_INSTALL_IT: Final = "Install it:"

LATE: Final = {
    Part.LOGIN: Message("The drive with Claude Code's folder did not respond within {seconds} s.", _DISK),
    Part.STATUS_LINE: Message(
        "The drive with Claude Code's settings did not respond within {seconds} s.", _DISK
    ),
    Part.HOOK: Message("The drive with Claude Code's settings did not respond within {seconds} s.", _DISK),
    Part.SETTINGS: Message("The drive with the settings did not respond within {seconds} s.", _DISK),
    Part.AUTOSTART: Message("The drive with the settings did not respond within {seconds} s.", _DISK),
    Part.DATA: Message("The drive with the saved data did not respond within {seconds} s.", _DISK),
    Part.ROOM: Message("The drive with the saved data did not respond within {seconds} s.", _DISK),
    Part.TRAY: Message("The session's message bus did not respond within {seconds} s.", _BUS),
    Part.NOTIFICATIONS: Message("The session's message bus did not respond within {seconds} s.", _BUS),
    Part.KEYRING: Message("The keyring did not respond within {seconds} s.", _BUS),
    Part.CONNECTION: Message(
        "Claude's server did not respond within {seconds} s.", "Check your internet connection."
    ),
}
"""For a check that took too long. ``seconds`` is how long it may take."""

LATE_OTHERWISE: Final = Message("There was no result within {seconds} s.", "")

SENTENCES: Final[dict[str, Message]] = {
    **{f"{part}.late": LATE.get(part, LATE_OTHERWISE) for part in Part},
    **{
        f"{part}.failed": Message("The check itself failed ({kind}).", "Report it, and include this text.")
        for part in Part
    },
    **{f"{part}.demo": Message("Not checked in the demo.", "") for part in Part},
    # Claude Code's login, or the session key.
    "login.found": Message("Found in {folder}, valid until {until}.", ""),
    "login.found_without_end": Message("Found in {folder}.", ""),
    "login.readable": Message(
        "Other users of this computer can read Claude Code's login file.", "Make it readable only by you:"
    ),
    "login.foreign": Message("Claude Code's login file belongs to another user.", "Make it your own:"),
    "login.key_in_keyring": Message("The claude.ai session key is in the keyring.", ""),
    "login.key_until": Message("The claude.ai session key is in the keyring, valid until {until}.", ""),
    "login.key_in_variable": Message("The claude.ai session key is in CLAUDOMETER_SESSION_KEY.", ""),
    "login.key_unread": Message("The session key cannot be read without the keyring.", ""),
    "login.local": Message("Not read, because “This computer only” is chosen.", ""),
    # The network.
    "connection.answered": Message("{host} answered in {seconds} s.", ""),
    "connection.local": Message("Nothing is sent, because “This computer only” is chosen.", ""),
    **PROXY_CHECKED,
    "connection.by_proxy": Message("Not known until the proxy works.", ""),
    "connection.by_certificates": Message("Not known until there are certificates.", ""),
    "connection.by_settings": Message("Not known until the variable is corrected.", ""),
    "proxy.none": Message("No proxy is set.", ""),
    "proxy.excepted": Message("{variable} is set, but not used for {host}.", ""),
    "proxy.used": Message("{variable} is used.", ""),
    "proxy.of_system": Message("The system's proxy is used.", ""),
    "proxy.passed_over": Message(
        "Claudometer cannot use what is set in {variables}, and ignores it.", "Correct it, or unset it:"
    ),
    "certificates.found": Message("The system's certificates are used.", ""),
    "certificates.more": Message("The system's certificates and those of {variable} are used.", ""),
    "certificates.unusable": Message(
        "{variable} names certificates that cannot be read.", "Correct the variable, or unset it:"
    ),
    **requests_left.CHECKED,
    "clock.right": Message("Within {seconds} s of Claude's clock.", ""),
    "clock.unknown": Message("Not known without an answer from Claude.", ""),
    # The desktop.
    "tray.shown": Message("{host} shows tray icons.", ""),
    "tray.old_way": Message("A panel shows tray icons the older way (XEmbed).", ""),
    "tray.headless": Message("There is no graphical session here.", ""),
    **{f"tray.{piece}": message for piece, message in TRAY_PIECES.items()},
    "notifications.shown": Message("{server} shows notifications.", ""),
    "notifications.on_demand": Message("A notification service starts when it is needed.", ""),
    "toolkit.hidden": Message(TOOLKIT_REASONS["hidden"].title, "Let it see them:"),
    "toolkit.foreign": Message(TOOLKIT_REASONS["foreign"].title, "Install Claudometer with the system's:"),
    "toolkit.foreign_by_hand": TOOLKIT_REASONS["foreign_by_hand"],
    "notifications.none": Message("This desktop has no notification service.", "Install one:"),
    "notifications.headless": Message("There is no graphical session here.", ""),
    "notifications.toolkit": Message("Not known without PyGObject.", ""),
    "keyring.unlocked": Message("{keyring} is unlocked.", ""),
    # Whether no dialog came up, or it was canceled, is not known: both end the same way.
    "keyring.still_locked": Message(
        "The keyring is still locked. If no dialog asked for its password, log out and back in.",
        "To be asked again:",
    ),
    "keyring.not_needed": Message("{keyring} is locked. Claude Code's login does not need it.", ""),
    "keyring.none_needed": Message("There is no keyring. Claude Code's login does not need one.", ""),
    "window.works": Message("{engine}", ""),
    "window.of_system": Message("The system's web view is used.", ""),
    "window.headless": Message("There is no graphical session here.", ""),
    "window.no_engine": Message("WebKitGTK, which draws the window, is missing.", _INSTALL_IT),
    "autostart.on": Message("Claudometer starts at login.", ""),
    "autostart.off": Message("Claudometer does not start at login.", ""),
    "autostart.gone": Message(
        "“Start at login” starts a program that no longer exists: {program}.", _IN_SETTINGS
    ),
    "autostart.other": Message("“Start at login” starts another copy: {program}.", _IN_SETTINGS),
    "autostart.unreadable": Message(
        "The entry for “Start at login” cannot be read.", "Check the permissions of {folder}."
    ),
    # Claude Code.
    "status-line.installed": Message("Installed in {file}.", ""),
    "status-line.chained": Message("Installed in {file}; it shows your own status line, too.", ""),
    "status-line.custom": Message("Your own status line runs Claudometer.", ""),
    "status-line.absent": Message(
        "Not installed. With it, session and week are only seconds old, and cost no request.", _INSTALL_IT
    ),
    "status-line.no_claude": Message("Claude Code has no folder here.", ""),
    "status-line.gone": Message(
        "Claude Code's status line starts a program that no longer exists: {program}.", "Install it again:"
    ),
    "status-line.other": Message(
        "Claude Code's status line runs another copy: {program}.", "Make it run this one:"
    ),
    "status-line.disabled": Message(
        "“disableAllHooks” in {file} turns the status line off.", "Remove it from that file."
    ),
    "status-line.overridden": Message(
        "{file} has another status line, which takes precedence.", "Ask the administrator of this computer."
    ),
    "status-line.not_json": Message(
        "{file} is not valid JSON.", "Correct it: “claudometer statusline --install” names the line."
    ),
    "status-line.not_utf8": Message("{file} is not saved as UTF-8.", _SAVE_AS_UTF8),
    "status-line.unreadable": Message("{file} cannot be read.", "Give yourself permission to read it:"),
    "status-line.by_login": Message("Not known until Claude Code's folder can be opened.", ""),
    "hook.installed": Message("Installed in {file}.", ""),
    "hook.custom": Message("A hook of your own runs Claudometer.", ""),
    "hook.absent": Message(
        "Not installed. With it, the app knows at once when you hit a limit.", _INSTALL_IT
    ),
    "hook.no_claude": Message("Claude Code has no folder here.", ""),
    "hook.gone": Message(
        "Claude Code's hook starts a program that no longer exists: {program}.", "Install it again:"
    ),
    "hook.other": Message("Claude Code's hook runs another copy: {program}.", "Make it run this one:"),
    "hook.disabled": Message("“disableAllHooks” in {file} turns the hook off.", "Remove it from that file."),
    "hook.with_status_line": Message("Not known until the settings can be read.", ""),
    # This program.
    "settings.fine": Message("The settings can be read.", ""),
    "settings.defaults": Message("The defaults are used.", ""),
    "settings.broken": Message("{file} is not valid JSON.", "Correct it, or move it away:"),
    "settings.not_utf8": Message(
        "{file} is not saved as UTF-8.", "Save it as UTF-8 in an editor, or move it away:"
    ),
    "settings.not_file": Message("{file} is not a regular file.", "Move it away:"),
    "settings.unreadable": Message("{file} cannot be read.", "Give yourself permission to read it:"),
    "data.writable": Message("Claudometer can save its data.", ""),
    "data.foreign": Message("{folder} belongs to another user.", "Make it your own:"),
    "data.denied": Message("Claudometer is not allowed to write to {folder}.", "Allow it:"),
    "data.not_folder": Message("{folder} is a file or a link, not a folder.", "Move it away."),
    "data.read_only": Message("{folder} is on a read-only drive.", "Check that drive."),
    "data.full": Message("The disk with {folder} is full.", "Free some space on it."),
    "data.broken": Message(
        "The file with the last numbers is damaged.", "Start Claudometer, which makes a new one."
    ),
    **(history_faults.CHECKED | claude_errors.CHECKED | write_faults.CHECKED),
    "copies.one": Message("Claudometer {running} is running.", ""),
    "copies.none": Message("Claudometer is not running.", ""),
    "copies.older": Message("Claudometer {running} is running, but this is {version}.", "Restart it:"),
    "copies.second": Message("Another copy of Claudometer is running (process {pid}).", "End that copy:"),
    "copies.unresponsive": Message(
        "Claudometer is running, but not responding.", "End it, then start it again:"
    ),
    "copies.busy": Message("Too many programs are connected to Claudometer right now.", ""),
    "versions.known": Message("Claudometer {version}, Python {python}, {engine}, {desktop}.", ""),
    "versions.known_without_engine": Message("Claudometer {version}, Python {python}, {desktop}.", ""),
}

HINTS: Final[dict[str, str]] = {
    ErrorCode.LOGIN_MISSING: "Log in:",
    ErrorCode.LOGIN_DENIED: "Give yourself permission to read it:",
    ErrorCode.LOGIN_FOLDER_DENIED: "Give yourself permission to open it:",
    ErrorCode.LOGIN_UNREADABLE: "Log in again:",
    ErrorCode.LOGIN_RESTING: "Open Claude Code, which renews its login:",
    ErrorCode.LOGIN_SCOPE_MISSING: "Log in with “claude” and /login:",
    ErrorCode.LOGIN_FOLDER_WRONG: "Set CLAUDE_CONFIG_DIR to Claude Code's folder, or unset it:",
    ErrorCode.CERTIFICATES_MISSING: "Install them:",
    ErrorCode.TRAY_TOOLKIT_MISSING: _INSTALL_IT,
    ErrorCode.PROXY_UNUSABLE: "Correct the variable, or unset it:",
    ErrorCode.ENVIRONMENT_INVALID: "Correct the variable, or unset it:",
    ErrorCode.URL_REFUSED: "Correct the variable, or unset it:",
    ErrorCode.CLOCK_WRONG: "Let the system set it automatically:",
    ErrorCode.KEYRING_LOCKED: "Log out and back in, or unlock it now:",
    ErrorCode.KEYRING_MISSING: "Install one:",
    ErrorCode.SESSION_KEY_MISSING: "Choose a source in Settings:",
}
"""Steps that end with a line to copy, in place of the hint of the error, which has it inside."""

COMMANDS: Final[dict[str, str]] = {
    ErrorCode.LOGIN_MISSING: "claude",
    ErrorCode.LOGIN_UNREADABLE: "claude",
    ErrorCode.LOGIN_RESTING: "claude",
    ErrorCode.LOGIN_SCOPE_MISSING: "claude",
    ErrorCode.CLOCK_WRONG: "timedatectl set-ntp true",
    ErrorCode.KEYRING_LOCKED: "{program} doctor --unlock",
    "keyring.still_locked": "{program} doctor --unlock",
    ErrorCode.SESSION_KEY_MISSING: "{program} settings",
    "autostart.gone": "{program} settings",
    "autostart.other": "{program} settings",
    "status-line.absent": "{program} statusline --install",
    "status-line.gone": "{program} statusline --install",
    "status-line.other": "{program} statusline --install",
    "hook.absent": "{program} hook --install",
    "hook.gone": "{program} hook --install",
    "hook.other": "{program} hook --install",
    "copies.older": "{program} quit && {program}",
}
"""Lines to type that need no fact but ``{program}``, this program. Others come with the finding."""

BUTTONS: Final[dict[str, Button]] = {
    ErrorCode.KEYRING_LOCKED: "unlock-keyring",
    "keyring.still_locked": "unlock-keyring",
    ErrorCode.SESSION_KEY_MISSING: "settings",
    "autostart.gone": "settings",
    "autostart.other": "settings",
    "status-line.absent": "install-status-line",
    "status-line.gone": "install-status-line",
    "status-line.other": "install-status-line",
    "hook.absent": "install-hook",
    "hook.gone": "install-hook",
    "hook.other": "install-hook",
}
"""What the app can do itself, so that the window has a button for it."""
