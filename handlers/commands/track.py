"""`跟踪 12 王强` / `track 12 Wang Qiang`: the person who looks at the matter from now on, until it is calm.

They owe a look as often as the regime says, and give it with `续报 12 …`.
"""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.rules.incident.watching import track
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people.names import people_named
from handlers.rules.refusal import Refusal

VERBS = ("跟踪", "track")
EXAMPLES = {"zh": ("跟踪 12 王强",), "en": ("track 12 Wang Qiang",)}

_NO_WEEKS = LazyPattern(r"#?(\d{1,7})\s*@?(?=周)")
"""A matter's number before the surname 周, which is no number of weeks."""


class Watch(NamedTuple):
    number: int | None
    name: str


def parse(utterance: Utterance) -> Watch | None:
    found = utterance.command(VERBS)
    if found is None:
        return None
    number, name = found.number, found.rest.strip("@ 。.!！")
    weeks = _NO_WEEKS.match(name) if number is None else None
    return Watch(int(weeks[1]), name[weeks.end() :]) if weeks else Watch(number, name)


async def handle(context: Context, asked: Watch) -> None:
    case = await context.meant(asked.number, EXAMPLES)
    found = people_named(asked.name, context.office.institution) if asked.name else context.mentioned()
    if len(found) != 1:
        raise Refusal("track.whom", case=case, name=asked.name, people=found)
    decision = track(case, context.person, found[0], context.now)
    text = context.text("track.done", case=case, people=found, due=decision.opened[0].due.at)
    await context.commit(case, decision, lambda _: (Reply(text=text, mentions=(found[0].id,)),))
