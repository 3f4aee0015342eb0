"""Forms in Word: filled from the record, numbered without gaps, and readable by another library."""

from tests.support.papers import received, words
from tests.support.story import Story


async def asked(story: Story, text: str, person: str = "li") -> str:
    sent = await story.say(person, text)
    return await words(sent[-1])


async def test_a_handling_form_has_the_record_and_the_approval_block(story: Story) -> None:
    await story.say("zhou", "@回音 食堂饭菜有异物，电话13812345678 https://weibo.com/1234567890/Ab1cD2eF3")
    await story.say("wang", "签收 1")
    await story.say("wang", "拟复 1 已封存留样送检，11月26日前公布结果。")
    await story.say("qian", "同意")
    said = await asked(story, "处置单 1")
    assert "育才中学处置单" in said
    assert "编号：处〔2026〕1 号\t日期：2026年11月23日" in said
    assert "承办部门 | 总务处" in said
    assert "食堂饭菜有异物，电话138****5678" in said
    assert "https://weibo.com/1234567890/Ab1cD2eF3" in said
    assert "拟复内容 | 已封存留样送检，11月26日前公布结果。" in said
    assert "审批记录 | 钱副校长 2026年11月23日 10:05 同意答复" in said
    for block in ("部门负责人\n意见", "分管领导\n意见", "主要领导\n意见"):
        assert f"{block} | \n签名：" in said


async def test_numbers_have_no_gaps_and_stay(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "@回音 上报 放学时校门口堵车 @保卫处")
    assert "联〔2026〕1 号" in await asked(story, "联系单 1")
    assert "联〔2026〕2 号" in await asked(story, "联系单 2")
    assert "联〔2026〕1 号" in await asked(story, "联系单 1")
    story.expect("第 2 版")
    assert "处〔2026〕1 号" in await asked(story, "处置单 2")


async def test_a_number_of_a_new_year_begins_at_one(story: Story) -> None:
    await story.opened()
    await story.say("li", "联系单 1")
    await story.jump(story.now.replace(year=2027, month=1, day=4) - story.now)
    await story.say("zhou", "@回音 上报 放学时校门口堵车 @保卫处")
    assert "联〔2027〕1 号" in await asked(story, "联系单 2")
    assert "联〔2026〕1 号" in await asked(story, "联系单 1")


async def test_a_reminder_notice_names_what_is_owed_and_rings(story: Story) -> None:
    await story.opened()
    await story.advance("1h")
    said = await asked(story, "催办单 1")
    notice = story.expect("催办通知书〔2026〕1 号", pinged="wang")
    assert (await received(notice))[0] == "催办通知书〔2026〕1号.docx"
    assert "总务处：" in said
    assert "签收 | 2026年11月23日 10:35 | 已超时 30分钟" in said
    assert "抄送：钱副校长" in said


async def test_the_bulletin_names_what_ran_over(story: Story) -> None:
    await story.acknowledged()
    await story.jump(story.now.replace(day=24) - story.now)
    said = await asked(story, "通报")
    assert "关于2026年11月办理超时情况的通报" in said
    assert "共登记1件，办结0件，超时1项" in said
    assert "#1 | 食堂饭菜有异物（当日回复） | 总务处 | 11月23日 24:00 | 10小时5分钟" in said


async def test_a_department_asks_for_its_own_and_not_for_the_desks(story: Story) -> None:
    await story.opened()
    assert "育才中学舆情联系单" in await asked(story, "联系单 1", "wang")
    await story.say("wu", "联系单 1")
    assert not story.fresh[-1].say.attachments
    await story.say("wang", "催办单 1")
    story.expect("由值守台（办公室、信息员）或领导出具")


async def test_what_cannot_be(story: Story) -> None:
    await story.say("li", "联系单 9")
    story.expect("没有 #9")
    await story.say("zhou", "@回音 上报 有人在网上问学校的事情，不知道归谁管，请看一下")
    await story.say("li", "联系单 1")
    assert not story.fresh[-1].say.attachments
    await story.say("li", "值班报告")
    story.expect("没有设值班表")


async def test_texts_cannot_break_a_form(story: Story) -> None:
    await story.say("zhou", "@回音 上报 食堂 <b>&amp; {{ title }} {% raw %} \x0b异物\x07，饭菜里有 <w:p/> 请处理")
    said = await asked(story, "处置单 1")
    assert "<b>&amp; {{ title }} {% raw %}" in said
    assert "<w:p/> 请处理" in said


async def test_a_long_text_is_annexed(story: Story) -> None:
    await story.say("zhou", f"@回音 上报 食堂饭菜有异物\n{'饭菜里有异物，请学校说明。' * 40}最后一句")
    said = await asked(story, "处置单 1")
    (short,) = [line for line in said.splitlines() if line.startswith("主要内容")]
    assert short.endswith("…（全文附后）")
    assert len(short) < 150
    assert "附：来件全文" in said
    assert "最后一句" in said
    await story.say("zhou", "@回音 上报 放学时校门口堵车，请派人疏导 @保卫处")
    assert "附：来件全文" not in await asked(story, "处置单 2")


async def test_a_matter_is_named_once_in_the_bulletin(story: Story) -> None:
    await story.acknowledged()
    await story.jump(story.now.replace(day=30) - story.now)
    said = await asked(story, "通报")
    assert "超时2项" in said
    (row,) = [line for line in said.splitlines() if line.startswith("#1 |")]
    assert "食堂饭菜有异物（当日回复、办结） | 总务处 | 11月23日 24:00" in row
