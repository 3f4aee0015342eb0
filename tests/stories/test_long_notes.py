"""No answer sends a long text back: what is refused is quoted by its beginning, what is noted by beginning and length.

What is put before a signer stays whole: it is signed.
"""

import pytest

from handlers.registry import HANDLERS
from handlers.texts import Texts
from tests.support.cases import INSTITUTION
from tests.support.story import Story
from tools.text_samples import facts

LONG = "等候核实" * 800
MOST = 1500
SIGNED = ("reply", "unanswerable", "extend", "withdraw", "resolve")
QUOTED = {
    "common.not_understood": "near",
    "common.line_unknown": "said",
    "common.line_apart": "said",
    "common.line_alone": "said",
    "common.unsupported": "kind",
    "common.damaged": "words",
    "common.sorry": "words",
    "common.not_storable": "words",
    "acknowledge.doubtful": "words",
    "assign.unknown": "name",
    "concern.several": "words",
    "forward.answer_or_post": "url",
    "instruct.no_limit": "limit",
    "reply.no_date": "clause",
    "roster.which": "name",
    "roster.whom": "name",
}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", QUOTED)
def test_a_refusal_quotes_sixty_characters_at_most(language: str, name: str) -> None:
    texts, argument = Texts(language, INSTITUTION), QUOTED[name]
    arguments = frozenset(facts_of(texts, name))
    given = facts(name, arguments, language)
    empty, full = (texts.say(name, **{**given, argument: words}) for words in ("", LONG))
    assert len(full) - len(empty) < 60 + 120  # with the words around the quote


def facts_of(texts: Texts, name: str) -> tuple[str, ...]:
    arguments: tuple[str, ...] = texts._macro(name).arguments  # type: ignore[attr-defined]
    return arguments


async def test_what_is_said_with_a_long_text_is_not_sent_back_whole(story: Story) -> None:
    await story.opened()
    for name, handler in HANDLERS.items():
        if name in SIGNED:
            continue
        for answer in await story.say("li", f"@回音 {handler.EXAMPLES['zh'][0].replace('12', '1')} {LONG}"):
            assert len(answer.text) < MOST, name
