"""Why the history is not saved or cannot be read, each with the step that helps. Pure.

The window, the tray, ``status`` and the commands about the history say the same.
"""

from __future__ import annotations

from typing import Final

from claudometer.present.messages.message import Message

_MOVE: Final = "Move it away. Claudometer then saves the history again."
_ENABLE: Final = "Allow it: chmod u+rw {quoted_path}"

REASONS: Final[dict[str, Message]] = {
    "is_fifo": Message("The history is not saved: {path} is a FIFO (named pipe), not a file.", _MOVE),
    "is_socket": Message("The history is not saved: {path} is a socket, not a file.", _MOVE),
    "is_folder": Message("The history is not saved: {path} is a folder, not a file.", _MOVE),
    "is_device": Message("The history is not saved: {path} is a device, not a file.", _MOVE),
    "is_other": Message("The history is not saved: {path} is not a regular file.", _MOVE),
    "loop": Message(
        "The history is not saved: the link {path} leads back to itself.",
        "Delete that link. Claudometer then saves the history again.",
    ),
    "nowhere": Message(
        "The history is not saved: the link {path} leads to {target}, which does not exist.",
        "Mount the drive it is on, or delete the link.",
    ),
    "locked": Message(
        "The history is not saved: another program keeps {path} locked.",
        "Close the program that has it open, such as a database viewer. Claudometer then saves it again.",
    ),
    "locked_by": Message(
        "The history is not saved: {program} (process {pid}) keeps {path} locked.",
        "Close that program. Claudometer then saves the history again.",
    ),
    "no_locks": Message(
        "The history is not saved: the drive with {folder} cannot lock files.",
        "Set XDG_STATE_HOME to a folder on another drive, then start Claudometer again.",
    ),
    "read_only": Message(
        "The history is not saved: the drive with {folder} is read-only.",
        "Make that drive writable. Claudometer then saves the history again.",
    ),
    "full": Message(
        "The history is not saved: the disk with {folder} is full.",
        "Free some space on it. Claudometer then saves the history again.",
    ),
    "quota": Message(
        "The history is not saved: your share of the disk with {folder} (your quota) is used up.",
        "Delete files of yours on it. Claudometer then saves the history again.",
    ),
    "denied": Message("The history is not saved: you are not allowed to read and write {path}.", _ENABLE),
    "denied_folder": Message(
        "The history is not saved: you are not allowed to write to {folder}.",
        "Allow it: chmod u+rwx {quoted_folder}",
    ),
    "foreign": Message(
        "The history is not saved: {path} belongs to {owner}.",
        "Make it your own: {command}",
    ),
    "foreign_folder": Message(
        "The history is not saved: {folder} belongs to {owner}.",
        "Make it your own: {command}",
    ),
    "protected": Message(
        "The history is not saved: {path} is protected against changes.",
        "Remove the protection: {command}",
    ),
    "not_folder": Message(
        "The history is not saved: {folder} is not a folder.",
        "Move it away. Claudometer then saves the history again.",
    ),
    "failing": Message(
        "The history is not saved: the drive with {folder} reports errors.",
        "Check that drive, and copy what you need to another one.",
    ),
    "damaged": Message(
        "The history cannot be read: {path} is damaged.",
        "Start Claudometer, or restart it if it runs: it sets the damaged file aside and keeps what can be "
        "read.",
    ),
}
"""By the fact ``reason``, which ``store/faults.py`` finds."""

_NO_LIST: Final = "The list of requests cannot be read."

LIST_UNREAD: Final[dict[str, Message]] = {
    f"history.{reason}": Message(_NO_LIST, f"{fault.title} {fault.hint}") for reason, fault in REASONS.items()
}
"""The same of the list of requests, which is in the history's file."""

REPLACED: Final[dict[str, Message]] = {
    "deleted": Message(
        "{path} was deleted or moved while Claudometer was running, so a new history was started.",
        "Nothing needs to be done. To continue with an old file, quit Claudometer and move it back.",
    ),
    "replaced": Message(
        "{path} was replaced while Claudometer was running. The history continues in the new file.",
        "Nothing needs to be done.",
    ),
}
"""What happened to the open file, by the fact ``reason``."""

ANOTHER_USER: Final = "another user"
"""In place of the owner's name."""

CHECKED: Final[dict[str, Message]] = {
    "history.kept": Message("Kept since {since}, {size} MB.", ""),
    "history.none": Message("Nothing is kept yet.", ""),
    "history.late": Message(
        "The drive with the history did not respond within {seconds} s.",
        "Check the drive of your home folder, then try again.",
    ),
    "history.by_data": Message("Not known until the data can be saved.", ""),
    "data.by_history": Message("Not known until the history, in the same file, can be read.", ""),
}
"""What a check of this computer says of a history without a fault."""

STEPS: Final[dict[str, str]] = {
    "denied": "Allow it:",
    "denied_folder": "Allow it:",
    "foreign": "Make it your own:",
    "foreign_folder": "Make it your own:",
    "protected": "Remove the protection:",
}
"""Its steps that end with a line to copy, by the fact ``reason``."""
