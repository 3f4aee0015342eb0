"""Make the form templates that ship with the product: `python tools/form_templates.py [DIRECTORY]`.

The wording is here, the layout in `form_layout.py`. `docs/forms.md` explains the placeholders.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from form_layout import Given, Page

TEMPLATES = Path(__file__).parents[1] / "handlers" / "documents" / "templates"
SIGN = {"zh": "签名：            　　年　　月　　日", "en": "Signature: ____________   Date: ____________"}
ROOM, CLOSE = 19, 16
COURSE = (
    ("组织处置", "Handled by", "handling"),
    ("会商和纪要", "Meetings and minutes", "meetings"),
    ("专家意见", "Experts", "experts"),
    ("协办部门意见", "The helping departments", "parts"),
)
PRESS = (
    ("审定的口径、声明、通稿", "Approved wording", "wording"),
    ("媒体询问和答复", "The press", "press"),
)
AFTERWARDS = (
    ("跟踪", "Looks", "looks"),
    ("平息", "Calm", "calm"),
    ("与反映人的联系", "Contacts", "contacts"),
    ("回访", "Call-backs", "call_backs"),
    ("整改事项", "Action items", "actions"),
)


def _matter(t: Callable[[str, str], str]) -> list[tuple[object, ...]]:
    return [
        (t("事件编号", "Matter"), "#{{ incident }}", t("级别", "Tier"), "{{ tier }}"),
        (t("来源", "Source"), "{{ source }}", t("类别", "Kind"), "{{ kind }}"),
        (t("发布时间", "Posted"), "{{ posted_at }}", t("发现时间", "Found"), "{{ found_at }}"),
        (t("网址", "Address"), "{{ address }}"),
        (t("主要内容", "What it says"), "{{ gist }}", 24),
    ]


def _beside(
    page: Page, t: Callable[[str, str], str], below: dict[str, tuple[tuple[str, str, str], ...]], said: str
) -> None:
    """Add what belongs below a section, each where there is any; a section is known by a placeholder in it."""
    for name, given in below.items():
        if f"{{{{ {name} " in said:
            for zh, en, shown in given:
                page.where_given(t(zh, en), shown)


def _annex(t: Callable[[str, str], str]) -> tuple[str, str]:
    return t("附：来件全文", "Annex: the whole text"), "annex"


def liaison(page: Page, t: Callable[[str, str], str], sign: str) -> None:
    page.title(t("{{ institution }}舆情联系单", "{{ institution }}\nLiaison form"))
    page.number_line(t("编号：联{{ number }}", "No. L {{ number }}"), t("日期：{{ date }}", "Date: {{ date }}"))
    page.grid(
        [
            (t("主送部门", "To"), "{{ department }}", t("协办部门", "Helping"), "{{ helpers }}"),
            *_matter(t),
            (t("办理时限", "Due"), "{{ due }}"),
            (t("核实情况", "Findings"), "{{ findings }}", 24),
            (Given(t("协办部门意见", "Helping\ndepartments"), "parts"),),
            (t("暂不能解决的\n原因与时间表", "If it takes longer:\nwhy, and by when"), "{{ promises }}", 18),
            (t("承办部门\n负责人意见", "Head of the\ndepartment"), "", ROOM, sign),
            (t("办公室\n审定意见", "Office"), "", ROOM, sign),
        ]
    )
    page.note(
        t(
            "签收：{{ acknowledged_at }}　填单：{{ made_by }}　本单一式两份，承办部门、办公室各存一份。",
            "Acknowledged: {{ acknowledged_at }}. Made by {{ made_by }}. One copy stays with the department, one with the office.",
        )
    )
    page.annex(*_annex(t))


def handling(page: Page, t: Callable[[str, str], str], sign: str) -> None:
    page.title(t("{{ institution }}处置单", "{{ institution }}\nHandling form"))
    page.number_line(t("编号：处{{ number }}", "No. H {{ number }}"), t("日期：{{ date }}", "Date: {{ date }}"))
    page.grid(
        [
            (t("承办部门", "Department"), "{{ department }}", t("协办部门", "Helping"), "{{ helpers }}"),
            *_matter(t),
            (t("办理时限", "Due"), "{{ due }}"),
            (t("领导批示", "Instruction"), "{{ instruction }}", 14),
            (Given(t("协办部门意见", "Helping\ndepartments"), "parts"),),
            (Given(t("组织处置", "Handled by"), "handling"),),
            (Given(t("会商纪要", "Meetings"), "meetings"),),
            (Given(t("专家意见", "Experts"), "experts"),),
            (t("拟复内容", "Draft of the reply"), "{{ draft }}", 20),
            (Given(t("审定的口径", "Approved\nwording"), "wording"),),
            (t("审批记录", "Approvals on record"), "{{ approvals }}", 12),
            (t("部门负责人\n意见", "Head of the\ndepartment"), "", CLOSE, sign),
            (t("分管领导\n意见", "Leader in\ncharge"), "", CLOSE, sign),
            (t("主要领导\n意见", "Chief"), "", CLOSE, sign),
            (Given(t("整改事项", "Action items"), "actions"),),
            (t("办理结果", "Result"), "{{ outcome }}{% if result != outcome %}：{{ result }}{% endif %}", 14),
        ]
    )
    page.annex(*_annex(t))


def reminder(page: Page, t: Callable[[str, str], str], sign: str) -> None:
    page.title(t("催办通知书", "Reminder notice"))
    page.number_line(t("{{ institution }}", "{{ institution }}"), t("编号：催{{ number }}", "No. R {{ number }}"))
    page.text(t("{{ department }}：", "To {{ department }}:"), indent=False)
    page.text(
        t(
            "{{ found_at }}登记的第{{ incident }}号事件“{{ title }}”由你部门承办，下列事项尚未办成：",
            "Matter {{ incident }}, “{{ title }}”, registered on {{ found_at }}, is yours. The following is still owed:",
        )
    )
    page.list(
        "owed", [(t("事项", "Duty"), "duty", 42), (t("时限", "Due"), "due", 60), (t("情况", "State"), "late", 54)]
    )
    page.text(
        t(
            "目前在{{ holder }}手里，登记以来已{{ elapsed }}，公众可见的时间不停表。请立即办理，并在工作群内回复办理情况；"
            "确需延长时限的，请在到期前说明理由。逾期不办又不说明的，按规定列入通报。",
            "It is in the hands of {{ holder }}; {{ elapsed }} have passed since the find, and for the public the clock never "
            "stops. Please act at once and answer in the group. If more time is needed, say why before it runs out. What is "
            "let run over without a word is named in the bulletin.",
        )
    )
    page.signature(t("{{ institution }}办公室", "{{ institution }}, the office"), "{{ date }}")
    page.note(t("抄送：{{ leader }}", "Copy to: {{ leader }}"))
    page.heading(t("回　执", "Receipt"))
    page.grid(
        [
            (t("收到时间", "Received"), "", t("收件人", "By"), ""),
            (t("办理情况", "What is done"), "", 26),
            (t("部门负责人", "Head of the\ndepartment"), "", ROOM, sign),
        ],
        together=True,
    )


def bulletin(page: Page, t: Callable[[str, str], str], _sign: str) -> None:
    page.title(t("关于{{ span }}办理超时情况的通报", "Bulletin: what ran over in {{ span }}"))
    page.number_line(t("{{ institution }}", "{{ institution }}"), t("编号：通{{ number }}", "No. B {{ number }}"))
    page.text(t("各部门：", "To all departments:"), indent=False)
    page.text(
        t(
            "{{ span }}共登记{{ received }}件，办结{{ closed }}件，超时{{ count }}项（{{ rule }}）。现将超时情况通报如下：",
            "In {{ span }} {{ received }} matters were registered and {{ closed }} settled; {{ count }} duties ran over ({{ rule }}):",
        )
    )
    columns = (("编号", "No.", "number", 14), ("事项", "Matter", "title", 40), ("责任环节", "Booked to", "department", 24),
               ("时限", "Due", "due", 27), ("超时", "Late by", "late", 22), ("各方用时", "Time per holder", "held", 29))  # fmt: skip
    shown = [(t(zh, en), value, width) for zh, en, value, width in columns]
    page.heading(t("一、仍未办成的", "1. Still open"))
    page.list("still", shown)
    page.heading(t("二、到期后才办成或了结的", "2. Done or ended late"))
    page.list("later", shown)
    page.text(
        t(
            "责任环节是到期时该办、手里有的一方，之后转手、并案、延期都不改变。请对照整改，未办成的立即办理，并说明原因。各部门要按时签收、按时答复；确有困难的，在到期前申请延期。",
            "Booked is what a party owed and had in hand at the due time; no later move changes it. Those named are to make "
            "good and to say what held them up. A department that cannot keep a due time asks for more before it runs out.",
        )
    )
    page.signature(t("{{ institution }}办公室", "{{ institution }}, the office"), "{{ date }}")


def summary(page: Page, t: Callable[[str, str], str], _sign: str) -> None:
    page.title(t("关于“{{ title }}”的总结报告", "Summary report: {{ title }}"))
    page.number_line(t("{{ institution }}", "{{ institution }}"), t("编号：总{{ number }}", "No. S {{ number }}"))
    sections = (
        (
            "一、基本情况",
            "1. The matter",
            "{{ found_at }}，{{ forwarded_by }}登记第{{ incident }}号事件（{{ tier }}，{{ kind }}），来源：{{ source }}；"
            "由{{ department }}承办。反映内容：{{ gist }}",
            "{{ found_at }}: {{ forwarded_by }} registered matter {{ incident }} ({{ tier }}, {{ kind }}) from {{ source }}; "
            "the department is {{ department }}. It says: {{ gist }}",
        ),
        ("二、办理经过", "2. The course", "{{ timeline }}", "{{ timeline }}"),
        ("三、对外答复", "3. What was said in public", "{{ answer }}\n{{ proof }}", "{{ answer }}\n{{ proof }}"),
        ("四、各方用时", "4. Who held it, and how long", "{{ holders }}", "{{ holders }}"),
        (
            "五、结果与变化",
            "5. What changed",
            "{{ outcome }}{% if result != outcome %}：{{ result }}{% endif %}",
            "{{ outcome }}{% if result != outcome %}: {{ result }}{% endif %}",
        ),
        (
            "六、经验教训",
            "6. Lessons",
            "{% if lessons %}{{ lessons }}{% else %}（待补：起因、整改、教训）{% endif %}",
            "{% if lessons %}{{ lessons }}{% else %}(to be added: cause, remedy, lessons){% endif %}",
        ),
    )
    for zh, en, said, said_en in sections:
        page.heading(t(zh, en))
        page.text(t(said, said_en), indent="timeline" not in said and "holders" not in said)
        _beside(page, t, {"timeline": COURSE, "answer": PRESS, "outcome": AFTERWARDS}, said)
    page.signature("{{ written_by }}", "{{ date }}")
    page.annex(*_annex(t))


def duty(page: Page, t: Callable[[str, str], str], sign: str) -> None:
    page.title(t("{{ institution }}值班报告", "{{ institution }}\nDuty report"))
    page.number_line(t("编号：值{{ number }}", "No. D {{ number }}"), t("日期：{{ date }}", "Date: {{ date }}"))
    page.grid(
        [
            (t("班次", "Shift"), "{{ shift }}"),
            (t("值班人", "On duty"), "{{ on_duty }}", t("接班人", "Next"), "{{ next_on_duty }}"),
            (t("本班登记", "Registered"), "{{ received }}", t("本班办结", "Settled"), "{{ closed }}"),
            (t("巡查情况", "Patrols"), "{{ patrols }}", 14),
        ]
    )
    page.heading(t("在办事项", "Open matters"))
    columns = (("编号", "No.", "number", 18), ("事项", "Matter", "title", 52), ("部门", "Department", "department", 28),
               ("状态", "Stage", "stage", 28), ("在谁手里", "Held by", "holder", 30))  # fmt: skip
    page.list("open", [(t(zh, en), value, width) for zh, en, value, width in columns])
    page.heading(t("下一班到期与已超时", "Due in the next shift, and overdue"))
    columns = (("编号", "No.", "number", 18), ("事项", "Matter", "title", 56), ("应办", "Owed", "duty", 34),
               ("时限", "Due", "due", 48))  # fmt: skip
    page.list("due_next", [(t(zh, en), value, width) for zh, en, value, width in columns])
    page.heading(t("交接", "Hand-over"))
    page.grid(
        [(t("交班人", "Handed over"), "", ROOM, sign), (t("接班人", "Taken over"), "", ROOM, sign)], together=True
    )


def situation(page: Page, t: Callable[[str, str], str], sign: str) -> None:
    """Make the report to a superior or another body: what happened, what was done, what is public, what follows."""
    page.title(t("关于“{{ title }}”的情况报告", "Situation report: {{ title }}"))
    page.number_line(t("{{ institution }}", "{{ institution }}"), t("编号：报{{ number }}", "No. U {{ number }}"))
    page.text(t("{{ addressee }}：", "To {{ addressee }}:"), indent=False)
    page.text(
        t(
            "{{ found_at }}，我单位登记第{{ incident }}号事件（{{ tier }}，{{ kind }}），来源：{{ origin }}，平台：{{ source }}。现将有关情况报告如下：",
            "On {{ found_at }} we registered matter {{ incident }} ({{ tier }}, {{ kind }}); origin: {{ origin }}, platform: "
            "{{ source }}. We report as follows:",
        )
    )
    sections = (
        ("一、反映内容", "1. What it says", "{{ gist }}"),
        (
            "二、交办与时限",
            "2. What was handed down, and by when",
            t("{{ orders or '无' }}", "{{ orders or 'nothing' }}"),
        ),
        ("三、超时情况", "3. What ran over", t("{{ overdue or '无' }}", "{{ overdue or 'nothing' }}")),
        ("四、核实情况", "4. Findings", t("{{ findings or '尚未核实' }}", "{{ findings or 'none yet' }}")),
        ("五、处置经过", "5. The course", "{{ timeline }}"),
        (
            "六、对外答复",
            "6. What was said in public",
            t("{{ answer or '尚未公开答复' }}", "{{ answer or 'no public answer yet' }}") + "\n{{ proof }}",
        ),
        (
            "七、结果与下一步",
            "7. The result, and what follows",
            t("{{ outcome or '办理中' }} {{ result }}", "{{ outcome or 'in hand' }} {{ result }}") + "\n{{ promises }}",
        ),
    )
    for zh, en, said in sections:
        page.heading(t(zh, en))
        page.text(said, indent=not any(one in said for one in ("timeline", "orders", "overdue")))
        _beside(page, t, {"timeline": COURSE, "answer": PRESS, "outcome": AFTERWARDS}, said)
    page.grid([(t("审签", "Signed for the institution"), "", ROOM, sign)], together=True)
    page.signature("{{ institution }}", "{{ date }}")
    page.annex(*_annex(t))


def special(page: Page, t: Callable[[str, str], str], sign: str) -> None:
    """Make the special report on one matter to the leaders: facts, heat, judgement, proposal; what they write on it."""
    page.title(t("{{ institution }}舆情专报", "{{ institution }}\nSpecial report"))
    page.number_line(t("编号：专{{ number }}", "No. X {{ number }}"), t("日期：{{ date }}", "Date: {{ date }}"))
    page.grid(
        [
            (t("标题", "Title"), "{{ title }}"),
            (t("事件编号", "Matter"), "#{{ incident }}", t("承办部门", "Department"), "{{ department }}"),
            (t("来源", "Source"), "{{ origin }} {{ source }}", t("发现时间", "Found"), "{{ found_at }}"),
            (t("网址", "Address"), "{{ address }}"),
            (t("反映内容", "What it says"), "{{ gist }}", 20),
            (t("热度", "Heat"), t("{{ heat or '没有记录' }}", "{{ heat or 'not on record' }}"), 12),
            (t("研判", "Judgement"), "{{ tier }} {{ kind }}\n{{ findings }}", 14),
            (t("处置情况", "What was done"), "{{ timeline }}", 24),
            (Given(t("已公开的答复", "Public answer"), "answer"),),
            (Given(t("审定的口径", "Approved\nwording"), "wording"),),
            (t("拟办意见", "Proposal"), "{{ opinion }}", 16),
            (Given(t("已有的批示", "Instructions\nso far"), "instruction"),),
            (t("领导批示", "Instruction"), "", 30, sign),
        ]
    )
    page.note(
        t(
            "批示请登记：批办 {{ incident }} 部门 时限 要求。报送：{{ leader }}　制单：{{ made_by }}",
            "To be recorded: instruct {{ incident }} <department> <limit> <words>. To {{ leader }}. Made by {{ made_by }}.",
        )
    )
    page.annex(*_annex(t))


FORMS = (liaison, handling, reminder, bulletin, summary, duty, situation, special)


def main() -> None:
    directory = Path(sys.argv[1]) if len(sys.argv) > 1 else TEMPLATES
    for language in ("zh", "en"):
        chinese = language == "zh"
        for form in FORMS:
            page = Page(language)
            form(page, (lambda zh, _en: zh) if chinese else (lambda _zh, en: en), SIGN[language])
            (directory / language).mkdir(parents=True, exist_ok=True)
            page.save(directory / language / f"{form.__name__}.docx")


if __name__ == "__main__":
    main()
