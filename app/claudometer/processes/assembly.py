"""Builds an engine from the real system, or from sample data for the demo. Starts nothing."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import MissingCredentials
from claudometer.domain.token_bucket import Uptime
from claudometer.domain.usage import Mode
from claudometer.engine.buckets import BucketStore
from claudometer.engine.bus import Bus
from claudometer.engine.dependencies import Dependencies, LocalSources, Overrides, UnwatchedFiles
from claudometer.engine.engine import Engine
from claudometer.processes.browser import BrowserProcess
from claudometer.processes.kept_state import find_state
from claudometer.processes.login_probe import demo_login, login_probe
from claudometer.processes.opening_history import find_history, find_notes
from claudometer.providers.claude.limit_hit import LimitHitFile
from claudometer.providers.claude.login_reader import LoginReader
from claudometer.providers.registry import (
    CLAUDE_RULES,
    ClaudeFiles,
    SourcesConfig,
    local_files,
    local_sources,
    sources_for,
)
from claudometer.settings.environment_defaults import PREFIX
from claudometer.settings.store import DemoSettings, SettingsStore
from claudometer.system import captures
from claudometer.system.autostart import find_autostart
from claudometer.system.boot import find_boot_id
from claudometer.system.claude_program import has_claude_code
from claudometer.system.demo_plan import demo_plan
from claudometer.system.file_watch import FileWatch
from claudometer.system.files import remove_stale_files
from claudometer.system.home import find_home_trouble
from claudometer.system.login_folder import ClaudeFolder, look_at_lists
from claudometer.system.off_loop import off_loop, off_loop_at
from claudometer.system.region import utc_offset_at
from claudometer.system.state import MemoryState
from claudometer.system.version import own_version
from claudometer.vault.keyring_store import KeyringStore
from claudometer.vault.memory import MemoryStore
from claudometer.vault.session_bus import over_jeepney

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from claudometer.domain.settings import Settings
    from claudometer.engine.dependencies import SourceMaker, StateFile
    from claudometer.processes.run_context import RunContext
    from claudometer.providers.base import KeyRenewals, SessionKeyReader, UsageSource
    from claudometer.system.request_notes import RequestNotes
    from claudometer.vault.session_bus import Connection

KEY_VARIABLE = f"{PREFIX}SESSION_KEY"


async def assemble(context: RunContext, connected: Connection = over_jeepney) -> Engine:
    """Build the engine. Reads the settings, and looks for Claude Code's folders.

    Args:
        connected: how to ask the session's bus about the keyring.

    Raises:
        ClaudometerError: ``HOME_UNUSABLE``.
    """
    store = DemoSettings() if context.demo else SettingsStore(context.places.settings_file)
    try:
        loaded = await off_loop(store.load)
        # A process that was killed during a write may have left temporary files.
        for folder in (context.places.settings_file.parent, context.places.state_folder):
            await off_loop_at(store, partial(remove_stale_files, folder))
    except OSError as error:  # also a timeout: a dead network home must not keep the program from starting
        loaded = store.unread(error)
    loaded = loaded.showing(context.account)
    claude_folder = ClaudeFolder(loaded.settings.account.claude_folder)
    # By the computer's own clock, uncorrected, since the dates of files are by that clock, too.
    files = ClaudeFiles(
        claude_folder.config, context.places.state_folder, context.clock.own, claude_folder.config_named_by
    )

    def login_folder() -> Path | None:  # called only once `engine` is assigned
        return None if engine.mode is Mode.LOCAL else claude_folder.login()

    environment = context.environment
    await _check_home(context, claude_folder, loaded.settings)
    listed = await look_at_lists()
    login = make_login(claude_folder)
    history = find_history(context.places.state_folder, context.clock, demo=context.demo)
    state = MemoryState() if context.demo else find_state(context.places, history.disk)
    boot_id = await off_loop(find_boot_id)
    browser = find_browser(context, state, boot_id)
    autostart = None
    with suppress(OSError):  # the form then says that autostart is not available
        autostart = None if context.demo else await off_loop(find_autostart)
    engine = Engine(
        Dependencies(
            clock=context.clock,
            bus=Bus(),
            make_sources=_source_maker(
                context, files, login, browser, find_notes(context.places.state_folder, history)
            ),
            store=MemoryStore() if context.demo else KeyringStore(connected),
            settings=loaded.settings,
            settings_file=store,
            state=state,
            login=demo_login if context.demo else login_probe(login),
            claude_folder=claude_folder,
            autostart=autostart,
            fitting_mode=_fitting_mode(context, login),
            rules=CLAUDE_RULES,
            version=own_version(),
            boot_id=boot_id,
            local=LocalSources() if context.demo else _local_sources(files, login, login_folder),
            files=UnwatchedFiles() if context.demo else FileWatch(lambda: local_files(files, login_folder())),
            overrides=Overrides(
                await _wanted_mode(context, claude_folder, loaded.settings.account.mode),
                environment.interval_seconds,
                environment.session_key,
            ),
            notices=tuple(each for each in (loaded.problem, listed) if each is not None),
            has_browser=browser is not None,
            update_host=None if context.demo else urlsplit(environment.update_url).hostname,
            demo=context.demo,
            log_folder=str(context.places.log_folder),
            state_folder=str(context.places.state_folder),
            history=history,
            offset_at=utc_offset_at,
        )
    )
    return engine


async def _wanted_mode(context: RunContext, folder: ClaudeFolder, saved: Mode | None) -> Mode | None:
    """Return the mode that the environment asks for, ``None`` if the settings decide.

    A variable that names another folder than the account's means the account whose login is there, so CLI
    mode. In local mode, which the user chose, no login is read, in whatever folder.
    """
    mode = context.environment.mode
    if mode is not None or not context.by_environment or folder.variable is None:
        return mode
    try:
        is_elsewhere = await off_loop_at(folder.path, folder.is_elsewhere)
    except OSError:  # a dead drive: the reader of the login reports that
        is_elsewhere = True
    elsewhere = Mode.LOCAL if saved is Mode.LOCAL else Mode.CLI
    return elsewhere if is_elsewhere else None


async def _check_home(context: RunContext, folder: ClaudeFolder, settings: Settings) -> None:
    """Refuse to start if the login would be in the home folder, and that is not there.

    Raises:
        ClaudometerError: ``HOME_UNUSABLE``.
    """
    environment = context.environment
    needs_none = environment.session_key is not None or not folder.is_default or context.demo
    if needs_none or (environment.mode or settings.account.mode) is Mode.WEB:
        return
    with suppress(TimeoutError):  # a drive that does not respond: the reader of the login reports it
        trouble = await off_loop_at("home", find_home_trouble)
        if trouble is not None:
            raise trouble


def make_login(folder: ClaudeFolder) -> LoginReader:
    """Return the reader of Claude Code's login in a folder."""
    return LoginReader(folder.login, named_by=folder.login_named_by, has_program=has_claude_code)


def find_browser(context: RunContext, state: StateFile, boot_id: str) -> BrowserProcess | None:
    """Return the runner of the hidden browser, ``None`` where the system's web engine is not WebKitGTK."""
    if context.demo or sys.platform in {"darwin", "win32"}:
        return None
    return BrowserProcess(
        BucketStore(state, uptime=lambda: Uptime(boot_id, context.clock.boottime())),
        context.clock,
        folder=context.places.runtime_folder / "browser",
        log_folder=context.places.log_folder,
    )


def _local_sources(
    files: ClaudeFiles, login: LoginReader, login_folder: Callable[[], Path | None]
) -> LocalSources:
    def present_login() -> str:
        folder = login_folder()
        return "" if folder is None else captures.login_of(os.fspath(folder))

    hits = LimitHitFile(files.config_folder, files.state_folder, login=present_login)
    return LocalSources(local_sources(files, login_folder), login.written_at, hits, login.plan)


def _source_maker(
    context: RunContext,
    files: ClaudeFiles,
    login: LoginReader,
    browser: BrowserProcess | None,
    notes: RequestNotes,
) -> SourceMaker:
    def make(
        session_key: SessionKeyReader,
        organization_id: Callable[[], str | None],
        *,
        renewals: KeyRenewals,
        ask_through_browser: Callable[[], bool],
        fresh_key: bool,
    ) -> dict[Mode, UsageSource]:
        return sources_for(
            SourcesConfig(
                clock=context.clock,
                note=notes.note,
                observe_time=context.clock.observe,
                is_clock_verified=lambda: context.clock.is_verified,
                session_key=session_key,
                renewals=renewals,
                organization_id=organization_id,
                login=login,
                claude=files,
                web_url=context.environment.web_url,
                oauth_url=context.environment.oauth_url,
                browser=browser,
                ask_through_browser=ask_through_browser,
                fresh_key=fresh_key,
                key_variable=None if fresh_key or context.environment.session_key is None else KEY_VARIABLE,
                demo=context.demo,
                demo_plan=demo_plan(),
            )
        )

    return make


def _fitting_mode(context: RunContext, login: LoginReader) -> Callable[[], Awaitable[Mode]]:
    """Return a function that chooses the mode for a user who has not chosen one.

    It chooses CLI if Claude Code has a login here, else web. Also CLI if the login cannot be read, or if
    somebody named a folder that cannot be used, so that the user learns why; but web if the environment has a
    session key.
    """
    unreadable = {
        ErrorCode.LOGIN_DENIED,
        ErrorCode.LOGIN_FOLDER_DENIED,
        ErrorCode.LOGIN_FOLDER_WRONG,
        ErrorCode.LOGIN_UNREADABLE,
    }

    async def fitting() -> Mode:
        if context.demo:
            return Mode.CLI
        found = await login.read()
        if not isinstance(found, MissingCredentials):
            return Mode.CLI
        should_explain = found.code in unreadable and context.environment.session_key is None
        return Mode.CLI if should_explain else Mode.WEB

    return fitting
