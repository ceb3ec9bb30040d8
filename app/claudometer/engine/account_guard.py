"""Never shows one account's numbers while the credentials are another's. Sends nothing."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from claudometer.domain.outcome import Status
from claudometer.engine.requester import account_key_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Hashable

    from claudometer.engine.bus import SnapshotStore
    from claudometer.engine.readings import ReadingMerger
    from claudometer.engine.requester import Attempt
    from claudometer.engine.source_selector import Selected, SourceSelector

log = logging.getLogger(__name__)


class AccountGuard:
    """Checks the credentials before, during and after each request, and between two requests."""

    def __init__(self, selector: SourceSelector, merger: ReadingMerger, snapshots: SnapshotStore) -> None:
        self._selector = selector
        self._merger = merger
        self._snapshots = snapshots
        self._stamp: Hashable = None

    async def begin(self) -> Selected:
        """Select the source for a poll, and hide numbers of any other account."""
        # Noted before they are read: a change in between is noticed by the next look.
        await self.note_credentials()
        selected = await self._selector.select()
        await self._show_own(selected)
        return selected

    async def note_credentials(self) -> None:
        """Take the present credentials as known."""
        self._stamp = await self._selector.stamp()

    async def have_credentials_changed(self) -> bool:
        """Return whether the credentials may have changed since they were noted."""
        return await self._selector.stamp() != self._stamp

    async def attend(
        self, request: Awaitable[Attempt], selected: Selected, *, every_s: float
    ) -> Attempt | None:
        """Wait for an attempt, and return it unless its account is no longer the one that is logged in.

        A response may take 40 s, which is too long to show someone else's numbers: meanwhile the credentials
        are checked every ``every_s`` seconds.
        """
        watching = asyncio.create_task(self._watch_credentials(selected, every_s))
        try:
            attempt = await request
        finally:
            # Also when the request raised: nobody else ends this task.
            watching.cancel()
            await asyncio.wait({watching})
        if not watching.cancelled():
            watching.result()  # it has ended by a fault, which the supervisor has to report
        return None if await self._is_overtaken(attempt, selected) else attempt

    async def _watch_credentials(self, selected: Selected, every_s: float) -> None:
        while True:
            await asyncio.sleep(every_s)
            if await self.have_credentials_changed():
                await self._show_own(selected)

    async def _is_overtaken(self, attempt: Attempt, selected: Selected) -> bool:
        if attempt.account is None or not await self.have_credentials_changed():
            return False
        now = account_key_of(selected.source, await selected.source.identify())
        is_overtaken = now is not None and now != attempt.account
        if is_overtaken:
            log.info("the login is another account's by now; the response for the former one is dropped")
        return is_overtaken

    async def _show_own(self, selected: Selected) -> None:
        snapshot = self._snapshots.snapshot
        shown = snapshot.reading
        if shown is None or not (shown.account.mode is snapshot.mode is selected.mode):
            return
        account = account_key_of(selected.source, await selected.source.identify())
        if account is None or account == shown.key:
            return
        await self._merger.look()  # whose the local numbers are depends on who is logged in
        own = self._merger.shown(selected.mode, account)
        # How the last request of the former account ended says nothing about this one.
        self._snapshots.change(account=account, reading=own, status=Status.STARTING, problem=None)
