"""`授权 办公室 至 周五` / `delegate office until Friday`: somebody else signs for the speaker. `收回授权` ends it."""

import re
from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.delegation import end_delegations, give, one_of
from handlers.rules.incident.permissions import PERMISSIONS
from handlers.rules.language.commands import whole
from handlers.rules.language.utterance import Utterance
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.refusal import Refusal

VERBS = ("授权", "委托", "delegate to", "delegate")
ENDING = ("收回授权", "取消授权", "授权结束", "end delegation")
EXAMPLES = {"zh": ("授权 办公室 至 周五", "收回授权"), "en": ("delegate office until Friday", "end delegation")}
_UNTIL = LazyPattern("至|到|截至|直到|until|till|to", re.IGNORECASE)


class Authority(NamedTuple):
    """`until` are the words for its end; `ends` if the speaker ends what was given."""

    name: str
    until: str
    ends: bool = False


def parse(utterance: Utterance) -> Authority | None:
    if whole(utterance.text, ENDING) == ():
        return Authority("", "", ends=True)
    found = utterance.command(VERBS, glued=True)
    if found is None or found.numbers:
        return None
    return Authority(*split(found.rest))


def split(text: str) -> tuple[str, str]:
    """Split into who and until when: 办公室 至 周五, or 办公室 3天."""
    name, *until = _UNTIL.split(text, maxsplit=1)
    if not until:
        name, _, rest = text.partition(" ")
        until = [rest]
    return name.strip(), until[0].strip().strip("。.!！ ")


async def handle(context: Context, asked: Authority) -> None:
    rule = PERMISSIONS["delegate"]
    if not context.person.has(*rule.roles):
        raise Refusal(rule.refusal)
    if asked.ends:
        await end_delegations(context)
        return
    taker = one_of(context, asked.name)
    await give(context, taker, asked.until, "authority")
