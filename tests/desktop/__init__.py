"""A real desktop for the tests: X server, session bus, panel, keyring, and the means to see and use them."""
