"""Pictures and files of WeCom: fetch and decrypt what people sent, read what the bot sends."""

from collections.abc import Awaitable, Callable

import msgspec
from yarl import URL

from bot.channels.base import FILE_LIMIT, Outcome
from bot.channels.download import download
from bot.channels.wecom.app import App
from bot.channels.wecom.crypto import BLOCK, Forged, decrypt_file
from bot.channels.wecom.http import WeComError
from bot.channels.wecom.robot import RobotSettings
from handlers.rules.language.messages import Attachment
from storage.files import StoredFile

PICTURES = ("image/png", "image/jpeg")
Read = Callable[[int], Awaitable[tuple[StoredFile, bytes] | None]]


async def fetch(attachment: Attachment, app: App | None, robot: RobotSettings | None) -> bytes:
    """Return the bytes: from the app by media id, or from the robot's address, which is valid for 5 minutes."""
    source = msgspec.json.decode(attachment.source, type=dict[str, str])
    if media := source.get("media_id"):
        if app is None:
            raise WeComError("WeCom: only the self-built app can fetch this", Outcome.REFUSED)
        return (await app.download(media))[0]
    if robot is None or not _known_host(source.get("url", ""), robot):
        raise WeComError("WeCom: the file lies where media_hosts does not name a host", Outcome.REFUSED)
    body = await download(source["url"], FILE_LIMIT + BLOCK, (robot.api,))  # the padding comes on top
    try:
        return decrypt_file(body, source.get("aeskey") or robot.aes_key)
    except Forged as error:
        raise WeComError(f"WeCom: {error}", Outcome.REFUSED) from None


def _known_host(url: str, robot: RobotSettings) -> bool:
    try:
        host, ours = URL(url).host or "", URL(url).origin() == URL(robot.api).origin()
    except ValueError:
        return False
    return ours or any(host == one or (one.startswith(".") and host.endswith(one)) for one in robot.media_hosts)


async def stored_file(attachment: Attachment, read: Read) -> tuple[str, str, bytes]:
    """Return a stored file: WeCom's kind (image or file), its name, its bytes. WeComError if it is not kept."""
    found = await read(attachment.id) if attachment.id is not None else None
    if found is None:
        raise WeComError(f"WeCom: the file {attachment.name} is not kept any more", Outcome.REFUSED)
    stored, body = found
    return "image" if stored.type in PICTURES else "file", attachment.name or stored.name, body
