"""The group page's backend on the real bot: the local channel's messages, open incidents, the clock."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from msgspec import json

from bot import clock_shift
from bot.channels.base import MESSAGE_LIMIT
from bot.channels.local import NAME, LocalChannel
from bot.clock import Clock
from bot.web.group_chips import Chips
from bot.web.group_history import History
from bot.web.group_interface import GroupPageError, PageEvent, SayRequest, SentFile
from bot.web.group_search import search
from bot.web.group_uploads import Uploads
from bot.web.group_view import GroupPageView
from bot.web.page_requests import TOO_LONG
from handlers.common.office import Office
from handlers.rules.incident.publication_checks import LAST_DAY
from handlers.rules.language.messages import Message, Quote, Reply
from storage import duties, files, inbox, publications, reports, sent_messages
from storage.database.transaction import read_within

MORNING = time(8, 30)
READ_SECONDS = 1.5
"""How long a person waits for what has to be read before a message is stored."""


class LocalGroup:
    """Implement `bot.web.group.GroupBackend`. `settle` fires and sends what has become due by moving the clock."""

    def __init__(
        self,
        office: Office,
        channel: LocalChannel,
        clock: Clock,
        *,
        movable: bool,
        health: Callable[[], dict[str, Any]],
        settle: Callable[[], Awaitable[None]],
    ) -> None:
        self._office = office
        self._channel = channel
        self._clock = clock
        self._movable = movable
        self._health = health
        self._settle = settle
        self._view = GroupPageView(office)
        self._history = History(self._view)
        self._chips = Chips(office)
        self._uploads = Uploads(office.texts)
        self._boot = uuid4().hex[:8]
        self._numbers = count(1)

    async def state(self, _viewer: str | None) -> dict[str, Any]:
        shown, earlier = await self._history.before(None)
        return {
            **self._view.institution(self._channel.conversation),
            "clock": self._clock_facts(),
            "messages": shown,
            "has_earlier": earlier,
            **await self._open_matters(),
            "health": self._health(),
        }

    async def messages(self, before: str) -> dict[str, Any]:
        shown, earlier = await self._history.before(before)
        return {"messages": shown, "has_earlier": earlier}

    async def subscribe(self, _last_event_id: str | None) -> AsyncGenerator[PageEvent]:
        with self._channel.listen() as queue:
            while True:
                what, about = await queue.get()
                for name, data in await self._events(what, about):
                    yield f"{self._boot}-{next(self._numbers)}", name, data
                if queue.empty() and what in {"sent", "changed", "clock"}:
                    for name, data in (await self._open_matters()).items():
                        yield f"{self._boot}-{next(self._numbers)}", name, data

    async def find(self, words: str, viewer: str, before: str | None) -> dict[str, Any]:
        person = self._office.institution.person(viewer)
        unit = self._office.institution.unit_of(person) if person else None
        return (await search(self._history, words, viewer, before, unit))._asdict()

    async def say(self, person: str, said: SayRequest) -> str:
        self._require_known(person)
        if not said.text.strip() and not said.files:
            raise GroupPageError(self._text("nothing_said"))
        if len(said.text.encode(errors="replace")) > MESSAGE_LIMIT:  # said in the terminal
            raise GroupPageError(TOO_LONG, 413)
        async with read_within(READ_SECONDS):
            attachments = await self._uploads.of(person, said.files)
            quoted = await self._quote(said.quote, person) if said.quote else None
        message = await self._channel.say(
            person, said.text, quote=quoted, private=said.private, attachments=attachments
        )
        return message.id

    async def upload(self, person: str, name: str, body: bytes) -> dict[str, Any]:
        self._require_known(person)
        return await self._uploads.keep(person, name, body, self._clock.now())

    async def press(self, person: str, message_id: str, key: str) -> None:
        self._require_known(person)
        async with read_within(READ_SECONDS):
            row = await sent_messages.find(_outbox_id(message_id))
        reply = json.decode(row.body, type=Reply) if row else None
        buttons = reply.card.buttons if reply and reply.card else ()
        if row is None or key not in {button.key for button in buttons}:
            raise GroupPageError(self._text("button_gone"))
        await self._channel.press(person, key, message_id, private=row.conversation.startswith("@"))

    async def file(self, id: int) -> SentFile:
        found = await files.read(id)
        if found is None:
            raise GroupPageError(self._text("no_file"), 404)
        facts, body = found
        return SentFile(facts.name, facts.type, body)

    async def move_clock(self, move: str) -> dict[str, Any]:
        if not self._movable:
            raise GroupPageError(self._text("clock_stays"))
        target = await self._target(move)
        self._clock.advance(max(target - self._clock.now(), timedelta()))
        await clock_shift.keep(self._clock)
        await self._settle()
        self._channel.tell("clock")
        return self._clock_facts()

    async def _target(self, move: str) -> datetime:
        now = self._clock.now()
        if move == "+1h":
            return now + timedelta(hours=1)
        if move == "morning":
            local = now.astimezone(self._office.institution.zone)
            day = local.date() if local.time() < MORNING else local.date() + timedelta(days=1)
            return datetime.combine(day, MORNING, self._office.institution.zone)
        if move == "next":
            return await duties.next_step_at() or now
        raise GroupPageError('move: "+1h", "next" or "morning"')

    async def _events(self, what: str, about: Any) -> list[tuple[str, Any]]:
        if what == "said":
            return [("message", self._view.received(about, about.sent_at))]
        if what in {"sent", "changed"}:
            id, conversation, reply = about
            shown = self._view.sent(id, conversation, reply, self._clock.now())
            return [("message" if what == "sent" else "change", shown)]
        return [("clock", self._clock_facts())] if what == "clock" else [("health", self._health())]

    async def _quote(self, id: str, viewer: str) -> Quote:
        """Return the quote of a message, with its text unless that is another person's private one."""
        if id.startswith("out-"):
            row = await sent_messages.find(_outbox_id(id))
            shown = row is not None and row.conversation in (f"@{viewer}", row.conversation.lstrip("@"))
            return Quote(text=json.decode(row.body, type=Reply).text if row and shown else "", ref=id)
        received = await inbox.find(NAME, id.removeprefix("in-"))
        said = json.decode(received.body, type=Message) if received else None
        shown = said is not None and (not said.private or said.sender == viewer)
        return Quote(text=said.text if said and shown else "", ref=id, of_person=received is not None)

    async def _open_matters(self) -> dict[str, Any]:
        """Return the open incidents, and everybody's chips, which are about them and about answers to look at."""
        now, rows = self._clock.now(), await reports.open_incidents()
        looked_at = await publications.checks_due(now + LAST_DAY)
        numbers = dict.fromkeys((*looked_at, *(row["number"] for row in rows)))
        return {"incidents": self._view.incidents(rows, now), "chips": await self._chips.of_everybody(numbers, now)}

    def _clock_facts(self) -> dict[str, Any]:
        moved = self._clock.shift > timedelta()
        return {"now": self._clock.now().isoformat(), "moved": moved, "movable": self._movable}

    def _require_known(self, person: str) -> None:
        if self._office.institution.person(person) is None:
            raise GroupPageError(self._text("who"))

    def _text(self, name: str) -> str:
        return self._office.texts.say(f"group_page.{name}")


def _outbox_id(id: str) -> int:
    digits = id.removeprefix("out-")
    return int(digits) if digits.isdigit() and len(digits) < 18 else 0
