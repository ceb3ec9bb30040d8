"""Tests what `dev.py run` starts with and without a graphical session."""

import pytest
from devtools.catalog import Purpose
from devtools.launch import fallback, plan_run
from devtools.machine import has_graphical_session


def test_the_tray_starts_in_a_graphical_session_and_needs_gtk() -> None:
    plan = plan_run(["--demo"], graphical=True)
    assert plan.arguments == ("--demo",)
    assert plan.purposes == {Purpose.APP}
    assert plan.remark is None  # the app itself says so, when it runs


@pytest.mark.parametrize("given", [(), ("--demo",)])
def test_the_terminal_view_starts_without_a_graphical_session_with_a_remark(given: tuple[str, ...]) -> None:
    plan = plan_run(given, graphical=False)
    assert plan.arguments == (*given, "watch")
    assert plan.purposes == frozenset()
    assert plan.remark is not None
    assert "No graphical session" in plan.remark


@pytest.mark.parametrize("graphical", [True, False])
@pytest.mark.parametrize("given", [("status", "--json"), ("--demo", "watch"), ("--version",), ("--help",)])
def test_a_terminal_command_is_unchanged_and_needs_no_gtk(given: tuple[str, ...], *, graphical: bool) -> None:
    plan = plan_run(given, graphical=graphical)
    assert (plan.arguments, plan.purposes, plan.remark) == (given, frozenset(), None)


@pytest.mark.parametrize(
    ("given", "works"),
    [
        ((), ("watch",)),
        (("--demo",), ("--demo", "watch")),
        (("--demo", "--plan", "max-5x"), ("--demo", "--plan", "max-5x", "watch")),
        (("--demo", "settings"), ("--demo", "watch")),
    ],
)
def test_what_works_without_gtk_keeps_the_options(given: tuple[str, ...], works: tuple[str, ...]) -> None:
    assert fallback(given) == works


def test_the_name_of_a_plan_is_no_command() -> None:
    assert plan_run(["--demo", "--plan", "max-5x"], graphical=True).purposes == {Purpose.APP}


def test_the_settings_window_is_never_replaced_by_the_terminal_view() -> None:
    assert plan_run(["settings"], graphical=True).purposes == {Purpose.APP}
    assert plan_run(["settings"], graphical=False).arguments == ("settings",)


@pytest.mark.parametrize(
    ("platform", "environ", "graphical"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("darwin", {}, True),
    ],
)
def test_a_graphical_session_is_detected_from_the_environment(
    platform: str, environ: dict[str, str], *, graphical: bool
) -> None:
    assert has_graphical_session(platform, environ) is graphical
