"""``claudometer accounts``: which account is watched, and which of its organizations. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from claudometer.present.formatters import UNKNOWN
from claudometer.present.messages.phrases import ACCOUNT_NAMES
from claudometer.present.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claudometer.control.wire.report import Described, ListedAccount

AUTOMATIC: Final = "automatic"
"""What the user types in place of an organization to leave the choice to Claudometer."""

CHOOSE: Final = "Choose an organization with “claudometer accounts organization {id} ORGANIZATION”."
CHOSEN: Final = "Claudometer now shows “{name}”."
CHOSEN_AUTOMATICALLY: Final = "Claudometer now chooses the organization automatically."


def listed_account(described: Described) -> ListedAccount:
    """Return what ``accounts --json`` prints of an account."""
    report = described["report"]
    account = report["account"]
    return {
        "id": described["id"],
        "name": ACCOUNT_NAMES[report["mode"]],
        "mode": report["mode"],
        "plan": account["plan"],
        "organization_id": account["organization_id"] or described["organization_id"],
        "organizations": described["organizations"] or None,
    }


def account_lines(account: ListedAccount) -> Iterator[str]:
    """Yield the account, its organizations with a star before the one that is shown, and how to choose."""
    known = (account["id"], account["name"], account["plan"])
    yield "  ".join(part for part in known if part)
    organizations = account["organizations"] or []
    for organization in organizations:
        mark = "*" if organization["id"] == account["organization_id"] else " "
        yield f"  {mark} {organization['id']}  {one_line(organization['name']) or UNKNOWN}"
    if len(organizations) > 1:
        yield CHOOSE.format(id=account["id"])
