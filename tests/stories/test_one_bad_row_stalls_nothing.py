"""Whatever fails in the clock's work, the rest goes on; the desk hears of it; storage that is away stops all."""

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from handlers.common import case_library
from handlers.rules.people.institution import Institution
from handlers.rules.regime.regime_parts import Routine
from handlers.rules.regime.routines import slots
from handlers.timed import delegation_end, overdue, retention, routine_duties
from storage import delegations, duties, overruns, routines
from storage.database.faults import Fault
from storage.forms import NumberTaken
from storage.tables import Delegation, Duty, Event, Setback
from tests.support.broken import locked
from tests.support.faults import fault
from tests.support.story import Story, monday, new_story


def failing(of: Any, name: str, when: Any = lambda *_: True, error: Exception | None = None) -> pytest.MonkeyPatch:
    """Let a function raise where its arguments say so, until the patch is undone."""
    patched, real = pytest.MonkeyPatch(), getattr(of, name)

    def fails(*arguments: Any, **options: Any) -> Any:
        if when(*arguments):
            raise error or RuntimeError("broken")
        return real(*arguments, **options)

    patched.setattr(of, name, fails)
    return patched


async def setbacks() -> list[tuple[str, str]]:
    return [(row.kind, row.subject) for row in await Setback.all().order_by("id")]


async def test_a_time_that_the_calendar_names_twice_is_owed_once(tmp_path: Path, redis: Redis) -> None:
    async with new_story(tmp_path, redis, **{'regime = "standard"': 'regime = "watch"'}) as story:
        regime, institution = story.bot.office.regime, story.bot.office.institution
        routine = next(one for one in regime.routine if one.kind == "check-in")
        twice = routine_twice(routine)
        story.bot.office.regime = replace(regime, routine=(*twice, *regime.routine))
        await story.settle()
        await story.until(monday("18:00"))
        noon = await Duty.filter(kind="check-in", due_at=monday("12:00")).count()
        evening = await Duty.filter(kind="check-in", due_at=monday("17:30")).count()
        assert (noon, evening) == (owners(institution, routine), owners(institution, routine))
        assert await setbacks() == []


def routine_twice(routine: Routine) -> tuple[Routine, ...]:
    return (
        replace(routine, times=None, by=("12:00", "17:30", "end of workday")),
        replace(routine, times=None, by=("12:00",)),
    )


def owners(institution: Institution, routine: Routine) -> int:
    return len(institution.with_role(routine.owner)) if routine.each else 1


async def test_the_storage_takes_a_slot_that_is_handed_over_twice_once(story: Story) -> None:
    regime, institution = story.bot.office.regime, story.bot.office.institution
    routine = Routine(kind="check-in", owner="officer", by=("12:00",), days="every day")
    [slot] = slots(replace(regime, routine=(routine,)), institution, monday("00:00").date())
    at = monday("11:00")
    assert len(await routines.open_slots([(slot, at), (slot, at)])) == 1
    assert await routines.open_slots([(slot, at)]) == []


async def test_slots_that_cannot_be_opened_stop_no_reminder(story: Story) -> None:
    await story.opened()
    patched = failing(routine_duties, "open_days")
    story.bot.timekeeper._opened = None
    await story.advance("31m")
    patched.undo()
    story.expect("签收")
    assert ("background", "routine duties") in await setbacks()
    assert "后台工作 routine duties：出错" in story.expect("没有办成：").text


async def test_overruns_that_cannot_be_recorded_stop_no_reminder(story: Story) -> None:
    await story.opened()
    patched = failing(overruns, "record")
    await story.advance("31m")
    patched.undo()
    story.expect("签收")
    assert await setbacks() == [("background", "overruns")]


async def test_a_batch_that_one_row_spoils_is_taken_row_by_row(story: Story) -> None:
    await story.opened()
    await story.opened("@回音 空调坏了 https://weibo.com/1642634100/MzVRA2E8G")
    bad = (await story.duty("acknowledge", 1)).id

    def has_it(steps: Any, *_: Any) -> bool:
        return any(step.duty == bad for step in steps)

    patched = failing(duties, "fire", has_it, OverflowError("too large"))
    story.clock.set(monday("10:36"))
    sent = await story.settle()
    patched.undo()
    assert [one.text[:4] for one in sent if one.text.startswith("〔")] == ["〔#2〕"]
    assert [kind for kind, _ in await setbacks()] == ["duty"]
    await story.jump(monday("11:40") - story.now)
    assert "〔#1〕" in [one.text[:4] for one in story.fresh]


async def test_storage_that_is_away_puts_no_duty_off(story: Story) -> None:
    await story.opened()
    before = (await story.duty("acknowledge")).next_at
    patched = failing(duties, "fire", error=locked())
    story.clock.set(monday("10:36"))
    assert await fault(story.bot.timekeeper.drain) is Fault.AWAY
    patched.undo()
    assert (await story.duty("acknowledge")).next_at == before
    assert await setbacks() == []
    await story.jump(monday("10:40") - story.now)
    story.expect("签收")


async def test_a_rule_that_raises_stops_its_own_row_only(story: Story) -> None:
    await story.opened()
    patched = failing(overdue, "decide")
    story.clock.set(monday("10:36"))
    await story.settle()
    patched.undo()
    assert [kind for kind, _ in await setbacks()] == ["duty"]


async def test_what_a_person_did_meanwhile_leaves_the_list(story: Story) -> None:
    await story.opened()
    await story.say("qian", "授权 办公室 2小时")
    patched = failing(overdue, "decide")
    expiring = failing(delegations, "expire")
    story.clock.set(monday("12:40"))
    await story.settle()
    patched.undo()
    expiring.undo()
    await story.say("zhou", "失败")
    assert "提醒 acknowledge" in story.fresh[-1].text
    assert "委托到期" in story.fresh[-1].text
    await story.say("wang", "签收 1")
    await story.say("qian", "收回授权")
    await story.say("zhou", "失败")
    story.expect("近七天没有办不成的消息")


async def test_erasing_that_fails_stops_no_document_and_no_delegation(story: Story) -> None:
    patched = failing(retention, "erase")
    story.bot.retention.erased_on = None
    await story.say("qian", "授权 办公室 2小时")
    await story.advance("3h")
    patched.undo()
    assert await setbacks() == [("background", "retention")]
    assert await Delegation.filter(ended_at=None).count() == 0


async def test_one_delegation_that_cannot_be_ended_stops_no_other(story: Story) -> None:
    await story.say("qian", "授权 办公室 2小时")
    await story.say("sun", "授权 办公室 2小时")
    first = (await Delegation.all().order_by("id").first()).id  # type: ignore[union-attr]
    patched = failing(delegations, "expire", lambda row, *_: row.id == first)
    await story.advance("3h")
    patched.undo()
    assert [row.id for row in await Delegation.filter(ended_at=None)] == [first]
    assert ("delegation", str(first)) in await setbacks()
    await story.advance("1h")
    assert await Delegation.filter(ended_at=None).count() == 0
    assert await setbacks() == []
    assert delegation_end.BY == "clock"


async def test_an_entry_that_cannot_be_followed_stops_no_other(story: Story) -> None:
    patched = failing(case_library, "learn", lambda number, *_: number == 1)
    await story.opened()
    await story.opened("@回音 空调坏了 https://weibo.com/1642634100/MzVRA2E8G")
    patched.undo()
    assert [kind for kind, _ in await setbacks()] == ["entry"]
    assert "表单或案例库 opened" in "".join(one.text for one in await story.say("zhou", "失败"))
    assert (await story.say("zhou", "查 空调"))[-1].text.count("#2") == 1


async def test_an_entry_that_failed_is_followed_later_as_the_desk_is_told(story: Story) -> None:
    patched = failing(case_library, "learn")
    await story.opened()
    await story.advance("11m")
    assert [(row.kind, row.times) for row in await Setback.all()] == [("entry", 2)]
    assert "出错，过后会再做" in (await story.say("zhou", "失败"))[-1].text
    patched.undo()
    await story.advance("15m")
    assert (await Setback.get()).times == 2
    await story.advance("6m")
    assert await setbacks() == []
    assert (await story.say("zhou", "查 食堂"))[-1].text.count("#1") == 1


async def test_a_number_that_stays_taken_stops_no_other_entry(story: Story) -> None:
    patched = failing(case_library, "learn", lambda number, *_: number == 1, NumberTaken())
    await story.opened()
    await story.opened("@回音 空调坏了 https://weibo.com/1642634100/MzVRA2E8G")
    patched.undo()
    assert [kind for kind, _ in await setbacks()] == ["entry"]
    assert (await story.say("zhou", "查 空调"))[-1].text.count("#2") == 1


async def test_a_duty_that_was_put_off_is_not_listed_once_it_is_done(story: Story) -> None:
    await story.opened()
    patched = failing(overdue, "decide")
    await story.advance("40m")
    assert "过后会再做" in (await story.say("zhou", "失败"))[-1].text
    patched.undo()
    await story.advance("1h")
    assert await setbacks() == []
    assert "过后会再做" not in (await story.say("zhou", "失败"))[-1].text


async def test_a_digest_that_cannot_be_made_is_listed(story: Story) -> None:
    from handlers.timed import scheduled_digests

    loop = story.bot.digest_loop
    assert loop
    await loop.drain()
    patched = failing(scheduled_digests, "issue")
    await story.until(monday("18:30"))
    await loop.drain()
    patched.undo()
    assert {kind for kind, _ in await setbacks()} == {"digest"}
    await story.advance("2m")
    await loop.drain()
    assert await Event.all().exists()
    assert await setbacks() == []


async def test_a_digest_is_not_blamed_for_storage_that_is_away(story: Story) -> None:
    from handlers.timed import scheduled_digests

    loop = story.bot.digest_loop
    assert loop
    await loop.drain()
    patched = failing(scheduled_digests, "issue", error=locked())
    story.clock.set(monday("18:30"))
    assert await fault(loop.drain) is Fault.AWAY
    patched.undo()
    assert await setbacks() == []
