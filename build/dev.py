"""Runs every development task: `python3 build/dev.py TASK`. Needs nothing but Python."""

import sys


def main() -> int:
    """Run the task that the command line names; a Python that is too old gets a message."""
    if sys.version_info < (3, 11):  # noqa: UP036 - somebody may start this with an older one
        print("Claudometer needs Python 3.11 or newer, this is", sys.version.split()[0], file=sys.stderr)
        return 69
    from devtools import tasks  # noqa: PLC0415 - an older Python could not even parse it

    return tasks.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
