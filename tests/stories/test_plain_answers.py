"""Answers name what waits by its kind, what an extension leaves promised, and what ran over, in both languages."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.support.story import FINAL, Story, new_story

PROOF = "https://www.ycsyzx.edu.cn/kitchen/7.html"


@pytest.fixture
async def english(tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    async with new_story(tmp_path, redis, language="en") as started:
        yield started


async def test_two_requests_on_one_matter_are_told_apart(story: Story) -> None:
    await story.acknowledged()
    remedy = (await story.say("wang", f"办结 1 整改：更换供货商和筛网 {PROOF}"))[-1]
    assert "申请按整改办结：更换供货商和筛网" in remedy.text
    draft = (await story.say("wang", f"拟复 1 {FINAL}"))[-1]
    assert "回复：同意发布 1，或：不同意发布 1 理由" in draft.text
    told = (await story.say("qian", "@回音 全部同意"))[-1].text
    assert "同意整改 1" in told
    assert "同意发布 1" in told
    assert "#1、#1" not in told


async def test_two_requests_in_english(english: Story) -> None:
    await english.acknowledged()
    remedy = (await english.say("wang", f"resolve 1 remedied: supplier replaced {PROOF}"))[-1]
    assert "as remedied: supplier replaced" in remedy.text
    draft = (await english.say("wang", "draft 1 It is true: the sieve was replaced."))[-1]
    assert "Answer: approve reply 1, or: reject reply 1 <reason>" in draft.text
    told = (await english.say("qian", "@Huiyin all approved"))[-1].text
    assert "approve remedy 1" in told
    assert "approve reply 1" in told


async def test_an_extension_leaves_the_promise(story: Story) -> None:
    await story.published()
    asked = (await story.say("wang", "延期 1 1天 等检测报告"))[-1]
    assert "承诺 11-26（周四）24:00 不变；要改期请拟复" in asked.text
    await story.say("qian", "同意 1")
    assert "承诺 11-26（周四）24:00 不变" in story.expect("同意延期").text


async def test_an_extension_in_english(english: Story) -> None:
    await english.drafted("The samples are in the lab; results by 26 November.")
    await english.say("qian", "approve 1")
    await english.publish()
    asked = (await english.say("wang", "extend 1 1d the lab needs longer"))[-1]
    assert "The promise to the public (Thu 26 Nov 24:00) stays" in asked.text
    await english.say("qian", "approve 1")
    assert "(Thu 26 Nov 24:00) stays" in english.expect("approved the extension").text


async def test_a_closing_names_the_reply_that_was_late(story: Story) -> None:
    await story.acknowledged()
    await story.advance("1d")
    await story.closed()
    assert "，办结按时，当日回复超时" in story.expect("已办结").text


async def test_a_late_reply_in_english(english: Story) -> None:
    await english.acknowledged()
    await english.advance("1d")
    await english.closed()
    assert ", resolved in time, same-day reply late" in english.expect("Resolved").text


async def test_a_zero_report_tells_what_is_still_overdue(story: Story) -> None:
    await story.acknowledged()
    await story.advance("2d")
    told = (await story.say("zhou", "@回音 今日"))[-1].text
    assert "此前的事项还有 1 件超时未完成，见下" in told


async def test_a_zero_report_in_english(english: Story) -> None:
    await english.acknowledged()
    await english.advance("2d")
    assert "1 earlier matter is still overdue, see below" in (await english.say("zhou", "@Huiyin today"))[-1].text
