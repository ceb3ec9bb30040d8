"""Runs all checks at once, each with its own time limit: a dead drive or bus delays no other check."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING

from claudometer.domain.checkup import Finding, Part, State
from claudometer.domain.errors import ErrorCode
from claudometer.processes.doctor import app, claude_code, desktop, history, login, network, storage
from claudometer.processes.doctor.surroundings import look_around

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from claudometer.processes.doctor.surroundings import Surroundings

    Check = Callable[[], Awaitable[Finding]]

log = logging.getLogger(__name__)

DISK_S, BUS_S, NETWORK_S = 5.0, 6.0, 12.0
"""Time limits of one check, at least as long as its calls may take: two on a bus, 3 s each; a request, 8 s,
and a line in the ledger, 2 s."""

ECHOES = (
    (Part.PROXY, ErrorCode.PROXY_UNUSABLE, Part.CONNECTION, ErrorCode.PROXY_UNUSABLE, "by_proxy"),
    (Part.CERTIFICATES, None, Part.CONNECTION, ErrorCode.TLS_FAILED, "by_certificates"),
    (Part.LOGIN, ErrorCode.LOGIN_FOLDER_DENIED, Part.STATUS_LINE, "status-line.unreadable", "by_login"),
    *(
        (Part.DATA, f"data.{cause}", Part.HISTORY, code, "by_data")
        for cause in ("denied", "foreign", "full", "not_folder", "quota", "read_only")
        for code in (ErrorCode.HISTORY_UNKEPT, ErrorCode.HISTORY_UNREADABLE)
    ),
    *(
        (Part.HISTORY, code, Part.DATA, "data.broken", "by_history")
        for code in (ErrorCode.HISTORY_UNREADABLE, ErrorCode.HISTORY_NEWER)
    ),
)
"""Faults that make another check fail: part and sentence of the cause (``None`` for any), part and sentence
of the effect, and the sentence that replaces the latter."""


def run_checks(*, demo: bool, unlock: bool) -> list[Finding]:
    """Check everything, and return one finding for each part.

    Sends one request without any credential, for the connection and the clock; none in the demo, and none
    where only numbers of this computer are wanted.
    """
    return asyncio.run(check_all(demo=demo, unlock=unlock))


async def check_all(*, demo: bool, unlock: bool) -> list[Finding]:
    """As :func:`run_checks`, on a loop."""
    unlocks = unlock and not demo
    if unlocks:
        await desktop.unlock_keyring()
    here = await look_around(demo=demo)
    reach = network.Reach(here)
    checks: list[tuple[Part, float, Check]] = [
        (Part.LOGIN, DISK_S, partial(login.check, here)),
        (Part.CONNECTION, NETWORK_S, reach.check_connection),
        (Part.PROXY, DISK_S, partial(network.check_proxy, here)),
        (Part.CERTIFICATES, DISK_S, network.check_certificates),
        (Part.ROOM, DISK_S, partial(login.check_room, here)),
        (Part.CLOCK, NETWORK_S, reach.check_clock),
        (Part.TRAY, BUS_S, partial(desktop.check_tray, here)),
        (Part.NOTIFICATIONS, BUS_S, desktop.check_notifications),
        (Part.KEYRING, BUS_S, partial(desktop.check_keyring, here, after_unlock=unlocks)),
        (Part.WINDOW, NETWORK_S, desktop.check_window),
        (Part.AUTOSTART, DISK_S, partial(app.check_autostart, here)),
        (Part.STATUS_LINE, DISK_S, partial(claude_code.check_status_line, here)),
        (Part.HOOK, DISK_S, partial(claude_code.check_hook, here)),
        (Part.SETTINGS, DISK_S, partial(_check_settings, here)),
        (Part.DATA, DISK_S, partial(storage.check_data, here)),
        (Part.HISTORY, DISK_S, partial(history.check, here)),
        (Part.COPIES, NETWORK_S, partial(app.check_copies, here)),
        (Part.VERSIONS, NETWORK_S, app.check_versions),
    ]
    found = await asyncio.gather(*(_bounded(part, limit_s, check) for part, limit_s, check in checks))
    return _without_echoes(found)


async def _check_settings(here: Surroundings) -> Finding:
    return here.settings_finding


async def _bounded(part: Part, limit_s: float, check: Check) -> Finding:
    try:
        async with asyncio.timeout(limit_s):
            return await check()
    except TimeoutError:
        return Finding(part, State.UNKNOWN, f"{part}.late", {"seconds": round(limit_s)})
    except Exception as error:  # barrier: one check that fails must not cost the report
        log.exception("the check of %s failed", part)
        return Finding(part, State.UNKNOWN, f"{part}.failed", {"kind": type(error).__name__})


def _without_echoes(found: list[Finding]) -> list[Finding]:
    """Report each fault once: a check that fails because of another one's fault has no result."""
    return [_without_echo(finding, found) for finding in found]


def _without_echo(finding: Finding, found: list[Finding]) -> Finding:
    broken = {(each.part, each.said) for each in found if each.state is State.ATTENTION}
    for cause, cause_said, effect, effect_said, instead in ECHOES:
        is_broken = any(part is cause and cause_said in {None, said} for part, said in broken)
        if is_broken and (finding.part, finding.said) == (effect, effect_said):
            return Finding(effect, State.UNKNOWN, f"{effect}.{instead}")
    return finding
