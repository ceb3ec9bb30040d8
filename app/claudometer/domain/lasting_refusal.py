"""A lasting refusal: remembered across processes, so that none of them repeats a request in vain. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import (
    Challenged,
    MissingCredentials,
    Offline,
    RateLimited,
    ServerError,
    Unauthorized,
)

if TYPE_CHECKING:
    from datetime import datetime

    from claudometer.domain.outcome import Outcome
    from claudometer.domain.usage import Organization

CHECKED_EVERY = timedelta(days=1)
"""An administrator may lift a refusal: one request a day finds out."""

DOUBTED_FOR = timedelta(hours=1)
"""For a login that perhaps cannot show usage: the refusal may have had another cause."""

_WITHOUT_PLAN = frozenset({ErrorCode.ORGANIZATIONS_NONE, ErrorCode.ORGANIZATIONS_WITHOUT_CHAT})


@dataclass(frozen=True, slots=True)
class Refusal:
    """How the server refused an account's credentials.

    Attributes:
        at: when, aware UTC.
        mark: names the credentials without revealing them, since other credentials may be accepted.
        variable: the environment variable that the credentials came from, if any.
    """

    code: ErrorCode
    at: datetime
    mark: str
    variable: str | None

    @property
    def until(self) -> datetime | None:
        """When to ask again, ``None`` for never: a login that has expired stays so."""
        if self.code is ErrorCode.LOGIN_RESTING:
            return None
        return self.at + (DOUBTED_FOR if self.code is ErrorCode.LOGIN_MAY_LACK_SCOPE else CHECKED_EVERY)

    def holds(self, mark: str, now: datetime, *, insists: bool) -> bool:
        """Return whether a request need not be sent, because its answer is known.

        Args:
            mark: of the credentials that would be sent; "" for none.
            insists: the user asked for a request. An expired login stays expired all the same.
        """
        if mark != self.mark or not mark:  # without a mark, they may be other credentials
            return False
        return self.until is None or (now < self.until and not insists)

    def outcome(self, organizations: tuple[Organization, ...]) -> Unauthorized | MissingCredentials:
        """Return how a request would end."""
        if self.code in _WITHOUT_PLAN:
            facts = (("variable", self.variable),) if self.variable else ()
            return MissingCredentials(self.code, organizations, facts=facts)
        return Unauthorized(self.code, variable=self.variable, organizations=organizations)


def refusal_of(outcome: Outcome, mark: str, now: datetime) -> Refusal | None:
    """Return the lasting refusal in an outcome, ``None`` without one.

    A refusal of credentials that were replaced meanwhile does not last: it says nothing about the new ones.
    """
    match outcome:
        case Unauthorized(code=code, variable=variable, superseded=False):
            return Refusal(code, now, mark, variable)
        case MissingCredentials(code=code, facts=facts) if code in _WITHOUT_PLAN:
            return Refusal(code, now, mark, dict(facts).get("variable"))
        case _:
            return None


def leaves_open(outcome: Outcome) -> bool:
    """Return whether an earlier refusal may still hold after an outcome, which does not decide about it."""
    match outcome:
        case Offline() | RateLimited() | Challenged():
            return True
        case ServerError(http_status=status):
            return status >= 500
        case Unauthorized(superseded=superseded):
            return superseded
        case _:
            return False
