"""Print a rehearsal's results: a line per day, the ledger per department, the invariants and the speed."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from bot.rehearsal.columns import aligned, padded
from bot.rehearsal.invariants import Invariant
from handlers.common.office import Office
from handlers.rules.figures.statistics import Statistics, StatisticsLine
from storage import reports
from storage.tables import Duty, Incident, Outbox

_ZH = {
    "day": ("日期", "收到", "在办", "超时", "提醒"),
    "ledger": (
        "部门",
        "收到",
        "当日回复",
        "按时办结",
        "超时办结",
        "在办",
        "现超时",
        "提醒",
        "签字整改",
        "未答复办结",
        "回复中位（时）",
        "办结中位（时）",
    ),
    "total": "合计",
    "unassigned": "未分派",
    "invariants": "核对",
    "forwarded": "转发 = 立件 + 并入",
    "received": "台账收到 = 事件数",
    "open": "收到 = 办结 + 在办",
    "departments": "各部门之和 = 合计",
    "inbox": "收件箱未办或失败",
    "outbox": "发件箱未发或结果不明",
    "digests": "到点的报表 = 应发",
    "audit": "审计链断裂",
    "once": "提醒步骤各一次",
    "ladder": "提醒步骤 = 阶梯应有",
    "afterwards": "完成之后的提醒",
    "held": "无人经手的事件",
    "overruns": "有记录的超时 = 超时的事项",
    "booked": "各方超时之和 = 超时记录",
    "through": "蒙混过关",
    "sham closings": "没有答复也没有签字整改的办结",
    "sham publications": "不是页面也没有图片的发布",
    "sham approvals": "不是本人说的批准",
    "stay": "超时记录一件不少",
    "acts": "动了指标的都记在本人名下",
    "right": "相符",
    "wrong": "不符",
    "speed": "{messages} 条，{days} 天，用时 {seconds:.1f} 秒，每秒 {rate:.1f} 条",
    "kept": "数据库留在 {place}",
}
_EN = {
    "day": ("date", "received", "open", "overdue", "reminders"),
    "ledger": (
        "department", "received", "same day", "in time", "late", "open", "overdue", "reminders",
        "remedies", "unanswered", "median reply (h)", "median resolve (h)",
    ),
    "unassigned": "unassigned",
    "total": "Total",
    "invariants": "Sums",
    "forwarded": "forwarded = opened + joined",
    "received": "received in the ledger = incidents",
    "open": "received = resolved + open",
    "departments": "sum of the departments = total",
    "inbox": "unhandled or failed in the inbox",
    "outbox": "not sent or unknown in the outbox",
    "digests": "digests issued = due",
    "audit": "breaks in the audit trail",
    "once": "every step of a ladder once",
    "ladder": "steps that sounded = steps of the ladders",
    "afterwards": "reminders of what was done",
    "held": "incidents out of all hands",
    "overruns": "overruns on record = duties that ran over",
    "booked": "overruns of all parties = overruns on record",
    "through": "shams that got through",
    "sham closings": "closings without answer or signed remedy",
    "sham publications": "publications without page or picture",
    "sham approvals": "approvals not in the signer's own words",
    "stay": "overruns that were seen are on record",
    "acts": "acts that move figures, under who did them",
    "right": "right",
    "wrong": "WRONG",
    "speed": "{messages} messages, {days} days, in {seconds:.1f} s: {rate:.1f} messages a second",
    "kept": "the database is in {place}",
}  # fmt: skip
_WORDS = {"zh": _ZH, "en": _EN}
_DAY = (10, 8, 6, 7, 9)


class Report:
    def __init__(self, office: Office) -> None:
        self._words = _WORDS[office.texts.language]
        self._replied = office.texts.word("figure", "reply")
        self._started = False

    async def end_of_day(self, day: date, now: datetime) -> None:
        """Print a day's line: incidents received so far, open and overdue ones, and reminders so far."""
        if not self._started:
            self._print_line(self._words["day"])
            self._started = True
        late = await Duty.filter(state="open", due_at__lte=now).distinct().values_list("incident_id", flat=True)
        counts = (
            await Incident.all().count(),
            await Incident.exclude(stage__in=reports.ENDED_STAGES).count(),
            len(set(late)),
            await Outbox.filter(duty__isnull=False).count(),
        )
        self._print_line((day.isoformat(), *map(str, counts)))

    def _print_line(self, cells: Sequence[str]) -> None:
        print("  ".join(padded(cell, places) for cell, places in zip(cells, _DAY, strict=True)), flush=True)

    def ledger(self, table: Statistics) -> None:
        rows = [self._row(line.name or str(self._words["unassigned"]), line) for line in table.lines if line.received]
        total = self._row(str(self._words["total"]), table.total)
        name, received, _, *rest = self._words["ledger"]
        head = (name, received, self._replied, *rest)
        print("", *aligned([head, *rows, total]), sep="\n")

    def _row(self, name: str, line: StatisticsLine) -> tuple[str, ...]:
        late = line.resolved_of_those - line.in_time
        counts = (line.received, line.same_day, line.in_time, late, line.open, line.overdue)
        apart = (line.reminders, line.remedied, line.unanswered)
        return (name, *map(str, (*counts, *apart)), _hours(line.median_reply), _hours(line.median_resolve))

    def invariants(self, all: Sequence[Invariant]) -> None:
        rows = [
            (str(self._words[one.name]), str(one.found), "=" if one.holds else "≠", str(one.expected), self._word(one))
            for one in all
        ]
        print("", self._words["invariants"], *aligned(rows), sep="\n")

    def _word(self, one: Invariant) -> str:
        return str(self._words["right" if one.holds else "wrong"])

    def speed(self, messages: int, days: int, seconds: float) -> None:
        told = str(self._words["speed"])
        print("", told.format(messages=messages, days=days, seconds=seconds, rate=messages / seconds), sep="\n")

    def kept(self, place: str) -> None:
        print(str(self._words["kept"]).format(place=place))


def _hours(length: timedelta | None) -> str:
    return "–" if length is None else f"{length / timedelta(hours=1):.1f}"
