"""What a superior hands down has its own limit, which only a proven report back ends."""

from typing import Any

import pytest

from handlers.documents.labels import Labels
from handlers.documents.ledger.columns import COLUMNS, cells
from handlers.rules.incident.orders import read_order
from storage import ledger
from storage.tables import Duty, HandedDown, Overrun
from tests.support.cases import FOUND, INSTITUTION
from tests.support.regime import local, owed
from tests.support.story import Story

POST = "家长反映食堂饭菜有异物，请查明并反馈"
ORDER = f"交办 教育局 教办函〔2026〕31号 11-30前 {POST}"
OPEN = "交办 1 教育局 教办函〔2026〕31号 11-30前"


async def superior(number: int = 1) -> list[Duty]:
    return await Duty.filter(incident_id=number, kind="superior", state="open").order_by("id")


async def closed(story: Story) -> None:
    await story.say("wang", "签收 1")
    await story.closed()


@pytest.mark.demand("C1.handed")
async def test_it_opens_a_matter_with_the_limit_of_the_superior(story: Story) -> None:
    await story.say("li", ORDER)
    opened = story.expect("来源 上级交办（区教育局），发现", pinged="wang")
    assert "区教育局 教办函〔2026〕31号交办。请值守台 11-30（周一）24:00 前把结果反馈区教育局" in opened.text
    row = await story.incident()
    assert (row.text, row.origin, row.origin_body, row.department) == (POST, "handed", "区教育局", "总务处")
    # Its own limits are those of every matter: the same day, and three days.
    assert await owed(story) == {
        "acknowledge": "Mon 11-23 10:35",
        "reply": "Tue 11-24 00:00",
        "resolve": "Fri 11-27 00:00",
        "superior": "Tue 12-01 00:00",
    }
    assert (await story.duty("superior")).owner == "desk"
    await story.say("wang", "为何 1")
    story.expect(
        "【反馈上级】11-30（周一）24:00 到期：区教育局 教办函〔2026〕31号交办，时限“11-30前”，不改本单位自己的时限"
    )


async def test_an_open_matter_is_marked(story: Story) -> None:
    await story.opened()
    before = await owed(story)
    await story.say("li", OPEN)
    story.expect("区教育局 教办函〔2026〕31号交办（李主任 登记）")
    assert await owed(story) == {**before, "superior": "Tue 12-01 00:00"}
    assert (await story.incident()).origin == "handed"


async def test_the_same_document_twice_is_one_matter(story: Story) -> None:
    await story.say("li", ORDER)
    await story.say("li", "交办 区教育局 教办函[2026]第31号 3天内 家长反映校门口堵车，请查明")
    story.expect("已经登记在 #1")
    assert await HandedDown.all().count() == 1
    await story.opened("@回音 校门口堵车 https://weibo.com/1/Zz9")
    await story.say("li", "交办 2 教育局 教办函〔2026〕31号 11-30前")
    story.expect("已经登记在 #1")
    assert await superior(2) == []
    await story.say("li", "交办 2 教育局 教办函〔2026〕32号 11-30前")
    assert len(await superior(2)) == 1


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("交办 教育局 教办函〔2026〕31号 11-20前 家长反映食堂有异物", "的时限（11-20（周五）24:00）已经过了，没有登记"),
        ("交办 省教育厅 教办函〔2026〕31号 11-30前 家长反映食堂有异物", "请以单位开头：区教育局、区网信办"),
        ("交办 教育局 教办函〔2026〕31号 家长反映食堂有异物", "没有看到区教育局的时限，没有登记"),
        ("交办 教育局 教办函〔2026〕31号 11-30前", "没有看到区教育局交办的内容，没有登记"),
    ],
)
async def test_what_cannot_be_is_refused_with_the_remedy(story: Story, words: str, answer: str) -> None:
    await story.say("li", f"@回音 {words}")
    story.expect(answer)
    assert not await HandedDown.exists()


async def test_who_works_on_it_hands_nothing_down(story: Story) -> None:
    await story.say("wang", ORDER)
    story.expect("上级交办由值守台（办公室、信息员）或领导登记，没有登记")
    await story.opened()
    await story.say("wang", OPEN)
    story.expect("没有登记")
    assert await superior() == []


async def test_a_leaders_own_order_stays_an_instruction(story: Story) -> None:
    await story.opened()
    await story.say("qian", "交办 1 教务处 2天 请查明")
    assert (await story.incident()).department == "教务处"
    assert await superior() == []
    await story.say("qian", "交办 1 教育局 11-30前")  # a superior's, as the body is one
    assert len(await superior()) == 1


@pytest.mark.demand("C1.handed")
async def test_only_the_desk_reports_back_and_with_proof(story: Story) -> None:
    await story.say("li", ORDER)
    await closed(story)
    assert (await story.incident()).stage == "resolved"
    assert len(await superior()) == 1  # finished for us, not for the superior
    await story.say("li", "查 1")
    story.expect("反馈上级（区教育局） 11-30（周一）24:00 还有")
    await story.say("wang", "已报 1 教育局 书面 育字〔2026〕5号")
    story.expect("反馈上级按规则由值守台")
    for forged in ("已报 1 教育局", "已报 1 教育局 电话 已经说了", "已报 1"):
        await story.say("li", forged)
        story.expect("请写明怎样报的、凭什么，没有变动")
    await story.say("li", "已报 1 教育局 书面 11-28 育字〔2026〕5号")
    story.expect("2026-11-28 不在发现之日到今天之间")
    await story.say("li", "已报 1 网信办 书面 育字〔2026〕5号")
    story.expect("没有待反馈区网信办的交办")
    assert len(await superior()) == 1
    await story.say("li", "已报 1 教育局 书面 11-23 育字〔2026〕5号")
    story.expect("已报区教育局（2026-11-23，书面，育字〔2026〕5号），交办已反馈")
    assert await superior() == []
    await story.say("li", "撤回")
    assert len(await superior()) == 1


async def test_a_report_without_a_result_is_an_interim_one(story: Story) -> None:
    await story.say("li", ORDER)
    await story.say("li", "已报 1 教育局 书面 育字〔2026〕5号 正在调查")
    story.expect("只记作阶段情况；还要反馈：反馈上级 区教育局 11-30（周一）24:00")
    assert len(await superior()) == 1


async def test_the_ledger_tells_whether_it_is_finished_with_the_superior(story: Story) -> None:
    await story.say("li", ORDER)
    await closed(story)
    words = Labels(story.bot.office.texts, story.bot.office.institution)

    async def told() -> list[Any]:
        [[row]] = [page async for page in ledger.pages(story.now.replace(hour=0), story.now, story.now)]
        named = dict(zip((column.name for column in COLUMNS), cells(row, words, story.now), strict=True))
        return [named[name] for name in ("handed down by", "report back due", "reported back")]

    await story.advance("1h")
    assert await told() == ["区教育局 教办函〔2026〕31号", local("2026-12-01 00:00"), None]
    await story.say("li", "已报 1 教育局 书面 育字〔2026〕5号")
    assert await told() == ["区教育局 教办函〔2026〕31号", None, story.now]


async def test_nobody_strikes_it_out(story: Story) -> None:
    await story.say("li", ORDER)
    await story.say("li", "误报 1 内容不实")
    story.expect("区教育局交办的，结果还没有反馈，不能作误报撤件")


async def test_what_was_marked_while_a_withdrawal_waited_stays_owed(story: Story) -> None:
    await story.opened()
    await story.say("li", "误报 1 不是我们学校")
    await story.say("zhou", OPEN)
    await story.say("qian", "同意撤件 1")
    assert (await story.incident()).stage == "withdrawn"
    assert len(await superior()) == 1


async def test_undo_of_the_opening_frees_the_document(story: Story) -> None:
    await story.say("li", ORDER)
    await story.say("li", "撤回")
    assert not await HandedDown.exists()
    assert await superior() == []
    await story.say("li", ORDER)
    assert len(await superior(2)) == 1


async def test_undo_of_the_mark_frees_the_document(story: Story) -> None:
    await story.opened()
    await story.say("li", OPEN)
    await story.say("li", "撤回")
    assert not await HandedDown.exists()
    assert (await story.incident()).origin == "found"
    assert await superior() == []


async def test_it_goes_along_when_matters_are_merged(story: Story) -> None:
    await story.opened("@回音 食堂有虫 https://weibo.com/1/Zz9")
    await story.say("li", OPEN.replace("31号", "30号").replace("11-30", "12-02"))
    await story.advance("1m")
    await story.say("li", ORDER)
    await story.say("li", "2 并入 1")
    story.expect("#2 已并入本件")
    limits: Any = [(duty.due_at, duty.reckoning["document"]) for duty in await superior()]
    assert limits == [
        (local("2026-12-03 00:00"), "教办函〔2026〕30号"),
        (local("2026-12-01 00:00"), "教办函〔2026〕31号"),
    ]
    assert await superior(2) == []
    await story.say("li", ORDER)  # the document is that of the matter that goes on
    story.expect("已经登记在 #1")
    await documents_of(1, "教办函〔2026〕30号", "教办函〔2026〕31号")


async def documents_of(number: int, *expected: str | None) -> None:
    rows = await HandedDown.filter(incident_id=number).order_by("id").values_list("document", flat=True)
    assert rows == [*expected]


async def test_its_document_comes_back_when_the_merge_is_undone(story: Story) -> None:
    await story.opened("@回音 食堂有虫 https://weibo.com/1/Zz9")
    await story.advance("1m")
    await story.say("li", ORDER)
    await story.say("li", "2 并入 1")
    await documents_of(1, "教办函〔2026〕31号")
    await story.say("li", "撤回")
    await documents_of(1)
    await documents_of(2, "教办函〔2026〕31号")


async def test_who_recorded_it_with_the_wrong_matter_cancels_it_later(story: Story) -> None:
    await story.opened()
    await story.say("li", OPEN)
    await story.say("zhou", "@回音 食堂有虫 https://weibo.com/1/Zz9")
    await story.advance("1d")
    for who, words, answer in (
        ("zhou", "撤销交办 1 记错了件", "这件交办是李主任登记的"),
        ("wang", "撤销交办 1 记错了件", "上级交办由值守台"),
        ("li", "撤销交办 1", "请写明理由"),
        ("li", "撤销交办 2 记错了件", "没有待反馈的交办"),
    ):
        await story.say(who, words)
        story.expect(answer)
    assert len(await superior()) == 1
    await story.say("li", "撤销交办 1 记错了件，应为 2 号")
    story.expect("不再欠它的反馈", pinged="qian")
    assert await superior() == []
    assert (await story.incident()).origin == "found"
    await story.say("li", OPEN.replace("交办 1", "交办 2"))  # the same document, where it belongs
    story.expect("教办函〔2026〕31号交办")
    await documents_of(1)
    await documents_of(2, "教办函〔2026〕31号")


async def test_a_cancelled_order_is_back_once_that_is_undone(story: Story) -> None:
    await story.opened()
    await story.say("li", OPEN)
    await story.advance("1d")
    await story.say("li", "撤销交办 1 记错了件，应为 2 号")
    await story.say("li", "撤回")
    assert len(await superior()) == 1
    assert (await story.incident()).origin == "handed"
    await documents_of(1, "教办函〔2026〕31号")


async def test_it_stays_when_a_matter_is_reopened(story: Story) -> None:
    await story.say("li", ORDER)
    await closed(story)
    await story.say("qian", "重办 1 又有了")
    [duty] = await superior()
    assert (duty.cycle, duty.due_at) == (2, local("2026-12-01 00:00"))


async def test_it_is_reminded_after_the_matter_is_closed_and_late_for_the_desk(story: Story) -> None:
    await story.say("li", ORDER)
    await closed(story)
    await story.until(local("2026-12-01 07:00"))
    story.expect("【反馈上级（区教育局）】已超时", pinged="li")
    story.expect("办结后请反馈区教育局，再回复：已报 1 区教育局", pinged="li")
    late = await Overrun.filter(kind="superior").values_list("owner", flat=True)
    assert late == ["desk"]


async def test_the_superior_puts_its_limit_off_with_proof(story: Story) -> None:
    await story.say("li", ORDER)
    own = {kind: due for kind, due in (await owed(story)).items() if kind != "superior"}
    await story.say("li", "交办 1 教育局 延至 12-05")
    story.expect("同意延期要有凭据，没有改动")
    await story.say("li", "交办 1 教育局 教办函〔2026〕40号 延至 11-25")
    story.expect("不晚于它，没有改动")
    await story.say("li", "交办 1 教育局 教办函〔2026〕40号 延至 12-05")
    story.expect("反馈时限由 11-30（周一）24:00 改为 12-05（周六）24:00")
    assert await owed(story) == {**own, "superior": "Sun 12-06 00:00"}


async def test_one_document_that_two_people_enter_at_once_is_taken_in_once(story: Story) -> None:
    local_channel = story.bot.local
    assert local_channel
    for person in ("li", "zhou", "li"):
        await local_channel.say(person, ORDER)
    await story.settle()
    assert await HandedDown.all().count() == 1
    assert len(await Duty.filter(kind="superior", state="open")) == 1
    assert len([one for one in story.fresh if "已经登记在 #1" in one.text]) == 2


async def test_posts_that_are_handed_over_ask_for_the_order(story: Story) -> None:
    await story.say("li", "@回音 上级交办：1、食堂饭菜有异物，家长要求答复 2、校门口放学堵车，保安不管")
    story.expect("单位、文号和时限还没有登记，请回复：交办 1 单位 文号 时限")
    assert (await story.incident(2)).origin == "handed"


async def test_a_known_post_is_marked_and_not_opened_again(story: Story) -> None:
    await story.opened()
    await story.say("li", "交办 教育局 教办函〔2026〕31号 11-30前 https://weibo.com/1234567890/Ab1cD2eF3")
    story.expect("这条已登记，并入本件")
    story.expect("把结果反馈区教育局")
    assert len(await superior()) == 1


@pytest.mark.parametrize(
    ("words", "document", "said", "text"),
    [
        ("教育局 教办函〔2026〕31号 11-30前 家长反映", "教办函〔2026〕31号", "11-30前", "家长反映"),
        ("教育局 教督字[2026]第31号，限三天，家长反映", "教督字[2026]第31号", "三天", "家长反映"),
        ("网信办 12月1日17:00前 核实", None, "12月1日17:00前", "核实"),
        ("教育局 请于12月1日前报送。家长三天前反映", None, "12月1日前", "报送。家长三天前反映"),
        ("Education Bureau No. 31/2026 by 30 November find out", "No. 31/2026", "by 30 November", "find out"),
        ("教育局 家长反映", None, "", "家长反映"),
    ],
)
def test_orders_are_read(words: str, document: str | None, said: str, text: str) -> None:
    order = read_order(words, INSTITUTION, FOUND)
    assert order
    assert (order.body.name[:1], order.document, order.said, order.text) == ("区", document, said, text)


@pytest.mark.parametrize(
    "words", ["已受理还没有看", "流水线已整改", "受理 12 件，都看了", "第1号", "第3号楼食堂已整改"]
)
async def test_words_without_a_number_of_a_receipt_prove_nothing(story: Story, words: str) -> None:
    await story.say("li", ORDER)
    await closed(story)
    await story.say("li", f"已报 1 教育局 {words}")
    story.expect("请写明怎样报的、凭什么，没有变动")
    assert len(await superior()) == 1


async def test_what_is_said_to_be_unfinished_is_an_interim_report_after_the_end_too(story: Story) -> None:
    await story.say("li", ORDER)
    await closed(story)
    await story.say("li", "已报 1 教育局 书面 育字〔2026〕5号 还没看完")
    story.expect("话里说还没有办完，只记作阶段情况")
    assert len(await superior()) == 1
    await story.say("li", "已报 1 教育局 系统 受理编号：A12")
    assert await superior() == []


async def test_of_two_orders_the_one_that_is_named_is_cancelled(story: Story) -> None:
    await story.opened()
    await story.say("li", OPEN)
    await story.say("li", "交办 1 网信办 12-02前")
    await story.say("li", "撤销交办 1 记错了件")
    story.expect("您登记的交办有 2 件（区教育局 教办函〔2026〕31号、区网信办 12-02前），没有改动")
    assert len(await superior()) == 2
    await story.say("li", "撤销交办 1 教育局 记错了件")
    [left] = await superior()
    assert left.reckoning["body"] == "区网信办"
    await documents_of(1, None)
    await story.say("li", "撤销交办 1 教育局 记错了件")
    story.expect("没有待反馈区教育局的交办")


async def test_each_cancels_the_own_order_of_one_body_without_numbers(story: Story) -> None:
    await story.opened()
    await story.say("li", "交办 1 教育局 11-30前")
    await story.advance("1m")
    await story.say("zhou", "交办 1 教育局 12-02前")
    await story.advance("1m")
    await story.say("li", "交办 1 教育局 12-04前")
    await story.say("li", "撤销交办 1 教育局 记错了件")
    story.expect("请写明是哪一件：撤销交办 1 区教育局 11-30前 理由")
    await story.say("li", "撤销交办 1 教育局 12-04前 记错了件")
    await story.say("li", "撤销交办 1 记错了件")
    [left] = await superior()
    assert left.due_at == local("2026-12-03 00:00")
    await documents_of(1, None)
    await story.say("li", "撤销交办 1 教育局 记错了件")
    story.expect("这件交办是周晓登记的")
    assert len(await superior()) == 1


async def test_without_a_number_it_is_cancelled_after_a_reopening_too(story: Story) -> None:
    await story.opened()
    await story.say("li", "交办 1 教育局 11-30前")
    await closed(story)
    await story.say("qian", "重办 1 又有了")
    await story.say("li", "撤销交办 1 教育局 教办函〔2026〕99号 记错了件")
    story.expect("没有待反馈区教育局的交办")
    await story.say("li", "撤销交办 1 教育局 记错了件")
    assert await superior() == []
