"""The tray icon and its menu. Never imports the engine."""
