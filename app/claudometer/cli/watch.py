"""``claudometer watch``: stays in the terminal and follows. Needs no display and no running app."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol, Self

from claudometer.cli.following import follow
from claudometer.cli.look import find_look, is_screen
from claudometer.domain.snapshot import true_time
from claudometer.present.report import report_for
from claudometer.present.terminal import render, time_of
from claudometer.system.region import read_region

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any, TextIO

    from claudometer.cli.options import Call

    Report = dict[str, Any]


class View(Protocol):
    """Where the reports go."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...
    def show(self, report: Report) -> None:
        """Take the newest report; called at every tick, whether it has changed or not."""
        ...


def run(call: Call) -> int:
    """Follow until interrupted, which is how one leaves: 0."""
    region = read_region()
    last = None
    try:
        with _find_view(call) as view:
            for news in follow(demo=call.demo):
                last = news or last
                if last is not None:
                    now = true_time(last.snapshot, datetime.now(UTC))
                    view.show(report_for(last.snapshot, now, region, last.terminal))
    except KeyboardInterrupt:
        pass
    return 0


class Lines:
    """Prints each report that differs from the one before: to a file, a pipe, a printing terminal."""

    def __init__(self, stream: TextIO, *, as_json: bool) -> None:
        self._stream = stream
        self._as_json = as_json
        self._last: Report | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def show(self, report: Report) -> None:
        said = report | {"now": None}  # that the time passes is no news
        if said != self._last:
            print(self._text(report), file=self._stream, flush=True)
        self._last = said

    def _text(self, report: Report) -> str:
        if self._as_json:
            return json.dumps(report, separators=(",", ":"))
        return "\n".join(render(report, time_of(report), find_look(self._stream)))


def _find_view(call: Call) -> View:
    if call.has("--json") or not is_screen(sys.stdout):
        return Lines(sys.stdout, as_json=call.has("--json"))
    from claudometer.cli.live import LiveView

    return LiveView(sys.stdout)
