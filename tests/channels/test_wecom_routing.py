"""Which transport sends a message, and in how many parts (docs/decisions/0016)."""

from typing import Any

import pytest

from bot.channels.wecom.markup import inert, plain
from bot.channels.wecom.routing import Routes
from handlers.rules.language.messages import Attachment, Button, Card, Reply

GROUP = "wrGroup"
HOOKED = {GROUP: "digest"}.get
CARD = Card(id="request-7", title="#12 待审批", buttons=(Button(label="同意", key="approve:7"),))
SHORT, LONG = "〔#12·7〕请审批", "〔#12·7〕" + "很长的一段话。" * 40
CHART = Attachment(kind="picture", name="chart.png", id=1)


def account(person: str) -> str | None:
    return None if person == "none" else f"u-{person}"


def routes(**known: Any) -> Routes:
    return Routes(account=account, **known)


def ways(routes: Routes, conversation: str, say: Reply) -> list[tuple[str, str, str]]:
    """Return each part as its transport, its target and its kind."""
    parts = routes.parts(conversation, say)
    kinds = ["file" if part.attachments else "card" if part.card else "text" for part in parts]
    return [
        (routes.transport(conversation, part), part.to or "", kind) for part, kind in zip(parts, kinds, strict=True)
    ]


ASKED = Reply(text=SHORT, mentions=("qian",), card=CARD)
SAID = Reply(text=SHORT)
EVERYTHING = routes(robot="pushes", app="receives", webhook=HOOKED)


def test_a_mention_rings_through_the_webhook_and_its_card_rings_one_to_one() -> None:
    assert ways(EVERYTHING, GROUP, ASKED) == [("webhook", "", "text"), ("app", "qian", "card")]
    assert EVERYTHING.parts(GROUP, ASKED)[1].text == SHORT


def test_a_long_draft_goes_before_its_card() -> None:
    asked = Reply(text=LONG, mentions=("qian", "sun"), card=CARD)
    assert ways(EVERYTHING, GROUP, asked) == [
        ("webhook", "", "text"),
        ("app", "qian", "text"),
        ("app", "qian", "card"),
        ("app", "sun", "text"),
        ("app", "sun", "card"),
    ]


def test_what_mentions_nobody_is_the_robots() -> None:
    assert ways(EVERYTHING, GROUP, SAID) == [("robot", "", "text")]
    assert ways(routes(robot="answers", webhook=HOOKED), GROUP, SAID) == [("webhook", "", "text")]


def test_without_the_app_the_card_stands_in_the_group() -> None:
    without = routes(robot="pushes", webhook=HOOKED)
    assert ways(without, GROUP, ASKED) == [("webhook", "", "text"), ("robot", "", "card")]
    assert without.parts(GROUP, ASKED)[1].text == "〔#12·7〕"  # a quote of the card contains the incident's number


def test_without_a_webhook_one_card_says_it_all_if_it_can() -> None:
    alone = routes(robot="pushes")
    assert ways(alone, GROUP, ASKED) == [("robot", "", "card")]
    assert ways(alone, GROUP, Reply(text=LONG, card=CARD)) == [("robot", "", "text"), ("robot", "", "card")]


def test_an_app_that_only_speaks_has_no_buttons() -> None:
    assert ways(routes(app="speaks", webhook=HOOKED), GROUP, ASKED) == [("webhook", "", "text")]
    assert ways(routes(app="speaks"), "@u-qian", ASKED) == [("app", "", "text")]


def test_whoever_has_no_account_gets_no_card_of_their_own() -> None:
    asked = Reply(text=SHORT, mentions=("none",), card=CARD)
    assert ways(EVERYTHING, GROUP, asked) == [("webhook", "", "text"), ("robot", "", "card")]


@pytest.mark.parametrize(
    ("conversation", "known", "transport"),
    [
        ("@u1", {"robot": "pushes", "app": "receives"}, "app"),
        ("@u1", {"robot": "pushes"}, "robot"),
        ("robot@u1", {"robot": "pushes", "app": "receives"}, "robot"),
        ("robot@u1", {"app": "receives"}, "app"),
        ("@u1", {}, "none"),
        (GROUP, {"app": "receives"}, "none"),
    ],
)
def test_one_to_one_goes_where_it_was_said(conversation: str, known: dict[str, Any], transport: str) -> None:
    assert routes(**known).transport(conversation, SAID) == transport


def test_files_follow_the_text() -> None:
    report = Reply(text=SHORT, attachments=(CHART, CHART))
    assert ways(EVERYTHING, GROUP, report) == [("robot", "", "text"), ("webhook", "", "file"), ("webhook", "", "file")]
    assert ways(routes(robot="pushes"), GROUP, Reply(text="", attachments=(CHART,))) == [("robot", "", "file")]


@pytest.mark.parametrize(
    "say",
    [
        ASKED,
        SAID,
        Reply(text=LONG * 20, mentions=("qian",), card=CARD),
        Reply(text="", attachments=(CHART,)),
        Reply(text=""),
    ],
)
@pytest.mark.parametrize("conversation", [GROUP, "@u-qian", "robot@u-qian"])
@pytest.mark.parametrize("known", [EVERYTHING, routes(robot="pushes"), routes(robot="answers", webhook=HOOKED)])
def test_a_part_is_one_message_and_fits(known: Routes, conversation: str, say: Reply) -> None:
    parts = known.parts(conversation, say)
    assert parts
    assert list(known.parts(conversation, parts[0])) == [parts[0]]  # even if the first is retried
    for part in parts:
        limit = {"webhook": 2048, "robot": 4096}.get(known.transport(conversation, part), 2048)
        assert len(part.text.encode()) <= limit


def test_every_word_of_a_long_text_goes_out() -> None:
    words = "".join(f"第{n}行，很长的内容。\n" for n in range(500))
    parts = EVERYTHING.parts(GROUP, Reply(text=words, mentions=("qian",)))
    assert "".join(part.text.removeprefix("…") for part in parts) == words
    assert [part.mentions for part in parts if part.mentions] == [("qian",)]


def test_limits_are_each_doors_own() -> None:
    def keys(conversation: str, say: Reply) -> list[tuple[str, int, float]]:
        return [(limit.key, limit.count, limit.per_seconds) for limit in EVERYTHING.limits(conversation, say)]

    assert keys(GROUP, Reply(text="x", mentions=("qian",))) == [("wecom-webhook:digest", 20, 60.0)]
    assert keys(GROUP, SAID) == [
        (f"wecom-robot:{GROUP}:minute", 30, 60.0),
        (f"wecom-robot:{GROUP}:hour", 1000, 3600.0),
    ]
    assert keys(GROUP, Reply(text="x", to="qian", card=CARD))[0] == ("wecom-app:u-qian:minute", 30, 60.0)
    assert keys("@u-qian", SAID)[0] == ("wecom-app:u-qian:minute", 30, 60.0)
    assert keys(GROUP, Reply(text="x", update="request-7")) == []


TAGS = "<a>\n" * 900


@pytest.mark.parametrize("text", ["很" * 3000, TAGS, "](" * 2000, "\n" * 3000 + "完"])
@pytest.mark.parametrize(
    ("known", "conversation", "most"),
    [
        ({"robot": "pushes", "webhook": HOOKED}, GROUP, 2048),
        ({"robot": "answers", "webhook": HOOKED}, GROUP, 2048),
        ({"robot": "pushes"}, GROUP, 4096),
        ({"robot": "pushes", "app": "speaks"}, "robot@u-qian", 2048),
        ({"robot": "pushes", "app": "receives"}, "@u-qian", 2048),
        ({"robot": "pushes"}, "robot@u-qian", 4096),
    ],
)
def test_each_part_fits_every_transport_that_may_have_to_send_it(
    text: str, known: dict[str, Any], conversation: str, most: int
) -> None:
    parts = routes(**known).parts(conversation, Reply(text=text))
    assert all(len(written(part.text).encode()) <= most for part in parts for written in (plain, inert))
    assert "".join(part.text.removeprefix("…") for part in parts) == text
