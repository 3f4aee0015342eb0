"""A process that sends what is planned on a database, slowly, and notes each send in a file when it begins and ends.

`python -m tests.support.killed_sender <database> <file>`
"""

import asyncio
import sys
from pathlib import Path

from bot.channels.base import Receipt
from bot.clock import StandingClock
from bot.engine.sender import Sender
from handlers.rules.language.messages import Reply
from handlers.texts import Texts
from storage.database.database import open_database
from tests.support.cases import INSTITUTION
from tests.support.plain_platform import PlainPlatform
from tests.support.rows import NOW

SEND_SECONDS = 0.02


class Noting(PlainPlatform):
    """A platform that takes a moment for each message."""

    name = "local"
    idempotent = False

    def __init__(self, file: Path) -> None:
        self._file = file

    async def send(self, conversation: str, say: Reply, key: str) -> Receipt:
        with self._file.open("a") as notes:
            notes.write(f"{key} {say.text}\n")
        await asyncio.sleep(SEND_SECONDS)
        return Receipt(f"p{key}")


async def main(url: str, file: Path) -> None:
    await open_database(url, synchronous="normal")
    await Sender(Noting(file), Texts("zh", INSTITUTION), StandingClock(NOW)).run()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
