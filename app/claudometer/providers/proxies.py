"""Chooses the proxy for a request, from the environment and the system's settings. Sends nothing.

The proxy for the URL's scheme comes first, then the one for all schemes. A proxy that cannot be used gives
way to the next one that is set. If none of them can be used, nothing is sent: a direct connection is not what
the user asked for. An entry of ``NO_PROXY`` that cannot be read is ignored. httpx reads the same variables,
but refuses every request over one such entry.
"""

from __future__ import annotations

import os
import sys
import urllib.request
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from claudometer.domain.addresses import is_loopback
from claudometer.system.home import on_one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

DEFAULT_PORTS = {"http": 80, "https": 443}
_SPELLINGS = {"http": "http", "https": "https", "socks5": "socks5", "socks5h": "socks5h", "socks": "socks5h"}
"""The supported schemes of proxies, as httpx spells them. GNOME writes ``socks://`` for SOCKS 5."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that can be used. ``url`` may hold a password: never log it.

    Attributes:
        variable: the environment variable that names it; ``None`` when the system's settings do.
        passed_over: the variables before it, whose proxies cannot be used.
    """

    url: str
    variable: str | None = field(default=None, compare=False)
    passed_over: tuple[str, ...] = field(default=(), compare=False)

    @property
    def has_login(self) -> bool:
        """Whether a name and a password are sent to it."""
        return urlsplit(self.url).username is not None

    @property
    def address(self) -> str:
        """Host and port, for a message; never the password."""
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        shown = on_one_line(f"[{host}]" if ":" in host else host)
        return shown if parts.port is None else f"{shown}:{parts.port}"


@dataclass(frozen=True, slots=True)
class UnusableProxy:
    """A proxy that is set and cannot be used.

    Attributes:
        variable: the environment variable that names it; ``None`` when the system's settings do.
    """

    variable: str | None


def proxy_for(url: str, environ: Mapping[str, str] | None = None) -> Proxy | UnusableProxy | None:
    """Return the proxy for ``url``; ``None`` to connect directly, as always to this computer itself."""
    known = os.environ if environ is None else environ
    parts = urlsplit(url)
    host = parts.hostname or ""
    # Whatever the variables say: for a proxy elsewhere, "localhost" would be another computer.
    if is_loopback(host):
        return None
    port = parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
    if is_excepted(host, port, _exceptions(known)):
        return None
    passed_over: list[str] = []
    for value, variable in _candidates(parts.scheme, known):
        if variable is None and _is_bypassed(host):
            break
        usable = _usable(value)
        if usable is not None:
            return Proxy(usable, variable, tuple(passed_over))
        if variable is None:
            return UnusableProxy(passed_over[0] if passed_over else None)
        passed_over.append(variable)
    return UnusableProxy(passed_over[0]) if passed_over else None


def passed_over() -> tuple[str, ...]:
    """Return the names of the variables that have a proxy or an exception which cannot be used."""
    found = [
        variable
        for name in ("https_proxy", "http_proxy", "all_proxy")
        for variable in (name, name.upper())
        if (value := os.environ.get(variable, "").strip()) and _usable(value) is None
    ]
    for variable in ("no_proxy", "NO_PROXY"):
        entries = os.environ.get(variable, "").replace(" ", ",").split(",")
        if any(_can_match_nothing(entry.strip()) for entry in entries):
            found.append(variable)
    return tuple(found)


def _can_match_nothing(entry: str) -> bool:
    """Return whether an entry of ``NO_PROXY`` can match no host: it is a URL, or not a valid network."""
    if "/" not in entry:
        return False
    try:
        ip_network(entry, strict=False)
    except ValueError:
        return True
    return False


def is_excepted(host: str, port: int, entries: Iterable[str]) -> bool:
    """Return whether one of the entries of ``NO_PROXY`` matches a host.

    An entry is a name, a domain, an address or a network, each with or without a port; ``*`` matches all.
    """
    return any(_matches(entry.strip().lower(), host.lower(), port) for entry in entries)


def _candidates(scheme: str, environ: Mapping[str, str]) -> Iterator[tuple[str, str | None]]:
    """Yield the proxies for a scheme as they are written, each with its variable, the preferred one first."""
    # curl's rule: on a web server, HTTP_PROXY in capitals may come from a visitor's "Proxy" header.
    forbidden = "HTTP_PROXY" if "REQUEST_METHOD" in environ else ""
    for name in (f"{scheme}_proxy", "all_proxy"):
        # Small letters first, as in curl and most programs.
        for variable in (name, name.upper()):
            value = environ.get(variable, "").strip()
            if value and variable != forbidden:
                yield value, variable
    if environ is os.environ and sys.platform in {"darwin", "win32"}:
        system = urllib.request.getproxies()
        value = system.get(scheme) or system.get("all") or ""
        if value:
            yield value, None


def _exceptions(environ: Mapping[str, str]) -> list[str]:
    return (environ.get("no_proxy") or environ.get("NO_PROXY") or "").replace(" ", ",").split(",")


def _is_bypassed(host: str) -> bool:
    """Return whether the system's own settings, which have their own exceptions, except the host."""
    return bool(urllib.request.proxy_bypass(host))


def _matches(entry: str, host: str, port: int) -> bool:
    if entry == "*":
        return True
    if not entry:
        return False
    name, entry_port = _split_port(entry)
    if entry_port is not None and entry_port != port:
        return False
    try:
        network = ip_network(name, strict=False)
    except ValueError:
        return _is_in_domain(host, name)
    try:
        return ip_address(host) in network
    except ValueError:  # a name, which is not looked up for this
        return False


def _is_in_domain(host: str, name: str) -> bool:
    # ".example.org" and "*.example.org" are both in use for the same domain.
    # A dot at the end only says that a name is complete.
    domain = name.removeprefix("*").removeprefix(".").removesuffix(".")
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))


def _split_port(entry: str) -> tuple[str, int | None]:
    """Split ``host:8080`` and ``[::1]:8080``; an address of version 6 without brackets has no port."""
    if entry.startswith("["):
        name, _, rest = entry[1:].partition("]")
        return name, int(rest[1:]) if rest[1:].isdecimal() else None
    name, colon, port = entry.rpartition(":")
    if colon and ":" not in name and port.isdecimal():
        return name, int(port)
    return entry, None


def _usable(value: str) -> str | None:
    """Return a proxy's URL in httpx's form, ``None`` if it cannot be used. The default scheme is http."""
    text = value if "://" in value else f"http://{value}"
    try:
        parts = urlsplit(text)
        scheme, has_port = _SPELLINGS.get(parts.scheme), parts.port != 0
    except ValueError:
        return None
    # An @ behind the host: it ends a password with a "/", and what seems to be the host is a part of that.
    is_cut = "@" in f"{parts.path}{parts.query}{parts.fragment}"
    if scheme is None or not parts.hostname or not has_port or is_cut or any(map(str.isspace, text)):
        return None
    return f"{scheme}://{text.partition('://')[2]}"
