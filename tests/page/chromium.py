"""Headless Chromium with the page in it: presses keys, and reports every request and console line."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from claudometer.ui.window.render import render_page
from tests.page.scenarios import SCENARIOS, Scenario
from tests.page.scripted_page import bridge_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from selenium.webdriver.remote.webelement import WebElement

# The browser itself may send nothing, so that every request in the log is the page's.
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)

WIDE_FONT = "DejaVu Sans"
"""The widest of the fonts that desktops without any of the page's own fall back to."""


class Chromium:
    """The browser that all tests of the page share."""

    def __init__(self, folder: Path, driver: str) -> None:
        options = ChromeOptions()
        for flag in (*FLAGS, f"--user-data-dir={folder / 'profile'}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self._folder = folder
        self._driver = Chrome(options=options, service=Service(driver))
        self._bridge: str | None = None
        self._first_page: str | None = None

    def quit(self) -> None:
        self._driver.quit()

    def look(
        self,
        *,
        width: int = 460,
        height: int = 720,
        dark: bool = False,
        calm: bool = True,
        density: float = 1,
    ) -> None:
        """Set the window's size, the color scheme, and with ``calm`` reduced motion, from now on.

        ``density`` is the number of pixels of a point.
        """
        metrics = {"width": width, "height": height, "deviceScaleFactor": density, "mobile": False}
        self._driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        features = [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce" if calm else "no-preference"},
        ]
        self._driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def force_colors(self) -> None:
        """Use the few colors of a high-contrast theme, until the next ``look``."""
        calm = {"name": "prefers-reduced-motion", "value": "reduce"}  # no color on its way from the other
        features = [{"name": "forced-colors", "value": "active"}, calm]
        self._driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def use_font(self, family: str) -> None:
        """Use this font for the page that is open, where it is installed."""
        self.js(
            'document.documentElement.style.fontFamily = `"${arguments[0]}", system-ui, sans-serif`', family
        )

    def start_at(self, name: str | None) -> None:
        """Show this page of the window first, from now on: ``None`` is the one with the numbers."""
        self._first_page = name

    def open(self, scenario: str | Scenario, *, at: str | None = None, page: str | None = None) -> None:
        """Load the page with the scenario's data, and wait until it is filled in.

        Args:
            at: the page of the window that is shown first.
            page: the HTML in place of ours.
        """
        found = SCENARIOS[scenario] if isinstance(scenario, str) else scenario
        first = at or self._first_page
        self._remove_bridge()
        added = self._driver.execute_cdp_cmd(
            "Page.addScriptToEvaluateOnNewDocument", {"source": bridge_for(found, first)}
        )
        self._bridge = added["identifier"]
        self.logs()
        file = self._folder / "page.html"
        file.write_text(page or render_page(), encoding="utf-8")
        self._driver.get(file.as_uri())
        self.wait(lambda: not self.js("return document.getElementById('settings').inert"))
        self.wait(lambda: not self.js("return document.getElementById('requests').hidden"))
        self.wait(lambda: first is None or self.shown() == first)

    def unfold(self) -> None:
        """Show all pages of the window below each other, and open what can be opened."""
        self.js("for (const page of document.querySelectorAll('[data-page]')) page.inert = false")
        self.js("for (const details of document.querySelectorAll('details')) details.open = true")
        self.js("document.getElementById('details').dataset.open = 'true'")
        self.js("document.getElementById('alert_own_thresholds').hidden = false")
        self.js("document.querySelector('.choices').dataset.open = 'true'")

    def shown(self) -> str:
        """Return the name of the window's page that is shown; there must be only one."""
        (name,) = self.js(
            "return [...document.querySelectorAll('[data-page]')]"
            ".filter((page) => getComputedStyle(page).visibility === 'visible')"
            ".map((page) => page.dataset.page)"
        )
        return str(name)

    def visit(self, address: str) -> None:
        """Load a page that contains its own bridge."""
        self._remove_bridge()
        self.logs()
        self._driver.get(address)

    def _remove_bridge(self) -> None:
        if self._bridge is not None:
            self._driver.execute_cdp_cmd(
                "Page.removeScriptToEvaluateOnNewDocument", {"identifier": self._bridge}
            )
        self._bridge = None

    def js(self, script: str, *values: object) -> Any:  # noqa: ANN401 - any JSON value
        return self._driver.execute_script(script, *values)

    def let_scripts_take(self, timeout_s: float) -> None:
        """Wait so long for the end of a script, instead of 30 s. Selenium gives up after 120 s."""
        self._driver.set_script_timeout(timeout_s)

    def wait(self, condition: Callable[[], object], timeout_s: float = 40) -> None:
        """Wait until the condition is true; the page may replace elements while it reads them."""
        replaced = (StaleElementReferenceException,)
        waiting = WebDriverWait(self._driver, timeout_s, poll_frequency=0.02, ignored_exceptions=replaced)
        waiting.until(lambda _: condition())

    def element(self, selector: str) -> WebElement:
        return self._driver.find_element(By.CSS_SELECTOR, selector)

    def click(self, selector: str) -> None:
        """Scroll the element to the middle, away from the bar at the bottom, and click it."""
        self.js("document.querySelector(arguments[0]).scrollIntoView({block: 'center'})", selector)
        self.element(selector).click()

    def elements(self, selector: str) -> list[WebElement]:
        return self._driver.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector: str) -> str:
        """Return the visible text of the element, with line breaks as spaces."""
        return " ".join(self.element(selector).text.split())

    def attribute(self, selector: str, name: str) -> str | None:
        return self.element(selector).get_attribute(name)

    def visible(self, selector: str) -> bool:
        return any(element.is_displayed() for element in self.elements(selector))

    def press(self, *keys: str) -> None:
        """Press keys on the element that has the focus, as a person without a mouse does."""
        chain = ActionChains(self._driver)
        for key in keys:
            chain.send_keys(key)
        chain.perform()

    def press_with(self, modifier: str, key: str) -> None:
        """Press a key while a modifier is held."""
        ActionChains(self._driver).key_down(modifier).send_keys(key).key_up(modifier).perform()

    def focused(self) -> str:
        """Return what identifies the focused element: its id, else name=value, else its tag."""
        return str(
            self.js(
                "const e = document.activeElement;"
                "return e.id || (e.name ? `${e.name}=${e.value}` : e.tagName.toLowerCase());"
            )
        )

    def calls(self, name: str) -> list[list[Any]]:
        """Return the arguments of each call of a bridge function so far."""
        made: list[list[Any]] = self.js("return window.bridge.calls")
        return [call[1:] for call in made if call[0] == name]

    def push(self, **change: object) -> None:
        """Send the page a changed view."""
        self.js("window.bridge.push(arguments[0])", change)

    def logs(self) -> tuple[list[str], list[str]]:
        """Return the console lines and the addresses that were requested, since the last call.

        An address that the page's policy blocked was not requested; the console has a line about it.
        """
        console = [f"{entry['level']}: {entry['message']}" for entry in self._log("browser")]
        events = [json.loads(entry["message"])["message"] for entry in self._log("performance")]
        failed = [event["params"] for event in events if event["method"] == "Network.loadingFailed"]
        blocked = {event["requestId"] for event in failed if event.get("blockedReason") == "csp"}
        sent = [event["params"] for event in events if event["method"] == "Network.requestWillBeSent"]
        return console, [event["request"]["url"] for event in sent if event["requestId"] not in blocked]

    def _log(self, name: str) -> list[dict[str, str]]:
        return self._driver.get_log(name)  # type: ignore[no-untyped-call, no-any-return]

    def picture_of(self, name: str) -> bytes:
        """Return a PNG of this page of the window, as high as it is. It must be the one that is shown."""
        height = self.js(
            "const page = document.querySelector(`[data-page=${arguments[0]}]`);"
            "return Math.ceil(Math.max(page.scrollHeight, page.getBoundingClientRect().height))",
            name,
        )
        width = self.js("return document.documentElement.clientWidth")
        clip = {"x": 0, "y": 0, "width": width, "height": max(1, height), "scale": 1}
        shot = self._driver.execute_cdp_cmd(
            "Page.captureScreenshot", {"captureBeyondViewport": True, "clip": clip}
        )
        return base64.b64decode(shot["data"])
