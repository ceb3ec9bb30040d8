"""Every response without numbers: what it means, and what it does not prove."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import (
    Challenged,
    Failure,
    Offline,
    RateLimited,
    ServerError,
    Unauthorized,
    Unreadable,
)
from claudometer.domain.usage import Source
from claudometer.providers.claude.failures import classify
from claudometer.providers.claude.responses import read_organizations, read_usage
from claudometer.providers.response import Response
from tests.clocks import NOON
from tests.simulator import Reply, bodies

LOGIN, KEY = Source.OAUTH, Source.WEB


def response_of(reply: Reply) -> Response:
    headers = {"content-type": reply.content_type()} | {k.lower(): v for k, v in reply.headers.items()}
    return Response(reply.status, headers, reply.content())


def meaning(reply: Reply, source: Source = LOGIN) -> Failure:
    return classify(response_of(reply), source, now=NOON)


def refused(status: int, code: ErrorCode) -> ServerError:
    return ServerError(status, code)


def error_answer(error_type: str | None) -> ServerError:
    return ServerError(200, ErrorCode.ERROR_ANSWER, error_type)


@pytest.mark.parametrize(
    ("reply", "login", "key"),
    [
        (bodies.EXPIRED, ErrorCode.LOGIN_REJECTED, ErrorCode.SESSION_KEY_REJECTED),
        (bodies.UNKNOWN_TOKEN, ErrorCode.LOGIN_REJECTED, ErrorCode.SESSION_KEY_REJECTED),
        (bodies.YOUNG_KEY, ErrorCode.LOGIN_REJECTED, ErrorCode.SESSION_KEY_REJECTED),
        (Reply(401, ""), ErrorCode.LOGIN_REJECTED, ErrorCode.SESSION_KEY_REJECTED),
        (bodies.DEAD_SESSION, ErrorCode.LOGIN_REJECTED, ErrorCode.SESSION_KEY_REJECTED),
        (bodies.DEAD_SESSION_BARE, ErrorCode.LOGIN_REJECTED, ErrorCode.SESSION_KEY_REJECTED),
        (bodies.REVOKED, ErrorCode.LOGIN_REVOKED, ErrorCode.SESSION_KEY_REJECTED),
        (Reply(401, {"error": "invalid_grant"}), ErrorCode.LOGIN_REVOKED, ErrorCode.SESSION_KEY_REJECTED),
    ],
)
def test_a_confirmed_refusal_of_the_credentials_is_unauthorized(
    reply: Reply, login: ErrorCode, key: ErrorCode
) -> None:
    assert meaning(reply, LOGIN) == Unauthorized(login)
    assert meaning(reply, KEY) == Unauthorized(key)


def test_a_token_without_the_scope_is_unauthorized() -> None:
    assert meaning(bodies.NO_SCOPE) == Unauthorized(ErrorCode.LOGIN_SCOPE_MISSING)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (bodies.IDENTITY_CHECK, refused(403, ErrorCode.IDENTITY_CHECK)),
        (bodies.REGION_BLOCK, refused(403, ErrorCode.REGION_BLOCKED)),
        (bodies.OTHER_REFUSAL, refused(403, ErrorCode.FORBIDDEN)),
        (Reply(403, ""), refused(403, ErrorCode.FORBIDDEN)),
        (Reply(403, [1, 2]), refused(403, ErrorCode.FORBIDDEN)),
        (Reply(403, "Forbidden"), refused(403, ErrorCode.FORBIDDEN)),
        (bodies.BAD_ID, refused(400, ErrorCode.REQUEST_REFUSED)),
        (Reply(418, ""), refused(418, ErrorCode.REQUEST_REFUSED)),
        (bodies.NOT_FOUND, refused(404, ErrorCode.NOT_FOUND)),
        (Reply(451, ""), refused(451, ErrorCode.REGION_BLOCKED)),
        (Reply(407, ""), Offline(ErrorCode.PROXY_FAILED)),
        (bodies.SERVER_ERROR, refused(500, ErrorCode.SERVER_ERROR)),
        (bodies.BAD_GATEWAY, refused(502, ErrorCode.SERVER_ERROR)),
        (Reply(503, ""), refused(503, ErrorCode.SERVER_ERROR)),
        (bodies.OVERLOADED, refused(529, ErrorCode.OVERLOADED)),
        (Reply(529, ""), refused(529, ErrorCode.OVERLOADED)),
        (Reply(503, {"error": {"type": "overloaded_error"}}), refused(503, ErrorCode.OVERLOADED)),
        (Reply(511, "<html>"), Challenged(ErrorCode.CAPTIVE_PORTAL)),
        (Reply(204, ""), Unreadable(ErrorCode.NOT_JSON)),
    ],
)
def test_any_other_refusal_proves_nothing_about_the_credentials(reply: Reply, expected: Failure) -> None:
    assert meaning(reply, LOGIN) == expected
    assert meaning(reply, KEY) == expected


@pytest.mark.parametrize("reply", [bodies.WRONG_ORGANIZATION, bodies.NOT_A_MEMBER])
def test_a_refusal_by_an_organization_depends_on_the_credentials(reply: Reply) -> None:
    assert meaning(reply, KEY) == Unauthorized(ErrorCode.ORGANIZATION_REFUSED)
    assert meaning(reply, LOGIN) == Unauthorized(ErrorCode.LOGIN_ORGANIZATION_REFUSED)


@pytest.mark.parametrize(
    "message",
    [
        "This organization has been disabled.",
        "Your organization was suspended",
        "Your account has been disabled after an automatic review of your recent activities.",
        "This workspace is currently deactivated.",
        "Your account has been placed on hold.",
        "Requests of a suspended organization are refused.",
        "organization_disabled",
        "account_on_hold",
    ],
)
@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_disabled_organization_or_account_has_a_code_of_its_own(status: int, message: str) -> None:
    reply = bodies.refusal(status, "invalid_request_error", message)
    assert meaning(reply, LOGIN) == Unauthorized(ErrorCode.ORGANIZATION_DISABLED)
    assert meaning(reply, KEY) == Unauthorized(ErrorCode.ORGANIZATION_DISABLED)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("Your IP address is not allowed by your organization's IP allowlist.", ErrorCode.NETWORK_RESTRICTED),
        ("Access restricted by network policy. Contact IT Administrator.", ErrorCode.NETWORK_RESTRICTED),
        ("Your organization has blocked requests from this IP range.", ErrorCode.NETWORK_RESTRICTED),
        ("This request was denied by your network.", ErrorCode.NETWORK_RESTRICTED),
        ("tenant_restriction_violation", ErrorCode.NETWORK_RESTRICTED),
        ("You must accept the updated Consumer Terms to continue.", ErrorCode.TERMS_UNACCEPTED),
        ("Please review and agree to our updated Usage Policy.", ErrorCode.TERMS_UNACCEPTED),
        ("The new terms must be accepted before you continue.", ErrorCode.TERMS_UNACCEPTED),
        ("Multi-factor authentication is required.", ErrorCode.IDENTITY_CHECK),
        ("Your organization requires two-factor authentication.", ErrorCode.IDENTITY_CHECK),
    ],
)
def test_what_the_user_ends_elsewhere_says_nothing_about_the_credentials(
    message: str, code: ErrorCode
) -> None:
    reply = bodies.refusal(403, "permission_error", message)
    assert meaning(reply, LOGIN) == meaning(reply, KEY) == refused(403, code)


@pytest.mark.parametrize(
    "message",
    [
        "Your seat has been deactivated by your administrator.",
        "You do not have a seat in this organization.",
        "No premium seat is assigned to this user.",
    ],
)
def test_a_lost_seat_is_a_lost_access(message: str) -> None:
    reply = bodies.refusal(403, "permission_error", message)
    assert meaning(reply, LOGIN) == Unauthorized(ErrorCode.LOGIN_ORGANIZATION_REFUSED)
    assert meaning(reply, KEY) == Unauthorized(ErrorCode.ORGANIZATION_REFUSED)


def test_an_organization_that_allows_no_logins_is_distinguished_from_a_rejected_login() -> None:
    assert meaning(bodies.LOGIN_NOT_ALLOWED) == Unauthorized(ErrorCode.LOGIN_NOT_ALLOWED)
    # The server says this about a request, not about the organization.
    unsupported = bodies.refusal(
        401, "authentication_error", "OAuth authentication is currently not supported."
    )
    assert meaning(unsupported) == Unauthorized(ErrorCode.LOGIN_REJECTED)


CHALLENGES = [
    bodies.CHALLENGE,
    Reply(403, {"error": {"type": "authentication_error"}}, {"cf-mitigated": "challenge"}),
    Reply(429, "", {"cf-mitigated": "Challenge"}),
    Reply(403, bodies.CHALLENGE_PAGE),
    Reply(503, bodies.CHALLENGE_PAGE),
    Reply(401, bodies.CHALLENGE_PAGE),
    Reply(403, "<!doctype html><title>JUST A MOMENT...</title>"),
    Reply(403, "<html><div class='cf-chl-widget'></div></html>"),
    Reply(403, "<html>Access denied</html>", {"Server": "cloudflare"}),
]


@pytest.mark.parametrize("reply", CHALLENGES)
def test_cloudflares_challenge_is_no_refusal_of_the_key_or_the_login(reply: Reply) -> None:
    assert meaning(reply, KEY) == Challenged(ErrorCode.CHALLENGED)
    assert meaning(reply, LOGIN) == Challenged(ErrorCode.LOGIN_CHALLENGED)


@pytest.mark.parametrize("status", [404, 500, 502])
def test_cloudflares_script_on_an_error_page_is_no_challenge(status: int) -> None:
    assert isinstance(meaning(Reply(status, bodies.CHALLENGE_PAGE), KEY), ServerError)


@pytest.mark.parametrize("status", [401, 403])
def test_a_page_without_cloudflares_marks_is_a_captive_portal(status: int) -> None:
    assert meaning(Reply(status, bodies.PORTAL_PAGE), KEY) == Challenged(ErrorCode.CAPTIVE_PORTAL)


def test_html_declared_as_plain_text_is_still_html() -> None:
    response = Response(403, {"content-type": "text/plain"}, b"\xef\xbb\xbf\n <html>Welcome</html>")
    assert classify(response, KEY, now=NOON) == Challenged(ErrorCode.CAPTIVE_PORTAL)


def test_cloudflares_words_in_json_are_no_challenge() -> None:
    reply = Reply(403, {"error": {"type": "permission_error", "message": "Just a moment"}})
    assert meaning(reply, KEY) == refused(403, ErrorCode.FORBIDDEN)


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("https://claude.ai/app-unavailable-in-region", refused(302, ErrorCode.REGION_BLOCKED)),
        ("/app-unavailable-in-region?x=1", refused(302, ErrorCode.REGION_BLOCKED)),
        ("https://claude.ai/login", Unreadable(ErrorCode.REDIRECTED)),
        ("https://api.anthropic.com/elsewhere", Unreadable(ErrorCode.REDIRECTED)),
        ("/login", Unreadable(ErrorCode.REDIRECTED)),
        ("", Unreadable(ErrorCode.REDIRECTED)),
        ("https://[::1", Unreadable(ErrorCode.REDIRECTED)),
        ("http://portal.example.net/login", Challenged(ErrorCode.CAPTIVE_PORTAL)),
        ("https://notclaude.ai/login", Challenged(ErrorCode.CAPTIVE_PORTAL)),
    ],
)
def test_a_redirect_is_classified_by_its_target(location: str, expected: Failure) -> None:
    assert meaning(Reply(302, "", {"Location": location})) == expected


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": "300"}, 300.0),
        ({"Retry-After": "3037.5"}, 3037.5),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "abc"}, None),
        ({"Retry-After": "86400000"}, 86_400_000.0),
        ({"Retry-After": "Thu, 20 Aug 2026 12:10:00 GMT"}, 600.0),
        (
            {"Retry-After": "Thu, 20 Aug 2026 12:10:00 GMT", "Date": "Thu, 20 Aug 2026 12:09:00 GMT"},
            60.0,
        ),
        ({"Retry-After": "Thu, 20 Aug 2026 12:10:00 GMT", "Date": "yesterday"}, 600.0),
    ],
)
def test_a_rate_limit_carries_the_servers_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    body = bodies.rate_limit(None).body
    assert meaning(Reply(429, body, headers)) == RateLimited(seconds)
    assert meaning(Reply(429, "<html>1015</html>", headers)) == RateLimited(seconds)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (bodies.PORTAL, Challenged(ErrorCode.CAPTIVE_PORTAL)),
        (Reply(200, bodies.CHALLENGE_PAGE), Challenged(ErrorCode.LOGIN_CHALLENGED)),
        (Reply(200, "ok"), Unreadable(ErrorCode.NOT_JSON)),
        (Reply(200, ""), Unreadable(ErrorCode.NOT_JSON)),
        (Reply(200, '{"five_hour": {"utiliz'), Unreadable(ErrorCode.NOT_JSON)),
        (Reply(200, []), Unreadable(ErrorCode.NO_NUMBERS)),
        (Reply(200, {}), Unreadable(ErrorCode.NO_NUMBERS)),
        (Reply(200, {"account": None}), Unreadable(ErrorCode.NO_NUMBERS)),
        (Reply(200, bodies.NO_SCOPE.body), Unauthorized(ErrorCode.LOGIN_SCOPE_MISSING)),
        (Reply(200, {"five_hour": None, "error": None}), Unreadable(ErrorCode.NOTHING_LISTED)),
        (Reply(200, {"type": "error", "error": {"type": "api_error"}}), error_answer("api_error")),
        (Reply(200, {"error": {"type": "Api Error <b>", "message": "Internal"}}), error_answer(None)),
        (Reply(200, {"error": {"type": "x" * 41}}), error_answer(None)),
        (Reply(200, {"error": {"type": 7}}), error_answer(None)),
    ],
)
def test_a_200_without_numbers_is_a_failure(reply: Reply, expected: Failure) -> None:
    assert read_usage(response_of(reply), LOGIN, now=NOON) == expected


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply(200, bodies.DEAD_SESSION.body), Unauthorized(ErrorCode.SESSION_KEY_REJECTED)),
        (Reply(200, {"detail": "Invalid authorization"}), Unauthorized(ErrorCode.SESSION_KEY_REJECTED)),
        (Reply(200, {"error": "Something new"}), error_answer(None)),
        (Reply(200, {"detail": "Something new"}), error_answer(None)),
        (Reply(200, {"error": "not_found"}), error_answer("not_found")),
        (Reply(200, {"error": {"type": "api_error", "message": "Internal"}}), error_answer("api_error")),
        (Reply(200, {"unknown": 1}), Unreadable(ErrorCode.NO_NUMBERS)),
        (bodies.DEAD_SESSION, Unauthorized(ErrorCode.SESSION_KEY_REJECTED)),
        (bodies.PORTAL, Challenged(ErrorCode.CAPTIVE_PORTAL)),
    ],
)
def test_an_error_in_place_of_organizations_is_classified(reply: Reply, expected: Failure) -> None:
    assert read_organizations(response_of(reply), now=NOON) == expected


def test_a_word_late_in_a_long_message_still_counts() -> None:
    reply = Reply(403, {"error": {"message": "x" * 500 + " token has been revoked"}})
    assert meaning(reply) == Unauthorized(ErrorCode.LOGIN_REVOKED)


HEADERS = st.dictionaries(
    st.sampled_from(["content-type", "location", "retry-after", "date", "cf-mitigated", "server"]), st.text()
)
ERROR_BODY = st.fixed_dictionaries({"error": st.text() | st.dictionaries(st.text(), st.text())}).map(
    lambda body: json.dumps(body).encode()
)


@given(st.integers(100, 999), HEADERS, st.binary(max_size=100) | ERROR_BODY, st.sampled_from([LOGIN, KEY]))
def test_no_response_raises(status: int, headers: dict[str, str], body: bytes, source: Source) -> None:
    failure = classify(Response(status, headers, body), source, now=NOON)
    assert isinstance(failure.code, ErrorCode)
    if isinstance(failure, Unauthorized):
        assert 400 <= status < 500


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("OAuth authentication is currently not allowed for this organization.", ErrorCode.LOGIN_NOT_ALLOWED),
        ("OAuth tokens are not permitted in this workspace", ErrorCode.LOGIN_NOT_ALLOWED),
        ("oauth_org_not_allowed", ErrorCode.LOGIN_NOT_ALLOWED),
        ("Your organization has disabled OAuth logins", ErrorCode.LOGIN_NOT_ALLOWED),
        ("You are not a member of this organization.", ErrorCode.LOGIN_ORGANIZATION_REFUSED),
        ("You are no longer an active member.", ErrorCode.LOGIN_ORGANIZATION_REFUSED),
        ("This user does not belong to this organization", ErrorCode.LOGIN_ORGANIZATION_REFUSED),
        ("insufficient_scope", ErrorCode.LOGIN_SCOPE_MISSING),
        ("The token is missing the required scope.", ErrorCode.LOGIN_SCOPE_MISSING),
    ],
)
@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refusal_that_stays_is_known_in_other_words(status: int, message: str, code: ErrorCode) -> None:
    assert meaning(bodies.refusal(status, "permission_error", message), LOGIN) == Unauthorized(code)


OTHER_WORDS = {
    ErrorCode.LOGIN_NOT_ALLOWED: [
        "OAuth authentication is currently not supported for this organization.",
        "OAuth is turned off for your workspace",
        "OAuth logins have been disabled by your administrator.",
        "Claude Code is not enabled for your organization.",
        "Your organization doesn\u2019t allow OAuth tokens.",
        "Your organization's policy blocks Claude Code.",
    ],
    ErrorCode.LOGIN_ORGANIZATION_REFUSED: [
        "You have been removed from this organization.",
        "Your account was removed from the organization",
        "Your access to this organization has been revoked.",
        "Your membership has ended.",
        "User isn't a member of the workspace",
        "You do not have access to this organization.",
        "You no longer have access: no access to organization 5d2f9e70",
        "This user is not part of your team.",
        "You are not authorized to access this organization.",
        "not_a_member",
    ],
    ErrorCode.LOGIN_ORGANIZATION_GONE: [
        "This organization has been deleted.",
        "organization not found",
        "The organisation does not exist.",
        "The workspace no longer exists",
        "Your account has been closed.",
        "organization_deleted",
        "No such organization",
    ],
    ErrorCode.ORGANIZATION_DISABLED: [
        "Your organization is locked. Contact support.",
        "This workspace has been blocked for a violation of our terms.",
        "Account restricted",
        "account_suspended",
    ],
    ErrorCode.ACCOUNT_BILLING: [
        "Your subscription has expired.",
        "Your subscription was canceled",
        "A payment is required to continue.",
        "The last invoice is overdue",
        "You do not have an active subscription.",
        "billing_error",
        "payment_required",
    ],
    ErrorCode.LOGIN_REJECTED: [
        "OAuth token has expired.",
        "Invalid bearer token",
        "Single sign-on is required for this login.",
        "Please log in again.",
        "Your session has ended",
    ],
    ErrorCode.LOGIN_REVOKED: ["This token was revoked by its owner.", "invalid_grant", "token_revoked"],
    ErrorCode.LOGIN_SCOPE_MISSING: ["insufficient_scope", "user:profile is needed"],
}
WORDS = [(message, code) for code, messages in OTHER_WORDS.items() for message in messages]


@pytest.mark.parametrize(("message", "code"), WORDS)
@pytest.mark.parametrize("status", [400, 403, 404, 410, 422])
def test_a_refusal_for_good_is_known_by_its_words_whatever_the_status(
    status: int, message: str, code: ErrorCode
) -> None:
    assert meaning(bodies.refusal(status, "invalid_request_error", message), LOGIN) == Unauthorized(code)


@pytest.mark.parametrize(("message", "code"), WORDS)
def test_a_refusal_for_good_is_known_in_any_form_of_the_body(message: str, code: ErrorCode) -> None:
    for body in (
        message,
        f"{message}\n",
        json.dumps(message),
        {"message": message},
        {"detail": message},
        {"detail": [{"msg": message, "type": "permission"}]},
        {"errors": [{"title": "Refused", "detail": message}]},
        {"error": "forbidden", "error_description": message},
        {"error": {"type": "permission_error", "message": "Refused", "details": {"reason": message}}},
    ):
        assert meaning(Reply(403, body), LOGIN) == Unauthorized(code), body


@pytest.mark.parametrize(
    ("kind", "details", "code"),
    [
        ("oauth_org_not_allowed", {}, ErrorCode.LOGIN_NOT_ALLOWED),
        ("billing_error", {}, ErrorCode.ACCOUNT_BILLING),
        ("authentication_error", {}, ErrorCode.LOGIN_REJECTED),
        ("permission_error", {"error_code": "account_on_hold"}, ErrorCode.ORGANIZATION_DISABLED),
        ("permission_error", {"error_code": "organization_disabled"}, ErrorCode.ORGANIZATION_DISABLED),
        ("permission_error", {"error_code": "account_session_invalid"}, ErrorCode.LOGIN_REJECTED),
        ("permission_error", {"error_code": "insufficient_scope"}, ErrorCode.LOGIN_SCOPE_MISSING),
    ],
)
def test_the_servers_codes_count_before_its_words(
    kind: str, details: dict[str, str], code: ErrorCode
) -> None:
    assert meaning(bodies.refusal(403, kind, "Something new.", **details), LOGIN) == Unauthorized(code)


def test_oauth_that_is_not_supported_is_a_refusal_for_good_whatever_the_status() -> None:
    message = "OAuth authentication is currently not supported."
    found = meaning(bodies.refusal(403, "permission_error", message), LOGIN)
    assert found == Unauthorized(ErrorCode.LOGIN_NOT_ALLOWED)


def test_payment_required_needs_no_words() -> None:
    assert meaning(Reply(402, ""), LOGIN) == Unauthorized(ErrorCode.ACCOUNT_BILLING)


def test_a_page_a_proxy_or_a_region_refuses_no_account() -> None:
    words = "This account has been disabled."
    assert isinstance(meaning(Reply(403, f"<html>{words}</html>"), LOGIN), Challenged)
    assert isinstance(meaning(Reply(404, f"<html>{words}</html>"), LOGIN), ServerError)
    assert meaning(Reply(407, words), LOGIN) == Offline(ErrorCode.PROXY_FAILED)
    assert meaning(Reply(451, words), LOGIN) == refused(451, ErrorCode.REGION_BLOCKED)
    assert meaning(Reply(500, {"error": {"message": words}}), LOGIN) == refused(500, ErrorCode.SERVER_ERROR)
    region = bodies.refusal(403, "permission_error", "Your account is not available in this region.")
    assert meaning(region) == refused(403, ErrorCode.REGION_BLOCKED)


@pytest.mark.parametrize(
    "message",
    [
        "This feature is disabled for maintenance.",
        "The account service is temporarily unavailable.",
        "Caching is not allowed for this request.",
        "Your account is temporarily locked.",
        "This organization is blocked. Try again in a few minutes.",
        "Your workspace is restricted for maintenance",
        "This organization was removed from the queue; retry later.",
        "Invalid token count",
        "Access denied",
        "Forbidden",
    ],
)
def test_a_refusal_that_may_pass_pauses_nothing(message: str) -> None:
    found = meaning(bodies.refusal(403, "permission_error", message), LOGIN)
    assert isinstance(found, ServerError)
