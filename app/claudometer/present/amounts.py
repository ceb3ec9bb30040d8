"""What money means: the used share of a cap, what stopped it, and a credit's amounts and last day. Pure."""

from __future__ import annotations

from claudometer.domain.plan import StoppedBy
from claudometer.domain.usage import CapState, Credit, Money, Spend
from claudometer.present.formatters import money, share_of, whole_money
from claudometer.present.messages.phrases import CREDIT_OF, CREDIT_UNUSED, IN_CREDITS
from claudometer.present.view import SpendState

_FULL = 100.0


def spent_percent(spend: Spend) -> float | None:
    """Return the used share of the cap in percent, ``None`` without a cap above 0, or if nothing tells it.

    The amounts count where both have the same currency. For a cap without one, the share that the server
    states decides whether the two amounts have the same unit: it is rounded, and stays at 100 above that.
    """
    used, cap, stated = spend.used, spend.cap, spend.percent
    if cap is CapState.UNKNOWN:
        # A share above 0 says that there is a cap, though it cannot be read, or is in another currency.
        return stated or None
    if not isinstance(cap, Money):
        return None
    # A cap of 0 has no share; with it, any use would be infinitely much.
    if used is None or cap.minor <= 0:
        return stated if used is None else None
    share = share_of(used.minor, used.exponent, cap.minor, cap.exponent)
    if used.currency == cap.currency:
        return share
    is_same_unit = stated is not None and (abs(share - stated) <= 1 or share > _FULL <= stated)
    return share if is_same_unit else stated


def spend_state(spend: Spend) -> SpendState:
    """Return whether extra usage pays, and if not, what stopped it."""
    stopped = stopped_by(spend)
    if stopped is not None:
        return SpendState(stopped.value)
    return SpendState.OFF if spend.enabled is False else SpendState.PAYS


def stopped_by(spend: Spend) -> StoppedBy | None:
    """Return what stopped extra usage, ``None`` while it pays and when nothing says what.

    It is the cap also when all of it is used and the server has not said so: observed with 4001 of 4000 used,
    ``spend_limit_reached`` false.
    """
    if spend.stopped_by is not None or spend.enabled is False:
        return spend.stopped_by
    return StoppedBy.CAP if (spent_percent(spend) or 0) >= _FULL else None


def cap_text(spend: Spend) -> str | None:
    """Return the cap, "€40.00"; "500.00 credits" where the amount has a currency and the cap has none."""
    used, cap = spend.used, spend.cap
    if not isinstance(cap, Money):
        return None
    is_in_credits = used is not None and used.currency and not cap.currency
    return IN_CREDITS.format(amount=money(cap)) if is_in_credits else money(cap)


def credit_amounts(credit: Credit) -> str:
    """Return "$250 of $250", with cents where either amount has some; the grant alone if no more is known."""
    used, limit = credit.used, credit.limit
    if used is None:
        return CREDIT_UNUSED.format(limit=whole_money(limit) or money(limit))
    used_text, limit_text = whole_money(used), whole_money(limit)
    if not used_text or not limit_text:
        used_text, limit_text = money(used), money(limit)
    return CREDIT_OF.format(used=used_text, limit=limit_text)
