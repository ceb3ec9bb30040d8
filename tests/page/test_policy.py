"""The page's policy at work: no foreign script runs, and nothing is loaded or sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from claudometer.ui.window.render import render_page
from tests.page.scenarios import SCENARIOS

if TYPE_CHECKING:
    from tests.page.chromium import Chromium

pytestmark = pytest.mark.chromium


def wait_for_refusal(page: Chromium) -> list[str]:
    """Wait until the console says that the policy refused something; return the addresses requested."""
    requested: list[str] = []

    def is_refused() -> bool:
        console, addresses = page.logs()
        requested.extend(addresses)
        return any("Content Security Policy" in line for line in console)

    page.wait(is_refused)
    return requested


def test_the_policy_forbids_everything_by_default(page: Chromium) -> None:
    page.open("numbers")
    policy = page.attribute("meta[http-equiv=Content-Security-Policy]", "content") or ""
    assert policy.startswith("default-src 'none';")
    assert "unsafe-inline" not in policy
    assert "http" not in policy


def test_a_script_written_into_the_page_does_not_run(page: Chromium) -> None:
    evil = "<script>document.title = 'owned'</script></body>"
    page.open("numbers", page=render_page().replace("</body>", evil))
    wait_for_refusal(page)
    assert page.js("return document.title") == "Claudometer"


def test_a_script_added_by_a_script_does_not_run(page: Chromium) -> None:
    page.open("numbers")
    page.js(
        """const script = document.createElement("script");
           try { script.textContent = "document.title = 'owned'"; document.body.append(script); } catch {}"""
    )
    assert page.js("return document.title") == "Claudometer"


def test_an_event_handler_attribute_does_not_run(page: Chromium) -> None:
    evil = "<button id='evil' onclick=\"document.title = 'owned'\">x</button></main>"
    page.open("numbers", page=render_page().replace("</main>", evil))
    page.js("document.getElementById('evil').click()")
    assert page.js("return document.title") == "Claudometer"


def test_markup_cannot_be_set_through_inner_html(page: Chromium) -> None:
    page.open("numbers")
    refused = page.js(
        """try { document.getElementById("headline").innerHTML = "<b>x</b>"; return null; }
           catch (error) { return error.name; }"""
    )
    assert refused == "TypeError"


@pytest.mark.parametrize(
    "attempt",
    [
        "new Image().src = 'https://example.invalid/a.png'",
        "return fetch('https://example.invalid/b').catch(() => null)",
        """document.head.append(Object.assign(document.createElement('link'),
             {rel: 'stylesheet', href: 'https://example.invalid/c.css'}))""",
        "navigator.sendBeacon('https://example.invalid/d', 'x')",
        """document.body.append(Object.assign(document.createElement('iframe'),
             {src: 'https://example.invalid/e'}))""",
        """const form = Object.assign(document.createElement('form'), {action: 'https://example.invalid/f'});
           document.body.append(form); form.submit()""",
    ],
    ids=["image", "fetch", "stylesheet", "beacon", "frame", "form"],
)
def test_nothing_can_be_fetched_or_sent(page: Chromium, attempt: str) -> None:
    page.open("numbers")
    page.logs()
    page.js(attempt)
    assert [address for address in wait_for_refusal(page) if "example.invalid" in address] == []


def test_a_style_attribute_in_the_markup_has_no_effect(page: Chromium) -> None:
    evil = "<p id='evil' style='position: fixed'>x</p></main>"
    page.open("numbers", page=render_page().replace("</main>", evil))
    assert page.element("#evil").value_of_css_property("position") == "static"


def test_no_scenario_puts_an_event_handler_into_the_page(page: Chromium) -> None:
    """The policy would block them; the page adds its handlers through the object model instead."""
    for name in SCENARIOS:
        page.open(name)
        handlers = page.js(
            """return [...document.querySelectorAll("*")]
                 .flatMap((e) => [...e.attributes]).filter((a) => a.name.startsWith("on")).length"""
        )
        assert handlers == 0, name
