"""Whatever a platform delivers in the shape of its messages is heard or refused: never an exception, never a hang.

Genuine payloads of the fakes are changed at random places: odd types, fields that are missing, added, repeated or in
one another, huge numbers, signs that nobody sees. Set HUIYIN_FUZZ=10000 for a long run of one test; `make test-long`
does that of all.
"""

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.dingtalk.card import Pressed, read_pressed
from bot.channels.dingtalk.stream import Frame
from bot.channels.dingtalk.wire import read_message
from bot.channels.wecom.wire import WeComCallback, read_callback
from bot.channels.wecom.xml import encrypted
from bot.channels.wecom.xml import read_callback as read_xml
from bot.channels.wire_types import Malformed
from handlers.registry import PARSE_ORDER
from handlers.rules.language.messages import Message, quoted_code, quoted_swap
from handlers.rules.language.utterance import Utterance
from tests.support.dingtalk import GROUP as DING_GROUP
from tests.support.dingtalk import FakeDingTalk, Sent
from tests.support.thinned import drawn
from tests.support.wecom import GROUP, World
from tests.support.wecom_app import FakeApp
from tests.support.wecom_robot import FakeRobot

SHORT = int(os.environ.get("HUIYIN_FUZZ", "150"))
LONG = 10_000
NOW = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
NAMES = ("回音", "RobotA")
WORLD = World(lambda: NOW)
ROBOT, APP, DING = FakeRobot(WORLD), FakeApp(WORLD), FakeDingTalk(lambda: NOW)

PICTURE = {"msgtype": "image", "image": {"url": "https://x.myqcloud.com/1", "aeskey": "k"}}
TEXT = {"msgtype": "text", "text": {"content": "〔#12·请示 7〕请审批"}}
BUTTON = {"text": "同意", "key": "approve:7"}
CARD = {"main_title": {"title": "〔#12〕"}, "sub_title_text": "请审批", "button_list": [BUTTON]}
QUOTED = {"msgtype": "template_card", "template_card": CARD}
MIXED = {"msg_item": [TEXT, PICTURE]}
PRESSED = {
    "eventtype": "template_card_event",
    "template_card_event": {"event_key": "approve:7", "task_id": "request-7@31"},
}
RECORD = {
    "title": "群聊的聊天记录",
    "item": [{"type": "text", "name": "甲", "content": json.dumps({"content": "同意 12"})}],
}
WECOM = [
    ROBOT.callback("u1", GROUP, "text", text={"content": "@回音 签收 12"}, quote=TEXT),
    ROBOT.callback("u1", None, "text", text={"content": "同意"}, quote=QUOTED),
    ROBOT.callback("u1", GROUP, "mixed", mixed=MIXED),
    ROBOT.callback("u1", GROUP, "image", image=PICTURE["image"]),
    ROBOT.callback("u1", GROUP, "file", file={"url": "https://x.qq.com/2", "filename": "报告.docx"}, quote=PICTURE),
    ROBOT.callback("u1", GROUP, "voice", voice={"content": "签收十二"}),
    ROBOT.callback("u1", GROUP, "link", link={"url": "https://a.cn/1", "title": "t"}),
    ROBOT.callback("u1", GROUP, "chatrecord", chatrecord=RECORD),
    ROBOT.callback("u1", GROUP, "event", event=PRESSED),
    ROBOT.callback("u1", GROUP, "stream", stream={"id": "s"}),
]  # fmt: skip
APP_FIELDS: list[tuple[str, dict[str, Any]]] = [
    ("text", {"Content": "签收 12"}),
    ("image", {"PicUrl": "https://p", "MediaId": "m"}),
    ("voice", {"MediaId": "m", "Recognition": "签收十二"}),
    ("file", {"MediaId": "m", "FileName": "表.xlsx"}),
    ("link", {"Title": "t", "Url": "https://a.cn/1"}),
    ("location", {"Location_X": 1.5, "Label": "路口"}),
    ("chatrecord", {"Content": "甲：同意 12"}),
    ("event", {"Event": "template_card_event", "EventKey": "approve:7", "TaskId": "request-7@31"}),
]
DING_RECORD = {"title": "聊天记录", "summary": ["甲: 好"], "chatRecord": [{"senderNick": "甲", "content": "同意 12"}]}
RUNS = [
    {"text": "@回音"},
    {"type": "at", "atName": "王强"},
    {"text": "签收 1"},
    {"type": "picture", "downloadCode": "c"},
]
TYPED = DING.callback("u1", "签收 12", quote=Sent("group", DING_GROUP, "请签收〔#12〕", key="key-7"))
QUOTED_CARD = {"msgType": "interactiveCard", "cardContent": {"title": "〔#12〕", "body": [{"text": "请签收"}]}}
DINGTALK = [
    TYPED,
    DING.callback("u1", "同意", None),
    TYPED | {"msgtype": "richText", "content": {"richText": RUNS}},
    TYPED | {"msgtype": "picture", "content": {"downloadCode": "c", "pictureDownloadCode": "d"}},
    TYPED | {"msgtype": "file", "content": {"downloadCode": "c", "fileName": "表.xlsx", "fileId": 1, "spaceId": 2}},
    TYPED | {"msgtype": "audio", "content": {"recognition": "签收十二", "downloadCode": "c", "duration": 4000}},
    TYPED | {"msgtype": "chatRecord", "content": DING_RECORD},
    TYPED | {"msgtype": "link", "content": {"title": "t", "text": "x", "messageUrl": "https://a.cn/1"}},
    TYPED | {"text": {"content": "同意", "isReplyMsg": True, "repliedMsg": QUOTED_CARD}},
]
PRESS = {
    "outTrackId": "request-7.31",
    "userId": "u1",
    "corpId": "c",
    "type": "actionCallback",
    "content": json.dumps({"cardPrivateData": {"actionIds": ["button1"], "params": {}}}),
}

KEYS = sorted({key for one in (*WECOM, *DINGTALK, PRESS) for key, _ in [*one.items()]} | {"content", "text", "title"})
ODD_TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["", " ", "\0", "\u200b", "\u202e签收 12", "〔#99999999999999999999〕", f"〔#{'9' * 5000}〕", "9" * 5000]
    ),
    st.sampled_from(["[" * 3000, '{"a":' * 3000]),
    st.sampled_from(['{"content": "x"}', '[{"text": "x"}]', '"x"', "{", "null", "同意 12", "已发布 1 https://a.cn/1"]),
)  # fmt: skip
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([-1, 0, 2**31, 2**63, 2**64, 10**400, 1e300]), ODD_TEXTS,
)  # fmt: skip
ODD = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=6,
)
Change = Callable[[Any, str, Any], None]


def _places(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of each field and item of a payload."""
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in inner:
        yield (*path, key)
        yield from _places(value, (*path, key))


@st.composite
def changed(draw: st.DrawFn, genuine: list[dict[str, Any]]) -> Any:
    """Return a genuine payload with one to four places changed."""
    tree = json.loads(json.dumps(draw(st.sampled_from(genuine))))
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from([*_places(tree)] or [("msgtype",)]))
        holder = tree
        for key in path[:-1]:
            holder = holder[key]
        _change(draw, holder, path[-1])
    return tree


def _change(draw: st.DrawFn, holder: Any, key: Any) -> None:
    how = draw(st.sampled_from(["replace", "drop", "add", "json", "list", "nest"]))
    value = holder[key]
    if how == "drop":
        del holder[key]
    elif how == "add" and isinstance(holder, dict):
        holder[draw(st.sampled_from(KEYS))] = draw(ODD)
    else:
        nested = {"json": json.dumps(value), "list": [value, value], "nest": {str(key): value}}
        holder[key] = nested[how] if how in nested else draw(ODD)


def heard(message: Message) -> None:
    """Read a message as the bot does: it can be stored, and each command takes it or leaves it."""
    stored = msgspec.json.encode(message)
    assert msgspec.json.decode(stored, type=Message) == message
    assert message.id
    assert message.sender
    assert message.conversation
    assert "\0" not in message.text + message.material
    quoted_code(message)
    quoted_swap(message)
    utterance = Utterance.of(message, NAMES, "周晓")
    for handler in PARSE_ORDER:
        if handler.parse(utterance) is not None:
            return


def wecom(payload: Any) -> None:
    for body in (payload, json.dumps(payload)):
        try:
            callback = read_callback(body, NAMES, NOW)
        except Malformed:
            continue
        _callback(callback)


def _callback(callback: WeComCallback) -> None:
    str(callback).encode()
    if callback.message is not None:
        heard(callback.message)


def app(xml: str) -> None:
    try:
        _callback(read_xml(xml, NOW))
    except Malformed:
        return


def dingtalk(payload: Any) -> None:
    try:
        heard(read_message(json.dumps(payload), NOW))
    except Malformed:
        return


def press(payload: Any) -> None:
    pressed = read_pressed(payload)
    assert pressed is None or (isinstance(pressed, Pressed) and all(isinstance(one, str) and one for one in pressed))


def frame(payload: Any) -> None:
    try:
        found = msgspec.json.decode(json.dumps(payload), type=Frame)
    except (ValueError, RecursionError):
        return
    assert isinstance(found.headers, dict)


@st.composite
def changed_xml(draw: st.DrawFn) -> str:
    """Return a message of the self-built app with fields that are odd, missing, repeated or in one another."""
    kind, fields = draw(st.sampled_from(APP_FIELDS))
    xml = APP.xml("u1", kind, **fields)
    names = [*fields, "MsgType", "FromUserName", "MsgId", "CreateTime", "Content"]
    for _ in range(draw(st.integers(1, 4))):
        name, words = draw(st.sampled_from(names)), draw(ODD_TEXTS)
        inside = draw(st.sampled_from([escape(words), f"<![CDATA[{words}]]>", f"<{name}>{escape(words)}</{name}>", ""]))
        added = f"<{name}>{inside}</{name}>"
        begin, found, rest = xml.partition(f"<{name}>")
        if not found:
            begin, rest = xml.removesuffix("</xml>"), f"</{name}></xml>"
        _, _, behind = rest.partition(f"</{name}>")
        wrong = draw(st.sampled_from([added] * 6 + [added * 2, "", f"<{name}/>", f'<{name} a="1">{inside}']))
        xml = begin + wrong + behind
    return xml if xml.endswith("</xml>") or draw(st.booleans()) else f"{xml}</xml>"


FRAME = {
    "specVersion": "1.0",
    "type": "CALLBACK",
    "headers": {"topic": "t", "messageId": "m"},
    "data": json.dumps(TYPED),
}
CASES = {
    "wecom": (changed(WECOM), wecom),
    "app": (changed_xml(), app),
    "dingtalk": (changed(DINGTALK), dingtalk),
    "press": (changed([PRESS]), press),
    "frame": (changed([FRAME]), frame),
}


def _run(name: str, examples: int) -> None:
    payloads, read = CASES[name]

    @settings(max_examples=drawn(examples), deadline=None, suppress_health_check=[*HealthCheck])
    @given(payloads)
    def each(payload: Any) -> None:
        read(payload)

    each()


@pytest.mark.parametrize("name", CASES)
def test_odd_payloads_are_heard_or_refused(name: str) -> None:
    _run(name, SHORT)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", CASES)
def test_ten_thousand_odd_payloads_are_heard_or_refused(name: str) -> None:
    _run(name, LONG)


@pytest.mark.parametrize("digits", [9, 10, 5000, 200_000])
def test_codes_with_any_number_of_digits_name_a_matter_or_none(digits: int) -> None:
    for code in (f"〔#{'9' * digits}〕", f"〔#1·请示 {'9' * digits}〕", f"〔换班 {'9' * digits}〕"):
        quoting = ROBOT.callback("u1", GROUP, "text", text={"content": "同意"}, quote={"msgtype": "text", "text": code})
        wecom(quoting)
        dingtalk(DING.callback("u1", "同意", quote=Sent("group", DING_GROUP, code, key="key-7")))


@settings(max_examples=drawn(200), deadline=None)
@given(st.binary(max_size=60), st.sampled_from([b"<xml><Encrypt>", b"<xml>", b""]), st.sampled_from([b"</xml>", b""]))
def test_odd_envelopes_are_read_or_refused(inside: bytes, begin: bytes, end: bytes) -> None:
    try:
        assert encrypted(begin + inside + end)
    except Malformed:
        return
