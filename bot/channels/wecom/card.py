"""Our cards as WeCom's button_interaction cards, for the AI robot and for the self-built app alike."""

from typing import Any

from bot.channels.wecom.wire import DONE, task_id
from handlers.rules.language.messages import Card, Style

TEXT_CHARACTERS = 112
"""Most text that a card shows well; a longer text is sent as a message before the card."""

TITLE_CHARACTERS = 36
LABEL_CHARACTERS = 10
MOST = 6
STYLES: dict[Style, int] = {"primary": 1, "plain": 2, "danger": 3}


def fits(text: str) -> bool:
    return len(text) <= TEXT_CHARACTERS


def template_card(card: Card, text: str, key: str) -> dict[str, Any]:
    """Return a card with its buttons. `key` is the message's own, so that the same card can be shown again."""
    buttons = [
        {"text": button.label[:LABEL_CHARACTERS], "style": STYLES[button.style], "key": button.key}
        for button in card.buttons[:MOST]
    ]
    return _card(card, text, task_id(card.id, key), buttons)


def decided_card(card: Card, task: str, done: str) -> dict[str, Any]:
    """Return the card after the decision: what was decided, and a button without effect, since WeCom demands one."""
    buttons = [{"text": "✓", "style": STYLES["plain"], "key": DONE}]
    return _card(card, done, task, buttons)


def _card(card: Card, text: str, task: str, buttons: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "card_type": "button_interaction",
        "main_title": {"title": card.title[:TITLE_CHARACTERS]},
        **({"sub_title_text": text} if text else {}),
        "horizontal_content_list": [{"keyname": name, "value": fact} for name, fact in card.facts[:MOST]],
        "button_list": buttons,
        "task_id": task,
    }
