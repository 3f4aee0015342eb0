"""Talk among colleagues is ignored; an unknown sentence is answered only if it addresses the bot."""

import pytest

from storage.tables import Incident, Request
from tests.support.story import Story

TALK = [
    "早上好",
    "今天食堂的饭菜不错",
    "收到",
    "好的，谢谢",
    "辛苦了",
    "我不同意这个说法",
    "下午三点开会，请各部门准时参加，地点在三楼会议室，不要迟到，谢谢大家配合",
    "12",
    "12号下午开会",
    "11月26日前完成",
    "王强在吗",
    "ok",
    "Thanks!",
    "同意的请举手",
    "已经签收了",
]


@pytest.mark.parametrize("words", TALK)
async def test_it_is_ignored(story: Story, words: str) -> None:
    await story.drafted()
    await story.say("qian", words)
    story.silent()
    assert await Incident.all().count() == 1
    assert (await Request.get(id=1)).state == "pending"


COMMAND_LIKE = [
    "登记表在哪里",
    "转发一下这个通知",
    "发布会几点开始",
    "签收单在门卫室",
    "办结了吗",
    "查了没有",
    "延期了吗",
    "close the door",
]


@pytest.mark.parametrize("words", COMMAND_LIKE)
async def test_talk_that_begins_like_a_command_is_ignored(story: Story, words: str) -> None:
    await story.drafted()
    await story.say("qian", words)
    story.silent()


async def test_a_text_after_the_bots_name_that_nobody_understands(story: Story) -> None:
    await story.say("wang", "@回音 今天天气怎么样")
    answer = story.expect("没看懂这句话，没有办理")
    assert "回复“帮助”" in answer.text


async def test_a_slip_of_the_finger_is_guessed_but_not_done(story: Story) -> None:
    await story.opened()
    await story.say("wang", "@回音 鉴收 1")
    story.expect("您是想说“签收 1”吗")
    assert (await story.incident()).stage == "assigned"


async def test_a_long_text_from_the_desk_opens_an_incident(story: Story) -> None:
    await story.say("zhou", "@回音 家长在群里说孩子这几天在食堂吃坏了肚子，已经有七八个孩子请假了，想问学校管不管")
    story.expect("〔#1〕", pinged="wang")


async def test_from_others_it_is_asked_back(story: Story) -> None:
    await story.say("wu", "@回音 家长在群里说孩子这几天在食堂吃坏了肚子，已经有七八个孩子请假了，想问学校管不管")
    story.expect("是的话请在前面加“上报”再发一次")
    assert await Incident.all().count() == 0


async def test_the_bots_bare_name_gets_the_help(story: Story) -> None:
    await story.say("wang", "@回音")
    assert "签收 12" in story.expect("王强，您可以这样对我说").text


POSTS = [
    "延期交房半年没人管",
    "查了三年没有结果",
    "发布会上说的都是假的",
    "办结了还是没修好",
    "驳回业主诉求",
    "接收的快递丢了",
]


@pytest.mark.parametrize("words", POSTS)
async def test_a_post_that_begins_like_a_command_is_a_post(story: Story, words: str) -> None:
    await story.say("zhou", f"@回音 {words} https://weibo.com/1642634100/MzVRA2E8G")
    assert await Incident.all().count() == 1


async def test_nonsense_gets_no_grave_suggestion(story: Story) -> None:
    await story.say("wang", "@回音 asdf")
    assert "您是想说" not in story.expect("没看懂这句话").text
