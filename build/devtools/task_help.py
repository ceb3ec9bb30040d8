"""What `python3 build/dev.py TASK --help` says about a task's arguments."""

RELEASE_STEPS = """\
  key FILE         make a key: the secret half goes to FILE, outside the project, the public half to assets/
  sign FOLDER      sign the files that people install, with the secret key in CLAUDOMETER_RELEASE_KEY
  manifest FOLDER  write latest.json
  sums FOLDER      write SHA256SUMS
  check FOLDER     fail unless names, versions, signatures, manifest and sums agree"""

_PYTEST = "Other arguments go to pytest, whose own options `.venv/bin/python -m pytest --help` lists."

DETAILS = {
    "run": """\
  --demo           show a simulated account; nothing is read, requested or saved

The arguments are those of claudometer, for example `run status --json`. `run help` lists its commands.""",
    "test": f"""\
  --quick          only the tests that need neither system packages nor minutes, on all cores
  --this-python    with --quick: use the Python that runs this, in an environment of its own

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
  --beside COMMAND measure another tray program in the same run, by the same means""",
    "package-test": f"A path below tests/ replaces tests/packages. {_PYTEST}",
    "release": RELEASE_STEPS,
}
"""The part below the first line, by the name of the task; a task without arguments needs none."""
