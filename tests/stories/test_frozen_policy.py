"""An incident keeps the regime under which it was opened; a changed regime applies to new incidents."""

import re
from pathlib import Path

from redis.asyncio import Redis

from bot.app import build
from tests.support.story import SHANGHAI, Story, demonstration, new_story

REGIMES = Path(__file__).parents[2] / "handlers/regimes"


async def test_another_regime_is_for_new_incidents(tmp_path: Path, redis: Redis) -> None:
    async with new_story(tmp_path, redis) as story:
        await story.opened()
        other = demonstration(tmp_path, **{'regime = "standard"': 'regime = "tiered"'})
        story.bot = build(other, story.clock, story.bot.timers)  # restarted with another file
        await story.say("wang", "延期 1 1天 等检测报告")
        story.expect("王强 申请延期 1天", pinged="qian")  # standard grants extensions, tiered does not
        await story.opened("@回音 空调坏了 https://weibo.com/1642634100/MzVRA2E8G")
        await story.say("wang", "延期 2 1天 等检测报告")
        story.expect("按本单位规则（分级时限），时限不能延期")
        # Three working days after Monday the 23rd end on Thursday the 26th; standard requires the same day.
        assert (await story.duty("reply", 2)).due_at.astimezone(SHANGHAI).isoformat() == "2026-11-27T00:00:00+08:00"
        assert (await story.duty("reply", 1)).due_at.astimezone(SHANGHAI).isoformat() == "2026-11-24T00:00:00+08:00"


async def test_what_counted_from_the_find_goes_on_so(tmp_path: Path, redis: Redis) -> None:
    """A policy that was frozen before duties could run from the posting knows nothing of it."""
    shipped = (REGIMES / "park.toml").read_text(encoding="utf-8")
    before = tmp_path / "park.toml"
    before.write_text(shipped.replace('starts = "posted"\n', ""), encoding="utf-8")
    post = "@回音 {} 发布时间：2026-11-21 10:00 https://weibo.com/1234567890/{}"
    old = demonstration(tmp_path, **{'regime = "standard"': f'regime = "{before}"'})
    async with new_story(tmp_path, redis, config=old) as story:
        await story.opened(post.format("食堂饭菜有异物", "Ab1cD2eF3"))
        new = demonstration(tmp_path, **{'regime = "standard"': 'regime = "park"'})
        story.bot = build(new, story.clock, story.bot.timers)
        await story.opened(post.format("空调坏了", "Zz9cD2eF3"))
        await story.say("wang", "延期 1 9天 等检测报告")
        story.expect("延期总共不能超过 11-30（周一）24:00")  # the fifth day from Monday the 23rd is a Saturday
        await story.say("wang", "为何 1")
        story.expect("自 11-23 10:05 起，当日不计，计 3 天：11-24（周二）")
        await story.say("wang", "为何 2")
        story.expect("自公众发帖 11-21 10:00 起，当日不计，计 3 天：11-22（周日）")


async def test_what_knew_no_tier_by_kind_goes_on_so(tmp_path: Path, redis: Redis) -> None:
    shipped = (REGIMES / "tiered.toml").read_text(encoding="utf-8")
    before = tmp_path / "tiered.toml"
    before.write_text(
        "\n".join(line for line in shipped.splitlines() if not line.startswith("kinds")), encoding="utf-8"
    )
    old = demonstration(tmp_path, **{'regime = "standard"': f'regime = "{before}"'})
    async with new_story(tmp_path, redis, config=old) as story:
        await story.opened()
        new = demonstration(tmp_path, **{'regime = "standard"': 'regime = "tiered"'})
        story.bot = build(new, story.clock, story.bot.timers)
        await story.say("li", "类别 1 投诉举报")
        assert (await story.incident()).tier == "general"


def before_the_watch(name: str, directory: Path) -> Path:
    """Write a shipped regime as it was before matters were watched until calm; return the file."""
    text = (REGIMES / f"{name}.toml").read_text(encoding="utf-8")
    parts = re.split(r"\n(?=\[)", text)
    kept = [one for one in parts if not re.match(r'\[calm\]|\[\[duty\]\]\nkind = "(?:track|situation)"', one)]
    if name == "company":
        kept = [one for one in kept if 'kind = "summary"' not in one]
    file = directory / f"{name}.toml"
    file.write_text("\n".join(kept), encoding="utf-8")
    return file


async def answered(story: Story, signer: str = "qian") -> None:
    await story.opened()
    await story.say("wang", "拟复 1 经查，该批次已停用，供货商已更换到位。")
    await story.say(signer, "同意")
    await story.publish()


async def test_where_nobody_watched_a_result_goes_on_counting_as_calm(tmp_path: Path, redis: Redis) -> None:
    old = demonstration(tmp_path, **{'regime = "standard"': f'regime = "{before_the_watch("bureau", tmp_path)}"'})
    async with new_story(tmp_path, redis, config=old) as story:
        await answered(story, "feng")  # in a bureau the head finalises
        new = demonstration(tmp_path, **{'regime = "standard"': 'regime = "bureau"'})
        story.bot = build(new, story.clock, story.bot.timers)
        await story.say("wang", "已报 1")
        await story.say("wang", "跟踪 1 王强")
        await story.say("li", "跟踪 1 王强")
        story.expect("按本单位规则（市直部门）不设跟踪")
        await story.say("wang", "办结 1 已停用该批次并更换供货商")
        assert (await story.duty("summary")).state == "open"
        await story.say("wang", "总结 1 起因、经过、整改")
        assert (await story.duty("summary")).state == "met"


async def test_where_nobody_watched_the_department_goes_on_saying_that_it_is_calm(tmp_path: Path, redis: Redis) -> None:
    old = demonstration(tmp_path, **{'regime = "standard"': f'regime = "{before_the_watch("company", tmp_path)}"'})
    async with new_story(tmp_path, redis, config=old) as story:
        await answered(story)
        new = demonstration(tmp_path, **{'regime = "standard"': 'regime = "company"'})
        story.bot = build(new, story.clock, story.bot.timers)
        await story.say("wang", "办结 1 已停用该批次并更换供货商")
        assert (await story.duty("calm")).state == "open"  # only calm meets it
        await story.say("wang", "平息 1")
        assert (await story.duty("calm")).state == "met"
