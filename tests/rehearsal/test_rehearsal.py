"""`python -m bot rehearse`: invented messages on the real bot; sums agree, and the staff behaves as configured."""

import json
import logging
import re
import sqlite3
import subprocess
import sys
from argparse import Namespace
from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import structlog
from msgspec.structs import replace

from bot.config import install
from bot.config.tables import DigestTable
from bot.errors import CannotStart
from bot.rehearsal import play
from bot.rehearsal.columns import aligned, width
from bot.rehearsal.messages import forwarding_times, read
from storage import inbox
from tests.support.story import DEMONSTRATION, demonstration, without_digests
from tests.support.thinned import long_or_short

SUBJECTS = (
    ("食堂饭菜凉了", "中午打到的饭菜都是凉的，希望食堂改进。"),
    ("作业太多", "孩子每天写作业到十一点，考试也多。"),
    ("校门口拥堵", "放学时校门口堵车半小时，电动车乱停。"),
    ("退费一直没到账", "转学后餐费退费三个月没有到账。"),
    ("操场晚上太吵", "住在旁边，晚上十点还有人打球。"),
    ("12号楼没有热水", "宿舍连续三天没有热水。"),
)
COUNT = long_or_short(16, 7)
CLOCKS = ("00:20:00", "07:45:10", "10:05:00", "11:58:30", "17:29:59", "20:15:00", "23:50:00")

Rehearse = Callable[..., Awaitable[tuple[int, str]]]


def line(k: int, **changed: object) -> str:
    topic, text = SUBJECTS[k % len(SUBJECTS)]
    posted_at = f"20{10 + k // 12}-03-{1 + k % 28:02} {CLOCKS[k % len(CLOCKS)]}"
    return json.dumps({"id": str(k), "topic": topic, "posted_at": posted_at, "text": f"{text}（{k}）"} | changed)


@pytest.fixture
def messages(tmp_path: Path) -> Path:
    """Write the messages, the last of them twice."""
    return file(tmp_path, [*map(line, range(COUNT)), line(COUNT - 1, id="again")])


def file(directory: Path, lines: Iterable[str]) -> Path:
    path = directory / "messages.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def options(path: Path, **changed: object) -> Namespace:
    usual = {
        "days": 2,
        "limit": 1000,
        "start": "2026-11-02",
        "prompt": 0.6,
        "absent": 0.1,
        "dishonest": 0.0,
        "seed": 1,
        "keep": None,
        "wipe": False,
    }
    return Namespace(messages=path, **usual | changed)


@pytest.fixture
def silent() -> Iterator[None]:
    """The output contains no log lines."""
    configured = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    yield
    structlog.configure(**configured)


@pytest.fixture
def rehearse(silent: None, tmp_path: Path, messages: Path, capsys: pytest.CaptureFixture[str]) -> Rehearse:
    async def rehearsed(language: str = "zh", **changed: object) -> tuple[int, str]:
        quick = replace(demonstration(tmp_path, language).config, digest=DigestTable())  # digests take longest
        status = await play(install(quick), options(messages, **changed))
        return status, capsys.readouterr().out

    return rehearsed


def total(printed: str) -> list[int]:
    """Received, same day, in time, late, open, overdue, reminders."""
    found = re.search(r"^(?:合计|Total)\s+((?:\d+ +){7})", printed, re.MULTILINE)
    assert found
    return list(map(int, found[1].split()))


async def test_the_sums_add_up(rehearse: Rehearse) -> None:
    status, printed = await rehearse()
    assert status == 0
    assert "≠" not in printed
    assert re.search(rf"立件 \+ 并入 +{COUNT + 1} +=  +{COUNT + 1} +相符", printed)
    assert total(printed)[0] == COUNT


def without_speed(printed: str) -> list[str]:
    return printed.splitlines()[:-1]


@pytest.mark.long
async def test_a_seed_plays_the_same_twice_and_another_otherwise(rehearse: Rehearse) -> None:
    first, again, other = [(await rehearse(days=1, limit=4, seed=seed))[1] for seed in (1, 1, 2)]
    assert without_speed(first) == without_speed(again)
    assert without_speed(first) != without_speed(other)


async def test_prompt_staff_leave_nothing_overdue(rehearse: Rehearse) -> None:
    status, printed = await rehearse(prompt=1.0, absent=0.0)
    received, same_day, _, _, open, overdue, _ = total(printed)
    assert (status, open, overdue) == (0, 0, 0)
    assert same_day >= received - 4  # incidents found before midnight are due at 02:00
    assert all(day.split()[3] == "0" for day in printed.splitlines() if day.startswith("2026-"))


async def test_absent_staff_are_escalated_and_stay_overdue(rehearse: Rehearse, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    status, printed = await rehearse(language="en", prompt=0.0, absent=1.0, keep=kept)
    received, same_day, in_time, late, open, overdue, reminders = total(printed)
    assert status == 0
    assert (received, same_day, in_time, late, open, overdue) == (COUNT, 0, 0, 0, COUNT, COUNT)
    assert reminders > COUNT * 10
    assert "WRONG" not in printed
    assert (kept / "huiyin.db").exists()


async def test_a_lost_message_is_noticed(rehearse: Rehearse, monkeypatch: pytest.MonkeyPatch) -> None:
    store = inbox.store

    async def losing(channel: str, message: str, body: str, now: datetime, **where: str) -> int | None:
        return None if SUBJECTS[2][0] in body else await store(channel, message, body, now, **where)

    monkeypatch.setattr(inbox, "store", losing)
    status, printed = await rehearse(days=1, limit=4)
    assert status == 1
    assert re.search(r"立件 \+ 并入 +3 +≠ +4 +不符", printed)


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ("{not json", "malformed"),
        ('{"id": "1", "topic": "甲", "posted_at": "2026-01-01 10:00:00"}', "`text`"),
        ('{"id": "1", "topic": "甲", "posted_at": "yesterday", "text": "乙"}', "is no time"),
        ('{"id": "1", "topic": "甲", "posted_at": "2026-01-01 10:00:00", "text": 7}', "str"),
        ('{"id": "1", "topic": " ", "posted_at": "2026-01-01 10:00:00", "text": ""}', "neither"),
        ("[]", "array"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, broken: str, words: str) -> None:
    path = file(tmp_path, [line(0), "", broken, line(1)])
    with pytest.raises(CannotStart, match=r"messages\.jsonl, line 3: ") as refused:
        read(path, 1)
    assert words in str(refused.value)


@pytest.mark.parametrize(("content", "words"), [(None, "No such file"), (b" \n", "no message"), (b"\xff\xfe", "UTF-8")])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "messages.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CannotStart, match=words):
        read(path, 10)


@pytest.mark.parametrize(
    "changed",
    [
        {"days": 0}, {"limit": 0}, {"start": "tomorrow"}, {"prompt": 1.1}, {"absent": -0.1}, {"prompt": float("nan")},
        {"prompt": 0.7, "absent": 0.4}, {"keep": DEMONSTRATION.parent}, {"start": "9999-12-30"}, {"dishonest": 2},
    ],
)  # fmt: skip
async def test_options_out_of_range_are_refused(rehearse: Rehearse, changed: dict[str, object]) -> None:
    with pytest.raises(CannotStart, match=f"--{next(iter(changed))}"):
        await rehearse(**changed)


def test_messages_keep_their_time_of_day_and_their_order_by_day(tmp_path: Path) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    placed = forwarding_times(read(file(tmp_path, map(line, range(25))), 25), date(2026, 11, 2), 5, zone)
    moments = [at.astimezone(zone) for at, _ in placed]
    assert moments == sorted(moments)
    assert [sum(at.day == day for at in moments) for day in range(2, 7)] == [5, 5, 5, 5, 5]
    assert all(
        at.time() == message.posted_at.time() for at, message in zip(moments, [m for _, m in placed], strict=True)
    )
    assert moments[0] >= datetime(2026, 11, 2, tzinfo=zone)


def test_columns_are_aligned_when_characters_take_two_places() -> None:
    lines = aligned([("部门", "收到"), ("General", "7"), ("总务处（后勤）", "12")])
    assert len({width(each) for each in lines}) == 1
    assert lines[1] == "General            7"


def test_the_command(messages: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(without_digests(), encoding="utf-8")
    command = [sys.executable, "-m", "bot", "rehearse", "--config", str(config), "--messages", str(messages)]
    command += ["--days", "1", "--limit", "3"]
    played = subprocess.run(command, cwd=DEMONSTRATION.parent, capture_output=True, text=True, timeout=100)
    assert (played.returncode, played.stderr) == (0, "")
    assert total(played.stdout)[0] == 3
    refused = subprocess.run([*command, "--absent", "2"], cwd=DEMONSTRATION.parent, capture_output=True, text=True)
    assert refused.returncode == 2
    assert refused.stderr.startswith("huiyin: --absent 2.0 is no share")


def sent(directory: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(directory / "huiyin.db") as database:
        return database.execute("SELECT sent_at, conversation, state, body FROM outbox ORDER BY id").fetchall()


@pytest.mark.long
async def test_redis_emptied_every_hour_changes_no_message(rehearse: Rehearse, tmp_path: Path) -> None:
    calm, wiped = tmp_path / "calm", tmp_path / "wiped"
    assert (await rehearse(keep=calm, limit=5, days=2))[0] == 0
    assert (await rehearse(keep=wiped, limit=5, days=2, wipe=True))[0] == 0
    assert sent(wiped) == sent(calm)
    assert len(sent(calm)) > 30
