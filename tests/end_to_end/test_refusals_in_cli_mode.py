"""Tests that each error response in CLI mode has its own message and hint.

``test_bad_answers`` has those in web mode, ``test_bad_credentials`` logins that are never sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from tests.sentences import UPDATES_PAUSED, title
from tests.simulator import bodies
from tests.simulator.script import Reply

if TYPE_CHECKING:
    from tests.end_to_end.person import Person
    from tests.simulator import Simulator

UNAVAILABLE = 69
CREDENTIALS = 77

REFUSALS: dict[str, tuple[Reply, str, str, str, int]] = {
    "refused token": (
        bodies.UNKNOWN_TOKEN,
        "unauthorized",
        title(ErrorCode.LOGIN_REJECTED),
        "log in",
        CREDENTIALS,
    ),
    "revoked": (bodies.REVOKED, "unauthorized", title(ErrorCode.LOGIN_REVOKED), "log in", CREDENTIALS),
    "scope": (
        bodies.NO_SCOPE,
        "unauthorized",
        title(ErrorCode.LOGIN_SCOPE_MISSING),
        "or switch to claude.ai",
        CREDENTIALS,
    ),
    "organization": (
        bodies.WRONG_ORGANIZATION,
        "unauthorized",
        title(ErrorCode.LOGIN_ORGANIZATION_REFUSED),
        "log in to another organization",
        CREDENTIALS,
    ),
    "not a member": (
        bodies.NOT_A_MEMBER,
        "unauthorized",
        title(ErrorCode.LOGIN_ORGANIZATION_REFUSED),
        "log in to another organization",
        CREDENTIALS,
    ),
    "disabled": (
        bodies.ORGANIZATION_DISABLED,
        "unauthorized",
        title(ErrorCode.ORGANIZATION_DISABLED),
        "Ask its administrator",
        CREDENTIALS,
    ),
    "not allowed": (
        bodies.LOGIN_NOT_ALLOWED,
        "unauthorized",
        title(ErrorCode.LOGIN_NOT_ALLOWED),
        "switch to claude.ai",
        CREDENTIALS,
    ),
    "removed": (
        bodies.refusal(404, "not_found_error", "You have been removed from this organization."),
        "unauthorized",
        title(ErrorCode.LOGIN_ORGANIZATION_REFUSED),
        "log in to another organization",
        CREDENTIALS,
    ),
    "deleted": (
        bodies.refusal(400, "invalid_request_error", "This organization has been deleted."),
        "unauthorized",
        title(ErrorCode.LOGIN_ORGANIZATION_GONE),
        "another account",
        CREDENTIALS,
    ),
    "in plain text": (
        Reply(403, "OAuth authentication is currently not supported for this workspace."),
        "unauthorized",
        title(ErrorCode.LOGIN_NOT_ALLOWED),
        "switch to claude.ai",
        CREDENTIALS,
    ),
    "billing": (
        bodies.refusal(402, "billing_error", "Something new."),
        "unauthorized",
        title(ErrorCode.ACCOUNT_BILLING),
        "subscription",
        CREDENTIALS,
    ),
    "region": (
        bodies.REGION_BLOCK,
        "server_error",
        title(ErrorCode.REGION_BLOCKED),
        "VPN",
        UNAVAILABLE,
    ),
    "region's page": (
        bodies.REGION_REDIRECT,
        "server_error",
        title(ErrorCode.REGION_BLOCKED),
        "VPN",
        UNAVAILABLE,
    ),
    "identity": (
        bodies.IDENTITY_CHECK,
        "server_error",
        title(ErrorCode.IDENTITY_CHECK),
        "Open claude.ai",
        UNAVAILABLE,
    ),
    "challenge": (
        bodies.CHALLENGE,
        "challenged",
        title(ErrorCode.LOGIN_CHALLENGED),
        "login is fine",
        UNAVAILABLE,
    ),
    "portal": (
        bodies.PORTAL,
        "challenged",
        title(ErrorCode.CAPTIVE_PORTAL),
        "Open any web page",
        UNAVAILABLE,
    ),
    "overloaded": (
        bodies.OVERLOADED,
        "server_error",
        title(ErrorCode.OVERLOADED, http_status=529),
        "Try again later.",
        UNAVAILABLE,
    ),
    "other 403": (
        bodies.OTHER_REFUSAL,
        "server_error",
        title(ErrorCode.FORBIDDEN, http_status=403),
        "Try again later.",
        UNAVAILABLE,
    ),
    "rate limit": (
        bodies.rate_limit("300"),
        "rate_limited",
        UPDATES_PAUSED,
        "plan is not affected",
        UNAVAILABLE,
    ),
}


@pytest.mark.parametrize("kind", REFUSALS)
def test_each_error_response_is_explained(cli_user: Person, simulator: Simulator, kind: str) -> None:
    reply, status, says, hint, code = REFUSALS[kind]
    simulator.oauth.stand(reply)
    exit_code, report = cli_user.read_status()
    assert (exit_code, report["status"], report["message"][: len(says)]) == (code, status, says)
    assert hint in report["hint"]
    assert "session key" not in report["message"] + report["hint"]
    assert [record["outcome"] for record in cli_user.read_ledger()] == [status]


SAME_MESSAGE = ("region's page", "not a member", "removed", "in plain text")


def test_all_messages_differ() -> None:
    messages = [says for kind, (_, _, says, _, _) in REFUSALS.items() if kind not in SAME_MESSAGE]
    assert len(set(messages)) == len(messages)


def test_a_revoked_login_keeps_the_numbers_and_their_time(cli_user: Person, simulator: Simulator) -> None:
    _, before = cli_user.read_status()
    simulator.oauth.stand(bodies.REVOKED)
    code, report = cli_user.read_status()
    assert code == CREDENTIALS
    assert report["limits"] == before["limits"]
    assert report["fetched_at"] == before["fetched_at"]
