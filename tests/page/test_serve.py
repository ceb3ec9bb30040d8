"""`dev.py ui`: every scenario in a normal browser, with the app's policy except for the scripted bridge."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.page.scenarios import SCENARIOS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.page.chromium import Chromium

SERVE = Path(__file__).with_name("serve.py")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    command = [sys.executable, str(SERVE), "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().split()[4]
        process.terminate()


def read(address: str) -> str:
    with urlopen(address, timeout=60) as answer:  # noqa: S310 - loopback
        return str(answer.read().decode())


def test_the_index_links_to_every_scenario(address: str) -> None:
    page = read(address)
    assert [name for name in SCENARIOS if f'href="/{name}"' not in page] == []


def test_an_unknown_scenario_is_not_found(address: str) -> None:
    with pytest.raises(HTTPError, match="404") as caught:
        read(f"{address}nothing")
    caught.value.close()


@pytest.mark.chromium
@pytest.mark.parametrize("name", ["numbers", "many"])
def test_a_scenario_works_in_a_normal_browser(page: Chromium, address: str, name: str) -> None:
    page.visit(f"{address}{name}")
    page.wait(lambda: len(page.elements("#limits > li")) > 2)
    console, _ = page.logs()
    assert [line for line in console if "favicon" not in line] == []
