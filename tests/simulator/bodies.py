"""Error responses with the real servers' statuses and texts, and made-up ids."""

from __future__ import annotations

from tests.simulator.script import Reply

USER_FACING = {"error_visibility": "user_facing"}


def refusal(status: int, kind: str, message: str, **details: str) -> Reply:
    """Build an error response in the servers' usual form."""
    error: dict[str, object] = {"type": kind, "message": message}
    if details:
        error["details"] = details
    return Reply(status, {"type": "error", "error": error, "request_id": "req_011SimulatedAb"})


EXPIRED = refusal(401, "authentication_error", "OAuth token has expired. Please obtain a new token.")
UNKNOWN_TOKEN = refusal(401, "authentication_error", "OAuth access token is invalid.")
REVOKED = refusal(403, "permission_error", "OAuth token has been revoked.")
NO_SCOPE = refusal(
    403, "permission_error", "OAuth token does not meet scope requirement user:profile", **USER_FACING
)
DEAD_SESSION = refusal(
    403, "permission_error", "Invalid authorization", error_code="account_session_invalid", **USER_FACING
)
DEAD_SESSION_BARE = refusal(403, "permission_error", "Invalid authorization")
YOUNG_KEY = refusal(401, "authentication_error", "Invalid session.")
WRONG_ORGANIZATION = refusal(403, "permission_error", "Invalid authorization for organization", **USER_FACING)
NOT_A_MEMBER = refusal(403, "permission_error", "You are not a member of this organization.")
ORGANIZATION_DISABLED = refusal(400, "invalid_request_error", "This organization has been disabled.")
LOGIN_NOT_ALLOWED = refusal(
    401, "authentication_error", "OAuth authentication is currently not allowed for this organization."
)
IDENTITY_CHECK = refusal(403, "invalid_request_error", "Identity verification is required to continue.")
REGION_BLOCK = refusal(403, "forbidden", "We are unable to serve your request.")
OTHER_REFUSAL = refusal(403, "permission_error", "This feature is not enabled for your account.")
BAD_ID = refusal(400, "invalid_request_error", "organization_uuid: Input should be a valid UUID")
NOT_FOUND = refusal(404, "not_found_error", "Not Found")
OVERLOADED = Reply(529, {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}})
SERVER_ERROR = refusal(500, "api_error", "Internal server error")
BAD_GATEWAY = Reply(502, "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>")

CHALLENGE_PAGE = (
    "<!DOCTYPE html><html><head><title>Just a moment...</title></head>"
    '<body><script src="/cdn-cgi/challenge-platform/h/g/orchestrate/chl_page/v1"></script></body></html>'
)
PORTAL_PAGE = "<html><head><title>Welcome to the hotel</title></head><body>Please log in.</body></html>"

CHALLENGE = Reply(403, CHALLENGE_PAGE, {"cf-mitigated": "challenge", "Server": "cloudflare"})
PORTAL = Reply(200, PORTAL_PAGE)
REGION_REDIRECT = Reply(302, "", {"Location": "https://claude.ai/app-unavailable-in-region"})
LOGIN_REDIRECT = Reply(302, "", {"Location": "https://claude.ai/login"})
PORTAL_REDIRECT = Reply(302, "", {"Location": "http://portal.example.net/login"})


def rate_limit(retry_after: str | None, *, at_edge: bool = False) -> Reply:
    """Build a 429 response, whose body has no outer ``type``, with a ``Retry-After`` header if given.

    Args:
        at_edge: without a request id, as Cloudflare answers a token that cannot read usage.
    """
    body = {"error": {"message": "Rate limited. Please try again later.", "type": "rate_limit_error"}}
    headers = {} if at_edge else {"request-id": "req_011SimulatedAb"}
    return Reply(429, body, headers if retry_after is None else headers | {"Retry-After": retry_after})
