"""Payloads of 250 KB are read in ten times the time of 25 KB: long texts, many fields, items, numbers, deep nesting."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.dingtalk.card import read_pressed
from bot.channels.dingtalk.wire import read_message
from bot.channels.wecom.wire import read_callback
from bot.channels.wecom.xml import encrypted
from bot.channels.wecom.xml import read_callback as read_xml
from bot.channels.wire_types import Malformed, all_texts
from tests.support.dingtalk import FakeDingTalk
from tests.support.long_texts import LONG, SHORT, text_of, too_slow
from tests.support.wecom import GROUP, World
from tests.support.wecom_robot import FakeRobot

NOW = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
NAMES = ("回音", "RobotA")
ROBOT, DING = FakeRobot(World(lambda: NOW)), FakeDingTalk(lambda: NOW)
TYPED = DING.callback("u1", "签收 12")
Make = Callable[[int], Any]


def items(of: Any, size: int) -> list[Any]:
    return [of] * (size // len(json.dumps(of, ensure_ascii=False).encode()))


def nested(size: int, opening: str = "[", closing: str = "]") -> str:
    return opening * (size // 2) + closing * (size // 2)


def wecom(kind: str, **content: Any) -> dict[str, Any]:
    return ROBOT.callback("u1", GROUP, kind, **content)


def dingtalk(kind: str, content: Any) -> dict[str, Any]:
    return TYPED | {"msgtype": kind, "content": content}


PICTURE = {"msgtype": "image", "image": {"url": "https://x.cn/1", "aeskey": "k"}}
SAID = {"msgtype": "text", "text": {"content": "上报"}}
WECOM: dict[str, Make] = {
    "text": lambda size: wecom("text", text={"content": text_of("@回音 ", size)}),
    "signs": lambda size: wecom("text", text={"content": text_of("\u200b@", size)}),
    "mixed": lambda size: wecom("mixed", mixed={"msg_item": items(SAID, size // 2) + items(PICTURE, size // 2)}),
    "mixed in a text": lambda size: wecom("mixed", mixed=json.dumps({"msg_item": items(SAID, size)})),
    "record": lambda size: wecom("chatrecord", chatrecord={"item": items({"content": '{"content": "好"}'}, size)}),
    "quoted card": lambda size: wecom("text", text={"content": "好"}, quote={"msgtype": "x", "x": items(["a"], size)}),
    "quoted text": lambda size: wecom("text", text={"content": "好"}, quote={"msgtype": "x", "x": "[" * size}),
    "nested": lambda size: wecom("text", text={"content": "好"}, quote={"msgtype": "x", "x": nested(size)}),
    "numbers": lambda size: wecom("text", text={"content": "9" * size}, create_time="9" * 30),
    "fields": lambda size: wecom("text", text={"content": "x"}, **{f"f{n}": n for n in range(size // 12)}),
    "press": lambda size: wecom("event", event={"eventtype": "template_card_event", "event_key": "k" * size}),
}
DINGTALK: dict[str, Make] = {
    "text": lambda size: TYPED | {"text": {"content": text_of(" 好", size)}},
    "runs": lambda size: dingtalk("richText", {"richText": items({"text": "好"}, size)}),
    "mentions in runs": lambda size: dingtalk("richText", {"richText": items({"type": "at", "atName": "a"}, size)}),
    "pictures": lambda size: dingtalk("richText", {"richText": items({"type": "picture", "downloadCode": "c"}, size)}),
    "record": lambda size: dingtalk("chatRecord", {"chatRecord": items({"senderNick": "甲", "content": "好"}, size)}),
    "summary": lambda size: dingtalk("chatRecord", {"summary": [f"甲: {n}" for n in range(size // 12)]}),
    "both": lambda size: dingtalk(
        "chatRecord",
        {"chatRecord": items({"content": "好" * 9}, size // 2), "summary": [f"甲: {n}" for n in range(size // 24)]},
    ),
    "records in a text": lambda size: dingtalk("chatRecord", json.dumps({"records": items({"text": "好"}, size)})),
    "records in records": lambda size: dingtalk(
        "chatRecord", {"records": items({"records": [{"records": [{"records": [{"text": "好"}]}]}]}, size)}
    ),
    "card": lambda size: TYPED | {"text": {"content": "好", "repliedMsg": {"cardContent": items({"text": "a"}, size)}}},
    "people": lambda size: TYPED | {"atUsers": items({"dingtalkId": "d", "staffId": "s"}, size)},
    "other people": lambda size: TYPED | {"atUsers": [{"staffId": f"s{n}"} for n in range(size // 20)]},
    "numbers": lambda size: TYPED | {"createAt": "9" * size, "text": {"content": "9" * size}},
}
XML: dict[str, Callable[[int], str]] = {
    "text": lambda size: f"<Content>{'签' * (size // 3)}</Content>",
    "fields": lambda size: "".join(f"<F{n}>x</F{n}>" for n in range(size // 14)),
    "repeated": lambda size: "<Content>x</Content>" * (size // 20),
    "nested": lambda size: "<a>" * (size // 7) + "</a>" * (size // 7),
    "attributes": lambda size: "<a " + " ".join(f'a{n}="x"' for n in range(size // 8)) + "/>",
    "entities": lambda size: f"<Content>{'&#x7B7E;' * (size // 8)}</Content>",
    "comments": lambda size: "<!-- -->" * (size // 8),
    "marks": lambda size: "<Content><![CDATA[" + "<! " * (size // 3) + "]]></Content>",
}
ENVELOPES = (
    "<Encrypt>",
    "<Encrypt>A",
    "<Encrypt><![CDATA[",
    "<Encrypt>A]]>",
    "<Encrypt> ",
    "A",
    " ",
    "<Encrypt>A</Encrypt>",
)


def grows(read: Callable[[str], object], make: Callable[[int], str]) -> None:
    def refused_or_read(text: str) -> None:
        with suppress(Malformed):
            read(text[:-1])  # the last sign is the one that keeps the text from being the same

    assert not [*too_slow(refused_or_read, [(make(SHORT), make(LONG))])]


@pytest.mark.parametrize("name", WECOM)
def test_callbacks_of_the_robot(name: str) -> None:
    grows(lambda text: read_callback(text, NAMES, NOW), lambda size: json.dumps(WECOM[name](size), ensure_ascii=False))


@pytest.mark.parametrize("name", DINGTALK)
def test_messages_of_dingtalk(name: str) -> None:
    grows(lambda text: read_message(text, NOW), lambda size: json.dumps(DINGTALK[name](size), ensure_ascii=False))


@pytest.mark.parametrize("name", XML)
def test_messages_of_the_app(name: str) -> None:
    head = "<xml><FromUserName>u</FromUserName><MsgType>text</MsgType><MsgId>1</MsgId>"
    grows(lambda text: read_xml(text, NOW), lambda size: f"{head}{XML[name](size)}</xml>")


@pytest.mark.parametrize("unit", ENVELOPES)
def test_unsigned_envelopes(unit: str) -> None:
    grows(lambda text: encrypted(text.encode()), lambda size: text_of(unit, size, "<xml>", "</xml>"))


@pytest.mark.parametrize("unit", ['{"text":', "[", "{", '[{"a":1},', '"'])
def test_texts_that_begin_like_json(unit: str) -> None:
    grows(all_texts, lambda size: text_of(unit, size))
    grows(
        lambda text: read_pressed({"userId": "u", "outTrackId": "t", "content": text}), lambda size: text_of(unit, size)
    )
