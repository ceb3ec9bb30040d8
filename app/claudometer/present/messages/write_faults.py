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
    "not_file": "{path} is not a regular file. Move it away.",
}
"""By the fact ``reason``, which ``system/write_faults.py`` finds."""

UNKNOWN_CAUSE: Final = "Check the disk space and the permissions of {folder}."

CHECKED: Final[dict[str, Message]] = {
    "data.quota": Message("Your share of the disk with {folder} is used up.", "Delete files of yours on it."),
}
"""What a check of this computer says of it."""
