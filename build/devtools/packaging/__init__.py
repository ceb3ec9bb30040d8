"""Builds packages with briefcase: one recipe a file. Must not know what the program does."""
