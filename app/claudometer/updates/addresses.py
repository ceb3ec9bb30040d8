"""Which addresses an update may send requests to. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit

from claudometer.domain.addresses import is_loopback, is_safe_url

GITHUB = "github.com"
HTTPS_PORT = 443
GITHUB_FILES = frozenset({"objects.githubusercontent.com", "release-assets.githubusercontent.com"})
"""GitHub redirects requests for a release's file to one of these hosts of its own."""


def may_request(url: str, address: str) -> bool:
    """Return whether ``url`` may be requested in an update that started with ``address``.

    It must be https, on the host and port of ``address`` or on GitHub's own hosts for files. On this computer
    it may be http, if ``address`` has the same port: then the user has configured it so.
    """
    if not is_safe_url(url):
        return False
    there, here = urlsplit(url), urlsplit(address)
    if there.scheme == "http" or is_loopback(there.hostname):
        return (there.scheme, there.hostname, there.port) == (here.scheme, here.hostname, here.port)
    if there.hostname == here.hostname:
        return (there.port or HTTPS_PORT) == (here.port or HTTPS_PORT)
    # Only from github.com: another server must not lead there, nor these hosts anywhere else.
    is_githubs = here.hostname == GITHUB and there.hostname in GITHUB_FILES
    return is_githubs and there.port in {None, HTTPS_PORT}
