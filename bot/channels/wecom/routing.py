"""Which of WeCom's transports a message takes, and in how many parts. Pure; the reasons are in docs/decisions/0016.

The AI robot receives in groups and has buttons, only the group's webhook really @-s, the self-built app is one-to-one.
A conversation is a group's chat id, "@<user id>" for a chat with the app, "robot@<user id>" for one with the robot.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from msgspec.structs import replace

from bot.channels.base import Limit
from bot.channels.splitting import parts as split
from bot.channels.wecom.app import APP_TEXT_BYTES
from bot.channels.wecom.card import fits
from bot.channels.wecom.markup import size
from bot.channels.wecom.robot import ROBOT_TEXT_BYTES
from bot.channels.wecom.webhook import A_MINUTE, WEBHOOK_TEXT_BYTES
from bot.channels.wecom.wire import ROBOT
from handlers.rules.language.messages import CODE, Reply

Transport = Literal["robot", "webhook", "app", "none"]
TEXT_BYTES: dict[Transport, int] = {
    "webhook": WEBHOOK_TEXT_BYTES,
    "robot": ROBOT_TEXT_BYTES,
    "app": APP_TEXT_BYTES,
    "none": APP_TEXT_BYTES,
}


def no_webhook_target(_conversation: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """A robot that `pushes` or only `answers`; an app that `receives` (so it has buttons) or only `speaks`.

    `webhook` names the webhook of a conversation, if it has one; `account` returns a person's user id.
    """

    robot: Literal["none", "answers", "pushes"] = "none"
    app: Literal["none", "speaks", "receives"] = "none"
    webhook: Callable[[str], str | None] = no_webhook_target
    account: Callable[[str], str | None] = str

    def transport(self, conversation: str, reply: Reply) -> Transport:
        """Return the transport of one part."""
        robot: Transport = "none" if self.robot == "none" else "robot"
        if for_one_person(conversation, reply):
            return "app"
        if is_private(conversation):
            app: Transport = "none" if self.app == "none" else "app"
            first, second = (robot, app) if conversation.startswith(ROBOT) else (app, robot)
            return second if first == "none" else first
        if reply.card is not None:
            return robot
        pings = bool(reply.mentions or reply.attachments)
        return "webhook" if self.webhook(conversation) and (pings or self.robot != "pushes") else robot

    def parts(self, conversation: str, reply: Reply) -> Sequence[Reply]:
        """Return one part for each message: the text in pieces, the card, the files.

        A part of a group's message that is for one person alone names them in `to`.
        """
        if reply.update is not None or for_one_person(conversation, reply):
            return [reply]
        files = [Reply(text="", attachments=(one,)) for one in reply.attachments]
        if reply.card is not None and self._in_one(conversation, reply):
            return [replace(reply, attachments=()), *files]
        words = replace(reply, card=None, attachments=())
        texts = (
            split(words, self._most_bytes(conversation, words), size)
            if reply.text.strip() or not (files or reply.card)
            else []
        )
        return [*texts, *(self._cards(conversation, reply) if reply.card else ()), *files]

    def _most_bytes(self, conversation: str, words: Reply) -> int:
        """Return what fits into every transport that may send a text: one stands in for another that fails."""
        others: list[Transport] = ["webhook"] if self.webhook(conversation) else []
        if is_private(conversation) and self.app != "none":
            others = ["app"]
        return min(TEXT_BYTES[one] for one in (self.transport(conversation, words), *others))

    def limits(self, conversation: str, reply: Reply) -> Sequence[Limit]:
        """Return the limits: webhook 20 a minute; robot and app 30 a minute and 1,000 an hour in each conversation."""
        transport = self.transport(conversation, reply)
        if reply.update is not None or transport == "none" or (transport == "robot" and self.robot == "answers"):
            return ()
        if transport == "webhook":
            return (Limit(f"wecom-webhook:{self.webhook(conversation)}", A_MINUTE, 60.0),)
        target = f"wecom-{transport}:{self.uid(conversation, reply) or conversation}"
        return (Limit(f"{target}:minute", 30, 60.0), Limit(f"{target}:hour", 1000, 3600.0))

    def uid(self, conversation: str, reply: Reply) -> str:
        """Return the user id of the one person whom a part is for, or ""."""
        if is_private(conversation):
            return conversation.partition("@")[2]
        return (self.account(reply.to) or "") if reply.to else ""

    def _in_one(self, conversation: str, reply: Reply) -> bool:
        """Return whether the card can hold the whole text where the text would go, so that one message is enough."""
        if not fits(reply.text):
            return False
        if is_private(conversation):
            return self._has_buttons(conversation)
        return not self.webhook(conversation) and not self._mentioned_in_app(reply) and self.robot != "none"

    def _cards(self, conversation: str, reply: Reply) -> list[Reply]:
        """Return the cards: one-to-one for those mentioned if the app has buttons, which rings; else in place."""
        people = () if is_private(conversation) else self._mentioned_in_app(reply)
        code = next((found[0] for found in CODE.finditer(reply.text)), "")  # a quote of the card names its matter
        if not people:
            return [Reply(text=code, card=reply.card, to=reply.to)] if self._has_buttons(conversation) else []
        alone: list[Reply] = []
        for person in people:
            whole = Reply(text=reply.text, to=person, card=reply.card)
            if fits(reply.text):
                alone.append(whole)
            else:
                alone += [*split(replace(whole, card=None), APP_TEXT_BYTES, size), replace(whole, text=code)]
        return alone

    def _mentioned_in_app(self, reply: Reply) -> tuple[str, ...]:
        return tuple(person for person in reply.mentions if self.account(person)) if self.app == "receives" else ()

    def _has_buttons(self, conversation: str) -> bool:
        transport = self.transport(conversation, Reply(text=""))
        return self.app == "receives" if is_private(conversation) and transport == "app" else self.robot != "none"


def is_private(conversation: str) -> bool:
    return conversation.startswith(("@", ROBOT))


def for_one_person(conversation: str, reply: Reply) -> bool:
    """Return whether a part belongs to a group's message but is for one person alone."""
    return reply.to is not None and not is_private(conversation)
