"""``claudometer quit``: ends the running app, and comes back when it has ended."""

from __future__ import annotations

from claudometer.control.client import ControlClient
from claudometer.domain.errors import ClaudometerError, ErrorCode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from claudometer.cli.options import Call

PATIENCE_S = 10.0


def run(call: Call) -> int:
    """Return 0 once no app runs; that none ran to begin with is said, and no failure.

    Raises:
        ClaudometerError: ``APP_UNRESPONSIVE`` when it is still there after ``PATIENCE_S``.
    """
    from claudometer.system.instance import wait_until_free
    from claudometer.system.paths import find_places

    places = find_places(demo=call.demo)
    if ControlClient(places.socket).ask("quit") is None:
        from claudometer.cli.failures import tell

        tell(ClaudometerError(ErrorCode.NOT_RUNNING))
        return 0
    if not wait_until_free(places.lock_file, patience_s=PATIENCE_S):
        raise ClaudometerError(ErrorCode.APP_UNRESPONSIVE)
    return 0
