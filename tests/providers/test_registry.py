"""One source for each mode, and an import that stays cheap."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import MissingCredentials
from claudometer.domain.usage import Mode
from claudometer.providers.claude.login_reader import LoginReader
from claudometer.providers.claude.oauth import OAuthSource
from claudometer.providers.claude.web import WebSource
from claudometer.providers.demo import DemoSource
from claudometer.providers.registry import SourcesConfig, sources_for
from tests.clocks import FakeClock
from tests.providers.ledger import Ledger

if TYPE_CHECKING:
    from claudometer.domain.secret import Secret


async def no_key() -> Secret | MissingCredentials:
    return MissingCredentials(ErrorCode.SESSION_KEY_MISSING)


def config(*, demo: bool = False) -> SourcesConfig:
    return SourcesConfig(
        clock=FakeClock(),
        note=Ledger().note,
        session_key=no_key,
        organization_id=lambda: None,
        login=LoginReader(lambda: Path("/nowhere")),
        web_url="https://claude.ai/api",
        oauth_url="https://api.anthropic.com/api/oauth",
        demo=demo,
    )


def test_each_mode_has_its_source() -> None:
    sources = sources_for(config())
    assert {mode: type(source) for mode, source in sources.items()} == {
        Mode.WEB: WebSource,
        Mode.CLI: OAuthSource,
    }


def test_the_demo_has_nothing_but_made_up_sources() -> None:
    assert {type(source) for source in sources_for(config(demo=True)).values()} == {DemoSource}


def test_importing_the_registry_does_not_load_httpx() -> None:
    program = (
        "import sys; import claudometer.providers.registry; "
        "print(sorted({'httpx', 'truststore', 'ssl', 'claudometer.providers.transport'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() in ("[]", "['ssl']"), "asyncio may bring ssl, nothing else"
