"""How an attempt ends. Expected failures are values, each with the facts that its message needs.

Fields with ``compare=False`` only accompany an outcome: two outcomes are equal if they mean the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.domain.usage import AccountId, Organization, Reading


class Status(StrEnum):
    """The outcome of the last attempt, as ``status --json`` names it."""

    STARTING = "starting"
    OK = "ok"
    MISSING_CREDENTIALS = "missing_credentials"
    UNAUTHORIZED = "unauthorized"
    RATE_LIMITED = "rate_limited"
    CHALLENGED = "challenged"
    OFFLINE = "offline"
    SERVER_ERROR = "server_error"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Fetched:
    """Numbers arrived. ``organizations``: those that the web source listed, for the settings window."""

    reading: Reading
    organizations: tuple[Organization, ...] = ()


@dataclass(frozen=True, slots=True)
class MissingCredentials:
    """There are no credentials. Polling pauses until there are some.

    Attributes:
        organizations: those that the account can choose from, if one has to be chosen.
        login_folder: the folder of a login that exists but may not be read.
        facts: what else the message needs, as pairs of name and value. Never a secret.
    """

    code: ErrorCode
    organizations: tuple[Organization, ...] = ()
    login_folder: str | None = None
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _WithOrganizations:
    """A failure that came after the web source may have listed the account's organizations.

    Attributes:
        organizations: those that were listed. The server may refuse one of them and accept another.
    """

    organizations: tuple[Organization, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Unauthorized(_WithOrganizations):
    """The server refused the credentials, or they have expired. Polling pauses until they change.

    Attributes:
        account: whose they are, if that is known.
        superseded: they were replaced after they were sent, so a second request may succeed.
        in_doubt: they have expired by this computer's clock, which no server has confirmed yet. One request
            finds out.
        variable: the environment variable that they come from, if any.
    """

    code: ErrorCode
    account: AccountId | None = field(default=None, compare=False)
    superseded: bool = False
    in_doubt: bool = False
    variable: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class RateLimited(_WithOrganizations):
    """429.

    Attributes:
        retry_after_s: the server's ``Retry-After``, ``None`` when absent or unreadable.
        at_edge: the response has no request id, so it came from Cloudflare before the API counted anything.
    """

    retry_after_s: float | None = None
    code: ErrorCode = ErrorCode.RATE_LIMITED
    at_edge: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Challenged(_WithOrganizations):
    """Something between us and the server demands a browser. That says nothing about the credentials.

    ``until`` is when the hidden browser may be used again, if only its pause is in the way.
    """

    code: ErrorCode = ErrorCode.CHALLENGED
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Offline(_WithOrganizations):
    """No response came: network, name, certificate, proxy or timeout.

    Attributes:
        variable: the environment variable that caused it, if one did.
        proxy: host and port of the proxy that is to blame, if one is.
    """

    code: ErrorCode = ErrorCode.OFFLINE
    variable: str | None = None
    proxy: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ServerError(_WithOrganizations):
    """The server refused for a reason that is neither the credentials nor a rate limit.

    ``error_type`` is the server's own word for it, where a message quotes it: one plain word, safe to show.
    """

    http_status: int
    code: ErrorCode = ErrorCode.SERVER_ERROR
    error_type: str | None = None


@dataclass(frozen=True, slots=True)
class Unreadable(_WithOrganizations):
    """The response holds no number that can be trusted."""

    code: ErrorCode = ErrorCode.NOT_JSON


def account_id_of(identity: AccountId | MissingCredentials | Unauthorized) -> AccountId | None:
    """Return whose credentials were found, usable or not; ``None`` if that is not known."""
    match identity:
        case MissingCredentials():
            return None
        case Unauthorized(account=account):
            return account
        case _:
            return identity


Failure = MissingCredentials | Unauthorized | RateLimited | Challenged | Offline | ServerError | Unreadable
Outcome = Fetched | Failure


_STATUS: dict[type[Outcome], Status] = {
    Fetched: Status.OK,
    MissingCredentials: Status.MISSING_CREDENTIALS,
    Unauthorized: Status.UNAUTHORIZED,
    RateLimited: Status.RATE_LIMITED,
    Challenged: Status.CHALLENGED,
    Offline: Status.OFFLINE,
    ServerError: Status.SERVER_ERROR,
    Unreadable: Status.UNREADABLE,
}


def status_of(outcome: Outcome | None) -> Status:
    """Return an outcome's name in the public interface; ``None`` means that there was no attempt yet."""
    return Status.STARTING if outcome is None else _STATUS[type(outcome)]
