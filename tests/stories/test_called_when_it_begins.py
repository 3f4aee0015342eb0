"""Who owes something new is called when it begins: at the registration, on a rise, by the clock, after a deed."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.support.story import monday, new_story


def regime(name: str) -> dict[str, str]:
    return {'regime = "standard"': f'regime = "{name}"'}


@pytest.mark.parametrize(
    ("name", "called", "words"),
    [
        ("tiered", "li", "请回复：已报 1"),
        ("university", "li", "请写拟办意见：拟办 1 部门 时限 意见"),
        ("university", "qian", "请批办：批办 1 部门 时限 意见"),
        ("township", "zhao", "请批办：批办 1 部门 时限 意见"),
        ("watch", "li", "请回复：已报 1"),
    ],
)
async def test_at_the_registration(tmp_path: Path, redis: Redis, name: str, called: str, words: str) -> None:
    async with new_story(tmp_path, redis, **regime(name)) as story:
        await story.opened()
        told = story.expect(words, pinged=called)
        name = story.bot.office.institution.name_of(called)
        assert any(f"@{name}" in line and words in line for line in told.text.splitlines())


async def test_on_a_rise_by_words(tmp_path: Path, redis: Redis) -> None:
    async with new_story(tmp_path, redis, **regime("duty-office")) as story:
        await story.opened()
        await story.say("qian", "升级 1 重大 媒体关注")
        story.expect("请回复：已报 1", pinged="li")


async def test_on_a_rise_by_the_clock(tmp_path: Path, redis: Redis) -> None:
    async with new_story(tmp_path, redis, **regime("company")) as story:
        await story.acknowledged()
        sent = await story.until(monday("23:00", 20))
        [rose, *_] = [one for one in sent if "到期仍未平息" in one.text]
        assert "li" in rose.say.mentions
        assert "请写舆情通报：舆情通报 1 内容" in rose.text


async def test_after_a_publication_the_desk_is_called_to_watch(tmp_path: Path, redis: Redis) -> None:
    async with new_story(tmp_path, redis, **regime("bureau")) as story:
        await story.acknowledged()
        await story.say("wang", "拟复 1 经核实，饭菜异物是脱落的筛网，已更换筛网，留样检测合格。")
        await story.say("feng", "同意 1")
        await story.publish(by="wang")
        story.expect("跟踪", pinged="li")


ZHOU = 'name = "周晓"\nroles = ["officer"]'


async def test_of_two_who_owe_it_the_one_who_does_not_know_is_called(tmp_path: Path, redis: Redis) -> None:
    changed = regime("bureau") | {ZHOU: ZHOU.replace("officer", "office")}
    async with new_story(tmp_path, redis, **changed) as story:
        await story.acknowledged()
        await story.say("wang", "拟复 1 经核实，饭菜异物是脱落的筛网，已更换筛网，留样检测合格。")
        await story.say("feng", "同意 1")
        told = await story.publish(by="li")
        [line] = [line for line in told.text.splitlines() if "跟踪" in line]
        assert line.startswith("@周晓 ")
        assert "zhou" in told.say.mentions


WEB = '[web]\nhost = "127.0.0.1"'
ON_DUTY = '[[roster]]\npeople = ["zhou"]\nsince = "2026-11-23"\n\n'


async def test_the_office_instructs_and_not_the_officer_on_duty(tmp_path: Path, redis: Redis) -> None:
    async with new_story(tmp_path, redis, **regime("duty-office"), **{WEB: ON_DUTY + WEB}) as story:
        told = await story.opened()
        assert "@李主任 批办（" in told.text
        await story.until(monday("20:00"))
        assert story.expect("请批办：批办 1").say.mentions == ("li",)
        await story.say("li", "批办 1 总务处 3天 请查明原因")
        assert (await story.duty("instruct")).state == "met"
