"""Answers the operations about alerts: the list of past ones, a test, and silence. Runs on the loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from claudometer.domain.alerts.silence import MuteFor
from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.present.formatters import moment, nearest_minute
from claudometer.present.messages import mute as words
from claudometer.present.messages.own_commands import IN_SENTENCES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from datetime import datetime

    from claudometer.control.wire.alerts import AlertsAnswer, MuteAnswer
    from claudometer.domain.alerts.model import AccountLimit
    from claudometer.domain.alerts.past_alerts import AlertRecord
    from claudometer.domain.alerts.silence import Silence
    from claudometer.domain.clock import Clock
    from claudometer.domain.region import Region

    Handler = Callable[[Mapping[str, object]], Awaitable[Mapping[str, object]]]


class AlertService(Protocol):
    """Alerts, as far as clients control them; see :class:`claudometer.processes.alerts.Alerts`."""

    @property
    def silence(self) -> Silence: ...
    @property
    def records(self) -> Sequence[AlertRecord]: ...
    def names(self) -> Mapping[str, str]: ...
    async def mute(self, choice: MuteFor, /) -> datetime | None: ...
    async def unmute_limit(self, limit: AccountLimit, /) -> None: ...
    async def test(self) -> bool: ...
    async def forget_cleared(self) -> None: ...


class AlertAnswers:
    """The handlers of the control server for alerts.

    Args:
        alerts: ``None`` in a program that has none.
        region: returns the user's current region.
        demo: whether the program is the demo.
    """

    def __init__(
        self, alerts: AlertService | None, clock: Clock, region: Callable[[], Region], *, demo: bool
    ) -> None:
        self._alerts = alerts
        self._clock = clock
        self._region = region
        self._program = IN_SENTENCES[demo]

    def operations(self) -> Mapping[str, Handler]:
        """Return the handlers of the operations."""
        return {"alerts": self._list, "mute": self._mute}

    async def _list(self, params: Mapping[str, object]) -> AlertsAnswer:
        """Do what ``do`` says, if anything, and return the past alerts.

        ``test`` shows a test notification. ``unmute`` unmutes the limit that ``account`` and ``limit`` name;
        without them, everything.
        """
        from claudometer.present.alert_list import alert_panel  # noqa: PLC0415 - only for an open window

        alerts, what = self._alerts, params.get("do")
        if alerts is None:
            return {"panel": None}
        tested = await alerts.test() if what == "test" else None
        account, limit = params.get("account"), params.get("limit")
        if what == "unmute" and isinstance(account, str) and isinstance(limit, str):
            await alerts.unmute_limit((account, limit))
        elif what == "unmute":
            await alerts.mute(MuteFor.OFF)
        await alerts.forget_cleared()
        now, region = self._clock.now(), self._region()
        names = alerts.names()
        return {"panel": alert_panel(alerts.records, alerts.silence, now, region, names=names, tested=tested)}

    async def _mute(self, params: Mapping[str, object]) -> MuteAnswer:
        """Mute all alerts for as long as ``for`` says, which is a value of ``MuteFor``.

        Raises:
            ClaudometerError: ``REQUEST_INVALID``: there is no such choice, or this program has no alerts.
        """
        choice = params.get("for")
        if self._alerts is None or choice not in list(MuteFor):
            raise ClaudometerError(ErrorCode.REQUEST_INVALID)
        chosen, now = MuteFor(str(choice)), self._clock.now()
        until = await self._alerts.mute(chosen)
        if chosen is MuteFor.OFF:
            return {"accepted": True, "message": words.NOT_MUTED}
        if until is None:
            return {"accepted": False, "message": words.NO_RESET.format(program=self._program)}
        time = moment(nearest_minute(until), now, self._region())
        return {"accepted": True, "message": words.NOW_MUTED.format(time=time, program=self._program)}
