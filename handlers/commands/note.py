"""`备注 12 家长已电话沟通` / `note 12 …`: record a note with a matter. It changes nothing else."""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.joining_posts import add_words
from handlers.common.whole_words import for_the_record
from handlers.rules.incident import notes
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance

VERBS = ("备注", "记一下", "记录", "note")
EXAMPLES = {"zh": ("备注 12 已与家长电话沟通",), "en": ("note 12 spoke with the parent on the phone",)}


class Note(NamedTuple):
    number: int | None
    text: str


def parse(utterance: Utterance) -> Note | None:
    found = utterance.command(VERBS, free=True)
    return Note(found.number, found.rest) if found else None


async def handle(context: Context, note: Note) -> None:
    case = await context.meant(note.number, EXAMPLES)
    if note.text and await add_words(context, case, note.text):
        return
    decision = notes.note(case, context.person, note.text)
    text = context.text("note.done", case=case, by=context.person.id, text=note.text)
    reply = await for_the_record(context, case, Reply(text=text), note.text)
    await context.commit(case, decision, lambda _: (reply,))
