"""Invariants hold for any commands in any order, with repeats, time jumps and restarts.

The tests contain a short run; `HUIYIN_MACHINE=300 pytest tests/stories/test_lifecycle_machine.py` is a long one.
"""

import asyncio
import os
import tempfile
from contextlib import AsyncExitStack
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from msgspec import json
from redis.asyncio import Redis

from bot.app import build
from handlers.rules.figures.digest_figures import counted
from handlers.rules.figures.statistics import StatisticsBuilder
from handlers.rules.incident.case import OPEN_STAGES
from handlers.rules.incident.reply_check import is_final
from handlers.rules.language.messages import Message, Reply
from handlers.rules.people.recusal import concerned
from storage import audit, ledger, overruns, reports
from storage.tables import Draft, Duty, Event, Holding, Incident, Outbox, Overrun, Post, Request
from storage.timers.embedded import EmbeddedValkey
from storage.timers.timers import Timers, connect
from tests.support.story import BotMessage, Story, demonstration, new_story

EXAMPLES = int(os.environ.get("HUIYIN_MACHINE", "3"))
PEOPLE = ("zhao", "qian", "sun", "li", "zhou", "wu", "zheng", "wang", "feng", "chen")
POSTS = tuple(f"https://weibo.com/1234567890/Ab1cD2eF{n}" for n in range(3))
MATTERS = (
    "食堂饭菜有异物", "投诉总务处推诿，没人管", "食堂承包是钱副校长的亲戚", "办公室李主任删帖", "二把手收了食堂的红包",
)  # fmt: skip
STATEMENTS = {"followed up", "note", "undone", "attached", "joined", "concern", "tier", "opened"}
"""Kinds of events by which people whom a matter is about decide nothing: what they say, and what a post says."""
TAKEN_IN = {"opened", "joined", "tier", "concern", "attached", "named"}
"""Kinds of events by which a post is taken in."""
PASSED_ON = (
    "{}",
    "群聊的聊天记录\n周晓: {}",
    "「钱副校长：{}」",
    "「钱副校长：{}」\n- - - - - -\n好的",
    "钱副校长：{}",
)
PROOF = "https://weibo.com/1234567890/Xy9zK8wQ1"
MENDED = "办结 {n} 整改：更换供货商 https://www.ycsyzx.edu.cn/kitchen/7.html"
WORDS = (
    "签收 {n}", "收到，马上处理", "退单 {n} 不归我们管", "拟复 {n} 已封存留样，11月26日前公布结果。",
    "拟复 {n} 换一种说法，11月27日前公布。", "同意", "同意 {n}", "同意 {n}，请尽快发布", "同意 1 2 3", "不同意 {n} 语气生硬",
    "不同意", "已发布 {n} " + PROOF, "办结 {n} 整改：更换供货商", "办结 {n} 已答复", "办结 {n} 已更换筛网并公布检测结果", "办结 {n} 还要两天", MENDED,
    "拟复 {n} 检测合格，报告已贴在公告栏。", "拟复 {n} 您反映的问题已收悉，正在处理。", "无法公开答复 {n} 匿名来信，没有公开渠道", "同意整改 {n}", "延期 {n} 1天 等检测报告", "改派 {n} 教务处",
    "改派 {n} 总务处", "牵头 {n} 总务处 协办 德育处", "批办 {n} 德育处 2天 请查明", "核实 {n} 属实", "续报 {n} 有进展", "备注 {n} 已联系",
    "热度 {n} 阅读 3500", "升级 {n} 重大 媒体来电", "平息 {n}", "总结 {n} 起因经过", "转办 {n} 区教育局 请处理", "合并 {n} 1",
    "2 并入 {n}", "误报 {n} 不是本校", "重办 {n} 又出现了", "撤回", "撤回 {n}", "涉及 {n} 钱副校长", "涉及 {n} 无",
    "涉及 {n} 冯处长", "涉及 {n} 李主任", "不涉及 {n} 钱副校长", "同意更正 {n}",
    "授权 办公室 至 周五", "请假 2天", "销假", "收回授权", "查 {n}", "时间线 {n}", "依据 {n}", "为何 {n}", "待办", "台账", "帮助", "早上好",
)  # fmt: skip
LIKELY = (
    ("wang", "签收 {n}"), ("wang", "退单 {n} 不归我们管"), ("wu", "退单 {n} 是总务处的"), ("wang", "拟复 {n} 换一种说法，11月27日前公布。"),
    ("qian", "同意 {n}"), ("sun", "同意 {n}，请尽快发布"), ("qian", "不同意 {n} 语气生硬"), ("sun", "同意"),
    ("wang", "延期 {n} 1天 等检测报告"), ("zhou", "误报 {n} 不是本校"), ("li", "重办 {n} 又出现了"), ("li", "2 并入 1"),
    ("li", "改派 {n} 教务处"), ("li", "牵头 {n} 总务处 协办 德育处"), ("qian", "批办 {n} 德育处 2天 请查明"), ("li", "转办 {n} 区教育局 请处理"),
    ("li", "升级 {n} 重大 媒体来电"), ("zhou", "平息 {n}"), ("zhou", "总结 {n} 起因经过"), ("wang", "办结 {n} 整改：更换供货商"), ("wang", MENDED), ("qian", "同意整改 {n}"), ("wang", "无法公开答复 {n} 匿名来信，没有公开渠道"),
    ("wang", "拟复 {n} 检测合格，报告已贴在公告栏。"), ("wang", "办结 {n} 已更换筛网并公布检测结果"),
    ("zhou", "涉及 {n} 钱副校长"), ("zhou", "涉及 {n} 李主任"), ("qian", "涉及 {n} 李主任"), ("qian", "授权 办公室 至 周五"), ("li", "同意 {n}"), ("wang", "撤回"), ("qian", "撤回"), ("li", "撤回"),
    ("zhou", "撤回"), ("wang", "请假 2天 由 陈老师 代"), ("chen", "签收 {n}"),
)  # fmt: skip
person = st.sampled_from(PEOPLE)
number = st.sampled_from((1, 1, 2, 3))
likely = st.sampled_from(LIKELY)
anything = st.tuples(person, st.sampled_from(WORDS), number, st.booleans())


class Lifecycle(RuleBasedStateMachine):
    """`server` is the session's Valkey; each run has its own database."""

    server = ""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.last: Message | None = None
        self.checked = 0
        self.ran_over: dict[int, tuple[Any, ...]] = {}

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    @initialize()
    def begin(self) -> None:
        self.run(self._begin())

    async def _begin(self) -> None:
        self.directory = Path(self.stack.enter_context(tempfile.TemporaryDirectory(prefix="huiyin-machine-")))
        redis: Redis = await self.stack.enter_async_context(connect(self.server))
        await redis.flushall()
        self.redis = redis
        self.story: Story = await self.stack.enter_async_context(new_story(self.directory, redis))
        for n, words in enumerate((MATTERS[0], MATTERS[3])):
            await self.story.say("zhou", f"@回音 {words} {POSTS[n]}")

    def teardown(self) -> None:
        if hasattr(self, "story"):
            self.run(self.stack.aclose())
        self.runner.close()
        super().teardown()

    @rule(talk=st.lists(anything, min_size=2, max_size=8))
    def people_talk(self, talk: list[tuple[str, str, int, bool]]) -> None:
        for who, words, n, addressed in talk:
            self.run(self._speak(who, words.format(n=n), addressed))

    @rule(n=number, talk=st.lists(likely, min_size=1, max_size=4))
    def the_right_people_talk(self, n: int, talk: list[tuple[str, str]]) -> None:
        for who, words in talk:
            self.run(self._speak(who, words.format(n=n), False))

    @rule(n=number, steps=st.integers(1, 7))
    def somebody_does_what_is_next(self, n: int, steps: int) -> None:
        for _ in range(steps):
            self.run(self._go_on(n))

    async def _go_on(self, n: int) -> None:
        row = await Incident.get_or_none(number=n)
        if row is None:
            return
        liaison = {"总务处": "wang", "教务处": "wu", "德育处": "chen"}.get(row.department or "", "li")
        request = await Request.filter(incident_id=n, state="pending").first()
        reply = await Request.filter(incident_id=n, kind="reply", cycle=row.cycle).order_by("-id").first()
        if row.stage not in OPEN_STAGES:
            await self._speak("li", f"重办 {n} 又出现了", False)
        elif request is not None:
            for who in ("qian", "sun", "zhao"):
                await self._speak(who, f"同意 {n}", False)
        elif row.stage == "unassigned" and row.outside is None:
            await self._speak("li", f"改派 {n} 总务处", False)
        elif row.stage == "assigned":
            await self._speak(liaison, f"签收 {n}", False)
        elif reply is not None and reply.state == "approved" and await self._unpublished(row):
            await self._speak("zhou", f"已发布 {n} {PROOF}", False)
        elif await Duty.filter(incident_id=n, kind="promise", state="open").exists():
            await self._speak(liaison, f"拟复 {n} 检测合格，报告已贴在公告栏。", False)
        elif row.replied_at is not None:
            await self._speak("zhou", f"办结 {n} 已更换筛网并公布检测结果", False)
        else:
            await self._speak(liaison, f"拟复 {n} 已封存留样，11月26日前公布结果。", False)

    async def _unpublished(self, row: Incident) -> bool:
        last = await Draft.filter(incident_id=row.number).order_by("-edition").first()
        return last is not None and (row.replied_at is None or row.answer != last.text)

    @rule(n=st.integers(0, 2), words=st.sampled_from(MATTERS))
    def somebody_forwards(self, n: int, words: str) -> None:
        self.run(self._speak("zhou", f"@回音 {words} {POSTS[n]}", False))

    async def _speak(self, who: str, text: str, addressed: bool) -> None:
        self.last = Message(
            channel="local", id=uuid4().hex, conversation="work", sender=who, sent_at=self.story.clock.now(), text=text,
            addressed=addressed or "@回音" in text,
        )  # fmt: skip
        about, last = await self._about(), await self._last_event()
        await self.story.deliver(self.last)
        await self._nobody_concerned_decided(who, about, last)
        assert "对不起" not in " ".join(one.text for one in self.story.fresh), text

    @rule(said=anything, form=st.sampled_from(PASSED_ON))
    def somebody_passes_on_words(self, said: tuple[str, str, int, bool], form: str) -> None:
        who, words, n, addressed = said
        self.run(self._pass_on(who, form.format(words.format(n=n)), addressed))

    async def _pass_on(self, who: str, words: str, addressed: bool) -> None:
        """Send what others said, as a record, and as text that is marked as theirs: nothing is decided by it."""
        last = await self._last_event()
        known = {"channel": "local", "conversation": "work", "sender": who, "sent_at": self.story.clock.now()}
        for content in ({"material": words}, {"text": words}) if "：" in words else ({"material": words},):
            await self.story.deliver(Message(id=uuid4().hex, addressed=addressed, **known, **content))  # type: ignore[arg-type]
        done = {line.kind for line in await Event.filter(id__gt=last, actor=who, incident__isnull=False)}
        assert done <= TAKEN_IN, (who, words, done)

    @rule()
    def the_platform_repeats_itself(self) -> None:
        if self.last is not None:
            before = self.run(self._counts())
            self.run(self.story.deliver(self.last))
            assert self.run(self._counts()) == before

    @rule(who=person, data=st.data())
    def somebody_presses_any_button(self, who: str, data: st.DataObject) -> None:
        sent = [one for one in self.run(self._cards()) if one.say.card and one.say.card.buttons]
        if sent:
            message = data.draw(st.sampled_from(sent))
            label = data.draw(st.sampled_from(message.labels))
            about, last = self.run(self._about()), self.run(self._last_event())
            self.run(self.story.press(who, message, label))
            self.run(self._nobody_concerned_decided(who, about, last))

    async def _about(self) -> dict[int, list[str]]:
        return {row.number: row.about for row in await Incident.all()}

    async def _last_event(self) -> int:
        last = await Event.all().order_by("-id").first()
        return last.id if last else 0

    async def _nobody_concerned_decided(self, who: str, about: dict[int, list[str]], last: int) -> None:
        """Check what somebody's words have just done in the matters that were about them before."""
        person = self.story.bot.office.institution.person(who)
        assert person
        for line in await Event.filter(id__gt=last, actor=who, incident__isnull=False):
            if concerned(person, about.get(line.incident, [])):
                assert line.kind in STATEMENTS, (who, line.incident, line.kind)
                if line.kind in ("opened", "tier", "concern"):
                    assert await Event.filter(id__gt=last, incident=line.incident, kind="joined").exists(), line.kind
        for row in await Incident.all():
            gone = {*about.get(row.number, [])} - {*row.about}
            agreed = await Event.filter(id__gt=last, incident=row.number, kind__in=("approved", "undone")).exists()
            assert agreed or not [one for one in gone if not one.startswith("maybe:")], (row.number, gone)

    async def _cards(self) -> list[BotMessage]:
        rows = await Outbox.filter(state="accepted", card__isnull=False).order_by("-id").limit(8)
        return [BotMessage(row.id, row.sent_at, row.conversation, json.decode(row.body, type=Reply)) for row in rows]

    @rule(minutes=st.sampled_from((1, 3, 31, 240, 1441)))
    def time_passes(self, minutes: int) -> None:
        self.run(self.story.until(self.story.clock.now() + timedelta(minutes=minutes)))

    @rule(minutes=st.sampled_from((5, 600)))
    def the_machine_was_off(self, minutes: int) -> None:
        self.run(self.story.jump(timedelta(minutes=minutes)))

    @rule()
    def the_bot_restarts(self) -> None:
        self.run(self._restart())

    async def _restart(self) -> None:
        await self.redis.flushall()
        timers = Timers(self.redis)
        self.stack.push_async_callback(timers.aclose)
        self.story.bot = build(demonstration(self.directory), self.story.clock, timers)
        await self.story.settle()

    async def _counts(self) -> tuple[int, ...]:
        return await Event.all().count(), await Incident.all().count(), await Outbox.all().count()

    @invariant()
    def what_must_hold_holds(self) -> None:
        if hasattr(self, "story"):
            self.run(self._check())

    async def _check(self) -> None:
        assert await audit.verify() is None
        incidents = {row.number: row for row in await Incident.all()}
        await self._one_open_incident_per_post(incidents)
        await self._holders_add_up(incidents)
        await self._duties_of_closed_matters(incidents)
        await self._closed_by_an_answer_or_a_signed_remedy(incidents)
        await self._open_matters_owe_something(incidents)
        await self._approvals()
        await self._overruns_stay()
        await self._figures_add_up()
        await self._no_reminder_after_a_duty_is_met()

    async def _one_open_incident_per_post(self, incidents: dict[int, Incident]) -> None:
        owners = await Post.all().values_list("fingerprint", "incident_id")
        assert len({fingerprint for fingerprint, _ in owners}) == len(owners)
        for number, row in incidents.items():
            assert row.merged_into is None or row.stage == "merged"
            seen = {number}
            while row.merged_into is not None:
                assert row.merged_into not in seen
                seen.add(row.merged_into)
                row = incidents[row.merged_into]

    async def _holders_add_up(self, incidents: dict[int, Incident]) -> None:
        now = self.story.clock.now()
        for number, row in incidents.items():
            held = await reports.holdings([number])
            for one, after in pairwise(held):
                assert one["until"] == after["since"], held
            end = row.resolved_at if row.stage not in OPEN_STAGES else now
            assert held[0]["since"] == row.found_at
            assert (held[-1]["until"] or now) == end, (row.stage, held)
            open_holders = await Holding.filter(incident_id=number, until=None).values_list("holder", flat=True)
            assert list(open_holders) == ([row.holder] if row.stage in OPEN_STAGES else [])

    async def _duties_of_closed_matters(self, incidents: dict[int, Incident]) -> None:
        for duty in await Duty.exclude(state="open"):
            assert duty.next_at is None
        for duty in await Duty.filter(state="open"):
            row = incidents[duty.incident_id]
            assert duty.cycle == row.cycle
            assert row.stage in (*OPEN_STAGES, "resolved"), (row.stage, duty.kind)
            assert row.stage != "resolved" or duty.kind in {"summary", "stand"}, duty.kind

    async def _closed_by_an_answer_or_a_signed_remedy(self, incidents: dict[int, Incident]) -> None:
        for number, row in incidents.items():
            if row.stage != "resolved":
                continue
            signed = Request.filter(incident_id=number, cycle=row.cycle, state="approved")
            remedy = await signed.filter(kind="remedy").exists()
            excused = bool(row.unanswerable) and await signed.filter(kind="unanswerable").exists()
            answered = bool(row.replied_at) and await self._was_signed(row)
            told = row.outcome == "transferred" and answered
            assert (answered and is_final(row.answer)) or told or (excused and (remedy or row.outcome == "transferred"))
            assert row.outcome != "remedied" or remedy
            assert not await Duty.filter(incident_id=number, kind="promise", state="open").exists()

    async def _was_signed(self, row: Incident) -> bool:
        """Return whether the answer is the text of a draft that was approved in the present cycle."""
        editions = await Draft.filter(incident_id=row.number, text=row.answer).values_list("edition", flat=True)
        requests = Request.filter(incident_id=row.number, cycle=row.cycle, kind="reply", state="approved")
        return any(request.subject["edition"] in editions for request in await requests)

    async def _open_matters_owe_something(self, incidents: dict[int, Incident]) -> None:
        for number, row in incidents.items():
            if row.stage in OPEN_STAGES:
                owed = Duty.filter(incident_id=number, state="open").exclude(kind__in=("calm", "stand"))
                assert await owed.exists(), row.stage

    async def _overruns_stay(self) -> None:
        """No act takes an overrun off or changes it, and every duty that is late or was met late has one."""
        rows = {row["id"]: tuple(row.values()) for row in await Overrun.all().values()}
        assert self.ran_over.items() <= rows.items()
        self.ran_over = rows
        recorded = {(row.duty, row.due_at) for row in await Overrun.all()}
        for duty in await Duty.filter(due_at__lt=self.story.clock.now()).exclude(kind__in=overruns.NEVER_LATE):
            late = duty.state == "open" or (duty.met_at is not None and duty.met_at > duty.due_at)
            carried_over = duty.started_at >= duty.due_at
            assert (duty.id, duty.due_at) in recorded or not late or carried_over, (duty.incident_id, duty.kind)

    async def _figures_add_up(self) -> None:
        """The overruns on record are those of the parties together, struck matters included."""
        now = self.story.clock.now()
        since, until = self.story.clock.now() - timedelta(days=400), now + timedelta(days=1)
        builder = StatisticsBuilder(self.story.bot.office.institution, now)
        async for page in ledger.pages(since, until, now):
            for row in page:
                builder.add(counted(row, now))
        builder.add_overruns(await overruns.struck(since, until, now))
        assert builder.end().total.overruns == await Overrun.filter(incident_id__isnull=False).count()

    async def _no_reminder_after_a_duty_is_met(self) -> None:
        met = {duty.id: duty.met_at for duty in await Duty.filter(state="met")}
        for line in await Event.filter(kind="reminded", id__gt=self.checked).order_by("id"):
            duty = json.decode(line.data)["duty"]
            assert duty not in met or line.at <= met[duty], (line.incident, duty)
            self.checked = line.id

    async def _approvals(self) -> None:
        people = self.story.bot.office.institution
        for request in await Request.all().select_related("incident"):
            if request.state in ("approved", "rejected"):
                assert request.decided_by != request.asked_by
            if request.state == "pending":
                assert request.incident.stage in OPEN_STAGES
        for line in await Event.filter(kind__in=("approved", "rejected")):
            actor = people.person(line.actor)
            assert actor
            assert actor.has("leader", "chief", "office")


Lifecycle.TestCase = None  # type: ignore[assignment,misc]


@pytest.mark.timeout(0 if EXAMPLES > 20 else 120)
def test_nothing_goes_wrong(valkey: EmbeddedValkey) -> None:
    Lifecycle.server = os.environ.get("HUIYIN_TEST_REDIS") or valkey.url
    run_state_machine_as_test(
        Lifecycle,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=25,
            deadline=None,
            derandomize=EXAMPLES <= 20,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
