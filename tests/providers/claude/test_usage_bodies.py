"""The bodies that hypothesis makes have every known form, and what is shown of each holds together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, settings

from claudometer.domain.outcome import Unreadable
from claudometer.domain.plan import StoppedBy
from claudometer.domain.usage import CapState, Money
from claudometer.present.exit_codes import NO_NUMBERS, exit_code_of
from claudometer.present.report import report_for
from claudometer.present.view import SpendState
from claudometer.providers.claude.parse import parse_usage
from tests.clocks import NOON
from tests.providers.claude.usage_bodies import LIKELY_BODY
from tests.readings import reading, snapshot
from tests.views import view

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from claudometer.domain.usage import Spend

FORMS = {
    *("a credit", "a credit beside limits", "a credit of an unknown key", "no session", "no limit at all"),
    *(
        "a week without a session",
        "an unknown window",
        "a model under two names",
        "a listed and a flat model",
    ),
    *("a surface", "over 100", "a breakdown", "used up while on", "no cap", "a cap without money"),
    *(f"stopped by {by}" for by in StoppedBy),
    *("off, and nobody known stopped it", "extra usage alone", "several currencies"),
}


def forms_of(body: Mapping[str, object]) -> Iterator[str]:
    usage = parse_usage(body, now=NOON)
    if isinstance(usage, Unreadable):
        return
    ids = [limit.id for limit in usage.limits]
    opus = [each for each in ids if "opus" in each]
    found = {
        "a credit": bool(usage.credits),
        "a credit beside limits": bool(usage.credits and ids),
        "a credit of an unknown key": any(credit.id == "velvet_lantern" for credit in usage.credits),
        "no session": "five_hour" in body and body["five_hour"] is None and bool(ids),
        "no limit at all": not ids,
        "a week without a session": "weekly" in ids and "session" not in ids,
        "an unknown window": any(each.startswith("other:") for each in ids),
        "a model under two names": len(opus) > 1,
        "a listed and a flat model": bool(opus) and isinstance(body.get("seven_day_opus"), dict),
        "a surface": any("cowork" in each or "cloud" in each for each in ids),
        "over 100": any((limit.percent or 0) > 100 for limit in usage.limits),
        "a breakdown": isinstance(body.get("seven_day_breakdown"), dict),
        "extra usage alone": usage.spend is not None and not ids,
    }
    yield from (name for name, is_there in found.items() if is_there)
    if usage.spend is not None:
        yield from _forms_of_spend(usage.spend)


def _forms_of_spend(spend: Spend) -> Iterator[str]:
    used, cap = spend.used, spend.cap
    if spend.stopped_by is not None:
        yield f"stopped by {spend.stopped_by}"
    elif spend.enabled is False:
        yield "off, and nobody known stopped it"
    elif view(snapshot(reading(spend=spend))).spend.state is SpendState.CAP:  # type: ignore[union-attr]
        yield "used up while on"
    if cap is CapState.UNCAPPED:
        yield "no cap"
    if isinstance(cap, Money) and used is not None and used.currency != cap.currency:
        yield "a cap without money"
    if used is not None and used.currency not in ("EUR", "USD", ""):
        yield "several currencies"


def test_every_known_form_comes() -> None:
    seen: set[str] = set()

    @settings(
        max_examples=1000,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    @given(LIKELY_BODY)
    def look(body: dict[str, object]) -> None:
        seen.update(forms_of(body))

    look()
    assert seen == FORMS


@given(LIKELY_BODY)
def test_what_is_shown_of_any_body_holds_together(body: dict[str, object]) -> None:
    usage = parse_usage(body, now=NOON)
    if isinstance(usage, Unreadable):
        return
    shown = view(snapshot(reading(*usage.limits, spend=usage.spend, credits_granted=usage.credits)))
    report = report_for(shown)
    spend = report["spend"]
    full = any((limit["percent"] or 0) >= 100 for limit in report["limits"])
    paid_out = spend is not None and (spend["stopped_by"] == "cap" or (spend["percent"] or 0) >= 100)
    is_full = full or (paid_out and spend is not None and spend["stopped_by"] != "user")
    # Limits without any number, such as of windows that are over, are no numbers to give.
    is_known = not usage.limits or spend is not None or bool(report["credits"])
    is_known = is_known or any(limit["percent"] is not None for limit in report["limits"])
    # A credit, however much of it is used, changes nothing of that.
    assert exit_code_of(report) == (int(is_full) if is_known else NO_NUMBERS)
    if spend is not None and shown.spend is not None:
        # The words, by their state, and the value say the same.
        expected = "off" if spend["enabled"] is False else "pays"
        assert shown.spend.state.value == (spend["stopped_by"] or expected)
        assert spend["stopped_by"] is not None or spend["enabled"] is False or (spend["percent"] or 0) < 100
