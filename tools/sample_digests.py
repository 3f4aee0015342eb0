"""Write docs/samples: a digest of each kind (picture, text, some in Word), a zero report and a ledger, of an invented school.

    python tools/sample_digests.py docs/samples

Rehearse four weeks of invented messages on the real bot, and make the samples on the evening of the third Friday.
"""

import asyncio
import json
import sys
from argparse import Namespace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot import rehearsal
from bot.config import read_installation
from bot.rehearsal.report import Report
from handlers.common.digest_content import Composed, compose
from handlers.common.ledger_file import write
from handlers.common.office import Office
from handlers.rules.time.schedule import due, parse
from handlers.rules.time.spans import span

CONFIG = Path(__file__).parents[1] / "config.toml"
FRIDAY = date(2026, 11, 20)
SUBJECTS = (
    ("食堂饭菜凉了", "中午打到的饭菜都是凉的，希望食堂改进。"),
    ("作业太多", "孩子每天写作业到十一点，考试也多。"),
    ("校门口拥堵", "放学时校门口堵车半小时，电动车乱停。"),
    ("退费一直没到账", "转学后餐费退费三个月没有到账。"),
    ("操场晚上太吵", "住在旁边，晚上十点还有人打球。"),
    ("宿舍没有热水", "宿舍连续三天没有热水。"),
    ("转学要什么材料", "想问转学报名要准备哪些材料，什么时候办。"),
    ("校服太薄", "冬季校服太薄，班主任又不让在外面加衣服。"),
    ("厕所没有纸", "教学楼二楼厕所常年没有纸，也有气味。"),
    ("课表排得太满", "初三课表没有体育课，请按课程标准来。"),
    ("门卫态度不好", "送东西被门卫训斥，希望注意方式。"),
    ("收费没有发票", "社团收费说没有发票，请财务说明。"),
)


class Sampling(Report):
    """A rehearsal's report that also makes the samples, on one evening."""

    folder: Path

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self._office = office

    async def end_of_day(self, day: date, now: datetime) -> None:
        if day == FRIDAY:
            await self._samples(now.astimezone(self._office.institution.zone) - timedelta(minutes=1))

    async def _samples(self, late: datetime) -> None:
        office = self._office
        issue = due("weekly", parse("fri 16:00"), office.institution.calendar, late)
        if issue is None:
            raise ValueError("no week")
        language = office.texts.language
        _keep(await compose(office, "weekly", issue.span, late, issue=3), self.folder / f"weekly.{language}")
        day = due("daily", parse("17:30"), office.institution.calendar, late)
        spans = {"daily": (day, 19), "numbered": (issue, 2)}
        for kind, (about, number) in spans.items():
            if about:
                made = await compose(office, kind, about.span, late, issue=number, word=False)
                _keep(made, self.folder / f"{kind}.{language}")
        _keep(await compose(office, "monthly", span("month", late), late), self.folder / f"monthly.{language}")
        empty = span("2026-10-25", late)
        _keep(await compose(office, "daily", empty, late, issue=1, word=False), self.folder / f"zero-report.{language}")
        await write(office, span("month", late), late, self.folder / f"ledger.{language}.xlsx")


def _keep(made: Composed, file: Path) -> None:
    file.with_name(f"{file.name}.png").write_bytes(made.picture.body)
    file.with_name(f"{file.name}.txt").write_text(made.text + "\n", encoding="utf-8")
    if made.document:
        file.with_name(f"{file.name}.docx").write_bytes(made.document.body)


def _messages(count: int) -> str:
    begin = datetime(2025, 3, 1, 7, 5)  # noqa: DTZ001 - as message boards write it
    lines = []
    for n in range(count):
        topic, text = SUBJECTS[(n * 7 + n // 5) % len(SUBJECTS)]
        posted = begin + timedelta(hours=7 * n, minutes=n * 13 % 60)
        lines.append({"id": str(n), "topic": f"{topic}（{n}）", "posted_at": f"{posted}", "text": f"{text}（{n}）"})
    return "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)


async def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    Sampling.folder = folder
    rehearsal.Report = Sampling  # type: ignore[misc]
    for language in ("zh", "en"):
        with TemporaryDirectory() as place:
            file = Path(place) / "messages.jsonl"
            file.write_text(_messages(160), encoding="utf-8")
            options = Namespace(
                messages=file,
                days=21,
                limit=160,
                start="2026-11-02",
                prompt=0.5,
                absent=0.12,
                seed=3,
                keep=None,
                wipe=False,
            )
            await rehearsal.play(read_installation(CONFIG, language=language), options)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
