"""Checks the network: connection and clock by one request without credentials; proxy; certificates."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from claudometer.domain.checkup import Finding, Part, State
from claudometer.domain.clock import SKEW_FROM_S
from claudometer.domain.errors import ErrorCode
from claudometer.domain.ledger import RequestRecord
from claudometer.domain.next_poll import Cause
from claudometer.domain.outcome import Status
from claudometer.domain.usage import Mode
from claudometer.providers.proxies import Proxy, UnusableProxy, passed_over, proxy_for
from claudometer.store.connecting import FILE_NAME
from claudometer.store.kept_requests import write_alone
from claudometer.system.off_loop import run_abandonable
from claudometer.system.tray_pieces import install_line

if TYPE_CHECKING:
    from claudometer.domain.errors import Fact
    from claudometer.processes.doctor.surroundings import Surroundings
    from claudometer.providers.reach import NotReached, Reached

CERTIFICATE_PACKAGES = dict.fromkeys(("apt-get", "dnf", "pacman", "apk"), "ca-certificates") | {
    "zypper": "ca-certificates-mozilla"  # openSUSE's ca-certificates has only the program that unpacks them
}


class Reach:
    """Checks connection and clock, both by the same request."""

    def __init__(self, here: Surroundings) -> None:
        self._here = here
        self._task: asyncio.Task[Reached | NotReached] | None = None

    async def check_connection(self) -> Finding:
        """Check whether Claude's server answers."""
        if (reason := _reason_to_send_nothing(self._here)) is not None:
            return Finding(Part.CONNECTION, State.NOT_HERE, f"connection.{reason}")
        if not self._here.is_environment_usable:
            return Finding(Part.CONNECTION, State.UNKNOWN, "connection.by_settings")
        from claudometer.providers.reach import Reached  # noqa: PLC0415 - brings httpx

        found = await self._reach()
        if isinstance(found, Reached):
            facts = {"host": _host(self._here), "seconds": f"{found.took_s:.1f}"}
            return Finding(Part.CONNECTION, State.OK, "connection.answered", facts)
        return _not_reached(found)

    async def check_clock(self) -> Finding:
        """Compare the clock with the server's."""
        if (reason := _reason_to_send_nothing(self._here)) is not None:
            return Finding(Part.CLOCK, State.NOT_HERE, "clock.demo" if reason == "demo" else "clock.unknown")
        if not self._here.is_environment_usable:
            return Finding(Part.CLOCK, State.UNKNOWN, "clock.unknown")
        from claudometer.providers.reach import Reached  # noqa: PLC0415

        found = await self._reach()
        if not isinstance(found, Reached) or found.behind_s is None:
            return Finding(Part.CLOCK, State.UNKNOWN, "clock.unknown")
        if abs(found.behind_s) > SKEW_FROM_S:
            return Finding(
                Part.CLOCK, State.ATTENTION, ErrorCode.CLOCK_WRONG, {"behind_s": str(found.behind_s)}
            )
        seconds = max(1, round(abs(found.behind_s)))
        return Finding(Part.CLOCK, State.OK, "clock.right", {"seconds": seconds})

    async def _reach(self) -> Reached | NotReached:
        if self._task is None:
            self._task = asyncio.create_task(self._send())
        # Shielded, so that a check that runs out of time does not cancel the other one's request.
        return await asyncio.shield(self._task)

    async def _send(self) -> Reached | NotReached:
        sent_at = datetime.now(UTC)
        found = await run_abandonable(lambda: _reach_blocking(self._here.asked_url), timeout_s=None)
        await _note(self._here, found, sent_at)
        return found


def _not_reached(found: NotReached) -> Finding:
    from claudometer.providers.transport import BY_PROXY  # noqa: PLC0415 - brings httpx

    if found.variable is None:
        return Finding(Part.CONNECTION, State.ATTENTION, found.code)
    facts: dict[str, Fact] = {"variable": found.variable}
    if found.code not in BY_PROXY:
        return Finding(Part.CONNECTION, State.ATTENTION, found.code, facts)
    # Named by its variable, since the address may contain the name of a person or a company.
    if found.code in {ErrorCode.PROXY_FAILED, ErrorCode.PROXY_UNREACHABLE}:
        facts["command"] = f"unset {found.variable}"
    return Finding(Part.CONNECTION, State.ATTENTION, f"connection.{found.code}", facts)


async def check_proxy(here: Surroundings) -> Finding:
    """Check which proxy is used, and whether a variable has a value that cannot be used or is ignored."""
    proxy = proxy_for(here.asked_url)
    if isinstance(proxy, UnusableProxy):
        facts: dict[str, Fact] = {"variable": proxy.variable}
        if proxy.variable is not None:
            facts["command"] = f"unset {proxy.variable}"
        return Finding(Part.PROXY, State.ATTENTION, ErrorCode.PROXY_UNUSABLE, facts)
    ignored = passed_over()
    if ignored:
        facts = {"variables": ", ".join(ignored), "command": f"unset {' '.join(ignored)}"}
        return Finding(Part.PROXY, State.ATTENTION, "proxy.passed_over", facts)
    if not isinstance(proxy, Proxy):
        return Finding(Part.PROXY, State.OK, "proxy.none")
    if proxy.variable is None:
        return Finding(Part.PROXY, State.OK, "proxy.of_system")
    return Finding(Part.PROXY, State.OK, "proxy.used", {"variable": proxy.variable})


async def check_certificates() -> Finding:
    """Check whether the system has certificates of authorities. Without them no server can be trusted."""
    return await run_abandonable(_check_certificates, timeout_s=None)


def _check_certificates() -> Finding:
    from claudometer.providers.certificates import (  # noqa: PLC0415 - brings httpx
        EXTRA_CERTIFICATES,
        find_unusable_certificates,
        finds_certificates,
    )

    variable = find_unusable_certificates()
    if variable is not None:
        facts = {"variable": variable, "command": f"unset {variable}"}
        return Finding(Part.CERTIFICATES, State.ATTENTION, "certificates.unusable", facts)
    if not finds_certificates():
        command = install_line(CERTIFICATE_PACKAGES)
        return Finding(
            Part.CERTIFICATES, State.ATTENTION, ErrorCode.CERTIFICATES_MISSING, {"command": command}
        )
    if os.environ.get(EXTRA_CERTIFICATES):
        return Finding(Part.CERTIFICATES, State.OK, "certificates.more", {"variable": EXTRA_CERTIFICATES})
    return Finding(Part.CERTIFICATES, State.OK, "certificates.found")


def _reason_to_send_nothing(here: Surroundings) -> str | None:
    if here.demo:
        return "demo"
    return "local" if here.mode is Mode.LOCAL else None


def _host(here: Surroundings) -> str:
    return urlsplit(here.asked_url).hostname or ""


def _reach_blocking(url: str) -> Reached | NotReached:
    from claudometer.providers.reach import reach  # noqa: PLC0415 - brings httpx

    return reach(url)


async def _note(here: Surroundings, found: Reached | NotReached, sent_at: datetime) -> None:
    """Write the request into the ledger, like every request. The check of the data reports a failure."""
    from claudometer.providers.client import NEVER_SENT  # noqa: PLC0415 - brings the HTTP client
    from claudometer.providers.reach import NotReached  # noqa: PLC0415

    # The ledger lists only what has left this computer.
    if isinstance(found, NotReached) and found.code in NEVER_SENT:
        return
    record = RequestRecord(
        at=sent_at,
        host=_host(here),
        path="/",
        outcome=Status.OFFLINE if isinstance(found, NotReached) else Status.OK,
        http_status=None if isinstance(found, NotReached) else found.status,
        duration_s=(datetime.now(UTC) - sent_at).total_seconds(),
        reason=Cause.DOCTOR,
    )
    path = here.places.state_folder / FILE_NAME
    with suppress(OSError):  # a timeout
        await run_abandonable(lambda: write_alone(path, record), timeout_s=2.0)
