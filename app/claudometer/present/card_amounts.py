"""What is spent of extra usage, as the card, the menu and sentences write it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.usage import CapState, Money
from claudometer.present.formatters import UNKNOWN
from claudometer.present.messages import card as words

if TYPE_CHECKING:
    from claudometer.present.view import SpendView


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
