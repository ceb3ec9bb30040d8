"""A control server in a process with few file descriptors, which logs to standard error.

Arguments: the path of the socket, and how many descriptors the process may open. It exits at the end of its
standard input.
"""

from __future__ import annotations

import logging
import resource
import sys

from claudometer.control.server import Limits
from claudometer.system.logs import log_uncaught_in_loop
from tests.control.running_server import RunningServer
from tests.control.small_engine import SmallEngine


def main() -> None:
    """Serve until standard input ends."""
    path, descriptors = sys.argv[1], int(sys.argv[2])
    logging.basicConfig(stream=sys.stderr, level=logging.INFO)
    resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))
    server = RunningServer(SmallEngine(), path, limits=Limits(accept_pause_s=0.1))
    server._loop.set_exception_handler(log_uncaught_in_loop)
    with server:
        sys.stdout.write("listening\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
