"""The script that asks one question from the page. Runs in a world of its own that the page cannot reach."""

from __future__ import annotations

import json
from typing import Any

from claudometer.domain.errors import ErrorCode
from claudometer.providers.claude.browser_protocol import MAX_BODY_BYTES, Page

WORLD = "claudometer"
KEPT_HEADERS = ("cf-mitigated", "content-type", "date", "location", "retry-after", "server")
REDIRECT_STATUS = 302

ASK = """
const ended = new AbortController();
const timer = setTimeout(() => ended.abort(), limit_s * 1000);
try {
  const answer = await fetch(url, {
    headers: {Accept: "application/json"}, cache: "no-store", redirect: "manual", signal: ended.signal,
  });
  const headers = {};
  for (const name of kept.split(" ")) if (answer.headers.has(name)) headers[name] = answer.headers.get(name);
  const decoder = new TextDecoder();
  let body = "";
  let read = 0;
  for (const reader = answer.body?.getReader(); reader;) {
    const {done, value} = await reader.read();
    if (done) break;
    read += value.length;
    if (read > most) { ended.abort(); return JSON.stringify({trouble: "too_large"}); }
    body += decoder.decode(value, {stream: true});
  }
  return JSON.stringify({type: answer.type, status: answer.status, headers, body: body + decoder.decode()});
} catch {
  return JSON.stringify({trouble: ended.signal.aborted ? "timed_out" : "connection_broken"});
} finally {
  clearTimeout(timer);
}
"""
"""A redirect is not followed and shows nothing of itself but its type. ``fetch`` is this world's own."""


def arguments_for(url: str, limit_s: float) -> dict[str, str | float]:
    """Return what ``ASK`` is called with."""
    return {"url": url, "limit_s": limit_s, "kept": " ".join(KEPT_HEADERS), "most": float(MAX_BODY_BYTES)}


def read_answer(text: str) -> Page | ErrorCode:
    """Return what the script found. Anything else than its own words is a connection that broke."""
    try:
        wire: dict[str, Any] = json.loads(text)
        if "trouble" in wire:
            return ErrorCode(wire["trouble"])
        status = REDIRECT_STATUS if wire["type"] == "opaqueredirect" else int(wire["status"])
        return Page(status, wire["headers"], wire["body"].encode("utf-8", "replace"))
    except (KeyError, TypeError, ValueError, AttributeError):
        return ErrorCode.CONNECTION_BROKEN
