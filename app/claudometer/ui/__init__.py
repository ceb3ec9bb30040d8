"""The user interfaces: the tray and the settings window; and the hidden browser."""
