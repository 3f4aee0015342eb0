"""Pictures and files that people send are kept with the matter: what they are is read from their bytes.

A name is what somebody claims, so it is made safe to show and to save, and its ending is that of the bytes.
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

LONGEST_NAME = 80
MOST_INSIDE = 10_000
"""No document has so many parts; a list of all of them would take seconds and a quarter of a gigabyte."""
ANYTHING = ("application/octet-stream", "bin")
Fetch = Callable[[Attachment], Awaitable[bytes]]

_OFFICE = "application/vnd.openxmlformats-officedocument"
_INSIDE = {
    "word/": (f"{_OFFICE}.wordprocessingml.document", "docx"),
    "xl/": (f"{_OFFICE}.spreadsheetml.sheet", "xlsx"),
    "ppt/": (f"{_OFFICE}.presentationml.presentation", "pptx"),
}
_BEGINNINGS = (
    (rb"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (rb"\xff\xd8\xff", "image/jpeg", "jpg"),
    (rb"GIF8[79]a", "image/gif", "gif"),
    (rb"RIFF....WEBP", "image/webp", "webp"),
    (rb"BM.{4}\0\0\0\0", "image/bmp", "bmp"),
    (rb"....ftyphei[cx]", "image/heic", "heic"),
    (rb"....ftyp", "video/mp4", "mp4"),
    (rb"%PDF-", "application/pdf", "pdf"),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage", "doc"),
    (rb"#!AMR", "audio/amr", "amr"),
    (rb"Rar!\x1a\x07", "application/vnd.rar", "rar"),
    (rb"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed", "7z"),
)


class MediaType(NamedTuple):
    """A media type, and the ending of names that goes with it."""

    type: str
    ending: str


def sniff(body: bytes) -> MediaType:
    """What bytes are, whatever their name says."""
    for beginning, type, ending in _BEGINNINGS:
        if re.match(beginning, body, re.DOTALL):
            return MediaType(type, ending)
    if body.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(body)
    return MediaType("text/plain", "txt") if _is_text(body) else MediaType(*ANYTHING)


def _zipped(body: bytes) -> MediaType:
    if body.count(b"PK\x01\x02") > MOST_INSIDE:
        return MediaType("application/zip", "zip")
    try:
        names = zipfile.ZipFile(io.BytesIO(body)).namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return MediaType(*ANYTHING)
    if "[Content_Types].xml" in names:
        for folder, kind in _INSIDE.items():
            if any(name.startswith(folder) for name in names):
                return MediaType(*kind)
    return MediaType("application/zip", "zip")


def _is_text(body: bytes) -> bool:
    try:
        return bool(body) and not re.search(r"[\x00-\x08\x0e-\x1f]", body.decode())
    except UnicodeDecodeError:
        return False


_ENDINGS = {"jpeg": "jpg", "xls": "doc", "ppt": "doc", "wps": "doc", "et": "doc", "mov": "mp4"}
"""Endings that the bytes do not tell apart from these."""


def safe_name(claimed: str, kind: MediaType, what: str) -> str:
    """A name without a path, without signs that a file system or a page reads otherwise, with the ending of the bytes.

    "../a/公告.exe" of a PDF becomes "公告.pdf"; `what` stands in for a name that says nothing.
    """
    name = re.sub(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", "", claimed)
    name = re.split(r"[/\\]", name)[-1]
    name = re.sub(r'[<>:"|?*&]', "_", name).strip(" .")
    stem, dot, ending = name.rpartition(".")
    lowered = ending.lower()
    if not dot:
        stem, lowered = name, kind.ending
    elif kind.type == ANYTHING[0]:
        lowered = f"{re.sub(r'[^a-z0-9]', '', lowered)[:8]}.bin".removeprefix(".")
    elif _ENDINGS.get(lowered, lowered) != kind.ending:
        lowered = kind.ending
    return f"{stem.strip(' .')[:LONGEST_NAME] or what}.{lowered}"


async def keep(attachment: Attachment, fetch: Fetch, by: str, now: datetime) -> Attachment:
    """Fetches a file and keeps it; it has its number then. SendError when it does not come."""
    body = await fetch(attachment)
    if not body or len(body) > FILE_LIMIT:
        raise SendError(f"the file is empty or over {FILE_LIMIT // 1_000_000} MB", Outcome.REFUSED)
    kind = sniff(body)
    name = safe_name(attachment.name, kind, attachment.kind)
    id = await files.keep_once(body, name, kind.type, by[:64], now)
    return replace(attachment, name=name, id=id)
