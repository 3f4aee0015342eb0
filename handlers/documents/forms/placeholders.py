"""The placeholders of the forms' templates: `{{ institution }}`, or `{{ row.number }}` inside a list's row.

`docs/forms.md` and `docs/forms.zh-CN.md` are generated from this table.
"""

from typing import Any, NamedTuple

FORMS = ("liaison", "handling", "reminder", "bulletin", "summary", "duty", "situation", "special")
"""The forms, by the names of their template files."""


class Placeholder(NamedTuple):
    zh: str
    en: str


COMMON = {
    "institution": Placeholder("单位名称", "the institution"),
    "number": Placeholder(
        "编号：〔年份〕序号，每年从 1 起，不跳号", "the number: year and serial, gapless from 1 each year"
    ),
    "date": Placeholder("制单日期", "the day on which it is made"),
    "made_by": Placeholder("制单人", "who had it made"),
}
MATTER = {
    "incident": Placeholder("事件编号", "the matter's number"),
    "title": Placeholder("标题", "its title"),
    "text": Placeholder("反映的内容（电话、身份证号已隐去）", "what it says, phone and identity numbers masked"),
    "gist": Placeholder("反映内容的摘录（不超过 120 字）", "an excerpt of what it says (up to 300 characters)"),
    "annex": Placeholder("反映内容的全文，摘录不全时才有", "the whole of what it says, where the excerpt is not all"),
    "origin": Placeholder("怎么来的：自行发现、交办、热线等", "how it came here: found, handed down, hotline, …"),
    "orders": Placeholder(
        "交办和报送：单位、文号、时限，一行一件", "what other bodies are owed: body, document, limit, one a line"
    ),
    "addressee": Placeholder(
        "报送单位：要反馈的单位，没有则为上级单位", "to whom it is reported: who is owed it, else the superiors"
    ),
    "source": Placeholder("来源平台", "the platform"),
    "address": Placeholder("原帖网址，一行一个", "the posts' addresses, one a line"),
    "posted_at": Placeholder("发布时间", "when it was posted"),
    "found_at": Placeholder("发现时间", "when it was found"),
    "forwarded_by": Placeholder("上报人", "who forwarded it"),
    "tier": Placeholder("级别", "its tier"),
    "kind": Placeholder("类别", "its kind"),
    "stage": Placeholder("状态", "its stage"),
    "department": Placeholder("承办部门", "its department"),
    "helpers": Placeholder("协办部门", "the helping departments"),
    "leader": Placeholder("分管领导", "the leader in charge"),
    "holder": Placeholder("现在在谁手里", "in whose hands it is"),
    "elapsed": Placeholder("发现以来的时间", "the time since the find"),
    "due": Placeholder("各项时限，一行一项", "the due times, one a line"),
    "acknowledged_at": Placeholder("签收时间", "when it was acknowledged"),
    "instruction": Placeholder("领导批示", "the leaders' instructions"),
    "findings": Placeholder("核实情况", "the findings"),
    "promises": Placeholder("已作的承诺", "what was promised"),
    "plan": Placeholder("最新的处置方案", "the latest plan"),
    "draft": Placeholder("最新的拟复内容", "the latest draft of the reply"),
    "approvals": Placeholder(
        "审批记录，一行一个签字：谁、以什么身份、代谁签",
        "each signature, one a line: who gave it, as what, and for whom",
    ),
    "answer": Placeholder("公开的答复", "the reply as published"),
    "proof": Placeholder("答复的网址或截图", "where the reply can be seen"),
    "outcome": Placeholder("结果", "the outcome"),
    "result": Placeholder("办理结果", "what was done"),
    "timeline": Placeholder("办理经过，一行一步", "the course, one step a line"),
    "holders": Placeholder("各方用时，一行一方", "how long each had it, one a line"),
    "contacts": Placeholder("与反映人的联系，一次一行", "the contacts with who raised it, one a line"),
    "call_backs": Placeholder("回访，一次一行", "the call-backs, one a line"),
    "lessons": Placeholder("经验教训（总结的内容）", "the lessons, from the summary"),
    "written_by": Placeholder(
        "落款：写总结的部门、办公室或单位，没写的看谁该写",
        "who signs: the department, the office or the institution of who wrote the summary, or owes it",
    ),
    "overdue": Placeholder(
        "超时：哪一项、何时到期、超了多久、记在谁名下，一行一项",
        "what ran over: the duty, its due time, how late, and to whom it is booked, one a line",
    ),
}
BESIDE = {
    "handling": Placeholder(
        "专班、发言人、响应级别，一行一项", "the working group, the spokesman, the response, one a line"
    ),
    "meetings": Placeholder("会商和纪要，一次一行", "the meetings with their minutes, one a line"),
    "experts": Placeholder("专家意见，一人一行", "the experts' opinions, one a line"),
    "parts": Placeholder("协办部门的意见，一个部门一行", "the helping departments' own parts, one a line"),
    "press": Placeholder("媒体询问和答复，一问一行", "what the press asked and was answered, one a line"),
    "wording": Placeholder("审定的口径、声明、通稿", "the approved wording, statement and press release"),
    "actions": Placeholder("整改事项：做什么、谁做、何时前、到哪一步", "the action items: what, who, by when, how far"),
    "heat": Placeholder("热度，记过一次一行", "the heat, a reading a line"),
    "opinion": Placeholder("最新的拟办意见", "the latest proposed opinion"),
    "looks": Placeholder("跟踪，看一次一行", "the looks at it until it was calm, one a line"),
    "calm": Placeholder("平息：何时、谁认定、依据", "the calm: when, stated by whom, on what ground"),
}
OWED = {
    "owed": Placeholder(
        "列表：未办成的事项（row.duty、row.due、row.late）", "a list: what is still owed (row.duty, row.due, row.late)"
    )
}
PERIOD = {
    "span": Placeholder("所通报的时间段或事件", "the time or the matter that it is about"),
    "received": Placeholder("登记件数", "how many were registered"),
    "closed": Placeholder("办结件数", "how many were settled"),
    "count": Placeholder("超时项数", "how many duties ran over"),
    "rule": Placeholder("列入的规则：超时多久才列入", "what is named: how late it has to be"),
    "rows": Placeholder(
        "列表：全部超时的事项（row.number、row.title、row.department 责任环节、row.due、row.late、row.held 各方用时）",
        "a list: all that ran over (row.number, row.title, row.department booked, row.due, row.late, row.held)",
    ),
    "still": Placeholder("列表：其中仍未办成的（各栏同 rows）", "a list: those still open (the same columns)"),
    "later": Placeholder(
        "列表：其中到期后才办成或了结的（各栏同 rows）", "a list: those done or ended late (the same)"
    ),
}
SHIFT = {
    "shift": Placeholder("班次起止", "from when to when the shift is"),
    "on_duty": Placeholder("值班人", "who is on duty"),
    "next_on_duty": Placeholder("接班人", "who is on duty next"),
    "received": Placeholder("本班登记件数", "how many were registered in the shift"),
    "closed": Placeholder("本班办结件数", "how many were settled in the shift"),
    "patrols": Placeholder("巡查记录，一行一次", "the patrols, one a line"),
    "open": Placeholder(
        "列表：在办事项（row.number、row.title、row.department、row.stage、row.holder）",
        "a list: what is open (row.number, row.title, row.department, row.stage, row.holder)",
    ),
    "due_next": Placeholder(
        "列表：下一班到期与已超时的事项（row.number、row.title、row.duty、row.due）",
        "a list: what is due in the next shift or overdue (row.number, row.title, row.duty, row.due)",
    ),
}
PLACEHOLDERS: dict[str, dict[str, Placeholder]] = {
    "liaison": COMMON | MATTER | BESIDE,
    "handling": COMMON | MATTER | BESIDE,
    "reminder": COMMON | MATTER | BESIDE | OWED,
    "bulletin": COMMON | PERIOD,
    "summary": COMMON | MATTER | BESIDE,
    "situation": COMMON | MATTER | BESIDE,
    "special": COMMON | MATTER | BESIDE,
    "duty": COMMON | SHIFT,
}
ROWS = {
    "owed": ("duty", "due", "late"),
    "rows": ("number", "title", "department", "due", "late", "held"),
    "still": ("number", "title", "department", "due", "late", "held"),
    "later": ("number", "title", "department", "due", "late", "held"),
    "open": ("number", "title", "department", "stage", "holder"),
    "due_next": ("number", "title", "duty", "due"),
}


def sample(form: str) -> dict[str, Any]:
    """Return a value for every placeholder of a form, to try a template with."""
    return {
        name: [dict.fromkeys(ROWS[name], name)] if name in ROWS else name for name in PLACEHOLDERS[form]
    }  # fmt: skip
