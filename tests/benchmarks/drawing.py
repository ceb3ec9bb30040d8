"""Measures how long the page's script takes to draw 90 days out of a year of history, in WebKit and Chromium.

Run with ``python3 build/dev.py bench drawing [--days N]``. A missed goal is no error.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from claudometer.domain.region import UTC_REGION
from claudometer.present.history_card import SPANS, history_chart
from claudometer.store.history import History
from tests.benchmarks.store import BEGIN, by_day
from tests.clocks import FakeClock
from tests.desktop.look import Look
from tests.desktop.opened_window import Opened
from tests.desktop.private_home import PrivateHome
from tests.desktop.session import open_desktop
from tests.histories import SESSION
from tests.page.chromium import Chromium

if TYPE_CHECKING:
    from claudometer.control.wire.chart import HistoryChart

DRAWN, ROUNDS = 10, 12
"""Drawings in a row, since a browser's clock has steps of up to 1 ms; and how often.

The quickest round counts: what other programs take of a busy machine only makes a round slower.
"""

TIMEOUT_S = 600.0
"""All drawings take seconds of processor time, which on a busy machine are minutes."""

# The page's own plot, in its own place. What the engine does afterwards, layout and painting, is not script;
# reading a box after each drawing forces the layout, so the second figure has it.
DRAW = f"""
  const chart = CHART;
  document.getElementById("history").hidden = false;
  const holder = document.getElementById("chart");
  const plot = chartPlot(holder, document.getElementById("chart-value"));
  const round = (after) => {{
    const begin = performance.now();
    for (let n = 0; n < {DRAWN}; n += 1) {{ plot.show(chart); after(); }}
    return (performance.now() - begin) / {DRAWN};
  }};
  const time = (after) => Math.min(...Array.from({{ length: {ROUNDS} }}, () => round(after)));
  holder.getBoundingClientRect(); // the page around it is laid out, as it is when an answer comes
  const begin = performance.now();
  plot.show(chart);
  const first = performance.now() - begin;
  return {{ first, script: time(() => {{}}), layout: time(() => holder.lastChild.getBoundingClientRect()),
    paths: document.querySelectorAll(".chart-svg *").length }};
"""


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="dev.py bench drawing")
    parser.add_argument("--days", type=int, default=365, help="how many days of readings to write")
    chart = chart_after(parser.parse_args().days)
    print(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; the chart is {len(json.dumps(chart))} bytes"
    )
    script = DRAW.replace("CHART", json.dumps(chart))
    for engine, measure in (("WebKitGTK", _webkit), ("Chromium", _chromium)):
        found = measure(script)
        print(
            f"{engine:10} {found['script']:5.1f} ms of script, first time {found['first']:.1f} ms; "
            f"with layout {found['layout']:.1f} ms   ({found['paths']} elements)   ≤ 16 ms"
        )


def chart_after(days: int) -> HistoryChart:
    """Return the chart of the last 90 days of a session, out of so many days of a reading a minute."""
    with tempfile.TemporaryDirectory() as folder:
        history = History(Path(folder, "history.db"))
        for batch in by_day(days):
            history.record(batch, now=FakeClock(batch[-1].fetched_at).now, gap_s=1200, is_verified=True)
        now = BEGIN + timedelta(days=days)
        since = now - SPANS["quarter"]
        series = next(each for each in history.series() if each.key == SESSION)
        points = history.curve(SESSION, since, now)
        resets = [each.reset for each in history.resets(since=since) if each.series.key == SESSION]
        history.close()
    times = since, now, now
    return history_chart(series, points, resets, span="quarter", times=times, region=UTC_REGION)


def _webkit(script: str) -> dict[str, Any]:
    home = PrivateHome.create()
    try:
        with (
            open_desktop(Look(), with_services=False) as session,
            Opened(session, home, "calm", "--probe", f"(() => {{{script}}})()") as window,
        ):
            found: Any = window.printed(TIMEOUT_S)
    finally:
        home.remove()
    return dict(found)


def _chromium(script: str) -> dict[str, Any]:
    driver = shutil.which("chromedriver")
    if driver is None:
        raise SystemExit("bench: chromedriver is not there.")
    with tempfile.TemporaryDirectory() as folder:
        browser = Chromium(Path(folder), driver)
        try:
            browser.look()
            browser.open("history")
            browser.let_scripts_take(110.0)
            return dict(browser.js(script))
        finally:
            browser.quit()


if __name__ == "__main__":
    main()
