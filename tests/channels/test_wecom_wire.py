"""Callbacks of the AI robot and the self-built app are parsed into messages."""

import json
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.wecom.wire import card_id, read_callback, task_id
from bot.channels.wecom.xml import encrypted
from bot.channels.wecom.xml import read_callback as read_xml
from bot.channels.wire_types import Malformed
from handlers.rules.language.messages import Link, Message, Press, Quote, quoted_code
from tests.support.each import for_each
from tests.support.thinned import drawn
from tests.support.wecom import CORP, GROUP, World
from tests.support.wecom_app import FakeApp

NOW = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
NAMES = ("回音", "RobotA")


def body(kind: str = "text", **fields: Any) -> dict[str, Any]:
    known = {"msgid": "M1", "aibotid": "B", "chatid": GROUP, "chattype": "group", "from": {"userid": "zhangsan"}}
    return known | {"msgtype": kind} | fields


def robot(kind: str = "text", **fields: Any) -> Message:
    message = read_callback(json.dumps(body(kind, **fields)), NAMES, NOW).message
    assert message
    return message


def app(kind: str, **fields: Any) -> Message:
    message = read_xml(FakeApp(World(lambda: NOW)).xml("zhangsan", kind, **fields), NOW).message
    assert message
    return message


def test_a_text_in_a_group() -> None:
    said = robot(text={"content": "@RobotA 同意\u2005 12"})
    assert (said.text, said.conversation, said.sender, said.private) == ("同意  12", GROUP, "zhangsan", False)
    assert (said.id, said.sent_at, said.channel) == ("M1", NOW, "wecom")


def test_a_text_one_to_one() -> None:
    said = robot(chattype="single", chatid=None, text={"content": "同意"})
    assert (said.conversation, said.private) == ("robot@zhangsan", True)
    said = app("text", Content="同意")
    assert (said.text, said.conversation, said.private, said.sender) == ("同意", "@zhangsan", True, "zhangsan")


def test_a_quote_has_words_only_and_they_name_the_matter() -> None:
    said = robot(text={"content": "同意"}, quote={"msgtype": "text", "text": {"content": "〔#12·7〕请审批"}})
    assert said.quote == Quote(text="〔#12·7〕请审批")
    assert quoted_code(said) == (12, 7)


def test_a_quoted_card_names_it_too() -> None:
    card = {"main_title": {"title": "待审批"}, "sub_title_text": "〔#12·7〕", "button_list": [{"text": "同意"}]}
    said = robot(text={"content": "同意"}, quote={"msgtype": "template_card", "template_card": card})
    assert quoted_code(said) == (12, 7)


def test_pictures_and_files() -> None:
    picture = {"msgtype": "image", "image": {"url": "https://x.myqcloud.com/1", "aeskey": "k"}}
    said = robot("mixed", mixed={"msg_item": [{"msgtype": "text", "text": {"content": "@回音 上报"}}, picture]})
    assert said.text == "上报"
    assert [(one.kind, json.loads(one.source)) for one in said.attachments] == [("picture", picture["image"])]
    assert said.unsupported is None
    said = robot(text={"content": "@回音 已发布 12"}, quote=picture)
    assert [one.kind for one in said.attachments] == ["picture"]
    said = robot("file", file={"url": "https://x.qq.com/2", "filename": "报告.docx"})
    assert [(one.kind, one.name) for one in said.attachments] == [("file", "报告.docx")]
    [one] = app("image", PicUrl="https://p", MediaId="m1").attachments
    assert (one.kind, json.loads(one.source)) == ("picture", {"media_id": "m1"})
    [one] = app("file", MediaId="m2", FileName="表.xlsx").attachments
    assert (one.kind, one.name) == ("file", "表.xlsx")


def test_links_and_voices() -> None:
    said = app("link", Title="标题", Description="d", Url="https://weibo.com/1/A")
    assert said.links == (Link(url="https://weibo.com/1/A", title="标题"),)
    assert robot("link", link={"url": "https://a.cn", "title": "t"}).links == (Link(url="https://a.cn", title="t"),)
    assert robot("voice", voice={"content": "签收十二"}).text == "签收十二"
    assert app("voice", MediaId="m", Recognition="签收十二").text == "签收十二"


@pytest.mark.parametrize("kind", ["video", "location", "chatrecord", "miniprogram", "voice"])
def test_what_cannot_be_read_is_named(kind: str) -> None:
    assert robot(kind).unsupported == kind
    assert app(kind).unsupported == kind


def test_a_record_of_pictures_is_named_as_unread_and_its_keys_are_no_text() -> None:
    content = json.dumps({"url": "https://ww.cn/x?sign=1", "aeskey": "KEY"})
    said = robot("chatrecord", chatrecord={"title": "群聊", "item": [{"type": "image", "content": content}]})
    assert (said.material, said.text, said.unsupported) == ("", "", "chatrecord")


FIELDS = ["create_time", "response_url", "chatid", "chattype", "quote", "mixed", "image", "link"]
ODD = [None, "", 5, -1, 1.5, True, [], {}, "soon", ["x"], 10**30]


@for_each(("field", "odd"), product(FIELDS, ODD))
def test_an_odd_field_is_dropped_and_the_message_kept(field: str, odd: object) -> None:
    said = robot(**{"text": {"content": "签收 12"}, field: odd})
    assert (said.id, said.text, said.sender) == ("M1", "签收 12", "zhangsan")
    assert said.sent_at <= NOW


def test_without_the_group_the_answer_goes_to_the_sender() -> None:
    for chat in (None, "", [], {}):
        said = robot(text={"content": "签收 12"}, chatid=chat)
        assert (said.conversation, said.private) == ("robot@zhangsan", True)


def test_numbers_and_texts_stand_for_what_is_documented() -> None:
    assert robot(text={"content": 12}).text == "12"
    assert robot(text="签收 12").text == "签收 12"
    changed = body(text={"content": "签收"}) | {"msgid": 7, "from": "zhangsan"}
    message = read_callback(json.dumps(changed), NAMES, NOW).message
    assert message
    assert (message.id, message.sender) == ("7", "zhangsan")


def test_a_mixed_message_may_be_a_text_of_json() -> None:
    picture = {"msgtype": "image", "image": {"url": "https://x.myqcloud.com/1", "aeskey": "k"}}
    items = [{"msgtype": "text", "text": {"content": "@回音 上报"}}, picture]
    for mixed in (json.dumps({"msg_item": items}), {"msg_item": json.dumps(items)}, json.dumps(items), items):
        said = robot("mixed", mixed=mixed)
        assert (said.text, len(said.attachments), said.unsupported) == ("上报", 1, None)


@pytest.mark.parametrize("kind", ["image", "file", "voice", "video", "mixed"])
def test_fields_for_the_transport_are_no_text(kind: str) -> None:
    content = {"url": "https://x.myqcloud.com/1", "aeskey": "c2VjcmV0", "filename": "a.png", "md5": "m"}
    said = robot(text={"content": "@回音 上报"}, quote={"msgtype": kind, kind: content})
    assert said.quote == Quote(text="")
    card = {"main_title": {"title": "〔#12〕"}, "card_action": {"url": "https://u"}, "task_id": "t", "url": "https://v"}
    assert robot(text={"content": "同意"}, quote={"msgtype": "card", "card": card}).quote == Quote(text="〔#12〕")


def test_what_is_passed_on_is_material() -> None:
    record = {"title": "群聊的聊天记录", "items": [{"name": "甲", "content": "同意 12"}]}
    said = robot("chatrecord", chatrecord=record)
    assert (said.text, said.material, said.unsupported) == ("", "群聊的聊天记录\n同意 12", None)
    forwarded = app("chatrecord", Content="甲：同意 12")
    assert (forwarded.text, forwarded.material, forwarded.unsupported) == ("", "甲：同意 12", None)
    assert app("text", Content="x", CreateTime="soon").sent_at == NOW


def test_a_pressed_button() -> None:
    pressed = {"card_type": "button_interaction", "event_key": "approve:7", "task_id": "request-7@31"}
    event = {"eventtype": "template_card_event", "template_card_event": pressed}
    parsed = read_callback(json.dumps(body("event", event=event)), NAMES, NOW)
    assert parsed.message
    assert (parsed.message.press, parsed.card) == (Press(key="approve:7", ref="request-7@31"), "request-7")
    xml = FakeApp(World(lambda: NOW)).xml(
        "zhangsan", "event", Event="template_card_event", EventKey="approve:7", TaskId="request-7@31", ResponseCode="r"
    )
    once, again = read_xml(xml, NOW), read_xml(xml, NOW)
    assert once.message
    assert once.message.press == parsed.message.press
    assert once == again  # its id is derived from its content, so that a repeat is recognised


def test_a_card_that_was_decided_says_nothing_when_pressed() -> None:
    event = {"eventtype": "template_card_event", "template_card_event": {"event_key": "done", "task_id": "t"}}
    assert read_callback(json.dumps(body("event", event=event)), NAMES, NOW).message is None


@pytest.mark.parametrize("event", ["enter_chat", "feedback_event", "disconnected_event"])
def test_other_events_say_nothing(event: str) -> None:
    parsed = read_callback(json.dumps(body("event", event={"eventtype": event})), NAMES, NOW)
    assert (parsed.message, parsed.event) == (None, event)
    assert read_xml(FakeApp(World(lambda: NOW)).xml("u", "event", Event=event), NOW).message is None


def test_the_time_is_the_end_of_its_second_and_never_later_than_now() -> None:
    earlier = NOW - timedelta(minutes=1)
    stamp = int(earlier.timestamp())
    assert robot(text={"content": "x"}, create_time=stamp).sent_at == earlier + timedelta(milliseconds=999)
    assert robot(text={"content": "x"}, create_time=int(NOW.timestamp())).sent_at == NOW


def test_a_card_is_shown_again_under_another_id() -> None:
    assert (card_id(task_id("request-7", "31")), task_id("request-7", "32")) == ("request-7", "request-7@32")


MALFORMED: list[Any] = [
    {},
    [],
    "x",
    None,
    body(text=None),
    body(text={"content": "x"}) | {"msgid": None},
    body(text={"content": "x"}) | {"from": {}},
    body(text={"content": "x"}) | {"from": {"userid": []}},
    body(text={"content": "x"}) | {"msgid": {}},
    body(text={"content": "x"}) | {"msgtype": None},
]


@pytest.mark.parametrize("wrong", MALFORMED)
def test_no_callback_of_the_robot(wrong: Any) -> None:
    with pytest.raises(Malformed):
        read_callback(json.dumps(wrong), NAMES, NOW)


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "<xml/>",
        "<xml>",
        "no xml",
        "<a><MsgType>text</MsgType></a>",
        "<xml><MsgType>text</MsgType><FromUserName>u</FromUserName></xml>",
        "<xml><MsgType>text</MsgType><FromUserName></FromUserName><MsgId>1</MsgId></xml>",
        "<xml><MsgType>text</MsgType><FromUserName>u</FromUserName><FromUserName>v</FromUserName><MsgId>1</MsgId></xml>",
        '<!DOCTYPE x [<!ENTITY a "b">]><xml><MsgType>text</MsgType></xml>',
        "<xml>" + "<a>" * 10_000,
    ],
)
def test_no_callback_of_the_app(xml: str) -> None:
    with pytest.raises(Malformed):
        read_xml(xml, NOW)


def test_entities_are_refused_before_and_inside_the_envelope() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    inner = FakeApp(World(lambda: NOW)).xml("u", "text", Content="x").replace("<xml>", f"{bomb}<xml>")
    with pytest.raises(Malformed, match="entities"):
        read_xml(inner.replace("x</Content>", "&b;</Content>"), NOW)
    with pytest.raises(Malformed):
        encrypted(bomb.encode() + b"<xml><Encrypt>QUJD</Encrypt></xml>")


@pytest.mark.parametrize(
    ("xml", "found"),
    [
        (f"<xml><ToUserName>{CORP}</ToUserName><Encrypt><![CDATA[QUJD]]></Encrypt></xml>", "QUJD"),
        ("<xml><Encrypt>\nQUJD==\n</Encrypt></xml>", "QUJD=="),
        ("<xml><Encrypt>QUJD</Encrypt><Encrypt>QUJD</Encrypt></xml>", None),
        ("<xml><Encrypt>签名</Encrypt></xml>", None),
        ("<xml></xml>", None),
    ],
)
def test_the_envelope_of_the_app(xml: str, found: str | None) -> None:
    if found:
        assert encrypted(xml.encode()) == found
    else:
        with pytest.raises(Malformed):
            encrypted(xml.encode())


@pytest.mark.timeout(20)
@pytest.mark.parametrize("beginning", ["<Encrypt>", "<Encrypt>A", "<Encrypt><![CDATA[", "<Encrypt>A]]>"])
def test_blanks_in_an_unsigned_envelope_cost_nothing(beginning: str) -> None:
    with pytest.raises(Malformed):
        encrypted(f"<xml>{beginning}{' ' * 250_000}</xml>".encode())  # takes minutes if each blank is scanned again


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["content", "text", "msg_item", "msgtype", "url", "eventtype", "template_card_event", "event_key", "image"]
    ), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
KINDS = st.sampled_from(["text", "mixed", "voice", "image", "file", "link", "event", "stream", "quote", "sender", "?"])


@settings(max_examples=drawn(200), deadline=None)
@given(kind=KINDS, content=ANY, quote=ANY)
def test_odd_callbacks_are_heard_or_refused(kind: str, content: Any, quote: Any) -> None:
    odd = body(
        kind, text=content, mixed=content, voice=content, image=content, file=content, event=content, quote=quote
    )
    try:
        parsed = read_callback(json.dumps(odd), NAMES, NOW)
    except Malformed:
        return
    str(parsed).encode()


@settings(max_examples=drawn(200), deadline=None)
@given(st.text(max_size=60), st.sampled_from(["text", "event", "link", "image", "file", "voice"]))
def test_odd_xml_is_heard_or_refused(words: str, kind: str) -> None:
    try:
        read_xml(f"<xml><MsgType>{kind}</MsgType><FromUserName>u</FromUserName>{words}</xml>", NOW)
    except Malformed:
        return


@pytest.mark.parametrize(
    "words",
    [
        "<!DOCTYPE html><p>公告</p>",
        "<!doctype html>",
        '<!ENTITY a "b">',
        "&a; &lt;!DOCTYPE",
        "a ]]> b <!DOCTYPE x [<!ENTITY y 'z'>]>",
    ],
)
@pytest.mark.parametrize("cdata", [True, False])
def test_a_text_about_document_types_is_a_text(words: str, cdata: bool) -> None:
    """People forward web pages; the platform puts texts into CDATA."""
    inner = FakeApp(World(lambda: NOW)).xml("u", "text", Content="TEXT")
    written = f"<![CDATA[{words.replace(']]>', ']]]]><![CDATA[>')}]]>" if cdata else escape(words)
    message = read_xml(inner.replace("TEXT", written), NOW).message
    assert message is not None
    assert message.text == words


@pytest.mark.parametrize(
    "head",
    ["<!DOCTYPE x>", "<!-- <xml> --><!DOCTYPE x>", '<?xml version="1.0"?>\n<!DOCTYPE x SYSTEM "http://a/b">'],
)
def test_a_declared_document_type_is_refused_wherever_it_hides(head: str) -> None:
    with pytest.raises(Malformed):
        read_xml(head + FakeApp(World(lambda: NOW)).xml("u", "text", Content="x"), NOW)
