"""Tests which URLs may be requested for an update."""

from __future__ import annotations

import pytest

from claudometer.updates.addresses import may_request

GITHUB = "https://github.com/claudometer/claudometer/releases/latest/download/latest.json"
OWN = "https://updates.example.org:8443/latest.json"
HERE = "http://127.0.0.1:4000/latest.json"


@pytest.mark.parametrize(
    ("address", "url"),
    [
        (GITHUB, "https://github.com/claudometer/claudometer/releases/download/v1.0.0/x.AppImage"),
        (GITHUB, "https://github.com:443/x"),
        (GITHUB, "https://GitHub.com/x"),
        (GITHUB, "https://objects.githubusercontent.com/x?signature=1"),
        (GITHUB, "https://release-assets.githubusercontent.com/x"),
        (OWN, "https://updates.example.org:8443/x.AppImage"),
        (HERE, "http://127.0.0.1:4000/x.AppImage"),
    ],
)
def test_the_manifests_host_and_githubs_storage_are_allowed(address: str, url: str) -> None:
    assert may_request(url, address)


@pytest.mark.parametrize(
    ("address", "url"),
    [
        (GITHUB, "http://github.com/x"),
        (GITHUB, "https://github.com:8443/x"),
        (GITHUB, "https://github.com.example.org/x"),
        (GITHUB, "https://github.com@example.org/x"),
        (GITHUB, "https://raw.githubusercontent.com/somebody/x"),
        (GITHUB, "https://gist.github.com/x"),
        (GITHUB, "https://objects.githubusercontent.com:8443/x"),
        (GITHUB, "http://127.0.0.1:4000/x"),
        (GITHUB, "https://localhost/x"),
        (GITHUB, "file:///etc/passwd"),
        (OWN, "https://updates.example.org/x"),
        (OWN, "https://updates.example.org:8444/x"),
        (OWN, "https://objects.githubusercontent.com/x"),
        (HERE, "http://127.0.0.1:4001/x"),
        (HERE, "https://127.0.0.1:4000/x"),
        (HERE, "http://localhost:4000/x"),
    ],
)
def test_every_other_scheme_host_and_port_is_refused(address: str, url: str) -> None:
    assert not may_request(url, address)
