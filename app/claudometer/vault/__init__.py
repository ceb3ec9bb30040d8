"""Keeps the session key: in the operating system's keyring, or in memory only."""
