"""The group page's routes: access, refusals, and the format of the event stream."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp import ClientSession

from bot.channels.base import MESSAGE_LIMIT
from bot.web import event_frames, page_origin, page_requests
from bot.web.group_interface import SentFile
from bot.web.words import group_words
from tests.support.group_backend import MemoryGroup, serve

WEB = Path(event_frames.__file__).parent


@pytest.fixture(name="group")
def _group() -> MemoryGroup:
    return MemoryGroup()


@pytest.fixture(name="address")
async def _address(group: MemoryGroup) -> AsyncIterator[str]:
    runner, address = await serve(group)
    yield address
    await asyncio.wait_for(runner.cleanup(), 5)


@pytest.fixture(name="http")
async def _http() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


SAID = {"as": "wang", "text": "大家好", "quote": None, "private": False}


async def test_what_is_said_gets_an_id(http: ClientSession, address: str) -> None:
    async with http.post(f"{address}/say", json=SAID) as answer:
        assert (answer.status, await answer.json()) == (202, {"id": "1"})


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b'{"as": "wang"}', b'{"as": 1, "text": ""}', b"[" * 5000])
async def test_malformed_json_is_400(http: ClientSession, address: str, body: bytes) -> None:
    async with http.post(f"{address}/say", data=body) as answer:
        assert answer.status == 400
        assert "error" in await answer.json()


async def test_an_oversized_body_is_413(http: ClientSession, address: str, group: MemoryGroup) -> None:
    async with http.post(f"{address}/say", json=SAID | {"text": "a" * MESSAGE_LIMIT}) as answer:
        assert answer.status == 413
        assert "256 KB" in (await answer.json())["error"]
    assert group.log == []
    async with http.post(f"{address}/say", json=SAID | {"text": "a" * (MESSAGE_LIMIT - 100)}) as answer:
        assert answer.status == 202


async def test_a_refusal_is_a_sentence(http: ClientSession, address: str) -> None:
    async with http.post(f"{address}/clock", json={"move": "next"}) as answer:
        assert (answer.status, await answer.json()) == (400, {"error": "现在没有等着的时限。"})


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "192.168.1.5:8080"},
        {"Host": ""},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
    ],
)
async def test_other_sites_are_refused(
    http: ClientSession, address: str, group: MemoryGroup, headers: dict[str, str]
) -> None:
    async with http.post(f"{address}/say", json=SAID, headers=headers) as answer:
        assert answer.status == 403
    assert group.log == []


@pytest.mark.parametrize("host", ["localhost:{port}", "127.0.0.1:{port}", "[::1]:{port}"])
async def test_this_machine_is_let_in(http: ClientSession, address: str, host: str) -> None:
    name = host.format(port=address.split(":")[2].split("/")[0])
    async with http.get(f"{address}/state", headers={"Host": name, "Origin": f"http://{name}"}) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("path", ["", "/state", "/assets/group.js"])
async def test_every_answer_is_guarded(http: ClientSession, address: str, path: str) -> None:
    async with http.get(address + path) as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Cache-Control"] == ("no-cache" if "assets" in path else "no-store")


@pytest.mark.parametrize("name", ["../group.py", "..%2fgroup.py", "group_absent.js", "board.css"])
async def test_only_the_pages_own_files_are_served(http: ClientSession, address: str, name: str) -> None:
    async with http.get(f"{address}/assets/{name}") as answer:
        assert answer.status == 404


@pytest.mark.parametrize(
    ("name", "type", "served", "shown"),
    [
        ("日报 11-23.png", "image/png", "image/png", "inline"),
        ("台账.xlsx", "application/zip", "application/octet-stream", "attachment"),
        ("evil.html", "text/html", "application/octet-stream", "attachment"),
        ("evil.svg", "image/svg+xml", "application/octet-stream", "attachment"),
    ],
)
async def test_a_picture_is_shown_and_a_file_is_saved(
    http: ClientSession, address: str, group: MemoryGroup, name: str, type: str, served: str, shown: str
) -> None:
    group.files[7] = SentFile(name, type, b"bytes")
    async with http.get(f"{address}/files/7") as answer:
        assert (answer.status, await answer.read(), answer.content_type) == (200, b"bytes", served)
        assert answer.headers["Content-Disposition"] == f"{shown}; filename*=UTF-8''{quote(name, safe='')}"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["8", "x", "-1", "99999999999"])
async def test_no_other_file_is_served(http: ClientSession, address: str, path: str) -> None:
    async with http.get(f"{address}/files/{path}") as answer:
        assert answer.status == 404


async def test_files_are_for_this_machine_alone(http: ClientSession, address: str, group: MemoryGroup) -> None:
    group.files[7] = SentFile("日报.png", "image/png", b"bytes")
    for headers in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}):
        async with http.get(f"{address}/files/7", headers=headers) as answer:
            assert answer.status == 403


async def _frame(stream: Any) -> dict[str, str]:
    frame = (await asyncio.wait_for(stream.readuntil(b"\n\n"), 5)).decode()
    return dict(line.split(": ", 1) for line in frame.strip().splitlines())


async def test_the_stream_repeats_what_was_missed(http: ClientSession, address: str, group: MemoryGroup) -> None:
    await group.post("lin", "第一条")
    await group.post("lin", "第二条")
    async with http.get(f"{address}/events", headers={"Last-Event-ID": "1"}) as answer:
        assert answer.content_type == "text/event-stream"
        assert await _frame(answer.content) == {"retry": "1500"}
        missed = await _frame(answer.content)
        assert (missed["id"], missed["event"]) == ("2", "message")
        await group.post("lin", "第三条\n两行")
        assert "第三条\\n两行" in (await _frame(answer.content))["data"]


async def test_a_quiet_stream_is_kept_alive(http: ClientSession, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_frames, "HEARTBEAT_SECONDS", 0.05)
    async with http.get(f"{address}/events") as answer:
        await _frame(answer.content)
        assert await asyncio.wait_for(answer.content.readline(), 5) == b": still here\n"


def test_both_languages_say_the_same_things() -> None:
    chinese, english = group_words("zh"), group_words("en")
    assert chinese.keys() == english.keys()
    for key, sentence in chinese.items():
        assert set(re.findall(r"\{\w+\}", sentence)) == set(re.findall(r"\{\w+\}", english[key])), key


def test_every_word_is_used_and_every_used_word_exists() -> None:
    scripts = "".join(path.read_text() for path in sorted((WEB / "static").glob("group*.js")))
    asked = set(re.findall(r'"([a-z_]+)"', scripts)) | {f"example_{kind}" for kind in ("link", "text", "links")}
    asked |= {f"example_{kind}_kind" for kind in ("link", "text", "links")}
    shown = set(re.findall(r"words\.(\w+)", (WEB / "templates" / "group.html").read_text()))
    known = group_words("zh").keys()
    assert set(re.findall(r'\bt\("(\w+)"', scripts)) | shown <= known
    assert known <= asked | shown


def test_no_data_is_ever_put_in_as_markup() -> None:
    for script in (WEB / "static").glob("group*.js"):
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", script.read_text())


async def test_an_upload_is_the_bytes_alone(http: ClientSession, address: str, group: MemoryGroup) -> None:
    async with http.post(f"{address}/files?as=wang&name=a.png", data=b"\x89PNG rest") as answer:
        assert (answer.status, (await answer.json())["url"]) == (201, "/group/files/1")
    async with http.post(f"{address}/say", json=SAID | {"files": [1]}) as answer:
        assert answer.status == 202
    assert group.log[0]["attachments"][0]["name"] == "a.png"


async def test_another_site_uploads_nothing(http: ClientSession, address: str, group: MemoryGroup) -> None:
    for headers in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        async with http.post(f"{address}/files?as=wang", data=b"\x89PNG", headers=headers) as answer:
            assert answer.status == 403
    assert group.files == {}


async def test_a_search_answers_with_messages(http: ClientSession, address: str, group: MemoryGroup) -> None:
    await group.post("lin", "食堂有虫")
    async with http.get(f"{address}/find", params={"as": "wang", "words": "食堂"}) as answer:
        assert [one["text"] for one in (await answer.json())["messages"]] == ["食堂有虫"]


@pytest.mark.parametrize("path", ["/say", "/files?as=wang&name=a.txt", "/press", "/clock"])
async def test_a_body_that_stops_on_its_way_is_408(
    address: str, group: MemoryGroup, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(page_requests, "SILENCE_SECONDS", 0.1)
    port = int(address.split(":")[2].split("/")[0])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"POST /group{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 500\r\n\r\nhalf".encode())
    answer = await asyncio.wait_for(reader.readuntil(b"\r\n"), 10)
    writer.close()
    assert b" 408 " in answer
    assert group.log == []


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("192.168.1.5:8080", 200),
        ("[fd00::5]:8080", 200),
        ("school-server:8080", 200),
        ("evil.example", 403),
        ("192.168.1.5.evil.example", 403),
        ("", 403),
    ],
)
async def test_a_page_for_the_whole_network_is_reached_by_address_and_own_name(
    http: ClientSession, host: str, status: int
) -> None:
    runner, address = await serve(MemoryGroup(), hosts=(page_origin.ANY_ADDRESS, "school-server"))
    try:
        async with http.get(f"{address}/state", headers={"Host": host}) as answer:
            assert answer.status == status
    finally:
        await asyncio.wait_for(runner.cleanup(), 5)
