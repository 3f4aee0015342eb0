"""Past incidents are found by their words, and a new one shows similar ones."""

from tests.support.story import Story

OTHERS = (
    ("wang", "操场跑道边的水管爆裂，积水很深，孩子没法上体育课", "总务处"),
    ("wei", "学费发票一直没有开，问了几次都说系统升级", "财务处"),
)


async def ended(story: Story, person: str, text: str, department: str) -> None:
    sent = await story.say("zhou", f"@回音 上报 {text} @{department}")
    number = sent[0].text.split("#")[1].split("〕")[0]
    await story.say(person, f"签收 {number}")
    await story.advance("2h")
    leader = "qian" if department == "总务处" else "zhao"
    await story.answer(int(number), "经核实属实，损坏的零件已更换，结果已公布。", by=person, leaders=(leader,))
    await story.say(person, f"办结 {number} 损坏的零件已更换")


async def test_it_is_found_by_words_and_shows_how_it_ended(story: Story) -> None:
    await ended(story, "wang", "食堂的饭菜里吃出了异物，像是钢丝球的丝", "总务处")
    for other in OTHERS:
        await ended(story, *other)
    await story.say("li", "查 食堂 异物")
    found = story.expect("“食堂 异物”找到")
    assert "#1 食堂的饭菜里吃出了异物，像是钢丝球的丝（已答复，总务处，用时 2小时）" in found.text
    assert "#2" not in found.text
    await story.say("li", "查 钢丝球有没有先例")
    assert "#1" in story.fresh[-1].text


async def test_one_character_and_a_latin_word(story: Story) -> None:
    await story.say("zhou", "@回音 上报 学校官网的 VPN 登录不了，家长在网上抱怨 @教务处")
    await story.say("li", "查 vpn")
    story.expect("#1")
    await story.say("li", "查 怨")
    story.expect("#1")
    await story.say("li", "查 游泳")
    story.expect("没有找到")


async def test_a_new_matter_shows_its_precedent(story: Story) -> None:
    await ended(story, "wang", "食堂的饭菜里吃出了异物，像是钢丝球的丝", "总务处")
    for other in OTHERS:
        await ended(story, *other)
    opened = (await story.say("zhou", "@回音 上报 今天食堂饭菜里又吃出异物，孩子说是一截钢丝"))[0]
    lines = [line for line in opened.text.splitlines() if line.startswith("先例")]
    assert lines == ["先例 #1 食堂的饭菜里吃出了异物，像是钢…（总务处，已答复，用时 2小时）"]


async def test_what_is_not_near_or_not_ended_is_not_shown(story: Story) -> None:
    await ended(story, *OTHERS[0])
    await story.say("zhou", "@回音 上报 食堂的饭菜里吃出了异物，像是钢丝球的丝")
    opened = (await story.say("zhou", "@回音 上报 今天食堂饭菜里又吃出异物，孩子说是一截钢丝"))[0]
    assert "先例" not in opened.text


async def test_what_was_withdrawn_is_forgotten(story: Story) -> None:
    await story.opened()
    await story.say("zhou", "误报 1 说的是另一所学校")
    await story.say("qian", "同意")
    await story.say("li", "查 食堂")
    story.expect("没有找到")
