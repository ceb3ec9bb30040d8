"""Tests the log: no secret reaches it, and it stays small and private."""

from __future__ import annotations

import asyncio
import logging
import re
import stat
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from claudometer.system import log_file as log_file_module
from claudometer.system import logs
from tests.system.file_logging import LOG_LINES, log_lines, logging_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

KEY = "sk-ant-sid02-canaryCANARYcanary"
JAR = "canary-of-a-cookie-jar"

log = logging.getLogger("claudometer.tests")


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    """Log to a file. At the end of each test, ``no_canary`` checks that no log file contains a secret."""
    with logging_to(tmp_path / "log") as log:
        yield log


@pytest.fixture
def hooks() -> Iterator[None]:
    kept = sys.excepthook, threading.excepthook, sys.unraisablehook
    logs.log_uncaught()
    yield
    sys.excepthook, threading.excepthook, sys.unraisablehook = kept


def fail() -> None:
    raise RuntimeError(f"Cookie: sessionKey={KEY}; other={JAR}")


def test_a_secret_in_the_message_is_removed(log_file: Path) -> None:
    log.info("got " + KEY)  # noqa: G003 - tests a message that was formatted by the caller
    assert "got sk-ant-[removed]" in log_file.read_text()


def test_a_secret_in_the_arguments_is_removed(log_file: Path) -> None:
    log.info("headers %r for %s", {"Cookie": JAR}, KEY)
    assert "headers" in log_file.read_text()


def test_a_secret_in_an_exception_and_its_cause_is_removed(log_file: Path) -> None:
    try:
        try:
            fail()
        except RuntimeError as cause:
            raise ValueError(KEY) from cause
    except ValueError:
        log.exception("it failed")
    text = log_file.read_text()
    assert "Traceback" in text
    assert "RuntimeError" in text


def raise_from_a_cause() -> None:
    try:
        fail()
    except RuntimeError as cause:
        raise ValueError("it failed") from cause


def raise_while_handling() -> None:
    try:
        fail()
    except RuntimeError:
        int("without a secret")


def raise_with_a_dictionary_in_the_message() -> None:
    headers = {"Cookie": f"sessionKey={KEY}", "Authorization": f"Bearer {JAR}"}
    raise LookupError(f"not among {headers!r}")


def raise_with_a_note() -> None:
    error = ValueError("noted")
    error.add_note(f"sessionKey={KEY}")
    raise error


def raise_a_group() -> None:
    raise ExceptionGroup("several", [ValueError(KEY), OSError(5, f"Authorization: Bearer {JAR}")])


@pytest.mark.parametrize(
    "raise_it",
    [
        fail,
        raise_from_a_cause,
        raise_while_handling,
        raise_with_a_dictionary_in_the_message,
        raise_with_a_note,
        raise_a_group,
    ],
    ids=lambda raise_it: raise_it.__name__,
)
def test_a_traceback_is_written_without_the_secrets_in_it(
    raise_it: Callable[[], None], log_file: Path
) -> None:
    try:
        raise_it()
    except (ValueError, LookupError, RuntimeError, ExceptionGroup):
        log.exception("it failed", stack_info=True)
    text = log_file.read_text()
    assert "Traceback" in text
    assert raise_it.__name__ in text
    assert "[removed]" in text


def test_a_later_handler_gets_no_exception_to_format(log_file: Path) -> None:
    seen: list[logging.LogRecord] = []
    ours = next(h for h in logging.getLogger().handlers if isinstance(h, log_file_module.LogFile))

    def keep(record: logging.LogRecord) -> bool:
        seen.append(record)
        return True

    ours.addFilter(keep)
    try:
        fail()
    except RuntimeError:
        log.exception("it failed")
    assert seen[0].exc_info is None
    assert KEY not in (seen[0].exc_text or "")


def test_a_secret_in_a_stack_or_a_prepared_traceback_is_removed(log_file: Path) -> None:
    record = log.makeRecord("claudometer.tests", logging.INFO, __file__, 1, "prepared", (), None)
    record.exc_text = f"Traceback: {KEY}"
    record.stack_info = f"Stack: Authorization: Bearer {JAR}"
    log.handle(record)
    assert "prepared" in log_file.read_text()


def test_a_secret_in_the_extras_is_removed_before_formatting(log_file: Path) -> None:
    ours = next(h for h in logging.getLogger().handlers if isinstance(h, log_file_module.LogFile))
    ours.setFormatter(logging.Formatter("%(message)s %(key)s %(jar)s %(count)s"))
    log.info("extras", extra={"key": KEY, "jar": {"Set-Cookie": JAR}, "count": 3})
    assert log_file.read_text().endswith(" 3\n")


@pytest.mark.parametrize("name", ["httpx", "keyring.backend", "PIL.Image", "asyncio", "unheard.of"])
def test_a_secret_from_another_library_is_removed(name: str, log_file: Path) -> None:
    logging.getLogger(name).warning("cookie jar: %s Authorization: Bearer %s", KEY, JAR)
    assert name in log_file.read_text()


def test_info_messages_of_libraries_are_not_logged(log_file: Path) -> None:
    logging.getLogger("httpx").info("GET https://claude.ai/api/organizations/some-id/usage")
    assert "some-id" not in log_file.read_text()


@pytest.mark.usefixtures("hooks")
def test_a_secret_in_an_uncaught_exception_is_removed(log_file: Path) -> None:
    try:
        fail()
    except RuntimeError as error:
        sys.excepthook(RuntimeError, error, error.__traceback__)
    assert "uncaught: RuntimeError" in log_file.read_text()


@pytest.mark.usefixtures("hooks")
def test_a_secret_in_an_uncaught_exception_of_a_thread_is_removed(log_file: Path) -> None:
    thread = threading.Thread(target=fail, name="the-poller")
    thread.start()
    thread.join()
    assert "uncaught in the-poller" in log_file.read_text()


class Careless:
    """Raises in its finalizer, where no code can catch the exception."""

    def __del__(self) -> None:
        fail()


@pytest.mark.usefixtures("hooks")
def test_a_secret_in_an_unraisable_exception_is_removed(log_file: Path) -> None:
    careless = Careless()
    del careless
    assert "RuntimeError" in log_file.read_text()


def test_a_secret_in_an_exception_of_a_loop_callback_is_removed(log_file: Path) -> None:
    async def fail_in_callback() -> None:
        asyncio.get_running_loop().set_exception_handler(logs.log_uncaught_in_loop)
        asyncio.get_running_loop().call_soon(fail)
        await asyncio.sleep(0.01)

    asyncio.run(fail_in_callback())
    assert "uncaught in the loop" in log_file.read_text()


@pytest.fixture(autouse=True)
def no_canary(tmp_path: Path) -> Iterator[None]:
    """Assert after each test that no log file contains ``KEY`` or ``JAR``, both of which contain "canary"."""
    yield
    for path in tmp_path.rglob("*.log*"):
        assert "canary" not in path.read_text(errors="replace").lower(), f"a secret is in {path}"


def test_a_log_call_with_wrong_arguments_is_logged_as_such(log_file: Path) -> None:
    log.info("%d of %s", KEY)  # noqa: PLE1206 - tests this mistake
    assert "its arguments do not fit: TypeError" in log_file.read_text()


def test_a_line_has_the_time_in_utc_the_level_and_the_logger(log_file: Path) -> None:
    log.warning("hello")
    line = log_file.read_text().splitlines()[-1]
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z WARNING \d+ MainThread claudometer\.tests: hello", line
    )


def test_the_log_rotates_and_every_file_is_private(log_file: Path) -> None:
    for number in range(35):
        log.info("%d %s", number, "x" * 100_000)
    files = sorted(log_file.parent.iterdir())
    assert [path.name for path in files] == ["claudometer.log", "claudometer.log.1", "claudometer.log.2"]
    for path in files:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.stat().st_size <= log_file_module.FILE_BYTES
    assert stat.S_IMODE(log_file.parent.stat().st_mode) == 0o700


def test_starting_the_log_twice_does_not_write_lines_twice(log_file: Path) -> None:
    logs.start_logging(log_file.parent, level="INFO")
    log.info("once")
    assert log_file.read_text().count("once") == 1


def test_a_lone_surrogate_is_logged_escaped(tmp_path: Path) -> None:
    # In its own process, because pytest-xdist cannot transfer captured logs with such text.
    subprocess.run([sys.executable, "-c", HALF_A_CHARACTER, str(tmp_path / "log")], check=True)
    assert r"half a character: \ud83d" in (tmp_path / "log" / "claudometer.log").read_text()


HALF_A_CHARACTER = r"""
import logging, sys
from pathlib import Path
from claudometer.system import logs
logs.start_logging(Path(sys.argv[1]))
logging.getLogger("claudometer.x").info("half a character: \ud83d")
"""


NO_ROOM = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
"""


def test_nothing_is_printed_without_a_terminal(tmp_path: Path) -> None:
    assert log_lines(tmp_path / "log") == ("", "")


@pytest.mark.skipif(sys.platform != "linux", reason="util-linux's script gives a terminal")
def test_warnings_are_printed_in_a_line_each_on_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "log_lines.py").write_text(LOG_LINES)
    command = f"{sys.executable} {tmp_path / 'log_lines.py'} {tmp_path / 'log'}"
    done = subprocess.run(
        ["script", "-qec", command, "/dev/null"], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [
        "claudometer: warning: take care of sk-ant-[removed]",
        "claudometer: error: it failed",
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="limits on file size are POSIX")
def test_lines_that_cannot_be_written_are_dropped_and_nothing_is_printed(tmp_path: Path) -> None:
    """Every write to a file fails, as on a full disk. The logging module would print a traceback for each."""
    assert log_lines(tmp_path / "log", first=NO_ROOM) == ("", "")
    assert (tmp_path / "log" / "claudometer.log").read_text() == ""


def test_the_program_starts_even_if_the_log_folder_cannot_be_created(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a file is in the way")
    assert log_lines(tmp_path / "log") == ("", "")
