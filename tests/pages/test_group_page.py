"""The local group page in a real browser: choose a person, speak, and see the bot's answers live."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.web.words import group_words
from tests.support.group_backend import MemoryGroup, new_card, serve

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}

pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs a browser: Debian's package chromium"),
    pytest.mark.asyncio(loop_scope="module"),
]
Served = tuple[MemoryGroup, web.AppRunner, str]


@pytest_asyncio.fixture(scope="module", loop_scope="module", name="browser")
async def _browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module", name="served")
async def _served() -> AsyncIterator[Served]:
    backend = MemoryGroup()
    runner, address = await serve(backend)
    yield backend, runner, address
    await runner.cleanup()


@pytest_asyncio.fixture(loop_scope="module", name="group")
async def _group(served: Served) -> MemoryGroup:
    return served[0]


@pytest_asyncio.fixture(loop_scope="module", name="visit")
async def _visit(browser: Browser, served: Served) -> AsyncIterator[Any]:
    """Open the page as a person; errors in the browser's console fail the test at its end."""
    complaints: list[str] = []
    contexts = []

    async def visit(me: str | None = "wang", *, complain: bool = True, **options: Any) -> Page:
        context = await browser.new_context(**({"viewport": DESKTOP, "locale": "zh-CN"} | options))
        contexts.append(context)
        page = await context.new_page()
        if complain:
            page.on("console", lambda said: complaints.append(said.text) if said.type != "log" else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
        if me:
            keep = f"localStorage.setItem('huiyin.me', '{me}'); localStorage.setItem('huiyin.seen', '1')"
            await page.add_init_script(keep)
        await page.goto(served[2])
        await expect(page.locator("#group-name")).to_have_text("网上反映办理群")
        return page

    yield visit
    for context in contexts:
        await context.close()
    assert complaints == []


async def say(page: Page, text: str) -> None:
    await page.fill("#text", text)
    await page.press("#text", "Enter")


async def test_a_first_visitor_picks_a_person_and_the_choice_is_remembered(visit: Any) -> None:
    page = await visit(None)
    await page.click("#people-pane [data-person=lin]")
    await expect(page.locator("#me")).to_have_attribute("aria-label", re.compile("林晓"))
    await page.reload()
    await expect(page.locator("#people-sheet")).to_be_hidden()
    await expect(page.locator("#people-pane [data-person=lin]")).to_have_attribute("aria-pressed", "true")


async def test_an_example_post_is_sent_and_the_bot_answers_live(visit: Any) -> None:
    page = await visit(None)
    await page.click("#people-pane [data-person=lin]")
    await page.click("[data-example=link]")
    await page.click("#send")
    await expect(page.locator(".msg.mine .text")).to_contain_text("食堂")
    await expect(page.locator(".msg.bot .text")).to_contain_text("请签收〔#12〕")
    await expect(page.locator("#side-pane .incident")).to_contain_text("还剩 30 分钟")
    await expect(page.locator("#text")).to_have_value("")


async def test_everybody_else_in_the_group_sees_it_without_asking(visit: Any) -> None:
    reader, writer = await visit("wang"), await visit("lin")
    await say(writer, "@回音 操场有积水")
    await expect(reader.locator(".msg.theirs .who").first).to_have_text("林晓")
    await expect(reader.locator(".mention-me")).to_have_text("@王建国")
    await expect(writer.locator("#people-pane [data-person=wang] .count")).to_have_text("1")


async def test_a_pressed_button_gives_way_to_what_was_decided(visit: Any, group: MemoryGroup) -> None:
    page = await visit("wang")
    await say(page, "@回音 操场有积水")
    await page.locator(".msg.bot").get_by_role("button", name="签收", exact=True).click()
    await expect(page.locator(".done")).to_have_text("已由王建国签收")
    await expect(page.locator(".choice")).to_have_count(0)
    await expect(page.locator("#side-pane .stage")).to_have_text("已签收")
    assert group.pressed == [("wang", "2", "acknowledge:12")]


async def test_a_message_is_quoted(visit: Any, group: MemoryGroup) -> None:
    await group.post("zhou", "请尽快回复家长")
    page = await visit("wang")
    await page.hover(".msg")
    await page.click(".quote-button")
    await say(page, "好的")
    await expect(page.locator(".msg.mine .quoted")).to_have_text("周副校长请尽快回复家长")
    await expect(page.locator("#quoting")).to_be_hidden()


async def test_a_private_message_is_seen_by_its_person_only(visit: Any) -> None:
    page, other = await visit("wang"), await visit("lin")
    await page.click("#private")
    await say(page, "这件事怎么办")
    await expect(page.locator(".msg.bot .tag")).to_have_text("私聊 · 回音")
    await page.click("#private")
    await say(page, "大家好")
    await expect(other.locator(".msg")).to_have_count(1)


async def test_who_is_of_a_unit_sees_its_group_and_its_matters(visit: Any, group: MemoryGroup) -> None:
    group.units = {"zhang": "实验小学"}
    await group.post("zhang", "操场积水", unit="实验小学")
    await group.post("lin", "投影看不清", unit=None)
    await group.open("操场积水", 12, unit="实验小学", units=["实验小学"])
    await group.open("投影看不清", 13, unit=None, units=[])
    below, office = await visit("zhang"), await visit("ma")
    await expect(below.locator(".msg .text")).to_have_text(["操场积水"])
    await expect(below.locator("#side-pane .incident-title")).to_have_text(["操场积水"])
    await expect(office.locator(".msg .text")).to_have_text(["投影看不清"])
    await expect(office.locator("#side-pane .incident-title")).to_have_text(["操场积水", "投影看不清"])
    await expect(office.locator("#side-pane .incident-holder").first).to_contain_text("实验小学")


async def test_the_clock_moves_and_due_times_become_urgent(visit: Any) -> None:
    page = await visit("wang")
    await expect(page.locator("#clock-time")).to_have_text("11月23日 周一 10:05")
    await say(page, "@回音 操场有积水")
    await page.get_by_role("button", name="+1 小时").click()
    await expect(page.locator("#clock")).to_have_text(re.compile("演示时钟.*11:05", re.S))
    await expect(page.locator(".due.late")).to_contain_text("超时 30 分钟")
    await expect(page.locator(".due", has_text="当日回复")).to_contain_text("今天 24:00")


async def test_a_refusal_is_shown_and_the_text_stays(visit: Any) -> None:
    page = await visit("wang", complain=False)  # a browser reports every 400 on its console
    await say(page, "签收 404")
    await expect(page.locator(".toast")).to_contain_text("没有 #404 这件事")
    await expect(page.locator("#text")).to_have_value("签收 404")


async def test_enter_while_an_input_method_is_choosing_sends_nothing(visit: Any, group: MemoryGroup) -> None:
    page = await visit("wang")
    await page.fill("#text", "qianshou")
    await page.dispatch_event(
        "#text", "keydown", {"key": "Enter", "isComposing": True, "bubbles": True, "cancelable": True}
    )
    await page.press("#text", "Shift+Enter")
    await expect(page.locator("#text")).to_have_value("qianshou\n")
    assert group.log == []


async def test_at_completes_people_and_departments(visit: Any) -> None:
    page = await visit("wang")
    await page.locator("#text").press_sequentially("请 @教务")
    await expect(page.locator(".option strong")).to_have_text(["张老师", "何伟", "教务处"])
    await page.press("#text", "ArrowDown")
    await page.press("#text", "Enter")
    await expect(page.locator("#text")).to_have_value("请 @何伟 ")


async def test_a_number_in_a_message_opens_its_incident(visit: Any) -> None:
    page = await visit("wang")
    await say(page, "@回音 操场有积水")
    await page.click(".msg.bot .bubble .code")
    await expect(page.locator("#detail-title")).to_have_text("#12 操场有积水")
    await page.click("#detail-sheet .chip >> text=办结")
    await expect(page.locator("#text")).to_have_value("办结 12 ")


async def test_what_looks_like_markup_is_shown_as_text(visit: Any, group: MemoryGroup) -> None:
    evil = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>'
    card = new_card(12, evil) | {"facts": [[evil, evil]], "done": evil}
    quote = {"id": None, "name": evil, "text": evil}
    attachment = {"kind": "file", "name": evil, "url": "javascript:document.title='owned'"}
    await group.post("stranger", evil, name=evil, card=card, quote=quote, attachments=[attachment])
    await group.open(evil, 12, holder=evil)
    page = await visit("wang")
    for place in (".msg .text", ".msg .who", ".card h3", ".card dd", ".done", ".quoted", ".file", ".incident-title"):
        await expect(page.locator(place).first).to_contain_text(evil)
    assert await page.locator("#log img, #log script, #log a").count() == 0
    assert "owned" not in await page.title()


async def test_only_web_addresses_become_links(visit: Any, group: MemoryGroup) -> None:
    await group.post("lin", "看 https://bbs.example.com/a?x=1#top。还有 javascript:alert(1) 和 ftp://x.example")
    page = await visit("wang")
    link = page.locator(".text a")
    await expect(link).to_have_text("https://bbs.example.com/a?x=1#top")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")


async def test_a_long_text_is_folded(visit: Any, group: MemoryGroup) -> None:
    await group.post("lin", "操场跑道气味很重。\n" * 40)
    page = await visit("wang")
    await expect(page.locator(".text")).to_have_class("text folded")
    await page.click("text=展开")
    await expect(page.locator(".text")).to_have_class("text")


async def test_new_messages_below_are_announced_to_who_reads_above(visit: Any, group: MemoryGroup) -> None:
    for number in range(60):
        await group.post("lin", f"第 {number} 条")
    page = await visit("wang")
    await expect(page.locator(".msg").last).to_be_in_viewport()
    await page.evaluate("document.getElementById('log').scrollTop = 200")
    await expect(page.locator("#pill")).to_be_visible()  # the text is the same while it is hidden
    await expect(page.locator("#pill")).to_have_text("回到最新")
    await group.post("zhou", "@王建国 来一下", mentions=["wang"])
    await expect(page.locator("#pill")).to_have_text("有人@我 · 1 条新消息")
    await page.click("#pill")
    await expect(page.locator("#pill")).to_be_hidden()
    await expect(page.locator(".msg").last).to_be_in_viewport()


async def test_earlier_messages_come_on_scrolling_up(visit: Any, group: MemoryGroup) -> None:
    for number in range(230):
        await group.post("lin", f"第 {number} 条")
    page = await visit("wang")
    await expect(page.locator(".msg")).to_have_count(200)
    await page.evaluate("document.getElementById('log').scrollTop = 0")
    await expect(page.locator(".msg")).to_have_count(230)
    await expect(page.locator(".beginning")).to_be_attached()


async def test_a_lost_connection_is_shown_and_mends_itself(visit: Any, served: Served) -> None:
    group, runner, address = served
    page = await visit("wang", complain=False)  # a browser reports every lost connection
    await runner.cleanup()
    await expect(page.locator("#link-banner")).to_be_visible()
    await group.post("lin", "断线时说的话")
    again, _ = await serve(group, int(address.split(":")[2].split("/")[0]))
    await expect(page.locator(".msg")).to_contain_text("断线时说的话", timeout=15_000)
    await expect(page.locator("#link-banner")).to_be_hidden()
    await again.cleanup()


async def test_a_phone_shows_everything_without_scrolling_sideways(visit: Any, group: MemoryGroup) -> None:
    await group.post("lin", "https://weibo.com/" + "0" * 300 + " " + "很长" * 200)
    await group.open("没有空格的标题" * 20, 12)
    await group.post("huiyin", "请签收〔#12〕", card=new_card(12, "W" * 200))
    page = await visit("wang", viewport=PHONE, has_touch=True, is_mobile=True)
    for place in ("html", "#log", ".bar", "#composer"):
        wide = await page.eval_on_selector(place, "e => e.scrollWidth - e.clientWidth")
        assert wide <= 0, place
    await page.tap("#open-incidents")
    await expect(page.locator("#side-sheet .incident")).to_be_visible()
    assert await page.eval_on_selector("#side-sheet", "e => e.scrollWidth - e.clientWidth") <= 0


async def test_on_a_phone_a_swipe_quotes_and_a_long_press_offers_more(visit: Any, group: MemoryGroup) -> None:
    await group.post("lin", "家长在问跑道的检测报告什么时候出来")
    page = await visit("wang", viewport=PHONE, has_touch=True, is_mobile=True)
    box = await page.locator(".msg .bubble").bounding_box()
    x, y = box["x"] + 30, box["y"] + 12
    touch = await page.context.new_cdp_session(page)

    async def finger(kind: str, *points: tuple[float, float]) -> None:
        touched = [{"x": x, "y": y} for x, y in points]
        await touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touched})

    async def swipe() -> None:
        await finger("touchStart", (x, y))
        for step in range(1, 10):
            await finger("touchMove", (x + 9 * step, y))
        await finger("touchEnd")

    await swipe()
    while await page.locator("#action-sheet").is_visible():  # on a busy machine it was so slow that it was a long press
        await page.keyboard.press("Escape")
        await swipe()
    await expect(page.locator("#quoting")).to_contain_text("林晓")
    await finger("touchStart", (x, y))
    await expect(page.locator("#action-sheet")).to_contain_text("复制文字")
    await finger("touchEnd")


async def test_the_page_speaks_english(visit: Any, group: MemoryGroup) -> None:
    group.language = "en"
    page = await visit("wang")
    await expect(page.locator("#text")).to_have_attribute("placeholder", group_words("en")["compose_hint"])
    await expect(page.locator("#side-pane")).to_contain_text("Nothing is open")


@pytest.mark.parametrize(("language", "words"), [("zh", "已用 2400 次，共 3000 次"), ("en", "2400 of 3000 deliveries")])
@pytest.mark.parametrize("width", [420, 1280])
async def test_an_alarm_of_a_platform_is_shown_until_it_ends(
    group: MemoryGroup, visit: Any, language: str, words: str, width: int
) -> None:
    group.language = language
    group.alarms = [
        {"kind": "dingtalk_empty", "grave": True},
        {"kind": "dingtalk_deliveries", "used": 2400, "of": 3000, "grave": False},
    ]
    page = await visit(viewport={"width": width, "height": 640})
    banners = page.locator("#alarm-banners .banner")
    await expect(banners).to_have_count(2)
    await expect(banners.nth(1)).to_contain_text(words)
    for n in range(2):
        box = await banners.nth(n).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert await banners.nth(n).evaluate("one => one.scrollWidth <= one.clientWidth")
    await group.tell("health", {"redis": "ok", "database": "ok", "alarms": []})
    await expect(banners).to_have_count(0)


@pytest.mark.parametrize(("language", "words"), [("zh", "不会自己好"), ("en", "does not come back by itself")])
async def test_damage_is_told_apart_from_an_outage(group: MemoryGroup, visit: Any, language: str, words: str) -> None:
    group.language = language
    page = await visit()
    banner = page.locator("#storage-banner")
    await expect(banner).to_be_hidden()
    await group.tell("health", {"redis": "ok", "database": "away", "alarms": []})
    await expect(banner).to_have_text(group_words(language)["storage_away"])
    await group.tell("health", {"redis": "away", "database": "damaged", "alarms": []})
    await expect(banner).to_contain_text(words)
    await expect(page.locator("#health-banner")).not_to_contain_text("Redis")
    await group.tell("health", {"redis": "ok", "database": "ok", "alarms": []})
    await expect(banner).to_be_hidden()
