"""The settings window, a process of its own. Never imports engine, providers or vault: secrets stay out."""
