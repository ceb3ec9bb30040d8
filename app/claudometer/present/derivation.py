"""Derives the view of an account from a snapshot, the time, the region and the thresholds. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.freshness import is_old, is_stale, shown_percent, valid_until
from claudometer.domain.next_poll import Paused, Poll
from claudometer.domain.outcome import Status
from claudometer.domain.usage import CLAUDE, Mode, Origin, Source, fullest, has_reset, origin_of
from claudometer.present.aging import elapsed, expected, seconds_between, when_words_change
from claudometer.present.amounts import cap_text, credit_amounts, spend_state, spent_percent, stopped_by
from claudometer.present.forecast import forecast_view, record_view, with_remaining
from claudometer.present.formatters import (
    age,
    clock,
    day_and_year,
    moment,
    money,
    money_share,
    nearest_minute,
    said_moment,
    said_share,
    share,
    span,
    whole_second,
)
from claudometer.present.messages.phrases import EXTRA_USAGE, MOST_LIMITS
from claudometer.present.view import (
    AccountView,
    CheckView,
    CreditView,
    LimitView,
    OriginView,
    ProblemView,
    ResetState,
    ResetView,
    SourceView,
    SpendState,
    SpendView,
    When,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from claudometer.control.wire.report import LevelName
    from claudometer.domain.region import Region
    from claudometer.domain.snapshot import Problem, Snapshot
    from claudometer.domain.usage import Credit, Limit, Reading, Spend
    from claudometer.present.forecast_view import ForecastView, RecordView
    from claudometer.present.levels import Thresholds

# They pass without the user: another try is planned for each.
_WAITING = (Status.RATE_LIMITED, Status.CHALLENGED, Status.OFFLINE, Status.SERVER_ERROR, Status.UNREADABLE)

# A green bar would say that there is room, also where extra usage does not pay.
_LEVELS: dict[SpendState, LevelName] = {
    SpendState.CAP: "critical",
    SpendState.CREDITS: "critical",
    SpendState.USER: "unknown",
    SpendState.ORGANIZATION: "unknown",
    SpendState.OFF: "unknown",
}


def view_of(
    snapshot: Snapshot, now: datetime, region: Region, thresholds: Thresholds, *, remaining: bool = False
) -> AccountView:
    """Return what is shown of ``snapshot`` at ``now`` (aware UTC, by Claude's clock).

    ``remaining``: people read what is left of a limit instead of what is used. Levels do not change.
    """
    return _Viewer(snapshot, now, region, thresholds, remaining=remaining).account()


class _Viewer:
    """Makes the parts of one view, which all need the same five values."""

    def __init__(
        self, snapshot: Snapshot, now: datetime, region: Region, thresholds: Thresholds, *, remaining: bool
    ) -> None:
        self._snapshot = snapshot
        self._now = now
        self._region = region
        self._thresholds = thresholds
        self._remaining = remaining

    def account(self) -> AccountView:
        snapshot, reading = self._snapshot, self._snapshot.reading
        account = reading.account if reading else None
        limits = tuple(self._limit(limit, reading) for limit in reading.limits) if reading else ()
        shown = _pick_shown(reading, limits) if reading else ()
        spend = self._spend(reading.spend, reading) if reading and reading.spend else None
        granted = tuple(self._credit(credit, reading) for credit in reading.credits) if reading else ()
        main = self._origin(_main_origin(reading)) if reading else None
        left_out = reading.left_out if reading else 0
        return AccountView(
            now=self._now,
            mode=snapshot.mode,
            status=snapshot.status,
            demo=snapshot.demo,
            refreshing=snapshot.refreshing,
            is_stale=is_stale(snapshot, self._now),
            provider=reading.provider if reading else CLAUDE,
            id=account.id if account else None,
            organization_id=account.organization_id if account else None,
            organization=account.organization if account else None,
            plan=account.plan if account else None,
            tier=account.tier if account else None,
            source=reading.source if reading else None,
            fetched_at=reading.fetched_at if reading else None,
            limits=limits,
            shown=shown,
            left_out=left_out,
            hidden=len(limits) + left_out - len(shown),
            lacks_session=reading.lacks_session if reading else False,
            tightest=_tightest(limits),
            spend=spend,
            credits=granted,
            main=main,
            sources=_other_sources(main, limits, spend, granted),
            problem=self._problem(snapshot.problem) if snapshot.problem else None,
            notices=tuple(self._problem(notice) for notice in snapshot.notices),
            next_check=self._check(snapshot.next_poll) if self._sends() and snapshot.next_poll else None,
            organizations=snapshot.organizations,
            valid_until=valid_until(snapshot, self._now),
            text_valid_until=min(when_words_change(self._now, main, limits, spend, granted), default=None),
            held_until=self._held_until(snapshot.next_poll),
            is_mode_known=self._is_mode_known(),
            remaining=self._remaining,
        )

    def _sends(self) -> bool:
        """Return whether a poll is a request, and not only a look at files."""
        return self._snapshot.mode is not Mode.LOCAL

    def _is_mode_known(self) -> bool:
        """Return whether anything speaks for the mode: without a login and a key, claude.ai is a guess."""
        snapshot = self._snapshot
        is_found = snapshot.account is not None or snapshot.reading is not None
        return snapshot.is_mode_chosen or snapshot.mode is not Mode.WEB or is_found

    def _limit(self, limit: Limit, reading: Reading) -> LimitView:
        value = shown_percent(limit, self._now)
        reset, origin = self._reset(limit), origin_of(limit, reading)
        forecast = self._forecast(limit, reset)
        is_filling = forecast is not None and forecast.is_full
        return LimitView(
            id=limit.id,
            kind=limit.kind,
            label=limit.label,
            window_s=limit.window_s,
            percent=value,
            text=share(value, remaining=self._remaining),
            said=said_share(value, remaining=self._remaining),
            level=self._thresholds.of(limit.id).level_of(value, is_filling=is_filling),
            elapsed=elapsed(reset, limit.window_s),
            reset=reset,
            origin=self._origin(origin),
            has_own_origin=limit.origin is not None,
            is_old=is_old(limit, self._snapshot, self._now),
            expected=expected(limit, origin.fetched_at),
            forecast=forecast,
            record=self._record(limit),
        )

    def _record(self, limit: Limit) -> RecordView | None:
        tally = dict(self._snapshot.tallies).get(limit.id)
        return record_view(tally, limit.window_s) if tally and limit.window_s else None

    def _forecast(self, limit: Limit, reset: ResetView) -> ForecastView | None:
        """Return what is likely to come of a limit, ``None`` while nothing can be said of its number."""
        outlook = dict(self._snapshot.outlooks).get(limit.id)
        if outlook is None or reset.state is not ResetState.AHEAD or reset.when is None or not limit.window_s:
            return None
        if is_old(limit, self._snapshot, self._now):
            return None
        seen = forecast_view(outlook, limit.window_s, reset.when.at, self._now, self._region)
        return with_remaining(seen) if self._remaining else seen

    def _reset(self, limit: Limit) -> ResetView:
        at = limit.resets_at
        if at is None:
            # The server sends 0 % without a reset time for a window that begins with the first use.
            return ResetView(ResetState.UNSTARTED if limit.percent == 0 else ResetState.UNKNOWN)
        when = self._when(nearest_minute(at))
        if has_reset(limit, self._now):
            return ResetView(ResetState.OVER, at, when)
        left_s = max(0.0, seconds_between(self._now, at))
        return ResetView(ResetState.AHEAD, at, when, left_s, span(left_s))

    def _spend(self, spend: Spend, reading: Reading) -> SpendView:
        spent, used, cap, state = spent_percent(spend), spend.used, spend.cap, spend_state(spend)
        shown = money_share(spent)
        return SpendView(
            enabled=spend.enabled,
            used=used,
            cap=cap,
            used_text=money(used) if used else None,
            cap_text=cap_text(spend),
            percent=spent,
            text=share(shown, remaining=self._remaining),
            said=said_share(shown, remaining=self._remaining),
            level=_LEVELS.get(state) or self._thresholds.level_of(shown),
            state=state,
            stopped_by=stopped_by(spend),
            origin=self._origin(origin_of(spend, reading)),
            has_own_origin=spend.origin is not None,
            is_old=is_old(spend, self._snapshot, self._now),
        )

    def _credit(self, credit: Credit, reading: Reading) -> CreditView:
        ends = credit.expires_at
        return CreditView(
            id=credit.id,
            label=credit.label,
            used=credit.used,
            limit=credit.limit,
            percent=credit.percent,
            text=share(money_share(credit.percent), remaining=self._remaining),
            said=said_share(money_share(credit.percent), remaining=self._remaining),
            amounts=credit_amounts(credit),
            expires_at=ends,
            ends=day_and_year(ends, self._now, self._region) if ends else None,
            is_over=ends is not None and ends <= self._now,
            origin=self._origin(origin_of(credit, reading)),
            has_own_origin=credit.origin is not None,
            is_old=is_old(credit, self._snapshot, self._now),
        )

    def _problem(self, problem: Problem) -> ProblemView:
        from claudometer.present.messages.errors import message_for  # noqa: PLC0415 - few hours have a problem

        # The user need not do anything about an expired login: the next use of Claude Code renews it.
        waiting = self._snapshot.status in _WAITING or problem.code is ErrorCode.LOGIN_RESTING
        until = self._when(problem.until) if problem.until else None
        return ProblemView(problem.code, message_for(problem, self._region), until, waiting)

    def _check(self, plan: Poll | Paused) -> CheckView | Paused:
        if isinstance(plan, Paused):
            return plan
        return CheckView(plan.at, self._when(max(plan.at, self._now)), plan.reason)

    def _held_until(self, plan: Poll | Paused | None) -> When | None:
        until = plan.until if isinstance(plan, Paused) else None
        return None if until is None else self._when(max(until, self._now))

    def _origin(self, origin: Origin) -> OriginView:
        at = origin.fetched_at
        return OriginView(origin.source, self._when(at), age(whole_second(at), whole_second(self._now)))

    def _when(self, at: datetime) -> When:
        now, region = self._now, self._region
        return When(at, clock(at, region), moment(at, now, region), said_moment(at, now, region))


def _pick_shown(reading: Reading, limits: tuple[LimitView, ...]) -> tuple[LimitView, ...]:
    """Return the fullest limits, in display order."""
    kept = {limit.id for limit in fullest(reading.limits, MOST_LIMITS)}
    return tuple(limit for limit in limits if limit.id in kept)


def _tightest(limits: tuple[LimitView, ...]) -> LimitView | None:
    # An old number may have been overtaken, or its window reset early: it must not set the icon's color.
    current = [limit for limit in limits if limit.percent is not None and not limit.is_old]
    return max(current, key=lambda limit: limit.percent or 0.0, default=None)


def _main_origin(reading: Reading) -> Origin:
    """Return where the numbers as a whole came from: the last answer, unless no limit is from it."""
    origins = [limit.origin for limit in reading.limits if limit.origin is not None]
    if origins and len(origins) == len(reading.limits):
        # The oldest: "updated 2 min ago" must hold for every number under it.
        return min(origins, key=lambda origin: origin.fetched_at)
    return Origin(reading.source, reading.fetched_at)


def _other_sources(
    main: OriginView | None,
    limits: tuple[LimitView, ...],
    spend: SpendView | None,
    granted: tuple[CreditView, ...],
) -> tuple[SourceView, ...]:
    labels: dict[tuple[Source, str], list[str]] = {}
    for label, origin in _labels(limits, spend, granted):
        if main is not None and origin.source is not main.source:
            labels.setdefault((origin.source, origin.age), []).append(label)
    return tuple(SourceView(tuple(names), source, shown_age) for (source, shown_age), names in labels.items())


def _labels(
    limits: tuple[LimitView, ...], spend: SpendView | None, granted: tuple[CreditView, ...]
) -> Iterator[tuple[str, OriginView]]:
    yield from ((limit.label, limit.origin) for limit in limits)
    if spend is not None:
        yield EXTRA_USAGE, spend.origin
    yield from ((credit.label, credit.origin) for credit in granted)
