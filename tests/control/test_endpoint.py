"""The socket: private to its user, found when an app listens, and replaced when none does."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import stat
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from claudometer.control import endpoint
from claudometer.control.server import ControlServer, Limits
from claudometer.domain.clock import SystemClock
from claudometer.processes.answers import Answers, Identity
from claudometer.processes.presenter import Presenter
from tests.control.small_engine import SmallEngine

if TYPE_CHECKING:
    from collections.abc import Callable

NOBODY = 65534
ROOT_ONLY = pytest.mark.skipif(os.getuid() != 0, reason="only root can act as another user")


def test_no_app_is_found_without_a_socket(socket_path: str) -> None:
    assert endpoint.connect(socket_path, 1.0) is None


def test_no_app_is_found_behind_a_stale_socket(socket_path: str) -> None:
    endpoint.listen(socket_path).close()
    assert Path(socket_path).is_socket()
    assert endpoint.connect(socket_path, 1.0) is None


def test_no_app_is_found_behind_a_plain_file(socket_path: str) -> None:
    Path(socket_path).touch()
    assert endpoint.connect(socket_path, 1.0) is None


def test_no_app_is_found_at_a_path_too_long_for_a_socket(short_folder: Path) -> None:
    assert endpoint.connect(str(short_folder / ("x" * 120)), 1.0) is None


def test_listening_replaces_a_stale_socket(socket_path: str) -> None:
    endpoint.listen(socket_path).close()
    with endpoint.listen(socket_path):
        connection = endpoint.connect(socket_path, 1.0)
        assert connection is not None
        connection.close()


def test_the_socket_is_private_to_its_user(socket_path: str) -> None:
    with endpoint.listen(socket_path):
        assert stat.S_IMODE(Path(socket_path).stat().st_mode) == 0o600


def test_each_side_learns_the_user_of_the_other(socket_path: str) -> None:
    with endpoint.listen(socket_path) as listener:
        connection = endpoint.connect(socket_path, 1.0)
        assert connection is not None
        accepted, _ = listener.accept()
        assert endpoint.peer_user(accepted) == endpoint.peer_user(connection) == os.getuid()
        connection.close()
        accepted.close()


def test_a_full_queue_is_a_timeout_rather_than_no_app(socket_path: str) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(socket_path)
        listener.listen(0)
        waiting = endpoint.connect(socket_path, 0.2)
        assert waiting is not None
        with pytest.raises(TimeoutError):
            endpoint.connect(socket_path, 0.2)
        waiting.close()


def test_a_queue_that_is_briefly_full_is_waited_for(socket_path: str) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(socket_path)
        listener.listen(0)
        first = endpoint.connect(socket_path, 0.2)
        assert first is not None
        accepted: list[socket.socket] = []
        timer = threading.Timer(0.3, lambda: accepted.append(listener.accept()[0]))
        timer.start()
        second = endpoint.connect(socket_path, 10.0)
        assert second is not None
        timer.join()
        for connection in (first, second, *accepted):
            connection.close()


def test_removing_a_socket_that_is_gone_is_no_error(socket_path: str) -> None:
    endpoint.remove(socket_path)
    assert not Path(socket_path).exists()


LISTEN_AS_NOBODY = """
import os, socket, sys
from claudometer.control import endpoint  # first: another user may not read root's home
os.setuid(int(sys.argv[2]))
listener = endpoint.listen(sys.argv[1])
os.chmod(sys.argv[1], 0o666)
print("listening", flush=True)
sys.stdin.read()
"""


@ROOT_ONLY
def test_a_socket_of_another_user_is_not_used(short_folder: Path) -> None:
    """A program that listened in our place would be given the session key."""
    short_folder.chmod(0o777)
    path = str(short_folder / "trap.sock")
    with subprocess.Popen(
        [sys.executable, "-c", LISTEN_AS_NOBODY, path, str(NOBODY)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as trap:
        assert trap.stdout is not None
        assert trap.stdout.readline() == b"listening\n"
        assert endpoint.connect(path, 1.0) is None
        trap.kill()


def test_a_folder_in_the_sockets_place_is_moved_aside_with_its_content(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    path.mkdir()
    (path / "theirs").write_text("kept")
    with endpoint.listen(str(path)):
        assert path.is_socket()
    (aside,) = tmp_path.glob("control.sock.moved-*")
    assert (aside / "theirs").read_text() == "kept"


def test_a_server_that_cannot_listen_says_so_and_tries_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    path = tmp_path / "run" / "control.sock"
    (tmp_path / "run").write_text("in the way")

    async def story() -> None:
        engine, clock = SmallEngine(), SystemClock()
        identity = Identity("1", demo=False)
        answers = Answers(engine, Presenter(engine, clock), clock, identity, ledger=None)
        changes: list[bool] = []
        server = ControlServer(
            answers,
            limits=Limits(file_check_s=0.02),
            on_change=lambda: changes.append(server.is_listening),
        )
        with pytest.raises(OSError):  # noqa: PT011 - any kind will do
            await server.start(str(path))
        assert not server.is_listening
        (tmp_path / "run").unlink()
        keeper = asyncio.create_task(server.keep_listening())
        async with asyncio.timeout(60):
            while not server.is_listening:
                await asyncio.sleep(0.02)
        assert changes[-1]
        path.unlink()
        path.parent.rename(tmp_path / "elsewhere")
        path.parent.write_text("in the way again")
        async with asyncio.timeout(60):
            while server.is_listening:
                await asyncio.sleep(0.02)
        assert not changes[-1]
        keeper.cancel()
        await server.stop()

    asyncio.run(story())


async def started(path: Path) -> ControlServer:
    engine, clock = SmallEngine(), SystemClock()
    answers = Answers(engine, Presenter(engine, clock), clock, Identity("1", demo=False), ledger=None)
    server = ControlServer(answers, limits=Limits(file_check_s=0.02))
    with suppress(OSError):
        await server.start(str(path))
    return server


def test_a_server_that_could_not_listen_replaces_a_stale_socket_later(tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir(mode=0o700)
    (folder / "control.sock").write_text("left by an app that was killed")
    (tmp_path / "run").symlink_to(folder)  # a link is refused

    async def story() -> None:
        server = await started(tmp_path / "run" / "control.sock")
        assert not server.is_listening
        (tmp_path / "run").unlink()
        folder.rename(tmp_path / "run")
        keeper = asyncio.create_task(server.keep_listening())
        async with asyncio.timeout(60):
            while not server.is_listening:
                await asyncio.sleep(0.02)
        keeper.cancel()
        await server.stop()

    asyncio.run(story())


def test_a_server_that_is_stopped_while_it_checks_its_file_does_not_listen_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "control.sock"

    async def story() -> None:
        is_checking, may_go_on = asyncio.Event(), asyncio.Event()

        async def check(_place: object, call: Callable[[], object]) -> object:
            is_checking.set()
            await may_go_on.wait()
            return call()

        monkeypatch.setattr("claudometer.control.server.listener.off_loop_at", check)
        server = await started(path)
        keeper = asyncio.create_task(server.keep_listening())
        path.unlink()
        await asyncio.wait_for(is_checking.wait(), 60)
        await server.stop()
        may_go_on.set()
        await asyncio.sleep(0.1)
        keeper.cancel()
        assert not path.exists()

    asyncio.run(story())
