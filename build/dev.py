"""The one door for working on Claudometer: `python3 build/dev.py TASK`. Must need nothing but Python."""

import sys


def main() -> int:
    """Run the task named on the command line; old Pythons can parse this far, and get a sentence."""
    if sys.version_info < (3, 11):  # noqa: UP036 - the check is for whoever starts this with an older one
        print("Claudometer needs Python 3.11 or newer, this is", sys.version.split()[0], file=sys.stderr)
        return 69
    from devtools import tasks  # noqa: PLC0415 - an older Python could not even parse it

    return tasks.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
