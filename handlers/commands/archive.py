"""`归档 12` / `archive 12`: everything on record about a matter, as one zip with checksums.

It holds the office's own notes and talks: a unit below the office asks the office for it.
"""

from datetime import datetime

from handlers.common import form_file
from handlers.common.archive_file import archive
from handlers.common.context import Context
from handlers.documents.record import MatterRecord
from handlers.rules.incident.case import OPEN_STAGES
from handlers.rules.incident.permissions import permit
from handlers.rules.language.messages import Attachment, Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.refusal import Refusal
from storage import forms
from storage.commit import conclude
from storage.database.transaction import transact
from storage.forms import NumberTaken

VERBS = ("归档", "档案", "archive")
EXAMPLES = {"zh": ("归档 12",), "en": ("archive 12",)}


def parse(utterance: Utterance) -> int | bool | None:
    return utterance.about(VERBS)


def stands_alone(_number: int | bool) -> bool:
    """Return whether it has to be a message of its own: its file is made with the next free number."""
    return True


async def handle(context: Context, number: int | bool) -> None:
    case = await context.meant(number or None, EXAMPLES)
    permit(case, context.person, "archive")
    if context.units:
        raise Refusal("archive.of_the_office", case=case)
    closed = case.incident.stage not in OPEN_STAGES
    about = await form_file.matter(context.office, case.number, context.now)
    kept = await forms.find("archive", str(case.number)) if closed else None
    text = context.text("archive.sent", case=case, closed=closed)
    if kept is not None and not _said_since(about, kept.made_at):
        name = context.text("form.file", kind="archive", year=kept.year, serial=kept.serial)
        file = Attachment(kind="file", name=f"{name}（#{case.number}）.zip", id=kept.file)
        await context.answer(Reply(text=text, attachments=(file,)), incident=case.number)
        return
    for _ in range(form_file.NUMBER_TRIES):
        made = await archive(context.office, about, context.person.id, context.now)

        async def work() -> None:
            file = await made.keep(context.person.id, context.now)  # noqa: B023 - run before the next round
            reply = Reply(text=text, attachments=(made.attachment(file),))  # noqa: B023
            await made.record(file, context.person.id, context.now)  # noqa: B023
            messages = [one._replace(incident=case.number) for one in context.outgoing_here(reply)]
            await conclude(messages, context.inbox, [], context.now)

        try:
            await transact(work)
        except NumberTaken:
            continue
        return
    raise RuntimeError("no number was free for an archive")


def _said_since(about: MatterRecord, at: datetime) -> bool:
    """Return whether the matter's record grew after the archive was made."""
    return any(line["at"] > at for line in about.history if line["kind"] not in ("form", "reminded"))
