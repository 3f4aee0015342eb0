"""The page's tools in a real browser: chips by person, uploads, search, the keyboard, sizes, the first visit."""

import re
import struct
import zlib
from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.web.group_interface import SentFile
from tests.pages.test_group_page import (  # noqa: F401 - fixtures
    CHROMIUM,
    PHONE,
    _browser,
    _group,
    _served,
    _visit,
    say,
)
from tests.support.group_backend import MemoryGroup, new_card

pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs a browser: Debian's package chromium"),
    pytest.mark.asyncio(loop_scope="module"),
]
SMALL = {"width": 360, "height": 740}
TOUCH = {"viewport": SMALL, "has_touch": True, "is_mobile": True}
DESK = {"width": 1440, "height": 900}


def png() -> bytes:
    """Return a grey picture of 8 by 8."""
    rows = b"".join(b"\0" + b"\x80" * 8 for _ in range(8))
    parts = ((b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    chunks = (struct.pack(">I", len(b)) + n + b + struct.pack(">I", zlib.crc32(n + b)) for n, b in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def picture(name: str = "截图.png") -> dict[str, Any]:
    return {"name": name, "mimeType": "image/png", "buffer": png()}


async def labels(page: Page) -> list[str]:
    return await page.locator("#chips .chip").all_inner_texts()


async def focus(page: Page) -> str:
    return str(await page.evaluate("document.activeElement.id || document.activeElement.className"))


async def test_the_chips_follow_the_person(visit: Any, group: MemoryGroup) -> None:
    group.offered["zhou"] = [
        {"label": word, "text": f"{word} 7", "strong": True} for word in ("同意", "不同意", "撤回")
    ]
    await group.open("操场有积水", 12)
    page = await visit("lin")
    assert await labels(page) == ["转发一条帖子", "待办", "帮助"]
    await page.click("#people-pane [data-person=wang]")
    await expect(page.locator("#chips .chip").first).to_have_text("签收 12")
    await page.click("#people-pane [data-person=zhou]")
    await expect(page.locator("#chips .chip").first).to_have_text("同意")
    assert (await labels(page))[:3] == ["同意", "不同意", "撤回"]
    await page.click("#chips .chip >> text=不同意")
    await page.click("#chips .chip >> text=撤回")
    await expect(page.locator("#text")).to_have_value("撤回 7")


async def test_the_chips_follow_what_waits(visit: Any, group: MemoryGroup) -> None:
    page = await visit("wang")
    await expect(page.locator("#chips .chip-strong")).to_have_count(0)
    await group.open("操场有积水", 12)
    await page.click("#chips .chip-strong >> text=签收 12")
    await expect(page.locator("#text")).to_have_value("签收 12")


async def test_what_can_no_longer_be_taken_back_is_not_offered(visit: Any, group: MemoryGroup) -> None:
    group.offered["wang"] = [{"label": "撤回 12", "text": "撤回 12", "until": "2026-11-23T10:07:00+08:00"}]
    page = await visit("wang")
    await expect(page.locator("#chips >> text=撤回 12")).to_be_visible()
    await group.move_clock("+1h")
    await expect(page.locator("#chips >> text=撤回 12")).to_have_count(0)


async def test_a_picture_is_chosen_and_sent(visit: Any, group: MemoryGroup) -> None:
    page = await visit("wang")
    await expect(page.locator("#attach")).to_have_attribute("title", re.compile("20 MB.*9 个"))
    await page.set_input_files("#chooser", picture())
    await expect(page.locator("#tray")).to_contain_text("截图.png")
    await say(page, "已发布 12")
    await expect(page.locator(".msg.mine .picture img")).to_be_visible()
    await expect(page.locator("#tray")).to_be_hidden()
    assert group.log[0]["text"] == "已发布 12"


async def test_a_picture_may_go_without_words(visit: Any) -> None:
    page = await visit("wang")
    await expect(page.locator("#send")).to_be_disabled()
    await page.set_input_files("#chooser", picture())
    await page.click("#send")
    await expect(page.locator(".msg.mine .picture img")).to_be_visible()


@pytest.mark.parametrize("how", ["paste", "drop"])
async def test_a_picture_is_pasted_or_dropped(visit: Any, how: str) -> None:
    page = await visit("wang")
    await page.evaluate(
        """([how, bytes]) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], "贴图.png", { type: "image/png" }));
            const event = how === "paste"
                ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
                : new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
            document.getElementById("text").dispatchEvent(event);
        }""",
        [how, list(png())],
    )
    await expect(page.locator("#tray li")).to_contain_text("贴图.png")
    await page.get_by_role("button", name="去掉 贴图.png").click()
    await expect(page.locator("#tray")).to_be_hidden()


async def test_a_refused_file_is_said_and_sent_with_nothing(visit: Any) -> None:
    page = await visit("wang", complain=False)
    await page.set_input_files("#chooser", {"name": "a.exe", "mimeType": "image/png", "buffer": b"MZ\0\0"})
    await expect(page.locator(".toast")).to_contain_text("看不出这是什么文件")
    await expect(page.locator("#tray")).to_be_hidden()


async def test_a_large_file_is_not_even_sent(visit: Any, group: MemoryGroup) -> None:
    page = await visit("wang")
    await page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(20_000_001)], "大.png"));
            document.getElementById("chat").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true }));
        }"""
    )
    await expect(page.locator(".toast")).to_contain_text("“大.png”超过 20 MB")
    assert group.files == {}


async def test_a_word_is_found_and_jumped_to(visit: Any, group: MemoryGroup) -> None:
    await group.post("lin", "跑道的检测报告")
    for number in range(230):
        await group.post("lin", f"第 {number} 条")
    page = await visit("wang")
    await page.click("#open-search")
    assert await focus(page) == "search-text"
    await page.fill("#search-text", "检测")
    await expect(page.locator("#search-sheet [role=status]")).to_contain_text("找到 1 条")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("#search-sheet")).to_be_hidden()
    await expect(page.locator(".msg", has_text="跑道的检测报告")).to_be_in_viewport()


async def test_the_newest_is_shown_though_pictures_arrive_late(visit: Any, group: MemoryGroup) -> None:
    group.files[1] = SentFile("图.png", "image/png", png())
    for number in range(12):
        shown = {"kind": "picture", "name": "图.png", "url": "/group/files/1"}
        await group.post("huiyin", f"第 {number} 条", attachments=[shown])
    page = await visit("wang", **TOUCH)
    await expect(page.locator(".msg img").last).to_have_js_property("complete", True)
    await expect(page.locator(".msg").last).to_be_in_viewport()
    await expect(page.locator("#pill")).to_be_hidden()


async def test_nothing_found_is_said(visit: Any) -> None:
    page = await visit("wang")
    await page.click("#open-search")
    await page.fill("#search-text", "没有的词")
    await expect(page.locator("#search-sheet [role=status]")).to_contain_text("没有找到")


async def test_the_bots_answers_do_not_fold_on_a_phone(visit: Any, group: MemoryGroup) -> None:
    await group.post("huiyin", "\n".join(f"【办结】第 {n} 行 11-26 24:00 到期" for n in range(40)))
    page = await visit("wang", **TOUCH)
    await expect(page.locator(".msg.bot .text")).to_have_class("text")
    await expect(page.locator(".msg.bot .fold")).to_have_count(0)


async def test_the_text_to_publish_is_copied_alone(visit: Any, group: MemoryGroup) -> None:
    await group.post("huiyin", "〔#12〕同意发布。请照此发布：\n————————\n已更换筛网。\n留样合格。\n————————")
    page = await visit("wang", permissions=["clipboard-read", "clipboard-write"], **TOUCH)
    await page.tap("text=复制要发布的文字")
    await expect(page.locator(".toast")).to_have_text("已复制")
    assert await page.evaluate("navigator.clipboard.readText()") == "已更换筛网。\n留样合格。"


async def test_the_composer_is_one_tab_away(visit: Any, group: MemoryGroup) -> None:
    await group.post("lin", "看 https://bbs.example.com/a 和 #12")
    page = await visit("wang")
    await page.evaluate("document.activeElement.blur()")
    await page.keyboard.press("Tab")
    await expect(page.locator(".skip")).to_be_in_viewport()
    await page.keyboard.press("Enter")
    assert await focus(page) == "text"


async def test_lists_are_one_tab_stop_each(visit: Any, group: MemoryGroup) -> None:
    for number in range(30):
        await group.post("lin", f"第 {number} 条 https://bbs.example.com/{number} #{number}")
    await group.post("huiyin", "请签收〔#12〕", card=new_card(12, "操场有积水"))
    page = await visit("wang")
    await page.focus(".skip")
    stops = []
    while (await focus(page)) != "text" and len(stops) < 30:
        await page.keyboard.press("Tab")
        stops.append(await focus(page))
    assert stops[-1] == "text"
    assert len([stop for stop in stops if stop.startswith("msg")]) == 1
    assert len([stop for stop in stops if stop.startswith("person")]) == 1
    assert len([stop for stop in stops if stop.startswith("chip")]) == 1


async def test_arrow_keys_move_in_the_chat_and_the_chips(visit: Any, group: MemoryGroup) -> None:
    for word in ("甲", "乙", "丙"):
        await group.post("huiyin", word)
    page = await visit("wang")
    await page.focus(".msg >> nth=2")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Home")
    assert await page.evaluate("document.activeElement.textContent.includes('甲')")
    await page.keyboard.press("End")
    assert await page.evaluate("document.activeElement.textContent.includes('丙')")
    await page.focus("#chips .chip >> nth=0")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    await expect(page.locator("#text")).to_have_value("帮助")


async def test_the_focus_is_visible(visit: Any, group: MemoryGroup) -> None:
    await group.post("lin", "大家好")
    page = await visit("wang")
    for place in ("#open-search", "#attach", "#private", "#me", ".msg", "#chips .chip"):
        await page.evaluate("document.activeElement.blur()")
        await page.keyboard.press("Tab")
        await page.locator(place).first.focus()
        assert await page.locator(place).first.evaluate("e => getComputedStyle(e).outlineStyle") != "none", place


async def test_every_control_has_a_name(visit: Any, group: MemoryGroup) -> None:
    await group.post("huiyin", "请签收〔#12〕", card=new_card(12, "操场有积水"))
    page = await visit("wang")
    await page.set_input_files("#chooser", picture())
    await expect(page.locator("#tray li")).to_be_visible()
    nameless = await page.evaluate(
        """() => [...document.querySelectorAll("button, a, input:not([hidden]), textarea")]
            .filter((e) => e.checkVisibility() && !(e.getAttribute("aria-label") || e.innerText.trim()))
            .map((e) => e.outerHTML.slice(0, 120))"""
    )
    assert nameless == []


async def test_the_root_font_size_is_respected(visit: Any, group: MemoryGroup) -> None:
    await group.post("lin", "大家好")
    page = await visit("wang")
    places = (".msg .text", ".msg .head", "#chips .chip", "#text", "#group-name", ".person strong")
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    before = [await page.locator(place).first.evaluate(size) for place in places]
    await page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    after = [await page.locator(place).first.evaluate(size) for place in places]
    assert after == [2 * one for one in before]


@pytest.mark.parametrize("width", [360, 640, 720])
async def test_at_twice_the_size_nothing_is_cut_off(visit: Any, group: MemoryGroup, width: int) -> None:
    await group.open("操场有积水", 12)
    await group.post("huiyin", "请签收〔#12〕", card=new_card(12, "操场有积水"))
    page = await visit("wang", viewport={"width": width, "height": 700})
    await page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    for place in ("html", "#log", ".bar", "#composer"):
        assert await page.eval_on_selector(place, "e => e.scrollWidth - e.clientWidth") <= 0, place
    for place in ("#text", "#send", "#attach", "#open-search", "#open-incidents"):
        await expect(page.locator(place)).to_be_in_viewport()


async def test_the_tips_open_by_themselves_only_once(visit: Any) -> None:
    page = await visit(None, viewport=DESK)
    await page.click("#people-pane [data-person=lin]")
    await expect(page.locator("#tips")).to_be_visible()
    await page.reload()
    await expect(page.locator("#chips .chip").first).to_be_visible()
    await expect(page.locator("#tips")).to_be_hidden()
    await page.click("#chips .chip >> text=转发一条帖子")
    await expect(page.locator("#tips")).to_be_visible()


async def test_the_tips_leave_a_phone_alone(visit: Any) -> None:
    page = await visit(None, **TOUCH)
    await page.tap("#people-sheet [data-person=lin]")
    await expect(page.locator("#tips")).to_be_hidden()
    await expect(page.locator("#log")).to_contain_text("点下面的“转发一条帖子”试试")
    await page.tap("#chips .chip >> nth=0")
    box = await page.locator("#tips").bounding_box()
    assert box["height"] < 0.4 * SMALL["height"]


async def test_at_a_desk_people_are_listed_once(visit: Any) -> None:
    page = await visit(None, viewport=DESK)
    await expect(page.locator("[data-person=lin]:visible")).to_have_count(1)
    await expect(page.locator("#people-pane")).to_contain_text("第一次来")
    await say(page, "大家好")
    await expect(page.locator("#people-pane .person").first).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#me")).to_have_attribute("aria-label", re.compile("林晓"))


async def test_dark_and_light_have_contrast(visit: Any, group: MemoryGroup) -> None:
    await group.post("lin", "大家好")
    await group.open("操场有积水", 12)
    contrast = """(place) => {
        const channel = (v) => ((v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
        const light = (c) => c.slice(0, 3).reduce((s, v, i) => s + channel(v) * [.2126, .7152, .0722][i], 0);
        const numbers = (c) => (c.match(/[\\d.]+/g) ?? []).map(Number);
        const element = document.querySelector(place);
        let back = element;
        while (back && numbers(getComputedStyle(back).backgroundColor)[3] === 0) back = back.parentElement;
        const [a, b] = [getComputedStyle(element).color, getComputedStyle(back).backgroundColor]
            .map((c) => light(numbers(c))).sort((x, y) => y - x);
        return (a + .05) / (b + .05);
    }"""
    for scheme in ("light", "dark"):
        page = await visit("wang", color_scheme=scheme)
        for place in (".msg .text", ".msg .head time", ".chip-strong", ".chip", ".bar-sub", ".incident-holder", ".day"):
            assert await page.evaluate(contrast, place) >= 4.5, (scheme, place)


async def test_a_small_phone_shows_everything(visit: Any, group: MemoryGroup) -> None:
    await group.open("操场有积水", 12)
    page = await visit("wang", **TOUCH)
    await page.set_input_files("#chooser", [picture("很长的名字" * 12 + ".png"), picture()])
    await expect(page.locator("#tray li")).to_have_count(2)
    for place in ("html", "#log", ".bar", "#composer", "#tray"):
        assert await page.eval_on_selector(place, "e => e.scrollWidth - e.clientWidth") <= 0, place
    assert PHONE["width"] > SMALL["width"]
