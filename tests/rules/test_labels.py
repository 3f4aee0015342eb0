"""What is left of words that only label a forwarded post."""

import pytest

from handlers.rules.posts.labels import without_labels


@pytest.mark.parametrize(
    "words", ["原文.pdf", "截图3条.jpg见附件", "另外两件事：", "3件不同的事情", "B站链接", "the following posts"]
)
def test_labels_say_nothing(words: str) -> None:
    assert without_labels(words) == ""


@pytest.mark.parametrize(("words", "left"), [("食堂.pdf", "食堂"), ("basic", "basic"), ("见食堂的帖子", "食堂")])
def test_what_it_is_about_is_left(words: str, left: str) -> None:
    assert without_labels(words) == left
