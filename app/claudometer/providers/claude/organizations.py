"""Reads and chooses among the organizations of a claude.ai account. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import MissingCredentials, Unreadable
from claudometer.domain.usage import Organization
from claudometer.providers.claude.plans import capabilities_of, plan_of_organization
from claudometer.providers.claude.values import read_list, read_object, read_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_ORGANIZATIONS = 50
LONGEST_ID = 60
"""A UUID has 36. Cut, it would be another organization's; so a longer one is none."""

_CHAT = "chat"
_CONSOLE = frozenset({"api", "api_individual"})


def parse_organizations(body: object) -> tuple[Organization, ...] | MissingCredentials | Unreadable:
    """Read the list, or a single organization outside one. Of two with one id the first counts."""
    entries = [body] if isinstance(body, dict) else read_list(body)
    if not entries and isinstance(body, list):
        return MissingCredentials(ErrorCode.ORGANIZATIONS_NONE)
    found: dict[str, Organization] = {}
    for organization in map(_parse_organization, map(read_object, entries)):
        if organization is not None:
            found.setdefault(organization.id, organization)
    return tuple(found.values())[:MAX_ORGANIZATIONS] or Unreadable(ErrorCode.NO_NUMBERS)


def _parse_organization(entry: Mapping[str, object]) -> Organization | None:
    uuid = read_text(entry.get("uuid"))
    if uuid is None or len(str(entry.get("uuid"))) > LONGEST_ID:
        return None
    return Organization(
        id=uuid,
        name=read_text(entry.get("name")),
        capabilities=capabilities_of(entry),
        plan=plan_of_organization(entry),
    )


def choose_organization(
    organizations: Sequence[Organization], stored_id: str | None
) -> Organization | MissingCredentials:
    """Choose whose usage to ask for: the stored one, else the only one with chat, else the user decides.

    Only an organization with ``chat`` has the limits shown here; one of the API console answers 403. Where
    all are of the console there is nothing to choose, and a stored choice helps no more than another.
    """
    if organizations and all(map(_is_of_console, organizations)):
        return MissingCredentials(ErrorCode.ORGANIZATIONS_WITHOUT_CHAT)
    stored = next((each for each in organizations if each.id == stored_id), None)
    if stored is not None:
        return stored
    candidates = [each for each in organizations if _CHAT in each.capabilities]
    if not candidates and len(organizations) == 1 and not organizations[0].capabilities:
        candidates = [organizations[0]]
    if len(candidates) == 1:
        return candidates[0]
    return MissingCredentials(ErrorCode.ORGANIZATION_NEEDED, tuple(organizations))


def _is_of_console(organization: Organization) -> bool:
    return bool(_CONSOLE & organization.capabilities) and _CHAT not in organization.capabilities
