"""Sends requests to the running app, and waits for one that is still starting or about to end."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from claudometer.control.client import DEFAULT_TIMEOUT_S, ControlClient
from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.system.single_instance import PATIENCE_S, is_held, is_starting, read_owner

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claudometer.control.protocol import Message
    from claudometer.system.paths import Places

_PAUSE_S = 0.05  # between two attempts: no event says that the socket has appeared


def request(
    places: Places,
    op: str,
    params: Mapping[str, object] | None = None,
    *,
    timeout_s: float = DEFAULT_TIMEOUT_S,
) -> Message | None:
    """Return the app's answer; ``None`` if no app runs.

    Args:
        timeout_s: how long the app may take to answer, once it listens.

    Raises:
        ClaudometerError: ``APP_ENDED``: it ended before it answered; ``APP_UNRESPONSIVE``, with ``pid`` if
            known; and as the client does.
    """
    client = ControlClient(places.socket)
    deadline, has_waited = time.monotonic() + PATIENCE_S, False
    while True:
        try:
            return client.call(op, params, timeout_s=timeout_s)
        except ClaudometerError as error:
            # The lock, not the socket, says whether an app runs: the socket appears later and goes earlier.
            if error.code is ErrorCode.NOT_RUNNING and not is_held(places.lock_file):
                if has_waited:
                    raise ClaudometerError(ErrorCode.APP_ENDED) from None
                return None
            if error.code not in {ErrorCode.NOT_RUNNING, ErrorCode.APP_UNRESPONSIVE}:
                raise
            # An app that listens and does not answer hangs. One that does not listen yet is given more
            # time.
            is_patient = error.code is ErrorCode.NOT_RUNNING and time.monotonic() < deadline
            if not is_patient and not is_starting(places.lock_file):
                pid = read_owner(places.lock_file)
                raise ClaudometerError(ErrorCode.APP_UNRESPONSIVE, pid=pid) from None
        has_waited = True
        time.sleep(_PAUSE_S)
