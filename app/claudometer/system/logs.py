"""The log: rotated, the user's alone, and redacted on every path into it, other libraries' included."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
import time
from logging.handlers import RotatingFileHandler
from typing import IO, TYPE_CHECKING, Any

from claudometer.domain.redaction import redact
from claudometer.system.files import make_private_folder
from claudometer.system.filesystem import PRIVATE_FILE

if TYPE_CHECKING:
    import asyncio
    from pathlib import Path
    from types import TracebackType

log = logging.getLogger(__name__)

OURS = "claudometer"
FILE_BYTES = 1_000_000
OLD_FILES = 2

_FORMAT = "%(asctime)s.%(msecs)03dZ %(levelname)s %(process)d %(threadName)s %(name)s: %(message)s"
_TIME_FORMAT = "%Y-%m-%dT%H:%M:%S"
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_HARMLESS = (bool, int, float, type(None))


class RedactingFilter(logging.Filter):
    """Takes secrets out of a record before a handler sees it: message, arguments, traceback and extras."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(_text_of(record)), None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        record.exc_info = None  # the exception still holds its text: nobody after us gets it
        record.exc_text = redact(record.exc_text) if record.exc_text else None
        record.stack_info = redact(record.stack_info) if record.stack_info else None
        for name in vars(record).keys() - _STANDARD:
            value = getattr(record, name)
            if not isinstance(value, _HARMLESS):
                setattr(record, name, redact(value if isinstance(value, str) else repr(value)))
        return True


class PrivateFileHandler(RotatingFileHandler):
    """A rotating file that nobody else can read, from its first moment on."""

    def _open(self) -> IO[Any]:  # type: ignore[override]
        return open(
            self.baseFilename, self.mode, encoding=self.encoding, errors=self.errors, opener=_open_private
        )

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name logging calls
        """Lose the line. On a full disk logging would print a traceback over the program's own answer."""


class TerminalFormatter(logging.Formatter):
    """One line for a person at a terminal; tracebacks are for the file."""

    def format(self, record: logging.LogRecord) -> str:
        return f"{OURS}: {record.getMessage()}"


def start_logging(folder: Path, *, name: str = OURS, level: str = "INFO") -> None:
    """Send all logging to ``folder``/``name``.log, and warnings to the terminal if there is one.

    Other libraries are heard from warnings on: what they say in passing holds addresses and headers.
    A second call replaces the first one's handlers. Without a writable folder only the terminal is left.
    """
    stop_logging()
    logging.getLogger().setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(level)
    _add(_terminal_handler())
    try:
        _add(_file_handler(folder, name))
    except OSError as error:
        log.warning("the log cannot be written: %s", error)


def stop_logging() -> None:
    """Close what :func:`start_logging` opened."""
    root = logging.getLogger()
    for handler in tuple(root.handlers):
        if any(isinstance(known, RedactingFilter) for known in handler.filters):
            root.removeHandler(handler)
            with contextlib.suppress(OSError):  # closing writes what is left, and the disk may be full
                handler.close()


def log_uncaught() -> None:
    """Send what nobody caught, on any thread, through the log instead of bare to standard error."""
    sys.excepthook = _on_uncaught
    threading.excepthook = _on_uncaught_in_thread
    sys.unraisablehook = _on_unraisable


def log_uncaught_in_loop(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what no task awaited; for ``loop.set_exception_handler``."""
    log.error("uncaught in the loop: %s", context.get("message"), exc_info=context.get("exception"))


def _add(handler: logging.Handler) -> None:
    handler.addFilter(RedactingFilter())
    logging.getLogger().addHandler(handler)


def _file_handler(folder: Path, name: str) -> logging.Handler:
    path = make_private_folder(folder) / f"{name}.log"
    handler = PrivateFileHandler(
        path, maxBytes=FILE_BYTES, backupCount=OLD_FILES, encoding="utf-8", errors="backslashreplace"
    )
    formatter = logging.Formatter(_FORMAT, _TIME_FORMAT)
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    return handler


def _terminal_handler() -> logging.Handler:
    """Without a terminal nothing is printed: a handler that drops all keeps logging's last resort quiet."""
    if sys.stderr is None or not sys.stderr.isatty():
        return logging.NullHandler()
    handler = logging.StreamHandler()
    handler.setLevel(logging.WARNING)
    handler.setFormatter(TerminalFormatter())
    return handler


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, PRIVATE_FILE)


def _text_of(record: logging.LogRecord) -> str:
    """Format the message; a call with the wrong arguments is logged as such, as logging itself would do."""
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
