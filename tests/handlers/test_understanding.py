"""The table of `tests/support/adversaries.py`: natural words are understood, and nothing else is taken for a yes."""

from typing import Any

from handlers.commands.acknowledge import DoubtfulAcknowledgement
from tests.support.adversaries import LISTED, NEVER_YES, OURS, Sentence, generated, sentences
from tests.support.each import for_each
from tests.support.thinned import long_or_short
from tests.support.understanding import said, understood
from tests.support.utterances import SAID_TO_IT, SAYINGS

CERTIFY = ("resolve", "publish")


def meaning(one: Sentence) -> str:
    quote = OURS if one.context == "quoting the request" else None
    taken = understood(
        said(
            one.words,
            quote=quote,
            addressed=one.context != "overheard",
            speaker="钱副校长" if one.role == "leader" else "",
        )
    )
    return _named(taken)


def _named(taken: tuple[str, Any] | None) -> str:
    if taken is None:
        return "talk"
    name, parsed = taken
    if name == "approve":
        return str(parsed.meaning)
    if name == "acknowledge":
        doubtful = isinstance(parsed, DoubtfulAcknowledgement)
        return "doubt" if doubtful else "implied" if parsed.implied else "ack"
    return name


@for_each("one", LISTED)
def test_it_means_what_it_says(one: Sentence) -> None:
    assert meaning(one) == one.expected


@for_each("one", NEVER_YES)
def test_it_is_no_yes(one: Sentence) -> None:
    assert meaning(one) not in ("yes", *CERTIFY)


SPOKEN = ((OURS, True), (None, True), (None, False))
"""What is quoted, and whether the bot is addressed."""


def test_nothing_that_is_generated_is_a_yes() -> None:
    """`make test` tries each in one of the ways to say it, the next one in the next."""
    wrong = [
        words
        for n, words in enumerate(generated())
        for quote, addressed in long_or_short(SPOKEN, SPOKEN[n % 3 :][:1])
        if _named(understood(said(words, quote=quote, addressed=addressed, speaker="钱副校长"))) in ("yes", *CERTIFY)
    ]
    assert wrong == []


def test_what_is_said_among_colleagues_certifies_nothing() -> None:
    for words in (*sentences("chatter"), *sentences("reported"), *sentences("sarcasm")):
        found = _named(understood(said(words, speaker="钱副校长")))
        assert found not in ("yes", *CERTIFY), words


def test_there_are_enough_of_them() -> None:
    listed = {(one.words, one.context) for one in (*LISTED, *NEVER_YES)}
    assert len(SAYINGS) + len(SAID_TO_IT) + len(listed) >= 1200
    assert len(set(generated())) >= 2000
