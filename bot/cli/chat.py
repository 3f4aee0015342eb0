"""`make chat`: the group chat of the group page, in a terminal. Speak as anyone; the bot answers live.

/王强 (or /wang)   speak as somebody        /按 3 签收 (/press 3 Acknowledge)   press a button of message 3
/引 3 同意 (/quote 3 approve)               /+1h  /next  /morning               move the clock       /quit
"""

import asyncio
import sys
from contextlib import aclosing
from datetime import datetime
from typing import Any, cast

from bot import clock_shift
from bot.app import open_bot
from bot.channels.local import LocalChannel
from bot.clock import Clock
from bot.config import ConfigError, Installation
from bot.runtime import Bot
from bot.web.group_backend import LocalGroup
from bot.web.group_interface import GroupPageError, SayRequest

CLOCK_MOVES = {"/+1h": "+1h", "/next": "next", "/morning": "morning"}


async def talk(installation: Installation) -> None:
    """Run the bot and a chat on standard input and output, until the end of input or `/quit`."""
    async with open_bot(installation, Clock()) as bot:
        if bot.local is None:
            raise ConfigError(None, None, "the chat needs [channel.local]: take the demonstration's config.toml")
        await clock_shift.restore(bot.clock)
        await _Terminal(bot, bot.local).run()


class _Terminal:
    def __init__(self, bot: Bot, channel: LocalChannel) -> None:
        self._bot = bot
        self._group = LocalGroup(bot.office, channel, bot.clock, movable=True, health=bot.page_health, settle=bot.drain)
        self._person = bot.office.institution.desk()[0]
        self._shown: list[dict[str, Any]] = []

    async def run(self) -> None:
        print(__doc__)
        running = asyncio.create_task(self._bot.run())
        printing = asyncio.create_task(self._print())
        try:
            while line := await asyncio.to_thread(self._ask):
                if line.strip() in {"/quit", "/q"}:
                    break
                await self._try(line.strip())
        finally:
            for task in (running, printing):
                task.cancel()
            await asyncio.gather(running, printing, return_exceptions=True)

    def _ask(self) -> str:
        print(f"{self._person.name}> ", end="", flush=True)
        return sys.stdin.readline()

    async def _try(self, line: str) -> None:
        try:
            await self._do(line)
        except (GroupPageError, IndexError, ValueError) as error:
            print(f"  ✗ {error}")
        await self._bot.drain()
        await asyncio.sleep(0.05)  # lets the answer be printed before the next prompt

    async def _do(self, line: str) -> None:
        command, _, rest = line.partition(" ")
        if command in CLOCK_MOVES:
            await self._group.move_clock(CLOCK_MOVES[command])
        elif command in {"/按", "/press"}:
            await self._press(*rest.split(maxsplit=1))
        elif command in {"/引", "/quote"}:
            number, text = rest.split(maxsplit=1)
            await self._say(text, self._message(number)["id"])
        elif line.startswith("/"):
            self._become(line[1:].strip())
        elif line:
            await self._say(line)

    async def _say(self, text: str, quote: str | None = None) -> None:
        await self._group.say(self._person.id, SayRequest(person=self._person.id, text=text, quote=quote))

    async def _press(self, number: str, label: str = "") -> None:
        message = self._message(number)
        buttons = (message["card"] or {}).get("buttons", [])
        key = next((b["key"] for b in buttons if b["label"] == label), None)
        if key is None:
            raise ValueError(f"[{number}]: {' / '.join(b['label'] for b in buttons) or '—'}")
        await self._group.press(self._person.id, message["id"], key)

    def _message(self, number: str) -> dict[str, Any]:
        if not 0 < int(number) <= len(self._shown):
            raise ValueError(f"[{number}]?")
        return self._shown[int(number) - 1]

    def _become(self, name: str) -> None:
        people = self._bot.office.institution.people
        found = next((person for person in people if name in {person.id, person.name}), None)
        if found is None:
            raise ValueError("/" + "  /".join(person.name for person in people))
        self._person = found

    async def _print(self) -> None:
        async with aclosing(self._group.subscribe(None)) as events:
            async for event in events:
                name, data = event[1], cast(Any, event[2])
                if name == "message":
                    self._show(data)
                elif name == "clock":
                    print(f"  ── {self._local(data['now'])} ──")

    def _show(self, message: dict[str, Any]) -> None:
        self._shown.append(message)
        if message["from"] == self._person.id:
            return
        lines = message["text"].splitlines()
        buttons = " ".join(f"[{b['label']}]" for b in (message["card"] or {}).get("buttons", []))
        head = f"\n[{len(self._shown)}] {message['name']} {self._local(message['at'])}"
        print(
            "\n".join([head, *(f"    {line}" for line in lines), *([f"    {buttons}"] if buttons else [])]), flush=True
        )

    def _local(self, at: str) -> str:
        return f"{datetime.fromisoformat(at).astimezone(self._bot.office.institution.zone):%m-%d %H:%M}"
