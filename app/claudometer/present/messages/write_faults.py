"""Why something could not be written or read, with the step that helps: the end of several hints. Pure."""

from __future__ import annotations

from typing import Final

from claudometer.present.messages.message import Message

CAUSES: Final[dict[str, str]] = {
    "full": "The disk is full. Free some space on it.",
    "quota": "Your share of the disk (your quota) is used up. Delete files of yours there.",
    "read_only": "The drive is read-only. Make it writable.",
    "failing": "The drive reports errors. Check it, and copy what you need to another one.",
    "not_folder": "{in_the_way} is a file or a link, not a folder. Move it away.",
    "foreign": "The folder belongs to {owner}. Make it your own: {command}",
    "foreign_file": "The file belongs to {owner}. Make it your own: {command}",
    "denied": "You are not allowed to write there. Allow it: {command}",
    "unread": "You are not allowed to read it. Allow it: {command}",
    "denied_file": "You are not allowed to read and write {path}. Allow it: {command}",
    "protected": "{path} is protected against changes. Remove the protection: {command}",
    "not_file": "{path} is not a regular file. Move it away.",
}
"""By the fact ``reason``, which ``system/write_faults.py`` finds."""

UNKNOWN_CAUSE: Final = "Check the disk space and the permissions of {folder}."

CHECKED: Final[dict[str, Message]] = {
    "data.not_file": Message(
        "Requests cannot be written down: {path} is not a regular file.", "Move it away."
    ),
    "data.denied_file": Message(
        "Requests cannot be written down: you are not allowed to read and write {path}.", "Allow it:"
    ),
    "data.foreign_file": Message(
        "Requests cannot be written down: {path} belongs to another user.", "Make it your own:"
    ),
    "data.protected": Message(
        "Requests cannot be written down: {path} is protected against changes.", "Remove the protection:"
    ),
    "data.quota": Message("Your share of the disk with {folder} is used up.", "Delete files of yours on it."),
}
"""What a check of this computer says of it."""
