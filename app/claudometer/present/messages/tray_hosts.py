"""Why each desktop does not show the tray icon, and what helps. Pure."""

from __future__ import annotations

from typing import Final

from claudometer.present.messages.message import Message

_START_IT: Final = "Start it:"

TRAY_PIECES: Final[dict[str, Message]] = {
    # GNOME loads a new extension only with the next session.
    "gnome": Message(
        "GNOME shows tray icons only with the extension “AppIndicator and KStatusNotifierItem Support”.",
        "After installing it, log out and back in, and turn it on in Extensions. Install it:",
    ),
    "gnome_off": Message(
        "GNOME's extension for tray icons, “AppIndicator and KStatusNotifierItem Support”, is not running.",
        "If you have just installed it, log out and back in first. Then turn it on:",
    ),
    "gnome_by_hand": Message(
        "GNOME shows tray icons only with the extension “AppIndicator and KStatusNotifierItem Support”.",
        "Get it from https://extensions.gnome.org/extension/615, then log out and back in, and turn it on in "
        "Extensions.",
    ),
    "xfce": Message(
        "Xfce's panel has no “Status Tray Plugin”, which shows tray icons.", "Add it to the panel:"
    ),
    "xfce_off": Message("Xfce's panel, which shows tray icons, is not running.", _START_IT),
    "lxqt": Message(
        "LXQt's panel has no “Status Notifier Plugin”, which shows tray icons.",
        "Add it: right-click the panel, then choose Manage Widgets.",
    ),
    "lxqt_off": Message("LXQt's panel, which shows tray icons, is not running.", _START_IT),
    "mate": Message(
        "MATE's panel has no “Notification Area”, which shows tray icons.",
        "Add it: right-click the panel, then choose Add to Panel.",
    ),
    "mate_off": Message("MATE's panel, which shows tray icons, is not running.", _START_IT),
    "cinnamon": Message(
        "Cinnamon's panel has no “System Tray”, which shows tray icons.",
        "Add it: right-click the panel, then choose Applets.",
    ),
    "budgie": Message(
        "Budgie's panel has no “System Tray”, which shows tray icons.",
        "Add it in Budgie Desktop Settings, under Panels.",
    ),
    "budgie_off": Message("Budgie's panel, which shows tray icons, is not running.", _START_IT),
    "plasma": Message(
        "Plasma's panel has no “System Tray”, which shows tray icons.",
        "Add it: right-click the panel, then choose Add Widgets.",
    ),
    "plasma_off": Message("Plasma's panel, which shows tray icons, is not running.", _START_IT),
    "i3": Message(
        "No bar of i3 shows tray icons.",
        "In i3's configuration, use i3bar without a “tray_output” line.",
    ),
    "wlroots": Message(
        "No bar with a tray is running.",
        "Start Waybar, with the module “tray” in its configuration:",
    ),
    "waybar_bare": Message(
        "Waybar is running, but not its module “tray”, which shows tray icons.",
        "Add “tray” to the modules in Waybar's configuration, then start Waybar again.",
    ),
    # A bus of Claudometer's own, as from dbus-run-session, would have no panel on it.
    "no_bus": Message(
        "This session has no message bus (D-Bus), which tray icons need.",
        "Start Claudometer from the desktop's own menu. If that does not help, install D-Bus, then log out "
        "and back in:",
    ),
    "other": Message(
        "No panel with a tray is running on this desktop.",
        "Start a panel that shows tray icons, such as tint2:",
    ),
    "tint2_bare": Message(
        "tint2 is running, but its panel has no system tray.",
        "Add “S” to “panel_items” in tint2's configuration, then start tint2 again.",
    ),
    "not_taken": Message("{host} shows tray icons, but not Claudometer's.", "Start Claudometer again:"),
}
"""By the value of ``system.tray_pieces.Piece``, and of ``TrayState.NOT_TAKEN``. A line to copy follows a
colon."""

NOTICES: Final = {
    piece: Message(
        message.title, f"{message.hint} {{command}}" if message.hint.endswith(":") else message.hint
    )
    for piece, message in TRAY_PIECES.items()
}
"""The same with the line inside, for a place that shows two sentences."""
