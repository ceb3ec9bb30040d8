"""What the check of this computer says about the requests that are left. Pure."""

from __future__ import annotations

from typing import Final

from claudometer.present.messages.message import Message

CHECKED: Final[dict[str, Message]] = {
    "room.left": Message("At most {left} of {most} an hour.", ""),
    "room.shared": Message("Other programs use the same limit, which leaves {most} requests an hour.", ""),
    "room.none": Message(
        "No requests are left for now. Next request: {until}.",
        "Wait. Another one is allowed every 3 minutes.",
    ),
    "room.none_shared": Message(
        "No requests are left for now. Next request: {until}.",
        "Wait. If other programs check your usage too, quit them.",
    ),
    "room.set_aside": Message(
        "The saved data was damaged and was set aside {since} as {file}, so it is not known how many "
        "requests were sent before. Next request: {until}.",
        "Nothing needs to be done.",
    ),
    "room.unread": Message(
        "The saved data could not be read, so it is not known how many requests were sent before. Next "
        "request: {until}.",
        "Nothing needs to be done.",
    ),
    "room.blocked": Message(
        "Claude asked Claudometer to wait. Next request: {until}.",
        "Wait. If other programs check your usage too, quit them.",
    ),
    "room.lost": Message("Not known, because the saved data is damaged.", ""),
    "room.unlimited": Message("claude.ai has no fixed limit.", ""),
    "room.not_needed": Message("Not needed without a login.", ""),
}
"""By what the check says."""
