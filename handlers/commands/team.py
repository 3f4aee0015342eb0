"""`专班 12 孙副校长、王强、冯处长` / `team 12 …`: the working group of a matter; the first of them leads it."""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.cosigners import cosigners
from handlers.rules.incident.handling import set_team
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance

VERBS = ("专班", "工作专班", "工作组", "working group", "team")
EXAMPLES = {"zh": ("专班 12 孙副校长、王强、冯处长",), "en": ("team 12 Deputy Sun, Wang Qiang and Feng",)}


class Team(NamedTuple):
    number: int | None
    words: str


def parse(utterance: Utterance) -> Team | None:
    found = utterance.command(VERBS)
    return Team(found.number, found.rest) if found and found.numbers else None


async def handle(context: Context, said: Team) -> None:
    case = await context.meant(said.number, EXAMPLES)
    named = cosigners(said.words, case)
    institution = context.office.institution
    owners = (one for department in named.departments for one in institution.owners(department.name))
    people = tuple(dict.fromkeys((*named.people, *owners)))
    decision = set_team(case, context.person, people)
    text = context.text("team.done", case=case, by=context.person.id, people=people)
    await context.commit(case, decision, lambda _: (Reply(text=text, mentions=tuple(one.id for one in people)),))
