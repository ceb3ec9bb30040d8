"""The script that sends one request from the page. It runs in a script world that the page cannot reach."""

from __future__ import annotations

import json
from typing import Any

from claudometer.domain.errors import ErrorCode
from claudometer.providers.claude.browser_protocol import MAX_BODY_BYTES, FetchResponse

SCRIPT_WORLD = "claudometer"
KEPT_HEADERS = ("cf-mitigated", "content-type", "date", "location", "retry-after", "server")
"""They show a challenge, a login page of a network, a wait and the time. No other header leaves the page."""

REDIRECT_STATUS = 302
"""Stands for every redirect: a script never gets the status of one that it does not follow."""

FETCH_SCRIPT = """
const abort = new AbortController();
const timer = setTimeout(() => abort.abort(), limit_s * 1000);
try {
  const response = await fetch(url, {
    headers: {Accept: "application/json"}, cache: "no-store", redirect: "manual", signal: abort.signal,
  });
  const headers = {};
  for (const name of kept.split(" ")) {
    if (response.headers.has(name)) headers[name] = response.headers.get(name);
  }
  const decoder = new TextDecoder();
  let body = "";
  let read = 0;
  for (const reader = response.body?.getReader(); reader;) {
    const {done, value} = await reader.read();
    if (done) break;
    read += value.length;
    if (read > max_bytes) { abort.abort(); return JSON.stringify({error: "too_large"}); }
    body += decoder.decode(value, {stream: true});
  }
  body += decoder.decode();
  return JSON.stringify({type: response.type, status: response.status, headers, body});
} catch {
  return JSON.stringify({error: abort.signal.aborted ? "timed_out" : "connection_broken"});
} finally {
  clearTimeout(timer);
}
"""
"""Does not follow redirects. ``fetch`` is that of the script's own world, which the page cannot replace."""


def arguments_for(url: str, limit_s: float) -> dict[str, str | float]:
    """Return the arguments of ``FETCH_SCRIPT``, for a request with a time limit in seconds."""
    return {
        "url": url,
        "limit_s": limit_s,
        "kept": " ".join(KEPT_HEADERS),
        "max_bytes": float(MAX_BODY_BYTES),
    }


def read_result(text: str) -> FetchResponse | ErrorCode:
    """Return the response that the script returned as JSON, or its error.

    Anything unreadable counts as a broken connection.
    """
    try:
        wire: dict[str, Any] = json.loads(text)
        if "error" in wire:
            return ErrorCode(wire["error"])
        status = REDIRECT_STATUS if wire["type"] == "opaqueredirect" else int(wire["status"])
        return FetchResponse(status, wire["headers"], wire["body"].encode("utf-8", "replace"))
    except (KeyError, TypeError, ValueError, AttributeError):
        return ErrorCode.CONNECTION_BROKEN
