"""A real desktop for the tests: X server, session bus, panel, keyring, and eyes and hands to use them."""
