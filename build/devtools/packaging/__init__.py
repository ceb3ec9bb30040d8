"""Builds packages with briefcase, one kind per module. Knows nothing of what the program does."""
