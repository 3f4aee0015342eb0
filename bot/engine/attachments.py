"""Store the pictures and files that people send. The media type is read from the bytes, not from the name.

The name comes from the sender, so it is made safe to show and to save, with the extension that fits the bytes.
"""

import io
import re
import zipfile
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from bot.channels.base import FILE_LIMIT, Outcome, SendError
from handlers.rules.language.messages import Attachment
from storage import files
from storage.database.room import NoRoom, must_have_room

LONGEST_NAME = 80
MOST_ZIP_ENTRIES = 10_000
"""A zip with more entries is not listed, which could take seconds and 250 MB; no office document has so many parts."""
UNKNOWN_TYPE = ("application/octet-stream", "bin")
Fetch = Callable[[Attachment], Awaitable[bytes]]

_OFFICE = "application/vnd.openxmlformats-officedocument"
_OFFICE_FOLDERS = {
    "word/": (f"{_OFFICE}.wordprocessingml.document", "docx"),
    "xl/": (f"{_OFFICE}.spreadsheetml.sheet", "xlsx"),
    "ppt/": (f"{_OFFICE}.presentationml.presentation", "pptx"),
}
_SIGNATURES = (
    (rb"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (rb"\xff\xd8\xff", "image/jpeg", "jpg"),
    (rb"GIF8[79]a", "image/gif", "gif"),
    (rb"RIFF....WEBP", "image/webp", "webp"),
    (rb"BM.{4}\0\0\0\0", "image/bmp", "bmp"),
    (rb"....ftyp(?:hei[cx]|mif1|msf1)", "image/heic", "heic"),
    (rb"....ftypavi[fs]", "image/avif", "avif"),
    (rb"II\*\0|MM\0\*", "image/tiff", "tif"),
    (rb"....ftyp", "video/mp4", "mp4"),
    (rb"%PDF-", "application/pdf", "pdf"),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage", "doc"),
    (rb"#!AMR", "audio/amr", "amr"),
    (rb"Rar!\x1a\x07", "application/vnd.rar", "rar"),
    (rb"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed", "7z"),
)


class MediaType(NamedTuple):
    """A media type and the extension of names that belongs to it."""

    type: str
    ending: str


def sniff(body: bytes) -> MediaType:
    """Return the media type that the bytes show, by their signature."""
    for signature, type, ending in _SIGNATURES:
        if re.match(signature, body, re.DOTALL):
            return MediaType(type, ending)
    if body.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(body)
    return MediaType("text/plain", "txt") if _is_text(body) else MediaType(*UNKNOWN_TYPE)


def _zipped(body: bytes) -> MediaType:
    if body.count(b"PK\x01\x02") > MOST_ZIP_ENTRIES:
        return MediaType("application/zip", "zip")
    try:
        names = zipfile.ZipFile(io.BytesIO(body)).namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return MediaType(*UNKNOWN_TYPE)
    if "[Content_Types].xml" in names:
        for folder, kind in _OFFICE_FOLDERS.items():
            if any(name.startswith(folder) for name in names):
                return MediaType(*kind)
    return MediaType("application/zip", "zip")


def _is_text(body: bytes) -> bool:
    try:
        return bool(body) and not re.search(r"[\x00-\x08\x0e-\x1f]", body.decode())
    except UnicodeDecodeError:
        return False


_ENDINGS = {
    "jpeg": "jpg",
    "tiff": "tif",
    "heif": "heic",
    "xls": "doc",
    "ppt": "doc",
    "wps": "doc",
    "et": "doc",
    "mov": "mp4",
}
"""Extensions whose files have the same signature as those of another extension; both are accepted."""


def safe_name(claimed: str, kind: MediaType, what: str) -> str:
    """Return the claimed name without a path or unsafe characters, with the extension that fits the bytes.

    "../a/公告.exe" of a PDF becomes "公告.pdf"; `what` replaces a name of which nothing is left.
    """
    name = re.sub(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", "", claimed)
    name = re.split(r"[/\\]", name)[-1]
    name = re.sub(r'[<>:"|?*&]', "_", name).strip(" .")
    stem, dot, ending = name.rpartition(".")
    lowered = ending.lower()
    if not dot:
        stem, lowered = name, kind.ending
    elif kind.type == UNKNOWN_TYPE[0]:
        lowered = f"{re.sub(r'[^a-z0-9]', '', lowered)[:8]}.bin".removeprefix(".")
    elif _ENDINGS.get(lowered, lowered) != kind.ending:
        lowered = kind.ending
    return f"{stem.strip(' .')[:LONGEST_NAME] or what}.{lowered}"


async def keep(attachment: Attachment, fetch: Fetch, by: str, now: datetime) -> Attachment:
    """Fetch and store a file; return the attachment with its id. Raise SendError if it cannot be fetched.

    The same bytes from the same sender are stored once. Files over FILE_LIMIT are refused, and pictures that are none:
    a page that says 登录已过期 is no screenshot of an answer.
    """
    body = await fetch(attachment)
    if not body or len(body) > FILE_LIMIT:
        raise SendError(f"the file is empty or over {FILE_LIMIT // 1_000_000} MB", Outcome.REFUSED)
    kind = sniff(body)
    if attachment.kind == "picture" and not kind.type.startswith("image/"):
        raise SendError(f"what came as a picture is none: {kind.type}", Outcome.REFUSED)
    try:
        must_have_room(len(body))
    except NoRoom as error:
        raise SendError(f"no room for a file: {error}", Outcome.REFUSED) from None
    name = safe_name(attachment.name, kind, attachment.kind)
    id = await files.keep_once(body, name, kind.type, by[:64], now)
    return replace(attachment, name=name, id=id)
