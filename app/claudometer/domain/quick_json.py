"""Reads and writes JSON as ``json`` does, without importing it: ``json`` needs ``re``, together 5 ms.

``_json`` is the part of ``json`` that is written in C, as ``_socket`` is that of ``socket``. It is private to
Python and may change, so ``json`` handles whatever is not as expected, invalid text included.
For commands that a shell prompt runs again and again; everything else uses ``json``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn


def loads(text: str | bytes, *, parse_constant: Callable[[str], object] | None = None) -> Any:  # noqa: ANN401 - any JSON
    """Return what ``json.loads`` returns.

    Raises:
        ValueError, RecursionError: as ``json.loads`` does.
    """
    try:
        return _scan(text if isinstance(text, str) else text.decode())
    except (ImportError, AttributeError, TypeError, ValueError, StopIteration, SystemError):
        # SystemError: before 3.12, the scanner has no class for its own error unless `json` is loaded.
        import json  # noqa: PLC0415 - it says what is wrong, and knows NaN and other encodings

        return json.loads(text, parse_constant=parse_constant)


def dumps(value: object, *, ensure_ascii: bool = True, allow_nan: bool = True) -> str:
    """Return what ``json.dumps`` returns without spaces between the parts.

    Raises:
        ValueError, TypeError, RecursionError: as ``json.dumps`` does.
    """
    try:
        import _json  # noqa: PLC0415 - another Python may lack it

        encode = _json.encode_basestring_ascii if ensure_ascii else _json.encode_basestring
        encoder = _json.make_encoder({}, _refuse, encode, None, ":", ",", False, False, False)
        return "".join(encoder(value, 0))
    except (ImportError, AttributeError, TypeError, ValueError):
        import json  # noqa: PLC0415 - as above

        return json.dumps(value, ensure_ascii=ensure_ascii, allow_nan=allow_nan, separators=(",", ":"))


def _refuse(value: object) -> NoReturn:
    raise TypeError(value)


_BLANKS = " \t\n\r"


class _Options:
    """The options of ``json.JSONDecoder`` that its scanner asks for, each as it is by default."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = staticmethod(_refuse)


def _scan(text: str) -> object:
    import _json  # noqa: PLC0415 - as above

    scanner = _json.make_scanner(_Options)  # type: ignore[arg-type] # the stub names the scanner's own class
    value, end = scanner(text, len(text) - len(text.lstrip(_BLANKS)))
    if text[end:].strip(_BLANKS):
        raise ValueError(end)
    return value
