"""``claudometer watch``: follows the numbers in the terminal. Needs no display and no running app."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol, Self

from claudometer.cli.environment_account import ACCOUNT, differing_variable, named_account, print_difference
from claudometer.cli.report_stream import follow
from claudometer.cli.terminal_style import find_style, is_screen
from claudometer.control.client import ControlClient
from claudometer.domain.errors import ClaudometerError
from claudometer.present.terminal import render
from claudometer.system.runtime import socket_path

if TYPE_CHECKING:
    from types import TracebackType
    from typing import TextIO

    from claudometer.cli.environment_account import NamedAccount
    from claudometer.cli.options import Call
    from claudometer.control.wire.report import AccountReport, Report


class View(Protocol):
    """Shows the reports, one after the other."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...
    def show(self, account: AccountReport) -> None:
        """Show the newest report. Called at every tick, whether it has changed or not."""
        ...


def run(call: Call) -> int:
    """Follow the numbers until Ctrl-C, and return 0: that is the normal way to end it."""
    last = None
    named = named_account(call)
    try:
        _print_difference(call, named)  # before the view starts: other output would break it
        with _find_view(call) as view:
            for account in follow(demo=call.demo, named=named, wanted=call.values.get(ACCOUNT)):
                last = account or last
                if last is not None:
                    view.show(last)
    except KeyboardInterrupt:
        pass
    return 0


def _print_difference(call: Call, named: NamedAccount | None) -> None:
    if named is None:
        return
    with suppress(ClaudometerError):  # `follow` will raise the same error
        account = ControlClient(socket_path(demo=call.demo)).report()
        variable = None if account is None else differing_variable(named, account)
        if variable is not None:
            print_difference(call, variable)


class Lines:
    """Prints each report that differs from the one before, for a file, a pipe or a plain terminal."""

    def __init__(self, stream: TextIO, *, as_json: bool) -> None:
        self._stream = stream
        self._as_json = as_json
        self._last: Report | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def show(self, account: AccountReport) -> None:
        timeless: Report = {**account["report"], "now": ""}  # otherwise every report would differ
        if timeless != self._last:
            print(self._text(account), file=self._stream, flush=True)
        self._last = timeless

    def _text(self, account: AccountReport) -> str:
        if self._as_json:
            return json.dumps(account["report"], separators=(",", ":"))
        return "\n".join(render(account["terminal"], find_style(self._stream)))


def _find_view(call: Call) -> View:
    if call.has("--json") or not is_screen(sys.stdout):
        return Lines(sys.stdout, as_json=call.has("--json"))
    from claudometer.cli.live import LiveView

    return LiveView(sys.stdout)
