"""What platforms in tests have in common that take any text whole, without limits and files."""

from collections.abc import Sequence

from bot.channels.base import Limit
from handlers.rules.language.messages import Attachment, Reply


class PlainPlatform:
    def parts(self, conversation: str, say: Reply) -> Sequence[Reply]:
        return [say]

    def limits(self, conversation: str, say: Reply) -> list[Limit]:
        return []

    async def fetch(self, attachment: Attachment) -> bytes:
        return b""

    async def close(self) -> None:
        return
