"""Builds the sources of numbers, one a mode. Light: httpx is not loaded before the first request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from claudometer.domain.usage import Mode
from claudometer.providers.claude.browser_client import BrowserAccess
from claudometer.providers.claude.last_look import LastLook
from claudometer.providers.claude.oauth import OAuthSource
from claudometer.providers.claude.status_line import StatusLine
from claudometer.providers.claude.web import NO_RENEWALS, WebSource
from claudometer.providers.client import Client
from claudometer.providers.demo import DemoSource
from claudometer.providers.server_time import ignore_server_time

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from claudometer.domain.clock import Clock
    from claudometer.providers.base import FreeSource, KeyRenewals, SessionKeyReader, UsageSource
    from claudometer.providers.claude.browser_client import BrowserRuns
    from claudometer.providers.claude.credentials import LoginReader
    from claudometer.providers.client import Note
    from claudometer.providers.server_time import TimeObserver


@dataclass(frozen=True, slots=True)
class SourcesConfig:
    """What the sources are built from.

    Attributes:
        note: takes the report of every request.
        observe_time: takes what the servers' clocks say.
        session_key: reads the session key, anew for every request.
        login: reads Claude Code's login, wherever its folder is now.
        web_url: base of the web API; ``oauth_url`` likewise of the OAuth API.
        organization_id: the organization the user chose, ``None`` to choose by itself.
        renewals: hears of a session key that claude.ai gives in place of another.
        browser: runs browsers, for when claude.ai wants one; ``None`` where there can be none.
        ask_through_browser: whether the user wants that.
        fresh_key: the key was pasted a moment ago, and may be refused for some seconds yet.
        demo: made-up numbers from sources that read and send nothing.
    """

    clock: Clock
    note: Note
    session_key: SessionKeyReader
    organization_id: Callable[[], str | None]
    login: LoginReader
    web_url: str
    oauth_url: str
    renewals: KeyRenewals = NO_RENEWALS
    observe_time: TimeObserver = ignore_server_time
    browser: BrowserRuns | None = None
    ask_through_browser: Callable[[], bool] = lambda: True
    fresh_key: bool = False
    demo: bool = False


def sources_for(config: SourcesConfig) -> dict[Mode, UsageSource]:
    """Build a source for each mode."""
    if config.demo:
        return {
            mode: DemoSource(clock=config.clock, mode=mode, organization_id=config.organization_id)
            for mode in Mode
        }
    return {
        Mode.WEB: WebSource(
            client=_client(config, config.web_url),
            browser=_browser_access(config),
            session_key=config.session_key,
            renewals=config.renewals,
            organization_id=config.organization_id,
            clock=config.clock,
            fresh_key=config.fresh_key,
        ),
        Mode.CLI: OAuthSource(
            client=_client(config, config.oauth_url),
            login=config.login,
            clock=config.clock,
        ),
    }


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


def free_sources(
    config_folder: Callable[[], Path], state_folder: Path, clock: Clock
) -> tuple[FreeSource, ...]:
    """Build the sources that only read what Claude Code leaves on this computer.

    Args:
        config_folder: Claude Code's folder now; ``state_folder``: ours, where its status line leaves them.
        clock: this computer's own, by which the files were stamped.
    """
    return StatusLine(config_folder, state_folder, clock), LastLook(config_folder, clock)
