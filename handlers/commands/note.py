"""`备注 12 家长已电话沟通` / `note 12 …`: something worth keeping with a matter. It changes nothing else."""

from typing import NamedTuple

from handlers.common.context import Turn
from handlers.rules.incident.case import Decision, Event
from handlers.rules.incident.permissions import permit
from handlers.rules.language.messages import Say
from handlers.rules.language.utterance import Said
from handlers.rules.refusal import Refusal

VERBS = ("备注", "记一下", "记录", "note")
EXAMPLES = {"zh": ("备注 12 已与家长电话沟通",), "en": ("note 12 spoke with the parent on the phone",)}


class Note(NamedTuple):
    number: int | None
    text: str


def parse(said: Said) -> Note | None:
    found = said.command(VERBS, free=True)
    return Note(found.number, found.rest) if found else None


async def handle(turn: Turn, note: Note) -> None:
    case = await turn.meant(note.number, EXAMPLES)
    permit(case, turn.person, "note")
    if case.incident.merged_into:
        raise Refusal("common.closed", case=case)
    if not note.text:
        raise Refusal("note.empty", case=case)
    decision = Decision(events=(Event("note", {"text": note.text}),))
    text = turn.text("note.done", case=case, by=turn.person.id, text=note.text)
    await turn.commit(case, decision, lambda _: (Say(text=text),))
