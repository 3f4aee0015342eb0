"""A small group in memory behind the local group page, for the page's tests and for viewing it.

`python -m tests.support.group_backend` serves it at http://127.0.0.1:8765/group.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Collection
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from bot.web.group import setup
from bot.web.group_interface import GroupPageError, PageEvent, SayRequest, SentFile

START = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)  # Monday 10:05 in Shanghai
PAGE = 200
PEOPLE = [
    ("lin", "林晓", "officer", "信息员", None),
    ("zhao", "赵敏", "officer", "信息员", None),
    ("wang", "王建国", "liaison", "联络员", "总务处"),
    ("zhang", "张老师", "liaison", "联络员", "教务处"),
    ("chen", "陈思", "liaison", "联络员", "德育处"),
    ("sun", "孙海", "liaison", "联络员", "安保处"),
    ("liu", "刘芳", "head", "部门负责人", "总务处"),
    ("he", "何伟", "head", "部门负责人", "教务处"),
    ("zhou", "周副校长", "leader", "分管领导", None),
    ("wu", "吴校长", "chief", "主要领导", None),
    ("ma", "马主任", "office", "办公室", None),
]
PHRASES = [{"label": verb, "text": f"{verb} "} for verb in ("签收", "拟复", "已发布", "办结", "延期", "查")]
USUAL = [{"label": word, "text": word} for word in ("待办", "帮助")]
STAGES = {"assigned": "已派单", "acknowledged": "已签收", "replied": "已答复", "resolved": "已办结"}


class MemoryGroup:
    def __init__(self) -> None:
        self.now = START
        self.redis = "ok"
        self.alarms: list[dict[str, Any]] = []
        self.language = "zh"
        self.log: list[dict[str, Any]] = []
        self.incidents: list[dict[str, Any]] = []
        self.events: list[PageEvent] = []
        self.pressed: list[tuple[str, str, str]] = []
        self.files: dict[int, SentFile] = {}
        self.offered: dict[str, list[dict[str, Any]]] = {}
        self.units: dict[str, str] = {}  # people of units below the office, by their ids
        self._news = asyncio.Condition()

    async def state(self, viewer: str | None) -> dict[str, Any]:
        seen = [one for one in self.log if one["to"] in (None, viewer) or one["from"] == viewer]
        return {
            "institution": "育才中学",
            "group": {"id": "g1", "name": "网上反映办理群"},
            "language": self.language,
            "zone": "Asia/Shanghai",
            "clock": self._clock(),
            "people": [person(*row) | self._unit(row[0]) for row in PEOPLE],
            "bot": {"id": "huiyin", "name": "回音"},
            "departments": ["教务处", "总务处", "德育处", "安保处", "医务室", "食堂"],
            "messages": seen[-PAGE:],
            "has_earlier": len(seen) > PAGE,
            "incidents": self._open(),
            "chips": self.chips(),
            "health": {"redis": self.redis, "database": "ok", "alarms": self.alarms},
        }

    def _unit(self, id: str) -> dict[str, str | None]:
        return {"unit": self.units.get(id)} if self.units else {}

    def chips(self) -> dict[str, list[dict[str, Any]]]:
        """Return the chips of everybody; 王建国 is offered what is to be acknowledged."""
        waiting = [f"签收 {one['number']}" for one in self.incidents if one["stage"] == "assigned"]
        own = {"wang": [{"label": words, "text": words, "strong": True} for words in waiting]} | self.offered
        return {key: [*own.get(key, []), *USUAL] for key, *_ in PEOPLE}

    async def find(self, words: str, viewer: str, before: str | None) -> dict[str, Any]:
        """Look at a page at once, so that a search of more has to go on."""
        seen = [one for one in self.log if one["to"] in (None, viewer) or one["from"] == viewer]
        left = [one for one in reversed(seen) if before is None or int(one["id"]) < int(before)]
        looked_at, rest = left[:PAGE], left[PAGE:]
        found = [one for one in looked_at if words in one["text"]][:30]
        return {"messages": found, "earlier": looked_at[-1]["id"] if rest else None}

    async def upload(self, person: str, name: str, body: bytes) -> dict[str, Any]:
        if not body.startswith(b"\x89PNG"):
            raise GroupPageError("看不出这是什么文件，没有上传。")
        number = len(self.files) + 1
        self.files[number] = SentFile(name, "image/png", body)
        return {"id": number, "kind": "picture", "name": name, "url": f"/group/files/{number}"}

    async def messages(self, before: str) -> dict[str, Any]:
        earlier = [one for one in self.log if int(one["id"]) < int(before)]
        return {"messages": earlier[-PAGE:], "has_earlier": len(earlier) > PAGE}

    async def subscribe(self, last_event_id: str | None) -> AsyncIterator[PageEvent]:
        position = int(last_event_id) if last_event_id else len(self.events)
        while True:
            async with self._news:
                while position == len(self.events):
                    await self._news.wait()
            yield self.events[position]
            position += 1

    async def say(self, person: str, asked: SayRequest) -> str:
        text, quote, private = asked.text, asked.quote, asked.private
        if text == "签收 404":
            raise GroupPageError("没有 #404 这件事。发“待办”看看有哪些。")
        quoted = next((one for one in self.log if one["id"] == quote), None)
        said = await self.post(
            person,
            text,
            to="huiyin" if private else None,
            attachments=[
                {"kind": "picture", "name": self.files[id].name, "url": f"/group/files/{id}"} for id in asked.files
            ],
            quote=quoted and {"id": quote, "name": quoted["name"], "text": quoted["text"][:80]},
        )
        await self._answer(person, text, private)
        return str(said["id"])

    async def press(self, person: str, message_id: str, key: str) -> None:
        self.pressed.append((person, message_id, key))
        message = next(one for one in self.log if one["id"] == message_id)
        done = {"acknowledge": "已由{}签收", "approve": "{}已同意", "refuse": "{}不同意"}[key.split(":")[0]]
        message["card"] = {**message["card"], "done": done.format(name_of(person)), "tone": "good"}
        await self.tell("change", message)
        await self._advance(int(key.split(":")[1]), "acknowledged", person)

    async def file(self, id: int) -> SentFile:
        if id not in self.files:
            raise GroupPageError("没有这个文件。", 404)
        return self.files[id]

    async def move_clock(self, move: str) -> dict[str, Any]:
        if move == "next" and not self.incidents:
            raise GroupPageError("现在没有等着的时限。")
        self.now += timedelta(hours={"+1h": 1, "next": 2, "morning": 21}[move])
        await self.tell("clock", self._clock())
        await self.tell("incidents", self._open())
        return self._clock()

    async def post(self, person: str, text: str, **more: Any) -> dict[str, Any]:
        message = {
            "id": str(len(self.log) + 1),
            "at": iso(self.now),
            "from": person,
            "name": name_of(person),
            "text": text,
            "mentions": [],
            "to": None,
            "quote": None,
            "card": None,
            "attachments": [],
        } | more
        self.log.append(message)
        await self.tell("message", message)
        return message

    async def tell(self, name: str, data: object) -> None:
        async with self._news:
            self.events.append((str(len(self.events) + 1), name, data))
            self._news.notify_all()

    async def open(self, title: str, number: int, **more: Any) -> None:
        incident = {
            "number": number,
            "title": title,
            "department": "总务处",
            "stage": "assigned",
            "stage_name": "已派单",
            "holder": "王建国",
            "due": [
                due("acknowledge", "签收", self.now + timedelta(minutes=30)),
                due("reply", "当日回复", START.replace(hour=16, minute=0)),
                due("resolve", "办结", START.replace(hour=16, minute=0) + timedelta(days=3)),
            ],
        } | more
        self.incidents.append(incident)
        await self.tell("incidents", self._open())
        await self.tell("chips", self.chips())

    async def _answer(self, person: str, text: str, private: bool) -> None:
        if private:
            await self.post("huiyin", "收到，只有你看得到。", to=person)
        elif text.startswith("@回音"):
            number = 12 + len(self.incidents)
            title = re.sub(r"https?://\S+|@回音", "", text).strip()[:24]
            await self.open(title, number)
            await self.post("huiyin", f"@王建国 请签收〔#{number}〕", mentions=["wang"], card=new_card(number, title))

    async def _advance(self, number: int, stage: str, person: str) -> None:
        for incident in self.incidents:
            if incident["number"] == number:
                incident |= {"stage": stage, "stage_name": STAGES[stage], "holder": name_of(person)}
                incident["due"][0]["met"] = True
        await self.tell("incidents", self._open())
        await self.tell("chips", self.chips())

    def _clock(self) -> dict[str, Any]:
        return {"now": iso(self.now), "moved": self.now != START, "movable": True}

    def _open(self) -> list[dict[str, Any]]:
        for one in (one for incident in self.incidents for one in incident["due"]):
            one["overdue"] = not one["met"] and datetime.fromisoformat(one["at"]) < self.now
        return self.incidents


def person(key: str, name: str, role: str, role_name: str, department: str | None) -> dict[str, Any]:
    return {
        "id": key,
        "name": name,
        "roles": [role],
        "role_names": [role_name],
        "department": department,
        "initial": name[0],
        "phrases": {"open": PHRASES, "ended": PHRASES[-1:]},
    }


def name_of(key: str) -> str:
    return next((name for other, name, *_ in PEOPLE if other == key), "回音")


def due(duty: str, name: str, at: datetime, met: bool = False) -> dict[str, Any]:
    return {"duty": duty, "name": name, "at": iso(at), "met": met, "overdue": False}


def iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def new_card(number: int, title: str) -> dict[str, Any]:
    return {
        "title": f"#{number} {title}",
        "facts": [
            ["来源", "微博 · 今天 09:40 发布"],
            ["部门", "总务处（联络员 王建国）"],
            ["签收", "今天 10:35 前"],
            ["当日回复", "今天 24:00 前"],
            ["办结", "11月26日 周四 24:00 前"],
        ],
        "buttons": [
            {"label": "签收", "key": f"acknowledge:{number}", "style": "primary"},
            {"label": "退单", "key": f"bounce:{number}", "style": "plain"},
        ],
        "done": None,
        "tone": "normal",
    }


async def serve(backend: MemoryGroup, port: int = 0, hosts: Collection[str] = ()) -> tuple[web.AppRunner, str]:
    app = web.Application()
    setup(app, backend, hosts)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/group"


async def look() -> None:
    _, address = await serve(MemoryGroup(), 8765)
    print(address, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(look())
