"""The checks of the fault machine find what they are there for."""

from collections import Counter
from types import SimpleNamespace
from typing import Any

from msgspec import json

from tests.faults import message_invariants as messages
from tests.faults.evidence import Evidence
from tests.faults.machine import not_made
from tests.faults.school import Shown
from tests.support.rows import NOW


def evidence(said: int, planned: list[int], **outbox: Any) -> Evidence:
    """Return what a run would leave in which so many commands were done at 1, 2, 3 …, and answers were planned at."""
    doors = SimpleNamespace(all=[SimpleNamespace(channel="wecom", id=f"m{n:03}") for n in range(1, said + 1)])
    body = json.encode({"text": "待办", "press": None}).decode()
    inbox = [("wecom", f"wecom:m{n:03}", "done", None, body, None, None, n) for n in range(1, said + 1)]
    row = {"told_at": None, "failure": None, "body": "{}", **outbox}
    arena: Any = SimpleNamespace(doors=doors)
    return Evidence(arena, NOW, inbox, [{**row, "id": at, "planned_at": at} for at in planned], [], [], 0)


async def test_a_command_without_an_answer_is_found_however_many_answers_there_are() -> None:
    assert await messages.answered(evidence(100, list(range(1, 101)))) == []
    found = await messages.answered(evidence(100, [*range(1, 100), *range(200, 300)]))
    assert found == [("no answer", "wecom", "wecom:m100", "待办")]


async def test_a_mark_on_what_no_platform_saw_before_is_found() -> None:
    found = evidence(0, [])
    found.shown = [Shown("wecom", "g", "没有等总务处办的事项。", marked=True)]
    found.tried = [("dingtalk", "没有等总务处办的事项。"), ("wecom", "text没有等总务处办的事项。")]
    assert await messages.marks_mean_repeats(found) == [("wecom", "g", "没有等总务处办的事项。")]
    found.tried.append(("wecom", "text没有等总务处办的事项。"))
    assert await messages.marks_mean_repeats(found) == []


async def test_a_send_that_storage_ended_before_its_platform_saw_it_is_found() -> None:
    """It is told as unknown, though it surely did not go out: a person would have to ask for nothing."""
    words = "签收了1号事项，请在11月26日前办结。"
    row = {"state": "unknown", "error": "fault: OperationalError: database is locked", "channel": "wecom"}
    found = evidence(0, [1], **row, core=words)
    assert len(await messages.unknown_was_tried(found)) == 1
    found.tried = [("dingtalk", words)]
    assert len(await messages.unknown_was_tried(found)) == 1
    found.tried = [("wecom", f"text{words}")]
    assert await messages.unknown_was_tried(found) == []
    for error in ("WeCom at localhost: ServerDisconnectedError", "not sent within 30 s"):  # of the platform
        assert await messages.unknown_was_tried(evidence(0, [1], **{**row, "error": error}, core=words)) == []


async def test_what_wecom_drops_is_found_unless_the_clock_was_moved_just_then() -> None:
    text = Shown("wecom", "u", "没有等总务处办的事项。", marked=False)
    found = evidence(0, [1], state="accepted", channel="wecom", to="u", core=text.core, update=False)
    found.arena.fakes = SimpleNamespace(dropped=lambda: [(NOW, text)])  # type: ignore[assignment]
    for moved, lost in ((False, 1), (True, 0)):
        found.arena.was_moved = lambda _, moved=moved: moved  # type: ignore[misc, method-assign]
        assert len(await messages.what_was_sent_arrived(found)) == lost


def told(text: str) -> dict[str, Any]:
    return {"told_at": 1, "body": json.encode({"text": text}).decode()}


async def test_a_failure_that_no_notice_names_is_found_though_one_leaves_some_out() -> None:
    notice = "有 7 项没有办成：\n4. 甲\n其余 1 项没有列出。"
    found = evidence(0, [1], **told(notice))
    failed = {"told_at": 1, "body": "{}", "state": "failed", "error": "", "core": ""}
    for number, unnamed in ((4, 0), (5, 0), (6, 2)):
        found.outbox.append({"id": number, "failure": number, "planned_at": number, **failed})
        rows = [row for row in found.outbox if row["failure"] is not None]
        found.outbox = [{**found.outbox[0], "state": "accepted"}, *rows]
        assert len(await messages.what_was_not_sent_is_told(found)) == unnamed


def test_faults_that_were_not_made_are_found() -> None:
    made = {"a": Counter({"server": 19}), "b": Counter({"not done: OSError": 1, "server": 1})}
    assert not_made(made) == []
    assert not_made({**made, "c": Counter({"nothing: it was starting": 2})}) == [("c", 2)]
    assert not_made({"a": Counter({"not done: TimeoutError": 3, "server": 3}), "b": Counter(server=2)}) == [("a", 3)]
