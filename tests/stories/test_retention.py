"""Texts are erased at the end of their retention; holders stay on record, and the audit chain stays valid."""

import json

from handlers.timed import retention
from storage import audit, text_verification
from storage.tables import Draft, Event, File, Holding, Inbox, Incident, LibraryTerm, Outbox, Post, Request
from tests.support.story import Story

SECRETS = ("异物", "封存", "13812345678", "weibo.com", "家长", "等检测", "语气")


async def over(story: Story) -> None:
    """An incident with all kinds of text, closed, archived and three years old."""
    await story.say("zhou", "@回音 食堂饭菜有异物，家长电话13812345678 https://weibo.com/1234567890/Ab1cD2eF3")
    await story.say("wang", "签收 1")
    await story.say("wang", "延期 1 1天 等检测报告")
    await story.say("qian", "不同意 1 语气要改")
    await story.say("wang", "拟复 1 经查，异物是筛网，留样已封存，炊具已更换。")
    await story.say("qian", "同意 1")
    await story.say("zhou", "已发布 1 https://weibo.com/1234567890/Xy9zK8wQ1")
    await story.say("li", "处置单 1")
    await story.say("wang", "办结 1 整改：异物已查清，更换炊具")
    await story.say("wang", "备注 1 家长已告知")


async def rows() -> str:
    found = []
    for model in (Incident, Post, Draft, Request, Event, Inbox, Outbox, File, LibraryTerm):
        found += await model.all().values()
    return json.dumps(found, default=str, ensure_ascii=False)


async def test_before_its_time_nothing_goes(story: Story) -> None:
    await over(story)
    await story.jump(story.now.replace(year=2029, month=11, day=22) - story.now)
    assert (await Incident.get(number=1)).erased_at is None
    assert "异物" in (await Incident.get(number=1)).text


async def test_after_three_years_the_texts_are_gone(story: Story) -> None:
    await over(story)
    before = await Holding.filter(incident_id=1).count()
    duties = [(row["kind"], row["at"]) for row in await audit.history(1)]
    await story.jump(story.now.replace(year=2029, month=11, day=25) - story.now)
    left = await rows()
    assert [word for word in SECRETS if word in left] == []
    assert await Holding.filter(incident_id=1).count() == before
    assert [(row["kind"], row["at"]) for row in await audit.history(1)][: len(duties)] == duties
    assert await audit.verify() is None
    assert await text_verification.verify() is None


async def test_an_erased_matter_can_still_be_asked_about(story: Story) -> None:
    await over(story)
    await story.jump(story.now.replace(year=2029, month=11, day=25) - story.now)
    for text in ("查 1", "时间线 1", "依据 1", "台账 全部", "为何 1"):
        await story.say("li", text)
        assert "没有办成" not in story.fresh[-1].text, text
    await story.say("zhou", "@回音 食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF3")
    assert (await story.incident(2)).stage == "assigned"  # the address can be used again


async def test_by_hand_up_to_a_day(story: Story) -> None:
    await over(story)
    now = story.clock.now()
    assert await retention.over(story.bot.office, now, now) == []
    later = (await Incident.get(number=1)).resolved_at.replace(year=2027)
    assert await retention.over(story.bot.office, later, later) == [1]
    assert await retention.erase(story.bot.office, later, "admin", later) == 1
    assert await retention.erase(story.bot.office, later, "admin", later) == 0
    assert await audit.verify() is None


async def test_an_open_matter_keeps_its_texts(story: Story) -> None:
    await story.opened()
    await story.jump(story.now.replace(year=2031) - story.now)
    assert (await story.incident()).title == "食堂饭菜有异物"
    assert await audit.verify() is None


async def test_an_altered_text_is_named(story: Story) -> None:
    await story.drafted()
    event = await Event.get(kind="drafted")
    texts = json.loads(event.texts)
    texts["text"][1] = "我们没有错"
    await Event.filter(id=event.id).update(texts=json.dumps(texts, ensure_ascii=False))
    broken = await audit.verify()
    assert broken == audit.Break(event.id, "its text was altered (text)")


async def test_a_text_that_went_without_a_word_is_named(story: Story) -> None:
    await story.drafted()
    await Event.filter(kind="opened").update(texts=None)
    assert await audit.verify() == audit.Break(1, "its text is gone, and nobody erased it")


async def test_a_text_altered_where_it_is_used_is_named(story: Story) -> None:
    await story.drafted()
    assert await text_verification.verify() is None
    await Draft.filter(incident_id=1).update(text="我们没有错")
    broken = await text_verification.verify()
    assert broken
    assert broken.reason == "draft 1 of incident 1 is not the one on record"
    await Incident.filter(number=1).update(title="食堂饭菜很好")
    broken = await text_verification.verify()
    assert broken
    assert (broken.id, broken.reason) == (1, "the title of incident 1 is not the one on record")


async def test_an_altered_file_is_named(story: Story) -> None:
    await story.opened()
    await story.say("li", "处置单 1")
    await File.all().update(body=b"something else")
    broken = await text_verification.verify()
    assert broken
    assert "file 1 of incident 1" in broken.reason


async def test_the_chain_holds_no_text(story: Story) -> None:
    await over(story)
    chain = "".join([str(data) for data in await Event.all().values_list("data", flat=True)])
    assert [word for word in SECRETS if word in chain] == []
