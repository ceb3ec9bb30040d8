"""Usage without the app: a single poll for ``status``, polling for ``watch``; within the same budget."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from claudometer.domain.next_poll import Cause
from claudometer.domain.outcome import MissingCredentials, status_of
from claudometer.domain.settings import Percents
from claudometer.domain.snapshot import problem_of
from claudometer.domain.usage import Mode
from claudometer.present.messages.terminal import Terminal
from claudometer.processes.assembly import assemble, make_login
from claudometer.processes.chosen_account import choose_account
from claudometer.processes.presenter import Presenter, account_report, level_thresholds, single_report
from claudometer.processes.run_context import read_context
from claudometer.system.login_folder import ClaudeFolder
from claudometer.system.logs import start_logging
from claudometer.system.off_loop import finish_calls, off_loop_at, run_abandonable

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from claudometer.control.wire.report import AccountReport, Described
    from claudometer.domain.settings import AccountSettings, Settings
    from claudometer.domain.snapshot import Snapshot
    from claudometer.domain.usage import AccountKey
    from claudometer.processes.run_context import RunContext

LOG_NAME = "terminal"


def poll_once(*, demo: bool, wanted: str | None = None) -> AccountReport:
    """Send one request, if the budget allows it, and report what is known then.

    Args:
        wanted: an id of the account; by default that of the environment or the settings.

    Raises:
        ClaudometerError: the environment cannot be used, or there is no such account.
    """
    context = _context_of(wanted, demo=demo)
    start_logging(context.places.log_folder, name=LOG_NAME, level=context.environment.log_level)

    async def poll() -> AccountReport:
        engine = await assemble(context)
        snapshot = await engine.poll_once()
        return await _report(engine.settings, snapshot, context)

    try:
        return asyncio.run(poll())
    finally:
        finish_calls()  # so that the end of the process cuts off no write to the ledger


def _context_of(wanted: str | None, *, demo: bool) -> RunContext:
    if wanted is None:
        return read_context(demo=demo, by_environment=True)
    return read_context(demo=demo, account=choose_account(wanted, demo=demo))


async def _report(settings: Settings, snapshot: Snapshot, context: RunContext) -> AccountReport:
    local_id = await _id_of(settings.account, context)
    remaining = settings.percents is Percents.REMAINING
    thresholds = level_thresholds(settings)
    return single_report(snapshot, context.clock, local_id, remaining=remaining, thresholds=thresholds)


async def _id_of(account: AccountSettings, context: RunContext) -> str | None:
    """Return our id of the account, ``None`` if the environment names one that the settings do not have."""
    if not context.by_environment:
        return account.id
    if context.environment.session_key is not None:
        return account.id if account.mode is None else None
    folder = ClaudeFolder(account.claude_folder)
    try:
        return None if await off_loop_at(folder.path, folder.is_elsewhere) else account.id
    except OSError:  # a dead drive
        return None


def describe_account(*, demo: bool) -> Described:
    """Return the account that the environment or the settings name.

    Sends a request in web mode, because only claude.ai lists several organizations to choose from. Also sends
    one if Claude has refused the credentials, because the user wants to know whether it still does.

    Raises:
        ClaudometerError: the environment cannot be used.
    """
    context = read_context(demo=demo, by_environment=True)
    start_logging(context.places.log_folder, name=LOG_NAME, level=context.environment.log_level)

    async def describe() -> Described:
        engine = await assemble(context)
        await engine.recall()
        is_listed = demo or engine.mode is not Mode.CLI  # in local mode, nothing is sent
        if is_listed or await engine.is_refused():
            snapshot = await engine.poll_once(Cause.CLICK)
        else:
            snapshot = await _with_login_trouble(engine.snapshot, engine.settings.account.claude_folder)
        found = await _report(engine.settings, snapshot, context)
        # Before the first numbers of an account that only the environment names, the report has no id of it.
        of_login = engine.settings.shown if snapshot.account is None else snapshot.account.account
        account_id = found["report"]["account"]["id"] or of_login
        return {
            "id": account_id,
            "ids": [engine.settings.shown, found["id"], account_id],
            "report": found["report"],
            "organization_id": engine.settings.account.organization_id,
            "organizations": [{"id": each.id, "name": each.name or ""} for each in snapshot.organizations],
        }

    try:
        return asyncio.run(describe())
    finally:
        finish_calls()


async def _with_login_trouble(snapshot: Snapshot, chosen_folder: str | None) -> Snapshot:
    """Return the snapshot; if Claude Code's login cannot be read, with the problem."""
    found = await make_login(ClaudeFolder(chosen_folder)).read()
    if not isinstance(found, MissingCredentials):
        return snapshot
    return replace(snapshot, status=status_of(found), problem=problem_of(found, None))


def identify_account(wanted: str | None = None) -> AccountKey | None:
    """Return the account that is wanted, else the one that the environment or the settings name.

    ``None`` without credentials. Sends nothing.

    Raises:
        ClaudometerError: the environment cannot be used, or there is no account ``wanted``.
    """
    context = _context_of(wanted, demo=False)

    async def identify() -> AccountKey | None:
        engine = await assemble(context)
        await engine.recall()
        return engine.snapshot.account

    try:
        return asyncio.run(identify())
    finally:
        finish_calls()


def save_organization(organization_id: str | None, *, demo: bool) -> None:
    """Save the choice of an organization of claude.ai; ``None`` to choose automatically.

    Call it only while no app runs: the app has its settings in memory, and would overwrite these.

    Raises:
        ClaudometerError: the settings could not be saved.
    """
    context = read_context(demo=demo)
    start_logging(context.places.log_folder, name=LOG_NAME, level=context.environment.log_level)

    async def save() -> None:
        engine = await assemble(context)
        await engine.save({"organization_id": organization_id})

    try:
        asyncio.run(save())
    finally:
        finish_calls()


def watch_alone(
    *,
    demo: bool,
    wanted: str | None = None,
    on_report: Callable[[AccountReport], None],
    stop: threading.Event,
) -> None:
    """Poll until ``stop`` is set, and call ``on_report`` with every new report, on the calling thread.

    Raises:
        ClaudometerError: the environment cannot be used, or there is no account ``wanted``.
    """
    context = _context_of(wanted, demo=demo)
    start_logging(context.places.log_folder, name=LOG_NAME, level=context.environment.log_level)

    async def watch() -> None:
        engine = await assemble(context)
        local_id = await _id_of(engine.settings.account, context)
        await engine.recall()  # before the first line, which would otherwise name a mode that nobody chose
        presenter = Presenter(
            engine,
            context.clock,
            terminal=Terminal.WATCH,
            remaining=lambda: engine.settings.percents is Percents.REMAINING,
            thresholds=lambda: level_thresholds(engine.settings),
            on_view=lambda view: on_report(account_report(view, Terminal.WATCH, local_id=local_id)),
        )
        engine.start_polling()
        engine.tasks.start("presenting", presenter.run)
        try:
            # On a thread, because asyncio cannot wait for a `threading.Event`.
            await run_abandonable(stop.wait, timeout_s=None)
        finally:
            await engine.tasks.stop()

    try:
        asyncio.run(watch())
    finally:
        stop.set()  # if polling ended with an error, the thread that waits for `stop` must end, too
        finish_calls()
