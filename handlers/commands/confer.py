"""`会商 12 明天15:00 第一会议室 王强、总务处 研究处置` / `meeting 12 …`: call a meeting about a matter.

Who is named comes, else the working group. `取消会商 12 理由` / `cancel meeting 12 reason` calls it off.
"""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.handling import handling
from handlers.common.whole_words import for_others
from handlers.rules.incident.case import Case
from handlers.rules.incident.meetings import call_meeting, cancel_meeting
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.people.institution import Person
from handlers.rules.people.names import departments_in, people_in
from handlers.rules.time.coming_words import coming_moment

CALLING = ("会商", "联席会议", "紧急会议", "召集会商", "meeting", "confer")
CANCELLING = ("取消会商", "取消会议", "cancel meeting")
VERBS = (*CANCELLING, *CALLING)
EXAMPLES = {
    "zh": ("会商 12 明天15:00 第一会议室 王强、总务处 研究处置", "取消会商 12 改为书面征求意见"),
    "en": ("meeting 12 tomorrow 15:00 room 1 with General Services", "cancel meeting 12 done in writing"),
}


class Meeting(NamedTuple):
    number: int | None
    words: str
    off: bool = False


def parse(utterance: Utterance) -> Meeting | None:
    for verbs in (CANCELLING, CALLING):
        found = utterance.command(verbs, free=True)
        if found is not None:
            return Meeting(found.number, found.rest, verbs is CANCELLING) if found.numbers else None
    return None


async def handle(context: Context, said: Meeting) -> None:
    case = await context.meant(said.number, EXAMPLES)
    if said.off:
        decision = cancel_meeting(case, context.person, said.words)
        text = context.text("confer.cancelled", case=case, by=context.person.id, text=said.words)
        await context.commit(case, decision, lambda _: (Reply(text=text),))
        return
    when = coming_moment(said.words, context.said_at, case.institution.calendar)
    rest = when.rest if when else said.words
    people = _named(case, rest) or await _group(context, case)
    decision = call_meeting(case, context.person, people, when.at if when else None, rest, context.now)
    due = decision.opened[0].due.at
    facts = {"case": case, "by": context.person.id, "people": people, "text": rest, "due": due}
    reply = Reply(
        text=context.text("confer.done", at=decision.opened[0].started_at, **facts),
        mentions=tuple(one.id for one in people),
    )
    reply = await for_others(context, case, reply, rest)
    await context.commit(case, decision, lambda _: (reply,))


def _named(case: Case, words: str) -> tuple[Person, ...]:
    """Return the people whom the words name, and who answers for the departments that they name."""
    institution = case.institution
    owners = (one for department in departments_in(words, institution) for one in institution.owners(department.name))
    return tuple(dict.fromkeys((*people_in(words, institution.people), *owners)))


async def _group(context: Context, case: Case) -> tuple[Person, ...]:
    team = (await handling(case)).team
    return tuple(one for id in team if (one := context.office.institution.person(id)))
