"""Show a request again, with its whole text and its buttons: asked back, at the next step, or after an undo."""

from collections.abc import Sequence

from handlers.common.cards import to_decide
from handlers.common.context import Context
from handlers.rules.incident.case import Case, RequestRow
from handlers.rules.incident.chain import text_to_sign
from handlers.rules.incident.lapsed_promises import passed_dates
from handlers.rules.language.masking import mask_public
from handlers.rules.language.messages import Attachment, Reply
from handlers.rules.people.institution import Person
from handlers.texts.filters import MOST_SHOWN
from storage import files

TEXT = "text/plain"


async def request_again(
    context: Context, case: Case, request: RequestRow, head: str, people: Sequence[Person] = ()
) -> Reply:
    """Return the message that puts a request before `people` (again); `head` says why."""
    text = text_to_sign(case, request) or ""
    facts = {"case": case, "request": request}
    shown = context.text("approve.again", head=head, text=text, people=people, **facts)
    return Reply(
        text="\n".join(filter(None, (shown, passed_note(context, case, request)))),
        mentions=tuple(person.id for person in people),
        card=to_decide(context.office, request.id, context.text("approve.card_title", **facts), ()),
        attachments=await as_file(context, case, text, request.subject.get("edition"), request.kind),
    )


def passed_note(context: Context, case: Case, request: RequestRow) -> str:
    """Return that a date of a reply has passed since it was drafted; nothing if none has."""
    edition = request.subject.get("edition") if request.kind == "reply" else None
    draft = next((one for one in case.drafts if one.edition == edition), None)
    dates = passed_dates(case, draft, context.now) if draft else ()
    return context.text("reply.passed", case=case, dates=dates) if dates else ""


async def as_file(
    context: Context, case: Case, text: str, edition: int | None, kind: str = "reply"
) -> tuple[Attachment, ...]:
    """Return a draft or plan that is too long for a message as a text file, stored with its matter; else ().

    The message then has the beginning of it, by the filter `excerpt`.
    """
    if len(text) <= MOST_SHOWN:
        return ()
    name = context.text("approve.file", case=case, kind=kind, edition=edition)
    return (await stored_text(context, case.number, mask_public(text, case.posted), name),)


async def stored_text(context: Context, number: int | None, text: str, name: str) -> Attachment:
    """Store a text file with a matter, or with none, and return it as an attachment."""
    body = text.encode("utf-8-sig")  # with the mark by which old editors know UTF-8
    id = await files.keep_once(body, name, TEXT, context.person.id, context.now, number)
    return Attachment(kind="file", name=name, id=id)
