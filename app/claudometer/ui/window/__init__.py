"""The settings window, in its own process. Never imports engine, providers or vault, so it has no secret."""
