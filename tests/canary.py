"""Canary secrets: tests give them to the program, then search for them in everything that it wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulator import bodies
from tests.simulator.account import CHAT_ORGANIZATION, organization
from tests.simulator.script import Fault, Reply

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SESSION_KEY = "sk-ant-sid02-CanarySession-0123456789abcdef"
TYPED_KEY = "sk-ant-sid02-CanaryTyped-0123456789abcdef"
# No redaction filter recognizes the form of these tokens, so they stay out of the output only if no code
# ever writes them.
ACCESS_TOKEN = "CanaryAccess.0123456789.abcdef"
REFRESH_TOKEN = "CanaryRefresh.0123456789.abcdef"
SECRET_MARKS = ("CanarySession", "CanaryTyped", "CanaryAccess", "CanaryRefresh")

ORGANIZATION_NAME = "CanaryOrganization"
ORGANIZATION = organization(CHAT_ORGANIZATION, ORGANIZATION_NAME, "chat", "claude_max")


def refusals(secret: str) -> tuple[Reply, ...]:
    """Return error responses that repeat the secret wherever a server could.

    The rate limit is the last of them: after it the program sends no request until the limit is over.
    """
    echoed = f"sessionKey={secret}; Bearer {secret}"
    headers = {"Set-Cookie": f"sessionKey={secret}", "X-Debug": echoed, "Server": echoed}
    error = {"type": "error", "error": {"type": "api_error", "message": echoed}}
    return (
        Reply(401, error, headers),
        Reply(403, error, headers),
        Reply(403, bodies.CHALLENGE_PAGE + echoed, headers),
        Reply(500, error, headers),
        Reply(200, echoed, headers),
        Reply(200, f'{{"five_hour": {{"utilization": "{echoed}', headers),
        Reply(302, "", {"Location": f"https://claude.ai/login?{secret}", **headers}),
        Reply(body={}, fault=Fault.DROP),
        Reply(429, error, {"Retry-After": secret, **headers}),
    )


def faults() -> tuple[Reply, ...]:
    """Return responses that break off, or whose bytes are not valid HTTP."""
    breaking = (Fault.RESET, Fault.SHORT, Fault.GARBAGE, Fault.BOMB, Fault.ENDLESS)
    return tuple(Reply(body={"x": "y" * 1000}, fault=fault) for fault in breaking)


def files_with(mark: str, folder: Path, *, besides: Iterable[Path] = ()) -> list[Path]:
    """Return the files below `folder` with `mark` in their content or path, except those in `besides`."""
    known = frozenset(besides)
    files = [path for path in folder.rglob("*") if path.is_file() and path.resolve() not in known]
    return [path for path in files if mark in str(path) or mark.encode() in _content_of(path)]


def _content_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:  # the running program removed a temporary file after it was listed
        return b""
    except PermissionError:  # a test closed it; root would have read it
        mode = path.stat().st_mode
        path.chmod(mode | 0o400)
        try:
            return path.read_bytes()
        finally:
            path.chmod(mode)


def secrets_in(text: str) -> list[str]:
    """Return the marks of the canary secrets that the text contains."""
    return [mark for mark in SECRET_MARKS if mark in text]


def files_with_secrets(folder: Path, *, besides: Iterable[Path] = ()) -> list[Path]:
    """Return the files below `folder` that contain a canary secret, except those in `besides`."""
    known = frozenset(path.resolve() for path in besides)
    return [path for mark in SECRET_MARKS for path in files_with(mark, folder, besides=known)]
