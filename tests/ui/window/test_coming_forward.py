"""Bringing an open window to the front after a click in another process. For X11 see tests/desktop."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from claudometer.ui.window.desktop import bring_forward, come_forward


class WaylandWindow:
    """Stands in for GTK's window on Wayland, and records the calls of its methods."""

    def __init__(self, *, active: bool, realized: bool = True) -> None:
        self.active = active
        self.realized = realized
        self.calls: list[str] = []

    def get_display(self) -> SimpleNamespace:
        return SimpleNamespace(__gtype__=SimpleNamespace(name="GdkWaylandDisplay"))

    def get_realized(self) -> bool:
        return self.realized

    def is_active(self) -> bool:
        return self.active

    def deiconify(self) -> None:
        self.calls.append("deiconify")

    def hide(self) -> None:
        self.calls.append("hide")

    def present(self) -> None:
        self.calls.append("present")


def test_on_wayland_a_window_behind_another_is_hidden_and_presented() -> None:
    window = WaylandWindow(active=False)
    come_forward(window)
    assert window.calls == ["deiconify", "hide", "present"]


def test_a_window_in_front_is_neither_hidden_nor_presented() -> None:
    window = WaylandWindow(active=True)
    come_forward(window)
    assert window.calls == ["deiconify"]


def test_a_window_that_is_opening_or_closing_is_left_alone() -> None:
    come_forward(None)
    window = WaylandWindow(active=False, realized=False)
    come_forward(window)
    assert window.calls == []


def test_a_request_before_there_is_a_window_imports_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The main thread may be importing GTK, and PyGObject's importer fails on two threads at once."""
    monkeypatch.setitem(sys.modules, "gi", None)
    monkeypatch.setitem(sys.modules, "gi.repository", None)
    bring_forward(lambda: None)
    with pytest.raises(ImportError):
        bring_forward(lambda: WaylandWindow(active=False))
