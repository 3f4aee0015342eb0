"""Nothing from outside acts in the log: no escapes, no forged lines, no values in errors, no line past the limiter."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BEGINS = """
import asyncio, logging, sys, threading
import structlog
from bot import log
from bot.log_libraries import catch_the_rest
log.configure(format=sys.argv[1])
ours = structlog.get_logger("test")
PHONE = "13912345678"
"""
HOSTILE = (
    "r\x1b]0;t\x07\x9b31m\n2026-11-28 10:00:00 [error] forged\r\u2028a\u2029b\u202ec\u2066d\u200b\x7f\ud800\u0085e"
)


def logged(code: str, format: str) -> list[str]:
    """Run code in a process of its own; return the lines of its log."""
    command = [sys.executable, "-c", BEGINS + code, format]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    return done.stderr.decode("utf-8").split("\n")[:-1]


VALUES = f"""
bad = {HOSTILE!r}
class Odd:
    def __repr__(self):
        return bad
ours.warning(bad, reason=bad, other=Odd(), inside=[bad], map={{"a": bad}})
ours.warning("with a blank", reason="a " + bad)
ours.info("清楚", name="张　三", path="a\\\\b")
"""


@pytest.mark.parametrize("format", ["text", "json"])
def test_no_control_character_gets_into_the_log(format: str) -> None:
    lines = logged(VALUES, format)
    assert len(lines) == 3
    assert all(line.replace("\u3000", "").isprintable() for line in lines)
    assert not any(line.startswith("2026-11-28 10:00:00") for line in lines)
    assert "张" in lines[2]
    if format == "json":
        read = [json.loads(line) for line in lines]
        assert (read[0]["reason"], read[2]["name"]) == (HOSTILE, "张\u3000三")
    else:
        assert r"reason=r\x1b]0;t\x07\x9b31m\n2026-11-28" in lines[0].replace("\\\\", "\\").replace("'", "")


ERRORS = """
def work():
    try:
        try:
            int(PHONE + "\\n2026-11-28 forged\\x1b[1m")
        except ValueError as error:
            raise KeyError(PHONE) from error
    except KeyError:
        raise ExceptionGroup(PHONE, [OSError(28, PHONE, PHONE), RuntimeError(PHONE), OSError(PHONE)])
try:
    work()
except ExceptionGroup as error:
    error.add_note(PHONE)
    ours.exception("it failed")
    ours.error("it failed again", exc_info=error)
    ours.error("and again", exc_info=(type(error), error, error.__traceback__))
"""


@pytest.mark.parametrize("format", ["text", "json"])
def test_an_error_shows_its_classes_and_lines_and_no_values(format: str) -> None:
    said = "\n".join(logged(ERRORS, format))
    assert "13912345678" not in said
    assert "forged" not in said
    for name in ("ValueError", "KeyError", "ExceptionGroup", "RuntimeError", "[Errno 28] No space left on device"):
        assert said.count(name) >= 3
    assert said.count("direct cause") == 3
    assert "in work" in said


LIBRARIES = """
for n in range(1000):
    logging.getLogger("aiohttp.server").error("Error handling request from %s", PHONE)
    logging.getLogger("asyncio").warning("a sentence")
try:
    raise ValueError(PHONE)
except ValueError:
    logging.getLogger("bot.channels").exception("not stored\\nforged %s", PHONE)
logging.getLogger("some").warning("%d of", "no number")
logging.getLogger("some").info("not heard")
"""


def test_what_libraries_log_is_dated_and_limited() -> None:
    lines = logged(LIBRARIES, "json")
    read = [json.loads(line) for line in lines]
    assert [one["event"] for one in read] == ["Error handling request from …", "a sentence", "not stored", "… of"]
    assert all(one["timestamp"].startswith("20") for one in read)
    assert [one["logger"] for one in read] == ["aiohttp.server", "asyncio", "bot.channels", "some"]
    assert "13912345678" not in "\n".join(lines)


UNCAUGHT = """
import gc
class Ends:
    def __del__(self):
        raise ValueError(PHONE)

async def fails():
    raise ValueError(PHONE)

def boom(phone):
    raise ValueError(phone)

async def main():
    loop = asyncio.get_running_loop()
    catch_the_rest(loop)
    for _ in range(1000):
        loop.call_exception_handler({"message": "socket.accept() out of system resource", "exception": OSError(24, "")})
    loop.call_soon(boom, PHONE)
    tasks = [asyncio.create_task(fails())]
    await asyncio.sleep(0.01)
    tasks.clear()
    gc.collect()
    Ends()
    thread = threading.Thread(target=boom, args=(PHONE,))
    thread.start()
    thread.join()
    raise ValueError(PHONE)

asyncio.run(main())
"""


@pytest.mark.parametrize("format", ["text", "json"])
def test_what_nobody_catches_is_one_line_of_our_log(format: str) -> None:
    lines = logged(UNCAUGHT, format)
    said = "\n".join(lines)
    assert "13912345678" not in said
    for sentence in (
        "socket.accept() out of system resource",
        "Exception in callback boom",
        "Task exception was never retrieved",
        "an error in a finalizer",
        "a thread ended by an error",
        "the process ends by an error",
    ):
        assert said.count(sentence) == 1, sentence
    assert "Too many open files" in said
    if format == "json":
        assert all(json.loads(line)["timestamp"] for line in lines)
