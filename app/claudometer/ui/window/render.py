"""Makes the window's page: one HTML text with style and script, and without any data.

Packages have it ready (see ``document``); building one renders it here.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from claudometer.resources import web_folder

if TYPE_CHECKING:
    from pathlib import Path

STYLES = (
    *("tokens.css", "base.css", "pages.css", "limits.css", "usage.css", "usage-wide.css", "history.css"),
    *("days.css", "requests.css", "controls.css", "form.css", "howto.css", "updates.css", "doctor.css"),
    *("alerts.css", "resets.css", "welcome.css", "meanings.css"),
)
SCRIPTS = (
    *("limits.js", "usage.js", "placing.js", "chart.js", "days.js", "history.js"),
    *(
        "requests.js",
        "limit_choices.js",
        "fields.js",
        "form.js",
        "updates.js",
        "copying.js",
        "doctor.js",
        "alerts.js",
    ),
    *("resets.js", "welcome.js", "pages.js", "window.js"),
)


def render_page(folder: Path | None = None) -> str:
    """Return the page as HTML. It loads its data by the bridge.

    Args:
        folder: of the templates; by default the one that ships with the program.
    """
    web = folder or web_folder()
    style, script = _joined(web, STYLES), '"use strict";\n' + _joined(web, SCRIPTS)
    environment = Environment(loader=FileSystemLoader(web), autoescape=True, undefined=StrictUndefined)
    policy = content_policy(style=style, script=script)
    return environment.get_template("window.html").render(policy=policy, style=style, script=script)


def content_policy(*, style: str, script: str) -> str:
    """Return the page's Content-Security-Policy: it allows this style and this script, and nothing else.

    ``'unsafe-eval'`` is for pywebview, whose bridge makes its functions by ``new Function`` and delivers
    every answer by ``eval``. WebKit applies the page's policy to both:
    https://github.com/r0x0r/pywebview/issues/1243. Trusted types still forbid ``innerHTML`` and the like.
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src {_source(style)}",
            f"script-src {_source(script)} 'unsafe-eval'",
            "base-uri 'none'",
            "form-action 'none'",
            "trusted-types default",
            "require-trusted-types-for 'script'",
        )
    )


def _source(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode('ascii')}'"


def _joined(folder: Path, names: tuple[str, ...]) -> str:
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)
