"""People at work: they forward posts, acknowledge, draft, sign, publish, close, note, ask and reassign.

They see what is owed by looking into the tables, as people would by reading the group; what they say is chosen at
random among what helps a matter on and what disturbs it.
"""

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any

from tests.faults.doors import Doors
from tests.faults.setups import Setup
from tests.support.dingtalk import Sent
from tests.support.platforms import account
from tests.support.wecom import Seen

LIAISONS = {"教务处": "wu", "德育处": "chen", "总务处": "wang", "保卫处": "chu", "财务处": "wei", "招生办": "jiang"}
LEADERS = {"教务处": "sun", "德育处": "sun", "总务处": "qian", "保卫处": "qian", "财务处": "qian", "招生办": "sun"}
DOORS = ("wecom", "wecom", "app", "dingtalk", "dingtalk", "page")
TOPICS = ("食堂饭菜有异物", "校门口放学拥堵", "补课收费太高", "宿舍热水不够", "学费退费没有消息", "转学材料说不清")
FINAL = "经核实，情况属实，已整改到位，结果已公示。"
MOST_BACK = 30
"""How far back in a group people look for a card."""
_MATTERS = """
SELECT number, department, stage, acknowledged_at, replied_at,
       (SELECT COUNT(*) FROM requests WHERE incident_id = number AND state = 'pending'),
       (SELECT COUNT(*) FROM drafts WHERE incident_id = number)
FROM incidents
"""


@dataclass
class Load:
    """`posts` are the addresses that were forwarded, `notes` the words of notes, which are unique."""

    setup: Setup
    doors: Doors
    dice: random.Random
    most_posts: int
    posts: list[str] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)
    pages: int = 0
    matters: list[tuple[Any, ...]] = field(default_factory=list)

    async def run(self, pause: float) -> None:
        """Speak about every `pause` seconds, until cancelled."""
        while True:
            await self._look()
            self.speak()
            await asyncio.sleep(self.dice.uniform(0.3, 1.7) * pause)

    async def _look(self) -> None:
        try:
            async with asyncio.timeout(3.0):
                self.matters = await self.setup.rows(_MATTERS)
        except Exception:
            return  # the database is away: they go by what they saw last

    def speak(self) -> None:
        fresh = len(self.posts) < self.most_posts
        if fresh and (not self.matters or self.dice.random() < 0.25):
            self.forward()
            return
        if not self.matters:
            return
        open_ones = [one for one in self.matters if one[2] != "resolved"]
        matter = self.dice.choice(open_ones or self.matters)
        if self.dice.random() < 0.55:
            self._help_on(matter)
        else:
            self._disturb(matter[0], matter[1])

    def forward(self, again: bool = False) -> None:
        """Forward a new post, or one that was forwarded before."""
        if again and self.posts:
            url = self.dice.choice(self.posts)
        else:
            url = f"https://weibo.com/1234567890/M{len(self.posts):06}"
            self.posts.append(url)
        self._say("zhou", f"{self.dice.choice(TOPICS)} {url}")

    def _help_on(self, matter: tuple[Any, ...]) -> None:
        number, department, stage, acknowledged, replied, waiting, drafts = matter
        liaison, leader = LIAISONS.get(department, "li"), LEADERS.get(department, "zhao")
        if acknowledged is None:
            self._say(liaison, f"签收 {number}")
        elif waiting:
            if not self._press(leader, "同意"):
                self._say(leader, f"同意 {number}")
        elif replied is not None and stage != "resolved":
            self._say(liaison, f"办结 {number} 已整改到位并公布结果")
        elif not drafts:
            self._say(liaison, f"拟复 {number} {FINAL}")
        else:
            self.pages += 1
            self._say("zhou", f"已发布 {number} https://weibo.com/1234567890/P{self.pages:06}")

    def _disturb(self, number: int, department: str | None) -> None:
        draw = self.dice.random()
        if draw < 0.45:
            code = f"记录{len(self.notes):05}号"
            self.notes[code] = number
            self._say(LIAISONS.get(department or "", "li"), f"备注 {number} {code}")
        elif draw < 0.60:
            self._say(self.dice.choice(("li", "zhou", "wang")), self.dice.choice((f"查 {number}", "待办")))
        elif draw < 0.70:
            self._say("li", f"改派 {number} {self.dice.choice(list(LIAISONS))}")
        elif draw < 0.80:
            self._say(LIAISONS.get(department or "", "li"), f"延期 {number} 1天 等检测报告")
        elif draw < 0.90:
            self.forward(again=True)
        else:
            self._say("li", "失败")

    def _press(self, person: str, label: str) -> bool:
        """Press the button of the newest card that a person is shown; return False if there is none."""
        fakes = self.doors.fakes
        cards: list[Seen | Sent] = [
            one for one in fakes.world.seen if one.by == "app" and one.to == account(person) and label in one.buttons
        ]
        cards += [one for one in fakes.ding.sent[-MOST_BACK:] if one.card and label in one.buttons]
        if not cards or self.dice.random() < 0.5:
            return False
        self.doors.press(person, self.dice.choice(cards[-2:]), label)
        return True

    def _say(self, person: str, words: str) -> None:
        self.doors.say(self.dice.choice(DOORS), person, words)
