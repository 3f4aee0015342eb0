"""`专家 12 市疾控张教授 是否停用该批次` / `expert 12 Prof. Zhang: …`: name an expert, and what they are asked.

`专家意见 12 市疾控张教授 建议停用` / `expert opinion 12 Prof. Zhang: …` keeps what they answered. The name ends at a
blank or a colon.
"""

from typing import NamedTuple

from handlers.common.context import Context
from handlers.common.handling import experts
from handlers.common.whole_words import for_others, for_the_record
from handlers.rules.incident.experts import ask, give
from handlers.rules.language.messages import Reply
from handlers.rules.language.utterance import Utterance
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people.names import people_named

GIVING = ("专家意见", "expert opinion")
ASKING = ("专家", "请教专家", "expert")
VERBS = (*GIVING, *ASKING)
EXAMPLES = {
    "zh": ("专家 12 市疾控张教授 是否停用该批次", "专家意见 12 市疾控张教授 建议停用，送检留样"),
    "en": ("expert 12 Prof. Zhang: is the batch safe", "expert opinion 12 Prof. Zhang: withdraw the batch"),
}
_NAMED = LazyPattern(r"\s*(?P<name>[^:：\n]{1,60}?)\s*[:：]\s*|\s*(?P<word>\S{1,60})\s+")


class Expert(NamedTuple):
    number: int | None
    name: str
    text: str
    given: bool = False


def parse(utterance: Utterance) -> Expert | None:
    for verbs in (GIVING, ASKING):
        found = utterance.command(verbs, free=True)
        if found is not None:
            return Expert(found.number, *_read(found.rest), verbs is GIVING) if found.numbers else None
    return None


def _read(words: str) -> tuple[str, str]:
    """Return the name at the beginning of the words, and what stands behind it."""
    found = _NAMED.match(words)
    return ((found["name"] or found["word"]).strip(), words[found.end() :].strip()) if found else (words.strip(), "")


async def handle(context: Context, said: Expert) -> None:
    case = await context.meant(said.number, EXAMPLES)
    people = people_named(said.name, case.institution)
    if said.given:
        decision = give(case, context.person, said.name, said.text, await experts(case))
        text = context.text("expert.given", case=case, by=context.person.id, name=said.name, text=said.text)
        reply = await for_the_record(context, case, Reply(text=text), said.text)
    else:
        decision = ask(case, context.person, said.name, said.text, people)
        facts = {"name": said.name, "text": said.text, "people": people}
        text = context.text("expert.asked", case=case, by=context.person.id, **facts)
        reply = await for_others(context, case, Reply(text=text, mentions=tuple(one.id for one in people)), said.text)
    await context.commit(case, decision, lambda _: (reply,))
