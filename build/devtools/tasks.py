"""The table of tasks of build/dev.py, and what each does. Must not know how system packages are installed."""

import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from devtools.catalogue import Purpose
from devtools.environment import (
    ROOT,
    Environment,
    SetupError,
    install_extra,
    make_environment_of_this_python,
    make_ready,
    make_users_environment,
)
from devtools.launch import hand_over, plan_run
from devtools.machine import has_graphical_session
from devtools.packaging.recipes import RECIPES, refuse_elsewhere
from devtools.speech import say
from devtools.stamp import Level
from devtools.versions import find_disagreements
from devtools.workflows import judge

_EX_USAGE = 64
_EX_UNAVAILABLE = 69
_EX_NOPERM = 77
_EVERYTHING = frozenset(Purpose) - {Purpose.PACKAGES}
_QUICK, _THIS_PYTHON = "--quick", "--this-python"
_QUICK_OPTIONS = (
    *("-m", "not (desktop or chromium or minisign or checkers or packages or slow)"),
    *("-n", "auto", "--dist", "worksteal"),  # on every core; an `-n 0` of the user's comes later and wins
)


@dataclass(frozen=True)
class Task:
    """One line of the table: name, what may follow it, what it does."""

    name: str
    arguments: str
    does: str
    function: Callable[[Sequence[str]], int]


def run(arguments: Sequence[str]) -> int:
    """Start Claudometer from this checkout."""
    plan = plan_run(arguments, graphical=has_graphical_session(sys.platform, os.environ))
    if plan.remark:
        say(plan.remark)
    missing = make_ready(Level.APP, plan.purposes)
    program = Environment().program("claudometer")
    if Purpose.APP in {need.purpose for need in missing}:
        say(f"Tray and window cannot start without these. Until they are there, this works: {program} watch")
        return _EX_UNAVAILABLE
    return hand_over(program, *plan.arguments)


def test(arguments: Sequence[str]) -> int:
    """Run the tests; those that this machine cannot run are skipped and counted (tests/plugins)."""
    if _QUICK in arguments:
        return _test_quickly(arguments)
    if _THIS_PYTHON in arguments:
        return _refuse(f"{_THIS_PYTHON} goes with {_QUICK}: the other tests need the distribution's Python.")
    make_ready(Level.DEVELOPMENT, _EVERYTHING)
    return hand_over(Environment().python, "-m", "pytest", *arguments, cwd=ROOT)


def _test_quickly(arguments: Sequence[str]) -> int:
    """Run the tests that need neither system packages nor minutes, on all cores."""
    if _THIS_PYTHON in arguments:
        environment = make_environment_of_this_python()
    else:
        make_ready(Level.TEST, frozenset())
        environment = Environment()
    rest = [argument for argument in arguments if argument not in {_QUICK, _THIS_PYTHON}]
    return hand_over(environment.python, "-m", "pytest", *_QUICK_OPTIONS, *rest, cwd=ROOT)


def check(arguments: Sequence[str]) -> int:
    """Run every check, so that one report names everything that is wrong."""
    if arguments:
        return _refuse("check takes no arguments; lint, format and typecheck do.")
    results = {
        "lint": _tool("ruff", "check"),
        "format": _tool("ruff", "format", "--check"),
        "typecheck": _tool("mypy"),
        "workflows": workflows(()),
    }
    say("check: " + ", ".join(f"{name} {'FAILED' if code else 'ok'}" for name, code in results.items()))
    return max(map(bool, results.values()))


def lint(arguments: Sequence[str]) -> int:
    """Let ruff look for mistakes."""
    return _tool("ruff", "check", *arguments)


def reformat(arguments: Sequence[str]) -> int:
    """Let ruff lay the code out."""
    return _tool("ruff", "format", *arguments)


def typecheck(arguments: Sequence[str]) -> int:
    """Let mypy prove the types."""
    return _tool("mypy", *arguments)


def workflows(arguments: Sequence[str]) -> int:
    """Let two tools look for mistakes in what runs on GitHub."""
    if arguments:
        return _refuse("workflows takes no arguments.")
    make_ready(Level.DEVELOPMENT, frozenset())
    return judge(ROOT / ".github")


def bench(arguments: Sequence[str]) -> int:
    """Measure what the README claims, on a real desktop."""
    make_ready(Level.DEVELOPMENT, _EVERYTHING)
    make_users_environment()
    return hand_over(Environment().python, "tests/benchmarks/bench.py", *arguments, cwd=ROOT)


def ui(arguments: Sequence[str]) -> int:
    """Show the page alone."""
    make_ready(Level.DEVELOPMENT, frozenset())
    return hand_over(Environment().python, "tests/page/serve.py", *arguments, cwd=ROOT)


def pictures(arguments: Sequence[str]) -> int:
    """Take the pictures of the README anew, on a desktop of the tests."""
    if arguments:
        return _refuse("pictures takes no arguments.")
    make_ready(Level.DEVELOPMENT, _EVERYTHING)
    return hand_over(Environment().python, "-m", "tests.desktop.pictures", cwd=ROOT)


def package(arguments: Sequence[str]) -> int:
    """Build one kind of package and say where it lies."""
    if len(arguments) != 1 or arguments[0] not in RECIPES:
        return _refuse(f"package takes one of: {', '.join(RECIPES)}.")
    refuse_elsewhere(arguments[0])
    recipe = RECIPES[arguments[0]]
    make_ready(Level.APP, recipe.purposes)
    print(recipe.build())
    return 0


def package_test(arguments: Sequence[str]) -> int:
    """Build the packages and try them in bare systems."""
    if sys.platform == "linux" and os.geteuid() != 0:
        say("package-test makes bare systems and enters them: only root may do that.")
        return _EX_NOPERM
    make_ready(Level.DEVELOPMENT, frozenset(Purpose))
    install_extra("package")
    chosen = any(argument.startswith("tests/") for argument in arguments)
    words = (*(() if chosen else ("tests/packages",)), "-m", "packages", *arguments)
    return hand_over(Environment().python, "-m", "pytest", *words, cwd=ROOT)


def release(arguments: Sequence[str]) -> int:
    """Sign and list what was packaged."""
    make_ready(Level.APP, frozenset())
    return hand_over(Environment().python, str(ROOT / "build" / "release"), *arguments)


def version(arguments: Sequence[str]) -> int:
    """Print the version, and fail when another place names another one."""
    if arguments:
        return _refuse("version takes no arguments.")
    make_ready(Level.APP, frozenset())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changelog = ROOT / "CHANGELOG.md"
    command = [str(Environment().program("claudometer")), "--version"]
    problems = find_disagreements(
        project["version"],
        command_says=subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True).stdout,
        changelog=changelog.read_text(encoding="utf-8") if changelog.exists() else "",
    )
    print(project["version"])
    for problem in problems:
        say(problem)
    return 1 if problems else 0


TASKS: tuple[Task, ...] = (
    Task(
        "run",
        "[--demo] [arguments]",
        "start Claudometer from this checkout; --demo: with a simulated account",
        run,
    ),
    Task(
        "test",
        "[--quick] [pytest arguments]",
        "install what the tests need, then run them; --quick: those of two minutes, without system packages",
        test,
    ),
    Task("check", "", "lint, format --check, typecheck and workflows in one", check),
    Task("lint", "[ruff arguments]", "look for mistakes; --fix mends some", lint),
    Task("format", "[--check]", "lay the code out; --check only says what would change", reformat),
    Task("typecheck", "[mypy arguments]", "prove the types", typecheck),
    Task("workflows", "", "look for mistakes in .github/workflows, without network", workflows),
    Task("ui", "[arguments]", "the settings page alone in a browser, with a scripted bridge", ui),
    Task("bench", "[arguments]", "measure start, memory and CPU; prints a table", bench),
    Task("pictures", "", "take the README's pictures anew, into .github/pictures", pictures),
    Task("package", "|".join(RECIPES), "build a package, into dist/", package),
    Task(
        "package-test",
        "[pytest arguments]",
        "build packages, try them in bare roots; needs root",
        package_test,
    ),
    Task("release", "key|sign|manifest|sums|check FOLDER", "sign and list what is to be published", release),
    Task("version", "", "print the version; fails when program or changelog name another", version),
)


def main(arguments: Sequence[str]) -> int:
    """Find the task and run it."""
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print(describe_tasks())
        return 0 if arguments else _EX_USAGE
    task = next((task for task in TASKS if task.name == arguments[0]), None)
    if task is None:
        return _refuse(f"There is no task {arguments[0]!r}.\n\n{describe_tasks()}")
    try:
        return task.function(arguments[1:])
    except SetupError as error:
        say(str(error))
        return _EX_UNAVAILABLE
    except KeyboardInterrupt:
        return 130


def describe_tasks() -> str:
    """Make the table that --help shows."""
    rows = [(f"{task.name} {task.arguments}".strip(), task.does) for task in TASKS]
    width = max(len(left) for left, _ in rows)
    return "\n".join(
        ["python3 build/dev.py TASK", "", *(f"  {left:<{width}}  {does}" for left, does in rows)]
    )


def _tool(module: str, *arguments: str) -> int:
    """Run one of the development tools over the whole project."""
    make_ready(Level.DEVELOPMENT, frozenset())
    return subprocess.run([Environment().python, "-m", module, *arguments], check=False, cwd=ROOT).returncode


def _refuse(sentence: str) -> int:
    say(sentence)
    return _EX_USAGE
