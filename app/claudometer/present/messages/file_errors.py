"""What went wrong with files: our own, and Claude Code's settings. Pure."""

from __future__ import annotations

from typing import Final

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages.message import Message

SAVE_AS_UTF8: Final = "Open {path} in an editor, save it as UTF-8, and try again."

FILES: Final[dict[ErrorCode, Message]] = {
    ErrorCode.STATE_BROKEN: Message(
        "The file with the last numbers was damaged.",
        "A new one was started. Claudometer checks again within a few minutes.",
    ),
    ErrorCode.STATE_UNWRITABLE: Message(
        "Claudometer cannot save its data in {folder}.",
        "The latest numbers may be lost when the computer restarts. {cause}",
    ),
    ErrorCode.STATE_UNKEPT: Message(
        "Claudometer cannot save its data in {folder} or anywhere else.",
        "The app checks less often now, and each command sends a request, even if Claude has asked to wait. "
        "{cause}",
    ),
    ErrorCode.NOT_A_FILE: Message(
        "{path} is not a regular file, so it was not replaced.", "Move it away, then try again."
    ),
    ErrorCode.LEDGER_UNREADABLE: Message(
        "The list of requests cannot be read.", "Check the permissions of {folder}."
    ),
    ErrorCode.HISTORY_BROKEN: Message(
        "The history was damaged. What could still be read was kept.",
        "Nothing needs to be done. The damaged file is {moved_to}; delete it if you do not need it.",
    ),
    ErrorCode.HISTORY_NEWER: Message(
        "A newer Claudometer wrote the history, so this version does not change it.",
        "Install the newer version to use {path}. Until then nothing new is saved in it.",
    ),
    ErrorCode.HISTORY_UNKEPT: Message(
        "Claudometer cannot save the history in {folder}.",
        "Check the disk space and the permissions of that folder. "
        "Until then the history is kept in memory only.",
    ),
    ErrorCode.HISTORY_REPLACED: Message(
        "The history was replaced while Claudometer was running, and continues in the new file.",
        "Nothing needs to be done. The file is {path}.",
    ),
    ErrorCode.HISTORY_UNREADABLE: Message(
        "The history cannot be read.",
        "Check the permissions of {folder}. If they are right, start Claudometer: "
        "it sets a damaged file aside and keeps what can be read.",
    ),
    ErrorCode.HISTORY_WITHOUT_SQLITE: Message(
        "No history is kept, because this Python has no SQLite.",
        "Install the sqlite3 module of this Python, or use a Claudometer package, then restart.",
    ),
    ErrorCode.CLAUDE_SETTINGS_NOT_UTF8: Message(
        "Claude Code's settings are not saved as UTF-8, so nothing was changed.", SAVE_AS_UTF8
    ),
    ErrorCode.CLAUDE_SETTINGS_NOT_JSON: Message(
        "Claude Code's settings are not valid JSON, so nothing was changed.",
        "Correct {path} and try again.",
    ),
    ErrorCode.CLAUDE_SETTINGS_UNCHANGED: Message(
        "Claude Code's settings could not be read or written, so nothing was changed.",
        "Check that {path} is writable and the disk is not full, then try again.",
    ),
    ErrorCode.CLAUDE_SETTINGS_BUSY: Message(
        "Another program is changing Claude Code's settings, so nothing was changed.",
        "Try again in a moment.",
    ),
    ErrorCode.STATUS_LINE_UNKNOWN: Message(
        "Claude Code's settings contain a status line that Claudometer cannot extend.",
        "Nothing was changed. Remove “statusLine” from {path} and try again.",
    ),
    ErrorCode.HOOKS_UNKNOWN: Message(
        "Claude Code's settings contain hooks in a form that Claudometer does not know.",
        "Nothing was changed. Correct “hooks” in {path} and try again.",
    ),
    ErrorCode.WORKING_FOLDER_GONE: Message(
        "The folder {path} cannot be found, because the current folder no longer exists.",
        "Change to another folder with “cd” and try again.",
    ),
    ErrorCode.OUTPUT_UNWRITABLE: Message(
        "The output could not be written.", "Check the disk space where it is written, then try again."
    ),
}

WITH_FACT: Final[dict[tuple[ErrorCode, str], Message]] = {
    (ErrorCode.CLAUDE_SETTINGS_NOT_UTF8, "encoding"): Message(
        "Claude Code's settings are saved as {encoding} instead of UTF-8, so nothing was changed.",
        SAVE_AS_UTF8,
    ),
    (ErrorCode.CLAUDE_SETTINGS_NOT_JSON, "line"): Message(
        "Claude Code's settings are not valid JSON, so nothing was changed.",
        "The error is on line {line} of {path}. Correct that and try again.",
    ),
    (ErrorCode.CLAUDE_SETTINGS_NOT_JSON, "kind"): Message(
        "Claude Code's settings are not a JSON object, so nothing was changed.",
        "They must begin with {{ and end with }}. Correct {path} and try again.",
    ),
    (ErrorCode.LEDGER_UNREADABLE, "reason"): Message("The list of requests cannot be read.", "{cause}"),
    (ErrorCode.SETTINGS_BROKEN, "encoding"): Message(
        "Your settings file is not saved as UTF-8 and has been reset.",
        "The old file is kept as {moved_to}. Save it as UTF-8 and put it back, or choose your settings "
        "again.",
    ),
}
"""Better sentences for errors that come with an additional fact."""
