"""The commands that the simulated staff type: `签收 12`, `拟复 12 …`, `approve 12`."""

from datetime import date
from random import Random

_ZH = {
    "forward": ("@{bot} 上报 {topic}\n{text}",),
    "assign": ("改派 {n} {department}",),
    "instruct": ("批办 {n} {department} 请核实后书面答复", "批办 {n} {department} 请尽快办理，结果报办公室"),
    "limit": ("批办 {n} {department} 3天 请核实后书面答复", "批办 {n} {department} 5天 请尽快办理"),
    "acknowledge": ("签收 {n}",),
    "plan": ("方案 {n} 由{department}核实处理，{m}月{d}日前办完并公开答复",),
    "draft": (
        "拟复 {n} 您好，您反映的问题已收悉，我们已到现场核实，将于{m}月{d}日前处理完毕并公布结果。",
        "拟复 {n} 感谢您的留言。经了解情况属实，已安排专人整改，{m}月{d}日前完成并向您反馈。",
        "拟复 {n} 您的建议已转有关人员研究，{m}月{d}日前给您明确答复。",
    ),
    "answer": (
        "拟复 {n} 您反映的问题经核实属实，设备已更换，现场已清理完毕。",
        "拟复 {n} 您好，您反映的问题已解决：多收的费用已退还，标准已公示。",
        "拟复 {n} 您的建议已采纳，窗口已增设，时间表贴在公告栏。",
    ),
    "approve": ("同意 {n}",),
    "reject": ("不同意 {n} 语气生硬，请写清楚谁来办",),
    "keep": ("不同意 反映属实，请继续办理",),
    "decide": ("同意",),
    "publish": ("已发布 {n} https://www.rehearsal.gov.cn/reply/{n}-{v}.html",),
    "stand": ("仍在 {n}", "还在 {n}"),
    "extend": ("延期 {n} 2天 等检测报告",),
    "report": ("已报 {n}",),
    "follow up": ("续报 {n} 已到现场，正在处理",),
    "summarise": ("总结 {n} 起因已查明，已整改并公开答复，今后每月检查一次",),
    "circulate": ("舆情通报 {n} 已答复，评论区平稳",),
    "calm": ("平息 {n} 答复以后没有新的议论",),
    "resolve": (
        "办结 {n} 设备已更换，结果已公布",
        "办结 {n} 费用已退还，标准已公示",
        "办结 {n} 已采纳，写入下月工作计划",
    ),
    "remedy": ("办结 {n} 整改：更换设备，清理现场 https://www.rehearsal.gov.cn/remedy/{n}.html",),
    "check-in": ("巡查 无异常", "巡查 微博、抖音、留言板已看，未见新帖", "巡查 新帖已全部登记"),
    "daily report": ("零报告", "日报 今日收件已全部分派，无突发情况", "日报 今日收件已办理，热点两件持续关注"),
    "weekly bulletin": ("周报 本周收件已全部分派",),
    "monthly summary": ("月报 {m}月收件已汇总，超时件已逐件说明原因",),
}
_EN = {
    "forward": ("@{bot} report {topic}\n{text}",),
    "assign": ("assign {n} {department}",),
    "instruct": ("instruct {n} {department} find out and answer in writing",),
    "limit": ("instruct {n} {department} 3 days find out and answer in writing",),
    "acknowledge": ("ack {n}",),
    "plan": ("plan {n} looked into at once, mended and answered in public by {d} {month}",),
    "draft": (
        "draft {n} Thank you. We have looked at it on the spot and will have it mended by {d} {month}.",
        "draft {n} What you describe is true. It is being put right and will be done by {d} {month}.",
        "draft {n} Your suggestion is being considered; you will have a clear answer by {d} {month}.",
    ),
    "answer": (
        "draft {n} What you described was true: the equipment was replaced and the site was cleared.",
        "draft {n} Your fees were refunded, and the price list was published on the notice board.",
        "draft {n} Your suggestion was adopted: a second counter was opened.",
    ),
    "approve": ("approve {n}",),
    "reject": ("reject {n} say who will do it, please",),
    "keep": ("reject what they say is true, go on with it",),
    "decide": ("approve",),
    "publish": ("published {n} https://www.rehearsal.gov.cn/reply/{n}-{v}.html",),
    "stand": ("still {n}", "still there {n}"),
    "extend": ("extend {n} 2d waiting for the lab report",),
    "report": ("reported {n}",),
    "follow up": ("update {n} on the spot, being dealt with",),
    "summarise": ("summary {n} cause found, mended and answered in public, checked monthly from now on",),
    "circulate": ("situation {n} answered, the comments are quiet",),
    "calm": ("calm {n} no new comments since the answer",),
    "resolve": ("resolve {n} equipment replaced, results published", "resolve {n} fees refunded, price list published"),
    "remedy": ("resolve {n} remedied: equipment replaced https://www.rehearsal.gov.cn/remedy/{n}.html",),
    "check-in": ("patrol nothing found", "patrol all boards read, nothing new"),
    "daily report": ("zero report", "daily all of today's matters are assigned"),
    "weekly bulletin": ("weekly all of this week's matters are assigned",),
    "monthly summary": ("monthly the matters of {month} are summed up, each delay is explained",),
}
ROUTINES = ("check-in", "daily report", "weekly bulletin", "monthly summary")
_LANGUAGES = {"zh": _ZH, "en": _EN}
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def forwarded(language: str, bot: str, topic: str, text: str) -> str:
    """Return a message as an officer forwards it, addressed to the bot: otherwise it would not count as a report."""
    return _LANGUAGES[language]["forward"][0].format(bot=bot, topic=topic, text=text)


def worded(
    language: str, action: str, chance: Random, number: int, by: date, department: str = "", version: int = 1
) -> str:
    """Return a sentence for an action. A draft promises something by the day `by`; `version` counts the drafts."""
    sentence = chance.choice(_LANGUAGES[language][action])
    return sentence.format(
        n=number, v=version, department=department, m=by.month, d=by.day, month=_MONTHS[by.month - 1]
    )
