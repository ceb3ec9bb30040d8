"""Builds the source of numbers for each mode. Importing it is cheap: httpx is loaded on the first request."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from claudometer.domain.usage import Mode
from claudometer.providers.base import ProviderRules
from claudometer.providers.claude.browser_client import BrowserAccess
from claudometer.providers.claude.cached_usage import CachedUsageSource, cached_usage_files
from claudometer.providers.claude.local_coverage import coverage_of
from claudometer.providers.claude.local_only import LocalOnlySource
from claudometer.providers.claude.login_reader import FILE_NAME as LOGIN_FILE
from claudometer.providers.claude.merging import merge
from claudometer.providers.claude.oauth import OAuthSource
from claudometer.providers.claude.session_key import name_of, parse_session_key
from claudometer.providers.claude.status_line import StatusLineSource
from claudometer.providers.claude.web import NULL_KEY_RENEWALS, WebSource
from claudometer.providers.client import Client
from claudometer.providers.server_time import ignore_server_time
from claudometer.system.captures import capture_file, hit_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from claudometer.domain.clock import Clock
    from claudometer.providers.base import KeyRenewals, LocalSource, SessionKeyReader, UsageSource
    from claudometer.providers.claude.browser_client import BrowserRuns
    from claudometer.providers.claude.login_reader import LoginReader
    from claudometer.providers.client import Note
    from claudometer.providers.server_time import TimeObserver

CLAUDE_RULES = ProviderRules(merge, coverage_of, parse_key=parse_session_key, name_of_key=name_of)
"""Claude's own rules, for the engine, which imports none of Claude's modules."""


@dataclass(frozen=True, slots=True)
class ClaudeFiles:
    """Locates the files that Claude Code writes, or that we write when it runs us. Its login is not one.

    Attributes:
        config_folder: returns the current folder of Claude Code.
        state_folder: our own folder, where ``claudometer statusline`` saves its numbers.
        clock: this computer's own clock, uncorrected, because the files carry its time.
        named_by: returns the variable that names that folder, ``""`` for the settings, ``None`` for neither.
    """

    config_folder: Callable[[], Path]
    state_folder: Path
    clock: Clock
    named_by: Callable[[], str | None] = lambda: None


@dataclass(frozen=True, slots=True)
class SourcesConfig:
    """What the sources need.

    Attributes:
        note: receives the record of every request.
        session_key: reads the session key; called for every request.
        organization_id: returns the organization that the user chose, ``None`` to choose automatically.
        login: reads Claude Code's login, wherever its folder is now.
        claude: what local mode reads; ``None`` for a program without that mode.
        web_url: base address of the web API.
        oauth_url: base address of the OAuth API.
        renewals: receives session keys with which claude.ai replaces earlier ones.
        observe_time: receives the servers' time.
        is_clock_verified: returns whether a server has sent its time yet.
        browser: runs browsers, for when claude.ai requires one; ``None`` where the system has no web engine.
        ask_through_browser: returns whether the user's settings allow a browser.
        fresh_key: whether the session key was pasted a moment ago; claude.ai may refuse it for some seconds.
        key_variable: the environment variable that the session key comes from, if it does.
        demo: whether to show made-up numbers and neither read nor send anything.
        demo_plan: which plan the made-up account has; the usual one for "".
    """

    clock: Clock
    note: Note
    session_key: SessionKeyReader
    organization_id: Callable[[], str | None]
    login: LoginReader
    web_url: str
    oauth_url: str
    claude: ClaudeFiles | None = None
    renewals: KeyRenewals = NULL_KEY_RENEWALS
    observe_time: TimeObserver = ignore_server_time
    is_clock_verified: Callable[[], bool] = lambda: True
    browser: BrowserRuns | None = None
    ask_through_browser: Callable[[], bool] = lambda: True
    fresh_key: bool = False
    key_variable: str | None = None
    demo: bool = False
    demo_plan: str = ""


def sources_for(config: SourcesConfig) -> dict[Mode, UsageSource]:
    """Build the source of each mode."""
    if config.demo:
        from claudometer.providers.demo import DemoSource  # noqa: PLC0415 - made-up numbers, only for the demo

        return {
            mode: DemoSource(
                clock=config.clock,
                mode=mode,
                plan=config.demo_plan,
                organization_id=config.organization_id,
            )
            for mode in Mode
        }
    sources: dict[Mode, UsageSource] = {
        Mode.WEB: WebSource(
            client=_client(config, config.web_url),
            browser=_browser_access(config),
            session_key=config.session_key,
            renewals=config.renewals,
            organization_id=config.organization_id,
            clock=config.clock,
            fresh_key=config.fresh_key,
            key_variable=config.key_variable,
        ),
        Mode.CLI: OAuthSource(
            client=_client(config, config.oauth_url),
            login=config.login,
            clock=config.clock,
            is_clock_verified=config.is_clock_verified,
        ),
    }
    if config.claude is not None:
        claude = config.claude
        sources[Mode.LOCAL] = LocalOnlySource(
            claude.config_folder, local_sources(claude), claude.clock, named_by=claude.named_by
        )
    return sources


def _browser_access(config: SourcesConfig) -> BrowserAccess | None:
    if config.browser is None:
        return None
    return BrowserAccess(
        config.browser,
        config.web_url.rstrip("/"),
        clock=config.clock,
        note=config.note,
        wanted=config.ask_through_browser,
        testing=config.fresh_key,
    )


def _client(config: SourcesConfig, base_url: str) -> Client:
    return Client(base_url, clock=config.clock, note=config.note, observe_time=config.observe_time)


def local_files(files: ClaudeFiles, login_folder: Path | None) -> Iterator[Path | str]:
    """Yield every file that credentials and local sources are read from. Touches the disk, and may block.

    Args:
        login_folder: the folder of the login, ``None`` while that is not read.
    """
    config = files.config_folder()
    if login_folder is not None:
        yield login_folder / LOGIN_FILE
    yield from cached_usage_files(config)
    # Named by a digest of the folder, so they change with the setting.
    for file in (capture_file, hit_file):
        yield file(os.fspath(files.state_folder), os.fspath(config))


def local_sources(
    files: ClaudeFiles, login_folder: Callable[[], Path | None] = lambda: None
) -> tuple[LocalSource, ...]:
    """Build the sources that read only :class:`ClaudeFiles`.

    Args:
        login_folder: returns the folder of Claude Code's login; ``None`` while that must not be read.
    """
    return (
        StatusLineSource(files.config_folder, files.state_folder, files.clock, login_folder=login_folder),
        CachedUsageSource(files.config_folder, files.clock),
    )
