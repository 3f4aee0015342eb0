"""`reply to 1: …` and `answer to 1: …` draft the reply of the matter that they name."""

import pytest

from tests.support.story import Story


@pytest.mark.parametrize("words", ["reply to 1:", "answer to 1:", "Reply to #1 -"])
async def test_it_is_a_draft(english: Story, words: str) -> None:
    await english.acknowledged()
    await english.say("wang", f"@Huiyin {words} We are sorry. The result is public by 26 November.")
    english.expect('"We are sorry. The result is public by 26 November."', pinged="qian")
