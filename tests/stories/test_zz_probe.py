import pytest
from datetime import timedelta
from tests.support.units import FIRST, SECOND, Units, units
from tests.support.story import monday, new_story, demonstration

POST = "@回音 上报 家长反映实验小学校门口早晚高峰拥堵，希望学校说明情况"


def show(t, s):
    print("==", t)
    for m in s.fresh:
        print("  [%s] %s" % (m.conversation, m.text), m.say.mentions, [a.name for a in m.say.attachments])


async def test_probe14(tmp_path, redis):
    async with units(tmp_path, redis) as s:
        await s.at("s1", "l1", POST)
        await s.at("s1", "l1", "签收 1")
        await s.at("s1", "l1", "上交 1 涉及交警")
        await s.until(monday("17:30"))
        await s.until(monday("18:30", 1))
        await s.say("li", "今日")
        show("今日", s)
        await s.say("li", "待办")
        show("待办", s)
        await s.at("s1", "h1", "今日")
        show("今日 s1", s)
        await s.at("s1", "h1", "本周")
        show("本周 s1", s)
        await s.say("li", "本月")
        show("本月", s)
        await s.say("li", "为何 1")
        show("为何", s)
        await s.say("li", "通报")
        show("通报", s)
        await s.say("li", "台账")
        show("台账", s)


async def test_probe8(tmp_path, redis):
    async with units(tmp_path, redis) as s:
        await s.at("s1", "l1", POST)
        await s.at("s1", "l1", "签收 1")
        await s.at("s1", "l1", "为何 1")
        show("为何", s)
        await s.at("s1", "l1", "拟复 1 经核实，异物是脱落的筛网，已更换，留样检测合格。")
        show("拟复", s)


async def test_probe18(tmp_path, redis):
    async with new_story(tmp_path, redis) as s:
        print(s.bot.office.institution.bodies)
        await s.opened()
        await s.say("li", "交办 1 区教育局 区教督〔2026〕8号 11月25日前反馈")
        show("交办", s)
        await s.until(monday("20:00", 2))
        for m in s.fresh:
            print("  [%s] %s" % (m.conversation, m.text), m.say.mentions)
        await s.say("li", "情况报告 1")
        show("情况报告", s)
