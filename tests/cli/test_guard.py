"""``claudometer guard`` in a terminal and for scripts: one sentence, and an exit code."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from claudometer.domain.errors import ErrorCode
from claudometer.domain.outcome import Status
from tests.cli.numbers import failed, fresh
from tests.fixtures import load_case
from tests.simulator.account import write_login
from tests.simulator.script import Reply

if TYPE_CHECKING:
    from tests.cli.program import Program
    from tests.control.running_server import RunningServer
    from tests.control.small_engine import SmallEngine
    from tests.simulator import Simulator


def test_it_answers_in_one_sentence_from_the_running_app(program: Program, app: RunningServer) -> None:
    answer = program.run("guard")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == "Yes: Session 81 % (just now).\n"
    assert program.run("guard", "--need", "19").code == 0
    needs = program.run("guard", "--need", "20%")
    assert (needs.code, needs.out) == (1, "No: Session 81 % (just now) leaves 19 %, and 20 % is needed.\n")


def test_its_json_has_the_answer_and_the_limits(program: Program, app: RunningServer) -> None:
    answer = program.run("guard", "--json", "--limit", "weekly:fable")
    made = json.loads(answer.out)
    assert (made["schema"], made["answer"], made["limit"], made["tightest"]) == (
        1,
        "yes",
        "weekly:fable",
        "session",
    )
    assert made["need_percent"] == 10.0
    assert [limit["id"] for limit in made["limits"]] == ["session", "weekly", "weekly:fable"]
    assert made["account"]["plan"] == "Max 5x"


def test_a_full_limit_is_a_no(program: Program, engine: SmallEngine) -> None:
    engine.snapshot = fresh(100.0)
    with program.serve(engine):
        answer = program.run("guard")
    assert answer.code == 1
    assert answer.out.startswith("No: Session is at 100 % (just now) and resets ")


def test_used_up_extra_usage_is_named_so_that_the_answer_fits_the_exit_code_of_status(
    program: Program, simulator: Simulator
) -> None:
    program.env |= simulator.environment() | {"CLAUDOMETER_MODE": "cli"}
    write_login(program.home.path / ".claude")
    simulator.oauth.stand(Reply(200, load_case("stopped_by_cap")))
    assert program.run("status").code == 1
    answer = program.run("guard")
    assert answer.code == 0, "the session has room"
    assert answer.out.startswith("Yes: Session 30 % (")
    assert answer.out.endswith("; Extra usage is the tight one, at 100 %.\n")
    about_it = program.run("guard", "--limit", "spend")
    assert about_it.code == 1
    assert about_it.out.startswith("No: Extra usage is at 100 % ")
    assert program.run("guard", "--limit", "daily").err.count("spend") == 1


def test_what_is_not_known_has_its_own_code(program: Program, engine: SmallEngine) -> None:
    engine.snapshot = failed(Status.OFFLINE, ErrorCode.OFFLINE)
    with program.serve(engine):
        answer = program.run("guard")
    assert answer.code == 69
    assert answer.out.startswith("Unknown: ")
    assert answer.err.startswith("claudometer: "), "the step that helps"


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--need", "much"), '"much"'),
        (("--need", "101"), '"101"'),
        (("--need", "-1"), '"-1"'),
        (("--need", "nan"), '"nan"'),
        (("--limit", "daily"), '"daily"'),
        (("now",), '"now"'),
    ],
)
def test_wrong_usage_names_the_word(
    program: Program, app: RunningServer, words: tuple[str, ...], named: str
) -> None:
    answer = program.run("guard", *words)
    assert (answer.code, answer.out) == (64, "")
    assert named in answer.err
