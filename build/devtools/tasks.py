"""The tasks of build/dev.py. Must not know how system packages are installed."""

import os
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Sequence

from devtools.catalog import Purpose
from devtools.environment import (
    ROOT,
    Environment,
    SetupError,
    install_extra,
    make_environment_of_this_python,
    make_ready,
    make_users_environment,
)
from devtools.launch import fallback, hand_over, plan_run
from devtools.machine import has_graphical_session
from devtools.packaging.recipes import RECIPES, refuse_elsewhere
from devtools.selection import purposes_for
from devtools.speech import say
from devtools.stamp import Level
from devtools.task_help import Task, describe_task, describe_tasks
from devtools.versions import find_disagreements
from devtools.workflows import judge

_EX_USAGE = 64
_EX_UNAVAILABLE = 69
_EX_NOPERM = 77
_EVERYTHING = frozenset(Purpose) - {Purpose.PACKAGES}
_QUICK, _THIS_PYTHON = "--quick", "--this-python"
_ON_A_DESKTOP = "desktop or panels"
_SLOW = "chromium or minisign or checkers or slow"
_ON_ALL_CORES = ("-n", "auto", "--dist", "worksteal")  # an `-n 0` of the user's comes later and wins
_QUICK_OPTIONS = ("-m", f"not ({_ON_A_DESKTOP} or {_SLOW} or packages)", *_ON_ALL_CORES)
_FEWER_EXAMPLES = ("--hypothesis-profile", "quick")  # of property tests; `test` tries all
_SLOW_OPTIONS = ("-m", f"({_SLOW}) and not ({_ON_A_DESKTOP} or packages)", *_ON_ALL_CORES)
_DESKTOP_OPTIONS = ("-m", f"({_ON_A_DESKTOP}) and not packages")
_INTERRUPTED = 2  # what pytest returns after Ctrl-C


def run(arguments: Sequence[str]) -> int:
    """Start Claudometer from this checkout."""
    plan = plan_run(arguments, graphical=has_graphical_session(sys.platform, os.environ))
    missing = make_ready(Level.APP, plan.purposes)
    program = Environment().program("claudometer")
    if Purpose.APP in {need.purpose for need in missing}:
        works = shlex.join((str(program), *fallback(arguments)))
        say(f"Tray and window cannot start without these. Until they are there, this works:\n\n  {works}\n")
        return _EX_UNAVAILABLE
    if plan.remark:
        say(plan.remark)
    return hand_over(program, *plan.arguments)


def test(arguments: Sequence[str]) -> int:
    """Run the tests; those that this machine cannot run are skipped and counted (tests/plugins)."""
    # Without bytecode on disk, every process of the tests rewrites the assertions of 400 files: 4 s each.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if _QUICK in arguments:
        return _test_quickly(arguments)
    if _THIS_PYTHON in arguments:
        return _refuse(f"{_THIS_PYTHON} goes with {_QUICK}: the other tests need the distribution's Python.")
    make_ready(Level.DEVELOPMENT, purposes_for(arguments, ROOT, _EVERYTHING))
    if not arguments:
        return _test_everything()
    return hand_over(Environment().python, "-m", "pytest", *arguments, cwd=ROOT)


def _test_everything() -> int:
    """Run the quick tests and then the slow ones on all cores, and those of the desktop one by one.

    A failed test does not keep the next group from running; Ctrl-C does.
    """
    codes: list[int] = []
    for options in (_QUICK_OPTIONS, _SLOW_OPTIONS, _DESKTOP_OPTIONS):
        codes.append(_run_pytest(*options))
        if codes[-1] == _INTERRUPTED:
            break
    return max(codes, key=abs)


def _run_pytest(*options: str) -> int:
    with subprocess.Popen([Environment().python, "-m", "pytest", *options], cwd=ROOT) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            process.wait()  # it got the signal, too; subprocess.run() would kill it before its programs end
            raise


def _test_quickly(arguments: Sequence[str]) -> int:
    """Run the tests that need neither system packages nor minutes, on all cores."""
    if _THIS_PYTHON in arguments:
        environment = make_environment_of_this_python()
    else:
        make_ready(Level.TEST, frozenset())
        environment = Environment()
    rest = [argument for argument in arguments if argument not in {_QUICK, _THIS_PYTHON}]
    options = (*_QUICK_OPTIONS, *_FEWER_EXAMPLES)
    return hand_over(environment.python, "-m", "pytest", *options, *rest, cwd=ROOT)


def check(arguments: Sequence[str]) -> int:
    """Run every check, so that one report names every problem."""
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
    """Check the code with ruff."""
    return _tool("ruff", "check", *arguments)


def reformat(arguments: Sequence[str]) -> int:
    """Format the code with ruff."""
    return _tool("ruff", "format", *arguments)


def typecheck(arguments: Sequence[str]) -> int:
    """Check the types with mypy."""
    return _tool("mypy", *arguments)


def workflows(arguments: Sequence[str]) -> int:
    """Check the GitHub workflows."""
    if arguments:
        return _refuse("workflows takes no arguments.")
    make_ready(Level.DEVELOPMENT, frozenset())
    return judge(ROOT / ".github")


def bench(arguments: Sequence[str]) -> int:
    """Measure what the program costs on a real desktop, or how good forecasts are, or the history."""
    if arguments[:1] == ["forecast"]:
        make_ready(Level.TEST, frozenset())
        return hand_over(Environment().python, "-m", "tests.forecast", *arguments[1:], cwd=ROOT)
    if arguments[:1] == ["store"]:
        make_ready(Level.TEST, frozenset())
        return hand_over(Environment().python, "-m", "tests.benchmarks.store", *arguments[1:], cwd=ROOT)
    make_ready(Level.DEVELOPMENT, _EVERYTHING)
    if arguments[:1] == ["drawing"]:
        return hand_over(Environment().python, "-m", "tests.benchmarks.drawing", *arguments[1:], cwd=ROOT)
    make_users_environment()
    return hand_over(Environment().python, "tests/benchmarks/bench.py", *arguments, cwd=ROOT)


def interop(arguments: Sequence[str]) -> int:
    """Run the real Claude Code beside Claudometer, cut off from every network."""
    if arguments:
        return _refuse("interop takes no arguments.")
    make_ready(Level.DEVELOPMENT, frozenset())
    return hand_over(Environment().python, "-m", "tests.interop", cwd=ROOT)


def ui(arguments: Sequence[str]) -> int:
    """Serve the settings page without the app."""
    make_ready(Level.DEVELOPMENT, frozenset())
    return hand_over(Environment().python, "tests/page/serve.py", *arguments, cwd=ROOT)


def pictures(arguments: Sequence[str]) -> int:
    """Take the README's screenshots, on a desktop of the tests."""
    if arguments:
        return _refuse("pictures takes no arguments.")
    make_ready(Level.DEVELOPMENT, _EVERYTHING)
    return hand_over(Environment().python, "-m", "tests.desktop.pictures", cwd=ROOT)


def package(arguments: Sequence[str]) -> int:
    """Build one kind of package and print its path."""
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
        say("package-test creates bare systems and enters them, which only root may do.")
        return _EX_NOPERM
    make_ready(Level.DEVELOPMENT, frozenset(Purpose))
    install_extra("package")
    chosen = any(argument.startswith("tests/") for argument in arguments)
    words = (*(() if chosen else ("tests/packages",)), "-m", "packages", *arguments)
    return hand_over(Environment().python, "-m", "pytest", *words, cwd=ROOT)


def release(arguments: Sequence[str]) -> int:
    """Sign and list the packages of a release."""
    make_ready(Level.APP, frozenset())
    return hand_over(Environment().python, str(ROOT / "build" / "release"), *arguments)


def version(arguments: Sequence[str]) -> int:
    """Print the version, and fail if the program or the changelog names another."""
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
        "start Claudometer from this checkout; --demo uses a simulated account",
        run,
    ),
    Task(
        "test",
        "[--quick] [pytest arguments]",
        "install what the tests need and run them; --quick: those that need no system packages, in minutes",
        test,
    ),
    Task("check", "", "run lint, format --check, typecheck and workflows", check),
    Task("lint", "[ruff arguments]", "check the code for mistakes; --fix corrects some", lint),
    Task("format", "[--check]", "format the code; --check only lists what would change", reformat),
    Task("typecheck", "[mypy arguments]", "check the types", typecheck),
    Task("workflows", "", "check .github/workflows; needs no network", workflows),
    Task("ui", "[arguments]", "serve the settings page to a browser, with a scripted bridge", ui),
    Task(
        "bench",
        "[forecast | store | drawing] [arguments]",
        "measure start-up time, memory and CPU, or how good forecasts are; prints a table",
        bench,
    ),
    Task("interop", "", "try status line and hook in the real Claude Code, from npm; needs root", interop),
    Task("pictures", "", "take the README's screenshots again, and pictures of every state", pictures),
    Task("package", "KIND", f"build a package into dist/: {', '.join(RECIPES)}", package),
    Task(
        "package-test",
        "[pytest arguments]",
        "build packages and try them in bare systems; needs root",
        package_test,
    ),
    Task("release", "STEP FOLDER", "prepare a release: key, sign, manifest, sums, check", release),
    Task("version", "", "print the version; fails if program or changelog name another", version),
)


def main(arguments: Sequence[str]) -> int:
    """Run the task that the first argument names; return the exit code."""
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print(describe_tasks(TASKS))
        return 0 if arguments else _EX_USAGE
    task = next((task for task in TASKS if task.name == arguments[0]), None)
    if task is None:
        return _refuse(f"There is no task {arguments[0]!r}.\n\n{describe_tasks(TASKS)}")
    if _asks_for_help(task, arguments[1:]):
        print(describe_task(task))
        return 0
    try:
        return task.function(arguments[1:])
    except SetupError as error:
        say(str(error))
        return _EX_UNAVAILABLE
    except KeyboardInterrupt:
        return 130


def _asks_for_help(task: Task, arguments: Sequence[str]) -> bool:
    """Return whether --help is among the arguments; for `run` only at the front, before a command's own."""
    candidates = arguments[:1] if task.function is run else arguments
    return not {"-h", "--help"}.isdisjoint(candidates)


def _tool(module: str, *arguments: str) -> int:
    """Run one of the development tools on the whole project."""
    make_ready(Level.DEVELOPMENT, frozenset())
    return subprocess.run([Environment().python, "-m", module, *arguments], check=False, cwd=ROOT).returncode


def _refuse(sentence: str) -> int:
    say(sentence)
    return _EX_USAGE
