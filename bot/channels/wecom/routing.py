"""Which of WeCom's doors a message goes through, and in how many parts. Pure; the reasons are in docs/decisions/0016.

The AI robot hears groups and has buttons, the group's webhook alone really @-s, the self-built app is one-to-one.
A conversation is a group's chat id, "@<user id>" for a chat with the app, "robot@<user id>" for one with the robot.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from msgspec.structs import replace

from bot.channels.base import Limit
from bot.channels.splitting import parts as cut
from bot.channels.wecom.app import APP_TEXT_BYTES
from bot.channels.wecom.card import fits
from bot.channels.wecom.robot import ROBOT_TEXT_BYTES
from bot.channels.wecom.webhook import A_MINUTE, WEBHOOK_TEXT_BYTES
from bot.channels.wecom.wire import ROBOT
from handlers.rules.language.messages import CODE, Reply

Transport = Literal["robot", "webhook", "app", "nobody"]
TEXT_BYTES: dict[Transport, int] = {
    "webhook": WEBHOOK_TEXT_BYTES,
    "robot": ROBOT_TEXT_BYTES,
    "app": APP_TEXT_BYTES,
    "nobody": APP_TEXT_BYTES,
}


def no_hook(_conversation: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """What there is: a robot that `pushes` or only `answers`; an app that `hears` (so it has buttons) or only `speaks`.

    `hook` names the webhook of a conversation, if it has one; `account` gives a person's user id.
    """

    robot: Literal["none", "answers", "pushes"] = "none"
    app: Literal["none", "speaks", "hears"] = "none"
    hook: Callable[[str], str | None] = no_hook
    account: Callable[[str], str | None] = str

    def transport(self, conversation: str, say: Reply) -> Transport:
        """The door that one part goes through."""
        robot: Transport = "nobody" if self.robot == "none" else "robot"
        if aside(conversation, say):
            return "app"
        if is_private(conversation):
            app: Transport = "nobody" if self.app == "none" else "app"
            first, second = (robot, app) if conversation.startswith(ROBOT) else (app, robot)
            return second if first == "nobody" else first
        if say.card is not None:
            return robot
        pings = bool(say.mentions or say.attachments)
        return "webhook" if self.hook(conversation) and (pings or self.robot != "pushes") else robot

    def parts(self, conversation: str, say: Reply) -> Sequence[Reply]:
        """One message each: the text in pieces, the card, the files.

        A part of a group's message that is for one person alone says so by `to`.
        """
        if say.update is not None or aside(conversation, say):
            return [say]
        files = [Reply(text="", attachments=(one,)) for one in say.attachments]
        if say.card is not None and self._in_one(conversation, say):
            return [replace(say, attachments=()), *files]
        words = replace(say, card=None, attachments=())
        texts = (
            cut(words, TEXT_BYTES[self.transport(conversation, words)])
            if say.text.strip() or not (files or say.card)
            else []
        )
        return [*texts, *(self._cards(conversation, say) if say.card else ()), *files]

    def limits(self, conversation: str, say: Reply) -> Sequence[Limit]:
        """The webhook takes 20 a minute; robot and app 30 a minute and 1,000 an hour in each conversation."""
        transport = self.transport(conversation, say)
        if say.update is not None or transport == "nobody" or (transport == "robot" and self.robot == "answers"):
            return ()
        if transport == "webhook":
            return (Limit(f"wecom-webhook:{self.hook(conversation)}", A_MINUTE, 60.0),)
        target = f"wecom-{transport}:{self.uid(conversation, say) or conversation}"
        return (Limit(f"{target}:minute", 30, 60.0), Limit(f"{target}:hour", 1000, 3600.0))

    def uid(self, conversation: str, say: Reply) -> str:
        """The user id of the one person whom a part is for, or ""."""
        if is_private(conversation):
            return conversation.partition("@")[2]
        return (self.account(say.to) or "") if say.to else ""

    def _in_one(self, conversation: str, say: Reply) -> bool:
        """Whether the card can hold the whole text where the text would go, so that one message is enough."""
        if not fits(say.text):
            return False
        if is_private(conversation):
            return self._has_buttons(conversation)
        return not self.hook(conversation) and not self._aside_for(say) and self.robot != "none"

    def _cards(self, conversation: str, say: Reply) -> list[Reply]:
        """The buttons: one-to-one for whoever is mentioned if the app has some, for there they ring; else in place."""
        people = () if is_private(conversation) else self._aside_for(say)
        code = next((found[0] for found in CODE.finditer(say.text)), "")  # a quote of the card tells its matter
        if not people:
            return [Reply(text=code, card=say.card, to=say.to)] if self._has_buttons(conversation) else []
        alone: list[Reply] = []
        for person in people:
            whole = Reply(text=say.text, to=person, card=say.card)
            long = not fits(say.text)
            alone += [*cut(replace(whole, card=None), APP_TEXT_BYTES), replace(whole, text=code)] if long else [whole]
        return alone

    def _aside_for(self, say: Reply) -> tuple[str, ...]:
        return tuple(person for person in say.mentions if self.account(person)) if self.app == "hears" else ()

    def _has_buttons(self, conversation: str) -> bool:
        transport = self.transport(conversation, Reply(text=""))
        return self.app == "hears" if is_private(conversation) and transport == "app" else self.robot != "none"


def is_private(conversation: str) -> bool:
    return conversation.startswith(("@", ROBOT))


def aside(conversation: str, say: Reply) -> bool:
    """Whether a part belongs to a group's message but is for one person alone."""
    return say.to is not None and not is_private(conversation)
