"""Which error a call to the app raises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ClaudometerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from claudometer.domain.errors import ErrorCode


def code_of(call: Callable[[], object]) -> ErrorCode:
    """Make a call, which must fail; return the code of its error."""
    with pytest.raises(ClaudometerError) as caught:
        call()
    return caught.value.code
