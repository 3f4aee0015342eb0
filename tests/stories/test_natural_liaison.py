"""A liaison's natural words take on, put off and pass on what they name, and nothing that they do not say."""

import pytest

from storage.tables import Incident, Request
from tests.support.adversaries import sentences
from tests.support.story import Story


def about_one(name: str) -> list[str]:
    """Return every second sentence of a file about number 12, said of number 1 to the bot."""
    said = [one for one in sentences(name) if not any(other in one for other in ("13", "15"))][::2]
    numbered = [one.replace("第十二号", "第一号").replace("十二", "一").replace("12", "1") for one in said]
    return [f"@回音 {one}" for one in numbered if one not in ("签收一下1",)]


async def untouched() -> None:
    await Incident.filter(number=1).update(stage="assigned", acknowledged_at=None)


@pytest.mark.timeout(300)
async def test_each_way_of_taking_it_on(story: Story) -> None:
    await story.opened()
    for words in (*about_one("takes"), *about_one("implies")):
        await untouched()
        await story.say("wang", words)
        assert (await story.incident()).acknowledged_at, words


@pytest.mark.timeout(300)
async def test_what_takes_nothing_on(story: Story) -> None:
    await story.opened()
    for words in (*about_one("doubts"), *about_one("no_receipt")):
        await story.say("wang", words)
        assert (await story.incident()).acknowledged_at is None, words


async def test_a_doubtful_one_is_asked(story: Story) -> None:
    await story.opened()
    await story.say("wang", "签收 1 不归我们管")
    asked = story.expect("“不归我们管”不是签收的话，#1 没有签收")
    assert "退单 1 理由" in asked.text
    assert "签收 1；" in asked.text


async def test_what_is_only_reported_of_others_is_no_receipt(story: Story) -> None:
    """People of another department cannot take it on by saying that it was received."""
    await story.opened()
    for person in ("wu", "zhou", "qian"):
        for words in ("1号签收了", "收到1", "已签收 1"):
            await story.say(person, words)
            story.silent()
    assert (await story.incident()).acknowledged_at is None


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("1申请延期两天，等检测报告", 2),
        ("延期 1 到周五 等检测报告", None),
        ("延期 1 到11月27日，等检测报告", None),
        ("extend 1 until Friday, lab report", None),
        ("申请延期1 一天 等检测报告", 1),
    ],
)
async def test_more_time(story: Story, words: str, days: int | None) -> None:
    await story.opened()
    await story.say("wang", words)
    asked = await Request.get(id=1)
    assert asked.kind == "extension"
    assert asked.subject["reason"].replace("lab report", "等检测报告") == "等检测报告"
    if days is None:
        story.expect("11-27（周五）24:00")
    else:
        assert asked.subject["period"] == f"{days}d"


@pytest.mark.parametrize(
    "words", ["延期1 -2天 等报告", "延期 1 负2天 等报告", "延期 1 －1天", "延期1 0天 等", "延期 1 到昨天 等"]
)
async def test_less_than_no_time_is_refused(story: Story, words: str) -> None:
    await story.opened()
    await story.say("wang", words)
    story.expect("请写明延多久和理由")
    assert not await Request.exists()


@pytest.mark.parametrize(
    "words",
    ["热度1 阅读-5", "热度 1 阅读 -5 评论 3", "热度 1 评论负3", "heat 1 views -5", "热度 1 阅读 1.2.3", "热度 1.2.3"],
)
async def test_a_number_that_is_no_count_is_refused(story: Story, words: str) -> None:
    await story.opened()
    await story.say("zhou", words)
    story.expect("请写明数字")


async def test_it_is_passed_on(story: Story) -> None:
    await story.opened()
    await story.say("li", "1转给教务处")
    assert (await story.incident()).department == "教务处"
    await story.say("li", "把1号转给总务处")
    assert (await story.incident()).department == "总务处"


async def test_an_answer_by_its_plain_word_is_a_draft(story: Story) -> None:
    await story.acknowledged()
    await story.say("wang", "回复1 您好，留样已送检，11月26日前公布结果。")
    story.expect("拟了回复")
