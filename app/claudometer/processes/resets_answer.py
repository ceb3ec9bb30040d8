"""Answers the window's requests for the resets of the shown account. Reads off the loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.present.messages import resets as words
from claudometer.present.reset_panel import bare_panel, csv_piece, reset_panel
from claudometer.system.off_loop import off_loop_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claudometer.control.wire.resets import ResetPanel, ResetsAnswer, ResetsCsvAnswer
    from claudometer.processes.history_answer import HistoryOwner
    from claudometer.processes.presenter import ViewSource


async def resets_answer(owner: HistoryOwner, views: ViewSource) -> ResetsAnswer:
    """Return the panel of the latest resets; if there are none, it says why."""
    past, account, now, region = owner.history, owner.snapshot.account, views.view().now, views.region
    if past is None:
        return {"panel": bare_panel(words.NO_HISTORY)}
    if account is None:
        return {"panel": bare_panel(words.NO_ACCOUNT)}

    def read() -> ResetPanel:
        resets = past.resets(account=account)
        if not resets and past.problems:  # the store returns nothing for a file that it cannot read
            from claudometer.present.messages.errors import (  # noqa: PLC0415 - 0.2 MB, seldom needed
                message_for_code,
            )

            problem = past.problems[-1]
            message = message_for_code(problem.code, dict(problem.facts))
            return bare_panel(message.title, message.hint)
        return reset_panel(resets, now, region)

    try:
        return {"panel": await off_loop_at(past, read)}
    except OSError:  # a network home that does not respond
        return {"panel": bare_panel(words.NOT_READABLE, words.NOT_READABLE_HINT)}


async def resets_csv_answer(params: Mapping[str, object], owner: HistoryOwner) -> ResetsCsvAnswer:
    """Return a piece of the CSV of all resets: those of two years are too long for one line of the socket.

    Args:
        params: ``first``, the number of the piece's first line. A reset that is added between two pieces is
            the last line, so it shifts no other.
    """
    past, account, first = owner.history, owner.snapshot.account, params.get("first")
    if past is None or account is None or not isinstance(first, int) or first < 0:
        return {"text": None, "next": None}
    try:
        return await off_loop_at(past, lambda: csv_piece(past.resets(account=account), first))
    except OSError:
        return {"text": None, "next": None}
