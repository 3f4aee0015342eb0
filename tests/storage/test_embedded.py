"""One Valkey for each directory: started once, adopted by later processes; its data survive crashes."""

import asyncio
import os
import signal
import sys
import tempfile
from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage.timers import embedded, embedded_files

ROOT = Path(__file__).parents[2]
PARENT = """
import asyncio, sys
from storage.timers import embedded
server = asyncio.run(embedded.start(sys.argv[1]))
print(server.pid, server.adopted, flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def no_server_outlives_a_failed_test(tmp_path):
    yield
    for note in tmp_path.rglob("valkey.pid"):
        if alive(int(note.read_text())):
            os.kill(int(note.read_text()), signal.SIGKILL)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def until_gone(pid: int) -> None:
    while alive(pid):  # noqa: ASYNC110
        await asyncio.sleep(0.01)


async def set_and_get(server: embedded.EmbeddedValkey, value: str) -> str | None:
    async with Redis.from_url(server.url, decode_responses=True) as redis:
        return await redis.set("word", value, get=True)


async def test_it_starts_with_the_settings_that_keep_data(tmp_path):
    server = await embedded.start(tmp_path)
    async with Redis.from_url(server.url, decode_responses=True) as redis:
        asked = await redis.config_get("appendonly", "appendfsync", "dir", "port", "save", "unixsocketperm")
    await server.stop()
    assert asked == {
        "appendonly": "yes",
        "appendfsync": "everysec",
        "dir": str(tmp_path),
        "port": "0",
        "save": "",
        "unixsocketperm": "700",
    }


async def test_stop_leaves_no_process_and_the_data(tmp_path):
    server = await embedded.start(tmp_path)
    await set_and_get(server, "kept")
    await server.stop()
    assert not alive(server.pid)
    assert not Path(server.socket_path).exists()
    server = await embedded.start(tmp_path)
    assert await set_and_get(server, "") == "kept"
    await server.stop()
    await server.stop()


async def test_a_living_server_is_adopted_and_left_alone_by_its_adopter(tmp_path):
    server = await embedded.start(tmp_path)
    adopted = await embedded.start(tmp_path)
    assert (server.adopted, adopted.adopted) == (False, True)
    assert (adopted.pid, adopted.socket_path) == (server.pid, server.socket_path)
    await adopted.stop()
    assert alive(server.pid)
    await server.stop()


async def test_an_adopter_may_be_told_to_stop_it(tmp_path):
    server = await embedded.start(tmp_path)
    await (await embedded.start(tmp_path)).stop(even_adopted=True)
    await until_gone(server.pid)
    await server.stop()


async def test_a_killed_server_is_started_anew_with_its_data(tmp_path):
    server = await embedded.start(tmp_path)
    await set_and_get(server, "kept")
    os.kill(server.pid, signal.SIGKILL)
    await server.stop()
    assert Path(server.socket_path).exists(), "what it left must not mislead the next start"
    following = await embedded.start(tmp_path)
    assert (following.adopted, await set_and_get(following, "")) == (False, "kept")
    assert (tmp_path / "valkey.pid").read_text() == str(following.pid)
    await following.stop()


async def test_a_killed_parent_leaves_a_server_that_the_next_one_adopts(tmp_path):
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", PARENT, tmp_path, cwd=ROOT, stdin=-1, stdout=-1)
    pid, adopted = (await parent.stdout.readline()).split()
    assert adopted == b"False"
    parent.kill()
    await parent.wait()
    server = await embedded.start(tmp_path)
    assert (server.adopted, server.pid) == (True, int(pid))
    await server.stop(even_adopted=True)
    await until_gone(server.pid)


async def test_an_interrupt_of_the_parents_terminal_does_not_reach_it(tmp_path):
    server = await embedded.start(tmp_path)
    assert os.getsid(server.pid) == server.pid
    await server.stop()


async def test_starts_at_once_give_one_server(tmp_path):
    servers = await asyncio.gather(*(embedded.start(tmp_path) for _ in range(8)))
    assert len({server.pid for server in servers}) == 1
    assert [server.adopted for server in servers].count(False) == 1
    await asyncio.gather(*(server.stop() for server in servers))


async def test_processes_that_start_at_once_share_one_server(tmp_path):
    command = (sys.executable, "-c", PARENT, tmp_path)
    parents = [await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=-1, stdout=-1) for _ in range(4)]
    lines = [(await parent.stdout.readline()).split() for parent in parents]
    for parent in parents:
        await parent.communicate(b"")
    assert len({pid for pid, _ in lines}) == 1
    assert [adopted for _, adopted in lines].count(b"False") == 1
    server = await embedded.start(tmp_path)
    await server.stop(even_adopted=True)
    await until_gone(server.pid)


@pytest.mark.parametrize("name", ["with a space", "回音数据", "100%", 'a"quote', "d" * 200])
async def test_any_directory_will_do(tmp_path, name):
    server = await embedded.start(tmp_path / name)
    assert len(server.socket_path.encode()) <= 100
    assert " " not in server.socket_path
    assert await set_and_get(server, "kept") is None
    adopted = await embedded.start(tmp_path / name)
    assert (adopted.pid, adopted.adopted) == (server.pid, True)
    await server.stop()
    assert (tmp_path / name / "appendonlydir").is_dir()
    assert not Path(server.socket_path).exists()
    assert Path(server.socket_path).parent.exists() is (Path(server.socket_path).parent == tmp_path / name)


async def test_another_place_for_temporary_files_still_finds_the_server(tmp_path, monkeypatch):
    home = tmp_path / "with a space"
    server = await embedded.start(home)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert (await embedded.start(home)).pid == server.pid
    await server.stop()


async def test_a_place_for_temporary_files_with_a_space_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "with a space"))
    server = await embedded.start(tmp_path / "b c")
    assert server.socket_path.startswith("/tmp/")
    await server.stop()


async def test_a_short_directory_prepared_by_somebody_else_is_refused(tmp_path, monkeypatch):
    home, elsewhere = tmp_path / "b c", tmp_path / "elsewhere"
    elsewhere.mkdir()
    with tempfile.TemporaryDirectory(dir="/tmp") as temporary:  # short, and of this test alone: nothing is left behind
        monkeypatch.setattr("tempfile.tempdir", temporary)
        short = embedded_files._short_directory(home)
        assert short.parent == Path(temporary)
        short.rmdir()
        short.symlink_to(elsewhere)
        with pytest.raises(embedded.EmbeddedValkeyError, match="belongs to somebody else"):
            await embedded.start(home)


async def test_a_server_that_cannot_start_says_why_and_what_to_do(tmp_path):
    (tmp_path / "appendonlydir").write_text("no folder")
    with pytest.raises(embedded.EmbeddedValkeyError, match=r"ended at once: .*config\.toml"):
        await embedded.start(tmp_path)


async def test_without_a_binary_the_error_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded_files, "find_spec", lambda name: None)
    with pytest.raises(embedded.EmbeddedValkeyError, match=r"\[storage\] redis = \"redis://"):
        await embedded.start(tmp_path)


async def test_a_start_that_is_given_up_leaves_no_process(tmp_path):
    start = asyncio.create_task(embedded.start(tmp_path))
    while not (tmp_path / "valkey.pid").exists():  # noqa: ASYNC110
        await asyncio.sleep(0)
    start.cancel()
    await asyncio.wait([start])
    assert not alive(int((tmp_path / "valkey.pid").read_text()))


@pytest.mark.parametrize(("reply", "ready"), [(b"+PONG\r\n", True), (b"-LOADING\r\n", False), (b"", False)])
async def test_a_server_that_still_loads_is_not_ready(tmp_path, reply, ready):
    async def answer(_reader, writer):
        writer.write(reply)
        writer.close()

    path = str(tmp_path / "s")
    async with await asyncio.start_unix_server(answer, path):
        assert await embedded._answers(path) is ready


async def test_a_server_that_hangs_is_reported(tmp_path, monkeypatch):
    server = await embedded.start(tmp_path)
    os.kill(server.pid, signal.SIGSTOP)
    monkeypatch.setattr(embedded, "START_TIMEOUT_S", 0.3)
    monkeypatch.setattr(embedded, "STOP_TIMEOUT_S", 0.3)
    with pytest.raises(embedded.EmbeddedValkeyError, match="does not answer"):
        await embedded.start(tmp_path)
    await server.stop()
    assert not alive(server.pid)


@pytest.mark.parametrize("damage", ["random bytes", "a tail of zeros", "no manifest"])
async def test_damaged_files_are_set_aside(tmp_path, damage):
    server = await embedded.start(tmp_path)
    await set_and_get(server, "kept")
    assert server.process
    server.process.kill()
    server.process.wait()
    files = tmp_path / "appendonlydir"
    [written] = files.glob("*.incr.aof")
    if damage == "no manifest":
        next(files.glob("*.manifest")).write_bytes(b"x")
    else:
        with written.open("ab") as file:
            file.write(b"\0" * 4096 if damage == "a tail of zeros" else os.urandom(3000))
    again = await embedded.start(tmp_path)
    assert await set_and_get(again, "new") in (None, "kept")
    await again.stop()


async def test_files_of_which_nothing_is_wrong_stay(tmp_path):
    (tmp_path / "valkey.log").write_text("Fatal error, can't open config file", encoding="utf-8")
    (tmp_path / "appendonlydir").mkdir()
    assert not embedded_files.set_damaged_aside(tmp_path)
    assert (tmp_path / "appendonlydir").exists()


async def test_a_server_that_was_stopped_is_ended_by_the_next_start(tmp_path):
    """Its parent is gone, and it keeps the lock without answering."""
    orphan = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        PARENT,
        str(tmp_path),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert orphan.stdout
    pid = int((await orphan.stdout.readline()).split()[0])
    orphan.kill()
    await orphan.wait()
    os.kill(pid, signal.SIGSTOP)
    server = await embedded.start(tmp_path)
    try:
        assert (server.adopted, server.pid == pid) == (False, False)
        assert await set_and_get(server, "after") is None
    finally:
        await server.stop()
    await until_gone(pid)
