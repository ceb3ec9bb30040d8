"""Gets the running app's report of the account that it shows. ``claudometer status`` loads this."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from claudometer.control.client import ControlClient
    from claudometer.control.wire.report import AccountReport


def ask_report(app: ControlClient) -> AccountReport | None:
    """Return the report of the running app, ``None`` if no app runs.

    Raises:
        ClaudometerError: as ``ControlClient.ask`` does, and as :func:`shown_report` does.
    """
    answer = app.ask("status")
    return None if answer is None else shown_report(answer.get("accounts"))


def shown_report(accounts: Any) -> AccountReport:  # noqa: ANN401 - a list of AccountReport, of our own version
    """Return the report of the account that is shown in the tray.

    Raises:
        ClaudometerError: ``PROTOCOL_MISMATCH``: no report is of such an account, so the app is of another
            version.
    """
    for account in accounts or ():
        if account["shown"]:
            report: AccountReport = account
            return report
    from claudometer.domain.errors import ClaudometerError, ErrorCode

    raise ClaudometerError(ErrorCode.PROTOCOL_MISMATCH)
