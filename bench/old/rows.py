"""The rows of an old database: five years of matters, each as the product leaves it, the newest of them open.

Every value follows from the matter's number, so that two builds are equal.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from msgspec import json

from handlers.common.office import Office
from handlers.rules.language.messages import Card, Message, Reply
from handlers.rules.posts.similarity import significant, terms
from storage import audit, text_digests
from storage.tables import to_ms

NOW = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
REPLY = "：经查属实，已经整改。"
YEARS = timedelta(days=5 * 365)
OPEN = 300
EVENTS, SENT, RECEIVED = 12, 12, 5
REMINDERS, WITH_CARD, LIST = (3, 4, 7), 5, 11
PLACES_OF_MESSAGES = (*["work"] * 9, "@wang", "@qian", "@wang")
HOUR, MINUTE = 3_600_000, 60_000
CHANNELS = ("local", "local", "local", "wecom", "dingtalk")
PLACES = [
    "食堂",
    "宿舍",
    "校门口",
    "操场",
    "图书馆",
    "实验楼",
    "体育馆",
    "停车场",
    "校车",
    "浴室",
    "教学楼",
    "家长群",
    "收费处",
    "保安室",
    "水房",
    "小卖部",
]
TROUBLES = [
    "饭菜里吃出异物",
    "夜里灯光太亮",
    "电动车乱停挡路",
    "退费三个月没到账",
    "空调坏了没人修",
    "收费不开票",
    "作业写到十一点",
    "水管漏水",
    "保安态度生硬",
    "围墙倒了一段",
    "施工噪音扰民",
    "厕所没有热水",
    "课间不让出教室",
    "名额分配不公开",
    "路灯不亮",
    "垃圾没人清理",
]
WISHES = [
    "希望给个说法",
    "请尽快处理",
    "已经反映过两次",
    "孩子都不敢去了",
    "到底谁来负责",
    "求公开结果",
    "请领导看看",
    "等了一个星期",
]


class Table(NamedTuple):
    """A table that is filled, its columns, and those of them that PostgreSQL keeps as JSON or as a truth value."""

    name: str
    columns: tuple[str, ...]


def _table(name: str, columns: str) -> Table:
    return Table(name, tuple(columns.split()))


TABLES = {
    table.name: table
    for table in (
        _table(
            "incidents",
            "number version title text tier stage department holder channel conversation platform posted_at found_at "
            "forwarded_by policy_id cycle helpers about bounces answer outcome result proof acknowledged_at replied_at "
            "resolved_at",
        ),
        _table("posts", "incident_id fingerprint url platform found_at forwarded_by"),
        _table("forwardings", "incident_id message joined by at"),
        _table("drafts", "incident_id edition text author created_at"),
        _table("requests", "incident_id cycle kind subject step asked_by asked_at state decided_by decided_at"),
        _table(
            "duties",
            "incident_id person cycle kind owner state started_at due_at first_due_at met_at next_at provisional "
            "reckoning",
        ),
        _table("overruns", "incident_id duty cycle kind owner holder department due_at recorded_at"),
        _table("publications", "incident_id cycle edition url fingerprint by at"),
        _table("holdings", "incident_id holder since until"),
        _table("last_words", "incident actor at version before"),
        _table("delegations", "giver taker why since until ended_at"),
        _table("events", "id incident at actor kind data texts hash"),
        _table("inbox", "channel message body received_at state attempts handled_at conversation sender"),
        _table(
            "outbox",
            "channel conversation incident duty body urgency planned_at not_before state attempts sent_at card "
            "platform_id carrier",
        ),
        _table("library_cases", "incident size ended"),
        _table("library_terms", "term incident"),
        _table("digests", "kind period year number since until text files issued_by issued_at"),
    )
}
Rows = dict[str, list[tuple[Any, ...]]]


class Builder:
    """The rows of `count` matters, with one audit chain through all of them."""

    def __init__(self, office: Office, count: int) -> None:
        self.count = count
        self._departments = [department.name for department in office.institution.departments]
        self._hash = audit.GENESIS
        self.events = 0
        self._outbox = 0

    def chunks(self, size: int = 5000) -> Iterator[Rows]:
        """Yield the rows of all tables, those of at most `size` matters at once."""
        for first in range(1, self.count + 1, size):
            self._rows: Rows = {name: [] for name in TABLES}
            for number in range(first, min(first + size, self.count + 1)):
                self._matter(number)
            yield self._rows
        self._rows = {name: [] for name in TABLES}
        self._days()
        yield self._rows

    def _matter(self, number: int) -> None:
        chance = random.Random(number)
        found = to_ms(NOW - YEARS * ((self.count - number + 1) / self.count))
        opened = number > self.count - OPEN
        department = self._departments[number % len(self._departments)]
        text = f"{chance.choice(PLACES)}{chance.choice(TROUBLES)}，{chance.choice(WISHES)}，{number}号家长"
        channel, replied = CHANNELS[number % len(CHANNELS)], found + int(chance.random() * 30 * HOUR) + HOUR
        resolved = replied + int(chance.random() * 40 * HOUR) + HOUR
        self._incident(number, text, department, found, replied, resolved, opened=opened)
        self._owed(number, found, replied, resolved, late=number % 10 == 0, opened=opened)
        self._trail(number, text, found, resolved)
        self._messages(number, channel, text, found, resolved)

    def _incident(
        self, number: int, text: str, department: str, found: int, replied: int, resolved: int, *, opened: bool
    ) -> None:
        rows, url = self._rows, f"https://weibo.com/1234567890/P{number}"
        ended = (None, None, None, None, found + HOUR, None, None)
        if not opened:
            ended = ("已经办好", "remedied", "已整改并回访", f"{url}/r", found + HOUR, replied, resolved)  # type: ignore[assignment]
        holder = f"department:{department}"
        rows["incidents"].append((
            number, 5, text, text, "general", "acknowledged" if opened else "resolved", department,
            holder if opened else "closed", "local", "work", "weibo", found - HOUR, found, "zhou", 1, 1,
            "[]", "[]", "[]", *ended,
        ))  # fmt: skip
        rows["posts"].append((number, f"weibo:{number}", url, "weibo", found, "zhou"))
        rows["forwardings"].append((number, f"local:m{number}", False, "zhou", found))
        rows["drafts"].append((number, 1, f"{text}{REPLY}", "wang", found + HOUR))
        subject = '{"edition": 1}'
        rows["requests"].append((number, 1, "reply", subject, 1, "wang", found + HOUR, "approved", "qian", replied))
        if number % 10 == 0:
            subject = '{"kind": "reply", "reason": "等检测"}'
            rows["requests"].append((
                number, 1, "extension", subject, 1, "wang", found + HOUR, "granted", "qian", found + 2 * HOUR
            ))  # fmt: skip
        if not opened:
            rows["publications"].append((number, 1, 1, f"{url}/a", f"weibo:{number}a", "zhou", replied))
        for held, since, until in (
            ("desk", found, found + MINUTE),
            (holder, found + MINUTE, None if opened else resolved),
        ):
            rows["holdings"].append((number, held, since, until))
        before = '{"incident": {}, "duties": [], "requests": [], "opened": [], "request": null, "draft": null, '
        before += f'"published": [], "kinds": ["resolved"], "inbox": {number * RECEIVED}}}'
        rows["last_words"].append((number, "wang", found + HOUR if opened else resolved, 5, before))
        found_terms = terms(text)
        rows["library_cases"].append((number, len(significant(found_terms)), not opened))
        rows["library_terms"] += [(term, number) for term in sorted(found_terms)]

    def _owed(self, number: int, found: int, replied: int, resolved: int, *, late: bool, opened: bool) -> None:
        due = replied - MINUTE if late else resolved + 24 * HOUR
        for kind, met in (("acknowledge", found + HOUR), ("reply", replied), ("resolve", resolved), ("calm", resolved)):
            owed = opened and kind != "acknowledge"
            ends = (
                found + 2 * HOUR
                if kind == "acknowledge"
                else max(due, to_ms(NOW) + number % 40 * HOUR)
                if owed
                else due
            )
            state = "open" if owed else "met"
            self._rows["duties"].append((
                number, None, 1, kind, "department", state, found, ends, ends, None if owed else met,
                ends - HOUR if owed else None, False, "{}",
            ))  # fmt: skip
        if late and not opened:
            department = self._departments[number % len(self._departments)]
            owner = f"department:{department}"
            self._rows["overruns"].append((number, number * 4 - 2, 1, "reply", owner, owner, department, due, due))

    def _trail(self, number: int, text: str, found: int, resolved: int) -> None:
        self._event(number, found, "zhou", "opened", {"title": text, "text": text, "posts": [f"weibo:{number}"]})
        middle = ("assigned", "acknowledged", "drafted", "reminded", "reminded", "approved", "reminded", "published")
        for n, kind in enumerate((*middle, "looked", "reminded", "resolved"), 1):
            data = {"duty": number * 4, "edition": 1} | ({"text": f"{text}{REPLY}"} if kind == "drafted" else {})
            self._event(number, found + (resolved - found) * n // (EVENTS - 1), "wang", kind, data)

    def _event(self, number: int | None, at: int, actor: str, kind: str, data: dict[str, Any]) -> None:
        self.events += 1
        sealed, texts = text_digests.seal(data)
        row = (self.events, number, at, actor, kind, json.encode(sealed, order="sorted").decode())
        self._hash = audit.digest(self._hash, *row)
        self._rows["events"].append((*row, json.encode(texts).decode() if texts else None, self._hash))

    def _messages(self, number: int, channel: str, text: str, found: int, resolved: int) -> None:
        for n in range(RECEIVED):
            self._received(number, n, channel, text, found + (resolved - found) * n // RECEIVED)
        for n in range(SENT):
            self._sent(number, n, channel, text, found + (resolved - found) * n // SENT)

    def _received(self, number: int, n: int, channel: str, text: str, at: int) -> None:
        id, sender, words = (f"m{number}-{n}", "wang", f"签收 {number}") if n else (f"m{number}", "zhou", text)
        said = Message(channel=channel, id=id, conversation="work", sender=sender, sent_at=NOW, text=words)
        body = json.encode(said).decode()
        self._rows["inbox"].append((channel, id, body, at, "done", 1, at + 300, "work", sender))

    def _sent(self, number: int, n: int, channel: str, text: str, at: int) -> None:
        """Add a message: of twelve three are reminders, one has a card, the next went out with it, one is a list."""
        self._outbox += 1
        card = Card(id=f"c{number}", title=text) if n == WITH_CARD else None
        words = f"#{number} {text}：第 {n} 次提醒，请 #{number} 的承办部门回复。"
        body = json.encode(Reply(text=words, card=card)).decode()
        reminder = n in REMINDERS
        self._rows["outbox"].append((
            channel, PLACES_OF_MESSAGES[n], None if n == LIST else number, number * 4 - 1 if reminder else None, body,
            at if reminder else 0, at, at, "accepted", 1, at + 400, card.id if card else None, f"p{self._outbox}",
            self._outbox - 1 if n == WITH_CARD + 1 else None,
        ))  # fmt: skip

    def _days(self) -> None:
        """Add what belongs to no matter: three check-ins, a delegation and a digest a day."""
        for day in range(YEARS.days):
            at = to_ms(NOW - YEARS + timedelta(days=day))
            for hours in (1, 4, 9):
                due = at + hours * HOUR
                self._rows["duties"].append((
                    None, "li", 1, "check-in", "li", "met", due - HOUR, due, due, due - MINUTE, None, False, "{}"
                ))  # fmt: skip
            self._rows["delegations"].append(("qian", "sun", "authority", at, at + HOUR, at + HOUR))
            about = max(1, self.count * day // YEARS.days)
            text = "\n".join(f"#{n} 逾期" for n in range(about, about + 20))
            self._rows["digests"].append((
                "daily", f"{day}", 2022 + day // 365, day % 365 + 1, at, at + 24 * HOUR, text, "[]", "clock", at
            ))  # fmt: skip
