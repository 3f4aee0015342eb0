"""What proves a publication: a public page or a picture that arrived, and each proof for one answer."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage.tables import Duty, Incident, Publication
from tests.support.regime import under
from tests.support.shown import LOST, picture, show
from tests.support.story import Story

POST = "https://weibo.com/1234567890/Ab1cD2eF3"
ANSWER = "https://weibo.com/1234567890/Xy9zK8wQ1"
OTHER = "https://weibo.com/1234567890/Xy9zK8wQ2"
GOV = "https://www.ycs.gov.cn/reply/2026112601.html"


async def owed(story: Story, number: int = 1) -> bool:
    return (await story.duty("reply", number)).state == "open"


@pytest.mark.parametrize(
    ("proof", "answer"),
    [
        ("https://baidu.com", "是网站首页"),
        ("https://www.gov.cn/index.html", "是网站首页"),
        ("http://localhost/", "是内网地址"),
        ("http://127.0.0.1/", "是内网地址"),
        ("http://10.0.0.8/reply/12", "是内网地址"),
        ("https://s.weibo.com/weibo?q=食堂", "是搜索页"),
        ("https://weibo.com/u/1234567890", "是栏目、列表或个人主页"),
        ("https://passport.weibo.com/signin/login", "是登录页"),
        ("https://docs.qq.com/doc/DQXhYb3", "是后台、预览或内部文档"),
        ("https://t.cn/A6xyz12", "是短链接"),
        ("https://wang:1234@www.ycs.gov.cn/reply/12", "带有账号"),
        ("ftp://ycs.gov.cn/reply/12", "不是网页地址"),
        (POST, "就是反映问题的那一页"),
    ],
)
async def test_a_sham_address_is_answered_with_what_to_send(story: Story, proof: str, answer: str) -> None:
    await story.approved()
    refused = (await story.say("zhou", f"已发布 1 {proof}"))[-1].text
    assert answer in refused
    assert "已发布 1" in refused
    assert await owed(story)
    assert await Incident.all().count() == 1
    await story.say("zhou", f"已发布 1 {ANSWER}")
    assert not await owed(story)


@pytest.mark.parametrize(
    "words",
    [f"已发布 1 {GOV}", "已发布 1 https：／／weibo。com／1234567890／Xy9zK8wQ1", "已发布 1 ycs.gov.cn/reply/12345"],
)
async def test_another_site_and_full_width_are_fine(story: Story, words: str) -> None:
    await story.approved()
    await story.say("zhou", words)
    story.expect("当日回复按时完成")
    assert await Publication.all().count() == 1


@pytest.mark.parametrize(
    "words", ["已发布 1 跟帖 {post}", "已发布 1 {post} 在3楼", "published 1 {post} in the comments"]
)
async def test_on_the_page_of_the_question_words_say_where_it_is(story: Story, words: str) -> None:
    await story.approved()
    await story.say("zhou", words.format(post=POST))
    assert not await owed(story)


async def test_or_a_picture_shows_it(story: Story) -> None:
    await story.approved()
    await show(story, "zhou", f"已发布 1 {POST}", await picture(b"answer"))
    assert not await owed(story)
    row = await Publication.get()
    assert (row.url, bool(row.file), row.by, row.edition) == (POST, True, "zhou", 1)


@pytest.mark.demand("park.same_site")
async def test_some_are_answered_on_the_site_where_they_were_asked(tmp_path: Path, redis: Redis) -> None:
    async with under("park", tmp_path, redis, "2026-11-23 10:05") as story:
        await story.opened()
        await story.say("qian", "批办 1 总务处 1天 请抓紧")
        await story.say("wang", "拟复 1 已更换供货商。")
        await story.say("qian", "同意 1")
        await story.say("zhou", f"已发布 1 {GOV}")
        story.expect("按规则要在提问的网站公开答复")
        assert await owed(story)
        await story.say("zhou", f"已发布 1 {ANSWER}")
        assert not await owed(story)


async def test_a_picture_that_did_not_arrive_proves_nothing(story: Story) -> None:
    await story.approved()
    answers = await show(story, "zhou", "已发布 1", LOST)
    assert [("截图没有收到" in one.text) for one in answers] == [True]
    assert await owed(story)
    assert not await Publication.exists()
    await show(story, "zhou", "", await picture(b"answer"), quote=answers[0])
    story.expect("报来截图")
    assert not await owed(story)
    assert (await story.incident()).proof == f"picture:{(await Publication.get()).file}"


async def test_the_same_words_again_do_as_well(story: Story) -> None:
    await story.approved()
    await show(story, "zhou", "已发布 1", LOST)
    await show(story, "zhou", "已发布 1", await picture(b"answer"))
    assert not await owed(story)


async def test_a_proof_of_another_matter_is_asked_about(story: Story) -> None:
    await story.published()
    await story.say("zhou", "@回音 操场跑道有气味 https://weibo.com/1234567890/Zz1cD2eF3")
    await story.say("wang", "拟复 2 已停用。")
    await story.say("qian", "同意 2")
    await story.say("zhou", f"已发布 2 {ANSWER}")
    story.expect("已经是 #1 的答复")
    assert await owed(story, 2)
    await story.say("zhou", f"已发布 2 同一答复 {ANSWER}")
    assert not await owed(story, 2)


async def test_so_is_a_picture_of_another_matter(story: Story) -> None:
    await story.approved()
    await show(story, "zhou", "已发布 1", await picture(b"answer"))
    await story.say("zhou", "@回音 操场跑道有气味 https://weibo.com/1234567890/Zz1cD2eF3")
    await story.say("wang", "拟复 2 已停用。")
    await story.say("qian", "同意 2")
    await show(story, "zhou", "已发布 2", await picture(b"answer"))
    story.expect("已经存在 #1 里")
    assert await owed(story, 2)
    await show(story, "zhou", "已发布 2", await picture(b"another"))
    assert not await owed(story, 2)


async def test_the_screenshot_of_the_complaint_is_no_answer(story: Story) -> None:
    await show(story, "zhou", "上报 食堂饭菜有异物", await picture(b"complaint"))
    await story.say("wang", "拟复 1 已更换供货商。")
    await story.say("qian", "同意 1")
    await show(story, "zhou", "已发布 1", await picture(b"complaint"))
    story.expect("不是新的截图")
    assert await owed(story)


async def test_a_second_publication_keeps_the_time_of_the_first(story: Story) -> None:
    await story.published()
    first = await story.incident()
    await story.advance("2h")
    await story.say("zhou", f"已发布 1 {ANSWER}")
    story.expect("之前已经报过")
    await story.say("zhou", f"已发布 1 {OTHER}")
    again = await story.incident()
    assert (again.replied_at, again.proof) == (first.replied_at, OTHER)
    assert await Publication.all().count() == 2
    assert await Duty.filter(kind="promise").count() == 1


async def test_two_places_are_two_publications(story: Story) -> None:
    await story.approved()
    await story.say("zhou", f"已发布 1 {ANSWER} {GOV}")
    assert sorted(await Publication.all().values_list("url", flat=True)) == sorted([ANSWER, GOV])


async def test_taken_back_it_is_no_publication(story: Story) -> None:
    await story.published()
    await story.say("zhou", "撤回")
    assert not await Publication.exists()
    assert await owed(story)
    await story.say("zhou", f"已发布 1 {ANSWER}")
    assert not await owed(story)


async def test_the_answers_own_address_opens_nothing(story: Story) -> None:
    await story.published()
    for words in (ANSWER, f"@回音 学校发通报了 {ANSWER}", f"上报 {ANSWER}?from=weixin"):
        await story.say("li", words)
        story.expect("这是本件公开答复的网址")
    assert await Incident.all().count() == 1


async def test_beside_an_address_a_lost_picture_is_still_told_of(story: Story) -> None:
    await story.approved()
    answers = await show(story, "zhou", f"已发布 1 {ANSWER}", LOST)
    assert not await owed(story)
    assert "没有取到" in answers[-1].text
