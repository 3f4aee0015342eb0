"""DingTalk's interactive cards: the template's variables, the delivery of a card, and the callback of a button.

The template is the institution's own (see docs/dingtalk.md). Its variables are texts: `title`, `text` (markdown),
`done`, and `button1` … `button6`, the labels, empty where there is no button. The button with the label `button2` has
the action id `button2`.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta, Struct

from handlers.rules.language.messages import Button, Card, Reply

MOST_BUTTONS = 6
PRESS = "actionCallback"
ShortText = Annotated[str, Meta(min_length=1, max_length=140)]
CREATE = "/v1.0/card/instances/createAndDeliver"
UPDATE = "/v1.0/card/instances"


def track(card: Card, key: str) -> str:
    """Return DingTalk's id of a card, such as "request-7.153" in message 153 of the outbox."""
    return f"{card.id}.{key}"


def message_of(track_id: str) -> tuple[str, int] | None:
    """Return the card's id and the number of the outbox message; None if the card is not ours."""
    card, _, key = track_id.rpartition(".")
    return (card, int(key)) if card and key.isascii() and key.isdigit() and len(key) < 19 else None


def filled(card: Card, text: str) -> dict[str, str]:
    """Return the template's variables for a card with buttons."""
    facts = [f"**{name}** {fact}" for name, fact in card.facts]
    labels = [button.label for button in card.buttons[:MOST_BUTTONS]]
    labels += [""] * (MOST_BUTTONS - len(labels))
    buttons = {f"button{n}": label for n, label in enumerate(labels, 1)}
    return {"title": card.title, "text": _inert("\n\n".join([text, *facts])), "done": card.done or "", **buttons}


def _inert(text: str) -> str:
    """Return text from outside so that it makes no link, picture or tag."""
    return text.replace("](", "] (").replace("<", "＜").replace("\n", "  \n")


def create_body(
    template: str, robot: str, conversation: str, track_id: str, variables: Mapping[str, str], at: Mapping[str, str]
) -> bytes:
    """Return the request that shows a card in a group, mentioning `at` (user id → name), or to one "@<user id>"."""
    body: dict[str, Any] = {
        "cardTemplateId": template,
        "outTrackId": track_id,
        "callbackType": "STREAM",
        "userIdType": 1,
        "cardData": {"cardParamMap": variables},
    }
    if conversation.startswith("@"):
        body |= {
            "openSpaceId": f"dtv1.card//IM_ROBOT.{conversation[1:]}",
            "imRobotOpenSpaceModel": {"supportForward": False},
            "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": robot},
        }
    else:
        body |= {
            "openSpaceId": f"dtv1.card//IM_GROUP.{conversation}",
            "imGroupOpenSpaceModel": {"supportForward": False},
            "imGroupOpenDeliverModel": {"robotCode": robot, **({"atUserIds": at} if at else {})},
        }
    return msgspec.json.encode(body)


def update_body(track_id: str, done: str) -> bytes:
    """Return the request that replaces a card's buttons by what was decided."""
    emptied = {f"button{n}": "" for n in range(1, MOST_BUTTONS + 1)}
    return msgspec.json.encode(
        {
            "outTrackId": track_id,
            "userIdType": 1,
            "cardData": {"cardParamMap": {**emptied, "done": done}},
            "cardUpdateOptions": {"updateCardDataByKey": True},
        }
    )


class CardPrivateData(Struct, rename="camel"):
    action_ids: Annotated[list[ShortText], Meta(min_length=1)]


class CardContent(Struct, rename="camel"):
    card_private_data: CardPrivateData


class CardCallback(Struct, rename="camel"):
    """A callback of a card; its `content` comes as JSON in JSON, or as it is."""

    user_id: ShortText
    out_track_id: ShortText
    content: CardContent | str
    type: str = PRESS


class Pressed(NamedTuple):
    """A pressed button: who pressed it, on which card, and the button's action id."""

    user: str
    track_id: str
    action: str


def read_pressed(data: Any) -> Pressed | None:
    """Return what a card callback says; None if it is no press of a button, or has no user id."""
    try:
        callback = msgspec.convert(data, CardCallback)
        content = callback.content
        if isinstance(content, str):
            content = msgspec.json.decode(content, type=CardContent)
    except (ValueError, RecursionError):
        return None
    if callback.type != PRESS:
        return None
    return Pressed(callback.user_id, callback.out_track_id, content.card_private_data.action_ids[0])


def pressed_button(buttons: Sequence[Button], action: str) -> Button | None:
    """Return the button behind an action id such as "button2"; None if there is none."""
    names = {f"button{n}": button for n, button in enumerate(buttons[:MOST_BUTTONS], 1)}
    return names.get(action)


def reply_of(body: str) -> Reply:
    return msgspec.json.decode(body, type=Reply)
