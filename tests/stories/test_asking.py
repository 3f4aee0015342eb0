"""`查`, `待办`, `台账`, `帮助`: answers about the state of incidents."""

import pytest

from handlers.rules.incident.permissions import may_ever
from tests.support.story import Story, monday


async def test_where_a_matter_stands(story: Story) -> None:
    await story.drafted()
    await story.until(monday("12:05"))
    await story.say("li", "查 1")
    shown = story.expect("〔#1〕食堂饭菜有异物")
    assert "办理中 · 总务处 · 现在在钱副校长手里 · 距发现 2小时" in shown.text
    assert "签收 11-23（周一）10:35 ✓ 11-23 10:05" in shown.text
    assert "当日回复 11-23（周一）24:00 还有 11小时55分钟" in shown.text
    assert "待审批：答复" in shown.text
    assert "原帖：https://weibo.com/1234567890/Ab1cD2eF3" in shown.text


async def test_found_by_words(story: Story) -> None:
    await story.opened()
    await story.say("li", "查 食堂 异物")
    story.expect("#1 食堂饭菜有异物（待签收，总务处）")
    await story.say("li", "查 暖气")
    story.expect("没有找到“暖气”")


async def test_what_waits_is_sorted_by_urgency(story: Story) -> None:
    await story.published()
    await story.opened("@回音 操场跑道有气味 https://weibo.com/1234567890/Zz1cD2eF3")
    await story.say("wang", "待办")
    listed = story.expect("在办 2 件（总务处），按到期先后")
    assert listed.text.index("#2") < listed.text.index("#1")
    await story.say("chen", "待办")
    story.expect("没有等德育处办的事项")
    await story.say("li", "待办")
    story.expect("在办 2 件，按到期先后")


async def test_what_waits_for_a_signature_stands_apart(story: Story) -> None:
    await story.drafted()
    await story.opened("@回音 操场跑道有气味 https://weibo.com/1234567890/Zz1cD2eF3")
    shown = (await story.say("qian", "待办"))[-1].text
    assert shown.startswith("等您审批 1 项：\n#1 食堂饭菜有异物\n　答复｜【当日回复】还有")
    assert "｜同意 1\n" in shown
    assert "其余在办 1 件，按到期先后：\n#2 操场跑道有气味" in shown
    assert shown.count("#1") == 1
    await story.say("qian", "同意 1")
    shown = (await story.say("qian", "待办"))[-1].text
    assert shown.startswith("在办 2 件，按到期先后：")


async def test_two_requests_of_a_matter_are_told_apart(story: Story) -> None:
    await story.drafted()
    await story.say("wang", "延期 1 1天 等检测报告")
    shown = (await story.say("qian", "待办"))[-1].text
    assert "等您审批 2 项" in shown
    assert "同意发布 1" in shown
    assert "同意延期 1" in shown
    assert "没有别的事项在办。" in shown


async def test_others_requests_are_not_among_ones_own(story: Story) -> None:
    await story.drafted()
    for person in ("sun", "li", "wang"):
        assert "等您审批" not in (await story.say(person, "待办"))[-1].text


async def test_the_ledger_counts(story: Story) -> None:
    await story.closed()
    await story.opened("@回音 操场跑道有气味 https://weibo.com/1234567890/Zz1cD2eF3")
    await story.until(monday("10:40", 1))
    await story.say("li", "台账 本周")
    table = story.expect("台账（本周，截至 11-24 10:40）")
    # Incident 1: 10:05, whether its answer still stands.
    # Incident 2: 10:35, 14:35, 20:00, 22:00, then 07:00 (both duties) and 10:35.
    line = "收 2，当日回复 1，按时办结 1，办结 1，在办 1，现超时 1，提醒 7 次"
    assert f"总务处：{line}" in table.text
    assert f"合计：{line}" in table.text


@pytest.mark.parametrize("person", ["wang", "qian", "zhou", "li", "feng"])
async def test_the_help_lists_what_the_asker_may_say(story: Story, person: str) -> None:
    from handlers.registry import WITHOUT_UNITS

    asker = story.bot.office.institution.person(person)
    assert asker
    help_text = (await story.say(person, "帮助 全部"))[-1].text
    assert help_text.startswith(f"{asker.name}，您可以这样对我说")
    for name, handler in WITHOUT_UNITS.items():
        for example in handler.EXAMPLES["zh"]:
            assert (f"：{example}" in help_text or f"或　{example}" in help_text) == may_ever(asker, name), example
