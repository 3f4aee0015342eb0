"""`联系单 12`, `处置单 12`, `催办单 12`, `总结报告 12`, `情况报告 12`, `专报 12`, `通报`, `值班报告`: forms in Word.

It is numbered and filled in from the record. Of several rosters the duty report's is named: `值班报告 网信值班`.

In English: `liaison form 12`, `handling form 12`, `reminder notice 12`, `summary report 12`, `situation report 12`,
`special report 12`, `bulletin`, `duty report`.
"""

from typing import NamedTuple

from handlers.common import form_file
from handlers.common.bulletin import bulletin
from handlers.common.context import Context
from handlers.common.form_file import NumberedDocument
from handlers.rules.incident.permissions import DESK_ROLES, LEADERS, permit
from handlers.rules.incident.proposing import receivers
from handlers.rules.language.commands import Spoken
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.refusal import Refusal
from handlers.rules.time.spans import dated, named
from handlers.timed import handover
from storage.commit import conclude
from storage.database.transaction import transact
from storage.forms import NumberTaken

FORM_VERBS = {
    "liaison": ("舆情联系单", "联系单", "liaison form"),
    "handling": ("处置单", "处理单", "handling form"),
    "reminder": ("催办通知书", "催办通知", "催办单", "reminder notice"),
    "summary": ("总结报告", "summary report"),
    "situation": ("情况报告", "situation report"),
    "special": ("舆情专报", "专报", "special report"),
    "bulletin": ("通报", "bulletin"),
    "duty": ("值班报告", "交接班报告", "duty report"),
}
VERBS = tuple(verb for verbs in FORM_VERBS.values() for verb in verbs)
EXAMPLES = {
    "zh": (
        "联系单 12",
        "处置单 12",
        "催办单 12",
        "总结报告 12",
        "情况报告 12",
        "专报 12",
        "通报",
        "通报 上月",
        "值班报告",
    ),
    "en": (
        "liaison form 12",
        "handling form 12",
        "reminder notice 12",
        "summary report 12",
        "situation report 12",
        "special report 12",
        "bulletin",
        "bulletin last month",
        "duty report",
    ),
}
MOST_NAME = 32
THE_DESKS = ("reminder", "special", "bulletin", "duty")
OF_EVERYTHING = ("bulletin", "duty")
"""Forms that have the matters of every unit in them."""


class FormQuery(NamedTuple):
    """`name` is the roster whose duty report is meant, where there are several, or the bulletin's month."""

    kind: str
    number: int | None
    name: str = ""


def parse(utterance: Utterance) -> FormQuery | None:
    for kind, verbs in FORM_VERBS.items():
        found = utterance.inquiry(verbs)
        if found and kind == "bulletin" and (month := _month(utterance.text, found)):
            return FormQuery(kind, None, month)
        rest = found.rest.strip("?？。. ") if found else ""
        if found and not rest:
            return FormQuery(kind, found.number)
        if found and kind == "duty" and len(rest) <= MOST_NAME:
            return FormQuery(kind, found.number, rest)
    return None


def stands_alone(_asked: FormQuery) -> bool:
    """Return whether it has to be a message of its own: its Word file is made with the next free number."""
    return True


def _month(text: str, found: Spoken) -> str | None:
    """Return the month that a bulletin is asked for: this one, the last, or 2026-10."""
    name = dated(text, found.verb) or named(found.rest)
    return name if name and (name in ("month", "last month") or len(name) == 7) else None


async def handle(context: Context, asked: FormQuery) -> None:
    if (
        asked.name
        and asked.kind == "duty"
        and not (context.message.addressed or asked.name in [one.name for one in context.office.rosters])
    ):
        await context.answer()  # overheard talk about a report
        return
    if asked.kind in OF_EVERYTHING:
        context.must_be_the_office()
    if asked.kind in THE_DESKS and not context.person.has(*DESK_ROLES, *LEADERS):
        raise Refusal("form.the_desks", kind=asked.kind)
    for _ in range(form_file.NUMBER_TRIES):
        made, reply = await _made(context, asked)
        try:
            await _send(context, made, reply)
        except NumberTaken:
            continue
        return
    raise RuntimeError("no number was free for a form")


async def _made(context: Context, asked: FormQuery) -> tuple[NumberedDocument, Reply]:
    office, by = context.office, context.person.id
    if asked.kind == "duty":
        made = await handover.report(office, asked.name, by, context.now)
    elif asked.kind == "bulletin":
        made = await bulletin(office, asked.number, asked.name or "month", by, context.now, context.said_at)
    else:
        return await _about_a_matter(context, asked)
    return made, Reply(text=context.text("form.sent", kind=asked.kind, number=made.number, case=None, people=()))


async def _about_a_matter(context: Context, asked: FormQuery) -> tuple[NumberedDocument, Reply]:
    case = await context.meant(asked.number, EXAMPLES)
    permit(case, context.person, "form")
    if asked.kind == "liaison" and case.incident.department is None:
        raise Refusal("acknowledge.unassigned", case=case)
    if asked.kind == "reminder" and not any(duty.state == "open" for duty in case.duties):
        raise Refusal("form.nothing_owed", case=case)
    about = await form_file.matter(context.office, case.number, context.now)
    made = await form_file.form(context.office, asked.kind, about, context.person.id, context.now)
    if asked.kind == "special":
        people = receivers(case)
        text = context.text("form.special", number=made.number, case=case, people=people)
        return made, Reply(text=text, mentions=tuple(person.id for person in people))
    people = case.owners if asked.kind == "reminder" else ()
    text = context.text("form.sent", kind=asked.kind, number=made.number, case=case, people=people)
    return made, Reply(text=text, mentions=tuple(person.id for person in people))


async def _send(context: Context, made: NumberedDocument, reply: Reply) -> None:
    """Keep the form's number and file and queue the message that brings it, in one transaction."""

    async def work() -> None:
        file = await made.keep(context.person.id, context.now)
        messages = context.outgoing_here(_with(reply, made, file))
        await made.record(file, context.person.id, context.now)
        await conclude(
            [one._replace(incident=made.document.incident) for one in messages], context.inbox, [], context.now
        )

    await transact(work)


def _with(reply: Reply, made: NumberedDocument, file: int) -> Reply:
    return Reply(text=reply.text, mentions=reply.mentions, attachments=(made.attachment(file),))
