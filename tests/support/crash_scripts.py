"""Scripts for a bot that may be killed: who says what, and moments to which the clock advances."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from tests.support.story import monday

FIRST = "https://weibo.com/1234567890/Ab1cD2eF3"
ANSWER = "https://weibo.com/1234567890/Xy9zK8wQ1"
RESULT = "https://weibo.com/1234567890/Xy9zK8wQ2"
OTHER = "https://weibo.com/1234567890/Xy9zK8wQ3"
Step = tuple[str, str] | datetime


class Script(NamedTuple):
    """`changed` are texts to replace in the demonstration's configuration."""

    steps: tuple[Step, ...]
    changed: Mapping[str, str]


CONVERSATION = Script(
    (
        ("zhou", f"食堂饭菜有异物 {FIRST}"),
        monday("10:55"),
        ("wang", "签收 1"),
        ("zhou", "补课太多 https://www.zhihu.com/question/12345"),
        ("li", "交办 2 教育局 教办函〔2026〕31号 12-05前"),
        ("li", f"又见 {FIRST}?refer_flag=1"),
        ("wang", "拟复 1 已送检，11月26日前公布结果。"),
        ("qian", "同意 1"),
        monday("15:50"),
        ("chen", "签收 2"),
        ("wu", "签收 2"),
        monday("20:30"),
        ("zhou", f"已发布 1 {ANSWER}"),
        ("wang", "延期 1 1天 等检测报告"),
        ("qian", "同意 1"),
        monday("09:00", 1),
        ("wang", "拟复 1 检测合格，报告已贴在公告栏。"),
        ("qian", "同意发布 1"),
        ("zhou", f"已发布 1 {RESULT}"),
        ("wang", "办结 1 检测合格，报告已公布"),
        monday("12:30", 2),
        ("wu", "拟复 2 经核实属实，补课已停止，费用已退还。"),
        ("sun", "同意 2"),
        ("zhou", f"已发布 2 {OTHER}"),
        ("wu", "办结 2 补课已停止，费用已退还"),
        ("li", "已报 2 教育局 书面 育字〔2026〕5号"),
        monday("09:00", 3),
    ),
    {},
)

OFFICE = """
[override]
keeps = "3 days"
form = [{ kind = "liaison", on = "assigned" }]
routine = [{ kind = "check-in", days = "mon", by = ["11:00"] }, { kind = "check-in", days = "tue", by = ["11:00"] }]

[[roster]]
people = ["zhou", "li", "chen"]
since = "2026-11-23"

[[group]]
id = "lessons"
name = "教务处工作群"
channel = "local"
conversation = "lessons"

[digest]
numbered = "mon 17:00"
"""
# On duty from 08:00: Zhou on Monday, Li on Tuesday, Chen on Wednesday, Zhou on Thursday. On Friday a start or a run
# erases what ended on Monday, which is not old enough before. Nothing is said or due in the first hours of Tuesday.
PAPERS = Script(
    (
        ("zhou", "巡查 发现 食堂饭菜里有异物，家长在群里转发"),
        ("wang", "签收 1"),
        ("li", "升级 1 重大 家长群转发"),
        ("li", "换班 11-24 周晓"),
        ("zhou", "同意"),
        ("wang", "拟复 1 经核实属实，筛网已更换，留样检测合格。"),
        ("qian", "同意 1"),
        ("zhou", f"已发布 1 {ANSWER}"),
        ("wang", f"办结 1 整改：更换供货商 {RESULT}"),
        ("qian", "同意整改 1"),
        ("wang", "总结 1 筛网老化没有更换计划"),
        ("li", "摘报"),
        ("wu@lessons", "@回音 上报 老师要求补课，家长不同意"),
        ("wu@lessons", "签收 2"),
        monday("17:00"),
        monday("17:30"),
        ("chen", "请假 至 周三 由 李主任 代"),
        monday("08:30", 1),
        ("li", "处置单 2"),
        ("wu", f"办结 2 整改：停止补课，退还费用 {RESULT}"),
        ("sun", "同意整改 2"),
        ("wu", "无法公开答复 2 家长群里的话，没有公开渠道"),
        ("sun", "同意 2"),
        ("qian", "换班 11-25 我"),
        ("zhou", "换班 11-26 吴敏"),
        monday("17:30", 1),
        ("wu", "巡查 无异常"),
        monday("16:00", 2),
        monday("17:30", 2),
        monday("09:00", 3),
        ("zhou", "查 食堂"),
        monday("00:30", 4),
        ("li", "台账 全部"),
    ),
    {"[digest]": OFFICE.strip(), 'weekly = "fri 16:00"': 'weekly = "wed 16:00"'},
)
SCRIPTS = {"conversation": CONVERSATION, "papers": PAPERS}
