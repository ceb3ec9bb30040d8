"""Reads the session key from the cookies that WebKit keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from claudometer.domain.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable

COOKIE = "sessionKey"


def set_key(cookies: Iterable[Any], sent: Secret) -> tuple[Secret | None, float | None]:
    """Return the session key that the server has set, and when its cookie expires, in seconds since 1970.

    The key is ``None`` if the server has set none. The cookie that we set has no expiry, so one with an
    expiry is the server's, even if its key is the same. The time is ``None`` if the server gave none.

    Args:
        cookies: libsoup's cookies of the server's host.
        sent: the key in the cookie that we set.
    """
    # HttpOnly tells the server's cookies from those of the page's scripts, which cannot set it.
    found = [each for each in cookies if each.get_name() == COOKIE and each.get_http_only()]
    named = [(Secret(each.get_value() or ""), _end_of(each)) for each in found]
    by_server = [(key, end) for key, end in named if key != sent or end is not None]
    return by_server[-1] if by_server else (None, None)


def _end_of(cookie: Any) -> float | None:  # noqa: ANN401 - PyGObject has no types
    expires = cookie.get_expires()
    if expires is None:
        return None
    # libsoup 3 gives a GDateTime, libsoup 2 a date of its own.
    return float(expires.to_unix() if hasattr(expires, "to_unix") else expires.to_time_t())
