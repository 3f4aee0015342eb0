"""How many matters a forwarded text holds: lists and addresses with a text each are several."""

from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.posts.labels import says_something
from handlers.rules.posts.several_posts import posts_in
from tests.support.each import for_each

A, B, C = (f"https://weibo.com/1642634100/MzVRA2E8{sign}" for sign in "GHJ")
D = "https://www.zhihu.com/question/12345"


@for_each(
    ("text", "count", "sure"),
    [
        (f"1、食堂饭菜有异物 {A}\n2、作业太多 {B}\n3、校门口堵车 {C}", 3, True),
        (f"1.食堂饭菜有异物 {A} 2.作业太多 {B}", 2, True),
        (f"①食堂饭菜有异物 {A}\n②作业太多 {B}", 2, True),
        (f"(1)食堂饭菜有异物 {A}\n(2)作业太多 {B}", 2, True),
        (f"（1）食堂饭菜有异物 {A}（2）作业太多 {B}", 2, True),
        (f"一、食堂饭菜有异物 {A}\n二、作业太多 {B}", 2, True),
        (f"- 食堂饭菜有异物 {A}\n- 作业太多 {B}", 2, True),
        (f"• 食堂饭菜有异物 {A}\n• 作业太多 {B}", 2, True),
        (f"上级交办：1、食堂饭菜有异物 {A} 2、作业太多 {B} 3、校门口堵车 {C}", 3, True),
        ("上级交办：1、食堂饭菜有异物；2、作业太多；3、校门口堵车", 3, False),
        ("1、食堂饭菜有异物\n2、作业太多没法睡觉\n3、校门口每天堵车", 3, True),
        (f"1、食堂饭菜有异物 {A}\n2、作业太多没法睡觉\n3、校门口每天堵车", 3, True),
        (f"食堂饭菜有异物 {A}\n作业太多 {B}", 2, True),
        (f"{A} 食堂饭菜有异物\n{B} 作业太多", 2, True),
        (f"食堂饭菜有异物\n{A}\n\n作业太多\n{B}", 2, True),
        (f"今日舆情：\n食堂饭菜有异物 {A}\n作业太多 {B}", 2, True),
        (f"食堂饭菜有异物 {A} 作业太多 {B}", 2, False),
        (f"食堂饭菜有异物 {A} {B}\n作业太多 {C}", 2, True),
        (f"{A} {B} {C}", 3, False),
        (f"汇总\n{A}\n{B}", 2, False),
        (f"今天的几条链接：{A} {B}", 2, False),
        (f"1 {A}\n2 {B}", 2, True),
        (f"食堂的帖子 {A} {B} {C} {D}", 4, False),
        (f"三件不同的事：{A} {B} {C}", 3, True),
        (f"canteen food is bad {A}\ntraffic at the gate {B}", 2, True),
        (f"1. canteen food is bad {A}\n2. traffic at the gate {B}", 2, True),
    ],
)
def test_several(text: str, count: int, sure: bool) -> None:
    found = posts_in(text)
    assert (len(found.texts), found.sure) == (count, sure), found


@for_each(
    "text",
    [
        "",
        "食堂饭菜有异物",
        A,
        f"食堂饭菜有异物 {A}",
        f"食堂饭菜有异物 {A} {D}",
        f"食堂饭菜有异物\n{A}\n{D} 也有人问",
        f"食堂饭菜有异物 微博 {A} 知乎 {D}",
        f"食堂饭菜有异物 {A}，另见 {D}",
        f"同一件事：食堂饭菜有异物 {A}\n家长说吃坏了肚子 {B}\n学生也在说 {C}",
        f"同一条，多平台转载 {A} {B} {C} {D}",
        f"这几个是一回事 {A} {B} {C} {D}",
        f"the same post everywhere {A} {B} {C} {D}",
        f"食堂饭菜有异物 {A} {A}?refer_flag=1001",
        f"{A} 食堂问题：1、饭菜有虫；2、价格太贵；3、排队太久",
        "尊敬的校长您好，我是初三学生的家长，想向您反映学校的几个问题：1、食堂饭菜有虫；2、作业太多；3、校门口堵车，望解决",
        f"我看到 {A} 里说食堂有虫，也看到了学校的回复",
        "地点在1、2号楼之间，3、4号楼也没有热水",
        "版本 1.5 和 2.0 都打不开",
        "1、2节课之间没有热水",
        "看见一、二年级的孩子在门口",
    ],
)
def test_one(text: str) -> None:
    assert posts_in(text).texts == (text,)


def test_each_has_its_own_words_and_the_heading_behind_them() -> None:
    found = posts_in(f"上级交办：1、食堂饭菜有异物 {A} 2、作业太多 {B}")
    assert found.texts == (f"食堂饭菜有异物 {A}\n上级交办", f"作业太多 {B}\n上级交办")


def test_the_posts_of_a_record_know_that_they_are_of_one() -> None:
    found = posts_in(f"[聊天记录]\n甲: 食堂有虫 {A}\n乙: 作业太多 {B}")
    assert found.texts == (f"[聊天记录]\n甲: 食堂有虫 {A}", f"[聊天记录]\n乙: 作业太多 {B}")


def test_that_they_are_several_is_not_what_they_are_about() -> None:
    assert not any(says_something(text) for text in posts_in(f"这不是同一件事：{A} {B}").texts)


def test_addresses_of_one_text_keep_it() -> None:
    text = f"食堂饭菜有异物 {A} {B} {C} {D}"
    assert posts_in(text).texts == tuple(f"{url}\n食堂饭菜有异物" for url in (A, B, C, D))


@given(st.lists(st.sampled_from([A, B, C, D, "1、", "2、", "\n", "食堂饭菜有异物", "①", "②", "- ", "：", "同一件事"])))
def test_no_address_is_lost(parts: list[str]) -> None:
    text = "".join(parts)
    assert all(url in "\n".join(posts_in(text).texts) for url in (A, B, C, D) if f"{url}" in text)
