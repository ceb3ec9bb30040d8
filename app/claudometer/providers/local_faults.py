"""Tells a fault of this computer from one of the network, by the error number that the system gave. Pure."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Final

from claudometer.domain.errors import ErrorCode

if TYPE_CHECKING:
    from collections.abc import Iterator

_CODES: Final[dict[int, ErrorCode]] = {
    errno.EMFILE: ErrorCode.TOO_MANY_FILES,
    errno.ENFILE: ErrorCode.TOO_MANY_FILES,
    errno.ENOMEM: ErrorCode.OUT_OF_MEMORY,
    errno.ENOBUFS: ErrorCode.OUT_OF_MEMORY,
    # How a firewall on this computer, or a sandbox without network, refuses `socket` and `connect`.
    errno.EACCES: ErrorCode.NETWORK_DENIED,
    errno.EPERM: ErrorCode.NETWORK_DENIED,
}


def local_fault_in(error: BaseException) -> ErrorCode | None:
    """Return why this computer could not even try to connect, ``None`` if the network is to blame."""
    numbers = (cause.errno for cause in causes_of(error) if isinstance(cause, OSError))
    return next((_CODES[number] for number in numbers if number in _CODES), None)


def loading_fault(error: OSError) -> ErrorCode:
    """Return why our own files could not be read before a request: nothing was sent."""
    code = local_fault_in(error)
    # About a file, "permission denied" says nothing about the network.
    return ErrorCode.CLIENT_UNLOADED if code in (None, ErrorCode.NETWORK_DENIED) else code


def causes_of(error: BaseException) -> Iterator[BaseException]:
    """Yield the exception, the chain of its causes, and the same for each exception of a group."""
    yield error
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from causes_of(each)
    cause = error.__cause__ or error.__context__
    if cause is not None:
        yield from causes_of(cause)
