"""What `python3 build/dev.py --help` and `python3 build/dev.py TASK --help` print, in 80 columns."""

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_COLUMNS = 80

RELEASE_STEPS = """\
  key FILE         make a key: the secret half goes to FILE, outside the
                   project, the public half to assets/
  sign FOLDER      sign the files that people install, with the secret key in
                   CLAUDOMETER_RELEASE_KEY
  manifest FOLDER  write latest.json
  sums FOLDER      write SHA256SUMS
  check FOLDER     fail unless names, versions, signatures, manifest and sums
                   agree"""

_PYTEST = """\
Other arguments go to pytest, whose own options
`.venv/bin/python -m pytest --help` lists. With paths among them, only what
those tests need is installed."""

DETAILS = {
    "run": """\
  --demo           show a simulated account; nothing is read, requested or saved

The arguments are those of claudometer, for example `run status --json`.
`run help` lists its commands.""",
    "test": f"""\
  --quick          only the tests that need neither system packages nor
                   minutes, on all cores
  --this-python    with --quick: use the Python that runs this, in an
                   environment of its own

{_PYTEST}""",
    "lint": "The arguments go to `ruff check`; --fix corrects what ruff can correct.",
    "format": "The arguments go to `ruff format`; --check only lists what would change.",
    "typecheck": "The arguments go to mypy.",
    "ui": """\
  --port N         listen on this port instead of a free one
  --no-browser     only print the address""",
    "bench": """\
  --quick          measure one idle minute instead of five
  --starts         measure only the start times
  --windows N      open and close the window N times instead of 7
  --year           measure idle use without a history, and with one of a year
  --beside COMMAND measure another tray program in the same run, by the same
                   means
  forecast         compare ways to forecast, on generated months;
                   --months N: so many of each kind
  store            measure a year of history, and kill its writer 1,000 times;
                   --days N, --kills N
  drawing          time the page's script that draws 90 days of a year, in
                   WebKit and Chromium; --days N: so many days of history""",
    "package-test": """\
A path below tests/ replaces tests/packages. Other arguments go to pytest, whose
own options `.venv/bin/python -m pytest --help` lists.""",
    "release": RELEASE_STEPS,
}
"""The part below the first line, by the name of the task; a task without arguments needs none."""


@dataclass(frozen=True)
class Task:
    """One row of the table: the name, its arguments, what it does, and the function that does it."""

    name: str
    arguments: str
    does: str
    function: Callable[[Sequence[str]], int]


def describe_task(task: Task) -> str:
    """Return what `TASK --help` prints."""
    usage = f"python3 build/dev.py {task.name} {task.arguments}".rstrip()
    does = _fill(task.does, "  ")
    return "\n\n".join(filter(None, [usage, does, DETAILS.get(task.name)]))


def describe_tasks(tasks: Sequence[Task]) -> str:
    """Return the table that --help prints."""
    width = max(len(task.name) for task in tasks) + 4
    rows = [_fill(task.does, f"  {task.name:<{width - 2}}") for task in tasks]
    last = "python3 build/dev.py TASK --help lists the arguments of a task."
    return "\n".join(["python3 build/dev.py TASK", "", *rows, "", last])


def _fill(text: str, start: str) -> str:
    """Return text after ``start``, its further lines below its first word. Names with hyphens stay whole."""
    return textwrap.fill(
        text, _COLUMNS, initial_indent=start, subsequent_indent=" " * len(start), break_on_hyphens=False
    )
