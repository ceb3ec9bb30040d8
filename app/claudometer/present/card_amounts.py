"""What is spent of extra usage and left of credits, as the card, the menu and sentences write it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.usage import CapState, Money
from claudometer.present.formatters import UNKNOWN
from claudometer.present.messages import card as words
from claudometer.present.messages.phrases import CREDIT_ENDED, CREDIT_ENDS

if TYPE_CHECKING:
    from claudometer.present.view import CreditView, SpendView


def spend_text(spend: SpendView) -> str:
    """Return "€12.34 of €40.00", "€12.34, no cap", or what is known of it."""
    used = spend.used_text or UNKNOWN
    match spend.cap:
        case Money():
            return words.SPENT_OF_CAP.format(used=used, cap=spend.cap_text)
        case CapState.UNCAPPED:
            return words.SPENT_WITHOUT_CAP.format(used=used)
        case CapState.UNKNOWN:
            return words.SPENT_CAP_UNKNOWN.format(used=used)


def credit_text(credit: CreditView) -> str:
    """Return "$250 of $250, expires 5 Feb", or what is known of it."""
    if credit.ends is None:
        return credit.amounts
    return (CREDIT_ENDED if credit.is_over else CREDIT_ENDS).format(amounts=credit.amounts, day=credit.ends)
