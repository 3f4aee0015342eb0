"""Who says by hand that a matter is about a signer gains no signature by it, and those above hear of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage import incidents
from storage.tables import Incident
from tests.support.chains import latest, under_keys
from tests.support.story import Story

DRAFT = "拟复 1 已封存留样送检，11月26日前公布结果。"
CHAIN = 'approval = [{ by = ["leader"] }, { by = ["chief"] }]'


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Story]:
    async with under_keys(CHAIN, tmp_path, redis) as story:
        await story.acknowledged()
        yield story


async def test_nobody_of_the_desk_that_named_a_chief_signs_twice(story: Story) -> None:
    await story.say("zhou", "涉及 1 赵校长")
    await story.say("wang", DRAFT)
    [refused] = await story.say("li", "同意 1")
    assert "没有可以审批的人" in refused.text
    assert "转办 1" in refused.text
    assert (await latest()).state == "pending"


@pytest.mark.parametrize("named", ["赵校长", "赵校长、钱副校长、孙副校长"])
async def test_the_desk_does_not_sign_for_those_whom_it_named(tmp_path: Path, redis: Redis, named: str) -> None:
    async with under_keys('approval = [{ by = ["leader", "chief"] }]', tmp_path, redis) as story:
        await story.acknowledged()
        await story.say("zhou", f"涉及 1 {named}")
        await story.say("wang", DRAFT)
        await story.say("zhou", "同意 1")
        assert (await latest()).state == "pending"
        await story.say("li", "同意 1")
        assert (await latest()).state == "approved"


async def test_who_was_named_for_cause_is_replaced_by_another_leader(story: Story) -> None:
    await story.say("li", "涉及 1 钱副校长")
    await story.say("wang", DRAFT)
    assert (await story.incident()).holder == "approver:sun"
    await story.say("sun", "同意 1")
    assert (await story.incident()).holder == "approver:zhao"


async def test_words_that_join_a_matter_give_no_signature_to_who_forwards_them(tmp_path: Path, redis: Redis) -> None:
    async with under_keys('approval = [{ by = ["leader", "chief"] }]', tmp_path, redis) as story:
        await story.acknowledged()
        await story.say("zhou", "@回音 补充：举报赵校长收食堂红包 https://weibo.com/1234567890/Ab1cD2eF3")
        await story.say("wang", DRAFT)
        await story.say("zhou", "同意 1")
        assert (await latest()).state == "pending"


async def test_who_is_above_hears_of_it_apart(story: Story) -> None:
    sent = await story.say("zhou", "涉及 1 钱副校长")
    [told] = [one.text for one in sent if one.say.to == "zhao"]
    assert "周晓" in told
    assert "钱副校长" in told
    assert "不涉及 1" in told
    assert "qian" not in [one.say.to for one in sent]


async def test_leaders_hear_of_a_chief_who_is_named(story: Story) -> None:
    sent = await story.say("zhou", "涉及 1 赵校长")
    assert {one.say.to for one in sent if "本件反映的是赵校长" in one.text} == {"qian", "sun"}


async def test_nobody_above_is_told_of_who_signs_nothing(story: Story) -> None:
    sent = await story.say("zhou", "涉及 1 王强")
    assert not {"zhao", "qian", "sun"} & {one.say.to for one in sent}


async def test_a_name_that_is_undone_bars_nobody(story: Story) -> None:
    await story.say("zhou", "涉及 1 赵校长")
    await story.say("zhou", "撤销 1")
    assert (await Incident.get(number=1)).about_by is None
    await story.say("wang", DRAFT)
    assert (await story.incident()).holder == "approver:qian"


async def test_who_names_somebody_again_is_who_named_them(story: Story) -> None:
    await story.say("zhou", "涉及 1 孙副校长")
    await story.say("li", "不涉及 1 孙副校长")
    await story.say("qian", "同意更正 1")
    assert (await Incident.get(number=1)).about == []
    await story.say("li", "涉及 1 孙副校长")
    assert (await Incident.get(number=1)).about_by == {"person:sun": "li"}


async def test_a_merge_keeps_who_named_whom(story: Story) -> None:
    await story.say("zhou", "@回音 教室空调坏了，请尽快修理 https://weibo.com/1234567890/Ab1cD2eF9")
    await story.say("zhou", "涉及 2 赵校长")
    await story.say("li", "并入 2 1")
    record = await incidents.load(1)
    assert record is not None
    assert record.incident.about_by == {"person:zhao": "zhou"}
