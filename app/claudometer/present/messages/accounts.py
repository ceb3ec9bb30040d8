"""``claudometer accounts``: which account is watched, and which of its organizations. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claudometer.present.formatters import UNKNOWN
from claudometer.present.messages.phrases import ACCOUNT_NAMES
from claudometer.present.text import one_line
from claudometer.present.typesetting import width_of, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claudometer.control.wire.report import Described, ListedAccount

AUTOMATIC: Final = "automatic"
"""What the user types in place of an organization to leave the choice to Claudometer."""

CHOOSE: Final = "To choose one: claudometer accounts organization {id} ORGANIZATION"
CHOSEN: Final = "With claude.ai as the source, Claudometer now shows “{name}”."
CHOSEN_AUTOMATICALLY: Final = "With claude.ai as the source, Claudometer now chooses the organization."

_INDENT: Final = 6
_LONGEST_NAME: Final = 200


def listed_account(described: Described) -> ListedAccount:
    """Return what ``accounts --json`` prints of an account."""
    report = described["report"]
    account, mode = report["account"], report["mode"]
    return {
        "id": described["id"],
        "name": None if mode is None else ACCOUNT_NAMES[mode],
        "mode": mode,
        "plan": account["plan"],
        "organization_id": account["organization_id"] or described["organization_id"],
        "organizations": described["organizations"] or None,
    }


def listed_name(name: str) -> str:
    """Return an organization's name as the list shows it: whole, because others may begin like it."""
    return one_line(name, _LONGEST_NAME)


def account_lines(account: ListedAccount, width: int) -> Iterator[str]:
    """Yield the account, its organizations with a star before the one that is shown, and how to choose.

    A name that does not fit into ``width`` columns beside the id gets lines of its own.
    """
    known = (account["id"], account["name"], account["plan"])
    yield "  ".join(part for part in known if part)
    organizations = account["organizations"] or []
    for organization in organizations:
        mark = "*" if organization["id"] == account["organization_id"] else " "
        name = listed_name(organization["name"]) or UNKNOWN
        row = f"  {mark} {organization['id']}"
        if width_of(row) + 2 + width_of(name) <= width:
            yield f"{row}  {name}"
            continue
        yield row
        room = width - _INDENT
        for line in wrap([piece for word in name.split() for piece in _pieces(word, room)], room):
            yield " " * _INDENT + line
    if len(organizations) > 1:
        yield CHOOSE.format(id=account["id"])


def _pieces(word: str, room: int) -> Iterator[str]:
    """Yield a word in pieces that fit into ``room`` columns: not every script has spaces."""
    piece = ""
    for character in word:
        if piece and width_of(piece + character) > room:
            yield piece
            piece = ""
        piece += character
    yield piece
