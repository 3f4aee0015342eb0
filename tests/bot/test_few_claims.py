"""What waits is looked for once after each step, not again and again; more than one claim takes is sent as well."""

from collections import Counter

import pytest

from handlers.rules.language.messages import Reply
from storage import failures, inbox_claims, outbox, outbox_claims
from storage.database.transaction import transact
from storage.tables import Outbox
from tests.support.story import Story

MOST = {"inbox": 2, "outbox": 2, "failures": 2}
"""How often one message and its answer let the bot look: for what comes first, and for what comes of it."""


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count how often the inbox, the outbox and the failures are looked through."""
    counted: Counter[str] = Counter()
    for name, module, function in (
        ("inbox", inbox_claims, "claim"),
        ("outbox", outbox_claims, "claim"),
        ("failures", failures, "untold"),
    ):
        monkeypatch.setattr(module, function, _counting(counted, name, getattr(module, function)))
    return counted


def _counting(counted: Counter[str], name: str, looks: object) -> object:
    async def look(*arguments: object, **options: object) -> object:
        counted[name] += 1
        return await looks(*arguments, **options)  # type: ignore[operator]

    return look


async def test_a_message_and_its_answer_are_looked_for_twice(story: Story, looked: Counter[str]) -> None:
    await story.opened()
    looked.clear()
    answers = await story.say("wang", "签收 1")
    assert answers
    assert dict(looked) == MOST


async def test_more_than_a_claim_takes_is_sent(story: Story) -> None:
    count = 2 * outbox_claims.AT_ONCE + 5
    group = story.bot.office.to_group(Reply(text="提醒"))
    await transact(lambda: outbox.plan([group] * count, story.now))
    await story.settle()
    assert await Outbox.filter(state="accepted").count() == count
