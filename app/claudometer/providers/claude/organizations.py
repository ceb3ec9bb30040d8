"""Parses the organizations of a claude.ai account, and chooses among them. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import MissingCredentials, Unauthorized, Unreadable
from claudometer.domain.usage import Organization
from claudometer.providers.claude.plans import capabilities_of, plan_of_organization
from claudometer.providers.claude.values import read_list, read_object, read_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from claudometer.domain.outcome import Outcome

MAX_ORGANIZATIONS = 50
LONGEST_ID = 60
"""A UUID has 36 characters. A longer id is ignored, because truncated it would be another id."""

_CHAT = "chat"
_CONSOLE = frozenset({"api", "api_individual"})


def parse_organizations(body: object) -> tuple[Organization, ...] | MissingCredentials | Unreadable:
    """Read a list of organizations, or a single one. If two have the same id, the first counts."""
    entries = [body] if isinstance(body, dict) else read_list(body)
    # An empty list is an answer. Anything else without an entry was not understood.
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
        tier=read_text(entry.get("rate_limit_tier")),
    )


def choose_organization(
    organizations: Sequence[Organization], stored_id: str | None
) -> Organization | MissingCredentials:
    """Choose the organization whose usage to request: the stored one, the only one, the only one with chat.

    Only the server decides whether an organization has limits: what its capabilities mean has changed before.
    They merely choose among several, because usage has been seen only for organizations with ``chat``.

    Returns:
        The organization, or ``ORGANIZATION_NEEDED`` if the user has to choose.
    """
    # The user's choice first, whatever its capabilities say.
    stored = next((organization for organization in organizations if organization.id == stored_id), None)
    if stored is not None:
        return stored
    candidates = [organization for organization in organizations if _CHAT in organization.capabilities]
    # The only one is requested, whatever it is: only the server knows whether it has a plan.
    candidates = list(organizations) if len(organizations) == 1 else candidates
    if len(candidates) == 1:
        return candidates[0]
    return MissingCredentials(ErrorCode.ORGANIZATION_NEEDED, tuple(organizations))


def refused_by(
    organizations: tuple[Organization, ...], refused: Unauthorized
) -> Unauthorized | MissingCredentials:
    """Return what it means that the server refuses the usage of one of these organizations.

    "No plan" if all are of the API console. If there is only one, no other can be chosen.
    """
    if refused.code is ErrorCode.ORGANIZATION_REFUSED and all(map(_is_of_console, organizations)):
        return MissingCredentials(ErrorCode.ORGANIZATIONS_WITHOUT_CHAT, organizations)
    code = _OF_THE_ONLY.get(refused.code, refused.code) if len(organizations) == 1 else refused.code
    return replace(refused, code=code, organizations=organizations)


def refused_to_list(refused: Unauthorized) -> Unauthorized:
    """Return what it means that the server refuses the list itself: there is nothing to choose from."""
    return replace(refused, code=_OF_THE_LIST.get(refused.code, refused.code))


def blame_variable(outcome: Outcome, variable: str | None) -> Outcome:
    """Add the variable that the session key comes from to an outcome that only another key changes."""
    if isinstance(outcome, Unauthorized) and outcome.code in _ENDED_BY_ANOTHER_KEY:
        return replace(outcome, variable=variable)
    if isinstance(outcome, MissingCredentials) and variable and outcome.code in _ENDED_BY_ANOTHER_KEY:
        return replace(outcome, facts=(*outcome.facts, ("variable", variable)))
    return outcome


_ENDED_BY_ANOTHER_KEY = frozenset(
    {
        ErrorCode.SESSION_KEY_REJECTED,
        ErrorCode.ONLY_ORGANIZATION_REFUSED,
        ErrorCode.ORGANIZATIONS_REFUSED,
        ErrorCode.ACCOUNT_GONE,
        ErrorCode.ORGANIZATIONS_NONE,
        ErrorCode.ORGANIZATIONS_WITHOUT_CHAT,
    }
)
_OF_THE_ONLY = {
    ErrorCode.ORGANIZATION_REFUSED: ErrorCode.ONLY_ORGANIZATION_REFUSED,
    ErrorCode.ORGANIZATION_GONE: ErrorCode.ACCOUNT_GONE,
}
_OF_THE_LIST = {
    ErrorCode.ORGANIZATION_REFUSED: ErrorCode.ORGANIZATIONS_REFUSED,
    ErrorCode.ORGANIZATION_GONE: ErrorCode.ACCOUNT_GONE,
}


def _is_of_console(organization: Organization) -> bool:
    return bool(_CONSOLE & organization.capabilities) and _CHAT not in organization.capabilities
