"""Make the forms and the archive of `docs/samples`: an invented incident of the demonstration's school, played on the real bot with a moved clock.

`python tools/sample_forms.py [DIRECTORY]`
"""

import asyncio
import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.app import open_bot
from bot.clock import StandingClock
from bot.config import parse_installation
from bot.runtime import Bot
from storage import duties, files
from storage.tables import File

ROOT = Path(__file__).parents[1]
ROSTER = '\n[[roster]]\npeople = ["zhou", "li"]\nsince = "2026-11-23"\nholidays = 2\n'
BEGIN = datetime(2026, 11, 23, 10, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
LINES = {
    "zh": (
        ("zhou", "@回音 上报 家长反映：食堂今天中午的饭菜里有异物，孩子吃完肚子疼，食堂员工态度也不好，请学校给个说法，联系电话13812345678 https://weibo.com/1234567890/Ab1cD2eF3"),
        ("li", "升级 1 重大 家长群转发较多"),
        ("wang", "签收 1"),
        ("qian", "批办 1 请总务处今天封存留样，三日内公布结果"),
        ("wang", "核实 1 部分属实 后厨一只筛网破损，金属丝混入菜中"),
        ("zhou", "巡查 无异常"),
        ("wang", "拟复 1 我们已封存当日留样并送检，停用破损筛网，11月26日前公布检测结果和整改情况。"),
        ("qian", "同意"),
        ("zhou", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1"),
        ("chu", "@回音 上报 放学时校门口堵车，有电动车逆行，险些撞到学生 @保卫处"),
        ("li", "处置单 1"),
        ("li", "联系单 1"),
    ),
    "en": (
        ("zhou", "@Huiyin report a parent says there was a piece of wire in today's canteen food, and asks for an answer https://weibo.com/1234567890/Ab1cD2eF3"),
        ("li", "escalate 1 major it spreads among the parents"),
        ("wang", "ack 1"),
        ("qian", "instruct 1 seal the samples today and publish the result within three days"),
        ("wang", "verify 1 partly a sieve in the kitchen was broken"),
        ("zhou", "patrol nothing found"),
        ("wang", "draft 1 We have sealed the day's samples, taken the broken sieve out of use, and will publish the result by 26 November."),
        ("qian", "approve"),
        ("zhou", "published 1 https://weibo.com/1234567890/Xy9zK8wQ1"),
        ("zhou", "@Huiyin report cars block the gate after school, an electric bicycle nearly hit a pupil"),
        ("li", "handling form 1"),
        ("li", "liaison form 1"),
    ),
}  # fmt: skip
LATER = {
    "zh": (
        ("li", "催办单 1"),
        ("wang", "拟复 1 留样检测合格，报告已贴在食堂公告栏；供货商和全部筛网已更换，食堂增设异物检查岗。"),
        ("qian", "同意发布 1"),
        ("zhou", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ2"),
        ("wang", "办结 1 整改：更换供货商和全部筛网，食堂增设异物检查岗"),
        ("wang", "总结 1 起因是筛网老化没有更换计划；今后每周检查器具并登记，留样结果当日公开。"),
        ("li", "总结报告 1"),
        ("li", "通报"),
        ("li", "归档 1"),
    ),
    "en": (
        ("li", "reminder notice 1"),
        (
            "wang",
            "draft 1 The samples are clean, the report is on the notice board; supplier and sieves were replaced.",
        ),
        ("qian", "approve reply 1"),
        ("zhou", "published 1 https://weibo.com/1234567890/Xy9zK8wQ2"),
        ("wang", "resolve 1 remedied: supplier and sieves replaced, a check for foreign bodies added"),
        ("wang", "summary 1 the sieves had no date for replacement; from now on tools are checked every week."),
        ("li", "summary report 1"),
        ("li", "bulletin"),
        ("li", "archive 1"),
    ),
}


@dataclass
class Simulation:
    bot: Bot
    clock: StandingClock

    async def say(self, person: str, text: str) -> None:
        assert self.bot.local
        await self.bot.local.say(person, text)
        await self.bot.drain()
        self.clock.advance(timedelta(minutes=7))
        await self.bot.drain()

    async def until(self, moment: datetime) -> None:
        while (at := await duties.next_step_at()) is not None and at <= moment:
            self.clock.set(max(at, self.clock.now()))
            await self.bot.drain()
        self.clock.set(moment)
        await self.bot.drain()


async def play(language: str, to: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="huiyin-samples-") as directory:
        text = (ROOT / "config.toml").read_text(encoding="utf-8") + ROSTER
        text = text.replace("sqlite:///var/", f"sqlite:///{directory}/")
        text = text.replace("[storage]", f'[storage]\ndirectory = "{directory}"')
        clock = StandingClock(BEGIN)
        async with open_bot(parse_installation(text, ROOT / "config.toml", language=language), clock) as bot:
            simulation = Simulation(bot, clock)
            for person, words in LINES[language]:
                await simulation.say(person, words)
            await simulation.until(BEGIN + timedelta(days=4, hours=1))
            for person, words in LATER[language]:
                await simulation.say(person, words)
            await _write(to)


async def _write(to: Path) -> None:
    to.mkdir(parents=True, exist_ok=True)
    newest: dict[str, tuple[str, bytes]] = {}
    for row in await File.all().order_by("id").values_list("id", flat=True):
        stored, body = await files.read(int(str(row))) or (None, b"")
        if stored:
            newest[stored.name.split("〔")[0].rsplit(" ", 1)[0]] = (stored.name, body)
    for kind, (name, body) in newest.items():
        (to / f"{kind}{Path(name).suffix}").write_bytes(body)


def main() -> None:
    directory = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "samples"
    for language in ("zh", "en"):
        asyncio.run(play(language, directory / language))


if __name__ == "__main__":
    main()
