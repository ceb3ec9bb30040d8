"""Decides whether a job may start now, by number, forecast and age of every limit that applies. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from claudometer.present.exit_codes import is_used_up
from claudometer.present.formatters import (
    age,
    moment,
    percent_left,
    share,
    short_left,
    span,
    whole_percent,
)
from claudometer.present.messages import guard as words
from claudometer.present.spend_limit import SPEND, shown_share, spend_as_limit
from claudometer.present.text import one_line

if TYPE_CHECKING:
    from typing import Literal

    from claudometer.control.wire.report import Report, ReportLimit
    from claudometer.domain.region import Region

    Verdict = Literal["yes", "no", "unknown"]

USUAL_NEED = 10.0
"""Percent of the main limit that a job is assumed to need."""

SOON = timedelta(minutes=30)
"""A limit that is full within this time keeps a long job from starting."""

_TEN_MINUTES = timedelta(minutes=10)
_HOUR = timedelta(hours=1)
_HALF_DAY = timedelta(hours=12)
_DAY_S = 24 * 3600

_MODEL = "weekly_model"
_ALWAYS = frozenset({"session", "weekly"})
"""The limits of all models together, which every job uses."""


class Decision(NamedTuple):
    """The answer, its sentence, and the ids of the limit that decided and of the tightest, if any."""

    verdict: Verdict
    sentence: str
    limit_id: str | None = None
    tightest_id: str | None = None


def decide(
    report: Report,
    region: Region,
    *,
    need: float = USUAL_NEED,
    limit_id: str | None = None,
    remaining: bool = False,
) -> Decision:
    """Return whether a job may start.

    Args:
        need: percent of the main limit that the job needs: of ``limit_id``, else of the session, else of the
            first limit.
        limit_id: the limit that the job uses. Session and week count in any case, other models then do not.
        remaining: say what is left of a limit instead of what is used.
    """
    return _Guard(report, region, need, remaining=remaining).decide(limit_id)


class _Guard:
    """Decides by one report."""

    def __init__(self, report: Report, region: Region, need: float, *, remaining: bool) -> None:
        self._report = report
        self._region = region
        self._need = need
        self._remaining = remaining
        self._now = datetime.fromisoformat(report["now"])

    def decide(self, limit_id: str | None) -> Decision:
        limits = self._applying(limit_id)
        if not limits:
            return self._without_limits()
        main = next((limit for limit in limits if limit["id"] == limit_id), limits[0])
        decisions = [self._obstacle(limit, is_main=limit is main) for limit in limits]
        # What is known to be full keeps a job from starting, whatever is unknown beside it.
        for verdict in ("no", "unknown"):
            found = next((each for each in decisions if each is not None and each.verdict == verdict), None)
            if found is not None:
                return found
        # What pays beyond the plan's limits keeps no job from starting that they have room for. But `status`
        # says that it is used up, so it is named here, too.
        named = limits + self._used_up()
        return self._yes(main, max(named, key=lambda limit: limit["percent"] or 0.0))

    def _without_limits(self) -> Decision:
        if self._report["status"] == "ok" and not self._report["stale"]:
            return Decision("yes", words.YES_NO_LIMITS)
        message = self._report["message"] or words.NO_NUMBERS
        return Decision("unknown", words.UNKNOWN_ALL.format(message=message))

    def _obstacle(self, limit: ReportLimit, *, is_main: bool) -> Decision | None:
        """Return why a limit keeps a job from starting, ``None`` if it does not."""
        used = limit["percent"]
        if used is None:
            return Decision("unknown", words.UNKNOWN.format(name=_name(limit)), limit["id"])
        # Within its window a number only grows: an old 100 % is still one. When no reset is known, the window
        # may be over.
        if used >= 100 and not (limit["stale"] and limit["resets_at"] is None):
            return Decision("no", self._reached(limit), limit["id"], limit["id"])
        if limit["stale"]:
            return Decision("unknown", self._said(words.UNKNOWN_OLD, limit), limit["id"])
        if is_main and used + self._need > 100:
            need = f"{self._need:.10g}\u00a0%"
            # Both shares add up to 100, so of 90.4 % used it would be "leaves 10 %, and 10 % is needed".
            left = f"<{need}" if int(short_left(used)) >= self._need else percent_left(used)
            sentence = words.NO_NEED_LEFT if self._remaining else words.NO_NEED
            said = self._said(sentence, limit, left=left, need=need)
            return Decision("no", said, limit["id"], limit["id"])
        full_at = _full_at(limit)
        if full_at is not None and full_at - self._now < SOON:
            sentence = words.NO_VERY_SOON if full_at - self._now < _TEN_MINUTES else words.NO_SOON
            return Decision("no", self._said(sentence, limit), limit["id"], limit["id"])
        return None

    def _reached(self, limit: ReportLimit) -> str:
        spend = self._report["spend"]
        if limit["resets_at"] is None:
            return self._said(words.NO_REACHED_OPEN, limit)
        if limit["kind"] == _MODEL and self._others_work():
            return self._said(words.NO_MODEL_REACHED, limit)
        is_on = spend is not None and spend["enabled"] and spend["stopped_by"] is None
        if spend is not None and is_on and not spend["stale"] and not is_used_up(spend):
            amount = _amounts(self._report)
            if amount is not None:
                return self._said(words.NO_REACHED_PAYING, limit, amount=amount)
        return self._said(words.NO_REACHED, limit)

    def _others_work(self) -> bool:
        """Return whether no limit of all models is reached, nor may be by now."""
        shared = [limit for limit in self._report["limits"] if limit["id"] in _ALWAYS]
        return not any(each["stale"] or each["percent"] is None or each["percent"] >= 100 for each in shared)

    def _yes(self, main: ReportLimit, tightest: ReportLimit) -> Decision:
        used, most = (whole_percent(limit["percent"] or 0) for limit in (main, tightest))
        is_other = tightest is not main and most > used
        forecast = main["forecast"]
        if forecast is None:
            sentence = words.YES_TIGHT if is_other else words.YES
        elif forecast["full_at"] is not None:
            sentence = words.YES_PACE_TIGHT if is_other else words.YES_PACE
        else:
            sentence = words.YES_LASTS_TIGHT if is_other else words.YES_LASTS
        tight = {"tight": _name(tightest), "tight_percent": self._share(tightest)} if is_other else {}
        return Decision("yes", self._said(sentence, main, **tight), main["id"], tightest["id"])

    def _share(self, limit: ReportLimit) -> str:
        return share(limit["percent"], remaining=self._remaining)

    def _said(self, sentence: str, limit: ReportLimit, **more: str) -> str:
        resets_at, full_at = _time(limit["resets_at"]), _full_at(limit)
        return sentence.format(
            name=_name(limit),
            percent=self._share(limit),
            age=age(datetime.fromisoformat(limit["fetched_at"]), self._now),
            time="" if resets_at is None else moment(resets_at, self._now, self._region),
            span="" if full_at is None else _about(full_at - self._now, limit["window_seconds"]),
            **more,
        )

    def _applying(self, limit_id: str | None) -> list[ReportLimit]:
        """Return the limits that decide; extra usage if there is no other limit, or if the job names it."""
        limits = self._report["limits"]
        if limit_id is None:
            return list(limits) or self._spend_limit()
        applying = [limit for limit in limits if limit["id"] == limit_id or limit["id"] in _ALWAYS]
        return applying + self._spend_limit() if limit_id == SPEND else applying or self._spend_limit()

    def _spend_limit(self) -> list[ReportLimit]:
        """Return extra usage as a limit; one that was stopped, not by the user, counts as full."""
        limit, spend = spend_as_limit(self._report), self._report["spend"]
        if limit is None or spend is None:
            return []
        limit["percent"] = shown_share(spend)
        if spend["stopped_by"] not in (None, "user"):
            limit["percent"] = max(100.0, limit["percent"] or 0.0)
        elif limit["percent"] is None and spend["stopped_by"] is None:
            return []
        return [limit]

    def _used_up(self) -> list[ReportLimit]:
        """Return extra usage as a limit if it is used up, as ``status`` counts it."""
        return self._spend_limit() if is_used_up(self._report["spend"]) else []


def _name(limit: ReportLimit) -> str:
    return one_line(limit["label"])


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _full_at(limit: ReportLimit) -> datetime | None:
    return None if limit["forecast"] is None else _time(limit["forecast"]["full_at"])


def _about(left: timedelta, window_s: int | None) -> str:
    """Return a span no finer than it can be known: ten minutes; of a week hours, or half days."""
    step = _TEN_MINUTES
    if window_s is not None and window_s > _DAY_S and left >= _HOUR:
        step = _HALF_DAY if left >= _HALF_DAY else _HOUR
    return span((int(left / step + 0.5) * step).total_seconds())


def _amounts(report: Report) -> str | None:
    """Return "€12.34 of €40.00", ``None`` without both amounts."""
    from claudometer.present.formatters import money_of  # noqa: PLC0415 - only for a limit that is reached
    from claudometer.present.messages.card import SPENT_OF_CAP, SPENT_WITHOUT_CAP  # noqa: PLC0415 - as above

    spend = report["spend"]
    if spend is None or spend["used"] is None:
        return None
    used, cap = spend["used"], spend["cap"]
    text = money_of(used["minor"], used["exponent"], used["currency"])
    if cap is None:
        return SPENT_WITHOUT_CAP.format(used=text)
    return SPENT_OF_CAP.format(used=text, cap=money_of(cap["minor"], cap["exponent"], cap["currency"]))
