"""Sample data for the contact sheet: one invented school, and one incident in progress.

`facts(name, arguments, language)` returns the arguments of a sentence. Add a new argument to `_common`, and one that has
a different meaning in a single sentence to `_special`.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from handlers.common.failed import FailedFacts
from handlers.common.late_matters import LateOnRecord
from handlers.common.owing import Call
from handlers.common.recurrence import Recurring
from handlers.rules.figures.acts import Act
from handlers.rules.figures.booking import Booked
from handlers.rules.figures.holding_times import Stretch
from handlers.rules.figures.late import Late
from handlers.rules.figures.marks import AfterFigures, ReportingLine, satisfaction_of
from handlers.rules.figures.statistics import statistics_of
from handlers.rules.incident.actions import ItemOnRecord, NewAction
from handlers.rules.incident.beside import Beside, CallBackOnRecord, ContactOnRecord
from handlers.rules.incident.cancelled_order import RecordedOrder
from handlers.rules.incident.case import Case, Decision, NewDuty
from handlers.rules.incident.chain import first_chain
from handlers.rules.incident.chain_steps import signed_step
from handlers.rules.incident.counted import Posting
from handlers.rules.incident.duties import owed, owed_at_first
from handlers.rules.incident.effect import Effect, HeatReading
from handlers.rules.incident.experts import ExpertOnRecord
from handlers.rules.incident.given_parts import PartOnRecord
from handlers.rules.incident.handed_down import owed as owed_to_superior
from handlers.rules.incident.handling import Handling
from handlers.rules.incident.inquiries import InquiryOnRecord
from handlers.rules.incident.joining import Joining
from handlers.rules.incident.lapsed_promises import PassedDate
from handlers.rules.incident.lapses import Lapse
from handlers.rules.incident.linking import Links
from handlers.rules.incident.meetings import MeetingOnRecord
from handlers.rules.incident.next_duty import next_duty, owed_after
from handlers.rules.incident.orders import SuperiorOrder, read_order
from handlers.rules.incident.parts import parts_of
from handlers.rules.incident.waiting import WaitingRequest
from handlers.rules.incident.wording import SettledWording
from handlers.rules.language.text_diff import differences
from handlers.rules.people.institution import Body, Department, Institution, Person
from handlers.rules.people.roster import Shift
from handlers.rules.posts.origins import Came
from handlers.rules.posts.routing import Route
from handlers.rules.regime.regime import Regime
from handlers.rules.regime.regime_file import load
from handlers.rules.regime.regime_parts import ApprovalStep, HelpingRule
from handlers.rules.regime.tiers import Heat
from handlers.rules.time.calendar import Calendar, Interval
from handlers.rules.time.date_doubts import DateDoubt
from handlers.rules.time.deadline_trace import DeadlineTrace
from handlers.rules.time.promises import find
from storage.files import StoredFile

FOUND = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
NOW = FOUND + timedelta(hours=3)
REGIMES = Path(__file__).parents[1] / "handlers" / "regimes"
REPLY = "您反映的问题已封存样品送检，联系电话 13812345678，11月26日前公布结果。"
LINK = "https://weibo.com/1234567890/Xy9zK8wQ1"


@cache
def institution(language: str) -> Institution:
    calendar = Calendar(
        zone=ZoneInfo("Asia/Shanghai"),
        business=(Interval.parse("08:30-12:00"), Interval.parse("14:00-17:30")),
        days_off={},
        working_days={},
    )
    departments = (
        Department("总务处", ("General Services",), ("食堂",), "qian"),
        Department("保卫处", ("Security",), ("校门",), "qian"),
        Department("教务处", ("Academic Affairs",), ("作业",), "sun"),
    )
    people = (
        Person("zhao", "赵校长", ("chief",)),
        Person("qian", "钱副校长", ("leader",)),
        Person("sun", "孙副校长", ("leader",)),
        Person("li", "李主任", ("office",)),
        Person("wang", "王强", ("liaison",), "总务处"),
        Person("chu", "褚队长", ("liaison", "head"), "保卫处"),
    )
    return Institution("育才中学", language, calendar.zone, calendar, departments, people, ())


@cache
def regime(name: str = "standard") -> Regime:
    return load((REGIMES / f"{name}.toml").read_text(encoding="utf-8"))


def _public(place: Institution) -> tuple[NewDuty, ...]:
    """Return duties that run from a posting, but had run out before the find."""
    owing = owed_at_first(regime("park"), place, "general", None, FOUND, Posting(FOUND - timedelta(days=30)))
    return tuple(duty for duty in owing if duty.due.trace.posting)


def _incident(**changes: Any) -> Any:
    values = {
        "number": 12, "version": 4, "title": "食堂饭菜有异物", "text": "食堂饭菜有异物，我的电话 13812345678",
        "tier": "general", "stage": "acknowledged",
        "department": "总务处", "holder": "approver:qian", "channel": "local", "conversation": "work", "found_at": FOUND,
        "posted_at": FOUND - timedelta(hours=8), "forwarded_by": "li", "cycle": 1, "cycle_at": None, "helpers": ["保卫处"],
        "about": [], "bounces": [], "outside": None, "merged_into": None, "kind": "request", "verdict": None,
        "answer": None, "proof": None, "outcome": None, "result": None, "acknowledged_at": FOUND + timedelta(minutes=20),
        "replied_at": None, "resolved_at": None, "unanswerable": None, "origin": "found", "origin_body": None, "superior": None, "unit": None,
    }  # fmt: skip
    return SimpleNamespace(**{**values, **changes})


def _case(language: str, **changes: Any) -> Case:
    place, rules = institution(language), regime()
    duties: list[Any] = [
        SimpleNamespace(
            id=id, kind=duty.kind, owner=duty.owner, state="met" if id == 1 else "open", cycle=1, started_at=duty.started_at,
            due_at=duty.due.at, first_due_at=duty.due.at, met_at=FOUND if id == 1 else None, rung=None, next_at=None,
            provisional=False, reckoning=duty.due.trace.to_dict(),
        )
        for id, duty in enumerate(owed(rules, place, "general", FOUND, ("found", "assigned")), 1)
    ]  # fmt: skip
    drafts: list[Any] = [SimpleNamespace(edition=1, text=REPLY, author="wang")]
    return Case(_incident(**changes), duties, [_request(language)], drafts, rules, place)


def _request(_language: str, kind: str = "reply") -> Any:
    until = (FOUND + timedelta(days=4)).isoformat()
    subject = {
        "edition": 1, "period": "2d", "reason": "等检测报告", "until": until, "duties": [3], "result": "整改：更换供货商",
        "proof": [LINK], "files": [7],
    }  # fmt: skip
    return SimpleNamespace(
        id=7, cycle=1, kind=kind, subject=subject, step=0, asked_by="wang", asked_at=FOUND, state="pending",
        decided_by=None, remark=None,
    )  # fmt: skip


def _decided(kind: str, **data: Any) -> dict[str, Any]:
    common: dict[str, Any] = {
        "kind": "reply",
        "platform": "wecom",
        "heard_at": NOW.isoformat(),
        "for": None,
        "text": REPLY,
        "subject": {},
    }
    return {"kind": kind, "actor": "qian", "at": NOW, "data": {**common, **data}}


def facts(name: str, arguments: Iterable[str], language: str) -> dict[str, Any]:
    """Return the arguments of a sentence. Raise KeyError if there is no sample for one."""
    known = {**_common(language), **_special(name, language), **_alone(language).get(name, {})}
    return {argument: known[argument] for argument in arguments}


@cache
def _common(language: str) -> dict[str, Any]:
    place, rules, case = institution(language), regime(), _case(language)
    wang, qian = place.people[4], place.people[1]
    duties = owed(rules, place, "general", FOUND, ("found", "assigned"))
    rows = [{"received": 1, **_row(case)}]
    return {
        "account": "manager1234", "after": "", "again": (), "answer": REPLY, "answered": False, "all": True, "approved": False, "asked": False, "asker": "wang", "at": NOW, "by": "wang",
        "bounces": [
            {"department": "总务处", "by": "wang", "reason": "是保卫处的事", "at": FOUND.isoformat()},
            {"department": "保卫处", "by": "chu", "reason": "食堂归总务", "at": FOUND.isoformat()},
        ],
        "before": ("hotline", None), "came": Came("forwarded", "市信访局"), "origin": "forwarded", "body": "市信访局", "origins": {"found": 9, "hotline": 3},
        "order": _order(place), "bodies": _BODIES, "on": FOUND.date(),
        "bulletin": True, "case": case, "changed": differences("我们会尽快处理", REPLY)[:3], "channel": "wecom",
        "code": "482159", "count": 1, "counted": (), "department": "总务处", "departments": place.departments,
        "desk": place.desk(), "due": duties[-1].due.at, "duties": duties, "duty": case.duties[-1], "doubt": DateDoubt("weekday", "11月26日（周五）", FOUND.date()), "edition": 2,
        "effect": "", "end": NOW, "final": False,
        "event": "published", "example": "签收 12" if language == "zh" else "ack 12", "own": True, "owner": "group", "roles": ("office", "leader"), "known": Heat(3500, 520, None), "looks": 2, "owed": duties[:1], "issue": 3, "year": 2026, "found": FOUND, "unsure": False,
        "heat": Heat(3500, 520, 6), "held": (), "helpers": (place.people[5],), "holder": "approver:qian", "incidents": (),
        "into": case, "kept": None, "ran_over": (), "longest": "30d", "limit": "9999999天", "late": ON_RECORD, "lack": "promised", "left": (), "met": case.duties[1:2], "kind": "reply", "kinds": ("acknowledged",), "later": (), "latest": FOUND, "lead": "总务处",
        "line": statistics_of(rows, place, NOW).total, "lines": (), "listeners": ("owner", "head", "bulletin"), "may": (qian,),
        "more": True, "owing": (), "untimed": True, "only_answer": True, "untaken": True, "barred": True, "moved": True, "put_off": (("resolve", FOUND + timedelta(days=5)),), "name": "天文台", "names": ("钱副校长",), "near": "签收 12", "confirm": True, "file": "12号全文.txt",
        "said": "同意 13", "most": 50, "sentence": "签收 12",
        "new": 1, "now": NOW, "number": 12, "numbers": (12, 13), "opened": duties[:1], "others": (9,), "outcome": "remedied",
        "pending": (), "people": (wang,), "person": wang, "platform": "weibo",
        "posts": ({"url": LINK, "platform": "weibo"},), "promises": (), "proof": LINK, "questions": ("时间、地点是否写清",),
        "r": DeadlineTrace.from_dict(case.duties[-1].reckoning), "reason": "语气生硬，请写明日期", "regime": rules,
        "remark": "请今天发出", "request": 7, "requests": (_request(language), _request(language, "extension")),
        "result": "更换供货商", "room": True, "rows": (_row(case),), "rule": rules.duty[0], "sending": {"accepted": 3, "planned": 1},
        "signer": place.people[2], "since": FOUND, "span": "week", "starts": "assigned", "steps": (),
        "subject": _request(language).subject, "table": statistics_of(rows, place, NOW), "taker": place.people[3],
        "text": REPLY, "texts": ("〔#12〕……", "〔#13〕……"), "tier": "major", "tiers": ("major", "critical"),
        "title": "食堂饭菜有异物", "to": "教务处", "today": FOUND.date(), "told": (qian,), "unassigned": True, "giver": "sun", "seen": _request(language), "age": timedelta(seconds=15), "head": "〔#12·请示7〕",
        "totals": {"department:总务处": timedelta(hours=2), "approver:qian": timedelta(minutes=40)}, "trace": "1f2e3d4c",
        "undone": (), "until": FOUND + timedelta(days=4), "vague": True, "clause": "我们会尽快处理", "verdict": "partly",
        "waiting": ((case, _request(language)),), "where": Route(place.departments[0], "keyword", ("食堂",)), "whose": wang, "elsewhere": True,
        "files": (StoredFile(7, 1, "验收单.pdf", "application/pdf", 2048, "0" * 64, "wang", FOUND),), "used": (3,), "urls": (LINK,),
        "several": True, "waits": "reply",
        "recused": True, "unnamed": True, "asks": True, "beyond": 3, "unclear": ("王老师",), "whole": True,
        "joining": Joining(Decision(events=()), "投诉总务处推诿", conflict=True, unclear=("王老师",), asked=place.desk()),
        "failed": _failed(language), "bursts": ((_failed(language)[0], 1),), "flaw": "length", "who": "王强",
        "words": "食堂", "zero": False, "short": True, "url": LINK, "why": "home", "cases": (case,),
        "unit": "实验小学", "units": (),
        "place": {"url": LINK, "file": None, "at": FOUND}, "reopened": True, "missing": False,
    }  # fmt: skip


_BODIES = (Body("区教育局", "superior", ("教育局",), "公文系统：区教育局办公室"),)


def _order(place: Institution) -> SuperiorOrder:
    words = "区教育局 教办函〔2026〕31号 11-30前 家长反映食堂饭菜有异物"
    order = read_order(words, replace(place, bodies=_BODIES), FOUND)
    assert order
    return order


def _report_back(place: Institution) -> NewDuty:
    return owed_to_superior(_order(place), regime(), place, "general", FOUND)


_TOLD = {
    "body": "区教育局",
    "on": "2026-11-28",
    "form": "written",
    "proof": "育字〔2026〕5号",
    "files": [],
    "interim": False,
}


def _failed(language: str) -> tuple[FailedFacts, ...]:
    zh = language == "zh"
    words, why = ("拟复 12 已封存留样送检", "1f2e3d4c") if zh else ("draft 12 samples are sealed", "1f2e3d4c")
    message = FailedFacts(3, "message", "bug", FOUND, "王强", False, words, why, False)
    send = FailedFacts(4, "send", "unknown", FOUND, "钱副校长", True, "", "WeCom 45009", False)
    return message, send, FailedFacts(5, "work", "duty", FOUND, "reply 31 #12", False, "", "", True)


def _row(case: Case) -> dict[str, Any]:
    """Return an incident as lists and the ledger read it."""
    duties = [vars(duty) for duty in case.duties]
    late = [{"kind": "reply", "owner": "department:总务处", "holder": "approver:qian"}]
    return {**vars(case.incident), "duties": duties, "overruns": late, "reminders": 2, "due_at": duties[-1]["due_at"]}


LATE = Late(
    12, "食堂饭菜有异物", "department:教务处", ("reply",), ("department:总务处",), FOUND, "open", held_since=FOUND
)
ON_RECORD = LateOnRecord((Booked("reply", "department:总务处", FOUND),), timedelta(hours=2))
BESIDE = Beside(
    call_backs=(CallBackOnRecord("satisfied", "phone", NOW, "li"),),
    contacts=(ContactOnRecord("phone", NOW, "wang", "已道歉"),),
    topics=("食堂",),
    items=(
        ItemOnRecord(1, "department:总务处", NOW, "更换冷链车", "open"),
        ItemOnRecord(2, "person:wang", NOW, "建台账", "done"),
    ),
    effect=Effect(HeatReading({"views": 3500}, FOUND), HeatReading({"views": 3600}, NOW)),
    links=Links((9,), "食堂冷链", (13, 14)),
    handling=Handling(("sun", "wang"), "sun", 2),
    meetings=(MeetingOnRecord(NOW, ("sun",), "第一会议室", "minuted"),),
    inquiries=(InquiryOnRecord(1, NOW, "晨报问检测结果"),),
    experts=(ExpertOnRecord("市疾控张教授", "是否停用该批次"),),
)
SETTLED = SettledWording("wording", 1, "该批次已停用，检测结果周五公布。", "qian", NOW)
RECURRING = Recurring((("30d", 1), ("90d", 3)), (9, 7), "食堂")
AFTER = AfterFigures(
    satisfaction_of({12: {"satisfaction": {"answer": "satisfied", "department": "总务处", "cycle": 1}}}),
    (ReportingLine("department:总务处", late=1, missed=2),),
    (("食堂", 3),),
)
LAPSE = Lapse(3, "missed", "总务处", 12, "值班电话已接到", "qian", NOW, objection="已口头报告")
LAPSE_SENTENCES = (
    "done", "objected", "upheld", "lifted", "listed", "why", "not_yours", "objected_before", "nothing_said", "over",
    "word", "unit", "remind", "waits",
)  # fmt: skip
ACTS = (Act("desk", "li", "reassigned", (12, 13)), Act("desk", "zhou", "withdrawn", (12,)))


def _handling() -> dict[str, dict[str, Any]]:
    """Return the sentences about a matter that is handled as one."""
    decided = (NewAction("department:总务处", NOW, "12-20前", "更换冷链车", "meeting"),)
    level = {"level": 2, "before": 0, "reason": "家长聚集"}
    return {
        **{f"response_level.{one}": level for one in ("done", "already", "reason", "word")},
        "confer.done": {"at": NOW, "text": "第一会议室 研究处置", "due": NOW},
        "confer.cancelled": {"text": "改为书面征求意见"},
        "confer.past": {"at": NOW},
        "minutes.done": {"text": "到会四人，同意停用该批次。", "decisions": decided},
        "minutes.before": {"at": NOW},
        "minutes.decision": {"line": "尽快更换冷链车", "whom": False},
        "minutes.too_many": {"most": 20},
        "inquiry.done": {"n": 1, "text": "晨报记者问检测结果何时公布", "due": NOW},
        "press_answer.done": {"n": 1, "question": "晨报问检测结果", "text": "周五在官网公布", "settled": False},
        "press_answer.beyond": {"sentence": "检测结果周四公布", "settled": (SETTLED,)},
        "press_answer.which": {"inquiries": (InquiryOnRecord(1, NOW, "晨报问检测结果"),)},
        "press_answer.spokesman": {"person": "sun"},
        "hand_down.which_cancelled": {"orders": (RecordedOrder("区教育局", None, 3, limit="11-30前"),)},
        "hand_down.cancelled": {"order": RecordedOrder("区教育局", "教办函〔2026〕31号", 3), "reason": "记错了件"},
        "confer.begins": {"at": NOW, "text": "第一会议室 研究处置"},
        "wording.ask": {"kind": "wording", "edition": 2, "text": SETTLED.text},
        "wording.card_title": {"kind": "wording", "edition": 2},
        "wording.empty": {"kind": "wording"},
        "settled_wording.given": {
            "waiting": _request("zh", "wording"),
            "kind": "wording",
            "own": SETTLED,
            "others": (SETTLED._replace(kind="statement"),),
        },
        "expert.asked": {"name": "市疾控张教授", "text": "是否停用该批次"},
        "expert.given": {"name": "市疾控张教授", "text": "建议停用该批次"},
        "expert.which": {"experts": (ExpertOnRecord("市疾控张教授", "是否停用该批次"),)},
        "expert.empty": {"name": "市疾控张教授"},
    }


def _of_units(place: Institution, case: Case) -> dict[str, dict[str, Any]]:
    """Return the sentences that are said to and by units below the office."""
    due, sums = _report_back(place), statistics_of([{"received": 1, **_row(case)}], place, NOW)
    late = SimpleNamespace(kind="reply", due_at=NOW, reckoning={"last_day": "2026-11-30"})
    told = {"unit": "实验小学", "text": "已更换筛网", "proof": "实小函〔2026〕3号", "files": []}
    owed = {"to": "实验小学", "order": _order(place), "duty": due, "moved": True}
    return {
        "unit.handed_up": {"reason": "涉及多个部门", "duty": due, "times": 2},
        "unit.not_its_group": {"own": "实验小学", "here": "第二小学"},
        "unit.same_reason": {"times": 2},
        "unit.handed_down": owed,
        "unit.reported": {"told": told},
        "spokesman.done": {"dues": (FOUND,)},
        "progress.reported": {"to_office": True},
        "owing.begins": {"calls": (Call((place.people[3],), "report", "reported", FOUND),)},
        "assign.lost": {
            "had": "总务处",
            "ends": ["reply", "resolve"],
            "gone": ["reply"],
            "outside": None,
            "helps": False,
            "reports": (),
        },
        "assign.helped": {"had": "德育处", "outside": None, "on": False, "reports": ()},
        "unit.elsewhere": {"own": "实验小学", "here": "第二小学"},
        "unit.no_report": {"units": ("实验小学",)},
        "unit.undo": {"case": case},
        "undo.done": {"moved": True, "to": "总务处", "outside": None, "owed": [((place.people[0],), [late])]},
        "undo.back": {"owed": [((place.people[0],), [late])]},
        "undo.not_the_last": {"kind": "lapse objected", "hint": True},
        "unit.which_report": {"duties": (late, late)},
        "unit.sums": {"units": (("实验小学", sums), (None, sums))},
    }


def _after() -> dict[str, dict[str, Any]]:
    """Return the sentences about what comes after a result."""
    one = SimpleNamespace(n=2, matter=9, duty=SimpleNamespace(due_at=NOW))
    item = {
        "n": 2,
        "owner": "department:总务处",
        "source": "summary",
        "text": "更换冷链车",
        "item": one,
        "items": (one, SimpleNamespace(n=2, matter=12, duty=SimpleNamespace(due_at=NOW))),
        "judging": False,
        "late": True,
    }
    item |= {"due": NOW, "limit": "12-20前"}
    lapse = {"kind": "missed", "lapse": LAPSE, "department": "总务处", "id": 3, "rows": (LAPSE,), "more": 2}
    asked: dict[str, Any] = {
        "given": "unsatisfied",
        "before": "satisfied",
        "due": NOW,
        "again": None,
        "over": False,
        "pending": False,
    }
    return {
        **_handling(),
        **{f"lapse.{one}": lapse for one in LAPSE_SENTENCES},
        "topic.which": {"topics": ("食堂", "收费"), "unknown": ("伙食",)},
        "topic.done": {"topics": ("食堂",)},
        "link.done": {"cause": "食堂冷链", "apart": False, "recurring": RECURRING},
        "link.recurs": {"recurring": RECURRING},
        "link.shown": {"links": BESIDE.links},
        "link.at_opening": {
            "topics": ("食堂",),
            "recurring": RECURRING,
            "alike": ({"number": 9, "title": "食堂异物"},),
        },
        "link.cause": {"longest": 40},
        **{f"action.{one}": item for one in ("added", "confirmed", "refused", "past", "owner_name")},
        **{f"acted.{one}": item for one in ("done", "not_yours", "which", "item_name")},
        "issue.done": {
            "departments": ("教务处", "总务处"),
            "text": "请对照自查",
            "left_out": ("第二小学",),
            "desk": (),
        },
        "case_read.done": {"left": ("教务处",)},
        "contact.line": {"means": "phone", "at": NOW, "text": "已道歉"},
        "contact.done": {"means": "phone", "text": "已道歉，约定周五上门"},
        "call_back.done": {**asked, "means": "phone", "text": "问题又出现了", "request": 7},
        "call_back.line": {"given": "satisfied", "means": "phone", "at": NOW},
        "call_back.word": {"given": "unreached"},
        "call_back.means_word": {"means": "person"},
        "call_back.means": {"answer": "satisfied"},
        "call_back.when": {"ended": FOUND},
        "digest.after": {"a": AFTER},
        "beside.lines": {"beside": BESIDE},
        "digest.satisfied": {"line": AFTER.satisfaction[0]},
    }


@cache
def _alone(language: str) -> dict[str, dict[str, Any]]:
    """Return the sentences whose facts belong to no others of their file."""
    place, case = institution(language), _case(language, department="实验小学")
    with_unit = replace(place, departments=(*place.departments, Department("实验小学", unit=True)))
    return {
        "form.named": {"whole": False, "after": timedelta(days=1), "spares": True},
        "digest.period": {"days": 3},
        "signing.in_a_unit": {"case": replace(case, institution=with_unit), "steps": first_chain(case, "reply", REPLY)},
    }


def _special(name: str, language: str) -> dict[str, Any]:
    place = institution(language)
    if name.startswith(("form.", "archive.", "roster.", "swap.")):
        form = {
            "kind": "handling",
            "number": SimpleNamespace(year=2026, serial=3, edition=2),
            "name": "due" if name.startswith("archive.") else "网信值班",
        }
        return {**form, **_on_duty(place), "year": 2026, "serial": 3, "month": 11, "closed": False}
    if name.startswith("key_period."):
        row = SimpleNamespace(
            id=3, since=FOUND, until=FOUND + timedelta(days=9), reason="校庆", by="li", ended_at=None, rest="校庆"
        )
        rule = regime("duty-office").key_period
        return {"row": row, "rows": (row,), "other": row, "span": row, "rule": rule, "number": 3, "most": 31}
    shown = {f"approve.{one}" for one in ("next", "what", "again", "card_title", "asked_back", "superseded", "unseen",
                                          "young", "more")}  # fmt: skip
    if name in shown or name == "undo.again":
        return {"request": _request(language), "steps": _chain(language)[1:], "others": (place.people[0],)}
    if name.startswith(("cosign.", "uncosign.", "signing.")):
        names = ("role:chief", "office:教务处", "person:wang")
        approval = ApprovalStep(("leader",), ("保密办",), "all", ("major",), ("complaint",), ("涉密",))
        return {
            "request": _request(language),
            "names": names,
            "name": names[0],
            "added_by": ("zhao",),
            "steps": signed_step(_chain(language), 0, "qian", "sun"),
            "approval": approval,
            "department": place.departments[0],
        }
    return _named(language).get(name, {})


SWAP = SimpleNamespace(id=7, shift_at=FOUND + timedelta(days=2), roster="", giver="li", taker="wang", state="agreed")


def _on_duty(place: Institution) -> dict[str, Any]:
    shift = Shift(FOUND, NOW, ("li",), ("wang",))
    return {"shift": shift, "shifts": (shift,), "now_on": shift, "giver": "li", "taker": "wang", "day": FOUND.date(),
            "new": SWAP, "swap": SWAP, "swaps": (SWAP,), "asked": (SWAP,), "freed": ("chu",), "id": 7,
            "found": 12, "rosters": ("总值班", "网信值班"), "coming": (place.people[3],), "going": (place.people[4],), "open": 2, "due_next": 3}  # fmt: skip


def _chain(language: str) -> Any:
    return first_chain(_case(language), "reply", REPLY, chief=True)


@cache
def _named(language: str) -> dict[str, dict[str, Any]]:
    """Return what is special about single sentences, by their names."""
    place, rules, case = institution(language), regime(), _case(language)
    closed = {
        "stage": "resolved",
        "outcome": "remedied",
        "resolved_at": NOW,
        "holder": "closed",
        "result": "更换供货商",
    }
    over, last = _case(language, **closed), case.duties[-1]
    due = owed(rules, place, "general", FOUND, ("found",))[-1].due
    parts = parts_of(
        msgspec.structs.replace(rules, helping=HelpingRule(period="2d")), place, "general", ("保卫处",), FOUND
    )
    missing = [SimpleNamespace(owner=part.owner, due_at=part.due.at) for part in parts]
    hours = {"department:总务处": timedelta(hours=2), "approver:qian": timedelta(minutes=40)}
    held = (Stretch("department:总务处", FOUND, NOW), Stretch("approver:qian", NOW, NOW + timedelta(hours=1)))
    asked, nothing, swap = _request(language), Decision(events=()), SWAP
    waits = WaitingRequest(case, asked, mine=False, may=True, own=False, hidden=False)
    chain = first_chain(case, "reply", REPLY, chief=True)
    return {
        "plan.ask": {"steps": chain},
        "lookup.one": {"signing": {7: (chain, place.people[:1])}, "beside": Beside()},
        "explain.all": {
            "duties": [(duty, DeadlineTrace.from_dict(duty.reckoning)) for duty in case.duties],
            "chains": (("reply", chain, place.people[:1]),),
        },
        "failures.line": {"one": _failed(language)[0]},
        "approve.not_asked": {"request": asked, "asked": place.people[1]},
        "approve.not_your_button": {"asked": "qian"},
        "delegate.over": {"taker": "li"},
        "approve.elsewhere": {"waiting": (waits,), "swaps": (swap,)},
        "common.closed": {"case": over},
        "forward.came": {"new": vars(case.incident) | {"platform": "weibo", "origin": "hotline"}},
        "forward.joined_closed": {"case": over},
        "reopen.done": {"case": over},
        "reopen.not_allowed": {"case": over},
        "common.which": {"rows": (_row(case),)},
        "extend.limit": {"asked": FOUND + timedelta(days=6)},
        "acknowledge.done": {"owed": owed_after(case, nothing), "coming": next_duty(case, nothing)},
        "todo.list": {
            "incidents": ([{**_row(case), "kind": "reply", "owner": "department"}],),
            "signing": ((case, asked),),
        },
        "overdue.remind": {
            "actions": (((place.people[4],), "published", None, None),),
            "requests": ("extension",),
            "several": True,
            "signs": (place.people[1],),
        },
        "overdue.yes": {"several": True},
        "failures.clock_back": {"latest": NOW + timedelta(hours=2), "opened": [12, 13], "due": [9], "signed": [9]},
        "failures.clock_differs": {
            "channel": "dingtalk",
            "ahead": True,
            "by": timedelta(minutes=12),
            "opened": [12],
            "due": [],
            "signed": [],
        },
        "failures.clock_agrees": {
            "channel": "dingtalk",
            "ahead": False,
            "by": timedelta(minutes=12),
            "opened": [],
            "due": [],
            "signed": [],
        },
        "failures.clock_of_database": {"ahead": True, "by": timedelta(minutes=6)},
        "retry.overtaken": {"event": "approved", "stands": "reply", "other": "qian", "then": NOW, "doubtful": False},
        "group_page.approve": {"several": True},
        "group_page.reject": {"several": True},
        "group_page.file_large": {"most": 20},
        "resend.undone": {"incident": 12},
        "failures.disk_low": {"directory": "/var/lib/huiyin", "free": 180, "kept": 64},
        "group_page.files_many": {"most": 9},
        "explain.days": {"found": DeadlineTrace.from_dict(last.reckoning).days},
        "explain.one": {"kind": "part", "owner": "department:保卫处"},
        "overdue.line": {"kind": "part", "owner": "department:保卫处"},
        "explain.beginning": {"r": _public(place)[0].due.trace},
        "forward.ran_out": {"duties": _public(place)},
        "assign.done": {"duties": (("acknowledge", due.at), ("reply", due.at))},
        "escalate.rose": {"moved": (("resolve", due),)},
        "calendar_change.moved": {"moved": ((last, due),)},
        "merge.done": {"lost": ("office:保密办", "person:wang"), "spokesman": place.people[:1], "instead_of": ("sun",)},
        "lead.done": {"helpers": ("保卫处",), "moved": True, "parts": missing},
        "part.done": {"department": "保卫处", "missing": missing},
        "part.missing": {"missing": missing},
        "part.left": {"missing": missing},
        "collect.all": {"parts": (PartOnRecord("保卫处", "监控已调取，未见异常", "chu", NOW),), "missing": missing},
        "collect.nothing": {"missing": missing},
        "evidence.all": {"lines": (_decided("rejected", reason="语气生硬"), _decided("approved", **{"for": "sun"}))},
        "help.all": {"lines": (("部门签收", ("签收 12",)), ("看这份说明", ("帮助",)))},
        "timeline.all": {"held": held},
        "digest.acts": {"found": ACTS, "most": 1},
        "digest.late": {
            "rows": (LATE, LATE._replace(state="ended"), LATE._replace(state="met", met_at=NOW)),
            "most": 2,
        },
        "digest.parties": {"counts": {"department:总务处": 2, "role:leader": 1}},
        "quota.used": {"what": "deliveries", "used": 2400, "monthly": 3000},
        "ledger.file": {"day": "2026-11-23"},
        "ledger.table": {"held": hours, "large": True},
        "forward.opened": {
            "new": vars(case.incident) | {"platform": "weibo"},
            "precedents": (_row(over),),
            "unclear": (),
            "recused": False,
            "unnamed": False,
            "by_kind": False,
        },
        "forward.opened_briefly": {
            "new": vars(case.incident) | {"platform": "weibo"},
            "unclear": (),
            "recused": False,
            "unnamed": False,
            "by_kind": False,
        },
        "reply.ask": {"promises": find(REPLY, FOUND, place.calendar), "vague": False},
        "publish.other_site": {"posts": (LINK,)},
        "extend.stays": {"promises": _case(language).duties[:1]},
        "unite.merged": {"cases": (_case(language, merged_into=3),)},
        "publish.done": {"proof": (LINK,), "promises": owed(rules, place, "general", FOUND, ("found",))[:1]},
        "check_in.done": {"kind": "check-in", "found": 12, "sites": ("人民网留言板",)},
        "check_in.remind": {"kind": "check-in", "sites": ("人民网留言板",)},
        **{f"hand_down.{one}": {"duty": _report_back(place)} for one in ("back", "done", "taken")},
        "report_back.done": {"told": _TOLD, "left": (), "body": "区教育局"},
        "report_back.form": {"name": "written"},
        "positive.count": {"rows": ((12, "家长感谢食堂师傅"), (13, "感谢保安"))},
        "superior_approval.done": {
            "approval": {"body": "区教育局", "edition": 2, "document": "教办函〔2026〕40号", "files": []}
        },
        **_after(),
        **_of_units(place, _case(language, unit="实验小学", department="实验小学")),
        "lookup.about": {"departments": ("总务处",)},
        "kind.done": {"kind": "suggestion", "stays": False},
        "publish.result": {"proof": (LINK,)},
        "kind.leader": {"kind": "suggestion", "steps": chain},
        "common.not_owed": {"kind": "calm"},
        "progress.not_the_owner": {"kind": "summary"},
        "progress.empty": {"event": "summarised"},
        "follow_up.done": {"no_look": True},
        "propose.none_to_follow": {"newer": True},
        "track.concerned": {"who": place.people[4]},
        "track.same": {"who": place.people[4]},
        "regime.explain": {"tier": "general", "posted": FOUND - timedelta(days=2), "kind": "complaint"},
        "reply.effect": {
            "kept": (last,),
            "moved": ((last, find(REPLY, FOUND, place.calendar)[0]),),
            "left": (last,),
            "late": (last,),
        },
        "approve.moved": {
            "request": _request(language),
            "people": (place.people[2],),
            "gone": (place.people[1],),
            "void": ("qian",),
        },
        "reply.passed": {"dates": (PassedDate(find(REPLY, FOUND, place.calendar)[0]),)},
        "publish.promises": {
            "kept": (last,),
            "moved": ((last, find(REPLY, FOUND, place.calendar)[0]),),
            "left": (last,),
            "lapsed": find(REPLY, FOUND, place.calendar)[:1],
        },
        "resolve.promised": {"promises": (last,)},
        "resolve.remedy_signed": {"promises": (last,)},
        "resolve.still_lacks": {"promises": (last,)},
        "resolve.lacking": {"promises": (last,)},
        "resolve.ask": {"promises": (last,)},
        "resolve.no_result": {"kind": "filler"},
        "resolve.transfer_untold": {"case": _case(language, outside="派驻纪检监察组")},
        "unanswerable.signed": {"case": _case(language, unanswerable="匿名来信，没有公开渠道")},
    }
