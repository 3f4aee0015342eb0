"""`python -m bot run` stops on SIGTERM, even directly after its start, and within ten seconds whatever is broken."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path
from signal import SIGCONT, SIGINT, SIGKILL, SIGSTOP, SIGTERM

import pytest

from bot.stopping import ENDED_HARD

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _no_server_is_left(tmp_path: Path) -> Iterator[None]:
    """A bot that ends before it has set up its stop leaves its Valkey to the next start; here there is none."""
    yield
    with suppress(OSError, ValueError):
        os.kill(int((tmp_path / "var" / "valkey" / "valkey.pid").read_text(encoding="utf-8")), SIGKILL)


def running(directory: Path) -> subprocess.Popen[bytes]:
    """Run a bot on a new database and a new Valkey; yield it as soon as it answers."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    command = [sys.executable, "-m", "bot", "run", "--config", str(ROOT / "config.toml"), "--port", str(port)]
    process = subprocess.Popen(command, cwd=directory, env={**os.environ, "PYTHONPATH": str(ROOT)})
    while process.poll() is None:
        with suppress(ConnectionError):
            with closing(HTTPConnection("127.0.0.1", port)) as connection:
                connection.request("GET", "/healthz")
                assert connection.getresponse().status == 200
            return process
        time.sleep(0.002)
    raise AssertionError("the bot did not start")


@pytest.mark.parametrize(("signal", "wait"), [(SIGTERM, 0.0), (SIGINT, 0.02)])
def test_it_stops_as_soon_as_it_has_started(tmp_path: Path, signal: int, wait: float) -> None:
    process = running(tmp_path)
    time.sleep(wait)
    process.send_signal(signal)
    try:
        assert process.wait(30) in (0, 130, -signal)  # the default action of the signal, before handlers are set
    finally:
        process.kill()
        process.wait()


WITHIN = 10.0
HANGS = """
import asyncio, signal
from bot.stopping import end_within

async def work():
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end_within, 0.3)
    print("up", flush=True)
    while True:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            pass

asyncio.run(work())
"""


def test_it_stops_where_its_data_are_gone(tmp_path: Path) -> None:
    process = running(tmp_path)
    shutil.rmtree(tmp_path / "var")
    process.send_signal(SIGTERM)
    try:
        process.wait(WITHIN)
    finally:
        process.kill()


def test_it_stops_while_redis_hangs(tmp_path: Path) -> None:
    process = running(tmp_path)
    valkey = int((tmp_path / "var" / "valkey" / "valkey.pid").read_text(encoding="utf-8"))
    os.kill(valkey, SIGSTOP)
    process.send_signal(SIGTERM)
    try:
        process.wait(WITHIN)
    finally:
        process.kill()
        with suppress(ProcessLookupError):
            os.kill(valkey, SIGCONT)
            os.kill(valkey, SIGKILL)


def test_a_stop_that_hangs_is_ended() -> None:
    process = subprocess.Popen([sys.executable, "-c", HANGS], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "up\n"
    process.send_signal(SIGTERM)
    try:
        assert process.wait(WITHIN) == ENDED_HARD
    finally:
        process.kill()
        process.stdout.close()
