"""Tests whether a graphical session is detected."""

from __future__ import annotations

import pytest

from claudometer.system.graphical_session import has_graphical_session


@pytest.mark.parametrize(
    ("platform", "environ", "expected"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"DISPLAY": "localhost:10.0", "SSH_CONNECTION": "a 1 b 22"}, True),
        ("darwin", {}, True),
        ("darwin", {"SSH_CONNECTION": "a 1 b 22"}, False),
        ("win32", {}, True),
    ],
)
def test_a_graphical_session_is_detected_from_the_environment(
    platform: str, environ: dict[str, str], expected: bool
) -> None:
    assert has_graphical_session(environ, platform) is expected
