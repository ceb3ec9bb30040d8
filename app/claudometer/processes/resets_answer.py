"""Answers the window's questions for the resets of the account that is shown. Reads off the loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claudometer.present.messages import resets as words
from claudometer.present.messages.errors import message_for_code
from claudometer.present.reset_panel import bare_panel, csv_piece, reset_panel
from claudometer.system.off_loop import off_loop_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from claudometer.control.wire.resets import ResetPanel, ResetsAnswer, ResetsCsvAnswer
    from claudometer.processes.history_answer import Keeper, Views


async def resets_answer(keeper: Keeper, views: Views) -> ResetsAnswer:
    """Return the list of the latest resets; without any, why."""
    past, account, now, region = keeper.history, keeper.snapshot.account, views.view().now, views.region
    if past is None:
        return {"panel": bare_panel(words.NO_HISTORY)}
    if account is None:
        return {"panel": bare_panel(words.NO_ACCOUNT)}

    def read() -> ResetPanel:
        resets = past.resets(account=account)
        if not resets and past.problems:  # what cannot be read counts as empty there
            problem = past.problems[-1]
            message = message_for_code(problem.code, dict(problem.facts))
            return bare_panel(message.title, message.hint)
        return reset_panel(resets, now, region)

    try:
        return {"panel": await off_loop_at(past, read)}
    except OSError:  # a network home that does not respond
        return {"panel": bare_panel(words.NOT_READABLE, words.NOT_READABLE_HINT)}


async def resets_csv_answer(params: Mapping[str, object], keeper: Keeper) -> ResetsCsvAnswer:
    """Return a piece of the CSV of all resets: a line of the socket has no room for those of two years.

    Args:
        params: ``first``, the number of the piece's first line. A reset that is added meanwhile is the last.
    """
    past, account, first = keeper.history, keeper.snapshot.account, params.get("first")
    if past is None or account is None or not isinstance(first, int) or first < 0:
        return {"text": None, "next": None}
    try:
        return await off_loop_at(past, lambda: csv_piece(past.resets(account=account), first))
    except OSError:
        return {"text": None, "next": None}
