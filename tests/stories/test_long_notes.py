"""No answer sends a long text back: what is refused is quoted by its beginning, what is noted by beginning and length.

Who has to act on it gets all of it as a file beside that. What is put before a signer stays whole: it is signed.
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
RECORDED = ("note", "contact", "follow_up", "progress", "resolve")
"""What is only to be known: where it was said it stands already."""
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


@pytest.mark.parametrize("private", [False, True], ids=["group", "private"])
async def test_a_long_text_is_quoted_by_its_beginning_and_whole_in_a_file_for_others(
    story: Story, private: bool
) -> None:
    await story.opened()
    cut = set[str]()
    for name, handler in HANDLERS.items():
        if name in SIGNED:
            continue
        words = f"@回音 {handler.EXAMPLES['zh'][0].replace('12', '1')} {LONG}"
        for answer in await story.say("li", words, private=private):
            assert len(answer.text) < MOST, name
            if "……（共" in answer.text:
                cut.add(name)
                in_a_file = answer.conversation == "work" and (private or name not in RECORDED)
                assert len(answer.say.attachments) == in_a_file, name
    assert {"note", "follow_up", "instruct", "escalate", "superior"} <= cut
