"""A leader's natural words approve what is quoted, named, or alone in waiting, and nothing else."""

import pytest

from storage.tables import Request
from tests.support.adversaries import sentences
from tests.support.story import Story

BY_NUMBER = ("12", "十二")


def words(name: str) -> list[str]:
    """Return every second sentence of a file that names no number."""
    return [one for one in sentences(name) if not any(number in one for number in BY_NUMBER)][::2]


@pytest.mark.timeout(300)
async def test_each_of_them_counts_for_the_only_request(story: Story) -> None:
    await story.drafted()
    await story.advance("2m")
    for said in (*words("signs"), *(f"@回音 {one}" for one in words("agrees"))):
        await Request.filter(id=1).update(
            state="pending", decided_by=None, decided_at=None, step=0, subject={"edition": 1}
        )
        await story.say("qian", said)
        assert (await Request.get(id=1)).state == "approved", said


@pytest.mark.parametrize(
    "said", ["1号就这么发吧", "嗯那个一号就这么发吧", "一号的回复我看了，同意", "1 可以发", "#1 OK", "LGTM #1"]
)
async def test_by_number(story: Story, said: str) -> None:
    await story.drafted()
    await story.opened("@回音 操场跑道有气味 https://weibo.com/1234567890/Zz1cD2eF3")
    await story.say("wang", "拟复 2 已停用跑道，11月26日前公布检测结果。")
    await story.advance("2m")
    await story.say("qian", said if not said.startswith("LGTM") else "#1 LGTM", private=True)
    assert [row.state for row in await Request.all().order_by("id")] == ["approved", "pending"]


@pytest.mark.parametrize("said", ["可以", "没问题，发吧", "OK", "👍", "同意"])
async def test_the_quoted_one_is_meant(story: Story, said: str) -> None:
    first = await story.drafted()
    await story.opened("@回音 操场跑道有气味 https://weibo.com/1234567890/Zz1cD2eF3")
    await story.say("wang", "拟复 2 已停用跑道，11月26日前公布检测结果。")
    await story.advance("2m")
    await story.say("qian", said, quote=first)
    assert [row.state for row in await Request.all().order_by("id")] == ["approved", "pending"]


@pytest.mark.parametrize("said", ["可以", "没问题", "OK", "👍", "同意"])
async def test_with_two_waiting_it_asks_which(story: Story, said: str) -> None:
    await story.drafted()
    await story.opened("@回音 操场跑道有气味 https://weibo.com/1234567890/Zz1cD2eF3")
    await story.say("wang", "拟复 2 已停用跑道，11月26日前公布检测结果。")
    await story.advance("2m")
    await story.say("qian", f"@回音 {said}")
    assert "有 2 项等您审批，请写明编号" in story.expect("同意 1").text
    assert [row.state for row in await Request.all().order_by("id")] == ["pending", "pending"]


async def test_weak_words_overheard_are_talk(story: Story) -> None:
    await story.drafted()
    await story.advance("2m")
    for said in words("agrees"):
        if said == "可以发布":  # the words of the command
            continue
        await story.say("qian", said)
        assert (await Request.get(id=1)).state == "pending", said
        story.silent()


async def test_another_persons_signature_is_asked_back(story: Story) -> None:
    await story.drafted()
    await story.advance("2m")
    await story.say("qian", "@回音 同意\n孙副校长")
    assert (await Request.get(id=1)).state == "pending"


async def test_format_characters_and_the_bots_name_do_not_decide(story: Story) -> None:
    await story.opened()
    await story.say("wang", "@回音签\u200b收\u2060 1\ufeff")
    story.expect("〔#1〕王强 已签收")
