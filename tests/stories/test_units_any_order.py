"""Whatever is said, in any order: the units' figures add up to the office's, and nobody reads another's."""

from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest
from redis.asyncio import Redis

from storage.scope import OFFICE
from tests.stories.test_units_sums import POST, figures, simple
from tests.support.story import monday
from tests.support.units import FIRST, SECOND, THIRD, Units, units

TOPICS = {"1": "铁丝", "2": "积水", "3": "噪音"}
"""A word that stands in the posts of each unit alone."""
OWN = (
    "签收 {n}",
    "拟复 {n} 经核实，已处理到位，不会再出现，欢迎监督。",
    "已发布 {n} https://weibo.com/1234567890/Xy9zK8w{x}",
    "办结 {n} 已处理到位",
    "上交 {n} 请牵头",
    "延期 {n} 1天 等检测",
    "误报 {n} 弄错了",
    "查 {n}",
    "撤回",
    "续报 {n} 有进展",
    "退单 {n} 不归我们",
    "待办",
    "今日",
    "查 家长反映",
)
OFFICES = (
    "接办 {n}",
    "发回 {n} 请自行答复",
    "接办 {n} 总务处",
    "改派 {n} 总务处",
    "批办 {n} 2天 请查明",
    "重办 {n} 又有反映",
    "升级 {n} 重大 媒体来电",
    "同意 {n}",
    "不同意 {n} 请写明日期",
    "回访 {n} 满意 电话",
    "平息 {n} 评论已经没有",
    "涉及 {n} 何校长",
)


@pytest.fixture
async def story(tmp_path: Path, redis: Redis) -> AsyncIterator[Units]:
    async with units(tmp_path, redis) as begun:
        yield begun


@pytest.mark.parametrize("seed", [3, 11])
async def test_the_sums_hold_and_nothing_is_told_across(story: Units, seed: int) -> None:
    chance, opened = Random(seed), 0
    for step in range(70):
        k = chance.choice("123")
        n = chance.randint(1, max(opened, 1))
        if step < 5 or chance.random() < 0.12:
            opened += 1
            words = POST.format(f"{TOPICS[k]}的事", f"{opened:02}")
            await story.at(f"s{k}", f"l{k}", words)
        elif chance.random() < 0.6:
            words = chance.choice(OWN).format(n=n, x=f"Q{step:02}")
            await story.at(f"s{k}", chance.choice((f"l{k}", f"h{k}")), words)
        else:
            await story.say(chance.choice(("li", "sun", "zhao")), chance.choice(OFFICES).format(n=n))
        if chance.random() < 0.15:
            await story.advance(chance.choice(("1h", "5h", "12h")))
        for group in TOPICS:
            others = [word for k, word in TOPICS.items() if k != group]
            assert not [one for one in others if one in story.heard(f"s{group}")], words
    await story.until(max(monday("18:00", 5), story.now))
    whole = simple(await figures(story, None))
    parts = [simple(await figures(story, scope)) for scope in (FIRST, SECOND, THIRD, OFFICE)]
    assert whole["received"] > 5
    assert {name: sum(one.get(name, 0) for one in parts) for name in whole} == whole
