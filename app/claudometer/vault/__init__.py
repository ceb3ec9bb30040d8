"""Stores for the session key: the operating system's keyring, or memory."""
