"""Lets Ctrl-C end the programs under test, however pytest was started."""

import signal


def pytest_configure() -> None:
    """Stop ignoring SIGINT, as a process does that a script started with ``&``: its children would, too."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
