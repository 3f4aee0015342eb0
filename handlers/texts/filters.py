"""The Jinja filters of the texts: format times, lengths of time, names and terms, in Chinese and in English."""

import math
import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from handlers.rules.incident.case import Case
from handlers.rules.language.masking import mask, mask_public
from handlers.rules.people.institution import DESK, Institution
from handlers.rules.time.deadline_trace import TraceDay

WordTable = Mapping[tuple[str, str], str]
WORDS: dict[str, dict[str, dict[str, str]]] = {
    "zh": {
        "duty": {
            "acknowledge": "签收", "assign": "分派", "instruct": "批办", "report": "上报", "verify": "核实",
            "reply": "答复", "resolve": "办结", "follow-up": "续报", "summary": "总结", "calm": "平息", "promise": "承诺事项", "closing": "结案",
            "stand": "仍可见核对",
            "check-in": "巡查", "daily report": "日报", "weekly bulletin": "周报", "monthly summary": "月报",
        },
        "stage": {
            "unassigned": "待分派", "assigned": "待签收", "acknowledged": "办理中", "replied": "已回复", "resolved": "已办结",
            "withdrawn": "已撤件", "merged": "已并案",
        },
        "outcome": {"answered": "已答复", "remedied": "已整改", "adopted": "已采纳", "clarified": "已澄清", "transferred": "已转办"},
        "request": {
            "reply": "答复", "extension": "延期", "withdrawal": "撤件", "concern": "更正涉及人", "remedy": "整改",
            "unanswerable": "不公开答复",
        },
        "role": {
            "officer": "信息员", "liaison": "联络员", "head": "部门负责人", "leader": "分管领导", "chief": "主要领导", "office": "办公室",
        },
        "tier": {"general": "一般", "major": "重大", "critical": "特别重大"},
        "platform": {
            "weibo": "微博", "wechat": "微信公众号", "douyin": "抖音", "kuaishou": "快手", "xiaohongshu": "小红书",
            "zhihu": "知乎", "bilibili": "哔哩哔哩", "tieba": "百度贴吧", "toutiao": "今日头条", "douban": "豆瓣",
            "people": "人民网", "text": "文字", "picture": "截图", "file": "文件",
        },
        "desk": {"": "值守台", "closed": "已结束"},
        "channel": {"local": "网页群聊", "dingtalk": "钉钉", "wecom": "企业微信", "wecom-robot": "企业微信", "wecom-app": "企业微信"},
        "event": {
            "opened": "上报", "acknowledged": "签收", "assigned": "改派", "led": "牵头协办", "bounced": "退单", "drafted": "拟复",
            "approved": "同意", "rejected": "不同意", "reason": "不同意的理由", "published": "已发布", "resolved": "办结",
            "extension asked": "申请延期", "withdrawal asked": "申请撤件", "withdrawn": "撤件", "remedy asked": "申请整改办结",
            "unanswerable asked": "申请不公开答复", "unanswerable": "不公开答复", "promise kept": "兑现承诺", "promise moved": "承诺改期",
            "instructed": "批办",
            "verified": "核实", "kind": "类别", "followed up": "续报", "note": "备注", "reported": "已报", "summarised": "总结",
            "calm": "平息", "heat": "热度", "escalated": "升级", "superior": "上级批示", "tier": "级别", "transferred": "转办",
            "concern": "涉及", "concern asked": "申请更正涉及人", "joined": "并入的帖子", "named": "补全标题", "merged": "并案", "merged in": "并案", "reopened": "重办", "attached": "附件",
            "stands": "答复仍在", "gone": "答复已不在", "looked": "查看网址",
        },
        "act": {
            "withdrawn": "误报撤件", "merged": "并案", "reassigned": "改派", "bounced": "退单", "reopened": "重办", "transferred": "转办",
            "tier": "调级", "unanswered": "未答复办结",
        },
        "kind": {"request": "咨询诉求", "suggestion": "意见建议", "disputed": "信息失实", "surge": "集中热议"},
        "day": {"weekend": "周末", "holiday": "节假日", "make-up": "调休上班", "local-off": "本单位放假", "workday": "工作日"},
        "weekday": dict(zip("0123456", "一二三四五六日", strict=True)),
    },
    "en": {
        "duty": {
            "acknowledge": "acknowledge", "assign": "assignment", "instruct": "instruction", "report": "report",
            "verify": "verification", "reply": "reply", "resolve": "resolution", "follow-up": "follow-up",
            "summary": "summary", "calm": "calming", "promise": "promise", "closing": "closing", "check-in": "check-in",
            "stand": "answer still public",
            "daily report": "daily report", "weekly bulletin": "weekly bulletin", "monthly summary": "monthly summary",
        },
        "stage": {
            "unassigned": "unassigned", "assigned": "to be acknowledged", "acknowledged": "in hand",
            "replied": "replied", "resolved": "resolved", "withdrawn": "withdrawn", "merged": "merged",
        },
        "outcome": {"answered": "answered", "remedied": "remedied", "adopted": "adopted", "clarified": "clarified",
                    "transferred": "transferred"},
        "request": {
            "reply": "reply", "extension": "extension", "withdrawal": "withdrawal",
            "concern": "correction of whom it is about", "remedy": "remedy", "unanswerable": "request to answer nobody",
        },
        "role": {
            "officer": "officer", "liaison": "liaison", "head": "head", "leader": "leader", "chief": "chief", "office": "office",
        },
        "tier": {"general": "general", "major": "major", "critical": "critical"},
        "platform": {
            "weibo": "Weibo", "wechat": "WeChat article", "douyin": "Douyin", "kuaishou": "Kuaishou",
            "xiaohongshu": "Xiaohongshu", "zhihu": "Zhihu", "bilibili": "Bilibili", "tieba": "Baidu Tieba",
            "toutiao": "Toutiao", "douban": "Douban", "people": "People's Daily Online", "text": "text",
            "picture": "a screenshot", "file": "a file",
        },
        "desk": {"": "the desk", "closed": "closed"},
        "channel": {
            "local": "the group page", "dingtalk": "DingTalk", "wecom": "WeCom", "wecom-robot": "WeCom", "wecom-app": "WeCom",
        },
        "event": {
            "opened": "report", "acknowledged": "ack", "assigned": "assign", "led": "lead", "bounced": "return",
            "drafted": "draft", "approved": "approve", "rejected": "reject", "published": "published",
            "resolved": "resolve", "extension asked": "extend", "withdrawal asked": "withdraw", "remedy asked": "ask to close as remedied",
            "unanswerable asked": "ask to answer nobody", "unanswerable": "nobody is answered", "instructed": "instruct",
            "verified": "verify", "followed up": "update", "summarised": "summary", "escalated": "escalate",
            "transferred": "transfer", "concern": "concerns", "concern asked": "clear", "merged": "merge", "reopened": "reopen",
            "stands": "still there", "gone": "answer gone", "looked": "looked at the address",
        },
        "act": {
            "withdrawn": "withdrawn", "merged": "merged", "reassigned": "reassigned", "bounced": "returned",
            "reopened": "reopened", "transferred": "transferred", "tier": "tier changed", "unanswered": "closed unanswered",
        },
        "kind": {"request": "request", "suggestion": "suggestion", "disputed": "disputed facts", "surge": "surge"},
        "day": {"weekend": "weekend", "holiday": "holiday", "make-up": "worked", "local-off": "day off", "workday": "workday"},
        "weekday": dict(zip("0123456", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True)),
    },
}  # fmt: skip

FESTIVALS = {
    "New Year's Day": "元旦", "Spring Festival": "春节", "Tomb-sweeping Day": "清明节", "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节", "Mid-autumn Festival": "中秋节", "National Day": "国庆节",
}  # fmt: skip
PERIODS = {
    "same day": "当日", "half day": "半个工作日", "end of workday": "下班前", "day of resolve": "办结当日",
    "promised": "按承诺", "instructed": "按批示",
}  # fmt: skip
IN_BUSINESS_HOURS = " in business hours"
_UNITS = {
    "zh": {"m": "分钟", "h": "小时", "d": "天", "wd": "个工作日"},
    "en": {"m": " min", "h": " h", "d": " d", "wd": " working days"},
}

FILTER_NAMES = ("when", "start", "clock", "span", "person", "people", "department", "holder", "duty", "stage", "outcome", "request",
         "role", "tier", "platform", "kind", "short", "mask", "ours", "excerpt", "seconds", "period", "moment", "day", "reason", "second", "proof", "event", "channel", "date", "share", "end", "act")  # fmt: skip


_written_at: ContextVar[datetime | None] = ContextVar("written_at", default=None)


def written_at(now: datetime) -> None:
    """Let this task's texts be written at `now` (aware): dates of another year than that are shown with their year."""
    _written_at.set(now)


SAME_DAY = {"zh": "当日回复", "en": "same-day reply"}
"""The name of the reply in a regime that wants it on the day of the find."""


def word(language: str, kind: str, value: str) -> str:
    """Return the term for a value; the value itself if it has none, such as a host name."""
    return WORDS[language][kind].get(value, value)


def filters(language: str, institution: Institution, words: WordTable) -> dict[str, Callable[..., Any]]:
    """Return the filters for a language and an institution; `words` are its own terms, by kind of term and value."""
    spell = _Speller(language, institution)
    terms = {
        kind: (lambda value, kind=kind: words.get((kind, value)) or word(language, kind, value))
        for kind in (
            "duty",
            "stage",
            "outcome",
            "request",
            "role",
            "tier",
            "platform",
            "kind",
            "event",
            "channel",
            "act",
        )
    }
    own = {
        name: getattr(spell, name)
        for name in (
            "when",
            "start",
            "clock",
            "span",
            "person",
            "people",
            "department",
            "holder",
            "period",
            "date",
            "day",
            "reason",
            "second",
            "proof",
            "share",
            "end",
            "excerpt",
            "seconds",
        )
    }
    return own | terms | {"short": short, "mask": mask, "ours": ours, "moment": datetime.fromisoformat}


MOST_SHOWN, BEGINNING = 1500, 300
"""Maximum length (characters) of a draft in a message; of a longer one the beginning, and the rest in a file."""


def short(text: str, length: int = 40) -> str:
    """Return the text as one line of at most `length` characters."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"


def ours(text: str, case: Case) -> str:
    """Return what the institution wrote in a matter with its own telephone numbers, and without the public's."""
    return mask_public(text, case.posted)


class _Speller:
    def __init__(self, language: str, institution: Institution) -> None:
        self._language = language
        self._institution = institution
        self._chinese = language == "zh"
        self._spelt = lru_cache(maxsize=1024)(self._when)  # many duties of a batch have the same due time

    def when(self, moment: datetime) -> str:
        """Return a due time on the institution's clock; midnight is 24:00 of the day before."""
        return self._spelt(moment, self._year)

    @property
    def _year(self) -> int | None:
        """The local year in which the text is written, None if that is not known."""
        now = _written_at.get()
        return now.astimezone(self._institution.zone).year if now else None

    def _of(self, day: date) -> str:
        """Return "2027-" before a day of another year than the text's, and nothing before any other."""
        return f"{day.year}-" if self._year not in (None, day.year) else ""

    def _when(self, moment: datetime, _year: int | None) -> str:
        local = moment.astimezone(self._institution.zone)
        clock = f"{local:%H:%M}"
        if clock == "00:00":
            local, clock = local - timedelta(seconds=1), "24:00"
        return f"{self.day(local)}{clock}" if self._chinese else f"{self.day(local)} {clock}"

    def start(self, moment: datetime) -> str:
        """Return a past time from which something is counted, with its weekday; midnight is 00:00 of the new day."""
        local = moment.astimezone(self._institution.zone)
        return f"{self.day(local)}{local:%H:%M}" if self._chinese else f"{self.day(local)} {local:%H:%M}"

    def day(self, day: date) -> str:
        """Return a local day with its weekday, and with its year if that is another one."""
        weekday = word(self._language, "weekday", str(day.weekday()))
        year = self._of(day)
        if self._chinese:
            return f"{year}{day:%m-%d}（周{weekday}）"
        return f"{weekday} {day:%d %b}{f' {day.year}' if year else ''}"

    def date(self, moment: datetime) -> str:
        """Return the local day of a time as people type it: 11-28."""
        local = moment.astimezone(self._institution.zone)
        return f"{self._of(local)}{local:%m-%d}"

    def reason(self, day: TraceDay) -> str:
        """Return why a day is not counted: its festival, the institution's own reason, or the kind of day."""
        name = FESTIVALS.get(day.note.name, day.note.name) if self._chinese else day.note.name
        return name or word(self._language, "day", day.note.code)

    def clock(self, moment: datetime) -> str:
        """Return a past time to the minute."""
        local = moment.astimezone(self._institution.zone)
        return f"{self._of(local)}{local:%m-%d %H:%M}"

    def end(self, moment: datetime) -> str:
        """Return the end of a span to the minute; midnight is 24:00 of the day before."""
        local = moment.astimezone(self._institution.zone)
        midnight = f"{local:%H:%M}" == "00:00"
        day = local - timedelta(seconds=1) if midnight else local
        return f"{self._of(day)}{day:%m-%d} {'24:00' if midnight else f'{local:%H:%M}'}"

    def second(self, moment: datetime) -> str:
        """Return a past time to the second, for the record."""
        return f"{moment.astimezone(self._institution.zone):%Y-%m-%d %H:%M:%S}"

    def proof(self, proof: str | None) -> str:
        """Return where the public reply can be seen: an address, or the number of a stored picture."""
        kind, _, number = (proof or "").partition(":")
        if kind != "picture":
            return proof or ""
        return f"截图（附件 {number}）" if self._chinese else f"a picture (file {number})"

    def span(self, length: timedelta) -> str:
        """Return a length of time in at most two units: 2天3小时, 35分钟."""
        minutes = max(round(length.total_seconds() / 60), 1)
        days, rest = divmod(minutes, 1440)
        hours, minutes = divmod(rest, 60)
        names = ("天", "小时", "分钟") if self._chinese else (" d", " h", " min")
        shown = [f"{count}{name}" for count, name in zip((days, hours, minutes), names, strict=True) if count][:2]
        return ("" if self._chinese else " ").join(shown)

    def seconds(self, length: timedelta) -> str:
        """Return a length of time under a minute or two in seconds: 15秒."""
        return f"{int(length.total_seconds())} {'秒' if self._chinese else 's'}"

    def share(self, share: float | None) -> str:
        """Return a share to the tenth of a per cent, rounded down, so that 100% means all; "–" for None."""
        return "–" if share is None else f"{math.floor(share * 1000 + 1e-6) / 10:g}%"

    def excerpt(self, text: str) -> str:
        """Return a draft as a message shows it: whole, or its beginning and its length."""
        if len(text) <= MOST_SHOWN:
            return text
        length = f"（共 {len(text)} 字）" if self._chinese else f" ({len(text)} characters)"
        return f"{text[:BEGINNING]}……{length}"

    def person(self, id: str) -> str:
        return self._institution.name_of(id)

    def people(self, people: Any) -> str:
        """Return mentions of people: @王强 @李敏."""
        return " ".join(f"@{person.name}" for person in people)

    def department(self, name: str | None) -> str:
        return name or ("未分派" if self._chinese else "unassigned")

    def period(self, period: str) -> str:
        """Return a canonical period as people write it: 2d is 2天 or 2 d."""
        if period.endswith(IN_BUSINESS_HOURS) and self._chinese:
            return f"工作时间内 {self.period(period.removesuffix(IN_BUSINESS_HOURS))}"
        found = re.fullmatch(r"(\d+)(wd|[mhd])", period)
        if not found:
            return PERIODS.get(period, period) if self._chinese else period
        return f"{found[1]}{_UNITS[self._language][found[2]]}"

    def holder(self, holder: str) -> str:
        """Return the name of a matter's holder."""
        kind, _, name = holder.partition(":")
        if kind == "approver":
            return self.person(name)
        if kind == "role":
            return word(self._language, "role", name)
        if holder in (DESK, "closed"):
            return word(self._language, "desk", "" if holder == DESK else holder)
        return name
