"""The log: private, of limited size, and free of secrets on every path into it, other libraries' included."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from claudometer.domain.redaction import redact
from claudometer.system.log_file import LogFile

if TYPE_CHECKING:
    import asyncio
    from pathlib import Path
    from types import TracebackType

log = logging.getLogger(__name__)

OURS = "claudometer"
FLOOD_WINDOW_S = 60.0
MOST_IN_WINDOW = 60
"""One line a second: no line of code logs that often in normal operation. See :class:`FloodFilter`."""

_FORMAT = "%(asctime)s.%(msecs)03dZ %(levelname)s %(process)d %(threadName)s %(name)s: %(message)s"
_TIME_FORMAT = "%Y-%m-%dT%H:%M:%S"
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_HARMLESS = (bool, int, float, type(None))


class RedactingFilter(logging.Filter):
    """Removes secrets from a record before a handler sees it: message, arguments, traceback and extras."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(_text_of(record)), None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        record.exc_info = None  # no later handler may get the exception, whose text is not redacted
        record.exc_text = redact(record.exc_text) if record.exc_text else None
        record.stack_info = redact(record.stack_info) if record.stack_info else None
        for name in vars(record).keys() - _STANDARD:
            value = getattr(record, name)
            # A library may pass any object as `extra`, and its repr may contain a header.
            if not isinstance(value, _HARMLESS):
                setattr(record, name, redact(value if isinstance(value, str) else repr(value)))
        return True


class FloodFilter(logging.Filter):
    """Lets each line of code log 60 times a minute; its next record then says how many were left out.

    Needed when descriptors or disk space run out: what fails is tried again at once, and logged each time.
    """

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[tuple[str, int], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        place, now = (record.pathname, record.lineno), time.monotonic()
        began, count = self._seen.get(place, (now, 0))
        if now - began >= FLOOD_WINDOW_S:
            if count > MOST_IN_WINDOW:
                record.msg = f"{record.msg} (and {count - MOST_IN_WINDOW} more that were left out)"
            began, count = now, 0
        self._seen[place] = (began, count + 1)
        return count < MOST_IN_WINDOW


class TerminalFormatter(logging.Formatter):
    """One line for a person at a terminal: "claudometer: warning: …". Tracebacks are for the file."""

    def format(self, record: logging.LogRecord) -> str:
        return f"{OURS}: {record.levelname.lower()}: {record.getMessage()}"


def start_logging(folder: Path, *, name: str = OURS, level: str = "INFO") -> None:
    """Send all logging to ``folder``/``name``.log, and warnings to the terminal if there is one.

    From libraries only warnings are logged, because their other messages contain addresses and headers.
    A second call replaces the handlers of the first. Without a writable folder only the terminal remains.

    Args:
        level: of our own messages in the file.
    """
    stop_logging()
    # At INFO, httpx logs each URL, which contains the id of the organization.
    logging.getLogger().setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(level)
    _add(_terminal_handler())
    try:
        _add(_file_handler(folder, name))
    except OSError as error:
        log.warning("the log cannot be written: %s", error)


def level_for_child() -> str:
    """Return the log level for a child of the app, which has reported a wrong variable by then."""
    level = os.environ.get("CLAUDOMETER_LOG_LEVEL", "").upper()
    return level if level in logging.getLevelNamesMapping() else "INFO"


def stop_logging() -> None:
    """Remove and close the handlers of :func:`start_logging`."""
    root = logging.getLogger()
    for handler in tuple(root.handlers):
        if any(isinstance(known, RedactingFilter) for known in handler.filters):
            root.removeHandler(handler)
            with contextlib.suppress(OSError):
                handler.close()


def log_uncaught() -> None:
    """Log uncaught exceptions of every thread, redacted, instead of printing them with their secrets."""
    sys.excepthook = _on_uncaught
    threading.excepthook = _on_uncaught_in_thread
    sys.unraisablehook = _on_unraisable


def log_uncaught_in_loop(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log exceptions that no task awaited; for ``loop.set_exception_handler``."""
    log.error("uncaught in the loop: %s", context.get("message"), exc_info=context.get("exception"))


def _add(handler: logging.Handler) -> None:
    handler.addFilter(RedactingFilter())
    if isinstance(handler, LogFile):
        handler.addFilter(FloodFilter())
    logging.getLogger().addHandler(handler)


def _file_handler(folder: Path, name: str) -> logging.Handler:
    handler = LogFile(folder / f"{name}.log")
    formatter = logging.Formatter(_FORMAT, _TIME_FORMAT)
    # In UTC, so that lines stay in order when the time zone changes.
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    return handler


def _terminal_handler() -> logging.Handler:
    """Return the handler for a terminal; without one, a handler that drops everything.

    Without any handler, ``logging`` would print warnings to standard error.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        return logging.NullHandler()
    handler = logging.StreamHandler()
    handler.setLevel(logging.WARNING)
    handler.setFormatter(TerminalFormatter())
    return handler


def _text_of(record: logging.LogRecord) -> str:
    """Return the formatted message; a call with wrong arguments is logged as such, not raised."""
    try:
        return record.getMessage()
    except (TypeError, ValueError, LookupError, AttributeError) as error:
        return f"{record.msg!s} (its arguments do not fit: {type(error).__name__})"


def _on_uncaught(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, traceback)
        return
    log.critical("uncaught: %s", kind.__name__, exc_info=(kind, error, traceback))


def _on_uncaught_in_thread(found: threading.ExceptHookArgs) -> None:
    # SystemExit in a thread ends that thread and is no fault.
    if found.exc_value is None or found.exc_type is SystemExit:
        return
    name = found.thread.name if found.thread else "a thread"
    log.critical("uncaught in %s", name, exc_info=(found.exc_type, found.exc_value, found.exc_traceback))


def _on_unraisable(found: sys.UnraisableHookArgs) -> None:
    where = found.err_msg or "an exception was ignored"
    if found.exc_value is not None:
        log.error(
            "%s: %s",
            where,
            found.exc_type.__name__,
            exc_info=(found.exc_type, found.exc_value, found.exc_traceback),
        )
