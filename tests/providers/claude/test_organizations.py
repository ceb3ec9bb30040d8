"""The organizations of an account, and which of them is chosen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import MissingCredentials, Unreadable
from claudometer.domain.usage import Organization
from claudometer.providers.claude.organizations import choose_organization, parse_organizations

API = Organization("api-org", "Console", frozenset({"api"}))
API_TOO = Organization("own-api-org", "Mine", frozenset({"api_individual"}))
CHAT = Organization("chat-org", "Home", frozenset({"chat", "claude_max"}))
UNKNOWN, UNKNOWN_TOO = Organization("x", None), Organization("y", None)
WORK = Organization("work-org", "Home", frozenset({"chat", "raven"}))


def test_an_organization_is_known_by_its_uuid_and_not_by_its_number() -> None:
    body = [
        {
            "uuid": "5d2f9e70-4444-4555-8666-fedcbafedcba",
            "id": 481517,
            "name": "Home\u202e",
            "capabilities": ["chat", "claude_max", 7],
            "rate_limit_tier": "default_claude_max_5x",
        }
    ]
    assert parse_organizations(body) == (
        Organization(
            "5d2f9e70-4444-4555-8666-fedcbafedcba",
            "Home",
            frozenset({"chat", "claude_max"}),
            "Max 5x",
            "default_claude_max_5x",
        ),
    )


def test_a_single_organization_outside_a_list_is_taken() -> None:
    assert parse_organizations({"uuid": "one"}) == (Organization("one", None),)


def test_two_of_one_name_are_two_and_two_of_one_id_are_one() -> None:
    body = [{"uuid": "a", "name": "Same"}, {"uuid": "b", "name": "Same"}, {"uuid": "a", "name": "Other"}]
    assert parse_organizations(body) == (Organization("a", "Same"), Organization("b", "Same"))


def test_an_empty_list_is_an_account_without_organizations() -> None:
    assert parse_organizations([]) == MissingCredentials(ErrorCode.ORGANIZATIONS_NONE)


@pytest.mark.parametrize(
    "body", [None, {}, "x", 3, [1, 2], [{}], [{"uuid": ""}], [{"uuid": 5}], {"error": {"message": "no"}}]
)
def test_a_list_without_a_readable_entry_is_unreadable(body: object) -> None:
    assert parse_organizations(body) == Unreadable(ErrorCode.NO_NUMBERS)


@given(
    st.recursive(st.none() | st.text() | st.integers(), lambda x: st.lists(x) | st.dictionaries(st.text(), x))
)
def test_no_json_raises(body: object) -> None:
    found = parse_organizations(body)
    assert not isinstance(found, tuple) or all(each.id for each in found)


def test_the_stored_choice_counts() -> None:
    assert choose_organization((API, CHAT, WORK), "work-org") == WORK
    assert choose_organization((API, CHAT, WORK), "api-org") == API


def test_the_only_one_with_chat_is_chosen_though_the_console_comes_first() -> None:
    assert choose_organization((API, CHAT), None) == CHAT


def test_a_stored_choice_that_is_gone_is_chosen_again() -> None:
    assert choose_organization((API, CHAT), "gone") == CHAT


@pytest.mark.parametrize("organizations", [(CHAT, WORK), (API, UNKNOWN), (UNKNOWN, UNKNOWN_TOO)])
def test_without_a_single_candidate_the_user_has_to_choose(organizations: tuple[Organization, ...]) -> None:
    choice = choose_organization(organizations, None)
    assert choice == MissingCredentials(ErrorCode.ORGANIZATION_NEEDED, organizations)


@pytest.mark.parametrize("only", [API, CHAT, UNKNOWN])
def test_the_only_organization_is_asked_whatever_its_capabilities_are(only: Organization) -> None:
    assert choose_organization((only,), None) == only
    assert choose_organization((only,), "gone") == only


def test_among_several_of_the_console_the_user_has_to_choose() -> None:
    organizations = (API, API_TOO)
    found = choose_organization(organizations, None)
    assert found == MissingCredentials(ErrorCode.ORGANIZATION_NEEDED, organizations)
    assert choose_organization(organizations, "api-org") == API
