"""Which addresses may be asked on the way to a release. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit

from claudometer.domain.addresses import is_loopback, is_safe_url

GITHUB = "github.com"
HTTPS_PORT = 443
GITHUB_FILES = frozenset({"objects.githubusercontent.com", "release-assets.githubusercontent.com"})
"""GitHub answers for a release's file with a redirect to one of these hosts of its own."""


def may_ask(url: str, address: str) -> bool:
    """Tell whether ``url`` may be asked for what began at ``address``: https, on that host and
    port or GitHub's own.

    This machine is asked over http only if the beginning was there too: the user set it so.
    """
    if not is_safe_url(url):
        return False
    there, here = urlsplit(url), urlsplit(address)
    if there.scheme == "http" or is_loopback(there.hostname):
        return (there.scheme, there.hostname, there.port) == (here.scheme, here.hostname, here.port)
    if there.hostname == here.hostname:
        return (there.port or HTTPS_PORT) == (here.port or HTTPS_PORT)
    is_githubs = here.hostname == GITHUB and there.hostname in GITHUB_FILES
    return is_githubs and there.port in {None, HTTPS_PORT}
