"""`python -m bot run` stops on SIGTERM, even directly after its start."""

import os
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path
from signal import SIGINT, SIGTERM

import pytest

ROOT = Path(__file__).parents[2]


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


@pytest.mark.parametrize("wait", [0.0, 0.02])
@pytest.mark.parametrize("signal", [SIGTERM, SIGINT])
def test_it_stops_as_soon_as_it_has_started(tmp_path: Path, signal: int, wait: float) -> None:
    process = running(tmp_path)
    time.sleep(wait)
    process.send_signal(signal)
    try:
        assert process.wait(30) in (0, 130, -signal)  # the default action of the signal, before handlers are set
    finally:
        process.kill()
        process.wait()
