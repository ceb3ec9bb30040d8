"""``python -m claudometer``: the command line and nothing else."""

import sys

from claudometer.cli import main

if __name__ == "__main__":
    sys.exit(main())
