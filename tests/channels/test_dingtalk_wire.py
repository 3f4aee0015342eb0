"""Callbacks from DingTalk are parsed into messages; texts are built into bodies within the limits."""

import json
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from dingtalk_stream import ChatbotMessage
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.dingtalk.wire import (
    REQUEST_LIMIT,
    MessageText,
    OverTheLimit,
    read_message,
    sign,
    template_body,
    webhook_body,
)
from bot.channels.wire_types import Malformed
from handlers.rules.language.messages import Attachment, Message, Quote
from tests.support.dingtalk import BOT, GROUP, FakeDingTalk, Sent
from tests.support.each import for_each

NOW = datetime(2026, 11, 23, 2, 5, 0, 123000, tzinfo=UTC)
FAKE = FakeDingTalk(lambda: NOW)
OURS = Sent("group", GROUP, "请签收〔#12〕", key="key-7")


def parsed(**changes: Any) -> Message:
    callback = FAKE.callback("u1", "签收 12") | changes
    return read_message(json.dumps({key: value for key, value in callback.items() if value is not ...}), NOW)


def test_the_published_vector() -> None:
    assert sign("1700000000000", "SECtest") == "aZLLrriXgn05YbwaGR7knYsLeJADjr9NwLaNNKpxh4g="


def test_a_group_message() -> None:
    message = parsed(msgId="msgX==")
    assert (message.channel, message.id, message.conversation) == ("dingtalk", "msgX==", GROUP)
    assert (message.sender, message.sender_name, message.text) == ("u1", "U1", "签收 12")
    assert (message.private, message.mentions, message.quote, message.unsupported) == (False, (), None, None)
    assert message.sent_at == NOW


def test_a_private_message_is_answered_to_the_person() -> None:
    message = parsed(conversationType="1")
    assert (message.private, message.conversation) == (True, "@u1")


def test_people_mentioned_without_the_robot() -> None:
    users = [{"dingtalkId": BOT, "staffId": "robot"}, {"dingtalkId": "$:u2", "staffId": "u2"}, {"dingtalkId": "$:x"}]
    assert parsed(atUsers=[*users, {"staffId": "u3"}, {"staffId": "u2"}]).mentions == ("u2", "u3")


def test_somebody_without_a_staff_id_is_an_outsider() -> None:
    assert parsed(senderStaffId=...).sender == "outsider:$:LWCP_v1:$u1"
    assert parsed(senderStaffId="").sender == "outsider:$:LWCP_v1:$u1"
    assert parsed(senderStaffId=..., conversationType="1").conversation == "@outsider:$:LWCP_v1:$u1"


def test_a_staff_id_of_another_organisation_is_an_outsiders() -> None:
    assert parsed(senderCorpId="ding-other").sender == "outsider:$:LWCP_v1:$u1"
    assert parsed(senderCorpId="ding-other", senderId=...).sender == "outsider:u1"


def test_the_time_of_sending() -> None:
    assert parsed(createAt=1700000000000).sent_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert parsed(createAt="1700000000000").sent_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert parsed(createAt=...).sent_at == NOW


def test_a_quote_carries_our_receipt() -> None:
    message = read_message(json.dumps(FAKE.callback("u1", "同意", quote=OURS)), NOW)
    assert (message.text, message.quote) == ("同意", Quote(text="请签收〔#12〕", ref="key-7"))


CARD = {
    "elementType": "CONTAINER",
    "children": [
        {"elementType": "TEXT", "value": "待审批"},
        {"elementType": "CONTAINER", "children": [{"elementType": "TEXT", "value": "〔#12·7〕请审批"}]},
        {"elementType": "IMAGE", "url": "https://x.cn/p.png"},
        {"elementType": "TEXT", "value": "办结时限 11-26", "children": None},
    ],
}


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ({"text": "引用〔#3〕"}, "引用〔#3〕"),
        ({"content": "引用〔#3〕"}, "引用〔#3〕"),
        ({"richText": [{"msgType": "text", "content": "前"}, {"msgType": "picture"}, {"text": "后"}]}, "前\n后"),
        ({"title": "聊天记录", "summary": "张三: 停水", "chatRecord": "[]"}, "聊天记录\n张三: 停水"),
        ({"title": "停水了", "messageUrl": "https://weibo.com/1/A"}, "停水了\nhttps://weibo.com/1/A"),
        (None, ""),
        ("引用", "引用"),
        ({"cardData": {}}, ""),
        ({"cardContent": CARD}, "待审批\n〔#12·7〕请审批\n办结时限 11-26"),
        ({"cardContent": json.dumps(CARD)}, "待审批\n〔#12·7〕请审批\n办结时限 11-26"),
        (
            {"cardData": {"cardParamMap": {"title": "待审批", "text": "〔#12·7〕", "button1": "同意"}}},
            "待审批\n〔#12·7〕",
        ),
        ({"cardData": '{"cardParamMap": {"content": "〔#12·7〕"}}'}, "〔#12·7〕"),
        ({"richText": [{"type": "at", "text": "@回音"}, {"text": "〔#3〕"}]}, "@回音 〔#3〕"),
        ({"records": [{"senderNick": "甲", "content": "停水"}]}, "甲: 停水"),
        ([1, None], ""),
        (7, "7"),
    ],
)
def test_what_a_quote_may_look_like(content: object, text: str) -> None:
    quoted = {"content": "同意", "isReplyMsg": True, "repliedMsg": {"msgId": "msgQ", "content": content}}
    assert parsed(text=quoted).quote == Quote(text=text, ref="msgQ")
    assert parsed(text=quoted, originalMsgId="msgO").quote == Quote(text=text, ref="msgO")


def test_a_quote_of_which_nothing_is_told() -> None:
    assert parsed(text={"content": "同意", "isReplyMsg": True}).quote == Quote()
    assert parsed(text={"content": "同意", "isReplyMsg": False}).quote is None
    assert parsed(originalProcessQueryKey="key-1").quote == Quote(ref="key-1")


RECORD = [
    {"senderNick": "张三", "content": {"text": "食堂又涨价"}},
    {"senderName": "李四", "text": "是的"},
    {"x": 1},
    7,
]


@pytest.mark.parametrize(
    ("kind", "content", "text"),
    [
        ("richText", {"richText": [{"text": "看这个 "}, {"text": "https://a.cn/1"}]}, "看这个 https://a.cn/1"),
        (
            "richText",
            {"richText": [{"text": "一"}, {"type": "picture", "downloadCode": "c"}, {"text": "二"}]},
            "一\n二",
        ),
        ("audio", {"downloadCode": "c", "recognition": "签收十二"}, "签收十二"),
        ("richText", {"richText": [{"text": "@回音"}, {"text": "签收 1"}]}, "@回音 签收 1"),
        ("richText", {"richText": [{"type": "at", "text": "回音"}, {"text": "签收 1"}]}, "@回音 签收 1"),
        ("richText", {"richText": [{"text": "签收 1"}, {"text": "2"}]}, "签收 1 2"),
        ("richText", {"richText": [{"text": "食堂"}, {"type": "emoji"}, {"text": "有虫"}]}, "食堂有虫"),
        (
            "richText",
            {"richText": [{"text": "看"}, {"text": "https://a.cn/1"}, {"text": "谢谢"}]},
            "看 https://a.cn/1 谢谢",
        ),
        ("richText", '{"richText": [{"text": "签收"}, {"text": "12"}]}', "签收 12"),
    ],
)
def test_kinds_with_words(kind: str, content: object, text: str) -> None:
    message = parsed(msgtype=kind, text=..., content=content)
    assert (message.text, message.material, message.unsupported) == (text, "", None)


SAID = "群聊\n张三: 食堂又涨价\n李四: 是的"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ({"title": "群聊", "chatRecord": json.dumps(RECORD)}, SAID),
        ({"title": "群聊", "chatRecord": RECORD}, SAID),
        ({"title": "群聊", "records": RECORD}, SAID),
        ({"title": "群聊", "messages": json.dumps(RECORD)}, SAID),
        (json.dumps({"title": "群聊", "messages": RECORD}), SAID),
        ({"summary": "张三: 停水", "chatRecord": "[]"}, "张三: 停水"),
        (
            {"title": "群聊的聊天记录", "summary": "甲:食堂有虫 https://a.cn/1"},
            "群聊的聊天记录\n甲:食堂有虫 https://a.cn/1",
        ),
        ({"summary": ["甲: 停水", "乙: 停电"], "chatRecord": []}, "甲: 停水\n乙: 停电"),
        ({"summary": '["甲: 停水", "乙: 停电"]', "chatRecord": None}, "甲: 停水\n乙: 停电"),
        (
            {"summary": ["甲: 停水", "乙: 停电"], "chatRecord": [{"senderNick": "甲", "content": "停水"}]},
            "甲: 停水\n乙: 停电",
        ),
        ({"chatRecord": "[图片] 停水"}, "[图片] 停水"),
        (RECORD, SAID[3:]),
        (json.dumps(RECORD), SAID[3:]),
        ({"messages": {"list": RECORD}}, SAID[3:]),
        ({"records": [{"sender": {"nick": "甲"}, "msgType": "text", "text": {"content": "停水"}}]}, "甲: 停水"),
        ({"records": [{"senderNick": "甲", "msgType": "picture", "downloadCode": "c"}]}, "甲: [图片]"),
        ({"records": [{"sender": "甲", "content": {"richText": [{"text": "停"}, {"text": "水"}]}}]}, "甲: 停水"),
        ({"records": [{"senderNick": 5, "content": 7}, {"senderName": "null", "text": "停水"}]}, "5: 7\n停水"),
        ({"records": [{"senderNick": "甲", "content": {"title": "里面", "records": RECORD}}]}, "甲: 里面\n" + SAID[3:]),
    ],
)
def test_a_forwarded_record_is_material(content: object, text: str) -> None:
    message = parsed(msgtype="chatRecord", text=..., content=content)
    assert (message.text, message.material, message.unsupported) == ("", text, None)


def test_a_link_card_is_material_without_the_address_of_its_picture() -> None:
    card = {"title": "食堂有虫", "text": "家长说", "messageUrl": "https://a.cn/1", "picUrl": "https://cdn.cn/x?sign=1"}
    assert parsed(msgtype="link", text=..., content=card).material == "食堂有虫\n家长说\nhttps://a.cn/1"


@pytest.mark.parametrize("flag", [True, "1", 1, "true"])
def test_a_forwarded_text_is_material(flag: object) -> None:
    assert parsed(isForwardMsg=flag).material == "签收 12"
    message = parsed(text={"content": "同意 12", "isForwardMsg": flag})
    assert (message.text, message.material) == ("", "同意 12")
    assert parsed(isForwardMsg=False).text == "签收 12"


@pytest.mark.parametrize(
    ("kind", "content", "unsupported"),
    [
        ("picture", {}, "picture"),
        ("picture", {"downloadCode": 7}, "picture"),
        ("richText", {"richText": "?"}, "picture"),
        ("audio", {"downloadCode": "c"}, "audio"),
        ("video", None, "video"),
        ("chatRecord", {"title": "群聊", "chatRecord": "[]"}, "chatRecord"),
        ("chatRecord", None, "chatRecord"),
        ("chatRecord", {"title": "群聊的聊天记录"}, "chatRecord"),
        ("chatRecord", [], "chatRecord"),
        ("link", {"picUrl": "https://a.cn/x.png"}, "link"),
        ("unknownMsgType", {"text": "?"}, "unknownMsgType"),
        ("hologram", ..., "hologram"),
    ],
)
def test_kinds_without_words(kind: str, content: object, unsupported: str) -> None:
    message = parsed(msgtype=kind, text=..., content=content)
    assert (message.text, message.unsupported) == ("", unsupported)


PICTURE = Attachment(kind="picture", source="c")


@pytest.mark.parametrize(
    ("kind", "content", "text", "attachment"),
    [
        ("picture", {"downloadCode": "c", "pictureDownloadCode": "p"}, "", PICTURE),
        ("picture", {"pictureDownloadCode": "c"}, "", PICTURE),
        ("picture", '{"downloadCode": "c"}', "", PICTURE),
        ("richText", {"richText": [{"text": "看"}, {"type": "picture", "downloadCode": "c"}]}, "看", PICTURE),
        ("video", {"downloadCode": "c"}, "", Attachment(kind="file", name="video.mp4", source="c")),
        ("file", {"downloadCode": "c", "fileName": "a\0.pdf"}, "", Attachment(kind="file", name="a.pdf", source="c")),
    ],
)
def test_what_comes_as_a_file(kind: str, content: object, text: str, attachment: Attachment) -> None:
    message = parsed(msgtype=kind, text=..., content=content)
    assert (message.text, message.unsupported, message.attachments) == (text, None, (attachment,))


def test_a_quoted_picture_comes_along() -> None:
    replied = {"msgType": "picture", "msgId": "msgQ", "content": {"downloadCode": "c"}}
    message = parsed(text={"content": " 上报", "isReplyMsg": True, "repliedMsg": replied})
    assert (message.text, message.attachments) == ("上报", (PICTURE,))


@pytest.mark.parametrize(
    "changes",
    [
        {"msgId": ...},
        {"msgId": ""},
        {"msgId": "m" * 161},
        {"msgId": "a\nb"},
        {"msgId": []},
        {"conversationId": None},
        {"conversationId": {}},
        {"senderId": ..., "senderStaffId": ...},
        {"senderId": None, "senderStaffId": []},
        {"text": ...},
        {"text": {}},
        {"text": [1]},
    ],
)
def test_what_is_no_robot_message(changes: dict[str, Any]) -> None:
    with pytest.raises(Malformed, match="not a robot message"):
        parsed(**changes)


FIELDS = [
    "senderNick", "createAt", "atUsers", "conversationTitle", "senderCorpId", "chatbotCorpId", "chatbotUserId",
    "content", "originalMsgId", "originalProcessQueryKey", "isAdmin", "senderPlatform", "sessionWebhook",
]  # fmt: skip
ODD = [None, "", 5, -1, 1.5, True, [], {}, "soon", ["x"], {"staffId": 1}, 10**30]


@for_each(("field", "odd"), product(FIELDS, ODD))
def test_an_odd_field_is_dropped_and_the_message_kept(field: str, odd: object) -> None:
    message = parsed(**{"msgId": "msgX", field: odd})
    assert (message.id, message.text, message.conversation) == ("msgX", "签收 12", GROUP)
    assert message.sender in ("u1", "outsider:$:LWCP_v1:$u1")
    assert message.sent_at <= NOW


def test_numbers_stand_for_texts() -> None:
    message = parsed(msgId=7, senderStaffId=1, conversationType=2, text={"content": 12}, msgtype=None)
    assert (message.id, message.sender, message.private, message.text) == ("7", "1", False, "12")
    assert parsed(text="签收").text == "签收"
    assert parsed(text='{"content": "签收"}').text == "签收"


def test_no_zero_bytes_reach_the_database() -> None:
    message = parsed(text={"content": "签\0收"}, senderNick="张\0三")
    assert (message.text, message.sender_name) == ("签收", "张三")


def test_the_official_sdk_reads_the_fakes_callbacks() -> None:
    read = ChatbotMessage.from_dict(FAKE.callback("u1", "同意", quote=OURS))
    assert (read.sender_staff_id, read.conversation_id, read.conversation_type) == ("u1", GROUP, "2")
    assert (read.text.content, read.message_type, read.chatbot_user_id) == (" 同意", "text", BOT)
    assert (read.create_at, read.at_users[0].dingtalk_id) == (int(NOW.timestamp() * 1000), BOT)
    assert read.extensions["originalProcessQueryKey"] == "key-7"
    assert read.text.extensions["repliedMsg"]["content"] == {"text": "请签收〔#12〕"}


def test_as_much_is_kept_as_the_platform_takes() -> None:
    assert len(template_body(MessageText("a" * REQUEST_LIMIT), robotCode="r")) == REQUEST_LIMIT
    assert len(webhook_body(MessageText("a" * REQUEST_LIMIT, "t"), ["u1"])) == REQUEST_LIMIT


@given(text=st.text(min_size=0, max_size=40), times=st.integers(1, 2000), markdown=st.booleans())
def test_every_body_fits_and_keeps_its_beginning(text: str, times: int, markdown: bool) -> None:
    words = MessageText(text * times, "题" if markdown else None)
    for body in (template_body(words, robotCode="r"), webhook_body(words, ["u1"])):
        assert len(body) <= REQUEST_LIMIT
        decoded = json.loads(body)
        kept = json.loads(decoded["msgParam"]) if "msgParam" in decoded else decoded[decoded["msgtype"]]
        kept = kept["text" if markdown else "content"]
        assert kept == words.text or (
            kept[-1] == "…" and words.text.startswith(kept[:-1]) and len(body) > REQUEST_LIMIT - 8
        )


@pytest.mark.parametrize("code", [{"errCode": 20001}, {"errCode": "20001"}, {"errcode": 20001}])
@pytest.mark.parametrize("content", [{"text": {}}, {"text": {"content": ""}}, {"msgtype": None, "text": None}])
def test_a_message_over_the_months_limit_is_no_message(code: dict[str, Any], content: dict[str, Any]) -> None:
    """It comes empty: taken for a message, an order would be lost without a word."""
    with pytest.raises(OverTheLimit, match="20001") as raised:
        read_message(json.dumps(FAKE.callback("u1", "") | content | code | {"errMsg": "over the limit"}), NOW)
    assert raised.value.conversation


def test_an_empty_message_that_names_nothing_is_an_alarm_as_well() -> None:
    with pytest.raises(OverTheLimit) as raised:
        read_message('{"errCode": 20001, "errMsg": "over the limit"}', NOW)
    assert raised.value.conversation == ""
