"""Sentences that people really type are parsed as in the table of `tests/support/utterances.py`."""

from typing import Any

import pytest

from handlers.rules.time.periods import Period
from tests.support.each import for_each
from tests.support.understanding import said, understood
from tests.support.utterances import LINK, SAID_TO_IT, SAYINGS, WRONG, ack


def plain(found: Any) -> Any:
    if isinstance(found, tuple):
        return tuple(str(each) if isinstance(each, Period) else each for each in found)
    return found


def read(text: str, addressed: bool = False) -> Any:
    taken = understood(said(text, addressed=addressed))
    return taken and (taken[0], plain(taken[1][:3] if taken[0] == "resolve" else taken[1]))


@for_each("text", SAYINGS)
def test_it_is_read_so(text: str) -> None:
    assert read(text) == SAYINGS[text]


@pytest.mark.parametrize("text", SAID_TO_IT)
def test_it_is_read_so_if_it_is_said_to_the_bot(text: str) -> None:
    assert (read(text), read(text, addressed=True)) == (None, SAID_TO_IT[text])


@pytest.mark.parametrize("text", WRONG)
def test_it_should_be_read_so(text: str) -> None:
    assert read(text) == WRONG[text]


def test_there_are_enough_of_them() -> None:
    assert len(SAYINGS) + len(SAID_TO_IT) >= 400


@pytest.mark.parametrize(
    ("press", "taken"),
    [
        ("acknowledge:12", ack(12)),
        ("approve:7", ("approve", ("yes", (), 7, "", None))),
        ("reject:7", ("approve", ("no", (), 7, "", None))),
        ("assign:12:教务处", ("assign", (12, "教务处"))),
        ("lookup:12", ("lookup", ((12,), ""))),
        ("nonsense:1", None),
    ],
)
def test_a_button_says_the_same(press: str, taken: Any) -> None:
    found = understood(said(press=press))
    assert (found and (found[0], plain(found[1]))) == taken


@pytest.mark.parametrize("words", ["签收", "拟复 好", "同意", "不同意 再改", f"已发布 {LINK}", "办结", "查"])
def test_with_a_quote_a_number_may_be_left_out(words: str) -> None:
    found = understood(said(words, quote="〔#12〕食堂饭菜有异物"))
    assert found
    assert found[0] != "forward"


def test_a_quote_behind_report_is_the_post() -> None:
    assert understood(said("上报", quote="家长反映堵车")) == ("forward", ("家长反映堵车", True))


def test_a_long_text_is_a_post_only_if_it_is_addressed() -> None:
    text = "家长在群里说孩子这几天在食堂吃坏了肚子，已经有七八个孩子请假了，想问学校管不管"
    assert understood(said(text)) is None
    assert understood(said(text, addressed=True)) == ("forward", (text, False))
