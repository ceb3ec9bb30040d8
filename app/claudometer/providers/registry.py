"""Builds the sources of numbers, one a mode. Light: httpx is not loaded before the first request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from claudometer.domain.usage import Mode
from claudometer.providers.browsing import BrowserDoor
from claudometer.providers.claude.oauth import OAuthSource
from claudometer.providers.claude.web import WebSource
from claudometer.providers.demo import DemoSource
from claudometer.providers.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable

    from claudometer.domain.clock import Clock
    from claudometer.providers.base import SessionKeyReader, UsageSource
    from claudometer.providers.browsing import BrowserRuns
    from claudometer.providers.claude.credentials import LoginReader
    from claudometer.providers.server import Note


@dataclass(frozen=True, slots=True)
class SourcesConfig:
    """What the sources are built from.

    Attributes:
        note: takes the report of every request.
        session_key: reads the session key, anew for every request.
        login: reads Claude Code's login, wherever its folder is now.
        web_url: base of the web API; ``oauth_url`` likewise of the OAuth API.
        organization_id: the organisation the user chose, ``None`` to choose by itself.
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
            server=Server(config.web_url, clock=config.clock, note=config.note, browser=_door(config)),
            session_key=config.session_key,
            organization_id=config.organization_id,
            clock=config.clock,
            fresh_key=config.fresh_key,
        ),
        Mode.CLI: OAuthSource(
            server=Server(config.oauth_url, clock=config.clock, note=config.note),
            login=config.login,
            clock=config.clock,
        ),
    }


def _door(config: SourcesConfig) -> BrowserDoor | None:
    if config.browser is None:
        return None
    return BrowserDoor(
        config.browser,
        config.web_url.rstrip("/"),
        clock=config.clock,
        note=config.note,
        wanted=config.ask_through_browser,
        testing=config.fresh_key,
    )
