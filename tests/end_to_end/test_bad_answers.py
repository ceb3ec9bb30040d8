"""Tests error responses: the message, the hint and the exit code are right, and the numbers are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.present.messages.errors import MESSAGES
from tests import canary
from tests.desktop.private_home import PrivateHome
from tests.end_to_end.person import Person
from tests.kept_state import read_state
from tests.sentences import UPDATES_PAUSED, hint_once, opening, title
from tests.simulator import Simulator, bodies
from tests.simulator.script import Fault, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

UNAVAILABLE = 69
CREDENTIALS = 77


@dataclass(frozen=True)
class Row:
    """A response, and the status, message, hint and exit code that it leads to."""

    name: str
    reply: Reply
    status: str
    says: str
    hint: str
    code: int = UNAVAILABLE


NO_NUMBERS = title(ErrorCode.NO_NUMBERS)
NOT_READABLE = title(ErrorCode.NOT_JSON)
TOO_LARGE = title(ErrorCode.TOO_LARGE)
KEEPS = "Claudometer keeps the last numbers"
BROKE_OFF = title(ErrorCode.CONNECTION_BROKEN)
NO_LONGER = title(ErrorCode.SESSION_KEY_REJECTED, variable="CLAUDOMETER_SESSION_KEY")
PORTAL = title(ErrorCode.CAPTIVE_PORTAL)


def server_error(status: int) -> str:
    return title(ErrorCode.SERVER_ERROR, http_status=status)


def unreadable(name: str, body: object, *, says: str = NO_NUMBERS) -> Row:
    return Row(name, Reply(body=body), "unreadable", says, "")


def broken(fault: Fault, status: str, says: str) -> Row:
    return Row(fault.value, Reply(body={"x": "y" * 1000}, fault=fault), status, says, KEEPS)


AN_ERROR = {"type": "error", "error": {"type": "api_error", "message": "Internal server error"}}

ROWS = (
    # The body.
    unreadable("a list", []),
    unreadable("an empty object", {}),
    unreadable("cut short", '{"five_hour": {"utiliz', says=NOT_READABLE),
    unreadable("nested without end", "[" * 100_000, says=NOT_READABLE),
    unreadable("three megabytes", {"x": "y" * 3_000_000}, says=TOO_LARGE),
    unreadable(
        "no share of anything",
        '{"five_hour": {"utilization": -1}, "seven_day": {"utilization": 1e309},'
        ' "seven_day_opus": {"utilization": "NaN"}, "seven_day_sonnet": {"utilization": true}}',
    ),
    Row(
        "an error",
        Reply(body=AN_ERROR),
        "server_error",
        opening(MESSAGES[ErrorCode.ERROR_ANSWER].title),
        KEEPS,
    ),
    # The status.
    Row("401", bodies.YOUNG_KEY, "unauthorized", NO_LONGER, "paste the new", CREDENTIALS),
    Row("dead session", bodies.DEAD_SESSION, "unauthorized", NO_LONGER, "paste the new", CREDENTIALS),
    Row(
        "organization",
        bodies.WRONG_ORGANIZATION,
        "unauthorized",
        title(ErrorCode.ORGANIZATION_REFUSED),
        "Choose another",
        CREDENTIALS,
    ),
    Row(
        "disabled",
        bodies.ORGANIZATION_DISABLED,
        "unauthorized",
        title(ErrorCode.ORGANIZATION_DISABLED),
        "Ask its administrator",
        CREDENTIALS,
    ),
    Row("identity", bodies.IDENTITY_CHECK, "server_error", title(ErrorCode.IDENTITY_CHECK), "Open claude.ai"),
    Row("region", bodies.REGION_BLOCK, "server_error", title(ErrorCode.REGION_BLOCKED), "VPN"),
    Row(
        "other 403",
        bodies.OTHER_REFUSAL,
        "server_error",
        title(ErrorCode.FORBIDDEN, http_status=403),
        KEEPS,
    ),
    Row("challenge", bodies.CHALLENGE, "challenged", "Cloudflare asks for a browser", "Claude Code"),
    Row("portal", bodies.PORTAL, "challenged", PORTAL, "Open any web page"),
    Row("portal's redirect", bodies.PORTAL_REDIRECT, "challenged", PORTAL, "Open any web page"),
    Row("login redirect", bodies.LOGIN_REDIRECT, "unreadable", title(ErrorCode.REDIRECTED), "VPN"),
    Row("404", bodies.NOT_FOUND, "server_error", title(ErrorCode.NOT_FOUND, http_status=404), "newer"),
    Row("500", bodies.SERVER_ERROR, "server_error", server_error(500), KEEPS),
    Row("503 and nothing", Reply(503, ""), "server_error", server_error(503), KEEPS),
    Row(
        "529",
        bodies.OVERLOADED,
        "server_error",
        title(ErrorCode.OVERLOADED, http_status=529),
        KEEPS,
    ),
    Row("429 abc", bodies.rate_limit("abc"), "rate_limited", UPDATES_PAUSED, "plan is not affected"),
    Row(
        "429 of years", bodies.rate_limit("86400000"), "rate_limited", UPDATES_PAUSED, "plan is not affected"
    ),
    # The connection.
    broken(Fault.DROP, "offline", BROKE_OFF),
    broken(Fault.RESET, "offline", BROKE_OFF),
    broken(Fault.SHORT, "offline", BROKE_OFF),
    broken(Fault.TOO_FEW, "unreadable", NOT_READABLE),
    broken(Fault.TWO_LENGTHS, "offline", BROKE_OFF),
    broken(Fault.GARBAGE, "offline", BROKE_OFF),
    broken(Fault.BOMB, "unreadable", TOO_LARGE),
    broken(Fault.ENDLESS, "unreadable", TOO_LARGE),
)


@pytest.fixture(scope="module")
def known_numbers() -> Iterator[bytes]:
    """The database after a valid response."""
    home = PrivateHome.create()
    with Simulator() as good:
        good.account.session_keys = {canary.SESSION_KEY}
        person = Person(home, {**good.environment(), "CLAUDOMETER_SESSION_KEY": canary.SESSION_KEY})
        assert person.read_status()[0] == 0
    yield person.state_file.read_bytes()
    home.remove()


def fetched_at(folder: Path) -> str:
    """Return the time of the reading that is kept, rounded to seconds as in a report."""
    (reading,) = read_state(folder)["readings"].values()
    kept = datetime.fromisoformat(reading["fetched_at"])
    rounded = (kept + timedelta(milliseconds=500)).replace(microsecond=0)
    return rounded.isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_bad_response_is_explained_and_the_numbers_are_kept(
    row: Row, web_user: Person, simulator: Simulator, known_numbers: bytes
) -> None:
    web_user.state_file.parent.mkdir(mode=0o700)
    web_user.state_file.write_bytes(known_numbers)
    simulator.usage.stand(row.reply)
    code, report = web_user.read_status()
    assert (report["status"], report["message"][: len(row.says)]) == (row.status, row.says)
    assert row.hint in report["hint"]
    assert report["fetched_at"] == fetched_at(web_user.state_file.parent)
    assert web_user.read_ledger()[-1]["outcome"] == row.status
    assert [limit["percent"] for limit in report["limits"]] == [81.0, 28.6, 66.0]
    assert code == (CREDENTIALS if row.code == CREDENTIALS else 0)


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.name in {"cut short", "dead session", "500"}], ids=lambda row: row.name
)
def test_the_exit_code_is_that_of_the_error_if_there_are_no_numbers(
    row: Row, web_user: Person, simulator: Simulator
) -> None:
    simulator.usage.stand(row.reply)
    done = web_user.run("status")
    text = " ".join(done.stdout.split())
    assert f"{row.says} " in text
    assert row.hint in text
    assert (done.returncode, done.stderr) == (row.code, "")


@pytest.mark.parametrize(
    ("variable", "address", "says"),
    [
        ("CLAUDOMETER_WEB_URL", "http://127.0.0.1:9/api", title(ErrorCode.OFFLINE)),
        ("CLAUDOMETER_WEB_URL", "https://claude.invalid/api", title(ErrorCode.DNS_FAILED)),
        ("CLAUDOMETER_WEB_URL", "https", title(ErrorCode.TLS_FAILED)),
        ("HTTPS_PROXY", "http://127.0.0.1:9", title(ErrorCode.PROXY_UNREACHABLE, proxy="127.0.0.1:9")),
    ],
)
def test_a_failed_connection_is_explained(
    web_user: Person, simulator: Simulator, variable: str, address: str, says: str
) -> None:
    if variable == "HTTPS_PROXY":
        web_user.env["CLAUDOMETER_WEB_URL"] = "https://claude.invalid/api"
    web_user.env[variable] = simulator.web_url.replace("http:", "https:") if address == "https" else address
    code, report = web_user.read_status()
    assert (code, report["status"], report["message"]) == (UNAVAILABLE, "offline", says)
    assert report["hint"]
    assert simulator.requests == []


def test_a_secret_repeated_by_a_server_is_neither_printed_nor_logged(
    web_user: Person, simulator: Simulator
) -> None:
    replies = canary.refusals(canary.SESSION_KEY)[3:7]  # after the others, no request with the key is sent
    for sent, reply in enumerate(replies, 1):
        simulator.usage.stand(reply)
        code, report = web_user.read_status()
        assert code in {UNAVAILABLE, CREDENTIALS}
        assert report["message"]
        assert [request.endpoint for request in simulator.requests].count("usage") == sent
    assert canary.files_with(canary.SESSION_KEY, web_user.home.root) == []


def test_the_hint_of_a_command_promises_no_retry(web_user: Person, simulator: Simulator) -> None:
    simulator.usage.stand(bodies.SERVER_ERROR)
    _code, report = web_user.read_status()
    assert report["hint"] == hint_once(ErrorCode.SERVER_ERROR)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [(bodies.CHALLENGE, UNAVAILABLE), (bodies.WRONG_ORGANIZATION, CREDENTIALS)],
    ids=["challenge", "organization"],
)
def test_messages_in_cli_mode_do_not_mention_a_session_key(
    cli_user: Person, simulator: Simulator, reply: Reply, expected: int
) -> None:
    simulator.oauth.stand(reply)
    code, report = cli_user.read_status()
    assert code == expected
    assert "login" in report["message"] + report["hint"]
    assert "key" not in report["message"] + report["hint"]
    assert "Settings" not in report["hint"]
