"""Long messages in parts: nothing lost, no character split, the short code in every part."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.splitting import in_bytes, parts, pieces
from bot.channels.wecom import markup
from handlers.rules.language.messages import Button, Card, Reply
from tests.support.long_texts import LONG, SHORT, text_of, too_slow


@given(st.text(max_size=300), st.integers(4, 80))
def test_nothing_is_lost_and_every_piece_fits(text: str, limit: int) -> None:
    found = pieces(text, limit)
    assert "".join(found) == text
    assert all(in_bytes(piece) <= limit for piece in found)
    assert all(found) or not text


def test_it_is_cut_at_a_lines_end() -> None:
    assert pieces("一二三四\n五六七八", 20) == ["一二三四\n", "五六七八"]
    assert pieces("一二三。四五六", 18) == ["一二三。", "四五六"]


@pytest.mark.parametrize("unit", ["好", "<", "a\n", "👍"])
def test_the_time_grows_with_the_length(unit: str) -> None:
    texts = [(text_of(unit, SHORT), text_of(unit, LONG))]
    assert not [*too_slow(lambda text: pieces(text, 2048, markup.size), texts)]


def test_a_character_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(ValueError, match="no character"):
        pieces("长", 2)


def test_what_fits_stays_whole() -> None:
    say = Reply(text="〔#12〕好", mentions=("wang",))
    assert parts(say, 100) == [say]


def test_each_part_names_the_matter_and_only_the_first_rings() -> None:
    card = Card(id="c", title="t", buttons=(Button(label="同意", key="approve:1"),))
    first, *rest = parts(Reply(text="〔#12〕" + "长" * 200, mentions=("wang",), card=card), 300)
    assert first.mentions == ("wang",)
    assert [one.mentions for one in rest] == [()] * len(rest)
    assert [one.card for one in (first, *rest)] == [None] * len(rest) + [card]
    assert all(one.text.startswith("〔#12〕…") for one in rest)
    assert "".join(one.text.removeprefix("〔#12〕…") for one in (first, *rest)) == "〔#12〕" + "长" * 200
