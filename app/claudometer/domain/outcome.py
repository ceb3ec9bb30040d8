"""How a poll ends. Expected ends are values, each with the facts its message needs."""

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
    """Numbers arrived. ``organizations`` is what the web source saw on the way, for the settings window."""

    reading: Reading
    organizations: tuple[Organization, ...] = ()


@dataclass(frozen=True, slots=True)
class MissingCredentials:
    """There is nothing to ask with. Polling rests until that changes.

    ``login_folder`` is where the login lies, when it is there and may not be read.
    """

    code: ErrorCode
    organizations: tuple[Organization, ...] = ()
    login_folder: str | None = None


@dataclass(frozen=True, slots=True)
class Unauthorized:
    """The credentials are confirmed bad or known to have lapsed. Polling rests until they change.

    Attributes:
        account: whose they are, if that is known; what happened is the same whoever it happened to.
        superseded: others have taken their place since they were sent, so asking again may help.
    """

    code: ErrorCode
    account: AccountId | None = field(default=None, compare=False)
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class RateLimited:
    """429. ``retry_after_s`` is the server's wish in seconds, ``None`` when absent or unreadable."""

    retry_after_s: float | None = None
    code: ErrorCode = ErrorCode.RATE_LIMITED


@dataclass(frozen=True, slots=True)
class Challenged:
    """Something between us and the server wants a browser. Says nothing about the credentials.

    ``until`` is when the browser may ask again, when it is only its turn that has not come.
    """

    code: ErrorCode = ErrorCode.CHALLENGED
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Offline:
    """No answer came: network, name, certificate, proxy or time.

    ``variable`` is the environment variable that is to blame, where one is.
    """

    code: ErrorCode = ErrorCode.OFFLINE
    variable: str | None = None


@dataclass(frozen=True, slots=True)
class ServerError:
    """The server answered with a refusal that is neither about the credentials nor the budget.

    ``error_type`` is the server's own word for it, where a message names it: one plain word, fit to be shown.
    """

    http_status: int
    code: ErrorCode = ErrorCode.SERVER_ERROR
    error_type: str | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An answer came that holds no number we can trust."""

    code: ErrorCode = ErrorCode.NOT_JSON


def account_in(identity: AccountId | MissingCredentials | Unauthorized) -> AccountId | None:
    """Return whose credentials were found, also when they are of no use; ``None`` when nobody knows."""
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
    """Name an outcome for the public interface; ``None`` is "no attempt yet"."""
    return Status.STARTING if outcome is None else _STATUS[type(outcome)]
