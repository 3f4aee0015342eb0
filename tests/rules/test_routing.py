"""A post's department: a mention wins, then the most keywords; a tie stays undecided."""

import pytest

from handlers.rules.posts.routing import route, without_mentions
from tests.support.cases import INSTITUTION


@pytest.mark.parametrize(
    ("text", "mentioned", "department", "because"),
    [
        ("食堂饭菜有异物", (), "总务处", "keyword"),
        ("校门口堵车", (), "保卫处", "keyword"),
        ("The canteen food is cold", (), "总务处", "keyword"),
        ("CANTEEN", (), "总务处", "keyword"),
        ("课程太多", (), "教务处", "keyword"),
        ("食堂 @德育处", (), "德育处", "mention"),
        ("食堂 @后勤", (), "总务处", "mention"),
        ("食堂 @陈老师 看一下", (), "德育处", "mention"),
        ("食堂", ("chen",), "德育处", "mention"),
        ("食堂 @教务处", ("chen",), "教务处", "mention"),
        ("食堂", ("qian",), "总务处", "keyword"),
        ("食堂 @外联部", (), "总务处", "keyword"),
        ("今天天气不错", (), None, "unknown"),
        ("", (), None, "unknown"),
        ("食堂 课表", (), None, "unknown"),
        ("食堂食堂 课表", (), "总务处", "keyword"),
    ],
)
def test_whose_it_is(text: str, mentioned: tuple[str, ...], department: str | None, because: str) -> None:
    found = route(text, mentioned, INSTITUTION)
    assert (found.department and found.department.name, found.because) == (department, because)


def test_a_tie_names_the_candidates() -> None:
    found = route("食堂 课表", (), INSTITUTION)
    assert [department.name for department in found.candidates] == ["教务处", "总务处"]


def test_the_words_that_decided_are_named() -> None:
    assert route("食堂饭菜有异物", (), INSTITUTION).words == ("食堂", "饭菜", "异物")


@pytest.mark.parametrize(
    ("text", "left"),
    [("@教务处 课程太多", "课程太多"), ("课程太多 @陈老师", "课程太多"), ("转自 @网友甲：课程", "转自 @网友甲：课程")],
)
def test_only_our_own_mentions_are_taken_out(text: str, left: str) -> None:
    assert without_mentions(text, INSTITUTION) == left
