"""Asks before the window closes if no tray icon shows that the program goes on. GTK's thread only."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from claudometer.domain.errors import ClaudometerError, ErrorCode
from claudometer.present.messages import closing as words
from claudometer.system.typed_command import typed_command

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from claudometer.ui.window.bridge import Control
    from claudometer.ui.window.feed import Feed

    Ask = Callable[[bool], tuple[str | None, bool]]

log = logging.getLogger(__name__)

ASK, WINDOW, BACKGROUND = "ask", "window", "background"
"""The values of the setting ``without_tray`` in the form."""

LINE = 44
"""The width of the question, in characters."""

ANSWER_S = 2.0
"""How long the app may take to answer. If it never does, the window closes all the same."""


def may_close(control: Control, feed: Feed, ask: Ask) -> bool:
    """Return whether the window may close, after quitting the program if the user wants that.

    Args:
        ask: shows the question, given whether the program is the demo; returns ``WINDOW`` to quit,
            ``BACKGROUND`` to go on, ``None`` for neither; and whether to remember the choice.
    """
    if not _is_without_tray(feed):
        return True
    try:
        form = control.call("settings", timeout_s=ANSWER_S)["form"]
        wanted = str(form["without_tray"])
        if wanted == ASK:
            chosen, remember = ask(bool(form["demo"]))
            if chosen is None:
                return False
            wanted = chosen
            if remember:
                control.call("save_settings", {"without_tray": chosen}, timeout_s=ANSWER_S)
        if wanted == WINDOW:
            return not _quits(control)
    except (ClaudometerError, KeyError, TypeError) as error:
        log.warning("the app could not be asked before the window closed: %s", type(error).__name__)
    return True


def tell_app(control: Control) -> None:
    """Tell the app that the window is about to disappear, so that the next click opens another one."""
    with suppress(ClaudometerError):  # it has quit
        control.call("window_closing", timeout_s=ANSWER_S)


def _quits(control: Control) -> bool:
    """Ask the app to quit, and return whether it does. The window then closes because the app ends."""
    try:
        control.call("quit", timeout_s=ANSWER_S)
    except ClaudometerError as error:
        return error.code in {ErrorCode.APP_ENDED, ErrorCode.NOT_RUNNING}
    return True


def _is_without_tray(feed: Feed) -> bool:
    card = feed.wait_for_card(-1, 0).card
    return card is not None and any(
        notice["code"] == ErrorCode.TRAY_HOST_MISSING for notice in card["notices"]
    )


def ask_in_dialog(parent: Any, *, demo: bool) -> tuple[str | None, bool]:  # noqa: ANN401 - PyGObject has no types
    """Show the question over a window, as :func:`may_close` needs it."""
    from gi.repository import Gtk  # noqa: PLC0415 - only this system has it

    dialog = Gtk.MessageDialog(
        transient_for=parent, modal=True, message_type=Gtk.MessageType.QUESTION, text=words.QUESTION
    )
    dialog.format_secondary_text(words.EXPLANATION.format(program=typed_command(demo=demo)))
    for label in dialog.get_message_area().get_children():
        label.set_max_width_chars(LINE)  # otherwise it is wider than the window
    remember = Gtk.CheckButton(label=words.REMEMBER, use_underline=True)
    dialog.get_message_area().add(remember)
    remember.show()
    dialog.add_button(words.QUIT, Gtk.ResponseType.NO)
    dialog.add_button(words.KEEP, Gtk.ResponseType.YES)
    dialog.set_default_response(Gtk.ResponseType.YES)
    answer = dialog.run()
    wants_it_always = bool(remember.get_active())
    dialog.destroy()
    chosen = {Gtk.ResponseType.YES: BACKGROUND, Gtk.ResponseType.NO: WINDOW}.get(answer)
    return chosen, wants_it_always
