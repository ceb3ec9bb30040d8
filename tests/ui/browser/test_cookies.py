"""The session key among the cookies of the hidden browser, and when it expires."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from claudometer.domain.secret import Secret
from claudometer.ui.browser.cookies import set_key

SENT = Secret("sk-ant-sid02-sent")
NEW = Secret("sk-ant-sid02-new")


@dataclass
class Cookie:
    """A cookie of libsoup."""

    value: Secret
    expires: Any = None
    name: str = "sessionKey"
    http_only: bool = True

    def get_name(self) -> str:
        return self.name

    def get_value(self) -> str:
        return self.value.reveal()

    def get_http_only(self) -> bool:
        return self.http_only

    def get_expires(self) -> Any:  # noqa: ANN401 - one type for each version of libsoup
        return self.expires


class Soup3Date:
    def to_unix(self) -> int:
        return 1_800_000_000


class Soup2Date:
    def to_time_t(self) -> int:
        return 1_800_000_000


OURS = Cookie(SENT)


@pytest.mark.parametrize("date", [Soup3Date(), Soup2Date()])
@pytest.mark.parametrize("key", [SENT, NEW])
def test_a_key_with_an_end_was_set_by_the_server(date: object, key: Secret) -> None:
    assert set_key([OURS, Cookie(key, date)], SENT) == (key, 1_800_000_000.0)


def test_a_new_key_without_an_end_is_taken_and_our_own_says_nothing() -> None:
    assert set_key([OURS, Cookie(NEW)], SENT) == (NEW, None)
    assert set_key([OURS], SENT) == (None, None)
    assert set_key([], SENT) == (None, None)


def test_what_a_script_could_have_set_is_no_key() -> None:
    forged = [Cookie(NEW, Soup3Date(), http_only=False), Cookie(NEW, Soup3Date(), name="theme")]
    assert set_key([OURS, *forged], SENT) == (None, None)
