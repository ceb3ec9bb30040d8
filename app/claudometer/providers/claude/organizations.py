"""Parses the organizations of a claude.ai account, and chooses among them. Pure."""

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
"""A UUID has 36 characters. A longer id is ignored, because truncated it would be another id."""

_CHAT = "chat"
_CONSOLE = frozenset({"api", "api_individual"})


def parse_organizations(body: object) -> tuple[Organization, ...] | MissingCredentials | Unreadable:
    """Read a list of organizations, or a single one. If two have the same id, the first counts."""
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
    """Choose the organization whose usage to request: the stored one, else the only one with chat.

    Only an organization with ``chat`` has the limits shown here; the server responds 403 for organizations of
    the API console.

    Returns:
        ``ORGANIZATION_NEEDED`` if the user has to choose, ``ORGANIZATIONS_WITHOUT_CHAT`` if all are of the
        console, whatever the stored choice.
    """
    if organizations and all(map(_is_of_console, organizations)):
        return MissingCredentials(ErrorCode.ORGANIZATIONS_WITHOUT_CHAT)
    stored = next((organization for organization in organizations if organization.id == stored_id), None)
    if stored is not None:
        return stored
    candidates = [organization for organization in organizations if _CHAT in organization.capabilities]
    if not candidates and len(organizations) == 1 and not organizations[0].capabilities:
        # A single organization of unknown capabilities is worth a request.
        candidates = [organizations[0]]
    if len(candidates) == 1:
        return candidates[0]
    return MissingCredentials(ErrorCode.ORGANIZATION_NEEDED, tuple(organizations))


def _is_of_console(organization: Organization) -> bool:
    return bool(_CONSOLE & organization.capabilities) and _CHAT not in organization.capabilities
