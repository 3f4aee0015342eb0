"""DingTalk's interactive cards: what fills the template, where a card is put up, and what a pressed button says.

The template is the institution's own (see docs/dingtalk.md) and knows these variables, all of them texts: `title`,
`text` (markdown), `done`, and `button1` … `button6`, the labels, empty where there is no such button. The button with
the label `button2` has the action id `button2`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from handlers.rules.language.messages import Button, Card, Reply

MOST_BUTTONS = 6
CREATE = "/v1.0/card/instances/createAndDeliver"
UPDATE = "/v1.0/card/instances"


def track(card: Card, key: str) -> str:
    """What DingTalk knows a card by: "request-7.153", of the outbox's message 153."""
    return f"{card.id}.{key}"


def message_of(track_id: str) -> tuple[str, int] | None:
    """The card's id and the number of the outbox's message; None if it is no card of ours."""
    card, _, key = track_id.rpartition(".")
    return (card, int(key)) if card and key.isascii() and key.isdigit() and len(key) < 19 else None


def filled(card: Card, text: str) -> dict[str, str]:
    """The template's variables for a card whose buttons can be pressed."""
    facts = [f"**{name}** {fact}" for name, fact in card.facts]
    labels = [button.label for button in card.buttons[:MOST_BUTTONS]]
    labels += [""] * (MOST_BUTTONS - len(labels))
    buttons = {f"button{n}": label for n, label in enumerate(labels, 1)}
    return {"title": card.title, "text": _inert("\n\n".join([text, *facts])), "done": card.done or "", **buttons}


def _inert(text: str) -> str:
    """Text from outside makes no link, picture or tag."""
    return text.replace("](", "] (").replace("<", "＜").replace("\n", "  \n")


def create_body(
    template: str, robot: str, conversation: str, track_id: str, variables: Mapping[str, str], at: Mapping[str, str]
) -> bytes:
    """Puts a card up in a group, where `at` (user id → name) are really mentioned, or one-to-one ("@<user id>")."""
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
    """The buttons give way to what was decided."""
    emptied = {f"button{n}": "" for n in range(1, MOST_BUTTONS + 1)}
    return msgspec.json.encode(
        {
            "outTrackId": track_id,
            "userIdType": 1,
            "cardData": {"cardParamMap": {**emptied, "done": done}},
            "cardUpdateOptions": {"updateCardDataByKey": True},
        }
    )


class Pressed(NamedTuple):
    """Somebody pressed a button: who, on which card, and the button's action id."""

    user: str
    track_id: str
    action: str


def read_pressed(data: Any) -> Pressed | None:
    """A card callback's data; None if it is something else, or has no user id of ours."""
    if not isinstance(data, dict) or data.get("type", "actionCallback") != "actionCallback":
        return None
    content = data.get("content")
    try:
        content = msgspec.json.decode(content) if isinstance(content, str) else content
    except ValueError:
        return None
    private = content.get("cardPrivateData") if isinstance(content, dict) else None
    actions = private.get("actionIds") if isinstance(private, dict) else None
    fields = [data.get("userId"), data.get("outTrackId"), actions[0] if isinstance(actions, list) and actions else None]
    if not all(isinstance(one, str) and 0 < len(one) <= 140 for one in fields):
        return None
    return Pressed(*(str(one) for one in fields))


def pressed_button(buttons: Sequence[Button], action: str) -> Button | None:
    """The button behind an action id such as "button2"."""
    names = {f"button{n}": button for n, button in enumerate(buttons[:MOST_BUTTONS], 1)}
    return names.get(action)


def say_of(body: str) -> Reply:
    return msgspec.json.decode(body, type=Reply)
