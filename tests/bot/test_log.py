"""The log shows where something failed, never the values of variables: they hold secrets and what people wrote.

A fault that comes again and again is one line a minute, with its number.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bot.log import WINDOW_SECONDS, Repeats

ROOT = Path(__file__).parents[2]
FAILS = """
import sys
import structlog
from bot import log

def work(secret):
    raise RuntimeError("out of paper")

log.configure(format=sys.argv[1])
for _ in range(1000):
    try:
        work("s3cr3t" * 2)
    except RuntimeError:
        structlog.get_logger("test").exception("it failed", trace="ab12", name="食堂")
"""


def printed(format: str) -> str:
    command = [sys.executable, "-c", FAILS, format]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stderr


def test_a_traceback_names_lines_and_no_values() -> None:
    said = printed("text")
    assert said.count("it failed") == 1
    assert said.startswith("20")
    assert "trace=ab12" in said
    assert "RuntimeError" in said
    assert "RuntimeError: " not in said
    assert "in work" in said
    assert "s3cr3ts3cr3t" not in said


FULL = """
import resource
import structlog
from bot import log

log.configure()
resource.setrlimit(resource.RLIMIT_FSIZE, (10, resource.RLIM_INFINITY))
for n in range(3):
    structlog.get_logger("test").info("a line that has no room", number=n)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
structlog.get_logger("test").info("there is room again")
"""


def test_a_log_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    """As on a full disk: lines are lost, and nothing is raised where they are written."""
    with (tmp_path / "log").open("w", encoding="utf-8") as file:
        subprocess.run([sys.executable, "-c", FULL], cwd=ROOT, stderr=file, check=True)
    assert "there is room again" in (tmp_path / "log").read_text(encoding="utf-8")


def test_as_json_each_line_is_one_object() -> None:
    [line] = printed("json").splitlines()
    event = json.loads(line)
    assert (event["event"], event["level"], event["trace"], event["name"]) == ("it failed", "error", "ab12", "食堂")
    assert event["timestamp"].startswith("20")
    assert event["exception"].endswith("RuntimeError")
    assert "s3cr3ts3cr3t" not in line


class Minutes:
    def __init__(self) -> None:
        self.now = 0.0
        self.lines: list[dict[str, object]] = []
        configured = structlog.get_config()
        structlog.configure(processors=[Repeats(lambda: self.now), self.keep])
        self.restore = lambda: structlog.configure(**configured)

    def keep(self, _logger: object, _method: str, event: dict[str, object]) -> str:
        self.lines.append({**event})
        return ""


@pytest.fixture
def minutes() -> Iterator[Minutes]:
    one = Minutes()
    yield one
    one.restore()


def test_how_often_it_came_is_said_with_the_next_line(minutes: Minutes) -> None:
    log = structlog.get_logger("test")
    for _ in range(40):
        log.warning("a loop failed", channel="wecom")
    log.warning("a loop failed", channel="dingtalk")
    log.error("something else")
    assert [line["event"] for line in minutes.lines] == ["a loop failed", "a loop failed", "something else"]
    minutes.now += WINDOW_SECONDS
    log.info("Redis is back")
    said = [line for line in minutes.lines[3:] if line["event"] == "the same again"]
    assert [(line["said"], line["times"], line["where"]) for line in said] == [("a loop failed", 39, "wecom")]
    log.warning("a loop failed", channel="wecom")
    assert minutes.lines[-1]["event"] == "a loop failed"


def test_what_is_no_fault_is_never_dropped(minutes: Minutes) -> None:
    for _ in range(3):
        structlog.get_logger("test").info("Redis is back")
    assert len(minutes.lines) == 3


def test_another_error_is_another_kind(minutes: Minutes) -> None:
    log = structlog.get_logger("test")
    for error in (ValueError("a"), ValueError("b"), OSError("c")):
        try:
            raise error
        except Exception:
            log.exception("it failed")
    assert len(minutes.lines) == 2
